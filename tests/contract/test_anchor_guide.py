"""docs/anchor.md and the README are followed as a reader would, and print what they show."""

from __future__ import annotations

from pathlib import Path

from test_guides import followed, run_examples

from conftest import ROOT

GUIDE = (ROOT / "docs/anchor.md").read_text("utf-8")


README = (ROOT / "README.md").read_text("utf-8")


def test_the_readme_prints_what_it_shows(tmp_path: Path) -> None:
    steps = README[README.index("## Make, keep and share") : README.index("## What a row looks")]
    assert followed(steps, tmp_path) == steps


def test_the_guide_prints_what_it_shows(tmp_path: Path) -> None:
    assert followed(GUIDE, tmp_path) == GUIDE
    run_examples(GUIDE, "anchor.md")
