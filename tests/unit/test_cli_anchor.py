"""The commands that make packages, anchor rows and ground answers, as a user runs them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import smartcity_case as sc
from conftest import Folder
from smartcity_case.cli import main

Captured = pytest.CaptureFixture[str]

ODILE = (
    "Chère Odile, 🌱 il a plu sur le potager. « Les fèves attendront », répète ma voisine.\r\n"
    "J’ai semé des fèves, du cerfeuil et une pomme d’amour près du puits.\r\n"
)
ZOSIA = (
    "Kochana Zosiu! „Rzodkiewka nie lubi upału”, powtarza dziadek. 🌻 Przy płocie rośnie mięta.\n"
)
FOUND = """\
id,doc,kind,words,before,after
p1,odile,herb,cerfeuil,,
p2,odile.txt,vegetable,fèves,"semé des ",
p3,odile,vegetable,pomme d'amour,,
p4,zosia,vegetable,Rzodkiewka,"“",
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two texts and a spreadsheet of quotations."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odile.txt").write_bytes(ODILE.encode())
    (tmp_path / "zosia.txt").write_bytes(ZOSIA.encode())
    (tmp_path / "found.csv").write_bytes(FOUND.encode())
    return tmp_path


def run(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listing(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


# new


def test_a_new_package_validates_as_it_stands(here: Path, capsys: Captured) -> None:
    code, out, err = run(
        capsys, "new", "garden", "--text", ".", "--table", "plants", "--table", "animals"
    )
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == f"written: {Path('garden/.gitattributes')}"
    assert sorted(listing(here / "garden")) == [
        ".gitattributes",
        ".github/workflows/data.yml",
        "CHANGELOG.md",
        "CODEBOOK.md",
        "data/animals.csv",
        "data/documents.csv",
        "data/plants.csv",
        "datapackage.json",
        "texts/odile.txt",
        "texts/zosia.txt",
    ]
    assert (here / "garden/texts/odile.txt").read_bytes() == ODILE.encode()
    report = sc.validate(here / "garden")
    assert report.ok
    assert {f.code for f in report.findings} == {"source.unusual"}  # CRLF
    assert sum(check.name.startswith("spans") for check in report.ran) == 2
    assert "## `animals`" in (here / "garden/CODEBOOK.md").read_text("utf-8")


def test_diff_writes_the_changelog_of_a_new_package_in_its_place(
    here: Path, capsys: Captured
) -> None:
    for name in ("old", "garden"):
        run(capsys, "new", name, "--text", "odile.txt", "--table", "plants")
    log = here / "garden/CHANGELOG.md"
    assert log.read_text("utf-8").count("**Withdrawn keys:**") == 1
    (here / "old/data/plants.csv").write_bytes(
        (here / "old/data/plants.csv").read_bytes() + b"p1,109,117,cerfeuil,,,herb\n"
    )
    run(capsys, "anchor", "old/data/plants.csv")
    run(capsys, "diff", "old", "garden", "--changelog", str(log))
    told = [line for line in log.read_text("utf-8").split("\n") if "Withdrawn" in line]
    assert told == ["**Withdrawn keys:** `plants` p1."]


def test_a_text_of_a_folder_may_end_in_capitals(here: Path, capsys: Captured) -> None:
    (here / "zosia.txt").rename(here / "zosia.TXT")
    code, out, _ = run(capsys, "new", "garden", "--text", ".", "--table", "plants")
    assert code == 0
    assert "zosia.TXT" in out
    assert sc.validate(here / "garden").ok


def test_a_new_package_of_one_text(here: Path, capsys: Captured) -> None:
    assert run(capsys, "new", "Über uns", "--text", "zosia.txt")[0] == 0
    descriptor = json.loads((here / "Über uns/datapackage.json").read_text("utf-8"))
    assert descriptor["name"] == "ber-uns"
    assert [r["name"] for r in descriptor["resources"]] == ["zosia", "rows"]
    report = sc.validate(here / "Über uns")
    assert report.ok
    assert report.findings == ()


def test_nothing_is_written_over_and_a_dry_run_writes_nothing(here: Path, capsys: Captured) -> None:
    code, out, _ = run(capsys, "new", "garden", "--text", "zosia.txt", "--dry-run")
    assert code == 0
    assert out.startswith("would be written: ")
    assert not (here / "garden").exists()
    assert run(capsys, "new", "garden", "--text", "zosia.txt")[0] == 0
    before = listing(here)
    code, _, err = run(capsys, "new", "garden", "--text", "odile.txt")
    assert code == 2
    assert "there is" in err
    assert "--force" in err
    assert listing(here) == before
    assert run(capsys, "new", "garden", "--text", "zosia.txt", "--force")[0] == 0
    assert listing(here) == before


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"\xef\xbb\xbfa", "the first character is U+FEFF"),
        ("a.txt", b"\xff", "byte 0 is not UTF-8"),
        ("a.txt", b"", "the text is empty"),
    ],
)
def test_a_text_that_cannot_be_a_source_is_refused(
    here: Path, capsys: Captured, name: str, data: bytes, message: str
) -> None:
    (here / name).write_bytes(data)
    code, _, err = run(capsys, "new", "garden", "--text", name)
    assert code == 2
    assert f"{name}: {message}" in err
    assert not (here / "garden").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--text", "none.txt"], "none.txt: No such file or directory"),
        (["--text", "empty"], "empty: there is no .txt file in this folder"),
        (["--text", "zosia.txt", "--text", "zosia.txt"], "another text is called zosia.txt too"),
        ([], "there is no text; give one or more with --text"),
        (["--text", "zosia.txt", "--table", "Ä"], "'Ä' is no name for a table; 'unnamed' would be"),
        (["--text", "zosia.txt", "--table", "zosia"], "'zosia' names two resources"),
        (["--text", ".", "--table", "documents"], "'documents' names two resources"),
        (["--text", "zosia.txt", "--tiers", "case"], "are for --rows"),
        (["--text", ".", "--rows", "found.csv", "--tiers", "x"], "--tiers: 'x' is none of space"),
        (["--text", ".", "--rows", "zosia.txt"], "say with --from what it is: brat, cas, csv"),
        (["--text", ".", "--rows", "found.csv", "--column", "x"], "--column x: write ROLE=NAME"),
        (["--rows", "found.csv"], "it has no text; give one with --text FILE"),
        (["--text", "a\\b.txt"], "it has a backslash; give the file another name"),
    ],
)
def test_what_new_cannot_make(
    here: Path, capsys: Captured, arguments: list[str], message: str
) -> None:
    (here / "empty").mkdir()
    if "a\\b.txt" in arguments:
        (here / "a\\b.txt").write_bytes(b"a")
    before = listing(here)
    code, _, err = run(capsys, "new", "garden", *arguments)
    assert code == 2
    assert message in err
    assert listing(here) == before


def test_a_package_out_of_texts_and_a_spreadsheet(here: Path, capsys: Captured) -> None:
    command = ("new", "garden", "--text", ".", "--rows", "found.csv", "--table", "plants")
    code, out, _ = run(capsys, *command)
    assert code == 1
    assert "nothing is written; --partial leaves the refused rows out" in out
    assert 'found.csv, row 4, key p3, field exact: "pomme d\'amour"' in out
    assert not (here / "garden").exists()
    code, out, _ = run(capsys, *command, "--tiers", "typography")
    assert code == 0
    assert "exact: exact 3, typography 1" in out
    report = sc.validate(here / "garden")
    assert report.ok, report.errors
    made = rows(here / "garden/data/plants.csv")
    assert [r["id"] for r in made] == ["p1", "p2", "p3", "p4"]
    assert [r["source"] for r in made] == ["odile", "odile", "odile", "zosia"]
    assert made[2]["exact"] == "pomme d’amour"
    assert made[2]["exact_given"] == "pomme d'amour"
    assert made[2]["exact_anchored_by"] == "typography"
    assert made[3]["prefix"] == "„"
    assert made[0]["kind"] == "herb"
    data = sc.load(here / "garden")
    assert data.trace("plants", "p3").exact == "pomme d’amour"


def test_refused_rows_may_be_left_out_and_are_kept_beside(here: Path, capsys: Captured) -> None:
    code, _, _ = run(capsys, "new", "garden", "--text", ".", "--rows", "found.csv", "--partial")
    assert code == 1
    assert sc.validate(here / "garden").ok
    assert [r["id"] for r in rows(here / "garden/refused.csv")] == ["p3", "p4"]
    assert [r["id"] for r in rows(here / "garden/data/found.csv")] == ["p1", "p2"]


def test_a_package_out_of_an_export_that_carries_its_texts(here: Path, capsys: Captured) -> None:
    lines = [
        {"id": "a/1", "text": "😀 Die Stadt", "label": [[2, 11, "place"]]},
        {"id": "a-1", "text": "El zorro", "label": [[3, 8, "animal"], [0, 2, "article"]]},
    ]
    (here / "export.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    code, out, _ = run(capsys, "new", "p", "--rows", "export.jsonl", "--from", "doccano")
    assert code == 0, out
    assert sc.validate(here / "p").ok
    assert (here / "p/texts/a-1.txt").read_text("utf-8") == "😀 Die Stadt"
    assert (here / "p/texts/a-1-2.txt").read_text("utf-8") == "El zorro"
    made = rows(here / "p/data/export.csv")
    assert [(r["source"], r["exact"], r["label"]) for r in made] == [
        ("a-1", "Die Stadt", "place"),
        ("a-1-2", "zorro", "animal"),
        ("a-1-2", "El", "article"),
    ]


def test_a_quotation_with_an_ellipsis_becomes_rows_of_one_key(here: Path, capsys: Captured) -> None:
    (here / "one.csv").write_text("exact,mood\nIl a plu … du puits,calm\nOdile,calm\n", "utf-8")
    code, _, _ = run(
        capsys, "new", "g", "--text", "odile.txt", "--rows", "one.csv", "--tiers", "case"
    )
    assert code == 0
    made = rows(here / "g/data/one.csv")
    assert [(r["id"], r["part"], r["exact"]) for r in made] == [
        ("r001", "1", "il a plu"),
        ("r001", "2", "du puits"),
        ("r002", "1", "Odile"),
    ]
    assert sc.validate(here / "g").ok

    before = listing(here)
    code, out, _ = run(capsys, "anchor", str(here / "g/data/one.csv"))
    assert (code, listing(here)) == (0, before)
    assert "nothing to write: every offset is there" in out


def test_no_cell_of_a_spreadsheet_is_lost(here: Path, capsys: Captured) -> None:
    (here / "one.csv").write_text(
        "id,words,part,exact_given\nx,cerfeuil,root,was\nx,il a plu … du puits,leaf,\n", "utf-8"
    )
    taken = ["anchor", "--text", "odile.txt", "--output"]
    code, out, _ = run(capsys, *taken, "made.csv", "one.csv")
    assert code == 0
    assert "column 'part' is called part_given: part numbers the parts of a quotation" in out
    assert "keys are made, since rows have none or the same; theirs are in id_given" in out
    made = rows(here / "made.csv")
    kept = ("id", "id_given", "part", "part_given", "exact_given", "exact_anchored_by")
    assert [tuple(row[name] for name in kept) for row in made] == [
        ("r001", "x", "1", "root", "was", "exact"),
        ("r002", "x", "1", "leaf", "il a plu … du puits", "parts"),
        ("r002", "x", "2", "leaf", "il a plu … du puits", "parts"),
    ]
    assert run(capsys, *taken, "again.csv", "made.csv")[0] == 0
    assert rows(here / "again.csv") == made
    (here / "exact.csv").write_text("Zitat,exact\npuits,yes\n", "utf-8")
    code, out, _ = run(capsys, *taken, "e.csv", "exact.csv", "--column", "exact=Zitat")
    assert "column 'exact' is read as 'exact_other'" in out
    assert [(r["exact"], r["exact_other"]) for r in rows(here / "e.csv")] == [("puits", "yes")]
    both = "id,id_given,part,words\nx,1,3,cerfeuil\ny,2,1,Odile\nx,3,7,puits\nx,4,7,fèves\n"
    (here / "two.csv").write_text(both, "utf-8")
    run(capsys, *taken, "two-made.csv", "two.csv", "--partial")
    assert [r["id_given_"] for r in rows(here / "two-made.csv")] == ["x", "y", "x", "x"]
    (here / "two.csv").write_text(both.replace("x,3,7", "x,3,4"), "utf-8")
    run(capsys, *taken, "two-made.csv", "two.csv", "--partial", "--force")
    numbered = [(r["id"], r["part"]) for r in rows(here / "two-made.csv")]
    assert numbered == [("x", "3"), ("y", "1"), ("x", "4"), ("x", "7")]


# anchor, in a package


def filled(here: Path, cells: list[str]) -> Path:
    """A package of both texts, whose table `plants` has rows without offsets."""
    assert main(["new", "garden", "--text", ".", "--table", "plants"]) == 0
    lines = ["id,source,start,end,exact,prefix,suffix,code", *cells]
    path = here / "garden/data/plants.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_a_table_of_a_package_is_filled_in_in_its_place(here: Path, capsys: Captured) -> None:
    path = filled(here, ["p1,odile,,,cerfeuil,,,herb", 'p2,odile,,,fèves,"semé des ",,'])
    before = listing(here)
    code, out, _ = run(capsys, "anchor", str(path), "--dry-run")
    assert code == 0
    assert "nothing is written" in out
    assert listing(here) == before
    code, out, _ = run(capsys, "anchor", str(path))
    assert code == 0
    assert out.splitlines()[:3] == [
        "exact: exact 2",
        "written: data/plants.csv",
        "written: datapackage.json",
    ]
    assert sc.validate(here / "garden").ok
    assert [(r["start"], r["end"]) for r in rows(path)] == [("110", "118"), ("100", "105")]
    changed = {name for name, data in listing(here).items() if before[name] != data}
    assert changed == {"garden/data/plants.csv", "garden/datapackage.json"}
    code, out, _ = run(capsys, "anchor", str(path))
    assert (code, out.splitlines()[:2]) == (
        0,
        ["exact: offsets 2", "nothing to write: every offset is there"],
    )


def test_words_replaced_by_those_of_the_text_are_kept_beside(here: Path, capsys: Captured) -> None:
    path = filled(here, ["p1,odile,,,pomme d'amour,,,", "p2,odile,,,puits,,,"])
    assert run(capsys, "anchor", str(path), "--tiers", "typography")[0] == 0
    assert sc.validate(here / "garden").ok
    one, two = rows(path)
    assert one["exact_given"] == "pomme d'amour"
    assert one["exact_anchored_by"] == "typography"
    assert (two["exact_given"], two["exact_anchored_by"]) == ("", "exact")
    before = listing(here)
    assert run(capsys, "anchor", str(path))[1].startswith("exact: offsets 2\nnothing to write")
    assert listing(here) == before


def test_a_refused_row_stops_the_writing_but_for_partial(here: Path, capsys: Captured) -> None:
    cells = ["p1,odile,,,fèves,,,", "p2,odile,,,puits,,,", "p3,nobody,,,puits,,,", "p4,,,,a,,,"]
    path = filled(here, cells)
    before = listing(here)
    code, out, _ = run(capsys, "anchor", str(path))
    assert code == 1
    assert "data/plants.csv, row 2, key p1, field exact: 'fèves': the words stand 2 times" in out
    assert "row 4, key p3, field exact: 'nobody' is no text that was given" in out
    assert "row 5, key p4, field exact: it names no text" in out
    assert "nothing is written; --partial writes" in out
    assert listing(here) == before
    code, _, _ = run(capsys, "anchor", str(path), "--partial")
    assert code == 1
    assert [r["start"] for r in rows(path)] == ["", str(ODILE.index("puits")), "", ""]
    code, out, _ = run(capsys, "anchor", str(path), "--format", "json")
    assert json.loads(out)["ok"] is False


def test_offsets_of_another_unit_are_converted_in_place(here: Path, capsys: Captured) -> None:
    path = filled(here, ["p1,odile,111,119,cerfeuil,,,", "p2,odile,14,15,,,,"])
    path.write_text(path.read_text("utf-8").replace("14,15,", "16,18,"), "utf-8")
    code, out, _ = run(capsys, "anchor", str(path), "--offsets", "auto")
    assert code == 0, out
    assert "words at their offsets, of 1 row with both: codepoint 0, utf16 1, utf8 0" in out
    assert [r["exact"] for r in rows(path)] == ["cerfeuil", "il"]


def test_parts_need_a_place_in_the_table(here: Path, capsys: Captured) -> None:
    path = filled(here, ["p1,odile,,,il a plu … du puits,,,x"])
    before = listing(here)
    code, out, _ = run(capsys, "anchor", str(path), "--partial")
    assert code == 1
    assert "error span.split (1)" in out
    assert listing(here) == before
    descriptor = json.loads((here / "garden/datapackage.json").read_text("utf-8"))
    schema = descriptor["resources"][1]["schema"]
    schema["fields"].insert(1, {"name": "part", "type": "integer"})
    schema["primaryKey"] = ["id", "part"]
    (here / "garden/datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    text = path.read_text("utf-8").replace("id,", "id,part,").replace("p1,", "p1,,")
    path.write_text(text + "p2,,odile,,,cerfeuil,,,\n", "utf-8")
    assert run(capsys, "anchor", str(path))[0] == 0
    assert [(r["id"], r["part"], r["exact"], r["code"]) for r in rows(path)] == [
        ("p1", "1", "il a plu", "x"),
        ("p1", "2", "du puits", "x"),
        ("p2", "1", "cerfeuil", ""),
    ]
    assert sc.validate(here / "garden").ok


def test_every_span_of_a_table_is_anchored_and_optional_ones_may_be_empty(
    toy: Folder, capsys: Captured
) -> None:
    text = toy.read("avistamientos").decode()
    path = toy.root / "tablas/avistamientos.csv"
    blank = [
        ",".join(["" if cell.isdecimal() else cell for cell in line.split(",")])
        for line in text.splitlines()
    ]
    path.write_text("\n".join(blank) + "\n", "utf-8")
    code, out, _ = run(capsys, "anchor", str(path))
    assert code == 0, out
    assert out.splitlines()[:2] == [
        "palabras: exact 2",
        "dicho: exact 1, without a span 1",
    ]
    assert path.read_text("utf-8") == text
    assert sc.validate(toy.root).ok


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.csv"], "none.csv: there is no such file"),
        (["garden"], "garden: this is a folder; give the file of one of its tables"),
        (["found.csv"], "no folder above it has a datapackage.json"),
        (["garden/data/extra.csv"], "does not list it"),
        (["garden/data/documents.csv"], "declares no textSpans"),
        (["garden/data/plants.csv", "--output", "x.csv"], "--output is for rows"),
        (["garden/data/plants.csv", "--column", "exact=x"], "--column is for rows"),
        (["found.csv", "--text", "odile.txt"], "say with --output where the table goes"),
        (["found.csv", "--from", "nonsense", "--output", "x.csv"], "say with --from what it is"),
        (["found.csv", "--text", "odile.txt", "--output", "odile.txt"], "--force writes over it"),
        (["bad", "--text", "bytes.txt", "--from", "csv", "--dry-run"], "byte 0 is not UTF-8"),
    ],
)
def test_what_anchor_cannot_do(
    here: Path, capsys: Captured, arguments: list[str], message: str
) -> None:
    filled(here, [])
    capsys.readouterr()
    (here / "garden/data/extra.csv").write_text("a\n", "utf-8")
    (here / "bytes.txt").write_bytes(b"\xff")
    (here / "bad").write_text("exact\na\n", "utf-8")
    before = listing(here)
    code, _, err = run(capsys, "anchor", *arguments)
    assert code == 2
    assert message in err
    assert listing(here) == before


def test_a_broken_package_is_not_written(here: Path, capsys: Captured) -> None:
    path = filled(here, ["p1,odile,,,cerfeuil,,"])
    before = listing(here)
    code, _, err = run(capsys, "anchor", str(path))
    assert code == 2
    assert "some rows cannot be read: data/plants.csv, row 2: 7 cells" in err
    (here / "garden/datapackage.json").write_text("{", "utf-8")
    code, _, err = run(capsys, "anchor", str(path))
    assert code == 2
    assert "its descriptor cannot be read" in err
    assert listing(here) == before | {"garden/datapackage.json": b"{"}


# anchor, of rows in other formats


def test_rows_of_an_export_become_a_table(here: Path, capsys: Captured) -> None:
    lines = {"text": "😀 Die Stadt", "label": [[2, 11, "place"]]}
    (here / "export.jsonl").write_text(json.dumps(lines), "utf-8")
    code, out, _ = run(
        capsys, "anchor", "export.jsonl", "--from", "doccano", "--output", "made.csv"
    )
    assert code == 0
    assert "1 row written to made.csv" in out
    (row,) = rows(here / "made.csv")
    assert (row["start"], row["end"], row["exact"], row["label"]) == (
        "2",
        "11",
        "Die Stadt",
        "place",
    )


def test_offsets_in_utf16_are_told_by_the_evidence(here: Path, capsys: Captured) -> None:
    (here / "js.csv").write_text("from;to;quote\n111;119;cerfeuil\n18;20;il\n", "utf-8")
    arguments = ("anchor", "js.csv", "--text", "odile.txt", "--output", "made.csv")
    code, out, _ = run(capsys, *arguments)
    assert code == 0, out
    assert "offsets: words at their offsets, of 2 rows with both: codepoint 0, utf16 1" in out
    code, out, _ = run(capsys, *arguments, "--force", "--offsets", "utf8")
    assert code == 0
    (here / "none.csv").write_text("from;to;quote\n1;2;cerfeuil\n", "utf-8")
    code, out, _ = run(capsys, "anchor", "none.csv", "--text", "odile.txt", "--dry-run")
    assert code == 0
    assert "until then they are taken as approximate, in code points" in out


def test_refused_rows_are_written_without_offsets_only_if_asked(
    here: Path, capsys: Captured
) -> None:
    arguments = ("anchor", "found.csv", "--text", ".", "--output", "made.csv")
    code, out, _ = run(capsys, *arguments)
    assert code == 1
    assert "nothing is written; --partial writes" in out
    assert not (here / "made.csv").exists()
    assert run(capsys, *arguments, "--partial")[0] == 1
    assert [r["start"] != "" for r in rows(here / "made.csv")] == [True, True, False, False]
    code, out, _ = run(capsys, *arguments, "--dry-run", "--force", "--format", "jsonl")
    assert json.loads(out.splitlines()[0])


def test_brat_finds_the_text_beside_its_annotations(here: Path, capsys: Captured) -> None:
    at = ZOSIA.index("mięta")
    (here / "zosia.ann").write_text(f"T1\tHerb {at} {at + 5}\tmięta\n", "utf-8")
    code, out, _ = run(capsys, "anchor", "zosia.ann", "--from", "brat", "--output", "made.csv")
    assert code == 0, out
    assert rows(here / "made.csv")[0]["exact"] == "mięta"
    folder = here / "annotated"
    folder.mkdir()
    for name in ("zosia.ann", "zosia.txt"):
        (folder / name).write_bytes((here / name).read_bytes())
    code, _, _ = run(capsys, "anchor", "annotated", "--from", "brat", "--output", "two.csv")
    assert code == 0
    assert rows(here / "two.csv") == rows(here / "made.csv")


# ground


def answers(here: Path, *records: dict[str, Any]) -> None:
    text = "\n".join(json.dumps(record) for record in records)
    (here / "answers.jsonl").write_text(text, "utf-8")


def test_answers_stand_or_almost_or_not(here: Path, capsys: Captured) -> None:
    answers(
        here,
        {"id": "q1", "quote": "fèves", "doc": "odile"},
        {"id": "q2", "quote": "UNE POMME D'AMOUR", "doc": "odile"},
        {"id": "q3", "quote": "Rzodkiewka lubi upału", "doc": "zosia"},
        {"id": "q4", "quote": "", "doc": "zosia"},
        {"id": "q5", "quote": "il a plu … puits", "doc": "odile"},
    )
    command = ("ground", "answers.jsonl", "--text", ".", "--output", "verdicts.jsonl")
    code, out, _ = run(capsys, *command)
    assert code == 1
    assert "of 5 rows 1 stand in their text, 2 almost, 2 do not" in out
    assert "answers.jsonl, row 3, key q3, field exact: 'Rzodkiewka lubi upału'" in out
    assert "most like it, at 16 to 41: 'Rzodkiewka{+ nie+} lubi upału'" in out
    lines = [json.loads(line) for line in (here / "verdicts.jsonl").read_text("utf-8").splitlines()]
    assert [line["verdict"] for line in lines] == ["stands", "almost", "not", "not", "almost"]
    at = [ODILE.index("fèves"), ODILE.rindex("fèves")]
    assert lines[0]["candidates"] == [[start, start + 5] for start in at]
    assert lines[1]["spans"] == [{"start": 122, "end": 139, "exact": "une pomme d’amour"}]
    assert lines[1]["how"] == "typography+case"
    assert lines[2]["why"] == "these words stand nowhere in the text"
    code, _, err = run(
        capsys, "ground", "answers.jsonl", "--text", ".", "--output", "verdicts.jsonl"
    )
    assert code == 2
    assert "--force" in err


def test_words_that_almost_stand_several_times_are_told(here: Path, capsys: Captured) -> None:
    answers(here, {"id": "q1", "quote": "FÈVES"}, {"id": "q2", "quote": "fèves"})
    arguments = ("ground", "answers.jsonl", "--text", "odile.txt")
    code, out, _ = run(capsys, *arguments, "--output", "verdicts.jsonl", "--dry-run")
    assert code == 0
    assert not (here / "verdicts.jsonl").exists()
    assert "of 2 rows 1 stand in their text, 1 almost, 0 do not" in out
    assert "row 1, key q1, field exact: 'FÈVES': the words stand 2 times, at " in out
    assert out.count("(case)") == 1
    assert run(capsys, *arguments, "--fail-on", "warning")[0] == 1


def test_grounded_answers_pass(here: Path, capsys: Captured) -> None:
    answers(here, {"quote": "Cerfeuil"}, {"quote": "puits"})
    code, out, _ = run(capsys, "ground", "answers.jsonl", "--text", "odile.txt")
    assert code == 0
    assert "of 2 rows 1 stand in their text, 1 almost, 0 do not" in out
    arguments = ("ground", "answers.jsonl", "--text", "odile.txt")
    assert run(capsys, *arguments, "--fail-on", "warning")[0] == 1
    code, out, _ = run(capsys, *arguments, "--format", "json")
    assert json.loads(out)["warnings"] == 1
    code, _, err = run(capsys, "ground", "answers.jsonl")
    assert code == 2
    assert "give one with --text FILE" in err
    code, out, _ = run(capsys, *arguments, "--column", "exact=claim")
    assert (code, "0 stand" in out) == (1, True)
