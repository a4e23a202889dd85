"""A debate in a package that knows nothing of the case, and what networks of it are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from itertools import combinations
from pathlib import Path
from typing import Any

from conftest import state
from smartcity_case.table import write_csv

TEXTS = {
    "s1": '🌊 Protokoll\r\nIda: „Der Hafen wächst, und das ist gut“; Öz sagte: "nein; nie".\r\n',
    "s2": "👩\u200d👧 U\u0308ber Nacht war man sich uneins. Der Verein warnte vor Lärm.\n",
}
WORDS = {
    "r1": ("s1", "Der Hafen wächst"),
    "r2": ("s1", "das ist gut“"),
    "r3": ("s1", 'sagte: "nein; nie"'),
    "r4": ("s2", "U\u0308ber Nacht"),
    "r5": ("s2", "war man sich uneins"),
    "r6": ("s2", "Der Verein warnte"),
    "r7": ("s2", "vor Lärm"),
    "r8": ("s2", "Nacht"),
}
# row: who, issue, side, sure
ROWS = {
    "r1": ("1", "Hafen; Ausbau", "dafür", "ja"),
    "r2": ("1", "Hafen; Ausbau", "dafür", "ja"),
    "r3": ("2", "Hafen; Ausbau", "dagegen", "ja"),
    "r4": ("2", "Lärm", "dagegen", "ja"),
    "r5": ("", "Lärm", "dafür", "ja"),
    "r6": ("03", "Lärm", "dagegen", "ja"),
    "r7": ("3", "Hafen; Ausbau", "offen", "ja"),
    "r8": ("1", "Lärm", "dafür", "nein"),
}
PEOPLE = [
    ["nr", "heißt", "art", "gehört zu"],
    ["1", "Öz", "Mensch", "3"],
    ["2", "Öz", "Mensch", ""],
    ["3", "Verein „Leise“", "Verein", ""],
    ["4", "", "Runde", ""],
]
OPTIONS = {
    "statements": "reden",
    "actor": "wer",
    "concept": "thema",
    "agreement": "haltung",
    "agree": "dafür",
    "disagree": "dagegen",
    "where": "sicher=ja",
    "name": "heißt",
    "type": "art",
    "persons": "Mensch",
    "organization": "gehört zu",
}


def make_debate(root: Path, change: Any = None) -> Path:
    """Write the package; `change` may change its tables, rows by name, before that."""
    root.mkdir(parents=True)
    reden = [["id", "text", "wer", "thema", "haltung", "sicher", "von", "bis", "worte"]]
    for key, (text, words) in WORDS.items():
        start = TEXTS[text].index(words)
        reden.append([key, text, *ROWS[key], str(start), str(start + len(words)), words])
    sitzungen = [["id", "text", "titel", "tag"]]
    sitzungen.append(["s1", TEXTS["s1"], "Sitzung; „eins“", "2019-05-03"])
    sitzungen.append(["s2", TEXTS["s2"], "", "2019-06"])
    tables = {"sitzungen": sitzungen, "leute": deepcopy(PEOPLE), "reden": reden}
    schemas = _schemas()
    if change is not None:
        change(tables, schemas)
    resources = []
    for name, rows in tables.items():
        data = write_csv(rows[0], rows[1:])
        (root / f"{name}.csv").write_bytes(data)
        resources.append({"name": name, "path": f"{name}.csv", "schema": schemas[name]})
        state(resources[-1], data)
    descriptor = {"name": "debatte", "version": "2.0.0", "resources": resources}
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return root


def _schemas() -> dict[str, Any]:
    def fields(*names: str, **kinds: str) -> list[dict[str, Any]]:
        return [{"name": name, "type": kinds.get(name, "string")} for name in names]

    people: dict[str, Any] = {
        "fields": fields(
            "nr", "heißt", "art", "gehört zu", nr="integer", **{"gehört zu": "integer"}
        ),
        "primaryKey": ["nr"],
        "foreignKeys": [{"fields": "gehört zu", "reference": {"resource": "", "fields": "nr"}}],
    }
    names = ["id", "text", "wer", "thema", "haltung", "sicher", "von", "bis", "worte"]
    reden: dict[str, Any] = {
        "fields": fields(*names, wer="integer", von="integer", bis="integer"),
        "primaryKey": ["id"],
        "foreignKeys": [
            {"fields": ["wer"], "reference": {"resource": "leute", "fields": ["nr"]}},
            {"fields": ["text"], "reference": {"resource": "sitzungen", "fields": ["id"]}},
        ],
        "textSpans": [
            {
                "fields": {"start": "von", "end": "bis", "exact": "worte", "source": "text"},
                "reference": {"resource": "sitzungen", "fields": {"key": "id", "text": "text"}},
            }
        ],
    }
    reden["fields"][4]["categories"] = [
        "dafür", "dagegen", {"value": "offen", "description": "Keine Seite."}
    ]  # fmt: skip
    reden["fields"][3]["categories"] = [
        {"value": "Hafen; Ausbau", "description": "Der Hafen soll größer werden."},
        {"value": "Lärm"},
    ]
    texts = {"fields": fields("id", "text", "titel", "tag"), "primaryKey": ["id"]}
    return {"sitzungen": texts, "leute": people, "reden": reden}


Said = Iterable[tuple[str, str, bool]]
"""Statements: who, of which issue, whether he agrees."""


def two_mode(said: Said) -> dict[tuple[str, str, bool], int]:
    """The actor x concept network, by agreement, through networkx."""
    import networkx as nx

    net = nx.MultiGraph()
    for actor, concept, agrees in said:
        ends = ("actor", actor), ("concept", concept)
        if net.has_edge(*ends, key=agrees):
            net.edges[(*ends, agrees)]["weight"] += 1
        else:
            net.add_edge(*ends, key=agrees, weight=1)
    found = {}
    for one, other, agrees, weight in net.edges(keys=True, data="weight"):
        actor, concept = (one, other) if one[0] == "actor" else (other, one)
        found[actor[1], concept[1], agrees] = weight
    return found


def one_mode(said: Said, *, concepts: bool = False) -> dict[str, dict[frozenset[str], int]]:
    """The actor x actor networks of a debate through networkx (or concept x concept).

    Congruence counts the concepts on which two actors take the same side, conflict
    those on which they take different ones; between concepts, the actors that do.
    """
    import networkx as nx

    sides: dict[str, set[tuple[str, bool]]] = {}
    for actor, concept, agrees in said:
        node, other = (concept, actor) if concepts else (actor, concept)
        sides.setdefault(node, set()).add((other, agrees))
    nets = {"congruence": nx.Graph(), "conflict": nx.Graph()}
    for net in nets.values():
        net.add_nodes_from(sides)
    for one, other in combinations(sides, 2):
        same = {issue for issue, _ in sides[one] & sides[other]}
        against = {(issue, not agrees) for issue, agrees in sides[other]}
        for name, issues in (
            ("congruence", same),
            ("conflict", {i for i, _ in sides[one] & against}),
        ):
            if issues:
                nets[name].add_edge(one, other, weight=len(issues))
    return {
        name: {frozenset((one, other)): weight for one, other, weight in net.edges(data="weight")}
        for name, net in nets.items()
    }


def crossed(table: Any) -> dict[str, dict[frozenset[str], int]]:
    """The actor x actor networks from a table of who (rows) takes a side (columns): matrices.

    `table` is a DataFrame with the columns actor, concept and agrees. Another way to
    the same numbers: incidence matrices and their products.
    """
    import pandas as pd

    sides = [table[table["agrees"] == side] for side in (True, False)]
    names = sorted(set(table["actor"]))
    issues = sorted(set(table["concept"]))
    pro, contra = (
        (pd.crosstab(side["actor"], side["concept"]) > 0)
        .reindex(index=names, columns=issues, fill_value=False)
        .to_numpy(dtype=bool)
        for side in sides
    )  # fmt: skip
    both = (pro[:, None] & pro[None]) | (contra[:, None] & contra[None])
    against = (pro[:, None] & contra[None]) | (contra[:, None] & pro[None])
    counts: Mapping[str, Any] = {"congruence": both.sum(axis=2), "conflict": against.sum(axis=2)}
    return {
        name: {
            frozenset((names[i], names[j])): int(matrix[i, j])
            for i, j in combinations(range(len(names)), 2)
            if matrix[i, j]
        }
        for name, matrix in counts.items()
    }
