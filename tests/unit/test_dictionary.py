"""The data dictionary of packages of every kind, and the Markdown that it is written in."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import ROOT, toy_descriptor
from pages import anchors, cells, links, mermaid, tables
from smartcity_case.checks.descriptor import read_descriptor
from smartcity_case.profile import FieldSchema, Package
from smartcity_case.render.described import Vocabulary, vocabulary
from smartcity_case.render.diagram import MOST, arrows, diagram
from smartcity_case.render.dictionary import dictionary
from smartcity_case.render.markdown import Anchors, code, link, plain, visible

Json = dict[str, Any]


def page(*resources: Json, base: str | None = "", **more: Any) -> str:
    """The dictionary of a package."""
    return dictionary(Package.model_validate({"resources": list(resources), **more}), base)


def table(*fields: Json, name: str = "plantas", **schema: Any) -> Json:
    listed = [{"type": "string"} | field for field in fields]
    return {"name": name, "path": f"{name}.csv", "schema": {"fields": listed, **schema}}


def row(text: str, field: str) -> dict[str, str]:
    """The row of a field, by column."""
    for header, rows in tables(text):
        for cell in rows if header[0] == "field" else ():
            if cell[0] == field:
                return dict(zip(header, cell, strict=True))
    raise AssertionError(field)


DIARY: Json = {"name": "diario", "path": "diario.txt", "mediatype": "text/plain"}
SPAN: Json = {"start": "desde", "end": "hasta"}
OFFSETS: list[Json] = [{"name": n, "type": "integer"} for n in ("desde", "hasta")]


def test_a_package_of_which_nothing_is_said_has_a_page() -> None:
    text = page({"name": "x", "path": "x.csv"})
    assert text.startswith("# Data package\n\nMade by")
    assert "- File: [`x.csv`](x.csv) (CSV)\n- Schema: none, so that nothing is said" in text
    for heading in ("Licences", "Sources", "How they", "Vocabularies"):
        assert f"## {heading}" not in text
    assert "\n\n\n" not in text
    assert text.endswith("columns\n")


def test_the_head_says_what_the_descriptor_says() -> None:
    text = page(
        DIARY,
        name="aves",
        title="Birds & <b>",
        titleDe="Vögel",
        titleLatin="not a language",
        description="First *line*\n\n# second | line",
        descriptionEs="Pájaros",
        version="1.2.0",
        created="2026-01-02",
        keywords=["a|b", 7],
        homepage="https://example.org/",
        contributors=[{"title": "Inés", "roles": ["creator"]}, {"title": "Ana"}, {"email": "x@y"}],
        licenses=[{"name": "CC0-1.0", "path": "https://example.org/cc0", "title": "the rows"}],
        sources=[
            {"title": "River", "path": "https://example.org/a(b)", "date": "2018-12", "n": None},
            {"path": "notes.md"},
            "no source",
        ],
    )
    assert text.startswith("# Birds & &lt;b&gt;\n\n*de:* Vögel\n")
    assert "First \\*line\\*<br><br>\\# second &#124; line\n\n*es:* Pájaros\n" in text
    for line in (
        "- Name: `aves`",
        "- Version: 1.2.0",
        "- Keywords: a&#124;b, 7",
        "- Contributors: Inés (creator); Ana",
        "- Home: [https://example.org/](https://example.org/)",
        "| [`CC0-1.0`](https://example.org/cc0) | the package | the rows |",
        "- River: [https://example.org/a(b)](https://example.org/a%28b%29)",
        "  - `date`: 2018-12",
        "- notes.md: [notes.md](notes.md)",
    ):
        assert line in text.splitlines()
    assert "> Inés. (2026). Birds & &lt;b&gt; (Version 1.2.0) \\[Data set\\]." in text
    assert "Latin" not in text
    assert "`n`" not in text


def test_a_licence_says_of_which_resources_it_is_stated() -> None:
    rights = {"name": "own", "path": "RIGHTS.md", "title": "All of the paper's."}
    text = page(
        DIARY | {"licenses": [rights]},
        table({"name": "id"}) | {"licenses": [rights, {"path": "b.md"}, {"name": 7}, "x"]},
        base="../",
        licenses=[rights],
    )
    assert "| [`own`](../RIGHTS.md) | the package, `diario`, `plantas` | All of the" in text
    assert "| [`b.md`](../b.md) | `plantas` |  |" in text
    assert "- Rights: [`own`](#licences), [`b.md`](#licences)" in text
    assert "](" not in page(DIARY | {"licenses": [rights]}, base=None).split("## Resources")[0]


def test_keys_and_references_stand_in_words() -> None:
    text = page(
        table(
            {"name": "a"},
            {"name": "b"},
            primaryKey=["a", "b"],
            uniqueKeys=[["b"], ["a", "b"]],
            foreignKeys=[
                {"fields": ["b"], "reference": {"fields": ["a"]}},
                {"fields": ["a"], "reference": {"resource": "gone", "fields": ["z"]}},
            ],
            missingValues=["", "-", "n|a"],
            fieldsMatch="subset",
        )
    )
    for line in (
        "- Key: `a`, `b`",
        "- Unique: `b`",
        "- Unique: `a`, `b`, together",
        "- Refers to: `b` → `a` of [`plantas`](#plantas), the table itself",
        "- Refers to: `a` → `z` of `gone` (there is no such resource)",
        "- Missing: the empty cell, `-`, <code>n&#124;a</code>",
        "- Columns and fields: `subset` (`fieldsMatch`)",
    ):
        assert line in text.splitlines()
    assert row(text, "a")["a cell is"].startswith("part of the key, → gone")
    assert mermaid(text) == ["flowchart LR", '  r0["plantas<br>↺ b"]']


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"constraints": {"required": True, "unique": True}}, "required, unique"),
        ({"constraints": {"required": False}}, ""),
        ({"constraints": {"minLength": 1, "maxLength": 2}}, "at least 1 character, at most 2 char"),
        ({"type": "array", "constraints": {"minLength": 2}}, "at least 2 items"),
        ({"type": "object", "constraints": {"maxLength": 3}}, "at most 3 properties"),
        ({"type": "number", "constraints": {"exclusiveMinimum": 0.5}}, "more than 0.5"),
        ({"constraints": {"pattern": "a|b\\|`c`"}}, "matches a|b\\|`c`"),
        ({"constraints": {"jsonSchema": {"a": "ü"}}}, 'fits the JSON Schema {"a": "ü"}'),
        ({"constraints": {"enum": ["x", 1, "a|b"]}}, "one of x, 1, a|b"),
        ({"constraints": {"color": "red"}}, "color red"),
        (
            {"categories": ["x", "y"], "constraints": {"enum": ["x"]}},
            "one of x, y, of these only x",
        ),
        ({"categories": ["x"], "constraints": {"enum": ["x"]}}, "one of x"),
        ({"missingValues": ["-", ""]}, "missing: -, the empty cell"),
        ({"missingValues": []}, "no cell counts as missing"),
        ({"categories": [{"value": 1, "label": "one"}]}, "one of these terms"),
        ({"constraints": {"enum": list("abcdefghi")}}, "one of these terms"),
    ],
)
def test_constraints_stand_in_words(field: Json, words: str) -> None:
    text = page(table({"name": "f"} | field))
    assert row(text, "f")["a cell is"].startswith(words)
    assert not words or row(text, "f")["a cell is"]


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"type": "date", "format": "%d.%m.%Y"}, "date (format %d.%m.%Y)"),
        (
            {"type": "number", "decimalChar": ",", "bareNumber": False},
            "number (decimalChar ,; bareNumber false)",
        ),
        (
            {"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein", "-"]},
            "boolean (true: ja; false: nein, -)",
        ),
        ({"type": "boolean", "trueValues": "ja"}, "boolean"),
    ],
)
def test_types_say_how_cells_are_written(field: Json, words: str) -> None:
    assert row(page(table({"name": "f"} | field)), "f")["type"] == words


def test_the_meaning_of_a_field_is_in_every_language_it_has() -> None:
    text = page(
        table(
            {
                "name": "f",
                "title": "Colour",
                "titleDe": "Farbe",
                "description": "Seen | by\nday.",
                "descriptionDe": "Bei Tag.",
                "example": 7,
                "unit": "nm|x",
                "rdfType": None,
            },
            {"name": "g", "descriptionDe": "Nur deutsch.", "example": "a\\|b"},
        )
    )
    line = "**Colour (de: Farbe)**. Seen &#124; by<br>day. (de: Bei Tag.)<br>`unit`: nm&#124;x"
    assert line in text
    assert row(text, "f")["example"] == "7"
    assert row(text, "g")["meaning"] == "de: Nur deutsch."
    assert row(text, "g")["example"] == "a\\|b"


def test_terms_are_defined_once_for_all_fields_that_have_them() -> None:
    kinds = [
        {"value": "a|b", "label": "A or B", "labelDe": "A oder B", "description": "Both."},
        {"value": "c-d", "label": "c d", "descriptionDe": "Nichts."},
        "e",
    ]
    shared: Json = {"categories": kinds, "categoriesOrdered": True}
    text = page(
        table({"name": "f"} | shared, {"name": "g"} | shared),
        table({"name": "h"} | shared, name="soils"),
    )
    _, _, words = text.partition("## Vocabularies")
    assert words.count("###") == 1
    assert "### `plantas.f`\n\nAlso of `plantas.g`, `soils.h`.\n\nOrdered, lowest first." in words
    (header, rows), = tables(words)  # fmt: skip
    assert header == ["term", "label", "definition"]
    assert rows[0] == ["a|b", "A or B (de: A oder B)", "Both."]
    assert rows[1] == ["c-d", "", "(de: Nichts.)"]
    assert rows[2] == ["e", "", ""]
    assert text.count("[one of these terms](#plantasf)") == 3


def test_many_values_of_which_nothing_is_said_are_a_list_of_terms_too() -> None:
    text = page(table({"name": "f", "constraints": {"enum": [*range(9)]}}))
    assert "### `plantas.f`\n\n| term | definition |\n|---|---|\n| `0` |  |" in text
    assert vocabulary(FieldSchema(name="f")) is None
    assert Vocabulary((("a", "", ""),), False).is_bare


def spans(**declared: Any) -> str:
    """The dictionary of a table with one declaration of spans, and of what it leads into."""
    fields = SPAN | declared.pop("fields", {})
    reference = {"resource": "diario"} | declared.pop("reference", {})
    schema = [{"name": n} for n in fields.values() if n not in ("desde", "hasta")]
    declaration = {"fields": fields, "reference": reference, **declared}
    target = table({"name": "id"}, {"name": "texto"}, name="diario")
    used = target if "fields" in reference else DIARY
    return page(used, table(*OFFSETS, *schema, textSpans=[declaration]))


def test_text_spans_stand_in_words() -> None:
    text = spans(fields={"exact": "palabras", "prefix": "antes", "suffix": "detrás"}, minLength=3)
    assert (
        "- Text span: `desde` to `hasta` count the characters in the text [`diario`](#diario); "
        "`palabras` has the words that stand there; `antes` has what stands directly before them; "
        "`detrás` has what stands directly behind them; every row has one; "
        "fewer than 3 characters are a warning\n"
    ) in text
    assert "- Text spans lead here from: [`plantas`](#plantas) (`desde` to `hasta`)" in text
    held = "`palabras`, `antes`, `detrás` hold words of [`diario`](#diario), of which no rights"
    assert f"- Rights in the words: {held}" in text
    assert row(text, "antes")["meaning"] == "verbatim words of diario"
    assert "  r0([" in text
    assert '  r1 -. "desde, hasta" .-> r0' in text
    none = spans(required=False)
    assert "the hash of the text carries the proof; a row may have none: all are empty then" in none
    assert '  r1 -. "optional desde, hasta" .-> r0' in none
    digests = spans(fields={"digest": "huella"}, salt="k|7")
    assert "`huella` has a digest of the words (sha256 with the salt <code>k&#124;7<" in digests
    assert "(sha256); every row" in spans(fields={"digest": "huella"})


def test_texts_may_stand_in_a_table_or_in_files_that_it_names() -> None:
    source = {"source": "cuál", "exact": "w"}
    text = spans(fields=source, reference={"fields": {"key": "id", "text": "texto"}})
    assert (
        "in a text of [`diario`](#diario), in its column `texto`; `cuál` says which, by `id`"
        in text
    )
    assert row(text, "texto")["meaning"] == "whole texts, into which spans lead"
    text = spans(fields=source, reference={"fields": {"key": "id", "path": "texto"}})
    assert "in a text file that [`diario`](#diario) names in its column `texto`" in text
    assert row(text, "texto")["meaning"] == ""


def test_words_whose_text_is_not_said_are_marked_all_the_same() -> None:
    text = page(table({"name": "w", "verbatim": True}))
    assert "- Rights in the words: `w` holds words of a text, of which nothing more" in text
    assert row(text, "w")["meaning"] == "verbatim words of a text"
    rights = [{"name": "own", "title": "The paper's."}, {"path": "b.md"}]
    schema: Json = {
        "textSpans": [{"fields": SPAN | {"exact": "w"}, "reference": {"resource": "diario"}}]
    }
    text = page(DIARY | {"licenses": rights}, table(*OFFSETS, {"name": "w"}, **schema))
    assert "`w` holds words of [`diario`](#diario): The paper's.; `b.md`\n" in text
    assert row(text, "w")["meaning"] == "verbatim words of diario, rights: own, b.md"


def test_files_of_every_kind_are_told() -> None:
    fields = [{"name": "a", "type": "string"}]
    schema = {"fields": fields}
    resources: list[Json] = [
        {"name": "inline", "data": [{"a": "1"}], "schema": schema, "detail": True},
        {"name": "columns", "path": "c.parquet", "schema": schema, "compression": "zstd"},
        {"name": "list", "path": [f"p{n}.csv" for n in range(22)], "schema": schema},
        {"name": "tabs", "path": "t.tsv", "schema": "lost.json", "dialect": "gone.json"},
        {
            "name": "semicolons",
            "path": "s.csv",
            "encoding": "latin-1",
            "dialect": {"delimiter": ";", "$schema": "x"},
            "schema": schema,
        },
        {"name": "picture", "path": "p.png", "mediatype": "image/png", "language": "de"},
        {"name": "odd", "path": "../a.csv", "dialect": {}},
        {"name": "nothing"},
        {"name": "text", "path": "t.txt", "mediatype": "text/plain", "hash": "sha256:ab"},
    ]
    text = page(*resources)
    for line in (
        "- Data: in the descriptor",
        "- File: [`c.parquet`](c.parquet) (Parquet, zstd)",
        "- Schema: [`lost.json`](lost.json), which could not be read",
        "- Dialect: [`gone.json`](gone.json), which could not be read",
        "- File: [`s.csv`](s.csv) (CSV, latin-1)",
        "- Dialect: `delimiter` `;`",
        "- File: [`p.png`](p.png) (image/png, language de)",
        "- File: `../a.csv` (CSV)",
        "- File: none is named",
        "- Hash: `sha256:ab`",
        "| [`inline`](#inline) | detail table (in the descriptor) | 1 field |  |",
        "| [`columns`](#columns) | table (Parquet) | 1 field |  |",
        "| [`picture`](#picture) | file |  |  |",
    ):
        assert line in text.splitlines()
    assert "[`p19.csv`](p19.csv) and 2 more (CSV)" in text


def test_what_is_withheld_is_told() -> None:
    fields: list[Json] = [
        {"name": "w", "withheld": True},
        {"name": "free", "withheld": {"constraints": {}}},
        *OFFSETS,
    ]
    was = {"fields": SPAN | {"exact": "w"}, "reference": {"resource": "diario"}}
    schema: Json = {
        "withheld": {"textSpans": [was], "lost": ["free"]},
        "textSpans": [{"fields": SPAN, "reference": {"resource": "diario"}}],
    }
    text = page(
        DIARY | {"withheld": {"text": True}},
        table(*fields, **schema),
        table({"name": "file"}, name="files") | {"withheld": {"files": True}},
    )
    for line in (
        "- File: `diario.txt` (text/plain)",
        "- Withheld: this edition is without the file; hash and size are the file's",
        "- Withheld: this edition is without the words; empty are `w`, `free`",
        "- Withheld for good, since they belong to no span: `free`",
        "- Withheld: this edition is without the text files that it names",
        "| [`diario`](#diario) | text, withheld |  |  |",
    ):
        assert line in text.splitlines()
    assert row(text, "w")["meaning"] == "verbatim words of diariowithheld: empty in this edition"


def test_the_diagram_shows_only_what_there_is_and_can_be_drawn() -> None:
    many = [
        table({"name": "a"}, name=f"t{n}", foreignKeys=[{"fields": ["a"], "reference": {
            "resource": f"t{m}", "fields": ["a"]}} for m in range(13)])
        for n in range(13)
    ]  # fmt: skip
    package = Package.model_validate({"resources": many})
    assert len(arrows(package)) == 169 > MOST
    assert diagram(package) == []
    assert "There are 169 references, too many to draw (the most is 150)." in dictionary(package)
    assert arrows(Package.model_validate({"resources": [DIARY]})) == []
    wide = table(
        *({"name": f"f{n}"} for n in range(9)),
        foreignKeys=[
            {"fields": [f"f{n}"], "reference": {"resource": "x", "fields": ["a"]}} for n in range(9)
        ],
    )
    lines = diagram(Package.model_validate({"resources": [wide, table({"name": "a"}, name="x")]}))
    assert lines[-1] == '  r0 -- "f0<br>f1<br>f2<br>f3<br>f4<br>f5<br>and 3 more" --> r1'
    assert not any("classDef" in line for line in lines)


def test_labels_of_the_diagram_are_read_as_they_are_given() -> None:
    text = page(DIARY | {"name": "a\n\"b\""}, table(*OFFSETS, name="1. c_d", textSpans=[
        {"fields": SPAN, "reference": {"resource": "a\n\"b\""}}]))  # fmt: skip
    assert mermaid(text)[1:3] == [
        '  r0(["a#92;\u2060n#34;b#34;"])',
        '  r1["1#46; c_d"]',
    ]


def test_two_resources_of_one_name_have_places_of_their_own() -> None:
    text = page(table({"name": "a"}), table({"name": "b"}), name="plantas")
    assert {"#plantas", "#plantas-1", "#plantas-2"} <= anchors(text)
    assert text.count("](#plantas-1)") == 2


@pytest.mark.parametrize("name", ["resources", "citation", "Licences", "a.b", "x_y", "ü ß"])
def test_every_link_within_a_page_leads_somewhere(name: str) -> None:
    terms = {"categories": [{"value": "v", "label": "V"}]}
    text = page(
        DIARY | {"licenses": [{"name": "own"}]},
        table({"name": "f"} | terms, {"name": "g"}, name=name, primaryKey="g"),
        title=name,
    )
    inside = {target for target in links(text) if target.startswith("#")}
    assert len(inside) == 4
    assert inside <= anchors(text)


def test_the_dictionary_of_the_toy_and_of_the_release_hold_every_field() -> None:
    released, _ = read_descriptor((ROOT / "datapackage.json").read_bytes())
    toy = Package.model_validate(toy_descriptor())
    for package in (released, toy):
        assert package is not None
        text = dictionary(package)
        assert text == dictionary(package)
        names = [
            cells[0] for header, rows in tables(text) if header[0] == "field" for cells in rows
        ]
        assert names == [
            field.name
            for resource in package.resources
            for field in getattr(resource.table_schema, "fields", ())
        ]
        assert {target for target in links(text) if target.startswith("#")} <= anchors(text)


@pytest.mark.parametrize(
    "text",
    [
        "a|b", "a\\", "a\\|b", "\\|", " x", "x ", "a  b", "`", "``a`b``", "`a`", "<i>x</i>", "*a*",
        "_a_", "a_b", "__init__", "&amp;", "&#124;", "$x$", "~~s~~", "[a](b)", "![a](b)", "<!--",
        "#h", "1. x", "- a", "+ a", "=", "1)", "„x“", "%", "👨‍👩‍👧", "e\u0301", "日本", "a:b",
        "{{x}}", "\\*",
    ],
)  # fmt: skip
def test_markdown_shows_what_it_was_given(text: str) -> None:
    assert cells(f"| {code(text)} | {plain(text)} |")[0] == [text, text.strip()]


def test_hidden_characters_are_shown_and_lines_stay_lines() -> None:
    assert visible("a\tb\u202ec\u2028\0") == "a\\tb\\u202ec\\u2028\\x00"
    assert code("a\nb") == "`a\\nb`"
    assert plain(" a\r\nb\rc\n\nd ") == "a<br>b<br>c<br><br>d"
    assert plain("a\u202eb") == "a&#92;u202eb"


@pytest.mark.parametrize(
    ("target", "base", "shown"),
    [
        ("a b.md", "../", "[x](../a%20b.md)"),
        ("a#b?c%d.md", "", "[x](a%23b%3Fc%25d.md)"),
        ("ü.md", "q p/", "[x](q%20p/%C3%BC.md)"),
        (
            "https://example.org/?q=(a)|<b>#c",
            None,
            "[x](https://example.org/?q=%28a%29%7C%3Cb%3E#c)",
        ),
        ("#here", None, "[x](#here)"),
        ("a.md", None, "x"),
        ("../a.md", "", "x"),
        ("javascript:alert(1)", "", "x"),
        ("https:///nowhere", "", "x"),
        ("", "", "x"),
    ],
)
def test_only_what_a_page_may_lead_to_is_linked(target: str, base: str | None, shown: str) -> None:
    assert link("x", target, base) == shown


def test_places_are_named_as_github_names_them() -> None:
    anchors = Anchors()
    named = [anchors.of(words) for words in ("A b", "a-b", "a b", "a-b-1", "ÄÖ (x)!", "a_b.c")]
    assert named == ["#a-b", "#a-b-1", "#a-b-2", "#a-b-1-1", "#äö-x", "#a_bc"]
