"""What `validate` writes, where, and with which exit code."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import smartcity_case as sc
from conftest import Folder
from smartcity_case import writing
from smartcity_case.cli import main
from smartcity_case.errors import UnwritablePackage
from smartcity_case.render import FORMATS

Captured = pytest.CaptureFixture[str]

FRONT = ["resource", "path", "row", "code", "field", "message"]


@pytest.fixture
def spoiled(toy: Folder) -> Folder:
    toy.replace("avistamientos", "dos garzas", "tres garzas")
    return toy


@pytest.fixture
def odd(toy: Folder) -> Folder:
    """A package with a warning alone."""
    toy.write("diario", toy.read("diario") + b"\r\n")
    return toy


def run(capsys: Captured, *arguments: str | Path) -> tuple[int, str, str]:
    code = main(["validate", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_paths_are_those_of_the_working_directory(
    capsys: Captured, spoiled: Folder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(spoiled.root.parent)
    for path in (spoiled.root, "aves", "./aves/", "aves/datapackage.json"):
        _, out, _ = run(capsys, path, "--format", "github")
        assert "file=aves/tablas/avistamientos.csv," in out
    (tmp_path / "elsewhere").mkdir()
    for other in (spoiled.root, tmp_path / "elsewhere"):
        monkeypatch.chdir(other)
        _, out, _ = run(capsys, spoiled.root, "--format", "github")
        assert "file=tablas/avistamientos.csv," in out


@pytest.mark.parametrize("form", FORMATS)
def test_a_dash_is_standard_output(
    form: str, capsys: Captured, spoiled: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(spoiled.root)
    asked = (".", "--format", form)
    assert run(capsys, *asked, "--output", "-") == run(capsys, *asked)
    assert not Path("-").exists()
    assert run(capsys, ".", "--output", "./-", "--bad-rows", "./rows")[0] == 1
    assert Path("-").is_file()
    code, out, err = run(capsys, ".", "--bad-rows", "-")
    assert (code, out) == (2, "")
    assert err == "smartcity-case: --bad-rows: give the name of a file (./- if it is called -)\n"


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_gets_what_standard_output_would(
    form: str, capsys: Captured, spoiled: Folder, tmp_path: Path
) -> None:
    code, out, _ = run(capsys, spoiled.root, "--format", form)
    file = tmp_path / "report"
    again, closing, err = run(capsys, spoiled.root, "--format", form, "--output", file)
    assert (code, again, err) == (1, 1, "")
    assert file.read_bytes() == out.encode("utf-8")
    assert closing.splitlines()[0].startswith("1 error, 0 warnings; ")
    assert closing.splitlines()[1] == f"the report is in {file}"
    quiet = run(capsys, spoiled.root, "--format", form, "--output", file, "--quiet")
    assert quiet == (1, "", "")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_file_that_is_there_is_replaced_and_keeps_its_mode(
    capsys: Captured, toy: Folder, tmp_path: Path
) -> None:
    file, link = tmp_path / "report", tmp_path / "link"
    file.write_text("old")
    file.chmod(0o600)
    link.symlink_to(file)
    assert run(capsys, toy.root, "--output", link)[0] == 0
    assert file.read_text("utf-8").startswith("aves 0.1.0: valid\n")
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("call", ["fsync", "replace", "write", "open"])
@pytest.mark.parametrize("option", ["--output", "--write-baseline"])
def test_a_full_disk_leaves_the_old_file(
    call: str,
    option: str,
    capsys: Captured,
    spoiled: Folder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "report"
    file.write_text("old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    class Full(io.StringIO):
        writelines = full

    def open_full(handle: int, *_: object, **__: object) -> Full:
        os.close(handle)
        return Full()

    if call == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    elif call == "replace":
        monkeypatch.setattr(Path, "replace", full)
    elif call == "write":
        monkeypatch.setattr(os, "fdopen", open_full)
    else:
        monkeypatch.setattr(tempfile, "mkstemp", full)
    code, out, err = run(capsys, spoiled.root, option, file)
    assert (code, out) == (2, "")
    assert err == f"smartcity-case: {file}: No space left on device; nothing is half\n"
    assert file.read_text() == "old"
    assert {p.name for p in tmp_path.iterdir()} == {"aves", "report"}


def test_a_place_that_is_no_file_is_refused(capsys: Captured, toy: Folder, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    places = (
        tmp_path,
        tmp_path / "pipe",
        tmp_path / "loop",
        tmp_path / "no/report",
        "a\0b",
        "/dev/null",
    )
    for place in places:
        code, out, err = run(capsys, toy.root, "--output", place)
        assert (code, out) == (2, ""), place
        assert err.count("\n") == 1, place
    assert Path("/dev/null").is_char_device()
    assert not list(tmp_path.glob(".*"))


def test_a_renderer_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "report"
    file.write_text("old")

    def breaking() -> Iterator[str]:
        yield "new"
        raise MemoryError

    with pytest.raises(MemoryError):
        writing.write_file(file, breaking())
    assert file.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report"]
    with pytest.raises(UnwritablePackage, match="not a regular file"):
        writing.write_file(tmp_path, ["x"])


def test_too_little_memory_is_no_finding(
    capsys: Captured, toy: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("smartcity_case.case.validate", greedy)
    assert run(capsys, toy.root) == (2, "", "smartcity-case: there is not enough memory\n")


def test_warnings_fail_only_if_told_to(capsys: Captured, odd: Folder, spoiled: Folder) -> None:
    del spoiled  # the same folder: now it has an error too
    assert run(capsys, odd.root)[0] == 1
    odd.replace("avistamientos", "tres garzas", "dos garzas")
    assert run(capsys, odd.root)[0] == 0
    assert run(capsys, odd.root, "--fail-on", "error")[0] == 0
    assert run(capsys, odd.root, "--fail-on", "warning")[0] == 1


def test_a_baseline_accepts_what_is_known_and_fails_on_what_is_new(
    capsys: Captured, spoiled: Folder, tmp_path: Path
) -> None:
    known = tmp_path / "known.json"
    code, out, _ = run(capsys, spoiled.root, "--write-baseline", known)
    assert code == 0
    assert out.startswith("aves 0.1.0: nothing new\n")
    assert "1 known finding accepted; 0 of its entries no longer found" in out
    assert run(capsys, spoiled.root, "--baseline", known)[0] == 0
    spoiled.replace("avistamientos", "día", "tarde")
    code, out, _ = run(capsys, spoiled.root, "--baseline", known, "--format", "json")
    report = json.loads(out)
    assert (code, report["accepted"], report["gone"]) == (1, 1, 0)
    assert [f["code"] for f in report["findings"]] == ["field.category"]
    spoiled.replace("avistamientos", "tarde", "día")
    spoiled.replace("avistamientos", "tres garzas", "dos garzas")
    code, out, _ = run(capsys, spoiled.root, "--baseline", known)
    assert code == 0
    assert "0 known findings accepted; 1 of its entries no longer found" in out
    assert out.startswith("aves 0.1.0: valid\n")


@pytest.mark.parametrize("option", ["--baseline", "--write-baseline"])
def test_a_report_does_not_overwrite_the_baseline(
    option: str, capsys: Captured, spoiled: Folder, tmp_path: Path
) -> None:
    known = tmp_path / "known.json"
    run(capsys, spoiled.root, "--write-baseline", known)
    before = known.read_bytes()
    assert run(capsys, spoiled.root, option, known, "--output", known)[0] == 2
    assert known.read_bytes() == before


def test_rows_may_move_under_a_baseline(capsys: Captured, spoiled: Folder, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    run(capsys, spoiled.root, "--write-baseline", known)
    head, first, second = spoiled.read("avistamientos").splitlines(keepends=True)
    spoiled.write("avistamientos", head + second + first)
    assert run(capsys, spoiled.root, "--baseline", known)[0] == 0


def test_a_baseline_does_not_hide_what_was_not_checked(
    capsys: Captured, spoiled: Folder, tmp_path: Path
) -> None:
    spoiled.describe(lambda d: d["resources"][1].update(compression="gz"))
    known = tmp_path / "known.json"
    assert run(capsys, spoiled.root, "--write-baseline", known)[0] == 1
    code, out, _ = run(capsys, spoiled.root, "--baseline", known)
    assert code == 1
    assert "NOT VALID" in out
    assert "not checked: " in out


@pytest.mark.parametrize("content", [None, b"{}", b"\xff"])
def test_a_baseline_that_cannot_be_read_is_told_before_anything_is_done(
    content: bytes | None, capsys: Captured, toy: Folder, tmp_path: Path
) -> None:
    known = tmp_path / "known.json"
    if content is not None:
        known.write_bytes(content)
    code, out, err = run(capsys, toy.root, "--baseline", known, "--output", tmp_path / "x")
    assert (code, out) == (2, "")
    assert err.startswith(f"smartcity-case: {known}: ")
    assert not (tmp_path / "x").exists()
    assert run(capsys, toy.root, "--baseline", "")[0] == 2
    assert run(capsys, toy.root, "--baseline", "a\0b")[0] == 2


@pytest.mark.parametrize(
    "bad",
    [
        ["--threads", "0"],
        ["--threads", "-1"],
        ["--threads", "٣"],
        ["--threads", "99999"],
        ["--format", "xml"],
        ["--fail-on", "never"],
        ["--baseline", "a", "--write-baseline", "b"],
    ],
)
def test_bad_options_exit_with_2(bad: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as info:
        main(["validate", ".", *bad])
    assert info.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_threads_are_taken(capsys: Captured, toy: Folder) -> None:
    assert run(capsys, toy.root, "--threads", "2")[0] == 0


def test_machines_get_utf_8_whatever_the_terminal(spoiled: Folder) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "smartcity_case", "validate", str(spoiled.root), "--format", "json"],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert "garzas" in json.loads(done.stdout.decode("utf-8"))["findings"][0]["message"]


def test_no_progress_where_nobody_watches(
    capsys: Captured, toy: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartcity_case.cli.shared import progress_bar
    from smartcity_case.render.progress import Progress

    with progress_bar(quiet=False) as progress:
        assert progress is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress_bar(quiet=False) as progress:
        assert isinstance(progress, Progress)
    with progress_bar(quiet=True) as progress:
        assert progress is None
    assert run(capsys, toy.root)[2] == ""


def test_failing_rows_are_written_with_code_and_message(
    capsys: Captured, spoiled: Folder, tmp_path: Path
) -> None:
    spoiled.replace("especies", "garza,2\n", 'garza,1\n"pato, ""x""",3,4\n')
    file = tmp_path / "bad.csv"
    assert run(capsys, spoiled.root, "--bad-rows", file)[0] == 1
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = {(row["resource"], row["row"], row["code"]) for row in rows}
    assert found == {
        ("especies", "2", "field.constraint"),
        ("especies", "3", "table.cells"),
        ("avistamientos", "2", "span.absent"),
    }
    absent = next(row for row in rows if row["code"] == "span.absent")
    assert (absent["num"], absent["palabras"], absent["field"]) == (
        "a1",
        "tres garzas",
        "palabras",
    )
    assert "these words stand nowhere" in absent["message"]
    assert absent["clave"] == ""


def test_failing_rows_are_the_same_in_python(
    capsys: Captured, spoiled: Folder, tmp_path: Path
) -> None:
    spoiled.replace("especies", "garza,2\n", 'garza,1\n"pato, ""x""",3,4\n')
    run(capsys, spoiled.root, "--bad-rows", tmp_path / "bad.csv")
    with (tmp_path / "bad.csv").open(encoding="utf-8", newline="") as stream:
        header, *records = csv.reader(stream)
    report = sc.validate(spoiled.root)
    found = sc.failing_rows(spoiled.root, report)
    assert list(found.columns) == header
    assert found.to_numpy().tolist() == records
    assert set(map(str, found.dtypes)) == {"string"}
    assert len(found) == sum(1 for finding in report.findings if finding.location.row)
    assert found["clave"].tolist().count("") == 2


def test_columns_of_a_table_may_be_called_as_those_of_its_findings(toy: Folder) -> None:
    toy.replace("especies", "clave,patas\ngarza,2", "clave,code\ngarza,1")
    fields = toy.resource("especies")["schema"]["fields"]
    fields[1]["name"] = "code"
    toy.describe(lambda d: d["resources"][1]["schema"].update(fields=fields))
    found = sc.failing_rows(toy.root, sc.validate(toy.root))
    assert list(found.columns) == [*FRONT, "clave", "code"]
    assert found["code"].to_numpy().tolist() == [["field.constraint", "1"]]


def test_failing_rows_of_a_package_that_has_changed_are_refused(spoiled: Folder) -> None:
    report = sc.validate(spoiled.root)
    place = spoiled.root / spoiled.resource("avistamientos")["path"]
    before = place.read_bytes()
    place.write_bytes(before + b"\n")
    with pytest.raises(sc.UnreadablePackage, match=r"avistamientos\.csv: the file changed"):
        sc.failing_rows(spoiled.root, report)
    place.unlink()
    with pytest.raises(sc.UnreadablePackage, match=r"avistamientos\.csv: the file changed"):
        sc.failing_rows(spoiled.root, report)
    place.write_bytes(before)
    with pytest.raises(sc.PackageNotFound):
        sc.failing_rows(spoiled.root / "nada", report)
    assert len(sc.failing_rows(spoiled.root, sc.validate(spoiled.root))) > 0


def test_no_failing_rows_are_a_header_alone(capsys: Captured, toy: Folder, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    assert run(capsys, toy.root, "--bad-rows", file)[0] == 0
    assert file.read_text("utf-8") == ",".join(FRONT) + "\n"
    assert run(capsys, "--case", "--bad-rows", file)[0] == 0
    found = sc.failing_rows(toy.root, sc.validate(toy.root))
    assert (list(found.columns), len(found)) == (FRONT, 0)
    assert set(map(str, found.dtypes)) == {"string"}
