from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from smartcity_case import corpus
from smartcity_case.arrays import strings
from smartcity_case.corpus import Corpus


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
    texts = Corpus(["ä".encode(), b"b"])
    assert texts.text(0) is texts.text(0)
    assert [texts.text(n) for n in (0, 1, 0)] == ["ä", "b", "ä"]


def test_more_text_than_arrow_can_point_into_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "MOST_BYTES", 18)
    assert len(Corpus([b"ab"])) == 1
    with pytest.raises(ValueError, match="19 bytes"):
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
