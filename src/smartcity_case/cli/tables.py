"""`tables`: the tables of a package with their sizes."""

from __future__ import annotations

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

if TYPE_CHECKING:
    import argparse


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands, "tables", "List tables with their sizes.", "smartcity-case tables --all"
    )
    parser.add_argument("--all", action="store_true", help="the detail tables too")
    add_package(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """List the tables."""
    data = load_package(arguments)
    shown = [name for name in data if arguments.all or not data.resource(name).detail]
    width = max((len(name) for name in shown), default=0)
    lines = [f"{data.package.name} {data.version}"]
    for name in shown:
        rows, columns = data[name].shape
        title = data.resource(name).description or data.resource(name).title
        lines.append(f"  {name:<{width}}  {rows:>5} rows  {columns:>3} columns  {title}".rstrip())
    hidden = sum(1 for _ in data) - len(shown)
    if hidden:
        lines.append(f"  ({hidden} detail tables more: --all)")
    return OK, ended(lines)
