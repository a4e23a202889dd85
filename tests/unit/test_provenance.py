"""What a descriptor says of licences and sources, whatever stands there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from anywhere import material
from exports import make_odd
from smartcity_case.exporters.shared.provenance import (
    all_rights,
    language,
    provenance,
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


def test_a_licence_of_parts_is_told_with_these(tmp_path: Path) -> None:
    root = make_odd(tmp_path / "odd")
    described = json.loads((root / "datapackage.json").read_bytes())
    for number, each in enumerate(described["resources"]):
        each["licenses"] = [{"name": "mine"} if number < 2 else {"name": "CC0-1.0"}]
    described["licenses"] = [{"name": "CC0-1.0"}]
    (root / "datapackage.json").write_text(json.dumps(described), "utf-8")
    assert provenance(material(root))["rights"] == "CC0-1.0; mine [stated of text eins, text-2]"
    del described["licenses"]
    (root / "datapackage.json").write_text(json.dumps(described), "utf-8")
    whose = "Dinge & „Sachen“, teile, TEILE, leer"
    assert provenance(material(root))["rights"] == (
        f"mine [stated of text eins, text-2]; CC0-1.0 [stated of {whose}]"
    )


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
