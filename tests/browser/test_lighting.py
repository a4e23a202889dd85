"""A row is pointed at, and its words light up; words are clicked on, and their rows are listed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import smartcity_case as sc
from browser import expected
from browser.looking import Window

Visit = Callable[..., Window]
TABLES = tuple(expected.tables())

# By the arrow keys through the whole list: what lights up for each row.
WALK = """async () => {
  const pane = document.getElementById("rows");
  const press = (key) => pane.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const found = {};
  const count = Number(document.getElementById("rows")
    .querySelector("[role=option]").getAttribute("aria-setsize"));
  for (let place = 0; place < count; place++) {
    press(place ? "ArrowDown" : "Home");
    if (place % 10 === 0) await new Promise((done) => requestAnimationFrame(done));
    const chosen = pane.querySelectorAll("[aria-selected=true]");
    if (chosen.length !== 1 || pane.getAttribute("aria-activedescendant") !== chosen[0].id) {
      throw Error(`at ${place} not one row is chosen`);
    }
    const lit = [];
    let end = -1;
    for (const each of document.querySelectorAll("#text .lit")) {
      if (Number(each.dataset.start) === end) lit[lit.length - 1] += each.textContent;
      else lit.push(each.textContent);
      end = Number(each.dataset.end);
    }
    document.getElementById("cite").click();
    found[chosen[0].dataset.ref] = [
      lit,
      document.getElementById("detail-title").textContent,
      document.getElementById("citation-text").textContent,
    ];
  }
  return found;
}"""


def test_the_words_of_every_row_light_up_and_it_is_cited_as_the_library_cites_it(
    visit: Visit,
) -> None:
    window = visit("case", reduced_motion="reduce")
    window.all_tables()
    found = window.run(WALK)
    assert list(found) == expected.references()
    case = sc.load()
    for reference, (lit, title, citation) in found.items():
        assert lit == expected.words(reference), reference
        assert title == reference
        assert citation + "\n" == sc.cite(case, reference)


@pytest.mark.parametrize("table", TABLES)
def test_words_light_up_and_come_into_view_under_the_mouse(visit: Visit, table: str) -> None:
    window = visit("case")
    window.tables(table)
    own = expected.references(table)
    assert window.stretches() == []
    for reference in (own[0], own[-1]):
        window.at("#rows").evaluate(
            "(e, top) => e.scrollTop = top", 0 if reference == own[0] else 1e6
        )
        window.frames()
        window.row(reference).hover()
        assert window.stretches() == expected.words(reference)
        assert window.in_sight()
    window.page.mouse.move(300, 300)
    assert window.stretches() == []
    assert window.chosen == ""


def test_a_quotation_in_pieces_lights_only_its_pieces(visit: Visit) -> None:
    several = [r for r in expected.references("quotes") if len(expected.words(r)) > 1]
    assert several == ["quotes/q013"]
    window = visit("case", several[0])
    assert window.stretches() == expected.words(several[0])
    lit = "".join(window.stretches())
    assert len(lit) < len(expected.row(several[0])["exact"])
    assert " … " in window.words("#detail .span q")


def test_rows_that_refer_to_a_row_show_softly(visit: Visit) -> None:
    window = visit("case", "claims/c001")
    links = expected.holding("claim", "c001", "claim_mentions")
    inside = expected.joined([p for r in links for p in expected.spans()[r]])
    lit = expected.joined(expected.spans()["claims/c001"])
    assert all(any(s <= start and end <= e for s, e in lit) for start, end in inside)
    window.go("actors/huawei")
    assert window.stretches() == expected.words("actors/huawei")
    assert len(window.stretches("soft")) > 5


def test_pointing_elsewhere_leaves_the_chosen_row(visit: Visit) -> None:
    window = visit("case", "claims/c001")
    window.row("claims/c002").hover()
    assert window.stretches() == expected.words("claims/c002")
    window.page.mouse.move(300, 300)
    assert window.stretches() == expected.words("claims/c001")
    assert window.chosen == "claims/c001"


@pytest.mark.parametrize("point", ["first mention", "overlap", "quotation"])
def test_a_click_on_words_lists_the_rows_of_all_tables_that_rest_on_them(
    visit: Visit, point: str
) -> None:
    window = visit("case")
    reference = {"first mention": "mentions/m001", "overlap": "mentions/m003"}
    start, _ = expected.spans()[reference.get(point, "quotes/q003")][0]
    mark = window.place(start)
    start, end = (int(mark.get_attribute(f"data-{edge}") or "") for edge in ("start", "end"))
    mark.click()
    assert window.rows == expected.on(start, end)
    assert len({r.split("/")[0] for r in window.rows}) > 2
    assert window.count == len(expected.on(start, end))
    assert window.at("#chips button").count() == 1
    assert window.at("#text .asked").count() >= 1
    window.at("#chips button").click()
    assert window.words("#count") == "178 of 349 rows"


def test_every_stretch_brings_the_rows_that_rest_on_it(visit: Visit) -> None:
    """Click on each marked stretch of the text, one after the other."""
    window = visit("case")
    found = window.run(
        """() => [...document.querySelectorAll("#text mark.seg")].map((mark) => {
          mark.click();
          return [Number(mark.dataset.start), Number(mark.dataset.end),
            document.getElementById("count").textContent];
        })"""
    )
    assert len(found) > 200
    for start, end, told in found:
        assert told == f"{len(expected.on(start, end))} of 349 rows", (start, end)


def test_selecting_words_is_no_click(visit: Visit) -> None:
    window = visit("case")
    box = window.at("#text mark").first.bounding_box()
    assert box is not None
    window.page.mouse.move(box["x"] + 2, box["y"] + 4)
    window.page.mouse.down()
    window.page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 4, steps=4)
    window.page.mouse.up()
    assert window.run("getSelection().toString()")
    assert window.words("#count") == "178 of 349 rows"


def test_previous_and_next_go_through_the_list(visit: Visit) -> None:
    window = visit("case")
    own = window.rows
    window.row(own[0]).click()
    for _ in range(3):
        window.at("#next").click()
    assert window.chosen == own[3]
    window.at("#prev").click()
    assert window.chosen == own[2]
    assert window.stretches() == expected.words(own[2])
    window.at("#close").click()
    assert window.chosen == ""
    window.page.mouse.move(300, 300)  # from the row that is under the button now
    assert window.stretches() == []


def test_a_row_is_shown_whole_with_what_it_refers_to(visit: Visit) -> None:
    window = visit("case", "claims/c009")
    row = expected.row("claims/c009")
    told = window.words("#cells")
    assert row["gloss"] in told
    assert row["exact"] in told
    for column, value in row.items():
        if value and column not in ("claimant", "quote", "stance_holder"):
            assert value in told or column.endswith(("start", "end")), column
    links = window.at("#cells dl a.row-link").all()
    found = {link.get_attribute("href") for link in links}
    assert found == {"#actors/link", "#quotes/q003"}
    window.at('#cells a[href="#actors/link"]').click()
    assert window.chosen == "actors/link"
    assert window.run("location.hash") == "#actors/link"
    assert window.run("document.activeElement.id") == "detail-title"
    back = window.at("#cells .referrers a").count()
    assert back > 5
