"""Every export, of every kind of package: whole or refused with a reason, and the same twice."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import smartcity_case as sc
from bundles import FORMS, make
from conftest import ROOT, Folder, make_toy
from exports import make_odd
from smartcity_case.cli import main
from smartcity_case.exporters import FORMATS, exporter

PROMISED = [
    *("sqlite", "parquet", "web-annotation", "stam", "brat", "uima-cas", "croissant", "ro-crate"),
    *("huggingface", "graphml", "csv-safe", "dna"),
]
SOME = {
    "dna": {
        "statements": "avistamientos",
        "actor": "especie",
        "concept": "palabras",
        "agreement": "luz",
        "agree": "día",
        "disagree": "noche",
    }
}
"""What formats have to be told of the toy package."""
NOTES = {
    "statements": "notes",
    "actor": "id",
    "concept": "before",
    "agreement": "words",
    "agree": "🚤",
    "disagree": "La barca no sale",
}


def contents(place: Path) -> dict[str, bytes]:
    """The bytes of a file, or of all files of a folder."""
    if place.is_file():
        return {"": place.read_bytes()}
    files = [path for path in sorted(place.rglob("*")) if path.is_file()]
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in files}


def test_every_format_that_is_promised_is_there() -> None:
    assert list(FORMATS) == PROMISED


@pytest.mark.parametrize("name", FORMATS)
def test_a_foreign_program_reads_it_back_in_a_test_of_its_own(name: str) -> None:
    about = exporter(name).FORMAT
    file = ROOT / "tests/contract" / f"test_export_{name.replace('-', '_')}.py"
    source = file.read_text("utf-8")
    assert f'opened("{name}"' in source
    assert about.read_by
    ast.parse(about.opened)
    assert 2 <= len(about.opened.strip().splitlines()) <= 8


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_is_the_same_whenever_it_is_made(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (tmp_path / place / "out" for place in ("here", "there"))
    done = sc.export(None, name, first, threads=1)
    sc.export(None, name, second, threads=2)
    made = contents(first)
    assert made == contents(second)
    assert sorted(done.files) == sorted(made)
    for place in (str(ROOT).encode(), str(tmp_path).encode()):
        assert not [path for path, data in made.items() if place in data]


@pytest.mark.parametrize("name", FORMATS)
def test_no_export_puts_the_words_of_the_article_under_a_licence(name: str, tmp_path: Path) -> None:
    """Where CC-BY-4.0 is named, what it does not cover is said in the same file."""
    sc.export(None, name, tmp_path / "out")
    for path, data in contents(tmp_path / "out").items():
        if b"CC-BY" in data and path.rpartition("/")[2] != "datapackage.json":
            assert b"not the" in data, path


@pytest.mark.parametrize("name", FORMATS)
def test_a_package_of_other_words_is_written_too(toy: Folder, name: str, tmp_path: Path) -> None:
    done = sc.export(toy.root, name, tmp_path / "out", options=SOME.get(name))
    made = contents(tmp_path / "out")
    assert sorted(done.files) == sorted(made)
    assert not [path for path, data in made.items() if b"claims" in data or b"quotes" in data]


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "dna"])
def test_a_package_of_odd_names_and_values_is_written_whole(name: str, tmp_path: Path) -> None:
    odd = make_odd(tmp_path / "odd")
    done = sc.export(odd, name, tmp_path / "out")
    made = contents(tmp_path / "out")
    assert sorted(done.files) == sorted(made)
    assert all(path.isascii() or name == "ro-crate" for path in made)
    lower = [path.lower() for path in made]
    assert len(set(lower)) == len(lower)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("table", ["csv", "parquet", "inline"])
def test_texts_and_tables_of_every_form_are_written(form: str, table: str, tmp_path: Path) -> None:
    root = make(tmp_path / "ports", form, table).root
    for name in FORMATS:
        sc.export(root, name, tmp_path / name, options=NOTES if name == "dna" else None)
        assert contents(tmp_path / name)


@pytest.mark.parametrize("name", FORMATS)
def test_a_withheld_package_keeps_its_words_to_itself(name: str, tmp_path: Path) -> None:
    toy, public = make_toy(tmp_path / "toy"), tmp_path / "public"
    assert main(["withhold", str(toy.root), str(public)]) == 0
    options = SOME.get(name)
    with pytest.raises(sc.InvalidPackage):
        sc.export(public, name, tmp_path / "out", options=options)

    def written() -> Any:
        return sc.export(public, name, tmp_path / "out", options=options, accept_unverifiable=True)

    if exporter(name).FORMAT.needs_texts:
        with pytest.raises(sc.UnwritablePackage, match="--source diario=FILE"):
            written()
        assert not (tmp_path / "out").exists()
    else:
        written()
        made = contents(tmp_path / "out")
        assert not [path for path, data in made.items() if b"garzas" in data]
    source = {"diario": toy.root / "diario.txt"}
    sc.export(public, name, tmp_path / "whole", options=options, sources=source)
    assert contents(tmp_path / "whole")


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_left_of_an_export_that_fails(
    name: str, toy: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("smartcity_case.writing.Place.open", full)
    monkeypatch.setattr("smartcity_case.writing.Place.at", full)
    with pytest.raises(sc.UnwritablePackage, match="No space left on device; nothing is half"):
        sc.export(toy.root, name, tmp_path / "x/out", options=SOME.get(name))
    assert list(tmp_path.iterdir()) == [toy.root]
