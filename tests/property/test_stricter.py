"""The examples of docs/stricter.md, run: what frictionless says, and what we say."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from oracle.compare import Tally, ask
from oracle.explain import View
from oracle.fields import Json
from oracle.files import DIALECTS, Dialect, csv_bytes, parquet_bytes
from oracle.packages import V2, Example
from oracle.verdicts import Fault


def _field(kind: str, **more: Any) -> Json:
    return {"name": "a", "type": kind, **more}


def _example(schema: Json, text: str, **resource: Any) -> Example:
    described = {"name": "t", "path": "t.csv", "schema": schema, **resource}
    package = {"$schema": V2, "name": "p", "resources": [described]}
    return Example(package, {"t.csv": text.encode()}, "csv", Dialect())


def _one(field: Json, *cells: str) -> Example:
    """A column of cells, beside one that keeps the rows from being blank."""
    rows = "".join(f'r,"{cell}"\n' for cell in cells)
    return _example({"fields": [{"name": "n", "type": "string"}, field]}, "n,a\n" + rows)


_AB = {"fields": [_field("integer"), {"name": "b", "type": "string"}]}
_NUMBER = {"fields": [_field("number", constraints={"unique": True}), {"name": "b"}]}
_UNIQUE = {"fields": [_field("integer", constraints={"unique": True}), {"name": "b"}]}
_SHORT = "a,b\n1,x\n"


def _commented(text: str, **schema: Any) -> Example:
    dialect = Dialect({"commentChar": "#"})
    example = _example({**_AB, **schema}, text, dialect=dialect.declared)
    return replace(example, shape="dialect", dialect=dialect)


CASES = {
    "integer-form": (_one(_field("integer"), "1_2", " 12", "١٢", "１２"), "type"),
    "pattern-whole": (_one(_field("string", constraints={"pattern": "a|b"}), "axyz"), "constraint"),
    "categories": (_one(_field("string", categories=["a", "b"]), "c"), "category"),
    "unique-keys": (_example({**_AB, "uniqueKeys": [["a"]]}, "a,b\n1,x\n1,y\n"), "key.duplicate"),
    "key-empty-part": (_example({**_AB, "primaryKey": ["a", "b"]}, "a,b\n1,\n"), "key.missing"),
    "key-nan": (_example(_NUMBER, "a,b\nNaN,x\nNaN,y\n"), "unique"),
    "hash-algorithm": (_example(_AB, _SHORT, hash="sha1:" + "0" * 40), "hash"),
    "bytes-zero": (_example(_AB, _SHORT, bytes=0), "bytes"),
    "header-absent": (_example(_AB, "\n1,x\n"), "header"),
    "csv-quotes": (_example(_AB, 'a,b\n1,x"y\n'), "quote"),
    "comment-quoted": (_commented('a,b\n"#a",x\n'), "type"),
}
"""By the name of a row: an example that frictionless accepts, and what we find."""


@pytest.mark.parametrize("name", CASES)
def test_we_are_stricter(name: str, tmp_path: Path) -> None:
    example, kind = CASES[name]
    theirs, ours = ask(example, tmp_path)
    assert not theirs.faults
    assert {fault.kind for fault in ours.faults} == {kind}
    tally = Tally()
    assert not tally.judge(example, theirs, ours)
    assert set(tally.explained) == {name}


def test_padded_labels(tmp_path: Path) -> None:
    example = _example(_AB, " a ,b\n1,x\n")
    theirs, ours = ask(example, tmp_path)
    assert not theirs.faults
    assert {fault.kind for fault in ours.faults} == {"header"}


def test_a_key_that_cannot_be_read(tmp_path: Path) -> None:
    example = _example({**_AB, "primaryKey": "a"}, "a,b\nx,1\n")
    theirs, ours = ask(example, tmp_path)
    assert {fault.kind for fault in theirs.faults} == {"type", "key.missing"}
    assert {fault.kind for fault in ours.faults} == {"type"}


def _told_by(example: Example, tmp_path: Path) -> tuple[set[str], set[str], set[str]]:
    """The kinds of what frictionless finds, of what we find, and the rows that explain them."""
    theirs, ours = ask(example, tmp_path)
    tally = Tally()
    assert not tally.judge(example, theirs, ours)
    return {f.kind for f in theirs.faults}, {f.kind for f in ours.faults}, set(tally.explained)


def test_keys_in_a_row_that_frictionless_takes_for_a_comment(tmp_path: Path) -> None:
    told = _told_by(_commented('a,b\n"#a",x\n1,x\n', primaryKey="b"), tmp_path)
    assert told == (set(), {"type", "key.duplicate"}, {"comment-quoted"})
    foreign = {"fields": "b", "reference": {"resource": "", "fields": "a"}}
    fields = [_field("string"), {"name": "b", "type": "string"}]
    example = _commented('a,b\n"#a",#a\n1,#a\n', fields=fields, foreignKeys=[foreign])
    assert _told_by(example, tmp_path) == ({"key.dangling"}, set(), {"comment-quoted"})


def test_a_foreign_key_that_is_nan(tmp_path: Path) -> None:
    fields = [_field("number"), {"name": "b", "type": "number"}]
    foreign = {"fields": ["b"], "reference": {"resource": "", "fields": ["a"]}}
    example = _example({"fields": fields, "foreignKeys": [foreign]}, "a,b\nNaN,NaN\n")
    assert _told_by(example, tmp_path) == ({"key.dangling"}, set(), {"foreign-key-nan"})


def test_a_key_that_refers_to_a_cell_that_cannot_be_read(tmp_path: Path) -> None:
    fields = [_field("integer"), {"name": "b", "type": "integer"}, {"name": "c", "type": "string"}]
    foreign = {"fields": ["b", "c"], "reference": {"fields": ["a", "c"]}}
    example = _example({"fields": fields, "foreignKeys": [foreign]}, "a,b,c\nx,,z\n")
    assert _told_by(example, tmp_path) == ({"type"}, {"type", "key.dangling"}, {"key-unreadable"})


def test_a_row_is_not_blank_if_a_column_that_the_schema_does_not_know_is_filled(
    tmp_path: Path,
) -> None:
    example = _example({**_AB, "fieldsMatch": "subset"}, "a,b,c\n,,x\n,,\n")
    theirs, ours = ask(example, tmp_path)
    assert theirs.faults == ours.faults == {Fault("t", 3, "", "blank")}


def test_a_lone_carriage_return_in_a_comment(tmp_path: Path) -> None:
    dialect = Dialect({"commentChar": "#"})
    example = _example(_AB, "a,b\n#1\rx,y,z\n1,x\n", dialect=dialect.declared)
    theirs, ours = ask(replace(example, shape="dialect", dialect=dialect), tmp_path)
    assert (3, "cells") in {(fault.row, fault.kind) for fault in theirs.faults}
    assert {(fault.row, fault.kind) for fault in ours.faults} == {(2, "quote")}


def test_a_header_with_a_name_twice_in_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    example = _example(_AB, "")
    example.files["t.csv"] = b"a,a\n1,\xff\n"
    assert _told_by(example, tmp_path) == ({"encoding"}, {"header"}, {"header-first"})


def test_an_empty_line_in_a_table_of_one_column(tmp_path: Path) -> None:
    schema = {"fields": [_field("string")], "missingValues": []}
    told = _told_by(_example(schema, "a\nx\n\n"), tmp_path)
    assert told == ({"blank"}, set(), {"empty-line"})


@pytest.mark.parametrize(
    ("kind", "theirs", "ours"),
    [("integer", {"type"}, {"blank", "required"}), ("number", set(), {"blank", "required"})],
)
def test_null_in_parquet(kind: str, theirs: set[str], ours: set[str], tmp_path: Path) -> None:
    field = _field(kind, constraints={"required": True}, missingValues=["-"])
    data = parquet_bytes(["a"], [["1"], [""]], [field], typed=True)
    resource = {"name": "t", "path": "t.parquet", "schema": {"fields": [field]}}
    package = {"$schema": V2, "name": "p", "resources": [resource]}
    example = Example(
        package, {"t.parquet": data}, "parquet", header=("a",), rows=(("1",), (None,))
    )
    assert _told_by(example, tmp_path) == (theirs, ours, {"parquet-null"})


def test_a_unique_field_that_is_the_primary_key(tmp_path: Path) -> None:
    example = _example({**_UNIQUE, "primaryKey": ["a"]}, "a,b\n1,x\n1,y\n")
    theirs, ours = ask(example, tmp_path)
    assert {fault.kind for fault in theirs.faults} == {"unique", "key.duplicate"}
    assert {fault.kind for fault in ours.faults} == {"key.duplicate"}


_PARTS = {"name": "t", "path": ["t1.csv", "t2.csv"], "schema": _AB}


def _parts(first: bytes, second: bytes, **schema: Any) -> Example:
    described = {**_PARTS, "schema": {**_AB, **schema}}
    package = {"$schema": V2, "name": "p", "resources": [described]}
    return Example(package, {"t1.csv": first, "t2.csv": second}, "parts", parts=(1, 1))


def test_a_file_of_a_path_list_that_runs_into_the_next(tmp_path: Path) -> None:
    theirs, ours = ask(_parts(b"a,b\n1,x", b"a,b\n2,y"), tmp_path)
    assert {(fault.row, fault.kind) for fault in theirs.faults} == {(2, "cells")}
    assert {(fault.row, fault.kind) for fault in ours.faults} == {(0, "table.format")}
    theirs, ours = ask(_parts(b"a,b\n1,x\r\n", b"a,b\n2,y"), tmp_path)
    assert not theirs.faults | ours.faults


def test_rows_below_a_header_without_a_known_field_are_not_called_blank(tmp_path: Path) -> None:
    for example in (
        _parts(b"a,b\n1,x\n", b"c,d\n2,y\n"),
        _example({**_AB, "fieldsMatch": "partial"}, "c\nx\n"),
    ):
        _, ours = ask(example, tmp_path)
        assert {fault.kind for fault in ours.faults} == {"header"}
        assert ours.skipped == {"t": {"field a", "field b"}}


@pytest.mark.parametrize("row", ["x", "x,y,z", "1,x"])
def test_a_row_that_is_not_utf_8_is_told_whatever_its_width(row: str, tmp_path: Path) -> None:
    example = _example(_AB, "")
    example.files["t.csv"] = f"a,b\n1,x\n{row}".encode() + b"\xc3"
    theirs, ours = ask(example, tmp_path)
    assert {fault.kind for fault in theirs.faults} == {"encoding"}
    assert {fault.kind for fault in ours.faults} == {"encoding"}


def test_a_table_without_columns_is_refused(tmp_path: Path) -> None:
    described = {"name": "t", "data": [[]], "schema": {**_AB, "fieldsMatch": "superset"}}
    package = {"$schema": V2, "name": "p", "resources": [described]}
    theirs, ours = ask(Example(package, {}, "rows"), tmp_path)
    assert theirs.faults == ours.faults == {Fault("t", 0, "header", "header")}


SAME = {
    "groupChar of integers": _one(_field("integer", groupChar=","), "1,000"),
    "date": _one(_field("date"), "2024-1-6", "２０２４-01-26", "24-01-26", "2024-01-26Z"),
    "datetime": _one(_field("datetime"), "2024-01-26 15:00:00", "2024-01-26x15:00:00",
                     "2024-01-26T15:00:00,5", "2024-W04-5T15:00:00", "2024-01-26T15:00"),
    "time": _one(_field("time"), "24:00:00", "15:00", "15:00:00Z"),
    "year": _one(_field("year"), "+024", " 024", "1_23", "-2024", "2024Z"),
    "yearmonth": _one(_field("yearmonth"), "24-1", " 2024 - 01 ", "1_0-1", "2024-13"),
    "duration": _one(_field("duration"), "PT", "P1W", "P0,5D", "P1Y1W", "P", "P1S"),
    "number": _one(_field("number"), "1_0", " 1", "١", "Infinity", "nan123", "sNaN", "1,5"),
    "geopoint": _one(_field("geopoint"), "1_0,5", "90;45", "181,0"),
    "geopoint in JSON": _one(_field("geopoint", format="array"), "[true,false]", "[NaN,1]"),
    "object": _one(_field("object"), "{}", "[]", "{'a':1}"),
    "array": _one(_field("array"), "[NaN]", "[1,]", "{}"),
    "uri": _one(_field("string", format="uri"), "http://a b", "http://", "a"),
    "base64": _one(_field("string", format="binary"), "a b c d", "****", "YQ"),
    "email": _one(_field("string", format="email"), "a@b.c", "a@localhost", "a@b.co"),
    "list": _one(_field("list", itemType="integer"), "1, 2", "1,", "1,x"),
    "enum with NaN": _one(_field("number", constraints={"enum": ["NaN"]}), "NaN"),
    "boolean": _one(_field("boolean", trueValues=["x"], falseValues=["x"]), "x", "true"),
    "many digits": _one(_field("integer"), "9" * 4301, "9" * 4300),
    "enum of lists": _one(_field("list", constraints={"enum": ["a"]}), "a"),
    "minimum of durations": _one(_field("duration", constraints={"minimum": "P1D"}), "P1D"),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_we_follow_frictionless(name: str, tmp_path: Path) -> None:
    theirs, ours = ask(SAME[name], tmp_path)
    assert theirs.faults == ours.faults


def test_a_json_schema_is_judged_by(tmp_path: Path) -> None:
    field = _field("array", constraints={"jsonSchema": {"minItems": 1}})
    theirs, ours = ask(_one(field, "[1]", "[]"), tmp_path)
    assert {fault.kind for fault in theirs.faults} == {"descriptor"}
    assert ours.faults == {Fault("t", 3, "a", "constraint")}


_TABLE = [["a", "b c"], ["1", "x, y; z|"], ["22", "q\"u'ote"], ["3", "# no\ncomment"], ["4", "NA"]]
_SOUND = {"fields": [_field("integer"), {"name": "b c", "type": "string"}]}


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: str(d.declared))
def test_frictionless_reads_every_dialect_as_we_write_it(dialect: Dialect, tmp_path: Path) -> None:
    """Else a difference would be the generator's fault."""
    described = {"name": "t", "path": "t.csv", "schema": _SOUND, "dialect": dialect.declared}
    package = {"$schema": V2, "name": "p", "resources": [described]}
    files = {"t.csv": csv_bytes(_TABLE, dialect)}
    example = Example(package, files, "dialect", dialect, header=tuple(_TABLE[0]))
    theirs, _ = ask(example, tmp_path)
    assert not theirs.faults
    assert not theirs.crash
    records = View(example, "t").records
    assert records.pop(0) == _TABLE[0]
    data = [row for row in records.values() if not row[0].startswith(("#", "//", "a remark"))]
    assert data == _TABLE[1:]


def test_an_empty_line_is_a_key_that_cannot_be_read(tmp_path: Path) -> None:
    schema = {"fields": [_field("integer")], "missingValues": ["-"], "primaryKey": "a"}
    _, ours, reasons = _told_by(_example(schema, 'a\n\n""\n'), tmp_path)
    assert (ours, reasons) == ({"type", "key.duplicate"}, {"empty-line", "key-unreadable"})


def test_padded_labels_in_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    example = replace(_example(_AB, ""), header=(" a ", "b"))
    example.files["t.csv"] = b" a ,b\n1,\xff\n"
    assert _told_by(example, tmp_path) == (
        {"encoding"},
        {"encoding", "header"},
        {"header-first"},
    )
