"""Delimited text, strictly and fast: bytes in, columns and faults out.

A file is cut into blocks of whole records; each block becomes columns by
itself, so that blocks can be parsed side by side. The common block is proven
well formed on its bytes and parsed by Arrow; one that is not goes to a slow
splitter, which knows what is wrong and where. RFC 4180 with the variations of
the standard's Table Dialect: what other readers guess at is a finding.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import csv

from smartcity_case import limits
from smartcity_case.arrays import are_utf8, strings
from smartcity_case.records import (
    RecordFault,
    Split,
    Splitter,
    encoding_fault,
    enough_fault,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from smartcity_case.arrays import Ints
    from smartcity_case.profile import Dialect
    from smartcity_case.records import Record

CHUNK = 4 << 20
"""Bytes that are read, and parsed, at a time."""
_HEADER = 1 << 16
"""Bytes in which the header is looked for first."""

_BOM = codecs.BOM_UTF8


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


@dataclass(frozen=True)
class Parsed:
    """A block as columns of strings.

    `numbers` counts the kept records among the `count` records of the block,
    from 0. After a fault that `stops`, nothing more of the file can be read.
    """

    columns: list[pa.StringArray]
    numbers: Ints
    count: int
    faults: list[RecordFault] = field(default_factory=list)
    stops: bool = False


class Reader:
    r"""A delimited file as its header and blocks; chunks of bytes go in.

    >>> from smartcity_case.profile import Dialect
    >>> reader = Reader([b"id,word\n1,a\n2,b\n"], Dialect())
    >>> reader.header, [parse(b, Dialect(), 2).numbers.tolist() for b in reader.blocks()]
    (['id', 'word'], [[0, 1]])
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
        self._fill(len(_BOM))  # a read may be short
        if self._buffer.startswith(_BOM):
            self._forget(len(_BOM))
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
        split, text, more, fault = Split([], 0), "", True, None
        size, enough = min(_HEADER, CHUNK), self._has_header
        while more and fault is None and split.fault is None and not enough(split.records):
            more = self._fill(size) or len(self._buffer) > size
            data = self._buffer[:size]
            size = min(8 * size, size + CHUNK)
            try:
                text = codecs.getincrementaldecoder("utf-8")().decode(data, not more)
            except UnicodeDecodeError as error:
                text = data[: error.start].decode("utf-8")
                fault = encoding_fault(error, self._offset)
            split = self._splitter.split(text, not more and fault is None, enough)
            if len(data) > limits.CELL and not enough(split.records):
                fault = RecordFault(0, "limit.cell", _TOO_LONG)
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
            more, odd = self._fill(), None
            try:
                text += decoder.decode(self._buffer, not more)
            except UnicodeDecodeError as error:  # what stands before the bad byte can be read
                text += error.object[: error.start].decode("utf-8")
                waited = len(error.object) - len(self._buffer)
                odd = encoding_fault(error, self._offset - waited)
            self._forget(len(self._buffer))
            split = self._splitter.split(text, not more and odd is None)
            numbered = enumerate(split.records, number + 1)
            records = [None if n in self._comments else record for n, record in numbered]
            text = text[split.consumed :]
            fault = split.fault
            if fault is None and odd is not None:
                fault = (len(records), odd.code, odd.message)
            if fault is None and len(text) > limits.CELL:
                fault = (len(records), "limit.cell", _TOO_LONG)
            yield Block(split=Split(records, 0, fault))
            if fault is not None:
                return
            number += len(records)


_COMMENTED = "a comment stands in the row that headerRows names"
_TOO_LONG = (
    f"a record or header of more than {limits.CELL >> 20} MiB, "
    "or a quotation mark that is never closed"
)


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


def parse(
    block: Block, dialect: Dialect, width: int, wanted: Sequence[int] | None = None
) -> Parsed:
    """A block as columns: `width` of them, or the record is a fault.

    If just some columns are `wanted`, by their places, there are only those.
    """
    if wanted is None:
        wanted = range(width)
    if block.split is not None:
        return _from_records(block.split, width, wanted)
    if not block.data:
        return Parsed(_no_columns(wanted), np.zeros(0, np.int64), 0)
    delimiter, quote = dialect.delimiter.encode(), (dialect.quote_char or "").encode()
    good = width > 0 and not block.endless
    # Cells begin and end at characters of one byte, so each is UTF-8 if all of them are.
    if good and are_utf8(block.raw, [len(block.raw)]) and _well_quoted(block, delimiter, quote):
        quoted = bool(quote) and block.has(quote)
        if width == 1 or not _may_have_blank_records(block):  # which Arrow would fill up
            try:
                columns = _by_arrow(block.raw, dialect, width, quoted, wanted)
                return Parsed(columns, np.arange(len(columns[0])), len(columns[0]))
            except pa.ArrowInvalid:
                pass
        parsed = _without_odd_records(block.whole, dialect, width, wanted)
        if parsed is not None:
            return parsed
    return _slowly(block, dialect, width, wanted)


def _may_have_blank_records(block: Block) -> bool:
    feeds = block.raw == ord("\n")
    begins = block.data.startswith((b"\n", b"\r\n"))
    if begins or bool((feeds[1:] & feeds[:-1]).any()):
        return True
    if not block.has(b"\r"):
        return False
    returns = np.flatnonzero(block.raw[1:] == ord("\r"))
    return bool(feeds[returns].any())


def _no_columns(wanted: Sequence[int]) -> list[pa.StringArray]:
    return [strings([]) for _ in wanted]


def _by_arrow(
    data: bytes | NDArray[np.uint8],
    dialect: Dialect,
    width: int,
    quoted: bool,
    wanted: Sequence[int],
) -> list[pa.StringArray]:
    """The columns of well-formed records in UTF-8; ArrowInvalid if one has another width."""
    names = [str(place) for place in range(width)]
    table = csv.read_csv(
        pa.BufferReader(data),
        csv.ReadOptions(column_names=names, block_size=len(data) + 1, use_threads=False),
        csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=dialect.quote_char if quoted else False,
            double_quote=quoted,
            escape_char=False,
            newlines_in_values=quoted,
            ignore_empty_lines=False,
        ),
        csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=[names[place] for place in wanted],
            strings_can_be_null=False,
            null_values=[],
            check_utf8=False,
        ),
    )
    # One chunk, as a rule; to combine even that would copy it.
    return [c.chunk(0) if c.num_chunks == 1 else c.combine_chunks() for c in table.columns]


def _well_quoted(block: Block, delimiter: bytes, quote: bytes) -> bool:
    """Whether every quotation mark and carriage return is where RFC 4180 has it.

    A mark opens at the start of a cell and closes at its end; one that closes
    right before one that opens is a doubled mark inside a cell.
    """
    if block.data.startswith(_BOM):
        return False  # Arrow would take it off
    raw = block.raw
    if block.has(b"\r"):
        returns = np.flatnonzero(raw == ord("\r"))
        if returns[-1] == len(raw) - 1 or not (raw[returns + 1] == ord("\n")).all():
            return False  # Arrow would end a record there
    if not quote or not block.has(quote):
        return True
    marks = np.flatnonzero(raw == quote[0])
    if len(marks) % 2:
        return False
    opening, closing = marks[::2], marks[1::2]
    doubled = opening[1:] == closing[:-1] + 1
    before = raw[opening - 1]  # the very first may wrap around; it is looked at below
    opens = (before == delimiter[0]) | (before == ord("\n")) | (opening == 0)
    opens[1:] |= doubled
    after = raw[np.minimum(closing + 1, len(raw) - 1)]
    closes = (after == delimiter[0]) | (after == ord("\n")) | (after == ord("\r"))
    closes |= closing == len(raw) - 1
    closes[:-1] |= doubled
    return bool(opens.all() and closes.all())


def _without_odd_records(
    data: bytes, dialect: Dialect, width: int, wanted: Sequence[int]
) -> Parsed | None:
    """Well-quoted records in UTF-8 without those of another width, which are faults.

    None if something else is wrong with them.
    """
    quote = (dialect.quote_char or "").encode()
    starts, ends, cells = _structure(data, dialect)
    odd = np.flatnonzero(cells != width)
    faults, enough = [], len(odd) > limits.FINDINGS
    if enough:
        odd = odd[: limits.FINDINGS]
        last = int(odd[-1]) + 1
        starts, ends, cells = starts[:last], ends[:last], cells[:last]
        data = data[: int(ends[-1])]
    for number in odd.tolist():
        record = data[starts[number] : ends[number]].rstrip(b"\r\n")
        empty = record in (b"", 2 * quote)
        faults.append(_width_fault(number, int(cells[number]), width, empty))
    if enough:
        faults.append(enough_fault(len(cells)))
    kept = np.flatnonzero(cells == width)
    edges = [0, *ends[odd].tolist()], [*starts[odd].tolist(), len(data)]
    good = b"".join(data[start:end] for start, end in zip(*edges, strict=True))
    if not good:
        return Parsed(_no_columns(wanted), kept, len(cells), faults, enough)
    quoted = bool(dialect.quote_char)
    try:
        columns = _by_arrow(good, dialect, width, quoted, wanted)
    except pa.ArrowInvalid:
        return None
    if good.startswith(_BOM) or len(columns[0]) != len(kept):
        return None
    return Parsed(columns, kept, len(cells), faults, enough)


def _structure(data: bytes, dialect: Dialect) -> tuple[Ints, Ints, Ints]:
    """Where the records of well-quoted data begin and end, and how many cells each has."""
    raw = np.frombuffer(data, np.uint8)
    delimiters, feeds = raw == ord(dialect.delimiter), raw == ord("\n")
    if dialect.quote_char:
        inside = np.cumsum(raw == ord(dialect.quote_char), dtype=np.uint8) & 1 == 1
        delimiters &= ~inside
        feeds &= ~inside
    ends = np.flatnonzero(feeds) + 1
    if not len(ends) or ends[-1] != len(raw):
        ends = np.append(ends, len(raw))
    starts = np.concatenate([[0], ends[:-1]])
    before = np.searchsorted(np.flatnonzero(delimiters), ends)
    return starts, ends, np.diff(before, prepend=0) + 1


def _width_fault(number: int, cells: int, width: int, empty: bool) -> RecordFault:
    if empty:
        return RecordFault(number, "table.blank-row", "the row is empty")
    message = f"{cells} cells where the header has {width}"
    return RecordFault(number, "table.cells", message)


_BEGINNING = 1 << 20


def _slowly(block: Block, dialect: Dialect, width: int, wanted: Sequence[int]) -> Parsed:
    """A block that is not well formed, up to what is wrong with it."""
    # A bad quotation mark is looked for at the start of an endless record, not in all of it.
    data = block.data[:_BEGINNING] if block.endless else block.whole
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data, not block.endless)
        fault = None
    except UnicodeDecodeError as error:
        # What stands before the bad byte can be read.
        text = data[: error.start].decode("utf-8")
        fault = encoding_fault(error, block.offset)
    whole = fault is None and not block.endless
    split = Splitter(dialect).split(text, whole)
    if split.fault is None and not whole:
        code, message = (fault.code, fault.message) if fault else ("limit.cell", _TOO_LONG)
        split = Split(split.records, 0, (len(split.records), code, message))
    return _from_records(split, width, wanted)


def _from_records(split: Split, width: int, wanted: Sequence[int]) -> Parsed:
    kept, good = [], []
    faults: list[RecordFault] = []
    stop = split.fault and RecordFault(*split.fault)
    records = split.records
    for number, record in enumerate(records):
        if record is None:
            continue
        if len(record) != width and len(faults) == limits.FINDINGS:
            stop, records = enough_fault(number), records[:number]
            break
        if len(record) != width:
            faults.append(_width_fault(number, len(record), width, record == [""]))
        else:
            kept.append(number)
            good.append(record)
    columns = [strings([r[place] for r in good]) for place in wanted]
    if stop is not None:
        faults.append(stop)
    numbers = np.array(kept, np.int64)
    stops = stop is not None
    return Parsed(columns, numbers, len(records) + stops, faults, stops)
