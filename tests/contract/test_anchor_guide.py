"""Two guides are followed as a reader would follow them, and print what they show."""

from __future__ import annotations

from pathlib import Path

from test_guides import followed, run_examples

from conftest import ROOT

GUIDE = (ROOT / "docs/anchor.md").read_text("utf-8")
MAKE = (ROOT / "docs/make-your-own.md").read_text("utf-8")


def test_the_walk_through_a_small_package_prints_what_it_shows(tmp_path: Path) -> None:
    assert followed(MAKE, tmp_path) == MAKE


def test_the_guide_prints_what_it_shows(tmp_path: Path) -> None:
    assert followed(GUIDE, tmp_path) == GUIDE
    run_examples(GUIDE, "anchor.md")
