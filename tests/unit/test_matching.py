"""Where words stand in a text: as they are, as parts of words, in another way of writing."""

from __future__ import annotations

import unicodedata

import pytest

from smartcity_case.authoring.anchoring.edges import edge
from smartcity_case.authoring.anchoring.matching import Matcher, Query, left_out
from smartcity_case.authoring.anchoring.tiers import TIERS, Normal, needed, normalise
from smartcity_case.text import Span


def found(text: str, words: str, *tiers: str, prefix: str = "", suffix: str = "") -> list[str]:
    """How words were found and which; or the verdict."""
    match = Matcher(text, tiers).match(Query(words, prefix, suffix))
    if not match.spans:
        return [match.verdict]
    return [match.how, *(text[slice(*span)] for span in match.spans)]


# Words of their own, parts, and what would say something else


@pytest.mark.parametrize(
    ("text", "words", "kind"),
    [
        ("die Stadt", "Stadt", "whole"),
        ("die Stadt", "die Stadt", "whole"),
        ("„Stadt“", "Stadt", "whole"),
        ("Umweltschutzbehörde", "Umweltschutz", "part"),
        ("Umweltschutzbehörde", "schutz", "part"),
        ("Umweltschutzbehörde", "behörde", "part"),
        ("Duisburgs Beigeordneter", "Duisburg", "part"),
        ("Smart-City-Plan", "City", "whole"),
        ("kein Erfolg", "ein Erfolg", "cut"),
        ("keinen", "einen", "cut"),
        ("unmöglich", "möglich", "cut"),
        ("Unmöglich", "möglich", "cut"),
        ("Nichtraucher", "raucher", "cut"),
        ("nicht-öffentlich", "öffentlich", "cut"),
        ("teil-öffentlich", "öffentlich", "whole"),
        ("never", "ever", "cut"),
        ("cannot", "can", "cut"),
        ("can't", "can", "cut"),
        ("can’t say", "can", "cut"),
        ("doesn't", "does", "cut"),
        ("arbeitslos", "arbeit", "cut"),
        ("arbeitslose", "arbeit", "cut"),
        ("hopeless", "hope", "cut"),
        ("it's", "it", "whole"),
        ("Murrack’s", "Murrack", "whole"),
        ("2012", "12", "cut"),
        ("2012", "20", "cut"),
        ("12,5 Prozent", "12", "cut"),
        ("12,5 Prozent", "5", "cut"),
        ("1.000.000 Euro", "000", "cut"),
        ("10\u202f000 Euro", "10", "cut"),
        ("um 12, dann 5", "12", "whole"),
        ("am 24.12.2018", "2018", "whole"),
        ("am 2018-12-24", "2018", "whole"),
        ("−5 Grad", "5 Grad", "cut"),
        ("(-5 Grad)", "5 Grad", "cut"),
        ("±5", "5", "cut"),
        ("2010–2018", "2018", "whole"),
        ("G-20", "20", "whole"),
        ("Teil (b)-5", "5", "whole"),
        ("5G", "G", "part"),
        ("5G", "5", "part"),
        ("e\u0301tat", "e", "cut"),
        ("e\u0301tat", "tat", "cut"),
        ("e\u0301tat", "\u0301tat", "cut"),
        ("我们的城市", "城市", "whole"),
        ("ไทยแลนด์", "แลนด์", "whole"),
        ("xy", "x", "part"),
        ("x5y", "y", "part"),
        # over what only breaks a word
        ("k\u00adein Erfolg", "ein Erfolg", "cut"),
        ("k-\nein Erfolg", "ein Erfolg", "cut"),
        ("un-\r\n  möglich", "möglich", "cut"),
        ("un\u00ad\nmöglich", "möglich", "cut"),
        ("Nicht-\nRaucher", "Raucher", "cut"),
        ("Um-\nwelt", "Um", "part"),
        ("Umwelt-\nschutz", "schutz", "part"),
        ("E-\nMail", "Mail", "whole"),
        ("arbeits-\nlos", "arbeits", "cut"),
        ("arbeits\u00adlos", "arbeits", "cut"),
        ("can\u200bnot", "can", "cut"),
        ("20\u200b12", "12", "cut"),
        ("−\u20605 Grad", "5 Grad", "cut"),
        ("\ufeffein Erfolg", "ein", "whole"),
        ("Raum 5-\nmal", "5", "whole"),
        ("Ende\u00ad", "Ende", "whole"),
        ("sugar-free", "sugar", "cut"),
        ("rauch-\nfrei", "rauch", "cut"),
        ("de\u0301favorable", "favorable", "cut"),
        ("pre\u0301fe\u0301rable", "rable", "part"),
        ("can`t", "can", "cut"),
        ("can´t", "can", "cut"),
        ("canʼt", "can", "cut"),
        # numbers
        ("kostet 12.50 Euro", "kostet 12.", "cut"),
        ("kostet 12,50 Euro", ",50 Euro", "cut"),
        ("12 000 Euro", "000 Euro", "cut"),
        ("12 000 Euro", "12", "cut"),
        ("im Jahr 2018 300 Leute", "300", "whole"),
        ("12½ Tage", "12", "cut"),
        ("三十", "三", "cut"),
        ("١٢٫٥", "١٢", "cut"),
        ("kaum .5 percent", "5 percent", "cut"),
        ("Ende.5 Grad", "5", "whole"),
        ("am 24.12.2018", "am 24.", "whole"),
        ("−$5 million", "5 million", "cut"),
        ("−$5 million", "$5 million", "cut"),
        ("‑5 Grad", "5 Grad", "cut"),
        ("5%–10%", "10%", "whole"),
        ("👍🏽", "👍", "cut"),
    ],
)
def test_how_words_stand_among_their_neighbours(text: str, words: str, kind: str) -> None:
    at = text.index(words)
    assert edge(text, at, at + len(words)) == kind


def test_words_of_their_own_come_before_parts() -> None:
    text = "Der Rat tagt im Rathaus; Rathaus und Beirat sind alt."
    assert found(text, "Rat") == ["exact", "Rat"]
    assert found(text, "Rathaus") == ["ambiguous"]
    assert found("Das Rathaus.", "Rat") == ["part", "Rat"]
    assert found("Die Ämter des Rathauses.", "Rathaus") == ["part", "Rathaus"]


def test_negation_digits_and_signs_are_never_changed() -> None:
    text = "Das ist nicht gut, kein Plan: 21 Orte, −12 Grad, E-Mail unmöglich."
    for words in ("Das ist gut", "ein Plan", "12 Orte", "12", "12 Grad", "möglich", "1", "+12"):
        assert found(text, words, *TIERS)[0] in ("absent", "cut"), words
    assert found(text, "21") == ["exact", "21"]
    assert found(text, "-12 Grad", *TIERS) == ["typography", "−12 Grad"]
    assert found(text, "−12 Grad") == ["exact", "−12 Grad"]


def test_what_is_cut_is_told_with_its_places_and_context_allows_it() -> None:
    text = "kein Erfolg, kein Erfolg"
    match = Matcher(text).match(Query("ein Erfolg"))
    assert (match.verdict, match.spans) == ("cut", ())
    assert match.candidates == (Span(1, 11), Span(14, 24))
    assert match.why == (
        "the words stand 2 times, at 1 to 11, 14 to 24, only inside of what says something else"
    )
    assert found("2012", "12", prefix="20") == ["part", "12"]
    assert found(text, "ein Erfolg", prefix=", k") == ["part", "ein Erfolg"]


# Several places


def test_several_places_are_refused_unless_the_context_decides() -> None:
    text = "eine Garza, zwei Garza; Garza"
    match = Matcher(text).match(Query("Garza"))
    assert match.why == (
        "the words stand 3 times, at 5 to 10, 17 to 22, 24 to 29; give a prefix or a suffix"
    )
    assert match.candidates == (Span(5, 10), Span(17, 22), Span(24, 29))
    assert Matcher(text).match(Query("Garza", prefix="zwei ")).spans == (Span(17, 22),)
    assert Matcher(text).match(Query("Garza", suffix=", ")).spans == (Span(5, 10),)
    wrong = Matcher(text).match(Query("zwei", prefix="drei "))
    assert (wrong.verdict, wrong.candidates) == ("absent", (Span(12, 16),))
    assert wrong.why.endswith("once, at 12 to 16, but not beside the prefix or suffix given")


@pytest.mark.parametrize(
    ("near", "start"),
    [(0, 5), (5, 5), (9, 5), (12, None), (16, 17), (19, 17), (20, None), (24, 24), (999, None)],
)
def test_an_approximate_offset_decides_if_the_next_place_is_twice_as_far(
    near: int, start: int | None
) -> None:
    match = Matcher("eine Garza, zwei Garza; Garza").match(Query("Garza", near=near))
    assert [span.start for span in match.spans] == ([] if start is None else [start])
    assert Matcher("Garza").match(Query("Garza", near=999)).spans == (Span(0, 5),)


def test_of_very_many_places_a_hundred_are_told() -> None:
    text = "la garza " * 200
    match = Matcher(text).match(Query("garza"))
    assert len(match.candidates) == 100
    assert "at least 100 times" in match.why
    assert "39 to 44 and 95 more" in match.why
    assert Matcher(text).match(Query("garza", near=9 * 150)).spans == (Span(1353, 1358),)


def test_a_place_is_told_only_if_all_were_looked_at() -> None:
    text = "kein " * 99 + "ein kein ein"
    match = Matcher(text).match(Query("ein"))
    assert (match.verdict, len(match.candidates)) == ("ambiguous", 2)
    assert Matcher("kein " * 120 + "ein").match(Query("ein")).spans == (Span(600, 603),)
    other = Matcher("KEIN " * 120 + "EIN", ("case",)).match(Query("ein"))
    assert other.spans == (Span(600, 603),)
    more = Matcher("kein " * 10_000 + "ein").match(Query("ein"))
    assert (more.verdict, more.spans) == ("cut", ())
    few = Matcher("ein " + "kein " * 10_000).match(Query("ein"))
    assert few.why == "the words stand at least 1 time, at 0 to 3; give a prefix or a suffix"
    upper = Matcher("EIN " + "KEIN " * 1_000, ("case",)).match(Query("ein"))
    assert (upper.verdict, upper.how) == ("ambiguous", "case")


def test_words_at_the_very_offset_are_those_meant() -> None:
    match = Matcher("Umwelt, Umweltschutz").match(Query("Umwelt", near=8))
    assert (match.spans, match.how) == ((Span(8, 14),), "part")


# Tiers


@pytest.mark.parametrize(
    ("text", "words", "how"),
    [
        ("die  Stadt\nplant", "die Stadt plant", "space"),
        ("die\u00a0Stadt", " die Stadt\t", "space"),
        ("„Stadt“ – hier", '"Stadt" - hier', "typography"),
        ("»Stadt« — hier", "“Stadt” – hier", "typography"),
        ("‚Stadt’", "'Stadt'", "typography"),
        ("``Stadt''", '"Stadt"', "typography"),
        ("« La ville »", '"La ville"', "typography"),
        ("«\u202fLa ville\u202f»", "„La ville“", "typography"),
        ("»Stadt« hier", '"Stadt" hier', "typography"),
        ("‹ ville ›", "'ville'", "typography"),
        ("’’Stadt’’", '"Stadt"', "typography"),
        ("a –– b", "a - b", "typography"),
        ("und so …", "und so ...", "typography"),
        ("eﬃzient", "effizient", "typography"),
        ("Mu\u0308ller", "M\u00fcller", "unicode"),
        ("M\u00fcller", "Mu\u0308ller", "unicode"),
        ("\uf900", "\u8c48", "unicode"),
        ("Um\u00adwelt", "Umwelt", "hyphens"),
        ("Umwelt", "Um\u00adwelt", "hyphens"),
        ("Um-\nwelt", "Umwelt", "hyphens"),
        ("Um-  \r\n  welt", "Umwelt", "hyphens"),
        ("Um\u00ad\nwelt", "Umwelt", "hyphens"),
        ("E-\nMail", "E-Mail", "hyphens"),
        ("well-\nknown", "well-known", "hyphens"),
        ("well-known", "well-\nknown", "hyphens"),
        ("Nord-\nund Süd", "Nord- und Süd", "space"),
        ("Um\u200bwelt", "Umwelt", "hyphens"),
        ("DIE STADT", "die Stadt", "case"),
        ("STRAẞE", "straße", "case"),
        ("ΟΔΟΣ", "οδοσ", "case"),
        ("İzmir", "İZMIR", "case"),
        ("Die  „STADT“", 'die "Stadt"', "space+typography+case"),
    ],
)
def test_a_tier_finds_what_is_written_in_another_way(text: str, words: str, how: str) -> None:
    assert found(f"a; {text}.", words, *TIERS) == [how, text]
    assert found(f"a; {text}.", words) == ["absent"]
    used = how.split("+")
    assert found(f"a; {text}.", words, *used) == [how, text]
    for tier in used:
        assert found(f"a; {text}.", words, *(t for t in TIERS if t != tier)) == ["absent"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Maße", "Masse"),
        ("Stadt", "Städte"),
        ("Stadt hier", "Stadthier"),
        ("12-\n13", "1213"),
        ("m²", "m2"),
        ("½", "1/2"),
        ("die Stadt, plant", "die Stadt plant"),
        ("re-sign", "resign"),
        ("5−−3", "5-3"),
        ("von 10–-5", "von 10-5"),
        ("ﬁnden", "f"),
        ("x…y", "x.."),
        ("Die Garzas", "Die Garza s"),
    ],
)
def test_no_tier_changes_words(text: str, words: str) -> None:
    assert found(text, words, *TIERS)[0] in ("absent", "ambiguous")


def test_the_mildest_tiers_come_first() -> None:
    text = "DIE STADT; die  Stadt; Die  STADT"
    assert found(text, "die Stadt", *TIERS) == ["space", "die  Stadt"]
    assert found(text, "die Stadt", "case") == ["case", "DIE STADT"]
    assert found("DIE STADT; Die Stadt", "die Stadt", *TIERS) == ["ambiguous"]
    assert found(text, "Die STADT", *TIERS) == ["space", "Die  STADT"]
    assert found("Die Stadt; DIE STADT", "Die Stadt", *TIERS) == ["exact", "Die Stadt"]
    assert found("KEIN Erfolg. Ein Erfolg", "ein Erfolg", *TIERS) == ["case", "Ein Erfolg"]
    assert found("Die UMWELTschutzbehörde", "Umweltschutz", *TIERS) == ["case+part", "UMWELTschutz"]


def test_context_is_written_in_another_way_too() -> None:
    text = "„Stadt“ und »Stadt«: Stadt"
    assert found(text, "Stadt", prefix='"', suffix='" und') == ["absent"]
    assert found(text, "Stadt", "typography", prefix='"', suffix='" und') == ["exact", "Stadt"]
    assert found("a  b; c  b", "b", "space", prefix="c ") == ["exact", "b"]


def test_a_normal_text_leads_back() -> None:
    normal = Normal("a\u00ad  b…c", ("space", "typography", "hyphens"))
    assert normal.text == "a b...c"
    assert normal.back(0, 1) == Span(0, 1)
    assert normal.back(1, 2) == Span(2, 4)
    assert normal.back(2, 3) == Span(4, 5)
    assert normal.back(3, 6) == Span(5, 6)
    assert normal.back(3, 5) is None
    assert normal.back(4, 7) is None
    assert normal.back(6, 7) == Span(6, 7)
    lone = Normal("\u00ad", ("hyphens",))
    assert (lone.text, lone.back(0, 0)) == ("", None)


def test_no_white_space_of_a_mark_comes_with_words() -> None:
    assert found("« la ville » dit-il", '" dit-il', *TIERS) == ["typography", "» dit-il"]
    assert found("dit-il « la ville", 'dit-il "', *TIERS) == ["typography", "dit-il «"]
    assert found("A Um-\nwelt", "a Um-", *TIERS) == ["case", "A Um-"]
    assert Normal("a '’b", ("typography",)).text == normalise("a '’b", ("typography",))


def test_words_of_nothing_that_is_seen_stand_nowhere() -> None:
    assert found("a b", "\u00ad", *TIERS) == ["absent"]


def test_which_tiers_are_needed() -> None:
    assert needed("a", "a", TIERS) == ()
    assert needed("a", "b", TIERS) is None
    assert needed("A  b", "a b", TIERS) == ("space", "case")
    assert needed("A  b", "a b", ("case",)) is None
    assert normalise("A b ", ()) == "A b "


# Parts


def test_a_quotation_with_an_ellipsis_becomes_its_parts() -> None:
    text = "Die Stadt plant, wie es heißt, ein Netz für alle; die Stadt schweigt."
    for words in (
        "Die Stadt plant … ein Netz",
        "Die Stadt plant [...] ein Netz",
        "Die Stadt plant[…]ein Netz",
        "Die Stadt plant (…) ein Netz",
        "… Die Stadt plant ... ein Netz …",
    ):
        assert found(text, words) == ["parts", "Die Stadt plant", "ein Netz"], words
    three = Matcher(text).match(Query("Die Stadt … Netz … schweigt"))
    assert left_out(text, three.spans) == "' plant, wie es heißt, ein ', ' für alle; die Stadt '"
    assert found(text, "die stadt … NETZ", "case") == ["parts+case", "Die Stadt", "Netz"]
    assert found(text, "Sta … Netz") == ["parts+part", "Sta", "Netz"]


def test_an_ellipsis_of_the_text_itself_is_no_gap() -> None:
    assert found("und so … weiter", "so … weiter") == ["exact", "so … weiter"]
    assert found("und so … weiter", "so ... weiter", "typography") == ["typography", "so … weiter"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Netz … Stadt plant", "its 2 parts do not stand in order and close to each other"),
        ("Die Stadt … Brücke", "its part 'Brücke' does not stand in the text"),
        ("Die Stadt …", "these words stand nowhere in the text"),
        ("…", "these words stand nowhere in the text"),
    ],
)
def test_parts_that_do_not_stand_in_order(words: str, why: str) -> None:
    match = Matcher("Die Stadt plant ein Netz.").match(Query(words))
    assert (match.verdict, match.why) == ("absent", why)


def test_parts_at_several_places_or_far_apart_are_refused() -> None:
    match = Matcher("A plant X. A plant Y. Ende").match(Query("A … Ende"))
    assert match.verdict == "ambiguous"
    assert match.why == "its parts stand 2 times, at 0 to 26, 11 to 26"
    apart = "Die Stadt " + "x " * 600 + "Netz"
    assert found(apart, "Die Stadt … Netz") == ["absent"]
    context = Matcher("A plant X. A plant Y. Ende").match(Query("A … Ende", prefix="X. "))
    assert context.spans == (Span(11, 12), Span(22, 26))
    assert found("A, B. A, C", "A … C", suffix="") == ["ambiguous"]
    assert found("kein A, dann B", "ein A … B") == ["absent"]


def test_of_parts_every_place_counts() -> None:
    far = "die " * 100 + "x" * 2000
    assert found(far + " die Rose", "die … Rose") == ["parts", "die", "Rose"]
    assert found(far + " die die Rose", "die … Rose") == ["ambiguous"]
    assert found("a b " + "x" * 2000 + " a", "a … a … b") == ["absent"]
    often = Matcher("die " * 10_001 + "Rose").match(Query("die … Rose"))
    assert often.why == "its part 'die' stands too often; give more of its words"
    many = Matcher("garza " * 300).match(Query(" … ".join(["garza"] * 300)))
    assert len(many.spans) == 300
    assert found("a" + " " * 100_000 + "b", "a" + " " * 99_999 + "b") == ["absent"]


@pytest.mark.parametrize("words", ["", " ", "\n"])
def test_no_words(words: str) -> None:
    assert Matcher("a b").match(Query(words)).why == "there are no words"


def test_combining_marks_of_every_kind() -> None:
    for text in ("ὰ̣", "각", "ক্ষো"):
        parts = unicodedata.normalize("NFD", text)
        whole = unicodedata.normalize("NFC", text)
        assert found(f"a {parts} b", whole, "unicode")[-1] == parts
