"""Rows that are cited: which are meant, what is said of them, and what cannot be cited."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import smartcity_case as sc
from conftest import TOY_TEXT, Folder
from foreign_citations import as_printed, bibtexparser_entries, ris_records
from smartcity_case.case import open_files
from smartcity_case.citation import WHOLE
from smartcity_case.cli import main
from smartcity_case.editions import withhold_package
from smartcity_case.rowid import RowReference
from smartcity_case.writing import write_files

AT = TOY_TEXT.index("dos garzas")
SAID = TOY_TEXT.index("Nunca")


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_row_is_cited_with_its_release_its_places_and_its_words(toy: Folder) -> None:
    text = sc.cite(toy.root, "avistamientos/a1")
    assert text == (
        "Aves del río (Version 0.1.0) [Data set]. (n.d.).\n"
        "\n"
        "aves@0.1.0#avistamientos/a1\n"
        "  in the text: (Aves del río, n.d., avistamientos/a1)\n"
        f"  “dos garzas” (palabras, diario {AT} to {AT + 10})\n"
        f"  “Nunca había visto una” (dicho, diario {SAID} to {SAID + 21})\n"
    )


@pytest.mark.parametrize("column", ["dicho", "dicho_desde"])
def test_one_of_several_spans_is_named_by_words_or_start(toy: Folder, column: str) -> None:
    text = sc.cite(toy.root, f"avistamientos/a1:{column}", "apa")
    assert text.splitlines()[1] == (
        f"aves@0.1.0#avistamientos/a1:{column}: “Nunca había visto una” "
        f"({column}, diario {SAID} to {SAID + 21})"
    )


def test_rows_come_in_any_form_each_once_and_in_their_order(toy: Folder) -> None:
    data = sc.load(toy.root)
    short = RowReference("", "", "avistamientos", ("a2",))
    rows: list[str | RowReference] = [short, "aves@0.1.0#avistamientos/a1", "avistamientos/a2"]
    rows.append("aves#avistamientos/a2")
    lines = sc.cite(data, rows, "chicago").splitlines()[1:]
    assert [line.split(": ")[0] for line in lines] == [
        "aves@0.1.0#avistamientos/a2",
        "aves@0.1.0#avistamientos/a1",
    ]
    assert "dicho" not in lines[0]  # a2 has no such span


def test_many_rows_have_one_entry_and_a_line_for_each_citation(toy: Folder) -> None:
    for form in ("bibtex", "biblatex"):
        text = sc.cite(toy.root, ["avistamientos/a1:dicho", "avistamientos/a2"], form)
        assert text.splitlines()[:2] == [
            "% \\cite[avistamientos/a1:dicho]{aves-0.1.0}",
            "% \\cite[avistamientos/a2]{aves-0.1.0}",
        ]
        (entry,) = bibtexparser_entries(text)
        assert entry["version"] == "0.1.0"
        note = as_printed(entry["note"])
        assert "Rows aves@0.1.0#avistamientos/a1:dicho: “Nunca había visto una”" in note
        assert "; aves@0.1.0#avistamientos/a2: “otra garza”" in note
    (record,) = ris_records(sc.cite(toy.root, "avistamientos/a2", "ris"))
    assert record["notes"][1].startswith("aves@0.1.0#avistamientos/a2: “otra garza”")
    (item,) = json.loads(sc.cite(toy.root, "avistamientos/a2", "csl-json"))
    assert item["note"].startswith("aves@0.1.0#avistamientos/a2: “otra garza”")


@pytest.mark.parametrize("form", WHOLE)
def test_what_describes_the_whole_takes_no_rows(toy: Folder, form: str) -> None:
    assert sc.cite(toy.root, format=form)
    with pytest.raises(sc.NotFound, match=f"{form} describes a data set as a whole; cite rows in"):
        sc.cite(toy.root, ["avistamientos/a1"], form)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("avistamientos/a9", "its keys are like 'a1'"),
        ("avistamiento/a1", "there is no table 'avistamiento'"),
        ("avistamientos", "names no row"),
        ("avistamientos/a1:luz", "no span whose words are in 'luz'; there are: palabras, dicho"),
        ("avistamientos/a2:dicho", "the row has no words in 'dicho'"),
        ("peces@0.1.0#avistamientos/a1", "a row of peces 0.1.0, but this is aves 0.1.0"),
        ("aves@0.2.0#avistamientos/a1", "give the release that is meant"),
    ],
)
def test_what_is_no_row_is_told(
    toy: Folder, row: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(sc.NotFound, match=why):
        sc.cite(toy.root, row)
    code, out, err = run(capsys, "cite", row, "--package", toy.root)
    assert (code, out) == (2, "")
    assert why in err


def test_a_row_without_any_span_is_cited_by_its_name(toy: Folder) -> None:
    assert sc.cite(toy.root, "especies/garza", "apa").splitlines()[1] == "aves@0.1.0#especies/garza"


def test_rows_without_a_primary_key_have_no_names(toy: Folder) -> None:
    toy.describe(lambda d: d["resources"][1]["schema"].pop("primaryKey"))
    with pytest.raises(sc.NotFound, match="no primaryKey, so that its rows have no names"):
        sc.cite(toy.root, "especies/garza")
    toy.write("avistamientos", toy.read("avistamientos").splitlines(keepends=True)[0])
    with pytest.raises(sc.NotFound, match="it has no rows"):
        sc.cite(toy.root, "avistamientos/a1")


def test_words_that_do_not_stand_where_they_should_are_not_cited(toy: Folder) -> None:
    toy.replace("avistamientos", f"{AT},{AT + 10}", f"{AT + 1},{AT + 11}")
    with pytest.raises(sc.UnreadablePackage, match=r"avistamientos/a1: moved: the words in 'pala"):
        sc.cite(toy.root, "avistamientos/a1")
    assert "Nunca" in sc.cite(toy.root, "avistamientos/a1:dicho")
    toy.replace("avistamientos", f"{AT + 1},{AT + 11}", f"x,{AT + 11}")
    with pytest.raises(sc.UnreadablePackage, match="is not an offset"):
        sc.cite(toy.root, "avistamientos/a1")
    (toy.root / "diario.txt").unlink()
    with pytest.raises(sc.UnreadablePackage, match="the text 'diario' cannot be read"):
        sc.cite(toy.root, "avistamientos/a2")


def test_the_whole_is_cited_whatever_its_tables_are_like(toy: Folder) -> None:
    toy.write("avistamientos", b'"')
    assert sc.cite(toy.root, format="apa").startswith("Aves del río")
    (toy.root / "datapackage.json").write_text('{"resources": []}', "utf-8")
    with pytest.raises(sc.UnreadablePackage, match=r"datapackage\.json: "):
        sc.cite(toy.root)
    with pytest.raises(sc.PackageNotFound):
        sc.cite(toy.root / "nowhere")


@pytest.mark.parametrize("salt", [None, "salty"])
def test_withheld_words_are_told_as_such_and_come_back_with_the_text(
    toy: Folder, tmp_path: Path, salt: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    made = withhold_package(open_files(toy.root), salt)
    public = tmp_path / "public"
    public.mkdir()
    write_files(public, made.files.items())
    text = sc.cite(public, "avistamientos/a1", "apa")
    assert f"words withheld (palabras, diario {AT} to {AT + 10})" in text
    assert "dicho_desde" not in sc.cite(public, "avistamientos/a1:dicho", "apa")
    assert "garzas" not in text
    source = f"diario={toy.root / 'diario.txt'}"
    code, out, _ = run(capsys, "cite", "avistamientos/a1", "--package", public, "--source", source)
    assert code == 0
    assert "“dos garzas” (palabras, diario" in out
    assert sc.cite(public, "avistamientos/a2") != sc.cite(toy.root, "avistamientos/a2")


# A table of texts, keys of two columns, one of them with a slash.

LETTERS = {"Elbe / Havel": "Gut „ging“ es 🐦 nie.\r\n", "b": "Kein Wort."}


def make_letters(root: Path) -> Path:
    root.mkdir()
    rows = ["letter,nr,from,to", "Elbe / Havel,1,4,10", "b,1,0,4"]
    texts = "id,text\n" + "".join(f'{key},"{text}"\n' for key, text in LETTERS.items())
    files = {"letters.csv": texts.encode(), "notes.csv": ("\n".join(rows) + "\n").encode()}
    span: dict[str, Any] = {
        "fields": {"start": "from", "end": "to", "source": "letter"},
        "reference": {"resource": "letters", "fields": {"key": "id", "text": "text"}},
    }
    schemas: dict[str, dict[str, Any]] = {
        "letters.csv": {"fields": [{"name": "id"}, {"name": "text"}], "primaryKey": "id"},
        "notes.csv": {
            "fields": [
                {"name": "letter"},
                {"name": "nr"},
                {"name": "from", "type": "integer"},
                {"name": "to", "type": "integer"},
            ],
            "primaryKey": ["letter", "nr"],
            "textSpans": [span],
        },
    }
    resources = []
    for path, data in files.items():
        (root / path).write_bytes(data)
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        name = path.removesuffix(".csv")
        resources.append(
            {
                "name": name,
                "path": path,
                "hash": digest,
                "bytes": len(data),
                "schema": schemas[path],
            }
        )
    (root / "datapackage.json").write_text(
        json.dumps({"name": "a b", "version": "1#2", "resources": resources}), "utf-8"
    )
    return root


def test_keys_of_several_columns_and_texts_in_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_letters(tmp_path / "letters")
    reference = "a%20b@1%232#notes/Elbe%20%2F%20Havel/1"
    text = sc.cite(root, "notes/Elbe %2F Havel/1", "apa")
    assert text.splitlines()[1] == (f"{reference}: “„ging“” (from, letters/Elbe / Havel 4 to 10)")
    assert sc.cite(root, reference, "apa") == text
    data = sc.load(root)
    assert data.record("notes", "b/1") == data.record("notes", ("b", "1"))
    assert data.trace("notes", ("Elbe / Havel", "1"), "from").exact == "„ging“"
    with pytest.raises(sc.NotFound, match="no row with the key 'b/2'; its keys are like 'Elbe"):
        data.record("notes", ("b", "2"))
    assert data.placed("notes", "b/1") == ("letters/b", sc.Span(0, 4))
    code, out, _ = run(capsys, "show", reference, "--package", root)
    assert code == 0
    assert "from: exact, letters/Elbe / Havel 4 to 10" in out
    assert "Gut [„ging“] es" in out


# On the command line


def test_cite_tells_what_the_descriptor_lacks(
    toy: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "cite", "--package", toy.root, "--format", "apa")
    assert (code, out) == (0, "Aves del río (Version 0.1.0) [Data set]. (n.d.).\n")
    assert err == (
        "the descriptor does not state, so the citation lacks: created, contributors (one with "
        "the role creator)\n"
    )
    assert run(capsys, "cite")[2] == ""


def test_the_title_in_another_language(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "cite", "--language", "DE", "--format", "datacite")
    assert code == 0
    data = json.loads(out)
    assert data["titles"][0]["title"].startswith("Smart City Duisburg: ein codierter")
    assert data["titles"][0]["lang"] == data["language"] == "de"
    assert len(data["titles"]) == 1
    assert [d["descriptionType"] for d in data["descriptions"]] == ["Abstract", "Other"]
    with pytest.raises(sc.NotFound, match="no title in 'fr'; its translations: de"):
        sc.cite(language="fr")


def test_a_language_that_is_the_own_one_changes_nothing(toy: Folder) -> None:
    toy.describe(lambda d: d.update(language="es"))
    assert sc.cite(toy.root, language="es") == sc.cite(toy.root)
    with pytest.raises(sc.NotFound, match="its translations: none"):
        sc.cite(toy.root, language="de")


def test_show_understands_both_forms(toy: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("show", "avistamientos", "a1", "--package", toy.root)
    shown = run(capsys, *asked)
    assert shown[0] == 0
    for form in ("avistamientos/a1", "aves@0.1.0#avistamientos/a1"):
        assert run(capsys, "show", form, "--package", toy.root) == shown
    code, out, _ = run(capsys, "show", "avistamientos/a1:dicho", "--package", toy.root)
    assert code == 0
    assert "«[Nunca había visto una]»" in out
    assert "palabras: exact" not in out
    code, out, _ = run(capsys, "show", "avistamientos/a2", "--package", toy.root)
    assert (code, "dicho: " in out) == (0, False)
    code, _, err = run(capsys, "show", "avistamientos/a2:dicho", "--package", toy.root)
    assert code == 2
    assert "has no words in 'dicho'" in err
    code, _, err = run(capsys, "show", "aves@9#avistamientos/a1", "--package", toy.root)
    assert code == 2
    assert "give the release that is meant (--package PATH), or ask this one for" in err
    toy.replace("avistamientos", f"{AT},{AT + 10}", f"{AT + 1},{AT + 11}")
    _, out, _ = run(capsys, "show", "avistamientos/a1", "--package", toy.root)
    assert f"palabras: moved: 'dos garzas' is not at diario {AT + 1} to {AT + 11}" in out


def test_show_of_a_table_whose_name_has_odd_signs(
    toy: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    toy.describe(lambda d: d["resources"][1].update(name="es/pecies"))
    toy.describe(lambda d: d["resources"][2]["schema"].pop("foreignKeys"))
    code, out, _ = run(capsys, "show", "es/pecies", "--package", toy.root)
    assert code == 0
    assert "garza" in out
    code, out, _ = run(capsys, "show", "es%2Fpecies/garza", "--package", toy.root)
    assert code == 0
    assert "patas  2" in out


@pytest.mark.parametrize("rows", [[1], None, 7, [("a", "b")]])
def test_what_is_no_reference_is_told(toy: Folder, rows: Any) -> None:
    with pytest.raises(TypeError, match="like 'TABLE/KEY'"):
        sc.cite(toy.root, rows)


def test_a_key_with_a_slash_is_told_as_it_is_written(
    toy: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    path = toy.root / "especies.csv"
    path.write_bytes(path.read_bytes().replace(b"garza", b"garza/real"))
    toy.describe(lambda d: d["resources"][2]["schema"].pop("foreignKeys"))
    for command in ("cite", "show"):
        code, _, err = run(capsys, command, "especies/garza/real", "--package", toy.root)
        assert code == 2
        assert "its keys are like 'garza/real', which is written especies/garza%2Freal" in err
        code, out, _ = run(capsys, command, "especies/garza%2Freal", "--package", toy.root)
        assert code == 0
        assert out
    with pytest.raises(sc.NotFound, match=r"its keys are like '[a-z/]+'$"):
        sc.load(toy.root).record("especies", "pato")


def test_show_tells_withheld_words_as_such(
    toy: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    public = tmp_path / "public"
    public.mkdir()
    write_files(public, withhold_package(open_files(toy.root), None).files.items())
    code, out, err = run(capsys, "show", "avistamientos/a1", "--package", public)
    assert (code, err) == (0, "")
    said = f"words withheld, diario {AT} to {AT + 10}; give the text: --source diario=FILE"
    assert f"palabras: {said}" in out
    assert "garzas" not in out
    source = f"diario={toy.root / 'diario.txt'}"
    _, out, _ = run(capsys, "show", "avistamientos/a1", "--package", public, "--source", source)
    assert "[dos garzas]" in out
    toy.describe(lambda d: d["resources"][0].update(path="gone.txt"))
    code, _, err = run(capsys, "show", "avistamientos/a1", "--package", toy.root)
    assert code == 2
    assert "cannot be read; validate the package" in err


@pytest.mark.parametrize("form", ["text", "biblatex", "csl-json"])
def test_what_is_sent_into_a_file_is_utf_8(form: str, tmp_path: Path) -> None:
    """As it is where the terminal speaks cp1252 or ASCII."""
    told = sc.cite(format=form)
    out = tmp_path / "out"
    with out.open("wb") as stream:
        environment = {**os.environ, "PYTHONIOENCODING": "ascii:replace"}
        subprocess.run(
            [sys.executable, "-m", "smartcity_case", "cite", "--format", form],
            stdout=stream, env=environment, check=True,
        )  # fmt: skip
    assert out.read_bytes() == told.encode()


def test_a_citation_is_written_whole_and_over_nothing(
    toy: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "case.bib"
    asked = ("cite", "--format", "bibtex", "--package", toy.root, "--output", out)
    code, said, _ = run(capsys, *asked)
    assert (code, said) == (0, f"written: {out}\n")
    assert out.read_bytes() == sc.cite(toy.root, format="bibtex").encode()
    out.write_text("mine")
    code, said, err = run(capsys, *asked)
    assert (code, said) == (2, "")
    assert "--force" in err
    assert out.read_text() == "mine"
    assert run(capsys, *asked, "--force")[0] == 0
    assert out.read_text("utf-8").startswith("@misc{")
    code, _, err = run(capsys, "cite", "--output", "")
    assert (code, err) == (2, "smartcity-case: --output: the name of a file is empty\n")
    code, _, err = run(capsys, "cite", "nothing/x", "--output", tmp_path / "none.bib")
    assert code == 2
    assert not (tmp_path / "none.bib").exists()


def test_a_terminal_keeps_its_own_encoding(
    toy: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("smartcity_case.cli.cite.expect_machines", lambda: asked.append("UTF-8"))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run(capsys, "cite", "--package", toy.root)[0] == 0
    assert asked == []
    assert run(capsys, "cite", "--package", toy.root, "--format", "ris")[0] == 0
    assert asked == ["UTF-8"]
