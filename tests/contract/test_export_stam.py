"""STAM, read back by the library `stam`: the texts, the selections and the data are ours."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bundles
import smartcity_case as sc
from anywhere import TEXT, in_order, material, package, values, write
from conftest import ROOT, Folder
from exports import any_keys, exported, make_odd, make_of, note_of, opened, table_of
from smartcity_case.case import open_files
from smartcity_case.editions import withhold_package
from smartcity_case.errors import UnwritablePackage
from smartcity_case.strategies import packages
from smartcity_case.writing import write_files


def store_of(out: Path) -> Any:
    import stam

    return stam.AnnotationStore(file=str(out))


def made(path: Path | None, folder: Path, **options: Any) -> Path:
    return exported(path, "stam", folder, **options)


def name_of(identifier: str) -> str:
    """What stands behind an identifier that STAM would not take."""
    return "" if identifier == "%" else identifier.replace("%21", "!", 1).replace("%25", "%", 1)


def data_of(annotation: Any, name: str) -> dict[str, Any]:
    """The data of an annotation in a set."""
    found = [data for data in annotation.data() if data.dataset().id() == name]
    held = {name_of(data.key().id()): data.value().get() for data in found}
    assert len(held) == len(found)
    return held


def as_strings(path: Path, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as they are in STAM: dates are strings, and numbers of columns that are noted."""
    noted = sc.export(path, "stam", path.parent / "noted", force=True).notes
    told = {note.partition(":")[0] for note in noted if "a column of strings" in note}
    return [
        {
            name: value
            if isinstance(value, bool | int | str)
            else special(value)
            if f"{row['']}.{name}" in told or not isinstance(value, float)
            else value
            for name, value in row.items()
        }
        for row in rows
    ]


def special(value: Any) -> str:
    return {"nan": "NaN", "inf": "INF", "-inf": "-INF"}.get(str(value), str(value))


def holds(path: Path, out: Path) -> Any:
    """Whether the store has every text, every span with its words, and every value."""
    held, store = material(path), store_of(out)
    texts = {name_of(text.id()): text.text() for text in store.resources()}
    assert texts == {text.name: text.text for text in held.texts()}
    expected, spans = [], []
    for table in held.tables:
        for row in held.rows(table):
            expected += [{"": table} | values(row)] * (len(row.spans) or 1)
            spans += [(table, s.text, s.start, s.end, s.exact) for s in row.spans]
    rows, found = [], []
    for annotation in store:
        meta = data_of(annotation, "datapackage.json")
        if "row" not in meta:
            continue
        (table,) = {data.dataset().id() for data in annotation.data()} - {"datapackage.json"}
        rows.append({"": name_of(table)} | data_of(annotation, table))
        if "span" in meta:
            (selection,) = annotation.textselections()
            (words,) = annotation.text()
            text = name_of(selection.resource().id())
            assert texts[text][selection.begin() : selection.end()] == words
            found.append((name_of(table), text, selection.begin(), selection.end(), words))
            assert annotation.id().startswith(f"{meta['row']}:")
        else:
            assert [each.id() for each in annotation.datasets()] == [table]
            assert annotation.id() == meta["row"]
    assert in_order(rows) == in_order(as_strings(path, expected))
    assert sorted(found) == sorted(spans)
    assert len({annotation.id() for annotation in store}) == store.annotations_len()
    return store


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(None, tmp_path_factory.mktemp("case"))


def test_stam_reads_the_case(case: Path, tmp_path: Path) -> None:
    held, store = material(None), store_of(case)
    assert store.resource("article").text() == held.text("article")
    for table in held.tables:
        rows = {row.key: row for row in held.rows(table)}
        seen = Counter[str]()
        for annotation in store.dataset(table).key("id").annotations():
            cells = data_of(annotation, table)
            assert cells == values(rows[cells["id"]])
            column = data_of(annotation, "datapackage.json")["span"]
            assert annotation.text() == [cells[column]]
            seen[cells["id"]] += 1
        assert seen == {key: len(row.spans) for key, row in rows.items() if row.spans}


def test_stam_reads_two_spans_of_a_row_behind_an_emoji(toy: Folder, tmp_path: Path) -> None:
    store = holds(toy.root, made(toy.root, tmp_path))
    assert [(a.id(), a.text()) for a in store if ":" in a.id()] == [
        ("aves@0.1.0#avistamientos/a1:palabras", ["dos garzas"]),
        ("aves@0.1.0#avistamientos/a1:dicho", ["Nunca había visto una"]),
        ("aves@0.1.0#avistamientos/a2:palabras", ["otra garza"]),
    ]
    assert store.annotation("aves@0.1.0#especies/garza").text() == []


def test_stam_reads_odd_names_and_values(tmp_path: Path) -> None:
    odd = make_odd(tmp_path / "odd")
    holds(odd, made(odd, tmp_path))


@pytest.mark.parametrize("table", ["csv", "parquet", "inline"])
@pytest.mark.parametrize("form", bundles.FORMS)
def test_stam_reads_texts_in_every_form(tmp_path: Path, form: str, table: str) -> None:
    root = bundles.make(tmp_path / "ports", form, table).root
    holds(root, made(root, tmp_path))


@settings(max_examples=12)
@given(packages())
def test_stam_reads_what_is_drawn(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = write(Path(place) / "drawn", files)
        holds(root, made(root, Path(place)))


KINDS = {"id": "string", "start": "integer", "end": "integer", "x": "number", "n": "integer"}


@settings(max_examples=12)
@given(
    st.lists(st.floats() | st.integers(-9999, 9999).map(lambda n: n / 100), min_size=1),
    st.integers(-(1 << 63), (1 << 63) - 1),
)
def test_stam_reads_every_number_as_it_is(numbers: list[float], whole: int) -> None:
    rows = [(str(n), "0", "1", special(x), str(whole)) for n, x in enumerate(numbers)]
    with tempfile.TemporaryDirectory() as place:
        root = package(Path(place) / "p", rows, KINDS)
        holds(root, made(root, Path(place)))


@settings(max_examples=12)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\r")), min_size=1, unique=True
    ),
    st.text(min_size=1),
)
def test_stam_reads_every_text_and_every_string(cells: list[str], table: str) -> None:
    kinds = {"id": "string", "start": "integer", "end": "integer", "!K0": "string", "": "string"}
    rows = [(str(n), "0", "1", cell, cell) for n, cell in enumerate(cells)]
    with tempfile.TemporaryDirectory() as place:
        root = package(Path(place) / "p", rows, kinds, table=table)
        whole = "\0\r\n\ufeff\u2028" + "".join(cells) + "\r"
        (root / "note.txt").write_bytes(whole.encode())
        holds(root, made(root, Path(place)))


@pytest.mark.parametrize("name", ["!R0", "!S0", "", "%", "%21R0", "datapackage"])
def test_names_that_stam_would_take_for_something_else_are_told(name: str, tmp_path: Path) -> None:
    kinds = {"id": "string", "start": "integer", "end": "integer", "!K0": "string"}
    root = package(tmp_path / "p", [("a", "2", "6", "x")], kinds, table=name)
    document = json.loads((root / "datapackage.json").read_bytes())
    document["resources"][0]["name"] = f"{name}t"
    table = document["resources"][1]
    table["schema"]["textSpans"][0]["reference"]["resource"] = f"{name}t"
    (root / "datapackage.json").write_text(json.dumps(document), "utf-8")
    done = sc.export(root, "stam", tmp_path / "case.stam.json")
    holds(root, tmp_path / "case.stam.json")
    told = "'!K0' is called '%21K0', since STAM takes no such identifier"
    assert told in done.notes
    assert len(done.notes) == (1 if name == "datapackage" else 2 if name == "" else 3)


def test_a_table_may_be_called_like_the_set_that_describes_the_package(tmp_path: Path) -> None:
    root = package(tmp_path / "p", table="datapackage.json")
    store = store_of(made(root, tmp_path))
    assert [each.id() for each in store.datasets()] == ["datapackage.json", "datapackage.json'"]
    (row,) = store.dataset("datapackage.json").key("id").annotations()
    assert row.text() == [TEXT[2:13]]


def test_values_have_types_and_equal_ones_are_shared(tmp_path: Path) -> None:
    kinds = KINDS | {"ok": "boolean", "day": "date"}
    rows = [("a", "2", "6", "1", "7", "true", "2018-12-03"), ("b", "2", "6", "1", "", "", "")]
    root = package(tmp_path / "p", rows, kinds)
    store = store_of(made(root, tmp_path))
    one, two = (data_of(a, "seen") for a in store.dataset("seen").key("id").annotations())
    assert one == {
        "id": "a",
        "start": 2,
        "end": 6,
        "x": 1.0,
        "n": 7,
        "ok": True,
        "day": "2018-12-03",
    }
    assert {type(one[name]) for name in ("x", "n", "ok")} == {float, int, bool}
    assert two == {"id": "b", "start": 2, "end": 6, "x": 1.0}
    assert store.dataset("seen").data_len() == 2 + 1 + 1 + 1 + 1 + 1 + 1
    assert len(store.query('SELECT ANNOTATION ?a WHERE DATA "seen" "n" = 7;')) == 1


@pytest.mark.parametrize("number", ["2.2790121708605243e+274", "NaN", "INF", "-INF"])
def test_a_number_that_stam_would_change_makes_a_column_of_strings(
    number: str, tmp_path: Path
) -> None:
    rows = [("a", "2", "6", "0.5", "1"), ("b", "2", "6", number, "1")]
    root = package(tmp_path / "p", rows, KINDS)
    done = sc.export(root, "stam", tmp_path / "case.stam.json")
    assert done.notes == (
        f"seen.x: a column of strings, since stam would not read as it is the number {number}",
    )
    texts = [
        data_of(a, "seen")["x"] for a in store_of(tmp_path / "case.stam.json") if ":" in a.id()
    ]
    assert texts == ["0.5", number]


def test_rows_without_a_span_are_annotations_of_their_table(tmp_path: Path) -> None:
    fields = {"start": "start", "end": "end"}
    spans = [{"fields": fields, "reference": {"resource": "note"}, "required": False}]
    root = package(tmp_path / "p", [("a", "2", "6"), ("b", "", "")], spans=spans)
    done = sc.export(root, "stam", tmp_path / "case.stam.json")
    assert done.notes == ("seen: 1 row without a span: annotations of the table",)
    store = holds(root, tmp_path / "case.stam.json")
    assert [each.id() for each in store.annotation("birds@1.0.0#seen/b").datasets()] == ["seen"]


def test_a_package_without_a_name(tmp_path: Path) -> None:
    root = package(tmp_path / "p", name=None, version=None)
    out = made(root, tmp_path)
    store = holds(root, out)
    assert store.id() == "datapackage.json"
    assert store.annotation("#seen/a:start").text() == [TEXT[2:13]]
    assert made(root, tmp_path / "again").read_bytes() == out.read_bytes()


def test_each_licence_says_what_it_covers(case: Path) -> None:
    store, package_ = store_of(case), material(None).package

    def said(name: str, key: str) -> list[str]:
        data = store.annotation(name).data()
        return [each.value().get() for each in data if each.key().id() == key]

    whole = said("smartcity-case@1.0.0", "licence")
    assert [text.partition(":")[0] for text in whole] == [each.name for each in package_.licenses]
    assert all(each.title in text for each, text in zip(package_.licenses, whole, strict=True))
    (text,) = said("seeds/000_99c0eed1a29a2b7c.txt", "licence")
    assert text.startswith("LicenseRef-rights-of-the-article")
    about = store.resource("article").annotations_as_metadata()
    assert [each.id() for each in about] == ["seeds/000_99c0eed1a29a2b7c.txt"]
    (hashed,) = said("smartcity-case@1.0.0", "hash")
    assert hashed == "sha256:" + _sha256((ROOT / "datapackage.json").read_bytes())
    assert said("smartcity-case@1.0.0", "creator") == ["The smartcity-case project"]


def _sha256(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("form", bundles.FORMS)
def test_withheld_texts_are_asked_for(tmp_path: Path, form: str) -> None:
    whole = bundles.make(tmp_path / "whole", form).root
    root = tmp_path / "withheld"
    root.mkdir()
    write_files(root, withhold_package(open_files(whole)).files.items())
    with pytest.raises(UnwritablePackage, match=r"stam holds the texts, and .* is withheld"):
        made(root, tmp_path, accept_unverifiable=True)
    out = made(root, tmp_path, sources=bundles.given(whole, form))
    assert {each.text() for each in store_of(out).resources()} <= set(bundles.TEXTS.values())


def test_the_lines_of_the_docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spans = sum(len(row.spans) for row in material(None).rows("claims"))
    printed = opened("stam", tmp_path, monkeypatch)
    assert printed.startswith(f"{spans} smartcity-case@1.0.0#claims/c001:exact ['Während die USA ")


def test_keys_that_are_written_alike_are_told_apart_in_stam(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    done = sc.export(any_keys(tmp_path / "p"), "stam", out)
    ids = [annotation.id() for annotation in store_of(out).annotations()]
    assert sum(name.startswith("small#seen/") for name in ids) == len(set(ids)) - 2 == 5
    assert any("(1, 2.0): the rows have their numbers" in note for note in done.notes)


def test_stam_loads_texts_of_one_file_and_a_package_that_is_called_like_it(tmp_path: Path) -> None:
    seen = table_of("seen", "id:string from:integer to:integer", ["a", 0, 5], into="two")
    notes = [note_of("one"), note_of("two")]
    package = make_of(tmp_path / "p", *notes, seen, files={"note.txt": "Hallo"}, name="note.txt")
    out = tmp_path / "out.json"
    done = sc.export(package, "stam", out)
    ids = [annotation.id() for annotation in store_of(out).annotations()]
    assert {"note.txt", "note.txt;2", "note.txt;3"} < set(ids)
    assert any("an annotation of several things" in note for note in done.notes)
