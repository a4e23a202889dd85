"""`anchor`: fill offsets in from words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_case.cli.given import add_matching, add_reading, anchored, read_rows, tiers
from smartcity_case.cli.shared import (
    FINDINGS,
    OK,
    Commands,
    Outcome,
    add_command,
    refuse_output,
    told,
)
from smartcity_case.errors import PackageNotFound, SmartcityCaseError
from smartcity_case.render import FORMATS
from smartcity_case.report import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from smartcity_case.report import Report

_TEXT = """\
Fill the offsets of a table in from its words: of a table of a data package, in place, or
of rows in any format, into a new table.

Words are found as they are, or after the normalisations that --tiers allows. What stands
nowhere or at several places is refused, and then nothing is written (but see --partial).
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "anchor",
        "Find the offsets of words: in a package's table, or in rows of another format.",
        "smartcity-case anchor garden/data/plants.csv --tiers space,typography\n"
        "  smartcity-case anchor export.json --from labelstudio --output rows.csv",
    )
    parser.description = _TEXT
    parser.add_argument(
        "table", metavar="TABLE", help="a table's file in a package; with --text or --from, any"
    )
    add_reading(parser)
    add_matching(parser)
    parser.add_argument("--output", metavar="FILE", help="write the table there, as CSV")
    parser.add_argument("--force", action="store_true", help="write over an existing FILE")
    parser.add_argument(
        "--partial", action="store_true", help="write, though rows are refused: without offsets"
    )
    parser.add_argument("--dry-run", action="store_true", help="write nothing, tell all")
    parser.add_argument("--format", choices=FORMATS, default="text", help="of the report (text)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Anchor, write, and tell."""
    if arguments.text or arguments.form:
        return _rows(arguments)
    return _table(arguments)


def _rows(arguments: argparse.Namespace) -> Outcome:
    from smartcity_case.storage import read_texts
    from smartcity_case.table import write_csv
    from smartcity_case.writing import write_file

    output = arguments.output
    if not output and not arguments.dry_run:
        raise SmartcityCaseError("say with --output where the table goes, or --dry-run")
    refuse_output(output, arguments.force)
    found = read_rows(arguments.table, arguments)
    done = anchored(arguments.table, found, read_texts(arguments.text), arguments)
    writes = not arguments.dry_run and (done.report.ok or arguments.partial)
    if writes:
        write_file(output, [write_csv(done.header, done.records).decode("utf-8")])
    wrote = (
        f"{counted(len(done.records), 'row')} written to {output}"
        if writes
        else _not_written(arguments)
    )
    return _told(done.report, arguments.format, [*done.notes, wrote])


def _not_written(arguments: argparse.Namespace) -> str:
    return "nothing is written" if arguments.dry_run else "nothing is written; --partial writes"


def _table(arguments: argparse.Namespace) -> Outcome:
    from smartcity_case.authoring.anchoring.tables import anchor_table
    from smartcity_case.validation import open_files, read_content
    from smartcity_case.writing import write_files

    root, path = _package_of(arguments.table)
    content = read_content(open_files(root))
    if content is None:
        raise SmartcityCaseError(f"{root}: its descriptor cannot be read; validate it first")
    name = next((r.name for r in content.package.resources if path in r.paths), None)
    if name is None:
        raise SmartcityCaseError(f"{arguments.table}: the descriptor in {root} does not list it")
    for option, given in (("--output", arguments.output), ("--column", arguments.column)):
        if given:
            raise SmartcityCaseError(
                f"{option} is for rows with --text or --from; a table of a package "
                "is filled in in its place, by its declarations"
            )
    done = anchor_table(content, name, tiers(arguments.tiers), arguments.offsets or "codepoint")
    content.files.check_unchanged()
    writes = not arguments.dry_run and (done.report.ok or arguments.partial) and done.files
    if writes:
        write_files(root, done.files.items())
    wrote = (
        [f"written: {file}" for file in done.files]
        if writes
        else [
            "nothing to write: every offset is there"
            if done.report.ok and not done.files
            else _not_written(arguments)
        ]
    )
    return _told(done.report, arguments.format, [*done.told, *wrote])


def _package_of(table: str) -> tuple[Path, str]:
    """The folder of the package that a table's file lies in, and its path there."""
    from smartcity_case.profile import DESCRIPTOR

    place = Path(table)
    if place.is_dir():
        raise PackageNotFound(f"{table}: this is a folder; give the file of one of its tables")
    if not place.is_file():
        raise PackageNotFound(f"{table}: there is no such file")
    whole = place.resolve()
    for folder in whole.parents:
        if (folder / DESCRIPTOR).is_file():
            return folder, whole.relative_to(folder).as_posix()
    raise PackageNotFound(
        f"{table}: no folder above it has a {DESCRIPTOR}; for rows without a package give --text"
    )


def _told(report: Report, form: str, notes: Sequence[str]) -> Outcome:
    from smartcity_case.render import render

    code = OK if report.ok else FINDINGS
    return code, told(report, notes) if form == "text" else render(report, form)
