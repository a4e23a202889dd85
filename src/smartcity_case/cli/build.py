"""`build`: make what follows from the coding, in a checkout."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from smartcity_case.cli.shared import FINDINGS, OK, Commands, Outcome, add_command, ended
from smartcity_case.errors import NotFound

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

COMMANDS_PAGE = "docs/commands.md"


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "build",
        "Make tables, hashes, schemas and generated docs from the coding (in a checkout).",
        "smartcity-case build . --check",
    )
    parser.add_argument("root", metavar="ROOT", nargs="?", help="the checkout")
    parser.add_argument("--check", action="store_true", help="write nothing; fail on any drift")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Make, or compare, what follows from the coding."""
    from smartcity_case.case.build import build, drift
    from smartcity_case.cli import COMMANDS
    from smartcity_case.cli.described import described
    from smartcity_case.render.commands import commands_page
    from smartcity_case.writing import write_files

    root = _checkout(arguments.root)
    page = commands_page("smartcity-case", described(COMMANDS))
    files = build(root) | {COMMANDS_PAGE: page.encode()}
    changed = drift(root, files)
    if not changed:
        return OK, ended(["nothing to do: every generated file is as it should be"])
    if arguments.check:
        print("run `smartcity-case build .` and commit what it writes", file=sys.stderr)
        return FINDINGS, ended(f"differs: {path}" for path in changed)
    write_files(root, ((path, files[path]) for path in changed))
    return OK, ended(f"written: {path}" for path in changed)


def _checkout(given: str | None) -> Path:
    from smartcity_case.storage import checkout_root, package_root

    root = checkout_root() if given is None else package_root(given)
    if root is None:
        raise NotFound(
            "this installation is not that of a checkout; in one, run `smartcity-case build .`"
        )
    return root
