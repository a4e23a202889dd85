"""The documentation site: links, dialect, diagram, notebook, and the check of what is built."""

from __future__ import annotations

import doctest
import importlib
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import smartcity_case as sc
from website.__main__ import is_taken, main
from website.check import faults, misread, missing_places
from website.diagram import fence, read_mermaid, svg
from website.dialect import as_python_markdown
from website.links import carried_over, paths_named
from website.notebook import read_notebook
from website.page import read_page
from website.reference import GROUPS, fenced_examples, on_object, reference_pages


@pytest.mark.parametrize("name", ["check", "diagram", "dialect", "links", "page", "reference"])
def test_the_examples_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"website.{name}")).failed == 0


# Links

PAGES = {"docs/a.md": "a.md", "RIGHTS.md": "rights.md", "docs/api/b.md": "api/b.md"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[b](api/b.md)", "[b](api/b.md)"),
        ("[r](../RIGHTS.md#the-article)", "[r](rights.md#the-article)"),
        ("![p](../x/p.png)", "p (`x/p.png`)"),
        ("[`src/a.py`](../src/a.py#L3)", "`src/a.py`"),
        ("[a.py](../src/a.py)", "a.py"),
        ("[two\nlines](../src/a.py)", "two\nlines (`src/a.py`)"),
        ("`[r](../RIGHTS.md)` and ``[`r`](../RIGHTS.md)``",) * 2,
        ("```text\n[r](../RIGHTS.md)\n```\n",) * 2,
        (
            "~~~\n[r](../RIGHTS.md)\n~~~\n[r](../RIGHTS.md)",
            "~~~\n[r](../RIGHTS.md)\n~~~\n[r](rights.md)",
        ),
        ("[w](https://example.org/a.md) [h](#here) [m](mailto:a@example.org)",) * 2,
    ],
)
def test_a_link_leads_to_the_page_of_the_site_or_nowhere(text: str, expected: str) -> None:
    assert carried_over(text, "docs/a.md", "a.md", PAGES) == expected


def test_a_link_out_of_a_folder_is_told_from_there() -> None:
    text = "[a](docs/a.md) [r](RIGHTS.md)"
    shown = carried_over(text, "README.md", "api/readme.md", PAGES)
    assert shown == "[a](../a.md) [r](../rights.md)"
    assert paths_named(text + " `[x](y)`", "README.md") == ["docs/a.md", "RIGHTS.md"]


# The dialect


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Satz:\n- eins\n- zwei", "Satz:\n\n- eins\n- zwei"),
        ("- eins\n  - innen\n  - zwei\n- drei", "- eins\n    - innen\n    - zwei\n- drei"),
        ("- eins\n  weiter\n- zwei", "- eins\n    weiter\n- zwei"),
        ("- eins\n\n  Absatz darin\n\nEnde", "- eins\n\n    Absatz darin\n\nEnde"),
        ("1. eins\n   weiter\n\n   mehr\n2. zwei", "1. eins\n    weiter\n\n    mehr\n2. zwei"),
        ("10. eins\n    weiter", "10. eins\n    weiter"),
        ("a - b\n-c\n2018 war", "a - b\n-c\n2018 war"),
        ("\\~ \\< \\* `\\~` ``\\<``", "&#126; &#60; \\* `\\~` ``\\<``"),
        ("| `x\\|y` | z |\n", "| `x|y` | z |\n"),
        ("`x\\|y` | z\n", "`x\\|y` | z\n"),
    ],
)
def test_a_page_is_written_as_the_other_dialect_wants_it(text: str, expected: str) -> None:
    assert as_python_markdown(text) == expected


@given(st.lists(st.sampled_from(["- eins", "- zwei", "  - innen", "", "Absatz."]), max_size=12))
@example(["Absatz.", "- eins", "  - innen", "- zwei"])
def test_nothing_is_lost_and_no_fence_is_touched(lines: list[str]) -> None:
    text = "\n".join(lines)
    shown = as_python_markdown(text)
    assert [line.strip() for line in shown.split("\n") if line.strip()] == [
        line.strip() for line in lines if line.strip()
    ]
    block = f"```text\n{text}\n```\n"
    assert as_python_markdown(block) == block


# The diagram

MERMAID = """\
flowchart LR
  r0(["diario"])
  r1["especies<br>↺ madre"]
  r2["a#60;b#62;"]
  r2 -- "especie<br>otra" --> r1
  r2 -. "start, end<br>optional un_inicio_largo, un_fin_largo" .-> r0
  r1 -. "desde, hasta" .-> r0
  classDef text stroke-dasharray:4 3
  class r0 text
"""


def test_a_diagram_has_every_table_field_and_arrow_and_says_them_in_words() -> None:
    nodes = read_mermaid(MERMAID)
    assert [node.name for node in nodes.values()] == ["diario", "especies", "a<b>"]
    root = ElementTree.fromstring(svg(MERMAID))
    words = [element.text for element in root.iter("text")]
    for name in ("diario", "especies", "↺ madre", "a<b>", "especie", "otra", "start, end"):
        assert name in words
    kinds = [path.get("class") for path in root.iter("path")]
    assert (kinds.count("key"), kinds.count("span")) == (1, 2)
    told = root.get("aria-label")
    assert told is not None
    assert "a<b> refers to especies by especie, otra" in told
    assert "especies points into the text diario by desde, hasta" in told
    assert "especies refers to itself by madre" in told
    assert "<svg" in fence(MERMAID, "mermaid", "", {}, None, classes=[])


def test_no_box_of_a_diagram_lies_over_another_and_arrows_lead_right() -> None:
    root = ElementTree.fromstring(svg(MERMAID))
    (_, _, width, height) = map(float, (root.get("viewBox") or "").split())
    boxes = [
        [float(rect.get(name) or 0) for name in ("x", "y", "width", "height")]
        for rect in root.iter("rect")
    ]
    for at, (x, y, w, h) in enumerate(boxes):
        assert x + w <= width
        assert y + h <= height
        for x2, y2, w2, h2 in boxes[at + 1 :]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y
    (key,) = (path.get("d") or "" for path in root.iter("path") if path.get("class") == "key")
    start, *_, end = re.findall(r"(-?\d+) -?\d+", key)
    assert int(start) < int(end)


def test_a_circle_of_references_is_drawn() -> None:
    circle = 'r0["a"]\nr1["b"]\nr0 -- "x" --> r1\nr1 -- "y" --> r0\n'
    root = ElementTree.fromstring(svg(circle))
    assert [path.get("class") for path in root.iter("path")].count("key") == 2


# The notebook


def cell(kind: str, source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"cell_type": kind, "source": source.splitlines(keepends=True)}
    return made | ({"outputs": list(outputs)} if kind == "code" else {})


def test_a_notebook_shows_text_code_and_what_it_gave() -> None:
    outputs: list[dict[str, Any]] = [
        {"output_type": "stream", "text": ["1 < 2\n", "„zwei“"]},
        {"output_type": "execute_result", "data": {"text/html": ["<b>x</b>"], "text/plain": "x"}},
        {"output_type": "display_data", "data": {"image/svg+xml": "<svg></svg>"}},
        {"output_type": "display_data", "data": {"image/png": "QQ==\n", "text/plain": '"Bild"'}},
    ]
    cells = [cell("markdown", "# Titel\n\nText"), cell("code", "a = 1\na", *outputs)]
    page, shown = read_notebook(json.dumps({"cells": [*cells, cell("raw", "x")]}), "heft")
    assert page.startswith("# Titel\n\nText\n\n````python\na = 1\na\n````\n\n<div id=")
    given = list(shown.values())
    assert "<code>1 &lt; 2\n„zwei“</code>" in given[0]
    assert "<b>x</b>" in given[1]
    assert "<svg></svg>" in given[2]
    assert 'alt="&quot;Bild&quot;" src="data:image/png;base64,QQ=="' in given[3]
    assert all(page.count(mark) == 1 for mark in shown)


def test_a_notebook_that_was_saved_with_an_error_is_no_page() -> None:
    failed = {"output_type": "error", "ename": "KeyError", "evalue": "", "traceback": []}
    with pytest.raises(ValueError, match="KeyError"):
        read_notebook(json.dumps({"cells": [cell("code", "x", failed)]}), "heft")


# The API


def test_every_public_name_has_one_place() -> None:
    pages = reference_pages(sc._HOMES)
    assert set(pages) == {group.page for group in GROUPS}
    named = re.findall(r"^::: (\S+)\.(\w+)$", "".join(pages.values()), re.M)
    assert sorted(name for _, name in named) == sorted(set(sc.__all__) - {"__version__"})
    for home, name in named:
        assert hasattr(importlib.import_module(home), name)
    with pytest.raises(ValueError, match="new_name"):
        reference_pages({**sc._HOMES, "smartcity_case": ("new_name",)})


def test_examples_of_a_docstring_end_where_a_line_is_empty() -> None:
    text = "A.\n\n  >>> if x:\n  ...     y\n  1\n\nB.\n\n>>> z"
    assert fenced_examples(text) == (
        "A.\n\n  ```pycon\n  >>> if x:\n  ...     y\n  1\n  ```\n\nB.\n\n```pycon\n>>> z\n```"
    )


def test_what_has_no_docstring_gets_none() -> None:
    bare, told = SimpleNamespace(docstring=None), SimpleNamespace(value=">>> 1\n1")
    on_object(bare)
    on_object(SimpleNamespace(docstring=told))
    assert bare.docstring is None
    assert told.value == "```pycon\n>>> 1\n1\n```"


# The check: each fault is found, and nothing else


def page(body: str = "", title: str = "Eins", head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body><h1>A</h1>{body}</body></html>"


GOOD = {
    "index.html": page('<a href="b.html#da">b</a><a href="https://example.org">w</a>'),
    "b.html": page('<p id="da">x</p><img src="c.png" alt="ein Bild">', "Zwei"),
    "c.png": "",
    "a.css": "p { background: url(c.png) }",
    "a.js": 'fetch("a.json") // https://example.org',
}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("d.html", page('<a href="weg.html">x</a>', "D"), "weg.html leads to no file"),
        ("d.html", page('<a href="b.html#weg">x</a>', "D"), "#weg leads to no place of b.html"),
        ("d.html", page('<a href="#weg">x</a>', "D"), "#weg leads to no place of d.html"),
        ("d/e.html", page('<a href="../../b.html">x</a>', "D"), "leads to no file"),
        ("d.html", page("<h1>B</h1>", "D"), "2 headings of the first level"),
        ("d.html", page('<img src="c.png">', "D"), "say nothing to whoever does not see them"),
        ("d.html", page('<iframe src="b.html"></iframe>', "D"), "a frame has no title"),
        ("d.html", page('<p id="a"></p><p id="a"></p>', "D"), "the id a stands 2 times"),
        ("d.html", page(), "the title of index.html: Eins"),
        ("d.html", page("", ""), "no title"),
        ("d.html", page('<script src="//host.example/a.js"></script>', "D"), "from elsewhere"),
        ("d.html", page('<img alt="x" src="https://host.example/a.png">', "D"), "from elsewhere"),
        ("d.html", page("", "D", '<link rel="stylesheet" href="http://h.example/">'), "elsewhere"),
        ("d.html", page("", "D", "<style>@import 'https://h.example/a'</style>"), "elsewhere"),
        ("d.html", page('<p style="background: url(https://h.example/)">', "D"), "elsewhere"),
        ("d.css", "@import url(https://h.example/a.css)", "loaded from elsewhere"),
        ("d.js", 'load("https://h.example/a.js")', "names the host h.example"),
    ],
)
def test_a_fault_of_a_site_is_found(path: str, text: str, expected: str) -> None:
    assert list(faults(GOOD)) == []
    (found,) = faults({**GOOD, path: text})
    assert found.startswith(f"{path}: ")
    assert expected in found


def test_rows_of_the_viewer_are_places_that_its_script_makes() -> None:
    viewer = {**GOOD, "viewer/case.html": page('<p id="text"></p><a href="#text">t</a>', "V")}
    link = '<a href="viewer/case.html#{}">x</a>'
    assert list(faults({**viewer, "d.html": page(link.format("birds/b1"), "D")})) == []
    assert len(list(faults({**viewer, "d.html": page(link.format("gone"), "D")}))) == 1


def test_the_page_for_what_is_not_found_leads_from_the_top() -> None:
    assert list(faults({**GOOD, "404.html": page('<a href="/b.html">b</a>')})) == []
    assert list(faults({**GOOD, "404.html": page('<a href="/c.html">b</a>')}))


def test_a_page_that_reads_otherwise_than_its_source_is_found() -> None:
    source = "Zwei:\n\n- *eins*\n- [zwei](weg.py)\n"
    right = "<p>Zwei:</p><ul><li><em>eins</em></li><li>zwei (<code>docs/weg.py</code>)</li></ul>"
    for made, expected in (
        (right, []),
        (right.replace("eins", "keins"), ["eins"]),
        (right.replace("<em>eins</em>", "eins"), ["'em': (1, 0)"]),
    ):
        article = f'<h1>N</h1><article class="md-content__inner">{made}</article>'
        found = list(misread(source, article, "docs/a.md", "a.md", {}))
        assert len(found) == len(expected)
        assert all(part in fault for part, fault in zip(expected, found, strict=True))


def test_places_that_are_missing_are_named() -> None:
    wanted = {"span.moved": "spanmoved", "span.absent": "spanabsent"}
    found = list(missing_places('<h3 id="spanmoved">x</h3>', "f.html", wanted))
    assert found == ["f.html: no place for span.absent"]


@pytest.mark.parametrize(("given", "code"), [(["--help"], 0), (["--output", "x"], 2), (["-x"], 2)])
def test_an_option_is_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["website", *given])
    assert main() == code
    assert not list(tmp_path.iterdir())


def test_a_folder_with_other_files_is_not_emptied(tmp_path: Path) -> None:
    assert not is_taken(tmp_path / "new")
    assert not is_taken(tmp_path)
    (tmp_path / "mine.txt").write_text("x", "utf-8")
    assert is_taken(tmp_path)
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/site.css").write_text("", "utf-8")
    assert not is_taken(tmp_path)


def test_what_is_hidden_or_no_word_is_not_read() -> None:
    assert read_page('<a name="da"></a>').ids == {"da": 1}
    text = '<p>a<script>b</script><a class="headerlink" href="#">¶</a><br/>c<path/></p></div>d'
    assert read_page(text, whole=True).words == "acd"
