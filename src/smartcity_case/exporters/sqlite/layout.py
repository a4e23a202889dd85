"""Which tables and columns the database has, and what they are held to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from smartcity_case.exporters.sqlite.sql import Names, listed, literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.profile import FieldSchema, TableSchema

Dropped = frozenset[tuple[str | int, ...]]
"""What is not declared, since SQLite sees it otherwise than the package does: the
constraints of a table, `(TABLE,)`, or one of its foreign keys, `(TABLE, NUMBER)`."""

OWN = (
    *("package", "licences", "contents", "fields", "terms"),
    *("texts", "spans", "passages", "passage_spans", "passage_rows"),
)
"""The tables and views that are ours; one that a package has too gets a number."""

SHADOWS = ("_data", "_idx", "_content", "_docsize", "_config")
"""What the tables of an FTS5 table are called after it."""

ROWID = "_rowid_"
"""The number of a row, by the name that no column may have here."""

_MOST_TERMS = 1000
"""Values that a CHECK lists."""


@dataclass(frozen=True)
class Column:
    """A column: `kind` is its type in SQLite."""

    field: FieldSchema
    name: str
    kind: str
    is_boolean: bool
    required: bool

    @property
    def sql(self) -> str:
        """Its definition."""
        null = " NOT NULL" if self.required else ""
        return f"{quoted(self.name)} {self.kind}{null}"

    @property
    def checks(self) -> list[str]:
        """What its values are held to, as far as SQLite can."""
        name = quoted(self.name)
        found = []
        if self.is_boolean:
            found.append(f"{name} IN (0, 1)")
        elif self.kind != "TEXT":
            kind = "real" if self.kind == "REAL" else "integer"
            kinds = f"= '{kind}'" if self.required else f"IN ('{kind}', 'null')"
            found.append(f"typeof({name}) {kinds}")
        found += [f"{name} {sign} {literal(bound)}" for sign, bound in self._bounds]
        if terms := self._terms:
            found.append(f"{name} IN ({', '.join(map(literal, terms))})")
        return found

    @property
    def _bounds(self) -> Iterator[tuple[str, Any]]:
        signs = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}
        given = self.field.constraints
        for name, sign in signs.items():
            bound = given.get(name)
            if self.kind != "TEXT" and _is_exact(bound):
                yield sign, bound

    @property
    def _terms(self) -> list[Any]:
        """The values that it may have; none if SQLite cannot be told."""
        categories = self.field.categories or []
        values = [c["value"] if isinstance(c, dict) else c for c in categories]
        values = self.field.constraints.get("enum") or values
        wanted = {"string": str, "integer": int}.get(self.field.type)
        if self.field.type == "integer" and self.kind == "TEXT":
            return []
        fit = wanted and all(type(value) is wanted for value in values)
        return values if fit and len(values) <= _MOST_TERMS else []


def _is_exact(bound: Any) -> bool:
    """Whether a bound is a number that every SQLite reads as we do."""
    if not isinstance(bound, int | float) or isinstance(bound, bool):
        return False
    return math.isfinite(bound) and len(repr(bound)) <= 15


@dataclass(frozen=True)
class Reference:
    """A foreign key: its columns, and those that they refer to."""

    number: int
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    declared: bool

    @property
    def sql(self) -> str:
        """Its definition; deferred, so that rows may refer to later ones."""
        return (
            f"FOREIGN KEY ({listed(self.columns)}) REFERENCES {quoted(self.target)} "
            f"({listed(self.target_columns)}) DEFERRABLE INITIALLY DEFERRED"
        )


@dataclass(frozen=True)
class Table:
    """A table of the package; `held` says whether its constraints are declared."""

    resource: str
    name: str
    schema: TableSchema
    columns: tuple[Column, ...]
    held: bool = True

    @cached_property
    def by_field(self) -> dict[str, Column]:
        """The columns by the names of their fields."""
        return {column.field.name: column for column in self.columns}

    def named(self, fields: list[str]) -> tuple[str, ...]:
        """The names of the columns of some fields."""
        return tuple(self.by_field[name].name for name in fields)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key."""
        return self.named(self.schema.primary_key)

    @property
    def unique(self) -> list[tuple[str, ...]]:
        """The columns of every other key, each once."""
        keys = [self.named(names) for names in self.schema.unique_keys]
        keys += [(c.name,) for c in self.columns if c.field.constraints.get("unique") is True]
        return [key for key in dict.fromkeys(keys) if key != self.key]

    def sql(self, references: list[Reference]) -> str:
        """The statement that makes it."""
        lines = []
        for column in self.columns:
            check = " AND ".join(column.checks) if self.held else ""
            lines.append(column.sql + (f" CHECK ({check})" if check else ""))
        if self.held:
            lines += [f"PRIMARY KEY ({listed(self.key)})"] if self.key else []
            lines += map("CHECK ({})".format, self.span_checks)
        lines += [reference.sql for reference in references if reference.declared]
        return f"CREATE TABLE {quoted(self.name)} (\n  " + ",\n  ".join(lines) + "\n)"

    @property
    def span_checks(self) -> Iterator[str]:
        """What the offsets of its spans are held to."""
        for span in self.schema.text_spans:
            start, end = map(quoted, self.named([span.fields.start, span.fields.end]))
            yield f"0 <= {start} AND {start} < {end}"
            if not span.required:
                yield f"({start} IS NULL) = ({end} IS NULL)"


@dataclass(frozen=True)
class Layout:
    """The tables by the names of their resources, our own by what they are called elsewhere."""

    tables: dict[str, Table]
    references: dict[str, list[Reference]]
    own: dict[str, str]
    names: Names

    def sql_of(self, role: str) -> str:
        """The name of one of our own, as SQL."""
        return quoted(self.own[role])


def plan(material: Material, dropped: Dropped, most_columns: int) -> Layout:
    """The layout for a package; names that had to change are noted.

    A table without columns, or with more than SQLite takes, is left out, and noted.
    """
    names = Names(kept=material.tables)
    tables = {}
    for resource, schema in material.tables.items():
        if not 0 < len(schema.fields) <= most_columns:
            count = len(schema.fields)
            material.note(f"the table {resource!r}, since SQLite has none of {count} columns")
            continue
        reserved = resource.lower().startswith("sqlite_")
        name = names.take(f"_{resource}" if reserved else resource)
        if name != resource:
            material.note(f"the table {resource!r} is called {name!r}")
        columns = tuple(_columns(material, resource, schema, (resource,) not in dropped))
        tables[resource] = Table(resource, name, schema, columns, (resource,) not in dropped)
    references = {table: _references(material, tables, table, dropped) for table in tables}
    own = {}
    for role in OWN:
        own[role] = names.take(role)
        if own[role] != role:
            material.note(f"our own table {role!r} is called {own[role]!r}; the package has one")
    return Layout(tables, references, own, names)


def _columns(
    material: Material, resource: str, schema: TableSchema, held: bool
) -> Iterator[Column]:
    names = Names(kept=schema.names, taken=[ROWID])
    kinds = material.arrow_schema(resource)
    needed = {name for name in schema.names if name in schema.primary_key}
    for span in schema.text_spans:
        needed |= {span.fields.start, span.fields.end} if span.required else set()
    for field in schema.fields:
        name = names.take(field.name)
        if name != field.name:
            material.note(f"{resource}.{field.name}: the column is called {name!r}")
        kind = kinds.field(field.name).type
        sql_kind = _KINDS.get(kind, "TEXT")
        if sql_kind == "INTEGER" and schema.primary_key == [field.name]:
            sql_kind = "INT"  # INTEGER would be the row's number, and the order of rows be lost
        required = held and (field.name in needed or field.constraints.get("required") is True)
        yield Column(field, name, sql_kind, kind == pa.bool_(), required)


_KINDS = {pa.int64(): "INTEGER", pa.bool_(): "INTEGER", pa.float64(): "REAL"}


def _references(
    material: Material, tables: dict[str, Table], resource: str, dropped: Dropped
) -> list[Reference]:
    found = []
    table = tables[resource]
    for number, key in enumerate(table.schema.foreign_keys):
        target = tables.get(key.target(resource))
        if target is not None:
            columns, others = table.named(key.fields), target.named(key.reference.fields)
            declared = (resource, number) not in dropped and len(set(others)) == len(others)
            if len(set(others)) < len(others):
                material.note(f"{resource}: no foreign key that names a column twice is declared")
            found.append(Reference(number, columns, target.name, others, declared))
    return found
