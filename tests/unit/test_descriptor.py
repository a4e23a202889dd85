from __future__ import annotations

import json
from typing import Any

import pytest

from conftest import toy_descriptor
from smartcity_case import limits
from smartcity_case.checks import descriptor
from smartcity_case.checks.descriptor import (
    check_references,
    path_fault,
    read_descriptor,
    read_part,
    schema_places,
)
from smartcity_case.profile import Dialect, Package, TableSchema


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
    assert told(descriptor) == [f"descriptor.invalid /{_SPAN}/a~1b~01: there is no such property"]


_KEY = {"fields": ["num", "y", "x"], "reference": {"resource": "especies", "fields": "clave"}}


@pytest.mark.parametrize(
    ("place", "value", "faults"),
    [
        (
            "fields/1",
            {"name": "a", "categories": ["x", {"label": "y"}, 1, {"value": "1"}, "x"]},
            [
                "fields/1/categories/1: it has no value",
                "fields/1/categories/3: its value is listed already",
                "fields/1/categories/4: its value is listed already",
            ],
        ),
        ("fields/3", {"name": "num"}, ["fields/3/name: another field is named 'num'"]),
        ("primaryKey", "zz", ["primaryKey: no such field: 'zz'"]),
        ("uniqueKeys", [["num"], ["b", "a", "num"]], ["uniqueKeys/1: no such field: 'a', 'b'"]),
        ("foreignKeys/0", _KEY, ["foreignKeys/0/fields: no such field: 'x', 'y'"]),
        ("text-spans", [], ["text-spans: it should be spelt `textSpans`"]),
    ],
)
def test_a_fault_of_a_schema_names_the_property(
    place: str, value: object, faults: list[str]
) -> None:
    start = "resources/2/schema"
    found = told(toy_with(f"{start}/{place}", value))
    assert found == [f"descriptor.invalid /{start}/{fault}" for fault in faults]


@pytest.mark.parametrize("part", ["", "resources/2/", "resources/2/schema/fields/1/"])
@pytest.mark.parametrize("name", ["textSpans", "text_span", "-Text-Spans "])
def test_spans_that_nobody_would_read_are_refused(part: str, name: str) -> None:
    found = told(toy_with(f"{part}{name}", []))
    message = "`textSpans` belongs into the schema of a table"
    assert found == [f"descriptor.invalid /{part}{name}: {message}"]


def test_every_fault_of_a_dialect_names_its_property() -> None:
    dialect = {"delimiter": "", "quoteChar": "\n", "headerRows": [], "lineTerminator": ""}
    start = "descriptor.invalid /resources/1/dialect"
    assert told(toy_with("resources/1/dialect", dialect)) == [
        f"{start}/delimiter: it should be one character that is no line end",
        f"{start}/lineTerminator: it is empty",
        f"{start}/quoteChar: '\\n' is a line end",
        f"{start}/headerRows: it is empty; say `header: false`",
    ]


@pytest.mark.parametrize("value", [[], "a", 5, None])
def test_what_is_no_object_has_its_fault_at_the_root(value: object) -> None:
    assert told(value) == ["descriptor.invalid /: it should be an object"]


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("resources", {}, "it should be a list"),
        ("resources", [], "it is empty"),
        ("resources/0", {"path": "a", "name": None}, "it should be a string"),
        ("resources/0/bytes", 1.5, "it should be an integer"),
        ("resources/1/schema", 5, "it should be an object"),
        ("resources/1/schema/fields/0/constraints", [], "it should be an object"),
        ("resources/1/dialect", {"header": "no"}, "it should be true or false"),
        (f"{_SPAN}/reference", {}, "it is missing"),
        (f"{_SPAN}/reference/resource", "", "it is empty"),
        (f"{_SPAN}/minLength", 0, "Input should be greater than or equal to 1"),
    ],
)
def test_a_fault_of_form_is_told_in_plain_words(place: str, value: object, words: str) -> None:
    (line,) = told(toy_with(place, value))
    assert line.startswith(f"descriptor.invalid /{place}")
    assert line.endswith(f": {words}")


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
        ("{}" + "[" * 11, "limit.nesting"),
    ],
)
def test_json_is_strict_and_bounded(text: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NESTING", 10)
    monkeypatch.setattr(limits, "PARTS", 30)
    package, findings = read_descriptor(text.encode("utf-8", "surrogateescape"))
    assert package is None
    assert [f.code for f in findings] == [code]


def test_bytes_that_are_not_utf8_are_no_descriptor() -> None:
    package, findings = read_descriptor(b'{"a": "\xff"}')
    assert (package, [f.code for f in findings]) == (None, ["descriptor.json"])


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ('{"a": NaN}', "descriptor.json", "NaN is not JSON"),
        ('{"a": [-Infinity]}', "descriptor.json", "-Infinity is not JSON"),
        (
            '{"a": {"c": 1, "d": 0, "b": 2, "c": 3, "b": 4}}',
            "descriptor.json",
            "/a: it has 'b', 'c' more than once",
        ),
        (
            '{"d": [], "a/b": [1, {}, {"c": 1, "c": 2}], "e": {"c": 1, "c": 2}}',
            "descriptor.json",
            "/a~1b/2: it has 'c' more than once",
        ),
        (
            '{"a": {"c": 1, "c": 2}, "a": {}}',
            "descriptor.json",
            "/: it has 'a' more than once",
        ),
        (
            '{"\\ud800": {"c": 1, "c": 2}}',
            "descriptor.json",
            "half of a surrogate pair: line 1 column 3 (char 2)",
        ),
        (
            '{"a": "\\n\\ud83d\\ude00\\\\ud83d",\n "b": "ä\\udE00\\ud83d"}',
            "descriptor.json",
            "half of a surrogate pair: line 2 column 9 (char 39)",
        ),
        ("\ufeff{}", "descriptor.json", "it begins with a byte order mark; save it without"),
        ('{"a": "ä\udcff"}', "descriptor.json", "byte 9 is not UTF-8: invalid start byte"),
        ('{"a": {"c": 1, "c": 2}', "descriptor.json", "Expecting ',' delimiter: line 1"),
        (
            '{"a": 1234567890123456789012345678901}',
            "descriptor.json",
            "the number 1234567890… is too long (31 digits)",
        ),
        ("{", "descriptor.json", "Expecting property name enclosed in double quotes: line 1"),
        (
            '{"a": [' + "[]," * 5 + "[" * 9 + "]" * 11 + "}",
            "limit.nesting",
            "11 levels of nesting; 10 are the most",
        ),
        (
            '{"a": [' + "1," * 29 + "1]}",
            "limit.size",
            "more than 30 objects, lists and values in them",
        ),
    ],
)
@pytest.mark.parametrize("path", ["datapackage.json", "part/s.json"])
def test_what_is_no_json_is_told_with_its_reason(
    text: str, code: str, message: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "NESTING", 10)
    monkeypatch.setattr(limits, "PARTS", 30)
    read: Package | Dialect | None
    if path == "datapackage.json":
        read, (finding,) = read_descriptor(text.encode("utf-8", "surrogateescape"))
    else:
        read, (finding,) = read_part(text.encode("utf-8", "surrogateescape"), Dialect, path)
    assert (read, finding.location.path, finding.code) == (None, path, code)
    assert finding.message.startswith(message)
    assert code == "descriptor.json" or finding.message == message


def test_the_longest_number() -> None:
    assert read_part(b'{"a": 123456789012345678901234567890}', Dialect, "d.json")[1] == []


@pytest.mark.parametrize("inside", [True, False], ids=["in its place", "in a file of its own"])
@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("fields", "limit.columns", "a schema with 4 fields; 3 are the most that is read"),
        ("uniqueKeys", "limit.size", "a schema with 3 uniqueKeys; 2 are the most that is read"),
        ("foreignKeys", "limit.size", "a schema with 3 foreignKeys; 2 are the most that is read"),
        ("textSpans", "limit.size", "a schema with 3 textSpans; 2 are the most that is read"),
    ],
)
def test_a_schema_has_a_bounded_number_of_parts(
    name: str, code: str, message: str, inside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "COLUMNS", 3)
    monkeypatch.setattr(limits, "KEYS", 2)
    fields: list[Any] = [{"name": n, "type": "integer"} for n in "abcd"]
    many: dict[str, list[Any]] = {
        "fields": fields,
        "uniqueKeys": [["a"], ["b"], ["c"]],
        "foreignKeys": [{"fields": n, "reference": {"fields": "a"}} for n in "abc"],
        "textSpans": [
            {"fields": {"start": "a", "end": "b"}, "reference": {"resource": "t"}} for _ in "abc"
        ],
    }

    def found(number: int) -> list[tuple[str, str, str]]:
        schema = {"fields": fields[:3], name: many[name][:number]}
        small = {"name": "s", "path": "s.csv", "schema": {"fields": [{"name": "a"}]}}
        text = {"name": "t", "path": "t.txt", "mediatype": "text/plain"}
        large = {"name": "l", "path": "l.csv", "schema": schema}
        whole = {"resources": [small, large, text]}
        if inside:
            _, findings = read_descriptor(json.dumps(whole).encode())
        else:
            _, findings = read_part(json.dumps(schema).encode(), TableSchema, "s.json")
        return [(f.location.path, f.code, f.message) for f in findings]

    most = 3 if name == "fields" else 2
    assert found(most) == []
    assert found(most + 1) == [("datapackage.json" if inside else "s.json", code, message)]


@pytest.mark.parametrize(
    "resources", [None, 5, "ab", [5, None, "schema"], [{"schema": ["fields"]}]]
)
def test_what_is_no_list_of_resources_is_a_fault_of_form(resources: object) -> None:
    faults = told({"resources": resources})
    assert faults
    assert all(fault.startswith("descriptor.invalid /resources") for fault in faults)


def test_of_very_many_faults_of_form_those_at_the_start_of_lists_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "FORM", 5)
    monkeypatch.setattr(descriptor, "_START", 100)
    schema = {"fields": [{"name": "a"}], "missingValues": [1] * 5}

    def faults() -> list[str]:
        return told({"resources": [{"name": "t", "path": "t.csv", "schema": schema}]})

    place = "descriptor.invalid /resources/0/schema/missingValues"
    schema["missingValues"] = [1] * 4
    assert faults() == [f"{place}/{n}: it should be a string" for n in range(4)]
    schema["missingValues"] = [1] * 50
    assert faults() == [
        "descriptor.invalid /: more than 5 faults; those in the first 1 values of a list follow",
        f"{place}/0: it should be a string",
    ]
    good = {"fields": [{"name": "a"}, {"name": "b"}], "primaryKey": "b"}
    table = {"name": "t", "path": "t.csv", "schema": good}
    assert told({"resources": [table], "licenses": [1] * 50}) == [
        "descriptor.invalid /: more than 5 faults; those in the first 1 values of a list follow",
        "descriptor.invalid /licenses/0: it should be an object",
    ]
    schema["missingValues"] = ["x"] * 10 + [1] * 6
    assert faults() == [
        "descriptor.invalid /: more than 5 faults, none of them in the first 10 values of a list"
    ]


def test_of_many_faults_of_a_kind_the_last_counts_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "DESCRIBED", 2)
    schema = {"fields": [{"name": "a", "categories": ["x"] * 3}]}
    resource = {"name": "t", "path": "t.csv", "schema": schema}
    place = "descriptor.invalid /resources/0/schema/fields/0/categories"
    first = [f"{place}/{n}: its value is listed already" for n in (1, 2)]
    assert told({"resources": [resource]}) == first
    schema["fields"] = [{"name": "a", "categories": ["x"] * 5}]
    assert told({"resources": [resource]}) == [*first, f"{place}/3: and 2 faults more like these"]


def test_of_many_names_some_are_shown() -> None:
    def fault(count: int) -> str:
        schema = {"fields": [{"name": "a"}], "primaryKey": [f"k{n:02}" for n in range(count)]}
        [found] = told({"resources": [{"name": "t", "path": "t.csv", "schema": schema}]})
        return found

    assert fault(20).endswith(", 'k18', 'k19'")
    assert fault(21).endswith(", 'k19' … (21 names)")


@pytest.mark.parametrize("paths", [["a", "b", "c"], "abc"])
def test_a_descriptor_lists_a_bounded_number_of_files(
    paths: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FILES", 5)
    resources: list[Any] = [{"name": "t", "path": paths}, {"name": "u", "data": []}]
    assert told({"resources": resources}) == []
    resources += [{"name": name, "path": "x"} for name in "vwxy"]
    count = 9 if isinstance(paths, list) else 6
    message = f"{count} resources and files; 5 are the most that is read"
    assert told({"resources": resources}) == [f"limit.size {message}"]


def test_resources_need_names_of_their_own_and_something_to_read() -> None:
    descriptor = {"resources": [{"name": n, "path": "a"} for n in "abab"] + [{"name": "c"}]}
    assert told(descriptor) == [
        "descriptor.invalid /resources/2/name: another resource is named 'a'",
        "descriptor.invalid /resources/3/name: another resource is named 'b'",
        "descriptor.invalid /resources/4: 'c' has neither path nor data",
    ]


def references(descriptor: object) -> list[str]:
    package, findings = read_descriptor(json.dumps(descriptor).encode())
    assert package is not None, findings
    return [f.message for f in check_references(package, schema_places(package))]


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


def test_every_fault_of_the_references_is_told_in_full() -> None:
    descriptor = toy_with(
        "resources/2/schema/textSpans",
        [*span("especies", key="patas", text="x"), *span("nada", key="a", text="b")],
    )
    descriptor["resources"].append({"name": "lejos", "path": "l.csv", "schema": "s.json"})
    descriptor["resources"][2]["schema"]["foreignKeys"] = [
        {"fields": "num", "reference": {"resource": "lejos", "fields": "a"}},
        {"fields": "num", "reference": {"resource": "especies", "fields": ["clave", "x"]}},
        {"fields": "num", "reference": {"resource": "especies", "fields": "clave"}},
        {"fields": ["num", "luz"], "reference": {"fields": ["y"]}},
    ]
    package, findings = read_descriptor(json.dumps(descriptor).encode())
    assert package is not None, findings
    keys = "/resources/2/schema/foreignKeys"
    spans = "/resources/2/schema/textSpans"
    told = [
        (f.location.path, f.code, f.message)
        for f in check_references(package, schema_places(package))
    ]
    assert told == [
        ("datapackage.json", "descriptor.invalid", message)
        for message in (
            f"{keys}/1: it refers to 'especies' (clave, x), which does not have these fields",
            f"{keys}/3: it refers to 'avistamientos' (y), which does not have these fields",
            f"{spans}/0/reference/fields/text: 'especies' has no field 'x'",
            f"{spans}/0/reference/fields/key: nothing keeps two rows of 'especies' from having the "
            "same 'patas'; make it the primaryKey, a unique key, or give it the constraint "
            "`unique`",
            f"{spans}/1/reference/resource: there is no resource 'nada'",
        )
    ]


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
