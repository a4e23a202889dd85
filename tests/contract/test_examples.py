"""What the documents show is what happens."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

import smartcity_case as sc
from conftest import ROOT
from smartcity_case.cli import main
from smartcity_case.exporters import FORMATS, exporter

README = (ROOT / "README.md").read_text("utf-8")
LOADING = (ROOT / "docs/loading.md").read_text("utf-8")


def test_the_python_example_of_the_readme_prints_what_it_says() -> None:
    test = doctest.DocTestParser().get_doctest(README, {}, "README.md", "README.md", 0)
    assert len(test.examples) == 5
    runner = doctest.DocTestRunner()
    runner.run(test)
    assert runner.failures == 0


@pytest.mark.parametrize("name", ["show", "cite"])
def test_the_row_shown_in_the_readme_is_what_the_command_prints(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (shown,) = re.findall(rf"\$ (smartcity-case {name} [^\n]+)\n(.*?)```", README, re.S)
    command, output = shown
    assert main(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out == output


def test_the_formats_of_the_readme_are_those_that_there_are() -> None:
    listed = re.findall(r"^\| \[`(.+?)`\]\(docs/export.md#\1\) \| (.+?) \| (.+?) \|$", README, re.M)
    formats = [exporter(name).FORMAT for name in FORMATS]
    assert listed == [(each.name, each.title, each.read_by) for each in formats]


def test_the_citation_of_the_readme_is_that_of_the_package() -> None:
    assert f"> {sc.load().citation}\n" in README


def test_the_numbers_of_rows_in_the_readme_are_those_of_the_tables() -> None:
    stated = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", README, re.M))
    assert stated == {name: str(len(frame)) for name, frame in sc.load().items()}


def test_the_package_of_the_text_spans_guide_is_valid(tmp_path: Path) -> None:
    guide = (ROOT / "docs/text-spans.md").read_text("utf-8")
    guide = guide[guide.index("## A whole package") :]
    (text,) = re.findall(r"`note.txt`: `([^`]+)`", guide)
    (table,) = re.findall(r"```text\n(.*?)```", guide, re.S)
    (descriptor,) = re.findall(r"```json\n(.*?)```", guide, re.S)
    (tmp_path / "note.txt").write_text(text, "utf-8")
    (tmp_path / "animals.csv").write_text(table, "utf-8")
    (tmp_path / "datapackage.json").write_text(descriptor, "utf-8")
    report = sc.validate(tmp_path)
    assert report.ok
    assert "spans start, end" in {check.name for check in report.ran}
    assert str(sc.anchor(text, "zorro")) in guide


def test_the_digest_of_the_text_spans_guide_is_right() -> None:
    guide = (ROOT / "docs/text-spans.md").read_text("utf-8")
    test = doctest.DocTestParser().get_doctest(guide, {}, "text-spans.md", "text-spans.md", 0)
    assert len(test.examples) == 2
    runner = doctest.DocTestRunner()
    runner.run(test)
    assert runner.failures == 0


def test_the_calls_of_the_loading_guide_work() -> None:
    case = sc.load()
    for call in re.findall(r"^\| `case\.(\w+)\(\)`", LOADING, re.M):
        assert len(getattr(case, call)()) > 0, call
    assert case.source.text[120:164]
    assert len(case.concordance("claims", ["c007"], width=40)) == 1
