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
from smartcity_case.render.display.trace import trace_lines
from smartcity_case.rowid import RowReference

if TYPE_CHECKING:
    import argparse

    from smartcity_case.dataset import Dataset


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "show",
        "Show a table (wide: pipe it into `less -S`), or a row with its words marked.",
        "smartcity-case show claims c007\n  smartcity-case show 'smartcity-case@1.0.0#claims/c007'",
    )
    parser.add_argument("table", metavar="TABLE", help="or TABLE/KEY, or NAME@VERSION#TABLE/KEY")
    parser.add_argument("key", metavar="KEY", nargs="?")
    add_package(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Show what is asked for."""
    data = load_package(arguments)
    if arguments.key is not None:
        return OK, ended(_row(data, arguments.table, arguments.key))
    # A table may have any sign in its name; of what is none, `_whole` tells what tables there are.
    if arguments.table in data or not {"/", "#"} & set(arguments.table):
        return OK, ended([_whole(data, arguments.table)])
    row = RowReference.parse(arguments.table)
    row.hold_to(data.package.name, data.version)
    return OK, ended(_row(data, row.table, row.key, row.column))


def _row(data: Dataset, table: str, key: str | tuple[str, ...], column: str = "") -> list[str]:
    """The cells of a row, and the words of its spans, or of the one that is named."""
    record = data.record(table, key)
    width = max(map(len, record))
    lines = [f"{name:<{width}}  {cell}" for name, cell in record.items() if cell]
    for name, found, trace in data.spans_of(table, key, column):
        if trace is not None:
            lines += ["", *trace_lines(trace, name, _marks())]
        else:
            lines += [f"{name}: words withheld, {found.source} {found.span.start} to "
                      f"{found.span.end}; give the text: --source {found.source}=FILE"]  # fmt: skip
    return lines


def _whole(data: Dataset, table: str) -> str:
    """The whole table for reading: long cells are cut, empty columns left out."""
    frame = data[table].dropna(axis="columns", how="all").astype(object)
    return frame.where(frame.notna(), "").to_string(index=False, max_colwidth=60, justify="left")


def _marks() -> tuple[str, str]:
    """What stands around the words: orders to a terminal that takes them, or brackets."""
    bold = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return ("\x1b[1;7m", "\x1b[0m") if bold else ("[", "]")
