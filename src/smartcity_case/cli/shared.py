"""What several commands need: how one is added, progress, lines, packages."""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
from typing import TYPE_CHECKING, TypeAlias

from smartcity_case.errors import SmartcityCaseError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smartcity_case.dataset import Dataset
    from smartcity_case.render.progress import Progress
    from smartcity_case.report import Report

OK, FINDINGS, CANNOT = 0, 1, 2

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Outcome: TypeAlias = "tuple[int, Iterable[str]]"
"""The exit code of a command and what it prints, in pieces."""


def add_command(commands: Commands, name: str, text: str, example: str) -> argparse.ArgumentParser:
    """A command with a line of help and an example."""
    return commands.add_parser(
        name,
        help=text,
        description=text,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def ended(printed: Iterable[str]) -> Iterable[str]:
    """Lines with their ends."""
    return (line + "\n" for line in printed)


def told(report: Report, notes: Iterable[str]) -> Iterable[str]:
    """What a person is told: how it went, then the findings."""
    from smartcity_case.render.text import render_findings
    from smartcity_case.render.words import printable

    yield from ended(map(printable, notes))
    yield from render_findings(report)


def progress_bar(quiet: bool) -> contextlib.AbstractContextManager[Progress | None]:
    """Something to tell progress to, if a person watches."""
    if quiet or not sys.stderr.isatty():
        return contextlib.nullcontext()
    from smartcity_case.render.progress import Progress

    return Progress(sys.stderr)


def expect_machines() -> None:
    """Give machines UTF-8 and plain line ends, whatever the terminal's habits."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")


def add_sources(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """The option for texts from outside of the package."""
    parser.add_argument(
        "--source",
        metavar="NAME=FILE",
        action="append",
        type=_source,
        required=required,
        help="a text from outside, by the name of its resource; of a table of text files "
        "NAME=FOLDER or NAME/KEY=FILE; may be repeated",
    )


def _source(text: str) -> tuple[str, str]:
    name, _, file = text.partition("=")
    if not name or not file:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=FILE")
    return name, file


def sources_of(arguments: argparse.Namespace) -> dict[str, str]:
    """The texts from outside, by name; each is given once."""
    sources: dict[str, str] = {}
    for name, file in arguments.source or ():
        if name in sources:
            raise SmartcityCaseError(f"--source: {name} is given twice")
        sources[name] = file
    return sources


def threads(text: str) -> int:
    """The number of threads that an option gives."""
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of threads")
    return int(text)


def engine(text: str) -> tuple[str, str | None]:
    """The engine that an option names, and the address of its cluster."""
    name, given, address = text.partition("=")
    if text not in ("threads", "dask") and not (name == "dask" and address):
        raise argparse.ArgumentTypeError(f"{text!r} is not threads, dask or dask=ADDRESS")
    return name, address if given else None


def setting(text: str) -> tuple[str, str]:
    """The name and the value that an option `--set` gives."""
    name, given, value = text.partition("=")
    if not name or not given:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def add_package(parser: argparse.ArgumentParser) -> None:
    """The options that name a package to be loaded."""
    parser.add_argument("--package", metavar="PATH", help="another data package")
    add_sources(parser)


def load_package(arguments: argparse.Namespace) -> Dataset:
    """The package that is named; without one the embedded release."""
    from smartcity_case.case import load

    path, sources = arguments.package, sources_of(arguments)
    return load(sources=sources) if path is None else load(path, sources=sources)


def refuse_output(path: str | None, force: bool) -> None:
    """Raise UnwritablePackage if there is a file where a command is to write one."""
    from pathlib import Path

    from smartcity_case.writing import refuse_existing

    if path and not force:
        refuse_existing(Path(path).parent, [Path(path).name])
