"""docs/citing.md and docs/releasing.md are followed, and print what they show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_guides import followed

import smartcity_case as sc
from conftest import ROOT
from smartcity_case.citation import FORMATS
from smartcity_case.cli import main

CITING = (ROOT / "docs/citing.md").read_text("utf-8")
RELEASING = (ROOT / "docs/releasing.md").read_text("utf-8")
_LATEX = re.compile(r"^```text\n.*?^```\n", re.M | re.S)


@pytest.mark.parametrize("guide", [CITING, RELEASING], ids=["citing", "releasing"])
def test_the_page_prints_what_it_shows(guide: str, tmp_path: Path) -> None:
    steps = _LATEX.sub("", guide)  # what a person types into a document, or a usage
    assert followed(steps, tmp_path) == steps
    assert not list(tmp_path.iterdir())  # no command was taken for a file
    assert "$ smartcity-case" in steps
    assert not re.search(r"^\$ [^\n]+\n```$", steps, re.M)  # each prints something


def test_the_page_names_every_format() -> None:
    table = CITING[CITING.index("## Formats") : CITING.index("**Dates**")]
    named = [
        name for row in re.findall(r"^\| (`[^|]+`) \|", table, re.M) for name in row.split(", ")
    ]
    assert tuple(name.strip("`") for name in named) == FORMATS


def test_the_key_of_the_example_in_latex_is_that_of_the_entry() -> None:
    (document,) = (block for block in _LATEX.findall(CITING) if "usepackage" in block)
    (key,) = re.findall(r"autocite\[claims/c034\]\{([^}]+)\}", document)
    assert f"@dataset{{{key},\n" in CITING
    assert f"% \\cite[claims/c034]{{{key}}}\n" in CITING


def test_the_files_of_the_release_are_named_and_there() -> None:
    for name in ("CITATION.cff", ".zenodo.json", "codemeta.json"):
        assert f"`{name}`" in CITING
        assert f"`{name}`" in RELEASING
        assert (ROOT / name).is_file()


def test_what_goes_up_without_the_text_has_no_words_of_it() -> None:
    """As the step on the files says: of those it names, and of those it warns of."""
    step = RELEASING.partition("**Gather the files.**")[2].partition("**Upload by hand**")[0]
    safe, _, others = step.partition("A test holds")
    named = re.findall(r"`([\w./]+\.(?:cff|json|md))`", safe)
    assert {"CITATION.cff", ".zenodo.json", "codemeta.json", "docs/datasheet.md"} <= set(named)
    article = fours(sc.load().source.text)
    for name in named:
        assert not article & fours((ROOT / name).read_text("utf-8")), name
    for name in re.findall(r"`([\w/]+\.md)`", others.partition("decide on each")[0]):
        assert article & fours((ROOT / name).read_text("utf-8")), name


def fours(text: str) -> set[tuple[str, ...]]:
    """All runs of four words."""
    words = re.findall(r"\w+", text.lower())
    return set(zip(words, words[1:], words[2:], words[3:], strict=False))


def test_each_edition_is_checked_in_a_way_that_can_succeed(tmp_path: Path) -> None:
    public = tmp_path / "public"
    assert main(["withhold", "--case", str(public)]) == 0
    whole = (ROOT / "datapackage.json").read_bytes()
    assert (public / "datapackage.json").read_bytes() != whole  # nor have they one hash
    (text,) = (ROOT / "seeds").glob("*.txt")
    for more, code in (
        ([], 1),
        (["--source", f"article={text}"], 0),
        (["--accept", "unverifiable"], 0),
    ):
        assert main(["validate", str(public), *more]) == code
