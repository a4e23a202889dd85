"""What all exporters share: typed rows with their spans, the place to write to, the command."""

from __future__ import annotations

import datetime
import json
import operator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import smartcity_case as sc
from bundles import FORMS, TEXTS, make
from conftest import Folder, make_toy, state
from exports import ODD_TEXT, make_odd
from smartcity_case.case import open_files
from smartcity_case.cli import main
from smartcity_case.dataset import open_dataset
from smartcity_case.exporters import FORMATS, exporter
from smartcity_case.exporters.shared.material import Material
from smartcity_case.exporters.shared.names import file_names
from smartcity_case.exporters.shared.typed import convert, preferred
from smartcity_case.profile import FieldSchema
from smartcity_case.table import Column, json_column
from smartcity_case.writing import place_for


def material_of(root: Path | None, sources: Any = None) -> Material:
    return Material(open_dataset(open_files(root, sources)), threads=2)


# typed columns


def field(kind: str, **more: Any) -> FieldSchema:
    return FieldSchema.model_validate({"name": "x", "type": kind, **more})


def converted(values: Any, kind: str, **more: Any) -> Any:
    column = Column(values) if isinstance(values, pa.Array) else json_column(values)
    one = field(kind, **more)
    return convert(column, one, frozenset(["", "-"]), preferred(one)).to_pylist()


@pytest.mark.parametrize(
    ("kind", "cells", "values"),
    [
        ("integer", ["1", "-2", "", "+3", "007"], [1, -2, None, 3, 7]),
        ("integer", ["9223372036854775807", "-"], [2**63 - 1, None]),
        ("year", ["2018", ""], [2018, None]),
        ("number", ["1.50", "", "1e300", "-0.1"], [1.5, None, 1e300, -0.1]),
        ("boolean", ["true", "FALSE", "1", ""], [True, False, True, None]),
        ("date", ["2018-12-03", "-"], [datetime.date(2018, 12, 3), None]),
        ("string", ["a", "", "-", " "], ["a", None, None, " "]),
        ("yearmonth", ["2018-12", ""], ["2018-12", None]),
        ("object", ['{"a": 1}', ""], ['{"a": 1}', None]),
    ],
)
def test_cells_have_the_types_of_their_fields(
    kind: str, cells: list[str], values: list[object]
) -> None:
    assert converted(cells, kind) == values
    assert converted(pa.array([c or None for c in cells]), kind) == values


def test_values_of_other_formats_have_these_types_too() -> None:
    assert converted([1, None, 2], "integer") == [1, None, 2]
    assert converted(pa.array([1, None], pa.uint8()), "integer") == [1, None]
    assert converted(pa.array([1.5, None], pa.float32()), "number") == [1.5, None]
    assert converted(pa.array([Decimal("1.5"), None]), "number") == [1.5, None]
    assert converted([True, None, False], "boolean") == [True, None, False]
    assert converted(pa.array([datetime.date(1999, 1, 2), None]), "date") == [
        datetime.date(1999, 1, 2),
        None,
    ]
    assert converted([{"a": [1, "ä"]}, None, "x"], "any") == ['{"a": [1, "ä"]}', None, "x"]
    stamp = datetime.datetime(2020, 1, 2, 3, 4, 5)
    assert converted(pa.array([stamp, None]), "datetime") == ["2020-01-02 03:04:05", None]


def test_what_is_written_in_another_way_stays_as_it_is_but_booleans() -> None:
    assert converted(["1,5"], "number", decimalChar=",") == ["1,5"]
    assert converted(["03.12.2018"], "date", format="%d.%m.%Y") == ["03.12.2018"]
    words = {"trueValues": ["ja"], "falseValues": ["nein"]}
    assert converted(["ja", "nein", ""], "boolean", **words) == [True, False, None]


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("integer", "9223372036854775808"),
        ("number", "0.12345678901234567890"),
        ("number", "1e999"),
        ("number", "12345678901234567891"),
    ],
)
def test_a_value_that_would_be_another_is_not_converted(kind: str, cell: str) -> None:
    with pytest.raises((pa.ArrowInvalid, pa.ArrowTypeError)):
        converted([cell, ""], kind)


def test_numbers_without_end_stay_numbers() -> None:
    found = converted(["NaN", "INF", "-INF"], "number")
    assert np.isnan(found[0])
    assert found[1:] == [float("inf"), float("-inf")]
    assert converted([0.1, "INF"], "number") == [0.1, float("inf")]


# rows


def test_the_rows_of_the_odd_package_are_what_stands_in_it(tmp_path: Path) -> None:
    material = material_of(make_odd(tmp_path / "odd"))
    (first, name, *_), rows = material.tables, list(material.rows("Dinge & „Sachen“"))
    assert name == "teile"
    assert [row.key for row in rows] == ["0/k/0", "0/k/1", "1/k/0", "1/k/1", "2/k/0"]
    assert [row.number for row in rows] == [2, 3, 4, 5, 6]
    schema = material.arrow_schema(first)
    assert schema.field("größe").type == pa.int64()
    assert schema.field("sqlite_x").type == pa.string()
    assert material.notes == [
        "Dinge & „Sachen“.sqlite_x is a column of text, since row 2 has '99999999999999999999', "
        "which is not the same as int64"
    ]
    assert rows[0].values["größe"] == 2**63 - 1
    assert rows[0].values["frei"] is None
    assert rows[0].values["ja?"] is True
    assert [len(row.spans) for row in rows] == [1, 2, 1, 2, 1]
    for row in [*rows, *material.rows("teile")]:
        for span in row.spans:
            assert span.text == "text eins"
            assert span.exact == ODD_TEXT[span.start : span.end]
    records = [row.values for row in material.rows("TEILE")]
    assert records == [
        {"ohne Schlüssel": None, "n": 1},
        {"ohne Schlüssel": "x", "n": None},
        {"ohne Schlüssel": "", "n": 3},
    ]
    assert [row.key for row in material.rows("TEILE")] == ["", "", ""]
    assert list(material.rows("leer")) == []
    with pytest.raises(sc.NotFound, match="no table 'nest'"):
        list(material.rows("nest"))
    with pytest.raises(sc.NotFound, match="no resource 'nest'"):
        material.resource("nest")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("table", ["csv", "parquet", "inline"])
def test_spans_know_their_text_whatever_form_it_has(tmp_path: Path, form: str, table: str) -> None:
    material = material_of(make(tmp_path / "ports", form, table).root)
    rows = list(material.rows("notes"))
    for row in rows:
        text = material.text(row.spans[0].text)
        assert text is not None
        for span in row.spans:
            assert text[span.start : span.end] == span.exact
    whole = {text.name.rpartition("/")[2]: text for text in material.texts()}
    keys = ["hafen"] if form == "file" else ["hafen", "muelle"]
    assert [text.text for text in whole.values()] == [TEXTS[key] for key in keys]
    names = [span.text for row in rows for span in row.spans]
    assert set(names) == {text.name for text in whole.values()}
    assert all(bool(text.path) == (form != "column") for text in whole.values())


def test_few_decoded_texts_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartcity_case.exporters.shared.material._KEPT", 5)
    material = material_of(make(tmp_path / "ports").root)
    names = [text.name for text in material.texts()] * 2
    assert [material.text(name) for name in names] == list(TEXTS.values()) * 2
    assert material.text("nowhere") is None


def test_without_words_a_row_has_those_of_its_text(tmp_path: Path) -> None:
    toy = make_toy(tmp_path / "toy")
    out = tmp_path / "public"
    assert main(["withhold", str(toy.root), str(out)]) == 0
    spans = [span for row in material_of(out).rows("avistamientos") for span in row.spans]
    assert [span.exact for span in spans] == [None, None, None]
    whole = material_of(out, {"diario": toy.root / "diario.txt"})
    spans = [span for row in whole.rows("avistamientos") for span in row.spans]
    assert [span.exact for span in spans] == ["dos garzas", "Nunca había visto una", "otra garza"]


# names of files


def test_names_of_files_are_safe_and_different() -> None:
    names = [
        "a",
        "A",
        "a-2",
        "..",
        ".x",
        "x.",
        "",
        "con",
        "Con.txt",
        "ä/b",
        "\0",
        "z" * 200,
        "z" * 201,
    ]
    made = file_names(names)
    assert len({file.lower() for file in made.values()}) == len(names)
    assert all(file and file.isascii() and "/" not in file for file in made.values())
    assert not any(file.startswith(".") or file.endswith(".") for file in made.values())
    assert made["con"] == "_con"
    assert max(map(len, made.values())) < 110
    assert file_names(["ä" * 60])["ä" * 60].endswith("%C3%A4")


# the place


def test_a_file_or_folder_is_moved_to_its_place_when_it_is_whole(tmp_path: Path) -> None:
    with place_for(tmp_path / "deep" / "x.bin", folder=False) as place:
        with place.open() as stream:
            stream.write(b"1")
        assert not (tmp_path / "deep" / "x.bin").exists()
    assert (tmp_path / "deep" / "x.bin").read_bytes() == b"1"
    with place_for(tmp_path / "f", folder=True) as place:
        Path(place.at("a/b")).write_bytes(b"2")
    assert place.written == ["a/b"]
    assert (tmp_path / "f/a/b").read_bytes() == b"2"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deep", "f"]


def test_what_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")

    def write(out: str, folder: bool, fault: Exception) -> None:
        with place_for(tmp_path / out, folder=folder, force=True) as place:
            with place.open("a" if folder else "") as stream:
                stream.write(b"new")
            raise fault

    with pytest.raises(ZeroDivisionError):
        write("x", False, ZeroDivisionError())
    with pytest.raises(sc.UnwritablePackage, match="a full disk; nothing is half"):
        write("y", True, OSError(28, "a full disk"))
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").read_bytes() == b"old"


def test_with_force_files_are_written_over_and_others_stay(tmp_path: Path) -> None:
    out = tmp_path / "f"
    (out / "b").mkdir(parents=True)
    (out / "b/a").write_bytes(b"old")
    (out / "mine").write_bytes(b"mine")
    with pytest.raises(sc.UnwritablePackage, match="--force"), place_for(out, folder=True):
        pass
    with place_for(out, folder=True, force=True) as place:
        for path in ("b/a", "c"):
            Path(place.at(path)).write_bytes(b"new")
    found = {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    assert found == {"b/a": b"new", "c": b"new", "mine": b"mine"}
    (tmp_path / "x").write_bytes(b"old")
    with place_for(tmp_path / "x", folder=False, force=True) as place:
        Path(place.at()).write_bytes(b"new")
    assert (tmp_path / "x").read_bytes() == b"new"


def test_an_empty_folder_may_be_there(tmp_path: Path) -> None:
    with place_for(tmp_path, folder=True) as place:
        Path(place.at("a")).write_bytes(b"1")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("out", "folder", "why"),
    [
        ("file", True, "not a folder"),
        ("dir", False, "not a regular file"),
        ("file", False, "it is there already; --force writes over it"),
        ("", False, "give the name of a file"),
        ("dir/..", True, "give the name of a folder"),
    ],
)
def test_a_place_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str, folder: bool, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    Path("dir").mkdir()
    with pytest.raises(sc.UnwritablePackage, match=why), place_for(out, folder=folder):
        pass


def test_a_place_gives_each_path_once_and_none_outside(tmp_path: Path) -> None:
    with place_for(tmp_path / "f", folder=True) as place:
        place.at("a")
        for path, why in (("a", "two files"), ("../a", "leads out"), ("/a", "leads out")):
            with pytest.raises(sc.SmartcityCaseError, match=why):
                place.at(path)
        with pytest.raises(ValueError, match="no path of a folder"):
            place.at()


# export, and the command


def test_only_what_is_valid_is_written(toy: Folder, tmp_path: Path, capsys: Any) -> None:
    toy.replace("avistamientos", "dos garzas", "tres garzas")
    with pytest.raises(sc.InvalidPackage):
        sc.export(toy.root, "csv-safe", tmp_path / "out")
    assert main(["export", "csv-safe", str(tmp_path / "out"), "--package", str(toy.root)]) == 1
    said = capsys.readouterr().out
    assert said.startswith("nothing is written, since the package is not valid\n")
    assert "span.absent" in said
    assert not (tmp_path / "out").exists()


def test_a_loaded_package_is_written_as_well(toy: Folder, tmp_path: Path) -> None:
    data = sc.load(toy.root)
    assert data["especies"].shape == (1, 2)
    done = sc.export(data, "csv-safe", tmp_path / "out")
    assert done.files == ("especies.formulas-escaped.csv", "avistamientos.formulas-escaped.csv")
    toy.replace("especies", "garza,2", "garza,4")
    with pytest.raises(sc.UnreadablePackage, match="changed after it was first read"):
        sc.export(data, "csv-safe", tmp_path / "other")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("name", ["parquet", "sqlite", "web-annotation"])
def test_how_far_it_is_is_told_while_it_is_written(name: str, toy: Folder, tmp_path: Path) -> None:
    told: list[tuple[str, bool]] = []
    out = tmp_path / "new" / "out"  # whose folder is made when the writing begins

    def progress(stage: str, done: int, total: int) -> None:
        assert 0 < done <= total
        told.append((stage, out.parent.exists()))

    sc.export(toy.root, name, out, progress=progress)
    assert {stage for stage, writing in told if not writing} == {"especies", "avistamientos"}
    assert ("avistamientos", True) in told


def test_a_withheld_package_is_written_if_that_is_accepted(
    toy: Folder, tmp_path: Path, capsys: Any
) -> None:
    public, out = tmp_path / "public", tmp_path / "out"
    assert main(["withhold", str(toy.root), str(public)]) == 0
    command = ["export", "csv-safe", str(out), "--package", str(public), "--quiet"]
    capsys.readouterr()
    assert main(command) == 1
    assert main([*command, "--accept", "unverifiable"]) == 0
    table = "avistamientos.formulas-escaped.csv"
    assert b"garzas" not in (out / table).read_bytes()
    assert main([*command, "--source", f"diario={toy.root / 'diario.txt'}", "--force"]) == 0
    assert b"garzas" in (out / table).read_bytes()


def test_a_package_is_not_written_over_itself(toy: Folder, tmp_path: Path) -> None:
    for out, name in ((toy.root, "csv-safe"), (tmp_path / "x/../aves", "csv-safe")):
        with pytest.raises(sc.UnwritablePackage, match="the package itself"):
            sc.export(toy.root, name, out, force=True)


def test_with_force_no_file_of_the_package_is_written_over(toy: Folder, tmp_path: Path) -> None:
    """Wherever in the package OUT is, and whatever the files of the export are called."""
    inner = toy.root / "tablas"
    toy.describe(lambda d: d["resources"][0].update(path="tablas/especies.formulas-escaped.csv"))
    (toy.root / "diario.txt").rename(inner / "especies.formulas-escaped.csv")
    toy.describe(lambda d: d.update(licenses=[{"name": "own", "path": "L.md"}]))
    (toy.root / "L.md").write_text("mine")
    before = {path: path.read_bytes() for path in toy.root.rglob("*") if path.is_file()}
    assert sc.validate(toy.root).ok
    with pytest.raises(sc.UnwritablePackage, match="a file of the package itself"):
        sc.export(toy.root, "csv-safe", inner, force=True)
    for path in ("L.md", "tablas/avistamientos.csv", "datapackage.json"):
        with pytest.raises(sc.UnwritablePackage, match="a file of the package itself"):
            sc.export(toy.root, "sqlite", toy.root / path, force=True)
    assert before == {path: path.read_bytes() for path in toy.root.rglob("*") if path.is_file()}
    with pytest.raises(sc.UnwritablePackage, match="a file of the package itself"):
        sc.export(toy.root, "sqlite", toy.root / "new/../L.md", force=True)
    sc.export(toy.root, "csv-safe", inner / "below")


def test_a_licence_may_say_anything_of_its_file(toy: Folder, tmp_path: Path) -> None:
    for number, path in enumerate(("a\0b", "../up", "/etc/passwd", ".", "")):
        licence = {"name": "own", "path": path}
        toy.describe(operator.methodcaller("update", licenses=[licence]))
        sc.export(toy.root, "sqlite", tmp_path / str(number))


def test_folders_are_not_left_where_nothing_came_to_be(toy: Folder, tmp_path: Path) -> None:
    with pytest.raises(sc.NotFound):
        sc.export(toy.root, "dna", tmp_path / "new/deep/out", options={"statements": "nest"})
    assert not (tmp_path / "new").exists()
    out = tmp_path / ("x" * 255)  # as long as a name can be
    assert sc.export(toy.root, "csv-safe", out).files


def test_texts_that_are_called_alike_are_not_taken_for_each_other(tmp_path: Path) -> None:
    span = {"fields": {"start": "s", "end": "e", "source": "of"},
            "reference": {"resource": "docs", "fields": {"key": "id", "text": "body"}}}  # fmt: skip
    fields = [{"name": "s", "type": "integer"}, {"name": "e", "type": "integer"}, {"name": "of"}]
    docs = {"fields": [{"name": "id"}, {"name": "body"}], "primaryKey": "id"}
    resources: list[dict[str, Any]] = [
        {"name": "docs", "data": [{"id": "x", "body": "Hallo"}], "schema": docs},
        {"name": "docs/x", "path": "x.txt", "mediatype": "text/plain"},
        {"name": "r", "data": [{"s": 0, "e": 5, "of": "x"}],
         "schema": {"fields": fields, "textSpans": [span]}},
    ]  # fmt: skip
    root = tmp_path / "slash"
    root.mkdir()
    (root / "x.txt").write_bytes(b"Other")
    state(resources[1], b"Other")
    (root / "datapackage.json").write_text(json.dumps({"name": "p", "resources": resources}))
    assert sc.validate(root).ok
    for name in ("web-annotation", "brat", "sqlite", "parquet"):
        with pytest.raises(sc.UnwritablePackage, match="two texts are called 'docs/x'"):
            sc.export(root, name, tmp_path / name)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("number", "1.50"),
        ("integer", "007"),
        ("boolean", "true"),
        ("date", "2018-12-03"),
        ("year", "2018"),
    ],
)
def test_words_are_those_of_the_cell_whatever_type_its_field_has(
    tmp_path: Path, kind: str, words: str
) -> None:
    span = {"fields": {"start": "s", "end": "e", "exact": "w"}, "reference": {"resource": "t"}}
    fields = [
        {"name": "s", "type": "integer", "trueValues": ["x"]},  # not written in the default way
        {"name": "e", "type": "integer"},
        {"name": "w", "type": kind},
    ]
    resources: list[dict[str, Any]] = [
        {"name": "t", "path": "t.txt", "mediatype": "text/plain"},
        {"name": "r", "path": "r.csv", "schema": {"fields": fields, "textSpans": [span]}},
    ]
    text, table = f"am {words}!".encode(), f"s,e,w\n3,{3 + len(words)},{words}\n".encode()
    root = tmp_path / "typed"
    root.mkdir()
    for resource, data in zip(resources, (text, table), strict=True):
        (root / resource["path"]).write_bytes(data)
        state(resource, data)
    (root / "datapackage.json").write_text(json.dumps({"name": "p", "resources": resources}))
    assert sc.validate(root).ok
    material = material_of(root)
    (row,) = material.rows("r")
    assert row.spans[0][1:] == ("t", 3, 3 + len(words), words)
    assert material.notes == ["r.w is a column of text, since it has words"]
    for name in FORMATS:
        if name != "dna":
            sc.export(root, name, tmp_path / name)
    assert sc.validate(tmp_path / "parquet").ok
    assert f'"exact": "{words}"' in (tmp_path / "web-annotation").read_text("utf-8")


def test_an_option_that_is_usual_can_be_taken_away(tmp_path: Path, capsys: Any) -> None:
    assert main(["export", "dna", str(tmp_path / "strict.csv")]) == 0
    assert main(["export", "dna", str(tmp_path / "wide.csv"), "--set", "where="]) == 0
    sizes = [len((tmp_path / f"{name}.csv").read_text("utf-8")) for name in ("strict", "wide")]
    assert sizes[0] < sizes[1]
    capsys.readouterr()
    assert main(["export", "brat", "--explain"]) == 0
    assert "- discontinuous=quote_parts.quote+role\n" in capsys.readouterr().out


def test_whoever_stops_it_is_told_that_nothing_is_half(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("smartcity_case.exporters.csv_safe.export", stop)
    assert main(["export", "csv-safe", str(tmp_path / "new/out")]) == 130
    assert capsys.readouterr().err == "smartcity-case: stopped; nothing is half\n"
    assert list(tmp_path.iterdir()) == []


def test_what_is_unknown_is_told(toy: Folder, tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(sc.NotFound, match="no format 'xls'; there are "):
        sc.export(toy.root, "xls", tmp_path / "x")
    with pytest.raises(sc.NotFound, match="has no option 'colour'; it has: delimiter"):
        sc.export(toy.root, "csv-safe", tmp_path / "x", options={"colour": "red"})
    assert main(["export", "csv-safe"]) == 2
    assert "give FORMAT and OUT" in capsys.readouterr().err
    for wrong in (
        ["xls", "x"],
        ["csv-safe", "x", "--set", "colour"],
        ["csv-safe", "x", "--threads", "0"],
    ):
        with pytest.raises(SystemExit):
            main(["export", *wrong])


def test_the_command_tells_what_it_wrote(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = make_odd(tmp_path / "odd")
    monkeypatch.chdir(tmp_path)
    assert main(["export", "csv-safe", "out", "--package", str(odd)]) == 0
    first, second, *_, last = capsys.readouterr().out.splitlines()
    assert first == "written: 4 files in out"
    assert second.startswith("not carried as it was: Dinge & „Sachen“.sqlite_x is a column of text")
    assert last == "what this format has no place for: smartcity-case export csv-safe --explain"


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_explains_itself(name: str, capsys: Any) -> None:
    about = exporter(name).FORMAT
    assert about.name == name
    assert about.loses
    assert main(["export", name, "--explain"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{name}: {about.title}\n")
    assert all(option in told for option in about.options)
    assert told.endswith(about.opened.rstrip("\n") + "\n")


def test_the_formats_are_listed(capsys: Any) -> None:
    assert main(["export", "--explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(FORMATS)
