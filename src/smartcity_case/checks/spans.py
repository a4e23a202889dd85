"""The one promise: `0 <= start < end <= len(source)` and `source[start:end] == exact`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from smartcity_case.report import Finding, shorten
from smartcity_case.text import OFFSET_FORM, Span, occurrences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smartcity_case.profile import TextSpan
    from smartcity_case.table import Table

Verdict = Literal["exact", "moved", "ambiguous", "absent", "out-of-range"]

_SHOWN_CANDIDATES = 5
_DIGITS = 18  # more than any text is long


@dataclass(frozen=True)
class Trace:
    """The verdict on one span; `candidates` are where else the words stand."""

    verdict: Verdict
    candidates: tuple[Span, ...] = ()


def trace_span(text: str, start: int, end: int, exact: str | None) -> Trace:
    """Judge a span: range first, then the words at the place, then elsewhere.

    Without `exact` only the range is judged. A span that is out of range
    carries the places of its words too.

    >>> trace_span("die Stadt", 4, 9, "Stadt").verdict
    'exact'
    >>> trace_span("die Stadt", 3, 8, "Stadt")
    Trace(verdict='moved', candidates=(Span(start=4, end=9),))
    """
    in_range = 0 <= start < end <= len(text)
    if in_range and (exact is None or text[start:end] == exact):
        return Trace("exact")
    places = tuple(occurrences(text, exact)) if exact else ()
    if not in_range:
        return Trace("out-of-range", places)
    if not places:
        return Trace("absent")
    return Trace("moved" if len(places) == 1 else "ambiguous", places)


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
    return Span(*(int(cell[:_DIGITS]) for cell in cells))


def check_spans(
    table: Table, declaration: TextSpan, text: str, missing: frozenset[str]
) -> Iterator[Finding]:
    """Judge every row of a table against the text its declaration names.

    `missing` are the cells that count as empty (`missingValues`).
    """
    fields = declaration.fields
    named = [table.columns[name] for name in (fields.start, fields.end)]
    if fields.exact is not None:
        named.append(table.columns[fields.exact])
    for index, cells in enumerate(zip(*named, strict=True)):
        empty = [cell in missing for cell in cells]
        if all(empty) and not declaration.required:
            continue
        odd = list(_odd_offsets(table, index, declaration, cells, empty))
        yield from odd
        if any(empty):
            which = [n for n, e in zip(fields.names, empty, strict=False) if e]
            where = table.at(index, which[0])
            yield Finding(where, "span.incomplete", f"empty: {', '.join(which)}")
        elif not odd:
            yield from _judge(table, index, declaration, text, cells)


def _odd_offsets(
    table: Table, index: int, declaration: TextSpan, cells: tuple[str, ...], empty: list[bool]
) -> Iterator[Finding]:
    names = (declaration.fields.start, declaration.fields.end)
    for name, cell, is_empty in zip(names, cells, empty, strict=False):
        if not is_empty and not OFFSET_FORM.fullmatch(cell):
            message = f"{shorten(cell)} is not an offset (ASCII digits, no sign, no leading zero)"
            yield Finding(table.at(index, name), "span.unverifiable", message)


def _judge(
    table: Table, index: int, declaration: TextSpan, text: str, cells: tuple[str, ...]
) -> Iterator[Finding]:
    fields = declaration.fields
    start, end = (int(cell[:_DIGITS]) for cell in cells[:2])
    exact = cells[2] if len(cells) > 2 else None
    trace = trace_span(text, start, end, exact)
    if trace.verdict != "exact":
        message = _message(trace, cells, text[start:end])
        yield Finding(
            table.at(index, fields.exact or fields.start), f"span.{trace.verdict}", message
        )
    elif end - start < declaration.min_length:
        message = f"{text[start:end]!r} is shorter than {declaration.min_length} characters"
        yield Finding(table.at(index, fields.exact or fields.start), "span.trivial", message)


def _message(trace: Trace, cells: tuple[str, ...], found: str) -> str:
    start, end = cells[0], cells[1]
    exact = shorten(cells[2]) if len(cells) > 2 else ""
    shown = ", ".join(f"{s.start} to {s.end}" for s in trace.candidates[:_SHOWN_CANDIDATES])
    if len(trace.candidates) > _SHOWN_CANDIDATES:
        shown += f" and {len(trace.candidates) - _SHOWN_CANDIDATES} more"
    if trace.verdict == "out-of-range":
        there = f"; the words stand at {shown}" if shown else ""
        return f"{shorten(start)} to {shorten(end)} is no stretch of the text{there}"
    there = f"at {start} to {end} the text has {shorten(found)}, not {exact}"
    if trace.verdict == "absent":
        return f"{there}; these words stand nowhere"
    return f"{there}; these words stand at {shown}"
