"""The figures of docs/datasheet.md are those of the package, and it answers every question."""

from __future__ import annotations

import csv
import re
import tomllib

import pytest

import smartcity_case as sc
from conftest import ROOT
from pages import tables
from smartcity_case.case.coding import HEADER_LENGTH, uncovered
from smartcity_case.profile import TableSchema
from smartcity_case.text import Span

PAGE = (ROOT / "docs/datasheet.md").read_text("utf-8")
FIGURES, TABLES = tables(PAGE)
CASE = sc.load()
TEXT = CASE.source.text


def schema(name: str) -> TableSchema:
    found = CASE.resource(name).table_schema
    assert isinstance(found, TableSchema)
    return found


def spans(name: str) -> list[Span]:
    """Every span of a table, of all its declarations."""
    found: list[Span] = []
    for declared in schema(name).text_spans:
        some = CASE[name][[declared.fields.start, declared.fields.end]].dropna()
        found += [Span(int(start), int(end)) for start, end in some.to_numpy()]
    return found


def covered(found: list[Span], *, spaces: bool = True) -> str:
    """The share of the article's characters that spans cover, in per cent."""
    at = {n for span in found for n in range(span.start, span.end) if n >= HEADER_LENGTH}
    whole = [n for n in range(HEADER_LENGTH, len(TEXT)) if spaces or not TEXT[n].isspace()]
    return f"{100 * len(at & set(whole)) / len(whole):.1f} %"


def count(table: str, column: str, *values: str) -> str:
    return str(int(CASE[table][column].isin(values).sum()))


def figures() -> dict[str, str]:
    """What the table of figures must say."""
    everything = [span for name in CASE for span in spans(name)]
    with (ROOT / "data/coding/uncoded.csv").open(encoding="utf-8", newline="") as stream:
        uncoded = list(csv.DictReader(stream))
    claims = CASE.claims
    return {
        "version": sc.__version__,
        "texts": str(len(CASE.sources)),
        "characters of the file": str(len(TEXT)),
        "bytes of the file": str(len(TEXT.encode())),
        "characters of the article": str(len(TEXT) - HEADER_LENGTH),
        "words of the article": str(len(re.findall(r"\w+", TEXT[HEADER_LENGTH:]))),
        "tables": str(len(CASE)),
        "rows": str(sum(len(CASE[name]) for name in CASE)),
        "spans": str(len(everything)),
        "article covered by spans": covered(everything),
        "the same without white space": covered(everything, spaces=False),
        "uncoded stretches": str(len(uncoded)),
        "claims of the article itself": count("claims", "voice", "article"),
        "claims of an actor": count("claims", "voice", "actor"),
        "claims with a concept": str(int(claims["concept"].notna().sum())),
        "claims with a stance": str(int((claims["stance"] != "neutral").sum())),
        "claimants that are only probable": count("claims", "claimant_certainty", "probable"),
        "speakers that are only probable": count("quotes", "speaker_certainty", "probable"),
        "addressees that are only probable": count("quotes", "addressee_certainty", "probable"),
        "referents that are only probable": count("mentions", "certainty", "probable"),
        "of these with the other reading": str(int(CASE["mentions"]["actor_alternative"].count())),
        "actors that are persons": count("actors", "type", "person"),
    }


def test_the_figures_are_those_of_the_package() -> None:
    assert CASE.version == sc.__version__
    assert {name: value for name, value, _ in FIGURES[1]} == figures()


def test_the_table_of_tables_is_that_of_the_package() -> None:
    shown = {name: cells for name, *cells in TABLES[1]}
    assert list(shown) == list(CASE)
    for name, cells in shown.items():
        rows, columns = CASE[name].shape
        found = spans(name)
        assert cells == [str(rows), str(columns), str(len(found)), covered(found)], name
        assert columns == len(schema(name).fields)


def test_what_no_span_covers_is_no_word() -> None:
    """As the row on characters without white space says."""
    gaps = uncovered(TEXT, [span for name in CASE for span in spans(name)])
    assert gaps
    assert not [TEXT[a:b] for a, b in gaps if re.search(r"\w", TEXT[a:b])]


def test_no_reading_is_less_than_probable() -> None:
    """Or the figures would have to name the open ones too."""
    columns = [("claims", "claimant_certainty"), ("quotes", "speaker_certainty")]
    for table, column in [*columns, ("mentions", "certainty")]:
        assert count(table, column, "open") == "0"


def test_where_a_second_reading_stands_beside_the_first() -> None:
    for table, column, other in (
        ("claims", "claimant_certainty", "claimant_alternative"),
        ("quotes", "speaker_certainty", "speaker_alternative"),
    ):
        frame = CASE[table]
        assert ((frame[column] == "probable") == frame[other].notna()).all(), column
    mentions = CASE["mentions"]
    beside = mentions["actor_alternative"].notna()
    assert set(mentions[beside]["certainty"]) == {"probable"}
    figure = figures()
    both = (
        figure[f"{a}"]
        for a in ("of these with the other reading", "referents that are only probable")
    )
    assert "beside {} of the {} mentions;".format(*both) in " ".join(PAGE.split())
    assert "addressee_alternative" not in schema("quotes").names


def test_the_age_of_a_person_is_in_verbatim_columns_alone() -> None:
    found = {
        (name, key)
        for name in CASE
        for key, row in CASE[name].astype("string").iterrows()
        for column, cell in row.items()
        if re.search(r"jährig", str(cell)) and column in ("exact", "stance_exact", "role_exact")
    }
    own = [
        (name, column)
        for name in CASE
        for column in CASE[name].columns.difference(["exact", "stance_exact", "role_exact"])
        if CASE[name][column].astype("string").str.contains("jährig|41-", na=False).any()
    ]
    assert own == []
    said = re.search(r"in three rows \(([^)]+)\)", " ".join(PAGE.split()))
    assert said is not None
    named = re.findall(r"`(\w+)` (\w+)", said[1])
    assert sorted(named) == sorted(found)


def test_what_the_wheel_leaves_out_is_said() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    carried = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert not [path for path in carried if path.startswith(("docs", "data/coding"))]
    assert {"RIGHTS.md", "CHANGELOG.md", "seeds", "datapackage.json"} <= set(carried)
    assert "are in the repository only" in " ".join(PAGE.split())


def test_the_figures_of_agreement_are_those_of_the_page_on_reliability() -> None:
    page = (ROOT / "docs/reliability.md").read_text("utf-8")
    first = page[page.index("## Pass 1 and pass 2") : page.index("## The settled draft")]
    (_, spans_), (_, columns) = tables(first)
    alphas = sorted((float(a), f"{t}.{c}") for t, c, _, _, a, _ in columns if a != "–")
    exact = sorted(float(row[3]) for row in spans_)
    flat = " ".join(PAGE.split())
    assert alphas[0][1] == "mentions.certainty"
    assert f"`certainty` in `mentions`: alpha {alphas[0][0]:.2f} between" in flat
    assert f"All others that can be told reach {alphas[1][0]:.2f} or more" in flat
    assert f"was between {exact[0]:.2f} and {exact[-1]:.2f} by table" in flat


def test_the_figures_in_german_are_the_same() -> None:
    figure = figures()
    assert f"({figure['rows']} Zeilen, {figure['spans']} Textstellen)" in PAGE
    assert figure["actors that are persons"] == "3"  # drei reale Personen; three real people
    assert figure["texts"] == "1"  # ein Artikel; one article
    assert figure["tables"] == "8"  # acht Tabellen; eight tables


@pytest.mark.parametrize(
    ("section", "questions"),
    [
        ("Motivation", 3),
        ("Composition", 15),
        ("Collection process", 11),
        ("Preprocessing, cleaning, labelling", 3),
        ("Uses", 5),
        ("Distribution", 6),
        ("Maintenance", 7),
    ],
)
def test_every_question_of_the_published_list_is_answered(section: str, questions: int) -> None:
    """But for the one at the end of each part, which asks for any other comments."""
    _, _, rest = PAGE.partition(f"## {section}\n")
    asked = re.findall(r"\*\*[^*]+\?\*\* +\S", " ".join(rest.partition("\n## ")[0].split()))
    assert len(asked) == questions
