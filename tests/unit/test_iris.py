"""What rows and texts are called in formats that ask for identifiers."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bundles
from anywhere import material, package
from exports import make_odd
from smartcity_case.exporters.shared.iris import names_of, path_iri, text_iri
from smartcity_case.rowid import RowReference

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1)
# RFC 3987, as far as a wrong character could do harm.
IRI = re.compile(r"[^\s<>\"{}|\\^`?\[\]\x00-\x20\x7f-\xa0]*")


@settings(max_examples=20)
@given(TEXT, TEXT, TEXT, st.text(), TEXT)
def test_a_row_is_called_by_its_reference_whatever_it_is_called(
    name: str, version: str, table: str, one: str, two: str
) -> None:
    kinds = {"id": "string", "of": "string", "start": "integer", "end": "integer"}
    one = one.replace("\r", "").replace("\n", "") or "x"
    with tempfile.TemporaryDirectory() as place:
        root = package(
            Path(place) / "p", [(one, two, "0", "1")], kinds, table, ["of", "id"],
            name=name, version=version,
        )  # fmt: skip
        held = material(root)
        names, marked = names_of(held, table), names_of(held, table, ":")
        (row,) = held.rows(table)
    assert row.key_cells == (two, one)
    called = names.row(row, 1)
    assert RowReference.parse(called) == RowReference(name, version, table, (two, one))
    span = RowReference.parse(marked.span(called, row.spans[0]))
    assert span == RowReference(name, version, table, (two, one), "start")
    assert IRI.fullmatch(called)
    assert names.span(called, row.spans[0]) == f"{called};start"
    assert not {":", ";"} & set(called)


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_path_becomes_an_iri(path: str) -> None:
    made = path_iri(path)
    assert IRI.fullmatch(made) or made.startswith(path.partition(":")[0] + ":")


def test_a_path_with_a_colon_is_no_address() -> None:
    assert path_iri("1: eins.txt") == "1%3A%20eins.txt"


@pytest.mark.parametrize("form", bundles.FORMS)
def test_texts_are_called_by_file_or_by_cell(tmp_path: Path, form: str) -> None:
    held = material(bundles.make(tmp_path / "ports", form).root)
    called = [text_iri(held, text.name) for text in held.texts()]
    assert (
        called
        == {
            "file": ["hafen.txt"],
            "files": ["texts/hafen.txt", "texts/muelle.txt"],
            "column": ["ports#ports/hafen;body", "ports#ports/muelle;body"],
        }[form]
    )


def test_of_several_tables_of_texts_the_right_one_is_taken(tmp_path: Path) -> None:
    root = bundles.make(tmp_path / "ports", "column").root
    document = json.loads((root / "datapackage.json").read_bytes())
    texts, notes = document["resources"]
    document["resources"] = [
        texts | {"name": "docks"}, texts, _pointing(notes, "docks"), notes,
    ]  # fmt: skip
    (root / "datapackage.json").write_text(json.dumps(document), "utf-8")
    held = material(root)
    assert text_iri(held, "docks/hafen") == "ports#docks/hafen;body"
    assert text_iri(held, "ports/hafen") == "ports#ports/hafen;body"


def _pointing(notes: dict[str, object], to: str) -> dict[str, object]:
    copied: dict[str, object] = json.loads(json.dumps(notes).replace('"ports"', f'"{to}"'))
    return copied | {"name": "more"}


def test_a_row_without_a_key_has_no_cells_of_one(tmp_path: Path) -> None:
    held = material(make_odd(tmp_path / "odd"))
    assert {row.key_cells for row in held.rows("TEILE")} == {()}
    assert [row.key_cells for row in held.rows("Dinge & „Sachen“")][:2] == [
        ("0", "k/0"),
        ("0", "k/1"),
    ]
