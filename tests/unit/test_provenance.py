"""What a descriptor says of licences and sources, whatever stands there."""

from __future__ import annotations

from typing import Any

import pytest

from smartcity_case.exporters.shared.provenance import (
    all_rights,
    language,
    rights,
    sources,
    stated_rights,
)
from smartcity_case.profile import Package, Resource


def resource(**more: Any) -> Resource:
    return Resource.model_validate({"name": "notes", "path": "notes.csv", **more})


def test_licences_that_say_nothing_are_left_out() -> None:
    stated = [{}, "CC0", {"name": "CC0-1.0"}, {"path": "L.txt", "title": 3}, {"name": "CC0-1.0"}]
    found = rights(resource(licenses=stated))
    assert found == [("CC0-1.0", "", ""), ("", "", "L.txt")]
    assert [str(each) for each in found] == ["CC0-1.0", "(L.txt)"]
    assert [(each.says, each.file) for each in found] == [("CC0-1.0", ""), ("L.txt", "L.txt")]
    assert rights(resource(licenses=None)) == rights(resource()) == []


def test_a_licence_is_told_with_whose_it_is() -> None:
    given = [{"name": "CC0-1.0", "title": "the codes", "path": "https://example.org/0"}]
    package = Package.model_validate(
        {
            "licenses": given,
            "resources": [
                {"name": "codes", "path": "c.csv", "licenses": given},
                {"name": "text", "path": "t.txt", "licenses": [{"name": "mine"}]},
            ],
        }
    )
    said = ("CC0-1.0", "the codes", "https://example.org/0")
    assert list(stated_rights(package)) == [
        ("", said),
        ("codes", said),
        ("text", ("mine", "", "")),
    ]
    free, own = all_rights(package)
    assert str(free) == "CC0-1.0: the codes (https://example.org/0)"
    assert (free.url, free.file, own.says) == ("https://example.org/0", "", "mine")


@pytest.mark.parametrize("stated", [None, "a page", [{}], [3], {"title": "a page"}])
def test_sources_that_say_nothing_are_left_out(stated: object) -> None:
    assert sources(resource(sources=stated)) == []


def test_sources_are_told_by_what_there_is() -> None:
    given = ["a page", {"title": "Letter", "path": "l/1.txt", "date": 1911}, {"date": "1912"}]
    page, letter, other = sources(resource(sources=given))
    assert (page.says, str(page), page.file) == ("a page", "a page", "")
    assert (letter.date, str(letter), letter.file) == ("1911", "Letter (l/1.txt)", "l/1.txt")
    assert (other.says, str(other)) == ("1912", "")


def test_a_language_is_a_string() -> None:
    assert [language(resource(language=each)) for each in ("de", None, ["de"])] == ["de", "", ""]
