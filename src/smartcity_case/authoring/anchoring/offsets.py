"""Offsets as other tools count them: which unit they have, by the evidence, and code points."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from smartcity_case.errors import AnchorError
from smartcity_case.report import counted
from smartcity_case.text import Source, Span, stands

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

UNITS = ("codepoint", "utf16", "utf8")
"""Unicode code points; UTF-16 code units (JavaScript, Java); bytes of UTF-8 (Rust, Go)."""
AUTO = "auto"


def to_codepoint(source: Source, offset: int, unit: str) -> int:
    """An offset in code points; -1 if it names no place between two characters.

    >>> to_codepoint(Source("a", "😀!"), 2, "utf16"), to_codepoint(Source("a", "😀!"), 1, "utf16")
    (1, -1)
    """
    if unit == "codepoint" or source.text.isascii():
        return offset if 0 <= offset <= len(source) else -1
    convert = source.from_utf16 if unit == "utf16" else source.from_utf8
    try:
        return convert(offset)
    except ValueError:
        return -1


class Placed(NamedTuple):
    """The words of a row and the offsets that it has for them, in some unit."""

    source: Source
    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Evidence:
    """How many rows have their words at their offsets, by the unit in which these are read.

    `rows` are those that have both. `explained` has for each unit which of them.
    """

    rows: int
    explained: dict[str, frozenset[int]] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = ", ".join(f"{unit} {len(self.explained[unit])}" for unit in UNITS)
        return f"words at their offsets, of {counted(self.rows, 'row')} with both: {shown}"

    @property
    def unit(self) -> str:
        """The unit that explains the most rows; AnchorError if the rows do not say."""
        most = max(UNITS, key=lambda unit: len(self.explained[unit]))  # the first, if several
        found = self.explained[most]
        rivals = [u for u in UNITS if len(self.explained[u]) == len(found)]
        if not found or any(self.explained[unit] != found for unit in rivals):
            raise AnchorError(f"how the offsets count cannot be told; {self}; name the unit")
        return most


def evidence(rows: Iterable[Placed]) -> Evidence:
    """In which unit the offsets of rows have their words.

    >>> text = Source("a", "😀 Duisburg")
    >>> found = evidence([Placed(text, 3, 11, "Duisburg")])
    >>> found.unit, str(found)
    ('utf16', 'words at their offsets, of 1 row with both: codepoint 0, utf16 1, utf8 0')
    """
    explained: dict[str, set[int]] = {unit: set() for unit in UNITS}
    number = 0
    for number, row in enumerate(rows, 1):
        for unit in UNITS:
            start, end = (to_codepoint(row.source, at, unit) for at in (row.start, row.end))
            if stands(row.source.text, start, end, row.words):
                explained[unit].add(number)
    return Evidence(number, {unit: frozenset(found) for unit, found in explained.items()})


def in_codepoints(row: Placed, unit: str) -> Span | None:
    """The span of a row in code points, or None if its offsets name none."""
    start, end = (to_codepoint(row.source, at, unit) for at in (row.start, row.end))
    return Span(start, end) if stands(row.source.text, start, end, None) else None


def decide(unit: str, rows: Sequence[Placed]) -> tuple[str, Evidence | None]:
    """The unit that is meant: the one that is named, or with `auto` what the rows say."""
    if unit != AUTO:
        return unit, None
    found = evidence(rows)
    return found.unit, found
