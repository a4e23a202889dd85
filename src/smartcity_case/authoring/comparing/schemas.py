"""How the declarations of two releases differ, and what each change asks of the version.

The steps are those of the Data Package Version recipe; what it does not name is
judged by what it does to somebody who reads the data by the old declaration.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from smartcity_case.authoring.comparing.changes import Change, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic import BaseModel

    from smartcity_case.profile import FieldSchema, Package, Resource, TableSchema

NONE, PATCH, MINOR, MAJOR = Step.NONE, Step.PATCH, Step.MINOR, Step.MAJOR

_EFFECTS: Final = {"tightened": MAJOR, "loosened": MINOR, "changed": PATCH}
_WAYS: Final = {
    "type",
    "format",
    "groupChar",
    "decimalChar",
    "bareNumber",
    "floatNumber",
    "trueValues",
    "falseValues",
    "missingValues",
}
"""The properties of a field that say what a cell means."""


def declared(part: BaseModel, *left_out: str) -> dict[str, Any]:
    """A part of a descriptor as it stands there, but for some properties."""
    held = part.model_dump(by_alias=True, exclude_unset=True)
    return {name: value for name, value in held.items() if name not in left_out}


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name) or type(old.get(name)) is not type(new.get(name)):
            yield name, old.get(name), new.get(name)


def _effect(old: Any, new: Any) -> str:
    return "added" if old is None else "removed" if new is None else "changed"


def package_changes(old: Package, new: Package) -> Iterator[Change]:
    """What differs in the properties of the package itself, but for its version."""
    for name, one, two in _differing(
        declared(old, "resources", "version"), declared(new, "resources", "version")
    ):
        step = MAJOR if name in ("name", "id") else PATCH
        yield Change(step, "package", _effect(one, two), "", name, one, two)


_CONTENT = ("name", "hash", "bytes", "schema", "data")
"""What is compared by itself."""
_PLACES = {"path"}
"""Where a file lies is no matter of the version, by the recipe."""


def resource_changes(old: Resource, new: Resource) -> Iterator[Change]:
    """What differs in the properties of a resource, but for its content."""
    for name, one, two in _differing(declared(old, *_CONTENT), declared(new, *_CONTENT)):
        step = NONE if name in _PLACES else PATCH
        yield Change(step, "resource", _effect(one, two), "", name, one, two)


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Names of fields in a declaration as they are in the new release."""
    if isinstance(value, list):
        return [renamed(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


def schema_changes(
    old: TableSchema, new: TableSchema, names: Mapping[str, str]
) -> Iterator[Change]:
    """What differs in the schema of a table; `names` are the renamed fields, by the old name."""
    yield from _fields_changed(old, new, names)
    keys = [renamed(old.primary_key, names), new.primary_key]
    if keys[0] != keys[1]:
        yield Change(MAJOR, "primaryKey", _effect(*(k or None for k in keys)), "", "", *keys)
    yield from _listed(
        "uniqueKeys", renamed(old.unique_keys, names), new.unique_keys, lambda key: key
    )
    yield from _foreign(old, new, names)
    yield from _spans(old, new, names)
    if set(old.missing_values) != set(new.missing_values):
        yield Change(
            MAJOR, "missingValues", "changed", "", "", old.missing_values, new.missing_values
        )
    if old.fields_match != new.fields_match:
        effect = "loosened" if old.fields_match == "exact" else "tightened"
        was, now = old.fields_match, new.fields_match
        yield Change(_EFFECTS[effect], "fieldsMatch", effect, "", "", was, now)
    own = ("fields", "primaryKey", "uniqueKeys", "foreignKeys", "textSpans", "missingValues")
    rest = (*own, "fieldsMatch")
    for name, one, two in _differing(declared(old, *rest), declared(new, *rest)):
        yield Change(PATCH, "schema", _effect(one, two), "", name, one, two)


def _fields_changed(
    old: TableSchema, new: TableSchema, names: Mapping[str, str]
) -> Iterator[Change]:
    before = {names.get(field.name, field.name): field for field in old.fields}
    after = {field.name: field for field in new.fields}
    for name, field in before.items():
        if name not in after:
            yield Change(MAJOR, "field", "removed", name, "", declared(field), None)
    for name, field in after.items():
        if name not in before:
            yield Change(MAJOR, "field", "added", name, "", None, declared(field))
            continue
        if before[name].name != name:
            yield Change(MAJOR, "field", "renamed", name, "name", before[name].name, name)
        yield from _field_changed(before[name], field)
    was, now = [n for n in before if n in after], [n for n in after if n in before]
    if was != now:
        yield Change(MAJOR, "field", "reordered", "", "", was, now)


def _field_changed(old: FieldSchema, new: FieldSchema) -> Iterator[Change]:
    for name, one, two in _differing(_said(old), _said(new)):
        step = MAJOR if name in _WAYS else PATCH
        yield Change(step, "field", _effect(one, two), new.name, name, one, two)
    for name, one, two in _differing(old.constraints, new.constraints):
        effect = constraint_effect(name, one, two)
        step = _EFFECTS[effect]
        told = "added" if one is None else "removed" if two is None else effect
        yield Change(step, "constraint", told, new.name, name, one, two)
    if old.categories != new.categories:
        effect = _enum_effect(old.category_values, new.category_values)
        yield Change(
            _EFFECTS[effect],
            "categories",
            effect,
            new.name,
            "categories",
            old.categories,
            new.categories,
        )


def _said(field: FieldSchema) -> dict[str, Any]:
    """The properties of a field; one that says what is so anyway is none."""
    held = declared(field, "name", "constraints", "categories")
    defaults = {"type": "any", "format": "default"}
    return {name: value for name, value in held.items() if defaults.get(name) != value}


_FLAGS = ("required", "unique")
_LOWEST = ("minimum", "exclusiveMinimum", "minLength")
_HIGHEST = ("maximum", "exclusiveMaximum", "maxLength")


def constraint_effect(name: str, old: Any, new: Any) -> str:
    """Whether a constraint was `tightened`, `loosened`, or `changed` in form only.

    None is none. What cannot be told (another pattern) counts as tightened.

    >>> constraint_effect("minimum", 2, 1), constraint_effect("pattern", "a+", "a*")
    ('loosened', 'tightened')
    >>> constraint_effect("enum", ["a"], ["a", "b"]), constraint_effect("required", None, False)
    ('loosened', 'changed')
    """
    if name in _FLAGS and bool(old) == bool(new):
        return "changed"
    if new is None or (name in _FLAGS and not new):
        return "loosened"
    if old is None:
        return "tightened"
    if name == "enum" and isinstance(old, list) and isinstance(new, list):
        return _enum_effect(old, new)
    if name in (*_LOWEST, *_HIGHEST) and (compared := _compared(old, new)) is not None:
        if compared == 0:
            return "changed"  # 1 and 1.0
        return "tightened" if (compared > 0) == (name in _LOWEST) else "loosened"
    return "tightened"


def _compared(old: Any, new: Any) -> int | None:
    """Whether a bound has risen (1) or fallen (-1); None if it cannot be told."""
    both = (old, new)
    if any(isinstance(bound, bool) for bound in both):
        return None
    if all(isinstance(bound, int | float) and math.isfinite(bound) for bound in both):
        return int(new > old) - int(new < old)
    # Dates and times of the same form are in the order of their digits.
    if all(isinstance(bound, str) for bound in both) and _form(old) == _form(new):
        return int(new > old) - int(new < old)
    return None


def _form(bound: str) -> str:
    """What of a bound is no digit.

    >>> _form("2018-12-03"), _form("-5")
    ('0000-00-00', '')
    """
    if not bound[:1].isdigit():
        return ""
    return "".join("0" if c.isdigit() and c.isascii() else c for c in bound)


def _enum_effect(old: list[Any] | None, new: list[Any] | None) -> str:
    if new is None:
        return "loosened"
    if old is None or any(value not in new for value in old):
        return "tightened"
    return "loosened" if any(value not in old for value in new) else "changed"


def _listed(what: str, old: Iterable[Any], new: Iterable[Any], told: Any) -> Iterator[Change]:
    """Entries that a list has gained (a stricter schema) and lost (a looser one)."""
    old, new = list(old), list(new)
    for entry in old:
        if entry not in new:
            yield Change(MINOR, what, "removed", "", "", told(entry), None)
    for entry in new:
        if entry not in old:
            yield Change(MAJOR, what, "added", "", "", None, told(entry))


def _foreign(old: TableSchema, new: TableSchema, names: Mapping[str, str]) -> Iterator[Change]:
    """Foreign keys; one of the same fields with another reference is the same one, updated."""
    before = [declared(key) | {"fields": renamed(key.fields, names)} for key in old.foreign_keys]
    after = [declared(key) for key in new.foreign_keys]
    gone = [key for key in before if key not in after]
    come = [key for key in after if key not in before]
    for key in list(gone):
        match = next((other for other in come if other["fields"] == key["fields"]), None)
        if match is not None:
            gone.remove(key)
            come.remove(match)
            yield Change(MINOR, "foreignKeys", "changed", "", "", key, match)
    yield from _listed("foreignKeys", gone, come, lambda key: key)


def _spans(old: TableSchema, new: TableSchema, names: Mapping[str, str]) -> Iterator[Change]:
    """Declarations of spans; one of the same fields is the same one, changed."""
    before = []
    for each in old.text_spans:
        held = declared(each)
        fields = {role: names.get(name, name) for role, name in held["fields"].items()}
        before.append(held | {"fields": fields})
    after = [declared(each) for each in new.text_spans]
    gone = [span for span in before if span not in after]
    come = [span for span in after if span not in before]
    for span in list(gone):
        match = next((other for other in come if other["fields"] == span["fields"]), None)
        if match is not None:
            gone.remove(span)
            come.remove(match)
            yield Change(_span_step(span, match), "textSpans", "changed", "", "", span, match)
    yield from _listed("textSpans", gone, come, lambda span: span)


def _span_step(old: dict[str, Any], new: dict[str, Any]) -> Step:
    """A stricter declaration is like a stricter constraint."""
    required = [span.get("required", True) for span in (old, new)]
    shortest = [span.get("minLength", 1) for span in (old, new)]
    stricter = required[1] > required[0] or shortest[1] > shortest[0]
    return MAJOR if stricter else MINOR
