"""`cite`: how a package, or some of its rows, is cited."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from smartcity_case.citation import FORMATS, write_citation
from smartcity_case.cli.shared import (
    OK,
    Commands,
    Outcome,
    add_command,
    add_package,
    ended,
    expect_machines,
    load_package,
    refuse_output,
)
from smartcity_case.errors import SmartcityCaseError

if TYPE_CHECKING:
    import argparse


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "cite",
        "How a data package is cited, or some of its rows with their words.",
        "smartcity-case cite\n"
        "  smartcity-case cite claims/c007 actors/huawei --format biblatex --output case.bib\n"
        "  smartcity-case cite 'smartcity-case@1.0.0#claims/c007'",
    )
    parser.add_argument(
        "rows",
        metavar="ROW",
        nargs="*",
        help="TABLE/KEY, TABLE/KEY:COLUMN for one of several spans, or either after NAME@VERSION#",
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="(text)")
    parser.add_argument(
        "--language", metavar="CODE", default="", help="that of the title, if it is translated: de"
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        default="-",
        help="write it there in UTF-8, whole or not at all; - is standard output (-)",
    )
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    add_package(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Cite what is asked for; what the descriptor lacks is told beside it."""
    from smartcity_case.citing import citation_of
    from smartcity_case.writing import write_file

    if not arguments.output:
        raise SmartcityCaseError("--output: the name of a file is empty")
    if arguments.output != "-":
        refuse_output(arguments.output, arguments.force)
    needed = arguments.rows or arguments.source
    package = load_package(arguments) if needed else arguments.package
    citation = citation_of(package, arguments.rows, language=arguments.language)
    text = write_citation(citation, arguments.format)
    for name, stated in citation.unread:
        print(f"{name} is {stated!r}, which cannot be read as a date", file=sys.stderr)
    if citation.gaps:
        lacking = ", ".join(citation.gaps)
        print(f"the descriptor does not state, so the citation lacks: {lacking}", file=sys.stderr)
    if arguments.output != "-":
        write_file(arguments.output, [text])
        return OK, ended([f"written: {arguments.output}"])
    if arguments.format != "text" or not sys.stdout.isatty():
        expect_machines()
    return OK, [text]
