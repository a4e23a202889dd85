"""Values of one field of a Table Schema; each is held to the field by the check of it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from smartcity_case.checks.constraints import FieldFault
from smartcity_case.checks.fields import FieldCheck
from smartcity_case.codes import CODES
from smartcity_case.table import Batch, json_column

if TYPE_CHECKING:
    from collections.abc import Callable

    from smartcity_case.profile import FieldSchema, TableSchema

Values = st.SearchStrategy[Any]
TEXT = st.characters(codec="utf-8", exclude_characters="\0\r")


def values(schema: TableSchema, field: FieldSchema) -> Values:
    """Values of a field, without those that count as missing.

    Raises ValueError if none can be made for its type or format.
    """
    return _of_field(field).filter(allows(schema, field)).filter(partial(_present, schema, field))


def allows(schema: TableSchema, field: FieldSchema) -> Callable[[Any], bool]:
    """Whether a value is allowed in a field, by the check of a validation."""
    try:
        check = FieldCheck(field, schema.missing(field))
    except FieldFault as fault:
        raise ValueError(f"the field {field.name!r} makes no sense: {fault.faults}") from fault

    def allowed(value: Any) -> bool:
        batch = Batch("", "", {field.name: json_column([value])}, np.array([1]))
        return not any(CODES[fault.code].severity == "error" for fault in check.faults(batch))

    return allowed


def _present(schema: TableSchema, field: FieldSchema, value: Any) -> bool:
    return value is not None and str(value) not in schema.missing(field)


def _of_field(field: FieldSchema) -> Values:
    listed = field.constraints.get("enum")
    if listed is None and field.categories is not None:
        listed = [c["value"] if isinstance(c, dict) else c for c in field.categories]
    if listed is not None:
        return st.sampled_from(list(listed)) if listed else st.nothing()
    maker = _MAKERS.get(field.type) if field.is_plain else None
    if maker is None:
        raise ValueError(
            f"no values can be made for the field {field.name!r} ({field.type}, {field.format}); "
            "give a strategy for it in `fields`"
        )
    return maker(field.constraints)


def _strings(constraints: dict[str, Any]) -> Values:
    if "pattern" in constraints:
        return st.from_regex(str(constraints["pattern"]), fullmatch=True, alphabet=TEXT)
    least = max(1, int(constraints.get("minLength", 0)))
    most = int(constraints.get("maxLength", least + 12))
    return st.text(TEXT, min_size=least, max_size=most) if least <= most else st.nothing()


def _integers(constraints: dict[str, Any]) -> Values:
    least = [int(constraints[name]) + more for name, more in _LEAST if name in constraints]
    most = [int(constraints[name]) - less for name, less in _MOST if name in constraints]
    return _between(st.integers, max(least, default=None), min(most, default=None))


def _numbers(constraints: dict[str, Any]) -> Values:
    least = [float(constraints[name]) for name, _ in _LEAST if name in constraints]
    most = [float(constraints[name]) for name, _ in _MOST if name in constraints]
    finite = partial(st.floats, allow_nan=False, allow_infinity=False)
    return _between(finite, max(least, default=None), min(most, default=None))


_LEAST = (("minimum", 0), ("exclusiveMinimum", 1))
_MOST = (("maximum", 0), ("exclusiveMaximum", 1))


def _between(make: Callable[..., Values], least: Any, most: Any) -> Values:
    if least is not None and most is not None and least > most:
        return st.nothing()
    return make(min_value=least, max_value=most)


def _dates(constraints: dict[str, Any]) -> Values:
    read = dt.date.fromisoformat
    least = read(constraints["minimum"]) if "minimum" in constraints else dt.date.min
    most = read(constraints["maximum"]) if "maximum" in constraints else dt.date.max
    return _between(st.dates, least, most).map(dt.date.isoformat)


def _datetimes(_: dict[str, Any]) -> Values:
    return st.datetimes().map(lambda value: value.isoformat(timespec="seconds"))


def _times(_: dict[str, Any]) -> Values:
    return st.times().map(lambda value: value.isoformat(timespec="seconds"))


def _years(constraints: dict[str, Any]) -> Values:
    least, most = (int(constraints.get(n, d)) for n, d in (("minimum", 1), ("maximum", 9999)))
    return _between(st.integers, least, most).map("{:04}".format)


def _months(_: dict[str, Any]) -> Values:
    return st.dates().map(lambda value: value.isoformat()[:7])


_MAKERS: dict[str, Callable[[dict[str, Any]], Values]] = {
    "any": _strings,
    "string": _strings,
    "integer": _integers,
    "number": _numbers,
    "boolean": lambda _: st.booleans(),
    "date": _dates,
    "datetime": _datetimes,
    "time": _times,
    "year": _years,
    "yearmonth": _months,
}
