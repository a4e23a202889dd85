"""The engine on columns says what plain Python says of each cell."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from smartcity_case.arrays import Cells, Fingerprints, begin_with, offsets, strings
from smartcity_case.corpus import Corpus
from smartcity_case.text import OFFSET_FORM

_INTEGER = re.compile(r"[+-]?[0-9]{1,16}")
_NUMERALS = st.text("0123456789", max_size=20)
_WRITTEN = st.one_of(
    _NUMERALS,
    st.builds(str.__add__, st.sampled_from("+-"), _NUMERALS),
    st.text("0129+-_ /:;.\0éß٣\x80日😀", max_size=20),
)
_CELLS = st.lists(st.none() | _WRITTEN, max_size=12)


@st.composite
def arrays(draw: st.DrawFn) -> tuple[list[str | None], pa.StringArray]:
    """Cells, and an array of them that may be a slice of a longer one."""
    before, cells, after = draw(_CELLS), draw(_CELLS), draw(_CELLS)
    whole = strings([*before, *cells, *after])
    return cells, whole.slice(len(before), len(cells))


@given(arrays())
def test_cells_are_integers_and_offsets_as_python_has_it(
    given: tuple[list[str | None], pa.StringArray],
) -> None:
    cells, array = given
    made = Cells(array)
    assert len(made) == len(cells)
    assert made.lengths.tolist() == [len((cell or "").encode()) for cell in cells]
    values, proven = made.integers
    places, readable = offsets(made)
    signed = begin_with(made, "+-")
    for number, cell in enumerate(cells):
        cell = cell or ""
        assert proven[number] == bool(_INTEGER.fullmatch(cell))
        assert not proven[number] or values[number] == int(cell)
        assert readable[number] == bool(OFFSET_FORM.fullmatch(cell) and len(cell) <= 16)
        assert not readable[number] or places[number] == int(cell)
        assert signed[number] == cell.startswith(("+", "-"))


_BOUNDS = [0, 1, 7, 8, 9, 15, 16, 17, 504, 505, 511, 512, 513, 520, 600]


@given(
    st.lists(st.text("ab\0é", max_size=3), min_size=1, max_size=6),
    st.sampled_from(_BOUNDS),
    st.integers(0, 3),
)
def test_fingerprints_are_the_same_if_and_only_if_cells_are(
    ends: list[str], length: int, skipped: int
) -> None:
    cells = [body + end for end in ends for body in ("x" * length, "y" * length, "\0" * length)]
    array = strings(["z" * skipped, *cells, None, "z"]).slice(1, len(cells))
    made = Fingerprints()
    found = made.of(Cells(array)).tolist()
    assert len(set(found)) == len(set(cells))
    assert dict(zip(cells, found, strict=True)) == dict(
        zip(reversed(cells), reversed(found), strict=True)
    )
    # In another batch, beside other cells, they are the same.
    again = made.of(Cells(strings([*reversed(cells), "w" * 700]))).tolist()
    assert again[: len(cells)] == found[::-1]


@given(st.lists(st.tuples(*[st.sampled_from(["", "a", "b", "ab"])] * 3), min_size=1, max_size=9))
def test_keys_of_several_columns_have_one_fingerprint_each(rows: list[tuple[str, ...]]) -> None:
    made = Fingerprints()
    parts = [made.of(Cells(strings(column))) for column in zip(*rows, strict=True)]
    found = made.combine(parts).tolist()
    assert len(set(zip(rows, found, strict=True))) == len(set(found)) == len(set(rows))


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=9))
def test_integers_have_one_fingerprint_each(values: list[int]) -> None:
    found = Fingerprints().of_integers(np.array(values, np.int64)).tolist()
    assert len(set(zip(values, found, strict=True))) == len(set(found)) == len(set(values))


_LETTERS = "abß日😀\n\0"
_TEXTS = st.lists(st.text(_LETTERS, max_size=20), min_size=1, max_size=5)
_FAR = st.sampled_from([-(2**62), -17, -2, -1, 30, 1000, 2**31, 2**40, 10**18])


@st.composite
def looked_up(draw: st.DrawFn) -> tuple[list[str], list[tuple[int, int, int, str | None]]]:
    """Texts, and rows of the number of a text, start, end and words: right, near or wild."""
    texts = draw(_TEXTS)
    offset = st.integers(0, 21) | _FAR
    rows = []
    for _ in range(draw(st.integers(0, 12))):
        number, start, end = draw(st.integers(0, len(texts) - 1)), draw(offset), draw(offset)
        joined = "".join(texts)
        near = sum(map(len, texts[:number])) + max(0, min(start, 100))
        length = draw(st.integers(0, 21))
        words = draw(
            st.sampled_from(
                [
                    texts[number][max(0, start) : max(0, end)],
                    joined[near : near + length],
                    joined[max(0, near - length) : near],
                    None,
                ]
            )
            | st.text(_LETTERS, max_size=14)
        )
        rows.append((number, start, end, words))
    return texts, rows


@given(looked_up())
def test_spans_stand_where_python_finds_them(
    given: tuple[list[str], list[tuple[int, int, int, str | None]]],
) -> None:
    texts, rows = given
    corpus = Corpus([text.encode() for text in texts])
    assert corpus.lengths.tolist() == [len(text) for text in texts]
    numbers, start, end = (np.array([row[n] for row in rows], np.int64) for n in range(3))
    words = [row[3] for row in rows]
    array = strings(["x", *words]).slice(1)
    found = corpus.stand_at(numbers, start, end, array)
    fits = corpus.in_range(numbers, start, end)
    for at, (number, first, last, exact) in enumerate(rows):
        text = texts[number]
        assert fits[at] == (0 <= first < last <= len(text))
        assert found[at] == (fits[at] and exact is not None and text[first:last] == exact)
    inside = np.array([np.clip(row[1], 0, len(texts[row[0]])) for row in rows], np.int64)
    before = corpus.stand_before(numbers, inside, array)
    after = corpus.stand_after(numbers, inside, array)
    for at, (number, _, _, beside) in enumerate(rows):
        text = texts[number]
        is_text = beside is not None
        assert before[at] == (is_text and text[: inside[at]].endswith(beside or ""))
        assert after[at] == (is_text and text[inside[at] :].startswith(beside or ""))
