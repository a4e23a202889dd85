"""docs/reanchor.md is run as a reader would run it, and prints what it shows."""

from __future__ import annotations

from pathlib import Path

from test_guides import followed, run_examples

import smartcity_case as sc
from conftest import ROOT

GUIDE = (ROOT / "docs/reanchor.md").read_text("utf-8")


def test_the_guide_prints_what_it_shows(tmp_path: Path) -> None:
    assert followed(GUIDE, tmp_path) == GUIDE
    assert sc.validate(tmp_path / "case").ok
    assert sc.validate(tmp_path).ok
    run_examples(GUIDE, "reanchor.md")
