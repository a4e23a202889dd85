"""Whether one licence holds for everything: asked once, and said alike by every format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import smartcity_case as sc
from conftest import Folder
from smartcity_case.citation import licence, write_citation
from smartcity_case.citation.described import describe
from smartcity_case.citation.licence_names import fits, is_called, known_licence
from smartcity_case.profile import Package

CC_URL = "https://creativecommons.org/licenses/by/4.0/"
CC = {"name": "CC-BY-4.0", "path": CC_URL}
NARROW = {**CC, "title": "CC BY 4.0: codes only; not the words of the text"}

# What the package states, what each of its two parts does (... for nothing).
NOT_ONE: dict[str, tuple[Any, Any, Any]] = {
    "a part states a file": ([CC], ..., [{"path": "RIGHTS.md"}]),
    "a part states words": ([CC], ..., [{"title": "All rights reserved"}]),
    "the title narrows it": ([NARROW], ..., ...),
    "the title of a part narrows it": ([CC], [NARROW], ...),
    "the title of every part narrows it": (..., [NARROW], [NARROW]),
    "of the package only an empty object": ([{}], [CC], ...),
    "beside it an empty object": ([CC, {}], ..., ...),
    "a part states an object": ([CC], {"name": "own"}, ...),
    "a part states a string": ([CC], ..., "all rights reserved"),
    "a part states what is no object": ([CC], ..., ["all rights reserved"]),
    "a part states no text": ([CC], ..., [{"name": 3}]),
    "the address is that of another": ([{**CC, "path": CC_URL.replace("by", "by-nc")}], ..., ...),
    "an unknown one with words": ([{"name": "own", "title": "own: the codes"}], ..., ...),
}
ONE: dict[str, tuple[Any, Any, Any]] = {
    "of the package": ([CC], ..., ...),
    "of the package and of a part": ([CC], [CC], ...),
    "of the parts": (..., [CC], [CC]),
    "beside it an empty list": ([CC], [], ...),
    "with its full name": ([{**CC, "title": "Creative Commons Attribution 4.0"}], [CC], ...),
}


def licensed(descriptor: dict[str, Any], stated: tuple[Any, Any, Any]) -> None:
    holders = (descriptor, descriptor["resources"][0], descriptor["resources"][1])
    for holder, licences in zip(holders, stated, strict=True):
        if licences is not ...:
            holder["licenses"] = licences


def package(whole: Any, table: Any, text: Any) -> Package:
    resources = [{"name": "a", "path": "a.csv"}, {"name": "t", "path": "t.txt"}]
    descriptor: dict[str, Any] = {"title": "Three words", "resources": resources}
    licensed(descriptor, (whole, table, text))
    return Package.model_validate(descriptor)


@pytest.mark.parametrize("stated", NOT_ONE.values(), ids=NOT_ONE)
def test_a_citation_names_no_licence_of_everything(stated: tuple[Any, Any, Any]) -> None:
    found = describe(package(*stated))
    assert found.licence is None
    cff = yaml.safe_load(write_citation(found, "cff"))
    assert not {"license", "license-url"} & set(cff)
    assert "Rights: " in cff["abstract"]
    zenodo = json.loads(write_citation(found, "zenodo"))
    assert (zenodo["license"], zenodo["access_right"]) == ("other-closed", "restricted")
    for right in json.loads(write_citation(found, "datacite"))["rightsList"]:
        assert set(right) == {"rights"}
    for each in json.loads(write_citation(found, "codemeta"))["license"]:
        assert each["description"]


@pytest.mark.parametrize("stated", ONE.values(), ids=ONE)
def test_a_citation_names_the_licence_of_everything(stated: tuple[Any, Any, Any]) -> None:
    found = describe(package(*stated))
    assert yaml.safe_load(write_citation(found, "cff"))["license"] == "CC-BY-4.0"
    zenodo = json.loads(write_citation(found, "zenodo"))
    assert (zenodo["license"], zenodo["access_right"]) == ("cc-by-4.0", "open")
    (right,) = json.loads(write_citation(found, "datacite"))["rightsList"]
    assert right["rightsIdentifier"] == "CC-BY-4.0"
    codemeta = json.loads(write_citation(found, "codemeta"))
    assert codemeta["license"] == "https://spdx.org/licenses/CC-BY-4.0"


def said(form: str, out: Path) -> Any:
    """What a format says of the licence of the whole."""
    if form == "huggingface":
        card = (out / "README.md").read_text("utf-8").split("---\n")[1]
        return yaml.safe_load(card)["license"]
    if form == "croissant":
        return json.loads((out / "croissant.json").read_text("utf-8")).get("license")
    graph = json.loads((out / "ro-crate-metadata.json").read_text("utf-8"))["@graph"]
    by_id = {node["@id"]: node for node in graph}
    return by_id[by_id["./"]["license"]["@id"]]


@pytest.mark.parametrize("stated", [ONE["of the package"], ONE["with its full name"]])
def test_exports_name_the_licence_of_everything(
    toy: Folder, tmp_path: Path, stated: tuple[Any, Any, Any]
) -> None:
    toy.describe(lambda d: licensed(d, stated))
    for form in ("huggingface", "croissant", "ro-crate"):
        sc.export(toy.root, form, tmp_path / form)
    assert said("huggingface", tmp_path / "huggingface") == "cc-by-4.0"
    (of_all,) = said("croissant", tmp_path / "croissant")
    assert CC_URL in (of_all, dict(of_all).get("url") if isinstance(of_all, dict) else "")
    assert CC_URL in said("ro-crate", tmp_path / "ro-crate").values()


@pytest.mark.parametrize(
    "name",
    ["a part states a file", "the title narrows it", "a part states an object",
     "of the package only an empty object", "the title of a part narrows it"],
)  # fmt: skip
def test_exports_name_no_licence_of_everything(toy: Folder, tmp_path: Path, name: str) -> None:
    (toy.root / "RIGHTS.md").write_text("Nothing is given.", "utf-8")
    toy.describe(lambda d: licensed(d, NOT_ONE[name]))
    for form in ("huggingface", "croissant", "ro-crate"):
        sc.export(toy.root, form, tmp_path / form)
    assert said("huggingface", tmp_path / "huggingface") == "other"
    of_all = said("croissant", tmp_path / "croissant")
    assert all(each["description"] for each in of_all)  # never an address alone
    words = [each["description"] for each in of_all]
    whole = said("ro-crate", tmp_path / "ro-crate")
    assert whole["name"] == "Rights of the parts"
    assert whole["description"] == "; ".join(words)


def test_a_licence_is_told_with_the_parts_that_state_it() -> None:
    assert licence(package([CC], ..., [{"path": "RIGHTS.md"}])) == (
        f"CC-BY-4.0 ({CC_URL}); RIGHTS.md [stated of t]"
    )
    assert licence(package(..., [{"name": "own"}], [{"name": "own"}])) == "own [stated of a, t]"
    assert licence(package([CC], {"name": "own"}, [CC, "own"])) == (
        f"CC-BY-4.0 ({CC_URL}); own [stated of a]; "
        "a licence is stated that cannot be read [stated of t]"
    )
    # Words that may narrow it are told once, a name that stands alone does not hide them.
    assert licence(package([NARROW], [CC], [{**CC, "title": "CC BY 4.0: dates"}])) == (
        f"{CC['name']}: {NARROW['title']} ({CC_URL})"
    )
    own = {"name": "own", "path": "https://example.org/1"}
    assert licence(package([own], [{**own, "path": "https://example.org/2"}], ...)) == (
        "own (https://example.org/1); own (https://example.org/2) [stated of a]"
    )
    assert licence(package([CC], ..., [NARROW])).endswith(
        f"{NARROW['title']} ({CC_URL}) [stated of t]"
    )


def test_a_card_says_that_a_licence_cannot_be_read(toy: Folder, tmp_path: Path) -> None:
    toy.describe(lambda d: d.update(licenses=[{}]))
    sc.export(toy.root, "huggingface", tmp_path / "out")
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert "a licence is stated that cannot be read" in card


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("CC-BY-4.0", ["CC BY 4.0", "Creative Commons Attribution 4.0 International License"]),
        ("CC-BY-SA-4.0", ["Creative Commons Attribution-ShareAlike 4.0 International"]),
        ("CC-BY-NC-ND-4.0", ["Creative Commons Attribution-NonCommercial-NoDerivatives 4.0"]),
        ("CC0-1.0", ["CC0 1.0 Universal", "Creative Commons Zero v1.0 Universal", "CC0"]),
        ("ODC-PDDL-1.0", ["Open Data Commons Public Domain Dedication and License v1.0"]),
        ("ODbL-1.0", ["Open Data Commons Open Database License 1.0"]),
        ("ODC-By-1.0", ["Open Data Commons Attribution License v1.0"]),
        ("MIT", ["The MIT License"]),
        ("Apache-2.0", ["Apache License, Version 2.0"]),
        ("BSD-3-Clause", ["BSD 3-Clause License"]),
        ("GPL-3.0-or-later", ["GNU General Public License v3.0 or later"]),
        ("EUPL-1.2", ["European Union Public Licence 1.2"]),
    ],
)  # fmt: skip
def test_full_names_narrow_nothing(name: str, titles: list[str]) -> None:
    for title in titles:
        assert is_called(known_licence(name), title)


@pytest.mark.parametrize(
    "title",
    ["CC BY 3.0", "CC BY-NC 4.0", "CC BY 4.0 (codes)", "Attribution, but not of the text",
     "Nur Codes", "Not CC BY 4.0"],
)  # fmt: skip
def test_other_words_may_narrow(title: str) -> None:
    assert not is_called("CC-BY-4.0", title)


def test_addresses_of_creative_commons_are_compared() -> None:
    zero = "https://creativecommons.org/publicdomain/zero/1.0/deed.de"
    assert fits("CC0-1.0", zero)
    assert not fits("CC-BY-4.0", zero)
    assert not fits("CC-BY-4.0", "http://www.creativecommons.org/licenses/by/3.0")
    assert fits("CC-BY-4.0", "https://example.org/by/4.0")
