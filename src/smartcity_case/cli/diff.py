"""`diff`: what differs between two releases of a package, and whether the version says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.cli.shared import FINDINGS, OK, Commands, Outcome, add_command
from smartcity_case.errors import SmartcityCaseError

if TYPE_CHECKING:
    import argparse

    from smartcity_case.releases import Changelog

_PLACE = "a folder, a wheel, or git:REV or git:REV:path/in/repository"


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "diff",
        "Compare two releases of a data package, and check that the version was raised enough.",
        "smartcity-case diff git:v1.0.0 .\n"
        "  smartcity-case diff old-1.0.0-py3-none-any.whl . --changelog CHANGELOG.md --dry-run",
    )
    parser.add_argument("old", metavar="OLD", help=_PLACE)
    parser.add_argument("new", metavar="NEW", help=f"the same: {_PLACE}")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="(text)")
    parser.add_argument(
        "--changelog",
        metavar="FILE",
        help="write what changed, and the withdrawn keys, into the data section of this file",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="with --changelog: print it, write nothing"
    )
    parser.add_argument(
        "--repository",
        metavar="FOLDER",
        default=".",
        help="where the revisions of git are (the working directory)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Compare, and tell; write the changelog if it is asked for."""
    from smartcity_case.authoring.comparing.changelog import block
    from smartcity_case.releases import compare
    from smartcity_case.render.diff import render_diff
    from smartcity_case.writing import write_file

    log = _changelog(arguments)
    found = compare(arguments.old, arguments.new, repository=arguments.repository, changelog=log)
    code = OK if found.report.ok else FINDINGS
    shown = ""
    if log is not None and found.changelog is not None:
        if arguments.dry_run:
            shown = "\n".join(block(found.diff))
        elif found.changelog != log.data:
            write_file(arguments.changelog, [found.changelog.decode("utf-8")])
    return code, render_diff(found.diff, found.report, arguments.format, shown)


def _changelog(arguments: argparse.Namespace) -> Changelog | None:
    """The changelog that is to be written, as it is."""
    from pathlib import Path

    from smartcity_case.releases import Changelog

    if arguments.changelog is None:
        if arguments.dry_run:
            raise SmartcityCaseError("--dry-run: nothing is written without --changelog")
        return None
    try:
        return Changelog(Path(arguments.changelog).read_bytes())
    except FileNotFoundError:
        return Changelog(None)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SmartcityCaseError(f"{arguments.changelog[:80]}: {reason}") from error
