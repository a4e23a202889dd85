"""The pages on tests and continuous integration print what they show."""

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from conftest import ROOT

CI = (ROOT / "docs/continuous-integration.md").read_text("utf-8")
TESTING = (ROOT / "docs/testing-your-package.md").read_text("utf-8")
SPANS = (ROOT / "docs/text-spans.md").read_text("utf-8")


@pytest.fixture
def animals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "animals"
    folder.mkdir()
    (text,) = re.findall(r"`note.txt`: `([^`]+)`", SPANS)
    (descriptor,) = re.findall(r"`datapackage.json`:\n\n```json\n(.*?)```", SPANS, re.S)
    (table,) = re.findall(r"```text\n(id,.*?)```", CI, re.S)
    for name, content in (("note.txt", text), ("datapackage.json", descriptor)):
        (folder / name).write_text(content, "utf-8")
    (folder / "animals.csv").write_text(table, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a module of Python as a command, on a screen of 80 columns (CI has none for pytest)."""
    inherited = {k: v for k, v in os.environ.items() if k not in ("CI", "BUILD_NUMBER")}
    return subprocess.run(
        [sys.executable, "-m", *command],
        env=inherited | {"COLUMNS": "80", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def shown(start: str) -> tuple[str, str]:
    """The command that begins so, and what it prints."""
    ((command, output),) = re.findall(rf"```console\n\$ ({start}[^\n]*)\n(.*?)```", CI, re.S)
    return command, output


def test_pytest_prints_what_is_shown(animals: Path) -> None:
    command, output = shown("pytest")
    done = run("pytest", "-p", "no:cacheprovider", *command.split()[1:])
    assert done.returncode == 1
    *printed, closing = done.stdout.splitlines(keepends=True)
    assert "".join(printed) == output
    assert closing.startswith("1 failed, 13 passed")


def test_frictionless_prints_what_is_shown(animals: Path) -> None:
    command, output = shown("frictionless")
    program, _, filtered = command.partition(" | ")
    assert filtered == "jq -r '.tasks[].errors[].message'"
    tasks = json.loads(run(*program.split()).stdout)["tasks"]
    assert [e["message"] for task in tasks for e in task["errors"]] == output.splitlines()


def test_commands_print_what_is_shown(animals: Path) -> None:
    for start in ("smartcity-case validate --format github", "smartcity-case validate animals"):
        command, output = shown(start)
        done = run("smartcity_case", *command.split()[1:])
        assert (done.returncode, done.stdout) == (1, output)
    _, output = shown("pre-commit")
    told = run("smartcity_case", "validate", "animals").stdout
    assert output.partition("\n\n")[2] == "".join(told.splitlines(keepends=True)[:3])


@pytest.mark.parametrize(("page", "name"), [(CI, "ci"), (TESTING, "testing")])
def test_the_examples_work(animals: Path, page: str, name: str) -> None:
    test = doctest.DocTestParser().get_doctest(page, {}, name, name, 0)
    assert test.examples
    profile = settings.get_current_profile_name()
    try:
        assert doctest.DocTestRunner().run(test).failed == 0
    finally:
        settings.load_profile(profile)
