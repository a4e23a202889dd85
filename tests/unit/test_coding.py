"""From words to tables: every fault of a coding is named."""

from __future__ import annotations

import pytest

from conftest import ROOT
from smartcity_case.case.coding import anchor_coding, coding_columns, uncovered
from smartcity_case.case.models import MODELS, Actor, Claim
from smartcity_case.errors import CodingError
from smartcity_case.text import Span

TEXT = (ROOT / "seeds/000_99c0eed1a29a2b7c.txt").read_bytes().decode("utf-8")
FILES = {p.name: p.read_bytes() for p in (ROOT / "data/coding/release").glob("*.csv")}


def problems(**changed: bytes | None) -> str:
    """The message on the release's coding with some files changed or left out."""
    files = FILES | {f"{name}.csv": data for name, data in changed.items()}
    with pytest.raises(CodingError) as info:
        anchor_coding({n: d for n, d in files.items() if d is not None}, TEXT)
    return str(info.value)


def replaced(name: str, old: str, new: str) -> bytes:
    text = FILES[f"{name}.csv"].decode("utf-8")
    assert old in text
    return text.replace(old, new, 1).encode("utf-8")


def test_the_coding_of_the_release_has_no_problem() -> None:
    tables = anchor_coding(FILES, TEXT)
    assert set(tables) == {*(m.table for m in MODELS), "uncoded"}
    for rows in tables.values():
        assert all(TEXT[int(r["start"]) : int(r["end"])] == r["exact"] for r in rows)


def test_columns_have_prefix_and_suffix_in_place_of_offsets() -> None:
    assert coding_columns(Actor)[-3:] == ["prefix", "suffix", "exact"]
    assert "role_prefix" in coding_columns(Actor)
    assert "stance_suffix" in coding_columns(Claim)
    assert not [c for c in coding_columns(Claim) if c.endswith(("start", "end"))]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("claims", "Während die USA", "Waehrend die USA", "claims.csv, row 2 (c001): "),
        ("technologies", ",5G-Technologie", ",Huawei", "stands 7 times in the text"),
        ("actors", "company", "firm", "type: Input should be"),
        ("claims", ",murrack,", ",mueller,", "claimant 'mueller' is no key of actors"),
        ("claims", "c002", "c001", "key 'c001' is used twice"),
        ("claims", "gloss", "glosse", "columns missing: gloss; not known: glosse"),
        ("quotes", "\nq001,", "\nq001,,", "quotes.csv, row 2: 15 cells where the header has 14"),
        ("uncoded", ",und,", ",oder,", "uncoded.csv, row"),
        ("uncoded", "exact", "exakt", "columns missing: exact"),
        ("quotes", "\nq001,", '\n"q"001,', "quotes.csv"),
    ],
)
def test_a_fault_is_named(name: str, old: str, new: str, message: str) -> None:
    assert message in problems(**{name: replaced(name, old, new)})


def test_a_missing_file_is_named() -> None:
    assert "quotes.csv: there is no such file" in problems(quotes=None)
    assert "uncoded.csv: there is no such file" in problems(uncoded=None)


def test_a_file_that_is_not_utf_8_is_named() -> None:
    assert "actors.csv, row 1: byte 0 is not UTF-8" in problems(actors=b"\xff\xfe")


def test_every_fault_of_every_file_is_told_at_once() -> None:
    message = problems(actors=replaced("actors", "company", "firm"), quotes=None)
    assert "actors.csv, row" in message
    assert "quotes.csv" in message


def test_words_that_nothing_covers_are_named() -> None:
    lines = FILES["uncoded.csv"].decode("utf-8").splitlines(keepends=True)
    rest = "".join(line for line in lines if "conjunction" not in line)
    assert "are in no claim and not in uncoded.csv: 'und'" in problems(uncoded=rest.encode())


def test_uncovered_stretches_neither_begin_nor_end_with_white_space() -> None:
    text = " date 2018-12 " + "a b  c"
    assert uncovered(text, [Span(16, 17)]) == [Span(14, 15), Span(19, 20)]
    assert uncovered(text, []) == [Span(14, 20)]
    assert uncovered(text, [Span(14, 20)]) == []
