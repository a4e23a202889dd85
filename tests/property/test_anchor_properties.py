"""Anchoring what was cut out of a text finds it; a normalised text leads back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from smartcity_case.authoring.anchor import anchor_rows
from smartcity_case.authoring.anchoring.matching import Matcher, Query
from smartcity_case.authoring.anchoring.tiers import TIERS, Normal, needed, normalise
from smartcity_case.text import Span

LETTERS = "aAäßéÉe\u0301kn1290,.-–−„“\"'’…. \n\t\u00a0\u00ad\u200bﬁ😀"
TEXTS = st.text(LETTERS, min_size=1, max_size=60)
WORDS = st.lists(
    st.sampled_from(
        ["kein", "nicht", "Stadt", "Städte", "„so“", "12", "5,5", "−3", "Um-\nwelt", "…"]
    ),
    min_size=1,
    max_size=30,
).map(" ".join)
SOME = st.lists(st.sampled_from(TIERS), unique=True)


@given(st.one_of(TEXTS, WORDS), st.data())
def test_what_was_cut_out_with_its_context_is_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    words = text[start:end]
    query = Query(words, text[:start], text[end:])
    found = Matcher(text).match(query)
    if words.strip():
        assert found.spans == (Span(start, end),)
    near = Matcher(text).match(Query(words))
    if words.strip() and "…" not in words and "..." not in words:
        places = (*near.spans, *near.candidates)
        assert Span(start, end) in places or near.how in ("exact", "part")
        for span in near.spans:
            assert text[slice(*span)] == words


@given(WORDS, st.data())
def test_rows_cut_out_of_a_text_are_anchored(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    row = {"exact": text[start:end], "start": start, "end": end}
    report = anchor_rows([row], text)
    assert [(r["start"], r["end"]) for r in report.rows] == [(start, end)]
    again = anchor_rows(report.rows, text)
    assert again.rows == report.rows
    assert again.ok


@given(TEXTS, SOME)
def test_a_normalised_text_leads_back_to_what_it_was_made_of(text: str, tiers: list[str]) -> None:
    normal = Normal(text, tiers)
    stripped = normal.text.strip() if "space" in tiers else normal.text
    assert normalise(text, tiers) == stripped
    for start in range(len(normal.text)):
        for end in range(start + 1, len(normal.text) + 1):
            span = normal.back(start, end)
            if span is not None:
                assert 0 <= span.start < span.end <= len(text)
    if normal.text:
        whole = normal.back(0, len(normal.text))
        assert whole is not None
        left = text[: whole.start] + text[whole.end :]
        assert normalise(left, ["hyphens"]) == "" or "hyphens" in tiers


@settings(max_examples=200)
@given(TEXTS, TEXTS, SOME)
def test_what_is_found_is_the_same_as_some_tiers_have_it(
    text: str, words: str, tiers: list[str]
) -> None:
    match = Matcher(text, tiers).match(Query(words))
    if len(match.spans) == 1:
        found = text[slice(*match.spans[0])]
        used = needed(words, found, tiers)
        if used is None:  # read with the hyphens at line ends in place
            assert "hyphens" in match.how
        else:
            assert [t for t in match.how.split("+") if t in TIERS] == list(used)
        letters = [c for c in found.casefold() if c.isalnum()]
        if "ﬁ" not in found + words and "unicode" not in match.how:
            assert letters == [c for c in words.casefold() if c.isalnum()]
