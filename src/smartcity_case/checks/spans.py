"""The one promise: `0 <= start < end <= len(source)` and `source[start:end] == exact`.

Whole batches are proven at once on the UTF-8 of the texts; a row that is not
proven is judged by itself, on the decoded text, with the reason and where its
words stand instead.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from smartcity_case import arrow, limits
from smartcity_case.arrays import (
    Ints,
    Mask,
    numbers,
    offsets,
    places,
    present,
    strings,
)
from smartcity_case.checks import hints
from smartcity_case.checks.rows import WORDS, Rows
from smartcity_case.checks.trace import (
    DIGITS,
    Trace,
    difference,
    message_of,
    search_cost,
    trace_span,
)
from smartcity_case.report import counted, held, shorten
from smartcity_case.table import Fault, cell_text
from smartcity_case.text import OFFSET_FORM, Span, stands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from smartcity_case.corpus import Corpus
    from smartcity_case.profile import TableSchema
    from smartcity_case.table import Batch, Column
    from smartcity_case.textspans import TextSpan

_EXPLAINED, _EXPLAINED_IN_ALL = 20, 100
"""Failing rows of a batch, and of a table, for which excerpt and reason are looked for."""
_HALF = re.compile("[\ud800-\udfff]")
_MOST = 10**DIGITS - 1


def digest_of(salt: str, words: str) -> str:
    """What stands in the place of words that may not be redistributed.

    Lower-case hex of sha256 over the salt, a zero byte and the words, in UTF-8.
    """
    return hashlib.sha256(f"{salt}\0{words}".encode()).hexdigest()


@dataclass
class Judged:
    """What came of some spans: faults, and why words were not where they should be.

    Of the spans checked, the words of `failed` do not stand at their offsets;
    those of `absent` are known to stand nowhere in the text, and `looked` of
    the others were asked for a known mistake.
    """

    faults: list[Fault] = field(default_factory=list)
    checked: int = 0
    failed: int = 0
    absent: int = 0
    looked: int = 0
    explained: Counter[str] = field(default_factory=Counter)

    def count(self, other: Judged) -> None:
        """Add the numbers of another, without its faults."""
        self.checked += other.checked
        self.failed += other.failed
        self.absent += other.absent
        self.looked += other.looked
        self.explained += other.explained


class Proven(NamedTuple):
    """What is known of some spans before any is looked at by itself.

    Of `checked` spans those of `rest` could not be proven; `corpus` has their texts.
    """

    checked: int
    rest: Rows
    warnings: list[Fault]
    corpus: Corpus


class Search:
    """How much may still be done to say what is wrong with the spans of a table.

    `left` characters may be searched for misplaced words. The more rows are
    read, the more: what is wrong with a long table is looked at as closely as
    what is wrong with a short one.
    """

    def __init__(self) -> None:
        self.left = float(limits.SEARCH)
        self.absence = hints.Absence()
        self.explained = 0
        self.common_cause = True
        """Whether one known mistake may still explain most of the failing spans."""

    def refill(self, rows: int) -> None:
        """Allow for more rows."""
        self.left = min(limits.SEARCH, self.left + limits.SEARCH * rows / _REFILLED_BY)


_REFILLED_BY = 1 << 16
_DIGESTED = 250_000_000
"""Characters of a batch that digests are made of at once."""


class SpanCheck:
    """One declaration of a table: reads the spans of batches, and judges them.

    `known` maps the keys of the texts to their numbers; without it there is
    one text, number 0.
    """

    def __init__(
        self, schema: TableSchema, declaration: TextSpan, known: Mapping[str, int] | None = None
    ) -> None:
        self.declaration = declaration
        self._known = known
        self._column = declaration.fields.column
        self._missing = {n: schema.missing(schema.field(n)) for n in declaration.fields.names}

    def read(self, batch: Batch) -> tuple[Rows, list[Fault]]:
        """The spans of a batch that can be looked up, and what is wrong with the others."""
        fields = self.declaration.fields
        core = [n for n in (fields.start, fields.end, fields.exact, fields.digest) if n]
        context = [n for n in (fields.prefix, fields.suffix) if n]
        empty = {n: batch.columns[n].missing(self._missing[n]) for n in fields.names}
        nothing = np.logical_and.reduce([empty[n] for n in (*core, *context)])
        needed = [*core, *([fields.source] if fields.source else [])]
        lacking = np.logical_or.reduce([empty[n] for n in needed])
        if not self.declaration.required:
            lacking &= ~nothing
        faults = [
            Fault(row, which[0], "span.incomplete", f"empty: {', '.join(which)}")
            for row in _enough(lacking)
            if (which := [n for n in needed if empty[n][row]])
        ]
        good = ~(nothing | lacking)
        places = []
        for name in (fields.start, fields.end):
            values, readable = _offsets(batch.columns[name])
            odd = ~readable & ~empty[name]
            faults += _odd(batch.columns[name], name, odd, _no_offset)
            places.append(values)
            good &= readable
        for name in [n for n in (fields.exact, fields.digest, *context) if n is not None]:
            if not batch.columns[name].is_text:
                halves = _halves(batch.columns[name]) & good
                faults += _odd(batch.columns[name], name, halves, _half)
                good &= ~halves
        numbers, more = self._numbers(batch, good)
        good &= numbers >= 0
        index = np.flatnonzero(good)
        words = {w: n for w in WORDS if (n := getattr(fields, w)) is not None}
        taken = {
            word: _words(batch.columns[name], empty[name], index) for word, name in words.items()
        }
        start, end = (values[index] for values in places)
        return Rows(index, numbers[index], start, end, **taken), [*faults, *more]

    def _numbers(self, batch: Batch, good: Mask) -> tuple[Ints, list[Fault]]:
        """Which text each row refers to; -1 where there is none."""
        name = self.declaration.fields.source
        if name is None or self._known is None:
            return np.zeros(len(batch), np.int64), []
        codes, values = batch.columns[name].encoded
        texts = [value if type(value) is str else cell_text(value) for value in values]
        numbers = np.array([self._known.get(text, -1) for text in texts], np.int64).take(codes)
        target = self.declaration.reference.resource
        return numbers, [
            Fault(
                row,
                name,
                "span.unverifiable",
                f"{shorten(texts[codes[row]])} is no text in {target} that can be read",
                held(texts[codes[row]]),
            )
            for row in _enough(good & (numbers < 0))
        ]

    def prove(self, rows: Rows, corpus: Corpus) -> Proven:
        """Which spans are right, given the texts that they refer to; in any thread."""
        proven = _proven(rows, corpus, self.declaration)
        short = proven & (rows.end - rows.start < self.declaration.min_length)
        warnings = list(self._trivial(rows, np.flatnonzero(short).tolist(), corpus))
        rest = rows.take(np.flatnonzero(~proven))
        # Text by text, so that each is decoded once.
        rest = rest.take(np.argsort(rest.numbers, kind="stable"))
        return Proven(len(rows), rest, warnings, corpus)

    def judge(self, proven: Proven, search: Search) -> Judged:
        """The verdict on spans that were not proven; batches come in order."""
        search.refill(proven.checked)
        failed, faults, corpus = proven.rest, proven.warnings, proven.corpus
        absent = np.zeros(len(failed), np.bool_)
        one_by_one = self._judge_one_by_one(failed, corpus, search, absent)
        faults += islice(one_by_one, limits.FINDINGS + 1)
        if failed.exact is None or not len(failed):
            return Judged(faults, proven.checked, len(failed))
        misplaced = ~corpus.stand_at(failed.numbers, failed.start, failed.end, failed.exact)
        counts = proven.checked, int(misplaced.sum()), int(absent.sum())
        if not search.common_cause:
            return Judged(faults, *counts)
        # No way of counting makes words right that stand nowhere.
        mendable = failed.take(np.flatnonzero(misplaced & ~absent))
        looked, explained = hints.explain_offsets(mendable, corpus)
        search.common_cause = looked == len(mendable)
        return Judged(faults, *counts, looked, explained)

    def _trivial(self, rows: Rows, short: list[int], corpus: Corpus) -> Iterator[Fault]:
        """Warnings of words that are too short to say anything."""
        least = f"shorter than {self.declaration.min_length} characters"
        for at in short[: limits.WARNINGS]:
            number, start, end = (int(a[at]) for a in (rows.numbers, rows.start, rows.end))
            words, index = corpus.text(number)[start:end], int(rows.index[at])
            message = f"{shorten(words)} is {least}"
            yield Fault(index, self._column, "span.trivial", message, held(words))
        if more := short[limits.WARNINGS :]:
            index = int(rows.index[more[0]])
            message = f"from this row on: {counted(len(more), 'span')} {least}"
            yield Fault(index, self._column, "span.trivial", message)

    def _judge_one_by_one(
        self, rows: Rows, corpus: Corpus, search: Search, absent: Mask
    ) -> Iterator[Fault]:
        """What is wrong with each; marks in `absent` those whose words stand nowhere."""
        words = {
            name: [None] * len(rows)
            if (array := getattr(rows, name)) is None
            else array.to_pylist()
            for name in WORDS
        }
        places = (rows.index, rows.numbers, rows.start, rows.end)
        for at, (index, number, start, end) in enumerate(
            zip(*(array.tolist() for array in places), strict=True)
        ):
            text, span, exact = corpus.text(number), Span(start, end), words["exact"][at]
            if search.left > 0:
                trace = trace_span(text, start, end, exact, partial(corpus.occurrences, number))
                search.left -= search_cost(text, exact, trace)
                absent[at] = trace.verdict != "exact" and not trace.candidates
            elif stands(text, start, end, exact) or not stands(text, start, end, None):
                trace = trace_span(text, start, end, None)  # without a search
            else:
                message = difference(span, exact, text[start:end])
                yield Fault(index, self._column, "limit.search", message, held(exact or ""))
                continue
            if trace.verdict == "exact":
                given = {name: column[at] for name, column in words.items()}
                yield from self._judge_rest(text, span, index, given, search)
                continue
            explained = at < _EXPLAINED and search.explained < _EXPLAINED_IN_ALL
            search.explained += explained
            told = search.absence if explained else None
            yield self._told(text, span, index, exact, trace, told)

    def _told(
        self,
        text: str,
        span: Span,
        index: int,
        exact: str | None,
        trace: Trace,
        absence: hints.Absence | None,
    ) -> Fault:
        """A span that is not where its words are, with all that can be said about it."""
        message, excerpt = message_of(trace, span, exact, text[span.start : span.end]), ""
        if absence is not None and trace.verdict != "out-of-range":
            excerpt = hints.excerpt(text, span, exact)
            if trace.verdict == "absent" and exact:
                message += absence.explain(text, exact)
        shown = f"{span.start} to {span.end}" if exact is None else exact
        return Fault(index, self._column, f"span.{trace.verdict}", message, held(shown), excerpt)

    def _judge_rest(
        self, text: str, span: Span, index: int, given: dict[str, str | None], search: Search
    ) -> Iterator[Fault]:
        """What is wrong with a span that is in range and has its words: digest or context."""
        fields, digest = self.declaration.fields, given["digest"]
        if digest is not None:
            where = f"the words at {span.start} to {span.end}"
            if search.left <= 0:
                message = f"whether the digest is that of {where} was not looked at"
                yield Fault(index, fields.digest or "", "limit.search", message, held(digest))
                return
            search.left -= span.end - span.start
            if digest != digest_of(self.declaration.salt, text[slice(*span)]):
                message = f"the digest is not that of {where}"
                yield Fault(index, fields.digest or "", "span.digest", message, held(digest))
                return
        prefix, suffix = given["prefix"] or "", given["suffix"] or ""
        before = text[max(0, span.start - len(prefix)) : span.start]
        after = text[span.end : span.end + len(suffix)]
        if before != prefix:
            message = f"before {span.start} the text has {shorten(before)}, not {shorten(prefix)}"
            yield Fault(index, fields.prefix or "", "span.context", message, held(prefix))
        elif after != suffix:
            message = f"after {span.end} the text has {shorten(after)}, not {shorten(suffix)}"
            yield Fault(index, fields.suffix or "", "span.context", message, held(suffix))

    def summary(self, judged: Judged) -> str:
        """What the failing spans have in common, if one known mistake explains most of them.

        That is nine in ten of those whose words may stand elsewhere.
        """
        mendable = judged.failed - judged.absent
        if judged.looked < mendable or not mendable:
            return ""
        cause = max(hints.CAUSES, key=lambda c: judged.explained[c])  # the first, if several
        count = judged.explained[cause]
        if count < min(2, judged.checked) or 10 * count < 9 * mendable:
            return ""
        if judged.failed == 1:
            return f"the one row whose words do not stand at its offsets is right if {cause}"
        which = f"all {count}" if count == judged.failed else f"{count} of the {judged.failed}"
        return f"{which} rows whose words do not stand at their offsets are right if {cause}"


def _proven(rows: Rows, corpus: Corpus, declaration: TextSpan) -> Mask:
    """Which spans are right for certain."""
    if rows.exact is not None:
        proven = corpus.stand_at(rows.numbers, rows.start, rows.end, rows.exact)
    else:
        proven = corpus.in_range(rows.numbers, rows.start, rows.end)
    if rows.digest is not None:
        lengths = np.where(proven, rows.end - rows.start, 0)
        proven &= np.cumsum(lengths) <= _DIGESTED  # the others are looked at later
        for at in np.flatnonzero(proven).tolist():
            place = slice(int(rows.start[at]), int(rows.end[at]))
            words = corpus.text(int(rows.numbers[at]))[place]
            proven[at] = rows.digest[at].as_py() == digest_of(declaration.salt, words)
    context = (
        (rows.prefix, rows.start, corpus.stand_before),
        (rows.suffix, rows.end, corpus.stand_after),
    )
    for beside, edge, stand in context:
        if beside is not None:
            some = np.flatnonzero(proven)
            proven[some] = stand(rows.numbers[some], edge[some], arrow.take(beside, places(some)))
    return proven


def _offsets(column: Column) -> tuple[Ints, Mask]:
    """The cells of an offset column as integers, and which can be read as offsets."""
    if column.is_text:
        values, readable = offsets(column.cells)
        for row in np.flatnonzero(~readable).tolist():
            cell = column.value(row) or ""
            if OFFSET_FORM.fullmatch(cell):  # a long one, which lies beyond every text
                values[row], readable[row] = int(cell[:DIGITS]), True
        return values, readable
    kind = column.array.type
    if pa.types.is_integer(kind) and kind != pa.uint64():
        known, values = present(column.array), np.minimum(numbers(column.array), _MOST)
        return values, known & (values >= 0)
    values = np.array([_offset(value) for value in column.values()], np.int64)
    return values, values >= 0


def _offset(value: object) -> int:
    """A number, or digits in text, as an offset; -1 if it is none."""
    if isinstance(value, str) and OFFSET_FORM.fullmatch(value):
        return int(value[:DIGITS])
    return min(value, _MOST) if type(value) is int and value >= 0 else -1


def _enough(rows: Mask) -> list[int]:
    """The places of some rows, or of as many as make a table full of faults."""
    places: list[int] = np.flatnonzero(rows)[: limits.FINDINGS + 1].tolist()
    return places


def _odd(column: Column, name: str, odd: Mask, why: Callable[[object], str]) -> Iterator[Fault]:
    for row in _enough(odd):
        value = column.value(row)
        cell = cell_text(value)
        message = f"{shorten(cell)} {why(value)}"
        yield Fault(row, name, "span.unverifiable", message, held(cell))


def _no_offset(value: object) -> str:
    if not OFFSET_FORM.fullmatch(cell_text(value)):
        return "is not an offset (ASCII digits, no sign, no leading zero)"
    return f"is of the type {type(value).__name__}, not an integer"


def _half(_: object) -> str:
    return "holds half of a surrogate pair"


def _halves(column: Column) -> Mask:
    """Which cells hold half of a surrogate pair, which no text in UTF-8 can."""
    texts = [cell_text(value) for value in column.values()]
    return np.array([bool(_HALF.search(text)) for text in texts], np.bool_)


def _words(column: Column, empty: Mask, index: Ints) -> pa.StringArray:
    """The words of some rows; missing ones are empty."""
    if column.is_text and not column.array.null_count and not empty.any():
        return arrow.take(column.array, places(index))
    cells = [None if empty[row] else column.value(row) for row in index.tolist()]
    return strings([cell_text(cell) for cell in cells])
