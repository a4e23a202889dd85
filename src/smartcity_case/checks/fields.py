"""Header, types, constraints and categories of a table's fields.

What cannot be proven of a whole column is judged by frictionless' own cell
reader, asked once for each different value. Where the rules here are stricter
on purpose, docs/stricter.md says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from smartcity_case import limits
from smartcity_case.arrays import begin_with
from smartcity_case.checks.constraints import (
    FieldFault,
    Verdict,
    category_checks,
    item_checks,
    item_of,
    pattern_checks,
    schema_checks,
    some_of,
)
from smartcity_case.checks.geojson import geojson_field
from smartcity_case.checks.proof import prover
from smartcity_case.report import held, pointer, shorten
from smartcity_case.table import Fault, cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from frictionless import FrictionlessException

    from smartcity_case.profile import FieldSchema, TableSchema
    from smartcity_case.table import Batch

INTEGER_FORM = re.compile(r"[+-]?[0-9]{1,4300}")  # Python reads no more digits
_BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_FORMULA = "=+-@"
_NOT_HASHABLE = ("array", "object", "list", "geojson")
_SHORT = {
    *("integer", "number", "boolean", "date", "datetime", "time", "year", "yearmonth"),
    *("duration", "geopoint"),
}


def check_labels(labels: list[str], schema: TableSchema) -> tuple[list[str], set[str]]:
    """What is wrong with the labels of a table, and which fields lack a column that must not.

    `fieldsMatch` says how labels and fields go together.
    """
    names, match = schema.names, schema.fields_match
    missing = [name for name in names if name not in labels]
    extra = [name for name in labels if name not in names]
    may_lack = match in ("superset", "partial")
    needed = schema.needed if may_lack else set(names)
    lacking = [name for name in missing if name in needed]
    messages = []
    if lacking:
        messages.append(f"missing: {', '.join(map(repr, lacking))}")
    if extra and match not in ("subset", "partial"):
        messages.append(f"not in the schema: {', '.join(map(repr, extra))}")
    if match == "partial" and names and not set(names) & set(labels):
        messages.append("none of the schema's fields is there")
    padded = [name for name in extra if name.strip() in missing]
    if padded and not messages:
        messages.append(f"white space around {', '.join(map(repr, padded))}")
    if match == "exact" and not missing and not extra and labels != names:
        messages.append(f"the order should be {', '.join(names)}")
    return messages, set(names if len(missing) == len(names) else lacking)


def blank_rows(batch: Batch, schema: TableSchema) -> Iterator[Fault]:
    """Rows in which every cell is missing."""
    blank = np.ones(len(batch), np.bool_)
    absent = {field.name: schema.missing(field) for field in schema.fields}
    for name, column in batch.columns.items():  # those that the schema does not know, too
        if blank.any():
            blank &= column.missing(absent.get(name, frozenset(schema.missing_values)))
    for row in np.flatnonzero(blank).tolist():
        yield Fault(row, "", "table.blank-row", "every cell of the row is empty")


Judge = Callable[[Any], "Verdict | None"]
"""From a cell to what is wrong with it, or None."""


_NOT_ASKED = "not asked"


class FieldCheck:
    """The check of every cell of one field: proven where it can be, judged where not.

    Raises FieldFault if the declaration makes no sense.
    """

    _MOST_REMEMBERED = 100_000

    def __init__(self, field: FieldSchema, missing: frozenset[str]) -> None:
        if "required" in (field.model_extra or {}):
            raise FieldFault(("/required", "it belongs into `constraints`"))
        _for_frictionless(field, missing)  # which may refuse it
        self.field = field
        self._missing = missing
        self._prove = prover(field, missing)
        self._judge = None if self._prove is not None else field_judge(field, missing)
        self._verdicts: dict[tuple[type, str], Verdict | None] = {}

    def faults(self, batch: Batch) -> list[Fault]:
        """What is wrong with the cells of the field in a batch."""
        name = self.field.name
        column = batch.columns[name]
        proven = np.zeros(len(column), np.bool_) if self._prove is None else self._prove(column)
        faults: list[Fault] = []
        good = proven.copy()
        rest = np.flatnonzero(~proven)
        if len(rest):
            some = column if len(rest) == len(column) else column.take(rest)
            codes, values = some.encoded
            verdicts = self._verdicts_on(values)
            bad = np.array([verdict is not None for verdict in verdicts], np.bool_)[codes]
            told = {
                code: (*verdict, held(cell_text(values[code])))
                for code, verdict in enumerate(verdicts)
                if verdict is not None
            }
            places = [array[bad][: limits.FINDINGS + 1].tolist() for array in (rest, codes)]
            faults += [Fault(row, name, *told[code]) for row, code in zip(*places, strict=True)]
            good[rest] = ~bad
        if column.is_text and self.field.type not in ("integer", "number"):
            odd = begin_with(column.cells, _FORMULA) & good & ~column.missing(self._missing)
            faults += _formulas(batch, name, np.flatnonzero(odd).tolist())
        return faults

    def _verdicts_on(self, values: list[Any]) -> list[Verdict | None]:
        """The verdicts on some values; when there are faults enough, the rest count as good."""
        verdicts: list[Verdict | None] = []
        left = limits.FINDINGS + 1
        for value in values:
            verdict = self._verdict(value) if left else None
            left -= verdict is not None
            verdicts.append(verdict)
        return verdicts

    def _verdict(self, value: Any) -> Verdict | None:
        if isinstance(value, list | dict):
            return self._ask(value)
        # By what it is written as: 0.0 equals -0.0, and True 1. Asked for once, since
        # other threads may forget it.
        known = (type(value), str(value))
        verdict = self._verdicts.get(known, _NOT_ASKED)
        if isinstance(verdict, str):
            if len(self._verdicts) >= self._MOST_REMEMBERED:
                self._verdicts.clear()
            verdict = self._verdicts[known] = self._ask(value)
        return verdict

    def _ask(self, value: Any) -> Verdict | None:
        if self._judge is None:
            self._judge = field_judge(self.field, self._missing)
        return self._judge(value)


def _formulas(batch: Batch, name: str, odd: list[int]) -> Iterator[Fault]:
    """Warnings of cells that a spreadsheet may run as formulas."""
    for index in odd[: limits.WARNINGS]:
        cell = batch.columns[name].value(index)
        message = f"{shorten(cell)} begins with {cell[0]!r}"
        yield Fault(index, name, "field.formula", message, held(cell))
    if more := odd[limits.WARNINGS :]:
        message = f"{len(more)} cells of the next {more[-1] - more[0] + 1} rows begin like that"
        yield Fault(more[0], name, "field.formula", message)


def value_reader(
    field: FieldSchema, missing: frozenset[str]
) -> Callable[[Any], tuple[Any, dict[str, str]]]:
    """Frictionless' reader of a field: from a cell to its value and what is wrong.

    Raises FieldFault if type, format or constraints make no sense.
    """
    from frictionless import Field, FrictionlessException

    fast = field.type == "geojson" and field.format == "default"
    descriptor, listed = _for_frictionless(field, missing), _listed(field)
    part = ""
    try:
        reader = (geojson_field() if fast else Field).from_descriptor(descriptor)
        part = "/arrayItem"  # which is not looked at before
        read_value, read_cell = reader.create_value_reader(), reader.create_cell_reader()
        known = None if listed is None else frozenset(map(read_value, listed))
        bounds = {name: field.constraints[name] for name in _BOUNDS & field.constraints.keys()}
        unread = sorted(name for name, bound in bounds.items() if read_value(bound) is None)
    except FrictionlessException as error:
        raise FieldFault(*_reasons(error, part)) from error
    except (re.error, TypeError, ValueError, RecursionError) as error:
        raise FieldFault(("", str(error))) from error
    if unread:
        reason = f"it is not a value of type {field.type}"
        raise FieldFault(*((f"/constraints/{name}", reason) for name in unread))

    def read(cell: Any) -> tuple[Any, dict[str, str]]:
        try:
            value, notes = read_cell(cell)
            if known is not None and not notes and not (value is None or _is_among(value, known)):
                notes = {"enum": "another value"}
        except (ArithmeticError, TypeError, ValueError, RecursionError):  # a signalling NaN, say
            return None, {"type": "unreadable"}
        return value, notes or {}

    return read


def _listed(field: FieldSchema) -> list[Any] | None:
    """The values of an enum in which one can be looked up."""
    listed = field.constraints.get("enum")
    plain = isinstance(listed, list) and _are_plain(listed) and field.type not in _NOT_HASHABLE
    return listed if plain else None


def _parts(value: Any) -> int:
    """How many values a value consists of."""
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_parts, held))


_AT_PROPERTY = re.compile(r"(.*) at property '([^']*)'", re.DOTALL)
_OF_CONSTRAINT = re.compile(r'constraint "(.*)" (is not supported by .*)', re.DOTALL)


def _reasons(error: FrictionlessException, part: str) -> Iterator[tuple[str, str]]:
    """Where frictionless finds fault with a declaration, or a part of one, and why."""
    for reason in error.to_errors():
        note, place = reason.note, ""
        if found := _AT_PROPERTY.fullmatch(note):
            note, place = found[1], f"/{found[2]}"
        elif found := _OF_CONSTRAINT.fullmatch(note):
            note, place = f"it {found[2]}", pointer("constraints", found[1])
        elif note.startswith("field type "):
            place = "/type"
        yield part + place, held(note)


def _are_plain(values: list[Any]) -> bool:
    return not any(isinstance(value, list | dict) for value in values)


def _is_among(value: Any, known: frozenset[Any]) -> bool:
    try:
        return value in known
    except TypeError:  # a list, say, that has no hash
        return value in list(known)


def field_judge(field: FieldSchema, missing: frozenset[str]) -> Judge:
    """The judge of a field; raises FieldFault if its declaration makes no sense."""
    read = value_reader(field, missing)
    own = [
        check
        for make in (pattern_checks, item_checks, schema_checks, category_checks)
        for check in make(field)
    ]
    needs_digits = field.type == "integer" and field.is_plain
    shown = {
        name: some_of(value) if isinstance(value, list) else held(repr(value))
        for name, value in field.constraints.items()
    }
    is_short = field.type in _SHORT or field.format == "topojson"
    longest = limits.VALUE if is_short else None
    if False in ((field.model_extra or {}).get("bareNumber"), item_of(field)[0].get("bareNumber")):
        longest = limits.NOT_BARE

    def judge(cell: Any) -> Verdict | None:
        if longest is not None and (size := len(cell_text(cell))) > longest:
            return "limit.cell", f"{size} characters are too many for a {field.type}"
        value, notes = read(cell)
        if notes:
            return _from_notes(field, cell, notes, shown)
        if cell is None or str(cell) in missing:
            return None
        if needs_digits and isinstance(cell, str) and not INTEGER_FORM.fullmatch(cell):
            return "field.type", f"{shorten(cell)} is not an integer in ASCII digits"
        return next((verdict for check in own if (verdict := check(cell, value))), None)

    return judge


_OURS = {("string", "pattern"), *((kind, "jsonSchema") for kind in ("array", "object", "geojson"))}


_NOT_FOR_FRICTIONLESS = (
    *("categories", "categoriesOrdered"),  # judged here
    # They say nothing of cells; it may refuse them.
    *("title", "description", "example", "rdfType", "$schema"),
)


def _for_frictionless(field: FieldSchema, missing: frozenset[str]) -> dict[str, Any]:
    """What frictionless is to judge by; FieldFault if it were too much to look at for each cell."""
    descriptor = field.model_dump(by_alias=True, exclude_defaults=True)
    descriptor["type"] = field.type
    descriptor["missingValues"] = sorted(missing)
    for unused in _NOT_FOR_FRICTIONLESS:
        descriptor.pop(unused, None)
    constraints = descriptor.get("constraints", {})
    descriptor["constraints"] = {
        name: value for name, value in constraints.items() if (field.type, name) not in _OURS
    }
    item, of_item = item_of(field)
    if item:
        kept = {name: value for name, value in item.items() if name != "$schema"}
        if "pattern" in of_item:
            rest = {name: value for name, value in of_item.items() if name != "pattern"}
            kept["constraints"] = rest
        descriptor["arrayItem"] = kept
    if _listed(field) is not None:
        del descriptor["constraints"]["enum"]
    if _parts(descriptor) > limits.DECLARED:
        raise FieldFault(("", f"it declares more than {limits.DECLARED} values"))
    return descriptor


def _from_notes(
    field: FieldSchema, cell: Any, notes: dict[str, str], shown: dict[str, str]
) -> Verdict:
    text = shorten(cell_text(cell))
    if "type" in notes:
        return "field.type", f"{text} is not of type {field.type}"
    if "required" in notes:
        return "field.required", "the cell is empty"
    name = next(iter(notes))
    limit = shown.get(name) or held(notes[name])  # an item's own constraint tells itself
    return "field.constraint", f"{text} breaks the constraint {name}: {limit}"
