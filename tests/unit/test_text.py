from __future__ import annotations

import pytest

from smartcity_case.text import Source, Span, occurrences

FAMILY = "👨\u200d👩\u200d👧"  # three emoji joined by zero-width joiners
TEXT = f"e\u0301 {FAMILY} שלום „Wort“, sagte A. Beta."


def test_the_three_ways_of_counting_differ_and_agree() -> None:
    source = Source("text", TEXT)
    at = TEXT.index("Wort")
    assert source.to_utf16(at) == len(TEXT[:at].encode("utf-16-le")) // 2
    assert source.to_utf8(at) == len(TEXT[:at].encode())
    assert source.from_utf16(source.to_utf16(at)) == at
    assert source.from_utf8(source.to_utf8(at)) == at
    assert len({at, source.to_utf16(at), source.to_utf8(at)}) == 3


@pytest.mark.parametrize("offset", [-1, len(TEXT) + 1])
def test_an_offset_outside_the_text_is_refused(offset: int) -> None:
    source = Source("text", TEXT)
    for convert in (source.to_utf8, source.to_utf16):
        with pytest.raises(ValueError, match="does not lie in 'text'"):
            convert(offset)


def test_an_offset_inside_a_character_is_refused() -> None:
    source = Source("text", "a😀b")
    with pytest.raises(ValueError, match="UTF-16 code unit 2"):
        source.from_utf16(2)
    with pytest.raises(ValueError, match="UTF-8 byte 3"):
        source.from_utf8(3)
    with pytest.raises(ValueError, match="UTF-8 byte 99"):
        source.from_utf8(99)


@pytest.mark.parametrize("span", [Span(3, 3), Span(4, 2), Span(-1, 2), Span(0, 1000)])
def test_a_span_outside_the_text_has_no_words(span: Span) -> None:
    with pytest.raises(ValueError, match="does not lie"):
        Source("text", TEXT)[span]


def test_spans_overlap_and_contain() -> None:
    assert Span(0, 4).overlaps(Span(3, 5))
    assert not Span(0, 4).overlaps(Span(4, 5))
    assert Span(0, 4).contains(Span(0, 4))
    assert not Span(0, 4).contains(Span(1, 5))


def sentences(text: str) -> list[str]:
    source = Source("text", text)
    return [source[span] for span in source.sentences]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Eins. Zwei! Drei?", ["Eins.", "Zwei!", "Drei?"]),
        ("„Ja.“ Nein.", ["„Ja.“", "Nein."]),
        ("„Das ist so.“, sagte sie. Ende.", ["„Das ist so.“, sagte sie.", "Ende."]),
        ("Kopf\n\nRumpf ohne Punkt", ["Kopf", "Rumpf ohne Punkt"]),
        ("Am 3. Mai kam Dr. K. Muster. Sie ging.", ["Am 3. Mai kam Dr. K. Muster.", "Sie ging."]),
        ("Was… Nun ja.", ["Was…", "Nun ja."]),
        (" \n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_the_sentence_of_a_span_may_be_several() -> None:
    source = Source("text", "Eins zwei. Drei vier. Fünf.")
    assert source[source.sentence(Span(12, 15))] == "Drei vier."
    assert source[source.sentence(Span(5, 15))] == "Eins zwei. Drei vier."
    assert source[source.sentence(Span(9, 11))] == "Eins zwei. "  # the span is always held


def test_occurrences_needs_words() -> None:
    assert list(occurrences("aaa", "b")) == []
    with pytest.raises(ValueError, match="no words"):
        next(occurrences("aaa", ""))
