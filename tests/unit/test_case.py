"""The loader of the release: dtypes, joins, models."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

import smartcity_case as sc
from conftest import ROOT, Folder
from smartcity_case.case.models import MODELS, Claim
from smartcity_case.case.vocabulary import Certainty, TechnologyStatus, Voice
from smartcity_case.profile import TableSchema


@pytest.fixture(scope="module")
def case() -> sc.Case:
    return sc.load()


def test_load_does_not_look_at_the_working_directory(
    toy: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(toy.root)
    assert sc.load().package.name == "smartcity-case"
    assert sc.validate().package == "smartcity-case"


def test_a_path_to_the_release_is_a_case_too() -> None:
    assert isinstance(sc.load(ROOT), sc.Case)


def test_the_four_tables_are_attributes_and_all_are_items(case: sc.Case) -> None:
    assert case.claims is case["claims"]
    assert case.actors is case["actors"]
    assert case.quotes is case["quotes"]
    assert case.technologies is case["technologies"]
    assert list(case.tables) == [model.table for model in MODELS]


def test_dtypes_are_those_of_the_schema_in_full_and_empty_tables(
    case: sc.Case, release: Folder
) -> None:
    for model in MODELS:
        frame = case[model.table]
        release.write(model.table, release.read(model.table).splitlines(keepends=True)[0])
        empty = sc.load(release.root)[model.table]
        assert len(empty) == 0
        assert dict(empty.dtypes) == dict(frame.dtypes)
        assert empty.index.dtype == frame.index.dtype
        for name, kind in frame.dtypes.items():
            is_term = "categories" in next(
                f
                for r in json.loads((ROOT / "datapackage.json").read_text("utf-8"))["resources"]
                if r["name"] == model.table
                for f in r["schema"]["fields"]
                if f["name"] == name
            )
            assert isinstance(kind, pd.CategoricalDtype) == is_term
            if not is_term:
                assert str(kind) in ("string", "Int64", "boolean")


def test_vocabularies_are_whole_and_ordered_where_the_codebook_orders_them(case: sc.Case) -> None:
    certainty = case.claims["claimant_certainty"].dtype
    assert isinstance(certainty, pd.CategoricalDtype)
    assert list(certainty.categories) == [term.value for term in Certainty]
    assert certainty.ordered
    assert (case.claims["claimant_certainty"] >= "probable").sum() > 0
    status = case.technologies["status"].dtype
    assert isinstance(status, pd.CategoricalDtype)
    assert list(status.categories) == [term.value for term in TechnologyStatus]
    assert status.ordered
    voice = case.claims["voice"].dtype
    assert isinstance(voice, pd.CategoricalDtype)
    assert not voice.ordered


def test_no_string_is_nan_by_accident(case: sc.Case) -> None:
    for frame in case.tables.values():
        strings = [frame[name] for name in frame.columns if frame[name].dtype == "string"]
        assert strings
        for column in strings:
            assert all(value is pd.NA or isinstance(value, str) for value in column)
            assert not (column == "nan").any()


def test_plain_pandas_reads_the_same_words() -> None:
    plain = pd.read_csv(ROOT / "data/claims.csv")
    assert plain["exact"].tolist() == sc.load().claims["exact"].tolist()


def test_index_and_key_allow_the_usual_verbs(case: sc.Case) -> None:
    claims = case.claims
    assert claims.index.name is None
    assert claims.loc["c007", "id"] == "c007"
    assert len(claims.groupby("id").size()) == len(claims)
    assert len(claims.merge(case["claim_mentions"], left_on="id", right_on="claim")) > 0
    assert claims.sort_values("id").reset_index(drop=True)["id"].tolist() == claims["id"].tolist()


def test_attrs(case: sc.Case) -> None:
    attrs = case.claims.attrs
    assert set(attrs) == {"name", "table", "version", "citation", "licence"}
    assert attrs["version"] == sc.__version__
    assert "CC" in attrs["licence"] or "Creative Commons" in attrs["licence"]


def test_rows_are_frozen_models_with_enums(case: sc.Case) -> None:
    for model in MODELS:
        rows = list(case.rows(model.table))
        assert len(rows) == len(case[model.table])
        assert all(isinstance(row, model) for row in rows)
    claim = next(case.rows("claims"))
    assert isinstance(claim, Claim)
    assert claim.voice is Voice.ARTICLE
    assert claim.voice.value == "article"
    assert str(claim.voice) == "article"
    with pytest.raises(ValidationError):
        claim.gloss = "other"  # type: ignore[misc] # that it is refused is what is tested
    with pytest.raises(sc.NotFound, match="there are claims"):
        case.rows("nothing")


def test_claims_come_with_the_names_of_their_actors(case: sc.Case) -> None:
    frame = case.claims_with_actors()
    assert len(frame) == len(case.claims)
    named = frame[frame["claimant"].notna()]
    assert (named["claimant_name"] == named["claimant"].map(case.actors["name"])).all()
    assert frame["claimant_name"].isna().equals(frame["claimant"].isna())
    assert "claimant_name" not in case.claims


def test_joins_of_mentions_keep_every_link(case: sc.Case) -> None:
    by_technology, by_actor = case.technologies_by_claim(), case.actors_by_claim()
    assert len(by_technology) + len(by_actor) == len(case["claim_mentions"])
    assert set(by_technology["technology"]) <= set(case.technologies["id"])
    assert by_technology["name"].notna().all()
    assert set(by_actor["actor"]) <= set(case.actors["id"])
    assert by_technology.attrs["version"] == sc.__version__


def test_mentions_by_actor_hold_all_mentions_in_text_order(case: sc.Case) -> None:
    frame = case.mentions_by_actor()
    assert len(frame) == case["mentions"]["actor"].notna().sum()
    assert set(frame["actor"]) == set(case.actors["id"])
    for _, group in frame.groupby("actor"):
        assert group["start"].is_monotonic_increasing


def test_a_concordance_takes_a_join_and_a_selection_with_missing_values(case: sc.Case) -> None:
    join = case.mentions_by_actor()
    mentions = case.mentions
    wanted = mentions.index[mentions["actor"].fillna("") == "huawei"].tolist()
    for rows in (
        join[join["actor"] == "huawei"],
        mentions["actor"] == "huawei",
        (mentions["actor"] == "huawei").to_numpy(),
    ):
        assert case.concordance("mentions", rows)["key"].tolist() == wanted


def test_quotes_with_their_parts_joined(case: sc.Case) -> None:
    frame = case.quotes_with_parts()
    assert len(frame) == len(case.quotes)
    discontinuous = frame.loc["q013"]
    assert discontinuous["content"].startswith("Wir haben hart verhandelt! […] und das wird auch")
    assert discontinuous["cue"] == "erzählte"
    assert discontinuous["speaker_name"] == "Martin Murrack"
    terms = frame[frame["type"] == "term"]
    assert terms["cue"].isna().all()
    assert terms["content"].tolist() == ["Smart City", "Masterplan", "Tech-Riesen"]


def test_every_row_can_be_traced(case: sc.Case) -> None:
    for name, frame in case.tables.items():
        for key in frame.index:
            trace = case.trace(name, key)
            assert trace.verdict == "exact"
            assert trace.exact in trace.sentence
            assert trace.marked.count("[") >= 1


def test_every_validation_finds_the_tables_of_a_zip_too(tmp_path: Path) -> None:
    """A Traversable that is no path on the disk: a package inside a zip."""
    import zipfile

    from smartcity_case.case import NAME
    from smartcity_case.dataset import Dataset, open_dataset
    from smartcity_case.validation import open_files, validate

    archive = tmp_path / "release.zip"
    with zipfile.ZipFile(archive, "w") as target:
        patterns = ("datapackage.json", "seeds/*", "data/**/*.csv")
        for path in (path for pattern in patterns for path in ROOT.glob(pattern)):
            target.write(path, path.relative_to(ROOT))
    with zipfile.ZipFile(archive) as source:
        root = zipfile.Path(source)
        assert validate(root).ok
        assert Dataset(open_dataset(open_files(root))).package.name == NAME


@pytest.mark.parametrize("table", [model.table for model in MODELS])
def test_the_examples_of_a_table_are_those_of_a_row(table: str) -> None:
    """Each occurs in its column, and all that a row has fit each other."""
    data = sc.load()
    schema = data.resource(table).table_schema
    assert isinstance(schema, TableSchema)
    examples = {field.name: (field.model_extra or {})["example"] for field in schema.fields}
    row = data.record(table, examples["id"])
    for name, example in examples.items():
        cells = [data.record(table, key)[name] for key in data[table].index]
        assert example in cells, name
        assert example == row[name] or not row[name], name
    for span in schema.text_spans:  # of whatever row they are, its three fit the text
        place = slice(int(examples[span.fields.start]), int(examples[span.fields.end]))
        assert data.source.text[place] == examples[span.fields.column]
        # They travel with the edition without the text.
        assert len(examples[span.fields.column].split()) <= 5
