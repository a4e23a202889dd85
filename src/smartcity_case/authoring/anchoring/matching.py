"""Where the words of a row stand in a text, and why not if they do not.

Words as they are come first, then, if it is asked for, words written in another
way (`tiers`), then a quotation with an ellipsis as its parts in order. Nothing is
matched by likeness: what is found has the same letters, digits and signs.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property, partial
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING, Literal, NamedTuple

from smartcity_case.authoring.anchoring.edges import edge
from smartcity_case.authoring.anchoring.tiers import (
    KEPT,
    TIERS,
    Normal,
    has_line_ends,
    needed,
    normalise,
)
from smartcity_case.report import counted, shorten
from smartcity_case.text import Span, occurrences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Verdict = Literal["found", "ambiguous", "cut", "absent"]

PARTS, PART, EXACT = "parts", "part", "exact"
_MOST = 100
"""Places of the same words that are told."""
_MOST_LOOKED_AT = 10_000
_MOST_NORMALISED = 1_000
"""Places that are looked at; of words that stand more often none is told to be theirs."""
_MOST_LEFT_OUT = 1_000
"""Characters that an ellipsis may stand for."""
_ELLIPSIS = re.compile(r"\[\s*(?:…|\.{3})\s*\]|\(\s*(?:…|\.{3})\s*\)|…|\.{3,}")


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


class _Hits(NamedTuple):
    hits: list[_Hit]
    more: bool = False
    """Whether there are places that were not looked at."""


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
        self._known: dict[Query, Match] = {}

    def match(self, query: Query) -> Match:
        """The place of some words, or why none is told."""
        if query not in self._known:
            self._known[query] = self._found(query)
        return self._known[query]

    def _found(self, query: Query) -> Match:
        found = self._contiguous(query)
        if found.verdict == "absent" and _ELLIPSIS.search(query.words):
            return self._in_parts(query) or found
        return found

    def _contiguous(self, query: Query) -> Match:
        if not query.words.strip():
            return Match("absent", why="there are no words")
        chosen = _choose(self._as_they_are(query), query)
        if chosen.verdict in ("cut", "absent") and self.tiers:
            other = self._normalised(query)
            if other.hits:
                chosen = _choose(other, query)
        return chosen

    def _as_they_are(self, query: Query, *, every: bool = False) -> _Hits:
        words, before, behind = query.words, len(query.prefix), len(query.suffix)
        if not (before or behind):
            return self._hits(query, occurrences(self.text, words), every=every)
        named = occurrences(self.text, query.prefix + words + query.suffix)
        spans = (Span(start + before, end - behind) for start, end in named)
        found = self._hits(query, spans, every=every)
        if found.hits:
            return found
        elsewhere = islice(occurrences(self.text, words), _MOST)
        return _Hits([_hit(self.text, span, (), query, beside=False) for span in elsewhere])

    def _hits(self, query: Query, spans: Iterable[Span], *, every: bool) -> _Hits:
        """Hits until a hundred of words of their own tell that the place cannot be told."""
        hits: list[_Hit] = []
        whole = 0
        for span in spans:
            if len(hits) == _MOST_LOOKED_AT or (
                whole == _MOST and query.near is None and not every
            ):
                return _Hits(hits, more=True)
            hit = _hit(self.text, span, (), query, beside=True)
            whole += hit.whole
            hits.append(hit)
        return _Hits(hits)

    def _normalised(self, query: Query) -> _Hits:
        hits: dict[Span, _Hit] = {}
        for tiers in self._ways(query.words):
            sought = normalise(query.words, tiers)
            if not sought:
                continue
            normal = self._normal(tiers)
            prefix, suffix = (
                Normal(words, tiers).text if words else "" for words in (query.prefix, query.suffix)
            )
            for number, (start, end) in enumerate(occurrences(normal.text, sought)):
                if number == _MOST_NORMALISED:
                    return _Hits(list(hits.values()), more=True)
                span = self._trimmed(normal.back(start, end), query.words)
                if span is None or span in hits:
                    continue
                how = needed(query.words, self.text[span.start : span.end], tiers)
                if how is not None:
                    beside = normal.text.endswith(prefix, 0, start)
                    beside = beside and normal.text.startswith(suffix, end)
                    hits[span] = _hit(self.text, span, how, query, beside)
        return _Hits(list(hits.values()))

    def _trimmed(self, span: Span | None, words: str) -> Span | None:
        """A span without white space at its edges that its words lack.

        A French quotation mark brings some, and a hyphen at a line end.
        """
        if span is None:
            return None
        start, end = span
        while start < end and self.text[start].isspace() and not words[0].isspace():
            start += 1
        while start < end and self.text[end - 1].isspace() and not words[-1].isspace():
            end -= 1
        return Span(start, end) if start < end else None

    @cached_property
    def _has_line_ends(self) -> bool:
        return has_line_ends(self.text)

    def _ways(self, words: str) -> list[tuple[str, ...]]:
        """The tiers, and the other readings of hyphens at line ends, if there are some.

        These are within a word (`Um-` `welt`), or its own (`E-` `Mail`), or at the end of one
        (`Nord-` `und Südstadt`).
        """
        if "hyphens" not in self.tiers or not (self._has_line_ends or has_line_ends(words)):
            return [self.tiers]
        kept = tuple(KEPT if tier == "hyphens" else tier for tier in self.tiers)
        without = tuple(tier for tier in self.tiers if tier != "hyphens")
        return [self.tiers, kept, without] if without else [self.tiers, kept]

    def _normal(self, tiers: tuple[str, ...]) -> Normal:
        if tiers not in self._normals:
            self._normals[tiers] = Normal(self.text, tiers)
        return self._normals[tiers]

    def _in_parts(self, query: Query) -> Match | None:
        """The parts of a quotation with an ellipsis, if they stand in order at one place only."""
        words = [part for each in _ELLIPSIS.split(query.words) if (part := each.strip())]
        if len(words) < 2:
            return None
        found: dict[Query, list[_Hit]] = {}
        sought = [
            Query(
                part,
                query.prefix if number == 0 else "",
                query.suffix if number == len(words) - 1 else "",
            )
            for number, part in enumerate(words)
        ]
        for part in sought:
            if part in found:
                continue
            hits = self._of_part(part)
            if hits is None:
                why = f"its part {shorten(part.words)} stands too often; give more of its words"
                return Match("ambiguous", (), PARTS, (), why)
            if not hits:
                why = f"its part {shorten(part.words)} does not stand in the text"
                return Match("absent", why=why)
            found[part] = hits
        chains = _chains([found[part] for part in sought])
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

    def _of_part(self, part: Query) -> list[_Hit] | None:
        """The places of a part, in order; None if they are too many to be looked at."""
        for find in (partial(self._as_they_are, every=True), self._normalised):
            found = find(part)
            if found.more:
                return None
            if hits := [hit for hit in found.hits if _counts(hit)]:
                return sorted(_best(hits), key=lambda hit: hit.span)
        return []


class _Chain(NamedTuple):
    """Parts in order, the last one first: chains with the same beginning share it."""

    hit: _Hit
    before: _Chain | None

    def parts(self) -> list[_Hit]:
        parts, at = [], self
        while True:
            parts.append(at.hit)
            if at.before is None:
                return parts[::-1]
            at = at.before


def _chains(found: list[list[_Hit]]) -> list[list[_Hit]]:
    """The ways in which parts, each with its places in order, follow each other; a hundred at most.

    From the last part on, only places from which it goes on are kept: so none of the
    first hundred chains leads nowhere.
    """
    layers = [found[-1]]
    for hits in reversed(found[:-1]):
        layers.append([hit for hit in hits if _following(hit, layers[-1])])
    layers.reverse()
    chains = [_Chain(hit, None) for hit in layers[0][:_MOST]]
    for hits in layers[1:]:
        longer = (_Chain(hit, chain) for chain in chains for hit in _following(chain.hit, hits))
        chains = list(islice(longer, _MOST))
    return [chain.parts() for chain in chains]


def _following(hit: _Hit, hits: list[_Hit]) -> list[_Hit]:
    """Those of some hits in order that stand behind one, not too far away; a hundred at most."""
    first = bisect_left(hits, hit.span.end, key=lambda other: other.span.start)
    near = takewhile(
        lambda other: other.span.start - hit.span.end <= _MOST_LEFT_OUT,
        islice(hits, first, first + _MOST),
    )
    return list(near)


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


def _choose(found: _Hits, query: Query) -> Match:
    """The one place that is meant, or why none can be told."""
    hits = found.hits
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
    if found.more:
        places = tuple(hit.span for hit in good[:_MOST])
        why = _places(places, "the words stand", more=True) + "; give a prefix or a suffix"
        return Match("ambiguous", (), _told(_best(good)[0]), places, why)
    there = [hit for hit in good if hit.span.start == query.near]
    best = there if len(there) == 1 else _best(good)
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


def _places(spans: Sequence[Span], told: str, *, more: bool = False) -> str:
    shown = ", ".join(f"{span.start} to {span.end}" for span in spans[:_SHOWN])
    if len(spans) > _SHOWN:
        shown += f" and {len(spans) - _SHOWN} more"
    most = "at least " if more or len(spans) == _MOST else ""
    times = "once" if len(spans) == 1 and not more else most + counted(len(spans), "time")
    return f"{told} {times}, at {shown}"
