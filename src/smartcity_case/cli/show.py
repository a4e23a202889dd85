"""`show`: a table, or a row with its words marked in their sentence."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from smartcity_case.cli.shared import (
    OK,
    Commands,
    Outcome,
    add_command,
    add_package,
    ended,
    load_package,
)
from smartcity_case.errors import NotFound

if TYPE_CHECKING:
    import argparse

    from smartcity_case.dataset import Dataset, Trace


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "show",
        "Show a table (wide: pipe it into `less -S`), or a row with its words marked.",
        "smartcity-case show claims c007",
    )
    parser.add_argument("table", metavar="TABLE")
    parser.add_argument("key", metavar="KEY", nargs="?")
    add_package(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Show what is asked for."""
    data = load_package(arguments)
    if arguments.key is None:
        return OK, ended([_whole(data, arguments.table)])
    record = data.record(arguments.table, arguments.key)
    width = max(map(len, record))
    lines = [f"{name:<{width}}  {cell}" for name, cell in record.items() if cell]
    for column in data.verbatim_columns(arguments.table):
        try:
            trace = data.trace(arguments.table, arguments.key, column)
        except NotFound:  # this row has no such span
            continue
        lines += ["", *_marked(trace, column)]
    return OK, ended(lines)


def _whole(data: Dataset, table: str) -> str:
    """The whole table for reading: long cells are cut, empty columns left out."""
    frame = data[table].dropna(axis="columns", how="all").astype(object)
    return frame.where(frame.notna(), "").to_string(index=False, max_colwidth=60, justify="left")


def _marked(trace: Trace, column: str) -> list[str]:
    bold = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    marks = ("\x1b[1;7m", "\x1b[0m") if bold else ("[", "]")
    where = f"{trace.source} {trace.span.start} to {trace.span.end}"
    if trace.verdict != "exact":
        return [f"{column}: {trace.verdict}: {trace.exact!r} is not at {where}"]
    return [f"{column}: exact, {where}", f"  {trace.mark(*marks)}".replace("\n", "\n  ")]
