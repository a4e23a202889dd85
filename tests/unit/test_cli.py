from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, Folder
from smartcity_case.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def test_validate_the_embedded_release(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "validate", "--case")
    assert (code, err) == (0, "")
    assert out.startswith("smartcity-case 1.0.0: valid\n")
    assert "0 errors, 0 warnings" in out


def test_validate_a_folder_as_text_and_json(
    capsys: pytest.CaptureFixture[str], toy: Folder
) -> None:
    toy.replace("avistamientos", "dos garzas", "tres garzas")
    code, out, _ = run(capsys, "validate", str(toy.root))
    assert code == 1
    assert "aves 0.1.0: NOT VALID" in out
    assert "tablas/avistamientos.csv, row 2, key a1, field palabras" in out
    assert "What to do:" in out
    code, out, _ = run(capsys, "validate", str(toy.root), "--format", "json")
    report = json.loads(out)
    assert code == 1
    assert report["ok"] is False
    (finding,) = report["findings"]
    assert finding["code"] == "span.absent"
    assert finding["location"]["row"] == 2


def test_the_human_view_shows_the_first_few_and_counts_the_rest(
    capsys: pytest.CaptureFixture[str], toy: Folder
) -> None:
    toy.write("especies", b"clave,patas\n" + b"A,2\n" * 9)
    _, out, _ = run(capsys, "validate", str(toy.root))
    assert "error field.constraint (9)" in out
    assert "and 4 more" in out


@pytest.mark.parametrize("arguments", [["validate"], ["validate", "--case", "."], [], ["nonsense"]])
def test_bad_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as info:
        main(arguments)
    assert info.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "nowhere"],
        ["show", "claims", "c999"],
        ["show", "nothing"],
        ["tables", "--package", "nowhere"],
        ["build", "nowhere"],
    ],
)
def test_what_cannot_be_looked_at_exits_with_2_and_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("smartcity-case: ")
    assert "Traceback" not in err
    assert err.count("\n") == 1


def test_tables_shows_four_and_all(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "tables")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[1:5]] == [
        "claims", "actors", "quotes", "technologies"
    ]  # fmt: skip
    assert "4 detail tables more" in out
    _, everything, _ = run(capsys, "tables", "--all")
    assert "quote_parts" in everything


def test_show_a_row_with_its_words_marked(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", "actors", "huawei")
    assert code == 0
    assert "company" in out
    assert "[Huawei]-Managern" in out
    assert "exact, article" in out


def test_show_a_whole_table(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", "technologies")
    assert code == 0
    assert "5g" in out


def test_another_package(capsys: pytest.CaptureFixture[str], toy: Folder) -> None:
    _, out, _ = run(capsys, "tables", "--package", str(toy.root))
    assert "avistamientos" in out
    _, out, _ = run(capsys, "show", "avistamientos", "a1", "--package", str(toy.root))
    assert "vimos [dos garzas]." in out
    assert "«[Nunca había visto una]»" in out


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    for name in ("seeds", "data", "docs"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("datapackage.json", "pyproject.toml", "CITATION.cff", ".zenodo.json"):
        shutil.copy(ROOT / name, root)
    shutil.copy(ROOT / "codemeta.json", root)
    return root


def test_build_check_is_clean_on_the_release(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "build", str(checkout), "--check")
    assert code == 0
    assert "nothing to do" in out


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("data/claims.csv", "murrack", "link"),
        ("data/coding/uncoded.csv", "punctuation", "nothing"),
        ("docs/codebook.md", "| `claimant` |", "| `claiment` |"),
        ("docs/findings.md", "`span.moved`", "`span.mooved`"),
        ("datapackage.json", '"categoriesOrdered": true', '"categoriesOrdered": false'),
        ("CITATION.cff", "[author not known]", "Ida Muster"),
        (".zenodo.json", '"other-closed"', '"cc-by-4.0"'),
        ("codemeta.json", "https://spdx.org/licenses/MIT", "https://spdx.org/licenses/ISC"),
    ],
)
def test_build_finds_and_mends_drift(
    path: str, old: str, new: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = checkout / path
    good = file.read_text("utf-8")
    assert old in good
    file.write_text(good.replace(old, new), "utf-8")
    code, out, err = run(capsys, "build", str(checkout), "--check")
    assert (code, f"differs: {path}" in out) == (1, True)
    assert "run `smartcity-case build .`" in err
    assert file.read_text("utf-8") != good  # --check writes nothing
    code, out, _ = run(capsys, "build", str(checkout))
    assert (code, f"written: {path}" in out) == (0, True)
    assert file.read_text("utf-8") == good


def test_build_of_a_bad_coding_writes_nothing_and_names_each_row(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {p: p.read_bytes() for p in checkout.rglob("*") if p.is_file()}
    coding = checkout / "data/coding/release/actors.csv"
    coding.write_bytes(coding.read_bytes().replace(b"company", b"firm"))
    before[coding] = coding.read_bytes()
    code, out, err = run(capsys, "build", str(checkout))
    assert (code, out) == (1, "")
    assert "actors.csv, row" in err
    assert "type: Input should be" in err
    assert {p: p.read_bytes() for p in checkout.rglob("*") if p.is_file()} == before


def process(*arguments: str, stdout: int = subprocess.PIPE) -> tuple[int, str, str]:
    """The command line as a process of its own: exit code, output and complaints."""
    done = subprocess.run(
        [sys.executable, "-m", "smartcity_case", *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_process_ends_with_its_code_and_all_of_its_output(tmp_path: Path) -> None:
    code, output, complaints = process("show", "claims", "c001")
    assert (code, complaints) == (0, "")
    assert output.endswith("\n")
    assert "c001" in output
    assert process("validate", str(tmp_path))[0] == 2
    code, output, complaints = process("validate")
    assert (code, output) == (2, "")
    assert complaints.startswith("usage: smartcity-case validate")
    (tmp_path / "datapackage.json").write_text("{}", "utf-8")
    code, output, complaints = process("validate", str(tmp_path))
    assert (code, complaints) == (1, "")
    assert "descriptor.invalid" in output


def test_a_process_survives_that_nobody_reads_on() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        code, _, complaints = process("tables", stdout=writing)
        assert (code, complaints) == (0, "")
    finally:
        os.close(writing)


@pytest.mark.skipif(os.name == "nt", reason="needs a shell that can close streams")
@pytest.mark.parametrize(
    ("arguments", "closed", "code"),
    [
        ("validate --case", "2>&-", 0),
        ("validate --case", ">&-", 0),
        ("validate --case --quiet --output report", ">&- 2>&-", 0),
        ("validate nowhere", "2>&-", 2),
        ("validate nowhere", "2>/dev/full", 2),
        ("tables", ">/dev/full", 2),
    ],
)
def test_streams_may_be_closed_or_full(
    tmp_path: Path, arguments: str, closed: str, code: int
) -> None:
    if "/dev/full" in closed and not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    command = f'exec "{sys.executable}" -m smartcity_case {arguments} {closed}'
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (code, False)
    assert "--output" not in arguments or (tmp_path / "report").read_text("utf-8")
