"""The cells of a table as texts that can be compared, whatever form the table has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from smartcity_case import arrow
from smartcity_case.arrays import Ints, numbers, places, strings
from smartcity_case.errors import UnreadablePackage
from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smartcity_case.profile import FieldSchema
    from smartcity_case.reading import TableFile
    from smartcity_case.table import Batch, Column


@dataclass(frozen=True)
class Held:
    """The cells of a table: a column of strings for each, and the row numbers of its records.

    `typed` are the columns that had values of types of their own, with the types.
    """

    columns: dict[str, pa.StringArray]
    rows: Ints
    typed: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, indices: Ints) -> dict[str, list[str | None]]:
        """The cells of some records, by column."""
        return {name: take(array, indices).to_pylist() for name, array in self.columns.items()}


def take(array: pa.StringArray, indices: Ints) -> pa.StringArray:
    """Some cells of a column; all of them, in their order, are the column itself."""
    if len(indices) == len(array) and bool((indices == np.arange(len(array))).all()):
        return array
    return arrow.take(array, places(indices))


def read_table(table: TableFile) -> Held | str:
    """The cells of a table, or why they cannot be had whole."""
    batches = [batch for batch, _ in table.scan(lambda batch: None)]
    if table.findings or not table.complete:
        fault = f": {table.findings[0].message}" if table.findings else ""
        return f"the table cannot be read whole{fault}"
    names = list(dict.fromkeys(name for batch in batches for name in batch.columns))
    names = names or table.schema.names
    typed = {
        name: str(column.array.type)
        for batch in batches
        for name, column in batch.columns.items()
        if not column.is_text
    }
    rows = [batch.rows for batch in batches] or [np.zeros(0, np.int64)]
    columns = {name: _whole(table, name, batches) for name in names}
    return Held(columns, np.concatenate(rows), typed)


def _whole(table: TableFile, name: str, batches: Sequence[Batch]) -> pa.StringArray:
    declared = next((field for field in table.schema.fields if field.name == name), None)
    missing = table.schema.missing(declared) if declared else frozenset(table.schema.missing_values)
    pieces = []
    for batch in batches:
        column = batch.columns.get(name)
        text = pa.nulls(len(batch), pa.string()) if column is None else _as_text(column)
        if text.null_count and "" in missing:
            text = arrow.call("coalesce", text, pa.scalar(""))
        pieces.append(text)
    return joined(pieces, f"{table.name}, field {name}")


def joined(pieces: Sequence[pa.StringArray], what: str) -> pa.StringArray:
    """Strings one after the other; UnreadablePackage if they are too many for one array."""
    if len(pieces) == 1:
        return pieces[0]
    if sum(piece.nbytes for piece in pieces) >= _MOST:
        raise UnreadablePackage(f"{what}: more than {_MOST >> 30} GiB, the most that is compared")
    return pa.concat_arrays(pieces) if pieces else strings([])


_MOST = 1 << 30
"""Bytes of a column; twice as many are the most that Arrow counts with 32 bits."""


def _as_text(column: Column) -> pa.StringArray:
    if column.is_text:
        return column.array
    if pa.types.is_integer(column.array.type):
        return arrow.cast(column.array, pa.string())
    codes, values = column.encoded
    texts = strings([None if value is None else cell_text(value) for value in values])
    return arrow.take(texts, places(codes))


def alike(old: Held, new: Held, fields: Sequence[tuple[FieldSchema, str]]) -> tuple[Held, Held]:
    """Two tables whose cells are written the same way if they mean the same.

    Only needed for a column whose values have another type in the data, text in
    one and numbers in the other, say; everything else stays as it is. `fields`
    are those of the new table, each with its name in the old.
    """
    for each, was in fields:
        if old.typed.get(was) != new.typed.get(each.name) and each.is_plain:
            old = _with(old, was, _normal(old.columns[was], each.type))
            new = _with(new, each.name, _normal(new.columns[each.name], each.type))
    return old, new


def _with(held: Held, name: str, column: pa.StringArray) -> Held:
    return replace(held, columns=held.columns | {name: column})


def _normal(array: pa.StringArray, kind: str) -> pa.StringArray:
    pairs = arrow.encode(array)
    texts = [None if v is None else normal(v, kind) for v in pairs.dictionary.to_pylist()]
    return arrow.take(strings(texts), places(numbers(pairs.indices)))


def normal(text: str, kind: str) -> str:
    """A cell of a type in the one way in which its value is written here.

    What is no value of the type stays as it is.

    >>> normal("1.50", "number"), normal("07", "integer"), normal("TRUE", "boolean")
    ('1.5', '7', 'true')
    >>> normal("2018-12-03T10:00:00Z", "datetime"), normal("x", "number")
    ('2018-12-03T10:00:00+00:00', 'x')
    """
    try:
        return _normal_by_type(text, kind)
    except (ValueError, InvalidOperation):
        return text


_INTEGER = re.compile(r"[+-]?[0-9]{1,400}")


def _normal_by_type(text: str, kind: str) -> str:
    if kind == "integer" and _INTEGER.fullmatch(text):
        return str(int(text))
    if kind == "number":
        return _normal_number(Decimal(text))
    if kind == "boolean":
        words = {"true": ("true", "True", "TRUE", "1"), "false": ("false", "False", "FALSE", "0")}
        return next((word for word, ways in words.items() if text in ways), text)
    if kind == "datetime":
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo is None else moment.astimezone(UTC)).isoformat()
    if kind == "date":
        return date.fromisoformat(text[:10] if text[10:] == " 00:00:00" else text).isoformat()
    return time.fromisoformat(text).isoformat() if kind == "time" else text


def _normal_number(number: Decimal) -> str:
    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        return str(number)
    kept = list(digits)
    while len(kept) > 1 and kept[-1] == 0:
        kept.pop()
        exponent += 1
    if kept == [0]:
        return "0"
    return str(Decimal((sign, kept, exponent)))
