"""What several commands need: how one is added, progress, lines, packages."""

from __future__ import annotations

import argparse
import contextlib
import sys
from typing import TYPE_CHECKING, TypeAlias

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


def load_package(path: str | None) -> Dataset:
    """The package at a path; without one the embedded release."""
    from smartcity_case.case import load

    return load() if path is None else load(path)
