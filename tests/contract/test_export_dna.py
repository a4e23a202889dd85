"""Statements as Discourse Network Analyzer lists them: its columns, and the networks of them."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartcity_case as sc
from anywhere import write
from conftest import ROOT, Folder
from debate import OPTIONS, TEXTS, WORDS, crossed, make_debate, one_mode, two_mode
from exports import exported, make_odd, opened
from smartcity_case.errors import NotFound
from smartcity_case.exporters.dna import FORMAT
from smartcity_case.strategies import packages

EVENT_LIST = [
    *("statement ID", "time", "document ID", "document title", "author", "source", "section"),
    *("type", "text", "person", "organization", "concept", "agreement"),
]
"""The header that `eventCSV` of DNA 3 writes, with the variables of its "DNA Statement"."""
ALL = [*EVENT_LIST, "start", "stop", "row"]
DATED = {**OPTIONS, "title": "titel", "time": "tag"}
WIDE = {"where": "voice=actor"}
"""Every claim that the article attributes to an actor, however certainly."""


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def said(path: Path) -> list[tuple[str, str, bool]]:
    """Who takes which side, from the exported file alone."""
    rows = read(path)
    return [(r["person"] or r["organization"], r["concept"], r["agreement"] == "1") for r in rows]


@pytest.fixture(scope="module")
def debate(tmp_path_factory: Any) -> Path:
    return make_debate(tmp_path_factory.mktemp("debate") / "package")


# the columns


def test_dna_event_list_has_its_columns_in_its_order(tmp_path: Path) -> None:
    out = exported(None, "dna", tmp_path)
    head = out.read_text("utf-8").splitlines()[0]
    assert head == ";".join(f'"{name}"' for name in ALL)
    frame = pd.read_csv(out, sep=";")
    assert list(frame)[: len(EVENT_LIST)] == EVENT_LIST
    assert frame["agreement"].isin([0, 1]).all()
    assert frame[["statement ID", "document ID", "start", "stop"]].dtypes.eq("int64").all()


def test_dna_lines_open_the_case_in_networkx(tmp_path: Path, monkeypatch: Any) -> None:
    assert opened("dna", tmp_path, monkeypatch) == "MultiGraph with 8 nodes and 8 edges\n"


def test_rows_of_a_debate_to_the_last_character(debate: Path, tmp_path: Path) -> None:
    rows = read(exported(debate, "dna", tmp_path, options=DATED))
    assert [row["row"] for row in rows] == [f"debatte@2.0.0#reden/r{n}" for n in (1, 2, 3, 4, 6)]
    for row in rows:
        text, words = WORDS[row["row"].rpartition("/")[2]]
        assert row["text"] == words
        # As Java counts: the text in UTF-16, two bytes a unit.
        units = TEXTS[text].encode("utf-16-le")
        there = units[2 * int(row["start"]) : 2 * int(row["stop"])].decode("utf-16-le")
        assert there == words
        assert row["document ID"] == text[1]
    assert [row["start"] for row in rows] == ["20", "42", "59", "6", "39"]  # emoji count twice
    assert [(row["person"], row["organization"]) for row in rows] == [
        ("Öz (1)", "Verein „Leise“"),
        ("Öz (1)", "Verein „Leise“"),
        ("Öz (2)", ""),
        ("Öz (2)", ""),
        ("", "Verein „Leise“"),
    ]
    assert [row["document title"] for row in rows][2:4] == ["Sitzung; „eins“", "sitzungen/s2"]
    assert [row["time"] for row in rows][2:4] == ["2019-05-03 00:00:00", ""]


def test_what_is_left_out_or_not_as_dna_wants_it_is_said(debate: Path, tmp_path: Path) -> None:
    done = sc.export(debate, "dna", tmp_path / "out.csv", options=DATED)
    assert done.notes == (
        "the time of 1 document is empty: '2019-06' is no day",
        "leute.heißt: the names of 2 actors are those of others too; the key stands behind them",
        "reden: 3 of 8 rows are no statements: wer is empty (1), haltung takes no side (1), "
        "sicher is not ja (1)",
        "1 statement under organization of actors that are no persons (Verein)",
    )


def test_without_kinds_and_dates_that_is_said(debate: Path, tmp_path: Path) -> None:
    plain = {k: v for k, v in OPTIONS.items() if k not in ("type", "persons", "name")}
    done = sc.export(debate, "dna", tmp_path / "out.csv", options=plain)
    assert done.notes[0] == "the time of 2 documents is empty: none is stated"
    assert "may be persons" in done.notes[-1]
    rows = read(tmp_path / "out.csv")
    assert {row["organization"] for row in rows} == {"1", "2", "3"}
    assert {row["document title"] for row in rows} == {"sitzungen/s1", "sitzungen/s2"}


def test_a_row_without_a_span_has_no_document(toy: Folder, tmp_path: Path) -> None:
    toy.describe(lambda d: d["resources"][2]["schema"]["textSpans"].pop(0))
    toy.replace("avistamientos", "a2,garza,,", "a2,garza,noche,")
    toy.describe(lambda d: d["resources"][0].update(title="El diario", sources=[{"title": "Inés"}]))
    options = {
        "statements": "avistamientos",
        "actor": "especie",
        "concept": "palabras",
        "agreement": "luz",
        "agree": "día",
        "disagree": "noche",
        "type": "patas",
        "persons": "4",
    }
    out = exported(toy.root, "dna", tmp_path, options=options)
    rows = read(out)
    assert [bool(row["start"]) for row in rows] == [True, False]
    for row, there in zip(rows, (True, False), strict=True):
        assert bool(row["text"]) is there
        assert row["document title"] == ("El diario" if there else "")
        assert row["source"] == ("Inés" if there else "")


def test_a_table_without_a_key_has_no_names_for_its_rows(tmp_path: Path) -> None:
    def keyless(tables: Any, schemas: Any) -> None:
        del schemas["reden"]["primaryKey"]

    root = make_debate(tmp_path / "package", keyless)
    rows = read(exported(root, "dna", tmp_path, options=OPTIONS))
    assert {row["row"] for row in rows} == {""}
    assert [row["statement ID"] for row in rows] == ["1", "2", "3", "4", "5"]


def test_many_statements_are_written_as_they_come(tmp_path: Path) -> None:
    def many(tables: Any, schemas: Any) -> None:
        first = tables["reden"][1]
        tables["reden"][1:] = [[f"q{n}", *first[1:]] for n in range(2_100)]

    root = make_debate(tmp_path / "package", many)
    rows = read(exported(root, "dna", tmp_path, options=OPTIONS))
    assert [int(row["statement ID"]) for row in rows] == list(range(1, 2_101))


@pytest.mark.parametrize(
    ("date", "written"),
    [
        ("2018-12-03", "2018-12-03 00:00:00"),
        ("2018-12-03T08:15", "2018-12-03 08:15:00"),
        ("2018-12-03 08:15:30", "2018-12-03 08:15:30"),
        ("2018-12", ""),
        ("2018-02-30", ""),
        ("2018-12-03T08:15:00Z", ""),
    ],
)
def test_no_day_is_made_up(debate: Path, tmp_path: Path, date: str, written: str) -> None:
    def dated(tables: Any, schemas: Any) -> None:
        tables["sitzungen"][1][3] = date

    root = make_debate(tmp_path / "package", dated)
    assert read(exported(root, "dna", tmp_path, options=DATED))[0]["time"] == written


def test_the_case_has_no_day_and_says_so(tmp_path: Path) -> None:
    done = sc.export(None, "dna", tmp_path / "out.csv")
    assert "the time of 1 document is empty: '2018-12' is no day" in done.notes
    assert {row["time"] for row in read(tmp_path / "out.csv")} == {""}
    again = tmp_path / "again.csv"
    sc.export(None, "dna", again)
    assert again.read_bytes() == (tmp_path / "out.csv").read_bytes()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, "say which rows are statements"),
        ({**OPTIONS, "title": "überschrift"}, "title: no table of texts has a column"),
    ],
)
def test_what_is_not_told_is_asked_for(
    debate: Path, tmp_path: Path, options: dict[str, str], why: str
) -> None:
    with pytest.raises(NotFound, match=why):
        sc.export(debate, "dna", tmp_path / "out.csv", options=options)
    assert not (tmp_path / "out.csv").exists()


def test_odd_names_and_values_stand_as_they_are(tmp_path: Path) -> None:
    root = make_odd(tmp_path / "package")
    options = {
        "statements": "Dinge & „Sachen“",
        "actor": 'wo"rt',
        "concept": "exact words",
        "agreement": "ja?",
        "where": json.dumps({"art": ["groß", "klein"]}),
    }
    rows = read(exported(root, "dna", tmp_path, options=options))
    assert [(row["organization"], row["concept"], row["agreement"]) for row in rows] == [
        ("a\x01b", "👩\u200d👧", "1"),
        ("'", "U\u0308ber\tNacht", "1"),
        ("\u2028", "“\r\n=1", "0"),
    ]


# the networks: from the file alone through networkx, from the tables alone through pandas


def tables_of_the_case(keep: str) -> pd.DataFrame:
    claims = pd.read_csv(ROOT / "data/claims.csv", keep_default_na=False)
    actors = pd.read_csv(ROOT / "data/actors.csv", keep_default_na=False).set_index("id")
    kept = claims.query(keep).query("agreement in ['agrees', 'disagrees']")
    names = actors.loc[kept["claimant"], "name"].to_numpy()
    return kept.assign(actor=names, agrees=kept["agreement"] == "agrees")


def weights(table: pd.DataFrame) -> dict[Any, int]:
    counted: dict[Any, int] = table.value_counts(["actor", "concept", "agrees"]).to_dict()
    return counted


@pytest.mark.parametrize(
    ("options", "keep", "count"),
    [
        ({}, "claimant_certainty == 'certain' and explicitness == 'asserted'", 8),
        (WIDE, "voice == 'actor'", 11),
    ],
)
def test_networks_of_the_case_are_those_of_its_tables(
    tmp_path: Path, options: dict[str, str], keep: str, count: int
) -> None:
    found = said(exported(None, "dna", tmp_path, options=options))
    table = tables_of_the_case(keep)
    assert len(found) == len(table) == count
    assert two_mode(found) == weights(table)
    assert one_mode(found) == crossed(table)
    turned = table.rename(columns={"actor": "concept", "concept": "actor"})
    assert one_mode(found, concepts=True) == crossed(turned)


def test_networks_of_a_debate_have_both_kinds_of_ties(debate: Path, tmp_path: Path) -> None:
    found = said(exported(debate, "dna", tmp_path, options=OPTIONS))
    assert two_mode(found) == {
        ("Öz (1)", "Hafen; Ausbau", True): 2,
        ("Öz (2)", "Hafen; Ausbau", False): 1,
        ("Öz (2)", "Lärm", False): 1,
        ("Verein „Leise“", "Lärm", False): 1,
    }
    assert one_mode(found) == {
        "congruence": {frozenset(["Öz (2)", "Verein „Leise“"]): 1},
        "conflict": {frozenset(["Öz (1)", "Öz (2)"]): 1},
    }
    assert one_mode(found, concepts=True) == {
        "congruence": {frozenset(["Hafen; Ausbau", "Lärm"]): 1},
        "conflict": {},
    }


SPEECHES = st.lists(
    st.tuples(
        st.sampled_from(sorted(WORDS.values())),
        st.sampled_from(["", "1", "2", "3", "4"]),
        st.sampled_from(["", "Hafen; Ausbau", "Lärm"]),
        st.sampled_from(["", "dafür", "dagegen", "offen"]),
        st.sampled_from(["ja", "nein"]),
    ),
    max_size=12,
)


@settings(max_examples=6)
@given(SPEECHES)
def test_networks_of_any_debate_are_those_of_its_tables(speeches: Any) -> None:
    def given_speeches(tables: Any, schemas: Any) -> None:
        rows = tables["reden"][:1]
        for number, ((text, words), *coded) in enumerate(speeches):
            start = TEXTS[text].index(words)
            place = [str(start), str(start + len(words)), words]
            rows.append([f"q{number}", text, *coded, *place])
        tables["reden"] = rows

    with tempfile.TemporaryDirectory() as folder:
        root = make_debate(Path(folder) / "package", given_speeches)
        found = said(exported(root, "dna", Path(folder), options=OPTIONS))
        table = pd.read_csv(root / "reden.csv", keep_default_na=False, dtype=str)
    sides = {"dafür": True, "dagegen": False}
    names = {"1": "Öz (1)", "2": "Öz (2)", "3": "Verein „Leise“", "4": "4"}
    table = table[(table["thema"] != "") & (table["sicher"] == "ja")]
    table = table[table["wer"].isin(names) & table["haltung"].isin(sides)]
    table = table.assign(
        actor=table["wer"].map(names),
        concept=table["thema"],
        agrees=table["haltung"].map(sides).astype(bool),
    )
    assert two_mode(found) == weights(table)
    assert one_mode(found) == crossed(table)


@settings(max_examples=6)
@given(packages())
def test_statements_of_any_package_stand_where_they_are_said_to(files: dict[str, bytes]) -> None:
    descriptor = json.loads(files["datapackage.json"])
    resource = descriptor["resources"][-1]
    names = [field["name"] for field in resource["schema"]["fields"]]
    options = {
        "statements": resource["name"],
        "actor": "of" if "of" in names else "id",
        "concept": "kind",
        "agreement": "kind",
        "agree": "named",
        "disagree": '["meant", "größer als"]',
    }
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "package"
        write(root, files)
        rows = read(exported(root, "dna", Path(folder), options=options))
    text = files[resource["path"]].decode()
    given_rows = {row["id"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    kept = [row for row in given_rows.values() if row[options["actor"]] and row["kind"]]
    assert [row["concept"] for row in rows] == [row["kind"] for row in kept]
    for row, own in zip(rows, kept, strict=True):
        assert row["organization"] == own[options["actor"]]
        assert row["agreement"] == str(int(own["kind"] == "named"))
        if own["start"]:
            source = resource["schema"]["textSpans"][0]["reference"]["resource"]
            words = files[f"texts/{own.get('note') or source}.txt"].decode()
            units = words.encode("utf-16-le")[2 * int(row["start"]) : 2 * int(row["stop"])]
            assert (
                units.decode("utf-16-le")
                == row["text"]
                == words[int(own["start"]) : int(own["end"])]
            )


def test_the_format_says_what_it_follows() -> None:
    assert "event list" in FORMAT.writes
    assert "UTF-16" in FORMAT.writes
    assert FORMAT.needs_texts
