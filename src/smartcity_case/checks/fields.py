"""Header, types, constraints and categories of a table's fields.

The judge of a cell is frictionless' own cell reader, asked once for each
different value of a column. Where the rules here are stricter on purpose,
docs/stricter.md says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from smartcity_case.report import Finding, Location, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from smartcity_case.profile import FieldSchema, TableSchema
    from smartcity_case.table import Table

_INTEGER = re.compile(r"[+-]?[0-9]+")
_FORMULA = ("=", "+", "-", "@")


def check_header(table: Table, schema: TableSchema) -> Iterator[Finding]:
    """The header names exactly the fields of the schema, in their order."""
    if table.header == schema.names:
        return
    where = Location(table.resource, table.path, 1)
    missing = [name for name in schema.names if name not in table.header]
    extra = [name for name in table.header if name not in schema.names]
    if missing:
        yield Finding(where, "table.header", f"missing: {', '.join(map(repr, missing))}")
    if extra:
        yield Finding(where, "table.header", f"not in the schema: {', '.join(map(repr, extra))}")
    if not missing and not extra:
        message = f"the order should be {', '.join(schema.names)}"
        yield Finding(where, "table.header", message)


def check_field(table: Table, field: FieldSchema, missing_values: list[str]) -> Iterator[Finding]:
    """Every cell of one column against its type, constraints and categories."""
    judge = _judge(field, missing_values)
    verdicts: dict[str, tuple[str, str] | None] = {}
    numeric = field.type in ("integer", "number")
    for index, cell in enumerate(table.columns[field.name]):
        if cell not in verdicts:
            verdicts[cell] = judge(cell)
        verdict = verdicts[cell]
        if verdict is not None:
            yield Finding(table.at(index, field.name), *verdict)
        elif cell.startswith(_FORMULA) and not numeric:
            message = f"{shorten(cell)} begins with {cell[0]!r}"
            yield Finding(table.at(index, field.name), "field.formula", message)


def _judge(field: FieldSchema, missing_values: list[str]) -> Callable[[str], Any]:
    """A function from a cell to its code and message, or None if it is fine."""
    from frictionless import Field

    reader = Field.from_descriptor(_judged_by_frictionless(field, missing_values))
    read_cell = reader.create_cell_reader()
    missing = frozenset(missing_values)
    categories = field.category_values
    pattern = field.constraints.get("pattern")
    full = re.compile(pattern) if isinstance(pattern, str) else None

    def judge(cell: str) -> tuple[str, str] | None:
        _, notes = read_cell(cell)
        if notes:
            return _from_notes(field, cell, notes)
        if cell in missing:
            return None
        if field.type == "integer" and not _INTEGER.fullmatch(cell):
            return "field.type", f"{shorten(cell)} is not an integer in ASCII digits"
        if full is not None and not full.fullmatch(cell):
            return "field.constraint", f"{shorten(cell)} does not match the pattern {pattern!r}"
        if categories is not None and cell not in categories:
            return "field.category", f"{shorten(cell)} is not one of {', '.join(categories)}"
        return None

    return judge


def _judged_by_frictionless(field: FieldSchema, missing_values: list[str]) -> dict[str, Any]:
    descriptor = field.model_dump(by_alias=True, exclude_defaults=True)
    descriptor["type"] = field.type
    descriptor.setdefault("missingValues", missing_values)
    for ours in ("categories", "categoriesOrdered"):  # judged here
        descriptor.pop(ours, None)
    return descriptor


def _from_notes(field: FieldSchema, cell: str, notes: dict[str, str]) -> tuple[str, str]:
    if "type" in notes:
        return "field.type", f"{shorten(cell)} is not of type {field.type}"
    if "required" in notes:
        return "field.required", "the cell is empty"
    name = next(iter(notes))
    value = field.constraints[name]
    limit = ", ".join(map(str, value)) if isinstance(value, list) else repr(value)
    return "field.constraint", f"{shorten(cell)} breaks the constraint {name}: {limit}"
