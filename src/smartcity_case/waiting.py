"""Spans that wait for their texts, which are too many to be in memory, until all rows are read.

They are kept in runs that are sorted by text; of many rows the runs lie on disk.
Then each text is read once, and with it the spans that refer to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from smartcity_case import arrow
from smartcity_case.arrays import numbers, places, strings
from smartcity_case.checks.rows import WORDS, Rows
from smartcity_case.storage import moved_to_disk
from smartcity_case.table import Batch, Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from smartcity_case.arrays import Ints

_RUN = 32 << 20
"""Bytes of spans that are sorted at a time."""
_HELD = 256 << 20
"""Bytes of sorted spans that stay in memory."""
UNIT = 1 << 22
"""Spans that are proven at a time."""

NUMBER = "number"
_KEY = "key"
_INTEGERS = (NUMBER, "start", "end", "file", "row")


def packed(batch: Batch, rows: Rows, file: int) -> pa.RecordBatch:
    """Spans of a batch, and what is told of their rows, in columns of their own.

    The columns are `number` (of the text), `start`, `end`, `file` (a number, for
    its path), `row`, those of the words as declared, and the key as it is shown.
    """
    files = np.full(len(rows), file)
    integers = (rows.numbers, rows.start, rows.end, files, batch.rows[rows.index])
    arrays = dict(zip(_INTEGERS, map(places, integers), strict=True))
    words = {name: getattr(rows, name) for name in WORDS}
    arrays |= {name: array for name, array in words.items() if array is not None}
    if batch.key_fields:
        arrays[_KEY] = _keys_shown(batch, rows.index)
    return pa.RecordBatch.from_arrays(list(arrays.values()), list(arrays))


def unpacked(held: pa.RecordBatch, resource: str, paths: Sequence[str]) -> tuple[Batch, Rows]:
    """The spans of a record batch that `packed` made, or of several in one."""
    columns = dict(zip(held.schema.names, held.columns, strict=True))
    number, start, end, file, row = (numbers(columns[name]) for name in _INTEGERS)
    words: dict[str, Any] = {name: columns.get(name) for name in WORDS}
    keys = {_KEY: Column(columns[_KEY])} if _KEY in columns else {}
    batch = Batch(resource, "", keys, row, tuple(keys), tuple(paths), file)
    return batch, Rows(np.arange(len(row)), number, start, end, **words)


def units(pieces: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Spans of some texts in parts that are proven at once, each text by text.

    The pieces come in the order of their rows; in each the spans of one text do too.
    """
    some: list[pa.RecordBatch] = []
    room = UNIT
    for piece in pieces:
        rest = piece
        while len(rest) > room:
            if rest is piece:
                rest = _taken(rest, np.lexsort((_column(rest, "row"), _column(rest, "file"))))
            yield sorted_by_text([*some, rest.slice(0, room)])
            some, rest, room = [], rest.slice(room), UNIT
        some.append(rest)
        room -= len(rest)
    if room < UNIT:
        yield sorted_by_text(some)


def sorted_by_text(pieces: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """Spans text by text, those of a text in their order."""
    whole = pieces[0] if len(pieces) == 1 else _joined(pieces)
    texts = _column(whole, NUMBER)
    if bool((texts[1:] >= texts[:-1]).all()):
        return whole
    return _taken(whole, np.argsort(texts, kind="stable"))


class Waiting:
    """The spans of a table that wait, by declaration; rows are added in their order."""

    def __init__(self, resource: str) -> None:
        self._resource = resource
        self._paths: dict[str, int] = {}
        self._fresh: list[pa.RecordBatch] = []
        self._runs: list[pa.RecordBatch] = []
        self._fresh_size = self._size = 0

    def __bool__(self) -> bool:
        return bool(self._fresh or self._runs)

    def add(self, batch: Batch, rows: Rows) -> None:
        """Take in the spans of a batch."""
        some = packed(batch, rows, self._paths.setdefault(batch.path, len(self._paths)))
        self._fresh.append(some)
        self._fresh_size += some.nbytes
        if self._fresh_size > _RUN:
            self._close_run()

    def _close_run(self) -> None:
        run = sorted_by_text(self._fresh)
        self._size += run.nbytes
        self._runs.append(moved_to_disk(run) if self._size > _HELD else run)
        self._fresh, self._fresh_size = [], 0

    def of_texts(self, first: int, count: int) -> Iterator[tuple[Batch, Rows]]:
        """The spans of some texts; the number of the first of these becomes 0."""
        if self._fresh:
            self._close_run()
        pieces = []
        for run in self._runs:
            low, high = np.searchsorted(_column(run, NUMBER), [first, first + count]).tolist()
            if low < high:
                pieces.append(run.slice(low, high - low))
        for unit in units(pieces):
            batch, rows = unpacked(unit, self._resource, list(self._paths))
            yield batch, rows.of_texts_from(first)


def _keys_shown(batch: Batch, rows: Ints) -> pa.StringArray:
    """The keys of some rows; empty ones if their columns are missing."""
    names = batch.key_columns
    if len(names) == 1 and (column := batch.columns[names[0]]).is_text:
        return column.take(rows).array
    return strings(batch.keys(rows.tolist()))


def _column(held: pa.RecordBatch, name: str) -> Ints:
    return numbers(held.column(held.schema.get_field_index(name)))


def _joined(pieces: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    columns = zip(*(piece.columns for piece in pieces), strict=True)
    return pa.RecordBatch.from_arrays(list(map(pa.concat_arrays, columns)), pieces[0].schema.names)


def _taken(held: pa.RecordBatch, order: Ints) -> pa.RecordBatch:
    at = places(order)
    arrays = [arrow.take(column, at) for column in held.columns]
    return pa.RecordBatch.from_arrays(arrays, held.schema.names)
