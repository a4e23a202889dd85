"""A report for people and machines: one format a file.

Each renderer is a pure function from a `Report` to the pieces of a text, which
ends with a line end; a million findings never stand in one string. `folder` is
where the package lies within the repository, for the formats whose readers
look for files there.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.report import Report

FORMATS = ("text", "json", "jsonl", "junit", "sarif", "github")
"""Every format, by the name it has on the command line and of its module here."""


def render(report: Report, form: str, folder: str = "") -> Iterator[str]:
    """The pieces of a report in one of the formats.

    >>> from smartcity_case.report import Report
    >>> print("".join(render(Report("toy", "1.0.0", (), (), ()), "text")).splitlines()[0])
    toy 1.0.0: valid
    """
    module = import_module(f"smartcity_case.render.{form}")
    pieces: Iterator[str] = getattr(module, f"render_{form}")(report, folder)
    return pieces
