"""A table as a Parquet file: vocabularies, what other readers are told, row groups.

The types are those of `typed`. A field of strings with categories or an `enum`
is a column with a dictionary: its terms, all of them, in their order. Beside
the values the file has

- `datapackage`: a Data Package descriptor of this one table, in JSON;
- `pandas`: which nullable types pandas gives the columns, so that integers with
  missing values stay integers;
- `PANDAS_ATTRS`: what pandas puts into `attrs`, citation and licences among it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from smartcity_case.arrays import strings
from smartcity_case.exporters.shared.vocabularies import values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from smartcity_case.profile import FieldSchema, TableSchema

ROWS = 1 << 17
"""Rows of a row group, at most."""
_BYTES = 64 << 20
"""Bytes that a row group takes in memory, roughly, at most."""

_PANDAS = {
    "int64": ("int64", "Int64"),
    "double": ("float64", "Float64"),
    "bool": ("bool", "boolean"),
    "date32[day]": ("date", "object"),
    "string": ("unicode", "string"),
}
"""For a type of Arrow, its name to pandas and the dtype that it gets there."""


class Stated(NamedTuple):
    """The size in bytes and the hash of a file that was written."""

    bytes: int
    hash: str


class Hashing:
    """A stream that is written to, with the size and the hash of what was written.

    >>> import io
    >>> stream = Hashing(io.BytesIO())
    >>> stream.write(b"ab")
    2
    >>> stream.stated.bytes, stream.stated.hash[:15]
    (2, 'sha256:fb8e20fc')
    """

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._hash, self._size = stream, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """Write some bytes."""
        self._hash.update(data)
        self._size += len(data)
        return self._stream.write(data)

    def flush(self) -> None:
        """Nothing is held back."""

    @property
    def stated(self) -> Stated:
        """Size and hash of what was written so far."""
        return Stated(self._size, f"sha256:{self._hash.hexdigest()}")


def dictionary(field: FieldSchema) -> list[str] | None:
    """The vocabulary of a field of strings, in its order, or None.

    >>> from smartcity_case.profile import FieldSchema
    >>> dictionary(FieldSchema(name="light", type="string", categories=["day", "night"]))
    ['day', 'night']
    """
    given = field.categories or field.constraints.get("enum") or ()
    of_text = field.categories or all(isinstance(term, str) for term in given)
    if field.type not in ("string", "any") or not field.is_plain or not of_text:
        return None
    return values(field) or None


def parquet_schema(
    schema: TableSchema, kinds: pa.Schema, attrs: Mapping[str, str], *, vocabularies: bool
) -> pa.Schema:
    """The columns of a table, of some types, as they are written, and what pandas is told.

    Without `vocabularies` every column with terms is one of strings.
    """
    columns = []
    for field, kind in zip(schema.fields, kinds.types, strict=True):
        notes = {name: text for name in ("title", "description") if (text := getattr(field, name))}
        listed = dictionary(field) if vocabularies else None
        if listed is not None:
            kind = pa.dictionary(pa.int32(), pa.string(), ordered=field.categories_ordered)
            notes[_ENUM] = "".join(f"{len(term.encode())};{term}" for term in listed)
        columns.append(pa.field(field.name, kind, metadata=notes or None))
    made = pa.schema(columns)
    told = {"pandas": _for_pandas(made, schema), "PANDAS_ATTRS": _json(dict(attrs))}
    return made.with_metadata(told)


_ENUM = "_PL_ENUM_VALUES2"
"""By this polars knows the terms of an Enum; without it there are those that occur."""


def _for_pandas(made: pa.Schema, schema: TableSchema) -> str:
    columns = []
    for field, column in zip(schema.fields, made, strict=True):
        more = None
        if pa.types.is_dictionary(column.type):
            given, dtype = "categorical", "int32"
            more = {"num_categories": len(dictionary(field) or ()), "ordered": column.type.ordered}
        else:
            given, dtype = _PANDAS[str(column.type)]
        columns.append(
            {
                "name": field.name,
                "field_name": field.name,
                "pandas_type": given,
                "numpy_type": dtype,
                "metadata": more,
            }
        )
    told = {"index_columns": [], "column_indexes": [], "columns": columns}
    return _json({**told, "creator": {"library": "smartcity-case", "version": "1"}})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def with_terms(batch: pa.RecordBatch, planned: pa.Schema, schema: TableSchema) -> pa.RecordBatch:
    """A batch with the planned dictionaries in place of strings."""
    columns = []
    for column, target in zip(batch.columns, planned, strict=True):
        if pa.types.is_dictionary(target.type):
            listed = strings(dictionary(schema.field(target.name)) or ())
            codes = pc.index_in(column, value_set=listed)
            assert codes.null_count == column.null_count, target.name  # no value is lost
            ordered = target.type.ordered
            column = pa.DictionaryArray.from_arrays(codes, listed, ordered=ordered)
        columns.append(column)
    return pa.RecordBatch.from_arrays(columns, schema=planned)


def write_parquet(
    stream: BinaryIO,
    planned: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    without_dictionary: Sequence[str] = (),
) -> Stated:
    """Write batches as a Parquet file, a row group at a time; its size and hash.

    It is packed with Zstandard. Strings are held once for each row group, but
    for the columns `without_dictionary`.
    """
    from pyarrow import parquet

    sink = Hashing(stream)
    listed = [name for name in planned.names if name not in without_dictionary]
    how = {"use_dictionary": listed if without_dictionary else True, "compression": "zstd"}
    with parquet.ParquetWriter(sink, planned, **how) as writer:
        for group in _groups(batches):
            writer.write_table(pa.Table.from_batches(group, planned), row_group_size=ROWS)
    return sink.stated


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


class Seen:
    """Looks at batches on their way: how many rows there are, what other readers make of them."""

    def __init__(self, planned: pa.Schema) -> None:
        self.rows = 0
        self._planned = planned
        self._not_a_number: set[str] = set()

    def of(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The same batches."""
        for batch in batches:
            self.rows += len(batch)
            for name, column in zip(self._planned.names, batch.columns, strict=True):
                if column.type == pa.float64() and pc.any(pc.is_nan(column)).as_py():
                    self._not_a_number.add(name)
            yield batch

    def notes(self) -> Iterator[str]:
        """What some reader makes of the table that is not in the file."""
        for name in sorted(self._not_a_number):
            yield f".{name}: NaN is in the file, and pandas shows it as missing"
        kinds = [column.type for column in self._planned]
        if not self.rows and any(map(pa.types.is_dictionary, kinds)):
            yield ": it has no rows, and so no terms in pandas; the file's metadata have them"
        names = self._planned.names
        folded = Counter(name.encode().lower() for name in names)  # as DuckDB: ASCII alone
        twins = [repr(name) for name in names if folded[name.encode().lower()] > 1 or not name]
        if twins:
            yield f": names that differ in case alone, or are empty, DuckDB changes: {_some(twins)}"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if names[5:] else ""
    return ", ".join(names[:5]) + more
