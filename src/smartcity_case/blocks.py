"""Delimited text as its header and blocks of whole records, cut from chunks of bytes.

Each block becomes columns by itself (`delimited.parse`), so that blocks can be parsed
side by side. Where a dialect leaves quotes and ends of records to RFC 4180, blocks are
cut at a line feed outside of quotation marks; others are split into records here.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smartcity_case import limits
from smartcity_case.records import RecordFault, Split, Splitter
from smartcity_case.text import not_utf8

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from smartcity_case.profile import Dialect
    from smartcity_case.records import Record

CHUNK = 4 << 20
"""Bytes that are read, and parsed, at a time."""
BOM = codecs.BOM_UTF8
_HEADER = 1 << 16
"""Bytes in which the header is looked for first."""
_COMMENTED = "a comment stands in the row that headerRows names"
TOO_LONG = (
    f"a record or header of more than {limits.CELL >> 20} MiB, "
    "or a quotation mark that is never closed"
)


@dataclass(frozen=True)
class Block:
    """Some whole records, as bytes or (where the dialect needs it) split already.

    It has the first `size` of the bytes `data`, of which thus none are copied, or
    (None) all. Before others it ends in a line feed.
    """

    data: bytes = b""
    offset: int = 0
    size: int | None = None
    endless: bool = False
    """Whether it ends inside a record that is longer than we read."""
    split: Split | None = None

    @property
    def raw(self) -> NDArray[np.uint8]:
        """Its bytes as numpy has them."""
        return np.frombuffer(self.data, np.uint8, -1 if self.size is None else self.size)

    @property
    def whole(self) -> bytes:
        """Its bytes alone."""
        return self.data[: self.size]

    def has(self, sought: bytes) -> bool:
        """Whether some bytes are in it."""
        return self.data.find(sought, 0, self.size) >= 0


class Reader:
    r"""A delimited file as its header and blocks; chunks of bytes go in.

    >>> from smartcity_case.profile import Dialect
    >>> reader = Reader([b"id,word\n1,a\n2,b\n"], Dialect())
    >>> reader.header, [block.whole for block in reader.blocks()]
    (['id', 'word'], [b'1,a\n2,b\n'])
    """

    def __init__(self, chunks: Iterable[bytes], dialect: Dialect) -> None:
        self._chunks = iter(chunks)
        self._dialect = dialect
        self._splitter = Splitter(dialect)
        self._comments = frozenset(dialect.comment_rows)
        placed = "header_rows" in dialect.model_fields_set
        self._placed = sorted(set(dialect.header_rows)) if placed else []
        """The rows of the header, if the dialect says which they are."""
        self._buffer, self._offset = b"", 0
        self._fill(len(BOM))  # a read may be short
        if self._buffer.startswith(BOM):
            self._forget(len(BOM))
        self.fault: RecordFault | None = None
        self.header: list[str] = []
        """The labels; empty if the dialect says that there are none, or after a fault."""
        self.first_record = 0
        """How many records stand before the data."""
        if dialect.header:
            self._read_header()
        elif not self._buffer and not self._fill(1):
            self.fault = RecordFault(0, "table.header", "the file is empty")

    def _read_header(self) -> None:
        split, text, odd, more, fault = Split([], 0), "", "", True, None
        size, enough = min(_HEADER, CHUNK), self._has_header
        while more and fault is None and split.fault is None and not enough(split.records):
            more = self._fill(size) or len(self._buffer) > size
            data = self._buffer[:size]
            size = min(8 * size, size + CHUNK)
            try:
                text = codecs.getincrementaldecoder("utf-8")().decode(data, not more)
            except UnicodeDecodeError as error:
                text = data[: error.start].decode("utf-8")
                odd = not_utf8(error, self._offset)
            split = self._splitter.split(text, not more and not odd, enough)
            if odd:
                fault = RecordFault(len(split.records), "table.encoding", odd)
            if len(data) > limits.CELL and not enough(split.records):
                fault = RecordFault(0, "limit.cell", TOO_LONG)
        if not enough(split.records):
            self.fault = fault or RecordFault(0, "table.header", "there is no header")
            if split.fault is not None:
                self.fault = RecordFault(*split.fault)
        else:
            rows = self._header_rows(split.records)
            self.header = self._labels(rows)
            self._forget(len(text[: split.consumed].encode("utf-8")))
            self.first_record = len(split.records)
            if not any(self.header):
                why = "there is no header" if rows else _COMMENTED
                self.fault = RecordFault(0, "table.header", why)

    def _has_header(self, records: list[Record | None]) -> bool:
        """Whether records reach as far as the header does; it is asked after each of them.

        Where the dialect does not say where it stands, it is the first row that is no comment.
        """
        if self._placed:
            return len(records) == self._placed[-1]
        return bool(records) and records[-1] is not None and len(records) not in self._comments

    def _header_rows(self, records: list[Record | None]) -> list[Record]:
        """The header's rows that are no comments."""
        numbers = self._placed or [len(records)]
        rows = [records[n - 1] for n in numbers if n not in self._comments]
        return [row for row in rows if row is not None]

    def _labels(self, read: list[Record]) -> list[str]:
        """The labels of the header's rows, each joined from top to bottom."""
        width = max(map(len, read), default=0)
        labels = []
        for place in range(width):
            parts = [row[place] for row in read if place < len(row)]
            kept = [p for n, p in enumerate(parts) if n == 0 or p != parts[n - 1]]
            labels.append(self._dialect.header_join.join(kept))
        return labels

    def _fill(self, size: int | None = None) -> bool:
        """Read on until that many bytes wait; whether there may be still more."""
        held, more = [self._buffer], True
        missing = (CHUNK if size is None else size) - len(self._buffer)
        while more and missing > 0:
            chunk = next(self._chunks, b"")
            held.append(chunk)
            missing -= len(chunk)
            more = bool(chunk)
        self._buffer = b"".join(held)
        return more

    def _forget(self, count: int) -> None:
        self._buffer = self._buffer[count:]
        self._offset += count

    def blocks(self) -> Iterator[Block]:
        """The data in blocks of whole records."""
        return self._cut_blocks() if self._dialect.is_plain else self._split_blocks()

    def _cut_blocks(self) -> Iterator[Block]:
        quote = (self._dialect.quote_char or "").encode()
        more = True
        while more:
            more = self._fill()
            end = _last_record_end(self._buffer, quote)
            while more and not end and len(self._buffer) <= limits.CELL + CHUNK:
                more = self._fill(len(self._buffer) + 1)
                end = _last_record_end(self._buffer, quote)
            if more and not end:
                yield Block(self._buffer, self._offset, endless=True)
                return
            yield Block(self._buffer, self._offset, end if more else None)
            self._forget(end)

    def _split_blocks(self) -> Iterator[Block]:
        decoder = codecs.getincrementaldecoder("utf-8")()
        text, number, more = "", self.first_record, True
        while more:
            more, odd = self._fill(), ""
            try:
                text += decoder.decode(self._buffer, not more)
            except UnicodeDecodeError as error:  # what stands before the bad byte can be read
                text += error.object[: error.start].decode("utf-8")
                waited = len(error.object) - len(self._buffer)
                odd = not_utf8(error, self._offset - waited)
            self._forget(len(self._buffer))
            split = self._splitter.split(text, not more and not odd)
            numbered = enumerate(split.records, number + 1)
            records = [None if n in self._comments else record for n, record in numbered]
            text = text[split.consumed :]
            fault = split.fault
            if fault is None and odd:
                fault = (len(records), "table.encoding", odd)
            if fault is None and len(text) > limits.CELL:
                fault = (len(records), "limit.cell", TOO_LONG)
            yield Block(split=Split(records, 0, fault))
            if fault is not None:
                return
            number += len(records)


def _last_record_end(data: bytes, quote: bytes) -> int:
    """Where the last whole record ends: a line feed outside of quotation marks."""
    end = data.rfind(b"\n") + 1
    if not quote:
        return end
    raw = np.frombuffer(data, np.uint8, end)
    marks = raw == quote[0]
    if np.count_nonzero(marks) % 2 == 0:
        return end
    inside = np.cumsum(marks, dtype=np.uint8) & 1
    outside = np.flatnonzero((raw == ord("\n")) & (inside == 0))
    return int(outside[-1]) + 1 if len(outside) else 0
