"""An installed wheel, used from another folder; run by scripts/environments.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

PROGRAM = os.environ["SMARTCITY_CASE_PROGRAM"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *arguments], cwd="/", capture_output=True, text=True, check=False
    )


def test_the_package_is_the_installed_one() -> None:
    import smartcity_case as sc

    assert "site-packages" in str(sc.__file__)
    assert not (Path.cwd() / "datapackage.json").exists()


def test_load() -> None:
    import smartcity_case as sc

    case = sc.load()
    assert len(case.claims) > 0
    assert all(case.source.text[row.start : row.end] == row.exact for row in case.rows("claims"))


def test_validate_the_embedded_release() -> None:
    done = run("validate", "--case")
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 errors, 0 warnings" in done.stdout


def test_validate_as_json() -> None:
    report = json.loads(run("validate", "--case", "--format", "json").stdout)
    assert report["ok"] is True
    assert report["skipped"] == []


@pytest.mark.parametrize("arguments", [["tables"], ["tables", "--all"], ["show", "claims", "c001"]])
def test_tables_and_show(arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


def test_rows_are_cited_and_the_data_described() -> None:
    done = run("cite", "claims/c001", "--format", "biblatex")
    assert (done.returncode, done.stderr) == (0, "")
    assert "smartcity-case@" in done.stdout
    done = run("docs")
    assert (done.returncode, done.stderr) == (0, "")
    assert "erDiagram" in done.stdout or "flowchart" in done.stdout


def test_every_format_is_written_with_what_is_installed(tmp_path: Path) -> None:
    formats = [line.split()[0] for line in run("export", "--explain").stdout.splitlines()]
    assert len(formats) == 12
    for name in formats:
        done = run("export", name, str(tmp_path / name))
        assert (done.returncode, done.stderr) == (0, ""), name
        assert (tmp_path / name).exists()


def test_validate_wants_to_be_told_what() -> None:
    done = run("validate")
    assert done.returncode == 2
    assert "PATH" in done.stderr


def test_build_wants_a_checkout() -> None:
    done = run("build", "--check")
    assert done.returncode == 2
    assert "checkout" in done.stderr


def test_no_coding_travels_in_the_wheel() -> None:
    from importlib.resources import files

    package = files("smartcity_case") / "_package"
    there = sorted(p.name for p in package.iterdir())
    assert there == ["CHANGELOG.md", "RIGHTS.md", "data", "datapackage.json", "seeds"]
    assert not (package / "data" / "coding").is_dir()


def test_the_schema_of_reports_travels_in_the_wheel() -> None:
    from importlib.resources import files

    schema = files("smartcity_case") / "schemas" / "report-1.0.json"
    assert "$defs" in json.loads(schema.read_text("utf-8"))


def test_the_schemas_of_the_profile_travel_without_their_examples() -> None:
    from importlib.resources import files

    from smartcity_case.storage import text_spans_schema

    assert text_spans_schema()["$id"] == "text-spans.json"
    profile = files("smartcity_case") / "_profiles" / "text-spans" / "1.0"
    there = sorted(p.name for p in profile.iterdir())
    assert there == ["data-package-with-text-spans.json", "text-spans.json"]


def embedded() -> str:
    return str(files("smartcity_case") / "_package" / "datapackage.json")


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_the_plugin_of_pytest_is_installed(tmp_path: Path, workers: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *workers]
    done = subprocess.run(
        [*command, "--datapackage", embedded()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed in " in done.stdout.splitlines()[-1]
    names = subprocess.run(
        [*command, "--datapackage", embedded(), "--collect-only"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert workers or "::claims::spans start, end" in names


def test_the_plugin_of_frictionless_is_installed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "frictionless", "validate", embedded()]
    done = subprocess.run(
        [*command, "--checks", "text-spans", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["valid"] is True


def test_the_strategies_are_installed() -> None:
    from smartcity_case.strategies import spans

    assert spans("a").example is not None


def test_the_page_is_written_with_its_style_and_script(tmp_path: Path) -> None:
    done = run("view", "-o", str(tmp_path / "page.html"), "--no-open")
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "Content-Security-Policy" in page
    assert '"use strict"' in page
