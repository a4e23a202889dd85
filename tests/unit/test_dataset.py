"""Loading a package that has nothing to do with the case."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import smartcity_case as sc
from conftest import TOY_TEXT, Folder


@pytest.fixture
def aves(toy: Folder) -> sc.Dataset:
    return sc.load(toy.root)


def test_a_dataset_is_a_mapping_of_frames(aves: sc.Dataset) -> None:
    assert list(aves) == ["especies", "avistamientos"]
    assert len(aves) == 2
    assert list(aves.tables) == list(aves)
    assert not isinstance(aves, sc.Case)
    assert aves["especies"] is aves["especies"]
    assert aves.span_columns("avistamientos") == ["palabras", "dicho"]


def test_dtypes_follow_the_schema_in_full_and_empty_tables(toy: Folder, aves: sc.Dataset) -> None:
    full = aves["avistamientos"]
    toy.write("avistamientos", toy.read("avistamientos").splitlines(keepends=True)[0])
    empty = sc.load(toy.root)["avistamientos"]
    assert len(empty) == 0
    assert dict(empty.dtypes) == dict(full.dtypes)
    assert empty.index.dtype == full.index.dtype
    assert full["desde"].dtype == "Int64"
    assert full["palabras"].dtype == "string"
    assert isinstance(full["luz"].dtype, pd.CategoricalDtype)
    assert list(full["luz"].cat.categories) == ["día", "noche"]


def test_empty_cells_are_missing_never_the_word_nan(aves: sc.Dataset) -> None:
    frame = aves["avistamientos"]
    assert frame.loc["a2", "dicho"] is pd.NA
    assert frame.loc["a2", "dicho_desde"] is pd.NA
    assert frame["luz"].isna().tolist() == [False, True]


def test_the_key_is_a_column_and_the_index_has_no_name(aves: sc.Dataset) -> None:
    frame = aves["avistamientos"]
    assert frame.index.tolist() == frame["num"].tolist() == ["a1", "a2"]
    assert frame.index.name is None
    frame.groupby("num").size()
    frame.sort_values("num").reset_index()


def test_attrs_say_what_it_is(aves: sc.Dataset) -> None:
    attrs = aves["especies"].attrs
    assert attrs["name"] == "aves"
    assert attrs["version"] == "0.1.0"
    assert attrs["citation"] == "Aves del río (Version 0.1.0) [Data set]. (n.d.)."


def test_trace_gives_words_sentence_and_context(aves: sc.Dataset) -> None:
    trace = aves.trace("avistamientos", "a1", context=5)
    assert trace.verdict == "exact"
    assert trace.exact == "dos garzas"
    assert trace.sentence == "🐦 En el río vimos dos garzas."
    assert trace.marked == "🐦 En el río vimos [dos garzas]."
    assert (trace.before, trace.after) == ("imos ", ". «Nu")
    assert aves.trace("avistamientos", "a1", "dicho").exact == "Nunca había visto una"


@pytest.mark.parametrize(
    ("table", "key", "column", "message"),
    [
        ("nada", "a1", "palabras", "there are especies, avistamientos"),
        ("avistamientos", "a9", "palabras", "keys are like 'a1'"),
        ("avistamientos", "a1", "luz", "there are: palabras, dicho"),
        ("avistamientos", "a2", "dicho", "has no words"),
        ("especies", "garza", "exact", "there are: none"),
        ("especies", "garza", None, "there are: none"),
    ],
)
def test_what_is_not_there_is_named(
    aves: sc.Dataset, table: str, key: str, column: str | None, message: str
) -> None:
    with pytest.raises(sc.NotFound, match=message):
        aves.trace(table, key, column)


def test_trace_tells_of_words_that_moved(toy: Folder) -> None:
    at = TOY_TEXT.index("dos garzas")
    toy.replace("avistamientos", f"{at},{at + 10}", f"{at - 1},{at + 9}")
    assert sc.load(toy.root).trace("avistamientos", "a1", "palabras").verdict == "moved"


def test_concordance_over_any_selection(aves: sc.Dataset) -> None:
    frame = aves["avistamientos"]
    whole = aves.concordance("avistamientos", column="palabras", width=6)
    assert whole.columns.tolist() == ["key", "left", "exact", "right", "start", "end"]
    assert whole["left"].tolist() == ["vimos ", "Vimos "]
    assert [TOY_TEXT[a:b] for a, b in zip(whole["start"], whole["end"], strict=True)] == list(
        whole["exact"]
    )
    by_frame = aves.concordance("avistamientos", frame[frame["luz"] == "día"], "palabras")
    by_mask = aves.concordance("avistamientos", frame["luz"] == "día", "palabras")
    by_key = aves.concordance("avistamientos", ["a1"], "palabras")
    assert by_frame["key"].tolist() == by_mask["key"].tolist() == by_key["key"].tolist() == ["a1"]
    assert aves.concordance("avistamientos", column="dicho")["key"].tolist() == ["a1"]
    none = aves.concordance("avistamientos", [], "palabras")
    assert dict(none.dtypes) == dict(whole.dtypes)


def test_one_text_is_the_source(toy: Folder, aves: sc.Dataset) -> None:
    assert aves.source.text == TOY_TEXT
    toy.describe(lambda d: d["resources"].append(d["resources"][0] | {"name": "otro"}))
    with pytest.raises(sc.NotFound, match="2 texts"):
        _ = sc.load(toy.root).source


def test_a_cell_of_another_type_stops_the_loading_with_its_place(toy: Folder) -> None:
    toy.replace("especies", "garza,2", "garza,dos")
    with pytest.raises(sc.UnreadablePackage, match=r"especies\.csv, row 2, key garza, field patas"):
        _ = sc.load(toy.root)["especies"]


def test_a_value_out_of_the_vocabulary_stops_the_loading_with_its_place(toy: Folder) -> None:
    toy.replace("avistamientos", "día", "tarde")
    with pytest.raises(sc.UnreadablePackage, match="'tarde' is not a value"):
        _ = sc.load(toy.root)["avistamientos"]


def test_a_broken_descriptor_cannot_be_loaded(toy: Folder) -> None:
    (toy.root / "datapackage.json").write_text("{")
    with pytest.raises(sc.UnreadablePackage, match="validate"):
        sc.load(toy.root)


@pytest.mark.parametrize(
    ("kind", "cell", "dtype", "value"),
    [
        ("number", "1.5", "Float64", 1.5),
        ("boolean", "true", "boolean", True),
        ("year", "2018", "Int64", 2018),
        ("yearmonth", "2018-12", "period[M]", pd.Period("2018-12", "M")),
        ("date", "2018-12-03", "period[D]", pd.Period("2018-12-03", "D")),
        ("any", "x", "string", "x"),
    ],
)
def test_types_beyond_those_of_the_case(
    toy: Folder, kind: str, cell: str, dtype: str, value: object
) -> None:
    def retype(d: dict[str, Any]) -> None:
        d["resources"][1]["schema"]["fields"][1] = {"name": "patas", "type": kind}

    toy.describe(retype)
    toy.write("especies", f"clave,patas\ngarza,{cell}\npato,\n".encode())
    frame = sc.load(toy.root)["especies"]
    assert frame["patas"].dtype == dtype
    assert frame.loc["garza", "patas"] == value
    assert frame["patas"].isna().tolist() == [False, True]
