"""brat standoff, read by pybrat, by our own reader, and by the rules of brat's server."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from smartcity_case.errors import NotFound
from smartcity_case.exporters.shared.material import Material
from smartcity_case.strategies import packages

Said = dict[str, dict[str, Any]]


def pybrat(out: Path) -> dict[str, Any]:
    """The documents by name; two spans at one place, and nothing else, are no error for us."""
    from pybrat.parser import BratParser

    class Strict(BratParser):
        def _check_entities(self, entities: object) -> None:
            pass

    return {str(document.id): document for document in Strict().parse(out)}


def server(out: Path, name: str) -> Said:
    """The text-bound annotations, held to what brat's server asks of every line."""
    with codecs.open(str(out / f"{name}.txt"), encoding="utf-8") as stream:
        text = stream.read()
    found: Said = {}
    with codecs.open(str(out / f"{name}.ann"), encoding="utf-8") as stream:
        for line in stream:
            kind, head, *tail = line.rstrip("\n").split("\t", 2)
            assert re.fullmatch("[TRA#][1-9][0-9]*", kind), line
            if kind[0] == "T":
                label, places = head.split(" ", 1)
                assert re.fullmatch("[a-zA-Z0-9_-]+", label)
                spans = [tuple(map(int, pair.split(" "))) for pair in places.split(";")]
                flat = [offset for span in spans for offset in span]
                assert flat == sorted(flat)
                assert flat[-1] <= len(text)
                assert tail == [" ".join(text[start:end] for start, end in spans)]
                assert tail[0].strip()
                found[kind] = {"label": label, "spans": spans}
            elif kind[0] == "#":
                found[head.removeprefix("AnnotatorNotes ")]["note"] = json.loads(tail[0])
            elif kind[0] == "A":
                attribute, target, value = head.split(" ")
                found[target].setdefault("attributes", {})[attribute] = value
            else:
                match = re.fullmatch(r"([a-zA-Z0-9_-]+) Arg1:(T\d+) Arg2:(T\d+)", head)
                assert match is not None
                relation, first, second = match.groups()
                assert second in found
                found[first].setdefault("relations", Counter())[relation, second] += 1
    return found


BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


def expected(package: Any) -> Counter[tuple[str, str, int, int]]:
    """Each span of a package: text, row, and its ends, without line breaks there."""
    material = Material(open_dataset(open_files(package)))
    found: Counter[tuple[str, str, int, int]] = Counter()
    for table, schema in material.tables.items():
        for row in material.rows(table):
            key = row.key if schema.primary_key else f"row {row.number}"
            for span in row.spans:
                text = material.text(span.text) or ""
                start, end = span.start, span.end
                if "".join(c for c in text[start:end] if c not in BREAKS).strip():
                    while text[start] in BREAKS:
                        start += 1
                    while text[end - 1] in BREAKS:
                        end -= 1
                    found[span.text, f"{table} {key}", start, end] += 1
    return found


def hold(package: Any, out: Path, **options: Any) -> dict[str, Said]:
    """Export, read with everything, and compare; what brat's server reads, by text."""
    sc.export(package, "brat", out, options=options)
    material = Material(open_dataset(open_files(package)))
    files = _files(out)
    documents = pybrat(out)
    assert documents.keys() == set(files)
    rows: Counter[tuple[str, str, int, int]] = Counter()
    read: dict[str, Said] = {}
    for file, text_name in files.items():
        text = (out / f"{file}.txt").read_bytes().decode("utf-8")
        assert text == material.text(text_name)
        said = read[file] = server(out, file)
        entities = {entity.id: entity for entity in documents[file].entities}
        assert entities.keys() == said.keys()
        assert len(documents[file].relations) == sum(
            sum(each.get("relations", Counter()).values()) for each in said.values()
        )
        ours = read_foreign("brat", _of(out, file)).rows
        for name, each in said.items():
            spans = [(span.start, span.end) for span in entities[name].spans]
            assert spans == each["spans"]
            words = [text[start:end] for start, end in spans]
            assert entities[name].mention == " ".join(words).rstrip()
            mine = [row for row in ours if row["id"] == name]
            assert [(int(row["start"]), int(row["end"])) for row in mine] == spans
            assert [row["exact"] for row in mine] == words
            if "row" in each["note"]:
                whole = text[spans[0][0] : spans[-1][1]]
                assert "".join(c for c in whole if c not in BREAKS) == "".join(words)
                key = _key(each["note"]["row"])
                rows[text_name, key, spans[0][0], spans[-1][1]] += 1
    assert rows == expected(package)
    return read


def _files(out: Path) -> dict[str, str]:
    lines = (out / "annotation.conf").read_bytes().decode("utf-8").splitlines()
    found = [re.fullmatch(r"# (\S+)\.txt, \S+\.ann: (.*)", line) for line in lines]
    return {match[1]: json.loads(match[2]) for match in found if match}


def _of(out: Path, file: str) -> dict[str, bytes]:
    return {f"{file}.{end}": (out / f"{file}.{end}").read_bytes() for end in ("txt", "ann")}


def _key(row: str) -> str:
    from smartcity_case.rowid import RowReference

    if ", row " in row:
        table, _, number = row.rpartition(", row ")
        return f"{table} row {number}"
    reference = RowReference.parse(row)
    return f"{reference.table} {'/'.join(reference.key)}"


def test_pybrat_opens_the_case_as_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = (ROOT / "data/claims.csv").read_text("utf-8").splitlines()
    first = "Während die USA Festnahmen von Huawei-Managern veranlasst"
    assert opened("brat", tmp_path, monkeypatch) == (
        f"{len(claims) - 1} [Span(start=14, end=71)] {first}\n"
    )


def test_pybrat_reads_every_span_of_the_case_and_its_discontinuous_passages(
    tmp_path: Path,
) -> None:
    chosen = {"discontinuous": "quote_parts.quote+role"}
    read = hold(None, tmp_path / "out", **chosen)["article"]
    passages = [each for each in read.values() if "passage" in each["note"]]
    (verb, *_) = [each for each in passages if each["attributes"]["quote_parts_role"] == "cue"]
    assert verb["label"] == "quote_parts_passage"
    (gave,) = [each.mention for each in pybrat(tmp_path / "out")["article"].entities
               if [(s.start, s.end) for s in each.spans] == verb["spans"]]  # fmt: skip
    assert gave == "gab bekannt"
    assert len(verb["note"]["passage"]) == 2
    assert verb["note"]["values"] == {"quote": "q003"}
    ((relation, target), count) = next(iter(verb["relations"].items()))
    assert (relation, count) == ("quote_parts_quote_row", 1)
    assert read[target]["note"]["row"].endswith("#quotes/q003")


def test_values_travel_as_attributes_relations_and_in_notes(tmp_path: Path) -> None:
    sc.export(None, "brat", tmp_path / "out")
    read = server(tmp_path / "out", "article")
    said = {each["note"].get("row"): each for each in read.values() if "attributes" in each}
    name = "smartcity-case@1.0.0#claims/"
    with (ROOT / "data/claims.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream)}
    assert len(rows) == sum(row.startswith(name) for row in said if row)
    for key, row in rows.items():
        each = said[name + key]
        assert each["note"]["values"]["gloss"] == row["gloss"]
        for column in ("voice", "type", "mood", "stance", "agreement"):
            assert each["attributes"].get(f"claims_{column}", "") == row[column]
        refers = {kind: read[target]["note"]["row"] for kind, target in each.get("relations", ())}
        if row["claimant"]:
            assert refers["claims_claimant_row"].endswith(f"#actors/{row['claimant']}")
    conf = (tmp_path / "out/annotation.conf").read_text("utf-8")
    assert "claims_voice\tArg:claims|claims_stance_exact, Value:article|actor|inferred\n" in conf
    assert "not the article and not the columns marked verbatim" in conf


def test_pybrat_reads_the_toy_with_an_emoji_before_the_words(toy: Folder, tmp_path: Path) -> None:
    read = hold(toy.root, tmp_path / "out")["diario"]
    at = TOY_TEXT.index("dos garzas")
    assert read["T1"]["spans"] == [(at, at + 10)]
    assert read["T1"]["attributes"] == {"avistamientos_luz": "día"}
    assert read["T1"]["note"]["values"] == {"num": "a1", "especie": "garza"}
    assert list(read["T2"]["relations"]) == [("avistamientos_dicho_of", "T1")]
    done = sc.export(toy.root, "brat", tmp_path / "again")
    assert done.notes == ("especies: a table without spans; its rows are in no file",)
    assert sorted(done.files) == ["annotation.conf", "diario.ann", "diario.txt", "visual.conf"]


@pytest.mark.parametrize("form", bundles.FORMS)
def test_pybrat_reads_texts_in_cells_and_files_with_crlf(tmp_path: Path, form: str) -> None:
    root = bundles.make(tmp_path / "ports", form).root
    read = hold(root, tmp_path / "out")
    assert set(read) == ({"hafen"} if form == "file" else {"ports_hafen", "ports_muelle"})
    done = sc.export(root, "brat", tmp_path / "again")
    assert any("carriage returns: offsets count CR LF as two" in note for note in done.notes)


def test_pybrat_reads_odd_names_and_values(tmp_path: Path) -> None:
    root = make_odd(tmp_path / "odd")
    option = "teile.of a+of b"
    read = hold(root, tmp_path / "out", discontinuous=option)["text_eins"]
    things = [each for each in read.values() if each["label"] == "Dinge____Sachen_"]
    assert [each["spans"] for each in things][4] == [
        (ODD_TEXT.index("“\r\n=1"), ODD_TEXT.index("“\r\n=1") + 1),
        (ODD_TEXT.index("=1"), ODD_TEXT.index("=1") + 2),
    ]
    values = [each["note"]["values"] for each in things]
    assert (values[0]["größe"], values[0]["Größe"]) == (9223372036854775807, 0.1)
    assert (values[0]["sqlite_x"], values[0]["wann"]) == ("9" * 20, "2018-12-03")
    assert values[2]['wo"rt'] == "\t"
    assert things[0]["attributes"] == {"Dinge____Sachen__ja_": "true",
                                       "Dinge____Sachen__art": "groß"}  # fmt: skip
    (whole,) = [each for each in read.values() if "passage" in each["note"]]
    assert whole["note"] == {
        "passage": ["odd-package@0.3.0#teile/p0", "odd-package@0.3.0#teile/p1"],
        "values": {"of a": 0, "of b": "k/1"},
    }
    (refers,) = whole["relations"]
    assert read[refers[1]]["note"]["row"] == "odd-package@0.3.0#Dinge%20&%20„Sachen“/0/k%2F1"
    conf = (tmp_path / "out/annotation.conf").read_text("utf-8")
    for written in re.findall(r"^([^#\s<\[]\S*)", conf, re.M):
        assert re.fullmatch("[a-zA-Z0-9_-]+", written)


def row(key: str, start: int, end: int, **more: Any) -> dict[str, Any]:
    return {"id": key, "from": start, "to": end, **more}


def test_a_span_over_line_breaks_has_a_stretch_for_each_line(tmp_path: Path) -> None:
    text = " uno \r\n\n dos\u2028tres\x85 \x1c\t\rcinco "
    rows = [row("all", 0, len(text)), row("break", 5, 8), row("blank", 0, 1), row("ends", 4, 9)]
    read = hold(make_small(tmp_path / "p", text, rows), tmp_path / "out")["note"]
    spans = [(0, 5), (8, 12), (13, 17), (18, 19), (20, 21), (22, 28)]
    assert [each["spans"] for each in read.values()] == [spans]
    done = sc.export(tmp_path / "p", "brat", tmp_path / "again")
    assert [note for note in done.notes if "white space" in note] == [
        f"small#seen/{key}: a span of nothing but white space is in no file"
        for key in ("break", "blank", "ends")
    ]


def test_parts_that_overlap_are_told_and_words_of_a_vocabulary_have_no_blanks(
    tmp_path: Path,
) -> None:
    kind = {"name": "kind", "type": "string", "constraints": {"enum": ["a b", "a,b", "A_b", "|"]}}
    number = {"name": "size", "type": "number"}
    rows = [
        row("r1", 4, 9, kind="a b", size="INF"),
        row("r2", 0, 3, kind="a b", size="-INF"),
        row("r3", 0, 3, kind="A_b", size="NaN"),
        row("r4", 2, 5, kind="A_b", size=1.5),
        row("r5", 2, 5, kind="a,b", size=None),
        row("r6", 2, 5, kind=None, size=None),
    ]
    root = make_small(tmp_path / "p", "one two three", rows, kind, number)
    read = hold(root, tmp_path / "out", discontinuous="seen.kind")["note"]
    assert [each.get("attributes") for each in read.values()] == [
        {"seen_kind": form} for form in ("a_b_2", "a_b_2", "A_b", "A_b", "a_b_3")
    ] + [None, {"seen_kind": "a_b_2"}]
    sizes = [each["note"].get("values", {}).get("size") for each in read.values()]
    assert sizes == ["INF", "-INF", "NaN", 1.5, None, None, None]
    assert read["T7"]["spans"] == [(0, 3), (4, 9)]
    done = sc.export(root, "brat", tmp_path / "new", options={"discontinuous": "seen.kind"})
    assert done.notes == ("seen: the parts with kind=A_b overlap, and are no passage for brat",)


@pytest.mark.parametrize("option", ["seen", "seen.nothing", "other.kind", "seen.id+x"])
def test_parts_that_are_no_fields_are_told(tmp_path: Path, option: str) -> None:
    root = make_small(tmp_path / "p", "one two", [row("r1", 0, 3)])
    with pytest.raises(NotFound, match="of a table with spans"):
        sc.export(root, "brat", tmp_path / "out", options={"discontinuous": option})
    assert not (tmp_path / "out").exists()


def test_the_same_package_gives_the_same_files(toy: Folder, tmp_path: Path) -> None:
    first, second = (exported(toy.root, "brat", tmp_path / name) for name in ("a", "b"))
    assert bundles.all_files(first) == bundles.all_files(second)


def test_rows_without_a_key_and_references_into_another_text(tmp_path: Path) -> None:
    read = hold(two_texts(tmp_path / "p"), tmp_path / "out")
    assert [each["note"]["row"] for each in read["note"].values()] == [
        "small#seen/a", "small#seen/b", "free, row 1"]  # fmt: skip
    assert [list(each.get("relations", ())) for each in read["note"].values()] == [
        [("seen_boss_row", "T1")], [], [("free_boss_row", "T1")]]  # fmt: skip
    (there,) = read["other"].values()
    assert (there["label"], there["spans"], there.get("relations")) == ("free_f2", [(0, 4)], None)
    assert there["note"] == {"row": "free, row 2", "values": {"which": "other", "boss": "b"}}


@settings(max_examples=10)
@given(packages(), st.booleans())
def test_pybrat_reads_every_package(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], passages: bool
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    write(folder / "p", files)
    table = json.loads(files["datapackage.json"])["resources"][-1]
    field = table["schema"]["fields"][-1]["name"]
    hold(folder / "p", folder / "out",
         **({"discontinuous": f"{table['name']}.{field}"} if passages else {}))  # fmt: skip


def related(found: Said) -> list[tuple[str, str]]:
    """The relations, from and to."""
    return [(one, to) for one in found for _, to in found[one].get("relations", ())]


@pytest.mark.parametrize(
    ("kinds", "keys", "said"),
    [
        ("integer number", [1, 2], [2.0, 1]),
        ("datetime datetime", ["2018-01-01T00:00:00Z", "2019-01-01T00:00:00Z"],
         ["2019-01-01T01:00:00+01:00", "2018-01-01T00:00:00Z"]),
        ("integer integer", ["2", "3"], ["03", "02"]),
    ],
)  # fmt: skip
def test_brat_has_relations_between_equal_keys_that_are_not_written_alike(
    kinds: str, keys: list[Any], said: list[Any], tmp_path: Path
) -> None:
    one, other = kinds.split()
    rows = [[key, 0, 5] for key in keys]
    targets = table_of("a", f"id:{one} from:integer to:integer", *rows, into="note")
    rows = [[f"r{n}", key, 6, 10] for n, key in enumerate(said)]
    key: dict[str, Any] = {"into": "note", "foreignKeys": [refers("a", "a")]}
    other_table = table_of("b", f"id:string a:{other} from:integer to:integer", *rows, **key)
    files = {"note.txt": "Hallo Welt"}
    package = make_of(tmp_path / "p", note_of(), targets, other_table, files=files)
    found = server(exported(package, "brat", tmp_path), "note")
    assert related(found) == [("T3", "T2"), ("T4", "T1")]


def test_a_relation_of_brat_needs_one_part_of_a_key_and_goes_to_the_first_of_several(
    tmp_path: Path,
) -> None:
    kinds = "id:string x:string y:string from:integer to:integer"
    rows = [["a", "1", None, 0, 5], ["b", "1", None, 6, 10], ["c", None, None, 6, 10]]
    targets = table_of("a", kinds, *rows, into="note")
    key: dict[str, Any] = {"into": "note", "foreignKeys": [refers("a", "x", "y", keys=("x", "y"))]}
    others = table_of("b", kinds, *[[f"r{row[0]}", *row[1:]] for row in rows], **key)
    files = {"note.txt": "Hallo Welt"}
    package = make_of(tmp_path / "p", note_of(), targets, others, files=files)
    done = sc.export(package, "brat", tmp_path / "out")
    assert related(server(tmp_path / "out", "note")) == [("T4", "T1"), ("T5", "T1")]
    assert any("several rows have the same x, y" in note for note in done.notes)
