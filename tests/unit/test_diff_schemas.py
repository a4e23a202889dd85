"""How declarations differ, and which step of the version each change asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from editions import PLANTS, between, fields, of_tables, table, write
from smartcity_case.authoring.comparing.changes import Change, Step
from smartcity_case.authoring.comparing.schemas import constraint_effect
from smartcity_case.authoring.comparing.versioning import told

NONE, PATCH, MINOR, MAJOR = Step.NONE, Step.PATCH, Step.MINOR, Step.MAJOR


@pytest.mark.parametrize(
    ("name", "old", "new", "effect"),
    [
        ("required", None, True, "tightened"),
        ("required", True, None, "loosened"),
        ("required", True, False, "loosened"),
        ("required", False, None, "changed"),
        ("unique", False, True, "tightened"),
        ("enum", ["a", "b"], ["a"], "tightened"),
        ("enum", ["a"], ["b"], "tightened"),
        ("enum", ["a"], ["b", "a"], "loosened"),
        ("enum", ["a", "b"], ["b", "a"], "changed"),
        ("enum", None, ["a"], "tightened"),
        ("enum", ["a"], None, "loosened"),
        ("minimum", 1, 2, "tightened"),
        ("minimum", 2, 1.5, "loosened"),
        ("minimum", 1, 1.0, "changed"),
        ("maximum", 1, 2, "loosened"),
        ("maxLength", 3, 2, "tightened"),
        ("exclusiveMinimum", 0, -1, "loosened"),
        ("minimum", "2018-12-03", "2019-01-01", "tightened"),
        ("maximum", "2018-12-03", "2019-01-01", "loosened"),
        ("maximum", "9", "10", "tightened"),  # of another form: it cannot be told
        ("maximum", "-9", "-8", "tightened"),
        ("minimum", True, 2, "tightened"),
        ("pattern", "a", "b", "tightened"),
        ("pattern", "a", None, "loosened"),
        ("jsonSchema", {}, {"type": "object"}, "tightened"),
    ],
)
def test_a_constraint_is_tightened_or_loosened(name: str, old: Any, new: Any, effect: str) -> None:
    assert constraint_effect(name, old, new) == effect


def changed(tmp: Path, old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, Step]]:
    """What, how, and the step, of the changes between two schemas of the same rows."""
    tables = [table(**{"listed": fields("id", "colour", "height")} | each) for each in (old, new)]
    found = of_tables(tmp, *tables).changes
    assert all(told(change) for change in found)
    return [(c.what if not c.name else f"{c.what} {c.name}", c.effect, c.step) for c in found]


def colour(**more: Any) -> dict[str, Any]:
    return {"listed": fields("id", "colour", "height", colour=more)}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"type": "any"}, {}, ("field type", "added", MAJOR)),
        ({"type": "date"}, {}, ("field type", "changed", MAJOR)),
        ({}, {"format": "uri"}, ("field format", "added", MAJOR)),
        ({}, {"missingValues": ["-"]}, ("field missingValues", "added", MAJOR)),
        ({"title": "a"}, {"title": "b"}, ("field title", "changed", PATCH)),
        ({"example": "a"}, {}, ("field example", "removed", PATCH)),
        ({}, {"constraints": {"required": True}}, ("constraint required", "added", MAJOR)),
        ({"constraints": {"required": True}}, {}, ("constraint required", "removed", MINOR)),
        ({"constraints": {"minLength": 1}}, {"constraints": {"minLength": 2}},
         ("constraint minLength", "tightened", MAJOR)),
        ({"constraints": {"enum": ["a"]}}, {"constraints": {"enum": ["a", "b"]}},
         ("constraint enum", "loosened", MINOR)),
        ({"categories": ["a"]}, {"categories": ["a", "b"]},
         ("categories categories", "loosened", MINOR)),
        ({"categories": ["a"]}, {"categories": [{"value": "a", "label": "A"}]},
         ("categories categories", "changed", PATCH)),
        ({"categories": ["a"]}, {}, ("categories categories", "loosened", MINOR)),
        ({}, {"categories": ["a"]}, ("categories categories", "tightened", MAJOR)),
    ],
)  # fmt: skip
def test_changes_of_a_field(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any], expected: tuple[str, str, Step]
) -> None:
    assert changed(tmp_path, colour(**old), colour(**new)) == [expected]


REFERENCE = {"resource": "soils", "fields": "id"}
FOREIGN = {"fields": "colour", "reference": REFERENCE}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"key": None}, {}, [("primaryKey", "added", MAJOR)]),
        ({}, {"key": None}, [("primaryKey", "removed", MAJOR)]),
        ({"key": "id"}, {"key": ["id"]}, []),
        ({}, {"uniqueKeys": [["colour"]]}, [("uniqueKeys", "added", MAJOR)]),
        ({"uniqueKeys": [["colour"]]}, {}, [("uniqueKeys", "removed", MINOR)]),
        ({}, {"foreignKeys": [FOREIGN]}, [("foreignKeys", "added", MAJOR)]),
        ({"foreignKeys": [FOREIGN]}, {}, [("foreignKeys", "removed", MINOR)]),
        ({"foreignKeys": [FOREIGN]},
         {"foreignKeys": [{"fields": ["colour"], "reference": REFERENCE | {"resource": "x"}}]},
         [("foreignKeys", "changed", MINOR)]),
        ({"missingValues": ["", "-"]}, {}, [("missingValues", "changed", MAJOR)]),
        ({"missingValues": ["", "-"]}, {"missingValues": ["-", ""]}, []),
        ({}, {"fieldsMatch": "equal"}, [("fieldsMatch", "loosened", MINOR)]),
        ({"fieldsMatch": ["equal"]}, {}, [("fieldsMatch", "tightened", MAJOR)]),
        ({}, {"title": "T"}, [("schema title", "added", PATCH)]),
    ],
)  # fmt: skip
def test_changes_of_a_schema(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any], expected: list[Any]
) -> None:
    assert changed(tmp_path, old, new) == expected


SPAN: dict[str, Any] = {"fields": {"start": "a", "end": "z"}, "reference": {"resource": "note"}}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([], [SPAN], [("textSpans", "added", MAJOR)]),
        ([SPAN], [], [("textSpans", "removed", MINOR)]),
        ([SPAN], [SPAN | {"minLength": 2}], [("textSpans", "changed", MAJOR)]),
        ([SPAN | {"required": False}], [SPAN], [("textSpans", "changed", MAJOR)]),
        ([SPAN], [SPAN | {"required": False}], [("textSpans", "changed", MINOR)]),
        ([SPAN], [SPAN | {"reference": {"resource": "x"}}], [("textSpans", "changed", MINOR)]),
        ([SPAN], [SPAN | {"fields": {"start": "z", "end": "a"}}],
         [("textSpans", "removed", MINOR), ("textSpans", "added", MAJOR)]),
    ],
)  # fmt: skip
def test_changes_of_declared_spans(
    tmp_path: Path, old: list[Any], new: list[Any], expected: list[Any]
) -> None:
    number = {"type": "integer"}
    listed = fields("id", "a", "z", a=number, z=number)

    def made(spans: list[Any]) -> dict[str, Any]:
        declared = {"textSpans": spans} if spans else {}
        return table(["id", "a", "z"], [["p1", "0", "2"]], listed=listed, **declared)

    found = of_tables(tmp_path, made(old), made(new)).changes
    assert [(c.what, c.effect, c.step) for c in found] == expected


def test_declarations_follow_a_renamed_field(tmp_path: Path) -> None:
    number = {"type": "integer"}

    def made(name: str) -> dict[str, Any]:
        header = ["id", name, "z", "words"]
        span = {"fields": {"start": name, "end": "z", "exact": "words"},
                "reference": {"resource": "note"}}  # fmt: skip
        return table(header, [["p1", "0", "2", "ab"]], [name, "id"], uniqueKeys=[[name, "z"]],
                     listed=fields(*header, **{name: number, "z": number}), textSpans=[span],
                     foreignKeys=[{"fields": name, "reference": REFERENCE}])  # fmt: skip

    found = of_tables(tmp_path, made("a"), made("b"))
    assert [(c.effect, c.old, c.new) for c in found.changes] == [("renamed", "a", "b")]
    assert found.key == ("b", "id")


def test_where_and_how_a_table_is_stored(tmp_path: Path) -> None:
    old = write(tmp_path / "old")
    new = write(tmp_path / "new", {"plants": table(rows=PLANTS) | {"resource": {"title": "Plants",
                "path": "./plants.csv".removeprefix("./"), "encoding": "utf-8"}}})  # fmt: skip
    changes = between(old, new).tables[0].changes
    assert [(c.name, c.step) for c in changes] == [("title", PATCH), ("encoding", PATCH)]
    plants = new / "data.csv"
    (new / "plants.csv").rename(plants)
    write_again = write(tmp_path / "again", {"plants": table() | {"resource": {"path": "d.csv"}}})
    (write_again / "plants.csv").rename(write_again / "d.csv")
    assert [(c.name, c.step) for c in between(old, write_again).tables[0].changes] == [
        ("path", NONE)
    ]


def test_changes_in_words() -> None:
    assert told(Change(MAJOR, "field", "added", "legs")) == "field legs added"
    assert told(Change(MAJOR, "field", "reordered")) == "fields reordered"
    assert told(Change(PATCH, "package", "changed", "", "title")) == "title of the package changed"
    assert told(Change(PATCH, "resource", "changed", "note", "title")) == (
        "title of the resource note changed"
    )
    assert told(Change(MAJOR, "primaryKey", "changed")) == "primaryKey changed"


def test_a_default_that_is_spelt_out_is_no_change(tmp_path: Path) -> None:
    bare = [{"name": name} for name in ("id", "colour", "height")]
    spelt = [field | {"type": "any", "format": "default"} for field in bare]
    assert changed(tmp_path, {"listed": bare}, {"listed": spelt}) == []
