"""Made-up German texts and quotations of them: as they are, almost, and traps.

Of a hundred rows of a text sixty are cut out of it, twenty are written in another way
(quotation marks, dashes, white space, case, soft hyphens), and twenty are traps that
must not be found: a negation dropped, digits swapped, a sentence of another text that
is like one of this.
"""

from __future__ import annotations

import random
from typing import NamedTuple

_NOUNS = (
    *("Brücke", "Straße", "Schule", "Bücherei", "Fähre", "Mühle", "Werft", "Gärtnerei"),
    *("Bäckerei", "Bühne", "Halle", "Küste", "Behörde", "Börse", "Müllabfuhr", "Höhle"),
    *("Wüste", "Fährte", "Röhre", "Säule"),
)
_VERBS = ("plant", "öffnet", "schließt", "prüft", "erhält", "verkauft", "sucht", "zeigt", "führt")
_ADJECTIVES = ("große", "kleine", "neue", "alte", "frühe", "späte", "grüne", "schöne", "östliche")
_ENDS = (
    "am Montag",
    "im Süden",
    "seit Jahren",
    "trotz Regen",
    "ohne Zögern",
    "für alle",
    "über Nacht",
    "wie früher",
)
_SIZE = 20_000


Place = tuple[int, int]
"""Start and end of a span."""


class Quotation(NamedTuple):
    """A row: which text it claims to be of, its words, and what is right."""

    source: str
    words: str
    kind: str
    """`exact`, `almost`, or the name of a trap."""
    start: int
    end: int
    """Where the words stand; -1 for a trap."""


def make(texts: int, rows: int, seed: int = 7) -> tuple[dict[str, str], list[Quotation]]:
    """Texts of 20,000 characters by name, and rows of them, spread evenly.

    >>> texts, rows = make(2, 200)
    >>> [len(text) > 20_000 for text in texts.values()], len(rows)
    ([True, True], 200)
    """
    rnd = random.Random(seed)
    bodies = [_sentences(rnd) for _ in range(texts)]
    named = {f"t{number:04}": " ".join(body) for number, body in enumerate(bodies)}
    made = []
    for number in range(rows):
        which = number % texts
        name = f"t{which:04}"
        kind = number // texts % 100
        if kind < 60:
            made.append(_exact(rnd, name, named[name], bodies[which]))
        elif kind < 80:
            made.append(_almost(rnd, name, named[name], bodies[which]))
        else:
            made.append(_trap(rnd, name, named[name], bodies[which], kind - 80))
    return named, made


def _sentences(rnd: random.Random) -> list[str]:
    made: list[str] = []
    size = 0
    while size <= _SIZE:
        made.append(_sentence(rnd))
        size += len(made[-1]) + 1
    return made


def _sentence(rnd: random.Random) -> str:
    one, two, three = rnd.sample(_NOUNS, 3)
    verb, how, end = rnd.choice(_VERBS), rnd.choice(_ADJECTIVES), rnd.choice(_ENDS)
    number = rnd.randrange(1_000, 100_000)
    return rnd.choice(
        (
            f"Die {how} {one} {verb} nicht die {two} – mit {number} Plätzen – {end}.",
            f"„Die {one}“, sagt die {how} {two}, „{verb} {number} Karten {end}.“",
            f"Keine {one} {verb} {end} die {how} {two}, die {number} Euro kostet.",
            f"Rund {number} Gäste der {how}n {one} meinen: Die {two} {verb} {end} die {three}.",
        )
    )


def _exact(rnd: random.Random, name: str, text: str, body: list[str]) -> Quotation:
    while True:
        words = rnd.choice(body).split(" ")
        first = rnd.randrange(0, len(words) - 4)
        chosen = " ".join(words[first : first + rnd.randrange(4, 14)])
        at = text.find(chosen)
        if text.find(chosen, at + 1) < 0:
            return Quotation(name, chosen, "exact", at, at + len(chosen))


def _almost(rnd: random.Random, name: str, text: str, body: list[str]) -> Quotation:
    while True:
        _, words, _, start, end = _exact(rnd, name, text, body)
        change = rnd.randrange(5)
        other = (
            words.replace("„", '"').replace("“", '"'),
            words.replace("–", "-"),
            words.replace(" ", "\u00a0", 2),
            "".join(c if c == "ß" else c.upper() for c in words),
            words[:9] + "\u00ad" + words[9:],
        )[change]
        if other != words:
            return Quotation(name, other, "almost", start, end)


def _trap(rnd: random.Random, name: str, text: str, body: list[str], kind: int) -> Quotation:
    while True:
        sentence = rnd.choice(body)
        if kind < 10:
            trap, words = "negation", sentence.replace(" nicht", "").replace("Keine", "Eine")
        elif kind < 15:
            digits = "".join(c for c in sentence if c.isdigit())
            trap, words = "digits", sentence.replace(digits, digits[-1] + digits[1:-1] + digits[0])
        else:
            trap, words = "look-alike", _sentence(rnd)
        if words not in text:
            return Quotation(name, words, trap, -1, -1)
