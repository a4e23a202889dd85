"""Access: axe finds nothing, and words and lines can be told from their ground."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from browser.conftest import PHONE
from browser.looking import Window

Visit = Callable[..., Window]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def found_by_axe(window: Window) -> list[str]:
    """What axe has to say against a page."""
    from axe_playwright_python.sync_playwright import Axe

    window.frames()
    # That rule takes every link to a row for one that skips content.
    rules = {"skip-link": {"enabled": False}}
    options = {"runOnly": TAGS, "rules": rules, "resultTypes": ["violations"]}
    response = Axe().run(window.page, options=options).response
    assert len(response["passes"]) > 15
    return [
        f"{v['impact']} {v['id']}: {node['html'][:150]}; {node['failureSummary'][:300]}"
        for v in response["violations"]
        for node in v["nodes"]
    ]


@pytest.mark.parametrize(
    ("name", "screen"),
    [
        ("case", {}),
        ("case", {"color_scheme": "dark"}),
        ("case", PHONE),
        ("toy", {}),
        ("hostile", {}),
        ("faulty", {"color_scheme": "dark"}),
        ("many", PHONE),
        ("withheld", {}),
    ],
    ids=lambda v: v if isinstance(v, str) else "-".join(map(str, v)) or "desktop",
)
def test_axe_finds_nothing(visit: Visit, name: str, screen: dict[str, Any]) -> None:
    assert found_by_axe(visit(name, **screen)) == []


@pytest.mark.parametrize(
    "screen", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"]
)
def test_axe_finds_nothing_with_a_row_and_filters_open(
    visit: Visit, screen: dict[str, Any]
) -> None:
    window = visit("faulty", "claims/c010", **screen)
    window.run("document.getElementById('more').open = true")
    window.run("document.getElementById('cite').click()")
    window.run("document.querySelector('footer details').open = true")
    window.run("document.querySelectorAll('#cells details').forEach(e => { e.open = true; })")
    window.at("#search").fill("Huawei")
    assert found_by_axe(window) == []
    window.run("location.hash = '#claims/c002'")
    window.run("document.getElementById('uncoded').click()")
    assert found_by_axe(window) == []


# Every word with its colour and ground; grounds that let through are laid over one another.
CONTRASTS = """() => {
  const channels = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const groundOf = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const found = channels(getComputedStyle(e).backgroundColor);
      if (found[3] === 1) return found;
      if (found[3] > 0) throw Error(`a ground lets through: ${e.outerHTML.slice(0, 80)}`);
    }
    return [255, 255, 255, 1];
  };
  const words = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility()) continue;
    if (element.closest("script, style, :disabled, .unseen, .skip")) continue;
    const value = contrast(channels(getComputedStyle(element).color), groundOf(element));
    words.push([value, element.className || element.id || element.tagName]);
  }
  const lanes = [];
  const grounds = ["paper", "page", "lit", "soft", "bad-ground", "meant-ground", "bare-ground"];
  for (let lane = 0; lane < 8; lane++) {
    const probe = document.createElement("i");
    document.body.append(probe);
    probe.style.color = `var(--lane-${lane})`;
    for (const ground of grounds) {
      probe.style.backgroundColor = `var(--${ground})`;
      const { color, backgroundColor } = getComputedStyle(probe);
      const value = contrast(channels(color), channels(backgroundColor));
      lanes.push([value, `lane ${lane} on ${ground}`]);
    }
    probe.remove();
  }
  const edgeOf = (e) => channels(getComputedStyle(e).borderTopColor);
  const controls = [];
  for (const e of document.querySelectorAll("button:enabled, select, input:not([type=checkbox])")) {
    if (!e.checkVisibility() || !edgeOf(e)[3]) continue;
    controls.push([contrast(edgeOf(e), groundOf(e.parentElement)), e.id]);
  }
  return { words, lanes, controls };
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("reference", ["claims/c010", "claims/c002"])
def test_words_and_lines_stand_out_from_their_ground(
    visit: Visit, scheme: str, reference: str
) -> None:
    window = visit("faulty", reference, color_scheme=scheme, reduced_motion="reduce")
    window.run("document.getElementById('more').open = true")
    window.run("document.getElementById('cite').click()")
    window.facet("stance", "supportive")
    window.at(".item:not([aria-selected=true])").first.hover()
    found = window.run(CONTRASTS)
    assert len(found["words"]) > 200
    assert [each for each in found["words"] if each[0] < 4.5] == []
    assert [each for each in found["lanes"] if each[0] < 3] == []
    assert [each for each in found["controls"] if each[0] < 3] == []


def test_what_is_on_the_page_has_a_name_for_those_who_do_not_see_it(visit: Visit) -> None:
    window = visit("case", "claims/c001")
    tree = window.at("body").aria_snapshot()
    for line in (
        *(
            'listbox "Rows;',
            "option",
            "[selected]",
            'region "The article"',
            'searchbox "Search the rows"',
        ),
        *('checkbox "Claims', 'region "claims/c001"', 'button "Copy citation"', "main", "banner"),
    ):
        assert line in tree, line
