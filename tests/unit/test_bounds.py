"""What bounds the cost of reading and judging, with the bounds made small."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

import smartcity_case as sc
from bounded import describe, field, table
from smartcity_case import corpus, judging, limits
from smartcity_case.arrays import strings
from smartcity_case.checks import json_schema
from smartcity_case.checks.json_schema import JsonSchema, SchemaFault, TooCostly
from smartcity_case.checks.patterns import Pattern
from smartcity_case.corpus import Corpus
from smartcity_case.report import Report


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FINDINGS", 3)


def judge(folder: Path, data: bytes, *fields: dict[str, Any], **schema: Any) -> Report:
    described = table("t", *(fields or (field("a"), field("b", "integer"))), **schema)
    describe(folder, described)
    (folder / "t.csv").write_bytes(data)
    return sc.validate(folder)


def told(report: Report) -> list[tuple[str, int]]:
    return [(f.code, f.location.row) for f in report.findings]


@pytest.mark.parametrize("odd", [b"x\n", b"\n", b"1,2,3\n"])
@pytest.mark.parametrize("first", [b"", b'"q",1\n'])
def test_rows_of_another_width(tmp_path: Path, odd: bytes, first: bytes) -> None:
    report = judge(tmp_path, b"a,b\n" + first + odd * 3)
    assert len(report.findings) == 3
    report = judge(tmp_path, b"a,b\n" + first + odd * 4 + b"never,read\n")
    row = 2 + bool(first) + 3
    assert len(report.findings) == 4
    assert {f.location.row for f in report.findings if f.code == "limit.findings"} == {row}
    assert "nothing behind them is read" in report.findings[-1].message
    assert not report.ok


def test_rows_of_another_width_that_are_read_slowly(tmp_path: Path) -> None:
    report = judge(tmp_path, b"a,b\n" + b"x\n" * 4 + b'x"y,1\n')
    assert [f.code for f in report.findings] == ["table.cells"] * 3 + ["limit.findings"]
    report = judge(tmp_path, b"a,b\n" + b"x\n" * 3 + b'x"y,1\n')
    assert [f.code for f in report.findings] == ["table.cells"] * 3 + ["table.quote"]


def test_bad_cells(tmp_path: Path) -> None:
    report = judge(tmp_path, b"a,b\n" + b"x,y\n" * 3)
    assert told(report) == [("field.type", 2), ("field.type", 3), ("field.type", 4)]
    report = judge(tmp_path, b"a,b\n" + b"x,y\n" * 9)
    assert [f.code for f in report.findings].count("field.type") == 4
    (limit,) = [f for f in report.findings if f.code == "limit.findings"]
    assert limit.location.row == 5
    assert limit.message == "there are 3 faults before this row; no more are listed"


def test_the_next_file_is_not_read_but_hashed(tmp_path: Path) -> None:
    described = table("t", field("a"), field("b", "integer"))
    describe(tmp_path, {**described, "path": ["1.csv", "2.csv"], "bytes": 5})
    (tmp_path / "1.csv").write_bytes(b"a,b\n" + b"x,y\n" * 4)
    (tmp_path / "2.csv").write_bytes(b"wrong\n1\n")
    report = sc.validate(tmp_path)
    found = {(f.code, f.location.path) for f in report.findings}
    assert found == {
        ("field.type", "1.csv"),
        ("limit.findings", "1.csv"),
        ("resource.bytes", "1.csv"),
    }
    assert "28 bytes, not 5" in {f.message for f in report.findings}


def test_equal_keys(tmp_path: Path) -> None:
    report = judge(tmp_path, b"a,b\n" + b"x,1\n" * 9, primaryKey="a")
    assert [f.code for f in report.findings].count("key.duplicate") == 4
    assert "limit.findings" in {f.code for f in report.findings}
    report = judge(tmp_path, b"a,b\n" + b"x,y\n" * 9, primaryKey="a")
    assert "key.duplicate" not in {f.code for f in report.findings}  # too many faults already


def test_more_keys_than_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"a,b\n" + b"".join(b"k%d,%d\n" % (n % 4, n) for n in range(6))
    of_row = {4: 0, 5: 1}
    for most in (0, 10, 1 << 20):
        monkeypatch.setattr(judging, "_KEYS_KEPT", most)
        report = judge(tmp_path, data, primaryKey="a", uniqueKeys=[["a", "b"], ["b"]])
        assert [(f.code, f.message, f.location.row, f.location.key) for f in report.findings] == [
            ("key.duplicate", f"'k{at}' stands in row {at + 2} too", row + 2, f"k{at}")
            for row, at in of_row.items()
        ]


def test_the_collector_of_garbage_rests_while_there_are_many_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "_MANY", 1)
    rested: list[bool] = []
    find = judging.TableCheck._find_repeated

    def seen(check: judging.TableCheck) -> None:
        rested.append(not gc.isenabled())
        find(check)

    monkeypatch.setattr(judging.TableCheck, "_find_repeated", seen)
    assert gc.isenabled()
    for rows in (1, 2):
        assert told(judge(tmp_path, b"a,b\n" + b"x,y\n" * rows))
        assert gc.isenabled()
    assert rested == [False, True]
    gc.disable()
    try:
        judge(tmp_path, b"a,b\n" + b"x,y\n" * 3)
        assert not gc.isenabled()  # as it was
    finally:
        gc.enable()

    def fail(check: judging.TableCheck) -> None:
        raise MemoryError

    monkeypatch.setattr(judging.TableCheck, "_find_repeated", fail)
    with pytest.raises(MemoryError):
        judge(tmp_path, b"a,b\n" + b"x,y\n" * 3)
    assert gc.isenabled()


def test_dangling_keys(tmp_path: Path) -> None:
    key = {"fields": "b", "reference": {"fields": "a"}}
    fields = field("a", "integer"), field("b", "integer")
    data = b"a,b\n" + b"".join(b"%d,99\n" % n for n in range(9))
    report = judge(tmp_path, data, *fields, primaryKey="a", foreignKeys=[key])
    assert {f.code for f in report.findings} == {"key.dangling", "limit.findings"}


def test_formulas_are_warnings_of_which_the_last_counts_the_rest(tmp_path: Path) -> None:
    report = judge(tmp_path, b"a,b\n" + b"-x,1\n" * 1_000 + b"x,1\n-x,1\n-y,1\n")
    assert report.ok
    assert len(report.findings) == 1_001
    assert report.findings[999].message == "'-x' begins with '-'"
    assert report.findings[1000].location.row == 1003
    assert report.findings[1000].message == "2 cells of the next 2 rows begin like that"
    report = judge(tmp_path, b"a,b\n" + b"-x,1\n" * 1_000)
    assert {f.message for f in report.findings} == {"'-x' begins with '-'"}


def judge_spans(folder: Path, text: str, *rows: str, exact: bool = True) -> Report:
    declared = {"start": "s", "end": "e", **({"exact": "x"} if exact else {})}
    span = {"fields": declared, "reference": {"resource": "text"}}
    fields = [field("s", "integer"), field("e", "integer"), field("x")]
    resource = {"name": "text", "path": "text.txt", "mediatype": "text/plain"}
    describe(folder, resource, table("t", *fields, textSpans=[span]))
    (folder / "text.txt").write_text(text, "utf-8")
    (folder / "t.csv").write_text("s,e,x\n" + "".join(f"{row}\n" for row in rows), "utf-8")
    return sc.validate(folder)


def test_the_search_for_misplaced_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FINDINGS", 100)
    monkeypatch.setattr(limits, "SEARCH", 15)
    rows = ["0,2,cd", "0,2,ef", "0,2,gh", "0,2,ab", "9,12,ab", "5,5,ab"]
    report = judge_spans(tmp_path, "abcdefghij", *rows)
    assert told(report) == [
        *(("span.moved", 2), ("span.moved", 3), ("limit.search", 4)),
        *(("span.out-of-range", 6), ("span.out-of-range", 7)),
    ]
    assert report.findings[2].message == "at 0 to 2 the text has 'ab', not 'gh'"
    assert report.findings[2].value == "gh"
    assert "the words stand at" not in report.findings[3].message  # nobody looked


def test_a_search_that_ends_early_costs_what_it_has_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FINDINGS", 100)
    monkeypatch.setattr(limits, "SEARCH", 1_000)
    text = "ab" * 100 + "c" * 10_000
    found = [("span.ambiguous", 2), ("span.ambiguous", 3), ("span.absent", 4), ("limit.search", 5)]
    report = judge_spans(tmp_path, text, "1,3,ab", "1,3,ab", "1,3,zz", "1,3,zz")
    assert told(report) == found


def test_short_spans_are_warnings_of_which_the_last_counts_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WARNINGS", 2)
    fields = {"start": "s", "end": "e"}
    span = {"fields": fields, "reference": {"resource": "text"}, "minLength": 2}
    resource = {"name": "text", "path": "text.txt", "mediatype": "text/plain"}
    described = table("t", field("s", "integer"), field("e", "integer"), textSpans=[span])
    describe(tmp_path, resource, described)
    (tmp_path / "text.txt").write_text("abc")
    (tmp_path / "t.csv").write_text("s,e\n0,1\n0,2\n1,2\n" + "2,3\n" * 5)
    report = sc.validate(tmp_path)
    assert report.ok
    assert [(f.location.row, f.message) for f in report.findings] == [
        (2, "'a' is shorter than 2 characters"),
        (4, "'b' is shorter than 2 characters"),
        (5, "from this row on: 5 spans shorter than 2 characters"),
    ]


def test_warnings_hide_no_errors(tmp_path: Path) -> None:
    """However many there are, everything else is looked at."""
    key = {"fields": "b", "reference": {"fields": "a"}}
    fields = field("a"), field("b")
    data = b"a,b\n" + b"".join(b"-%d,-1\n" % n for n in range(2_000)) + b"x,no\n"
    report = judge(tmp_path, data, *fields, primaryKey="a", foreignKeys=[key])
    assert ("key.dangling", 2002) in told(report)
    assert "limit.findings" not in {f.code for f in report.findings}


def test_only_ranges_cost_no_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCH", 1)
    report = judge_spans(tmp_path, "abc", "0,9,", "1,9,", "0,1,", exact=False)
    assert told(report) == [("span.out-of-range", 2), ("span.out-of-range", 3)]


def test_many_failing_spans(tmp_path: Path) -> None:
    report = judge_spans(tmp_path, "abc", *["0,1,z"] * 9)
    assert [f.code for f in report.findings].count("span.absent") == 4
    assert "limit.findings" in {f.code for f in report.findings}


def test_decoded_texts_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "_MOST_DECODED", 5)
    texts = Corpus([b"abc", b"defg", b"h"])
    assert [texts.text(n) for n in (0, 1, 2, 0, 0)] == ["abc", "defg", "h", "abc", "abc"]
    assert texts._decoded_size <= 5


# Parquet


def judge_parquet(folder: Path, data: pa.Table, **how: Any) -> Report:
    describe(folder, table("t", field("a"), field("b", "integer"), path="t.parquet"))
    parquet.write_table(data, folder / "t.parquet", **how)
    return sc.validate(folder)


def repeated(count: int, size: int) -> pa.Table:
    words = pa.DictionaryArray.from_arrays(
        pa.array([None, *[n % 2 for n in range(count - 1)]], pa.int32()),
        pa.array(["x" * size, "y" * size]),
    )
    return pa.table({"a": words, "b": range(count)})


def test_strings_that_are_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPACKED", 990)
    assert judge_parquet(tmp_path, repeated(100, 10)).ok
    report = judge_parquet(tmp_path, repeated(101, 10))
    assert told(report) == [("limit.unpacked", 1)]
    assert report.findings[0].message == "101 rows unpack to 1000 bytes; 990 are the most"


def test_a_column_that_is_packed_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    how = {"use_dictionary": False, "compression": "gzip"}
    data = pa.table({"a": ["x" * 100_000] * 10, "b": range(10)})
    assert judge_parquet(tmp_path, data, **how).ok
    monkeypatch.setattr(limits, "UNPACKED", 500_000)
    report = judge_parquet(tmp_path, data, **how)
    assert told(report) == [("limit.unpacked", 1)]
    assert "bytes of the column 'a' unpack to 1000" in report.findings[0].message
    packed_less = pa.table({"a": [f"{n:09}" for n in range(100_000)], "b": range(100_000)})
    assert judge_parquet(tmp_path, packed_less, **how).ok


def test_a_batch_is_cut_where_its_strings_are_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartcity_case import parquet as rooms

    monkeypatch.setattr(rooms, "_GROUP", 100)
    data = repeated(50, 30)
    sizes = rooms._unpacked(data.combine_chunks().to_batches()[0])
    assert sizes.tolist() == [0, *[30] * 49]
    cut = list(rooms._slices(data.to_batches()[0], sizes))
    assert pa.Table.from_batches(cut) == data
    assert max(int(rooms._unpacked(batch).sum()) for batch in cut) <= 120
    assert judge_parquet(tmp_path, data).ok
    wrong = data.set_column(1, "b", pa.array([*range(49), None], pa.int64()))
    describe(
        tmp_path,
        table(
            "t",
            field("a"),
            field("b", "integer", constraints={"required": True}),
            path="t.parquet",
        ),
    )
    parquet.write_table(wrong, tmp_path / "t.parquet")
    assert told(sc.validate(tmp_path)) == [("field.required", 50)]


def test_what_a_whole_file_unpacks_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from smartcity_case import parquet as rooms

    monkeypatch.setattr(rooms, "_ROWS", 10)
    data = pa.table({"a": pa.array([b"x" * 1_000] * 100), "b": range(100)})
    fields = field("a", "any"), field("b", "integer")
    describe(tmp_path, table("t", *fields, path="t.parquet"))
    parquet.write_table(data, tmp_path / "t.parquet")
    assert sc.validate(tmp_path).ok
    monkeypatch.setattr(rooms, "_MOST_UNPACKED", 25_000)
    assert sc.validate(tmp_path).ok  # it is less than 200 times the size of the file
    monkeypatch.setattr(rooms, "_MOST_FOLD", 1)
    report = sc.validate(tmp_path)
    assert told(report) == [("limit.unpacked", 21)]
    size = (tmp_path / "t.parquet").stat().st_size
    assert report.findings[0].message == f"{size} bytes unpack to more than 25000, and 1 fold"


def test_inline_records_that_are_odd(tmp_path: Path) -> None:
    resource = table("t", field("a"), field("b"))
    del resource["path"]
    odd: list[Any] = [["a", "b"], *[["x"]] * 5]
    report = sc.validate(describe(tmp_path, {**resource, "data": odd}))
    assert [f.code for f in report.findings] == ["table.cells"] * 3 + ["limit.findings"]


def test_dictionaries_that_are_not_of_strings(tmp_path: Path) -> None:
    numbers = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int8()), pa.array([7, 8]))
    assert judge_parquet(tmp_path, pa.table({"a": ["x", "y"], "b": numbers})).ok


# JSON Schemas and patterns


def test_a_json_schema_and_its_faults() -> None:
    schema = JsonSchema({"type": "array", "items": {"type": "integer"}})
    assert schema.fault([1, 2], 6) == ""
    assert schema.fault([1, "x"], 8) == "'x' is not of type 'integer'"
    with pytest.raises(SchemaFault, match="no JSON Schema"):
        JsonSchema({"type": "nothing"})
    with pytest.raises(SchemaFault, match="no JSON Schema"):
        JsonSchema([])
    with pytest.raises(SchemaFault, match="more than 5000 parts"):
        JsonSchema({"enum": list(range(5_000))})
    assert JsonSchema({"enum": list(range(4_998))}).fault(7, 1) == ""


def test_a_json_schema_that_refers_to_nothing() -> None:
    assert "cannot be judged by" in JsonSchema({"$ref": "#/nowhere"}).fault([], 2)
    assert "cannot be judged by" in JsonSchema({"$ref": "http://example.com/x"}).fault([], 2)
    assert "cannot be judged by" in JsonSchema({"$ref": "#"}).fault([], 2)


def test_keywords_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_schema, "_FEWEST_KEYWORDS", 10)
    monkeypatch.setattr(json_schema, "_KEYWORDS_A_CHARACTER", 2)
    schema = JsonSchema({"items": {"type": "integer"}})
    assert schema.fault([1] * 9, 1) == ""
    with pytest.raises(TooCostly, match="its keywords"):
        schema.fault([1] * 10, 1)
    assert schema.fault([1] * 19, 10) == ""
    assert schema.fault([1] * 9, 1) == ""  # counted anew for each value
    monkeypatch.setattr(json_schema, "_MOST_KEYWORDS", 15)
    with pytest.raises(TooCostly):
        schema.fault([1] * 19, 10)


@pytest.mark.parametrize(
    ("schema", "value", "costly"),
    [
        ({"pattern": "(a+)+$"}, "a" * 50, True),
        ({"pattern": "(a+)+$"}, 5, False),
        ({"pattern": "^a+$"}, "a" * 50_000, False),
        ({"pattern": "a+$"}, "a" * 50_000, True),
        ({"pattern": "a+$"}, "a" * 900, False),
        ({"patternProperties": {"(a+)+$": {}}}, {"a" * 50: 1}, True),
        ({"prefixItems": [{"not": {"pattern": "(a+)+$"}}]}, ["b", {"c": ["a" * 50]}], True),
        ({"properties": {"pattern": {"type": "string"}}}, {"pattern": "x"}, False),
    ],
)
def test_regular_expressions_that_could_take_long(schema: Any, value: Any, costly: bool) -> None:
    if not costly:
        JsonSchema(schema).fault(value, 10)
        return
    with pytest.raises(TooCostly, match="regular expressions"):
        JsonSchema(schema).fault(value, 10)


def test_a_regular_expression_that_is_none() -> None:
    with pytest.raises(SchemaFault):
        JsonSchema({"patternProperties": {"x" * 1_001: {}}})


def test_how_long_a_search_may_take() -> None:
    assert not Pattern("^a*$").may_search_long(10**6)
    assert Pattern("^a*$|b*").may_search_long(10**6)
    assert Pattern("^a*b*$").may_search_long(1_001)
    assert not Pattern("^a*b*$").may_search_long(1_000)
    assert not Pattern("abc").may_search_long(10**6)


@pytest.mark.parametrize(
    ("schema", "cell", "code", "message"),
    [
        ({"maxItems": 1}, "[1,2]", "field.constraint", "breaks the constraint jsonSchema"),
        ({"items": {"pattern": "(a+)+$"}}, f'["{"a" * 50}"]', "limit.pattern", "takes too long"),
    ],
)
def test_cells_that_are_held_to_a_json_schema(
    tmp_path: Path, schema: Any, cell: str, code: str, message: str
) -> None:
    quoted = cell.replace('"', '""')
    declared = field("b", "array", constraints={"jsonSchema": schema})
    report = judge(tmp_path, f'a,b\nx,"{quoted}"\n'.encode(), field("a"), declared)
    assert told(report) == [(code, 2)]
    assert message in report.findings[0].message


def test_a_field_with_a_json_schema_that_is_none(tmp_path: Path) -> None:
    declared = field("b", "array", constraints={"jsonSchema": {"type": 5}})
    report = judge(tmp_path, b"a,b\nx,[]\n", field("a"), declared)
    assert [f.code for f in report.findings] == ["descriptor.invalid"]
    assert "/constraints/jsonSchema: it is no JSON Schema" in report.findings[0].message


# Long lists of values


@pytest.mark.parametrize(
    ("kind", "listed", "good", "bad"),
    [
        ("string", ["b", "c"], "b", "d"),
        ("integer", [1, "2"], "2", "3"),
        ("number", [1.5, "2"], "2.0", "3"),
        ("boolean", [True], "true", "false"),
        ("date", ["2018-12-01"], "2018-12-01", "2018-12-02"),
        ("array", ["[1]"], "[1]", "[2]"),
    ],
)
def test_an_enum(tmp_path: Path, kind: str, listed: list[Any], good: str, bad: str) -> None:
    declared = field("b", kind, constraints={"enum": listed})
    report = judge(tmp_path, f"a,b\nx,{good}\nx,\nx,{bad}\n".encode(), field("a"), declared)
    assert told(report) == [("field.constraint", 4)]
    assert report.findings[0].message.startswith(f"{bad!r} breaks the constraint enum: ")


def test_a_long_enum_is_not_told_whole(tmp_path: Path) -> None:
    listed = ["x" * 100, *(f"v{n}" for n in range(30))]
    declared = field("b", constraints={"enum": listed})
    report = judge(tmp_path, b"a,b\nx,w\n", field("a"), declared)
    message = report.findings[0].message
    assert message.endswith("v18 … (31 values)")
    assert f"enum: {'x' * 80}, v0" in message
    categories = {**field("b"), "categories": listed[1:22]}
    report = judge(tmp_path, b"a,b\nx,w\n", field("a"), categories)
    assert report.findings[0].message.endswith("v19 … (21 values)")
    report = judge(tmp_path, b"a,b\nx,w\n", field("a"), categories | {"categories": listed[1:21]})
    assert report.findings[0].message.endswith("v18, v19")


def test_a_batch_of_no_rows() -> None:
    nothing = np.zeros(0, np.int64)
    assert not len(Corpus([b"abc"]).stand_at(nothing, nothing, nothing, strings([])))


@pytest.mark.parametrize(
    ("match", "said"),
    [
        ("partial", ["white space around ' a'"]),
        ("superset", ["not in the schema: ' a'"]),
        ("subset", ["missing: 'a'"]),
        ("exact", ["missing: 'a'", "not in the schema: ' a'"]),
    ],
)
def test_a_label_with_white_space_around_a_name(
    tmp_path: Path, match: str, said: list[str]
) -> None:
    report = judge(tmp_path, b" a,b\nx,y\n", field("a"), field("b"), fieldsMatch=[match])
    assert sorted(f.message for f in report.findings) == said
