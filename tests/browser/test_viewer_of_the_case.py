"""The page of the case, used as a person uses it: by mouse, by keyboard, on paper."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import smartcity_case as sc
from chromium import Look, choose, click_words, count, draw_all, expect_text, refs, stretches
from smartcity_case.rowid import RowReference

if TYPE_CHECKING:
    import pandas as pd

    from smartcity_case.dataset import Dataset

FRONT = ("claims", "actors", "quotes", "technologies", "mentions")
"""Tables that are shown at first: those whose rows need no row of another."""


@pytest.fixture(scope="module")
def case() -> Dataset:
    return sc.load()


@pytest.fixture(scope="module")
def page_of_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("page") / "case.html"
    sc.view(None, out)
    return out


def spans(case: Dataset) -> list[tuple[str, int, int]]:
    """Every stretch that is marked: whose it is, and its offsets; quotes are made of parts."""
    parts = case["quote_parts"].query("role == 'content'")
    columns = (parts[name] for name in ("quote", "start", "end"))
    return [
        (f"{table}/{key}", *placed.span)
        for table in case
        for key in case[table].index
        for _, placed, _ in case.spans_of(table, key)
        if table != "quotes"
    ] + [(f"quotes/{quote}", start, end) for quote, start, end in zip(*columns, strict=True)]


def named(table: str, frame: pd.DataFrame) -> set[str]:
    return {f"{table}/{key}" for key in frame.index}


def test_every_row_of_the_case_is_there(case: Dataset, page_of_case: Path, look: Look) -> None:
    page = look(page_of_case)
    assert page.inner_text("#verdict") == "valid"
    assert page.locator("#text").evaluate("pane => pane.textContent") == case.source.text
    assert set(refs(page)) == {f"{t}/{key}" for t in FRONT for key in case[t].index}
    for box in page.locator("#tables input").all():
        box.check()
    every = refs(page)
    assert len(every) == count(page) == sum(len(case[table]) for table in case) == len(set(every))
    first: dict[str, int] = {}
    for name, start, _ in spans(case):
        first[name] = min(start, first.get(name, start))
    assert every == sorted(every, key=lambda name: first[name])  # in the order of the text


def test_a_row_under_the_mouse_lights_its_words(
    case: Dataset, page_of_case: Path, look: Look
) -> None:
    page = look(page_of_case)
    page.locator("#tables input").last.check()
    for name in ("claims/c029", "actors/murrack", "technologies/5g", "technology_statuses/s004"):
        table, key = name.split("/")
        page.fill("#search", name)
        page.hover(f'[data-ref="{name}"]')
        page.wait_for_selector("#text .lit")
        placed = case.placed(table, key)
        assert placed is not None
        if table == "actors":  # the role is inside of the words
            assert stretches(page, ".lit") == [tuple(placed.span)]
        lit = page.locator("#text .lit").all_inner_texts()
        assert case.source.text[slice(*placed.span)] in "".join(lit)
        page.wait_for_function(
            """() => { const words = document.querySelector("#text .lit").getClientRects()[0];
                       const pane = document.getElementById("text").getBoundingClientRect();
                       return words.top >= pane.top && words.bottom <= pane.bottom + 1; }"""
        )
        page.mouse.move(5, 5)
        page.wait_for_selector("#text .lit", state="detached")


def test_a_discontinuous_quote_is_one(case: Dataset, page_of_case: Path, look: Look) -> None:
    page = look(page_of_case)
    parts = case["quote_parts"]
    for quote in case["quotes"].index:
        page.goto(f"{page_of_case.as_uri()}#quotes/{quote}")
        expect_text(page, "#detail-title", f"quotes/{quote}")
        own = parts[(parts["quote"] == quote) & (parts["role"] == "content")]
        expected = sorted(zip(own["start"], own["end"], strict=True))
        lit = stretches(page, ".lit")
        assert lit == expected, quote
        others = parts[(parts["quote"] == quote) & (parts["role"] != "content")]
        soft = stretches(page, ".soft")
        for start, end in zip(others["start"], others["end"], strict=True):
            covered = [s for s in [*lit, *soft] if s[0] < end and s[1] > start]
            assert covered, (quote, start)


def test_words_that_are_clicked_show_every_row_on_them(
    case: Dataset, page_of_case: Path, look: Look
) -> None:
    page = look(page_of_case)
    draw_all(page)
    every = spans(case)
    segments = page.locator("#text mark.on")
    for number in range(0, segments.count(), 17):
        segment = segments.nth(number)
        start, end = (int(segment.get_attribute(f"data-{n}") or "") for n in ("start", "end"))
        click_words(page, segment)
        expected = {name for name, first, last in every if first < end and last > start}
        assert set(refs(page)) == expected, (start, end)
        assert count(page) == len(expected) > 0
        page.click("#chips button")
        assert count(page) == sum(len(case[table]) for table in FRONT)


def test_filters_count_what_pandas_counts(case: Dataset, page_of_case: Path, look: Look) -> None:
    page = look(page_of_case)
    claims, quotes = case["claims"], case["quotes"]
    expected = {
        ("stance", "critical"): named("claims", claims[claims["stance"] == "critical"]),
        ("claimant", "murrack"): named("claims", claims[claims["claimant"] == "murrack"]),
        ("speaker", "murrack"): named("quotes", quotes[quotes["speaker"] == "murrack"]),
        ("category", "mobility"): named(
            "technologies", case["technologies"].query("category == 'mobility'")
        ),
        ("mood", "subjunctive-1"): named("claims", claims[claims["mood"] == "subjunctive-1"])
        | named("quotes", quotes[quotes["mood"] == "subjunctive-1"]),
        ("actor_type", "person"): named("actors", case["actors"].query("type == 'person'")),
    }
    for (facet, value), rows in expected.items():
        known = facet if facet != "actor_type" else "actors.type"
        choose(page, known, value)
        assert set(refs(page)) == rows, facet
        assert rows
        page.click("#clear")
    for table in FRONT:
        page.locator(f'#tables input[value="{table}"]').uncheck()
        assert count(page) == sum(len(case[t]) for t in FRONT if t != table)
        page.click("#clear")
    choose(page, "stance", "critical")
    choose(page, "claimant", "pattloch")
    both = claims[(claims["stance"] == "critical") & (claims["claimant"] == "pattloch")]
    assert set(refs(page)) == named("claims", both)
    page.locator("#chips button", has_text="Claimant").click()
    assert set(refs(page)) == named("claims", claims[claims["stance"] == "critical"])


def about(case: Dataset, target: str, key: str) -> set[str]:
    """The row itself, what refers to it, and the claims that are linked with one of these."""
    near = {f"{target}/{key}"}
    references = {
        "actors": {
            "claims": ["claimant", "claimant_alternative", "stance_holder"],
            "actors": ["affiliation"],
            "quotes": ["speaker", "speaker_alternative", "addressee"],
            "mentions": ["actor", "actor_alternative"],
        },
        "technologies": {"mentions": ["technology"], "technology_statuses": ["technology"]},
    }[target]
    for table, columns in references.items():
        frame = case[table]
        for name in columns:
            near |= named(table, frame[frame[name] == key])
    links = case["claim_mentions"]
    mentions = {name.split("/")[1] for name in near if name.startswith("mentions/")}
    claims = {name.split("/")[1] for name in near if name.startswith("claims/")}
    linked = links[links["mention"].isin(mentions) | links["claim"].isin(claims)]
    near |= named("claim_mentions", linked)
    near |= {f"claims/{claim}" for claim in linked["claim"]}
    return near | {f"mentions/{mention}" for mention in linked["mention"]}


@pytest.mark.parametrize(
    ("target", "key"), [("actors", "huawei"), ("actors", "pattloch"), ("technologies", "5g")]
)
def test_all_about_an_actor_or_a_technology(
    case: Dataset, page_of_case: Path, look: Look, target: str, key: str
) -> None:
    page = look(page_of_case)
    for box in page.locator("#tables input").all():
        box.check()
    choose(page, f"→{target}", key)
    assert set(refs(page)) == about(case, target, key)


def test_search_finds_rows_and_places(case: Dataset, page_of_case: Path, look: Look) -> None:
    page = look(page_of_case)
    page.fill("#search", "huawei")
    text = case.source.text.lower()
    assert page.inner_text("#hits").startswith(f"{text.count('huawei')} places in the text")
    assert "claims/c001" in refs(page)
    page.press("#search", "Enter")
    expect_text(page, "#live", "place 1 of 7")
    page.fill("#search", "(((")
    assert count(page) == 0
    assert page.inner_text("#hits") == "0 places in the text"


def test_what_has_no_row(case: Dataset, page_of_case: Path, look: Look) -> None:
    page = look(page_of_case)
    draw_all(page)
    page.check("#uncoded")
    shown = [span for span in spans(case) if span[0].split("/")[0] in FRONT]
    assert stretches(page, ".bare") == bare(case.source.text, shown)
    page.locator('#tables input[value="claims"]').uncheck()
    without = [span for span in shown if not span[0].startswith("claims/")]
    expected = bare(case.source.text, without)
    assert stretches(page, ".bare") == expected
    assert page.inner_text("#count").startswith(f"{len(expected)} stretches")
    page.focus("#rows")
    page.keyboard.press("End")
    selected = page.locator('#rows [aria-selected="true"]')
    assert selected.inner_text().startswith(f"{expected[-1][0]} to {expected[-1][1]}")


def bare(text: str, covered: list[tuple[str, int, int]]) -> list[tuple[int, int]]:
    held = [False] * len(text)
    for _, start, end in covered:
        held[start:end] = [True] * (end - start)
    edges = [0, *(n for n in range(1, len(text)) if held[n] != held[n - 1]), len(text)]
    runs = [run for run in pairwise(edges) if not held[run[0]]]
    return [(a, b) for a, b in runs if any(char.isalnum() for char in text[a:b])]


def test_the_keyboard_is_enough(page_of_case: Path, look: Look) -> None:
    page = look(page_of_case)
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        if reached[-1] == "rows":
            break
    assert {"theme", "text", "search", "uncoded", "rows"} <= set(reached)
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.get_attribute('#rows [aria-selected="true"]', "data-ref")
    assert page.inner_text("#detail-title") == chosen
    assert page.url.endswith(f"#{chosen}")
    active = page.get_attribute("#rows", "aria-activedescendant")
    assert page.get_attribute(f"#{active}", "data-ref") == chosen
    assert stretches(page, ".lit")
    page.keyboard.press("End")
    last = refs(page)[-1]
    assert page.inner_text("#detail-title") == last
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "detail-title"
    page.keyboard.press("Alt+ArrowDown")
    assert page.inner_text("#detail-title") == chosen
    page.keyboard.press("Escape")
    assert not page.is_visible("#detail")
    assert page.evaluate("document.activeElement.id") == "rows"


def test_the_text_by_keyboard(case: Dataset, page_of_case: Path, look: Look) -> None:
    page = look(page_of_case)
    page.focus("#text")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    start = int(page.get_attribute("#text .cursor", "data-start") or "")
    end = int(page.get_attribute("#text .cursor", "data-end") or "")
    assert case.source.text[start:end].strip() in page.inner_text("#live")
    page.keyboard.press("Enter")
    expected = {name for name, first, last in spans(case) if first < end and last > start}
    assert set(refs(page)) == expected
    page.keyboard.press("Escape")
    assert count(page) == sum(len(case[table]) for table in FRONT)


def test_addresses_of_rows(page_of_case: Path, look: Look) -> None:
    page = look(page_of_case, "#claims/c007")
    assert page.inner_text("#detail-title") == "claims/c007"
    for fragment in ("#claims/c018:stance_exact", "#smartcity-case@1.0.0#claims/c018"):
        other = look(page_of_case, fragment)
        assert other.inner_text("#detail-title") == "claims/c018"
    page.locator("#cells dd a", has_text="Duisburg").or_(page.locator("#cells a")).first.click()
    gone_to = page.inner_text("#detail-title")
    assert page.url.endswith(f"#{gone_to}")
    assert page.evaluate("document.activeElement.id") == "detail-title"
    page.go_back()
    expect_text(page, "#detail-title", "claims/c007")
    page.go_forward()
    expect_text(page, "#detail-title", gone_to)
    # A row of a table that is not shown at first.
    hidden = look(page_of_case, "#quote_parts/p004")
    assert hidden.inner_text("#detail-title") == "quote_parts/p004"
    assert hidden.is_checked('#tables input[value="quote_parts"]')
    for fragment in ("#claims/c999", "#nothing", "#%", "#smartcity-case@9.9.9#claims/c001"):
        absent = look(page_of_case, fragment)
        assert "There is no row" in absent.inner_text("#count")
        assert not absent.is_visible("#detail")


def test_the_citation_of_every_row(case: Dataset, page_of_case: Path, look: Look) -> None:
    page = look(page_of_case, permissions=["clipboard-read", "clipboard-write"])
    for box in page.locator("#tables input").all():
        box.check()
    every = refs(page)
    page.focus("#rows")
    page.keyboard.press("Home")
    told = page.evaluate(
        """async (count) => {
          const told = {};
          const list = document.getElementById("rows");
          const text = document.getElementById("citation-text");
          for (let i = 0; i < count; i++) {
            document.getElementById("cite").click();
            told[document.getElementById("detail-title").innerText] = text.textContent;
            await Promise.resolve();
            list.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown" }));
          }
          return told;
        }""",
        len(every),
    )
    assert set(told) == set(every)
    for name, citation in told.items():
        assert citation + "\n" == sc.cite(case, [RowReference.parse(name)]), name
    page.goto(f"{page_of_case.as_uri()}#claims/c029")
    page.click("#cite")
    expect_text(page, "#citation-told", "Citation copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied + "\n" == sc.cite(case, ["claims/c029"])
    page.click("#link")
    expect_text(page, "#citation-told", "Link copied.")
    assert page.evaluate("navigator.clipboard.readText()") == f"{page_of_case.as_uri()}#claims/c029"


def test_where_nothing_can_be_copied_it_is_selected(page_of_case: Path, look: Look) -> None:
    page = look(page_of_case, "#claims/c029")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.click("#cite")
    expect_text(page, "#citation-told", "Not copied")
    selected = page.evaluate("getSelection().toString()")
    assert "smartcity-case@1.0.0#claims/c029" in selected


def test_on_paper(case: Dataset, page_of_case: Path, look: Look) -> None:
    page = look(page_of_case)
    choose(page, "stance", "critical")
    page.emulate_media(media="print")
    page.wait_for_selector("#print li")
    critical = case["claims"].query("stance == 'critical'")
    assert page.locator("#print li").count() == len(critical)
    assert page.locator("#print li strong").all_inner_texts() == [
        f"claims/{key}" for key in critical.sort_values("start").index
    ]
    for hidden in (".panel", "#theme", "#text-help", "footer"):
        assert not page.is_visible(hidden)
    assert page.locator("#text").evaluate("e => e.scrollHeight <= e.clientHeight + 2")
    page.emulate_media(media="screen")
    pdf: Any = page.pdf()
    assert pdf.startswith(b"%PDF")
