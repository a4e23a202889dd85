"""Addresses of rows, and what is copied of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

import smartcity_case as sc
from browser import expected, packages
from browser.looking import Window
from viewing import payload_of, short

Visit = Callable[..., Window]
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.mark.parametrize(
    "reference",
    [
        *("claims/c007", "claims/c010:stance_exact", "smartcity-case@1.0.0#claims/c007"),
        *(
            "smartcity-case@1.0.0#claims/c010:stance_exact",
            "quote_parts/p004",
            "actors/bdi",
        ),
    ],
)
def test_an_address_shows_its_row(visit: Visit, reference: str) -> None:
    window = visit("case", reference)
    name = reference.split("#")[-1].split(":")[0]
    assert window.chosen == name
    assert window.stretches() == expected.words(name)
    assert window.in_sight()
    assert window.row(name).get_attribute("aria-selected") == "true"


def test_the_box_of_a_table_is_ticked_if_its_row_is_named(visit: Visit) -> None:
    window = visit("case", "quote_parts/p004")
    assert window.at('#tables [value="quote_parts"]').is_checked()
    assert window.count == 178 + len(expected.tables()["quote_parts"])


@pytest.mark.parametrize(
    "reference",
    ["claims/c999", "nowhere/c007", "smartcity-case@9.9.9#claims/c007", "claims", "%E0%A4%A"],
)
def test_an_address_of_no_row_says_so(visit: Visit, reference: str) -> None:
    window = visit("case", reference)
    assert window.words("#count") == f"There is no row {reference} in this release."
    assert window.chosen == ""
    assert window.at("#rows [role=option]").count() > 2


def test_back_and_forward_go_through_the_rows_that_were_chosen(visit: Visit) -> None:
    window = visit("case")
    own = window.rows
    for reference in own[:2]:
        window.row(reference).click()
    assert window.run("location.hash") == f"#{own[1]}"
    window.page.go_back()
    assert window.chosen == own[0]
    window.page.go_back()
    assert window.chosen == ""
    window.page.go_forward()
    assert window.chosen == own[0]
    assert window.stretches() == expected.words(own[0])


def test_an_address_that_is_typed_in_is_followed(visit: Visit) -> None:
    window = visit("case", "claims/c001")
    window.run("location.hash = '#claims/c020'")
    window.page.wait_for_function(
        "() => document.getElementById('detail-title').textContent.includes('c020')"
    )
    assert window.chosen == "claims/c020"


def test_keys_that_need_to_be_encoded_are_found(
    visit: Visit, page_of: Callable[[str], Path]
) -> None:
    payload = payload_of(page_of("hostile").read_text("utf-8"))
    window = visit("hostile")
    count = 0
    for table in payload["tables"]:
        for row in range(len(table["rows"])):
            name = short(table, row)
            window.run("name => { location.hash = '#' + name; }", name)
            window.page.wait_for_function(
                "name => document.getElementById('detail-title').textContent === name", arg=name
            )
            assert unquote(name.split("/", 1)[1]) == packages.ODD_KEYS[row]
            count += 1
    assert count == 3 * len(packages.ODD_KEYS)
    assert window.words("#count").endswith(f"{count} rows")


@pytest.mark.parametrize("key", ["ü 🐦", "%41", "a/b", "a#b", "__proto__", "?q=1&r=\"'", ".."])
def test_the_link_of_a_row_leads_to_it(
    visit: Visit, page_of: Callable[[str], Path], key: str
) -> None:
    table = payload_of(page_of("hostile").read_text("utf-8"))["tables"][1]
    name = short(table, packages.ODD_KEYS.index(key))
    window = visit("hostile", name, **CLIPBOARD)
    assert window.chosen == name
    window.at("#link").click()
    window.page.wait_for_function(
        "() => document.getElementById('live').textContent === 'Link copied.'"
    )
    link = window.run("navigator.clipboard.readText()")
    assert link == f"{window.address}#{name}"
    window.page.goto("about:blank")
    window.page.goto(link)
    assert window.chosen == name


def test_the_citation_of_a_row_is_copied(visit: Visit) -> None:
    window = visit("case", "claims/c010", **CLIPBOARD)
    window.at("#cite").click()
    window.page.wait_for_function("() => document.getElementById('live').textContent !== ''")
    window.at("#citation-told").get_by_text("Citation copied.").wait_for()
    copied = window.run("navigator.clipboard.readText()")
    assert copied == window.words("#citation-text")
    assert copied + "\n" == sc.cite(rows=["claims/c010"])
    window.at("#next").click()
    assert window.at("#citation").is_hidden()


def test_without_a_clipboard_the_citation_is_selected(visit: Visit) -> None:
    window = visit("case", "claims/c010")
    window.run("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    window.at("#cite").click()
    window.at("#citation-told").get_by_text("Not copied").wait_for()
    assert window.run("getSelection().toString()").strip() == window.words("#citation-text")
    assert "Not copied" in window.words("#live")


@pytest.mark.parametrize("name", ["toy", "withheld"])
def test_rows_of_other_packages_are_cited_as_the_library_cites_them(
    visit: Visit, page_of: Callable[[str], Path], name: str
) -> None:
    root = page_of(name).parent / ("aves" if name == "toy" else "out")
    window = visit(name)
    for key in ("avistamientos/a1", "avistamientos/a2", "especies/garza"):
        window.run("name => { location.hash = '#' + name; }", key)
        window.page.wait_for_function(
            "name => document.getElementById('detail-title').textContent === name", arg=key
        )
        window.at("#cite").click()
        assert window.words("#citation-text") + "\n" == sc.cite(root, key)
