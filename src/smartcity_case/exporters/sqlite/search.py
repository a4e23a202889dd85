"""Full-text search over the passages of the texts, and over the columns of text of each table."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from smartcity_case.exporters.sqlite.layout import ROWID, SHADOWS
from smartcity_case.exporters.sqlite.sql import listed, quoted

if TYPE_CHECKING:
    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.exporters.sqlite.layout import Layout, Table

OPTIONS = {
    "search": "yes (the default) or no: full-text search with FTS5",
    "diacritics": (
        "keep (the default), which tells schon from schön, or remove, which finds Über for uber"
    ),
}

_CHOICES = {"search": ("yes", "no"), "diacritics": ("keep", "remove")}
_RESERVED = ("rank", "rowid")
"""Columns that FTS5 has itself, so that no other may be called so."""
_OF_FTS5 = 10
"""Columns that are left to FTS5 itself, of those that a table may have."""

_MEGABYTES = 32
"""What FTS5 gathers before it writes."""


def check_options(material: Material) -> None:
    """Raise NotFound for an option with a value that it does not have."""
    for name, choices in _CHOICES.items():
        material.chosen(name, *choices)


def make_search(
    connection: sqlite3.Connection, material: Material, layout: Layout, most_columns: int
) -> dict[str, tuple[str, str]]:
    """Make the tables of the search; for each by its name the table it is of, and what it finds."""
    if material.options.get("search") == "no":
        return {}
    if not _has_fts5(connection):
        material.note("full-text search, since the SQLite of this Python has no FTS5")
        return {}
    marks = "2" if material.options.get("diacritics") == "remove" else "0"
    found = {}
    for name, columns in {layout.own["passages"]: ["words"], **_searched(material, layout)}.items():
        if len(columns) + _OF_FTS5 > most_columns:
            material.note(f"full-text search over {name}, it has too many columns")
            continue
        made = layout.names.take(f"{name}_fts", SHADOWS)
        while made.lower() in map(str.lower, columns):  # FTS5 has a column called like itself
            made = layout.names.take(f"{name}_fts", SHADOWS)
        _make_index(connection, made, name, columns, marks)
        found[made] = name, f"full-text search: the rows of {name} by {', '.join(columns)}"
    return found


def _has_fts5(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("CREATE VIRTUAL TABLE temp.try USING fts5(words)")
    except sqlite3.OperationalError:
        return False
    connection.execute("DROP TABLE temp.try")
    return True


def _searched(material: Material, layout: Layout) -> dict[str, list[str]]:
    """The columns of text of each table that has some."""
    found = {}
    told: dict[str, set[str]] = {}  # the columns of texts or of their files: passages have those
    for span in (span for table in layout.tables.values() for span in table.schema.text_spans):
        if span.reference.fields is not None:
            told.setdefault(span.reference.resource, set()).update(span.reference.fields.names)
    for table in layout.tables.values():
        columns = []
        for column in _text_columns(table, told.get(table.resource, set())):
            if column.lower() in _RESERVED:
                material.note(f"{table.resource}.{column}: no search in it, FTS5 has such a column")
            else:
                columns.append(column)
        if columns:
            found[table.name] = columns
    return found


def _text_columns(table: Table, told: set[str]) -> list[str]:
    """The columns whose words may be searched: those of text that are no code, key or context."""
    schema = table.schema
    others = {name for key in schema.foreign_keys for name in key.fields} | told
    others |= set(schema.primary_key)
    for span in schema.text_spans:
        others |= set(span.fields.names) - {span.fields.exact}
    return [
        column.name
        for column in table.columns
        if column.field.type in ("string", "any")
        and column.field.name not in others
        and column.field.categories is None
        and not {"enum", "pattern"} & column.field.constraints.keys()
    ]


def _make_index(
    connection: sqlite3.Connection, made: str, name: str, columns: list[str], marks: str
) -> None:
    """An index that holds no words itself, but finds those of a table by its rows' numbers."""
    connection.execute(
        f"CREATE VIRTUAL TABLE {quoted(made)} USING fts5({listed(columns)}, "
        f"content={quoted(name)}, content_rowid={quoted(ROWID)}, "
        f"tokenize='unicode61 remove_diacritics {marks}')"
    )
    command = f"INSERT INTO {quoted(made)} ({quoted(made)}"
    connection.execute(f"{command}, rank) VALUES ('hashsize', {_MEGABYTES << 20})")
    connection.execute(f"{command}) VALUES ('rebuild')")
    connection.execute(f"{command}) VALUES ('optimize')")
