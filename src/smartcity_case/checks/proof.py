"""Cells that are valid for certain, a whole column at once.

A prover need only be sound: what it proves, the judge of the field accepts.
What it does not prove goes to the judge. A field without a prover is judged
value by value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from smartcity_case import arrow
from smartcity_case.arrays import (
    Mask,
    mask,
    numbers,
    present,
    strings,
)
from smartcity_case.checks.patterns import Pattern, PatternFault

if TYPE_CHECKING:
    from smartcity_case.profile import FieldSchema
    from smartcity_case.table import Column

Prover = Callable[["Column"], Mask]
"""From a column to which of its cells are valid for certain."""

_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_KNOWN = {
    "string": {"required", "unique", "minLength", "maxLength", "pattern", "enum"},
    "any": {"required", "unique", "enum"},
    "integer": {"required", "unique", *_BOUNDS},
    "number": {"required", "unique"},
    "boolean": {"required", "unique"},
    "date": {"required", "unique"},
}
_WRITTEN = {
    "number": r"\A[+-]?[0-9]{1,300}(?:\.[0-9]{1,300})?\z",
    # The days that every month has; the others go to the judge.
    "date": r"\A[1-9][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])\z",
}
_TRUE, _FALSE = ["true", "True", "TRUE", "1"], ["false", "False", "FALSE", "0"]
_MOST = 10**15


def prover(field: FieldSchema, missing: frozenset[str]) -> Prover | None:
    """The prover of a field, or None if its declaration is not of the common kind.

    A field that has one is declared in a way that makes sense.
    """
    constraints = field.constraints
    known = _KNOWN.get(field.type)
    if known is None or not (field.is_plain or field.type == "boolean"):
        return None
    flags = [constraints.get(name, False) for name in ("required", "unique")]
    if not constraints.keys() <= known or not all(isinstance(flag, bool) for flag in flags):
        return None
    if None in constraints.values():  # a constraint that is null makes no sense
        return None
    one = _prover_of_type(field)
    if one is None:
        return None

    def prove(column: Column) -> Mask:
        absent = column.missing(missing)
        proven = one(column) & ~absent
        if field.categories is not None:
            proven &= _among(column, field.category_values or [])
        return proven if constraints.get("required") else proven | absent

    return prove


def _prover_of_type(field: FieldSchema) -> Prover | None:
    if field.type in ("string", "any"):
        return _strings(field.constraints, field.type == "any")
    if field.type == "integer":
        return _integers(field.constraints)
    if field.type == "boolean":
        return _booleans(field)
    written = _WRITTEN[field.type]

    def prove(column: Column) -> Mask:
        if not column.is_text:
            return np.zeros(len(column), np.bool_)
        return mask(arrow.matches(column.array, written))

    return prove


def _booleans(field: FieldSchema) -> Prover | None:
    """The words for true and false, which a field may choose."""
    extra = field.model_extra or {}
    true, false = extra.get("trueValues", _TRUE), extra.get("falseValues", _FALSE)
    if field.format != "default" or not (_are_strings(true) and _are_strings(false)):
        return None

    def prove(column: Column) -> Mask:
        if column.is_text:
            return _among(column, [*true, *false])
        return np.full(len(column), pa.types.is_boolean(column.array.type))

    return prove


def _among(column: Column, values: list[str]) -> Mask:
    if not column.is_text:
        return np.zeros(len(column), np.bool_)
    return mask(arrow.is_in(column.array, strings(values)))


def _strings(constraints: dict[str, Any], anything: bool) -> Prover | None:
    """Strings: length, pattern and list of values."""
    least, most = constraints.get("minLength"), constraints.get("maxLength")
    if not all(limit is None or _is_integer(limit) for limit in (least, most)):
        return None
    listed, pattern = constraints.get("enum"), constraints.get("pattern")
    if listed is not None and not _are_strings(listed):
        return None
    if pattern is not None and not isinstance(pattern, str):
        return None
    try:
        compiled = None if pattern is None else Pattern(pattern)
    except PatternFault:
        return None

    def prove(column: Column) -> Mask:
        proven = np.full(len(column), anything or column.is_text)
        if not column.is_text:
            return proven if listed is None else np.zeros(len(column), np.bool_)
        if least is not None or most is not None:
            lengths = numbers(arrow.call("utf8_length", column.array))
            proven &= (lengths >= (least or 0)) & (lengths <= (_MOST if most is None else most))
        if listed is not None:
            proven &= _among(column, listed)
        if compiled is not None:
            matched = compiled.proves(column.array)
            proven &= False if matched is None else matched
        return proven

    return prove


def _integers(constraints: dict[str, Any]) -> Prover | None:
    """Integers in ASCII digits, and their bounds."""
    bounds = {name: constraints[name] for name in _BOUNDS if name in constraints}
    if not all(_is_integer(bound) and abs(bound) <= _MOST for bound in bounds.values()):
        return None
    least = max(bounds.get("minimum", -_MOST), bounds.get("exclusiveMinimum", -_MOST - 1) + 1)
    most = min(bounds.get("maximum", _MOST), bounds.get("exclusiveMaximum", _MOST + 1) - 1)

    def prove(column: Column) -> Mask:
        if column.is_text:
            values, proven = column.cells.integers
        elif pa.types.is_signed_integer(column.array.type):
            proven, values = present(column.array), numbers(column.array)
        else:
            return np.zeros(len(column), np.bool_)
        return np.asarray(proven & (values >= least) & (values <= most))

    return prove


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_strings(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)
