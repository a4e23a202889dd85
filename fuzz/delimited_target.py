"""Any bytes as delimited text: the fast parse says what the slow splitter says.

The first four bytes choose dialect and chunks, the rest is the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from unittest import mock

from smartcity_case import blocks, delimited
from smartcity_case.profile import Dialect
from smartcity_case.records import Split, Splitter

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = 4
_QUOTES = ('"', '"', "'", None, "é")
_DELIMITERS = (",", ",", ";", "\t", "|", "ß", '"')
_ENDS = ("\r\n", "\n", "\r\n", "\n", "|", "\x1e", "ab")
_CHUNKS = (1, 2, 3, 5, 8, 13, 40, 1 << 20)


class Said(NamedTuple):
    """What a reader makes of a file: labels, cells by record, faults by record."""

    labels: list[str]
    cells: list[tuple[int, list[str]]]
    faults: list[tuple[int, str]]


def dialect_of(head: bytes) -> Dialect | None:
    """The dialect that some bytes choose, or None if there is no such one."""
    first, second, third = head[:3]
    chosen = {
        "delimiter": _DELIMITERS[first % 7],
        "quoteChar": _QUOTES[first // 7 % 5],
        "lineTerminator": _ENDS[second % 7],
        "doubleQuote": second // 7 % 4 != 3,
        "escapeChar": "\\" if second // 28 % 4 == 3 else None,
        "commentChar": "#" if third % 4 == 3 else None,
        "skipInitialSpace": third // 4 % 4 == 3,
        "commentRows": {6: [1, 2], 7: [2, 4]}.get(third // 16 % 8, []),
        "header": third // 128 == 0,
    }
    if third % 16 in (5, 6):
        chosen["headerRows"] = [1, 2][: third % 16 - 4]
    try:
        return Dialect.model_validate(chosen)
    except ValueError:
        return None


def run(data: bytes) -> None:
    """Read the bytes fast, in chunks, and slowly as a whole; both must say the same."""
    if len(data) < HEAD or (dialect := dialect_of(data[:HEAD])) is None:
        return
    size = _CHUNKS[data[HEAD - 1] % 8]
    fast, slow = said_fast(data[HEAD:], dialect, size), said_slowly(data[HEAD:], dialect)
    assert fast == slow, f"{dialect!r}\nchunks of {size}\nfast {fast}\nslow {slow}"


def said_fast(data: bytes, dialect: Dialect, size: int) -> Said:
    """What the engine says, if it reads `size` bytes at a time."""
    chunks = (data[at : at + size] for at in range(0, len(data), size))
    with (
        mock.patch.object(blocks, "CHUNK", size),
        mock.patch.object(blocks.Reader._fill, "__defaults__", (size,)),
    ):
        reader = blocks.Reader(chunks, dialect)
        if reader.fault is not None:
            return Said([], [], [(0, reader.fault.code)])
        labels = reader.header if dialect.header else ["x", "y"]
        cells, faults = [], []
        at = 0
        for block in reader.blocks():
            parsed = delimited.parse(block, dialect, len(labels))
            columns = [column.to_pylist() for column in parsed.columns]
            numbers = (parsed.numbers + at).tolist()
            cells += list(zip(numbers, map(list, zip(*columns, strict=True)), strict=True))
            faults += [(_number(f.code, f.number + at), f.code) for f in parsed.faults]
            at += parsed.count
            if parsed.stops:
                break
    return Said(labels, cells, sorted(faults))


def said_slowly(data: bytes, dialect: Dialect) -> Said:
    """What the strict splitter says of the whole file."""
    bare = data.removeprefix(b"\xef\xbb\xbf")
    if not bare:  # nothing is no table, with or without a header
        return Said([], [], [(0, "table.header")])
    try:
        text, whole = bare.decode("utf-8"), True
    except UnicodeDecodeError as error:
        text, whole = bare[: error.start].decode("utf-8"), False
    split = Splitter(dialect).split(text, whole)
    count = _before_data(split, dialect)
    if len(split.records) < count:
        code = split.fault[1] if split.fault else "table.header" if whole else "table.encoding"
        return Said([], [], [(0, code)])
    labels = ["x", "y"]
    if dialect.header:
        labels = blocks.Reader([data], dialect).header
        if not any(labels):
            return Said([], [], [(0, "table.header")])
    return Said(labels, *_judged(split, dialect, len(labels), whole))


def _judged(
    split: Split, dialect: Dialect, width: int, whole: bool
) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]:
    count = _before_data(split, dialect)
    cells, faults = [], []
    for number, record in _data_records(split, dialect):
        if len(record) == width:
            cells.append((number, record))
        else:
            faults.append((number, "table.blank-row" if record == [""] else "table.cells"))
    if split.fault is not None:
        faults.append((_number(split.fault[1], split.fault[0] - count), split.fault[1]))
    elif not whole:
        faults.append((0, "table.encoding"))
    return cells, sorted(faults)


def _before_data(split: Split, dialect: Dialect) -> int:
    """How many rows stand before the data; more than there are, if the header is not there."""
    if not dialect.header or "header_rows" in dialect.model_fields_set:
        return max(dialect.header_rows) if dialect.header else 0
    count = 1
    for number, record in enumerate(split.records, 1):
        if record is not None and number not in dialect.comment_rows:
            break
        count = number + 1
    return count


def _data_records(split: Split, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    count = _before_data(split, dialect)
    for number, record in enumerate(split.records[count:]):
        if record is not None and number + count + 1 not in dialect.comment_rows:
            yield number, record


def _number(code: str, number: int) -> int:
    """Faults of a whole file have no record."""
    return 0 if code == "table.encoding" else number
