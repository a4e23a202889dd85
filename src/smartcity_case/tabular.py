"""Rows and texts as a program has them: tables of some library, records, mappings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa

from smartcity_case.errors import NotFound
from smartcity_case.table import Column, cell_text, json_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    Held: TypeAlias = pa.ChunkedArray | list[Any]


def is_frame(rows: Any) -> bool:
    """Whether something is a DataFrame of pandas, which need not be imported for that."""
    return hasattr(rows, "iloc") and hasattr(rows, "columns")


def as_rows(given: Any) -> Any:
    """Rows as a DataFrame of pandas, as an Arrow table or record batch, or as a list of mappings.

    Raises TypeError for what is none of these and no table that Arrow can read.
    """
    if isinstance(given, pa.Table | pa.RecordBatch) or is_frame(given):
        return given
    if is_stream(given):
        return _table(given, "rows")
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        kind = type(given).__name__
        raise TypeError(f"rows: a table (pandas, polars, Arrow) or a list of records, not {kind}")
    records = list(given)
    for number, record in enumerate(records, 1):
        if not isinstance(record, Mapping):
            kind = type(record).__name__
            raise TypeError(
                f"rows: record {number} is no mapping from columns to values but {kind}"
            )
    return records


def names_of(rows: Any) -> list[str]:
    """The names of the columns of rows."""
    if hasattr(rows, "schema"):
        return list(rows.schema.names)
    if is_frame(rows):
        return [str(each) for each in rows.columns]
    return list(dict.fromkeys(str(each) for record in rows for each in record))


def chosen(rows: Any, indices: list[int]) -> Any:
    """Some of the rows, in the form in which they were given."""
    if isinstance(rows, pa.Table | pa.RecordBatch):
        try:
            return rows.take(pa.array(indices, pa.int64()))
        except pa.ArrowNotImplementedError:  # of views, say
            whole = pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows
            return pa.concat_tables([whole.slice(0, 0), *(whole.slice(at, 1) for at in indices)])
    if is_frame(rows):
        return rows.iloc[indices]
    return [rows[index] for index in indices]


def is_stream(given: Any) -> bool:
    """Whether something, a DataFrame of polars say, can be read by Arrow's C stream interface."""
    return hasattr(given, "__arrow_c_stream__")


def _table(given: Any, what: str) -> pa.Table:
    try:
        return pa.table(given)
    except pa.ArrowInvalid as error:  # one column alone, say
        raise TypeError(f"{what}: {type(given).__name__} is no table: {error}") from error


class Rows:
    """Some columns of rows in memory, of which a part at a time becomes `Column`s.

    Raises NotFound if a column is not there, ValueError if it is there twice.
    """

    def __init__(self, rows: Any, names: Sequence[str]) -> None:
        self._columns = {name: _column(rows, name) for name in dict.fromkeys(names)}
        self._count = len(rows)

    def __len__(self) -> int:
        return self._count

    def part(self, at: int, count: int) -> dict[str, Column]:
        """The columns of some rows."""
        return {name: _part(held, at, count) for name, held in self._columns.items()}


def _column(rows: Any, name: str) -> Held:
    if not (isinstance(rows, pa.Table | pa.RecordBatch) or is_frame(rows)):
        if rows and not any(name in record for record in rows):
            raise _not_found(name, names_of(rows))
        return [plain(record.get(name)) for record in rows]
    names = names_of(rows)
    if name not in names:
        raise _not_found(name, names)
    if names.count(name) > 1:
        raise ValueError(f"the rows have several columns {name!r}")
    place = names.index(name)
    if is_frame(rows):
        return _of_pandas(rows.iloc[:, place])
    return _of_arrow(rows.column(place))


def _not_found(name: str, known: Iterable[str]) -> NotFound:
    listed = ", ".join(map(repr, known))
    return NotFound(f"the rows have no column {name!r}; they have {listed}")


def _of_pandas(series: Any) -> Held:
    try:
        return _of_arrow(pa.Array.from_pandas(series))
    except (pa.ArrowException, OverflowError, UnicodeEncodeError, TypeError):
        return [plain(value) for value in series.tolist()]  # of several types


def _of_arrow(array: pa.Array | pa.ChunkedArray) -> Held:
    if pa.types.is_floating(array.type):  # integers, some of which were missing, say
        return [plain(value) for value in array.to_pylist()]
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def _part(held: Held, at: int, count: int) -> Column:
    if isinstance(held, list):
        return json_column(held[at : at + count])
    return Column(held.slice(at, count).combine_chunks())


def plain(value: Any) -> Any:
    """A value as JSON has it; what stands for nothing is None, and 3.0 is 3.

    >>> plain(3.0), plain(float("nan")), plain("a"), plain(2.5)
    (3, None, 'a', 2.5)
    """
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        if value != value:
            return None
        return int(value) if value.is_integer() else value
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "item") and not hasattr(value, "__len__"):  # a number of numpy
        return plain(value.item())
    return value if isinstance(value, list | dict) else str(value)


def text_pairs(texts: Any) -> list[tuple[str, Any]]:
    """Keys and texts; raises TypeError for what is neither a mapping nor a table of two columns."""
    if isinstance(texts, str):
        return [("", texts)]
    if isinstance(texts, Mapping) or (hasattr(texts, "items") and not is_frame(texts)):
        return [(cell_text(plain(key)), text) for key, text in texts.items()]
    if is_frame(texts):
        columns = [texts.iloc[:, place].tolist() for place in range(texts.shape[1])]
    elif is_stream(texts):
        columns = [column.to_pylist() for column in _table(texts, "texts").columns]
    else:
        raise TypeError(
            "texts: one string, a mapping from keys to texts, or a table with two columns, "
            f"not {type(texts).__name__}"
        )
    if len(columns) != 2:
        raise NotFound("a table of texts has two columns: key and text")
    return [(cell_text(plain(key)), text) for key, text in zip(*columns, strict=True)]
