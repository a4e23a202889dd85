"""docs/discourse-network.md is followed as a reader would, and prints what it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_guides import followed, run_examples

from conftest import ROOT
from smartcity_case.exporters.dna import FORMAT
from smartcity_case.exporters.shared import statements

GUIDE = (ROOT / "docs/discourse-network.md").read_text("utf-8")


def test_the_guide_prints_what_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert followed(GUIDE, tmp_path) == GUIDE
    monkeypatch.chdir(tmp_path)
    run_examples(GUIDE, "discourse-network.md")


def test_what_the_guide_sets_are_options() -> None:
    named = set(re.findall(r"--set (\w+)=", GUIDE))
    assert {"where", "actor", "only"} <= named
    assert named <= {*statements.OPTIONS, *FORMAT.options, "only"}
