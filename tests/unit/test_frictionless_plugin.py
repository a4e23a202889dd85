"""`frictionless validate --checks text-spans`: the same rows, and the same verdicts on spans."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frictionless
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import Checklist, Package

import smartcity_case as sc
from conftest import ROOT, Folder
from frictionless_textspans import TextSpanError, TextSpansCheck, TextSpansError
from smartcity_case.errors import UnreadablePackage

OURS = (TextSpanError.type, TextSpansError.type)


def told(root: Path, **options: Any) -> list[frictionless.Error]:
    """The errors of the check, and those alone."""
    checklist = Checklist.from_descriptor({"checks": [{"type": "text-spans"}]})
    report = Package(str(root / "datapackage.json")).validate(checklist, **options)
    errors = [error for task in report.tasks for error in task.errors]
    assert not any(error.type in ("error", "check-error") for error in errors)
    return [error for error in [*report.errors, *errors] if error.type in OURS]


def verdicts(errors: list[frictionless.Error]) -> dict[int, set[str]]:
    """The codes of each row."""
    found = {}
    for error in errors:
        if isinstance(error, TextSpanError):
            assert error.row_number not in found
            found[error.row_number] = set(re.findall(r"(?:^|; )([a-z.-]+): field", error.note))
    return found


def ours(root: Path, table: str) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for finding in sc.validate(root).errors:
        at = finding.location
        if at.resource == table and at.row and finding.code.startswith("span."):
            found.setdefault(at.row, set()).add(finding.code)
    return found


def test_clean_packages_are_clean(toy: Folder) -> None:
    assert told(toy.root) == []
    assert told(ROOT) == []


def cell(old: str, new: str) -> Callable[[Folder], None]:
    return lambda toy: toy.replace("avistamientos", old, new)


SPOILT = {
    "moved": cell("72,82", "1,11"),
    "ambiguous": cell("72,82,otra garza", "72,82,garza"),
    "absent": cell("otra garza", "otra garzo"),
    "out of range": cell("72,82", "72,820"),
    "no offset": cell("72,82", "072,82"),
    "two in a row": cell("dos garzas,31,52,Nunca", "tres garzas,3,4,Nunca"),
    "incomplete": cell(",,\n", ",3,\n"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_failing_row_is_one_error_with_our_code(toy: Folder, name: str) -> None:
    SPOILT[name](toy)
    errors = told(toy.root)
    assert verdicts(errors) == ours(toy.root, "avistamientos") != {}
    told_by_us = {f.message for f in sc.validate(toy.root).errors if f.location.row}
    for error in errors:
        if isinstance(error, TextSpanError):
            assert any(message in error.message for message in told_by_us)
            assert error.cells[0] in ("a1", "a2")


def test_a_mistake_in_common_is_told_of_the_table(toy: Folder) -> None:
    cells = toy.read("avistamientos").decode()
    shifted = re.sub(r"(?<=,)(\d+),(\d+),", lambda m: f"{int(m[1]) + 1},{int(m[2]) + 1},", cells)
    toy.write("avistamientos", shifted.encode())
    notes = [e.note for e in told(toy.root) if isinstance(e, TextSpansError)]
    assert notes
    assert all("span.offsets" in note and "UTF-16 code units" in note for note in notes)


def test_the_command_and_from_another_folder(toy: Folder, tmp_path: Path) -> None:
    cell("otra garza", "otra garzo")(toy)
    command = [sys.executable, "-m", "frictionless", "validate", "aves/datapackage.json"]
    options = ["--checks", "text-spans", "--json"]
    done = subprocess.run(
        [*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    errors = [error for task in report["tasks"] for error in task["errors"]]
    assert [(e["type"], e["rowNumber"]) for e in errors] == [("text-span", 3)]
    assert errors[0]["note"].startswith("span.absent: field palabras: at 72 to 82")
    read_back = frictionless.Report.from_descriptor(report)
    assert isinstance(read_back.tasks[2].errors[0], TextSpanError)


def test_in_python_checks_are_objects_too(toy: Folder) -> None:
    cell("otra garza", "otra garzo")(toy)
    report = frictionless.validate(str(toy.root / "datapackage.json"), checks=[TextSpansCheck()])
    assert [e.type for task in report.tasks for e in task.errors] == ["text-span"]
    chosen = frictionless.validate(
        str(toy.root / "datapackage.json"), checks=[TextSpansCheck()], skip_errors=["text-span"]
    )
    assert chosen.valid


def test_without_declaration_nothing_is_looked_at(
    toy: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartcity_case.validation.validate_spans", None)
    toy.describe(lambda d: d["resources"][2]["schema"].pop("textSpans"))
    assert told(toy.root) == []


def test_a_text_that_cannot_be_read_is_never_green(toy: Folder) -> None:
    (toy.root / "diario.txt").write_bytes(b"\xff")
    (encoding, unchecked) = told(toy.root)
    assert encoding.note.startswith("source.encoding: diario.txt")
    assert "not checked: " in unchecked.note
    assert "the text 'diario' cannot be read" in unchecked.note


def test_a_mark_before_a_text_is_told(toy: Folder) -> None:
    toy.write("diario", b"\xef\xbb\xbf" + toy.read("diario"))
    assert any(error.note.startswith("source.bom") for error in told(toy.root))


@pytest.mark.parametrize(
    "spans",
    [
        [],
        {},
        "diario",
        ["diario"],
        [{"fields": {"start": "desde", "end": "nada"}, "reference": {"resource": "diario"}}],
        [{"fields": {"start": "desde", "end": "hasta"}, "reference": {"resource": "nada"}}],
        [{"fields": {"start": "desde", "end": "hasta"}, "reference": "diario"}],
    ],
)
def test_a_declaration_that_makes_no_sense_is_never_green(toy: Folder, spans: Any) -> None:
    toy.describe(lambda d: d["resources"][2]["schema"].update(textSpans=spans))
    (error,) = told(toy.root)
    assert error.note.startswith("not checked: ")
    assert len(error.note) > 30


def test_a_missing_column_does_not_abort_the_run(toy: Folder) -> None:
    text = toy.read("avistamientos").decode()
    rows = [line.split(",") for line in text.splitlines()]
    toy.write("avistamientos", "".join(",".join(r[:4] + r[5:]) + "\n" for r in rows).encode())
    (error,) = told(toy.root)
    assert error.note == (
        "not checked: field hasta of avistamientos: a column is missing; "
        "spans desde, hasta of avistamientos: a column is missing"
    )


def test_a_table_by_itself_and_one_elsewhere_are_never_green(toy: Folder) -> None:
    package = Package(str(toy.root / "datapackage.json"))
    descriptor = package.get_resource("avistamientos").to_descriptor()
    descriptor["schema"].pop("foreignKeys")
    alone = frictionless.Resource.from_descriptor(descriptor, basepath=str(toy.root))
    report = alone.validate(Checklist(checks=[TextSpansCheck()]))
    assert ["not checked: a table by itself" in e.note for e in report.tasks[0].errors] == [True]


def test_an_address_is_not_fetched() -> None:
    resource = frictionless.Resource(data=[["a"], [1]], basepath="https://example.org/data")
    resource.package = Package(resources=[])
    check = TextSpansCheck()
    check.connect(resource)
    resource.schema = frictionless.Schema.from_descriptor({"fields": [], "textSpans": [{}]})
    (error,) = check.validate_start()
    assert "is not on this machine: https://example.org/data" in error.note


def test_a_package_that_cannot_be_looked_at_is_told(
    toy: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise UnreadablePackage("diario.txt: the file changed")

    monkeypatch.setattr("smartcity_case.validation.validate_spans", refuse)
    (error,) = told(toy.root)
    assert error.note == "not checked: diario.txt: the file changed"


def test_a_package_in_memory_is_checked_by_what_it_says(toy: Folder) -> None:
    cell("otra garza", "otra garzo")(toy)
    resources = [
        frictionless.Resource.from_descriptor(copy.deepcopy(each), basepath=str(toy.root))
        for each in toy.descriptor["resources"]
    ]
    package = Package(name="aves", resources=resources, basepath=str(toy.root))
    report = package.validate(Checklist(checks=[TextSpansCheck()]))
    errors = [error for task in report.tasks for error in task.errors]
    assert verdicts(errors) == {3: {"span.absent"}}


def in_memory(toy: Folder) -> list[frictionless.Error]:
    package = Package.from_descriptor(toy.descriptor, basepath=str(toy.root))
    report = package.validate(Checklist(checks=[TextSpansCheck()]))
    return [error for task in report.tasks for error in task.errors if error.type in OURS]


def rows_of(toy: Folder) -> list[dict[str, Any]]:
    header, *rows = (line.split(",") for line in toy.read("avistamientos").decode().splitlines())
    records: list[dict[str, Any]] = [dict(zip(header, row, strict=True)) for row in rows]
    for record in records:
        for name in ("desde", "hasta", "dicho_desde", "dicho_hasta"):
            record[name] = int(record[name]) if record[name] else None
    return records


def change_table(toy: Folder, **properties: Any) -> None:
    def change(descriptor: dict[str, Any]) -> None:
        resource = descriptor["resources"][2]
        for name in ("path", "hash", "bytes"):
            resource.pop(name, None)
        resource["schema"].pop("foreignKeys", None)
        resource.update(properties)

    toy.describe(change)


def numbered(root: Path) -> dict[int, set[str]]:
    """Our verdicts with the numbers that frictionless gives to records without a header."""
    return {row + 1: codes for row, codes in ours(root, "avistamientos").items()}


def test_rows_of_parquet_and_of_inline_data_are_the_same_ones(toy: Folder) -> None:
    cell("otra garza", "otra garzo")(toy)
    records = rows_of(toy)
    listed = [list(records[0]), *(list(record.values()) for record in records)]
    pq.write_table(pa.Table.from_pylist(records), toy.root / "aves.parquet")
    change_table(toy, path="aves.parquet")
    assert verdicts(told(toy.root)) == numbered(toy.root) == {3: {"span.absent"}}
    assert verdicts(in_memory(toy)) == numbered(toy.root)
    for data in (records, listed):
        change_table(toy, data=data)
        assert verdicts(told(toy.root)) == numbered(toy.root) == {3: {"span.absent"}}


def test_rows_of_data_without_a_header(toy: Folder) -> None:
    cell("otra garza", "otra garzo")(toy)
    _, *rows = toy.read("avistamientos").decode().splitlines(keepends=True)
    toy.write("avistamientos", "".join(rows).encode())
    toy.describe(lambda d: d["resources"][2].update(dialect={"header": False}))
    assert verdicts(told(toy.root)) == ours(toy.root, "avistamientos") == {2: {"span.absent"}}


def test_rows_of_several_files_are_told_with_their_file(toy: Folder) -> None:
    cell("otra garza", "otra garzo")(toy)
    header, one, two = toy.read("avistamientos").decode().splitlines(keepends=True)
    (toy.root / "1.csv").write_text(header + one, "utf-8")
    (toy.root / "2.csv").write_text(header + two, "utf-8")
    change_table(toy, path=["1.csv", "2.csv"])
    (error,) = told(toy.root)
    assert isinstance(error, TextSpansError)
    assert error.note.startswith("2.csv, row 2: span.absent: field palabras: ")
    assert [each.note for each in in_memory(toy)] == [error.note]


def test_a_row_that_frictionless_does_not_see_is_told_at_the_end(toy: Folder) -> None:
    cell("otra garza", "otra garzo")(toy)
    package = Package(str(toy.root / "datapackage.json"))
    check = TextSpansCheck()
    check.connect(package.get_resource("avistamientos"))
    assert list(check.validate_start()) == []
    assert [error.note.split(": ")[:2] for error in check.validate_end()] == [
        ["row 3", "span.absent"]
    ]


def texts_in_files(toy: Folder) -> None:
    """The diary as a file that a table of texts names."""

    def change(descriptor: dict[str, Any]) -> None:
        text, _, table = descriptor["resources"]
        fields = [{"name": name, "type": "string"} for name in ("id", "file", "sha")]
        descriptor["resources"][0] = {
            "name": "diarios",
            "path": "diarios.csv",
            "schema": {"fields": fields, "primaryKey": ["id"]},
        }
        table["schema"]["fields"].append({"name": "texto", "type": "string"})
        for span in table["schema"]["textSpans"]:
            span["fields"]["source"] = "texto"
            target = {"key": "id", "path": "file", "hash": "sha"}
            span["reference"] = {"resource": "diarios", "fields": target}
        (toy.root / "diarios.csv").write_text(f"id,file,sha\nd1,diario.txt,{text['hash']}\n")

    lines = toy.read("avistamientos").decode().splitlines()
    toy.describe(change)
    new = [lines[0] + ",texto", *(line + ",d1" for line in lines[1:])]
    toy.write("avistamientos", ("\n".join(new) + "\n").encode())


def test_texts_that_a_table_names_are_looked_at(toy: Folder) -> None:
    texts_in_files(toy)
    assert told(toy.root) == []
    cell("otra garza", "otra garzo")(toy)
    assert verdicts(told(toy.root)) == ours(toy.root, "avistamientos") == {3: {"span.absent"}}
    shutil.copy(toy.root / "especies.csv", toy.root / "diario.txt")
    notes = [e.note for e in told(toy.root) if isinstance(e, TextSpansError)]
    assert any(note.startswith("resource.hash: diarios.csv, row 2") for note in notes)


def test_frictionless_stops_at_a_thousand_errors(toy: Folder) -> None:
    header, row, _ = toy.read("avistamientos").decode().splitlines(keepends=True)
    rows = [row.replace("a1", f"k{n}").replace("dos garzas", f"garzota {n}") for n in range(1200)]
    toy.write("avistamientos", (header + "".join(rows)).encode())
    found = verdicts(told(toy.root, limit_errors=1000))
    assert 990 < len(found) <= 1000
    assert len(ours(toy.root, "avistamientos")) == 1200
