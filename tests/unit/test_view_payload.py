"""What is on the page of a package: every row, where its words stand, and what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import smartcity_case as sc
from anywhere import write
from conftest import TOY_TEXT, Folder, make_toy, state
from exports import make_odd, make_of, note_of, refers, table_of
from smartcity_case import limits
from smartcity_case.case import open_files
from smartcity_case.dataset import open_dataset
from smartcity_case.strategies import Mutation, mutations, packages
from smartcity_case.table import write_csv
from smartcity_case.viewer import findings, tables, texts
from smartcity_case.viewer.payload import payload
from viewing import cited, payload_of, short, table_in


def shown(package: Any, **options: Any) -> dict[str, Any]:
    """What the page of a package shows."""
    return payload_of(sc.view(package, **options).page)


@cache
def of_the_case() -> dict[str, Any]:
    return shown(None)


def verdicts(table: dict[str, Any]) -> list[tuple[int, int, str]]:
    return [(row, span, verdict) for row, span, verdict, *_ in table["odd"]]


def test_the_case_is_shown_whole() -> None:
    page = of_the_case()
    case = sc.load()
    assert page["payload"] == 1
    assert page["package"]["name"] == "smartcity-case"
    assert page["texts"] == [
        {
            "name": "article",
            "title": "The article",
            "language": "de",
            "text": case.source.text,
            "why": "",
        }
    ]
    assert [t["name"] for t in page["tables"]] == list(case)
    for table in page["tables"]:
        names = [f["name"] for f in table["fields"]]
        assert names == list(case[table["name"]].columns)
        records = [
            dict(zip(names, cells, strict=True)) for cells in zip(*table["columns"], strict=True)
        ]
        keys = [record["id"] for record in records]
        assert records == [case.record(table["name"], key) for key in keys]
        assert table["odd"] == []
        assert table["short"] is None
        assert [s["name"] for s in table["spans"]] == case.span_columns(table["name"])
        assert table["rows"] == list(range(2, len(records) + 2))
    assert page["findings"] == []
    assert page["report"]["ok"]
    assert page["report"]["line"].startswith("0 errors, 0 warnings; ")
    assert {r["of"] for r in page["rights"]} == {
        "the package", "The article", *(t["title"] for t in page["tables"])
    }  # fmt: skip


def test_fields_say_what_they_are() -> None:
    page = of_the_case()
    claims = table_in(page, "claims")
    fields = {f["name"]: f for f in claims["fields"]}
    numbers = {t["name"]: n for n, t in enumerate(page["tables"])}
    assert [claims["fields"][n]["name"] for n in claims["key"]] == ["id"]
    assert claims["fields"][claims["label"]]["name"] == "gloss"
    assert fields["claimant"]["refers"] == numbers["actors"]
    assert fields["gloss"]["refers"] == -1
    assert [t["value"] for t in fields["stance"]["terms"]] == [
        *("supportive", "critical", "mixed", "neutral")
    ]
    assert all(t["label"] and t["description"] for t in fields["stance"]["terms"])
    assert fields["gloss"]["terms"] is None
    assert fields["id"]["required"]
    assert not fields["claimant"]["required"]
    assert [n for n, f in fields.items() if f["span"]] == [
        *("stance_start", "stance_end", "stance_exact", "start", "end", "exact")
    ]
    actors = {f["name"]: f for f in table_in(page, "actors")["fields"]}
    assert [t["value"] for t in actors["named"]["terms"]] == ["false", "true"]
    assert table_in(page, "quote_parts")["label"] == -1


def test_a_quotation_in_several_pieces_is_marked_where_its_pieces_stand() -> None:
    case = sc.load()
    quotes = table_in(of_the_case(), "quotes")
    parts = case["quote_parts"]
    for row, key in enumerate(quotes["columns"][0]):
        own = parts[(parts["quote"] == key) & (parts["role"] == "content")]
        places = sorted(zip(own["start"].tolist(), own["end"].tolist(), strict=True))
        assert [tuple(m[3:]) for m in quotes["marks"] if m[0] == row] == places, key
    assert len(quotes["marks"]) > len(quotes["rows"])
    whole = table_in(shown(None, options={"discontinuous": ""}), "quotes")
    assert len(whole["marks"]) == len(whole["rows"])


@pytest.mark.parametrize("which", ["case", "toy", "odd"])
def test_every_row_is_cited_as_the_library_cites_it(which: str, tmp_path: Path) -> None:
    makers: dict[str, Any] = {
        "case": lambda: None,
        "toy": lambda: make_toy(tmp_path / "toy").root,
        "odd": lambda: make_odd(tmp_path / "odd"),
    }
    package = makers[which]()
    data = sc.load() if package is None else sc.load(package)
    page, count = of_the_case() if package is None else shown(package), 0
    for table in page["tables"]:
        for row in range(len(table["rows"])) if table["key"] else ():
            assert cited(page, table, row) == sc.cite(data, short(table, row))
            count += 1
    assert count == {"case": 349, "toy": 3, "odd": 7}[which]


@settings(max_examples=10)
@given(packages())
def test_every_mark_has_the_words_of_its_row(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        write(Path(place), files)
        page = shown(place)
        data = sc.load(place)
        for table in page["tables"]:
            assert table["odd"] == []
            spans, columns = table["spans"], table["columns"]
            for row, span, text, start, end in table["marks"]:
                words = page["texts"][text]["text"][start:end]
                assert words
                column = spans[span]["exact"]
                assert column < 0 or words == columns[column][row]
            places = {(row, span) for row, span, *_ in table["marks"]}
            assert places == {
                (row, span)
                for span, each in enumerate(spans)
                for row, cell in enumerate(columns[each["start"]])
                if cell
            }
            for row in range(len(table["rows"])) if table["key"] else ():
                assert cited(page, table, row) == sc.cite(data, short(table, row))


@settings(max_examples=10)
@given(packages().flatmap(mutations))
def test_a_faulty_package_is_shown_with_all_that_is_found(mutation: Mutation) -> None:
    with tempfile.TemporaryDirectory() as place:
        write(Path(place), mutation.files)
        try:
            viewed = sc.view(place)
        except sc.UnreadablePackage:
            assert any(check.name == "resources" for check in sc.validate(place).skipped)
            return
        page = payload_of(viewed.page)
        assert len(page["findings"]) == len(sc.validate(place).findings)
        for table in page["tables"]:
            assert {len(cells) for cells in table["columns"]} <= {len(table["rows"])}
            assert len(table["columns"]) == len(table["fields"])
            odd = {(row, span) for row, span, *_ in table["odd"]}
            for row, span, text, start, end in table["marks"]:
                words = page["texts"][text]["text"]
                column = table["spans"][span]["exact"]
                assert words is None or words[start:end]
                assert words is None or (row, span) not in odd
                assert column < 0 or words is None or (
                    words[start:end] == table["columns"][column][row]
                )  # fmt: skip


def test_words_that_moved_are_shown_where_they_stand(toy: Folder) -> None:
    for old, new in (("18,28", "17,27"), ("72,82", "720,730"), ("garza,día", "garza,tarde")):
        toy.replace("avistamientos", old, new)
    page = shown(toy.root)
    table = table_in(page, "avistamientos")
    assert table["odd"] == [
        [0, 0, "moved", [[18, 28]], "dos garzas", [17, 27], 0],
        [1, 0, "out-of-range", [[72, 82]], "otra garza", [720, 730], 0],
    ]
    assert table["marks"] == [[0, 1, 0, 31, 52]]
    told = {f["code"]: f for f in page["findings"]}
    moved = told["span.moved"]
    assert (moved["table"], moved["row"], moved["field"]) == (1, 0, "palabras")
    assert moved["where"] == "tablas/avistamientos.csv, row 2, key a1, field palabras"
    assert moved["severity"] == "error"
    assert moved["fix"]
    assert told["field.category"]["row"] == 0
    assert not page["report"]["ok"]
    assert page["moreFindings"] == 0


@pytest.mark.parametrize(
    ("old", "new", "odd"),
    [
        ("dos garzas", "a", "ambiguous"),
        ("dos garzas", "tres garzas", "absent"),
        ("18,28,dos garzas", "18,28,", "incomplete"),
        ("18,28", "018,28", "unverifiable"),
        ("18,28", ",", "incomplete"),
        ("18,28", "28,18", "out-of-range"),
        ("31,52,Nunca había visto una", "31,52,", "incomplete"),
    ],
)
def test_a_span_that_is_not_exact_is_odd(toy: Folder, old: str, new: str, odd: str) -> None:
    toy.replace("avistamientos", old, new)
    page = shown(toy.root)
    table = table_in(page, "avistamientos")
    ((row, span, verdict, candidates, words, stated, text),) = table["odd"]
    assert (row, span, verdict, text) == (0, int("Nunca" in old), odd, 0)
    assert (stated is None) == (odd in ("incomplete", "unverifiable"))
    assert words in (*new.rsplit(",", maxsplit=1), "dos garzas", "")
    assert all(TOY_TEXT[start:end] == words for start, end in candidates)
    assert bool(candidates) == (odd in ("ambiguous", "out-of-range"))
    assert len(table["marks"]) == 2
    assert f"span.{odd}" in {f["code"] for f in page["findings"]}


def test_where_words_stand_is_not_searched_for_without_end(
    toy: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy.replace("avistamientos", "18,28", "17,27")
    toy.replace("avistamientos", "72,82", "172,182")
    monkeypatch.setattr(limits, "SEARCH", 0)
    table = table_in(shown(toy.root), "avistamientos")
    assert verdicts(table) == [(0, 0, "unsearched"), (1, 0, "out-of-range")]


def test_a_span_whose_context_is_not_there_stands_for_all_that(tmp_path: Path) -> None:
    span = {
        "fields": {"start": "from", "end": "to", "prefix": "before"},
        "reference": {"resource": "note"},
    }
    rows = ["a", "4", "9", "die "], ["b", "4", "9", "der "]
    kinds = "id:string from:integer to:integer before:string"
    table = table_of("seen", kinds, *rows, textSpans=[span])
    package = make_of(tmp_path / "p", note_of(), table, files={"note.txt": "die Stadt"})
    page = shown(package)
    found = table_in(page, "seen")
    assert found["marks"] == [[0, 0, 0, 4, 9], [1, 0, 0, 4, 9]]
    assert found["odd"] == []
    (finding,) = (f for f in page["findings"] if f["code"] == "span.context")
    assert finding["row"] == 1


def test_a_package_that_is_broken_is_shown_as_far_as_it_can_be(toy: Folder) -> None:
    toy.write("especies", b"patas\n2\n3,4\n")  # the key is lacking, and one row is too long
    toy.describe(lambda d: d["resources"][1]["schema"].update(fieldsMatch="subset"))
    toy.replace("avistamientos", "\na2", "\na1")
    page = shown(toy.root)
    species, seen = page["tables"]
    assert species["key"] == []
    assert species["columns"] == [[""], ["2"]]
    assert species["rows"] == [2]
    assert seen["columns"][0] == ["a1", "a1"]
    assert seen["fields"][1]["refers"] == -1
    assert {"table.columns", "table.cells", "key.duplicate"} & {f["code"] for f in page["findings"]}


def test_a_column_of_a_span_that_is_not_there(toy: Folder) -> None:
    lines = toy.read("avistamientos").decode().splitlines()
    without = "\n".join(line.rpartition(",")[0] for line in lines)
    toy.write("avistamientos", without.encode() + b"\n")
    table = table_in(shown(toy.root), "avistamientos")
    assert table["columns"][8] == ["", ""]
    assert table["marks"] == [[0, 0, 0, 18, 28], [1, 0, 0, 72, 82]]
    assert table["odd"] == []


def test_a_table_that_cannot_be_read_is_left_out_with_its_findings(toy: Folder) -> None:
    toy.write("especies", b"clave,clave\n")
    page = shown(toy.root)
    assert [t["name"] for t in page["tables"]] == ["avistamientos"]
    assert page["tables"][0]["fields"][1]["refers"] == -1
    (toy.root / "especies.csv").unlink()
    page = shown(toy.root)
    assert [t["name"] for t in page["tables"]] == ["avistamientos"]
    assert {f["table"] for f in page["findings"] if f["code"] == "path.missing"} == {-1}


def test_only_a_descriptor_that_cannot_be_read_is_refused(toy: Folder) -> None:
    (toy.root / "datapackage.json").write_text("{}")
    with pytest.raises(sc.UnreadablePackage, match="validate"):
        sc.view(toy.root)


def test_a_text_that_cannot_be_read(toy: Folder) -> None:
    toy.write("diario", b"\xff")
    page = shown(toy.root)
    assert page["texts"][0]["text"] is None
    assert page["texts"][0]["why"] == "cannot be read"
    table = table_in(page, "avistamientos")
    assert verdicts(table) == [(n, s, "unverifiable") for n, s in ((0, 0), (0, 1), (1, 0))]
    assert len(table["marks"]) == 3
    (finding,) = (f for f in page["findings"] if f["code"] == "source.encoding")
    assert finding["text"] == 0


def test_spans_into_a_text_that_there_is_not(toy: Folder) -> None:
    toy.describe(lambda d: d["resources"].pop(0))
    page = shown(toy.root)
    assert page["texts"] == []
    assert {verdict for *_, verdict in verdicts(table_in(page, "avistamientos"))} == {
        "unverifiable"
    }


# texts of a table


def corpus(root: Path, in_cells: bool = False, **more: Any) -> Path:
    """Three letters, and rows about them; a person is named in each of two."""
    found = {"k1": "Liebe Ada, heute", "k2": "Lieber Bo, gestern", "k/3": "Liebe Cy"}
    if in_cells:
        index = table_of("letters", "key:string text:string", *([k, t] for k, t in found.items()))
        target, files = {"key": "key", "text": "text"}, {}
    else:
        rows = [[key, f"l{n}.txt"] for n, key in enumerate(found)]
        index = table_of("letters", "key:string path:string", *rows)
        target, files = (
            {"key": "key", "path": "path"},
            {f"l{n}.txt": text for n, text in enumerate(found.values())},
        )
    span = {
        "fields": {"start": "from", "end": "to", "exact": "words", "source": "letter"},
        "reference": {"resource": "letters", "fields": target},
    }
    named = table_of(
        "named", "id:string who:string letter:string from:integer to:integer words:string",
        ["n1", "a", "k1", "6", "9", "Ada"], ["n2", "b", "k2", "7", "9", "Bo"],
        ["n3", "b", "k9", "0", "1", "x"], ["n4", "c", "k/3", "6", "8", "Cy"],
        foreignKeys=[refers("people", "who")], textSpans=[span],
    )  # fmt: skip
    people = table_of("people", "id:string of:string", ["a", ""], ["b", "d"], ["c", "c"], ["d", ""],
                      foreignKeys=[refers("people", "of")])  # fmt: skip
    return make_of(root, index, named, people, files=files, **more)


@pytest.mark.parametrize("in_cells", [True, False])
def test_texts_of_a_table(tmp_path: Path, in_cells: bool) -> None:
    page = shown(corpus(tmp_path / "p", in_cells))
    assert [t["name"] for t in page["texts"]] == ["letters/k1", "letters/k2", "letters/k/3"]
    assert page["texts"][1]["text"] == "Lieber Bo, gestern"
    table = table_in(page, "named")
    assert table["marks"] == [[0, 0, 0, 6, 9], [1, 0, 1, 7, 9], [3, 0, 2, 6, 8]]
    assert table["odd"] == [[2, 0, "unverifiable", [], "x", None, -1]]
    letters = table_in(page, "letters")
    assert letters["columns"][1] == (["", "", ""] if in_cells else ["l0.txt", "l1.txt", "l2.txt"])
    assert cited(page, table, 0) == sc.cite(tmp_path / "p", "named/n1")


def test_texts_are_chosen_and_with_them_rows(tmp_path: Path) -> None:
    package = corpus(tmp_path / "p")
    page = shown(package, texts=["letters/k2"])
    assert [t["name"] for t in page["texts"]] == ["letters/k2"]
    named = table_in(page, "named")
    assert named["columns"][0] == ["n2", "n3"]
    assert named["rows"] == [2, 3]
    assert named["marks"] == [[0, 0, 0, 7, 9]]
    assert verdicts(named) == [(1, 0, "unverifiable")]
    assert table_in(page, "letters")["columns"][0] == ["k2"]
    # Tables without spans are whole.
    assert table_in(page, "people")["columns"][0] == ["a", "b", "c", "d"]
    (finding,) = (f for f in page["findings"] if f["code"] == "span.unverifiable")
    assert finding["row"] == 1
    both = shown(package, texts="letters/k?")
    assert table_in(both, "named")["columns"][0] == ["n1", "n2", "n3"]
    with pytest.raises(
        sc.NotFound, match="'letter' is no text of the package; there are letters/k1"
    ):
        sc.view(package, texts=["letters/*", "letter"])


def test_what_chosen_rows_refer_to_is_there_too(tmp_path: Path) -> None:
    span = {"fields": {"start": "from", "end": "to"}, "reference": {"resource": "b"}}
    fields = "id:string next:string from:integer to:integer"
    table = table_of("seen", fields, ["1", "2", 0, 1], ["2", "3", 1, 2], ["3", "1", 2, 3],
                     ["4", "", 0, 2], into="a", foreignKeys=[refers("seen", "next")])  # fmt: skip
    lame = {"fields": ["next", "id"], "reference": {"resource": "seen", "fields": "id"}}
    about = table_of("about", fields, ["x", "2", 0, 1], ["y", "", 1, 2], ["z", "nobody", 0, 2],
                     textSpans=[span], foreignKeys=[
                         refers("seen", "next"), refers("nothing", "next"), lame])  # fmt: skip
    package = make_of(tmp_path / "p", note_of("a", "a.txt"), note_of("b", "b.txt"), about, table,
                      files={"a.txt": "abc", "b.txt": "def"})  # fmt: skip
    page = shown(package, texts=["b"])
    seen = table_in(page, "seen")
    assert seen["columns"][0] == ["1", "2", "3"]
    assert seen["marks"] == []
    assert verdicts(seen) == [(0, 0, "left-out"), (1, 0, "left-out"), (2, 0, "left-out")]
    assert table_in(page, "about")["marks"] == [[0, 0, 0, 0, 1], [1, 0, 0, 1, 2], [2, 0, 0, 0, 2]]
    assert len(table_in(shown(package), "seen")["rows"]) == 4


def test_texts_of_a_table_that_cannot_be_had(tmp_path: Path) -> None:
    package = corpus(tmp_path / "p")
    (package / "l0.txt").unlink()
    (package / "l1.txt").write_bytes(b"\xff")
    page = shown(package)
    assert [t["why"] for t in page["texts"]] == ["cannot be read", "cannot be read", ""]
    assert (0, 0, "unverifiable") in verdicts(table_in(page, "named"))
    told = [(f["code"], f["text"]) for f in page["findings"] if f["table"] == 0]
    assert ("path.missing", 0) in told
    assert ("source.encoding", 1) in told
    chosen = shown(package, texts=["letters/k2"])
    assert [f["code"] for f in chosen["findings"] if f["table"] == 0] == [
        *("source.encoding", "source.unhashed")
    ]
    assert chosen["moreFindings"] > 0
    assert chosen["report"] == page["report"]


@pytest.mark.parametrize("twice", ["cells", "files"])
def test_of_two_texts_with_one_key_the_first_counts(tmp_path: Path, twice: str) -> None:
    package = corpus(tmp_path / "p", in_cells=twice == "cells")
    text = (package / "datapackage.json").read_text("utf-8")
    (package / "datapackage.json").write_text(text.replace('"k2"', '"k1"'), "utf-8")
    page = shown(package)
    assert [t["text"] for t in page["texts"]] == ["Liebe Ada, heute", "Liebe Cy"]


# what is withheld


def test_withheld_texts_of_a_table_are_known_by_the_rows(tmp_path: Path) -> None:
    from smartcity_case.cli import main

    package = corpus(tmp_path / "p", in_cells=True)
    descriptor = json.loads((package / "datapackage.json").read_text("utf-8"))
    (letters,) = (r for r in descriptor["resources"] if r["name"] == "letters")
    rows = [list(row.values()) for row in letters.pop("data")]
    data = write_csv(["key", "text"], rows)
    letters["path"] = "letters.csv"
    (package / "letters.csv").write_bytes(data)
    state(letters, data)
    named = next(r for r in descriptor["resources"] if r["name"] == "named")
    named["data"] = [row for row in named["data"] if row["id"] != "n3"]
    (package / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    assert main(["withhold", str(package), str(tmp_path / "out")]) == 0
    page = shown(tmp_path / "out")
    told = [(t["name"], t["why"]) for t in page["texts"]]
    assert told == [(f"letters/{key}", "withheld") for key in ("k1", "k2", "k/3")]
    table = table_in(page, "named")
    assert [mark[2:] for mark in table["marks"]] == [[0, 6, 9], [1, 7, 9], [2, 6, 8]]
    assert cited(page, table, 0) == sc.cite(tmp_path / "out", "named/n1")


def test_withheld_texts_have_marks_without_words(toy: Folder, tmp_path: Path) -> None:
    from smartcity_case.cli import main

    assert main(["withhold", str(toy.root), str(tmp_path / "out")]) == 0
    page = shown(tmp_path / "out")
    assert (page["texts"][0]["text"], page["texts"][0]["why"]) == (None, "withheld")
    table = table_in(page, "avistamientos")
    assert table["marks"] == [[0, 0, 0, 18, 28], [0, 1, 0, 31, 52], [1, 0, 0, 72, 82]]
    assert [s["name"] for s in table["spans"]] == ["palabras", "dicho"]
    assert table["odd"] == []
    assert cited(page, table, 0) == sc.cite(tmp_path / "out", "avistamientos/a1")
    sources = {"diario": toy.root / "diario.txt"}
    whole = shown(tmp_path / "out", sources=sources)
    assert whole["texts"][0]["text"] == TOY_TEXT
    assert table_in(whole, "avistamientos")["columns"][5] == ["dos garzas", "otra garza"]
    assert whole["report"]["ok"]
    loaded = shown(sc.load(tmp_path / "out", sources=sources))
    assert loaded == whole


def test_a_text_that_is_not_the_one_withheld_is_shown_as_it_is(toy: Folder, tmp_path: Path) -> None:
    from smartcity_case.cli import main

    assert main(["withhold", str(toy.root), str(tmp_path / "out")]) == 0
    (tmp_path / "other.txt").write_text("otro", "utf-8")
    page = shown(tmp_path / "out", sources={"diario": tmp_path / "other.txt"})
    assert page["texts"][0]["text"] == "otro"
    assert {v for *_, v in verdicts(table_in(page, "avistamientos"))} == {"out-of-range"}
    assert not page["report"]["ok"]


def test_a_withheld_stretch_that_is_none_is_no_mark(toy: Folder, tmp_path: Path) -> None:
    from smartcity_case.cli import main

    assert main(["withhold", str(toy.root), str(tmp_path / "out")]) == 0
    out = Folder(tmp_path / "out")
    out.replace("avistamientos", "18,28", "28,18")
    table = table_in(shown(out.root), "avistamientos")
    assert table["odd"] == [[0, 0, "out-of-range", [], "", [28, 18], 0]]
    assert len(table["marks"]) == 2


# passages


PARTS = {"discontinuous": "parts.whole+kind", "content": "said"}


def passages(root: Path, *parts: list[Any], **more: Any) -> Path:
    wholes = table_of("wholes", "id:string from:integer to:integer",
                      ["w", 0, 9], ["v", 4, 9], into="note")  # fmt: skip
    kinds = "id:string whole:string kind:string from:integer to:integer"
    more = {"foreignKeys": [refers("wholes", "whole")]} | more
    table = table_of("parts", kinds, *parts, into="note", **more)
    return make_of(root, note_of(), wholes, table, files={"note.txt": "die Stadt 😀"})


def test_parts_of_a_passage(tmp_path: Path) -> None:
    package = passages(
        tmp_path / "p", ["2", "w", "said", 4, 9], ["1", "w", "said", 0, 3], ["3", "w", "cue", 3, 4]
    )
    marks = table_in(shown(package, options=PARTS), "wholes")["marks"]
    assert marks == [[0, 0, 0, 0, 3], [0, 0, 0, 4, 9], [1, 0, 0, 4, 9]]
    marks = table_in(shown(package, options={"discontinuous": "parts.whole"}), "wholes")["marks"]
    assert len(marks) == 4


@pytest.mark.parametrize("end", [11, 99])
def test_parts_that_do_not_all_stand_in_the_whole_do_not_take_its_place(
    tmp_path: Path, end: int
) -> None:
    package = passages(tmp_path / "p", ["1", "w", "said", 0, 3], ["2", "w", "said", 4, end])
    assert table_in(shown(package, options=PARTS), "wholes")["marks"][0] == [0, 0, 0, 0, 9]


def test_options_that_fit_nothing_are_refused(tmp_path: Path) -> None:
    package = passages(tmp_path / "p", ["1", "w", "said", 0, 3])
    for options, why in (
        ({"colour": "red"}, "no option 'colour'; it has: discontinuous, content"),
        ({"discontinuous": "parts.nothing"}, "not TABLE.FIELD"),
        ({"discontinuous": "parts.whole+kind"}, "give content, the value of kind of a part"),
        ({"discontinuous": "parts.kind"}, "none of kind is a foreign key of parts"),
    ):
        with pytest.raises(sc.NotFound, match=why):
            sc.view(package, options=options)


def test_a_whole_that_cannot_be_read_has_no_passages(tmp_path: Path) -> None:
    key = {"fields": ["whole"], "reference": {"resource": "nowhere", "fields": ["id"]}}
    package = passages(tmp_path / "p", ["1", "w", "said", 0, 3], foreignKeys=[key])
    assert len(table_in(shown(package, options=PARTS), "wholes")["marks"]) == 2


def test_what_is_usual_for_the_case_need_not_fit_a_broken_one(release: Folder) -> None:
    def marks() -> int:
        return len(table_in(shown(release.root), "quotes")["marks"])

    (release.root / "data/detail/quote_parts.csv").unlink()
    assert marks() == 16
    release.describe(lambda d: d.update(resources=d["resources"][:-3]))
    assert marks() == 16
    with pytest.raises(sc.NotFound, match="discontinuous"):
        sc.view(release.root, options={"content": "content"})


# cells and tables


def test_cells_stand_as_they_are_and_missing_ones_are_empty(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/1.csv").write_text("id,n,more\n-,-,a\nb,1.50,\n", "utf-8")
    (tmp_path / "p/2.csv").write_text("id,n\nc,2\n", "utf-8")
    fields = [{"name": "id"}, {"name": "n", "type": "number"}]
    schema = {"fields": fields, "missingValues": ["-"], "fieldsMatch": "subset", "primaryKey": "id"}
    resource = {"name": "t", "path": ["1.csv", "2.csv"], "schema": schema}
    descriptor = {"name": "cells", "resources": [resource]}
    (tmp_path / "p/datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    page = shown(tmp_path / "p")
    (table,) = page["tables"]
    assert table["columns"] == [["", "b", "c"], ["", "1.50", "2"], ["a", "", ""]]
    assert table["fields"][2]["type"] == "any"
    assert table["rows"] == [2, 3, 2]
    assert table["short"] == ["t/-", "t/b", "t/c"]
    where = {(f["where"].partition(",")[0], f["row"]) for f in page["findings"] if f["row"] >= 0}
    assert where <= {("1.csv", 0), ("1.csv", 1), ("2.csv", 2)}
    assert page["report"]["line"]


def test_values_that_a_field_may_have(tmp_path: Path) -> None:
    table = table_of("t", "id:string a:integer b:boolean c:string",
                     ["x", 1, True, "p"], ["y", 2, None, ""])  # fmt: skip
    fields = table["schema"]["fields"]
    fields[1]["categories"] = [1, {"value": 2, "label": "two"}]
    fields[3]["constraints"] = {"enum": ["p", "q"]}
    page = shown(make_of(tmp_path / "p", table))
    terms = [[(t["value"], t["label"]) for t in f["terms"] or ()]
             for f in page["tables"][0]["fields"]]  # fmt: skip
    assert terms == [[], [("1", ""), ("2", "two")], [("true", "")], [("p", ""), ("q", "")]]
    assert page["tables"][0]["columns"][1:3] == [["1", "2"], ["true", ""]]


# how much


def test_of_many_findings_the_first_are_listed(
    toy: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy.write("especies", b"clave,patas\n" + b"A,2\n" * 9)
    monkeypatch.setattr(findings, "MOST", 3)
    page = shown(toy.root)
    assert len(page["findings"]) == 3
    assert page["moreFindings"] == page["report"]["errors"] + page["report"]["warnings"] - 3
    assert {f["severity"] for f in page["findings"]} == {"error"}


def test_more_than_a_page_holds_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = corpus(tmp_path / "p")
    monkeypatch.setattr(texts, "MOST_CHARACTERS", 20)
    with pytest.raises(
        sc.UnwritablePackage,
        match="42 characters, and a page holds 20; choose some: --text letters/k1",
    ):
        sc.view(package)
    assert len(shown(package, texts=["letters/k1"])["texts"]) == 1
    monkeypatch.setattr(texts, "MOST_CHARACTERS", 10)
    with pytest.raises(sc.UnwritablePackage, match="a single text so long cannot be shown"):
        sc.view(package, texts=["letters/k1"])
    monkeypatch.undo()
    monkeypatch.setattr(tables, "MOST_ROWS", 7)
    with pytest.raises(sc.UnwritablePackage, match=r"more than 7 rows.*--text NAME"):
        sc.view(package)
    assert len(shown(package, texts=["letters/k1"])["texts"]) == 1
    monkeypatch.setattr(tables, "MOST_ROWS", 1)
    with pytest.raises(sc.UnwritablePackage, match="more than 1 rows"):
        sc.view(package, texts=["letters/k1"])
    monkeypatch.undo()
    monkeypatch.setattr(tables, "MOST_CELLS", 5)
    with pytest.raises(sc.UnwritablePackage, match="more than 5 characters in their cells"):
        sc.view(package)


def test_payload_is_made_without_what_is_heavy() -> None:
    code = (
        "import sys, smartcity_case as sc; sc.view()\n"
        "print([m for m in ('pandas', 'frictionless', 'polars', 'webbrowser') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_progress_is_told(toy: Folder) -> None:
    told: list[str] = []
    files = open_files(toy.root)
    report = sc.validate(files)
    made = payload(open_dataset(files), report, progress=lambda name, *_: told.append(name))
    assert set(told) == {"especies", "avistamientos"}
    assert made["payload"] == 1
