from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_case import corpus
from smartcity_case.arrays import strings
from smartcity_case.corpus import Corpus
from smartcity_case.text import occurrences


class Contended(Corpus):
    """A corpus of which another thread asks for another text all the time."""

    @property
    def _latest(self) -> tuple[int, str]:
        return 1, "of another thread"

    @_latest.setter
    def _latest(self, value: Any) -> None:
        pass


def test_each_thread_gets_the_text_that_it_asked_for() -> None:
    assert Contended([b"a", b"b"]).text(0) == "a"


def test_a_text_is_decoded_once_in_a_row() -> None:
    texts = Corpus(["äb".encode(), b"b"])
    assert texts.text(0) is texts.text(0)
    assert [texts.text(n) for n in (0, 1, 0)] == ["äb", "b", "äb"]


def test_so_much_decoded_text_is_kept_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "_MOST_DECODED", 10)
    texts = Corpus([b"abcde", b"fghij", b"kl", b"mnopqrst"])
    first, second = texts.text(0), texts.text(1)
    assert (texts.text(0) is first, texts.text(1) is second) == (True, True)
    third = texts.text(2)  # for which the others have to go
    fourth = texts.text(3)
    assert (texts.text(2) is third, texts.text(3) is fourth) == (True, True)
    assert texts.text(0) == first
    assert texts.text(0) is not first


def test_more_text_than_arrow_can_point_into_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "MOST_BYTES", 26)
    assert len(Corpus([b"ab"])) == 1
    with pytest.raises(ValueError, match=r"^27 bytes of text are more than one corpus holds$"):
        Corpus([b"ab", b"c"])


def test_a_corpus_without_texts_answers_for_no_rows() -> None:
    none = np.zeros(0, np.int64)
    texts = Corpus([])
    assert len(texts) == 0
    assert texts.stand_at(none, none, none, strings([])).tolist() == []
    assert texts.stand_before(none, none, strings([])).tolist() == []


def test_the_index_is_made_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "_STEP", 3)
    texts = Corpus([text.encode() for text in ("aß😀", "", "日b")])
    rows = [(0, 1, 3, "ß😀"), (0, 0, 1, "a"), (2, 0, 1, "日"), (2, 1, 2, "b"), (1, 0, 1, "日")]
    numbers, start, end = (np.array(column) for column in list(zip(*rows, strict=True))[:3])
    found = texts.stand_at(numbers, start, end, pa.array([row[3] for row in rows]))
    assert found.tolist() == [True, True, True, True, False]
    assert texts.lengths.tolist() == [3, 0, 2]


def looked_up(
    texts: Corpus, rows: list[tuple[int, int, int, str]]
) -> tuple[list[bool], list[bool], list[bool]]:
    """Which words stand at their offsets, directly before the first, and from the last on."""
    numbers, start, end = (np.array([row[n] for row in rows], np.int64) for n in range(3))
    words = strings([row[3] for row in rows])
    return (
        texts.stand_at(numbers, start, end, words).tolist(),
        texts.stand_before(numbers, np.maximum(start, 0), words).tolist(),
        texts.stand_after(numbers, np.minimum(end, texts.lengths[numbers]), words).tolist(),
    )


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5])
def test_rows_are_looked_up_in_pieces(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "_ROWS", rows)
    texts = Corpus.of(["Straße 😀".encode(), b"Duisburg"])
    numbers, start = np.array([0, 1, 0, 1]), np.array([7, 0, 4, 4])
    words = strings(["x", "😀", "Duis", "ße", "burg"])[1:]
    wrong = strings(["😀", "Duis", "ss", "burg"])
    end = np.array([8, 4, 6, 8])
    assert texts.stand_at(numbers, start, end, words).tolist() == [True] * 4
    assert texts.stand_at(numbers, start, end, wrong).tolist() == [True, True, False, True]
    far = np.array([8, 9, 6, 9])
    assert texts.stand_at(numbers, start, far, words).tolist() == [True, False, True, False]


def test_words_stand_at_before_or_after_an_offset() -> None:
    texts = Corpus([text.encode() for text in ("¿qué?", "", "uno dos tres cuatro", "¿qué?")])
    rows = [
        (0, 0, 1, "¿"),
        (0, 1, 4, "qué"),
        (0, 1, 4, "que"),  # shorter by a byte
        (0, 4, 5, "¿qué"),
        (0, 0, 1, "qué?"),
        (0, 4, 5, "no qué"),  # begins before the text
        (0, 4, 5, "?"),
        (3, 0, 1, "cuatro"),  # which stands before it, in another text
        (0, 4, 5, "uno"),  # which stands behind it, in another text
        (2, 0, 12, "uno dos tres"),  # twelve bytes, and more
        (2, 0, 13, "uno dos tres "),
        (2, 0, 12, "uno dos trex"),
        (2, 0, 13, "uno dos trex "),
        (2, 0, 13, "uno dos tresx"),
        (2, 12, 12, "uno dos tres"),
        (2, 13, 13, "uno dos tres "),
        (2, 4, 4, "dos tres cuatro"),
        (2, 4, 3, ""),
        (2, 0, 0, ""),
        (2, -1, 2, "un"),
        (2, 13, 20, "cuatro"),
        (1, 0, 1, "u"),
    ]
    at, before, after = looked_up(texts, rows)

    def rows_of(found: list[bool]) -> list[int]:
        return [number for number, is_there in enumerate(found) if is_there]

    assert rows_of(at) == [0, 1, 6, 9, 10]
    assert rows_of(before) == [3, 14, 15, 17, 18]
    assert rows_of(after) == [4, 16, 17, 18]


def test_a_span_of_no_characters_or_out_of_an_empty_text_is_out_of_range() -> None:
    nothing = Corpus([b""])
    zero, one = np.array([0]), np.array([1])
    assert nothing.stand_at(zero, zero, one, strings(["a"])).tolist() == [False]
    assert nothing.in_range(zero, zero, zero).tolist() == [False]
    assert Corpus([b"ab"]).in_range(zero, one, one).tolist() == [False]


TEXTS = st.lists(st.text(st.sampled_from("aßé日😀\n"), max_size=150), max_size=5)


@given(texts=TEXTS, step=st.sampled_from([1, 3, 64, 200, 1 << 16]), data=st.data())
def test_the_index_finds_every_character(texts: list[str], step: int, data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "_STEP", step)
        held = Corpus([text.encode() for text in texts])
    assert held.lengths.tolist() == [len(text) for text in texts]
    before = [0, *accumulate(len(text.encode()) for text in texts)]
    for number, text in enumerate(texts):
        places = np.arange(len(text) + 1)
        found = held.bytes_of(np.full(len(places), number), places).tolist()
        assert found == [before[number] + len(text[:place].encode()) for place in places]
        start = data.draw(st.integers(0, len(text)))
        words = text[start : start + data.draw(st.integers(1, 3))] or "x"
        assert list(held.occurrences(number, words)) == list(occurrences(text, words))


@pytest.mark.parametrize("count", [1, 63, 64, 65, 127, 128, 129])
@pytest.mark.parametrize("letter", ["a", "ß", "日", "😀"])
def test_blocks_of_the_index_may_be_full(letter: str, count: int) -> None:
    text = letter * count
    texts = Corpus([text.encode(), b"", text.encode()])
    numbers, ends = np.array([0, 2]), np.array([count, count])
    words = strings([letter] * 2)
    assert texts.stand_at(numbers, ends - 1, ends, words).tolist() == [True, True]
    assert texts.stand_at(numbers, ends, ends + 1, words).tolist() == [False, False]
    assert texts.lengths.tolist() == [count, 0, count]
    assert len(list(texts.occurrences(2, letter))) == count


def test_words_are_looked_for_in_their_text_alone() -> None:
    texts = Corpus([text.encode() for text in ("ab", "ab¿ab", "ab")])
    assert list(texts.occurrences(1, "ab")) == [(0, 2), (3, 5)]
    assert list(texts.occurrences(1, "¿ab")) == [(2, 5)]
    assert list(texts.occurrences(0, "aba")) == []
    assert list(Corpus([b"aaa"]).occurrences(0, "aa")) == [(0, 2), (1, 3)]
