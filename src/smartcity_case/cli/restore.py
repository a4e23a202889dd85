"""`restore`: the full package again, for whoever has the texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_case.cli.shared import (
    FINDINGS,
    OK,
    Commands,
    Outcome,
    add_command,
    add_sources,
    ended,
    sources_of,
)
from smartcity_case.cli.withhold import write_package
from smartcity_case.report import counted

if TYPE_CHECKING:
    import argparse

    from smartcity_case.report import Finding


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "restore",
        "Put the texts back into a package that withholds them, and their words into its tables.",
        "smartcity-case restore public full --source article=article.txt",
    )
    parser.add_argument("path", metavar="PACKAGE", help="a folder, or its datapackage.json")
    parser.add_argument("out", metavar="OUT", help="the folder to write")
    add_sources(parser, required=True)
    parser.add_argument("--force", action="store_true", help="write over files that are there")
    parser.add_argument("--dry-run", action="store_true", help="write nothing, tell what would be")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Check that texts and tables are the right ones, and write the whole package."""
    from smartcity_case.case import open_files, validate
    from smartcity_case.editions import restore_package
    from smartcity_case.render import render

    files = open_files(arguments.path, sources_of(arguments))
    made = restore_package(files)
    report = validate(files)
    if report.skipped or any(map(_is_of_restoring, report.errors)):
        return FINDINGS, [*render(report, "text"), "nothing was written\n"]
    out = Path(arguments.out)
    write_package(files, out, made.files, (), arguments.force, arguments.dry_run)
    would = "would be written" if arguments.dry_run else "written"
    lines = [f"{would}: {counted(len(made.files), 'file')} in {arguments.out}"]
    lines += [f"{name}: the same cells as released, in other bytes" for name in made.alike]
    lines += [f"{name}: not restored, since its words belong to no span" for name in made.lost]
    if report.errors:
        lines.append(f"{counted(len(report.errors), 'error')} of the package itself; validate it")
    return OK, ended(lines)


def _is_of_restoring(finding: Finding) -> bool:
    """Whether a finding may be due to a wrong text, and is no fault of the released tables."""
    return finding.code.partition(".")[0] not in ("field", "key", "rule")
