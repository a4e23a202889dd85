"""Make the release from the coding: offsets, tables, hashes, schemas, docs, citations.

The settled coding lies in `data/coding/release/`. Everything this module
makes is a function of it, of the article and of the row models.
"""

from __future__ import annotations

import json
import re
import tomllib
from itertools import groupby
from typing import TYPE_CHECKING, Any

from smartcity_case.case.codebook import vocabulary_markdown
from smartcity_case.case.coding import Cells, anchor_coding
from smartcity_case.case.exports import DEFAULTS
from smartcity_case.case.models import MODELS, Claim, Row
from smartcity_case.case.schema import SOURCE, table_schema
from smartcity_case.checks.descriptor import path_fault, read_descriptor
from smartcity_case.checks.sources import digest
from smartcity_case.citation import write_citation
from smartcity_case.citation.codemeta import Software, describe_software
from smartcity_case.citation.described import describe
from smartcity_case.codes import CODES
from smartcity_case.content import read_package
from smartcity_case.errors import UnreadablePackage
from smartcity_case.exporters import FORMATS, exporter
from smartcity_case.profile import DESCRIPTOR, Package
from smartcity_case.render.dictionary import dictionary
from smartcity_case.render.formats import formats_page
from smartcity_case.storage import Files, holds, read_bytes, read_descriptor_bytes, read_files
from smartcity_case.table import write_csv

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CODING = "data/coding/release"
UNCODED = "data/coding/uncoded.csv"
CODEBOOK = "docs/codebook.md"
FINDINGS = "docs/findings.md"
EXPORTS = "docs/export.md"
TABLES = "docs/tables.md"
PROJECT = "pyproject.toml"
CITATION = "CITATION.cff"
ZENODO = ".zenodo.json"
CODEMETA = "codemeta.json"

_UNCODED_COLUMNS = ("start", "end", "exact", "reason")
_REQUIREMENT = re.compile(r"\s*([\w.-]+)(?:\[[^]]*\])?\s*([^;]*)", re.ASCII)
_MARKS = re.compile(r"(<!-- vocabulary -->\n).*(<!-- /vocabulary -->)", re.DOTALL)


def build(root: Path) -> dict[str, bytes]:
    """Every generated file of a checkout, by path, as it should be.

    Raises CodingError with every fault of the coding, and UnreadablePackage
    if the descriptor or the article cannot be read.
    """
    descriptor = _descriptor(root)
    by_name = {resource["name"]: resource for resource in descriptor["resources"]}
    for name in (SOURCE, *(m.table for m in MODELS)):
        fault = path_fault(by_name[name].get("path", "")) if name in by_name else "there is none"
        if fault:
            raise UnreadablePackage(f"{DESCRIPTOR}: resource {name!r}: {fault}")
    article = read_bytes(root, by_name[SOURCE]["path"])
    coding = anchor_coding(read_files(root / CODING, "*.csv"), _text(article, SOURCE))

    files: dict[str, bytes] = {}
    _state(by_name[SOURCE], article)
    for model in MODELS:
        resource = by_name[model.table]
        data = _table(model, coding[model.table])
        files[resource["path"]] = data
        _state(resource, data)
        resource["schema"] = table_schema(model)
    files[UNCODED] = _csv(_UNCODED_COLUMNS, coding["uncoded"])
    files[DESCRIPTOR] = (json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n").encode()
    files[CODEBOOK] = _codebook(read_bytes(root, CODEBOOK))
    files[FINDINGS] = _findings().encode()
    formats = (exporter(name).FORMAT for name in FORMATS)
    files[EXPORTS] = formats_page(formats, Claim.table, DEFAULTS).encode()
    files[TABLES] = _tables(files[DESCRIPTOR]).encode()
    return files | _citations(descriptor, read_bytes(root, PROJECT))


def _descriptor(root: Path) -> dict[str, Any]:
    """The descriptor as it stands, for editing; what it states is made anew."""
    files = Files(root)
    read_package(files)  # so that a fault is told in plain words
    raw: dict[str, Any] = json.loads(read_descriptor_bytes(files))
    return raw


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadablePackage(f"{name}: byte {error.start} is not UTF-8") from error


def drift(root: Path, files: Mapping[str, bytes]) -> list[str]:
    """The generated files that are not, in the checkout, as they should be."""
    return [path for path, data in files.items() if not holds(root, path, data)]


def _state(resource: dict[str, object], data: bytes) -> None:
    resource["hash"] = digest(data)
    resource["bytes"] = len(data)


def _table(model: type[Row], rows: list[Cells]) -> bytes:
    return _csv(model.columns(), rows)


def _csv(columns: list[str] | tuple[str, ...], rows: list[Cells]) -> bytes:
    return write_csv(columns, [[row[name] for name in columns] for row in rows])


def _codebook(data: bytes) -> bytes:
    """The codebook with its generated part, between two marks, made anew."""
    text = _text(data, CODEBOOK)
    if not _MARKS.search(text):
        raise UnreadablePackage(f"{CODEBOOK}: the marks <!-- vocabulary --> are missing")
    return _MARKS.sub(lambda m: f"{m[1]}\n{vocabulary_markdown()}\n{m[2]}", text).encode()


def _tables(descriptor: bytes) -> str:
    """The data dictionary of the package as it will be."""
    package, _ = read_descriptor(descriptor)
    assert package is not None  # it could be read before it had these schemas
    return dictionary(package, "../")


def _citations(descriptor: Mapping[str, Any], project: bytes) -> dict[str, bytes]:
    """How data and code are cited: of the data the descriptor says it, of the code the project."""
    citation = describe(Package.model_validate(descriptor))
    software = _software(project, {licence.name for licence in citation.licences})
    made = {
        CITATION: write_citation(citation, "cff"),
        ZENODO: write_citation(citation, "zenodo"),
        CODEMETA: describe_software(software, citation),
    }
    return {path: text.encode() for path, text in made.items()}


def _software(project: bytes, of_data: set[str]) -> Software:
    """The code, as the project describes it.

    The project states the licences of the wheel, in which the data are, too: what is left
    without those of the data is the licence of the code.
    """
    stated = tomllib.loads(_text(project, PROJECT))["project"]
    named = [name for name in stated["license"].split(" AND ") if name not in of_data]
    found = (_REQUIREMENT.match(needed) for needed in stated["dependencies"])
    return Software(
        name=stated["name"],
        version=stated["version"],
        description=stated["description"],
        licence=" AND ".join(named),
        python=stated["requires-python"],
        keywords=tuple(stated["keywords"]),
        requirements=tuple((match[1], match[2].strip()) for match in found if match),
    )


def _findings() -> str:
    """A section for each code, so that it can be linked to, by the part before its dot."""
    lines = _FINDINGS_HEAD.splitlines()
    for group, codes in groupby(sorted(CODES, key=_group), key=_group):
        lines += ["", f"## {group}"]
        for name in codes:
            said = CODES[name]
            lines += ["", f"### `{name}`", "", f"*{said.severity}:* {said.meaning}", ""]
            lines += [f"What to do: {said.fix}"]
    return "\n".join(lines) + "\n"


def _group(code: str) -> str:
    return code.partition(".")[0]


_FINDINGS_HEAD = """\
# Finding codes

Made by `smartcity-case build`. A code is public and stable. An error makes a package
invalid; a warning does not.
"""
