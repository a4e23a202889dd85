from __future__ import annotations

import pytest

from smartcity_case.text import Source, Span, occurrences, stands

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
        with pytest.raises(ValueError, match="does not lie") as caught:
            convert(offset)
        told = f"offset {offset} does not lie in 'text' (0 to {len(TEXT)})"
        assert str(caught.value) == told


def test_every_offset_of_characters_of_every_width() -> None:
    source = Source("text", "\x7f\x80\u07ff\u0800\uffff\U00010000")
    utf8, utf16 = [0, 1, 3, 5, 8, 11, 15], [0, 1, 2, 3, 4, 5, 7]
    assert list(map(source.to_utf8, range(7))) == utf8
    assert list(map(source.to_utf16, range(7))) == utf16
    assert list(map(source.from_utf8, utf8)) == list(range(7))
    assert list(map(source.from_utf16, utf16)) == list(range(7))


def test_an_offset_inside_a_character_is_refused() -> None:
    source = Source("text", "a😀b")
    for invert, offset, unit in (
        (source.from_utf16, 2, "UTF-16 code unit"),
        (source.from_utf16, -1, "UTF-16 code unit"),
        (source.from_utf8, 3, "UTF-8 byte"),
        (source.from_utf8, 99, "UTF-8 byte"),
    ):
        with pytest.raises(ValueError, match="not the start") as caught:
            invert(offset)
        assert str(caught.value) == f"{unit} {offset} is not the start of a character of 'text'"


@pytest.mark.parametrize("span", [Span(3, 3), Span(4, 2), Span(-1, 2), Span(0, 1000)])
def test_a_span_outside_the_text_has_no_words(span: Span) -> None:
    with pytest.raises(ValueError, match="does not lie") as caught:
        Source("text", TEXT)[span]
    assert str(caught.value) == f"{span} does not lie in 'text' (0 to {len(TEXT)})"


def test_the_whole_text_is_a_span() -> None:
    assert Source("text", TEXT)[Span(0, len(TEXT))] == TEXT


def test_spans_overlap_and_contain() -> None:
    assert Span(0, 4).overlaps(Span(3, 5))
    assert Span(3, 5).overlaps(Span(0, 4))
    assert not Span(0, 4).overlaps(Span(4, 5))
    assert not Span(4, 5).overlaps(Span(0, 4))
    assert Span(0, 4).contains(Span(0, 4))
    assert not Span(0, 4).contains(Span(1, 5))
    assert not Span(1, 5).contains(Span(0, 4))


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
        ("K. Muster kam. Er ging.", ["K. Muster kam.", "Er ging."]),
        ("Am 1. Mai. Und nun?", ["Am 1. Mai.", "Und nun?"]),
        ("Ja!  Ja! \n", ["Ja!", "Ja!"]),
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
    assert source[source.sentence(Span(0, 27))] == source.text
    assert source[source.sentence(Span(11, 21))] == "Drei vier."
    assert source[source.sentence(Span(11, 23))] == "Drei vier. Fünf."


def test_the_sentence_of_white_space_is_the_nearest_with_it() -> None:
    source = Source("text", "  Eins. Zwei.  ")
    assert source.sentence(Span(0, 1)) == Span(0, 7)
    assert source.sentence(Span(14, 15)) == Span(8, 15)
    assert Source("text", " \n ").sentence(Span(1, 2)) == Span(1, 2)


def test_words_are_found_everywhere() -> None:
    assert list(occurrences("aaab", "aa")) == [Span(0, 2), Span(1, 3)]
    assert list(occurrences("ab ab", "ab")) == [Span(0, 2), Span(3, 5)]


@pytest.mark.parametrize(
    ("start", "end", "words", "whether"),
    [
        (0, 2, None, True),
        (0, 2, "ab", True),
        (0, 2, "aa", False),
        (0, 3, "ab", False),
        (1, 1, None, False),
        (1, 1, "", False),
        (2, 1, None, False),
        (-1, 1, None, False),
        (-2, -1, "a", False),
        (1, 3, None, False),
    ],
)
def test_whether_words_stand(start: int, end: int, words: str | None, whether: bool) -> None:
    assert stands("ab", start, end, words) is whether


def test_occurrences_needs_words() -> None:
    assert list(occurrences("aaa", "b")) == []
    with pytest.raises(ValueError, match=r"^no words to look for$"):
        next(occurrences("aaa", ""))
