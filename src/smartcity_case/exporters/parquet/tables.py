"""A table as a Parquet file: vocabularies, and what other readers are told.

The types are those of `typed`. A field of strings with categories or an `enum`
is a column with a dictionary: its terms, all of them, in their order. Beside
the values the file has

- `datapackage`: a Data Package descriptor of this one table, in JSON;
- `pandas`: which nullable types pandas gives the columns, so that integers with
  missing values stay integers;
- `PANDAS_ATTRS`: what pandas puts into `attrs`, citation and licences among it.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from smartcity_case.arrays import strings
from smartcity_case.exporters.shared.parquet_files import for_pandas
from smartcity_case.exporters.shared.vocabularies import values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smartcity_case.exporters.shared.parquet_files import Seen
    from smartcity_case.profile import FieldSchema, TableSchema


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
    columns, counts = [], {}
    for field, kind in zip(schema.fields, kinds.types, strict=True):
        notes = {name: text for name in ("title", "description") if (text := getattr(field, name))}
        listed = dictionary(field) if vocabularies else None
        if listed is not None:
            kind = pa.dictionary(pa.int32(), pa.string(), ordered=field.categories_ordered)
            counts[field.name] = len(listed)
            notes[_ENUM] = "".join(f"{len(term.encode())};{term}" for term in listed)
        columns.append(pa.field(field.name, kind, metadata=notes or None))
    made = pa.schema(columns)
    pandas_attrs = json.dumps(dict(attrs), ensure_ascii=False)
    told = {"pandas": for_pandas(made, counts), "PANDAS_ATTRS": pandas_attrs}
    return made.with_metadata(told)


_ENUM = "_PL_ENUM_VALUES2"
"""By this polars knows the terms of an Enum; without it there are those that occur."""


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


def notes_on(planned: pa.Schema, seen: Seen) -> Iterator[str]:
    """What some reader makes of a table that is not in its file."""
    for name in sorted(seen.nans):
        yield f".{name}: NaN is in the file, and pandas shows it as missing"
    if not seen.rows and any(pa.types.is_dictionary(column.type) for column in planned):
        yield ": it has no rows, and so no terms in pandas; the file's metadata have them"
    names = planned.names
    folded = Counter(name.encode().lower() for name in names)  # as DuckDB: ASCII alone
    twins = [repr(name) for name in names if folded[name.encode().lower()] > 1 or not name]
    if twins:
        yield f": names that differ in case alone, or are empty, DuckDB changes: {_some(twins)}"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if names[5:] else ""
    return ", ".join(names[:5]) + more
