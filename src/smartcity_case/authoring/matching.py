"""Where the words of a row stand in a text, and why not if they do not.

Words as they are come first, then, if it is asked for, words written in another
way (`tiers`), then a quotation with an ellipsis as its parts in order. Nothing is
matched by likeness: what is found has the same letters, digits and signs.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from smartcity_case.authoring.edges import edge
from smartcity_case.authoring.tiers import KEPT, TIERS, Normal, has_line_ends, needed, normalise
from smartcity_case.report import shorten
from smartcity_case.text import Span, occurrences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Verdict = Literal["found", "ambiguous", "cut", "absent"]

PARTS, PART, EXACT = "parts", "part", "exact"
_MOST = 100
"""Places of the same words that are looked at without an offset to be near to."""
_MOST_LEFT_OUT = 1_000
"""Characters that an ellipsis may stand for."""
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:…|\.{3})\s*\]|\(\s*(?:…|\.{3})\s*\)|…|\.{3,})\s*")


class Match(NamedTuple):
    """Where words stand.

    `spans` are their parts in order: one, unless they had an ellipsis; none if the
    match is refused, as it is if there are several places. `how` is `exact`, `part` (of
    a longer word), the tiers that were needed (`space+case`), or `parts`.
    `candidates` are the places of a refused match, at most a hundred, and `why` says
    in words why it was.
    """

    verdict: Verdict
    spans: tuple[Span, ...] = ()
    how: str = ""
    candidates: tuple[Span, ...] = ()
    why: str = ""


class Query(NamedTuple):
    """Words that are looked for, and what is known of the place.

    `prefix` and `suffix` stand directly before and behind them; `near` is an
    approximate offset in code points.
    """

    words: str
    prefix: str = ""
    suffix: str = ""
    near: int | None = None


class _Hit(NamedTuple):
    span: Span
    how: tuple[str, ...]
    whole: bool
    """Whether the words are no part of a longer one."""
    beside: bool
    """Whether prefix and suffix stand beside them."""


class Matcher:
    """Finds words in one text; what it makes of the text is made once.

    `tiers` are the normalisations that are allowed, by name.

    >>> matcher = Matcher("Die »Stadt« plant die Umweltschutzbehörde.", ("typography",))
    >>> matcher.match(Query('"Stadt"')).spans, matcher.match(Query('"Stadt"')).how
    ((Span(start=4, end=11),), 'typography')
    >>> matcher.match(Query("Umweltschutz")).how
    'part'
    >>> matcher.match(Query("Stadtrat")).verdict
    'absent'
    """

    def __init__(self, text: str, tiers: Iterable[str] = ()) -> None:
        self.text = text
        wanted = set(tiers)
        self.tiers = tuple(tier for tier in TIERS if tier in wanted)
        self._normals: dict[tuple[str, ...], Normal] = {}

    def match(self, query: Query) -> Match:
        """The place of some words, or why none is told."""
        found = self._contiguous(query)
        if found.verdict == "absent" and _ELLIPSIS.search(query.words):
            return self._in_parts(query) or found
        return found

    def _contiguous(self, query: Query) -> Match:
        if not query.words.strip():
            return Match("absent", why="there are no words")
        hits = self._as_they_are(query)
        chosen = _choose(hits, query)
        if chosen.verdict in ("cut", "absent") and self.tiers:
            other = self._normalised(query)
            if other:
                chosen = _choose(other, query)
        return chosen

    def _as_they_are(self, query: Query) -> list[_Hit]:
        text, words = self.text, query.words
        found = occurrences(text, words)
        places = found if query.near is not None else islice(found, _MOST)
        hits = []
        for span in places:
            beside = not (query.prefix or query.suffix) or (
                text.endswith(query.prefix, 0, span.start)
                and text.startswith(query.suffix, span.end)
            )
            hits.append(_hit(text, span, (), query, beside))
        return hits

    def _normalised(self, query: Query) -> list[_Hit]:
        hits: dict[Span, _Hit] = {}
        for tiers in self._ways:
            sought = normalise(query.words, tiers)
            normal = self._normal(tiers)
            for start, end in islice(occurrences(normal.text, sought) if sought else (), _MOST):
                span = normal.back(start, end)
                if span is None or span in hits:
                    continue
                how = needed(query.words, self.text[span.start : span.end], tiers)
                if how is not None:
                    beside = self._beside(query, tiers, start, end)
                    hits[span] = _hit(self.text, span, how, query, beside)
        return list(hits.values())

    @cached_property
    def _ways(self) -> list[tuple[str, ...]]:
        """The tiers, and the same with the other reading of `hyphens`, if the text has two."""
        if not ("hyphens" in self.tiers and has_line_ends(self.text)):
            return [self.tiers]
        return [self.tiers, tuple(KEPT if tier == "hyphens" else tier for tier in self.tiers)]

    def _normal(self, tiers: tuple[str, ...]) -> Normal:
        if tiers not in self._normals:
            self._normals[tiers] = Normal(self.text, tiers)
        return self._normals[tiers]

    def _beside(self, query: Query, tiers: tuple[str, ...], start: int, end: int) -> bool:
        if not (query.prefix or query.suffix):
            return True
        text = self._normal(tiers).text
        prefix, suffix = (Normal(w, tiers).text for w in (query.prefix, query.suffix))
        return text.endswith(prefix, 0, start) and text.startswith(suffix, end)

    def _in_parts(self, query: Query) -> Match | None:
        """The parts of a quotation with an ellipsis, if they stand in order at one place only."""
        words = [part for part in _ELLIPSIS.split(query.words) if part]
        if len(words) < 2:
            return None
        found: list[list[_Hit]] = []
        for number, part in enumerate(words):
            context = Query(
                part,
                query.prefix if number == 0 else "",
                query.suffix if number == len(words) - 1 else "",
            )
            hits = [hit for hit in self._as_they_are(context) if _counts(hit)]
            hits = hits or [hit for hit in self._normalised(context) if _counts(hit)]
            if not hits:
                return Match("absent", why=f"its part {shorten(part)} does not stand in the text")
            found.append(_best(hits))
        chains = [[hit] for hit in found[0]]
        for hits in found[1:]:
            chains = [
                [*chain, hit]
                for chain in chains
                for hit in hits
                if 0 <= hit.span.start - chain[-1].span.end <= _MOST_LEFT_OUT
            ][:_MOST]
        if not chains:
            why = f"its {len(words)} parts do not stand in order and close to each other"
            return Match("absent", why=why)
        if len(chains) > 1:
            around = tuple(Span(chain[0].span.start, chain[-1].span.end) for chain in chains)
            return Match("ambiguous", (), PARTS, around, _places(around, "its parts stand"))
        (chain,) = chains
        used = dict.fromkeys([PARTS, *(how for hit in chain for how in _how(hit))])
        used.pop(EXACT, None)
        return Match("found", tuple(hit.span for hit in chain), "+".join(used))


def left_out(text: str, spans: Sequence[Span]) -> str:
    """What stands between the parts of a quotation.

    >>> left_out("Er ist nicht begeistert.", [Span(0, 6), Span(13, 23)])
    "' nicht '"
    """
    gaps = (text[one.end : other.start] for one, other in pairwise(spans))
    return ", ".join(map(shorten, gaps))


def _hit(text: str, span: Span, how: tuple[str, ...], query: Query, beside: bool) -> _Hit:
    kind = edge(text, *span)
    # Who names what stands beside the words means them where they are.
    named = beside and bool(query.prefix or query.suffix)
    if kind == "cut" and not named:
        return _Hit(span, ("cut",), whole=False, beside=beside)
    return _Hit(span, how, kind == "whole", beside)


def _counts(hit: _Hit) -> bool:
    return hit.how != ("cut",) and hit.beside


def _how(hit: _Hit) -> tuple[str, ...]:
    return (*(hit.how or (EXACT,)), *(() if hit.whole else (PART,)))


def _best(hits: list[_Hit]) -> list[_Hit]:
    """Those for which the mildest tiers were needed; of these, whole words before parts."""
    if len(hits) == 1:
        return hits
    ranks = [_rank(hit) for hit in hits]
    least = min(ranks)
    return [hit for hit, rank in zip(hits, ranks, strict=True) if rank == least]


def _rank(hit: _Hit) -> tuple[list[int], bool]:
    return sorted(map(TIERS.index, hit.how), reverse=True), not hit.whole


def _choose(hits: list[_Hit], query: Query) -> Match:
    """The one place that is meant, or why none can be told."""
    if not hits:
        return Match("absent", why="these words stand nowhere in the text")
    good = [hit for hit in hits if _counts(hit)]
    if not good:
        places = tuple(hit.span for hit in hits if not hit.beside)
        if places:
            why = _places(places, "the words stand") + ", but not beside the prefix or suffix given"
            return Match("absent", candidates=places, why=why)
        places = tuple(hit.span for hit in hits)
        why = _places(places, "the words stand") + ", only inside of what says something else"
        return Match("cut", candidates=places, why=why)
    best = _best(good)
    chosen = best[0] if len(best) == 1 else _nearest(best, query.near)
    if chosen is None:
        places = tuple(hit.span for hit in best[:_MOST])
        why = _places(places, "the words stand") + "; give a prefix or a suffix"
        return Match("ambiguous", (), _told(best[0]), places, why)
    return Match("found", (chosen.span,), _told(chosen))


def _told(hit: _Hit) -> str:
    return "+".join([name for name in _how(hit) if name != EXACT] or [EXACT])


def _nearest(hits: list[_Hit], near: int | None) -> _Hit | None:
    """The hit at an approximate offset, if the next one is at least twice as far away."""
    if near is None:
        return None
    first, second = sorted(hits, key=lambda hit: abs(hit.span.start - near))[:2]
    distances = (abs(first.span.start - near), abs(second.span.start - near))
    return first if distances[1] >= max(1, 2 * distances[0]) else None


_SHOWN = 5


def _places(spans: Sequence[Span], told: str) -> str:
    shown = ", ".join(f"{span.start} to {span.end}" for span in spans[:_SHOWN])
    if len(spans) > _SHOWN:
        shown += f" and {len(spans) - _SHOWN} more"
    most = "at least " if len(spans) == _MOST else ""
    times = "once" if len(spans) == 1 else f"{most}{len(spans)} times"
    return f"{told} {times}, at {shown}"
