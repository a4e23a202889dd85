"""The page of the case opens, and shows the text and all rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from browser import expected
from browser.looking import Window

Visit = Callable[..., Window]


def test_the_case_opens_with_its_text_and_rows(visit: Visit) -> None:
    window = visit("case")
    assert window.text == expected.text()
    assert window.page.title() == window.words("#title") + " 1.0.0"
    assert window.words("#count") == "178 of 349 rows"
    assert window.words("#verdict") == "valid"
    assert window.chosen == ""
    assert window.at("#findings").is_hidden()
    assert window.at("#texts").is_hidden()
    boxes = window.at("#tables input").all()
    assert [box.get_attribute("value") for box in boxes] == list(expected.tables())
    off = [box.get_attribute("value") for box in boxes if not box.is_checked()]
    assert set(off) == set(expected.DETAILS)
    assert window.at("#text").get_attribute("lang") == "de"
    assert window.run("document.documentElement.lang") == "en"


def test_every_row_of_every_table_is_listed_in_the_order_of_the_text(visit: Visit) -> None:
    window = visit("case")
    window.all_tables()
    assert window.words("#count") == "349 of 349 rows"
    assert window.rows == expected.references()


def test_each_table_shows_its_own_rows(visit: Visit) -> None:
    window = visit("case")
    for name, table in expected.tables().items():
        window.tables(name)
        assert window.count == len(table)
        listed = window.at("#rows [role=option]").first
        assert listed.get_attribute("data-ref") == expected.references(name)[0]


def test_what_overlaps_has_a_line_for_each_table(visit: Visit) -> None:
    window = visit("case")
    window.all_tables()
    start, end = expected.spans()["mentions/m003"][0]  # in another mention, in a claim
    tables = {r.split("/")[0] for r in expected.on(start, end)}
    assert len(tables) > 2
    image = window.place(start).evaluate("e => e.style.backgroundImage")
    assert image.count("linear-gradient") == len(tables)
    window.tables("claims")
    assert window.place(start).evaluate("e => e.style.backgroundImage").count("gradient") == 1


def test_a_line_begins_where_a_row_begins(visit: Visit) -> None:
    """Marks cut the text at every edge of a span, and nowhere else within a line."""
    window = visit("case")
    edges = {edge for places in expected.spans().values() for place in places for edge in place}
    starts = window.run(
        "[...document.querySelectorAll('#text [data-start]')].map(e => Number(e.dataset.start))"
    )
    blocks = window.run("document.querySelectorAll('#text .block').length")
    assert edges <= {*starts, len(expected.text())}
    assert len(set(starts) - edges) <= blocks


@pytest.mark.parametrize("name", ["toy", "hostile", "faulty", "many", "withheld"])
def test_other_packages_open(visit: Visit, name: str) -> None:
    window = visit(name)
    assert window.count >= 2
    assert window.at("#rows [role=option]").count() >= 2


def test_words_after_an_emoji_are_the_right_ones(visit: Visit) -> None:
    window = visit("toy")
    assert window.text.startswith("🐦 En el río")
    window.row("avistamientos/a1").hover()
    assert window.stretches() == ["dos garzas", "Nunca había visto una"]
    window.row("avistamientos/a2").hover()
    assert window.stretches() == ["otra garza"]


def test_the_foot_says_whose_the_texts_are(visit: Visit) -> None:
    window = visit("case")
    window.at("footer summary").click()
    assert "does not prove that they are true" in window.words("footer")
    of = window.run("[...document.querySelectorAll('#rights strong')].map(e => e.textContent)")
    assert {"the package: ", "The article: ", "Claims: "} < set(of)
    assert "smartcity-case project" in window.words("#cited")
