from __future__ import annotations

import json
from typing import Any

import pytest

from conftest import toy_descriptor
from smartcity_case import limits
from smartcity_case.checks.descriptor import check_references, path_fault, read_descriptor


def told(descriptor: object) -> list[str]:
    """What is wrong with a descriptor, each as code and message."""
    _, findings = read_descriptor(json.dumps(descriptor).encode())
    return [f"{f.code} {f.message}" for f in findings]


def toy_with(place: str, value: object) -> dict[str, Any]:
    """The toy's descriptor with another value at a place."""
    made: Any = toy_descriptor()
    *steps, last = place.split("/")
    part = made
    for step in steps:
        part = part[int(step) if isinstance(part, list) else step]
    part[int(last) if isinstance(part, list) else last] = value
    found: dict[str, Any] = made
    return found


_SPAN = "resources/2/schema/textSpans/0"


@pytest.mark.parametrize(
    ("place", "value", "shown"),
    [
        (f"{_SPAN}/str", 1, f"/{_SPAN}/str"),
        (f"{_SPAN}/fields/int", 1, f"/{_SPAN}/fields/int"),
        (f"{_SPAN}/fields/list[x", 1, f"/{_SPAN}/fields/list[x"),
        (f"{_SPAN}/fields/Dialect", 1, f"/{_SPAN}/fields/Dialect"),
        (f"{_SPAN}/fields/start", 1, f"/{_SPAN}/fields/start"),
        ("resources/0/path", 5, "/resources/0/path"),
        ("resources/0/path", ["a", 5], "/resources/0/path/1"),
        ("resources/1/schema", 5, "/resources/1/schema"),
        ("resources/1/schema/fields/0/categories", [[1]], "/resources/1/schema/fields/0/cat"),
        ("resources/1/dialect", {"delimiter": 5}, "/resources/1/dialect/delimiter"),
    ],
)
def test_a_fault_of_form_names_its_place(place: str, value: object, shown: str) -> None:
    assert all(
        line.startswith(f"descriptor.invalid {shown}") for line in told(toy_with(place, value))
    )


def test_a_place_is_a_json_pointer() -> None:
    descriptor = toy_descriptor()
    descriptor["resources"][2]["schema"]["textSpans"][0]["a/b~1"] = 1
    assert told(descriptor) == [
        f"descriptor.invalid /{_SPAN}/a~1b~01: Extra inputs are not permitted"
    ]


@pytest.mark.parametrize("value", [[], "a", 5, None])
def test_what_is_no_object_has_its_fault_at_the_root(value: object) -> None:
    assert told(value) == [
        "descriptor.invalid /: Input should be a valid dictionary or instance of Package"
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"resources": [' + "{}," * 30 + "{}]}", "limit.size"),
        ('{"a": ' + "[" * 9 + "]" * 9 + "}", "descriptor.invalid"),
        ('{"a": ' + "[" * 10 + "]" * 10 + "}", "limit.nesting"),
        ('{"a": "[[[[[[[[[[[[[[", "b": "\\"[[[[[[[[[[[[[["}', "descriptor.invalid"),
        ('{"a": "' + "[{" * 40 + '"}', "descriptor.invalid"),
        ('{"a": ' + "[]," * 5 + '"\\', "descriptor.json"),
        ('{"a": ' + "1" * 31 + "}", "descriptor.json"),
        ('{"a": -' + "1" * 29 + "}", "descriptor.invalid"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "descriptor.json"),
        ("]" * 40 + "[" * 40, "descriptor.json"),
        ('{"a": [' + "1," * 28 + "1]}", "descriptor.invalid"),
        ('{"a": [' + "1," * 29 + "1]}", "limit.size"),
        ('{"a": NaN}', "descriptor.json"),
        ('{"a": "\\ud800"}', "descriptor.json"),
        ("{} {}", "descriptor.json"),
        ("\ufeff{}", "descriptor.json"),
    ],
)
def test_json_is_strict_and_bounded(text: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NESTING", 10)
    monkeypatch.setattr(limits, "PARTS", 30)
    package, findings = read_descriptor(text.encode())
    assert package is None
    assert [f.code for f in findings] == [code]


def test_bytes_that_are_not_utf8_are_no_descriptor() -> None:
    package, findings = read_descriptor(b'{"a": "\xff"}')
    assert (package, [f.code for f in findings]) == (None, ["descriptor.json"])


def test_resources_need_names_of_their_own_and_something_to_read() -> None:
    descriptor = {"resources": [{"name": n, "path": "a"} for n in "abab"] + [{"name": "c"}]}
    assert told(descriptor) == [
        "descriptor.invalid two resources are named 'a'",
        "descriptor.invalid two resources are named 'b'",
        "descriptor.invalid resource 'c' has neither path nor data",
    ]


def references(descriptor: object) -> list[str]:
    package, findings = read_descriptor(json.dumps(descriptor).encode())
    assert package is not None, findings
    return [f.message for f in check_references(package)]


_KEYS = "resources/2/schema/foreignKeys/0"
_OF_TEXTS = {"start": "desde", "end": "hasta", "source": "especie"}


def span(resource: str, **fields: str) -> list[dict[str, Any]]:
    return [{"fields": _OF_TEXTS, "reference": {"resource": resource, "fields": fields}}]


@pytest.mark.parametrize(
    ("place", "value", "shown"),
    [
        (_KEYS, {"fields": "num", "reference": {"fields": "especie"}}, []),
        (
            _KEYS,
            {"fields": "num", "reference": {"fields": "x"}},
            [f"/{_KEYS}: it refers to 'avistamientos' (x), which does not have these fields"],
        ),
        (
            f"{_KEYS}/reference",
            {"resource": "especies", "fields": ["clave", "patas"]},
            [f"/{_KEYS}: it refers to 'especies' (clave, patas), which does not have"],
        ),
        (
            f"{_KEYS}/reference/resource",
            "nada",
            [f"/{_KEYS}: it refers to 'nada' (clave), which does not have these fields"],
        ),
        (f"{_KEYS}/reference/resource", "diario", [f"/{_KEYS}: it refers to 'diario' (clave)"]),
        ("resources/1/schema", "s.json", []),
        (
            f"{_SPAN}/reference/resource",
            "nada",
            [f"/{_SPAN}/reference/resource: there is no resource 'nada'"],
        ),
        (
            f"{_SPAN}/reference/resource",
            "especies",
            [f"/{_SPAN}/reference/resource: 'especies' is not a text (mediatype text/plain)"],
        ),
        (
            "resources/2/schema/textSpans",
            span("diario", key="clave", text="t"),
            [f"/{_SPAN}/reference/resource: 'diario' is not a table of texts"],
        ),
        ("resources/2/schema/textSpans", span("especies", key="clave", text="patas"), []),
        (
            "resources/2/schema/textSpans",
            span("especies", key="x", text="y"),
            [
                f"/{_SPAN}/reference/fields/key: 'especies' has no field 'x'",
                f"/{_SPAN}/reference/fields/text: 'especies' has no field 'y'",
            ],
        ),
        (
            "resources/2/schema/textSpans",
            span("especies", key="patas", text="clave"),
            [f"/{_SPAN}/reference/fields/key: nothing keeps two rows of 'especies' from having"],
        ),
    ],
)
def test_what_a_reference_lacks_is_told_with_its_place(
    place: str, value: object, shown: list[str]
) -> None:
    found = references(toy_with(place, value))
    assert len(found) == len(shown)
    assert all(message.startswith(start) for message, start in zip(found, shown, strict=True))


@pytest.mark.parametrize(
    "change",
    [
        {"uniqueKeys": [["clave"]]},
        {"fields": [{"name": "clave", "constraints": {"unique": True}}, {"name": "patas"}]},
    ],
)
def test_a_unique_key_is_enough_for_texts(change: dict[str, Any]) -> None:
    descriptor = toy_with(
        "resources/2/schema/textSpans", span("especies", key="clave", text="patas")
    )
    schema = descriptor["resources"][1]["schema"]
    del schema["primaryKey"]
    assert len(references(descriptor)) == 1
    schema.update(change)
    assert references(descriptor) == []


def test_a_table_of_texts_whose_schema_is_elsewhere_is_not_judged_here() -> None:
    descriptor = toy_with("resources/2/schema/textSpans", span("especies", key="x", text="y"))
    descriptor["resources"][1]["schema"] = "s.json"
    assert references(descriptor) == []


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("a", ""),
        ("a/b.csv", ""),
        ("a.b/..c/d..", ""),
        ("ä ö", ""),
        ("", "it is empty or has a NUL character"),
        ("a\0b", "it is empty or has a NUL character"),
        ("http://a", "it is a URL or begins with a drive letter; nothing is fetched"),
        ("file:a", "it is a URL or begins with a drive letter; nothing is fetched"),
        ("C:a", "it is a URL or begins with a drive letter; nothing is fetched"),
        ("h+t.p-1:a", "it is a URL or begins with a drive letter; nothing is fetched"),
        ("a\\b", "it has a backslash"),
        ("/a", "it is absolute"),
        ("~a", "it is absolute"),
        ("..", "it leads out of the package"),
        ("a/../b", "it leads out of the package"),
        ("a//b", "it has an empty part or a single dot"),
        ("a/", "it has an empty part or a single dot"),
        ("./a", "it has an empty part or a single dot"),
    ],
)
def test_paths_are_plain_and_relative(path: str, fault: str) -> None:
    assert path_fault(path) == fault
