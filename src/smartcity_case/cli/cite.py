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
    load_package,
)

if TYPE_CHECKING:
    import argparse


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "cite",
        "How a data package is cited, or some of its rows with their words.",
        "smartcity-case cite\n"
        "  smartcity-case cite claims/c007 actors/huawei --format biblatex\n"
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
    add_package(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Cite what is asked for; what the descriptor lacks is told beside it."""
    from smartcity_case.citing import citation_of

    needed = arguments.rows or arguments.source
    package = load_package(arguments) if needed else arguments.package
    citation = citation_of(package, arguments.rows, language=arguments.language)
    text = write_citation(citation, arguments.format)
    if citation.gaps:
        lacking = ", ".join(citation.gaps)
        print(f"the descriptor does not state, so the citation lacks: {lacking}", file=sys.stderr)
    return OK, [text]
