"""What is read from a descriptor for a citation, and how each format says it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

import smartcity_case as sc
from smartcity_case.citation import FORMATS, citation, write_citation
from smartcity_case.citation.described import describe, read_date, read_source
from smartcity_case.citation.values import Citation, Contributor, Name, PartialDate, SourceWork
from smartcity_case.profile import Package

WHOLE: dict[str, Any] = {
    "name": "brieven",
    "title": "Letters & „Zettel“",
    "titleDe": "Briefe",
    "title@nl": "Brieven",
    "titleless": "no translation",
    "descriptionDe": "Was darin steht.",
    "description": "What they say: 100 % <true>.",
    "version": "2.1.0",
    "created": "2024-05-06T10:00:00Z",
    "homepage": "https://example.org/letters",
    "id": "https://doi.org/10.1234/a_b",
    "keywords": ["letters", "Briefe", "letters", 3, ""],
    "contributors": [
        {
            "givenName": "Ida Marie",
            "familyName": "Øster",
            "organization": "Lab",
            "roles": ["author"],
        },
        {"title": "Müller & Sons", "organization": "Müller & Sons", "roles": ["creator"]},
        {"title": "The Archive", "roles": ["publisher"]},
        {"title": "Jo", "email": "jo@example.org", "path": "https://jo.example", "role": "Editor"},
        {"title": "", "roles": ["creator"]},
    ],
    "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
    "sources": [
        {"title": "A letter", "path": "letter.txt", "date": "1911-03-01", "datePrecision": "month"},
        {"title": "A page", "path": "https://example.org/p?a=1&b=2", "author": "Ada"},
        {
            "title": "Article",
            "headline": "„Nein“",
            "headlineStatus": "inferred",
            "authorStatus": "not known",
            "type": "newspaper-article",
            "publication": "Het Blad",
            "date": "2018-12",
            "language": "nl",
        },
        {"email": "nobody@example.org"},
        "not a source",
    ],
}


def package(**changes: Any) -> Package:
    data = {"resources": [{"name": "a", "path": "a.csv"}], **changes}
    return Package.model_validate({k: v for k, v in data.items() if v is not None})


def cited(form: str, **changes: Any) -> str:
    return write_citation(describe(package(**{**WHOLE, **changes})), form)


def test_everything_that_the_descriptor_states_is_read() -> None:
    found = describe(package(**WHOLE))
    ida = Name(family="Øster", given="Ida Marie", affiliation="Lab")
    sons = Name(whole="Müller & Sons", is_organisation=True)
    assert found.creators == (ida, sons)
    assert found.publisher == Name(whole="The Archive")
    assert found.contributors == (
        Contributor(Name(whole="The Archive"), ("publisher",)),
        Contributor(Name(whole="Jo"), ("editor",)),
    )
    assert found.titles == (("de", "Briefe"), ("nl", "Brieven"))
    assert found.descriptions == (("de", "Was darin steht."),)
    assert found.date == PartialDate(2024, 5, 6)
    assert found.keywords == ("letters", "Briefe")
    assert (found.doi, found.url) == ("10.1234/a_b", "https://doi.org/10.1234/a_b")
    letter, page, article = found.sources
    assert (letter.kind, letter.date, letter.url) == ("document", PartialDate(1911, 3), "")
    assert (page.kind, page.authors) == ("web-page", (Name(whole="Ada"),))
    assert article.title == "„Nein“"
    assert article.note == "Headline: inferred. Author: not known."
    assert found.gaps == ()


def test_a_package_that_states_nothing_is_cited_all_the_same() -> None:
    bare = describe(package())
    assert bare == Citation()
    assert bare.gaps == ("title", "version", "created", "contributors (one with the role creator)")
    for form in FORMATS:
        text = write_citation(bare, form)
        assert "None" not in text
        assert "[data package without a title]" in text or form in ("bibtex",)
    assert citation(package()) == "[data package without a title] [Data set]. (n.d.)."
    assert yaml.safe_load(write_citation(bare, "cff"))["authors"] == [
        {"name": "[no creator is stated]"}
    ]
    data = json.loads(write_citation(bare, "datacite"))
    assert data["creators"] == [{"name": ":unkn"}]
    assert data["publisher"] == {"name": ":unav"}
    assert "publicationYear" not in data
    assert describe(package(name="only-a-name")).label == "only-a-name"


@pytest.mark.parametrize(
    ("people", "creators"),
    [
        ([{"title": "A"}], ["A"]),
        ([{"title": "A"}, {"title": "B", "roles": ["creator"]}], ["B"]),
        ([{"title": "A", "role": "author"}], ["A"]),
        ([{"title": "A", "roles": ["wrangler"]}], []),
        ([{"title": "A", "roles": ["Creator"]}, {"title": "A", "roles": ["creator"]}], ["A"]),
        ([{"organization": "Org"}], ["Org"]),
        ([{"familyName": "Family"}], ["Family"]),
        ([{"email": "a@example.org"}], []),
    ],
)
def test_who_is_named_as_creator(people: list[dict[str, Any]], creators: list[str]) -> None:
    found = describe(package(contributors=people))
    assert [name.display for name in found.creators] == creators


@pytest.mark.parametrize(
    ("text", "precision", "iso"),
    [
        ("2018", "", "2018"),
        ("2018-12", "", "2018-12"),
        ("2018-12-01", "", "2018-12-01"),
        ("2018-12-01T00:00:00+01:00", "", "2018-12-01"),
        ("2018-12-01", "month", "2018-12"),
        ("2018-12-01", "year", "2018"),
        ("2018-12", "day", "2018-12"),
        ("2018-12-01", "about", "2018-12-01"),
        ("2018-13", "", None),
        ("2018-02-30", "", None),
        ("0000", "", None),
        ("2018-1", "", None),
        ("December", "", None),
        ("٢٠١٨", "", None),
        ("", "", None),
    ],
)
def test_a_date_is_as_precise_as_it_is_known(text: str, precision: str, iso: str | None) -> None:
    found = read_date(text, precision)
    assert (found.iso if found else None) == iso


@pytest.mark.parametrize(
    ("stated", "doi"),
    [
        ({"id": "10.1234/x"}, "10.1234/x"),
        ({"id": "doi:10.1234/x"}, "10.1234/x"),
        ({"id": "HTTPS://DX.DOI.ORG/10.1234/X"}, "10.1234/X"),
        ({"doi": "10.1234/y", "id": "10.1234/x"}, "10.1234/y"),
        ({"id": "5ba5b9b0-9c7b"}, ""),
        ({"id": "https://example.org/10.1234/x"}, ""),
        ({"id": "10.12/x"}, ""),
        ({"id": "10.1234/a b"}, ""),
        ({"id": 7}, ""),
        ({}, ""),
    ],
)
def test_an_id_is_a_doi_only_if_it_is_one(stated: dict[str, Any], doi: str) -> None:
    found = describe(package(**stated))
    assert found.doi == doi
    for form in FORMATS:
        assert ("doi" in write_citation(found, form).lower()) is (bool(doi) and form != "zenodo")


def test_sources_of_texts_count_and_each_is_cited_once() -> None:
    letter = {"title": "A letter", "date": "1911"}
    parts = [{"name": name, "path": f"{name}.csv", "sources": [letter]} for name in "ab"]
    found = describe(package(resources=parts, sources=[letter, {"title": "Another"}]))
    assert [source.title for source in found.sources] == ["A letter", "Another"]
    assert read_source({"path": "a.txt", "author": ["Ida", 3, " "]}) == SourceWork(
        title="a.txt", authors=(Name(whole="Ida"),)
    )


# Licences


def with_licences(own: list[str] | None, *parts: list[str] | None) -> Citation:
    def stated(names: list[str] | None) -> dict[str, Any]:
        return {} if names is None else {"licenses": [{"name": name} for name in names]}

    resources = [
        {"name": f"r{n}", "path": f"r{n}.csv", **stated(names)} for n, names in enumerate(parts)
    ]
    return describe(package(title="Three words", resources=resources, **stated(own)))


@pytest.mark.parametrize(
    ("own", "parts", "zenodo", "access", "cff"),
    [
        (["CC-BY-4.0"], [None], "cc-by-4.0", "open", "CC-BY-4.0"),
        (["cc-by-4.0"], [["CC-BY-4.0"]], "cc-by-4.0", "open", "CC-BY-4.0"),
        (["ODC-PDDL-1.0"], [["ODC-PDDL-1.0"], None], "pddl-1.0", "open", "PDDL-1.0"),
        (["CC-BY-NC-4.0"], [None], "cc-by-nc-4.0", "restricted", "CC-BY-NC-4.0"),
        (["CC-BY-4.0"], [["CC-BY-4.0"], ["LicenseRef-x"]], "other-closed", "restricted", None),
        (["CC-BY-4.0", "MIT"], [None], "other-open", "open", None),
        (["CC-BY-4.0", "LicenseRef-x"], [None], "other-closed", "restricted", None),
        (["LicenseRef-x"], [None], "other-closed", "restricted", None),
        (None, [["MIT"], ["MIT"]], "mit", "open", "MIT"),
        (None, [["MIT"], None], "other-closed", "restricted", None),
        (None, [None], "other-closed", "restricted", None),
    ],
)
def test_a_licence_holds_for_the_whole_only_if_every_part_is_under_it(
    own: list[str] | None, parts: list[Any], zenodo: str, access: str, cff: str | None
) -> None:
    found = with_licences(own, *parts)
    data = json.loads(write_citation(found, "zenodo"))
    assert (data["license"], data["access_right"]) == (zenodo, access)
    assert ("access_conditions" in data) is (access == "restricted")
    assert yaml.safe_load(write_citation(found, "cff")).get("license") == cff
    rights = json.loads(write_citation(found, "datacite")).get("rightsList", [])
    assert [r.get("rightsIdentifier") for r in rights if "rightsIdentifier" in r] == (
        [cff] if cff else []
    )


def test_a_licence_of_no_list_is_told_by_its_address() -> None:
    own = [{"name": "Ours", "path": "https://example.org/licence"}]
    found = describe(package(licenses=own))
    data = yaml.safe_load(write_citation(found, "cff"))
    assert data["license-url"] == "https://example.org/licence"
    assert "license" not in data
    (right,) = json.loads(write_citation(found, "datacite"))["rightsList"]
    assert right == {"rights": "Ours", "rightsUri": "https://example.org/licence"}


# Formats


def test_apa() -> None:
    dataset, letter, page, article = cited("apa").splitlines()
    assert dataset == (
        "Øster, I. M., & Müller & Sons. (2024). Letters & „Zettel“ (Version 2.1.0) [Data set]. "
        "The Archive. https://doi.org/10.1234/a_b"
    )
    assert letter == "A letter. (1911, March)."
    assert page == "Ada. (n.d.). A page. https://example.org/p?a=1&b=2"
    assert article == (
        "„Nein“. (2018, December). Het Blad. [Headline: inferred. Author: not known.]"
    )


def test_chicago() -> None:
    dataset, letter, page, article = cited("chicago").splitlines()
    assert dataset == (
        "Øster, Ida Marie, and Müller & Sons. 2024. “Letters & „Zettel“.” Version 2.1.0. Data set. "
        "The Archive. https://doi.org/10.1234/a_b."
    )
    assert letter == "“A letter.” 1911. March 1911."
    assert page == "Ada. n.d. “A page.” https://example.org/p?a=1&b=2."
    assert article == (
        "Het Blad. 2018. “„Nein“.” December 2018. [Headline: inferred. Author: not known.]"
    )


@pytest.mark.parametrize(
    ("count", "apa", "chicago"),
    [
        (1, "F0, G.", "F0, G."),
        (2, "F0, G., & F1, G.", "F0, G, and G F1."),
        (10, "F8, G., & F9, G.", "and G F9."),
        (11, "& F10, G.", "G F6, et al."),
        (20, "& F19, G.", "et al."),
        (21, "F18, G., … F20, G.", "et al."),
    ],
)
def test_lists_of_many_names(count: int, apa: str, chicago: str) -> None:
    names = tuple(Name(family=f"F{n}", given="G") for n in range(count))
    found = Citation(title="T", creators=names)
    assert apa in write_citation(found, "apa")
    assert chicago in write_citation(found, "chicago")
    in_text = {1: "(F0, n.d.", 2: "(F0 & F1, n.d."}.get(count, "(F0 et al., n.d.")
    from smartcity_case.citation.apa import in_text as written

    assert f"({written(found)}" == in_text


def test_given_names_are_abbreviated_part_by_part() -> None:
    name = Name(family="von der Øster", given="Jean-Luc E. ödön")
    assert write_citation(Citation(title="T?", creators=(name,)), "apa") == (
        "von der Øster, J.-L. E. ö. (n.d.). T? [Data set].\n"
    )


def test_bibtex_and_biblatex_have_version_note_and_dates_as_known() -> None:
    bibtex, biblatex = cited("bibtex"), cited("biblatex")
    assert bibtex.startswith("@misc{brieven-2.1.0,\n")
    assert "author = {Øster, Ida Marie and {Müller \\& Sons}}," in bibtex
    assert "  year = {2024},\n  month = may,\n" in bibtex
    assert "note = {Version 2.1.0, data set.}" in bibtex
    assert "doi = {10.1234/a_b}" in bibtex
    assert "@misc{brieven-source-3,\n  key = {„Nein“}" in bibtex  # @article wants an author
    assert "howpublished = {Het Blad},\n  year = {2018},\n  month = dec," in bibtex
    assert "@misc{brieven-source-1,\n  key = {A letter},\n  title = {{A letter}},\n" in bibtex
    assert biblatex.startswith("@dataset{brieven-2.1.0,\n")
    assert "version = {2.1.0},\n  date = {2024-05-06},\n  publisher = {The Archive}" in biblatex
    assert "@online{brieven-source-2," in biblatex
    assert "@misc{brieven-source-1," in biblatex
    assert "  date = {1911-03},\n" in biblatex
    assert "entrysubtype = {newspaper},\n  date = {2018-12}," in biblatex
    assert "url" not in biblatex.split("@online")[0]  # the DOI says it
    assert "url = {https://example.org/letters}" in cited("biblatex", id=None)


def test_an_article_with_an_author_is_one() -> None:
    source = {**WHOLE["sources"][2], "author": "Ada & Co"}
    bibtex = cited("bibtex", sources=[source, {"title": "B"}])
    assert (
        "@article{brieven-source-1,\n  author = {{Ada \\& Co}},\n  title = {{„Nein“}},\n" in bibtex
    )
    assert "journal = {Het Blad}" in bibtex
    assert "Ada & Co. (2018, December). „Nein“. Het Blad." in cited("apa", sources=[source])
    assert "“„Nein“.” Het Blad, December 2018." in cited("chicago", sources=[source])
    assert "\nSources (cite them for what they say):\n" in cited("text")
    assert "\nSource (cite it for what it says):\n" in cited("text", sources=[source])


def test_keys_are_of_ascii_and_never_empty() -> None:
    assert write_citation(Citation(name="über ~ Maß", version="1"), "bibtex").startswith(
        "@misc{uber-Ma-1,"
    )
    assert write_citation(Citation(name="家"), "biblatex").startswith("@dataset{dataset,")
    source = SourceWork("T")
    assert "@misc{dataset-source-1," in write_citation(Citation(sources=(source,)), "bibtex")


def test_ris() -> None:
    records = cited("ris").split("\n\n")
    wanted = ["TY  - DATA", "AU  - Øster, Ida Marie", "AU  - Müller & Sons", "PY  - 2024"]
    wanted += ["DA  - 2024/05/06/", "ET  - 2.1.0", "TT  - Briefe", "TT  - Brieven"]
    wanted += ["DO  - 10.1234/a_b", "PB  - The Archive", "KW  - letters", "N1  - Version 2.1.0"]
    assert set(wanted) <= set(records[0].splitlines())
    for line in ("TY  - NEWS", "T2  - Het Blad", "DA  - 2018/12//", "LA  - nl"):
        assert line in records[3].splitlines()
    assert "TY  - ELEC" in records[2]
    assert "TY  - GEN" in records[1]


def test_zenodo_gets_html_and_keeps_what_covers_what() -> None:
    data = json.loads(cited("zenodo"))
    assert data["description"] == "<p>What they say: 100 % &lt;true&gt;.</p>"
    assert data["creators"] == [
        {"name": "Øster, Ida Marie", "affiliation": "Lab"},
        {"name": "Müller & Sons"},
    ]
    assert data["contributors"][1] == {"name": "Jo", "type": "Editor"}
    assert "publication_date" not in data  # the day of the upload, if nothing is stated
    assert data["related_identifiers"] == [
        {"identifier": "https://example.org/p?a=1&b=2", "relation": "isDerivedFrom"}
    ]
    assert "Title (de): Briefe." in data["notes"]
    assert json.loads(cited("zenodo", published="2024-05"))["publication_date"] == "2024-05"
    assert json.loads(cited("zenodo", language="de"))["language"] == "de"
    assert "language" not in json.loads(cited("zenodo", language="de-AT"))


def test_datacite_says_of_names_only_what_is_known() -> None:
    data = json.loads(cited("datacite"))
    ida, sons = data["creators"]
    assert ida == {
        "name": "Øster, Ida Marie",
        "nameType": "Personal",
        "givenName": "Ida Marie",
        "familyName": "Øster",
        "affiliation": [{"name": "Lab"}],
    }
    assert sons == {"name": "Müller & Sons", "nameType": "Organizational"}
    assert data["publisher"] == {"name": "The Archive"}
    assert {"name": "Jo", "contributorType": "Editor"} in data["contributors"]
    assert data["doi"] == "10.1234/a_b"
    assert data["relatedItems"][2]["publicationYear"] == "2018"
    twins = [{"title": "A", "language": "de"}, {"title": "A", "language": "nl"}]
    assert len(json.loads(cited("datacite", sources=twins))["relatedItems"]) == 1


def test_cff_has_whole_dates_only_and_takes_any_doi() -> None:
    assert "date-released" not in cited("cff")
    assert "date-released" not in cited("cff", published="2024-05")
    data = yaml.safe_load(cited("cff", published="2024-05-06"))
    assert data["date-released"] == "2024-05-06"
    assert data["doi"] == "10.1234/a_b"
    assert "url" not in data
    assert data["license"] == "CC-BY-4.0"
    assert "Rights:" not in data["abstract"]
    assert data["authors"][0] == {
        "family-names": "Øster", "given-names": "Ida Marie", "affiliation": "Lab"
    }  # fmt: skip
    odd = yaml.safe_load(cited("cff", id="10.1002/(SICI)1<2::AID>3"))
    assert "doi" not in odd
    assert odd["url"] == "https://doi.org/10.1002/(SICI)1%3C2::AID%3E3"
    day = yaml.safe_load(cited("cff", sources=[{"title": "A", "date": "1911-03-02"}]))
    assert day["references"][0]["date-published"] == "1911-03-02"


def test_codemeta_of_data_alone() -> None:
    data = json.loads(cited("codemeta"))
    assert data["@type"] == "schema:Dataset"
    assert data["identifier"] == "https://doi.org/10.1234/a_b"
    assert data["license"] == "https://spdx.org/licenses/CC-BY-4.0"
    kinds = [author["@type"] for author in data["author"]]
    assert kinds == ["Person", "Organization"]
    assert data["publisher"] == {"@type": "schema:Thing", "name": "The Archive"}
    assert data["author"][0]["affiliation"] == {"@type": "Organization", "name": "Lab"}


def test_an_unknown_format_is_told_with_the_known_ones() -> None:
    with pytest.raises(sc.NotFound, match="no format 'endnote'; there are text, apa,"):
        write_citation(Citation(), "endnote")
