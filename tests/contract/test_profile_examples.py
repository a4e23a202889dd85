"""The examples of profiles/text-spans are judged as they say: by schema, models, validator."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from pydantic import ValidationError
from referencing import Registry, Resource

import smartcity_case as sc
from conftest import ROOT
from smartcity_case.codes import CODES
from smartcity_case.profile import Package
from smartcity_case.report import Finding
from smartcity_case.storage import text_spans_schema

HOME = ROOT / "profiles/text-spans/1.0"
VALID = sorted(p.parent for p in HOME.glob("examples/valid/*/datapackage.json"))
INVALID = sorted(p.parent for p in HOME.glob("examples/invalid/*/datapackage.json"))
PROSE = (HOME / "README.md").read_text("utf-8")


def load(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return value


def expected(folder: Path) -> dict[str, Any]:
    return load(folder / "expected.json")


def names(folders: list[Path], *levels: str) -> list[Any]:
    kept = [f for f in folders if not levels or expected(f)["level"] in levels]
    return [pytest.param(folder, id=folder.name) for folder in kept]


SCHEMA = Draft7Validator(text_spans_schema())  # its registry fetches nothing
ANYTHING = Resource.from_contents({"$schema": "http://json-schema.org/draft-07/schema#"})
OFFICIAL = "https://datapackage.org/profiles/2.0/datapackage.json"


def test_there_is_an_example_of_each_kind() -> None:
    assert len(VALID) >= 6
    assert {expected(folder)["level"] for folder in INVALID} == {"schema", "descriptor", "data"}
    assert len({expected(folder)["rule"] for folder in INVALID}) > 60


def test_the_examples_are_what_the_script_makes() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/profile_examples.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["text-spans.json", "data-package-with-text-spans.json"])
def test_the_schemas_are_schemas(name: str) -> None:
    Draft7Validator.check_schema(load(HOME / name))


def test_the_schema_that_travels_is_the_one_of_the_profile() -> None:
    assert text_spans_schema() == load(HOME / "text-spans.json")


def test_the_schema_refers_to_nothing_outside_of_itself() -> None:
    references = re.findall(r'"\$ref": *"([^"]*)"', (HOME / "text-spans.json").read_text("utf-8"))
    assert references
    assert all(reference.startswith("#/definitions/") for reference in references)


@pytest.mark.parametrize("base", ["", "file:///anywhere/at/all/", "https://example.org/p/"])
def test_the_combined_schema_finds_its_parts_wherever_it_lies(base: str) -> None:
    """Here with anything at all in the place of the official profile.

    scripts/environments.py does it with the official one.
    """
    combined = load(HOME / "data-package-with-text-spans.json")
    parts = {OFFICIAL: ANYTHING, f"{base}text-spans.json": Resource.from_contents(SCHEMA.schema)}
    registry: Registry[Any] = Registry().with_resources(parts.items())
    registry = registry.with_resource(f"{base}whole.json", Resource.from_contents(combined))
    validator = Draft7Validator({"$ref": f"{base}whole.json"}, registry=registry)
    assert validator.is_valid(load(HOME / "examples/valid/text-file/datapackage.json"))
    assert not validator.is_valid(load(HOME / "examples/invalid/no-start/datapackage.json"))


@pytest.mark.parametrize("folder", names(VALID) + names(INVALID, "descriptor", "data"))
def test_the_schema_accepts(folder: Path) -> None:
    assert list(SCHEMA.iter_errors(load(folder / "datapackage.json"))) == []


@pytest.mark.parametrize("folder", names(INVALID, "schema"))
def test_the_schema_refuses_at_or_above_the_place_that_is_stated(folder: Path) -> None:
    places = [
        "".join(f"/{step}" for step in error.absolute_path)
        for error in SCHEMA.iter_errors(load(folder / "datapackage.json"))
    ]
    assert places
    assert all(expected(folder)["path"].startswith(place) for place in places), places


@pytest.mark.parametrize("folder", names(VALID) + names(INVALID, "data"))
def test_the_models_accept(folder: Path) -> None:
    Package.model_validate(load(folder / "datapackage.json"))


@pytest.mark.parametrize("folder", names(INVALID, "schema"))
def test_the_models_refuse_what_the_schema_refuses(folder: Path) -> None:
    with pytest.raises(ValidationError):
        Package.model_validate(load(folder / "datapackage.json"))


@pytest.mark.parametrize("folder", names(VALID))
def test_a_valid_example_is_found_valid(folder: Path) -> None:
    report = sc.validate(folder)
    assert report.ok, (report.errors, report.skipped)
    assert any(check.name.startswith("spans ") for check in report.ran)
    warned = {"source.unusual"} if folder.name == "multilingual" else set()
    if folder.name == "table-of-files-without-hash":
        warned = {"source.unhashed"}
    assert {finding.code for finding in report.findings} == warned


def stands_at(finding: Finding, wanted: dict[str, Any]) -> bool:
    if "path" in wanted:
        return finding.message.startswith(f"{wanted['path']}: ")
    place = {name: wanted[name] for name in ("resource", "row", "field") if name in wanted}
    return all(getattr(finding.location, name) == value for name, value in place.items())


@pytest.mark.parametrize("folder", names(INVALID))
def test_an_invalid_example_is_found_so_for_its_own_reason(folder: Path) -> None:
    wanted, report = expected(folder), sc.validate(folder)
    assert not report.ok
    found = {finding.code for finding in report.errors}
    assert found == {wanted["code"], *wanted.get("also", ())}, report.errors
    first = [finding for finding in report.errors if finding.code == wanted["code"]]
    assert len(first) == 1, first
    assert stands_at(first[0], wanted), first


def test_every_rule_of_the_prose_has_its_example_and_the_reverse() -> None:
    named = set(re.findall(r"\[`([a-z0-9-]+)`\]\(examples/invalid/\1/?\)", PROSE))
    assert named == {folder.name for folder in INVALID}
    shown = set(re.findall(r"\[`([a-z0-9-]+)`\]\(examples/valid/\1/?\)", PROSE))
    assert shown == {folder.name for folder in VALID}


def test_every_link_of_the_prose_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", PROSE)
    assert len(links) > 70
    for link in links:
        assert (HOME / link).exists(), link


def test_every_code_of_the_prose_is_public() -> None:
    """Codes for what the profile adds to Data Package; all of them are in use here."""
    told = set(re.findall(r"`((?:descriptor|source|span|path|resource)\.[a-z-]+)`", PROSE))
    used = {expected(folder)["code"] for folder in INVALID}
    assert used <= told
    assert told <= set(CODES)


def test_the_test_vectors_follow_from_the_algorithm_of_the_prose() -> None:
    rows = re.findall(
        r"^\| `(\".*?\")` \| `(\".*?\")` \| `([0-9a-f]+)` \| `([0-9a-f]{64})` \|$", PROSE, re.M
    )
    assert len(rows) >= 6
    for salt, words, hashed, digest in rows:
        data = json.loads(salt).encode("utf-8") + bytes([0]) + json.loads(words).encode("utf-8")
        assert data.hex() == hashed
        assert hashlib.sha256(bytes.fromhex(hashed)).hexdigest() == digest
