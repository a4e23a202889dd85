"""Two versions of a text: what is the same, where spans went, and how words differ."""

from __future__ import annotations

import random
import re
import time
from itertools import pairwise

import pytest

from smartcity_case import Span, reanchor_spans
from smartcity_case.authoring.correcting import alignment, reanchoring, runs
from smartcity_case.authoring.correcting.alignment import Alignment, align
from smartcity_case.authoring.correcting.reanchoring import Reanchored
from smartcity_case.authoring.correcting.runs import Block
from smartcity_case.authoring.correcting.tokens import LINES, PIECES, WORDS, cuts_word
from smartcity_case.authoring.worddiff import closest, marked, word_diff

TEXT = (
    "Der Fluss führt Hochwasser. „Das Wehr hält“, sagt der Wärter.\n\nNachts fiel viel Regen 🌧.\n"
)


def check(found: Alignment, old: str, new: str) -> Alignment:
    """Every block has the same words in both texts, and they are in order."""
    at = Block(0, 0, 0)
    for block in found.blocks:
        assert block.length > 0
        assert old[block.old :][: block.length] == new[block.new :][: block.length]
        assert block.old >= at.old + at.length
        assert block.new >= at.new + at.length
        at = block
    assert at.old + at.length <= len(old)
    assert at.new + at.length <= len(new)
    for block in found.moves:
        assert old[block.old :][: block.length] == new[block.new :][: block.length]
    return found


def became(old: str, new: str, *words: str) -> list[Reanchored]:
    """What became of words of which the first place in the old text is meant."""
    return reanchor_spans([(old.index(w), old.index(w) + len(w)) for w in words], old, new)


def verdicts(old: str, new: str, *words: str) -> list[tuple[str, str]]:
    return [(found.verdict, found.after) for found in became(old, new, *words)]


# Tokens.


@pytest.mark.parametrize("pattern", [LINES, PIECES, WORDS])
@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r\n"), "", "\n x", "…!\u0308a\u00ad?"])
def test_tokens_are_the_whole_text(pattern: re.Pattern[str], text: str) -> None:
    assert "".join(pattern.findall(text)) == text


def test_a_word_has_its_accents_and_hyphens() -> None:
    text = "scho\u0308n Kar\u00adte u_1 5G"
    assert WORDS.findall(text) == ["scho\u0308n ", "Kar\u00adte ", "u_1 ", "5G"]
    cuts = [at for at in range(len(text) + 1) if not cuts_word(text, at)]
    assert [text[i:k] for i, k in pairwise(cuts)] == [
        "scho\u0308n", " ", "Kar\u00adte", " ", "u_1", " ", "5G",
    ]  # fmt: skip


# Alignment.


@pytest.mark.parametrize("text", [TEXT, "x", "a b a b", TEXT.replace("\n", "\r\n")])
def test_a_text_and_itself_are_one_block(text: str) -> None:
    assert align(text, text) == Alignment((Block(0, 0, len(text)),), (), len(text), len(text))


def test_texts_of_which_one_is_empty_have_nothing_in_common() -> None:
    for old, new in (("", ""), ("", TEXT), (TEXT, "")):
        assert align(old, new) == Alignment((), (), len(old), len(new))
        gaps = [(Span(0, len(old)), Span(0, len(new)))] if old or new else []
        assert list(align(old, new).gaps()) == gaps


def test_blocks_and_gaps_make_both_texts() -> None:
    new = TEXT.replace("führt", "führte").replace("Nachts", "Gestern").replace("viel ", "")
    found = check(align(TEXT, new), TEXT, new)
    gaps = [(TEXT[slice(*a)], new[slice(*b)]) for a, b in found.gaps()]
    assert gaps == [("", "e"), ("Nachts", "Gestern"), ("viel ", "")]


def test_lines_are_the_same_with_another_end() -> None:
    new = TEXT.replace("\n", "\r\n")
    found = check(align(TEXT, new), TEXT, new)
    assert sum(block.length for block in found.blocks) == len(TEXT) - 1  # of an empty line
    other = check(align("a b c\nd e f\nb", "a b c\rd e f\rb"), "a b c\nd e f\nb", "a b c\rd e f\rb")
    assert [block.length for block in other.blocks] == [5, 5, 1]


def test_what_is_the_same_by_chance_says_nothing() -> None:
    old = "Der Fluss ist die Grenze seit alter Zeit, und niemand weiß davon."
    new = "Gestern gab es Kuchen bei der alten Tante, und alle lachten lange."
    check(align(old, new), old, new)
    words = (old, "Der Fluss ist die Grenze", "die Grenze seit", "niemand weiß davon", "davon.")
    assert verdicts(old, new, *words) == [("lost", "")] * 5


def test_words_that_were_replaced_are_compared_each_with_its_own() -> None:
    old, new = "x Wasserwerk Nord y", "x Wasserwerke Norden y"
    found = check(align(old, new), old, new)
    assert [old[b.old : b.old + b.length] for b in found.blocks] == ["x Wasserwerk", " Nord", " y"]


def test_a_long_gap_is_not_compared_by_characters() -> None:
    rng = random.Random(3)
    old, new = ("".join(rng.choices("abcdefgh", k=400)) for _ in range(2))
    found = check(align(f"x {old} y", f"x {new} y"), f"x {old} y", f"x {new} y")
    assert len(found.blocks) <= 2


FIRST = "Ja. Am Morgen stieg der Pegel um zwei Meter. Nein."
SECOND = "Nein. Die Brücke im Dorf wurde gesperrt. Ja."
REST = [f"Das Dorf Nummer {n} lag im Wasser, als die Boote kamen." for n in range(5)]


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ([FIRST, *REST], [*REST, FIRST], [FIRST]),
        ([*REST, FIRST, SECOND], [FIRST, *REST, SECOND], [FIRST]),
        ([FIRST, *REST, SECOND], [SECOND, *REST, FIRST], [FIRST, SECOND]),
        ([FIRST, *REST, SECOND], [*REST, SECOND, FIRST], [FIRST]),
        # Of what both passages end and begin with, the first takes one.
        ([FIRST, *REST[:3], SECOND, *REST[3:]], [*REST, FIRST + SECOND[5:]], [FIRST, SECOND[6:]]),
        ([FIRST, FIRST, *REST], [*REST, FIRST], []),  # which of the two is it?
    ],
)
@pytest.mark.parametrize("between", [" ", "\n\n"])
def test_moved_passages_are_found_once_each(
    old: list[str], new: list[str], moved: list[str], between: str
) -> None:
    texts = between.join(old), between.join(new)
    found = check(align(*texts), *texts)
    words = [texts[0][block.old : block.old + block.length].strip() for block in found.moves]
    assert words == moved
    for passage in words:
        for place in became(*texts, passage, passage[5:-5], passage[:6].strip()):
            assert place.verdict == "moved"


def test_the_cost_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    line = "Der Pegel steht bei vier Metern.\n"
    old = line * 8_000
    new = old[:100_000] + "Er steigt.\n" + old[100_000:-20]
    started = time.perf_counter()
    found = check(align(old, new), old, new)
    assert sum(block.length for block in found.blocks) > 0.99 * len(old)
    rng = random.Random(1)
    odd = "".join(line if rng.random() < 0.97 else "Er sank.\n" for _ in range(8_000))
    found = check(align(old, odd), old, odd)
    assert sum(block.length for block in found.blocks) > 0.9 * len(odd)
    words = " ".join(rng.choice(["Wehr", "Deich", "Flut", "Boot"]) for _ in range(3_000))
    others = " ".join(rng.choice(["Wehr", "Deich", "Ebbe", "Boot"]) for _ in range(3_000))
    check(align(words, others), words, others)
    assert time.perf_counter() - started < 10
    monkeypatch.setattr(runs, "_MOST_STEPS", 50)
    check(align(words, others), words, others)
    monkeypatch.setattr(alignment, "_MOST_TOKENS", 1)
    few = check(align("a x b", "a y b"), "a x b", "a y b")
    assert few.blocks == (Block(0, 0, 2), Block(3, 3, 2))


# Where spans went.


def test_the_same_words_are_exact_or_moved() -> None:
    assert verdicts(TEXT, TEXT, "Fluss", "🌧") == [("exact", "Fluss"), ("exact", "🌧")]
    new = "Chronik 😀. " + TEXT.replace("Nachts fiel", "Nachts fiel dann")
    assert verdicts(TEXT, new, "Das Wehr hält", "Regen 🌧") == [
        ("moved", "Das Wehr hält"),
        ("moved", "Regen 🌧"),
    ]


def test_a_part_of_a_word_that_was_changed_is_told() -> None:
    old = "Sie hat 5 % und 12 Boote im Hochwasserschutz."
    new = "Sie hatte 15 % und 21 Boote im Hochwasseramt."
    assert verdicts(old, new, "hat", "5 %", "Hochwasserschutz", "Hochwasser") == [
        ("changed", "hatte"),
        ("changed", "15 %"),
        ("changed", "Hochwasseramt"),
        ("moved", "Hochwasser"),
    ]
    lost, whole = became(old, new, "12", "12 Boote")
    assert (lost.verdict, lost.instead and new[slice(*lost.instead)]) == ("lost", "21")
    assert (whole.verdict, whole.after) == ("changed", "21 Boote")


def test_the_edge_of_a_part_of_a_word_may_stay_inside_of_it() -> None:
    assert verdicts("das Wasserwerk", "die Wasserwerke", "werk", "asserwer") == [
        ("changed", "werke"),
        ("exact", "asserwer"),
    ]
    assert verdicts("das Wasserwerk hier", "das Wasserwehr hier", "serwerk hier") == [
        ("changed", "serwehr hier")
    ]
    assert verdicts("im Hochwasser steht", "im Niedrigwasser steht", "im Hochwa") == [
        ("changed", "im Niedrigwa")
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Der Wärter geht.", "Der Wärter lügt. Der Wärter geht.", "Der Wärter geht"),
        ("Das Wehr hält. Ende", "Das Wehr hält, sagt er. Das Wehr hält. Ende", "Das Wehr hält."),
        ("Boot, Boot", "Boot, Boot, Boot", "Boot, Boot"),
    ],
)
def test_what_was_inserted_before_the_same_words_changes_none(
    old: str, new: str, words: str
) -> None:
    (found,) = became(old, new, words)
    assert found.verdict in ("exact", "moved")


def test_replaced_words_belong_to_a_span_that_had_all_of_them() -> None:
    old = "Früh am Tag sank der Pegel rasch. Alle freuten sich."
    new = "Am späten Abend sank der Pegel kaum noch. Alle freuten sich."
    found = became(old, new, "Früh am Tag sank", "Tag sank der", "Pegel rasch.", "der Pegel rasch")
    assert [place.after for place in found] == [
        "Am späten Abend sank",
        "sank der",
        "Pegel kaum noch.",
        "der Pegel kaum noch",
    ]
    assert {place.verdict for place in found} == {"changed"}


def test_no_white_space_is_taken_in_at_an_edge() -> None:
    assert verdicts("a Boot und Netz b", "a Boot b", "Boot und Netz") == [("changed", "Boot")]
    assert verdicts("a Netz und Boot b", "a Boot b", "Netz und Boot") == [("changed", "Boot")]
    assert verdicts("ein Boot.", "ein  Boot.", " Boot") == [("moved", " Boot")]


def test_signs_alone_count_as_they_are() -> None:
    assert verdicts("ja „?!“ nein", "ja „?“ nein", "„?!“") == [("changed", "„?“")]
    (lost,) = became("ja ?! nein", "ja nein", "?!")
    assert lost.verdict == "lost"


def test_lost_words_have_their_other_places() -> None:
    rest = "Drei Tage lag Nebel über dem Fluss. Ein anderes Boot kam, das Boot half."
    old, new = f"Das Boot sank. {rest}", f"{rest} Bootsmann."
    boot, whole = became(old, new, "Boot", "Das Boot sank")
    assert boot.verdict == whole.verdict == "lost"
    assert [new[slice(*place)] for place in boot.candidates] == ["Boot", "Boot"]
    assert (boot.new, boot.after, boot.instead) == (None, "", None)
    (one,) = became("Das Boot sank. Ein Boot kam an Land.", "Ein Boot kam an Land.", "Boot")
    assert (one.verdict, one.candidates) == ("lost", (Span(4, 8),))  # it stood there before


def test_words_may_be_found_at_the_only_place_that_is_new() -> None:
    old = "Das Wehr brach. Drei Tage lang lag dichter Nebel über dem Fluss."
    new = "Drei Tage lang lag dichter Nebel über dem Fluss. Was für ein Wehr!"
    assert verdicts(old, new, "Wehr") == [("moved", "Wehr")]
    assert verdicts(old, new.replace("Wehr", "Wehrdamm"), "Wehr") == [("lost", "")]
    (twice,) = became(old, new + " Kein Wehr?", "Wehr")
    assert (twice.verdict, len(twice.candidates)) == ("lost", 2)


def test_words_that_are_new_at_the_old_place_are_exact() -> None:
    assert verdicts("Das Wehr", "Ein Wehr", "Wehr") == [("exact", "Wehr")]
    assert verdicts("xyz Wehr Damm", "111 Wehr", "Wehr") == [("exact", "Wehr")]
    assert verdicts("Wehr Der", "1111 ", " ") == [("exact", " ")]
    assert verdicts("\u0308", " \u0308", "\u0308") == [("moved", "\u0308")]


def test_a_changed_span_tells_where_its_words_stand_too() -> None:
    (found,) = became("Es hat geregnet.", "Es hatte geregnet. Es hat geregnet, ja.", "hat geregnet")
    assert found.verdict in ("moved", "changed")
    (found,) = became("Er hat Zeit. Ende", "Er hatte Zeit. Ende. Sie hat Zeit?", "hat Zeit")
    assert (found.verdict, found.candidates) == ("changed", (Span(25, 33),))


def test_the_search_for_lost_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reanchoring, "_SEARCHED", 10)
    (found,) = became("Das Wehr brach. Ende", "Ende, Wehr", "Wehr")
    assert (found.verdict, found.candidates) == ("lost", ())


def test_accents_are_part_of_a_letter() -> None:
    assert verdicts("ein schoner Tag", "ein scho\u0308ner Tag", "scho", "schoner") == [
        ("changed", "scho\u0308"),
        ("changed", "scho\u0308ner"),
    ]
    assert verdicts("ein 👩 hier", "ein 👩\u200d🚒 hier", "👩") == [("changed", "👩\u200d🚒")]
    assert verdicts("ein 👍 hier", "ein 👍🏽 hier", "👍") == [("changed", "👍🏽")]
    assert verdicts("scho\u0308n ist", "scho\u0308n war", "scho") == [("exact", "scho")]


def test_a_span_outside_of_the_old_text_is_refused() -> None:
    for span in ((0, 4), (2, 2), (-1, 2), (3, 1)):
        with pytest.raises(ValueError, match="does not lie in the old text"):
            reanchor_spans([span], "abc", "abc")


# Words.


def test_a_word_diff_has_both_texts() -> None:
    old, new = "Der Pegel stieg  schnell, sagt er.", "Der Pegel stieg sehr schnell, sagte er!"
    parts = word_diff(old, new)
    assert "".join(p.words for p in parts if p.kind != "added") == old
    assert "".join(p.words for p in parts if p.kind != "removed") == new
    assert marked(parts) == (
        "Der Pegel stieg[-  -]{+ sehr +}schnell, [-sagt-] {+sagte+} er[-.-] {+!+}"
    ) or "[-sagt-] {+sagte+}" in marked(parts)
    assert word_diff("", "") == ()


def test_a_word_diff_on_one_line_is_cut() -> None:
    long = "eins zwei drei vier fünf sechs"
    parts = word_diff(f"{long} alt {long} a {long}", f"{long} neu {long} b {long}")
    assert marked(parts, 6) == "…sechs [-alt-] {+neu+} eins … sechs [-a-] {+b+} eins …".replace(
        "… sechs", "…sechs"
    )
    assert marked(word_diff("gar nicht", "gar nicht"), 30) == "gar nicht"


@pytest.mark.parametrize("both", [("a b c", "a x c"), ("a b", "a b c"), ("x", "y")])
def test_of_long_texts_only_the_ends_are_compared(
    both: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = word_diff(*both)
    monkeypatch.setattr("smartcity_case.authoring.worddiff._COMPARED", 0)
    assert word_diff(*both) == whole


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Das Wehr hielt", "Das Wehr hält"),
        ("Hochwaser", "Hochwasser"),
        ("viel Regen fiel nachts", "viel Regen"),
        ("ganz etwas anderes", None),
        ("xyzq", None),
        ("Hochwald und Nebelbank", None),
        ("Regenbogenpresse", None),
        ("", None),
    ],
)
def test_the_most_similar_stretch_is_a_hint(words: str, found: str | None) -> None:
    hint = closest(TEXT, words)
    assert (hint and TEXT[slice(*hint[0])]) == found
    if hint is not None:
        assert 0.6 <= hint[1] < 1


def test_the_best_of_several_places_is_shown_and_few_are_looked_at() -> None:
    text = (
        "Der Pegel sank nie. " * 50 + "Der Pegel sank gestern um zwei Meter. " + "Der Pegel. " * 50
    )
    words = "Der Pegel sank gestern um drei Meter"
    hint = closest(text, words)
    assert hint is not None
    assert text[slice(*hint[0])] == "Der Pegel sank gestern um zwei Meter"
    assert closest(text, words, most=0) is None
    long = " ".join(f"Wort{n}" for n in range(80))
    hint = closest(f"Am Anfang. {long}! Am Ende.", long.replace("Wort40", "Wert40"))
    assert hint is not None
    assert hint[0] == Span(11, 11 + len(long))
    assert closest("xWort40esx", long) is None
    again = closest("Pegel, Pegel", "Pegels")
    assert again is not None
    assert again[0] == Span(0, 5)  # the first of equals


def test_of_two_places_with_the_same_words_it_is_not_told_which_is_left() -> None:
    old = "a die Rose b. die Rose c."
    spans = [(2, 10), (14, 22)]
    new = "a b. c. die Rose"
    assert [r.verdict for r in reanchor_spans(spans, old, new)] == ["lost", "lost"]
    assert [r.candidates for r in reanchor_spans(spans, old, new)] == [((8, 16),)] * 2
    once = reanchor_spans(spans[:1], "a die Rose b. die Rosen c.", "a b. die Rosen c. die Rose")
    assert [r.verdict for r in once] == ["moved"]
