"""Primary, unique and foreign keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.report import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from smartcity_case.profile import ForeignKey, TableSchema
    from smartcity_case.table import Table

_Key = tuple[str, ...]


def check_unique(table: Table, schema: TableSchema) -> Iterator[Finding]:
    """Rows that share a primary or unique key, or whose primary key is empty.

    As in SQL, a unique key with an empty part is not compared.
    """
    missing = frozenset(schema.missing_values)
    if schema.primary_key:
        for index, key in enumerate(_keys(table, schema.primary_key)):
            for name, cell in zip(schema.primary_key, key, strict=True):
                if cell in missing:
                    yield Finding(table.at(index, name), "key.missing", "the key is empty")
        yield from _repeated(table, schema.primary_key, missing, "key.duplicate")
    for names in schema.unique_keys:
        yield from _repeated(table, names, missing, "key.duplicate")
    for field in schema.fields:
        if field.constraints.get("unique") is True and [field.name] != schema.primary_key:
            yield from _repeated(table, [field.name], missing, "field.unique")


def _repeated(
    table: Table, names: Sequence[str], missing: frozenset[str], code: str
) -> Iterator[Finding]:
    first: dict[_Key, int] = {}
    for index, key in enumerate(_keys(table, names)):
        if any(cell in missing for cell in key):
            continue
        if key in first:
            message = f"{'/'.join(key)!r} stands in row {table.rows[first[key]]} too"
            yield Finding(table.at(index, names[0]), code, message)
        else:
            first[key] = index


def check_foreign(
    table: Table, schema: TableSchema, key: ForeignKey, tables: Mapping[str, Table]
) -> Iterator[Finding]:
    """Rows whose foreign key names a row that is not there.

    A key all of whose parts are empty refers to nothing and is fine.
    """
    target = tables[key.reference.resource or table.resource]
    known = set(_keys(target, key.reference.fields))
    missing = frozenset(schema.missing_values)
    for index, cells in enumerate(_keys(table, key.fields)):
        if all(cell in missing for cell in cells) or cells in known:
            continue
        fields = ", ".join(key.reference.fields)
        message = f"{'/'.join(cells)!r} is not in {target.resource} ({fields})"
        yield Finding(table.at(index, key.fields[0]), "key.dangling", message)


def _keys(table: Table, names: Sequence[str]) -> Iterator[_Key]:
    return zip(*(table.columns[name] for name in names), strict=True)
