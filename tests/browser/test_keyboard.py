"""Nothing on the page needs a mouse."""

from __future__ import annotations

from collections.abc import Callable

from browser import expected
from browser.looking import Window

Visit = Callable[..., Window]

NOW = """() => {
  const { activeElement: now } = document;
  const { outlineStyle, outlineWidth } = getComputedStyle(now);
  return {
    name: now.id || now.value || now.className || now.parentElement?.id || "",
    tag: now.tagName,
    place: [...document.querySelectorAll("*")].indexOf(now),
    seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
  };
}"""


def tabs(window: Window, key: str = "Tab", most: int = 60) -> list[str]:
    """What Tab goes to, until it comes round; each must show that it has the focus."""
    found: dict[int, str] = {}
    for _ in range(most):
        window.page.keyboard.press(key)
        now = window.run(NOW)
        if now["tag"] == "BODY" or now["place"] in found:
            return list(found.values())
        assert now["seen"], now
        found[now["place"]] = now["name"]
    raise AssertionError(f"Tab does not come round: {found}")


def test_tab_goes_through_the_page_and_out_of_it(visit: Visit) -> None:
    window = visit("case")
    order = ["skip", "theme", "text", "search", *expected.tables(), "more", "uncoded", "rows"]
    found = tabs(window)
    assert found[: len(order)] == order
    assert len(found) == len(order) + 1  # the foot
    assert tabs(visit("case"), "Shift+Tab")[1:3] == ["rows", "uncoded"]


def test_tab_goes_through_an_open_row_and_out_of_it(visit: Visit) -> None:
    window = visit("case", "claims/c009")
    window.at("#cite").click()
    window.at("#rows").focus()
    found = tabs(window)
    assert found[:6] == ["prev", "next", "cite", "link", "close", "citation-text"]
    assert len(found) > 8


def test_the_first_link_skips_to_the_rows(visit: Visit) -> None:
    window = visit("case")
    window.page.keyboard.press("Tab")
    box = window.at(".skip").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    window.page.keyboard.press("Enter")
    assert window.run(NOW)["name"] == "rows"


def test_arrows_choose_rows(visit: Visit) -> None:
    window = visit("case")
    own = window.rows
    window.at("#rows").focus()
    keys = window.page.keyboard
    for key, place in (
        *(("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", 0)),
        *(("End", -1), ("ArrowDown", -1), ("Home", 0)),
    ):
        keys.press(key)
        assert window.chosen == own[place], key
        assert window.stretches() == expected.words(own[place])
        assert window.in_sight()
        chosen = window.at('#rows [aria-selected="true"]')
        assert chosen.get_attribute("data-ref") == own[place]
        assert window.at("#rows").get_attribute("aria-activedescendant") == chosen.get_attribute(
            "id"
        )
        assert chosen.get_attribute("aria-setsize") == "178"
        assert chosen.get_attribute("aria-posinset") == str(place % 178 + 1)
        assert own[place] in window.words("#live")
    keys.press("PageDown")
    assert own.index(window.chosen) > 0
    keys.press("PageUp")
    assert window.chosen == own[0]


def test_enter_goes_into_a_row_and_escape_out_of_it(visit: Visit) -> None:
    window = visit("case")
    window.at("#rows").focus()
    keys = window.page.keyboard
    keys.press("Home")
    keys.press("Enter")
    assert window.run(NOW)["name"] == "detail-title"
    keys.press("Escape")
    assert window.chosen == ""
    assert window.stretches() == []
    assert window.run(NOW)["name"] == "rows"


def test_alt_and_arrows_choose_rows_from_anywhere(visit: Visit) -> None:
    window = visit("case")
    own = window.rows
    window.at("#search").focus()
    window.page.keyboard.press("Alt+ArrowDown")
    window.page.keyboard.press("Alt+ArrowDown")
    assert window.chosen == own[1]
    window.page.keyboard.press("Alt+ArrowUp")
    assert window.chosen == own[0]
    assert window.run(NOW)["name"] == "search"


def test_arrows_go_through_the_marks_of_the_text(visit: Visit) -> None:
    window = visit("case")
    window.at("#text").focus()
    keys = window.page.keyboard
    keys.press("ArrowRight")
    first = window.at("#text .cursor")
    start, end = (int(first.get_attribute(f"data-{e}") or "") for e in ("start", "end"))
    assert start == min(s for places in expected.spans().values() for s, _ in places)
    assert (first.text_content() or "-").strip() in window.words("#live")
    keys.press("ArrowRight")
    assert int(window.at("#text .cursor").get_attribute("data-start") or "") > start
    keys.press("ArrowLeft")
    keys.press("Enter")
    assert window.rows == expected.on(start, end)
    keys.press("Escape")
    assert window.words("#count") == "178 of 349 rows"


def test_enter_goes_through_the_places_of_a_search(visit: Visit) -> None:
    window = visit("case")
    window.at("#search").fill("smart")
    count = expected.text().lower().count("smart")
    assert window.words("#hits").startswith(f"{count} places in the text")
    for number in (1, 2, count):
        window.page.keyboard.press("Shift+Enter" if number == count else "Enter")
        if number == count:
            window.page.keyboard.press("Shift+Enter")
        assert window.words("#live") == f"place {number} of {count}"
    assert window.run("CSS.highlights.get('hits').size + CSS.highlights.get('hit').size") > 1


def test_filters_are_set_and_removed_by_keyboard(visit: Visit) -> None:
    window = visit("case")
    window.at("#more summary").focus()
    keys = window.page.keyboard
    keys.press("Enter")
    window.at('#facets [data-facet="stance"]').focus()
    keys.press("ArrowDown")
    assert window.at("#chips button").count() == 1
    window.at("#chips button").focus()
    keys.press("Enter")
    assert window.at("#chips button").count() == 0
    assert window.run(NOW)["name"] == "search"  # not lost with the button
    window.at("#uncoded").focus()
    keys.press("Space")
    assert "without a row" in window.words("#count")
    window.at("#clear").focus()
    keys.press("Enter")
    assert window.words("#count") == "178 of 349 rows"


def test_what_is_clicked_on_can_be_reached(visit: Visit) -> None:
    """Whatever shows a hand under the mouse is a control, or a mark or row that arrows go to."""
    window = visit("faulty", "claims/c009")
    strange = window.run(
        """() => [...document.querySelectorAll("body *")].filter((e) =>
          getComputedStyle(e).cursor === "pointer" &&
          !e.closest("button, a, summary, label, select, input, #rows .item, #text mark")
        ).map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert strange == []
