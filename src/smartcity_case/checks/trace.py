"""The verdict on one span, and how it is told."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from smartcity_case.report import shorten
from smartcity_case.text import OFFSET_FORM, Span, occurrences, stands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from smartcity_case.textspans import TextSpan

Find: TypeAlias = "Callable[[str], Iterator[Span]]"
Verdict = Literal["exact", "moved", "ambiguous", "absent", "out-of-range"]

_SHOWN_CANDIDATES = 5
_MOST_CANDIDATES = 100
DIGITS = 18
"""Digits of an offset that are read; more than any text is long."""


class Trace(NamedTuple):
    """The verdict on one span; `candidates` are where else the words stand.

    At most a hundred candidates are listed.
    """

    verdict: Verdict
    candidates: tuple[Span, ...] = ()


def trace_span(
    text: str, start: int, end: int, exact: str | None, find: Find | None = None
) -> Trace:
    """Judge a span: range first, then the words at the place, then elsewhere.

    Without `exact` only the range is judged. A span that is out of range
    carries the places of its words too. They are looked for by `find`, if given.

    >>> trace_span("die Stadt", 4, 9, "Stadt").verdict
    'exact'
    >>> trace_span("die Stadt", 3, 8, "Stadt")
    Trace(verdict='moved', candidates=(Span(start=4, end=9),))
    """
    if stands(text, start, end, exact):
        return Trace("exact")
    in_range = stands(text, start, end, None)
    found = () if not exact else occurrences(text, exact) if find is None else find(exact)
    places = tuple(islice(found, _MOST_CANDIDATES))
    if not in_range:
        return Trace("out-of-range", places)
    if not places:
        return Trace("absent")
    return Trace("moved" if len(places) == 1 else "ambiguous", places)


def search_cost(text: str, exact: str | None, trace: Trace) -> float:
    """How many characters were searched, more or less; long words take more."""
    if not exact or trace.verdict == "exact":
        return 0
    found = trace.candidates
    searched = found[-1].end if len(found) == _MOST_CANDIDATES else len(text)
    return searched * (1 + min(len(exact), 1_000) / 250)


def read_span(
    record: Mapping[str, str], declaration: TextSpan, missing: frozenset[str]
) -> Span | None:
    """The span of a row, or None if its cells are empty.

    Raises ValueError, saying which cell, if one of the offsets cannot be read.
    """
    cells = [record[name] for name in (declaration.fields.start, declaration.fields.end)]
    if all(cell in missing for cell in cells):
        return None
    for cell in cells:
        if not OFFSET_FORM.fullmatch(cell):
            raise ValueError(f"{shorten(cell)} is not an offset")
    return Span(*(int(cell[:DIGITS]) for cell in cells))


def text_name(declaration: TextSpan, record: Mapping[str, str]) -> str:
    """The name of the text that a record points into; one of a table of texts has its key, too."""
    name, column = declaration.reference.resource, declaration.fields.source
    return name if column is None else f"{name}/{record[column]}"


def message_of(trace: Trace, span: Span, exact: str | None, found: str) -> str:
    """What is told of a span that is not exact; `found` stands at its place."""
    if trace.verdict == "absent":
        return f"{difference(span, exact, found)}; these words stand nowhere"
    shown = ", ".join([f"{s.start} to {s.end}" for s in trace.candidates[:_SHOWN_CANDIDATES]])
    more = len(trace.candidates) - _SHOWN_CANDIDATES
    if more > 0:
        at_least = "at least " if len(trace.candidates) == _MOST_CANDIDATES else ""
        shown += f" and {at_least}{more} more"
    if trace.verdict == "out-of-range":
        elsewhere = f"; the words stand at {shown}" if shown else ""
        return f"{span.start} to {span.end} is no stretch of the text{elsewhere}"
    return f"{difference(span, exact, found)}; these words stand at {shown}"


def difference(span: Span, exact: str | None, found: str) -> str:
    """What a text has at a span, and what it should have there."""
    wanted = shorten(exact or "")
    return f"at {span.start} to {span.end} the text has {shorten(found)}, not {wanted}"
