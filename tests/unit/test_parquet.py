"""Parquet files as batches: how many rows they have, how they are cut, what is refused."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet as arrow_parquet

from smartcity_case import limits, parquet
from smartcity_case.parquet import open_parquet
from smartcity_case.records import RecordFault


def written(data: pa.Table, **how: Any) -> io.BytesIO:
    handle = io.BytesIO()
    arrow_parquet.write_table(data, handle, **how)
    return handle


def opened(handle: io.BytesIO) -> tuple[list[str], list[pa.RecordBatch | RecordFault]]:
    found = open_parquet(handle, "t.parquet")
    assert not isinstance(found, RecordFault)
    return found[0], list(found[1])


def lengths(data: pa.Table, **how: Any) -> list[int]:
    """The rows of each batch; together they are the table."""
    labels, batches = opened(written(data, **how))
    assert labels == data.column_names
    good = [batch for batch in batches if isinstance(batch, pa.RecordBatch)]
    assert [row for batch in good for row in batch.to_pylist()] == data.to_pylist()
    return [len(batch) for batch in good]


def column(handle: io.BytesIO) -> Any:
    """What the footer says of the first column."""
    return arrow_parquet.read_metadata(handle).row_group(0).column(0)


WORDS = pa.table({"a": ["x" * 10, "y" * 10] * 500})
NUMBERS = pa.table({"a": [1, 2] * 500})
BYTES = pa.table({"a": pa.array([b"x" * 10, b"y" * 10] * 500)})
FIXED = pa.table({"a": pa.array([b"x" * 10, b"y" * 10] * 500, pa.binary(10))})
PLAIN: dict[str, Any] = {"use_dictionary": False}
DELTA: dict[str, Any] = {**PLAIN, "column_encoding": {"a": "DELTA_BYTE_ARRAY"}}


def test_strings_that_are_repeated_are_held_once() -> None:
    labels, (batch,) = opened(written(pa.table({"b": [1, 2, 3], "a": ["x", "y", "x"]})))
    assert labels == ["b", "a"]
    assert isinstance(batch, pa.RecordBatch)
    assert batch.schema.types == [pa.int64(), pa.dictionary(pa.int32(), pa.string())]
    assert batch.column(1).dictionary.to_pylist() == ["x", "y"]
    assert batch.column(1).to_pylist() == ["x", "y", "x"]


def test_a_batch_has_as_many_rows_as_its_share_of_the_bytes_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert lengths(NUMBERS) == [1000]
    metadata = arrow_parquet.read_metadata(written(NUMBERS, row_group_size=600))
    weight = sum(metadata.row_group(n).total_byte_size for n in range(2))
    monkeypatch.setattr(parquet, "_GROUP", weight * 300 // 1000 + 1)
    assert lengths(NUMBERS, row_group_size=600) == [300, 300, 300, 100]
    monkeypatch.setattr(parquet, "_ROWS", 250)
    assert lengths(NUMBERS) == [250] * 4
    monkeypatch.setattr(parquet, "_GROUP", 1)
    assert lengths(NUMBERS.slice(0, 3)) == [1, 1, 1]


@pytest.mark.parametrize(
    ("data", "how", "few"),
    [
        (WORDS, {}, False),  # they are held once
        (WORDS, PLAIN, False),
        (WORDS, DELTA, True),
        (BYTES, {}, True),
        (BYTES, PLAIN, False),
        (BYTES, DELTA, True),
        (FIXED, {}, True),
        (FIXED, PLAIN, False),
        (NUMBERS, {}, False),
        (NUMBERS, PLAIN, False),
        (NUMBERS, {**PLAIN, "column_encoding": {"a": "DELTA_BINARY_PACKED"}}, False),
    ],
)
def test_few_rows_are_read_where_long_values_may_be_repeated_unseen(
    data: pa.Table, how: dict[str, Any], few: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = column(written(data, **how)).total_uncompressed_size
    monkeypatch.setattr(parquet, "_UNSEEN", 400 * size + size // 2)
    assert lengths(data, **how) == ([400, 400, 200] if few else [1000])
    monkeypatch.setattr(parquet, "_UNSEEN", size)
    monkeypatch.setattr(parquet, "_FEWEST_ROWS", 500)
    assert lengths(data, **how) == ([500, 500] if few else [1000])
    monkeypatch.setattr(parquet, "_ROWS", 300)
    assert lengths(data, **how) == [300, 300, 300, 100]


def test_a_file_is_not_read_further_than_it_is_needed() -> None:
    class Handle(io.BytesIO):
        sizes: list[int]

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            self.sizes.append(len(data))
            return data

    noise = np.random.default_rng(1).integers(0, 2**62, 400_000)
    handle = Handle(written(pa.table({"a": noise, "b": noise}), use_dictionary=False).getvalue())
    handle.sizes = []
    found = open_parquet(handle, "t.parquet")
    assert not isinstance(found, RecordFault)
    first = next(found[1])
    assert isinstance(first, pa.RecordBatch)
    assert sum(handle.sizes) < 5 << 20  # of more than 6 MiB
    assert max(handle.sizes) <= 1 << 20


def test_a_column_may_be_packed_a_hundredfold_or_be_small(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = pa.table({"a": ["x" * 1_000] * 1_000, "b": range(1_000)})
    handle = written(data, **PLAIN, compression="gzip")
    size, packed = column(handle).total_uncompressed_size, column(handle).total_compressed_size
    assert size > 100 * packed
    monkeypatch.setattr(limits, "UNPACKED", size - 1)
    told = f"{packed} bytes of the column 'a' unpack to {size}"
    assert open_parquet(handle, "t.parquet") == RecordFault(0, "limit.unpacked", told)
    monkeypatch.setattr(limits, "UNPACKED", size)
    assert len(opened(handle)[1]) == 1
    monkeypatch.setattr(limits, "UNPACKED", 1)
    monkeypatch.setattr(parquet, "_PACKED", 1)
    unpacked = written(data, **PLAIN, compression="none")
    assert len(opened(unpacked)[1]) == 1


def test_a_batch_may_unpack_to_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["x" * 10, "y" * 20, None, "x" * 10]
    data = pa.table({"a": words, "n": [1, 2, 3, 4], "b": ["z"] * 4})
    monkeypatch.setattr(limits, "UNPACKED", 44)
    assert lengths(data) == [4]
    monkeypatch.setattr(limits, "UNPACKED", 43)
    told = "4 rows unpack to 44 bytes; 43 are the most"
    assert opened(written(data)) == (["a", "n", "b"], [(0, "limit.unpacked", told)])


def test_a_file_may_unpack_to_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_ROWS", 100)
    monkeypatch.setattr(parquet, "_MOST_FOLD", 0)
    handle = written(NUMBERS)
    size = len(handle.getvalue())
    whole = sum(batch.nbytes for batch in opened(handle)[1] if isinstance(batch, pa.RecordBatch))
    monkeypatch.setattr(parquet, "_MOST_UNPACKED", whole)
    assert lengths(NUMBERS) == [100] * 10
    monkeypatch.setattr(parquet, "_MOST_UNPACKED", whole - 1)
    _, (*good, fault) = opened(handle)
    assert list(map(len, good)) == [100] * 9
    told = f"{size} bytes unpack to more than {whole - 1}, and 0 fold"
    assert fault == RecordFault(0, "limit.unpacked", told)
    monkeypatch.setattr(parquet, "_MOST_FOLD", whole // size + 1)
    assert lengths(NUMBERS) == [100] * 10


def test_a_batch_is_cut_before_the_row_that_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = pa.RecordBatch.from_pydict({"a": range(9)})
    monkeypatch.setattr(parquet, "_GROUP", 100)
    sizes = np.array([0, 40, 40, 40, 30, 0, 250, 10, 0])
    cut = [b["a"].to_pylist() for b in parquet._slices(batch, sizes)]
    assert cut == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    assert [len(b) for b in parquet._slices(batch, np.zeros(9, np.int64))] == [9]


def test_what_rows_unpack_to_is_the_sum_of_their_strings() -> None:
    words = pa.array(["ab", None, "ä", "ab"]).dictionary_encode()
    more = pa.array(["xyz", "", "xyz", None], pa.large_string()).dictionary_encode()
    numbers = pa.array([1, 2, 1, 1]).dictionary_encode()
    plain = pa.array(["long"] * 4)
    batch = pa.RecordBatch.from_arrays([words, more, numbers, plain], ["a", "b", "c", "d"])
    assert parquet._unpacked(batch).tolist() == [5, 0, 5, 2]
    assert parquet._unpacked(batch.slice(2)).tolist() == [5, 2]


@pytest.mark.parametrize("how", [{}, PLAIN])
def test_strings_that_are_not_utf_8(how: dict[str, Any]) -> None:
    broken = pa.array([b"x", b"\xff"]).view(pa.string())
    labels, (fault,) = opened(written(pa.table({"a": broken}), **how))
    assert labels == ["a"]
    assert isinstance(fault, RecordFault)
    assert fault[:2] == (0, "table.format")
    assert fault.message.startswith("this is no readable Parquet file: ")
    assert "Invalid UTF8" in fault.message


def test_a_footer_that_promises_more_rows() -> None:
    class Short:
        metadata = type("Metadata", (), {"num_rows": 2})()

        def iter_batches(self, batch_size: int, *, columns: None, use_threads: bool) -> Any:
            yield pa.RecordBatch.from_pydict({"a": range(min(batch_size, 1))})

    batch, fault = parquet._batches(Short(), "t.parquet")
    assert isinstance(batch, pa.RecordBatch)
    told = "it does not have as many rows as its footer says"
    assert fault == (0, "table.format", f"this is no readable Parquet file: {told}")


def test_bytes_that_are_no_parquet() -> None:
    fault = open_parquet(io.BytesIO(b"PAR1PAR1"), "t.parquet")
    assert isinstance(fault, RecordFault)
    assert fault[:2] == (0, "table.format")
    assert fault.message.startswith("this is no readable Parquet file: ")


def test_dates_in_lists_are_days_that_python_has() -> None:
    days = [[1, 2], [0]]
    (good,) = opened(written(pa.table({"a": pa.array(days, pa.list_(pa.date32()))})))[1]
    assert isinstance(good, pa.RecordBatch)
    (fault,) = opened(written(pa.table({"a": pa.array([[2**30]], pa.list_(pa.date32()))})))[1]
    assert isinstance(fault, RecordFault)
    assert (fault.number, fault.code) == (0, "table.format")
