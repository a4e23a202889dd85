"""Names, dates and languages of a citation where they are unlike what one expects."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

import smartcity_case as sc
from conftest import Folder
from foreign_citations import bibtexparser_entries, pybtex_entries
from smartcity_case.citation import FORMATS, write_citation
from smartcity_case.citation.codemeta import Software, describe_software
from smartcity_case.citation.described import describe
from smartcity_case.citation.values import Citation, Name
from smartcity_case.citing import citation_of
from smartcity_case.cli import main
from smartcity_case.profile import Package


def cited(form: str, **more: Any) -> str:
    data = {"title": "T", "resources": [{"name": "a", "path": "a.csv"}], **more}
    return write_citation(describe(Package.model_validate(data)), form)


# Dates


def test_what_was_made_on_a_day_was_not_published_on_it() -> None:
    made = {"created": "2024-05-06"}
    assert "2024-05-06" not in cited("cff", **made) + cited("zenodo", **made)
    data = json.loads(cited("codemeta", **made))
    assert (data["dateCreated"], "datePublished" in data) == ("2024-05-06", False)
    record = json.loads(cited("datacite", **made))
    assert record["publicationYear"] == "2024"  # without one there is no record
    assert record["dates"] == [{"date": "2024-05-06", "dateType": "Created"}]
    code = json.loads(describe_software(Software("p"), citation_of()))
    assert "datePublished" not in code


def test_the_day_of_publication_counts_where_it_is_stated() -> None:
    stated = {"created": "2024-05-06", "published": "2025-01-02"}
    assert yaml.safe_load(cited("cff", **stated))["date-released"] == "2025-01-02"
    assert json.loads(cited("zenodo", **stated))["publication_date"] == "2025-01-02"
    assert json.loads(cited("codemeta", **stated))["datePublished"] == "2025-01-02"
    record = json.loads(cited("datacite", **stated))
    assert record["publicationYear"] == "2025"
    assert [each["dateType"] for each in record["dates"]] == ["Created", "Issued"]
    for form in ("text", "apa", "chicago", "bibtex", "biblatex", "ris", "csl-json"):
        assert ("2025" in cited(form, **stated), "2024" in cited(form, **stated)) == (True, False)


def test_a_date_that_cannot_be_read_is_not_called_missing(
    toy: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    toy.describe(lambda d: d.update(created="next week"))
    assert main(["cite", "--package", str(toy.root)]) == 0
    told = capsys.readouterr().err
    assert "created is 'next week', which cannot be read as a date\n" in told
    assert "lacks: contributors" in told


# Names and titles


@pytest.mark.parametrize("empty", [" ", "\n\t", "\x01", "\x9b\x00", "\xa0"])
def test_what_shows_nothing_is_absent(empty: str) -> None:
    nobody = [{"title": empty, "roles": ["creator"]}, {"title": "Ida", "roles": ["author"]}]
    stated = {"title": empty, "version": empty, "description": empty, "titleDe": empty}
    for form in FORMATS:
        assert cited(form, **stated, contributors=nobody) == cited(
            form, title="", contributors=[{"title": "Ida", "roles": ["author"]}]
        )
    data = yaml.safe_load(cited("cff", **stated))
    assert data["title"] == "[data package without a title]"
    assert write_citation(Citation(name=empty), "apa") == write_citation(Citation(), "apa")


@pytest.mark.parametrize(
    ("given", "initials"),
    [
        ("E\u0301mile", "E\u0301."),
        ("Jean-E\u0301mile A\u030angstro\u0308m", "J.-E\u0301. A\u030a."),
        ("किरण", "कि."),
        ("Ἀ\u0313λέξης", "Ἀ\u0313."),
        ("Łukasz", "Ł."),
        ("J. R. R.", "J. R. R."),
        ("O'Neill", "O.'N."),
        ("D1 2nd", "D. 2n."),
    ],
)
def test_initials_keep_the_marks_of_their_letter(given: str, initials: str) -> None:
    name = Name(family="Øster", given=given)
    assert write_citation(Citation(title="T", creators=(name,)), "apa").startswith(
        f"Øster, {initials} (n.d.)"
    )


def test_a_narrow_space_does_not_take_a_name_apart() -> None:
    names = (Name(family="von\u202fHof", given="I.\u202fM."), Name(family="Berg", given="Jo"))
    text = write_citation(Citation(title="T", creators=names), "bibtex")
    assert r"author = {{von\,Hof}, {I.\,M.} and Berg, Jo}," in text
    people = pybtex_entries(text)["dataset"].persons["author"]
    assert [len(who.last_names) for who in people] == [1, 1]
    assert [who.lineage_names for who in people] == [[], []]
    assert bibtexparser_entries(text)[0]["author"].count(" and ") == 1


def test_a_given_name_alone_is_a_name() -> None:
    (item,) = json.loads(cited("csl-json", contributors=[{"givenName": "Plato"}]))
    assert item["author"] == [{"literal": "Plato"}]
    (item,) = json.loads(cited("csl-json", contributors=[{"familyName": "Plato"}]))
    assert item["author"] == [{"family": "Plato"}]


# Languages


def test_only_languages_are_translations() -> None:
    more = {
        "titleUrl": "https://example.org", "titlePdf": "t.pdf", "titles": "no", "title@": "no",
        "titleDe": "Briefe", "title@de-AT": "Brieferl", "title@NLD": "Brieven", "title_es": "no",
    }  # fmt: skip
    found = describe(Package.model_validate({"title": "Letters", "resources": [
        {"name": "a", "path": "a.csv"}], **more}))  # fmt: skip
    assert dict(found.titles) == {"de": "Briefe", "de-AT": "Brieferl", "nld": "Brieven"}


def test_a_language_with_a_region_is_asked_for(toy: Folder) -> None:
    toy.describe(lambda d: d.update({"title@de-AT": "Vogerl"}))
    assert sc.cite(toy.root, format="apa", language="DE-at").startswith("Vogerl (Version")
    with pytest.raises(sc.NotFound, match="its translations: de-AT"):
        sc.cite(toy.root, language="de")


@pytest.mark.parametrize(
    ("language", "langid"),
    [("de-AT", "ngerman"), ("deu", "ngerman"), ("ES", "spanish"), ("est", ""), ("", "")],
)
def test_biblatex_knows_a_language_by_its_whole_name(language: str, langid: str) -> None:
    text = cited("biblatex", language=language, sources=[{"title": "S", "language": language}])
    assert text.count(f"langid = {{{langid}}}") == (2 if langid else 0)
    assert text.count("langid") == (2 if langid else 0)
