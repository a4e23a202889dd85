from __future__ import annotations

import pytest

import smartcity_case as sc

TEXT = "Die Stadt, die Stadt und die Vorstadt."


def test_words_that_stand_once_need_nothing_more() -> None:
    assert TEXT[slice(*sc.anchor(TEXT, "Vorstadt"))] == "Vorstadt"


def test_several_matches_are_refused_with_their_places() -> None:
    with pytest.raises(sc.AmbiguousWords, match="give a prefix or a suffix") as info:
        sc.anchor(TEXT, "Stadt")
    assert info.value.candidates == ((4, 9), (15, 20))


@pytest.mark.parametrize(
    ("prefix", "suffix", "start"), [("Die ", "", 4), ("", ",", 4), ("die ", " u", 15)]
)
def test_context_decides(prefix: str, suffix: str, start: int) -> None:
    assert sc.anchor(TEXT, "Stadt", prefix, suffix) == (start, start + 5)


@pytest.mark.parametrize("words", ["Dorf", "stadt ", "die  Stadt", "DIE", ""])
def test_nothing_is_matched_loosely(words: str) -> None:
    with pytest.raises(sc.AbsentWords):
        sc.anchor(TEXT, words)


def test_within_a_span() -> None:
    assert sc.anchor(TEXT, "Stadt", within=sc.Span(10, 30)) == (15, 20)
    with pytest.raises(sc.AbsentWords):
        sc.anchor(TEXT, "Stadt", within=sc.Span(5, 19))


def test_overlapping_matches_are_matches() -> None:
    with pytest.raises(sc.AmbiguousWords):
        sc.anchor("aaa", "aa")
