"""Header, types, constraints and categories of a table's fields.

The judge of a cell is frictionless' own cell reader, asked once for each
different value of a column. Where the rules here are stricter on purpose,
docs/stricter.md says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from smartcity_case.report import Finding, Location, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.profile import FieldSchema, TableSchema
    from smartcity_case.table import Table

INTEGER_FORM = re.compile(r"[+-]?[0-9]+")
_BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
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


class FieldFault(Exception):
    """A field whose declaration cannot be judged by; the message says why."""


Judge = Callable[[str], "tuple[str, str] | None"]
"""From a cell to the code and message of what is wrong with it, or None."""


def check_field(table: Table, field: FieldSchema, judge: Judge) -> Iterator[Finding]:
    """Every cell of one column, by the judge of its field."""
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


def value_reader(
    field: FieldSchema, missing: frozenset[str]
) -> Callable[[str], tuple[Any, dict[str, str]]]:
    """Frictionless' reader of a field: from a cell to its value and what is wrong.

    Raises FieldFault if type, format or constraints make no sense.
    """
    from frictionless import Field, FrictionlessException

    try:
        reader = Field.from_descriptor(_for_frictionless(field, missing))
        read_value, read_cell = reader.create_value_reader(), reader.create_cell_reader()
        for name in _BOUNDS & field.constraints.keys():
            if read_value(field.constraints[name]) is None:
                raise FieldFault(f"{name} is not a value of type {field.type}")
    except FrictionlessException as error:
        raise FieldFault(error.error.note) from error
    except (re.error, TypeError, ValueError, RecursionError) as error:
        raise FieldFault(str(error)) from error

    def read(cell: str) -> tuple[Any, dict[str, str]]:
        try:
            value, notes = read_cell(cell)
        except (ArithmeticError, TypeError, ValueError):  # a signalling NaN, say
            return None, {"type": "unreadable"}
        return value, notes or {}

    return read


def field_judge(field: FieldSchema, missing: frozenset[str]) -> Judge:
    """The judge of a field; raises FieldFault if its declaration makes no sense."""
    read = value_reader(field, missing)
    categories = field.category_values
    pattern = field.constraints.get("pattern")
    full = re.compile(pattern) if isinstance(pattern, str) else None

    def judge(cell: str) -> tuple[str, str] | None:
        _, notes = read(cell)
        if notes:
            return _from_notes(field, cell, notes)
        if cell in missing:
            return None
        if field.type == "integer" and field.is_plain and not INTEGER_FORM.fullmatch(cell):
            return "field.type", f"{shorten(cell)} is not an integer in ASCII digits"
        if full is not None and not full.fullmatch(cell):
            return "field.constraint", f"{shorten(cell)} does not match the pattern {pattern!r}"
        if categories is not None and cell not in categories:
            return "field.category", f"{shorten(cell)} is not one of {', '.join(categories)}"
        return None

    return judge


def _for_frictionless(field: FieldSchema, missing: frozenset[str]) -> dict[str, Any]:
    descriptor = field.model_dump(by_alias=True, exclude_defaults=True)
    descriptor["type"] = field.type
    descriptor["missingValues"] = sorted(missing)
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
