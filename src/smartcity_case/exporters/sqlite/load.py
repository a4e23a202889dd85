"""The rows into their tables, and what holds them together."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from smartcity_case import arrow
from smartcity_case.exporters.shared.parquet_files import Seen
from smartcity_case.exporters.sqlite.sql import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.exporters.sqlite.layout import Layout, Reference, Table


class Unfit(Exception):
    """SQLite sees rows otherwise than the package does: what is not to be declared, and why."""

    def __init__(self, what: Iterable[tuple[str | int, ...]], why: str) -> None:
        super().__init__(why)
        self.what = frozenset(what)
        self.why = why


def load_tables(connection: sqlite3.Connection, material: Material, layout: Layout) -> None:
    """Make the tables, fill them, then index them; raises Unfit."""
    for table in layout.tables.values():
        connection.execute(table.sql(layout.references[table.resource]))
    for table in layout.tables.values():
        marks = ", ".join("?" * len(table.columns))
        insert = f"INSERT INTO {quoted(table.name)} VALUES ({marks})"
        try:
            connection.executemany(insert, _rows(material, table))
            _check(connection, table)
        except sqlite3.IntegrityError as error:
            why = f"{table.resource}: its keys and constraints are not declared ({error})"
            raise Unfit([(table.resource,)], why) from error
    for table in layout.tables.values():
        _index(connection, material, layout, table)


def _check(connection: sqlite3.Connection, table: Table) -> None:
    """Hold a table to its checks: at once, which is several times faster than row by row."""
    checks = [*table.span_checks, *(check for column in table.columns for check in column.checks)]
    if table.held and checks:
        broken = " OR ".join(f"NOT ({check})" for check in checks)
        found = connection.execute(f"SELECT 1 FROM {quoted(table.name)} WHERE {broken} LIMIT 1")
        if found.fetchone():
            raise sqlite3.IntegrityError("a CHECK fails")


def _rows(material: Material, table: Table) -> Iterator[tuple[Any, ...]]:
    seen = Seen()
    for batch in seen.of(material.batches(table.resource)):
        yield from zip(*map(_values, batch.columns), strict=True)
    for name, count in seen.nans.items():
        material.note(f"{table.resource}.{name}: NaN is NULL ({count} times)")


def _values(column: pa.Array) -> list[Any]:
    if column.type == pa.date32():
        column = arrow.cast(column, pa.string())
    values: list[Any] = column.to_pylist()
    return values


def _index(
    connection: sqlite3.Connection, material: Material, layout: Layout, table: Table
) -> None:
    """Indexes of unique keys, of what foreign keys refer to, and of foreign keys."""
    known = [table.key] if table.held and table.key else []
    targets = [reference.target_columns for _, reference in _referring(layout, table)]
    for columns in dict.fromkeys([*table.unique, *targets]):
        if set(columns) in map(set, known):
            continue
        try:
            make_index(connection, layout, table.name, columns, "UNIQUE ")
            known.append(columns)
        except sqlite3.IntegrityError as error:
            _not_unique(material, layout, table, columns, error)
    for reference in layout.references[table.resource]:
        if not any(key[: len(reference.columns)] == reference.columns for key in known):
            make_index(connection, layout, table.name, reference.columns)
            known.append(reference.columns)


def _not_unique(
    material: Material, layout: Layout, table: Table, columns: Sequence[str], error: Exception
) -> None:
    """Note it; raise Unfit if a foreign key is declared to these columns."""
    why = f"{table.resource} ({', '.join(columns)}) is not unique"
    what = [
        (resource, reference.number)
        for resource, reference in _referring(layout, table)
        if set(reference.target_columns) == set(columns)
    ]
    if what:
        raise Unfit(what, f"{why}, so no foreign key to it is declared") from error
    material.note(f"{why} for SQLite, and not declared so")


def _referring(layout: Layout, table: Table) -> Iterator[tuple[str, Reference]]:
    """The declared foreign keys to a table, with the names of the resources that have them."""
    for resource, references in layout.references.items():
        for reference in references:
            if reference.declared and reference.target == table.name:
                yield resource, reference


def make_index(
    connection: sqlite3.Connection,
    layout: Layout,
    table: str,
    columns: Sequence[str],
    kind: str = "",
) -> None:
    """Index some columns of a table."""
    name = quoted(layout.names.take(f"{table} by {', '.join(columns)}"))
    connection.execute(f"CREATE {kind}INDEX {name} ON {quoted(table)} ({listed(columns)})")


def check_references(connection: sqlite3.Connection, layout: Layout) -> None:
    """Raise Unfit if SQLite finds a row whose foreign key names none."""
    for resource, table in layout.tables.items():
        broken = connection.execute(f"PRAGMA foreign_key_check({quoted(table.name)})")
        if numbers := {row[3] for row in broken}:
            said = connection.execute(f"PRAGMA foreign_key_list({quoted(table.name)})")
            columns = {row[3] for row in said if row[0] in numbers}
            what = [
                (resource, reference.number)
                for reference in layout.references[resource]
                if columns & set(reference.columns)
            ]
            why = f"{resource} ({', '.join(sorted(columns))}): no foreign key is declared, since "
            raise Unfit(what, why + "SQLite compares the values otherwise")
