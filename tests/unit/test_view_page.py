"""The page as HTML: what nothing from a package can leave, and what lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartcity_case as sc
from conftest import Folder
from exports import make_of, note_of, refers, table_of
from smartcity_case import viewed
from smartcity_case.viewer.page import SCRIPTS, frame, json_block, write_page
from viewing import Page

HOSTILE = (
    "</script><script>alert(1)</script>",
    "</SCRIPT\t>",
    "<!--<script>",
    "-->",
    "]]>",
    "{{payload}} {{script}} {{csp}} \\1 \\g<0>",
    "</style><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "&lt;/script&gt; &amp;",
    "\u2028\u2029\u0000\u0001\u007f\u0085\ufffe\ufeff",
    "\" ' ` onmouseover=alert(1)",
    "__proto__",
    "😀\u0308\u200d",
)


def hostile(root: Path, **more: Any) -> Path:
    """A package of which every part, cell and text would do something if it were not data."""
    text = "\n".join(HOSTILE)
    rows = []
    for number, words in enumerate(HOSTILE):
        at = text.index(words)
        rows.append([f"{words}{number}", words, words, at, at + len(words)])
    kinds = "id:string of:string words:string from:integer to:integer"
    span = {
        "fields": {"start": "from", "end": "to", "exact": "words"},
        "reference": {"resource": "note"},
    }
    table = table_of("seen", kinds, *rows, textSpans=[span], foreignKeys=[refers("seen", "of")])
    for number, field in enumerate(table["schema"]["fields"]):
        field |= {"title": HOSTILE[number], "description": HOSTILE[number + 5]}
    table["schema"]["fields"][1]["categories"] = [
        {"value": words, "label": words, "description": words} for words in HOSTILE
    ]
    table["title"] = HOSTILE[0]
    said = {"title": HOSTILE[0], "description": HOSTILE[6], "language": HOSTILE[10]}
    rights = [{"name": HOSTILE[0], "path": HOSTILE[7], "title": HOSTILE[6]}]
    return make_of(
        root, note_of(), table, files={"note.txt": text}, licenses=rights, **(said | more)
    )


def digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


@pytest.fixture(scope="module")
def case_page() -> str:
    return sc.view().page


def test_nothing_of_a_hostile_package_leaves_its_place(tmp_path: Path) -> None:
    page = sc.view(hostile(tmp_path / "p")).page
    taken = Page(page)
    kinds = [a.get("type") for tag, a in taken.elements if tag == "script"]
    assert kinds == ["application/json", None]
    assert [tag for tag, _ in taken.elements if tag in ("style", "img", "iframe", "base")] == [
        "style"
    ]
    seen = taken.payload["tables"][0]
    assert seen["columns"][2] == list(HOSTILE)
    assert taken.payload["texts"][0]["text"] == "\n".join(HOSTILE)
    assert [t["label"] for t in seen["fields"][1]["terms"]] == list(HOSTILE)
    assert len(seen["marks"]) == len(HOSTILE)
    assert taken.title.startswith("</script><script>alert(1)</script>")
    block = page[page.index('id="payload">') :]
    block = block[: block.index("</script>")]
    assert not set("<>&\u2028\u2029") & set(block.removeprefix('id="payload">'))
    assert page.count("alert(1)</script>") == 0
    assert "\0" not in page


def test_only_the_script_and_the_style_of_the_page_may_run(case_page: str) -> None:
    page = Page(case_page)
    script = page.scripts[""]
    rules = dict(rule.split(" ", 1) for rule in page.policy.split("; "))
    assert rules == {
        "default-src": "'none'",
        "script-src": digest(script),
        "style-src": digest(page.style),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    names = {name for _, attributes in page.elements for name in attributes}
    assert not [name for name in names if name == "style" or name.startswith("on")]
    assert page.elements.index(("html", {"lang": "en"})) == 0
    # The policy comes before anything that it is to hold for.
    assert case_page.index("Content-Security-Policy") < case_page.index("<style")


def test_the_page_asks_for_nothing_from_anywhere(case_page: str) -> None:
    for tag, attributes in Page(case_page).elements:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form")
        for name in ("src", "href", "action", "poster", "srcset"):
            assert (attributes.get(name) or "#").startswith("#"), (tag, attributes)
    style = Page(case_page).style
    assert "@import" not in style
    assert all(found.startswith("data:") for found in re.findall(r"url\(['\"]?([^)]+)", style))


def test_the_script_is_strict_and_ends_no_element_too_early(case_page: str) -> None:
    script = Page(case_page).scripts[""]
    assert script.startswith('(() => {\n"use strict";\n')
    assert script.endswith("\n})();")
    assert len(SCRIPTS) == len(set(SCRIPTS))
    assert "innerHTML" not in script
    assert "eval(" not in script
    for part in (script, Page(case_page).style):
        assert not re.search(r"</(script|style)|<!--", part, re.I)
    assert not re.search(r"\{\{\w+\}\}", case_page.replace(Page(case_page).scripts[""], ""))


def test_the_same_package_makes_the_same_page(case_page: str) -> None:
    assert sc.view(threads=3).page == case_page


def test_the_page_of_the_case_is_small(case_page: str) -> None:
    assert len(case_page.encode()) < 500_000


def test_all_of_the_page_is_one_line_of_json(case_page: str) -> None:
    block = Page(case_page).scripts["application/json"]
    assert "\n" not in block
    assert json.loads(block) == json.loads(html.unescape(block))


@given(st.text(st.characters(codec=None)))
def test_json_comes_out_of_the_page_as_it_went_in(text: str) -> None:
    block = json_block({"cell": text, text: 1})
    assert json.loads(block) == {"cell": text, text: 1}
    assert not set("<>&\u2028\u2029") & set(block)
    assert block.isprintable() or block.encode()
    block.encode("utf-8")


def test_a_package_without_a_name_has_a_page_with_a_title(tmp_path: Path) -> None:
    package = make_of(tmp_path / "p", note_of(), files={"note.txt": "Wort"}, name="", version="")
    assert Page(sc.view(package).page).title == "data package"


def test_a_payload_is_all_that_a_page_is_made_of(case_page: str) -> None:
    assert write_page(Page(case_page).payload) == case_page


# in a notebook


def test_a_notebook_shows_the_page_in_a_frame_that_can_do_no_more(tmp_path: Path) -> None:
    made = sc.view(hostile(tmp_path / "p", name='a"><script>alert(1)</script>'))
    shown = made._repr_html_()
    ((tag, attributes),) = Page(shown).elements
    assert tag == "iframe"
    assert attributes["srcdoc"] == made.page
    assert (attributes["sandbox"], attributes["allow"]) == ("allow-scripts", "clipboard-write")
    assert "width:100%" in (attributes["style"] or "")
    assert 'a"><script>alert(1)</script>' in (attributes["title"] or "")
    assert set(attributes) == {"srcdoc", "sandbox", "allow", "title", "style"}


def test_a_page_that_is_long_is_no_output_of_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewed, "_IN_A_NOTEBOOK", 100)
    page = sc.Viewed("<p>" * 50, sc.Report("<b>", "1", (), (), ()))
    assert page._repr_html_() == (
        "<p>Viewed(&lt;b&gt; 1: 0 findings; 150 characters of HTML): too long for a notebook; give "
        "`out`</p>"
    )


def test_a_frame_is_as_high_as_asked() -> None:
    ((_, attributes),) = Page(frame("<p>", "t", "40rem")).elements
    assert "height:40rem" in (attributes["style"] or "")


def test_what_is_viewed_is_told_in_a_line(toy: Folder, tmp_path: Path) -> None:
    toy.replace("avistamientos", "18,28", "17,27")
    made = sc.view(toy.root, tmp_path / "page.html")
    assert re.fullmatch(
        rf"Viewed\(aves 0\.1\.0: \d+ findings?; \d+ characters of HTML in {tmp_path}/page\.html\)",
        repr(made),
    )
    assert (tmp_path / "page.html").read_bytes() == made.page.encode()
    assert made.out == str(tmp_path / "page.html")
    nameless = make_of(tmp_path / "p", note_of(), files={"note.txt": "Wort"}, name="")
    assert repr(sc.view(nameless)).startswith("Viewed(a package: ")
    assert 'title="data package' in sc.view(nameless)._repr_html_()
