"""Tests in a browser are left out where there is none, and it is said; in CI they fail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import chromium
from conftest import ROOT

ONE = "tests/browser/test_faults.py"


def run(**environment: str) -> subprocess.CompletedProcess[str]:
    """The tests of one file of those in a browser, without any browser."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("SMARTCITY", "COVERAGE"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "valid", ONE],
        cwd=ROOT,
        env=inherited | {"CHROMIUM": ""} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_browser_they_are_left_out_and_that_is_said() -> None:
    done = run()
    assert done.returncode == 0, done.stdout
    assert "browser tests left out: 1 (no Chromium; apt-get install chromium" in done.stdout
    assert "1 skipped" in done.stdout


def test_where_a_browser_is_required_they_fail_without_one() -> None:
    done = run(SMARTCITY_CASE_BROWSER="required")
    assert done.returncode == 1
    assert "no Chromium; apt-get install chromium" in done.stdout
    assert "1 error" in done.stdout
    assert "left out" not in done.stdout


def test_the_browser_is_what_is_named_else_what_is_on_the_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.program() is None
    assert "CHROMIUM=" in chromium.missing()
    for name in ("google-chrome", "chromium"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
        assert chromium.program() == str(tmp_path / name)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "google-chrome"))
    assert chromium.program() == str(tmp_path / "google-chrome")
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nothing"))
    assert chromium.program() is None
    monkeypatch.setenv("CHROMIUM", "")
    assert chromium.program() is None


def test_without_playwright_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert chromium.missing() == "playwright is not installed; pip install -e '.[test]'"


@pytest.mark.parametrize(("said", "required"), [(None, False), ("", False), ("required", True)])
def test_it_is_required_only_where_that_is_said(
    monkeypatch: pytest.MonkeyPatch, said: str | None, required: bool
) -> None:
    monkeypatch.delenv("SMARTCITY_CASE_BROWSER", raising=False)
    if said is not None:
        monkeypatch.setenv("SMARTCITY_CASE_BROWSER", said)
    assert chromium.is_required() == required
