"""The spans of a table as a page shows them: where each stands, or why it does not.

All spans of a batch are proven at once; those that are not are judged one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from smartcity_case.checks.spans import Search, SpanCheck
from smartcity_case.checks.trace import search_cost, trace_span
from smartcity_case.text import stands
from smartcity_case.viewer.texts import LEFT_OUT, WITHHELD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smartcity_case.arrays import Ints, Mask
    from smartcity_case.checks.rows import Rows
    from smartcity_case.corpus import Corpus
    from smartcity_case.profile import TableSchema
    from smartcity_case.table import Batch, Fault
    from smartcity_case.viewer.texts import Texts

_MOST_CANDIDATES = 20
"""Places of words that stand elsewhere: as many as are looked at."""
NO_MARKS: Ints = np.zeros((0, 5), np.int64)
"""Marks have a row, a span, a text, a start and an end."""
Odd: TypeAlias = list[Any]
"""A span that is not exact: row, span, verdict, candidates, words, stated offsets, text."""


class Read(NamedTuple):
    """What is known of one declaration's spans in a batch, before any is looked at by itself."""

    marks: Ints
    rest: Rows | None
    odd: list[Odd]


@dataclass
class Spans:
    """The declarations of a table: reads their spans, and judges them."""

    schema: TableSchema
    texts: Texts
    corpus: Corpus
    _checks: list[SpanCheck] = field(default_factory=list, init=False)
    _alone: list[int | None] = field(default_factory=list, init=False)
    """The number of the text of a declaration that has just one."""
    _wordless: Mask = field(init=False)
    """Which texts have no words to prove anything by."""
    _search: Search = field(default_factory=Search, init=False)

    def __post_init__(self) -> None:
        self._wordless = np.array([each.text is None for each in self.texts.shown], np.bool_)
        for declared in self.schema.text_spans:
            known = self.texts.known(declared)
            alone = declared.fields.source is None
            # What is left out has the number behind the others while spans are read.
            kept = {key: self._number(number) for key, number in known.items()}
            self._checks.append(SpanCheck(self.schema, declared, None if alone else kept))
            self._alone.append(kept.get("", -1) if alone else None)

    def _number(self, number: int) -> int:
        return len(self.texts.shown) if number == LEFT_OUT else number

    def read(self, batch: Batch) -> list[Read]:
        """The spans of a batch by declaration; in any thread."""
        return [self._read(batch, number) for number in range(len(self._checks))]

    def _read(self, batch: Batch, span: int) -> Read:
        check, alone = self._checks[span], self._alone[span]
        if not set(check.declaration.fields.names) <= batch.columns.keys():
            return Read(NO_MARKS, None, [])
        rows, faults = check.read(batch)
        if alone is not None:
            rows = replace(rows, numbers=np.full(len(rows), alone, np.int64))
        odd = list(self._unread(batch, span, faults))
        shown = (rows.numbers >= 0) & (rows.numbers < len(self.texts.shown))
        odd += self._elsewhere(span, rows.take(np.flatnonzero(~shown)))
        rows = rows.take(np.flatnonzero(shown))
        wordless = self._wordless[rows.numbers]
        proven = check.prove(rows.take(np.flatnonzero(~wordless)), self.corpus)
        good = np.where(wordless, rows.start < rows.end, ~np.isin(rows.index, proven.rest.index))
        odd += self._without_words(span, rows.take(np.flatnonzero(wordless)))
        return Read(_marks(span, rows.take(np.flatnonzero(good))), proven.rest, odd)

    def _unread(self, batch: Batch, span: int, faults: Sequence[Fault]) -> Iterator[Odd]:
        """The spans that cannot be looked up, each once."""
        fields, alone = self._checks[span].declaration.fields, self._alone[span]
        text = -1 if alone is None or alone >= len(self.texts.shown) else alone
        for row, code in {f.place: f.code for f in reversed(faults)}.items():
            words = batch.texts([fields.exact], [row])[0] if fields.exact else ""
            yield [row, span, code.removeprefix("span."), [], words, None, text]

    def _elsewhere(self, span: int, rows: Rows) -> Iterator[Odd]:
        """The spans in texts that are not on the page, or in none that there is."""
        for row, text, *stated, words in _each(rows):
            verdict = "unverifiable" if text < 0 else "left-out"
            yield [row, span, verdict, [], words or "", stated, -1]

    def _without_words(self, span: int, rows: Rows) -> Iterator[Odd]:
        """The spans in texts of which no words are there: what is wrong for all that."""
        for row, text, *stated, words in _each(rows):
            if stated[0] >= stated[1]:
                yield [row, span, "out-of-range", [], words or "", stated, text]
            elif self.texts.shown[text].why != WITHHELD:
                yield [row, span, "unverifiable", [], words or "", stated, text]

    def judge(self, reads: Sequence[Read]) -> tuple[Ints, list[Odd]]:
        """The marks of a batch and its odd spans, by row and span; batches come in order."""
        marks = [NO_MARKS, *(read.marks for read in reads)]
        odd = [each for read in reads for each in read.odd]
        for span, read in enumerate(reads):
            self._search.refill(len(read.marks))
            for row, text, start, end, words in () if read.rest is None else _each(read.rest):
                verdict, candidates = self._trace(text, start, end, words)
                if verdict == "exact":  # its digest or its context is not, which is a finding
                    marks.append(np.array([[row, span, text, start, end]], np.int64))
                else:
                    odd.append([row, span, verdict, candidates, words or "", [start, end], text])
        joined = np.concatenate(marks)
        order = np.lexsort((joined[:, 1], joined[:, 0]))
        return joined[order], sorted(odd, key=lambda each: each[:2])

    def _trace(
        self, text: int, start: int, end: int, words: str | None
    ) -> tuple[str, list[list[int]]]:
        whole = self.corpus.text(text)
        if self._search.left <= 0 and not stands(whole, start, end, words):
            return "unsearched" if stands(whole, start, end, None) else "out-of-range", []
        trace = trace_span(whole, start, end, words, partial(self.corpus.occurrences, text))
        self._search.left -= search_cost(whole, words, trace)
        return trace.verdict, [list(place) for place in trace.candidates[:_MOST_CANDIDATES]]


def _each(rows: Rows) -> Iterator[tuple[int, int, int, int, str | None]]:
    """The spans one by one: row, text, start, end, words."""
    words = [None] * len(rows) if rows.exact is None else rows.exact.to_pylist()
    numbers = (rows.index, rows.numbers, rows.start, rows.end)
    return zip(*(each.tolist() for each in numbers), words, strict=True)


def _marks(span: int, rows: Rows) -> Ints:
    spans = np.full(len(rows), span, np.int64)
    return np.column_stack([rows.index, spans, rows.numbers, rows.start, rows.end])
