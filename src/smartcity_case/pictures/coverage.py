"""How much of a text the rows of each table cover, and what has no row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smartcity_case.pictures.canvas import BLUE, INK, MARGIN, ORANGE, PAPER, QUIET, WIDTH, Sheet
from smartcity_case.pictures.picture import Picture
from smartcity_case.pictures.words import percent
from smartcity_case.report import counted
from smartcity_case.text import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True)
class Strip:
    """A table's rows in a text: how many, and the stretches that they cover together."""

    table: str
    rows: int
    stretches: tuple[Span, ...]

    @property
    def characters(self) -> int:
        """How many characters of the text are in at least one row."""
        return sum(end - start for start, end in self.stretches)


@dataclass(frozen=True)
class Coverage:
    """A text, a strip for each table, and the stretches that are in no row of any.

    `bare` is the number of characters in no row, and `blank` of these the
    number of those that are white space.
    """

    text: str
    length: int
    strips: tuple[Strip, ...]
    uncovered: tuple[Span, ...]
    blank: int

    @property
    def bare(self) -> int:
        """How many characters are in no row."""
        return sum(end - start for start, end in self.uncovered)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Stretches that together cover what spans cover, in order and apart.

    >>> merged([Span(4, 9), Span(0, 2), Span(8, 12)])
    (Span(start=0, end=2), Span(start=4, end=12))
    """
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def gaps(spans: Sequence[Span], length: int) -> tuple[Span, ...]:
    """What is left of a text by stretches that are in order and apart.

    >>> gaps([Span(0, 2), Span(4, 12)], 15)
    (Span(start=2, end=4), Span(start=12, end=15))
    """
    edges = [0, *(edge for span in spans for edge in span), length]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple(Span(start, end) for start, end in pairs if start < end)


def coverage(source: Source, tables: Mapping[str, Sequence[Sequence[Span]]]) -> Coverage:
    """What the rows of tables cover of a text, given the spans of each row.

    A span that reaches over the end of the text counts as far as the text goes.
    """
    length = len(source)
    strips = tuple(
        Strip(name, len(rows), merged(_within(rows, length))) for name, rows in tables.items()
    )
    all_of_them = merged(span for strip in strips for span in strip.stretches)
    bare = gaps(all_of_them, length)
    blank = sum(char.isspace() for span in bare for char in source.text[slice(*span)])
    return Coverage(source.name, length, strips, bare, blank)


def _within(rows: Sequence[Sequence[Span]], length: int) -> Iterable[Span]:
    spans = (Span(start, min(end, length)) for row in rows for start, end in row)
    return (span for span in spans if span.start < span.end)


_STEP, _HIGH = 0.42, 0.17
_FINEST = 2000
"""Stretches closer than the text's length by this cannot be told apart in a strip."""


def draw_coverage(seen: Coverage, what: str) -> Picture:
    """The picture of what rows cover of a text; `what` says how many texts the data have."""
    rows = sum(strip.rows for strip in seen.strips)
    covered = seen.length - seen.bare
    title = f"Rows cover {percent(covered, seen.length)} of the text"
    n = (
        f"n = {rows:,} rows of {counted(len(seen.strips), 'table')}, {what} ({seen.text}, "
        f"{seen.length:,} characters)."
    )
    notes = (n, "That words have a row says nothing of whether they are true, or well coded.")
    sheet = Sheet(title, (len(seen.strips) + 1) * _STEP + 0.3, notes)
    lines = [(f"{s.table}: {counted(s.rows, 'row')}", s.characters) for s in seen.strips]
    spans = [strip.stretches for strip in seen.strips]
    blank = f"no row ({seen.blank:,} of it white space)"
    last = len(seen.strips)
    for number, (label, characters) in enumerate([*lines, (blank, seen.bare)]):
        y = sheet.top + number * _STEP
        stretches = seen.uncovered if number == last else spans[number]
        colour = ORANGE if number == last else BLUE
        share = f"{characters:,} characters, {percent(characters, seen.length)}"
        sheet.text(MARGIN, y + 0.09, label, size=8.0, weight="bold" if number == last else "normal")
        sheet.text(WIDTH - MARGIN, y + 0.09, share, size=8.0, align="right")
        _strip(sheet, y + 0.18, stretches, seen.length, colour)
    y = sheet.top + (last + 1) * _STEP + 0.1
    sheet.text(MARGIN, y, "0", size=8.0, colour=QUIET)
    sheet.text(WIDTH / 2, y, "character of the text →", size=8.0, align="center", colour=QUIET)
    sheet.text(WIDTH - MARGIN, y, f"{seen.length:,}", size=8.0, align="right", colour=QUIET)
    told = "; ".join(
        f"{label} cover {characters:,} characters ({percent(characters, seen.length)})"
        for label, characters in lines
    )
    alt = (
        f"A strip for each table over the {seen.length:,} characters of the text {seen.text}, "
        f"with what its rows cover. {told or 'There are no rows'}. Together they cover "
        f"{covered:,}; {seen.bare:,} ({percent(seen.bare, seen.length)}) are in no row, "
        f"{seen.blank:,} of these white space. {n}"
    )
    return Picture(title, alt, rows, sheet.figure)


def _strip(sheet: Sheet, y: float, stretches: Sequence[Span], length: int, colour: str) -> None:
    from matplotlib.collections import PolyCollection

    scale = (WIDTH - 2 * MARGIN) / max(length, 1)
    sheet.box(MARGIN, y, WIDTH - 2 * MARGIN, _HIGH, edge=INK, fill=PAPER)
    near = length // _FINEST
    joined = merged(Span(start, end + near) for start, end in stretches)
    boxes = [(MARGIN + a * scale, MARGIN + min(b, length) * scale) for a, b in joined]
    sheet.axes.add_collection(
        PolyCollection(
            [[(a, y), (b, y), (b, y + _HIGH), (a, y + _HIGH)] for a, b in boxes],
            facecolor=colour,
            edgecolor="none",
            zorder=4,
        )
    )
