"""Descriptors that are made to hurt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bounded import describe, field, run, table, validate

MB = 1 << 20


def raw(folder: Path, text: str | bytes) -> Path:
    """A package whose descriptor has these bytes, and a table `t.csv`."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    (folder / "datapackage.json").write_bytes(data)
    (folder / "t.csv").write_bytes(b"a,b\n1,2\n")
    return folder


def with_resource(more: str) -> str:
    """A descriptor with one table, to which something is added."""
    return f'{{"name": "p", "resources": [{{"name": "t", "path": "t.csv", {more}}}]}}'


FIELDS = '"schema": {"fields": [{"name": "a"}, {"name": "b"}]}'
TEXTS: list[tuple[str, Callable[[], str | bytes], set[str]]] = [
    ("nested lists", lambda: "[" * 100_000, {"limit.nesting"}),
    ("nested objects", lambda: '{"a":' * 100_000 + "1" + "}" * 100_000, {"limit.nesting"}),
    (
        "nested in data",
        lambda: with_resource('"x": ' + "[" * 99_999 + "]" * 99_999),
        {"limit.nesting"},
    ),
    ("many brackets closed", lambda: "]" * (20 * MB), {"descriptor.json"}),
    ("one long string", lambda: '"' + "x" * (31 * MB) + '"', {"descriptor.invalid"}),
    ("an open string", lambda: '"' + "\\" * (31 * MB), {"descriptor.json"}),
    ("spaces", lambda: " " * (31 * MB), {"descriptor.json"}),
    ("a long number", lambda: "1" * (31 * MB), {"descriptor.json"}),
    (
        "a large exponent",
        lambda: with_resource(FIELDS + ', "bytes": 1e999999999'),
        {"descriptor.invalid"},
    ),
    ("NUL", lambda: "\0" * 1_000, {"descriptor.json"}),
    ("UTF-16", lambda: '{"resources": []}'.encode("utf-16"), {"descriptor.json"}),
    ("half of a pair", lambda: with_resource(FIELDS + ', "title": "\\ud800"'), {"descriptor.json"}),
    ("two documents", lambda: "{} {}", {"descriptor.json"}),
    ("NaN", lambda: with_resource(FIELDS + ', "bytes": NaN'), {"descriptor.json"}),
    ("a name twice", lambda: with_resource(FIELDS + ', "name": "u"'), {"descriptor.json"}),
    (
        "a resource twice",
        lambda: json.dumps({"resources": [{"name": "t", "path": "t.csv"}] * 2}),
        {"descriptor.invalid"},
    ),
    (
        "30,000 resources",
        lambda: json.dumps({"resources": [{"name": "t", "path": "t.csv"}] * 30_000}),
        {"descriptor.invalid"},
    ),
    ("a table as its own schema", lambda: with_resource('"schema": "t.csv"'), {"descriptor.json"}),
    (
        "itself as the schema",
        lambda: with_resource('"schema": "datapackage.json"'),
        {"descriptor.invalid"},
    ),
    (
        "itself as the table",
        lambda: with_resource(FIELDS).replace("t.csv", "datapackage.json"),
        set(),
    ),
    (
        "no dialect there",
        lambda: with_resource(FIELDS + ', "dialect": "none.json"'),
        {"path.missing"},
    ),
    ("no schema there", lambda: with_resource('"schema": "none.json"'), {"path.missing"}),
    ("a schema outside", lambda: with_resource('"schema": "../schema.json"'), {"path.unsafe"}),
    (
        "a remote schema",
        lambda: with_resource('"schema": "https://example.com/s.json"'),
        {"path.unsafe"},
    ),
    (
        "a million keys",
        lambda: json.dumps({"resources": []} | {f"k{n}": 0 for n in range(1_000_000)}),
        {"limit.size"},
    ),
    ("many numbers", lambda: with_resource('"x": [' + "1," * (15 * MB) + "1]"), {"limit.size"}),
    (
        "all that is allowed",
        lambda: json.dumps({"resources": []} | {f"k{n}": 0 for n in range(499_990)}),
        {"descriptor.invalid"},
    ),
]


@pytest.mark.parametrize(("make", "codes"), [t[1:] for t in TEXTS], ids=[t[0] for t in TEXTS])
def test_descriptor(tmp_path: Path, make: Callable[[], str | bytes], codes: set[str]) -> None:
    outcome = validate(raw(tmp_path, make()))
    assert (outcome.code, codes <= outcome.codes) == (1, True), (outcome.codes, outcome.reasons)


MANY = 480_000
_TABLE: dict[str, Any] = {"name": "t", "path": "t.csv"}


def with_field(**declared: Any) -> dict[str, Any]:
    return {**_TABLE, "schema": {"fields": [{"name": "a", **declared}, {"name": "b"}]}}


def with_schema(**declared: Any) -> dict[str, Any]:
    return {**_TABLE, "schema": {"fields": [{"name": "a"}, {"name": "b"}], **declared}}


MANY_FAULTS: dict[str, tuple[Callable[[], Any], str]] = {
    "values that are no strings": (
        lambda: with_field(type="boolean", trueValues=[1] * MANY),
        "descriptor.invalid",
    ),
    "values for true": (
        lambda: with_field(type="boolean", trueValues=[str(n) for n in range(MANY)]),
        "descriptor.invalid",
    ),
    "unknown constraints": (
        lambda: with_field(constraints={f"c{n}": 1 for n in range(MANY)}),
        "descriptor.invalid",
    ),
    "the same category": (lambda: with_field(categories=["a"] * MANY), "descriptor.invalid"),
    "an enum of lists": (
        lambda: with_field(type="array", constraints={"enum": [[]] * (MANY // 2)}),
        "descriptor.invalid",
    ),
    "missing values": (lambda: with_schema(missingValues=[1] * MANY), "descriptor.invalid"),
    "no names": (lambda: with_schema(primaryKey=[1] * MANY), "descriptor.invalid"),
    "unknown names": (
        lambda: with_schema(primaryKey=[str(n) for n in range(MANY)]),
        "descriptor.invalid",
    ),
    "comment rows": (
        lambda: {**_TABLE, "dialect": {"commentRows": [0] * MANY}},
        "descriptor.invalid",
    ),
    "paths": (lambda: {**_TABLE, "path": ["x"] * MANY}, "limit.size"),
    "as many paths as are read": (lambda: {**_TABLE, "path": ["x"] * 49_999}, "path.missing"),
}


@pytest.mark.parametrize("case", MANY_FAULTS)
def test_very_many_faults_of_form(tmp_path: Path, case: str) -> None:
    make, code = MANY_FAULTS[case]
    outcome = validate(raw(tmp_path, json.dumps({"resources": [make()]})))
    assert (outcome.code, outcome.codes) == (1, {code}), outcome.reasons


@pytest.mark.parametrize("where", ["package", "resource", "schema", "field"])
def test_a_very_long_name_that_is_nearly_a_known_one(tmp_path: Path, where: str) -> None:
    fields: list[dict[str, Any]] = [{"name": "a"}, {"name": "b"}]
    resource = {**_TABLE, "schema": {"fields": fields}}
    package = {"resources": [resource]}
    parts = {"package": package, "resource": resource, "schema": resource["schema"]}
    parts["field"] = fields[0]
    parts[where]["textSpan" + "-" * (20 * MB) + "x"] = []
    outcome = validate(raw(tmp_path, json.dumps(package)))
    assert (outcome.code, outcome.codes) == (0, set()), outcome.reasons


def test_very_many_escapes(tmp_path: Path) -> None:
    title = '"title": "' + r"\n" * (15 * MB) + '"'
    outcome = validate(raw(tmp_path, with_resource(f"{FIELDS}, {title}")))
    assert (outcome.code, outcome.codes) == (0, set()), outcome.reasons


def test_very_many_rows_of_a_header(tmp_path: Path) -> None:
    dialect = {"headerRows": list(range(1, 400_001)), "headerJoin": ""}
    described = {**_TABLE, "dialect": dialect, "schema": {"fields": [{"name": "a"}]}}
    folder = raw(tmp_path, json.dumps({"resources": [described]}))
    (folder / "t.csv").write_bytes(b"a\n" * 400_000 + b"x\n")
    outcome = validate(folder)
    assert (outcome.code, outcome.codes) == (0, set()), outcome.reasons


def test_a_million_fields(tmp_path: Path) -> None:
    fields = ",".join(f'{{"name":"f{n}"}}' for n in range(1_000_000))
    outcome = validate(raw(tmp_path, with_resource(f'"schema": {{"fields": [{fields}]}}')))
    assert (outcome.code, outcome.codes) == (1, {"limit.size"})


@pytest.mark.parametrize(
    ("row", "count", "code"),
    [
        ("[1,2]", 5 * MB, "limit.size"),
        ("[]", 10 * MB, "limit.size"),
        (f'["{"x" * 300}",1]', MB // 10, ""),
        ("[1,2]", 160_000, ""),
        ("[]", 100_000, "table.cells"),
    ],
    ids=["pairs", "empty lists", "long cells", "as many pairs as are read", "as many empty lists"],
)
def test_inline_data(tmp_path: Path, row: str, count: int, code: str) -> None:
    data = ",".join([row] * count)
    text = f'{{"resources": [{{"name": "t", {FIELDS}, "data": [["a","b"],{data}]}}]}}'
    outcome = validate(raw(tmp_path, text))
    assert (outcome.code, outcome.codes) == (int(bool(code)), {code} - {""})


def test_a_schema_that_is_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "schema.json")
    outcome = validate(raw(tmp_path, with_resource('"schema": "schema.json"')))
    assert (outcome.code, outcome.codes) == (1, {"path.missing"})


@pytest.mark.parametrize("name", ["schema", "dialect"])
def test_a_part_of_33_megabytes(tmp_path: Path, name: str) -> None:
    (tmp_path / "part.json").write_bytes(b" " * (33 * MB))
    more = f'"{name}": "part.json"' + (f", {FIELDS}" if name == "dialect" else "")
    assert "limit.size" in validate(raw(tmp_path, with_resource(more))).codes


def test_a_descriptor_of_33_megabytes(tmp_path: Path) -> None:
    outcome = validate(raw(tmp_path, " " * (33 * MB)))
    assert (outcome.code, "32 MiB" in outcome.stderr) == (2, True)


@pytest.mark.parametrize("kind", ["pipe", "folder", "loop", "device"])
def test_a_descriptor_that_is_no_file(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "datapackage.json"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to("datapackage.json" if kind == "loop" else "/dev/zero")
    assert validate(tmp_path).code == 2


def test_many_foreign_keys_and_spans(tmp_path: Path) -> None:
    key = {"fields": "a", "reference": {"resource": "nowhere", "fields": "x"}}
    span = {"fields": {"start": "s", "end": "e"}, "reference": {"resource": "nowhere"}}
    fields = [field("a"), field("s", "integer"), field("e", "integer")]
    fields += [field(f"f{n}") for n in range(2_000)]
    describe(tmp_path, table("t", *fields, foreignKeys=[key] * 2_000, textSpans=[span] * 2_000))
    assert validate(tmp_path).code == 1


def test_standard_output_closed(tmp_path: Path) -> None:
    raw(tmp_path, with_resource(FIELDS))
    command = (
        "import os; os.close(1); from smartcity_case.cli import main; "
        f"raise SystemExit(main(['validate', {str(tmp_path)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=False, timeout=30
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 2


def test_a_full_disk(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        outcome = run("validate", str(raw(tmp_path, with_resource(FIELDS))), stdout=full)
    outcome.assert_bounded()
    assert outcome.code == 2


def test_values_of_every_kind_of_json(tmp_path: Path) -> None:
    values: list[Any] = [None, True, 1, 1.5, "x", [], {}, [[]], {"a": {}}, 10**400]
    for number, value in enumerate(values):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert validate(raw(folder, json.dumps(value))).code == 1
