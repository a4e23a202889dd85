"""Primary, unique and foreign keys."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from smartcity_case.checks.fields import FieldFault, value_reader
from smartcity_case.report import Finding, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smartcity_case.profile import ForeignKey, TableSchema
    from smartcity_case.table import Table

_Key = tuple[Hashable, ...]


def check_unique(table: Table, schema: TableSchema) -> Iterator[Finding]:
    """Rows that share a primary or unique key, or whose primary key is empty.

    As in SQL, a unique key with an empty part is not compared.
    """
    if schema.primary_key:
        for index, key in enumerate(_keys(table, schema, schema.primary_key)):
            for name, value in zip(schema.primary_key, key, strict=True):
                if value is None:
                    yield Finding(table.at(index, name), "key.missing", "the key is empty")
        yield from _repeated(table, schema, schema.primary_key, "key.duplicate")
    for names in schema.unique_keys:
        yield from _repeated(table, schema, names, "key.duplicate")
    for field in schema.fields:
        if field.constraints.get("unique") is True and [field.name] != schema.primary_key:
            yield from _repeated(table, schema, [field.name], "field.unique")


def _repeated(
    table: Table, schema: TableSchema, names: Sequence[str], code: str
) -> Iterator[Finding]:
    first: dict[_Key, int] = {}
    for index, key in enumerate(_keys(table, schema, names)):
        if None in key:
            continue
        if key in first:
            cells = "/".join(table.columns[name][index] for name in names)
            message = f"{shorten(cells)} stands in row {table.rows[first[key]]} too"
            yield Finding(table.at(index, names[0]), code, message)
        else:
            first[key] = index


def check_foreign(
    table: Table, schema: TableSchema, key: ForeignKey, target: Table, target_schema: TableSchema
) -> Iterator[Finding]:
    """Rows whose foreign key names a row that is not there.

    A key all of whose parts are empty refers to nothing and is fine.
    """
    known = set(_keys(target, target_schema, key.reference.fields))
    for index, values in enumerate(_keys(table, schema, key.fields)):
        if all(value is None for value in values) or values in known:
            continue
        cells = "/".join(table.columns[name][index] for name in key.fields)
        fields = ", ".join(key.reference.fields)
        message = f"{shorten(cells)} is not in {target.resource} ({fields})"
        yield Finding(table.at(index, key.fields[0]), "key.dangling", message)


def _keys(table: Table, schema: TableSchema, names: Sequence[str]) -> Iterator[_Key]:
    return zip(*(_values(table, schema, name) for name in names), strict=True)


def _values(table: Table, schema: TableSchema, name: str) -> list[Hashable]:
    """The values that keys are compared by: `2` and `02` are the same integer.

    An empty cell is None; what cannot be read stands for itself.
    """
    field = schema.field(name)
    missing = schema.missing(field)
    cells = table.columns[name]
    values: dict[str, Hashable] = {cell: cell for cell in cells}
    if field.type not in ("string", "any"):
        try:
            read = value_reader(field, missing)
        except FieldFault:
            pass  # the check of the field reports it
        else:
            for cell in values:
                value, notes = read(cell)
                if not notes and isinstance(value, Hashable):
                    values[cell] = value
    return [None if cell in missing else values[cell] for cell in cells]
