"""What a database says of itself: the package, its licences, its fields and their terms."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from smartcity_case.exporters.shared.provenance import provenance, stated_rights
from smartcity_case.exporters.shared.vocabularies import terms
from smartcity_case.exporters.sqlite.sql import quoted
from smartcity_case.profile import DESCRIPTOR

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.exporters.sqlite.layout import Layout, Table

_COLUMNS = {
    "package": (
        "name TEXT, version TEXT, created TEXT, title TEXT, description TEXT, citation TEXT, "
        "rights TEXT, sources TEXT, descriptor TEXT NOT NULL, descriptor_sha256 TEXT NOT NULL"
    ),
    "licences": "resource TEXT, name TEXT, title TEXT, path TEXT",
    "contents": (
        "name TEXT NOT NULL PRIMARY KEY, role TEXT NOT NULL, resource TEXT, title TEXT, "
        "description TEXT, rows INTEGER"
    ),
    "fields": (
        "table_name TEXT NOT NULL, column_name TEXT NOT NULL, resource TEXT NOT NULL, "
        "field TEXT NOT NULL, position INTEGER NOT NULL, type TEXT NOT NULL, format TEXT NOT NULL, "
        "title TEXT, description TEXT, verbatim INTEGER NOT NULL, constraints TEXT NOT NULL, "
        "missing_values TEXT NOT NULL, PRIMARY KEY (table_name, column_name)"
    ),
    "terms": (
        "table_name TEXT NOT NULL, column_name TEXT NOT NULL, position INTEGER NOT NULL, "
        "value TEXT NOT NULL, label TEXT, definition TEXT, "
        "PRIMARY KEY (table_name, column_name, position)"
    ),
}

_OWN = {
    "package": "what the package is, how it is cited, its descriptor as JSON",
    "licences": "the licences of the package and of its resources, with what each covers",
    "contents": "the tables and views of this file",
    "fields": "the fields of the tables: the data dictionary",
    "terms": "the terms of the vocabularies, with their definitions",
    "texts": "the texts that spans point into, character by character",
    "spans": (
        "the spans of all tables: where the words of a row stand in a text; `row` is the row's "
        "number (rowid), start and end count Unicode code points from 0, half-open"
    ),
    "passages": "the texts in lines, cut at what looks like the end of a sentence",
    "passage_spans": "which spans stand in which passages, wholly or in part",
    "passage_rows": "the rows whose words stand in a passage: from what a search finds to the rows",
}

Described = dict[str, tuple[str, str]]
"""Of a view or a table of the search, by its name: the table that it is of, and what it shows."""


def describe(
    connection: sqlite3.Connection,
    material: Material,
    layout: Layout,
    views: Described,
    searches: Described,
) -> None:
    """Make and fill the tables of what is known about the package.

    In `contents` a table of ours has its usual name as its role: by that it is found
    even if the package has a table of this name.
    """
    rows = {
        "package": [_package(material)],
        "licences": _licences(material),
        "fields": [row for table in layout.tables.values() for row in _fields(table)],
        "terms": [row for table in layout.tables.values() for row in _terms(table)],
    }
    for role, columns in _COLUMNS.items():
        connection.execute(f"CREATE TABLE {layout.sql_of(role)} ({columns})")
        _fill(connection, layout.sql_of(role), rows.get(role, []))
    contents = list(_contents(material, layout, views, searches))
    counts = {layout.own["contents"]: len(contents)}
    listed = [(*row, counts.get(row[0]) or _count(connection, *row[:2])) for row in contents]
    _fill(connection, layout.sql_of("contents"), listed)


def _fill(connection: sqlite3.Connection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    for row in rows:
        marks = ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)


def _count(connection: sqlite3.Connection, name: str, role: str) -> int | None:
    if role in ("view", "search", "passage_rows"):
        return None
    (count,) = connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()
    return int(count)


def _package(material: Material) -> tuple[Any, ...]:
    package, said = material.package, provenance(material)
    return (
        *(package.name, package.version, package.created, package.title, package.description),
        *(said.get(name, "") for name in ("citation", "rights", "sources")),
        material.files.read(DESCRIPTOR).decode("utf-8"),
        said["descriptor"].removeprefix("sha256:"),
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _licences(material: Material) -> list[tuple[Any, ...]]:
    return [(holder or None, *right) for holder, right in stated_rights(material.package)]


def _contents(
    material: Material, layout: Layout, views: Described, searches: Described
) -> Iterator[tuple[Any, ...]]:
    by_name = {table.name: table.resource for table in layout.tables.values()}
    for table in layout.tables.values():
        told = material.resource(table.resource)
        yield table.name, "table", table.resource, told.title, told.description
    for role, described in (("view", views), ("search", searches)):
        for name, (of, what) in described.items():
            yield name, role, by_name.get(of), "", what
    for role, name in layout.own.items():
        yield name, role, None, "", _OWN[role]


def _fields(table: Table) -> Iterator[tuple[Any, ...]]:
    for position, column in enumerate(table.columns, 1):
        field = column.field
        yield (
            *(table.name, column.name, table.resource, field.name, position),
            *(field.type, field.format, field.title, field.description, int(field.is_verbatim)),
            *(_json(field.constraints), _json(sorted(table.schema.missing(field)))),
        )


def _terms(table: Table) -> Iterator[tuple[Any, ...]]:
    for column in table.columns:
        for position, term in enumerate(terms(column.field), 1):
            yield table.name, column.name, position, *term
