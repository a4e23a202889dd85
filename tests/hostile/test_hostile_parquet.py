"""Parquet files that are damaged, lie, or unfold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from bounded import Outcome, describe, field, table, validate

MB = 1 << 20


def judge(
    folder: Path, data: pa.Table | bytes | None, *fields: dict[str, Any], **how: Any
) -> Outcome:
    """Validate a package with one Parquet table; by default a string and an integer."""
    declared = fields or (field("a"), field("b", "integer"))
    describe(folder, table("t", *declared, path="t.parquet"))
    if isinstance(data, bytes):
        (folder / "t.parquet").write_bytes(data)
    elif data is not None:
        parquet.write_table(data, folder / "t.parquet", **how)
    return validate(folder)


def good(count: int = 12_345) -> pa.Table:
    """A table of some rows."""
    return pa.table({"a": [f"w{n}" for n in range(count)], "b": list(range(count))})


def good_bytes(count: int = 12_345, **how: Any) -> bytes:
    """The bytes of such a table's file."""
    out = pa.BufferOutputStream()
    parquet.write_table(good(count), out, **how)
    return bytes(out.getvalue())


def varint(value: int) -> bytes:
    """A positive integer as Thrift's compact protocol writes it."""
    value, made = 2 * value, b""
    while value > 127:
        made, value = made + bytes([value & 127 | 128]), value >> 7
    return made + bytes([value])


def lying(count: int) -> bytes:
    """A file whose footer tells another number of rows."""
    data = good_bytes()
    length = int.from_bytes(data[-8:-4], "little")
    body, footer = data[: -8 - length], data[-8 - length : -8]
    changed = footer.replace(varint(12_345), varint(count))
    assert changed != footer
    return body + changed + len(changed).to_bytes(4, "little") + b"PAR1"


def flipped(at: float) -> bytes:
    """A file with eight bytes spoilt somewhere."""
    data = bytearray(good_bytes())
    place = int(at * len(data))
    data[place : place + 8] = b"\xff" * 8
    return bytes(data)


def test_a_good_one_is_fine(tmp_path: Path) -> None:
    assert judge(tmp_path, good()).code == 0


FILES: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "mark alone": lambda: b"PAR1",
    "marks": lambda: b"PAR1PAR1",
    "no footer": lambda: good_bytes()[:-500],
    "half": lambda: good_bytes()[: len(good_bytes()) // 2],
    "footer of 2 GB": lambda: good_bytes()[:-8] + b"\xff\xff\xff\x7fPAR1",
    "footer of no length": lambda: good_bytes()[:-8] + b"\0\0\0\0PAR1",
    "encrypted": lambda: b"PARE" + good_bytes()[4:-4] + b"PARE",
    "more rows": lambda: lying(99_999),
    "far more rows": lambda: lying(1 << 60),
    "a CSV": lambda: b"a,b\n1,2\n",
    "NULs": lambda: b"\0" * MB,
}


@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
def test_file(tmp_path: Path, make: Callable[[], bytes]) -> None:
    outcome = judge(tmp_path, make())
    assert (outcome.code, "table.format" in outcome.codes) == (1, True), outcome


def test_a_footer_that_hides_rows(tmp_path: Path) -> None:
    """A table has the rows that its footer says, for every reader; a hash tells."""
    assert judge(tmp_path, lying(9_999)).code == 0
    descriptor = json.loads((tmp_path / "datapackage.json").read_bytes())
    descriptor["resources"][0]["hash"] = "sha256:" + hashlib.sha256(good_bytes()).hexdigest()
    describe(tmp_path, *descriptor["resources"])
    assert validate(tmp_path).codes == {"resource.hash"}


@pytest.mark.parametrize("at", [n / 40 for n in range(40)])
def test_spoilt_bytes_crash_nothing(tmp_path: Path, at: float) -> None:
    describe(tmp_path, table("t", field("a"), field("b", "integer"), path="t.parquet"))
    (tmp_path / "t.parquet").write_bytes(flipped(at))
    import smartcity_case as sc

    sc.validate(tmp_path)  # values may have become others, which no reader can know


def test_strings_that_are_not_utf_8(tmp_path: Path) -> None:
    offsets = pa.py_buffer(np.array([0, 2, 4], np.int32))
    broken = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"ok\xff\xfe")])
    outcome = judge(tmp_path, pa.table({"a": broken, "b": [1, 2]}))
    assert (outcome.code, outcome.codes) == (1, {"table.format"})


@pytest.mark.parametrize("use_dictionary", [True, False])
def test_a_giant_string_repeated(tmp_path: Path, use_dictionary: bool) -> None:
    giant = pa.array(["x" * MB])
    count = 1_000_000 if use_dictionary else 1_000
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), giant)
    if not use_dictionary:
        column = column.cast(pa.large_string())
    data = pa.table({"a": column, "b": np.arange(count)})
    how: dict[str, Any] = {"compression": "gzip", "use_dictionary": use_dictionary}
    outcome = judge(tmp_path, data, **how)
    assert (outcome.code, outcome.codes) == (1, {"limit.unpacked"})


@pytest.mark.parametrize(("count", "codes"), [(1_000_000, {"limit.unpacked"}), (200_000, set())])
def test_a_page_that_unfolds(tmp_path: Path, count: int, codes: set[str]) -> None:
    column = pa.array(["x" * 1_000]).take(pa.array(np.zeros(count, np.int64)))
    data = pa.table({"a": column, "b": np.arange(count)})
    how: dict[str, Any] = {
        "compression": "gzip",
        "use_dictionary": False,
        "data_page_size": 1 << 30,
        "write_batch_size": count,
    }
    assert judge(tmp_path, data, **how).codes == codes


@pytest.mark.parametrize(
    ("size", "codes"), [(1_000, set()), (5_000, set()), (10_000, {"limit.unpacked"})]
)
def test_a_paragraph_in_every_row(tmp_path: Path, size: int, codes: set[str]) -> None:
    places = pa.array(np.arange(200_000) % 7, pa.int32())
    column = pa.DictionaryArray.from_arrays(places, pa.array([str(n) * size for n in range(7)]))
    outcome = judge(tmp_path, pa.table({"a": column, "b": np.arange(200_000)}))
    assert outcome.codes == codes


def test_nested_columns(tmp_path: Path) -> None:
    kind: Any = pa.int64()
    value: Any = 1
    for _ in range(60):
        kind, value = pa.list_(kind), [value]
    data = pa.table({"a": pa.array([value], kind), "b": [1]})
    assert judge(tmp_path, data).code == 1


def test_names_twice(tmp_path: Path) -> None:
    data = pa.Table.from_arrays([pa.array(["x"]), pa.array([1])], names=["a", "a"])
    assert judge(tmp_path, data).codes == {"table.header"}


def test_100_000_columns(tmp_path: Path) -> None:
    names = [f"c{n}" for n in range(100_000)]
    data = pa.Table.from_arrays([pa.array([1])] * len(names), names=names)
    assert judge(tmp_path, data).codes == {"limit.columns"}


KINDS = {
    "binary": pa.array([b"\xff"]),
    "decimal": pa.array([10**37], pa.decimal128(38)),
    "wide decimal": pa.array([10**70], pa.decimal256(76)),
    "nanoseconds": pa.array([1], pa.timestamp("ns")),
    "far date": pa.array([2**31 - 1], pa.date32()),
    "far time": pa.array([2**62], pa.timestamp("s")),
    "struct": pa.array([{"x": 1}]),
    "map": pa.array([[("x", 1)]], pa.map_(pa.string(), pa.int64())),
    "null": pa.nulls(1),
    "half": pa.array([np.float16(1.5)]),
    "not a number": pa.array([float("nan")]),
    "unsigned": pa.array([2**64 - 1], pa.uint64()),
    "large": pa.array(["x"], pa.large_string()),
    "of a zone": pa.array([1], pa.timestamp("us", "Europe/Nowhere")),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("declared", ["string", "integer", "number", "date", "datetime", "any"])
def test_a_column_of_another_type(tmp_path: Path, kind: str, declared: str) -> None:
    import smartcity_case as sc

    describe(tmp_path, table("t", field("a", declared), path="t.parquet", primaryKey="a"))
    try:
        parquet.write_table(pa.table({"a": KINDS[kind]}), tmp_path / "t.parquet")
    except pa.ArrowException:
        pytest.skip("Parquet has no such column")
    sc.validate(tmp_path)
