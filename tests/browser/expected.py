"""What the page of the case must show, computed from its tables with pandas alone."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pandas as pd

from conftest import ROOT

Span = tuple[int, int]
DETAILS = ("quote_parts", "claim_mentions", "technology_statuses")


@cache
def _resources() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((ROOT / "datapackage.json").read_text("utf-8"))[
        "resources"
    ]
    return found


@cache
def text() -> str:
    (article,) = (r for r in _resources() if r["name"] == "article")
    path: str = article["path"]
    return (ROOT / path).read_bytes().decode("utf-8")


@cache
def tables() -> dict[str, pd.DataFrame]:
    """Each table with all its cells as they stand."""
    return {
        r["name"]: pd.read_csv(ROOT / r["path"], dtype=str, keep_default_na=False)
        for r in _resources()
        if "schema" in r
    }


def row(reference: str) -> dict[str, str]:
    """The cells of a row."""
    table, _, key = reference.partition("/")
    (found,) = (r for r in tables()[table].to_dict("records") if r["id"] == key)
    return {str(name): str(value) for name, value in found.items()}


@cache
def spans() -> dict[str, list[Span]]:
    """The stretches on which a row rests, by its reference."""
    found: dict[str, list[Span]] = {}
    for resource in _resources():
        for row in tables().get(resource["name"], pd.DataFrame()).to_dict("records"):
            found[f"{resource['name']}/{row['id']}"] = [
                (int(row[f["start"]]), int(row[f["end"]]))
                for f in (s["fields"] for s in resource["schema"]["textSpans"])
                if row[f["start"]]
            ]
    parts = tables()["quote_parts"]
    for key, own in parts[parts["role"] == "content"].groupby("quote"):
        places = zip(own["start"].astype(int), own["end"].astype(int), strict=True)
        found[f"quotes/{key}"] = sorted(places)
    return found


def joined(places: list[Span]) -> list[Span]:
    """Stretches in their order, those that touch as one."""
    found: list[Span] = []
    for start, end in sorted(places):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def words(*references: str) -> list[str]:
    """The stretches that light up for rows."""
    places = [place for reference in references for place in spans()[reference]]
    return [text()[start:end] for start, end in joined(places)]


def references(*names: str) -> list[str]:
    """All rows of tables (of all), in the order of the list: by place, then as they stand."""
    every = [r for r in spans() if r.split("/")[0] in (names or tables())]
    return sorted(every, key=lambda reference: min(spans()[reference])[0])


def on(start: int, end: int) -> list[str]:
    """The rows that rest on a stretch, of all tables."""
    return [r for r in references() if any(s < end and e > start for s, e in spans()[r])]


def uncoded(*names: str) -> list[Span]:
    """The stretches with a letter or digit on which no row of the tables rests."""
    covered = joined([place for r in references(*names) for place in spans()[r]])
    edges = [0, *(edge for place in covered for edge in place), len(text())]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return [(s, e) for s, e in gaps if any(c.isalnum() for c in text()[s:e])]


def holding(column: str, value: str, *names: str) -> list[str]:
    """The rows of tables with a value in a column."""
    found = []
    for name in names:
        table = tables()[name]
        found += [f"{name}/{key}" for key in table.loc[table[column] == value, "id"]]
    return [r for r in references() if r in found]


def about_actor(key: str) -> set[str]:
    """An actor, the rows that name it, and the claims that its mentions stand in."""
    return _about("actors", key)


def about_technology(key: str) -> set[str]:
    return _about("technologies", key)


_COLUMNS = {
    "actors": {
        "claims": ["claimant", "claimant_alternative", "stance_holder"],
        "actors": ["affiliation"],
        "quotes": ["speaker", "speaker_alternative", "addressee"],
        "mentions": ["actor", "actor_alternative"],
    },
    "technologies": {"mentions": ["technology"], "technology_statuses": ["technology"]},
}


def _about(table: str, key: str) -> set[str]:
    found = {f"{table}/{key}"}
    for name, columns in _COLUMNS[table].items():
        rows = tables()[name]
        found |= {f"{name}/{each}" for each in rows.loc[(rows[columns] == key).any(axis=1), "id"]}
    # A mention in a claim brings the claim, and a claim what is mentioned in it.
    links = tables()["claim_mentions"]
    near = set(found)
    for link in links.to_dict("records"):
        ends = {f"claims/{link['claim']}", f"mentions/{link['mention']}"}
        if ends & near:
            found |= ends | {f"claim_mentions/{link['id']}"}
    return found
