"""Spans in a program, without any data package."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import smartcity_case as sc

TEXTS = {"uno": "🦊 El zorro duerme.", "dos": "Dos garzas, dos ríos."}


def record(text: str, words: str, shift: int = 0, **more: object) -> dict[str, Any]:
    at = TEXTS[text].index(words) + shift
    return {"source": text, "start": at, "end": at + len(words), "exact": words} | more


NO_OFFSET = "is not an offset (ASCII digits, no sign, no leading zero)"
GOOD = [record("uno", "zorro"), record("dos", "garzas"), record("dos", "ríos")]


def as_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, index=[f"r{n}" for n in range(len(rows))])


class Stream:
    """A table of some library that nothing is known of but that Arrow can read it."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


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


STRINGS: dict[str, Any] = {
    "string": pa.string(),
    "large": pa.large_string(),
    "view": pa.string_view(),
    "dictionary": pa.dictionary(pa.int32(), pa.string()),
    "dictionary of large": pa.dictionary(pa.int16(), pa.large_string()),
    "dictionary of views": pa.dictionary(pa.uint32(), pa.string_view()),
}


def of_type(array: Any, kind: pa.DataType) -> Any:
    if not pa.types.is_dictionary(kind):
        return array.cast(kind)
    pairs = array.combine_chunks().dictionary_encode()
    indices, values = pairs.indices.cast(kind.index_type), pairs.dictionary.cast(kind.value_type)
    return pa.DictionaryArray.from_arrays(indices, values)


def as_type(table: pa.Table, kind: pa.DataType) -> pa.Table:
    columns = [of_type(c, kind) if c.type == pa.string() else c for c in table.columns]
    return pa.table(columns, names=table.column_names)


@pytest.mark.parametrize("kind", STRINGS.values(), ids=STRINGS)
def test_what_arrow_can_read_is_a_table(kind: pa.DataType) -> None:
    rows = as_type(pa.Table.from_pylist([*GOOD, record("dos", "Dos", 4)]), kind)
    texts = as_type(TEXT_FORMS["table"](TEXTS), kind)
    report = sc.check_spans(Stream(rows), Stream(texts), key="exact")
    assert [(f.code, f.location.row, f.location.key) for f in report.errors] == [
        ("span.moved", 4, "Dos")
    ]
    assert report.failing_rows == rows.slice(3)
    assert sc.check_spans(Stream(rows.slice(0, 3)), Stream(texts)).ok
    reader = pa.RecordBatchReader.from_batches(rows.schema, rows.to_batches())
    assert sc.check_spans(reader, texts).findings == sc.check_spans(rows, texts).findings


def test_parts_of_a_table_with_dictionaries_of_their_own() -> None:
    kind = STRINGS["dictionary of views"]
    parts = [as_type(pa.Table.from_pylist([row]), kind) for row in [*GOOD, record("dos", "Dos", 4)]]
    report = sc.check_spans(Stream(pa.concat_tables(parts)), TEXTS)
    assert [(f.code, f.location.row) for f in report.errors] == [("span.moved", 4)]


def test_rows_and_texts_of_polars() -> None:
    pl = pytest.importorskip("polars")
    rows = pl.DataFrame([*GOOD, record("dos", "Dos", 4), record("uno", "zorro", exact=None)])
    texts = pl.DataFrame({"id": list(TEXTS), "text": list(TEXTS.values())})
    for given in (rows, rows.with_columns(pl.col("source").cast(pl.Categorical))):
        report = sc.check_spans(given, texts)
        assert [(f.code, f.location.row) for f in report.errors] == [
            ("span.moved", 4),
            ("span.incomplete", 5),
        ]
        assert isinstance(report.failing_rows, pa.Table)
        assert report.failing_rows.column("exact").to_pylist() == ["Dos", None]
    assert sc.check_spans(rows[:3], texts).failing_rows.num_rows == 0


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ({"start": [0], "end": [1]}, "a list of records, not dict"),
        ("abc", "a list of records, not str"),
        (5, "a list of records, not int"),
        (None, "a list of records, not NoneType"),
        ([GOOD[0], 2], "record 2 is no mapping from columns to values but int"),
        ([("uno", 0, 1)], "record 1 is no mapping from columns to values but tuple"),
        (Stream(pa.chunked_array([[1, 2]])), "Stream is no table: "),
    ],
)
def test_what_is_no_rows_is_refused(rows: Any, told: str) -> None:
    with pytest.raises(TypeError, match=f"rows: .*{told}"):
        sc.check_spans(rows, TEXTS)


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["uno"], "a table with two columns, not list"),
        (b"uno", "a table with two columns, not bytes"),
        (Stream(pa.chunked_array([["uno"]])), "Stream is no table: "),
    ],
)
def test_what_is_no_texts_is_refused(texts: Any, told: str) -> None:
    with pytest.raises(TypeError, match=f"texts: .*{told}"):
        sc.check_spans([{"start": 0, "end": 1, "exact": "u"}], texts)


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


def test_offsets_of_several_types() -> None:
    asked: Any = {"texts": "otro", "exact": None}
    rows: list[dict[str, object]] = [{"start": "0", "end": 4}, {"start": 0, "end": "04"}]
    for form in (list, pd.DataFrame):
        found = sc.check_spans(form([*rows, {"start": 0, "end": 4}]), **asked).findings
        assert [(f.location.row, f.location.field, f.code, f.message) for f in found] == [
            (2, "end", "span.unverifiable", f"'04' {NO_OFFSET}"),
        ]
    decimals = pa.table({"start": [Decimal(0)], "end": [Decimal("4.0")]})
    assert [f.message for f in sc.check_spans(decimals, **asked).findings] == [
        f"'4.0' {NO_OFFSET}",
        "'0' is of the type Decimal, not an integer",
    ]


def test_context_and_length() -> None:
    rows = [record("dos", "garzas", before="Dos ", after=",")]
    asked: Any = {"prefix": "before", "suffix": "after"}
    assert sc.check_spans(rows, TEXTS, **asked).ok
    rows[0]["after"] = "."
    assert [f.code for f in sc.check_spans(rows, TEXTS, **asked).errors] == ["span.context"]
    found = sc.check_spans(rows, TEXTS, min_length=7)
    assert [f.code for f in found.warnings] == ["span.trivial"]


def test_texts_that_are_none_are_told_as_what_they_are() -> None:
    texts: Any = {"a": None, "b": b"uno", "c": 5, "d": float("nan"), "e": pd.NA}
    found = sc.check_spans([], texts).findings
    assert {f.code for f in found} == {"source.encoding"}
    assert {f.location.key: f.message for f in found} == {
        "a": "it is no text but None",
        "b": "it is no text but bytes",
        "c": "it is no text but int",
        "d": "it is no text but nan",
        "e": "it is no text but <NA>",
    }


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
