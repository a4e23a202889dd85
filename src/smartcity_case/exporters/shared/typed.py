"""The columns of a table with the types that their schema means, batch by batch.

===========================  ==========================================
field                        Arrow type
===========================  ==========================================
integer, year                int64
number                       double
boolean                      bool
date                         date32
any other, or one that is    string: the cell as it stands in the data
not written in the default
way of its type
===========================  ==========================================

Missing values are null. A column with a value that its Arrow type would change
(an integer of more than 64 bits, a number with more digits than a double
holds) is a column of strings; `Fallback` says which value asked for it. So is one
whose cells are compared as text (`written`), if one is not written as its type
writes it: 007 may be the name of a text, and 7 is another.
"""

from __future__ import annotations

import datetime
import math
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from smartcity_case import arrow
from smartcity_case.arrays import strings
from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from smartcity_case.arrays import Mask
    from smartcity_case.profile import FieldSchema, TableSchema
    from smartcity_case.table import Batch, Column


class Fallback(NamedTuple):
    """A field whose column is one of strings, since the value at a place of a batch asks for it."""

    field: str
    place: int
    value: str


def preferred(field: FieldSchema) -> pa.DataType:
    """The Arrow type of a field, as its own declaration alone has it."""
    kind = _KINDS.get(field.type)
    return kind if kind is not None and (field.is_plain or kind == pa.bool_()) else pa.string()


def planned(schema: TableSchema) -> dict[str, pa.DataType]:
    """The Arrow types of the fields of a table by name.

    Offsets are integers, however the field says that it is written; the words
    of a text are strings, whatever type it says.
    """
    kinds = {field.name: preferred(field) for field in schema.fields}
    for span in schema.text_spans:
        fields = span.fields
        kinds |= dict.fromkeys((fields.start, fields.end), pa.int64())
        words = (fields.exact, fields.prefix, fields.suffix, fields.digest)
        kinds |= dict.fromkeys(filter(None, words), pa.string())
    return kinds


_KINDS: dict[str, pa.DataType] = {
    "integer": pa.int64(),
    "year": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}


def convert(column: Column, field: FieldSchema, missing: frozenset[str], kind: pa.DataType) -> Any:
    """A column, whose cells must be valid, as an Arrow array of a type.

    Raises pyarrow's ArrowInvalid or ArrowTypeError if a value is not the same in it.
    """
    empty = column.missing(missing)
    if kind == pa.string():
        return _as_text(column, empty)
    if (quick := _quick(column, empty, kind)) is not None:
        return quick
    reader = _READERS[str(kind)]
    codes, values = column.encoded
    made = [None if value is None else _read(reader, value, field) for value in values]
    whole = [None if gone else made[code] for code, gone in zip(codes, empty, strict=True)]
    return pa.array(whole, kind)


def _read(reader: Callable[[Any, FieldSchema], Any], value: Any, field: FieldSchema) -> Any:
    try:
        return reader(value, field)
    except (ValueError, InvalidOperation, TypeError, OverflowError):
        return _NoValue(value)


class _NoValue:
    """Stands for a value that cannot be had; only where the cell is missing, that is no harm."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _as_text(column: Column, empty: Mask) -> pa.StringArray:
    if column.is_text:
        array = column.array
        if not empty.any():
            return array
        return arrow.call("if_else", pa.array(empty), pa.nulls(len(array), pa.string()), array)
    cells = zip(column.values(), empty.tolist(), strict=True)
    return strings([None if gone else cell_text(value) for value, gone in cells])


def _quick(column: Column, empty: Mask, kind: pa.DataType) -> pa.Array | None:
    """The array, if Arrow makes it of all at once and changes nothing; else None."""
    array, given = column.array, column.array.type
    if column.is_text and kind in (pa.int64(), pa.date32()):
        array = _as_text(column, empty)
    elif not _same_kind(given, kind) or empty.sum() != array.null_count:
        return None
    try:
        return arrow.cast(array, kind)
    except pa.ArrowInvalid:
        return None


def _same_kind(given: pa.DataType, kind: pa.DataType) -> bool:
    if kind == pa.int64():
        return bool(pa.types.is_integer(given))
    if kind == pa.float64():
        return bool(pa.types.is_floating(given))
    return bool(given == kind)


def _integer(value: Any, _: FieldSchema) -> int:
    number = int(value)
    if not -(1 << 63) <= number < 1 << 63:
        raise ValueError("more than 64 bits")
    return number


def _number(value: Any, _: FieldSchema) -> float:
    if isinstance(value, float):
        return value
    number, exact = float(value), Decimal(str(value))
    if math.isfinite(number) and Decimal(repr(number)) != exact:
        raise ValueError("more digits than a double has")
    if math.isinf(number) and not exact.is_infinite():
        raise ValueError("more than a double holds")
    return number


def _boolean(value: Any, field: FieldSchema) -> bool:
    if isinstance(value, bool):
        return value
    given = field.model_extra or {}
    if value in given.get("trueValues", ("true", "True", "TRUE", "1")):
        return True
    if value in given.get("falseValues", ("false", "False", "FALSE", "0")):
        return False
    raise ValueError("neither true nor false")


def _date(value: Any, _: FieldSchema) -> datetime.date:
    return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)


_READERS: dict[str, Callable[[Any, FieldSchema], Any]] = {
    "int64": _integer,
    "double": _number,
    "bool": _boolean,
    "date32[day]": _date,
}


def convert_batch(batch: Batch, schema: TableSchema, kinds: pa.Schema) -> pa.RecordBatch:
    """The columns of a batch, in the order of the schema, with their planned types."""
    arrays = []
    for name, kind in zip(kinds.names, kinds.types, strict=True):
        field = schema.field(name)
        arrays.append(convert(batch.columns[name], field, schema.missing(field), kind))
    return pa.RecordBatch.from_arrays(arrays, schema=kinds)


def written(schema: TableSchema, span_keys: Iterable[str] = ()) -> frozenset[str]:
    """The fields whose cells are compared as text, by their names.

    These say which text is meant (`span_keys` are those of a table of texts), or
    are one of some categories.
    """
    sources = {span.fields.source for span in schema.text_spans if span.fields.source}
    listed = {field.name for field in schema.fields if field.categories is not None}
    return frozenset(sources | listed | set(span_keys))


def unfit(
    batch: Batch,
    schema: TableSchema,
    kinds: Mapping[str, pa.DataType],
    as_text: frozenset[str] = frozenset(),
) -> list[Fallback]:
    """The columns of a batch that are not the same in the types planned for them.

    Those of `as_text` must be written in the same way, too.
    """
    found = []
    for name, kind in kinds.items():
        field = schema.field(name)
        missing, column = schema.missing(field), batch.columns[name]
        try:
            made = convert(column, field, missing, kind)
            place = _first_rewritten(column, made) if name in as_text else None
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            place = _first_unfit(column, field, missing, kind)
        if place is not None:
            found.append(Fallback(name, place, cell_text(column.value(place))))
    return found


def _first_rewritten(column: Column, made: pa.Array) -> int | None:
    """The place of the first value that is not written as its type writes it."""
    pairs = enumerate(zip(column.values(), made.to_pylist(), strict=True))
    changed = (
        at for at, (old, new) in pairs if new is not None and cell_text(old) != cell_text(new)
    )
    return next(changed, None)


def _first_unfit(
    column: Column, field: FieldSchema, missing: frozenset[str], kind: pa.DataType
) -> int:
    reader, empty = _READERS[str(kind)], column.missing(missing)
    return next(
        place
        for place, value in enumerate(column.values())
        if not empty[place] and isinstance(_read(reader, value, field), _NoValue)
    )
