"""Tables as pandas DataFrames, with the dtypes that their schema means.

============  =====================================================
field         dtype
============  =====================================================
enum or       ``category``, with every term of the vocabulary in its
categories    order; ordered if the schema says so
integer       ``Int64``
number        ``Float64``
boolean       ``boolean``
year          ``Int64``
yearmonth     ``period[M]``
date          ``period[D]``
others        ``string`` (missing cells are ``pd.NA``)
============  =====================================================

A field that is not written in the default way of its type (another `format`,
`decimalChar`, `groupChar` …) is not guessed at: it comes as ``string``. Booleans
follow `trueValues` and `falseValues`.

The dtypes depend on the schema alone, so an empty table has the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smartcity_case.errors import UnreadablePackage
from smartcity_case.table import write_csv

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from smartcity_case.profile import FieldSchema, TableSchema
    from smartcity_case.table import Table

_DTYPES = {
    "integer": "Int64",
    "year": "Int64",
    "number": "Float64",
    "boolean": "boolean",
    "yearmonth": "period[M]",
    "date": "period[D]",
}


def to_frame(table: Table, schema: TableSchema) -> pd.DataFrame:
    """The DataFrame of a table; rows in file order, columns in schema order.

    The key is a column, and the index holds the same values without a name.
    Raises UnreadablePackage, naming row and field, for a cell that is not of
    its type; `validate` lists every such cell.
    """
    import pandas as pd

    missing_columns = [name for name in schema.names if name not in table.columns]
    if missing_columns:
        raise UnreadablePackage(
            f"{table.path}: there is no column {missing_columns[0]!r}; validate the package"
        )
    columns = {f.name: _column(table, f, schema.missing(f)) for f in schema.fields}
    frame = pd.DataFrame(columns)
    if len(schema.primary_key) == 1:
        frame.index = pd.Index(frame[schema.primary_key[0]].array, name=None)
    return frame


def _column(table: Table, field: FieldSchema, missing: frozenset[str]) -> pd.Series[Any]:
    import pandas as pd

    convert = _converter(field)
    values: list[object] = []
    for index, cell in enumerate(table.columns[field.name]):
        try:
            values.append(None if cell in missing else convert(cell))
        except (ValueError, KeyError):
            raise _bad_cell(table, field, index) from None
    try:
        return pd.Series(values, dtype=_dtype(field))
    except OverflowError:
        longest = max(range(len(values)), key=lambda i: len(table.columns[field.name][i]))
        raise _bad_cell(table, field, longest) from None


def _dtype(field: FieldSchema) -> Any:
    import pandas as pd

    terms = vocabulary(field)
    if terms is not None:
        categories = pd.Index(terms, dtype=object)
        return pd.CategoricalDtype(categories, ordered=field.categories_ordered)
    return _DTYPES.get(_kind(field), "string")


def _kind(field: FieldSchema) -> str:
    """The type as which cells are read."""
    return field.type if field.is_plain or field.type == "boolean" else "string"


def _converter(field: FieldSchema) -> Callable[[str], object]:
    """A function from a cell to its value; ValueError or KeyError if it has none."""
    import pandas as pd

    terms = vocabulary(field)
    if terms is not None:
        return {term: term for term in terms}.__getitem__
    if field.type == "boolean":
        extra = field.model_extra or {}
        true = extra.get("trueValues", ["true", "True", "TRUE", "1"])
        false = extra.get("falseValues", ["false", "False", "FALSE", "0"])
        return (dict.fromkeys(false, False) | dict.fromkeys(true, True)).__getitem__
    converters: dict[str, Callable[[str], object]] = {
        "integer": int,
        "year": int,
        "number": float,
        "yearmonth": lambda cell: pd.Period(cell, freq="M"),
        "date": lambda cell: pd.Period(cell, freq="D"),
    }
    return converters.get(_kind(field), str)


def _bad_cell(table: Table, field: FieldSchema, index: int) -> UnreadablePackage:
    cell = table.columns[field.name][index]
    return UnreadablePackage(
        f"{table.at(index, field.name)}: {cell[:80]!r} is not a value of this field; "
        "validate the package to see every fault"
    )


def vocabulary(field: FieldSchema) -> list[str] | None:
    """The terms of a string field with categories or an enum, or None."""
    if field.type not in ("string", "any"):
        return None
    terms = field.category_values or field.constraints.get("enum")
    return None if terms is None else list(dict.fromkeys(map(str, terms)))


def to_csv(frame: pd.DataFrame) -> bytes:
    r"""The CSV file that a frame of `to_frame` was read from, byte by byte.

    >>> import pandas as pd
    >>> to_csv(pd.DataFrame({"id": ["c1"], "named": pd.array([True], dtype="boolean")}))
    b'id,named\nc1,true\n'
    """
    columns = [_cells(frame[name]) for name in frame.columns]
    return write_csv(list(frame.columns), list(zip(*columns, strict=True)))


def _cells(column: pd.Series[Any]) -> list[str]:
    cells = [
        "" if empty else str(value) for value, empty in zip(column, column.isna(), strict=True)
    ]
    return [cell.lower() for cell in cells] if column.dtype == "boolean" else cells
