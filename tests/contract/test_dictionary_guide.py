"""docs/data-dictionary.md is followed as a reader would, and shows what is written."""

from __future__ import annotations

import re
from pathlib import Path

from test_guides import followed

from conftest import ROOT
from smartcity_case.validation import validate

GUIDE = (ROOT / "docs/data-dictionary.md").read_text("utf-8")


def test_the_guide_prints_what_it_shows(tmp_path: Path) -> None:
    assert followed(GUIDE, tmp_path) == GUIDE
    assert validate(tmp_path / "animals").ok
    written = (tmp_path / "animals/TABLES.md").read_text("utf-8").splitlines()
    rows = re.findall(r"^    (\|.*)$", GUIDE, re.M)
    at = written.index(rows[0])
    assert written[at : at + len(rows)] == rows
