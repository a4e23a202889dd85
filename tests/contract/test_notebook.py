"""The notebook guide, the tutorial and the pictures of the documentation show what is so today."""

from __future__ import annotations

import doctest
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import pages
import smartcity_case as sc
from conftest import ROOT

DOCS = ROOT / "docs"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / f"scripts/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pictures() -> ModuleType:
    return script("pictures")


@pytest.fixture(scope="module")
def made(pictures: ModuleType) -> dict[str, sc.Picture]:
    found: dict[str, sc.Picture] = pictures.pictures(sc.load())
    return found


def test_the_guide_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    guide = (DOCS / "notebook.md").read_text("utf-8")
    test = doctest.DocTestParser().get_doctest(guide, {}, "notebook.md", "notebook.md", 0)
    runner = doctest.DocTestRunner()
    runner.run(test)
    assert len(test.examples) > 8
    assert runner.failures == 0
    assert (tmp_path / "speakers.svg").is_file()


def test_the_guide_names_every_picture() -> None:
    guide = (DOCS / "notebook.md").read_text("utf-8")
    called = set(re.findall(r"^\| `case\.pictures\.(\w+)\(\)`", guide, re.M))
    assert called == set(sc.load().pictures.names)


def test_the_pictures_show_the_data_of_today(
    pictures: ModuleType, made: dict[str, sc.Picture]
) -> None:
    assert list(pictures.drift(made, DOCS)) == []
    assert all(path.stat().st_size < 200_000 for path in DOCS.glob("pictures/*.svg"))
    page = (DOCS / "pictures.md").read_text("utf-8")
    assert pages.headings(page)[1:] == [picture.title for picture in made.values()]
    assert page.count("one article") > len(made)
    assert pictures.NOT_SAID.keys() == made.keys()


def test_pictures_of_other_data_are_told(
    pictures: ModuleType, made: dict[str, sc.Picture], tmp_path: Path
) -> None:
    assert len(list(pictures.drift(made, tmp_path))) == len(made) + 1
    pictures.write(made, tmp_path)
    assert list(pictures.drift(made, tmp_path)) == []
    old = tmp_path / "pictures/stances.svg"
    old.write_bytes(old.read_bytes().replace(b"6 critical", b"7 critical"))
    (tmp_path / "pictures/other.svg").write_bytes(old.read_bytes())
    (tmp_path / "pictures.md").write_bytes(b"")
    assert list(pictures.drift(made, tmp_path)) == [
        "not as made here: pictures.md",
        "not made here: pictures/other.svg",
        "shows other numbers: pictures/stances.svg",
    ]


def test_the_pictures_are_written_and_checked_by_a_command(
    pictures: ModuleType,
    made: dict[str, sc.Picture],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(pictures, "pictures", lambda _: {"stances": made["stances"]})
    monkeypatch.setattr(pictures, "DOCS", tmp_path)
    for arguments, code, told in (
        (["--check"], 1, "not as made here: pictures.md"),
        ([], 0, "1 pictures written"),
        (["--check"], 0, "1 pictures: no drift"),
    ):
        monkeypatch.setattr(sys, "argv", ["pictures.py", *arguments])
        assert pictures.main() == code
        assert told in capsys.readouterr().out


def test_what_is_printed_in_pieces_is_one_output() -> None:
    v4: Any = importlib.import_module("nbformat.v4")
    pieces = [("stdout", "a"), ("stdout", "b"), ("stderr", "c"), ("stdout", "d")]
    outputs = [v4.new_output("stream", name=name, text=text) for name, text in pieces]
    outputs.insert(2, v4.new_output("display_data", {"text/plain": "x"}))
    whole = script("tutorial")._whole(outputs)
    assert [out.get("text", "x") for out in whole] == ["ab", "x", "c", "d"]


def test_the_tutorial_runs_from_any_folder_and_shows_what_is_stored(tmp_path: Path) -> None:
    tutorial = script("tutorial")
    nbformat: Any = importlib.import_module("nbformat")
    stored = nbformat.read(tutorial.NOTEBOOK, as_version=4)
    nbformat.validate(stored)
    fresh = tutorial.executed(tmp_path)
    assert tutorial.shown(fresh) == tutorial.shown(stored)
    outputs = [out for cell in stored.cells for out in cell.get("outputs", ())]
    assert not [out for out in outputs if out.output_type == "error" or out.get("name") == "stderr"]
    html = "".join(out.get("data", {}).get("text/html", "") for out in outputs)
    assert html.count("<img alt=") == 2
    assert "<mark>" in html
    assert "<script" not in html
    heads = [
        head for cell in stored.cells for head in re.findall(r"^## \d\. (\w+)", cell.source, re.M)
    ]
    assert heads == ["Load", "Join", "Trace", "Plot", "Cite"]
    assert str(Path.home()) not in Path(tutorial.NOTEBOOK).read_text("utf-8")
