"""The citations of the release, read by the programs that they are for."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest
import yaml

import smartcity_case as sc
from conftest import ROOT
from foreign_citations import (
    as_printed,
    bibtexparser_entries,
    codemeta_graph,
    pybtex_entries,
    rendered,
    ris_records,
    strict_ris,
)
from smartcity_case.case.build import CITATION, CODEMETA, ZENODO, build
from smartcity_case.citation import FORMATS, WHOLE

TITLE = "Smart City Duisburg: a coded news article, every row traced to its words"
AUTHOR = "The smartcity-case project"
HEADLINE = "Huawei soll Duisburg digitalisieren"
ROWS = ["claims/c034", "actors/murrack:role_exact"]
WORDS = "dass nicht jeder der Teilnehmer das Vertrauen in den chinesischen Konzern teilt"


def made(path: str) -> Any:
    return json.loads((ROOT / path).read_text("utf-8"))


def test_what_is_at_the_root_is_what_is_built() -> None:
    files = build(ROOT)
    for path in (CITATION, ZENODO, CODEMETA):
        assert files[path] == (ROOT / path).read_bytes(), path


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_bibtex_by_two_readers(form: str) -> None:
    text = sc.cite(rows=ROWS, format=form)
    data, source = bibtexparser_entries(text)
    again = pybtex_entries(text)
    assert list(again) == [data["ID"], source["ID"]]
    assert data["ID"] == "smartcity-case-1.0.0"
    (author,) = again[data["ID"]].persons["author"]
    assert as_printed(" ".join(author.last_names)) == AUTHOR
    assert as_printed(data["title"]) == TITLE
    assert data["version"] == "1.0.0"
    assert data.get("date", data.get("year")) in ("2026-11-24", "2026")
    assert WORDS in data["note"]
    assert "smartcity-case@1.0.0#claims/c034" in as_printed(data["note"])
    assert as_printed(source["title"]) == HEADLINE
    assert source.get("date", source.get("month")) in ("2018-12", "December")
    assert "author" not in source
    assert "inferred from the address" in source["note"]
    for other in (again[source["ID"]].fields, source):
        assert other["url"].endswith("/23729518.html")


@pytest.mark.parametrize("style", ["plain", "alpha"])
def test_bibtex_in_a_style_that_prints_no_version(style: str) -> None:
    import pybtex

    text = sc.cite(rows=ROWS, format="bibtex")
    printed = pybtex.format_from_string(text, style, output_backend="plaintext")
    assert f"{AUTHOR}. {TITLE}" in printed
    assert (
        "November 2026. Version 1.0.0, data set. Rows smartcity-case@1.0.0#claims/c034" in printed
    )
    assert "Der Tagesspiegel, December 2018. Headline: inferred from the address" in printed


def test_ris_by_its_rules_and_by_a_reader() -> None:
    text = sc.cite(rows=ROWS, format="ris")
    lines = strict_ris(text)
    data, source = ris_records(text)
    assert (data["type_of_reference"], source["type_of_reference"]) == ("DATA", "NEWS")
    assert (data["title"], data["authors"], data["year"]) == (TITLE, [AUTHOR], "2026")
    assert data["edition"] == "1.0.0"
    assert [note.split(": ")[0] for note in data["notes"]] == [
        "Version 1.0.0", *("smartcity-case@1.0.0#" + row for row in ROWS)
    ]  # fmt: skip
    assert source["title"] == HEADLINE
    assert ("DA", "2018/12//") in lines[1]
    assert "authors" not in source


@pytest.mark.parametrize(
    ("style", "parts"),
    [
        ("apa", [f"{AUTHOR}. (2026).", TITLE, "(Version 1.0.0)", "[Dataset]"]),
        ("chicago-author-date", [f"{AUTHOR}. 2026.", "Version 1.0.0."]),
        ("harvard-cite-them-right", [f"{AUTHOR} (2026)", TITLE]),
        ("chicago-author-date-de", [f"{AUTHOR}. 2026.", TITLE]),
    ],
)
def test_csl_json_by_a_processor(style: str, parts: list[str]) -> None:
    data, source = rendered(json.loads(sc.cite(rows=ROWS, format="csl-json")), style)
    for part in parts:
        assert part in data
    assert HEADLINE in source
    assert "Der Tagesspiegel" in source
    assert re.search(r"\b(December|Dezember)\b(?! \d\b)", source)


def test_datacite_by_its_schema() -> None:
    from datacite import schema45

    data = json.loads(sc.cite(format="datacite"))
    schema45.validator.validate(data)
    assert data["titles"][0] == {"title": TITLE}
    assert data["titles"][1]["lang"] == "de"
    assert data["creators"] == [{"name": AUTHOR, "nameType": "Organizational"}]
    assert "doi" not in data
    xml = schema45.tostring({**data, "doi": "10.1234/not-ours"})
    assert "zurückgeführt" in xml
    broken = {**data, "publicationYear": "MMXXVI"}
    with pytest.raises(Exception, match="MMXXVI"):
        schema45.validator.validate(broken)


def test_codemeta_as_json_ld() -> None:
    from rdflib import RDF, Literal, Namespace

    schema = Namespace("http://schema.org/")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    graph = codemeta_graph(made(CODEMETA))
    assert not [o for t in graph for o in t if "base.invalid" in str(o)]  # every term is resolved
    (code,) = graph.subjects(RDF.type, schema.SoftwareSourceCode)
    (data,) = graph.objects(code, schema.hasPart)
    assert (data, RDF.type, schema.Dataset) in graph
    assert graph.value(data, schema.name) == Literal(TITLE)
    assert graph.value(code, schema.runtimePlatform) == Literal(
        f"Python {project['requires-python']}"
    )
    needed = {
        f"{graph.value(node, schema.name)}{graph.value(node, schema.version)}"
        for node in graph.objects(code, schema.softwareRequirements)
    }
    assert needed == {line.split(";")[0] for line in project["dependencies"]}
    assert Literal("2018-12", datatype=schema.Date) in set(
        graph.objects(graph.value(data, schema.isBasedOn), schema.datePublished)
    )


def test_no_format_puts_everything_under_one_licence() -> None:
    assert made(ZENODO)["license"] == "other-closed"
    assert made(ZENODO)["access_right"] == "restricted"
    assert not {"license", "license-url"} & set(
        yaml.safe_load((ROOT / CITATION).read_text("utf-8"))
    )
    for right in json.loads(sc.cite(format="datacite"))["rightsList"]:
        assert set(right) == {"rights"}
    code = made(CODEMETA)
    stated = [*code["license"], *code["hasPart"][0]["license"]]
    stated += json.loads(sc.cite(format="codemeta"))["license"]
    for licence in stated:
        assert licence["description"]  # what it covers
    names = [licence["name"] for licence in code["license"]]
    assert names == ["MIT", "CC-BY-4.0", "LicenseRef-rights-of-the-article"]
    for form in FORMATS:
        text = sc.cite(format=form)
        assert ("CC-BY" in text) is (form in WHOLE)
        if form in WHOLE:
            assert "not the article and not the columns marked verbatim" in text


# As Zenodo's own form and its public descriptions name them; there is no official schema to hold
# the file to.
ZENODO_PROPERTIES = {
    *("access_conditions", "access_right", "contributors", "creators", "description", "keywords"),
    *("language", "license", "notes", "publication_date", "references", "related_identifiers"),
    *("title", "upload_type", "version"),
}


def test_zenodo_finds_the_properties_it_knows() -> None:
    data = made(ZENODO)
    assert set(data) <= ZENODO_PROPERTIES
    assert {"title", "description", "access_right", "license", "upload_type"} <= set(data)
    assert data["upload_type"] == "dataset"
    assert len(data["title"]) > 2
    for person in data["creators"]:
        assert set(person) <= {"name", "affiliation", "orcid"}
    for related in data["related_identifiers"]:
        assert set(related) == {"identifier", "relation"}
    assert "access_conditions" in data  # which `restricted` asks for
