"""Whether everybody can use the page: WCAG 2.2 AA as far as a program can tell."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import smartcity_case as sc
from chromium import Look, draw_all, stretches
from conftest import Folder, make_toy

if TYPE_CHECKING:
    from playwright.sync_api import Page

AGAINST = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Links to rows are no skip links, which the heuristic of axe takes them for.
NOT_RUN = {"skip-link": {"enabled": False}}


@pytest.fixture(scope="module")
def page_of_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("page") / "case.html"
    sc.view(None, out)
    return out


def violations(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": {"type": "tag", "values": AGAINST}, "rules": NOT_RUN}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{each['id']} ({each['impact']}): {each['nodes'][0]['html']}" for each in found]


@pytest.mark.parametrize(
    ("scheme", "size"), list(product(("light", "dark"), ((1280, 800), (390, 844))))
)
def test_axe_finds_nothing(
    page_of_case: Path, look: Look, scheme: str, size: tuple[int, int]
) -> None:
    # axe is put into the page, which its policy forbids to everybody else.
    page = look(page_of_case, size=size, color_scheme=scheme, bypass_csp=True)
    assert not violations(page)
    page.evaluate("for (const e of document.querySelectorAll('details')) e.open = true")
    page.evaluate("location.hash = '#claims/c029'")
    page.wait_for_selector("#detail:not([hidden])")
    page.evaluate("document.getElementById('cite').click()")
    assert not violations(page)


def test_axe_finds_nothing_where_there_are_findings(
    release: Folder, tmp_path: Path, look: Look
) -> None:
    release.replace("claims", ",164,206,Dort ist", ",165,207,Dort ist")
    release.describe(lambda d: d["resources"][0].update(hash="sha256:" + "0" * 64))
    sc.view(release.root, tmp_path / "p.html")
    page = look(tmp_path / "p.html", "#claims/c003", bypass_csp=True)
    assert not violations(page)


def test_axe_finds_nothing_on_the_toy(tmp_path: Path, look: Look) -> None:
    make_toy(tmp_path / "aves")
    sc.view(tmp_path / "aves", tmp_path / "p.html")
    assert not violations(look(tmp_path / "p.html", "#avistamientos/a1", bypass_csp=True))


def luminance(colour: str) -> float:
    parts = [float(number) / 255 for number in re.findall(r"[\d.]+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("paper", "page", "lit", "soft", "hit", "bad-ground", "meant-ground", "bare-ground")
WORDS = {
    "ink": GROUNDS,
    "quiet": ("paper", "page"),
    "accent": ("paper", "page"),
    "bad": ("paper", "page", "bad-ground"),
    "warn": ("paper",),
    "good": ("paper",),
    "on-accent": ("accent",),
}
LINES = {
    **{f"lane-{number}": ("paper",) for number in range(8)},
    "control": ("paper", "page"),
    "accent": ("lit", "paper"),
}
PROBE = """(name) => {
  const element = document.createElement("i");
  element.style.color = `var(--${name})`;
  document.body.append(element);
  const { color } = getComputedStyle(element);
  element.remove();
  return color;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(page_of_case: Path, look: Look, scheme: Any) -> None:
    page = look(page_of_case, color_scheme=scheme)
    for pairs, least in ((WORDS, 4.5), (LINES, 3)):
        for front, grounds in pairs.items():
            for ground in grounds:
                found = contrast(page.evaluate(PROBE, front), page.evaluate(PROBE, ground))
                assert found >= least, (scheme, front, ground, found)


def test_the_button_changes_the_colours(page_of_case: Path, look: Look) -> None:
    page = look(page_of_case, color_scheme="light")
    ground = "getComputedStyle(document.querySelector('.reading')).backgroundColor"
    light = page.evaluate(ground)
    page.click("#theme")
    assert page.evaluate(ground) == light
    page.click("#theme")
    assert page.get_attribute("#theme", "aria-label") == "Colours: dark"
    assert luminance(page.evaluate(ground)) < 0.05 < luminance(light)


SMALL = """() => [
    ...document.querySelectorAll(
      "button, select, input, summary, [role=option], .table, .check"),
  ].filter((e) => e.checkVisibility() && !e.closest("label, .unseen"))
  .map((e) => [e.id || e.textContent.slice(0, 30), e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"""
WIDER = """() => [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility()
  && !e.closest(".unseen, .skip") && e.getBoundingClientRect().right > innerWidth + 1
  && getComputedStyle(e).position !== "absolute").map((e) => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("size", [(1280, 800), (390, 844), (320, 640)])
def test_sizes(page_of_case: Path, look: Look, size: tuple[int, int]) -> None:
    page = look(page_of_case, "#claims/c029", size=size)
    page.evaluate("for (const e of document.querySelectorAll('details')) e.open = true")
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert page.evaluate(WIDER) == []


def test_a_phone(page_of_case: Path, look: Look) -> None:
    page = look(page_of_case, size=(390, 844), has_touch=True, is_mobile=True)
    page.locator('[data-ref="claims/c001"]').tap()
    assert page.inner_text("#detail-title") == "claims/c001"
    # The words and the row are on the screen together.
    words = page.locator("#text .lit").first.evaluate(
        "e => [e.getClientRects()[0].top, e.getClientRects()[0].bottom]"
    )
    sheet = page.locator("#detail").evaluate("e => e.getBoundingClientRect().top")
    assert 0 <= words[0] < words[1] <= sheet
    page.tap("#close")
    assert not page.is_visible("#detail")


def test_wide_spacing_of_letters_cuts_nothing_off(page_of_case: Path, look: Look) -> None:
    page = look(page_of_case, "#claims/c029")
    page.evaluate(
        """() => { const sheet = new CSSStyleSheet();
          sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
                                 word-spacing: 0.16em !important; }`);
          document.adoptedStyleSheets.push(sheet); }"""
    )
    cut = page.evaluate(
        """() => [...document.querySelectorAll("#rows .item")].filter((e) =>
             e.scrollHeight > e.clientHeight + 1).map((e) => e.textContent)"""
    )
    assert cut == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_twice_the_size(page_of_case: Path, look: Look) -> None:
    """Zoom of 200 % is half the width in CSS pixels; text alone may be twice as large, too."""
    page = look(page_of_case, "#claims/c029", size=(640, 400), device_scale_factor=2)
    assert page.is_visible("#detail-title")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    large = look(page_of_case, "#claims/c029")
    large.evaluate("document.documentElement.style.fontSize = '200%'")
    large.set_viewport_size({"width": 1281, "height": 800})
    large.wait_for_function(
        """() => [...document.querySelectorAll("#rows .item")].every((e) =>
             e.scrollHeight <= e.clientHeight + 1)"""
    )
    assert large.evaluate("document.documentElement.scrollWidth") <= 1281


def test_no_motion_for_those_who_want_none(page_of_case: Path, look: Look) -> None:
    page = look(page_of_case, reduced_motion="reduce")
    page.evaluate(
        """() => {
          window.asked = [];
          const own = Element.prototype.scrollBy;
          Element.prototype.scrollBy = function (how) {
            asked.push(how.behavior);
            own.call(this, how);
          };
        }"""
    )
    page.fill("#search", "claims/c049")
    page.click('[data-ref="claims/c049"]')
    assert page.evaluate("asked") != []
    assert set(page.evaluate("asked")) == {"instant"}


def test_colours_that_a_system_forces(page_of_case: Path, look: Look) -> None:
    page = look(page_of_case, "#claims/c029", forced_colors="active")
    draw_all(page)
    assert stretches(page, ".lit")
    lit, plain = (
        page.locator(css).first.evaluate("e => getComputedStyle(e).backgroundColor")
        for css in ("#text .lit", "#text .gap")
    )
    assert lit != plain


def test_what_a_reader_of_screens_is_told(page_of_case: Path, look: Look) -> None:
    page = look(page_of_case)
    rows = page.get_by_role("listbox")
    assert rows.count() == 1
    first = rows.get_by_role("option").first
    assert first.get_attribute("aria-setsize") == "178"
    assert first.get_attribute("aria-posinset") == "1"
    assert page.get_by_role("region", name="The article").count() == 1
    assert page.get_by_role("heading", level=1).inner_text().startswith("Smart City Duisburg")
    for name in ("Search the rows", "What has no row", "Claims 49"):
        assert page.get_by_label(name).count() == 1
    assert page.get_attribute("#text", "lang") == "de"
    assert first.locator(".words").get_attribute("lang") == "de"
    page.focus("#rows")
    page.keyboard.press("ArrowDown")
    assert "Während die USA" in page.inner_text("#live")
