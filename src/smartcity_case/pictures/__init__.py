"""Pictures of a package's data, through matplotlib, each with a description in words.

What is here knows no vocabulary; a package's own pictures are made of the same parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.pictures.coverage import coverage, draw_coverage
from smartcity_case.pictures.picture import Picture

if TYPE_CHECKING:
    from smartcity_case.dataset import Dataset

__all__ = ["Picture", "Pictures"]


class Pictures:
    """The pictures of a package, one call each.

    >>> import smartcity_case as sc
    >>> sc.load().pictures
    Pictures: .stances(), .speakers(), .technologies(), .network(), .coverage()
    """

    names: tuple[str, ...] = ("coverage",)
    """The pictures that there are, as they are called."""
    what = "one text"

    def __init__(self, data: Dataset) -> None:
        self._data = data

    def coverage(self, text: str | None = None) -> Picture:
        """How much of a text the rows of each table cover, and what has no row.

        `text` is the name of a text, as `trace(…).source` has it; without it
        the package must have exactly one. Raises NotFound for any other, and
        SmartcityCaseError if matplotlib is not installed.
        """
        source, rows = self._data.spans_in(text)
        return draw_coverage(coverage(source, rows), self.what)

    def __repr__(self) -> str:
        return f"Pictures: {', '.join(f'.{name}()' for name in self.names)}"
