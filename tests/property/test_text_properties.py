"""Offsets and spans on any text: astral, combining, bidirectional, ZWJ."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import smartcity_case as sc
from smartcity_case.checks.trace import trace_span
from smartcity_case.text import Source, Span, occurrences

# Pieces that are counted differently in code points, UTF-16 and UTF-8, or that
# tools like to reorder, merge or drop.
PIECES = st.sampled_from(
    [
        *("a", "ß", "„", "“", " ", "\0", "\r\n", "\ufeff", "\u00e9", "e\u0301"),
        *("😀", "👨\u200d👩\u200d👧", "\u200d", "𝔘", "שלום", "\u202e"),
    ]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=20).map("".join),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40),
)


@given(TEXTS)
@example("a😀e\u0301\u202eשלום👨\u200d👩\u200d👧")
def test_offsets_survive_every_way_of_counting(text: str) -> None:
    source = Source("text", text)
    for offset in range(len(text) + 1):
        utf16, utf8 = source.to_utf16(offset), source.to_utf8(offset)
        assert utf16 == len(text[:offset].encode("utf-16-le")) // 2
        assert utf8 == len(text[:offset].encode("utf-8"))
        assert source.from_utf16(utf16) == source.from_utf8(utf8) == offset


@given(TEXTS)
def test_sentences_are_in_order_disjoint_and_hold_all_that_is_not_space(text: str) -> None:
    source = Source("text", text)
    at = 0
    for span in source.sentences:
        assert at <= span.start < span.end
        assert not text[at : span.start].strip()
        at = span.end
    assert not text[at:].strip()


@given(TEXTS.filter(bool), st.data())
def test_the_sentence_of_a_span_holds_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    source = Source("text", text)
    assert source.sentence(Span(start, end)).contains(Span(start, end))


@given(TEXTS.filter(bool), st.data())
def test_anchoring_what_was_cut_out_finds_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    # With all of the text as context there is one place only.
    assert sc.anchor(text, text[start:end], text[:start], text[end:]) == (start, end)
    # Without context it is found, or refused with this place among others.
    places = list(occurrences(text, text[start:end]))
    if len(places) == 1:
        assert sc.anchor(text, text[start:end]) == (start, end)
    else:
        with pytest.raises(sc.AmbiguousWords) as info:
            sc.anchor(text, text[start:end])
        assert Span(start, end) in info.value.candidates


def naive_verdict(text: str, start: int, end: int, exact: str) -> tuple[str, list[Span]]:
    """The definition, spelt out by a loop over every place."""
    places = [
        Span(i, i + len(exact))
        for i in range(len(text) - len(exact) + 1)
        if text[i : i + len(exact)] == exact
    ]
    if start < 0 or end > len(text) or start >= end:
        return "out-of-range", places
    if (start, end) in places:
        return "exact", []
    return {0: "absent", 1: "moved"}.get(len(places), "ambiguous"), places


@given(TEXTS, st.integers(-2, 45), st.integers(-2, 45), st.data())
def test_the_verdict_is_that_of_a_naive_second_implementation(
    text: str, start: int, end: int, data: st.DataObject
) -> None:
    exact = data.draw(st.one_of(TEXTS.filter(bool), st.just(text[start:end] or "x")))
    verdict, places = naive_verdict(text, start, end, exact)
    trace = trace_span(text, start, end, exact)
    assert (trace.verdict, list(trace.candidates)) == (verdict, places)


@given(TEXTS, TEXTS.filter(bool))
def test_occurrences_are_all_there_are(text: str, words: str) -> None:
    assert list(occurrences(text, words)) == naive_verdict(text, 0, 0, words)[1]
