"""UIMA CAS as XMI and as JSON, read by dkpro-cassis and by our own reader."""

from __future__ import annotations

import csv
import datetime
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import bundles
import smartcity_case as sc
from anywhere import write
from conftest import ROOT, TOY_TEXT, Folder
from exports import (
    ODD_TEXT,
    exported,
    make_odd,
    make_of,
    make_small,
    note_of,
    opened,
    refers,
    table_of,
    two_texts,
)
from smartcity_case.authoring.readers import read_foreign
from smartcity_case.case import open_files
from smartcity_case.dataset import open_dataset
from smartcity_case.exporters.shared.marks import Marks
from smartcity_case.exporters.shared.material import Material
from smartcity_case.exporters.uima_cas.types import Types
from smartcity_case.exporters.uima_cas.xml import not_xml
from smartcity_case.strategies import packages
from smartcity_case.text import Source

TCAS = ("uima.tcas.Annotation", "uima.tcas.DocumentAnnotation")


def load(out: Path, file: str) -> Any:
    """A CAS as cassis loads it; JSON without any other type system."""
    from cassis import load_cas_from_json, load_cas_from_xmi, load_typesystem

    if file.endswith(".json"):
        return load_cas_from_json((out / file).read_text("utf-8"))
    return load_cas_from_xmi(out / file, typesystem=load_typesystem(out / "TypeSystem.xml"))


def again(cas: Any) -> list[Any]:
    """The CAS written and loaded by cassis, in both forms it can."""
    from cassis import load_cas_from_json, load_cas_from_xmi

    made = [load_cas_from_json(cas.to_json())]
    if all(not_xml(value) is None for value in _strings(cas)):
        made.append(load_cas_from_xmi(cas.to_xmi(), typesystem=cas.typesystem))
    return made


def _strings(cas: Any) -> list[Any]:
    """Everything that lxml, which cassis writes with, would have to hold."""
    found = [cas.sofa_string]
    for each in cas.select_all_fs():
        found += [each[feature.name] for feature in each.type.all_features]
    return [value for value in found if isinstance(value, str)]


def dump(cas: Any) -> dict[int, Any]:
    """What a CAS says, by the numbers of its structures; the text is number 0."""
    found: dict[int, Any] = {0: (cas.sofa_string, cas.sofa_mime, cas.document_language)}
    for each in cas.select_all_fs():
        features = {}
        for feature in each.type.all_features:
            value = each[feature.name]
            if feature.name != "sofa" and value is not None:
                refers = hasattr(value, "xmiID")
                features[feature.name] = ("#", value.xmiID) if refers else value
        covered = each.get_covered_text() if hasattr(each, "begin") else None
        found[each.xmiID] = (each.type.name, covered, features)
    return found


def same(value: Any) -> Any:
    """A value of a row as a CAS has it."""
    if value != value:
        return "NaN"
    return str(value) if isinstance(value, datetime.date) else value


def hold(package: Any, out: Path) -> dict[str, dict[int, Any]]:
    """Export, read with everything, and compare; what each JSON file says, by text."""
    done = sc.export(package, "uima-cas", out)
    material = Material(open_dataset(open_files(package)))
    types = Types(Marks(material))
    said: dict[str, dict[int, Any]] = {}
    for file in sorted(out.glob("*.json")):
        cas = load(out, file.name)
        said[next(n for _, n in _texts(dump(cas)))] = dump(cas)
        for other in again(cas):
            assert repr(dump(other)) == repr(dump(cas))
        assert not cas.typecheck()
        read = read_foreign("cas", {file.name: file.read_bytes()})
        _same_places(read, dump(cas))
        if not (out / f"{file.stem}.xmi").exists():
            assert any("written as JSON only" in note for note in done.notes)
            continue
        xmi = load(out, f"{file.stem}.xmi")
        left_out = any("left out of the XMI" in note for note in done.notes)
        assert left_out or repr(_sorted(dump(xmi))) == repr(_sorted(dump(cas)))
        for other in again(xmi):
            assert repr(_sorted(dump(other))) == repr(_sorted(dump(xmi)))
        both = {name: (out / name).read_bytes() for name in (f"{file.stem}.xmi", "TypeSystem.xml")}
        _same_places(read_foreign("cas", both), dump(cas))
    assert said.keys() == {text.name for text in material.texts()}
    wanted: Counter[str] = Counter()
    for table, schema in material.tables.items():
        for row in material.rows(table) if schema.text_spans else ():
            values = {
                name: same(row.values[column])
                for column, name in types.columns(table).items()
                if row.values[column] is not None
            }
            for span in row.spans:
                words = (material.text(span.text) or "")[span.start : span.end]
                assert span.exact in (words, None) or span.exact == words
                kind = types.kind(table, span.declaration)
                wanted[repr((span.text, kind, words, span.start, span.end, values))] += 1
    found: Counter[str] = Counter()
    for text, structures in said.items():
        for number, each in structures.items():
            if number and each[0] not in (*TCAS, types.package):
                values = {n: same(v) for n, v in each[2].items() if not isinstance(v, tuple)}
                start, end = values.pop("begin"), values.pop("end")
                del values["rowId"]
                ordered = {n: values[n] for n in _order(types, each[0]) if n in values}
                assert len(ordered) == len(values)
                found[repr((text, each[0], each[1], start, end, ordered))] += 1
    assert found == wanted
    return said


def _texts(said: dict[int, Any]) -> list[tuple[int, str]]:
    return [(n, each[2]["text"]) for n, each in said.items()
            if n and each[0].endswith(".DataPackage")]  # fmt: skip


def _order(types: Types, kind: str) -> list[str]:
    (found,) = [each for each in types.all if each.name == kind]
    return [feature.name for feature in found.features]


def _sorted(said: dict[int, Any]) -> list[Any]:
    return sorted(said.items())


def _same_places(read: Any, said: dict[int, Any]) -> None:
    ((_, text),) = read.texts.items()
    source = Source("", text)
    assert text == said[0][0]
    rows = {int(row["id"]): row for row in read.rows}
    assert rows.keys() == {n for n, each in said.items() if n and each[1] is not None and n > 3}
    for number, row in rows.items():
        start, end = source.from_utf16(int(row["start"])), source.from_utf16(int(row["end"]))
        assert text[start:end] == said[number][1]


def test_cassis_opens_the_case_as_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (ROOT / "data/claims.csv").read_text("utf-8").splitlines()
    assert opened("uima-cas", tmp_path, monkeypatch) == (
        f"{len(lines) - 1} smartcity-case@1.0.0#claims/c001 "
        "Während die USA Festnahmen von Huawei-Managern veranlasst\n"
    )


def test_cassis_reads_every_row_of_the_case_with_its_references(tmp_path: Path) -> None:
    said = hold(None, tmp_path / "out")["article"]
    assert said[0][1:] == ("text/plain", "de")
    assert len(said[0][0]) == 2408
    kind = "datapackage.smartcity_case."
    with (ROOT / "data/claims.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream)}
    found = {each[2]["id"]: each for each in said.values() if each[0] == f"{kind}claims"}
    for key, row in rows.items():
        _, covered, features = found[key]
        assert (covered, features["type_"], features["gloss"]) == (
            row["exact"],
            row["type"],
            row["gloss"],
        )
        assert features.get("claimant", "") == row["claimant"]
        if row["claimant"]:
            actor = said[features["claimant_ref"][1]]
            assert (actor[0], actor[2]["id"]) == (f"{kind}actors", row["claimant"])
    stances = [each for each in said.values() if each[0] == f"{kind}claims_stance_exact"]
    assert Counter(each[1] for each in stances) == Counter(
        row["stance_exact"] for row in rows.values() if row["stance_exact"]
    )
    (about,) = [each[2] for each in said.values() if each[0] == f"{kind}DataPackage"]
    assert "not the article and not the columns marked verbatim" in about["rights"]
    assert about["citation"].startswith("The smartcity-case project. (2026).")
    system = (tmp_path / "out/TypeSystem.xml").read_text("utf-8")
    assert "One of: article, actor, inferred" in system


def test_our_reader_reads_a_cas_that_is_there_twice_once(toy: Folder, tmp_path: Path) -> None:
    out = exported(toy.root, "uima-cas", tmp_path)
    read = read_foreign("cas", bundles.all_files(out))
    words = ["dos garzas", "Nunca había visto una", "otra garza"]
    source = Source("", read.texts["diario"])
    assert [source.text[source.from_utf16(int(row["start"])) : source.from_utf16(int(row["end"]))]
            for row in read.rows] == words  # fmt: skip
    (told,) = [each for each in read.findings if each.location.path == "diario.xmi"]
    assert told.message == "diario.json is read instead of it"


def test_cassis_reads_the_toy_with_an_emoji_before_the_words(toy: Folder, tmp_path: Path) -> None:
    said = hold(toy.root, tmp_path / "out")["diario"]
    at = TOY_TEXT.index("dos garzas")
    text = json.loads((tmp_path / "out/diario.json").read_text("utf-8"))
    (first,) = [fs for fs in text["%FEATURE_STRUCTURES"] if fs["%ID"] == 4]
    assert (first["begin"], first["end"]) == (at + 1, at + 11)
    assert said[4] == (
        "datapackage.aves.avistamientos",
        "dos garzas",
        {"begin": at, "end": at + 10, "rowId": "aves@0.1.0#avistamientos/a1", "num": "a1",
         "especie": "garza", "luz": "día"},
    )  # fmt: skip
    done = sc.export(toy.root, "uima-cas", tmp_path / "new")
    assert sorted(done.files) == ["TypeSystem.xml", "diario.json", "diario.xmi"]
    assert done.notes == ("especies: a table without spans; its rows are in no file",)


@pytest.mark.parametrize("form", bundles.FORMS)
def test_cassis_reads_texts_in_cells_and_files_with_crlf(tmp_path: Path, form: str) -> None:
    root = bundles.make(tmp_path / "ports", form).root
    said = hold(root, tmp_path / "out")
    assert {each[0][0] for each in said.values()} == (
        {bundles.DE} if form == "file" else set(bundles.TEXTS.values())
    )


def test_cassis_reads_odd_names_and_values(tmp_path: Path) -> None:
    root = make_odd(tmp_path / "odd")
    said = hold(root, tmp_path / "out")
    assert said["text eins"][0][0] == ODD_TEXT
    kind = "datapackage.odd_package.Dinge____Sachen_"
    things = [each for each in said["text eins"].values() if each[0] == kind]
    values = things[0][2]
    assert {name: values.get(name) for name in ("nr", "grosse", "Grosse_2", "ja_", "wann", "wo_rt",
                                                "sqlite_x", "art")} == {
        "nr": 0, "grosse": 9223372036854775807, "Grosse_2": 0.1, "ja_": True, "wann": "2018-12-03",
        "wo_rt": "a\x01b", "sqlite_x": "9" * 20, "art": "groß"}  # fmt: skip
    parts = [
        each for each in said["text eins"].values() if each[0] == "datapackage.odd_package.teile"
    ]
    assert [said["text eins"][part[2]["of_a_of_b_ref"][1]][2]["key_b"] for part in parts] == [
        "k/1"
    ] * 2
    done = sc.export(root, "uima-cas", tmp_path / "new")
    assert "Dinge____Sachen_.wo_rt: values with control characters are left out" in "".join(
        done.notes
    )
    xmi = dump(load(tmp_path / "out", "text_eins.xmi"))
    json_ = dump(load(tmp_path / "out", "text_eins.json"))
    differ = [n for n in json_ if repr(json_[n]) != repr(xmi[n])]
    assert {json_[n][2]["wo_rt"] for n in differ} == {"a\x01b"}
    assert "wo_rt" not in xmi[differ[0]][2]


def test_a_text_that_xml_cannot_hold_is_written_as_json(tmp_path: Path) -> None:
    text = "🐦 uno\x00\r dos\ufffe\r\n"
    rows = [{"id": "a", "from": 2, "to": 6}, {"id": "b", "from": 8, "to": 11}]
    said = hold(make_small(tmp_path / "p", text, rows), tmp_path / "out")["note"]
    assert [said[number][1] for number in (4, 5)] == ["uno\x00", "dos"]
    done = sc.export(tmp_path / "p", "uima-cas", tmp_path / "new")
    assert done.notes == (
        "note: character 5 (U+0000) cannot stand in XML; this text is written as JSON only",
    )
    assert sorted(done.files) == ["TypeSystem.xml", "note.json"]


def test_names_that_python_java_or_uima_have_already_have_a_bar_behind_them(
    tmp_path: Path,
) -> None:
    names = ["class", "None", "self", "sofa", "Begin", "get", "value", "rowId", "class_", "1", ""]
    fields = [{"name": name, "type": "string"} for name in names]
    rows = [{"id": "a", "from": 0, "to": 3, **dict.fromkeys(names, "x")}]
    said = hold(make_small(tmp_path / "p", "uno dos", rows, *fields), tmp_path / "out")["note"]
    assert list(said[4][2]) == [
        *("begin", "end", "rowId", "id", "class__2", "None_", "self_", "sofa_", "Begin_", "get_"),
        *("value_", "rowId_2", "class_", "n1", "n"),
    ]


def test_numbers_beyond_the_finite_and_references_to_itself(tmp_path: Path) -> None:
    fields = [{"name": "size", "type": "number"}, {"name": "boss", "type": "string"}]
    rows: list[dict[str, Any]] = [
        {"id": "a", "from": 0, "to": 3, "size": "INF", "boss": "b"},
        {"id": "b", "from": 4, "to": 7, "size": "-INF", "boss": "a"},
        {"id": "c", "from": 4, "to": 7, "size": "NaN", "boss": None},
        {"id": "d", "from": None, "to": None, "size": 1e300, "boss": "d"},
    ]
    key = {"fields": ["boss"], "reference": {"resource": "", "fields": ["id"]}}
    span = {"fields": {"start": "from", "end": "to"}, "reference": {"resource": "note"}}
    root = make_small(
        tmp_path / "p", "uno dos", rows, *fields,
        foreignKeys=[key], textSpans=[{**span, "required": False}],
    )  # fmt: skip
    said = hold(root, tmp_path / "out")["note"]
    assert [str(said[number][2]["size"]) for number in (4, 5, 6)] == ["inf", "-inf", "nan"]
    assert [said[number][2].get("boss_ref") for number in (4, 5, 6)] == [("#", 5), ("#", 4), None]
    done = sc.export(root, "uima-cas", tmp_path / "new")
    assert done.notes == ("seen: 1 row without a span, in no file",)


def test_a_text_longer_than_an_xml_parser_takes_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartcity_case.exporters.uima_cas._LONG", 6)
    root = make_small(tmp_path / "p", "uno dos", [])
    assert sc.export(root, "uima-cas", tmp_path / "out").notes == (
        "note: more than 6 bytes; an XML parser must be told to take them (cassis: trusted=True)",
    )


def test_empty_texts_and_the_same_files_again(tmp_path: Path) -> None:
    root = make_small(tmp_path / "p", "", [])
    assert hold(root, tmp_path / "out")["note"][2][2] == {
        "begin": 0, "end": 0, "language": "x-unspecified"}  # fmt: skip
    first, second = (exported(root, "uima-cas", tmp_path / name) for name in ("a", "b"))
    assert bundles.all_files(first) == bundles.all_files(second)


def test_rows_without_a_key_and_references_into_another_text(tmp_path: Path) -> None:
    root = two_texts(tmp_path / "p")
    said = hold(root, tmp_path / "out")
    assert said.keys() == {"note", "other"}
    (here, there) = (
        [each[2] for n, each in said[name].items() if n > 3] for name in ("note", "other")
    )
    assert [each["rowId"] for each in here] == ["small#seen/a", "small#seen/b", "free, row 1"]
    assert [each.get("boss_ref") for each in here] == [("#", 4), None, ("#", 4)]
    assert [(each["rowId"], each["boss"]) for each in there] == [("free, row 2", "b")]
    assert "boss_ref" not in there[0]
    (about,) = [each[2] for each in said["note"].values() if "DataPackage" in each[0]]
    assert about["sources"] == "a page; Title, a/b, 2018"


@settings(max_examples=8)
@given(packages())
def test_cassis_reads_every_package(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    write(folder / "p", files)
    hold(folder / "p", folder / "out")


def test_cassis_reads_a_table_without_a_name_and_keys_written_otherwise(tmp_path: Path) -> None:
    rows = [[1, 0, 5, 1.0], [2, 6, 10, 1.0]]
    kinds = "id:integer from:integer to:integer of:number"
    table = table_of("", kinds, *rows, into="note", foreignKeys=[refers("", "of")])
    package = make_of(tmp_path / "p", note_of(), table, files={"note.txt": "Hallo Welt"})
    out = exported(package, "uima-cas", tmp_path)
    for file in ("note.xmi", "note.json"):
        found = load(out, file).select("datapackage.small.n")
        assert [each.of_ref.get_covered_text() for each in found] == ["Hallo"] * 2
