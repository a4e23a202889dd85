"""Constraints of a field that are judged here and not by frictionless.

Each maker yields the checks of a field that declares its constraint; it raises
FieldFault if the declaration makes no sense.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from smartcity_case.checks.json_schema import JsonSchema, SchemaFault, TooCostly
from smartcity_case.checks.patterns import Pattern, PatternFault
from smartcity_case.report import shorten
from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.profile import FieldSchema


class FieldFault(Exception):
    """A field whose declaration cannot be judged by.

    `faults` are the places in the declaration, as JSON Pointers, and what is wrong there.
    """

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__(*faults)
        self.faults = faults


Verdict = tuple[str, str]
"""Code and message of what is wrong with a cell."""
Check = Callable[[Any, Any], "Verdict | None"]
"""From a cell and its value to what is wrong with it."""


_MOST_OF_ITEM, _SHOWN = 1_000, 20


def item_of(field: FieldSchema) -> tuple[dict[str, Any], dict[str, Any]]:
    """How the items of an array are declared, and their constraints."""
    item = (field.model_extra or {}).get("arrayItem")
    if field.type != "array" or not isinstance(item, dict):
        return {}, {}
    constraints = item.get("constraints")
    return item, constraints if isinstance(constraints, dict) else {}


def item_checks(field: FieldSchema) -> Iterator[Check]:
    """The pattern of the items of an array; a long enum is refused, since each is compared."""
    constraints = item_of(field)[1]
    listed, given = constraints.get("enum"), constraints.get("pattern")
    if isinstance(listed, list) and len(listed) > _MOST_OF_ITEM:
        reason = f"it has more than {_MOST_OF_ITEM} values"
        raise FieldFault(("/arrayItem/constraints/enum", reason))
    if not isinstance(given, str):
        return
    try:
        pattern = Pattern(given)
    except PatternFault as fault:
        raise FieldFault(("/arrayItem/constraints/pattern", str(fault))) from fault

    def check(cell: Any, value: Any) -> Verdict | None:
        found = (_held_to(pattern, given, each) for each in value if isinstance(each, str))
        return next((verdict for verdict in found if verdict is not None), None)

    yield check


def pattern_checks(field: FieldSchema) -> Iterator[Check]:
    """The pattern of a string, which the whole of it must match."""
    if field.type != "string" or "pattern" not in field.constraints:
        return
    given = field.constraints["pattern"]
    if not isinstance(given, str):
        raise FieldFault(("/constraints/pattern", "it is not a string"))
    try:
        pattern = Pattern(given)
    except PatternFault as fault:
        raise FieldFault(("/constraints/pattern", str(fault))) from fault

    yield lambda cell, value: _held_to(pattern, given, cell)


def _held_to(pattern: Pattern, given: str, cell: str) -> Verdict | None:
    matched = pattern.matches(cell)
    if matched is None:
        message = f"whether {shorten(cell)} matches the pattern {given!r} takes too long to say"
        return "limit.pattern", message
    if not matched:
        return "field.constraint", f"{shorten(cell)} does not match the pattern {given!r}"
    return None


def schema_checks(field: FieldSchema) -> Iterator[Check]:
    """The JSON Schema of an array, an object or GeoJSON."""
    if field.type not in ("array", "object", "geojson") or "jsonSchema" not in field.constraints:
        return
    given = field.constraints["jsonSchema"]
    try:
        schema = JsonSchema(given)
    except SchemaFault as fault:
        raise FieldFault(("/constraints/jsonSchema", str(fault))) from fault

    def check(cell: Any, value: Any) -> Verdict | None:
        text = cell_text(cell)
        try:
            fault = schema.fault(value, len(text))
        except TooCostly as costly:
            message = f"to hold {shorten(text)} to the jsonSchema takes too long: {costly}"
            return "limit.pattern", message
        if not fault:
            return None
        return "field.constraint", f"{shorten(text)} breaks the constraint jsonSchema: {fault}"

    yield check


def category_checks(field: FieldSchema) -> Iterator[Check]:
    """The categories, one of which a value must be."""
    values = field.category_values
    if values is None:
        return
    known, shown = set(values), some_of(values)

    def check(cell: Any, value: Any) -> Verdict | None:
        if cell_text(cell) in known or cell_text(value) in known:
            return None
        return "field.category", f"{shorten(cell_text(cell))} is not one of {shown}"

    yield check


def some_of(values: list[Any]) -> str:
    """Some values as a message shows them: the first of them, none at length."""
    shown = ", ".join(str(value)[:80] for value in values[:_SHOWN])
    return shown + (f" … ({len(values)} values)" if len(values) > _SHOWN else "")
