"""Rows that name their text by a path or an IRI, as annotations from elsewhere do."""

from __future__ import annotations

import pytest

from smartcity_case.authoring.anchoring.imported import anchor_imported
from smartcity_case.authoring.readers import read_foreign

TEXTS = {"odile": "La pluie.", "Größe 1.md": "Der Rettich."}


def anchored(*sources: str) -> tuple[list[str], tuple[str, ...]]:
    """Which text each row was anchored in, by its words, and the notes."""
    lines = "".join(f"{source},L\n" for source in sources)
    found = read_foreign("csv", {"a.csv": f"source,exact\n{lines}".encode()})
    done = anchor_imported("a.csv", found, {**TEXTS, "anna": "Le lac."})
    at = done.header.index("source")
    return [record[at] if match.spans else "" for record, match in
            zip(done.records, done.matches.found, strict=True)], done.notes  # fmt: skip


@pytest.mark.parametrize(
    "source", ["texts/odile.txt", "file:///a/odile", "https://a.org/odile.txt"]
)
def test_a_path_means_the_text_called_like_its_end_and_that_is_said(source: str) -> None:
    named, notes = anchored(source)
    assert named == ["odile"]
    assert f"source {source!r} is read as the text 'odile'" in notes


def test_what_is_percent_encoded_is_decoded() -> None:
    found = read_foreign("csv", {"a.csv": b"source,exact\nt/Gr%C3%B6%C3%9Fe%201.md,Rettich\n"})
    done = anchor_imported("a.csv", found, TEXTS)
    assert done.matches.found[0].spans == ((4, 11),)


def test_a_name_that_is_one_is_no_path() -> None:
    named, notes = anchored("odile", "odile.txt")
    assert named == ["odile", "odile"]
    assert not [note for note in notes if "is read as" in note]


def test_of_two_paths_that_end_alike_none_is_taken() -> None:
    named, notes = anchored("a/odile.txt", "b/odile.txt", "texts/anna.txt")
    assert named == ["", "", "anna"]
    assert len([note for note in notes if "is read as" in note]) == 1


def test_a_path_to_no_text_is_told() -> None:
    assert anchored("texts/other.txt")[0] == [""]


def test_of_many_paths_some_are_named() -> None:
    texts = {f"t{n}": "Rettich" for n in range(7)}
    lines = "".join(f"x/t{n},Rettich\n" for n in range(7))
    found = read_foreign("csv", {"a.csv": f"source,exact\n{lines}".encode()})
    notes = anchor_imported("a.csv", found, texts).notes
    assert len([note for note in notes if "is read as" in note]) == 5
    assert "… and 2 more, by their last parts" in notes
