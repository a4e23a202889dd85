"""Parquet files: row groups, what pandas is told of the columns, and a look at what goes in."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa

from smartcity_case import arrow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from smartcity_case.exporters.shared.hashing import Hashing

ROWS = 1 << 17
"""Rows of a row group, at most."""
_BYTES = 64 << 20
"""Bytes that a row group takes in memory, roughly, at most."""

_DTYPES = {
    "int64": ("int64", "Int64"),
    "double": ("float64", "Float64"),
    "bool": ("bool", "boolean"),
    "date32[day]": ("date", "object"),
    "string": ("unicode", "string"),
}
"""For a type of Arrow, its name to pandas and the dtype that it gets there."""


def write_parquet(
    stream: BinaryIO | Hashing,
    planned: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    without_dictionary: Sequence[str] = (),
) -> None:
    """Write batches as a Parquet file, a row group at a time.

    It is packed with Zstandard. Strings are held once for each row group, but
    for the columns `without_dictionary`.
    """
    from pyarrow import parquet

    listed = [name for name in planned.names if name not in without_dictionary]
    how = {"use_dictionary": listed if without_dictionary else True, "compression": "zstd"}
    with parquet.ParquetWriter(stream, planned, **how) as writer:
        for group in _groups(batches):
            writer.write_table(pa.Table.from_batches(group, planned), row_group_size=ROWS)


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Batches that are written together; the same rows are always grouped in the same way."""
    group: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        while len(batch):
            part = batch.slice(0, ROWS - rows)
            batch = batch.slice(len(part))
            group.append(part)
            rows += len(part)
            size += part.nbytes
            if rows == ROWS or size >= _BYTES:
                yield group
                group, rows, size = [], 0, 0
    if group:
        yield group


def for_pandas(columns: Iterable[pa.Field], terms: Mapping[str, int]) -> str:
    """What pandas is told of the columns, so that integers stay integers where some are missing.

    `terms` says how many the columns with dictionaries have.
    """
    told = []
    for column in columns:
        more = None
        if pa.types.is_dictionary(column.type):
            given, dtype = "categorical", "int32"
            more = {"num_categories": terms[column.name], "ordered": column.type.ordered}
        else:
            given, dtype = _DTYPES[str(column.type)]
        told.append(
            {
                "name": column.name,
                "field_name": column.name,
                "pandas_type": given,
                "numpy_type": dtype,
                "metadata": more,
            }
        )
    whole = {"index_columns": [], "column_indexes": [], "columns": told}
    creator = {"library": "smartcity-case", "version": "1"}
    return json.dumps({**whole, "creator": creator}, ensure_ascii=False)


class Seen:
    """Looks at batches on their way: how many rows there are, and by column how often NaN."""

    def __init__(self) -> None:
        self.rows = 0
        self.nans = Counter[str]()

    def of(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The same batches."""
        for batch in batches:
            self.rows += len(batch)
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                if column.type == pa.float64():
                    count = arrow.call("sum", arrow.call("is_nan", column)).as_py()
                    self.nans.update({name: count} if count else {})
            yield batch
