"""The strategies for others keep what they promise, judged by the validation itself."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartcity_case as sc
from anywhere import write
from conftest import TOY_TEXT, Folder, toy_descriptor
from smartcity_case.profile import TableSchema
from smartcity_case.strategies import Mutation, mutations, packages, rows, spans, tables, texts

FEW = settings(max_examples=20)


def report_on(files: Mapping[str, bytes]) -> sc.Report:
    with tempfile.TemporaryDirectory() as place:
        write(Path(place), files)
        return sc.validate(place)


# words


@given(texts().flatmap(lambda text: st.tuples(st.just(text), spans(text))))
def test_spans_stand_in_their_text(drawn: tuple[str, sc.Span]) -> None:
    text, span = drawn
    assert 0 <= span.start < span.end <= len(text)


@given(st.data(), st.integers(1, 5), st.integers(0, 5))
def test_spans_are_as_long_as_asked(data: st.DataObject, least: int, more: int) -> None:
    span = data.draw(spans("dos garzas", least, least + more))
    assert least <= span.end - span.start <= least + more


@pytest.mark.parametrize(
    ("text", "least", "most", "why"),
    [
        ("", 1, None, "a text of 0 characters has no span"),
        ("ab", 3, None, "a text of 2 characters has no span of at least 3"),
        ("ab", 0, None, "at least one character, not 0"),
        ("abc", 2, 1, "at least 2 and at most 1"),
    ],
)
def test_where_no_span_is_none_is_drawn(text: str, least: int, most: int | None, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        spans(text, least, most)


@given(texts(min_size=3, max_size=9))
def test_texts_are_as_long_as_asked_and_can_be_written(text: str) -> None:
    assert 3 <= len(text) <= 9
    assert not text.startswith("\ufeff")
    assert text.encode("utf-8").decode("utf-8") == text


def test_texts_have_bounds() -> None:
    with pytest.raises(ValueError, match="at least 4 and at most 3"):
        texts(4, 3)


# rows

OTHERS = [{"clave": "garza", "patas": 2}, {"clave": "zorro", "patas": 4}]
TOY: dict[str, Any] = toy_descriptor()["resources"][2]["schema"]


def inline(schema: dict[str, Any], listed: list[dict[str, Any]]) -> dict[str, bytes]:
    """The rows in a package, with the toy's text and species."""
    descriptor = toy_descriptor()
    for resource, path in zip(descriptor["resources"][:2], ("diario.txt", "e.csv"), strict=True):
        resource["path"] = path
    descriptor["resources"][2] = {"name": "avistamientos", "schema": schema, "data": listed}
    species = "clave,patas\n" + "".join(f"{row['clave']},{row['patas']}\n" for row in OTHERS)
    return {
        "datapackage.json": json.dumps(descriptor).encode(),
        "diario.txt": TOY_TEXT.encode(),
        "e.csv": species.encode(),
    }


@FEW
@given(tables(TOY, {"diario": TOY_TEXT}, min_size=1, others={"especies": OTHERS}))
def test_tables_hold_to_their_schema(listed: list[dict[str, Any]]) -> None:
    report = report_on(inline(TOY, listed))
    assert report.ok, report.errors[:2]


def field(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


ALL_TYPES: dict[str, Any] = {
    "fields": [
        field("id", "integer", constraints={"minimum": 3, "exclusiveMaximum": 40}),
        field("short", constraints={"minLength": 2, "maxLength": 3, "required": True}),
        field("code", constraints={"pattern": "[A-Z]{2}-[0-9]+", "unique": True}),
        field("number", "number", constraints={"minimum": -1.5, "maximum": 2}),
        field("yes", "boolean"),
        field("day", "date", constraints={"minimum": "2018-12-01", "maximum": "2018-12-31"}),
        field("moment", "datetime"),
        field("hour", "time"),
        field("year", "year", constraints={"minimum": 1999}),
        field("month", "yearmonth"),
        field("anything", "any"),
        field("one", "integer", constraints={"enum": [1, 2]}),
        field("colour", categories=[{"value": "rot"}, {"value": "grün"}]),
        field("boss", "integer"),
        field("where", "geopoint"),
        field("note", missingValues=["-"]),
    ],
    "primaryKey": ["id"],
    "foreignKeys": [{"fields": ["boss"], "reference": {"fields": ["id"]}}],
}


@FEW
@given(tables(ALL_TYPES, min_size=1, fields={"where": st.just("6.7, 51.4")}))
def test_values_of_all_types_hold_to_their_fields(listed: list[dict[str, Any]]) -> None:
    report = report_on(inline(ALL_TYPES, listed))
    assert report.ok, report.errors[:2]


@FEW
@given(rows(ALL_TYPES, fields={"where": st.just("6.7, 51.4")}))
def test_a_single_row_refers_to_itself(row: dict[str, Any]) -> None:
    assert row["boss"] in (None, row["id"])
    assert list(row) == [each["name"] for each in ALL_TYPES["fields"]]


TWO_TEXTS = {"a": "dos „garzas“", "b": "🐦 zorro"}
BY_KEY: dict[str, Any] = {
    "fields": [
        field("from", "integer"),
        field("to", "integer"),
        field("words", missingValues=["zorro", ""]),
        field("which"),
        field("before"),
        field("after"),
    ],
    "textSpans": [
        {
            "fields": {
                "start": "from",
                "end": "to",
                "exact": "words",
                "source": "which",
                "prefix": "before",
                "suffix": "after",
            },
            "reference": {"resource": "notes", "fields": {"key": "id", "text": "text"}},
            "minLength": 3,
        },
    ],
}


@given(rows(TableSchema.model_validate(BY_KEY), {"notes": TWO_TEXTS}))
def test_rows_of_several_texts_stand_in_theirs(row: dict[str, Any]) -> None:
    text = TWO_TEXTS[row["which"]]
    start, end = row["from"], row["to"]
    assert text[start:end] == row["words"] != "zorro"
    assert end - start >= 3
    assert text[:start].endswith(row["before"] or "")
    assert text[end:].startswith(row["after"] or "")


SPAN = {"fields": {"start": "s", "end": "e"}, "reference": {"resource": "note"}}
PLAIN = {"fields": [field("s", "integer"), field("e", "integer")], "textSpans": [SPAN]}


@pytest.mark.parametrize(
    ("schema", "given_texts", "why"),
    [
        (PLAIN, None, "spans point into 'note': give a text in `texts`"),
        (PLAIN, {"other": "x"}, "spans point into 'note'"),
        (BY_KEY, "x", "give texts by their keys"),
        (BY_KEY, {"notes": {"a": "x"}}, "no text of 'notes' has 3 characters"),
        (TOY, TOY_TEXT, "refers to 'especies': give its rows"),
        ({"fields": [field("g", "geojson")]}, None, "for the field 'g' [(]geojson, default[)]"),
        ({"fields": [field("g", format="email")]}, None, "give a strategy for it in `fields`"),
        ({"fields": [field("g", constraints={"minimum": 1})]}, None, "'g' makes no sense"),
    ],
)
def test_what_cannot_be_drawn_is_told(schema: Any, given_texts: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        rows(schema, given_texts)


@pytest.mark.parametrize(
    ("kind", "constraints"),
    [
        ("string", {"enum": []}),
        ("string", {"minLength": 3, "maxLength": 2}),
        ("integer", {"minimum": 3, "maximum": 2}),
    ],
)
def test_a_field_that_allows_no_value_stays_empty(kind: str, constraints: dict[str, Any]) -> None:
    other = field("b", kind, constraints=constraints)
    schema = {"fields": [field("a", "boolean", constraints={"required": True}), other]}

    @FEW
    @given(rows(schema))
    def stays_empty(row: dict[str, Any]) -> None:
        assert row["b"] is None

    stays_empty()


def test_an_optional_span_without_a_text_is_empty() -> None:
    schema = {**PLAIN, "fields": [*PLAIN["fields"], field("a", "boolean")]}
    schema["textSpans"] = [{**SPAN, "required": False}]

    @FEW
    @given(rows(schema, ""))
    def is_empty(row: dict[str, Any]) -> None:
        assert (row["s"], row["e"]) == (None, None)
        assert row["a"] is not None

    is_empty()


def test_an_optional_span_without_texts_names_none() -> None:
    span = {**BY_KEY["textSpans"][0], "required": False}
    schema = {"fields": [*BY_KEY["fields"], field("a", "boolean")], "textSpans": [span]}

    @FEW
    @given(rows(schema, {"notes": {"a": "x"}}))
    def is_empty(row: dict[str, Any]) -> None:
        assert (row["from"], row["which"]) == (None, None)

    is_empty()


def test_a_key_that_refers_to_its_own_table_stays_unique() -> None:
    schema = {
        "fields": [field("id", "integer")],
        "primaryKey": "id",
        "foreignKeys": [{"fields": "id", "reference": {"fields": "id"}}],
    }

    @FEW
    @given(tables(schema, min_size=1, fields={"id": st.integers(0, 9)}))
    def is_unique(listed: list[dict[str, Any]]) -> None:
        keys = [row["id"] for row in listed]
        assert len(set(keys)) == len(keys)

    is_unique()


# packages and mutations


@FEW
@given(packages())
def test_every_package_is_valid(files: dict[str, bytes]) -> None:
    report = report_on(files)
    assert report.ok, (report.errors[:2], report.skipped)
    assert any(check.name.startswith("spans ") for check in report.ran)


@settings(FEW, max_examples=40)
@given(packages().flatmap(lambda files: st.tuples(st.just(files), mutations(files))))
def test_every_mutation_is_found(drawn: tuple[dict[str, bytes], Mutation]) -> None:
    files, (description, spoilt) = drawn
    assert spoilt != files
    assert not report_on(spoilt).ok, description


@settings(FEW, max_examples=25)
@given(st.data())
def test_every_mutation_of_a_folder_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    files = data.draw(packages())
    write(folder, files)
    mutation = data.draw(mutations(folder))
    assert set(mutation.files) == set(files)
    assert not report_on(mutation.files).ok, mutation.description


@settings(FEW, max_examples=15)
@given(st.data())
def test_every_mutation_of_the_toy_is_found(toy: Folder, data: st.DataObject) -> None:
    toy.describe(lambda d: d["resources"][1]["schema"]["fields"][0].pop("constraints", None))
    toy.write("especies", f"clave,patas\ngarza,2\ngarza{'½' * 9},4\n".encode())
    mutation = data.draw(mutations(toy.root / "datapackage.json"))
    assert not report_on(mutation.files).ok, mutation.description


ODD: dict[str, Any] = {
    "resources": [
        {"name": "note", "path": "note.txt", "mediatype": "text/plain", "hash": ""},
        {"name": "schema", "path": "semi.csv", "schema": "schema.json", "dialect": "dialect.json"},
        {"name": "semi", "path": "semi.csv", "schema": {}, "dialect": {"delimiter": ";"}},
        {"name": "parts", "path": ["1.csv", "2.csv"], "schema": {}},
        {"name": "none", "path": "empty.csv", "schema": {"fields": [], "fieldsMatch": "subset"}},
        {"name": "inline", "data": [["s", "e", "unique"], [0, 3, "x"]], "schema": {}},
        {"name": "blank", "path": "blank.csv", "schema": {}},
        {"name": "file", "path": "file.bin", "bytes": 2},
    ]
}


@settings(FEW, max_examples=40)
@given(st.data())
def test_every_mutation_of_a_package_of_many_forms_is_found(data: st.DataObject) -> None:
    package = json.loads(json.dumps(ODD))
    schema: dict[str, Any] = {
        "fields": [field("s", "integer"), field("e", "integer"), field("unique")],
        "textSpans": [{**SPAN, "required": False}],
        "missingValues": ["-"],
    }
    schema["fields"][2]["constraints"] = {"required": True}
    files = {
        "note.txt": b"dos garzas",
        "semi.csv": b"s;e;unique\n0;3;x\n",
        "1.csv": b"s,e,unique\n0,3,x\n",
        "2.csv": b"s,e,unique\n4,10,x\n",
        "empty.csv": b"e,s,unique\n",
        "blank.csv": b"s,e,unique\n-,-,x\n4,10,y\n",
        "file.bin": b"\x00\n",
        "schema.json": json.dumps(schema).encode(),
        "dialect.json": b'{"delimiter": ";"}',
    }
    for each in package["resources"]:
        if each.get("schema") == {}:
            each["schema"] = schema
    package["resources"][0]["hash"] = hashlib.md5(files["note.txt"]).hexdigest()
    package["resources"][4]["schema"] = {**schema, "fieldsMatch": "subset"}
    package["resources"][6]["schema"] = {**schema, "fieldsMatch": "superset"}
    package["resources"][7]["hash"] = "sha1:" + hashlib.sha1(files["file.bin"]).hexdigest()
    package["resources"][6]["hash"] = hashlib.md5(files["blank.csv"]).hexdigest()
    files["datapackage.json"] = json.dumps(package).encode()
    report = report_on(files)
    assert report.ok, (report.errors, report.skipped)
    with tempfile.TemporaryDirectory() as place:
        write(Path(place), files)
        mutation = data.draw(mutations(place))
    assert not report_on(mutation.files).ok, mutation.description
