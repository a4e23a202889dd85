"""docs/viewer.md is followed, and prints what it shows; its figures and options are those."""

from __future__ import annotations

import json
import re
from pathlib import Path

from test_guides import followed, run_examples

from conftest import ROOT
from smartcity_case.viewer.passages import OPTIONS
from smartcity_case.viewer.tables import MOST_CELLS, MOST_ROWS
from smartcity_case.viewer.texts import MOST_CHARACTERS
from viewing import payload_of, table_in

GUIDE = (ROOT / "docs/viewer.md").read_text("utf-8")
_USAGE = re.compile(r"^```text\nsmartcity-case view.*?^```\n", re.M | re.S)


def test_the_page_prints_what_it_shows(tmp_path: Path) -> None:
    steps = _USAGE.sub("", GUIDE)
    assert followed(steps, tmp_path) == steps
    run_examples(GUIDE, "viewer.md")
    birds = payload_of((tmp_path / "birds.html").read_text("utf-8"))
    odd = {row: verdict for row, _, verdict, *_ in table_in(birds, "seen")["odd"]}
    assert odd == {1: "moved", 2: "out-of-range"}
    assert payload_of((tmp_path / "smartcity-case-1.0.0.html").read_text("utf-8"))["findings"] == []


def test_the_page_names_every_limit_and_option() -> None:
    for number in (MOST_ROWS, MOST_CHARACTERS // 1_000_000, MOST_CELLS // 1_000_000):
        assert f"{number:,}" in GUIDE
    assert tuple(re.findall(r"^\| `(\w+)` \|", GUIDE, re.M)) == tuple(OPTIONS)


def test_the_page_has_the_figures_that_were_measured() -> None:
    result = json.loads((ROOT / "benchmarks/results/viewer.json").read_text("utf-8"))
    measured = result["median"]
    names = ("ready", "text_frame_p95", "rows_frame_p95", "filter", "search", "last_row")
    shown = re.findall(r"^\| .+? \| ([\d.]+) \|$", GUIDE, re.M)
    assert shown == [f"{measured[name]}" for name in names]
    assert result["browser"] in GUIDE
