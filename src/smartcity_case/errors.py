"""The exceptions of the package.

::

    SmartcityCaseError            everything raised on purpose
     ├── PackageNotFound          there is no data package at this place
     ├── UnreadablePackage        a package is there, but cannot be looked at
     ├── UnwritablePackage        a file of a package cannot be written
     ├── ClusterUnavailable       nobody is there to look at it, or they were lost
     ├── InvalidPackage           it was looked at, and has findings (`.report`)
     ├── NotFound                 no such table, row or column (also a KeyError)
     ├── AnchorError              words do not stand at exactly one place
     │    ├── AbsentWords         they stand nowhere
     │    └── AmbiguousWords      they stand at several places (`.candidates`)
     └── CodingError              a coding file cannot become a table (`.problems`)

Bad data is a finding in a report, not an exception; an exception says that
something could not be done at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smartcity_case.report import Report
    from smartcity_case.text import Span


class SmartcityCaseError(Exception):
    """The base of every exception that this package raises on purpose."""

    def __str__(self) -> str:
        """The message alone, whatever else the exception carries."""
        return str(self.args[0]) if self.args else ""


class PackageNotFound(SmartcityCaseError):
    """There is no data package at the place that was given."""


class UnreadablePackage(SmartcityCaseError):
    """A data package is there, but it cannot be looked at."""


class UnwritablePackage(SmartcityCaseError):
    """A file of a package cannot be written."""


class ClusterUnavailable(SmartcityCaseError):
    """The workers that were to look at a package cannot be reached, or were lost."""


class InvalidPackage(SmartcityCaseError):
    """A package has findings; `report` holds every one of them."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message, report)
        self.report = report


class NotFound(SmartcityCaseError, KeyError):
    """A table, row or column that was asked for by name does not exist."""


class AnchorError(SmartcityCaseError):
    """Words could not be tied to exactly one place in a text."""


class AbsentWords(AnchorError):
    """The words stand nowhere in the text."""


class AmbiguousWords(AnchorError):
    """The words stand at several places; `candidates` lists them."""

    def __init__(self, message: str, candidates: Sequence[Span]) -> None:
        super().__init__(message, candidates)
        self.candidates = tuple(candidates)


class CodingError(SmartcityCaseError):
    """A coding cannot become a table; `problems` has one line for each fault."""

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message, problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        """The message, and a line for each problem."""
        return "\n".join([str(self.args[0]), *(f"  {line}" for line in self.problems)])
