"""What declarations of spans say against themselves, their table and their target."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from smartcity_case.checks.descriptor import read_descriptor
from smartcity_case.profile import Package, TableSchema
from smartcity_case.storage import text_spans_schema
from smartcity_case.textspans import TextSpan, TextSpanTarget, refuse, used_twice
from smartcity_case.validation import validate

Json = dict[str, Any]


def descriptor() -> Json:
    """Een tabel met plaatsen in een tabel met teksten."""
    plaats = [{"name": n, "type": "integer"} for n in ("van", "tot")]
    tekst = [{"name": n, "type": "string"} for n in ("zin", "brief")]
    span = {
        "fields": {"start": "van", "end": "tot", "exact": "zin", "source": "brief"},
        "reference": {"resource": "brieven", "fields": {"key": "nr", "text": "inhoud"}},
    }
    brieven = [{"name": n, "type": "string"} for n in ("nr", "inhoud")]
    return {
        "name": "post",
        "resources": [
            {
                "name": "plaatsen",
                "path": "plaatsen.csv",
                "schema": {"fields": [*plaats, *tekst], "textSpans": [span]},
            },
            {
                "name": "brieven",
                "path": "brieven.csv",
                "schema": {"fields": brieven, "primaryKey": "nr"},
            },
        ],
    }


def told(package: Json, root: Path) -> list[str]:
    """The faults of the descriptor, however far its files are from there."""
    (root / "datapackage.json").write_text(json.dumps(package), "utf-8")
    faults = validate(root).findings
    return [f.message for f in faults if f.code == "descriptor.invalid"]


def test_the_example_breaks_no_rule(tmp_path: Path) -> None:
    assert told(descriptor(), tmp_path) == []
    assert read_descriptor(json.dumps(descriptor()).encode())[0] is not None


def test_every_fault_of_two_declarations_is_told_with_its_place(tmp_path: Path) -> None:
    package = descriptor()
    spans = package["resources"][0]["schema"]["textSpans"]
    other = json.loads(json.dumps(spans[0]))
    spans.append(other)
    spans[0]["fields"] |= {"start": "zin", "prefix": "voor"}
    other["fields"] |= {"end": "brief", "source": "tot", "suffix": "van"}
    other["reference"]["fields"]["text"] = "nr"
    place = "/resources/0/schema/textSpans"
    assert sorted(told(package, tmp_path)) == [
        f"{place}/0/fields/exact: the field 'zin' stands for `start` already",
        f"{place}/0/fields/prefix: there is no field 'voor'",
        f"{place}/0/fields/start: the field 'zin' is not an integer",
        f"{place}/1/fields/end: the field 'brief' is not an integer",
        f"{place}/1/fields/suffix: the field 'van' stands for `start` already",
        f"{place}/1/reference/fields/text: the field 'nr' stands for `key` already",
    ]


def test_what_is_missing_or_null_is_named_by_its_place(tmp_path: Path) -> None:
    package = descriptor()
    (span,) = package["resources"][0]["schema"]["textSpans"]
    del span["fields"]["start"]
    span["fields"]["exact"] = None
    span["reference"]["fields"] |= {"hash": "nr", "bytes": "nr"}
    place = "/resources/0/schema/textSpans/0"
    assert sorted(told(package, tmp_path)) == [
        f"{place}/fields/exact: null says nothing; leave the property out",
        f"{place}/fields/start: it is missing",
        f"{place}/reference/fields/bytes: only with `path`",
        f"{place}/reference/fields/hash: only with `path`",
    ]


UNIQUE: list[Callable[[Json], object]] = [
    lambda s: s.update(primaryKey=["nr"]),
    lambda s: s.update(primaryKey="inhoud", uniqueKeys=[["inhoud"], ["nr"]]),
    lambda s: s["fields"][0].update(constraints={"unique": True}),
]
NOT_UNIQUE: list[Callable[[Json], object]] = [
    lambda s: None,
    lambda s: s.update(primaryKey=["nr", "inhoud"]),
    lambda s: s.update(uniqueKeys=[["nr", "inhoud"], ["inhoud"]]),
    lambda s: s["fields"][0].update(constraints={"unique": False}),
    lambda s: s["fields"][1].update(constraints={"unique": True}),
]


@pytest.mark.parametrize(
    ("change", "unique"), [*((c, True) for c in UNIQUE), *((c, False) for c in NOT_UNIQUE)]
)
def test_the_key_of_a_table_of_texts_is_unique(
    tmp_path: Path, change: Callable[[Json], object], unique: bool
) -> None:
    package = descriptor()
    del package["resources"][1]["schema"]["primaryKey"]
    change(package["resources"][1]["schema"])
    faults = told(package, tmp_path)
    assert ["keeps two rows" in fault for fault in faults] == ([] if unique else [True])


def test_a_key_that_is_no_field_is_one_fault(tmp_path: Path) -> None:
    package = descriptor()
    package["resources"][0]["schema"]["textSpans"][0]["reference"]["fields"]["key"] = "nummer"
    (fault,) = told(package, tmp_path)
    assert "/reference/fields/key: 'brieven' has no field 'nummer'" in fault


def test_a_target_without_a_schema_in_place_is_not_judged_by_its_columns(tmp_path: Path) -> None:
    package = descriptor()
    del package["resources"][1]["schema"]
    assert told(package, tmp_path) == []
    package["resources"][1]["schema"] = "elders.json"
    assert told(package, tmp_path) == []


def test_a_whole_number_may_be_written_with_a_point() -> None:
    span = {"fields": {"start": "a", "end": "b"}, "reference": {"resource": "c"}}
    assert TextSpan.model_validate({**span, "minLength": 3.0}).min_length == 3


def test_the_columns_of_a_table_of_texts_are_known_by_name() -> None:
    target = TextSpanTarget(key="nr", path="bestand", bytes="maat")
    assert target.names == ("nr", "bestand", "maat")


def test_everyone_gets_a_schema_of_their_own() -> None:
    text_spans_schema().clear()
    assert text_spans_schema()["$id"] == "text-spans.json"


def test_missing_values_may_have_labels_in_a_schema_and_in_a_field() -> None:
    labelled = [{"value": "-9", "label": "refused"}, "no value", {"value": ""}]
    fields = [{"name": "a"}, {"name": "b", "missingValues": [{"value": "?"}, "!"]}]
    schema = TableSchema.model_validate({"fields": fields, "missingValues": labelled})
    assert schema.missing_values == ["-9", "no value", ""]
    assert schema.field("b").missing_values == ["?", "!"]
    assert schema.missing(schema.field("a")) == {"-9", "no value", ""}
    assert schema.missing(schema.field("b")) == {"?", "!"}


def test_a_field_may_have_no_missing_values_of_its_own() -> None:
    schema = TableSchema.model_validate({"fields": [{"name": "a", "missingValues": []}]})
    assert (schema.missing_values, schema.missing(schema.field("a"))) == ([""], frozenset())


@pytest.mark.parametrize(
    ("values", "places"),
    [
        (5, [""]),
        ("-", [""]),
        ({"value": "-"}, [""]),
        (["-", {"label": "none"}, 5], ["/1", "/2"]),
        ([{"value": 5}], ["/0"]),
    ],
)
def test_missing_values_of_the_wrong_form_are_told_with_their_place(
    tmp_path: Path, values: object, places: list[str]
) -> None:
    package = descriptor()
    schema = package["resources"][0]["schema"]
    schema["missingValues"] = values
    schema["fields"][1]["missingValues"] = values
    start = "/resources/0/schema"
    assert [fault.partition(":")[0] for fault in told(package, tmp_path)] == [
        f"{start}{owner}/missingValues{place}" for owner in ("/fields/1", "") for place in places
    ]


def test_a_key_of_one_field_may_be_a_string() -> None:
    key = {"fields": "a", "reference": {"fields": "b"}}
    made: Json = {"fields": [{"name": "a"}, {"name": "b"}], "foreignKeys": [key]}
    schema = TableSchema.model_validate(made | {"primaryKey": "b"})
    assert schema.primary_key == ["b"]
    assert (schema.foreign_keys[0].fields, schema.foreign_keys[0].reference.fields) == (
        ["a"],
        ["b"],
    )
    assert TableSchema.model_validate(made | {"primaryKey": ["b", "a"]}).primary_key == ["b", "a"]


def test_parts_are_found_by_name() -> None:
    package = Package.model_validate(descriptor())
    found = package.resource("brieven")
    assert found is package.resources[1]
    assert package.resource("nergens") is None
    schema = package.resources[0].table_schema
    assert isinstance(schema, TableSchema)
    assert schema.field("zin") is schema.fields[2]


def test_every_fault_of_a_part_is_told_with_its_place() -> None:
    refuse([])
    with pytest.raises(ValidationError) as refused:
        refuse([(("textSpans", 0), "it is {odd}"), (("b",), "it is late")])
    assert refused.value.title == "descriptor"
    assert [
        (e["type"], e["loc"], e["msg"], e["input"])
        for e in refused.value.errors(include_url=False, include_context=False)
    ] == [
        ("descriptor", ("textSpans", 0), "it is {odd}", None),
        ("descriptor", ("b",), "it is late", None),
    ]


def test_a_field_that_stands_for_three_things_is_told_twice() -> None:
    target = TextSpanTarget(key="a", path="a", hash="b", bytes="a")
    assert used_twice(target, "x", 1) == [
        (("x", 1, "path"), "the field 'a' stands for `key` already"),
        (("x", 1, "bytes"), "the field 'a' stands for `key` already"),
    ]
