"""A diff makes the new tables out of the old ones, and survives JSON."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from editions import between, content, table, write
from smartcity_case.authoring.comparing.applying import apply_diff, cells_of
from smartcity_case.authoring.comparing.diff_json import diff_from_json, diff_to_json
from smartcity_case.authoring.comparing.versioning import required

CELLS = st.sampled_from(["", "a", "b", "„ü“", "é", "é", "🌼", "x,y", 'q"', "two\nlines", " "])
NAMES = ("colour", "height", "soil", "„ort“")
KEYS = st.integers(0, 12).map(lambda number: f"k{number}")

Made = tuple[list[str], list[list[str]]]


@st.composite
def tables(draw: st.DrawFn, unique: bool = True) -> Made:
    """Header and rows; the first column is the key, or maybe a repeated word."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3))
    keys = draw(st.lists(KEYS, unique=unique, max_size=8))
    rows = [[key, *(draw(CELLS) for _ in names)] for key in keys]
    return ["id", *names], rows


@st.composite
def revisions(draw: st.DrawFn, unique: bool = True) -> tuple[Made, Made]:
    """A table, and what became of it."""
    header, rows = draw(tables(unique))
    if draw(st.booleans()):
        return (header, rows), draw(tables(unique))
    kept = [list(row) for row in rows if draw(st.integers(0, 4))]
    for row in kept:
        for place in range(1, len(row)):
            if not draw(st.integers(0, 3)):
                row[place] = draw(CELLS)
    if draw(st.booleans()):
        kept = draw(st.permutations(kept))
    names = list(header)
    if len(names) > 1 and draw(st.booleans()):  # a column gets another name
        names[1] = "renamed"
    return (header, rows), (names, kept)


def check(old: Made, new: Made, key: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        roots = []
        for name, (header, rows) in (("old", old), ("new", new)):
            made = table(header, rows, key=key)
            roots.append(write(Path(folder) / name, {"plants": made, name: table()}))
        one, two = map(content, roots)
        diff = between(*roots)
        told = json.loads(json.dumps(diff_to_json(diff)))
        again = diff_from_json(told)
        assert again == diff
        made_new = apply_diff(again, cells_of(one))
        assert made_new == cells_of(two)
        assert list(made_new) == ["plants", "new"]
        assert [list(columns) for columns in made_new.values()] == [
            list(columns) for columns in cells_of(two).values()
        ]
        same = between(roots[1], roots[1])
        assert same.is_empty
        assert required(same) == 0
        assert apply_diff(same, cells_of(two)) == cells_of(two)
        plants = diff.tables[0]
        assert plants.same_rows == (cells_of(one)["plants"] == cells_of(two)["plants"] and
                                    old[0] == new[0])  # fmt: skip


@settings(max_examples=40)
@given(revisions())
def test_applying_a_diff_by_key_gives_the_new_tables(made: tuple[Made, Made]) -> None:
    check(*made, key="id")


@settings(max_examples=40)
@given(revisions(unique=False))
def test_applying_a_diff_of_rows_without_keys_gives_the_new_tables(
    made: tuple[Made, Made],
) -> None:
    check(*made, key=None)
