"""RO-Crate: `rocrate` reads the crate, which stays a valid data package, file by file the same.

The validator of RO-Crate needs an environment of its own: scripts/environments.py.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings

import smartcity_case as sc
from anywhere import write
from bundles import FORMS, all_files, make
from bundles import given as texts_of
from conftest import ROOT, Folder, state
from exports import exported, make_odd, opened
from smartcity_case.baseline import accept_unverifiable
from smartcity_case.case import open_files
from smartcity_case.editions import withhold_package
from smartcity_case.strategies import packages
from smartcity_case.writing import write_files

METADATA = "ro-crate-metadata.json"


def read(out: Path) -> Any:
    """The crate as the foreign library reads it; what it warns of is an error here."""
    from rocrate.rocrate import ROCrate

    return ROCrate(out)


def entities(out: Path) -> dict[str, dict[str, Any]]:
    listed = json.loads((out / METADATA).read_bytes())["@graph"]
    assert len({each["@id"] for each in listed}) == len(listed)
    return {each["@id"]: each for each in listed}


def root(out: Path) -> dict[str, Any]:
    return entities(out)["./"]


def assert_same_files(package: Path, out: Path) -> None:
    """The crate has the files of the package as they are, and lists each with size and hash."""
    crate, files = read(out), all_files(package)
    assert all_files(out) == files | {METADATA: (out / METADATA).read_bytes()}
    listed = {unquote(each.id): each for each in crate.data_entities}
    assert set(listed) == set(files)
    for path, data in files.items():
        assert Path(listed[path].source) == out / path
        assert listed[path]["contentSize"] == str(len(data))
        assert listed[path]["sha256"] == hashlib.sha256(data).hexdigest()
    references = [ref for each in entities(out).values() for ref in refers(each)]
    assert {ref for ref in references if "://" not in ref} <= set(entities(out))
    assert sc.validate(out).ok


def refers(value: Any) -> list[str]:
    """The identifiers that an entity refers to."""
    if isinstance(value, list):
        return [ref for each in value for ref in refers(each)]
    if not isinstance(value, dict):
        return []
    if set(value) == {"@id"}:
        return [value["@id"]]
    return [ref for each in value.values() for ref in refers(each)]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case, exported once for those who only look at it."""
    return exported(None, "ro-crate", tmp_path_factory.mktemp("case"))


def test_rocrate_reads_the_case(case: Path) -> None:
    crate = read(case)
    assert crate.name == "Smart City Duisburg: a coded news article, every row traced to its words"
    (text,) = (each for each in crate.data_entities if each.id.startswith("seeds/"))
    assert text["inLanguage"] == "de"
    assert text["license"]["name"] == "LicenseRef-rights-of-the-article"
    assert text["license"]["subjectOf"].id == "RIGHTS.md"
    for each in crate.data_entities:
        data = (ROOT / each.id).read_bytes()
        assert (case / each.id).read_bytes() == data
        assert each["sha256"] == hashlib.sha256(data).hexdigest()
        assert each["encodingFormat"]
    assert sc.validate(case).ok


def test_no_licence_of_a_part_is_said_of_the_whole_or_of_words_of_the_article(case: Path) -> None:
    crate = read(case)
    whole = crate.root_dataset["license"]
    assert whole.type == "CreativeWork"
    assert "creativecommons" not in whole.id
    assert "url" not in whole.properties()
    assert "not the article" in whole["description"]
    table = crate.get("data/claims.csv")["license"]
    assert table["url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "not the columns marked verbatim" in table["description"]
    assert [e.id for e in crate.get_entities() if "creativecommons" in e.id] == []


def test_what_it_says_of_the_case(case: Path) -> None:
    package = json.loads((ROOT / "datapackage.json").read_bytes())
    said = read(case).root_dataset
    assert said["description"] == package["description"]
    assert said["datePublished"] == package["created"][:10]
    assert said["author"].type == said["publisher"].type == "Organization"
    source = said["isBasedOn"]
    assert (source.type, source["datePublished"]) == ("NewsArticle", "2018-12")
    assert source["publisher"]["name"] == "Der Tagesspiegel"
    assert source["description"].startswith("Headline: inferred from the address")
    columns = read(case).get("data/claims.csv")["variableMeasured"]
    (claims,) = (r for r in package["resources"] if r["name"] == "claims")
    assert [each["name"] for each in columns] == [f["name"] for f in claims["schema"]["fields"]]
    assert columns[2]["description"] == "Voice: Who puts the proposition forward."
    assert read(case).get("datapackage.json")["conformsTo"].id == package["$schema"]


def test_every_property_is_one_of_the_context(case: Path) -> None:
    import rocrate

    known = json.loads((Path(rocrate.__file__).parent / "data/ro-crate.jsonld").read_bytes())
    (_, more) = json.loads((case / METADATA).read_bytes())["@context"]
    assert set(more) == {"sha256", "creditText"}
    for each in entities(case).values():
        assert set(each) - {"@id", "@type"} <= set(known["@context"])
        assert each["@type"] in known["@context"]


def test_the_lines_of_the_docs_open_it_and_it_is_always_the_same(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = opened("ro-crate", tmp_path, monkeypatch).splitlines()
    assert printed[0] == "datapackage.json: datapackage.json"
    assert "data/claims.csv: Claims" in printed
    assert all_files(tmp_path / "case-ro-crate") == all_files(case)


def test_a_package_of_odd_names_and_values(tmp_path: Path) -> None:
    package = make_odd(tmp_path / "odd")
    done = sc.export(package, "ro-crate", tmp_path / "out", options={"published": "2026-05-01"})
    assert done.notes == ()
    assert_same_files(package, tmp_path / "out")
    assert root(tmp_path / "out")["datePublished"] == "2026-05-01"
    assert "text%20eins.txt" in entities(tmp_path / "out")
    assert entities(tmp_path / "out")["#%C3%96d%C3%B6n%20von%20H.%20%26%20Sons"]["@type"] == "Thing"


@settings(max_examples=6)
@given(packages())
def test_generated_packages(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        package = Path(place) / "package"
        write(package, files)
        out = exported(package, "ro-crate", Path(place))
        assert_same_files(package, out)


@pytest.mark.parametrize(
    ("form", "table"), [("file", "inline"), ("column", "parquet"), ("files", "csv")]
)
def test_every_form_of_texts_and_tables(tmp_path: Path, form: str, table: str) -> None:
    package = make(tmp_path / "ports", form, table).root
    out = exported(package, "ro-crate", tmp_path)
    assert_same_files(package, out)
    kinds = {each["encodingFormat"] for each in entities(out).values() if "sha256" in each}
    assert (
        kinds
        == {
            "file": {"application/json", "text/plain"},
            "column": {"application/json", "text/csv", "application/vnd.apache.parquet"},
            "files": {"application/json", "text/plain", "text/csv"},
        }[form]
    )


def test_names_of_files_that_an_address_cannot_have(toy: Folder, tmp_path: Path) -> None:
    names = ["a b.csv", "Größe #1?.csv", "100%.csv", "a&b=c;d.csv", "„x“ 🐦.csv"]
    folder = tmp_path / "odd"
    folder.mkdir()
    resources = []
    for number, name in enumerate(names):
        (folder / name).write_bytes(b"n\n1\n")
        schema = {"fields": [{"name": "n", "type": "integer"}]}
        resources.append({"name": f"t{number}", "path": name, "schema": schema})
    resources.append({**resources[0], "name": "again", "path": [names[0], names[1]]})
    package = {"name": "odd", "created": "2026-01-01", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    out = exported(folder, "ro-crate", tmp_path)
    assert_same_files(folder, out)
    listed = [ref["@id"] for ref in root(out)["hasPart"]]
    assert listed[1:] == [
        "a%20b.csv", "Gr%C3%B6%C3%9Fe%20%231%3F.csv", "100%25.csv", "a%26b%3Dc%3Bd.csv",
        "%E2%80%9Ex%E2%80%9C%20%F0%9F%90%A6.csv",
    ]  # fmt: skip


# rights and people


def described(toy: Folder, tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    toy.describe(lambda d: d.update(created="2026-01-02T03:04:05Z"))
    toy.describe(change)
    return exported(toy.root, "ro-crate", tmp_path)


def test_a_package_that_says_little(toy: Folder, tmp_path: Path) -> None:
    done = sc.export(toy.root, "ro-crate", tmp_path / "out")
    assert done.notes == (
        "RO-Crate wants a date of publication, and the descriptor has neither `published` nor "
        "`created`: without --set published=DATE the crate is not valid",
    )
    said = root(tmp_path / "out")
    assert "datePublished" not in said
    assert "author" not in said
    assert said["description"] == (
        "A data package with the resources diario, especies, avistamientos."
    )
    assert entities(tmp_path / "out")[said["license"]["@id"]]["name"] == "No licence is stated"
    assert_same_files(toy.root, tmp_path / "out")


def test_a_licence_of_everything_is_its_address(toy: Folder, tmp_path: Path) -> None:
    address = "https://creativecommons.org/publicdomain/zero/1.0/"
    stated = {"name": "CC0-1.0", "path": address}
    out = described(toy, tmp_path, lambda d: d.update(licenses=[stated]))
    assert root(out)["license"] == {"@id": address}
    assert entities(out)[address] == {"@id": address, "@type": "CreativeWork", "name": "CC0-1.0"}


def test_licences_of_parts_alone_are_not_that_of_the_whole(toy: Folder, tmp_path: Path) -> None:
    stated = {"name": "CC0-1.0", "path": "https://example.org/cc0"}

    def change(descriptor: dict[str, Any]) -> None:
        descriptor["resources"][1]["licenses"] = [stated]
        descriptor["resources"][2]["licenses"] = [stated, {"title": "Not the words"}]

    out = described(toy, tmp_path, change)
    assert root(out)["license"] == {"@id": "#rights"}
    assert entities(out)["especies.csv"]["license"] == {"@id": "https://example.org/cc0"}
    assert entities(out)["tablas/avistamientos.csv"]["license"] == [
        {"@id": "https://example.org/cc0"}, {"@id": "#licence"}
    ]  # fmt: skip
    assert "license" not in entities(out)["diario.txt"]


def test_people_and_sources(toy: Folder, tmp_path: Path) -> None:
    def change(descriptor: dict[str, Any]) -> None:
        descriptor["contributors"] = [
            {"givenName": "Inés", "familyName": "Río", "organization": "Lab", "roles": ["author"]},
            {"title": "Lab", "organization": "Lab", "roles": ["publisher"]},
            {"title": "Ana", "roles": ["wrangler"]},
        ]
        descriptor["sources"] = [
            {"title": "Ana", "path": "https://example.org/ä"},
            {"title": "Otra", "path": "https://example.org/ä"},
            {"title": "Nota", "path": "nota.md"},
            {"title": "Red", "path": "ftp://example.org/x"},
            "none",
        ]
        descriptor["$schema"] = "profile.json"

    (toy.root / "nota.md").write_text("nota", "utf-8")
    out = described(toy, tmp_path, change)
    crate = read(out)
    author = crate.root_dataset["author"]
    assert (author["familyName"], author["affiliation"]["name"]) == ("Río", "Lab")
    assert crate.root_dataset["publisher"] == author["affiliation"]
    assert crate.root_dataset["contributor"]["name"] == "Ana"
    assert [each.id for each in crate.root_dataset["isBasedOn"]] == [
        "https://example.org/%C3%A4", "#https://example.org/%C3%A4-2", "#Nota", "#Red"
    ]  # fmt: skip
    assert crate.get("nota.md")["encodingFormat"] == "text/markdown"
    assert "conformsTo" not in crate.get("datapackage.json").properties()
    assert sc.validate(out).ok


def test_files_that_are_named_elsewhere_or_are_not_there(toy: Folder, tmp_path: Path) -> None:
    def change(descriptor: dict[str, Any]) -> None:
        species = descriptor["resources"][1]
        (toy.root / "schema.json").write_text(json.dumps(species["schema"]), "utf-8")
        (toy.root / "dialect.json").write_text("{}", "utf-8")
        species |= {"schema": "schema.json", "dialect": "dialect.json"}
        (toy.root / "x.bin").write_bytes(b"\0")
        extra = {"name": "x", "path": "x.bin"}
        state(extra, b"\0")
        descriptor["resources"].append(extra)
        descriptor["licenses"] = [{"name": "own", "path": "GONE.md"}]
        descriptor["created"] = "2026"

    toy.describe(change)
    done = sc.export(toy.root, "ro-crate", tmp_path / "out", accept_unverifiable=True)
    assert done.notes == ("GONE.md: the descriptor names it, but it is not there",)
    assert {"schema.json", "dialect.json", "x.bin"} <= set(done.files)
    assert "encodingFormat" not in entities(tmp_path / "out")["x.bin"]
    assert entities(tmp_path / "out")["schema.json"]["name"] == "schema of especies"


def test_texts_that_are_withheld_are_not_in_it(tmp_path: Path) -> None:
    for form in FORMS:
        package = make(tmp_path / form, form).root
        made = tmp_path / f"{form}-withheld"
        made.mkdir()
        write_files(made, withhold_package(open_files(package)).files.items())
        without = sc.export(made, "ro-crate", tmp_path / f"{form}-1", accept_unverifiable=True)
        assert not [
            path
            for path in without.files
            if path.endswith((".txt", "ports.csv")) and form != "files"
        ]
        assert any("withheld" in note for note in without.notes)
        assert read(Path(without.out)).name == "ports"
        report = sc.validate(without.out)
        assert not report.ok
        assert accept_unverifiable(report).ok
        given = texts_of(package, form)
        whole = sc.export(made, "ro-crate", tmp_path / f"{form}-2", sources=given)
        assert_same_files(package, Path(whole.out))


def test_a_package_that_is_a_crate_already(toy: Folder, tmp_path: Path) -> None:
    (toy.root / METADATA).write_bytes(b"{}")
    extra = {"name": "crate", "path": METADATA}
    state(extra, b"{}")
    toy.describe(lambda d: d["resources"].append(extra))
    with pytest.raises(sc.UnwritablePackage, match=f"{METADATA} is a file of the package already"):
        sc.export(toy.root, "ro-crate", tmp_path / "out", accept_unverifiable=True)
    assert not (tmp_path / "out").exists()


def test_rocrate_reads_a_crate_with_addresses_that_are_none(toy: Folder, tmp_path: Path) -> None:
    odd = "http://[::1"
    out = described(toy, tmp_path, lambda d: d.update(
        licenses=[{"path": odd}], sources=[{"title": "S", "path": odd}]))  # fmt: skip
    crate = read(out)
    assert crate.root_dataset["license"]["url"] == odd
    assert crate.root_dataset["isBasedOn"]["url"] == odd


@pytest.mark.parametrize("whole", [True, False])
def test_a_language_is_said_of_the_whole_if_it_says_it_or_all_parts_do(
    whole: bool, toy: Folder, tmp_path: Path
) -> None:
    def speak(descriptor: dict[str, Any]) -> None:
        for part in [descriptor] if whole else descriptor["resources"]:
            part["language"] = "es"

    assert root(described(toy, tmp_path, speak))["inLanguage"] == "es"


def test_the_day_of_publication_that_is_stated_comes_before_that_of_the_making(
    toy: Folder, tmp_path: Path
) -> None:
    out = described(toy, tmp_path, lambda d: d.update(published="2026-03-04"))
    said = root(out)
    assert (said["datePublished"], said["dateCreated"]) == ("2026-03-04", "2026-01-02")
