"""The values that a field may have, if they are listed: from its categories, or else its `enum`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from smartcity_case.profile import FieldSchema


class Term(NamedTuple):
    """A value as a cell has it, what it is called, and what it means; "" if that is not said."""

    value: str
    label: str = ""
    definition: str = ""


def terms(field: FieldSchema) -> list[Term]:
    """The terms of a field's vocabulary, in order; none without one.

    >>> from smartcity_case.profile import FieldSchema
    >>> terms(FieldSchema(name="light", categories=["day", {"value": "night", "label": "Night"}]))
    [Term(value='day', label='', definition=''), Term(value='night', label='Night', definition='')]
    """
    listed = field.categories or field.constraints.get("enum") or ()
    said = (each if isinstance(each, dict) else {"value": each} for each in listed)
    parts = ("value", "label", "description")
    return [Term(*(cell_text(each.get(part)) for part in parts)) for each in said]


def values(field: FieldSchema) -> list[str]:
    """The values of a field that has few, each once: those of its vocabulary, or of a boolean.

    >>> from smartcity_case.profile import FieldSchema
    >>> values(FieldSchema(name="a", type="boolean"))
    ['true', 'false']
    """
    if field.type == "boolean":
        return ["true", "false"]
    return list(dict.fromkeys(term.value for term in terms(field)))
