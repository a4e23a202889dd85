"""JSON Schema and models of `textSpans` give the same verdict on any declaration."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import event, example, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import ValidationError

from smartcity_case.profile import Package, TableSchema
from smartcity_case.storage import text_spans_schema

WHOLE = text_spans_schema()
PACKAGE = Draft7Validator(WHOLE)
SCHEMA = Draft7Validator({"$ref": "#/definitions/tableSchema", "definitions": WHOLE["definitions"]})

# Every field is an integer and every role has a field of its own: what only the
# models can judge is then never at fault.
ROLES = ("start", "end", "exact", "prefix", "suffix", "digest", "source")
TARGETS = ("key", "text", "path", "hash", "bytes")
FIELDS = [{"name": name, "type": "integer"} for name in ROLES]


def named(roles: tuple[str, ...], always: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    rest = [role for role in roles if role not in always]
    return st.sets(st.sampled_from(rest)).map(lambda some: {r: r for r in (*always, *some)})


def without(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


@st.composite
def declarations(draw: st.DrawFn) -> dict[str, Any]:
    """A declaration that breaks no rule."""
    fields = draw(named(ROLES, ("start", "end")))
    if {"exact", "digest"} <= set(fields):
        fields = without(fields, draw(st.sampled_from(["exact", "digest"])))
    span: dict[str, Any] = {"fields": fields, "reference": {"resource": "texts"}}
    if "source" in fields:
        more = draw(st.sampled_from([("text",), ("path",), ("path", "hash"), ("path", "bytes")]))
        span["reference"]["fields"] = {role: role for role in ("key", *more)}
    if draw(st.booleans()):
        span["required"] = bool(draw(st.booleans()))
    if "digest" in fields and draw(st.booleans()):
        span["salt"] = draw(st.text(max_size=3))
    if draw(st.booleans()):
        span["minLength"] = draw(st.integers(min_value=1))
    return span


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from([1.0, 2.0, 1.5, 1e300, float("inf"), -1.0]),
    st.text(max_size=2),
    st.sampled_from([*ROLES, *TARGETS]),
    st.builds(list),
    st.builds(dict),  # a new one each time: it may be changed later
    st.builds(lambda: ["start"]),
    named(TARGETS, ("key",)),
    named(ROLES, ("start", "end")),
)
PLACES = ((), ("fields",), ("reference",), ("reference", "fields"))
NAMES = ("fields", "reference", "required", "salt", "minLength", "min_length", "resource", "x")
NAME = st.one_of(st.sampled_from([*NAMES, *ROLES, *TARGETS]), st.text(max_size=3))


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A declaration in which up to three properties were taken away, added or changed."""
    span = draw(declarations())
    for _ in range(draw(st.integers(0, 3))):
        part: Any = span
        for step in draw(st.sampled_from(PLACES)):
            part = part.get(step) if isinstance(part, dict) else None
        if not isinstance(part, dict):
            continue
        new, gone = draw(st.booleans()), draw(st.booleans())
        if part and not new:
            name = draw(st.sampled_from(sorted(part)))
            if gone:
                del part[name]
            else:
                part[name] = draw(ODD)
        else:
            part[draw(NAME)] = draw(ODD)
    return span


CASED = st.text("textSpansTEXTSPANS", min_size=8, max_size=9)
SPELT = st.one_of(
    st.sampled_from(["textSpans", "textSpan", "text_spans", "Text Spans", "-textspan_", "texts"]),
    st.sampled_from(["textſpans", "textSpans\n", "textspans\n", "textSpansx", "xtextSpans"]),
    CASED,
)


def accepted_by_models(schema: dict[str, Any]) -> bool:
    """Whether the models accept a schema, apart from what only they can judge."""
    try:
        TableSchema.model_validate(schema)
    except ValidationError as error:
        alone = ("there is no field", "stands for")
        return all(any(words in fault["msg"] for words in alone) for fault in error.errors())
    return True


def judge(schema: dict[str, Any]) -> bool:
    """The verdict of both, which is the same."""
    kept = copy.deepcopy(schema)
    by_schema: bool = SCHEMA.is_valid(schema)
    assert accepted_by_models(schema) == by_schema, list(SCHEMA.iter_errors(schema))
    assert schema == kept
    event("valid" if by_schema else "invalid")
    return by_schema


@given(st.lists(declarations(), min_size=1, max_size=2))
def test_both_accept_what_breaks_no_rule(spans: list[dict[str, Any]]) -> None:
    assert judge({"fields": FIELDS, "textSpans": spans})
    TableSchema.model_validate({"fields": FIELDS, "textSpans": spans})


@given(mutated())
@example({"fields": {"start": "start", "end": "end", "exact": None}, "reference": {}})
@example({"fields": {"start": "start", "end": "end"}, "reference": {"resource": "texts"}})
def test_both_judge_a_changed_declaration_alike(span: dict[str, Any]) -> None:
    judge({"fields": FIELDS, "textSpans": [span]})


@given(SPELT, st.one_of(ODD, st.lists(st.one_of(mutated(), ODD), max_size=2)), st.booleans())
def test_both_judge_where_it_stands_alike(name: str, value: object, fields: bool) -> None:
    schema = {"fields": FIELDS, name: value} if fields else {name: value}
    if fields or name == "textSpans":  # what has neither is no concern of the profile
        judge(schema)


@given(SPELT, ODD, st.sampled_from(["package", "resource", "field", "nowhere"]))
@example("textSpans", [], "package")
@example("text_span", [], "resource")
@example("textSpans", None, "field")
def test_both_refuse_it_outside_of_a_schema(name: str, value: object, where: str) -> None:
    parts: dict[str, dict[str, Any]] = {
        "package": {},
        "resource": {"name": "r", "path": "r.csv"},
        "field": {"name": "f"},
        "nowhere": {},
    }
    parts[where][name] = value
    parts["resource"]["schema"] = {"fields": [parts["field"]]}
    package = {**parts["package"], "resources": [parts["resource"]]}
    try:
        Package.model_validate(package)
    except ValidationError as error:
        fault = error.errors()[0]  # the others are of the other branch of a union
        assert fault["msg"] == "`textSpans` belongs into the schema of a table"
        assert fault["loc"][-1] == name
        assert not PACKAGE.is_valid(package)
    else:
        assert PACKAGE.is_valid(package)
