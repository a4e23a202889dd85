from __future__ import annotations

import numpy as np
import pytest

from smartcity_case.arrays import strings
from smartcity_case.checks.hints import CAUSES, Absence, excerpt, explain_offsets
from smartcity_case.checks.rows import Rows
from smartcity_case.corpus import Corpus
from smartcity_case.text import Source, Span

TEXT = "🐦 Am\r\nRhein:\r\nStraße 😀 «Stadt».\r\n\r\nEnde\r\n"
WORDS = ("Am", "Rhein", "Straße", "Stadt", "Ende", "😀")


def explained(
    places: list[tuple[int, int]], words: list[str], texts: tuple[str, ...] = (TEXT,)
) -> dict[str, int]:
    """How many of some spans each cause explains; the texts take turns."""
    count = len(places)
    rows = Rows(
        np.arange(count),
        np.arange(count) % len(texts),
        np.array([start for start, _ in places], np.int64),
        np.array([end for _, end in places], np.int64),
        exact=strings(words),
    )
    looked, found = explain_offsets(rows, Corpus([text.encode() for text in texts]))
    assert looked == count
    return {cause: number for cause, number in found.items() if number}


def spans(text: str = TEXT) -> list[Span]:
    return [Span(text.index(w), text.index(w) + len(w)) for w in WORDS]


def test_utf16_code_units() -> None:
    source = Source("t", TEXT)
    places = [(source.to_utf16(s), source.to_utf16(e)) for s, e in spans()]
    assert explained(places, list(WORDS))[CAUSES[0]] == len(WORDS)
    assert CAUSES[0] not in explained([(1, 4)], ["Am"])  # inside of the pair
    assert CAUSES[0] not in explained([(3, 10**18)], ["Am"])


def test_utf8_bytes() -> None:
    source = Source("t", TEXT)
    places = [(source.to_utf8(s), source.to_utf8(e)) for s, e in spans()]
    assert explained(places, list(WORDS))[CAUSES[1]] == len(WORDS)


def test_a_place_at_an_edge_of_the_text_is_a_place() -> None:
    assert explained([(0, 2)], ["ä"], ("äb",)) == {CAUSES[1]: 1}
    assert explained([(0, 4)], ["äöü"], ("äöü",)) == {}
    assert explained([(2, 6)], ["öü"], ("äöü",)) == {CAUSES[1]: 1}
    assert explained([(1, 3)], ["\nb"], ("a\r\nb",)) == {CAUSES[4]: 1}
    assert explained([(0, 2)], ["a\r\n"], ("a\r\n",)) == {CAUSES[2]: 1, CAUSES[6]: 1}


def test_characters_of_every_width() -> None:
    text = "\x7f\x80\u07ff\u0800\uffff\U00010000x"
    source = Source("t", text)
    for at, word in enumerate(text):
        if at > 1:
            utf8 = source.to_utf8(at), source.to_utf8(at + 1)
            assert explained([utf8], [word], (text,)) == {CAUSES[1]: 1}
    utf16 = source.to_utf16(6), source.to_utf16(7)
    assert explained([utf16], ["x"], (text,)) == {CAUSES[0]: 1, CAUSES[3]: 1}
    # An offset inside of a character is no place.
    assert explained([(1, 4)], [" A"], ("🐦 Am",)) == {}
    assert explained([(1, 3)], ["b"], ("äbc",)) == {}
    # Where no character takes two code units, nothing is explained by them.
    assert explained([(1, 2)], ["ä"], ("ä\uffff",)) == {CAUSES[3]: 1}
    assert explained([(1, 2)], ["a"], ("a\nb\r",)) == {CAUSES[3]: 1}


def test_each_crlf_counted_as_one_character() -> None:
    joined = TEXT.replace("\r\n", "\n")
    places = [(s, e) for s, e in spans(joined)]
    assert explained(places, list(WORDS))[CAUSES[2]] == len(WORDS)
    for alone in "\r\n":
        text = f"a\r\nb{alone}c"
        assert explained([(4, 5)], ["c"], (text,)) == {CAUSES[2]: 1, CAUSES[4]: 1}


@pytest.mark.parametrize(
    ("cause", "before", "after"),
    [(CAUSES[3], 1, 1), (CAUSES[4], -1, -1), (CAUSES[5], 1, 0), (CAUSES[6], 0, -1)],
)
def test_offsets_that_are_off_by_one(cause: str, before: int, after: int) -> None:
    text = "Am Rhein Straße Stadt Ende 😀."
    places = [(s + before, e + after) for s, e in spans(text)]
    assert explained(places, list(WORDS), (text,))[cause] == len(WORDS)
    assert explained([(0, 3)], ["Am R"], (text,)) == {CAUSES[6]: 1}


def test_texts_are_taken_in_turn() -> None:
    texts = ("x\r\nab", "äb", "ab")
    assert explained([(2, 3), (2, 3), (1, 2)], ["a", "b", "a"], texts) == {
        CAUSES[1]: 1,
        CAUSES[2]: 1,
        CAUSES[3]: 2,
        CAUSES[4]: 1,
    }


def test_the_first_row_may_be_about_any_text() -> None:
    one = np.ones(1, np.int64)
    rows = Rows(one, one, one, one + 1, exact=strings(["a"]))
    assert explain_offsets(rows, Corpus([b"ba", b"ab"])) == (1, {
        **dict.fromkeys(CAUSES[3:], 0), CAUSES[3]: 1,
    })  # fmt: skip


def test_it_stops_when_nothing_explains_half_of_the_first_fifty() -> None:
    def looked(good: int, bad: int) -> int:
        count = good + bad
        start = np.array([1] * good + [0] * bad)
        rows = Rows(np.arange(count), np.zeros(count, np.int64), start, start + 1,
                    exact=strings(["a"] * good + ["x"] * bad))  # fmt: skip
        return explain_offsets(rows, Corpus([b"ab"]))[0]

    assert looked(0, 60) == 50
    assert looked(24, 60) == 50
    assert looked(25, 60) == 51
    assert looked(60, 60) == 120
    assert looked(0, 50) == 50


def test_without_words_nothing_is_looked_for() -> None:
    none = np.zeros(1, np.int64)
    assert explain_offsets(Rows(none, none, none, none), Corpus([b"a"])) == (0, {})


def column_of_caret(text: str, span: Span, exact: str) -> tuple[str, int]:
    line, caret = excerpt(text, span, exact).split("\n")
    assert caret.endswith("^")
    assert not caret[:-1].strip()
    return line, len(caret) - 1


@pytest.mark.parametrize(
    ("text", "span", "exact", "line", "column"),
    [
        ("die Stadt", Span(4, 9), "Start", "die Stadt", 7),
        ("a\ndie Stadt\nb", Span(6, 11), "Stadt!", "die Stadt", 9),
        ("日本 Stadt", Span(3, 8), "stadt", "日本 Stadt", 5),
        ("a\u0301 \u2764\ufe0f x", Span(6, 7), "y", "a\u0301 \u2764\ufe0f x", 4),
        ("a\u20dd\u0e31x", Span(3, 4), "y", "a\u20dd\u0e31x", 1),
        ("a\tb\u200bc", Span(4, 5), "x", "a b c", 4),
        ("ab", Span(0, 2), "ab!", "ab", 2),
        ("ab\ncd", Span(2, 3), "x", "ab", 2),
        ("ab\ncd\ndie Stadt\nef\ngh", Span(10, 15), "x", "die Stadt", 4),
        ("\ndie Stadt", Span(5, 10), "x", "die Stadt", 4),
        ("\ndie Stadt", Span(0, 1), "x", "", 0),
        ("a\nb", Span(0, 1), "x", "a", 0),
        ("die Stadt", Span(4, 9), "Sxyzu", "die Stadt", 5),
        ("x" * 20 + "y" * 40 + "\nz", Span(20, 21), "z", "x" * 20 + "y" * 30, 20),
        ("x" * 40 + "y" + "z" * 40, Span(40, 41), "x", "x" * 30 + "y" + "z" * 29, 30),
    ],
)
def test_the_caret_stands_under_the_first_character_that_differs(
    text: str, span: Span, exact: str, line: str, column: int
) -> None:
    assert column_of_caret(text, span, exact) == (line, column)


def test_without_words_the_caret_stands_at_the_start() -> None:
    assert excerpt("die Bahn", Span(4, 8), None) == "die Bahn\n    ^"


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        ("die Stadt", "Stadt\n", "white space around them is ignored"),
        ("die »Stadt«", '"Stadt"', "quotation marks are made alike"),
        ("Köln", "Ko\u0308ln", "Unicode is composed (NFC)"),
        ("Ko\u0308ln", "Köln", "Unicode is composed (NFC)"),
        ("Köln e\u0301", "Ko\u0308ln é", "Unicode is composed (NFC)"),
        ("an\u00a0der\nRuhr", "an der Ruhr", "spaces and line breaks are made alike"),
        ("Du\u00adisburg", "Duisburg", "soft hyphens and invisible characters are left out"),
        ("Duisburg", "Du\u200bisburg", "soft hyphens and invisible characters are left out"),
        ("A–B", "A-B", "dashes are made alike"),
        ("Straße", "Strasse", "ß is written ss"),
        ("Strasse", "Straße", "ß is written ss"),
        ("STRASSE", "STRAẞE", "ß is written ss"),
        ("die Stadt", "STADT", "capital letters do not count"),
        ("ﬁnden", "finden", "ligatures and other compatible characters are made alike (NFKC)"),
        (
            "e\ufb03zient",
            "effizient",
            "ligatures and other compatible characters are made alike (NFKC)",
        ),
        ("10²", "102", "ligatures and other compatible characters are made alike (NFKC)"),
        ("102", "10²", "ligatures and other compatible characters are made alike (NFKC)"),
        ("102 Ⅳ", "10² IV", "ligatures and other compatible characters are made alike (NFKC)"),
        ("ℌamburg", "hamburg", "spelling, spaces and marks are made alike"),
        ("»Die  Stadt«", '"die stadt"', "spelling, spaces and marks are made alike"),
        ("die Stadt", "Land", ""),
        ("die Stadt", "\u00ad", ""),
    ],
)
def test_what_was_silently_changed_in_words(text: str, words: str, told: str) -> None:
    assert words not in text
    assert Absence().explain(text, words) == (f", unless {told}" if told else "")


def test_hundreds_of_marks_in_a_row_are_not_sorted() -> None:
    def told(text: str, words: str) -> bool:
        return bool(Absence().explain(text, words))

    marks = "\u0301" * 500
    assert not told("STADT" + marks, "stadt")
    assert told("STADT" + marks[1:], "stadt")
    assert told("STADT" + "α" * 500, "stadt")
    assert told("STADT" + "α" + marks[1:], "stadt")
    assert not told("α" + marks + "X", marks + "x")


def test_a_long_text_is_not_searched_and_another_text_is_another() -> None:
    absence = Absence()
    assert absence.explain("STADT".ljust(1 << 20), "stadt")
    assert absence.explain("STADT".ljust((1 << 20) + 1), "stadt") == ""
    assert absence.explain("S", "s".ljust((1 << 20) + 1)) == ""
    assert absence.explain("STADT", "stadt")
    assert absence.explain("LAND", "stadt") == ""
    assert absence.explain("LAND", "land")


def test_an_excerpt_for_no_words_points_to_where_the_span_begins() -> None:
    text = "a" + 4 * "X" + "b"
    assert excerpt(text, Span(1, 5), None) == f"{text}\n ^"
