"""docs/diff.md is followed as a reader would, and prints what it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_guides import followed, run_examples

from conftest import ROOT, copy_release

GUIDE = (ROOT / "docs/diff.md").read_text("utf-8")


def spoil(folder: Path) -> None:
    """The two copies of the release, as the guide describes them."""
    released = (ROOT / "CHANGELOG.md").read_text("utf-8").partition("## 1.0.0")
    for name in ("case", "spoilt"):
        (folder / name).mkdir()
        release = copy_release(folder / name)
        (folder / name / "CHANGELOG.md").write_text("".join(released[1:]), "utf-8")
    release.replace("claims", "c012", "c912")
    release.replace("actors", "Huawei,", "HUAWEI,")
    log = folder / "spoilt" / "CHANGELOG.md"
    text = log.read_text("utf-8")
    log.write_text(text.replace("**Withdrawn keys:** none.", "**Withdrawn keys:** c012"), "utf-8")


def test_the_guide_prints_what_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(tmp_path)
    steps = GUIDE[GUIDE.index("## An example") : GUIDE.index("## What is compared")]
    assert followed(steps, tmp_path) == steps
    monkeypatch.chdir(tmp_path)
    run_examples(GUIDE, "diff.md")


def test_the_table_of_steps_names_every_step() -> None:
    named = re.findall(r"^\| (\w+) \|", GUIDE, re.M)
    assert named[:5] == ["step", "MAJOR", "MINOR", "PATCH", "none"]
