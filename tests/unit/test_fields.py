from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from smartcity_case import limits
from smartcity_case.arrays import strings
from smartcity_case.checks.constraints import FieldFault
from smartcity_case.checks.fields import FieldCheck
from smartcity_case.profile import FieldSchema
from smartcity_case.table import Batch, Column


def check_of(descriptor: dict[str, Any]) -> FieldCheck:
    field = FieldSchema.model_validate({"name": "f"} | descriptor)
    listed = field.missing_values
    return FieldCheck(field, frozenset([""] if listed is None else listed))


def faults(check: FieldCheck, array: pa.Array) -> list[tuple[int, str]]:
    """Place and code of what is wrong with the cells of a column."""
    batch = Batch("t", "", {"f": Column(array)}, np.arange(1, len(array) + 1))
    return [(fault.place, fault.code) for fault in check.faults(batch)]


@pytest.mark.parametrize(
    "more", [{"example": []}, {"rdfType": 5}, {"title": "x"}, {"$schema": True}, {"$schema": "//["}]
)
def test_what_says_nothing_of_cells_stops_no_check(more: dict[str, Any]) -> None:
    check = check_of({"type": "integer"} | more)
    assert faults(check, strings(["1", "x"])) == [(1, "field.type")]


@pytest.mark.parametrize("name", ["minLength", "maxLength", "pattern", "enum"])
def test_a_constraint_that_is_null_is_a_fault_before_any_cell(name: str) -> None:
    with pytest.raises(FieldFault):
        check_of({"type": "string", "constraints": {name: None}})
    with pytest.raises(FieldFault):
        check_of({"type": "array", "constraints": {"jsonSchema": None}})


@pytest.mark.parametrize("constraints", [{}, {"pattern": "x+"}])
def test_the_schema_that_an_item_names_is_not_looked_at(constraints: dict[str, Any]) -> None:
    item = {"type": "string", "$schema": True, "constraints": constraints}
    check = check_of({"type": "array", "arrayItem": item})
    expected = [(2, "field.constraint")] if constraints else []
    assert faults(check, strings(['["x"]', "[]", '["y"]'])) == expected


def constrained(kind: str, **constraints: Any) -> dict[str, Any]:
    return {"type": kind, "constraints": constraints}


@pytest.mark.parametrize(
    ("descriptor", "told"),
    [
        (
            constrained("string", minLength="x", maxLength=2, enum=5),
            [
                ("/constraints/enum", "5 is not of type 'array'"),
                ("/constraints/minLength", "'x' is not of type 'integer'"),
            ],
        ),
        (
            constrained("string", required="yes"),
            [("/constraints/required", "'yes' is not of type 'boolean'")],
        ),
        (
            constrained("string", **{'n"o/\n~': 1, "minimum": 1}),
            [
                ('/constraints/n"o~1\n~0', 'it is not supported by type "string"'),
                ("/constraints/minimum", 'it is not supported by type "string"'),
            ],
        ),
        (
            {"type": "geojson", "format": "nope"},
            [("/format", "'nope' is not one of ['default', 'topojson']")],
        ),
        ({"type": "nope"}, [("/type", 'field type "nope" is not supported')]),
        (
            {"type": "boolean", "trueValues": ["1", 5]},
            [("/trueValues/1", "5 is not of type 'string'")],
        ),
        ({"type": "string", "required": True}, [("/required", "it belongs into `constraints`")]),
        (
            constrained("integer", minimum="x", maximum=9, exclusiveMaximum=[]),
            [
                ("/constraints/exclusiveMaximum", "it is not a value of type integer"),
                ("/constraints/minimum", "it is not a value of type integer"),
            ],
        ),
        (constrained("string", pattern=5), [("/constraints/pattern", "it is not a string")]),
        (
            constrained("string", pattern="("),
            [("/constraints/pattern", "missing ), unterminated subpattern at position 0")],
        ),
        (
            constrained("array", jsonSchema=5),
            [("/constraints/jsonSchema", "it is no JSON Schema")],
        ),
        (
            {"type": "array", "arrayItem": constrained("string", minLength="x")},
            [("/arrayItem/constraints/minLength", "'x' is not of type 'integer'")],
        ),
        (
            {"type": "array", "arrayItem": {"type": "nope"}},
            [("/arrayItem/type", 'field type "nope" is not supported')],
        ),
        (
            {"type": "array", "arrayItem": constrained("string", pattern="(")},
            [
                (
                    "/arrayItem/constraints/pattern",
                    "missing ), unterminated subpattern at position 0",
                )
            ],
        ),
        (
            {"type": "array", "arrayItem": constrained("string", enum=["x"] * 1_001)},
            [("/arrayItem/constraints/enum", "it has more than 1000 values")],
        ),
        ({"type": "array", "arrayItem": 5}, [("/arrayItem", "5 is not of type 'object'")]),
    ],
)
def test_a_declaration_that_makes_no_sense_is_told_with_its_places(
    descriptor: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    with pytest.raises(FieldFault) as refused:
        check_of(descriptor)
    assert list(refused.value.faults) == told


def test_a_reason_that_shows_a_long_value_is_cut() -> None:
    with pytest.raises(FieldFault) as refused:
        check_of(constrained("string", minLength="x" * 5_000))
    ((place, reason),) = refused.value.faults
    assert (place, len(reason)) == ("/constraints/minLength", 1_001)


@pytest.mark.parametrize("kind", ["string", "any", "boolean"])
def test_a_missing_value_is_no_formula(kind: str) -> None:
    check = check_of({"type": kind, "missingValues": ["-", "=NA()"], "trueValues": ["-1"]})
    assert faults(check, strings(["-", "=NA()", "-1"])) == [(2, "field.formula")]


def test_a_cell_with_a_fault_is_not_called_a_formula_too() -> None:
    check = check_of({"type": "string", "constraints": {"maxLength": 2}})
    cells = strings(["-12", "-1", "+", "@", "=", "a", None])
    assert faults(check, cells) == [
        (0, "field.constraint"),
        *((row, "field.formula") for row in (1, 2, 3, 4)),
    ]
    assert faults(check_of({"type": "number"}), strings(["-1e1", "=1"])) == [(1, "field.type")]


def test_equal_values_that_are_written_otherwise_are_judged_each() -> None:
    check = check_of({"type": "number", "categories": ["0.0"]})
    assert faults(check, pa.array([0.0, -0.0])) == [(1, "field.category")]
    check = check_of({"type": "number", "categories": ["0.0"]})
    assert faults(check, pa.array([-0.0, 0.0])) == [(0, "field.category")]


class Forgetful(dict[Any, Any]):
    """What another thread has just emptied."""

    def __contains__(self, key: object) -> bool:
        return True


def test_a_verdict_that_another_thread_forgets_is_asked_for_again() -> None:
    check = check_of({"type": "year"})
    check._verdicts = Forgetful()
    assert faults(check, strings(["2018", "x"])) == [(1, "field.type")]


def test_the_memory_for_verdicts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FieldCheck, "_MOST_REMEMBERED", 2)
    check = check_of({"type": "year"})
    cells = [str(year) for year in range(1000, 1010)]
    assert faults(check, strings([*cells, "x", *cells])) == [(10, "field.type")]
    assert len(check._verdicts) <= 2


@pytest.mark.parametrize(
    ("declared", "beyond"),
    [
        ({"type": "boolean", "trueValues": ["1", "x"]}, True),
        ({"type": "boolean", "trueValues": ["1"]}, False),
        ({"constraints": {"enum": ["a"] * 20}}, False),
        ({"type": "array", "constraints": {"enum": [[]] * 2}}, True),
        ({"categories": ["a", "b", "c", "d"]}, False),
    ],
)
def test_a_field_declares_a_bounded_number_of_values(
    declared: dict[str, Any], beyond: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = FieldSchema.model_validate({"name": "a", **declared})
    monkeypatch.setattr(limits, "DECLARED", 7)
    if beyond:
        with pytest.raises(FieldFault, match="it declares more than 7 values"):
            FieldCheck(field, frozenset())
    else:
        FieldCheck(field, frozenset())
