"""Whatever a package holds is shown as it is, and does nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import smartcity_case as sc
from browser.looking import Window
from browser.packages import HOSTILE_TEXT, HOSTILE_WORDS, NASTY, ODD_KEYS
from conftest import make_toy
from viewing import payload_of, short

Visit = Callable[..., Window]

ELEMENTS = """() => {
  const odd = [];
  for (const e of document.querySelectorAll("*")) {
    if (e.matches("img, iframe, object, embed, form, link, base")) odd.push(e.outerHTML);
    for (const { name, value } of e.attributes) {
      if (name.startsWith("on")) odd.push(e.outerHTML.slice(0, 200));
      if (["href", "src", "action"].includes(name) && !value.startsWith("#")) odd.push(value);
    }
  }
  return odd;
}"""


def test_nothing_runs_whatever_is_opened(visit: Visit, page_of: Callable[[str], Path]) -> None:
    payload = payload_of(page_of("hostile").read_text("utf-8"))
    window = visit("hostile")
    assert window.run("document.scripts.length") == 2
    assert window.run("document.styleSheets.length") == 1
    for table in payload["tables"]:
        for row in range(len(table["rows"])):
            window.run("name => { location.hash = '#' + name; }", short(table, row))
            window.run("() => document.getElementById('cite').click()")
    window.run("() => { document.querySelector('footer details').open = true; }")
    for box in window.at("#tables input").all():
        box.click()
        box.click()
    for select in window.at("#facets select").all():
        for value in select.locator("option").evaluate_all("all => all.map(e => e.value)"):
            select.evaluate(
                "(e, v) => { e.value = v; e.dispatchEvent(new Event('change')); }", value
            )
        select.evaluate("e => { e.value = ''; e.dispatchEvent(new Event('change')); }")
    for words in ("</script>", "javascript:", "(", "\\", "$&", "__proto__"):
        window.at("#search").fill(words)
    window.frames()
    assert window.run("window.hacked") is None
    assert window.run("Object.prototype.hacked") is None
    assert window.run(ELEMENTS) == []


def test_text_titles_and_cells_stand_as_they_are(visit: Visit) -> None:
    window = visit("hostile")
    assert window.run("document.getElementById('text').textContent") == HOSTILE_TEXT
    assert window.words("#title") == NASTY
    assert window.page.title().startswith("</style></title><script>window.hacked = 5</script>")
    assert window.words("#text-title") == NASTY
    assert window.at("#tables label").first.text_content() == f"{NASTY} {len(ODD_KEYS)}"
    assert [b.get_attribute("value") for b in window.at("#tables input").all()] == [
        *("__proto__", "constructor", "toString")
    ]
    assert "javascript:window.hacked=6" in window.words("#rights")
    assert window.at("#rights a").count() == 0


@pytest.mark.parametrize("number", range(len(ODD_KEYS)), ids=[k[:12] for k in ODD_KEYS])
def test_each_row_has_its_words_and_cells(
    visit: Visit, page_of: Callable[[str], Path], number: int
) -> None:
    page = page_of("hostile")
    name = short(payload_of(page.read_text("utf-8"))["tables"][0], number)
    window = visit("hostile", name)
    assert window.chosen == name
    assert window.stretches() == [HOSTILE_WORDS[number]]
    assert window.in_sight()
    told = window.words("#cells")
    assert NASTY in told
    assert HOSTILE_WORDS[number] in told
    # The row that it refers to, whose key is as odd; its words may be no wider than a point.
    window.at("#cells dl a.row-link").evaluate("e => e.click()")
    assert window.chosen == short(
        payload_of(page.read_text("utf-8"))["tables"][0], (number - 1) % len(ODD_KEYS)
    )
    window.at("#cite").click()
    assert window.words("#citation-text") + "\n" == sc.cite(page.parent / "p", window.chosen)


def test_what_is_written_from_right_to_left_keeps_to_its_place(visit: Visit) -> None:
    window = visit("hostile")
    loose = window.run(
        """() => [...document.querySelectorAll("#rows .item > span, #rows .chips, #rows .name")]
          .filter((e) => !e.matches(".head"))
          .filter((e) => !/isolate|plaintext/.test(getComputedStyle(e).unicodeBidi))
          .map((e) => e.className)"""
    )
    assert loose == []


def test_a_page_in_a_frame_of_a_notebook_works(visit: Visit, tmp_path: Path) -> None:
    framed = sc.view(make_toy(tmp_path / "aves").root)._repr_html_()
    (tmp_path / "notebook.html").write_text(
        f"<!doctype html><html lang=en data-ready=yes><body>{framed}", "utf-8"
    )
    window = visit(tmp_path / "notebook.html")
    frame = window.page.frame_locator("iframe")
    frame.locator('#rows [data-ref="avistamientos/a1"]').click()
    assert frame.locator("#detail-title").text_content() == "avistamientos/a1"
    assert frame.locator("#text .lit").first.text_content() == "dos garzas"
    frame.locator("#cite").click()
    assert "avistamientos/a1" in (frame.locator("#citation-text").text_content() or "")


def test_a_long_key_leaves_room_for_its_row(visit: Visit) -> None:
    window = visit("hostile", "toString/" + "x" * 10_000)
    pane, bar = window.at("#detail").bounding_box(), window.at("#detail .bar").bounding_box()
    assert pane is not None
    assert bar is not None
    assert bar["height"] < pane["height"] / 2
    assert window.at("#next").is_visible()
