"""`new`: a data package out of texts, with tables that are empty or anchored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_case.cli.given import add_matching, add_reading, anchored, carried, read_rows
from smartcity_case.cli.shared import FINDINGS, OK, Commands, Outcome, add_command, ended, told
from smartcity_case.errors import SmartcityCaseError

if TYPE_CHECKING:
    import argparse

    from smartcity_case.authoring.anchoring.imported import Imported


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "new",
        "Make a data package out of texts, with empty tables or with rows that have words.",
        "smartcity-case new garden --text odile.txt --table plants\n"
        "  smartcity-case new garden --text letters/ --rows found.csv --tiers typography",
    )
    parser.description = (
        "Make a data package: the texts in their place with hashes, a table for each name, a "
        "codebook to be written, a changelog, and a file for CI. It validates as it stands."
    )
    parser.add_argument("folder", metavar="FOLDER", help="the folder to be made")
    add_reading(parser)
    parser.add_argument(
        "--table", metavar="NAME", action="append", default=[], help="a table; may be repeated"
    )
    parser.add_argument(
        "--rows", metavar="FILE", help="rows of the first table; their words are anchored"
    )
    add_matching(parser)
    parser.add_argument(
        "--partial", action="store_true", help="leave refused rows out, and keep them beside"
    )
    parser.add_argument("--force", action="store_true", help="write over files that are there")
    parser.add_argument("--dry-run", action="store_true", help="write nothing, list the files")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Make the package, and write it."""
    from smartcity_case.authoring.anchoring.making import new_package, slug
    from smartcity_case.storage import read_texts
    from smartcity_case.writing import refuse_existing, write_files

    folder, given = Path(arguments.folder), arguments.rows
    texts = read_texts(arguments.text)
    tables = arguments.table or [slug(Path(given).stem) if given else "rows"]
    notes: list[str] = []
    rows, report = None, None
    beside: dict[str, bytes] = {}
    if given:
        found = read_rows(given, arguments)
        if not texts:
            found, texts = carried(found)
        rows = anchored(given, found, texts, arguments)
        notes, report = [*rows.notes], rows.report
        if not report.ok and not arguments.partial:
            notes.append("nothing is written; --partial leaves the refused rows out")
            return FINDINGS, told(report, notes)
        rows, beside = _kept(rows)
    elif arguments.form or arguments.column or arguments.tiers or arguments.offsets:
        raise SmartcityCaseError("--from, --column, --tiers and --offsets are for --rows")
    files = new_package(folder.resolve().name, texts, tables, rows) | beside
    if not arguments.force:
        refuse_existing(folder, files)
    if not arguments.dry_run:
        write_files(folder, files.items())
    verb = "would be written" if arguments.dry_run else "written"
    notes += [f"{verb}: {folder / path}" for path in sorted(files)]
    if report is None:
        return OK, ended(notes)
    return OK if report.ok else FINDINGS, told(report, notes)


def _kept(rows: Imported) -> tuple[Imported, dict[str, bytes]]:
    """The rows that were anchored; the others as a file beside the package's own."""
    from smartcity_case.authoring.anchoring.imported import without_refused
    from smartcity_case.table import write_csv

    kept, refused = without_refused(rows)
    return kept, {"refused.csv": write_csv(rows.header, refused)} if refused else {}
