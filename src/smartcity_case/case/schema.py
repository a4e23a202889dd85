"""Table Schemas from the row models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smartcity_case.case.codebook import vocabulary_of
from smartcity_case.case.coding import references
from smartcity_case.case.vocabulary import OrderedTerm, Term

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from smartcity_case.case.models import Row

SOURCE = "article"
"""The resource that every span points into."""

_CONSTRAINTS = ("pattern", "minLength", "minimum")


def table_schema(model: type[Row]) -> dict[str, Any]:
    """The Table Schema of a table: fields, keys and text spans."""
    properties = model.model_json_schema()["properties"]
    words = dict(zip(("start", "end", "exact"), model.example, strict=True))
    fields = [
        _field(name, model.model_fields[name], properties[name], words.get(name))
        for name in model.columns()
    ]
    foreign = [
        {"fields": [name], "reference": {"resource": target, "fields": ["id"]}}
        for name, target in references(model).items()
    ]
    spans = [_text_span("")]
    spans += [_text_span(f"{name}_") | {"required": False} for name in model.secondary_spans]
    schema: dict[str, Any] = {"fields": fields, "primaryKey": ["id"]}
    if foreign:
        schema["foreignKeys"] = foreign
    return schema | {"textSpans": spans}


def _text_span(prefix: str) -> dict[str, Any]:
    fields = {name: f"{prefix}{name}" for name in ("start", "end", "exact")}
    return {"fields": fields, "reference": {"resource": SOURCE}}


def _field(
    name: str, info: FieldInfo, described: dict[str, Any], example: object = None
) -> dict[str, Any]:
    vocabulary = vocabulary_of(info)
    # An optional column is described as "anyOf" its type and null.
    core = next((d for d in described.get("anyOf", ()) if d.get("type") != "null"), described)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    field: dict[str, Any] = {
        "name": name,
        "title": info.title,
        "description": info.description,
        "type": "string" if vocabulary else core["type"],
        "example": _example(info) if example is None else str(example),
    }
    if field["type"] == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    if extra.get("verbatim"):
        field["verbatim"] = True
    constraints: dict[str, Any] = {"required": True} if info.is_required() else {}
    constraints |= {key: core[key] for key in _CONSTRAINTS if key in core}
    if "pattern" in constraints:  # a Table Schema pattern is anchored by itself
        constraints["pattern"] = constraints["pattern"].removeprefix("^").removesuffix("$")
    if vocabulary:
        constraints["enum"] = [term.value for term in vocabulary]
        field |= _categories(vocabulary)
    if constraints:
        field["constraints"] = constraints
    return field


def _categories(vocabulary: type[Term]) -> dict[str, Any]:
    ordered = {"categoriesOrdered": True} if issubclass(vocabulary, OrderedTerm) else {}
    return {
        "categories": [
            {
                "value": term.value,
                "label": term.value.replace("-", " "),
                "description": term.definition,
            }
            for term in vocabulary
        ]
    } | ordered


def _example(info: FieldInfo) -> str:
    """The example as a cell; the official profile takes strings only."""
    (example,) = info.examples or [None]
    return str(example).lower() if isinstance(example, bool) else str(example)
