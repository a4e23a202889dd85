"""Which rows are statements: what options say, and what they cannot say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import smartcity_case as sc
from conftest import Folder
from debate import OPTIONS, PEOPLE, make_debate
from smartcity_case.content import Content
from smartcity_case.dataset import open_dataset
from smartcity_case.errors import NotFound
from smartcity_case.exporters.shared.material import Material
from smartcity_case.exporters.shared.statements import Coding, Statement, coding, statements
from smartcity_case.storage import Files

ALL = {name: value for name, value in OPTIONS.items() if name != "where"}


@pytest.fixture(scope="module")
def debate(tmp_path_factory: Any) -> Content:
    return open_dataset(Files(make_debate(tmp_path_factory.mktemp("debate") / "package")))


def made(content: Content, options: dict[str, str]) -> tuple[list[Statement], list[str]]:
    material = Material(content, options)
    coded = coding(material)
    assert coded is not None
    return list(statements(material, coded)), material.notes


def keys(found: list[Statement]) -> list[str]:
    return [statement.row.key for statement in found]


def test_without_options_there_are_none(debate: Content) -> None:
    assert coding(Material(debate, {"only": "x"})) is None


def test_what_options_say(debate: Content) -> None:
    assert coding(Material(debate, OPTIONS)) == Coding(
        table="reden",
        actor="wer",
        concept="thema",
        agreement="haltung",
        agree=frozenset({"dafür"}),
        disagree=frozenset({"dagegen"}),
        where={"sicher": frozenset({"ja"})},
        name="heißt",
        type="art",
        organization="gehört zu",
        persons=frozenset({"Mensch"}),
    )


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("", ["r1", "r2", "r3", "r4", "r6", "r8"]),
        ("sicher=ja", ["r1", "r2", "r3", "r4", "r6"]),
        ("sicher=ja; thema=Lärm", ["r4", "r6"]),
        (" sicher = ja , nein ;", ["r1", "r2", "r3", "r4", "r6", "r8"]),
        ('{"thema": ["Hafen; Ausbau"], "wer": ["1", "2"]}', ["r1", "r2", "r3"]),
        ("wer=", []),
    ],
)
def test_conditions(debate: Content, where: str, expected: list[str]) -> None:
    found, notes = made(debate, {**ALL, "where": where})
    assert keys(found) == expected
    assert f"{8 - len(expected)} of 8 rows are no statements" in notes[-1]


def test_a_condition_may_be_that_a_cell_is_empty(toy: Folder) -> None:
    options = {
        "statements": "avistamientos",
        "actor": "num",
        "concept": "especie",
        "agreement": "palabras",
        "agree": "dos garzas,otra garza",
        "disagree": "nada",
        "where": "luz=",
    }
    found, notes = made(open_dataset(Files(toy.root)), options)
    assert keys(found) == ["a2"]
    assert notes == ["avistamientos: 1 of 2 rows are no statements: luz is not empty (1)"]


def test_actors_are_told_apart_and_known_by_value(debate: Content) -> None:
    found, _ = made(debate, ALL)
    actors = {statement.row.key: statement.actor for statement in found}
    assert actors["r1"] == ("1", "Öz (1)", "Mensch", True, "Verein „Leise“")
    assert actors["r3"] == ("2", "Öz (2)", "Mensch", True, "")
    assert actors["r6"] == ("3", "Verein „Leise“", "Verein", False, "")  # written 03 in the row


def test_a_name_that_is_made_may_not_be_another_actors_either(tmp_path: Path) -> None:
    def renamed(tables: Any, schemas: Any) -> None:
        tables["leute"] = [PEOPLE[0], *PEOPLE[1:3], ["3", "Öz (1)", "Verein", ""], PEOPLE[4]]

    content = open_dataset(Files(make_debate(tmp_path / "package", renamed)))
    found, notes = made(content, ALL)
    assert {statement.actor.name for statement in found} == {"1", "2", "3"}
    assert notes[0].startswith("leute.heißt: the names of 2 actors")


def test_an_organization_may_be_in_plain_words(tmp_path: Path) -> None:
    def plain(tables: Any, schemas: Any) -> None:
        schemas["leute"]["fields"][3] = {"name": "gehört zu", "type": "string"}
        del schemas["leute"]["foreignKeys"]

    found, _ = made(open_dataset(Files(make_debate(tmp_path / "package", plain))), ALL)
    assert found[0].actor.organization == "3"


def test_booleans_say_themselves_which_is_which(tmp_path: Path) -> None:
    def boolean(tables: Any, schemas: Any) -> None:
        words = {"dafür": "ja", "dagegen": "nein", "offen": ""}
        for row in tables["reden"][1:]:
            row[4] = words[row[4]]
        field = {"name": "haltung", "type": "boolean", "trueValues": ["ja"]}
        schemas["reden"]["fields"][4] = field | {"falseValues": ["nein"]}

    content = open_dataset(Files(make_debate(tmp_path / "package", boolean)))
    told = {name: value for name, value in ALL.items() if name not in ("agree", "disagree")}
    found, _ = made(content, told)
    assert [statement.agrees for statement in found] == [True, True, False, False, False, True]


def test_actors_may_be_plain_words(toy: Folder) -> None:
    options = {
        "statements": "especies",
        "actor": "clave",
        "concept": "patas",
        "agreement": "clave",
        "agree": "garza",
        "disagree": "zorro",
    }
    found, notes = made(open_dataset(Files(toy.root)), options)
    assert [(s.actor, s.concept, s.span) for s in found] == [
        (("garza", "garza", "", None, ""), "2", None)
    ]
    assert notes == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"actor": None}, "statements need statements, actor, concept, agreement; not set: actor"),
        ({"statements": "redn"}, "statements: there is no table 'redn'; there are sitzungen, le"),
        ({"actor": "wr"}, "actor: there is no column of 'reden' named 'wr'; there are id, text"),
        ({"agreement": "worte", "agree": None}, "agree: say which values of 'worte' these are"),
        ({"disagree": None}, "disagree: say which values of 'haltung' these are"),
        ({"agree": "Dafür"}, "agree: there is no value of 'haltung' that is 'Dafür'; there are d"),
        ({"disagree": "dagegen,dafür"}, "'dafür' is in agree and in disagree"),
        ({"where": "sicher"}, "where: 'sicher' is not COLUMN=VALUE,VALUE"),
        ({"where": "sicherr=ja"}, "where: there is no column of 'reden' named 'sicherr'"),
        ({"where": "thema=Larm"}, "where: there is no value of 'thema' that is 'Larm'"),
        ({"where": "{"}, "where: '{' is no JSON"),
        ({"where": '{"sicher": "ja"}'}, "where: 'ja' is no list of strings"),
        ({"agree": "[1]"}, r"agree: \[1\] is no list of strings"),
        ({"name": "heisst"}, "name: there is no column of 'leute' named 'heisst'"),
        ({"persons": None}, "type and persons belong together"),
        ({"type": None}, "type and persons belong together"),
        ({"actor": "worte"}, "reden.worte refers to no table that has a name"),
    ],
)
def test_what_options_cannot_say(debate: Content, change: dict[str, Any], why: str) -> None:
    options = {name: value for name, value in (ALL | change).items() if value is not None}
    with pytest.raises(NotFound, match=why):
        coding(Material(debate, options))


def test_the_vocabulary_may_be_an_enum(tmp_path: Path) -> None:
    def enum(tables: Any, schemas: Any) -> None:
        field = schemas["leute"]["fields"][2]
        field["constraints"] = {"enum": ["Mensch", "Verein", "Runde"]}

    root = make_debate(tmp_path / "package", enum)
    assert sc.validate(root).ok
    material = Material(open_dataset(Files(root)), {**ALL, "persons": json.dumps(["Leute"])})
    with pytest.raises(NotFound, match="persons: there is no value of 'art' that is 'Leute'"):
        coding(material)
