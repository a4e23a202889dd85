"""Filters, compared with what pandas counts in the tables of the case."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from browser import expected
from browser.looking import Window

Visit = Callable[..., Window]

# Each value of each filter by column, one after the other: what is counted then.
EVERY_VALUE = """() => {
  const found = [];
  for (const select of document.querySelectorAll("#facets select")) {
    for (const option of [...select.options].slice(1)) {
      select.value = option.value;
      select.dispatchEvent(new Event("change"));
      found.push([select.dataset.facet, option.value, option.textContent,
        document.getElementById("count").textContent]);
    }
    select.value = "";
    select.dispatchEvent(new Event("change"));
  }
  return found;
}"""


@pytest.mark.parametrize(
    ("facet", "column", "value", "tables"),
    [
        ("stance", "stance", "supportive", ["claims"]),
        ("stance", "stance", "critical", ["claims"]),
        ("claimant", "claimant", "link", ["claims"]),
        ("speaker", "speaker", "link", ["quotes"]),
        ("category", "category", "network", ["technologies"]),
        ("status", "status", "assigned", ["technologies", "technology_statuses"]),
        ("mood", "mood", "subjunctive-1", ["claims", "quotes"]),
    ],
)
def test_rows_are_chosen_by_column(
    visit: Visit, facet: str, column: str, value: str, tables: list[str]
) -> None:
    window = visit("case")
    window.all_tables()
    window.facet(facet, value)
    assert window.rows == expected.holding(column, value, *tables)
    chip = window.at("#chips button")
    assert value in (chip.text_content() or "")
    chip.click()
    assert window.words("#count") == "349 of 349 rows"
    assert window.at(f'#facets [data-facet="{facet}"]').input_value() == ""


def test_every_value_of_every_column_chooses_as_many_rows_as_pandas_counts(visit: Visit) -> None:
    window = visit("case")
    window.all_tables()
    every = window.run(EVERY_VALUE)
    names = {name.rpartition(".")[2] for name, *_ in every}
    assert {"stance", "claimant", "speaker", "category", "status", "mood", "voice"} <= names
    assert {"→actors", "→technologies", "→claims", "→quotes", "→mentions"} <= names
    found = [each for each in every if not each[0].startswith("→")]
    assert len(found) > 120
    facets = {facet for facet, *_ in found}
    for facet, value, words, told in found:
        first, _, column = facet.rpartition(".")
        if first:  # columns of one name, but of other values
            tables = [first]
        else:
            tables = [name for name, rows in expected.tables().items() if column in rows]
            tables = [name for name in tables if f"{name}.{column}" not in facets]
        count = len(expected.holding(column, value, *tables))
        assert told == f"{count} of 349 rows", (facet, value)
        assert words.endswith(f": {count}")


@pytest.mark.parametrize("key", ["huawei", "link", "duisburg", "china"])
def test_rows_about_an_actor(visit: Visit, key: str) -> None:
    window = visit("case")
    window.all_tables()
    window.facet("→actors", key)
    assert set(window.rows) == expected.about_actor(key)
    window.tables("claims")
    assert window.count == sum(r.startswith("claims/") for r in expected.about_actor(key))


@pytest.mark.parametrize("key", ["5g", "smart-city"])
def test_rows_about_a_technology(visit: Visit, key: str) -> None:
    window = visit("case")
    window.all_tables()
    window.facet("→technologies", key)
    assert set(window.rows) == expected.about_technology(key)


def test_filters_are_all_in_force_at_once(visit: Visit) -> None:
    window = visit("case")
    window.facet("stance", "supportive")
    window.facet("claimant", "link")
    claims = expected.tables()["claims"]
    both = claims[(claims["stance"] == "supportive") & (claims["claimant"] == "link")]
    assert 0 < len(both) == window.count
    window.at("#search").fill("huawei")
    assert window.count <= len(both)
    assert window.at("#chips button").count() == 2
    window.at("#clear").click()
    assert window.words("#count") == "178 of 349 rows"
    assert window.at("#search").input_value() == ""
    assert window.at("#chips button").count() == 0
    assert window.at("#clear").is_hidden()


LABELS = {"claims": "gloss", "actors": "name", "technologies": "name"}
TARGETS = {
    **dict.fromkeys(("claimant", "claimant_alternative", "stance_holder", "actor"), "actors"),
    **dict.fromkeys(("speaker", "speaker_alternative", "addressee", "affiliation"), "actors"),
    "actor_alternative": "actors",
    "technology": "technologies",
    "claim": "claims",
}


def searched(words: str) -> list[str]:
    """The rows that have words in a cell, in a reference, or in what they refer to."""
    names = {
        table: dict(zip(rows["id"], rows[LABELS[table]], strict=True))
        for table, rows in expected.tables().items()
        if table in LABELS
    }
    found = set()
    for table, rows in expected.tables().items():
        for row in rows.to_dict("records"):
            cells = [*row.values(), *([f"{table}/{row['id']}"] if "/" in words else [])]
            cells += [names[TARGETS[c]][v] for c, v in row.items() if c in TARGETS and v]
            if any(words.lower() in str(cell).lower() for cell in cells):
                found.add(f"{table}/{row['id']}")
    return [r for r in expected.references() if r in found]


@pytest.mark.parametrize(
    "words",
    [
        "huawei",
        "SMART CITY",
        "claims/c007",
        "Sören Link",
        "technologies",
        "„",
        "für ",
        "(",
        "kein Wort",
    ],
)
def test_words_are_searched_for_in_rows_and_text(visit: Visit, words: str) -> None:
    window = visit("case")
    window.all_tables()
    window.at("#search").fill(words)
    assert window.rows == searched(words.strip())
    places = len(re.findall(re.escape(words.strip()), expected.text(), re.I))
    assert window.words("#hits").split(" ")[0] == str(places)


@pytest.mark.parametrize("tables", [(), ("claims",), ("actors", "technologies")])
def test_what_has_no_row_is_what_no_row_covers(visit: Visit, tables: tuple[str, ...]) -> None:
    window = visit("case")
    if tables:
        window.tables(*tables)
    else:
        window.all_tables()
    window.at("#uncoded").check()
    bare = expected.uncoded(*tables)
    listed = window.rows
    places = [re.findall(r"^\d+ to \d+", each) for each in listed]
    assert places == [[f"{start} to {end}"] for start, end in bare]
    share = round(100 * sum(e - s for s, e in bare) / len(expected.text()))
    assert window.words("#count").endswith(f"without a row: {share} % of the text")
    window.at("#rows").focus()
    window.page.keyboard.press("End")
    start, end = bare[-1]
    assert window.stretches("bare")[-1].endswith(expected.text()[start:end][-20:])
    window.at("#uncoded").uncheck()
    assert window.at("#text .bare").count() == 0


def test_a_table_that_is_off_has_no_line_in_the_text(visit: Visit) -> None:
    window = visit("case")
    window.tables("technologies")
    marks = window.at("#text mark.on").all_text_contents()
    assert marks
    own = "".join(w for r in expected.references("technologies") for w in expected.words(r))
    assert len("".join(marks)) <= len(own)
    window.tables()
    assert window.count == 0
    assert window.at("#text mark.on").count() == 0
    assert window.at("#clear").is_visible()
