"""What people who looked at the page with fresh eyes have found, and was mended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import smartcity_case as sc
from browser import expected
from browser.conftest import PHONE
from browser.looking import Window
from exports import make_of, note_of, refers, table_of, two_texts

Visit = Callable[..., Window]


def page_of(root: Path, *resources: dict[str, Any], text: str = "Ja, die Stadt prüft.") -> Path:
    """The page of a package of these tables and a text, into which they point."""
    files = {"note.txt": text} if any(r.get("path") == "note.txt" for r in resources) else {}
    sc.view(make_of(root / "p", *resources, files=files), root / "page.html")
    return root / "page.html"


def seen(*rows: list[Any], name: str = "seen", **more: Any) -> dict[str, Any]:
    return table_of(name, "id:string from:integer to:integer", *rows, into="note", **more)


def test_of_two_rows_with_one_key_only_the_first_is_cited_and_linked(
    visit: Visit, tmp_path: Path
) -> None:
    page = page_of(tmp_path, note_of(), seen(["a", 0, 2], ["a", 4, 7]))
    window = visit(page)
    window.at("#rows .item").nth(0).click()
    assert window.at("#cite").is_enabled()
    assert window.run("location.hash") == "#seen/a"
    window.at("#rows .item").nth(1).click()
    assert window.stretches() == ["die"]
    assert window.at("#cite").is_disabled()
    assert window.at("#link").is_disabled()
    assert window.run("location.hash") == ""


@pytest.mark.parametrize("key", ["a%20b", "a b"])
def test_keys_that_differ_by_an_escape_keep_their_own_addresses(
    visit: Visit, tmp_path: Path, key: str
) -> None:
    page = page_of(tmp_path, note_of(), seen(["a%20b", 0, 2], ["a b", 4, 7]))
    name = {"a%20b": "seen/a%2520b", "a b": "seen/a%20b"}[key]
    window = visit(page, name)
    assert window.stretches() == [{"a%20b": "Ja", "a b": "die"}[key]]
    assert window.run("location.hash") == f"#{name}"


@pytest.mark.parametrize("which", ["no text", "withheld"])
def test_what_has_no_row_cannot_be_told_without_words(
    visit: Visit, tmp_path: Path, which: str
) -> None:
    if which == "withheld":
        window = visit("withheld")
    else:
        window = visit(page_of(tmp_path, table_of("people", "id:string", ["a"], ["b"])))
    window.at("#uncoded").check()
    assert window.words("#count") == "There are no words of which to tell what has no row."
    window.at("#uncoded").uncheck()
    assert window.count >= 2


def test_tables_that_refer_to_one_without_words_are_shown_at_first(
    visit: Visit, tmp_path: Path
) -> None:
    kinds = "id:string paper:string from:integer to:integer"
    needed = {"constraints": {"required": True}}
    codes = table_of("codes", kinds, ["c", "p", 0, 2], into="note")
    codes["schema"]["fields"][1] |= needed
    codes["schema"]["foreignKeys"] = [refers("papers", "paper")]
    papers = table_of("papers", "id:string", ["p"])
    window = visit(page_of(tmp_path, note_of(), papers, codes))
    assert window.words("#count") == "2 of 2 rows"


@pytest.mark.parametrize("height", [720, 420])
def test_a_row_can_be_seen_on_a_low_screen_with_all_filters_open(visit: Visit, height: int) -> None:
    low = {"viewport": {"width": 1400, "height": height}}
    window = visit("case", **low)
    window.run("document.getElementById('more').open = true")
    window.run("location.hash = '#claims/c010'")
    window.page.wait_for_function("() => !document.getElementById('detail').hidden")
    window.at("#cite").click()  # Playwright scrolls there, if a person can
    assert window.at("#citation-text").is_visible()
    foot = window.at("footer").bounding_box()
    detail = window.at("#detail").bounding_box()
    assert foot is not None
    assert detail is not None
    assert min(detail["y"] + detail["height"], foot["y"]) - detail["y"] > 100


def covered(window: Window) -> bool:
    """Whether what has the focus lies wholly under something else."""
    return bool(
        window.run(
            """() => {
              const { activeElement: now } = document;
              const box = now.getBoundingClientRect();
              for (let y = box.top + 2; y < box.bottom; y += 5) {
                const top = document.elementFromPoint(box.left + box.width / 2, y);
                if (top && (now.contains(top) || top.closest("label")?.contains(now))) return false;
              }
              return true;
            }"""
        )
    )


@pytest.mark.parametrize("name", ["case", "faulty"])
def test_what_has_the_focus_is_not_hidden_on_a_phone(visit: Visit, name: str) -> None:
    """WCAG 2.4.11."""
    window = visit(name, "claims/c009", **PHONE)
    hidden = []
    for _ in range(25):
        window.page.keyboard.press("Tab")
        window.frames()
        if window.run("document.activeElement !== document.body") and covered(window):
            hidden.append(window.run("document.activeElement.outerHTML.slice(0, 80)"))
    assert hidden == []


def test_wider_spaces_leave_room_for_the_lines_under_the_words(visit: Visit) -> None:
    """WCAG 1.4.12: the ground of what is lit does not reach into the line below."""
    from browser.test_screens import SPACED

    window = visit("case", "claims/c007")
    window.run(SPACED)
    window.frames()
    deep = window.run(
        """() => {
          const marks = [...document.querySelectorAll("#text mark.on")].slice(0, 200);
          const boxes = marks.flatMap((e) => [...e.getClientRects()]);
          const lines = [...new Set(boxes.map((b) => Math.round(b.top)))].sort((a, b) => a - b);
          const steps = lines.slice(1).map((top, i) => top - lines[i]).filter((step) => step > 6);
          return Math.min(...steps) - Math.max(...boxes.map((b) => b.height));
        }"""
    )
    assert deep >= -2


def test_paper_has_what_has_no_row_if_that_is_listed(visit: Visit) -> None:
    window = visit("case")
    window.at("#uncoded").check()
    listed = window.rows
    window.media("print")
    window.at("#print li").first.wait_for()
    count = window.at("#print li").count()
    heading = window.words("#print h2")
    window.media("null")
    assert count == (len(listed) if "without a row" in heading else 178)


def test_the_focus_is_not_lost_with_the_cells_of_a_row(visit: Visit) -> None:
    window = visit("case", "claims/c009")
    window.at("#cells a").first.focus()
    window.page.keyboard.press("Alt+ArrowDown")
    assert window.run("document.activeElement.id") == "detail-title"


def test_an_unknown_address_leaves_no_other_row_open(visit: Visit) -> None:
    window = visit("case", "claims/c007")
    window.run("location.hash = '#claims/c999'")
    window.page.wait_for_function("() => document.getElementById('detail').hidden")
    assert window.words("#count") == "There is no row claims/c999 in this release."
    assert window.stretches() == []


def test_a_stretch_without_a_row_is_told_and_no_row_is_named(visit: Visit) -> None:
    window = visit("case", "claims/c007")
    window.at("#uncoded").check()
    window.at("#rows").focus()
    window.page.keyboard.press("Home")
    start, end = expected.uncoded(*(set(expected.tables()) - set(expected.DETAILS)))[0]
    assert window.words("#live").startswith(f"{start} to {end}: ")
    assert window.run("location.hash") == ""
    assert window.chosen == ""


def test_a_row_with_words_in_two_texts_does_not_leave_the_one_that_is_read(
    visit: Visit, tmp_path: Path
) -> None:
    two_texts(tmp_path / "p")
    kinds = "id:string from:integer to:integer f:integer t:integer"
    both = table_of("both", kinds, ["x", 0, 3, 0, 4])
    spans = [(("from", "to"), "note"), (("f", "t"), "other")]
    both["schema"]["textSpans"] = [
        {"fields": {"start": s, "end": e}, "reference": {"resource": of}} for (s, e), of in spans
    ]
    files = {"note.txt": "uno dos", "other.txt": "tres"}
    root = make_of(tmp_path / "q", note_of(), note_of("other", "other.txt"), both, files=files)
    sc.view(root, tmp_path / "page.html")
    window = visit(tmp_path / "page.html")
    window.at("#text-list button").nth(1).click()
    window.row("both/x").click()
    assert window.text == "tres"
    assert window.stretches() == ["tres"]


def test_errors_and_warnings_of_a_row_are_counted_apart(visit: Visit) -> None:
    window = visit("faulty")
    window.at("#search").fill("claims/c009")
    flag = window.row("claims/c009").locator(".flag")
    told = window.at("#findings li.error").filter(has_text="claims/c009").count()
    assert flag.first.text_content() == f"{told} errors"


def test_chosen_rows_can_be_read_in_forced_colours(visit: Visit) -> None:
    window = visit("case", "claims/c001", forced_colors="active")
    colours = window.run(
        """() => [...document.querySelectorAll('.item[aria-selected="true"] :is(.label, .chips)')]
          .map((e) => getComputedStyle(e).color)"""
    )
    chosen = window.run(
        "getComputedStyle(document.querySelector('.item[aria-selected=\"true\"]')).color"
    )
    assert set(colours) == {chosen}
    line = window.at("#text mark.on:not(.lit)").first
    assert line.evaluate("e => getComputedStyle(e).textDecorationLine") == "underline"


def test_words_that_are_lit_are_not_under_the_row_on_a_zoomed_screen(visit: Visit) -> None:
    """As 1280 by 1024 at 400 %."""
    window = visit("case", "claims/c007", viewport={"width": 320, "height": 256})
    assert window.at("#detail").evaluate("e => getComputedStyle(e).position") == "static"


def test_the_first_link_of_a_framed_page_stays_in_its_frame(visit: Visit, tmp_path: Path) -> None:
    framed = sc.view()._repr_html_()
    page = tmp_path / "notebook.html"
    page.write_text(f"<!doctype html><html lang=en data-ready=yes><body>{framed}", "utf-8")
    window = visit(page)
    frame = window.page.frame_locator("iframe")
    frame.locator("html[data-ready=yes]").wait_for()
    frame.locator(".skip").focus()
    window.page.keyboard.press("Enter")
    assert frame.locator("#rows:focus").count() == 1
    assert frame.locator("#count").text_content() == "178 of 349 rows"


def test_keys_of_a_control_are_its_own(visit: Visit) -> None:
    window = visit("case")
    window.run("document.getElementById('more').open = true")
    window.at('#facets [data-facet="stance"]').focus()
    window.page.keyboard.press("Alt+ArrowDown")
    window.page.keyboard.press("Escape")
    assert window.chosen == ""
    window.run("location.hash = '#claims/c007'")
    window.page.wait_for_function("() => !document.getElementById('detail').hidden")
    window.at("#search").fill("Duisburg")
    window.page.keyboard.press("Escape")
    assert window.at("#search").input_value() == ""
    assert window.chosen == "claims/c007"
    window.page.keyboard.press("Escape")
    assert window.chosen == ""


def test_what_is_written_from_right_to_left_begins_there(visit: Visit, tmp_path: Path) -> None:
    page = page_of(tmp_path, note_of(), seen(["a", 0, 2]), text="قال الوزير. Ja.\nDie Stadt.")
    window = visit(page)
    places = window.run(
        """() => {
          const [first, last] = document.querySelectorAll("#text [data-start]");
          return [first.getBoundingClientRect().left, last.getClientRects()[0].left];
        }"""
    )
    assert places[0] > places[1]


def test_the_text_that_is_shown_is_in_the_list_of_many(visit: Visit, tmp_path: Path) -> None:
    count = 400
    words = [f"Brief {n}" for n in range(count)]
    rows = [[f"l{n}", each] for n, each in enumerate(words)]
    letters = table_of("letters", "key:string words:string", *rows)
    span = {
        "fields": {"start": "from", "end": "to", "source": "letter"},
        "reference": {"resource": "letters", "fields": {"key": "key", "text": "words"}},
    }
    kinds = "id:string letter:string from:integer to:integer"
    named = table_of(
        "named", kinds, *([f"n{n}", f"l{n}", 0, 5] for n in range(count)), textSpans=[span]
    )
    window = visit(page_of(tmp_path, letters, named), f"named/n{count - 1}")
    now = window.at('#text-list [aria-current="true"]')
    assert now.count() == 1
    assert window.text == words[-1]
    window.at("#text-search").fill(f"l{count - 1}")
    assert window.at("#text-list button").count() == 1


def test_many_tables_share_lines(visit: Visit, tmp_path: Path) -> None:
    tables = [seen(["a", 0, 2], name=f"t{number}") for number in range(20)]
    window = visit(page_of(tmp_path, note_of(), *tables))
    height = window.run("parseFloat(getComputedStyle(document.getElementById('text')).lineHeight)")
    assert height < 80
    window.at("#text mark").first.click()
    assert window.count == 20
