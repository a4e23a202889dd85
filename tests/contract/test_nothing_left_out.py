"""Nothing is left out unseen: every word of the article is classified here.

The lists below hold every word form of the article exactly once. Words that name
an actor or a technology, refer to one, or name an act of speech must be covered by
a row wherever they stand; for all others the list says why they need none.
"""

from __future__ import annotations

import csv
import re
from typing import cast

import pytest

import smartcity_case as sc
from conftest import ROOT
from smartcity_case.case.coding import HEADER_LENGTH, uncovered
from smartcity_case.text import Span

CASE = cast(sc.Case, sc.load(ROOT))
TEXT = CASE.source.text
WORDS = [m for m in re.finditer(r"[^\W_]+", TEXT) if m.start() >= HEADER_LENGTH]

# Each of these is part of a mention wherever it stands.
NAMES = """
    BAKS BDI Berlin Bundesakademie Bundesverband China Deutschen Deutschland Duisburg Duisburgs
    Europa Huawei Industrie Link Martin Murrack Pattloch Sicherheitspolitik Sören Taylor Thomas USA
    Wessing chinesische chinesischen chinesischer
"""
NOUNS_FOR_ACTORS = """
    Beigeordneter Berater Dezernent Experten Großkanzlei Herr Konzern Kooperationspartner Managern
    Oberbürgermeister Partner Riesen Seite Stadt Technologiezulieferer Teilnehmer Teilnehmern
    Unternehmern Vertretern
"""
NOUNS_FOR_TECHNOLOGIES = """
    5G Behördengänge City Cloud Computing E Entwicklung Fahren Gesichtserkennungssoftware Governance
    Infrastruktur Innovation Lösung Lösungen Server Smart Straßenlaternen Technologie
"""
REFERRING = "All Dort Wir alle er hier jeder man seine wir"

# Each of these is the cue of a quote wherever it stands, but for the exceptions.
SPEECH = """
    Antwort Frage bekannt berichtete beteuerte erzählte fragten gab rechtfertigen schilderte warnte
"""

# Parts of compounds that are no mention of their own: general words (IT, Tech), the head of a
# compound (Experten, Managern: the compound is the mention).
COMPOUND = "IT Tech"

# Why the remaining words need no row of their own in mentions or as a cue.
OTHER = {
    "an event, a procedure or a document; these are not coded": """
        Ausschreibung Diskussionsrunde Expertengespräch Masterplan Plan Runde""",
    "a genre of art": "Fiction Film Science",
    "a field, named only as an attribute": "Forschung Politik Wirtschaft",
    "an act that gives no content: a decision, an institutional act": """
        Entscheidung Festnahmen abgelehnt angeboten beraten eingeladen veranlasst verhandelt""",
    "a state of mind without content": """
        Unbehagen Vertrauen begeistert besorgt erwartet möchte""",
    "perception, not speech": "deutlich liest",
    "a thing, quality, time or number that is neither actor nor technology": """
        30 41 Daten Erfahrung Kollaboration Montag Offenheit Regeln Sachen Schutz Umfang""",
    "a process that governs the technology's own name": "Transformation",
    "another verb, which says what the proposition says": """
        begleiten geschützt gesammelt gewesen gäbe haben halten hat hatte hätte ist können muss
        musste nutzen realisieren sei sind soll sollen sorgten stehen teilt war weitergegeben werde
        werden wird worden wurde""",
    "an adjective or adverb": """
        Jüngst Schnell Zudem auch ausführlich autonomes beispielsweise beste digitale etwa hart ja
        jährige nützliche persönlichen smarte unerwartet vergleichbaren vollumfänglichen zudem
        zunehmend""",
    "an article, preposition, conjunction, negation or reflexive": """
        Aus Bei Den Der In Nicht Von Wie Während aber als am an auf aus bei bis das dass
        dem den der diese dieser durch eine einem einer es für hin in jedoch keine mit nach nicht
        sich um und von zu zum zur Über über""",
    "an article, a relative pronoun or a pronoun, told apart below": "Die die",
    "it asks for somebody, and so refers to nobody": "wer",
}

LISTS = {
    "names": NAMES,
    "nouns for actors": NOUNS_FOR_ACTORS,
    "nouns for technologies": NOUNS_FOR_TECHNOLOGIES,
    "referring": REFERRING,
    "speech": SPEECH,
    "compound": COMPOUND,
    **OTHER,
}


def spans(table: str, **cells: str) -> list[Span]:
    frame = CASE[table]
    for column, value in cells.items():
        frame = frame[frame[column] == value]
    return [Span(int(a), int(b)) for a, b in zip(frame["start"], frame["end"], strict=True)]


def places(words: str) -> list[re.Match[str]]:
    return [m for m in WORDS if m[0] in words.split()]


def near(match: re.Match[str]) -> str:
    return TEXT[max(0, match.start() - 25) : match.end() + 25]


def test_every_word_of_the_article_is_in_exactly_one_list() -> None:
    listed = [word for words in LISTS.values() for word in words.split()]
    assert len(listed) == len(set(listed)), sorted({w for w in listed if listed.count(w) > 1})
    assert set(listed) == {m[0] for m in WORDS}


@pytest.mark.parametrize(
    "name", ["names", "nouns for actors", "nouns for technologies", "referring"]
)
def test_every_word_that_names_or_refers_is_in_a_mention(name: str) -> None:
    mentions = spans("mentions")
    for match in places(LISTS[name]):
        word = Span(*match.span())
        assert any(mention.contains(word) for mention in mentions), near(match)


def test_every_name_is_a_mention_of_its_own_actor() -> None:
    """Not merely inside the mention of somebody else."""
    of = {
        "Huawei": "huawei", "Duisburg": "duisburg", "Duisburgs": "duisburg", "China": "china",
        "chinesische": "china", "chinesischen": "china", "chinesischer": "china", "USA": "usa",
        "Berlin": "berlin", "Europa": "europe", "Deutschland": "germany", "Murrack": "murrack",
        "Link": "link", "Pattloch": "pattloch", "Wessing": "taylor-wessing", "BDI": "bdi",
        "BAKS": "baks", "Bundesakademie": "baks", "Bundesverband": "bdi",
    }  # fmt: skip
    for match in (m for m in WORDS if m[0] in of):
        own = spans("mentions", actor=of[match[0]])
        assert any(mention.contains(Span(*match.span())) for mention in own), near(match)


def test_pronouns_that_refer_are_mentions_and_the_others_are_not() -> None:
    """`die` is a relative pronoun twice; once it takes up what has no row (Erfahrung)."""
    relative = [m for m in WORDS if m[0] == "die" and TEXT[m.start() - 2 : m.start()] == ", "]
    assert [TEXT[m.start() : m.start() + 12] for m in relative] == ["die wir in D", "die auch dur"]
    mentions = spans("mentions")
    assert [Span(*m.span()) in mentions for m in relative] == [False, True]


def test_every_word_of_speech_is_a_cue() -> None:
    cues = spans("quote_parts", role="cue")
    for match in places(SPEECH):
        assert Span(*match.span()) in cues, near(match)


def test_the_prefixes_of_separable_verbs_are_cues_too() -> None:
    cues = {TEXT[a:b] for a, b in spans("quote_parts", role="cue")}
    assert {"gab", "bekannt", "fragten", "nach"} <= cues


MARKS = "„“”\"'‚‘«»"


def test_every_quotation_mark_opens_or_closes_a_quote() -> None:
    frame = CASE.quotes[CASE.quotes["mark_use"] != "none"]
    parts = CASE["quote_parts"]
    own = parts[(parts["role"] == "content") & parts["quote"].isin(frame["id"])]
    starts, ends = set(own["start"]), set(own["end"])
    marks = [i for i, c in enumerate(TEXT) if c in MARKS]
    assert len(marks) == 14
    for at in marks:
        assert at + 1 in starts or at in ends, TEXT[at - 10 : at + 10]


def test_every_konjunktiv_is_in_reported_speech_or_a_wish() -> None:
    forms = places("sei gäbe hätte werde")
    assert len(forms) == 4
    reported = spans("quotes")
    for match in forms:
        assert any(quote.contains(Span(*match.span())) for quote in reported), near(match)


def test_claims_and_uncoded_stretches_cover_every_character() -> None:
    with (ROOT / "data/coding/uncoded.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    uncoded = [Span(int(row["start"]), int(row["end"])) for row in rows]
    for row, span in zip(rows, uncoded, strict=True):
        assert TEXT[span.start : span.end] == row["exact"]
        assert row["reason"] in ("punctuation", "quotation-mark", "conjunction", "no-proposition")
    assert uncovered(TEXT, [*spans("claims"), *uncoded]) == []
    # A stretch that is called punctuation holds no word.
    for row in rows:
        if row["reason"] in ("punctuation", "quotation-mark"):
            assert not re.search(r"\w", row["exact"])


def test_no_gloss_tells_an_age_or_speaks_in_its_own_name() -> None:
    for gloss in CASE.claims["gloss"]:
        assert gloss.startswith("The article ")
        assert "41" not in gloss


def test_an_implied_or_inferred_claim_has_no_claimant() -> None:
    inferred = CASE.claims[CASE.claims["voice"] == "inferred"]
    assert inferred["claimant"].isna().all()
