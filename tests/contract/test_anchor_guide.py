"""docs/anchor.md is followed as a reader would, and prints what it shows."""

from __future__ import annotations

from pathlib import Path

from test_guides import followed, run_examples

from conftest import ROOT

GUIDE = (ROOT / "docs/anchor.md").read_text("utf-8")


def test_the_guide_prints_what_it_shows(tmp_path: Path) -> None:
    assert followed(GUIDE, tmp_path) == GUIDE
    run_examples(GUIDE, "anchor.md")
