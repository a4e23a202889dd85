"""The command `docs`: what it writes, where, and what it refuses."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT, Folder
from smartcity_case.cli import docs, main

DIARY = "- File: [`diario.txt`]({}diario.txt) (text/plain)"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["docs", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_it_prints_the_dictionary_of_a_package(
    capsys: pytest.CaptureFixture[str], toy: Folder
) -> None:
    for package in (toy.root, toy.root / "datapackage.json"):
        code, out, err = run(capsys, "--package", package)
        assert (code, err) == (0, "")
        assert out.startswith("# Aves del río\n")
        assert DIARY.format("") in out.splitlines()


def test_without_a_package_it_is_that_of_the_release_without_links_to_its_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, _ = run(capsys)
    assert code == 0
    assert "- File: `data/claims.csv` (CSV)\n" in out
    assert run(capsys, "--output", tmp_path / "a.md")[0] == 0
    assert (tmp_path / "a.md").read_text("utf-8") == out


@pytest.mark.parametrize(
    ("place", "way"), [("aves/T.md", ""), ("aves/docs/T.md", "../"), ("T.md", "aves/")]
)
def test_links_lead_from_the_page_to_the_package(
    place: str,
    way: str,
    capsys: pytest.CaptureFixture[str],
    toy: Folder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (toy.root / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "--package", "aves", "--output", place)[:2] == (0, f"written: {place}\n")
    page = (tmp_path / place).read_bytes()
    assert DIARY.format(way) in page.decode().splitlines()
    assert b"\r" not in page


def test_check_holds_a_page_to_its_descriptor(
    capsys: pytest.CaptureFixture[str], toy: Folder
) -> None:
    place = toy.root / "TABLES.md"
    arguments = ("--package", toy.root, "--output", place)
    assert run(capsys, *arguments, "--check")[:2] == (1, f"differs: {place}\n")
    assert not place.exists()
    assert run(capsys, *arguments)[0] == 0
    same = f"nothing to do: {place} is as it should be\n"
    assert run(capsys, *arguments, "--check") == (0, same, "")
    assert run(capsys, *arguments) == (0, same, "")
    toy.describe(lambda d: d["resources"][1]["schema"]["fields"][1].update(title="Patas"))
    before = place.read_bytes()
    code, out, err = run(capsys, *arguments, "--check")
    assert (code, out) == (1, f"differs: {place}\n")
    assert f"--output {place} --force" in err
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert "there is TABLES.md already; --force writes over it" in err
    assert run(capsys, *arguments, "--dry-run")[0] == 2
    assert place.read_bytes() == before
    assert run(capsys, *arguments, "--force")[0] == 0
    assert "**Patas**" in place.read_text("utf-8")


def test_a_dry_run_writes_nothing(capsys: pytest.CaptureFixture[str], toy: Folder) -> None:
    place = toy.root / "TABLES.md"
    code, out, _ = run(capsys, "--package", toy.root, "--output", place, "--dry-run")
    assert (code, out) == (0, f"would be written: {place}\n")
    assert not place.exists()


@pytest.mark.parametrize("own", ["datapackage.json", "diario.txt", "tablas/avistamientos.csv"])
def test_it_never_writes_over_a_file_of_the_package(
    own: str, capsys: pytest.CaptureFixture[str], toy: Folder, tmp_path: Path
) -> None:
    toy.describe(lambda d: d["resources"][1].update(path="/abs.csv"))
    before = (toy.root / own).read_bytes()
    (tmp_path / "link.md").symlink_to(toy.root / own)
    for place in (toy.root / own, tmp_path / "link.md"):
        code, _, err = run(capsys, "--package", toy.root, "--output", place, "--force")
        assert code == 2
        assert "this is a file of the package; name another" in err
    assert (toy.root / own).read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--check"], "--check compares a file; name it with --output FILE"),
        (["--output", ""], "--output: the name of a file is empty"),
        (["--package", "nowhere"], "there is no such file or folder"),
        (["--package", ""], "the path is empty"),
        (["--output", "no/such/folder/a.md"], "No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_a_broken_descriptor_is_no_page(capsys: pytest.CaptureFixture[str], toy: Folder) -> None:
    (toy.root / "datapackage.json").write_text("{", "utf-8")
    code, _, err = run(capsys, "--package", toy.root)
    assert code == 2
    assert "cannot be read" in err


def test_our_own_page_is_that_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Which `build` makes from the row models."""
    arguments = ("--package", ROOT, "--output", ROOT / "docs/tables.md", "--check")
    assert run(capsys, *arguments)[0] == 0


def test_a_package_whose_files_are_missing_has_a_page(
    capsys: pytest.CaptureFixture[str], toy: Folder
) -> None:
    whole = run(capsys, "--package", toy.root)
    (toy.root / "diario.txt").unlink()
    (toy.root / "especies.csv").unlink()
    assert run(capsys, "--package", toy.root) == whole


def test_a_withheld_edition_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["withhold", "--case", str(tmp_path / "public")]) == 0
    capsys.readouterr()
    out = run(capsys, "--package", tmp_path / "public")[1]
    assert "- Withheld: this edition is without the file; hash and size are the file's\n" in out
    assert out.count("- Withheld: this edition is without the words") == 8
    assert "- File: `seeds/000_99c0eed1a29a2b7c.txt` (text/plain, language de)\n" in out


def test_a_schema_in_a_file_of_its_own_is_read(
    capsys: pytest.CaptureFixture[str], toy: Folder
) -> None:
    (toy.root / "s.json").write_text('{"fields": [{"name": "pluma", "type": "string"}]}', "utf-8")
    toy.describe(lambda d: d["resources"][1].update(schema="s.json"))
    assert "| `pluma` | string |" in run(capsys, "--package", toy.root)[1]


def test_on_another_drive_nothing_is_linked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def apart(*_: object) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", apart)
    assert docs._way(str(tmp_path), str(tmp_path / "a.md")) is None


def test_a_package_in_an_archive_has_a_page_too(
    capsys: pytest.CaptureFixture[str],
    toy: Folder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("datapackage.json", "diario.txt"):
            archive.write(toy.root / name, f"inside/{name}")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        monkeypatch.setattr(
            "smartcity_case.storage.embedded_root", lambda: zipfile.Path(archive, "inside/")
        )
        assert run(capsys, "--output", tmp_path / "a.md")[0] == 0
    page = (tmp_path / "a.md").read_text("utf-8")
    assert "- File: `diario.txt` (text/plain)\n" in page


def test_it_is_printed_where_there_is_no_file_behind(
    monkeypatch: pytest.MonkeyPatch, toy: Folder
) -> None:
    printed = io.StringIO()
    monkeypatch.setattr(sys, "stdout", printed)
    assert main(["docs", "--package", str(toy.root)]) == 0
    assert printed.getvalue().startswith("# Aves")


def test_the_printed_page_is_utf_8_whatever_the_terminal_has(toy: Folder) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "smartcity_case", "docs", "--package", str(toy.root)],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT / "src")},
        check=True,
    )
    assert done.stdout.decode("utf-8").startswith("# Aves del río\n")
