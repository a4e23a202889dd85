"""Inputs that once crashed something, took too long, or were told wrongly."""

from __future__ import annotations

import datetime
import decimal
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

import smartcity_case as sc
from bounded import describe, field, table
from smartcity_case import limits
from smartcity_case.arrays import strings
from smartcity_case.checks.descriptor import read_descriptor
from smartcity_case.cli import main
from smartcity_case.corpus import Corpus
from smartcity_case.report import Report

TEXT = "El zorro duerme."
ZORRO = {"start": 3, "end": 8, "exact": "zorro"}


def told(report: Report) -> list[tuple[str, int]]:
    return [(f.code, f.location.row) for f in report.findings]


def judge(folder: Path, cell: str, declared: dict[str, Any]) -> Report:
    quoted = cell.replace('"', '""')
    describe(folder, table("t", field("a"), declared))
    (folder / "t.csv").write_text(f'a,b\nx,"{quoted}"\n', "utf-8")
    return sc.validate(folder)


# Cells


@pytest.mark.parametrize(
    ("item", "cell", "code"),
    [
        ({"type": "integer", "constraints": {"minimum": 1}}, "[0]", "field.constraint"),
        ({"type": "integer", "constraints": {"minimum": 1}}, "[1]", ""),
        ({"type": "string", "constraints": {"pattern": "(a+)+b"}}, '["aaab"]', ""),
        (
            {"type": "string", "constraints": {"pattern": "(a+)+b"}},
            json.dumps(["aab", "a" * 4_000]),
            "field.constraint",
        ),
        (
            {"type": "string", "constraints": {"pattern": "(?=(a+)+b)a*"}},
            json.dumps(["a" * 40]),
            "limit.pattern",
        ),
        ({"type": "string", "constraints": {"pattern": "a|b"}}, '["a","b"]', ""),
        ({"type": "string", "constraints": {"pattern": "a|b"}}, '["a","bx"]', "field.constraint"),
        ({"type": "number", "bareNumber": False}, json.dumps(["1€"] * 20), ""),
        ({"type": "number", "bareNumber": False}, json.dumps(["1€"] * 2_000), "limit.cell"),
        ({"type": "string", "constraints": {"enum": ["x"] * 1_001}}, "[]", "descriptor.invalid"),
        ({"type": "string", "constraints": {"pattern": "x" * 1_001}}, "[]", "descriptor.invalid"),
    ],
)
def test_items_of_an_array(tmp_path: Path, item: Any, cell: str, code: str) -> None:
    report = judge(tmp_path, cell, field("b", "array", arrayItem=item))
    assert [f.code for f in report.findings] == ([code] if code else [])


@pytest.mark.parametrize("kind", ["integer", "number"])
def test_long_numbers_that_are_not_bare(tmp_path: Path, kind: str) -> None:
    declared = field("b", kind, bareNumber=False)
    assert judge(tmp_path, "1 €", declared).ok
    assert told(judge(tmp_path, "1" + "x" * 2_000, declared)) == [("limit.cell", 2)]


def test_any_with_an_enum(tmp_path: Path) -> None:
    listed = field("b", "any", constraints={"enum": [[1], "2"]})
    assert judge(tmp_path, "2", listed).ok
    assert told(judge(tmp_path, "3", listed)) == [("field.constraint", 2)]
    resource = table("t", field("b", "any", constraints={"enum": ["2"]}))
    del resource["path"]
    report = sc.validate(describe(tmp_path, {**resource, "data": [["b"], ["2"], [["2"]]]}))
    assert told(report) == [("field.constraint", 2)]


@pytest.mark.parametrize(
    ("schema", "cell", "message"),
    [
        ({"items": {"multipleOf": 0.5}}, "[NaN]", "cannot be judged by"),
        ({"items": {"multipleOf": 0.5}}, f"[1{'0' * 400}]", "cannot be judged by"),
        ({"$ref": "#/enum/0", "enum": [5]}, "[1]", "cannot be judged by"),
        ({"$ref": "#/title", "title": "x"}, "[1]", "cannot be judged by"),
        ({"$ref": "#/allOf/abc", "allOf": [{}]}, "[1]", "cannot be judged by"),
        ({"$id": "http://[", "items": {"$ref": "x"}}, "[1]", "cannot be judged by"),
        ({"uniqueItems": True}, json.dumps([{"n": n} for n in range(2_000)]), "takes too long"),
        ({"uniqueItems": True}, json.dumps(list(range(2_000))), ""),
        ({"items": {"enum": [[n] for n in range(900)]}}, json.dumps([[0]] * 2_000), "too long"),
        ({"allOf": [{"$schema": "http://["}]}, "[1]", ""),
        (
            {
                "allOf": [{"$schema": "https://json-schema.org/draft/2020-12/schema"}],
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$defs": {
                    "a20": {},
                    **{f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(20)},
                },
                "$ref": "#/$defs/a0",
            },
            "[1]",
            "takes too long",
        ),
    ],
)
def test_json_schemas(tmp_path: Path, schema: Any, cell: str, message: str) -> None:
    report = judge(tmp_path, cell, field("b", "array", constraints={"jsonSchema": schema}))
    assert [message in f.message for f in report.findings] == ([True] if message else [])


# Descriptors


def test_very_many_faults_of_form() -> None:
    _, findings = read_descriptor(json.dumps({"resources": [1] * 10_000}).encode())
    assert len(findings) == 10_000
    _, findings = read_descriptor(json.dumps({"resources": [1] * 10_001}).encode())
    assert len(findings) == 1_001
    _, findings = read_descriptor(b'{"resources": [{"name": 5, "path": {"a": 1}}]}')
    assert [f.message.partition(":")[0] for f in findings] == [
        "/resources/0/name",
        "/resources/0/path",
    ]


@pytest.mark.parametrize("name", ["uniqueKeys", "foreignKeys", "textSpans"])
def test_very_many_keys(name: str) -> None:
    schema: dict[str, Any] = {"fields": [{"name": "a"}], name: [["a"]] * 101}
    data = json.dumps({"resources": [{"name": "t", "path": "t.csv", "schema": schema}]})
    _, findings = read_descriptor(data.encode())
    assert [f.code for f in findings] == ["limit.size"]
    assert findings[0].message == f"a schema with 101 {name}; 100 are the most that is read"


def test_keys_that_are_the_same_are_told_once(tmp_path: Path) -> None:
    keys: Any = [["a"], ["a"], ["b"], ["a", "b"], ["a", "b"]]
    described = table("t", field("a"), field("b"), primaryKey="a", uniqueKeys=keys)
    describe(tmp_path, described)
    (tmp_path / "t.csv").write_text("a,b\nx,y\nx,y\n")
    found = [f.message for f in sc.validate(tmp_path).findings]
    assert found == [
        "'x' stands in row 2 too",
        "'x/y' stands in row 2 too",
        "'y' stands in row 2 too",
    ]


# Parquet


def judge_parquet(folder: Path, data: pa.Table, *fields: dict[str, Any], **how: Any) -> Report:
    parquet.write_table(data, folder / "t.parquet", **how)
    return sc.validate(describe(folder, table("t", *fields, path="t.parquet")))


def test_types_that_extend_those_of_arrow(tmp_path: Path) -> None:
    import uuid

    ids = pa.array([uuid.UUID(int=n).bytes for n in range(2)], pa.uuid())
    assert judge_parquet(tmp_path, pa.table({"a": ids}), field("a", "any")).ok
    documents = pa.array(['{"x": 1}', "{", None], pa.json_())
    kept = pa.table({"a": documents, "b": ["x", "y", "z"]})
    report = judge_parquet(tmp_path, kept, field("a", "object"), field("b"))
    assert told(report) == [("field.type", 2)]
    bits = pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0, None], pa.int8()))
    report = judge_parquet(tmp_path, pa.table({"a": bits}), field("a", "any"))
    assert told(report) == [("table.blank-row", 3)]


@pytest.mark.parametrize("kind", [pa.binary(), pa.binary_view(), pa.large_binary()])
def test_bytes_of_every_kind(tmp_path: Path, kind: pa.DataType) -> None:
    data = pa.table({"a": pa.array([b"x", None, b"x"], kind), "b": ["p", "q", "r"]})
    required = field("a", "any", constraints={"required": True, "unique": True})
    report = judge_parquet(tmp_path, data, required, field("b"))
    assert told(report) == [("field.required", 2), ("field.unique", 3)]


def test_durations(tmp_path: Path) -> None:
    data = pa.table({"a": pa.array([1, 2], pa.duration("ns"))})
    assert judge_parquet(tmp_path, data, field("a", "any")).ok


@pytest.mark.parametrize(
    "how",
    [
        {"use_dictionary": False, "column_encoding": {"a": "DELTA_BYTE_ARRAY"}},
        {"use_dictionary": True},
    ],
)
def test_long_values_that_are_repeated_unseen(
    tmp_path: Path, how: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartcity_case import parquet as rooms

    kind = pa.string() if "column_encoding" in how else pa.binary()
    data = pa.table({"a": pa.array([("x" * 5_000).encode()] * 20_000, pa.binary()).cast(kind)})
    parquet.write_table(data, tmp_path / "t.parquet", **how)
    sizes = []
    with (tmp_path / "t.parquet").open("rb") as handle:
        opened = rooms.open_parquet(handle, "t")
        assert isinstance(opened, tuple)
        for batch in opened[1]:
            assert isinstance(batch, pa.RecordBatch)
            sizes.append(batch.nbytes)
    assert max(sizes) < 20 << 20
    assert len(sizes) > 2


# Texts


def test_a_prefix_that_is_longer_than_the_text() -> None:
    texts = Corpus([b"ab", b"cd"])
    nothing, first = np.array([0, 0, 1]), np.array([0, 1, 1])
    stands = texts.stand_before(nothing, first, strings(["x" * 5_000_000, "a", "c"]))
    assert stands.tolist() == [False, True, True]


SPAN = {"fields": {"start": "s", "end": "e"}, "reference": {"resource": "x"}}
X = {"name": "x", "path": "x.txt", "mediatype": "text/plain"}
SE = field("s", "integer"), field("e", "integer")


def test_long_spans_that_are_trivial_are_not_told_whole(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("a" * 5_000)
    (tmp_path / "t.csv").write_text("s,e\n0,5000\n")
    report = sc.validate(
        describe(tmp_path, X, table("t", *SE, textSpans=[{**SPAN, "minLength": 9**9}]))
    )
    assert told(report) == [("span.trivial", 2)]
    assert len(report.findings[0].value) == 1_001
    assert len(report.findings[0].message) < 200


def test_digests_of_very_much_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from smartcity_case.checks import spans

    monkeypatch.setattr(spans, "_DIGESTED", 25)
    monkeypatch.setattr(limits, "SEARCH", 25)
    text = "0123456789"
    good, bad = spans.digest_of("", text), spans.digest_of("", "other")
    (tmp_path / "x.txt").write_text(text)
    rows = [good, good, good, bad, good, good]
    (tmp_path / "t.csv").write_text("s,e,d\n" + "".join(f"0,10,{each}\n" for each in rows))
    declared = {**SPAN, "fields": {"start": "s", "end": "e", "digest": "d"}}
    report = sc.validate(describe(tmp_path, X, table("t", *SE, field("d"), textSpans=[declared])))
    # Two are proven, three looked at one by one; the budget ends behind the fifth.
    assert told(report) == [("span.digest", 5), ("limit.search", 7)]
    assert "was not looked at" in report.findings[1].message


def test_the_budget_of_a_search_is_that_of_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SEARCH", 1_000)
    (tmp_path / "x.txt").write_text("a" * 500)
    (tmp_path / "t.csv").write_text("s,e,w\n0,1,z\n")
    declared = {**SPAN, "fields": {"start": "s", "end": "e", "exact": "w"}}
    resource = table("t", *SE, field("w"), textSpans=[declared])
    report = sc.validate(describe(tmp_path, X, {**resource, "path": ["t.csv"] * 5}))
    assert [f.code for f in report.findings].count("limit.search") == 3


def test_faults_of_the_form_of_many_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from smartcity_case import blocks, reading

    monkeypatch.setattr(limits, "FINDINGS", 50)
    monkeypatch.setattr(reading, "CHUNK", 100)
    monkeypatch.setattr(blocks, "CHUNK", 100)
    (tmp_path / "t.csv").write_text("a,b\n" + "x\n" * 10_000)
    report = sc.validate(describe(tmp_path, table("t", field("a"), field("b"))))
    assert "limit.findings" in {f.code for f in report.findings}
    assert len(report.findings) < 110


def test_faults_of_texts_in_parts_are_not_cut_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartcity_case import texts

    monkeypatch.setattr(limits, "FINDINGS", 5)
    monkeypatch.setattr(texts, "RESIDENT", 1)
    (tmp_path / "docs.csv").write_text("id,body\nd,abc\n")
    (tmp_path / "t.csv").write_text("d,s,e,w\n" + "d,0,1,z\n" * 9)
    declared = {
        "fields": {"source": "d", "start": "s", "end": "e", "exact": "w"},
        "reference": {"resource": "docs", "fields": {"key": "id", "text": "body"}},
    }
    docs = table("docs", field("id"), field("body"), primaryKey="id")
    rows = table("t", field("d"), *SE, field("w"), textSpans=[declared])
    report = sc.validate(describe(tmp_path, docs, rows))
    assert [f.code for f in report.findings].count("span.absent") == 6
    assert "limit.findings" in {f.code for f in report.findings}


# Rows in a program


def test_rows_that_can_be_gone_through_once() -> None:
    assert not sc.check_spans(({**ZORRO, "exact": "q"} for _ in range(2)), TEXT).ok
    assert sc.check_spans(map(dict, [ZORRO]), TEXT).failing_rows == []


@pytest.mark.parametrize(
    "more",
    [
        {"at": datetime.datetime(2018, 12, 3)},
        {"n": decimal.Decimal("1.5")},
        {"b": b"x"},
        {"s": {1}},
        {"start": np.int64(3), "end": np.int32(8)},
        {"start": 3.0},
        {5: "x"},
    ],
)
def test_records_with_any_values(more: dict[Any, Any]) -> None:
    rows: list[Any] = [{**ZORRO, **more}]
    assert sc.check_spans(rows, TEXT).ok
    assert sc.check_spans(pd.DataFrame(rows), TEXT).ok


def test_offsets_that_are_odd_in_one_row_only() -> None:
    frame = pd.DataFrame({"start": [3.0, 3.5], "end": [8, 8], "exact": ["zorro"] * 2})
    assert told(sc.check_spans(frame, TEXT)) == [("span.unverifiable", 2)]
    frame = pd.DataFrame([ZORRO, {**ZORRO, "start": 2**80}])
    assert told(sc.check_spans(frame, TEXT)) == [("span.out-of-range", 2)]
    assert told(sc.check_spans([ZORRO, {**ZORRO, "start": 2**80}], TEXT)) == [
        ("span.out-of-range", 2)
    ]


NOTHING = [float("nan"), None, pd.NA, np.float64("nan"), pd.NaT]


@pytest.mark.parametrize("nothing", NOTHING, ids=map(repr, NOTHING))
def test_what_stands_for_nothing(nothing: Any) -> None:
    rows: list[Any] = [ZORRO, {"start": nothing, "end": nothing, "exact": nothing}]
    frame = pd.DataFrame(rows, dtype=object)
    for given in (rows, frame, frame.to_dict("records")):
        assert sc.check_spans(given, TEXT, required=False).ok
        assert told(sc.check_spans(given, TEXT)) == [("span.incomplete", 2)]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_words_of_every_kind_of_string(kind: pa.DataType) -> None:
    words = pa.array(["zorro", "zorra"], kind)
    rows = pa.table({"start": [3, 3], "end": [8, 8], "exact": words})
    assert told(sc.check_spans(rows, TEXT)) == [("span.absent", 2)]
    chunks = pa.concat_tables([rows.slice(1, 1), rows.slice(0, 1), rows.slice(0, 0)])
    assert told(sc.check_spans(chunks, TEXT)) == [("span.absent", 1)]
    encoded = rows.set_column(2, "exact", rows["exact"].cast(pa.string()).dictionary_encode())
    assert told(sc.check_spans(encoded, TEXT)) == [("span.absent", 2)]


def test_words_that_are_run_end_encoded() -> None:
    words = pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array(["zorro"]))
    rows = pa.table({"start": [3, 3], "end": [8, 8], "exact": words})
    assert sc.check_spans(rows, TEXT).ok


def test_columns_of_one_name() -> None:
    twice = pd.DataFrame([[3, 8, "zorro", 1, 2]], columns=["start", "end", "exact", "x", "x"])
    assert sc.check_spans(twice, TEXT).ok
    with pytest.raises(ValueError, match="several columns 'x'"):
        sc.check_spans(twice, TEXT, key="x")
    arrays = [pa.array([3]), pa.array([8]), pa.array(["zorro"]), pa.array(["zorro"])]
    rows = pa.Table.from_arrays(arrays, names=["start", "end", "exact", "exact"])
    with pytest.raises(ValueError, match="several columns 'exact'"):
        sc.check_spans(rows, TEXT)


@pytest.mark.parametrize(
    "texts",
    [
        {1: TEXT, 2: "x"},
        pd.Series({1: TEXT, 2: "x"}),
        pd.DataFrame({"k": [1.0, 2.0, float("nan")], "t": [TEXT, "x", "y"]}),
        pa.table({"k": [1, 2], "t": [TEXT, "x"]}),
    ],
    ids=["mapping", "series", "frame", "table"],
)
def test_texts_with_numbers_as_keys(texts: Any) -> None:
    assert sc.check_spans([{**ZORRO, "source": 1}], texts).ok
    assert sc.check_spans([{**ZORRO, "source": 1.0}], texts).ok


def test_arguments_that_make_no_sense() -> None:
    for more, message in (
        ({"threads": 0}, "threads is at least 1"),
        ({"threads": -1}, "threads is at least 1"),
        ({"min_length": 0}, "min_length is at least 1"),
        ({"prefix": "exact"}, "'exact' is named for several columns"),
    ):
        with pytest.raises(ValueError, match=message):
            sc.check_spans([ZORRO], TEXT, **more)
    texts: Any = 5
    with pytest.raises(TypeError, match="a mapping from keys to texts"):
        sc.check_spans([{**ZORRO, "source": "a"}], texts)
    with pytest.raises(sc.NotFound, match="two columns: key and text"):
        sc.check_spans([{**ZORRO, "source": "a"}], pa.table({"k": ["a"]}))
    with pytest.raises(sc.NotFound, match="no column 'exact'; they have 'start', 'end'"):
        sc.check_spans([{"start": 0, "end": 1}], TEXT)


# The command line


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(["validate", *arguments])
    return code, capsys.readouterr().err


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = describe(tmp_path / "p", table("t", field("a"), path="t.csv"))
    (folder / "t.csv").write_text("a\nx\n")
    (folder / "k.json").write_text('{"schema": "baseline-1.0", "accepted": []}')
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    "options",
    [
        ("--baseline", "k.json", "--output", "./k.json"),
        ("--baseline", "k.json", "--bad-rows", "k.json"),
        ("--write-baseline", "new.json", "--bad-rows", "new.json"),
        ("--output", "o", "--bad-rows", "../p/o"),
        ("--output", "datapackage.json"),
        ("--bad-rows", "t.csv"),
        ("--write-baseline", "./t.csv"),
        ("--bad-rows", ""),
        ("--bad-rows", "-"),
        ("--output", "o", "--bad-rows", "-"),
        ("--output", "-", "--write-baseline", "-"),
        ("--baseline", "-"),
        ("--write-baseline", ""),
        ("--output", ""),
        ("--baseline", ""),
    ],
)
def test_files_that_must_not_be_written(
    package: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.read_bytes() for path in package.iterdir()}
    code, said = run(".", *options, capsys=capsys)
    assert code == 2
    assert said.startswith("smartcity-case: ")
    assert said.count("\n") == 1
    assert {path.name: path.read_bytes() for path in package.iterdir()} == before


def test_files_that_may_be_written(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--output", "o", "--bad-rows", "b", "--baseline", "k.json")
    assert run(".", *options, capsys=capsys)[0] == 0
    assert (package / "b").read_text() == "resource,path,row,code,field,message\n"


def test_a_descriptor_that_is_no_json_names_no_files(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (package / "datapackage.json").write_text("[")
    assert run(".", "--output", "t.csv", capsys=capsys)[0] == 1
    assert io.StringIO((package / "t.csv").read_text()).readline()


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("datetime", "2024-01-26T15:002024-01-26T15:00"),  # a zone of 2024 hours, for dateutil
        ("time", "15:00+99:00"),
        ("datetime", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_keys_in_a_zone_of_a_day_and_more(tmp_path: Path, kind: str, cell: str) -> None:
    key = table("t", field("a", kind, format="any"), primaryKey="a")
    (tmp_path / "t.csv").write_text(f"a\n{cell}\n{cell}\n")
    assert told(sc.validate(describe(tmp_path, key))) == [("key.duplicate", 3)]


def test_a_signalling_nan_is_none_of_the_values(tmp_path: Path) -> None:
    report = judge(tmp_path, "sNaN", field("b", "number", constraints={"enum": ["1", "2"]}))
    assert told(report) == [("field.type", 2)]


def test_a_unique_field_that_a_file_lacks(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,u\n1,5\n2,5\n", "utf-8")
    (tmp_path / "b.csv").write_text("id\n3\n", "utf-8")
    fields = field("id"), field("u", constraints={"unique": True})
    files = {**table("t", *fields), "path": ["a.csv", "b.csv"]}
    codes = [(f.code, f.location.path) for f in sc.validate(describe(tmp_path, files)).errors]
    assert codes == [("field.unique", "a.csv"), ("table.header", "b.csv")]


ODD = [True, "x", [1], {"a": 1}, None, 5, -1, "("]
CONSTRAINTS = ["required", "unique", "pattern", "enum", "minLength", "minimum", "exclusiveMaximum"]
PROPERTIES = ["required", "title", "example", "rdfType", "trueValues", "bareNumber", "floatNumber"]
PROPERTIES += ["groupChar", "delimiter", "itemType", "arrayItem", "format", "categories", "unit"]


@pytest.mark.parametrize("kind", ["string", "integer", "number", "boolean", "date", "any", "list"])
def test_an_odd_value_of_any_property_of_a_field(tmp_path: Path, kind: str) -> None:
    """Some are refused by frictionless alone, which is asked only for cells that are not proven."""
    (tmp_path / "t.csv").write_text("a\n7\nx\n", "utf-8")
    declared: list[dict[str, Any]] = [
        {"constraints": {name: odd}} for name in CONSTRAINTS for odd in ODD
    ]
    for more in [*declared, *({name: odd} for name in PROPERTIES for odd in ODD)]:
        describe(tmp_path, table("t", field("a", kind, **more)))
        report = sc.validate(tmp_path, threads=1)
        faults = [f.message for f in report.findings if f.code == "descriptor.invalid"]
        assert all(fault.startswith("/resources/0/schema/fields/0/") for fault in faults)
        if "required" in more:
            assert faults == [
                "/resources/0/schema/fields/0/required: it belongs into `constraints`"
            ]
            assert not report.ok
