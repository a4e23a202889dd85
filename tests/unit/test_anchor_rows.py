"""Rows in memory get their offsets; offsets of other tools are converted."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import smartcity_case as sc
from smartcity_case.authoring.anchor import anchor_rows
from smartcity_case.authoring.anchoring.offsets import Placed, evidence, to_codepoint
from smartcity_case.text import Source

TEXT = "😀 Die »Stadt« plant; die Stadt wartet."
TEXTS = {"a": TEXT, "b": "El zorro duerme."}


def test_anchor_takes_rows_too() -> None:
    report = sc.anchor([{"exact": "zorro"}], TEXTS["b"])
    assert report.rows[0]["start"] == 3
    cased = sc.anchor([{"exact": "ZORRO"}], TEXTS["b"], tiers=("case",))
    assert cased.rows[0]["exact_anchored_by"] == "case"
    context = sc.anchor([{"exact": "o", "before": "zorr"}], TEXTS["b"], prefix="before")
    assert context.rows[0]["start"] == 7
    with pytest.raises(TypeError, match="takes no tiers"):
        sc.anchor("a", "a", tiers=("case",))


def test_every_row_gets_its_offsets_or_says_why_not() -> None:
    rows = [
        {"id": "k1", "exact": "Stadt", "prefix": "die ", "source": "a"},
        {"id": "k2", "exact": '"Stadt"', "prefix": "DIE ", "source": "a"},
        {"id": "k3", "exact": "Stadt", "source": "a"},
        {"id": "k4", "exact": "Dorf", "source": "a"},
        {"id": "k5", "exact": "", "source": "a"},
        {"id": "k6", "exact": "zorro", "source": "c"},
        {"id": "k7", "exact": "zorro"},
        {"id": "k8", "exact": "zorro", "start": "x", "source": "b"},
        {"id": "k9", "exact": "orr", "source": "b"},
        {"id": "k10", "exact": "El … duerme", "source": "b", "suffix": "."},
    ]
    report = anchor_rows(rows, TEXTS, key="id", tiers=("typography", "case"))
    told = {f.location.key: (f.code, f.location.row) for f in report.errors}
    assert told == {
        "k3": ("span.ambiguous", 3),
        "k4": ("span.absent", 4),
        "k5": ("span.incomplete", 5),
        "k6": ("span.unverifiable", 6),
        "k7": ("span.unverifiable", 7),
        "k8": ("span.unverifiable", 8),
        "k9": ("span.cut", 9),
    }
    assert report.refused == (3, 4, 5, 6, 7, 8, 9)
    assert not report.ok
    made = {row["id"]: row for row in report.rows[:9]}
    assert (made["k1"]["start"], made["k1"]["exact_given"]) == (25, "")
    two = made["k2"]
    assert (two["exact"], two["exact_given"], two["prefix"]) == ("»Stadt«", '"Stadt"', "Die ")
    assert two["exact_anchored_by"] == "typography"
    warned = [f.message for f in report.warnings if f.location.key == "k2"]
    assert warned == [
        "prefix: 'DIE ' is written 'Die ' in the text (typography)",
        "words: '\"Stadt\"' is written '»Stadt«' in the text (typography)",
    ]
    assert (made["k4"]["start"], made["k4"]["exact"]) == (None, "Dorf")
    parts = report.rows[9:]
    assert [(r["part"], r["exact"], r["suffix"]) for r in parts] == [
        (1, "El", ""),
        (2, "duerme", "."),
    ]
    assert [r["part"] for r in report.rows[:9]] == [None] * 9


@pytest.mark.parametrize("form", [pd.DataFrame, pa.Table.from_pylist, pa.RecordBatch.from_pylist])
def test_rows_come_back_in_their_form(form: Any) -> None:
    given = form(
        [{"exact": "zorro", "n": 1}, {"exact": "lobo", "n": 2}, {"exact": "El … duerme", "n": 3}]
    )
    report = anchor_rows(given, {"b": TEXTS["b"]})
    assert isinstance(report.rows, pd.DataFrame if form is pd.DataFrame else pa.Table)
    made: Any = report.rows
    frame = made if form is pd.DataFrame else made.to_pandas()
    assert frame["n"].tolist() == [1, 2, 3, 3]
    starts: list[Any] = frame["start"].tolist()
    assert [None if pd.isna(at) else int(at) for at in starts] == [3, None, 0, 9]
    assert frame["exact"].tolist() == ["zorro", "lobo", "El", "duerme"]
    if form is pd.DataFrame:
        assert str(frame["start"].dtype) == "Int64"
        assert list(given.columns) == ["exact", "n"]
    whole = anchor_rows(form([{"exact": "zorro", "start": 0, "end": 1}]), TEXTS["b"])
    names = list(whole.rows.columns) if form is pd.DataFrame else whole.rows.column_names
    assert "part" not in names
    assert names.count("start") == 1
    empty = anchor_rows([], TEXTS)
    assert len(empty.rows) == 0
    assert empty.ok


def test_arguments_that_make_no_sense() -> None:
    with pytest.raises(sc.NotFound, match="no column 'exact'"):
        anchor_rows([{"words": "a"}], "a")
    with pytest.raises(sc.NotFound, match="no column 'vor'"):
        anchor_rows([{"exact": "a"}], "a", prefix="vor")
    with pytest.raises(ValueError, match="'spaces' is no tier; there are space, typography"):
        anchor_rows([{"exact": "a"}], "a", tiers=("spaces",))
    with pytest.raises(ValueError, match="a list is wanted"):
        anchor_rows([{"exact": "a"}], "a", tiers="space")
    with pytest.raises(ValueError, match="'utf-16' is no unit of offsets; there are codepoint"):
        anchor_rows([{"exact": "a"}], "a", offsets="utf-16")


@pytest.mark.parametrize("form", [list, pd.DataFrame, pa.Table.from_pylist])
def test_a_second_run_keeps_what_the_first_told(form: Any) -> None:
    rows = [{"exact": "ZORRO"}, {"exact": "El … duerme"}, {"exact": "lobo"}]
    first = anchor_rows(form(rows), TEXTS["b"], tiers=("case",)).rows
    second = anchor_rows(first, TEXTS["b"], tiers=("case",)).rows
    if form is pd.DataFrame:
        pd.testing.assert_frame_equal(first, second)
    else:
        assert first == second
    cells = pa.table(first).to_pylist() if form is not list else first
    assert [row["exact_given"] for row in cells] == ["ZORRO", "El … duerme", "El … duerme", ""]
    assert [row["part"] for row in cells] == [None, 1, 2, None]


def test_a_column_part_that_numbers_nothing_is_left_alone() -> None:
    rows = [{"exact": "El … duerme", "part": "root"}, {"exact": "zorro", "part": "leaf"}]
    made = anchor_rows(rows, TEXTS["b"]).rows
    assert [(r["part"], r["exact_part"]) for r in made] == [
        ("root", 1),
        ("root", 2),
        ("leaf", None),
    ]


# Offsets


@pytest.mark.parametrize(
    ("unit", "start", "end"), [("codepoint", 6, 13), ("utf16", 7, 14), ("utf8", 9, 18)]
)
def test_offsets_of_other_tools_are_converted(unit: str, start: int, end: int) -> None:
    rows = [{"start": start, "end": end, "exact": "»Stadt«"}, {"start": start, "end": end}]
    for given in (unit, "auto"):
        report = anchor_rows(rows, TEXT, offsets=given)
        assert [(r["start"], r["end"], r["exact"]) for r in report.rows] == [(6, 13, "»Stadt«")] * 2
        assert report.rows[0]["exact_anchored_by"] == "offsets"
        assert report.ok
    assert str(report.evidence).startswith("words at their offsets, of 1 row with both: ")


def test_offsets_that_are_wrong_are_approximate() -> None:
    rows = [
        {"start": 24, "end": 30, "exact": "Stadt"},
        {"start": 8, "end": 9, "exact": "Stadt"},
        {"start": 27, "exact": "Stadt"},
        {"start": 9999, "exact": "Stadt"},
        {"start": 9999, "end": 99999, "exact": "plant"},
    ]
    report = anchor_rows(rows, TEXT)
    assert [r["start"] for r in report.rows] == [25, 7, 25, None, 14]
    half = anchor_rows([{"start": 1, "exact": "Stadt"}], TEXT, offsets="utf16")
    assert half.refused == (1,)


def test_what_the_rows_do_not_say_is_not_decided() -> None:
    for rows in (
        [{"start": 0, "end": 1, "exact": "Dorf"}],
        [{"exact": "Dorf"}],
        [{"start": 6, "end": 13, "exact": "»Stadt«"}, {"start": 26, "end": 31, "exact": "Stadt"}],
    ):
        with pytest.raises(sc.AnchorError, match="cannot be told; words at their offsets, of "):
            anchor_rows(rows, TEXT, offsets="auto")


def test_units_that_do_not_differ_are_code_points() -> None:
    text = Source("b", TEXTS["b"])
    found = evidence([Placed(text, 3, 8, "zorro")])
    assert found.unit == "codepoint"
    assert str(found).endswith("of 1 row with both: codepoint 1, utf16 1, utf8 1")
    assert [to_codepoint(text, at, "utf8") for at in (-1, 0, 16, 17)] == [-1, 0, 16, -1]
    assert [to_codepoint(Source("a", TEXT), at, "utf8") for at in (4, 5, 10)] == [1, 2, -1]
