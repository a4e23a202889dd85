"""Every row of the release traces to the text, and no spoiling goes unseen."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import smartcity_case as sc
from conftest import ROOT, Folder, copy_release
from smartcity_case import frames
from smartcity_case.arrays import strings
from smartcity_case.case.models import MODELS, Row
from smartcity_case.case.schema import table_schema
from smartcity_case.checks.fields import FieldCheck
from smartcity_case.checks.spans import SpanCheck
from smartcity_case.codes import CODES
from smartcity_case.profile import TableSchema
from smartcity_case.table import Batch, Column, write_csv

CASE = sc.load(ROOT)
TEXT = CASE.source.text
SPANS = [
    (model, prefix)
    for model in MODELS
    for prefix in ("", *(f"{n}_" for n in model.secondary_spans))
]
TABLES = [model.table for model in MODELS]


def raw_rows(folder: Folder, table: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(folder.read(table).decode("utf-8"), newline="")))


@pytest.mark.parametrize(("model", "prefix"), SPANS)
def test_every_span_of_every_row_holds_its_words(model: type[Row], prefix: str) -> None:
    frame = CASE[model.table]
    assert len(frame) > 0
    for row in frame[frame[f"{prefix}exact"].notna()].to_dict("records"):
        assert TEXT[row[f"{prefix}start"] : row[f"{prefix}end"]] == row[f"{prefix}exact"]


def spoilt(change: object) -> sc.Report:
    """The report on a copy of the release that `change` has spoilt."""
    with tempfile.TemporaryDirectory() as name:
        folder = copy_release(Path(name))
        assert callable(change)
        change(folder)
        return sc.validate(folder.root)


@given(st.data())
@settings(max_examples=60)
def test_any_edit_of_words_or_offset_fails_and_names_the_row(data: st.DataObject) -> None:
    model, prefix = data.draw(st.sampled_from(SPANS))
    column = data.draw(st.sampled_from([f"{prefix}{name}" for name in ("start", "end", "exact")]))
    number: list[int] = []

    def change(folder: Folder) -> None:
        header, *rows = raw_rows(folder, model.table)
        at = header.index(column)
        index = data.draw(st.sampled_from([i for i, row in enumerate(rows) if row[at]]))
        rows[index][at] = data.draw(edits(rows[index][at], digits=not column.endswith("exact")))
        number.append(index + 2)
        folder.write(model.table, write_csv(header, rows))

    report = spoilt(change)
    named = {(f.location.resource, f.location.row) for f in report.errors}
    assert not report.ok
    assert (model.table, number[0]) in named


def edits(cell: str, digits: bool) -> st.SearchStrategy[str]:
    """A cell with one character deleted, inserted or replaced."""
    letters = st.sampled_from("0123456789" if digits else "aä„“ .X\u0301")
    places = st.integers(0, len(cell) - 1)
    return st.one_of(
        places.map(lambda i: cell[:i] + cell[i + 1 :]),
        st.builds(lambda i, c: cell[:i] + c + cell[i:], places, letters),
        st.builds(lambda i, c: cell[:i] + c + cell[i + 1 :], places, letters),
    ).filter(lambda new: new != cell)


@given(st.integers(0, len(TEXT) - 1), st.sampled_from(["", "x", "xx"]))
@settings(max_examples=40)
def test_any_edit_of_the_source_fails_and_names_each_row_whose_words_changed(
    at: int, by: str
) -> None:
    changed = TEXT[:at] + by + TEXT[at + 1 :]
    if changed == TEXT:
        return
    report = spoilt(lambda f: f.write("article", changed.encode("utf-8"), refresh=False))
    assert "resource.hash" in {f.code for f in report.errors}
    named = {(f.location.resource, f.location.key) for f in report.errors}
    for model, prefix in SPANS:
        frame = CASE[model.table]
        for row in frame[frame[f"{prefix}exact"].notna()].to_dict("records"):
            if changed[row[f"{prefix}start"] : row[f"{prefix}end"]] != row[f"{prefix}exact"]:
                assert (model.table, row["id"]) in named


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_another_way_of_writing_the_same_table_gives_the_same_verdict(
    table: str, end: str, encoding: str
) -> None:
    def rewrite(folder: Folder) -> None:
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator=end)
        writer.writerows(raw_rows(folder, table))
        folder.write(table, stream.getvalue().encode(encoding))

    assert spoilt(rewrite).findings == ()


@given(st.data())
@settings(max_examples=30)
def test_a_shuffled_table_gives_the_same_verdict_good_or_bad(data: st.DataObject) -> None:
    model, prefix = data.draw(st.sampled_from(SPANS))
    spoil, order = data.draw(st.booleans()), data.draw(st.randoms(use_true_random=False))

    def rewritten(shuffled: bool) -> set[tuple[str, str, str, str]]:
        def rewrite(folder: Folder) -> None:
            header, *rows = raw_rows(folder, model.table)
            if spoil:
                filled = next(row for row in rows if row[header.index(f"{prefix}exact")])
                filled[header.index(f"{prefix}exact")] += "½"
            if shuffled:
                order.shuffle(rows)
            folder.write(model.table, write_csv(header, rows))

        found = spoilt(rewrite).findings  # the same but for the rows' numbers
        return {(f.code, f.location.key, f.location.field, f.message) for f in found}

    assert rewritten(shuffled=True) == rewritten(shuffled=False)
    assert bool(rewritten(shuffled=True)) == spoil


@pytest.mark.parametrize("table", TABLES)
def test_write_load_write_is_byte_identical(table: str) -> None:
    path = ROOT / str(CASE.resource(table).path)
    assert frames.to_csv(CASE[table]) == path.read_bytes()


NOTHING = frozenset([""])
GOOD = {
    model: [CASE.record(model.table, key) for key in CASE[model.table].index] for model in MODELS
}
ODD = [
    *("", " ", "0", "1", "01", "-1", "+1", "1.0", "1_0", "٣", "x", "„"),
    *("true", "True", "yes", "actor", "certain", "none"),
    *("c001", "c001\n", "C001", "c01", "huawei", "Huawei", "a-b", "a--b"),
]


@given(st.data())
@settings(max_examples=400)
def test_model_and_table_schema_give_the_same_verdict(data: st.DataObject) -> None:
    model = data.draw(st.sampled_from(MODELS))
    cells = dict(data.draw(st.sampled_from(GOOD[model])))
    for column in data.draw(st.lists(st.sampled_from(model.columns()), max_size=2)):
        cells[column] = data.draw(st.sampled_from(ODD) | st.text(max_size=4).filter(no_surrogate))
    schema = TableSchema.model_validate(table_schema(model))
    columns = {name: Column(strings([cell])) for name, cell in cells.items()}
    batch = Batch("t", "t.csv", columns, np.array([2]))
    found = [f for each in schema.fields for f in FieldCheck(each, NOTHING).faults(batch)]
    for span in schema.text_spans:  # the form of offsets is theirs to judge
        found += [f for f in SpanCheck(schema, span).read(batch)[1] if f.code != "span.incomplete"]
    by_schema = {f.field for f in found if CODES[f.code].severity == "error"}
    assert by_schema == columns_refused(model, cells)


def no_surrogate(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)


def columns_refused(model: type[Row], cells: dict[str, str]) -> set[str]:
    try:
        model.from_cells(cells)
    except ValidationError as error:
        return {str(e["loc"][0]) for e in error.errors()}
    return set()
