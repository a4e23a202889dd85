"""Screens and settings: dark, a phone, large letters, little movement, forced colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from browser import expected
from browser.conftest import PHONE
from browser.looking import Window

Visit = Callable[..., Window]
NARROW = {"viewport": {"width": 320, "height": 640}}

WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"
# What is wider than its box and cannot be scrolled there, or is outside of the window.
OUTSIDE = """() => [...document.querySelectorAll("body *")].filter((e) => {
  if (!e.checkVisibility() || e.closest(".unseen, .skip, #tables legend")) return false;
  const box = e.getBoundingClientRect();
  return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
}).map((e) => e.id || e.className || e.tagName)"""
# Words that are cut off, but for those that end in … in the list, which the open row has whole.
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((e) => {
  const style = getComputedStyle(e);
  if (!e.checkVisibility() || e.closest(".unseen, .skip, #tables legend, #text")) return false;
  if (style.overflowY !== "hidden" || e.matches("select, input")) return false;
  return e.scrollHeight > e.clientHeight + 1;
}).map((e) => (e.id || e.className || e.tagName) + ` ${e.scrollHeight}>${e.clientHeight}`)"""
SMALL = """() => [...document.querySelectorAll("button, select, input, summary, #rows .item")]
  .filter((e) => e.checkVisibility()).map((e) => [e.closest("label") ?? e, e])
  .map(([target, e]) => [target.getBoundingClientRect(), e])
  .filter(([box]) => box.width < 24 || box.height < 24)
  .map(([box, e]) => `${e.id || e.outerHTML.slice(0, 60)} ${box.width}x${box.height}`)"""


def go_everywhere(window: Window) -> list[str]:
    """Open all that can be opened, step by step; what is cut off or outside of the window."""
    found: list[str] = []
    for step in (
        "0",
        "document.getElementById('more').open = true",
        "location.hash = '#claims/c010'",
        "document.querySelector('#detail:not([hidden]) #cite')?.click()",
        "document.getElementById('uncoded').click()",
        "document.querySelector('footer details').open = true",
    ):
        window.run(f"() => {{ {step}; }}")
        window.frames()
        found += window.run(OUTSIDE) + window.run(CUT_OFF)
        wide, inner = window.run(WIDTHS)
        if wide > inner:
            found.append(f"{wide} wide after {step}")
    return found


@pytest.mark.parametrize("name", ["case", "faulty", "many", "hostile"])
@pytest.mark.parametrize("screen", [PHONE, NARROW], ids=["phone", "320 px"])
def test_nothing_is_wider_than_a_narrow_screen(
    visit: Visit, screen: dict[str, Any], name: str
) -> None:
    window = visit(name, **screen)
    assert go_everywhere(window) == []


@pytest.mark.parametrize("screen", [PHONE, {}], ids=["phone", "desktop"])
def test_what_is_pressed_is_24_pixels_or_more(visit: Visit, screen: dict[str, Any]) -> None:
    window = visit("faulty", "claims/c009", **screen)
    window.run("document.getElementById('more').open = true")
    window.facet("stance", "critical")
    window.at("#cite").click(force=True) if window.at("#cite").is_visible() else None
    assert window.run(SMALL) == []


def test_a_phone_shows_a_row_and_its_words(visit: Visit) -> None:
    window = visit("case", **PHONE)
    window.row("claims/c001").tap()
    assert window.chosen == "claims/c001"
    assert window.stretches() == expected.words("claims/c001")
    assert window.in_sight()
    box = window.at("#detail").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 845
    lit = window.at("#text .lit").first.bounding_box()
    assert lit is not None
    assert lit["y"] < box["y"]  # not under the sheet
    window.at("#close").tap()
    assert window.at("#detail").is_hidden()
    window.at("#text mark.on").first.tap()
    assert window.at("#chips button").count() == 1


def test_large_letters_lose_nothing(visit: Visit) -> None:
    """WCAG 1.4.4: letters of twice the size."""
    window = visit("case")
    window.run("document.documentElement.style.fontSize = '200%'")
    window.frames()
    assert go_everywhere(window) == []
    assert window.text == expected.text()


def test_twice_the_zoom_loses_nothing(visit: Visit) -> None:
    """As 200 % in a window of 1280 by 800."""
    zoomed = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
    window = visit("case", **zoomed)
    assert go_everywhere(window) == []
    window.at("#close").click()
    window.at("#clear").click()
    window.row(expected.references("claims")[0]).scroll_into_view_if_needed()
    window.row(expected.references("claims")[0]).click()
    assert window.chosen == "claims/c001"


SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""


@pytest.mark.parametrize("screen", [PHONE, {}], ids=["phone", "desktop"])
def test_wider_spaces_lose_nothing(visit: Visit, screen: dict[str, Any]) -> None:
    """WCAG 1.4.12."""
    window = visit("case", **screen)
    window.run(SPACED)
    window.frames()
    assert go_everywhere(window) == []


def test_without_movement_the_text_is_there_at_once(visit: Visit) -> None:
    window = visit("case", reduced_motion="reduce")
    window.at("#rows").focus()
    window.page.keyboard.press("End")
    window.page.keyboard.press("ArrowUp")
    before = window.run("document.getElementById('text').scrollTop")
    window.frames()
    window.frames()
    assert abs(window.run("document.getElementById('text').scrollTop") - before) < 200
    moving = window.run(
        """() => [...document.querySelectorAll("*")].filter((e) => {
          const style = getComputedStyle(e);
          return style.transitionDuration !== "0s" || style.animationName !== "none";
        }).map((e) => e.className)"""
    )
    assert moving == []


def test_forced_colours_show_what_is_lit_and_chosen(visit: Visit) -> None:
    window = visit("case", "claims/c001", forced_colors="active")
    script = """(selector) => {
      const { backgroundColor, outlineStyle } = getComputedStyle(document.querySelector(selector));
      return backgroundColor + outlineStyle;
    }"""
    lit, soft, gap, chosen, other = (
        window.run(script, selector)
        for selector in (
            *("#text .lit", "#text .soft", "#text .gap"),
            *('#rows [aria-selected="true"]', '#rows [aria-selected="false"]'),
        )
    )
    assert len({lit, gap}) == 2
    assert soft != gap
    assert chosen != other


def test_colours_are_chosen_by_a_button(visit: Visit) -> None:
    window = visit("case", color_scheme="light")
    grounds = []
    for _ in range(4):
        grounds.append(window.run("getComputedStyle(document.body).backgroundColor"))
        window.at("#theme").click()
    assert grounds[0] == grounds[1] == grounds[3] != grounds[2]
    dark = visit("case", color_scheme="dark")
    assert dark.run("getComputedStyle(document.body).backgroundColor") == grounds[2]
