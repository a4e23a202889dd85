"""The page of other packages: hostile, faulty, with several texts, without words, large."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

import anywhere
import smartcity_case as sc
from chromium import Look, choose, click_words, count, draw_all, refs, stretches
from conftest import TOY_TEXT, Folder, copy_release, make_toy

SCRIPT = "</script><script>window.hacked = 1</script>"
NAMES = (
    *("__proto__", "constructor", "toString", "javascript:window.hacked=1", "a/b#c:d%e@f", "ä ö"),
    *('"><img src=x onerror=window.hacked=1>', SCRIPT, "<!--", "{{payload}}", "\u202eabc", "🐦"),
)
HOSTILE_TEXT = (
    f"🐦 Vor allem: {SCRIPT} <!-- und\r\n\x00 cafe\u0301 {{{{script}}}} \u202eשלום\u202c "
    f"<img src=x onerror=window.hacked=1> 👩‍👩‍👧 Ende.\n"
)
HOSTILE_WORDS = (
    *("🐦", SCRIPT, "<!-- und\r\n\x00 cafe\u0301", "\u202eשלום\u202c", "👩‍👩‍👧", "Ende"),
    "<img src=x onerror=window.hacked=1>",
)


def make_hostile(root: Path) -> Path:
    rows = []
    for number, name in enumerate(NAMES):
        words = HOSTILE_WORDS[number % len(HOSTILE_WORDS)]
        at = HOSTILE_TEXT.index(words)
        rows.append(
            {
                "__proto__": name,
                "constructor": name,
                "s": at,
                "e": at + len(words),
                "x": words,
                "url": "javascript:window.hacked=1",
                "long": name * 800,
            }
        )
    string = {"type": "string", "title": f"</style>{SCRIPT}", "description": SCRIPT}
    schema = {
        "fields": [
            {"name": "__proto__", "type": "string"},
            {"name": "constructor", **string, "categories": list(NAMES)},
            {"name": "s", "type": "integer"},
            {"name": "e", "type": "integer"},
            {"name": "x", "type": "string"},
            {"name": "url", **string},
            {"name": "long", **string},
        ],
        "primaryKey": ["__proto__"],
        "textSpans": [
            {"fields": {"start": "s", "end": "e", "exact": "x"}, "reference": {"resource": "text"}}
        ],
    }
    root.mkdir()
    (root / "text.txt").write_bytes(HOSTILE_TEXT.encode())
    descriptor = {
        "name": "hostile",
        "version": "1.0.0",
        "title": f"</style></title>{SCRIPT}{{{{script}}}}",
        "description": SCRIPT,
        "licenses": [{"name": "X", "title": SCRIPT, "path": "https://example.org/"}],
        "resources": [
            {"name": "text", "title": SCRIPT, "path": "text.txt", "mediatype": "text/plain"},
            {"name": "constructor", "title": SCRIPT, "data": rows, "schema": schema},
        ],
    }
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return root


def view(package: Path, out: Path, **more: Any) -> Path:
    sc.view(package, out, **more)
    return out


def test_a_hostile_package_does_nothing(tmp_path: Path, look: Look) -> None:
    page = look(view(make_hostile(tmp_path / "p"), tmp_path / "p.html"))
    assert page.locator("#text").evaluate("pane => pane.textContent") == HOSTILE_TEXT
    draw_all(page)
    assert page.locator("#text").evaluate("pane => pane.textContent") == HOSTILE_TEXT
    page.click("#more summary")
    page.evaluate("for (const e of document.querySelectorAll('details')) e.open = true")
    assert count(page) == len(NAMES)
    for number in range(len(NAMES)):
        item = page.locator(f'#rows [data-row="{number}"]')
        item.scroll_into_view_if_needed()
        item.click()
        words = HOSTILE_WORDS[number % len(HOSTILE_WORDS)]
        start = HOSTILE_TEXT.index(words)
        assert stretches(page, ".lit") == [(start, start + len(words))]
        assert NAMES[number] in page.locator("#cells dd").all_text_contents()
        assert page.inner_text("#cells .gloss") == "javascript:window.hacked=1"
        # The address that the row has leads to it again.
        hash_ = page.evaluate("location.hash")
        again = look(tmp_path / "p.html", hash_)
        assert again.inner_text("#detail-title") == page.inner_text("#detail-title")
        again.close()
    links = page.eval_on_selector_all("a", "all => all.map(a => a.getAttribute('href'))")
    assert all(link.startswith("#") for link in links)
    choose(page, "constructor", "__proto__")
    assert count(page) == 1
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2


def test_offsets_are_code_points(tmp_path: Path, look: Look) -> None:
    make_toy(tmp_path / "aves")
    page = look(view(tmp_path / "aves", tmp_path / "p.html"), "#avistamientos/a1")
    said = "Nunca había visto una"
    lit = page.locator("#text .lit").all_text_contents()
    assert lit == ["dos garzas", said]
    start = TOY_TEXT.index("dos garzas")
    assert stretches(page, ".lit")[0] == (start, start + 10)
    assert page.inner_text("#detail-title") == "avistamientos/a1"


@pytest.fixture
def faulty(tmp_path: Path) -> Folder:
    root = tmp_path / "faulty"
    root.mkdir()
    folder = copy_release(root)
    folder.replace("claims", ",164,206,Dort ist", ",165,207,Dort ist")  # moved
    folder.replace("actors", ",22,29,die USA", ",22,29,das Usa")  # absent
    folder.replace("technologies", ",677,691,5G", ",677,99999,5G")  # out of range
    folder.replace("mentions", "part,certain,,45,51,", "part,certain,,46,52,")  # ambiguous
    folder.replace("mentions", "m001,usa,", "m001,nobody,")
    folder.describe(lambda d: d["resources"][0].update(hash="sha256:" + "0" * 64))
    return folder


def test_findings_are_shown_where_they_are(faulty: Folder, tmp_path: Path, look: Look) -> None:
    report = sc.validate(faulty.root)
    page = look(view(faulty.root, tmp_path / "p.html"))
    assert page.inner_text("#verdict") == "not valid"
    counts = f"{len(report.errors)} errors, {len(report.warnings)} warnings"
    assert page.inner_text("#findings summary") == counts
    listed = page.locator("#findings li").all_text_contents()
    for finding in report.findings:
        assert any(finding.code in line and finding.message in line for line in listed), finding
    assert "resource.hash" in page.inner_text("#text-banner")
    draw_all(page)
    wrong = stretches(page, ".wrong")
    assert (165, 207) in wrong
    assert (22, 29) in wrong
    assert (46, 52) in wrong
    assert all(end <= 207 for _, end in wrong)  # what is out of range has no place
    page.locator("#findings a", has_text="claims/c003").first.click()
    assert page.inner_text("#detail-title") == "claims/c003"
    assert stretches(page, ".meant") == [(164, 206)]
    assert "moved: stated at 165 to 207; the words stand at 164 to 206" in page.inner_text("#cells")
    assert page.is_disabled("#cite")
    page.locator("#findings a", has_text="technologies/5g").first.click()
    assert stretches(page, ".meant") == [(677, 691)]
    page.locator("#findings a", has_text="mentions/m003").first.click()
    assert len(stretches(page, ".meant")) > 1
    assert "key.dangling" in "".join(listed)


def test_several_texts(tmp_path: Path, look: Look) -> None:
    texts = {"a": "🐦 Liebe Anna, komm!", "b": "Die Server stehen.", "c": "Leer."}
    rows = [("r1", "a", "Anna"), ("r2", "b", "Server"), ("r3", "a", "🐦")]
    places = [texts[doc].index(words) for _, doc, words in rows]
    table = [
        {"id": key, "doc": doc, "x": words, "s": at, "e": at + len(words)}
        for (key, doc, words), at in zip(rows, places, strict=True)
    ]
    fields = [{"name": n, "type": "string"} for n in ("id", "doc", "x")]
    fields += [{"name": n, "type": "integer"} for n in ("s", "e")]
    documents = {
        "fields": [{"name": n, "type": "string"} for n in ("id", "heading", "body")],
        "primaryKey": ["id"],
    }
    span = {
        "fields": {"start": "s", "end": "e", "exact": "x", "source": "doc"},
        "reference": {"resource": "docs", "fields": {"key": "id", "text": "body"}},
    }
    resources = [
        {"name": "docs", "schema": documents,
         "data": [{"id": k, "heading": f"Brief {k}", "body": t} for k, t in texts.items()]},
        {"name": "notes", "data": table,
         "schema": {"fields": fields, "primaryKey": ["id"], "textSpans": [span]}},
    ]  # fmt: skip
    (tmp_path / "p").mkdir()
    descriptor = {"name": "letters", "version": "1.0.0", "resources": resources}
    (tmp_path / "p/datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    page = look(view(tmp_path / "p", tmp_path / "p.html"))
    assert page.locator("#text-list button").count() == 3
    assert page.locator("#text").evaluate("e => e.textContent") == texts["a"]
    assert refs(page) == ["notes/r3", "notes/r1"]
    page.fill("#text-search", "brief b")
    assert page.locator("#text-list button").count() == 1
    page.click("#text-list button")
    assert page.locator("#text").evaluate("e => e.textContent") == texts["b"]
    assert page.inner_text("#text-title") == "Brief b"
    assert refs(page) == ["notes/r2"]
    page.check("#everywhere")
    assert {"notes/r1", "notes/r2", "notes/r3"} <= set(refs(page))
    page.click('[data-ref="notes/r1"]')
    assert page.locator("#text").evaluate("e => e.textContent") == texts["a"]
    assert page.locator("#text .lit").all_text_contents() == ["Anna"]
    other = look(tmp_path / "p.html", "#notes/r2")
    assert other.locator("#text .lit").all_text_contents() == ["Server"]


def test_a_text_that_is_withheld(tmp_path: Path, look: Look) -> None:
    from smartcity_case.cli import main

    make_toy(tmp_path / "aves")
    assert main(["withhold", str(tmp_path / "aves"), str(tmp_path / "w")]) == 0
    page = look(view(tmp_path / "w", tmp_path / "w.html"), "#avistamientos/a1")
    assert "is withheld" in page.inner_text("#text")
    assert "words withheld" in page.inner_text("#cells")
    sources = {"diario": tmp_path / "aves/diario.txt"}
    whole = look(view(tmp_path / "w", tmp_path / "x.html", sources=sources), "#avistamientos/a1")
    assert whole.locator("#text .lit").first.text_content() == "dos garzas"


def test_a_package_without_texts_or_rows(tmp_path: Path, look: Look) -> None:
    schema = {"fields": [{"name": "a", "type": "string"}]}
    bare = {"name": "bare", "resources": [{"name": "t", "data": [], "schema": schema}]}
    anywhere.write(tmp_path / "p", {"datapackage.json": json.dumps(bare).encode()})
    page = look(view(tmp_path / "p", tmp_path / "p.html"))
    assert "has no text" in page.inner_text("#text")
    assert count(page) == 0


LARGE = 1_000_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("large")
    draw = random.Random(1)
    words = ["Stadt", "Server", "Regeln", "möchte", "nicht", "und", "„Plan“", "🐦", "in", "von"]
    sentences: list[str] = []
    while sum(map(len, sentences)) < LARGE:
        sentences.append(" ".join(draw.choices(words, k=draw.randint(20, 200))) + ".\n\n")
    text = "".join(sentences)
    lines = ["id,note,colour,start,end,exact"]
    for number in range(20_000):
        start = draw.randrange(len(text) - 300)
        end = start + draw.choice((3, 8, 20, 60, 200))
        exact = text[start:end].replace('"', '""')
        colour = ("red", "green", "blue")[number % 3]
        lines.append(f'r{number},note {number},{colour},{start},{end},"{exact}"')
    (root / "text.txt").write_bytes(text.encode())
    (root / "rows.csv").write_bytes(("\n".join(lines) + "\n").encode())
    kinds = {"id": "string", "note": "string", "colour": "string"}
    kinds |= {"start": "integer", "end": "integer", "exact": "string"}
    fields: list[dict[str, Any]] = [{"name": name, "type": kind} for name, kind in kinds.items()]
    fields[2]["constraints"] = {"enum": ["red", "green", "blue"]}
    span = {
        "fields": {name: name for name in ("start", "end", "exact")},
        "reference": {"resource": "text"},
    }
    schema = {"fields": fields, "primaryKey": ["id"], "textSpans": [span]}
    descriptor = {"name": "large", "version": "1.0.0", "resources": [
        {"name": "text", "path": "text.txt", "mediatype": "text/plain"},
        {"name": "rows", "path": "rows.csv", "schema": schema}]}  # fmt: skip
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return view(root, root / "page.html")


FRAMES = """async ([id, step]) => {
  const pane = document.getElementById(id), frames = [];
  pane.scrollTop = 0;
  let last = performance.now();
  for (let i = 0; i < 100; i++) {
    pane.scrollTop += step || pane.scrollHeight / 100;
    await new Promise(requestAnimationFrame);
    frames.push(performance.now() - last);
    last = performance.now();
  }
  return frames.sort((a, b) => a - b);
}"""
CHANGE = """async ([id, value, kind]) => {
  const control = document.querySelector(id), begun = performance.now();
  control.value = value;
  control.dispatchEvent(new Event(kind));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - begun;
}"""


def test_a_large_text_with_many_rows_does_not_lag(large: Path, look: Look) -> None:
    """Bounds are ten times and more what was measured; benchmarks/viewer.py measures."""
    page = look(large)
    assert page.evaluate("performance.now()") < 15_000
    assert count(page) == 20_000
    for pane in ("text", "rows"):
        for step in (0, 120):
            frames = page.evaluate(FRAMES, [pane, step])
            assert frames[50] < 400, (pane, step)
    page.click("#more summary")
    assert page.evaluate(CHANGE, ['[data-facet="colour"]', "red", "change"]) < 1_500
    assert count(page) == 6_667
    assert page.evaluate(CHANGE, ["#search", "note 1999", "input"]) < 1_500
    assert set(refs(page)) == {"rows/r19992", "rows/r19995", "rows/r19998"}
    page.click("#clear")
    page.focus("#rows")
    page.keyboard.press("End")
    last = page.inner_text("#detail-title")
    page.wait_for_function(
        """() => { const words = document.querySelector("#text .lit")?.getClientRects()[0];
                   const pane = document.getElementById("text").getBoundingClientRect();
                   return words && words.top >= pane.top && words.bottom <= pane.bottom; }"""
    )
    chosen = page.locator('#rows [aria-selected="true"]')
    assert chosen.get_attribute("data-ref") == last
    assert chosen.get_attribute("aria-posinset") == "20000"


def test_words_across_the_blocks_of_a_large_text(large: Path, look: Look) -> None:
    page = look(large, "#rows/r4711")
    exact = page.locator("#cells .span q").text_content()
    assert "".join(page.locator("#text .lit").all_text_contents()) == exact
    click_words(page, page.locator("#text .lit").first)
    assert "rows/r4711" in refs(page)
