"""`parquet`: pandas, polars and duckdb read the values of the package, and it is proven again."""

from __future__ import annotations

import datetime
import functools
import json
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from pyarrow import parquet

import smartcity_case as sc
from anywhere import write
from bundles import FORMS, all_files, make
from conftest import ROOT, Folder, state
from exports import any_keys, exported, make_odd, make_of, opened, table_of
from smartcity_case.dataset import open_dataset
from smartcity_case.exporters.shared.material import Material
from smartcity_case.exporters.shared.names import file_names
from smartcity_case.profile import Resource, TableSchema
from smartcity_case.storage import Files
from smartcity_case.strategies import packages, tables


def material(root: Path) -> Material:
    return Material(open_dataset(Files(root)))


def expected(root: Path) -> dict[str, list[list[Any]]]:
    """The columns of every table, as values of Python."""
    given = material(root)
    return {
        name: [column.to_pylist() for column in whole(given, name).columns] for name in given.tables
    }


def whole(given: Material, name: str) -> pa.Table:
    return pa.Table.from_batches(given.batches(name), given.arrow_schema(name))


def by_pandas(file: Path) -> list[list[Any]]:
    frame = pd.read_parquet(file)
    columns = [frame.iloc[:, at].astype(object) for at in range(frame.shape[1])]
    return [[None if pd.isna(value) else value for value in column] for column in columns]


def by_polars(file: Path) -> list[list[Any]]:
    import polars as pl

    return [column.to_list() for column in pl.read_parquet(file).get_columns()]


@functools.cache
def database() -> Any:
    import duckdb

    return duckdb.connect()  # which takes longer than to read a file


def by_duckdb(file: Path) -> list[list[Any]]:
    found = database().read_parquet(str(file))
    width, rows = len(found.columns), found.fetchall()
    return [[row[at] for row in rows] for at in range(width)]


READERS = {"pandas": by_pandas, "polars": by_polars, "duckdb": by_duckdb}


def schema_of(resource: Resource) -> TableSchema:
    assert isinstance(resource.table_schema, TableSchema)
    return resource.table_schema


def check(root: Path, out: Path) -> None:
    """What all readers see is what is in the package, and the folder is a package itself."""
    wanted = expected(root)
    files = file_names(wanted)
    for name, columns in wanted.items():
        for reader, read in READERS.items():
            found = read(out / f"{files[name]}.parquet")
            assert repr(found) == repr(columns), (reader, name)  # -0.0 is not 0.0, nor 1 True
    report = sc.validate(out)
    assert (report.ok, report.skipped) == (True, ()), report.errors[:2]
    again, before = material(out), material(root)
    for name in wanted:
        assert whole(again, name).equals(whole(before, name))
        assert [(r.key, r.spans) for r in again.rows(name)] == [
            (r.key, r.spans) for r in before.rows(name)
        ]
    texts = {text.name: text.text for text in before.texts() if text.path}
    assert texts == {text.name: text.text for text in again.texts() if text.path}
    if texts:
        (file,) = [r.paths[0] for r in again.package.resources if r.name.startswith("texts")]
        rows = parquet.read_table(out / file).to_pylist()
        assert {row["name"]: row["text"] for row in rows} == texts


def test_pandas_opens_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = sc.load().claims
    version = sc.load().version
    assert opened("parquet", tmp_path, monkeypatch) == f"{len(claims)} string {version}\n"
    check(ROOT, tmp_path / "case-parquet")


def test_pandas_has_the_dtypes_and_terms_of_load(tmp_path: Path) -> None:
    out, data = exported(None, "parquet", tmp_path), sc.load()
    for name, frame in data.tables.items():
        read = pd.read_parquet(out / f"{name}.parquet")
        pd.testing.assert_frame_equal(read, frame.reset_index(drop=True), check_categorical=False)
        for column in frame.columns:
            if isinstance(frame[column].dtype, pd.CategoricalDtype):
                made, wanted = read[column].cat, frame[column].cat
                assert list(made.categories) == list(wanted.categories), column
                assert made.ordered == wanted.ordered, column
        assert read.attrs == frame.attrs
    loaded = sc.load(out)
    assert all(loaded[name].equals(frame) for name, frame in data.tables.items())


def test_polars_has_the_terms_in_order(tmp_path: Path) -> None:
    import polars as pl

    read = pl.read_parquet(exported(None, "parquet", tmp_path) / "claims.parquet")
    terms = sc.load().claims["claimant_certainty"].cat.categories
    assert read.schema["claimant_certainty"] == pl.Enum(list(terms))


def test_duckdb_joins_a_row_with_its_words_in_the_text(tmp_path: Path) -> None:
    out = exported(None, "parquet", tmp_path)
    (right,) = (
        database()
        .execute(
            "select count(*) from read_parquet($rows) r, read_parquet($texts) t "
            "where substring(t.text, r.start + 1, r.end - r.start) = r.exact",
            {"rows": str(out / "claims.parquet"), "texts": str(out / "texts.parquet")},
        )
        .fetchall()[0]
    )
    assert right == len(sc.load().claims)


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    out = exported(None, "parquet", tmp_path)
    schema = parquet.read_schema(out / "actors.parquet")
    told = json.loads(schema.metadata[b"datapackage"])
    data = sc.load()
    assert told["exportedFrom"]["citation"] == data.citation
    assert told["exportedFrom"]["descriptor"] in (out / "datapackage.json").read_text("utf-8")
    assert [each["name"] for each in told["resources"]] == ["actors"]
    assert told["resources"][0]["schema"]["fields"][0]["description"]
    assert told["resources"][0]["path"] == "actors.parquet"
    assert [each["title"] for each in told["licenses"]] == [
        each.title for each in data.package.licenses
    ]
    described = schema_of(data.resource("actors")).fields[0].description
    assert schema.field(0).metadata[b"description"].decode() == described
    group = parquet.read_metadata(out / "actors.parquet").row_group(0)
    assert {group.column(at).compression for at in range(group.num_columns)} == {"ZSTD"}


def test_rights_in_the_texts_go_with_the_table_of_them(tmp_path: Path) -> None:
    out = exported(None, "parquet", tmp_path)
    resources = {each.name: each.model_extra or {} for each in sc.load(out).package.resources}
    assert resources["texts"]["licenses"] == resources["article"]["licenses"]
    assert "CC-BY" not in json.dumps(resources["texts"]["licenses"])


def test_an_export_of_an_export_has_no_second_table_of_texts(toy: Folder, tmp_path: Path) -> None:
    first = exported(toy.root, "parquet", tmp_path / "1")
    second = exported(first, "parquet", tmp_path / "2")
    assert sorted(all_files(second)) == sorted(all_files(first))
    for name, columns in expected(first).items():
        assert by_pandas(second / f"{name}.parquet") == columns
    assert sc.validate(second).ok


def test_two_spans_in_a_row(toy: Folder, tmp_path: Path) -> None:
    check(toy.root, exported(toy.root, "parquet", tmp_path))


def test_odd_names_and_values(tmp_path: Path) -> None:
    odd = make_odd(tmp_path / "odd")
    done = sc.export(odd, "parquet", tmp_path / "out")
    check(odd, tmp_path / "out")
    assert [note.partition(" is a")[0] for note in done.notes if "column of text" in note] == [
        "Dinge & „Sachen“.sqlite_x"
    ]
    assert any("DuckDB changes: 'größe', 'Größe'" in note for note in done.notes)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("table", ["csv", "parquet", "inline"])
def test_texts_of_every_form(tmp_path: Path, form: str, table: str) -> None:
    root = make(tmp_path / "ports", form, table).root
    out = exported(root, "parquet", tmp_path)
    check(root, out)
    assert (out / "texts.parquet").exists() == (form != "column")


@settings(max_examples=8)
@given(packages())
def test_any_package_comes_back(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "drawn"
        write(root, files)
        check(root, exported(root, "parquet", Path(place)))


def field(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


TYPES: dict[str, Any] = {
    "fields": [
        field("id", "integer", constraints={"minimum": -(2**63), "maximum": 2**63 - 1}),
        field("a.b", constraints={"required": True}),
        field("number", "number"),
        field("yes", "boolean"),
        field("day", "date"),
        field("moment", "datetime"),
        field("year", "year"),
        field("month", "yearmonth"),
        field("anything", "any"),
        field("one", "integer", constraints={"enum": [1, 2]}),
        field("colour", categories=[{"value": "rot"}, "grün", "nie"], categoriesOrdered=True),
        field("shade", constraints={"enum": ["hell", "", "dunkel"]}, missingValues=["-"]),
        field("note", missingValues=["-"]),
    ],
    "primaryKey": ["id"],
}


@settings(max_examples=8)
@given(tables(TYPES, min_size=0, max_size=5))
def test_values_of_all_types_come_back(listed: list[dict[str, Any]]) -> None:
    resource = {"name": "Ä/b", "schema": TYPES, "data": listed}
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "drawn"
        write(root, {"datapackage.json": json.dumps({"resources": [resource]}).encode()})
        check(root, exported(root, "parquet", Path(place)))


def package(root: Path, *resources: dict[str, Any], **files: bytes) -> Path:
    """A package of some tables, each in a CSV file of its name if one is given."""
    root.mkdir()
    for resource in resources:
        if data := files.get(resource["name"]):
            resource.setdefault("path", f"{resource['name']}.csv")
            (root / resource["path"]).write_bytes(data)
            state(resource, data)
    told = {"resources": list(resources)}
    (root / "datapackage.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return root


ODD_NAMES = [
    "",
    " ",
    "a.b",
    "A.B",
    "x\ny",
    "\"'`",
    "größe",
    "a\0b",
    "select",
    "__index_level_0__",
    "🐦",
]
ODD_CELLS = [
    "\0",
    "a\0b",
    "\u2028",
    "\uffff",
    "\x7f\x85",
    "e\u0301",
    "\r\n",
    "👩\u200d👧",
    '"',
    "NaN",
    "null",
]


def test_any_names_of_columns_and_any_characters(tmp_path: Path) -> None:
    fields = [field(name, missingValues=[]) for name in ODD_NAMES]
    data = [dict(zip(ODD_NAMES, ODD_CELLS, strict=True)), dict.fromkeys(ODD_NAMES, "")]
    root = package(tmp_path / "p", {"name": "t", "schema": {"fields": fields}, "data": data})
    done = sc.export(root, "parquet", tmp_path / "out")
    check(root, tmp_path / "out")
    assert list(pd.read_parquet(tmp_path / "out/t.parquet").columns) == ODD_NAMES
    assert done.notes == (
        "t: names that differ in case alone, or are empty, DuckDB changes: '', 'a.b', 'A.B'",
    )


def test_null_and_the_empty_string_stay_apart(tmp_path: Path) -> None:
    fields = [field("id"), field("a", missingValues=["-"]), field("b", "integer")]
    schema = {"fields": fields, "missingValues": ["n/a", ""]}
    root = package(tmp_path / "p", {"name": "t", "schema": schema}, t=b"id,a,b\nx,,n/a\ny,-,\n")
    out = exported(root, "parquet", tmp_path)
    check(root, out)
    assert by_pandas(out / "t.parquet") == [["x", "y"], ["", None], [None, None]]


def test_numbers_that_no_double_has_and_nan(tmp_path: Path) -> None:
    fields = [field("long", "number"), field("nan", "number")]
    data = b"long,nan\n0.10000000000000000000001,NaN\n1,-0.0\n2,INF\n"
    root = package(tmp_path / "p", {"name": "t", "schema": {"fields": fields}}, t=data)
    done = sc.export(root, "parquet", tmp_path / "out")
    assert sc.validate(tmp_path / "out").ok
    for read in (by_polars, by_duckdb):
        found = read(tmp_path / "out/t.parquet")
        assert repr(found) == repr(expected(root)["t"])
    assert "t.nan: NaN is in the file, and pandas shows it as missing" in done.notes


@pytest.mark.parametrize("rows", [b"", b"rot\n"])
def test_terms_of_a_table_without_rows(tmp_path: Path, rows: bytes) -> None:
    fields = [field("colour", categories=["rot", "blau"])]
    given = {"name": "t", "schema": {"fields": fields}}
    root = package(tmp_path / "p", given, t=b"colour\n" + rows)
    done = sc.export(root, "parquet", tmp_path / "out")
    check(root, tmp_path / "out")
    assert bool(done.notes) == (not rows)


def test_a_large_vocabulary_is_whole_in_every_row_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartcity_case.exporters.shared import parquet_files

    monkeypatch.setattr(parquet_files, "ROWS", 70)
    terms = [f"Wort {number:06} {'ä' * 9}" for number in range(60_000)]
    fields = [field("w", categories=terms), field("n", "integer")]
    lines = [f"{terms[number % 3]},{number}" for number in range(100)]
    data = ("w,n\n" + "\n".join(lines) + "\n").encode()
    root = package(tmp_path / "p", {"name": "t", "schema": {"fields": fields}}, t=data)
    out = exported(root, "parquet", tmp_path)
    read = pd.read_parquet(out / "t.parquet")
    assert parquet.read_metadata(out / "t.parquet").num_row_groups == 2
    assert list(read["w"].cat.categories) == terms
    assert read["w"].tolist() == [terms[number % 3] for number in range(100)]
    assert sc.validate(out).ok


def test_keys_of_texts_stay_as_they_are_written(tmp_path: Path) -> None:
    """A text that is called 007 is not found by 7."""
    spans = {
        "fields": {"start": "s", "end": "e", "source": "d", "exact": "x"},
        "reference": {"resource": "docs", "fields": {"key": "id", "text": "body"}},
    }
    docs = {"fields": [field("id", "integer"), field("body")], "primaryKey": ["id"]}
    fields = [field("d"), field("s", "integer"), field("e", "integer"), field("x")]
    root = package(
        tmp_path / "p",
        {"name": "docs", "schema": docs},
        {"name": "rows", "schema": {"fields": fields, "textSpans": [spans]}},
        docs="id,body\n007,Die Fähre\n".encode(),
        rows="d,s,e,x\n007,4,9,Fähre\n".encode(),
    )
    done = sc.export(root, "parquet", tmp_path / "out")
    check(root, tmp_path / "out")
    assert done.notes == (
        "docs.id is a column of text, since row 2 has '007', which is not the same as int64",
    )


def test_categories_that_are_not_written_as_numbers_are(tmp_path: Path) -> None:
    fields = [field("n", "integer", categories=["01", "02"]), field("m", "integer", categories=[1])]
    data = b"n,m\n01,1\n02,1\n"
    root = package(tmp_path / "p", {"name": "t", "schema": {"fields": fields}}, t=data)
    out = exported(root, "parquet", tmp_path)
    check(root, out)
    assert by_pandas(out / "t.parquet") == [["01", "02"], [1, 1]]


def test_moments_in_a_parquet_table(tmp_path: Path) -> None:
    moment = datetime.datetime(2018, 12, 3, 9, 30, tzinfo=datetime.UTC)
    sink = pa.BufferOutputStream()
    parquet.write_table(
        pa.table({"t": [moment, None], "d": [moment.date(), None], "k": [1, 2]}), sink
    )
    fields = [field("t", "datetime"), field("d", "date"), field("k", "integer")]
    given = {"name": "t", "path": "t.parquet", "schema": {"fields": fields}}
    root = package(tmp_path / "p", given, t=sink.getvalue().to_pybytes())
    out = exported(root, "parquet", tmp_path)
    check(root, out)
    assert by_pandas(out / "t.parquet")[0] == ["2018-12-03 09:30:00+00:00", None]


def test_columns_that_the_schema_does_not_know_are_told(tmp_path: Path) -> None:
    schema = {"fields": [field("a")], "fieldsMatch": "subset"}
    root = package(tmp_path / "p", {"name": "t", "schema": schema}, t=b"a,b\n1,2\n")
    done = sc.export(root, "parquet", tmp_path / "out")
    assert done.notes == ("t.b: a column that the schema does not know",)
    check(root, tmp_path / "out")


def test_a_column_that_may_be_absent_is_null(tmp_path: Path) -> None:
    schema = {"fields": [field("a"), field("b", "integer")], "fieldsMatch": ["superset"]}
    root = package(tmp_path / "p", {"name": "t", "schema": schema}, t=b"a\n1\n")
    check(root, exported(root, "parquet", tmp_path))


def test_parts_in_files_of_their_own_and_several_files_of_a_table(tmp_path: Path) -> None:
    root = tmp_path / "p"
    (root / "x").mkdir(parents=True)
    for path, data in {"x/1.csv": "a;b\n1;ä\n", "x/2.csv": "a;b\n2;ö\n"}.items():
        (root / path).write_text(data, "utf-8")
    schema = {"fields": [field("a", "integer"), field("b")], "primaryKey": "a"}
    (root / "s.json").write_text(json.dumps(schema))
    (root / "d.json").write_text('{"delimiter": ";"}')
    table = {"name": "t", "path": ["x/1.csv", "x/2.csv"], "schema": "s.json", "dialect": "d.json"}
    (root / "datapackage.json").write_text(json.dumps({"resources": [table]}))
    out = exported(root, "parquet", tmp_path)
    check(root, out)
    assert sorted(all_files(out)) == ["datapackage.json", "t.parquet"]


def test_texts_in_cells_beside_texts_in_files(tmp_path: Path) -> None:
    """The table of texts has those that are in no other."""
    root = make(tmp_path / "ports", "column").root
    told = json.loads((root / "datapackage.json").read_text())
    told["resources"].append({"name": "more", "path": "m.txt", "mediatype": "text/plain"})
    write(root, {"m.txt": b"more", "datapackage.json": json.dumps(told).encode()})
    out = exported(root, "parquet", tmp_path)
    check(root, out)
    assert by_pandas(out / "texts.parquet")[0] == ["more"]


def test_other_files_licences_and_what_is_called_like_a_table(tmp_path: Path) -> None:
    """A text may be called like a table's file, or a resource like the table of texts."""
    root = tmp_path / "p"
    root.mkdir()
    listed = b"id,path\nk,A.Parquet\nsame,A.Parquet\n"
    files = {
        "A.Parquet": "Die Fähre 🚤".encode(),
        "b.parquet/x.pdf": b"%PDF",
        "b.parquet/y.pdf": b"%PDF-2",
        "texts.csv": listed,
        "a.csv": b"d,s,e\nk,4,9\n",
        "b.csv": b"n\n1\n",
        "LIZENZ": b"frei",
        "more.txt": b"unhashed",
    }
    write(root, files)
    targets = {"key": "id", "path": "path"}
    spans = {
        "fields": {"source": "d", "start": "s", "end": "e"},
        "reference": {"resource": "texts", "fields": targets},
    }
    integers = [field("s", "integer"), field("e", "integer")]
    pdf: dict[str, Any] = {"name": "pdf", "path": ["b.parquet/x.pdf", "b.parquet/y.pdf"]}
    state(pdf, files["b.parquet/x.pdf"] + files["b.parquet/y.pdf"])
    resources = [
        {
            "name": "texts",
            "path": "texts.csv",
            "schema": {"fields": [field("id"), field("path")], "primaryKey": "id"},
        },
        {
            "name": "a",
            "path": "a.csv",
            "schema": {"fields": [field("d"), *integers], "textSpans": [spans]},
        },
        {"name": "b", "path": "b.csv", "schema": {"fields": [field("n", "integer")]}},
        {"name": "more", "path": "more.txt", "mediatype": "text/plain"},
        pdf,
    ]
    licences = [{"path": "LIZENZ"}, {"path": "FEHLT"}, {"path": "https://x.test/l"}, {"name": "x"}]
    told = {"licenses": licences, "resources": resources}
    (root / "datapackage.json").write_text(json.dumps(told))
    done = sc.export(root, "parquet", tmp_path / "out")
    assert done.notes == ("FEHLT, which a licence names: the package lacks it",)
    assert sorted(all_files(tmp_path / "out")) == [
        "A.Parquet",
        "LIZENZ",
        "a-2.parquet",
        "b-2.parquet",
        "b.parquet/x.pdf",
        "b.parquet/y.pdf",
        "datapackage.json",
        "more.txt",
        "texts-as-table.parquet",
        "texts.parquet",
    ]
    out = tmp_path / "out"
    assert sc.validate(out).ok
    for name, file in {"texts": "texts", "a": "a-2", "b": "b-2"}.items():
        assert by_pandas(out / f"{file}.parquet") == expected(root)[name]
    more = next(r for r in sc.load(out).package.resources if r.name == "more")
    assert more.hash.startswith("sha256:")
    assert more.bytes == len(files["more.txt"])


def test_a_withheld_package_stays_one(toy: Folder, tmp_path: Path) -> None:
    from smartcity_case.cli import main

    public, out = tmp_path / "public", tmp_path / "out"
    assert main(["withhold", str(toy.root), str(public)]) == 0
    with pytest.raises(sc.InvalidPackage):
        sc.export(public, "parquet", out)
    sc.export(public, "parquet", out, accept_unverifiable=True)
    assert not (out / "texts.parquet").exists()
    assert all(b"garzas" not in data for data in all_files(out).values())
    assert main(["validate", str(out)]) == 1
    assert main(["validate", str(out), "--accept", "unverifiable"]) == 0
    source = toy.root / "diario.txt"
    report = sc.validate(out, sources={"diario": source})
    assert report.ok, report.errors
    assert by_pandas(out / "avistamientos.parquet") == expected(public)["avistamientos"]
    sc.export(public, "parquet", tmp_path / "whole", sources={"diario": source})
    check(toy.root, tmp_path / "whole")


def test_an_export_of_the_case_without_its_words_is_held_to_its_rules(
    release: Folder, tmp_path: Path
) -> None:
    from smartcity_case.cli import main

    public, out = tmp_path / "public", tmp_path / "out"
    assert main(["withhold", str(release.root), str(public), "--digests"]) == 0
    sc.export(public, "parquet", out, accept_unverifiable=True)
    assert main(["validate", str(out), "--accept", "unverifiable"]) == 0
    report = sc.validate(
        out, sources={"article": release.root / release.resource("article")["path"]}
    )
    assert report.ok, report.errors
    made = Folder(out)
    made.describe(lambda d: d["resources"][1]["schema"]["fields"][1].update(type="any"))
    assert "rule.broken" in {finding.code for finding in sc.validate(out).errors}


def test_withheld_text_files_stay_marked(tmp_path: Path) -> None:
    from smartcity_case.cli import main

    root, public, out = make(tmp_path / "ports").root, tmp_path / "public", tmp_path / "out"
    assert main(["withhold", str(root), str(public)]) == 0
    sc.export(public, "parquet", out, accept_unverifiable=True)
    assert main(["validate", str(out), "--accept", "unverifiable"]) == 0
    assert sc.validate(out, sources={"ports": root / "texts"}).ok


def test_the_same_package_gives_the_same_bytes(toy: Folder, tmp_path: Path) -> None:
    for threads in (1, 2):
        sc.export(toy.root, "parquet", tmp_path / str(threads), threads=threads)
    assert all_files(tmp_path / "1") == all_files(tmp_path / "2")


def test_many_texts_are_written_some_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartcity_case.exporters.parquet import texts as parquet_texts
    from smartcity_case.exporters.shared import parquet_files

    monkeypatch.setattr(parquet_texts, "_SOME", 30)
    monkeypatch.setattr(parquet_files, "_BYTES", 100)
    root = make(tmp_path / "ports").root
    out = exported(root, "parquet", tmp_path)
    check(root, out)
    assert parquet.read_metadata(out / "texts.parquet").num_row_groups == 2


def test_what_a_schema_says_of_values_that_are_text_now_is_left_out(tmp_path: Path) -> None:
    def told(name: str, package: Path) -> tuple[str, ...]:
        done = sc.export(package, "parquet", tmp_path / name)
        report = sc.validate(tmp_path / name)
        assert report.ok, report.errors
        return done.notes

    assert any("the key is not declared" in n for n in told("keys", any_keys(tmp_path / "any")))
    kinds = "id:string p:geopoint d:date free:any one:any"
    rows = [["a", [1.5, 2], "03.12.2018", 1, 1], ["b", [0, 0], "04.12.2018", "1", "1"]]
    table = table_of("seen", kinds, *rows, uniqueKeys=[["one"]])
    fields = table["schema"]["fields"]
    fields[2] |= {"format": "%d.%m.%Y", "constraints": {"required": True}}
    fields[3] |= {"constraints": {"enum": [1, "1", None]}}
    fields[4] |= {"constraints": {"unique": True, "required": True}}
    notes = told("types", make_of(tmp_path / "p", table))
    assert [note.partition(":")[0] for note in notes] == ["seen.p", "seen"]
    (made,) = sc.load(tmp_path / "types").package.resources
    kept = {field.name: (field.type, field.constraints) for field in schema_of(made).fields}
    assert kept["d"] == ("date", {"required": True})
    assert kept["p"] == ("string", {})
    assert kept["free"] == ("any", {"enum": ["1"]})
    assert kept["one"] == ("any", {"required": True})


@pytest.mark.parametrize(("other", "kept"), [("1", None), ("2", True)])
def test_values_of_any_type_stay_unique_if_they_are_so_as_text(
    other: str, kept: bool | None, tmp_path: Path
) -> None:
    table = table_of("seen", "id:any one:any", ["a", 1], ["b", other])
    table["schema"]["fields"][1]["constraints"] = {"unique": True}
    out = exported(make_of(tmp_path / "p", table), "parquet", tmp_path)
    assert sc.validate(out).ok
    (made,) = sc.load(out).package.resources
    assert schema_of(made).fields[1].constraints.get("unique") is kept
    assert schema_of(made).primary_key == ["id"]


def test_dates_with_a_format_and_lists_of_parquet_become_strings(tmp_path: Path) -> None:
    root = tmp_path / "p"
    field = {"name": "d", "type": "date", "format": "%d.%m.%Y", "constraints": {"required": True}}
    schema = {"fields": [field, {"name": "l", "type": "list"}]}
    make_of(root, {"name": "seen", "path": "s.parquet", "schema": schema})
    columns = pa.table({"d": [datetime.date(2018, 12, 3)], "l": [["a", "b"]]})
    parquet.write_table(columns, root / "s.parquet")
    made = Folder(root)
    made.write("seen", (root / "s.parquet").read_bytes())
    done = sc.export(root, "parquet", tmp_path / "out")
    assert [note.partition(":")[0] for note in done.notes] == ["seen.d", "seen.l"]
    assert sc.validate(tmp_path / "out").ok
