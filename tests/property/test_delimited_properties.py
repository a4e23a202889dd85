"""Delimited text is read the same fast or slowly, in blocks of whatever size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from unittest import mock

from hypothesis import example, given
from hypothesis import strategies as st

from smartcity_case import blocks, delimited
from smartcity_case.profile import Dialect
from smartcity_case.records import Splitter

_ASCII = "".join(map(chr, range(128))).replace("\r", "").replace("\n", "")


class Said(NamedTuple):
    """What was read: labels, records by number, faults by number and code."""

    labels: list[str]
    records: list[tuple[int, list[str]]]
    faults: list[tuple[int, str]]


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    """Any plain dialect, and some that are not."""
    usual = st.sampled_from([",", ";", "\t", "|", " ", ":"])
    delimiter = draw(usual | st.sampled_from(_ASCII))
    quote = draw(st.sampled_from(['"', '"', "'", None, ""]) | st.sampled_from(_ASCII))
    described: dict[str, Any] = {"delimiter": delimiter, "quoteChar": quote}
    described["lineTerminator"] = draw(st.sampled_from(["\r\n", "\n"]))
    if draw(st.booleans()):
        described["header"] = False
    if draw(st.integers(0, 9)) == 0:
        described["headerRows"] = draw(st.sampled_from([[1, 2], [2], [3, 1]]))
    if draw(st.integers(0, 3)) == 0:
        odd = {"doubleQuote": False, "escapeChar": "\\", "commentChar": "#"}
        rows = draw(st.sampled_from([[2, 5], [1], [1, 2, 4]]))
        odd |= {"skipInitialSpace": True, "commentRows": rows, "lineTerminator": "\r"}
        name = draw(st.sampled_from(sorted(odd)))
        described[name] = odd[name]
    try:
        return Dialect.model_validate(described)
    except ValueError:
        return Dialect()


@st.composite
def files(draw: st.DrawFn) -> tuple[Dialect, bytes]:
    dialect = draw(dialects())
    quote, delimiter = dialect.quote_char or '"', dialect.delimiter
    pieces = [delimiter, delimiter, quote, quote, quote * 2, "\n", "\n", "\r\n", "\r", "a", "bc"]
    pieces += [
        "é",
        "日",
        "😀",
        "\ufeff",
        " ",
        "\0",
        "#",
        "\\",
        f"{quote}x{quote}",
        f"a{delimiter}b\n",
    ]
    data = b"".join(draw(st.lists(st.sampled_from(pieces).map(str.encode) | _BROKEN, max_size=24)))
    return dialect, data


_BROKEN = st.sampled_from([b"a", b",", b"\n", b"b", b"1", b"2", b"\xff", b"\xe6\x97", b"\xef\xbb"])


def read(data: bytes, dialect: Dialect, size: int, width: int) -> Said:
    """What the engine reads, `size` bytes at a time."""
    chunks = (data[at : at + size] for at in range(0, len(data), size))
    with mock.patch.object(blocks, "CHUNK", size):
        reader = blocks.Reader(chunks, dialect)
        if reader.fault is not None:
            return Said([], [], [(0, reader.fault.code)])
        labels = reader.header if dialect.header else [""] * width
        records: list[tuple[int, list[str]]] = []
        faults = []
        at = 0
        for block in reader.blocks():
            parsed = delimited.parse(block, dialect, len(labels))
            columns = [column.to_pylist() for column in parsed.columns]
            cells = map(list, zip(*columns, strict=True)) if columns else iter(())
            records += zip((parsed.numbers + at).tolist(), cells, strict=True)
            faults += [(at + f.number, f.code) for f in parsed.faults]
            assert not parsed.faults or [f.number for f in parsed.faults] == sorted(
                f.number for f in parsed.faults
            )
            at += parsed.count
            if parsed.stops:
                break
    return Said(labels, records, faults)


def expected(data: bytes, dialect: Dialect, width: int) -> Said:
    """What the slow splitter says of the whole file at once."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    code = ""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text, code = data[: error.start].decode("utf-8"), "table.encoding"
    split = Splitter(dialect).split(text, not code)
    code = split.fault[1] if split.fault else code
    count = header_count(split.records, dialect)
    if len(split.records) < count or (not dialect.header and not data):
        return Said([], [], [(0, code or "table.header")])
    labels = [""] * width
    if dialect.header:
        placed = dialect.header_rows if "header_rows" in dialect.model_fields_set else [count]
        rows = [
            split.records[n - 1] or [] for n in sorted(set(placed)) if n not in dialect.comment_rows
        ]
        labels = list(_joined(rows, dialect.header_join))
        if not any(labels):
            return Said([], [], [(0, "table.header")])
    records, faults = [], []
    for number, record in enumerate(split.records[count:]):
        if record is None or number + count + 1 in dialect.comment_rows:
            continue
        if len(record) == len(labels):
            records.append((number, record))
        else:
            faults.append((number, "table.blank-row" if record == [""] else "table.cells"))
    if code:
        faults.append((len(split.records) - count, code))
    return Said(labels, records, faults)


def header_count(records: list[list[str] | None], dialect: Dialect) -> int:
    """How many rows stand before the data; more than there are, if the header is not there."""
    if not dialect.header:
        return 0
    if "header_rows" in dialect.model_fields_set:
        return max(dialect.header_rows)
    rows = enumerate(records, 1)
    no_comments = (n for n, row in rows if row is not None and n not in dialect.comment_rows)
    return next(no_comments, len(records) + 1)


def _joined(rows: list[list[str]], join: str) -> Iterator[str]:
    for place in range(max(map(len, rows), default=0)):
        parts = [row[place] for row in rows if place < len(row)]
        yield join.join(p for n, p in enumerate(parts) if n == 0 or p != parts[n - 1])


@given(files(), st.integers(1, 40) | st.just(4 << 20), st.integers(0, 3))
@example((Dialect(), b'a,b\n"x\ny",1\n2,3'), 16, 0)
@example((Dialect(), b"a\n\n\n1"), 1, 0)
@example((Dialect(), b"a,b\n\xef\xbb\xbf1,2\n\xef\xbb\xbf3\n4,5\n"), 5, 0)
@example((Dialect(header=False), b"1,2\n\n,\r\n\r\n3,4"), 4 << 20, 2)
def test_fast_and_slow_say_the_same(given: tuple[Dialect, bytes], size: int, width: int) -> None:
    dialect, data = given
    slow = expected(data, dialect, width)
    assert read(data, dialect, size, width) == slow
    assert read(data, dialect, max(1, len(data)), width) == slow
