"""A block of delimited text as columns and faults, strictly and fast.

The common block is proven well formed on its bytes and parsed by Arrow; one that is
not goes to a slow splitter, which knows what is wrong and where. RFC 4180 with the
variations of the standard's Table Dialect: what other readers guess at is a finding.
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
from smartcity_case.blocks import BOM, TOO_LONG
from smartcity_case.records import RecordFault, Split, Splitter, enough_fault
from smartcity_case.text import not_utf8

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from smartcity_case.arrays import Ints
    from smartcity_case.blocks import Block
    from smartcity_case.profile import Dialect


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
    if block.data.startswith(BOM):
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
    ends, cells = _structure(data, dialect)
    odd = np.flatnonzero(cells != width)
    faults, enough = [], len(odd) > limits.FINDINGS
    if enough:
        last = int(odd[limits.FINDINGS - 1]) + 1
        # Copies let go of the rest, which is large if the block is of blank records.
        odd = odd[: limits.FINDINGS].copy()
        ends, cells = ends[:last].copy(), cells[:last].copy()
        data = data[: int(ends[-1])]
    starts = np.concatenate([[0], ends[:-1]])
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
    if good.startswith(BOM) or len(columns[0]) != len(kept):
        return None
    return Parsed(columns, kept, len(cells), faults, enough)


def _structure(data: bytes, dialect: Dialect) -> tuple[Ints, Ints]:
    """Where the records of well-quoted data end, and how many cells each has."""
    raw = np.frombuffer(data, np.uint8)
    delimiters, feeds = raw == ord(dialect.delimiter), raw == ord("\n")
    if dialect.quote_char:
        inside = np.cumsum(raw == ord(dialect.quote_char), dtype=np.uint8) & 1 == 1
        delimiters &= ~inside
        feeds &= ~inside
    ends = np.flatnonzero(feeds)
    ends += 1
    if not len(ends) or ends[-1] != len(raw):
        ends = np.append(ends, len(raw))
    # In place: a block of blank records has as many of them as bytes.
    cells = np.searchsorted(np.flatnonzero(delimiters), ends)
    cells[1:] -= cells[:-1].copy()
    cells += 1
    return ends, cells


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
        odd = ""
    except UnicodeDecodeError as error:
        # What stands before the bad byte can be read.
        text = data[: error.start].decode("utf-8")
        odd = not_utf8(error, block.offset)
    whole = not odd and not block.endless
    split = Splitter(dialect).split(text, whole)
    if split.fault is None and not whole:
        code, message = ("table.encoding", odd) if odd else ("limit.cell", TOO_LONG)
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
