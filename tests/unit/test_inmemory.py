"""Spans in a program, without any data package."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import smartcity_case as sc

TEXTS = {"uno": "🦊 El zorro duerme.", "dos": "Dos garzas, dos ríos."}


def record(text: str, words: str, shift: int = 0, **more: object) -> dict[str, Any]:
    at = TEXTS[text].index(words) + shift
    return {"source": text, "start": at, "end": at + len(words), "exact": words} | more


GOOD = [record("uno", "zorro"), record("dos", "garzas"), record("dos", "ríos")]


def as_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, index=[f"r{n}" for n in range(len(rows))])


FORMS: dict[str, Any] = {"frame": as_frame, "table": pa.Table.from_pylist, "list": list}
TEXT_FORMS: dict[str, Any] = {
    "mapping": dict,
    "frame": lambda texts: pd.DataFrame(list(texts.items()), columns=["id", "text"]),
    "table": lambda texts: pa.table({"id": list(texts), "text": list(texts.values())}),
}


@pytest.mark.parametrize("texts", TEXT_FORMS)
@pytest.mark.parametrize("form", FORMS)
def test_rows_and_texts_in_any_form(form: str, texts: str) -> None:
    rows = FORMS[form]([*GOOD, record("dos", "Dos", 4)])
    report = sc.check_spans(rows, TEXT_FORMS[texts](TEXTS))
    assert [(f.code, f.location.row) for f in report.errors] == [("span.moved", 4)]
    assert "0 to 3" in report.errors[0].message
    assert len(report.failing_rows) == 1
    assert type(report.failing_rows) is type(rows)
    assert report.to_frame()["row"].tolist() == [4]
    with pytest.raises(sc.InvalidPackage, match="rows is not valid"):
        report.raise_if_failed()
    assert sc.check_spans(FORMS[form](GOOD), TEXT_FORMS[texts](TEXTS)).ok


def test_one_text_needs_no_key() -> None:
    rows = [{"a": 5, "b": 10, "palabras": "zorro"}]
    report = sc.check_spans(rows, TEXTS["uno"], start="a", end="b", exact="palabras")
    assert report.ok
    assert not sc.check_spans(rows, "otro", start="a", end="b", exact="palabras").ok
    assert sc.check_spans([{"start": 0, "end": 4}], "otro", exact=None).ok


def test_failing_rows_of_a_frame_keep_their_labels() -> None:
    frame = as_frame([*GOOD, record("dos", "Dos", 4, id="x")])
    report = sc.check_spans(frame, TEXTS, key="id")
    assert list(report.failing_rows.index) == ["r3"]
    assert report.errors[0].location.key == "x"


def test_a_mistake_of_all_rows_is_named() -> None:
    rows = [record("uno", "zorro", 1), record("uno", "duerme", 1)]
    summary = sc.check_spans(rows, TEXTS).errors[0]
    assert summary.code == "span.offsets"
    assert "all 2 rows" in summary.message
    assert "UTF-16" in summary.message


def test_missing_values_of_pandas_are_empty_cells() -> None:
    frame = as_frame([*GOOD, {"source": "uno"}])
    assert frame["start"].dtype == "float64"
    assert [f.code for f in sc.check_spans(frame, TEXTS).errors] == ["span.incomplete"]
    assert sc.check_spans(frame, TEXTS, required=False).ok
    frame["start"] += 0.5
    assert {f.code for f in sc.check_spans(frame, TEXTS).errors} >= {"span.unverifiable"}


def test_context_and_length() -> None:
    rows = [record("dos", "garzas", before="Dos ", after=",")]
    asked: Any = {"prefix": "before", "suffix": "after"}
    assert sc.check_spans(rows, TEXTS, **asked).ok
    rows[0]["after"] = "."
    assert [f.code for f in sc.check_spans(rows, TEXTS, **asked).errors] == ["span.context"]
    found = sc.check_spans(rows, TEXTS, min_length=7)
    assert [f.code for f in found.warnings] == ["span.trivial"]


def test_texts_that_are_none_are_findings() -> None:
    report = sc.check_spans(GOOD, {"uno": None, "dos": "\ud800"})
    assert {f.code for f in report.errors} == {"source.encoding", "span.unverifiable"}
    assert not sc.check_spans(GOOD, "\ud800").ok
    twice = pd.DataFrame({"id": ["uno", "uno"], "text": ["a", "b"]})
    assert "key.duplicate" in {f.code for f in sc.check_spans(GOOD, twice).errors}


@pytest.mark.parametrize("form", [list, lambda rows: pd.DataFrame(rows, dtype=object)])
def test_half_of_a_surrogate_pair_is_a_finding(form: Any) -> None:
    half = record("dos", "ríos", source="\udd8a")
    report = sc.check_spans(form([*GOOD, record("uno", "zorro", exact="zo\ud83erro"), half]), TEXTS)
    assert [(f.code, f.location.row) for f in report.errors] == [
        ("span.unverifiable", 4),
        ("span.unverifiable", 5),
    ]


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(sc.NotFound, match="no column 'quelle'"):
        sc.check_spans(GOOD, TEXTS, source="quelle")
    with pytest.raises(sc.NotFound, match="two columns"):
        sc.check_spans(GOOD, pd.DataFrame({"text": ["a"]}))
    assert sc.check_spans([], TEXTS).ok


def test_many_rows_in_several_threads_give_the_same_report() -> None:
    rows = pa.Table.from_pylist([*GOOD, record("dos", "Dos", 4)] * 40_000)
    one, two = (sc.check_spans(rows, TEXTS, threads=n) for n in (1, 2))
    assert one.findings == two.findings
    assert len(one.errors) == 40_000
    assert one.errors[-1].location.row == 160_000
    assert len(one.failing_rows) == 40_000
