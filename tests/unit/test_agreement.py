"""The agreement script on codings whose agreement is known."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from conftest import ROOT

TEXT = (ROOT / "seeds/000_99c0eed1a29a2b7c.txt").read_bytes().decode("utf-8")
RELEASE = ROOT / "data/coding/release"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("agreement", ROOT / "scripts/agreement.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["agreement"] = module
    spec.loader.exec_module(module)
    return module


def test_a_coding_agrees_with_itself_under_other_keys(script: ModuleType, tmp_path: Path) -> None:
    shutil.copytree(RELEASE, tmp_path / "other")
    for file in (tmp_path / "other").glob("*.csv"):
        changed = file.read_text("utf-8").replace("huawei,", "the-company,")
        file.write_text(changed, "utf-8")
    one = script.read_coding(RELEASE, TEXT)
    two = script.renamed(one, script.read_coding(tmp_path / "other", TEXT))
    for line in script.span_table(one, two, TEXT)[2:]:
        assert [cell.strip() for cell in line.split("|")[4:7]] == ["1.00", "1.00", "0.000"]
    for line in script.value_table(one, two)[2:]:
        _, _, _, n, agree, alpha, interval, _ = (cell.strip() for cell in line.split("|"))
        assert n == agree
        assert alpha in ("1.00", "–")
        assert interval in ("1.00 to 1.00", "fewer than 20 pairs", "no variance")


def rows(*spans: tuple[int, int]) -> list[dict[str, str]]:
    return [{"id": f"x{i}", "start": str(a), "end": str(b)} for i, (a, b) in enumerate(spans)]


def test_rows_are_paired_one_to_one_by_overlap(script: ModuleType) -> None:
    pairs = script.pair_rows(rows((0, 10), (10, 20), (50, 60)), rows((1, 10), (9, 20)))
    assert [(a["id"], b["id"]) for a, b, _ in pairs] == [("x0", "x0"), ("x1", "x1")]
    assert pairs[0].overlap == pytest.approx(0.9)
    assert script.f1(len(pairs), [1, 2, 3], [1, 2]) == pytest.approx(4 / 5)


def test_rows_with_the_same_span_are_paired_in_order(script: ModuleType) -> None:
    pairs = script.pair_rows(rows((0, 9), (0, 9)), rows((0, 9), (0, 9)))
    assert [(a["id"], b["id"]) for a, b, _ in pairs] == [("x0", "x0"), ("x1", "x1")]


def test_alpha_of_a_known_table(script: ModuleType) -> None:
    # Two coders, nominal: observed disagreement 1/4, expected 4*4*2/(8*7).
    values = np.array([[0, 0, 1, 1], [0, 0, 1, 0]])
    expected = 1 - (2 * 1 / 8) / (2 * 5 * 3 / (8 * 7))
    assert script.alpha(values) == pytest.approx(expected)
    assert np.isnan(script.alpha(np.zeros((2, 4))))


def test_few_pairs_or_no_variance_have_no_alpha(script: ModuleType) -> None:
    few = [script.Pair({"c": "a"}, {"c": "b"}, 1.0)] * 19
    same = [script.Pair({"c": "a"}, {"c": "a"}, 1.0)] * 20
    empty = [script.Pair({"c": ""}, {"c": ""}, 1.0)] * 20
    assert script._figures(few, "c") == "19 | 0 | – | fewer than 20 pairs"
    assert script._figures(same, "c") == "20 | 20 | – | no variance"
    assert script._figures(empty, "c").startswith("0 | 0")


def test_segmentation_is_zero_for_equal_boundaries(script: ModuleType) -> None:
    assert script.window_diff(rows((0, 5), (5, 9)), rows((0, 5), (5, 9)), 20) == 0
    assert script.window_diff(rows((0, 5), (5, 9)), rows((0, 9)), 20) > 0


def test_the_document_has_the_figures_of_the_codings(script: ModuleType) -> None:
    document = script.DOCUMENT.read_text("utf-8")
    assert len(script.MARKS.findall(document)) == 3
