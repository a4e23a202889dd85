"""Validation of a package that has nothing to do with the case."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from conftest import TOY_TEXT, Folder
from smartcity_case import blocks, limits
from smartcity_case.baseline import apply_baseline, make_baseline
from smartcity_case.errors import InvalidPackage, PackageNotFound
from smartcity_case.render.text import render_text
from smartcity_case.report import Check, Finding, Location, Report
from smartcity_case.validation import validate


def only(report: Report, code: str) -> Finding:
    """The one error of a report, which has the given code."""
    assert [f.code for f in report.errors] == [code], report.findings
    assert not report.ok
    return report.errors[0]


def test_the_toy_package_is_valid_and_everything_was_looked_at(toy: Folder) -> None:
    report = validate(toy.root)
    assert report.ok
    assert report.findings == ()
    assert {c.resource for c in report.ran} == {"", "diario", "especies", "avistamientos"}
    report.raise_if_failed()


def test_a_report_says_in_one_line_what_it_is(toy: Folder) -> None:
    report = validate(toy.root)
    assert repr(report) == "Report(aves 0.1.0: 0 errors, 0 warnings, 0 checks skipped)"


def test_a_package_without_spans_is_told_that_none_was_checked(toy: Folder) -> None:
    assert "spans were checked in 1 table" in "".join(render_text(validate(toy.root)))
    toy.describe(lambda d: d["resources"][2]["schema"].pop("textSpans"))
    assert "spans were checked in no table" in "".join(render_text(validate(toy.root)))


def test_a_misspelt_declaration_is_one_plain_finding(toy: Folder) -> None:
    toy.describe(lambda d: d["resources"][2]["schema"].update(textspans=[]))
    finding = only(validate(toy.root), "descriptor.invalid")
    assert finding.message == "/resources/2/schema/textspans: it should be spelt `textSpans`"


def test_the_descriptor_itself_may_be_named(toy: Folder) -> None:
    assert validate(str(toy.root / "datapackage.json")).ok


@pytest.mark.parametrize("what", ["nowhere", "empty", "file"])
def test_no_package_is_an_exception_that_names_the_place(tmp_path: Path, what: str) -> None:
    place = tmp_path / what
    if what == "empty":
        place.mkdir()
    if what == "file":
        place.write_text("no package")
    with pytest.raises(PackageNotFound, match=what):
        validate(place)


def test_raise_if_failed_names_code_place_and_carries_the_report(toy: Folder) -> None:
    toy.replace("especies", "garza,2", "garza,1")
    with pytest.raises(
        InvalidPackage, match=r"field\.constraint.*\n.*especies\.csv, row 2"
    ) as info:
        validate(toy.root).raise_if_failed()
    assert only(info.value.report, "field.constraint").location.key == "garza"


CELLS = [
    ("especies", "garza,2", "garza,dos", "field.type", 2, "patas"),
    ("especies", "garza,2", "garza,٢", "field.type", 2, "patas"),
    ("especies", "garza,2", "garza,2_0", "field.type", 2, "patas"),
    ("especies", "garza,2", "garza,1", "field.constraint", 2, "patas"),
    ("especies", "garza,2", "garza,2\nGARZA,2", "field.constraint", 3, "clave"),
    ("especies", "garza,2", 'garza,2\n"pato\n",2', "field.constraint", 3, "clave"),
    ("especies", "garza,2", "garza,2\ngarza,2", "key.duplicate", 3, "clave"),
    ("especies", "clave,patas", "clave,piernas", "table.header", 1, ""),
    ("especies", "garza,2", "garza,2,3", "table.cells", 2, ""),
    ("especies", "garza,2\n", "garza,2\n\n", "table.blank-row", 3, ""),
    ("especies", "garza,2\n", 'garza,"2\n', "table.quote", 2, ""),
    ("especies", "garza,2\n", 'gar"za,2\n', "table.quote", 2, ""),
    ("especies", "garza,2\n", '"garza"x,2\n', "table.quote", 2, ""),
    ("avistamientos", "a1,garza", "a1,pato", "key.dangling", 2, "especie"),
    ("avistamientos", "a2,", "a1,", "key.duplicate", 3, "num"),
    ("avistamientos", "día", "tarde", "field.category", 2, "luz"),
    ("avistamientos", ",Nunca había visto una", ",", "span.incomplete", 2, "dicho"),
    ("avistamientos", "dos garzas", "dos  garzas", "span.absent", 2, "palabras"),
]


@pytest.mark.parametrize(("table", "old", "new", "code", "row", "field"), CELLS)
def test_a_bad_cell_is_one_finding_with_its_place(
    toy: Folder, table: str, old: str, new: str, code: str, row: int, field: str
) -> None:
    toy.replace(table, old, new)
    codes = {f.code: f for f in validate(toy.root).errors}
    assert code in codes
    assert (codes[code].location.row, codes[code].location.field) == (row, field)
    assert codes[code].location.path.endswith(f"{table}.csv")
    assert codes[code].fix


def moved_to(toy: Folder, start: object, end: object) -> Report:
    words = "otra garza"
    at = TOY_TEXT.index(words)
    toy.replace("avistamientos", f"{at},{at + len(words)},{words}", f"{start},{end},{words}")
    return validate(toy.root)


def test_moved_words_are_found_again(toy: Folder) -> None:
    finding = only(moved_to(toy, 0, 10), "span.moved")
    assert f"{TOY_TEXT.index('otra garza')} to" in finding.message
    assert finding.location.row == 3


def test_ambiguous_words_come_with_their_places(toy: Folder) -> None:
    at = TOY_TEXT.index("dos garzas")
    toy.replace("avistamientos", f"{at},{at + 10},dos garzas", f"{at},{at + 5},garza")
    message = only(validate(toy.root), "span.ambiguous").message
    for place in (TOY_TEXT.index("garza"), TOY_TEXT.rindex("garza")):
        assert f"{place} to {place + 5}" in message


@pytest.mark.parametrize(("start", "end"), [(5, 5), (9, 3), (0, len(TOY_TEXT) + 1), (10**30, 5)])
def test_out_of_range_is_judged_before_the_words(toy: Folder, start: int, end: int) -> None:
    assert "the words stand at" in only(moved_to(toy, start, end), "span.out-of-range").message


@pytest.mark.parametrize("odd", ["007", "+7", "7.0", "７"])
def test_an_odd_offset_is_unverifiable(toy: Folder, odd: str) -> None:
    codes = [f.code for f in moved_to(toy, odd, 17).errors]
    assert "span.unverifiable" in codes


def test_a_changed_source_fails_by_hash_and_its_rows_are_judged(toy: Folder) -> None:
    toy.replace("diario", "dos garzas", "tres garzas", refresh=False)
    codes = [f.code for f in validate(toy.root).errors]
    assert codes.count("resource.hash") == 1
    assert codes.count("resource.bytes") == 1
    assert "span.absent" in codes  # the words that changed
    assert "span.moved" in codes  # those behind them


def test_a_minimum_length_is_a_warning(toy: Folder) -> None:
    def demand(d: dict[str, Any]) -> None:
        d["resources"][2]["schema"]["textSpans"][0]["minLength"] = 11

    toy.describe(demand)
    report = validate(toy.root)
    assert report.ok
    assert [f.code for f in report.warnings] == ["span.trivial"] * 2


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"\xff\xfe", "source.encoding"), ("\ufeff".encode() + TOY_TEXT.encode(), "source.bom")],
)
def test_a_text_that_cannot_be_pointed_into(toy: Folder, data: bytes, code: str) -> None:
    toy.write("diario", data)
    report = validate(toy.root)
    assert code in {f.code for f in report.errors}


def test_rows_of_an_unreadable_text_are_not_called_fine(toy: Folder) -> None:
    toy.write("diario", b"\xff")
    report = validate(toy.root)
    skipped = [c for c in report.skipped if c.resource == "avistamientos"]
    assert len(skipped) == 2
    assert all("cannot be read" in c.reason for c in skipped)


@pytest.mark.parametrize("odd", ["a\r\nb", "a\0b", "a\ufeffb", "e\u0301"])
def test_unusual_characters_are_told_and_kept(toy: Folder, odd: str) -> None:
    toy.write("diario", (TOY_TEXT + odd).encode())
    report = validate(toy.root)
    assert report.ok
    assert [f.code for f in report.warnings] == ["source.unusual"]


def test_a_formula_is_a_warning_but_a_negative_number_is_not(toy: Folder) -> None:
    toy.describe(lambda d: d["resources"][1]["schema"]["fields"][1].pop("constraints"))
    toy.write("especies", b"clave,patas\ngarza,-2\n")
    assert validate(toy.root).findings == ()
    toy.describe(lambda d: d["resources"][1]["schema"]["fields"][0].pop("constraints"))
    toy.write("especies", b"clave,patas\ngarza,2\n=1+1,2\n")
    assert [f.code for f in validate(toy.root).findings] == ["field.formula"]


@pytest.mark.parametrize(
    "path",
    ["../aves/diario.txt", "/etc/hostname", "a\\b", "https://example.org/a.txt", "C:x", "~/a"],
)
def test_an_unsafe_path_is_a_finding_and_never_opened(toy: Folder, path: str) -> None:
    toy.describe(lambda d: d["resources"][0].update(path=path))
    report = validate(toy.root)
    assert [f.code for f in report.errors] == ["path.unsafe"]
    assert path in report.errors[0].message or repr(path) in report.errors[0].message


def test_a_link_out_of_the_package_is_refused(toy: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text(TOY_TEXT, "utf-8")
    (toy.root / "diario.txt").unlink()
    (toy.root / "diario.txt").symlink_to(outside)
    assert "path.unsafe" in {f.code for f in validate(toy.root).errors}


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.mkdir(), lambda p: os.mkfifo(p)])
def test_a_missing_file_folder_or_pipe_is_a_finding(toy: Folder, make: object) -> None:
    place = toy.root / "diario.txt"
    place.unlink()
    assert callable(make)
    make(place)
    assert "path.missing" in {f.code for f in validate(toy.root).errors}


@pytest.mark.parametrize(
    "data",
    [b"{", b"\xff", b'{"resources": 1, "resources": 2}', b'{"x": NaN}', b"{} {}", b"[" * 90],
)
def test_a_descriptor_that_is_not_strict_json(toy: Folder, data: bytes) -> None:
    (toy.root / "datapackage.json").write_bytes(data)
    report = validate(toy.root)
    assert [f.code for f in report.errors] == ["descriptor.json"]
    assert report.skipped


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.update(resources=[]), "/resources"),
        (lambda d: d["resources"][2]["schema"]["textSpans"][0].pop("reference"), "textSpans"),
        (lambda d: d["resources"][2]["schema"].update(primaryKey="nada"), "nada"),
        (lambda d: d["resources"][0].update(name="otro"), "diario"),
        (
            lambda d: d["resources"][0].update(name="especies"),
            "/resources/1/name: another",
        ),
        (lambda d: d["resources"][1].pop("path"), "neither path nor data"),
        (lambda d: d["resources"][0].update(bytes="12"), "bytes"),
        (
            lambda d: d["resources"][2]["schema"]["foreignKeys"][0]["reference"].update(
                fields="nada"
            ),
            "foreignKeys",
        ),
    ],
)
def test_a_descriptor_of_the_wrong_form(toy: Folder, change: object, words: str) -> None:
    assert callable(change)
    toy.describe(change)
    report = validate(toy.root)
    assert "descriptor.invalid" in {f.code for f in report.errors}
    assert words in " ".join(f.message for f in report.errors)


_LENGTH = "/constraints/minLength: 'x' is not of type 'integer'"


def test_a_field_that_makes_no_sense_is_told_by_its_place_in_the_descriptor(toy: Folder) -> None:
    odd = {"minLength": "x", "enum": 5}
    toy.describe(lambda d: d["resources"][2]["schema"]["fields"][2].update(constraints=odd))
    start = "/resources/2/schema/fields/2"
    assert [(f.location, f.message) for f in validate(toy.root).errors] == [
        (Location("avistamientos", "datapackage.json", field="luz"), f"{start}{fault}")
        for fault in ("/constraints/enum: 5 is not of type 'array'", _LENGTH)
    ]


def test_what_is_wrong_with_a_schema_in_a_file_is_told_by_its_place_there(toy: Folder) -> None:
    def move(package: dict[str, Any]) -> None:
        schema = package["resources"][2]["schema"]
        schema["fields"][2]["constraints"] = {"minLength": "x"}
        schema["foreignKeys"][0]["reference"]["resource"] = "nada"
        schema["textSpans"][0]["reference"]["resource"] = "nada"
        (toy.root / "partes").mkdir()
        (toy.root / "partes/a.json").write_text(json.dumps(schema), "utf-8")
        package["resources"][2]["schema"] = "partes/a.json"

    toy.describe(move)
    found = validate(toy.root).errors
    assert {f.location.path for f in found} == {"partes/a.json"}
    assert [f.message for f in found] == [
        "/foreignKeys/0: it refers to 'nada' (clave), which does not have these fields",
        "/textSpans/0/reference/resource: there is no resource 'nada'",
        f"/fields/2{_LENGTH}",
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["resources"][1].update(path="especies.xlsx"),
        lambda d: d["resources"][1].update(dialect={"property": "rows"}),
        lambda d: d["resources"][1].update(encoding="latin1"),
        lambda d: d["resources"][1].pop("schema"),
        lambda d: d["resources"].append({"name": "foto", "path": "diario.txt"}),
        lambda d: d["resources"][1].update(hash="crc32:12"),
        lambda d: d["resources"][1].update(compression="gz"),
    ],
)
def test_what_is_not_read_is_said_and_never_green(toy: Folder, change: object) -> None:
    assert callable(change)
    toy.describe(change)
    report = validate(toy.root)
    assert report.skipped
    assert not report.ok
    with pytest.raises(InvalidPackage, match="not checked"):
        report.raise_if_failed()


def test_extra_checks_run_and_are_listed(toy: Folder) -> None:
    from smartcity_case.content import Content

    def no_herons(content: Content) -> list[Finding]:
        where = Location("especies", "especies.csv", 2)
        return [Finding(where, "rule.broken", content.tables["especies"].columns["clave"][0])]

    report = validate(toy.root, extra_checks=[no_herons])
    assert only(report, "rule.broken").message == "garza"
    assert "no_herons" in {c.name for c in report.ran}


def test_an_empty_key_is_missing(toy: Folder) -> None:
    toy.replace("avistamientos", "a2,", ",")
    codes = {f.code for f in validate(toy.root).errors}
    assert {"key.missing", "field.required"} <= codes


def test_unique_keys_and_fields(toy: Folder) -> None:
    toy.describe(
        lambda d: d["resources"][2]["schema"]["fields"][1].update(constraints={"unique": True})
    )
    finding = only(validate(toy.root), "field.unique")
    assert "row 2 too" in finding.message
    toy.replace("avistamientos", "a2,garza,", "a2,,")  # what is empty is not compared
    assert validate(toy.root).ok


def test_a_composite_unique_key(toy: Folder) -> None:
    toy.describe(lambda d: d["resources"][2]["schema"].update(uniqueKeys=[["especie"]]))
    assert only(validate(toy.root), "key.duplicate").location.row == 3


def test_the_order_of_the_header_counts(toy: Folder) -> None:
    toy.write("especies", b"patas,clave\n2,garza\n")
    assert "the order should be clave, patas" in only(validate(toy.root), "table.header").message


def test_an_extra_column_is_named(toy: Folder) -> None:
    toy.write("especies", b"clave,patas,alas\ngarza,2,2\n")
    assert "not in the schema: 'alas'" in only(validate(toy.root), "table.header").message


@pytest.mark.parametrize(
    ("behind", "code"),
    [
        (b'a10,tit"mouse\n', "table.quote"),
        (b"a10,\xff\n", "table.encoding"),
        (b'a10,"' + b"x" * 3_000, "limit.cell"),
    ],
)
@pytest.mark.parametrize("baseline", [False, True])
def test_a_table_that_is_read_in_part_is_never_green(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behind: bytes, code: str, baseline: bool
) -> None:
    monkeypatch.setattr(limits, "CELL", 1_000)
    monkeypatch.setattr(blocks, "CHUNK", 1_000)
    schema = {"fields": [{"name": "id"}, {"name": "bird"}], "primaryKey": "id"}
    described = {"name": "p", "resources": [{"name": "t", "path": "t.csv", "schema": schema}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(described))
    table = b"id,bird\na1,wren\n"
    (tmp_path / "t.csv").write_bytes(table)
    assert {"field id", "unique id"} <= {check.name for check in validate(tmp_path).ran}
    (tmp_path / "t.csv").write_bytes(table + behind)
    report = validate(tmp_path)
    assert [f.code for f in report.errors] == [code]
    if baseline:
        report = apply_baseline(report, make_baseline(report))
        assert (report.findings, report.accepted) == ((), 1)
    assert not report.ok
    assert {check.name for check in report.ran if check.resource} == {"path", "bytes", "table"}
    reason = "the table was read in part; what stands behind a fault was not checked"
    assert report.skipped == (Check("rows", "t", reason),)


def test_more_faults_than_are_listed_leave_the_rest_unchecked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FINDINGS", 3)
    schema = {"fields": [{"name": "n", "type": "integer"}], "primaryKey": "n"}
    described = {"name": "p", "resources": [{"name": "t", "path": "t.csv", "schema": schema}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(described))
    (tmp_path / "t.csv").write_text("n\n1\nx\ny\nz\n")
    assert {"field n", "unique n"} <= {check.name for check in validate(tmp_path).ran}
    (tmp_path / "t.csv").write_text("n\n1\nx\ny\n1\nz\n1\n")  # the duplicates are told last
    report = validate(tmp_path)
    assert [f.code for f in report.findings].count("limit.findings") == 1
    assert [check.name for check in report.skipped] == ["rows"]


def test_rows_of_a_second_file_with_another_header_are_told_as_unread(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a"}, {"name": "b"}]}
    resource = {"name": "t", "path": ["t.csv", "u.csv"], "schema": schema}
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [resource]}))
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    (tmp_path / "u.csv").write_text("a,a\n1,2\n")
    report = validate(tmp_path)
    assert only(report, "table.header").location.path == "u.csv"
    assert [check.name for check in report.skipped] == ["rows"]


def test_a_packed_file_is_compared_with_its_hash_and_not_called_fine(tmp_path: Path) -> None:
    resource = {"name": "t", "path": "t.csv.gz", "hash": "00"}
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [resource]}))
    (tmp_path / "t.csv.gz").write_bytes(b"x")
    report = validate(tmp_path)
    only(report, "resource.hash")
    assert report.skipped == (Check("content", "t", "what is in a .gz file is not read"),)


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        ({"path": "t.csv", "data": []}, "it has a path and inline data; which of them counts"),
        ({}, "it has neither a path nor data"),
        ({"path": "t.xlsx"}, "only CSV, TSV, Parquet and inline data are read"),
    ],
)
def test_a_table_in_no_form_that_is_read_says_why(
    tmp_path: Path, resource: dict[str, Any], reason: str
) -> None:
    table = {"name": "t", "schema": {"fields": [{"name": "a"}]}, **resource}
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [table]}))
    for name in ("t.csv", "t.xlsx"):
        (tmp_path / name).write_text("a\n1\n")
    [skipped] = validate(tmp_path).skipped
    assert skipped.reason.startswith(reason)
