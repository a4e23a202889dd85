"""`docs`: the data dictionary of a package, as Markdown."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_case.cli.shared import (
    FINDINGS,
    OK,
    Commands,
    Outcome,
    add_command,
    ended,
    expect_machines,
    refuse_output,
)
from smartcity_case.errors import SmartcityCaseError, UnwritablePackage

if TYPE_CHECKING:
    import argparse

    from smartcity_case.profile import Package
    from smartcity_case.storage import Files


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "docs",
        "Write the data dictionary of a package: tables, fields, terms, keys, text spans, rights, "
        "and how they refer to each other.",
        "smartcity-case docs --package path/to/package --output TABLES.md\n"
        "  smartcity-case docs --package path/to/package --output TABLES.md --check",
    )
    parser.add_argument("--package", metavar="PATH", help="another data package")
    parser.add_argument(
        "--output",
        metavar="FILE",
        default="-",
        help="write it there, whole or not at all; - is standard output (-)",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--check", action="store_true", help="write nothing; fail if FILE differs")
    how.add_argument("--force", action="store_true", help="write over a file that is there")
    how.add_argument("--dry-run", action="store_true", help="write nothing, tell what would be")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Write, or compare, the data dictionary."""
    from smartcity_case.case import open_files
    from smartcity_case.dataset import open_dataset
    from smartcity_case.render.dictionary import dictionary
    from smartcity_case.writing import write_file

    output = arguments.output
    if not output:
        raise SmartcityCaseError("--output: the name of a file is empty")
    if output == "-" and arguments.check:
        raise SmartcityCaseError("--check compares a file; name it with --output FILE")
    files = open_files(arguments.package)
    package = open_dataset(files).package
    if output == "-":
        expect_machines()
        return OK, [dictionary(package, None if arguments.package is None else "")]
    place = os.path.realpath(output)
    _refuse_own(files, package, output, place)
    linked = isinstance(files.root, Path) and arguments.package is not None
    page = dictionary(package, _way(str(files.root), place) if linked else None)
    if _holds(output, page):
        return OK, ended([f"nothing to do: {output} is as it should be"])
    if arguments.check:
        named = f" --package {arguments.package}" if arguments.package else ""
        mend = f"smartcity-case docs{named} --output {output} --force"
        print(f"run `{mend}` and commit what it writes", file=sys.stderr)
        return FINDINGS, ended([f"differs: {output}"])
    refuse_output(output, arguments.force)
    if arguments.dry_run:
        return OK, ended([f"would be written: {output}"])
    write_file(output, [page])
    return OK, ended([f"written: {output}"])


def _refuse_own(files: Files, package: Package, output: str, place: str) -> None:
    """Raise UnwritablePackage if a file of the package would be written over."""
    from smartcity_case.checks.descriptor import path_fault
    from smartcity_case.profile import DESCRIPTOR

    paths = [path for each in package.resources for path in each.paths if not path_fault(path)]
    if place in files.places_of([DESCRIPTOR, *paths]):
        raise UnwritablePackage(f"{output}: this is a file of the package; name another")


def _way(root: str, place: str) -> str | None:
    """The way from a page to the folder of the package, as links write it, if there is one."""
    try:
        way = os.path.relpath(os.path.realpath(root), Path(place).parent)
    except ValueError:  # on another drive
        return None
    return "" if way == "." else f"{Path(way).as_posix()}/"


def _holds(output: str, page: str) -> bool:
    from smartcity_case.storage import read_given

    return Path(output).is_file() and read_given(output) == page.encode()
