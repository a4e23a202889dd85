"""What is wrong with a package is told where the eye looks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from browser import expected
from browser.looking import Window

Visit = Callable[..., Window]

FOUND = {
    "c002": "span.moved",
    "c003": "span.absent",
    "c004": "span.ambiguous",
    "c007": "span.out-of-range",
    "c009": "key.dangling",
}
"""What is found of the faults in `packages.FAULTS`."""


def linked(window: Window, key: str, code: str) -> str:
    """Follow the link of a finding in the list; what the list says of it."""
    item = window.at("#findings li").filter(has_text=code).filter(has_text=f"claims/{key}")
    item.first.locator("a").click()
    return item.first.text_content() or ""


def test_the_page_says_at_once_that_something_is_wrong(visit: Visit) -> None:
    window = visit("faulty")
    assert window.words("#verdict") == "not valid"
    assert window.at("#findings").is_visible()
    assert window.at("#findings li").first.is_visible()
    assert "errors" in window.words("#findings summary")
    told = window.words("#findings")
    for key, code in FOUND.items():
        assert f"claims/{key} {code}" in told
    assert window.words("#text-banner").startswith("resource.hash: ")
    assert window.at("#text-banner").is_visible()
    assert window.text.endswith(expected.text()[-50:])


@pytest.mark.parametrize(("key", "code"), FOUND.items())
def test_a_finding_leads_to_its_row(visit: Visit, key: str, code: str) -> None:
    window = visit("faulty")
    linked(window, key, code)
    assert window.chosen == f"claims/{key}"
    assert window.run("location.hash") == f"#claims/{key}"
    assert window.run("document.activeElement.id") == "detail-title"
    told = window.at("#cells .told.error").filter(has_text=code).text_content() or ""
    assert len(told) > 60
    assert window.at("#cells .told.error").first.is_visible()
    assert window.row(f"claims/{key}").locator(".flag.error").count() == 1
    assert window.at("#cite").is_disabled() == (key != "c009")


def test_moved_words_are_marked_where_they_are_said_to_be_and_where_they_are(visit: Visit) -> None:
    window = visit("faulty")
    stated, real = expected.text()[70:159], expected.text()[73:162]
    assert stated in "".join(window.stretches("wrong"))
    assert window.stretches("meant") == []
    linked(window, "c002", "span.moved")
    assert window.stretches("meant") == [real]
    assert window.in_sight("wrong")
    assert "moved: stated at 70 to 159; the words stand at 73 to 162" in window.words("#cells")


def test_absent_words_have_a_wrong_place_and_no_other(visit: Visit) -> None:
    window = visit("faulty", "claims/c003")
    assert "".join(window.stretches("wrong")).endswith(expected.text()[164:206]) or (
        expected.text()[164:206] in "".join(window.stretches("wrong"))
    )
    assert window.stretches("meant") == []
    assert "Dort war man von der Innovation" in window.words("#cells .span.odd q")


def test_ambiguous_words_are_marked_at_every_place(visit: Visit) -> None:
    window = visit("faulty", "claims/c004")
    assert set(window.stretches("meant")) == {"der"}
    assert "12 more places" in window.words("#cells .span.odd")


def test_what_lies_outside_of_the_text_is_marked_where_the_words_are(visit: Visit) -> None:
    window = visit("faulty", "claims/c007")
    assert window.stretches("meant") == ["Duisburg möchte Smart City werden"]
    assert window.in_sight("meant")
    assert "stated at 99249 to 99282" in window.words("#cells .span.odd")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_wrong_place_strikes_the_eye(visit: Visit, scheme: str) -> None:
    """Another ground, and a wavy line: not by colour alone."""
    window = visit("faulty", "claims/c002", color_scheme=scheme)
    grounds = {}
    for kind in ("wrong", "meant", "gap"):
        style = window.at(f"#text .{kind}").first.evaluate(
            "e => { const s = getComputedStyle(e);"
            " return [s.backgroundColor, s.textDecorationStyle, s.outlineStyle]; }"
        )
        grounds[kind] = style
    assert len({ground for ground, *_ in grounds.values()}) == 3
    assert grounds["wrong"][1] == "wavy"
    assert grounds["meant"][2] == "dashed"


def test_a_valid_package_shows_no_faults(visit: Visit) -> None:
    window = visit("case")
    assert window.at("#findings").is_hidden()
    assert window.at("#text-banner").is_hidden()
    assert window.at("#text .wrong, #text .meant, .flag").count() == 0
