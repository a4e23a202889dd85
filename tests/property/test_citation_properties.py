"""Whatever titles and names look like, other programs read back what the descriptor says."""

from __future__ import annotations

import json
from dataclasses import replace

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from foreign_citations import (
    as_printed,
    bibtexparser_entries,
    codemeta_graph,
    pybtex_entries,
    ris_records,
    strict_ris,
)
from smartcity_case.citation import FORMATS, WHOLE, write_citation
from smartcity_case.citation.values import (
    Citation,
    CitedRow,
    CitedSpan,
    Contributor,
    Licence,
    Name,
    PartialDate,
    SourceWork,
)
from smartcity_case.citation.words import one_line
from smartcity_case.rowid import RowReference

NASTY = (
    *("ä", "ß", "„", "“", "»", "&", "_", "%", "#", "$", "~", "^", "\\", "{", "}", "{{", "}}", '"'),
    *("'", "''", "`", "--", "-", ",", ",,", "@", "@misc{x,", "=", "\n", "\r\n", "\t", "  ", ": "),
    *(" #", "<b>", "|", "[", "]", "!", "?`", "ER  - ", "TY  - ", "\nER  - \n", "---", "...", "*"),
    *("\x1b[2J", "\x9b", "\u2028", "\ufeff", "\xa0", "\u202e", "e\u0301", "🐦", "家", " and ", "N"),
)
WORDS = st.lists(st.sampled_from((*NASTY, "Ida", "rot", "7")), min_size=1, max_size=8)
TEXT = st.one_of(WORDS.map("".join), st.text(max_size=12)).map(lambda text: f"A{text}z")
DATES = st.builds(PartialDate, st.integers(1, 9999), st.integers(0, 12))
NAMES = st.one_of(
    st.builds(Name, whole=TEXT, is_organisation=st.booleans()),
    st.builds(Name, family=TEXT, given=TEXT, affiliation=st.one_of(st.just(""), TEXT)),
    st.builds(Name, family=TEXT),
)
SPANS = st.builds(CitedSpan, TEXT, TEXT, st.just(3), st.just(9), st.one_of(st.none(), TEXT))
ROWS = st.builds(
    CitedRow,
    st.builds(RowReference, TEXT, TEXT, TEXT, st.tuples(TEXT, TEXT), st.one_of(st.just(""), TEXT)),
    st.lists(SPANS, max_size=2).map(tuple),
)
SOURCES = st.builds(
    SourceWork,
    title=TEXT,
    kind=st.sampled_from(["newspaper-article", "web-page", "document"]),
    authors=st.lists(NAMES, max_size=2).map(tuple),
    publication=st.one_of(st.just(""), TEXT),
    date=st.one_of(st.none(), DATES),
    url=st.one_of(st.just(""), TEXT.map("https://example.org/{}".format)),
    note=st.one_of(st.just(""), TEXT),
)
CITATIONS = st.builds(
    Citation,
    name=TEXT,
    title=TEXT,
    titles=st.lists(st.tuples(st.just("de"), TEXT), max_size=1).map(tuple),
    description=TEXT,
    version=TEXT,
    date=st.one_of(st.none(), DATES),
    creators=st.lists(NAMES, max_size=3, unique=True).map(tuple),
    publisher=st.one_of(st.none(), NAMES),
    contributors=st.lists(st.builds(Contributor, NAMES, st.just(("editor",))), max_size=1).map(
        tuple
    ),
    keywords=st.lists(TEXT, max_size=3, unique=True).map(tuple),
    licences=st.lists(st.builds(Licence, TEXT, TEXT), max_size=2).map(tuple),
    is_covered=st.booleans(),
    sources=st.lists(SOURCES, max_size=2).map(tuple),
)
few = settings(max_examples=25)


def told(text: str) -> str:
    """Text as a reader that strips it gives it back."""
    return one_line(text).strip()


@few
@given(CITATIONS, st.lists(ROWS, max_size=2), st.sampled_from(["bibtex", "biblatex"]))
@example(Citation(title="}{", creators=(Name(whole="{ and }"),)), [], "bibtex")
def test_two_readers_of_bibtex_read_it(citation: Citation, rows: list[CitedRow], form: str) -> None:
    citation = replace(citation, rows=tuple(rows))
    text = write_citation(citation, form)
    first, *others = bibtexparser_entries(text)
    assert len(others) == len(citation.sources)
    again = pybtex_entries(text)
    assert list(again) == [first["ID"], *(entry["ID"] for entry in others)]
    (data, *_) = again.values()
    assert as_printed(first["title"]).strip() == told(citation.label)
    for field in first.keys() - {"ID", "ENTRYTYPE", "author"}:  # pybtex makes spaces alike
        assert first[field].split() == data.fields[field].split()
    assert as_printed(first.get("version", "")).strip() == told(citation.version)
    for row in rows:
        assert told(str(row.reference)) in as_printed(first["note"])
        for span in row.spans:
            if span.words is not None:
                assert one_line(span.words) in as_printed(first["note"])
    people = data.persons.get("author", [])
    assert len(people) == len(citation.creators)
    for person, name in zip(people, citation.creators, strict=True):
        family = [*person.prelast_names, *person.last_names]
        given_names = [*person.first_names, *person.middle_names]
        written = name.whole or name.family
        assert as_printed(" ".join(family)).split() == one_line(written).split()
        assert as_printed(" ".join(given_names)).split() == one_line(name.given).split()
    for entry, source in zip(others, citation.sources, strict=True):
        assert as_printed(entry["title"]).strip() == told(source.title)
        assert entry.get("url", "").isascii()


@few
@given(CITATIONS, st.lists(ROWS, max_size=2))
def test_ris_keeps_its_own_rules_and_is_read(citation: Citation, rows: list[CitedRow]) -> None:
    citation = replace(citation, rows=tuple(rows))
    text = write_citation(citation, "ris")
    lines = strict_ris(text)
    first, *others = ris_records(text)
    assert (len(lines), len(others)) == (1 + len(citation.sources), len(citation.sources))
    assert ("TI", one_line(citation.title)) in lines[0]
    assert first["title"] == told(citation.title)
    assert first["edition"] == told(citation.version)
    assert first.get("authors", []) == [told(name.inverted) for name in citation.creators]
    assert first["abstract"] == told(citation.description)
    assert first.get("keywords", []) == [told(word) for word in citation.keywords]
    assert len(first["notes"]) == 1 + len(rows)
    for record, source in zip(others, citation.sources, strict=True):
        assert record["title"] == told(source.title)


@few
@given(CITATIONS)
@example(Citation(title="", creators=(), keywords=("no", "yes", "1.0", "null", "~")))
def test_cff_is_yaml_that_says_the_same(citation: Citation) -> None:
    data = yaml.safe_load(write_citation(citation, "cff"))
    assert data["title"] == one_line(citation.label)
    assert data.get("version", "") == one_line(citation.version)
    names = [{**author} for author in data["authors"]]
    wanted = [one_line(name.whole or name.family) for name in citation.creators]
    assert [n.get("name") or n["family-names"] for n in names] == (
        wanted or ["[no creator is stated]"]
    )
    assert data.get("keywords", []) == list(dict.fromkeys(map(one_line, citation.keywords)))
    titles = [reference["title"] for reference in data.get("references", [])]
    assert titles == [one_line(source.title) for source in citation.sources]


@few
@given(CITATIONS)
def test_json_for_archives_says_the_same_and_is_valid(citation: Citation) -> None:
    from datacite import schema45

    data = json.loads(write_citation(citation, "datacite"))
    assert data["titles"][0]["title"] == one_line(citation.title)
    assert [c["name"] for c in data["creators"]] == [
        one_line(name.inverted) for name in citation.creators
    ] or data["creators"] == [{"name": ":unkn"}]
    if citation.date:
        schema45.validator.validate(data)  # raises what is wrong
    zenodo = json.loads(write_citation(citation, "zenodo"))
    assert zenodo["title"] == one_line(citation.title)
    assert "<b>" not in zenodo["description"]
    codemeta = json.loads(write_citation(citation, "codemeta"))
    assert codemeta["name"] == one_line(citation.title)
    assert len(codemeta_graph(codemeta)) > 3


@few
@given(CITATIONS, st.lists(ROWS, min_size=1, max_size=2))
def test_every_format_is_text_that_no_terminal_obeys(
    citation: Citation, rows: list[CitedRow]
) -> None:
    for form in FORMATS:
        cited = citation if form in WHOLE else replace(citation, rows=tuple(rows))
        text = write_citation(cited, form)
        assert text.endswith("\n")
        assert not any(char in text for char in "\x1b\x9b\r\t\x00\u2028")
        assert text.encode("utf-8")


@few
@given(CITATIONS)
def test_items_of_csl_keep_names_whole(citation: Citation) -> None:
    first, *others = json.loads(write_citation(citation, "csl-json"))
    assert first["title"] == one_line(citation.title)
    for author, name in zip(first.get("author", []), citation.creators, strict=True):
        if name.whole:
            assert author == {"literal": one_line(name.whole)}
        else:
            assert author["family"] == one_line(name.family)
    if citation.date:
        assert first["issued"] == {"date-parts": [list(citation.date.parts)]}
    assert len(others) == len(citation.sources)
