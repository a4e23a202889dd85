"""What is seen of a package in a notebook and a terminal: whole, escaped, and read by anyone."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import smartcity_case as sc
from conftest import TOY_TEXT, Folder
from smartcity_case.case import open_files
from smartcity_case.editions import withhold_package
from smartcity_case.profile import Package
from smartcity_case.render.display.package import overview
from smartcity_case.render.display.passages import SHOWN
from smartcity_case.render.display.style import CLASS, DARK, LIGHT, PAIRS, STYLE
from smartcity_case.writing import write_files

HOSTILE = """<script>alert(1)</script>"><img src=x onerror=alert(2)>' javascript:alert(3)</style>"""


class Read(HTMLParser):
    """What a browser would see: tags with their attributes, and the words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.marked: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "img":
            self.open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"]:
            return
        self.words += data
        if "mark" in self.open:
            self.marked[-1] += data


def seen(thing: Any) -> Read:
    read = Read(thing._repr_html_())
    assert not read.open
    assert {tag for tag, _ in read.tags} <= {
        "div", "style", "p", "strong", "code", "blockquote", "mark", "q", "span", "table",
        "caption", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    for _, attributes in read.tags:
        assert set(attributes) <= {"class", "lang", "scope", "role", "tabindex", "aria-label"}
    assert [tag for tag, _ in read.tags].count("style") == 1
    return read


@pytest.fixture
def aves(toy: Folder) -> sc.Dataset:
    return sc.load(toy.root)


def test_a_trace_shows_its_sentence_with_the_words_marked() -> None:
    trace = sc.load().trace("claims", "c015", "stance_exact")
    read = seen(trace)
    assert read.marked == ["nützliche Erfahrung"]
    assert trace.sentence in read.words
    for told in (
        "smartcity-case@1.0.0#claims/c015:stance_exact",
        f"characters {trace.span.start} to {trace.span.end}",
        "exact: the words stand at this place",
        "no licence is given",
    ):
        assert told in read.words
    assert ("blockquote", {"lang": "de"}) in read.tags
    assert trace.reference == "smartcity-case@1.0.0#claims/c015:stance_exact"
    assert trace.label == "claims/c015:stance_exact"


def test_a_trace_is_read_in_a_terminal(aves: sc.Dataset) -> None:
    at = TOY_TEXT.index("dos garzas")
    assert str(aves.trace("avistamientos", "a1")) == (
        f"aves@0.1.0#avistamientos/a1\nexact, diario {at} to {at + 10}\n"
        "  🐦 En el río vimos [dos garzas]."
    )
    assert repr(aves.trace("avistamientos", "a1")).startswith("Trace(table='avistamientos', key=")


AT = TOY_TEXT.index("dos garzas")
AGAIN = TOY_TEXT.rindex("garza")


@pytest.mark.parametrize(
    ("start", "end", "words", "verdict", "told"),
    [
        (AT - 1, AT + 9, "dos garzas", "moved", f"but at another ({AT} to {AT + 10})"),
        (AT, AT + 10, "garza", "ambiguous", f"{AT + 4} to {AT + 9} and {AGAIN} to {AGAIN + 5}"),
        (AT, AT + 10, "cigüeñas", "absent", "the words stand nowhere in the text"),
        (AT, 900, "dos garzas", "out-of-range", "the text has no such place"),
        (AT, AT + 10, "a", "ambiguous", f" and {TOY_TEXT.count('a') - 3} more places"),
    ],
)
def test_words_that_are_not_at_their_place_look_different(
    toy: Folder, start: int, end: int, words: str, verdict: str, told: str
) -> None:
    toy.replace("avistamientos", f"{AT},{AT + 10},dos garzas", f"{start},{end},{words}")
    trace = sc.load(toy.root).trace("avistamientos", "a1")
    read = seen(trace)
    assert trace.verdict == verdict
    assert ("mark", {"class": "bad"}) in read.tags
    assert f"{verdict}: " in read.words
    assert told in read.words
    assert f"The row's words: {words}" in read.words
    assert f"{verdict}: {words!r} is not at diario" in str(trace)
    passages = sc.load(toy.root).passages("avistamientos")
    assert passages[0] == trace
    assert "1 not exact" in repr(passages).splitlines()[0]
    assert f"{verdict}: " in seen(passages).words


def test_a_place_behind_the_end_of_the_text_has_nothing_to_mark(toy: Folder) -> None:
    toy.replace("avistamientos", f"{AT},{AT + 10}", "900,910")
    read = seen(sc.load(toy.root).trace("avistamientos", "a1"))
    assert read.marked == []
    assert "out-of-range" in read.words


def test_passages_are_a_sequence_of_traces(aves: sc.Dataset) -> None:
    frame = aves["avistamientos"]
    found = aves.passages("avistamientos")
    assert [trace.key for trace in found] == ["a1", "a2"]
    assert list(found[1:]) == [found[1]]
    assert isinstance(found[:1], sc.Passages)
    for rows in (frame[frame["luz"] == "día"], frame["luz"] == "día", ["a1"], "a1"):
        assert [trace.key for trace in aves.passages("avistamientos", rows)] == ["a1"]
    assert seen(found).marked == ["dos garzas", "otra garza"]
    assert repr(found) == (
        "avistamientos, palabras: 2 passages in 1 text, all exact\n"
        f"avistamientos/a1: exact, diario {found[0].span.start} to {found[0].span.end}\n"
        "  🐦 En el río vimos [dos garzas].\n"
        f"avistamientos/a2: exact, diario {found[1].span.start} to {found[1].span.end}\n"
        "  Vimos [otra garza]."
    )
    with pytest.raises(sc.NotFound, match="a9"):
        aves.passages("avistamientos", ["a9"])


def test_rows_without_words_are_counted(aves: sc.Dataset) -> None:
    said = aves.passages("avistamientos", column="dicho")
    assert (len(said), said.without) == (1, 1)
    assert "1 row without such words." in seen(said).words
    assert "(1 row without such words)" in repr(said)
    none = aves.passages("avistamientos", [])
    assert repr(none) == "avistamientos, palabras: 0 passages in 0 texts"
    assert "0 passages" in seen(none).words
    assert said[:].without == 0


def test_withheld_texts_are_counted_not_guessed(toy: Folder, tmp_path: Path) -> None:
    out = tmp_path / "public"
    out.mkdir()
    write_files(out, withhold_package(open_files(toy.root), None).files.items())
    public = sc.load(out)
    found = public.passages("avistamientos")
    assert (len(found), found.withheld) == (0, 2)
    assert "2 rows whose text is withheld: load the package with `sources`" in repr(found)
    assert "whose text is withheld" in seen(found).words
    assert "withheld: 1 text, the words of 1 table" in repr(public)
    assert "diario: withheld" in repr(public)
    assert "Withheld: 1 text" in seen(public).words
    with pytest.raises(sc.UnreadablePackage, match="withheld"):
        public.spans_in("diario")
    given = sc.load(out, sources={"diario": toy.root / "diario.txt"})
    assert [trace.exact for trace in given.passages("avistamientos")] == [
        "dos garzas",
        "otra garza",
    ]


def test_a_text_that_cannot_be_read_is_not_taken_for_a_withheld_one(toy: Folder) -> None:
    toy.write("diario", b"\xff\xfe")
    broken = sc.load(toy.root)
    with pytest.raises(sc.UnreadablePackage, match="cannot be read"):
        broken.passages("avistamientos")
    assert "diario: cannot be read, 2 bytes" in repr(broken)


def test_the_first_passages_are_shown_and_the_others_counted() -> None:
    case = sc.load()
    found = case.passages("claim_mentions")
    read = seen(found)
    assert len(found) == 101
    assert len(read.marked) == SHOWN
    assert f"{101 - SHOWN} more passages" in read.words
    assert f"({101 - SHOWN} more passages;" in repr(found)
    assert len(seen(found[:SHOWN]).marked) == SHOWN
    assert "more passage" not in seen(found[:SHOWN]).words


def texts(root: Path) -> sc.Dataset:
    """Two German texts in a table, without languages, and rows without a key."""
    letters = {"b1": "Liebe Ina 👩‍🔬,\r\n„es regnet“ wieder.", "b2": "„Ja.“ Es regnet e\u0301ben."}
    rows = [("b2", "Es regnet"), ("b1", "regnet"), ("b1", "Ina")]
    lines = ["brief,von,bis,wort"]
    lines += [f"{b},{letters[b].index(w)},{letters[b].index(w) + len(w)},{w}" for b, w in rows]
    into = {"resource": "briefe", "fields": {"key": "id", "text": "text"}}
    columns = {"source": "brief", "start": "von", "end": "bis", "exact": "wort"}
    whole = {"fields": columns, "reference": into}
    kinds = {"von": "integer", "bis": "integer"}
    fields = [{"name": n, "type": kinds.get(n, "string")} for n in lines[0].split(",")]
    descriptor = {
        "name": "briefe",
        "resources": [
            {"name": "briefe", "path": "briefe.csv", "title": "Ein Brief", "schema": {
                "fields": [{"name": "id", "type": "string"}, {"name": "text", "type": "string"}],
                "primaryKey": "id"}},
            {"name": "stellen", "path": "stellen.csv",
             "schema": {"fields": fields, "textSpans": [whole]}},
        ],
    }  # fmt: skip
    root.mkdir()
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    (root / "stellen.csv").write_bytes(("\n".join(lines) + "\n").encode())
    cells = "".join(f'{k},"{v}"\n' for k, v in letters.items())
    (root / "briefe.csv").write_bytes(("id,text\n" + cells).encode())
    return sc.load(root)


def test_several_texts_stand_one_after_the_other_each_in_its_order(tmp_path: Path) -> None:
    data = texts(tmp_path / "briefe")
    found = data.passages("stellen")
    read = seen(found)
    assert read.marked == ["Es regnet", "Ina", "regnet"]
    assert "3 passages in 2 texts" in read.words
    assert [trace.reference for trace in found] == [
        f"stellen.csv, row {row}" for row in (2, 3, 4)
    ]  # rows without a key have no name
    assert "„es [regnet]“ wieder." in repr(found)
    assert "\\r\n" in repr(found)
    assert "👩‍🔬" in repr(found)
    assert not any("lang" in attributes for _, attributes in read.tags)
    assert "Ein Brief; texts that spans lead into" in repr(data)
    assert ".coverage()" not in repr(data)
    source, rows = data.spans_in("briefe/b1")
    assert source.name == "briefe/b1"
    assert [len(row) for row in rows["stellen"]] == [1, 1]
    with pytest.raises(sc.NotFound, match="briefe/b9"):
        data.spans_in("briefe/b9")


def test_a_package_at_a_glance() -> None:
    case = sc.load()
    read, lines = seen(case), repr(case).splitlines()
    assert max(map(len, lines)) <= 88
    assert lines[0] == "Case smartcity-case 1.0.0"
    for told in (
        "49 rows",
        "One row for each act of speech",
        case.citation,
        "sha256:2e0850ca2874",
    ):
        assert told in read.words
        assert told[:40] in repr(case)
    assert "withheld" not in repr(case)
    assert "2,408 characters, 2,463 bytes" in read.words
    heads = [attributes for tag, attributes in read.tags if tag == "th"]
    assert all(attributes.get("scope") in ("col", "row") for attributes in heads)
    assert [tag for tag, _ in read.tags].count("caption") == 2
    for hint in re.findall(r"case\S+\)|case\[\S+\]", read.words):
        assert eval(hint, {"case": case}) is not None


def test_a_package_of_which_little_is_said(toy: Folder) -> None:
    assert repr(sc.load(toy.root)).splitlines()[0] == "Dataset aves 0.1.0"
    toy.write("especies", b'clave,patas\ngarza,2,3\n"')
    assert "especies       cannot be read" in repr(sc.load(toy.root))
    toy.describe(lambda d: [d.pop(name) for name in ("name", "title")])
    toy.describe(lambda d: d["resources"].pop(0) and d.update(resources=d["resources"][:1]))
    bare = sc.load(toy.root)
    assert repr(bare).splitlines()[0] == "Dataset 0.1.0"
    assert "texts (0)" in repr(bare)
    assert [tag for tag, _ in seen(bare).tags].count("caption") == 1


def test_files_of_texts_that_are_withheld_are_told() -> None:
    columns = {"source": "brief", "start": "von", "end": "bis"}
    into = {"resource": "briefe", "fields": {"key": "id", "path": "path"}}
    fields = [{"name": "brief"}, *({"name": n, "type": "integer"} for n in ("von", "bis"))]
    package = Package.model_validate({"resources": [
        {"name": "briefe", "path": "briefe.csv", "withheld": {"files": True},
         "schema": {"fields": [{"name": "id"}, {"name": "path"}]}},
        {"name": "stellen", "path": "stellen.csv",
         "schema": {"fields": fields, "textSpans": [{"fields": columns, "reference": into}]}},
    ]})  # fmt: skip
    seen = overview("Dataset", package, {"briefe": [], "stellen": [1]}, {}, "")
    assert seen.withheld == "the text files of 1 table"
    assert [line.size for line in seen.tables] == ["0 rows", "1 row"]
    assert seen.hints == ("dataset['stellen']", "dataset.passages('stellen')")


def test_what_a_package_says_is_words_and_nothing_else(toy: Folder) -> None:
    text = TOY_TEXT.replace("dos garzas", HOSTILE)
    toy.write("diario", text.encode("utf-8"))
    at = text.index(HOSTILE)
    toy.write("especies", b"clave,patas\ngarza,2\n")
    quoted = HOSTILE.replace('"', '""')
    toy.write(
        "avistamientos",
        "num,especie,luz,desde,hasta,palabras,dicho_desde,dicho_hasta,dicho\n"
        f'"{quoted}",garza,,{at},{at + len(HOSTILE)},"{quoted}",,,\n'.encode(),
    )

    def spoil(descriptor: dict[str, Any]) -> None:
        licence = [{"name": HOSTILE, "path": "javascript:alert(4)", "title": HOSTILE}]
        descriptor.update(title=HOSTILE, version=HOSTILE, licenses=licence)
        for resource in descriptor["resources"]:
            resource.update(description=HOSTILE, licenses=licence, language='de" onclick="x')

    toy.describe(spoil)
    data = sc.load(toy.root)
    for thing in (data, data.passages("avistamientos"), data.passages("avistamientos")[0]):
        read = seen(thing)  # which holds tags and attributes to a short list
        assert HOSTILE in read.words
        assert not any("lang" in attributes for _, attributes in read.tags)
    trace = replace(data.passages("avistamientos")[0], verdict="absent")
    assert seen(trace).words.count(HOSTILE) >= 2


def test_a_terminal_obeys_nothing_of_a_package(toy: Folder) -> None:
    toy.write("diario", TOY_TEXT.replace("En el", "\x1b[2J\x07").encode("utf-8"))
    toy.describe(lambda d: d.update(title="Aves \x1b[31m\ndel río \u202e"))
    data = sc.load(toy.root)
    for shown in (repr(data), repr(data.passages("avistamientos")), str(data.passages("avistamientos")[0])):  # noqa: E501  # fmt: skip
        assert "\x1b" not in shown
        assert "\x07" not in shown
    assert "\\x1b[2J" in repr(data.passages("avistamientos"))
    assert "\u202e" not in repr(data)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_every_pair_of_colours_is_read_easily(
    colours: dict[str, str], pair: tuple[str, str]
) -> None:
    dark, light = sorted(luminance(colours[name]) for name in pair)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_every_rule_is_for_the_output_alone() -> None:
    selectors = re.findall(r"([^{}]+)\{", re.sub(r"@media [^{]+\{", "", STYLE))
    assert len(selectors) > 10
    for selector in ",".join(selectors).split(","):
        assert f".{CLASS}" in selector, selector
    assert not re.search(r"url|@import|expression|http", STYLE)
    for page in (
        '[data-jp-theme-light="false"] ',
        "body.vscode-dark ",
        "prefers-color-scheme: dark",
    ):
        assert page in STYLE
    assert html.escape(STYLE, quote=False) == STYLE
