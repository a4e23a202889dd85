"""The page on foreign formats shows what the readers give for the inputs that it shows."""

from __future__ import annotations

import csv
import io
import re

import pytest

from conftest import ROOT
from smartcity_case.authoring.readers import READERS, read_foreign
from smartcity_case.authoring.readers.foreign import Foreign

GUIDE = (ROOT / "docs/import.md").read_text("utf-8")

# A section on a format; in it files, each behind a paragraph that is its name, and what they give.
_SECTION = re.compile(r"^## [^\n]*`(?P<form>\w+)`\n.*?(?=^## |\Z)", re.M | re.S)
_FILE = re.compile(r"^`(?P<name>[^`\n]+)`:\n\n```\w+\n(?P<body>.*?)^```$", re.M | re.S)
_GIVEN = re.compile(r"(?<=\n```csv\n).*?(?=^```$)", re.M | re.S)


def shown(found: Foreign) -> str:
    """The rows as CSV, without empty columns; then the findings and notes, as comments."""
    file = io.StringIO()
    columns = [name for name in found.rows[0] if any(row[name] for row in found.rows)]
    writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(found.rows)
    told = [f"# {f.severity}: {f.location}: {f.message}" for f in found.findings]
    return file.getvalue() + "".join(
        f"{line}\n" for line in [*told, *map("# {}".format, found.notes)]
    )


def filled(guide: str) -> str:
    """The guide with what the readers give for its inputs."""

    def fill(section: re.Match[str]) -> str:
        files = {file["name"]: file["body"].encode() for file in _FILE.finditer(section[0])}
        given = shown(read_foreign(section["form"], files))
        return _GIVEN.sub(lambda _: given, section[0])

    return _SECTION.sub(fill, guide)


def test_the_page_shows_what_the_readers_give() -> None:
    assert filled(GUIDE) == GUIDE


@pytest.mark.parametrize("form", READERS)
def test_every_format_has_a_section_with_an_example(form: str) -> None:
    (section,) = (s for s in _SECTION.finditer(GUIDE) if s["form"] == form)
    assert len(_GIVEN.findall(section[0])) == 1
    files = {file["name"]: file["body"].encode() for file in _FILE.finditer(section[0])}
    found = read_foreign(form, files)
    assert found.rows
    assert not [f for f in found.findings if f.severity == "error"]
    units = {"": "not certain", "codepoint": "Unicode code points", "utf16": "UTF-16 code units"}
    assert units[found.unit] in section[0]
