"""Where the spans of a text stand in a corrected version of it.

The same words, at the place to which an alignment of the texts carries them,
win over every other place. What comes out as changed or lost is for a person
to decide: nothing is taken for the same because it is similar.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from smartcity_case.authoring.correcting.alignment import Alignment, align
from smartcity_case.authoring.correcting.tokens import cuts_letter, cuts_word, in_word
from smartcity_case.text import Span, occurrences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smartcity_case.authoring.correcting.runs import Block

Reanchoring: TypeAlias = Literal["exact", "moved", "changed", "lost"]

_LEFT = 4
"""A stretch is what became of a span if a fourth of its letters and digits was kept in it."""
_CANDIDATES = 100
"""The most places of lost words that are listed."""
_SEARCHED = 4_000_000_000
"""Characters that are searched for lost words, all rows together."""


class Reanchored(NamedTuple):
    """What became of a span in a corrected text.

    `exact`: the same words at the same place; `moved`: the same words elsewhere;
    `changed`: other words at a place that the alignment carries it to; `lost`:
    nothing is left, or it cannot be told where. `before` and `after` are the words,
    `new` is None and `after` "" if it is lost. `candidates` are places where the
    words of a changed or lost span stand too, at most a hundred; `instead` is the
    stretch that stands in the place of a lost one, if there is one.
    """

    verdict: Reanchoring
    old: Span
    new: Span | None
    before: str
    after: str
    candidates: tuple[Span, ...] = ()
    instead: Span | None = None


def reanchor_spans(spans: Iterable[tuple[int, int]], old: str, new: str) -> list[Reanchored]:
    """Where spans of a text (code points, half-open) stand in a corrected version of it.

    The answers come in the order of the spans. Raises ValueError for a span that
    does not lie in the old text.

    >>> old, new = "Die Stadt hat Plan B.", "Sie sagt: Die Stadt hatte Plan B."
    >>> [(r.verdict, r.after) for r in reanchor_spans([(4, 9), (10, 20)], old, new)]
    [('moved', 'Stadt'), ('changed', 'hatte Plan B')]
    """
    texts = Versions(old, new)
    return [texts.reanchor(Span(*span)) for span in spans]


class Versions:
    """Two versions of a text, aligned."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        self.alignment: Alignment = align(old, new)
        self._places: dict[str, tuple[Span, ...]] = {}
        self._left = _SEARCHED

    def reanchor(self, span: Span) -> Reanchored:
        """What became of one span; ValueError if it does not lie in the old text."""
        if not 0 <= span.start < span.end <= len(self.old):
            raise ValueError(f"{span} does not lie in the old text (0 to {len(self.old)})")
        words = self.old[slice(*span)]
        kept = self.alignment.within(span)
        for place in self._same_words(span, kept):
            if self._stands(place, words, span):
                return _same(span, place, words)
        if self._enough(words, kept):
            stretch = self._covering(span, kept)
            after = self.new[slice(*stretch)]
            if after == words:  # an accent behind a space, say, that has no letter in either text
                return _same(span, stretch, words)
            return Reanchored("changed", span, stretch, words, after, self._standing(words, span))
        places = self._standing(words, span)
        if len(places) == 1 and not self.alignment.is_image(places[0]) and self._alone(words, span):
            return _same(span, places[0], words)
        return Reanchored("lost", span, None, words, "", places, self._instead(span))

    def _same_words(self, span: Span, kept: Sequence[Block]) -> Iterable[Span]:
        """Where the alignment says that the whole of a span may stand."""
        size = span.end - span.start
        if kept:
            # What was inserted before equal words may as well stand behind them: both edges count.
            first, last = kept[0], kept[-1]
            start = first.new - (first.old - span.start)
            end = last.new + last.length + span.end - (last.old + last.length)
            yield Span(start, start + size)
            yield Span(end - size, end)
        for block in self.alignment.moved(span):
            start = block.new - (block.old - span.start)
            yield Span(start, start + size)

    def _stands(self, place: Span, words: str, span: Span) -> bool:
        """Whether words stand at a place of the new text, as whole as they were in the old.

        Where a word, or a letter, began or ended with the span, one does so again:
        "hat" is not what "hatte" begins with.
        """
        if place.start < 0 or self.new[slice(*place)] != words:
            return False
        return self._as_whole(self.new, place, span)

    def _as_whole(self, text: str, place: Span, span: Span) -> bool:
        edges = tuple(zip(place, span, strict=True))
        return not any(
            cuts(text, at) and not cuts(self.old, before)
            for cuts in (cuts_word, cuts_letter)
            for at, before in edges
        )

    def _alone(self, words: str, span: Span) -> bool:
        """Whether the words stood nowhere else in the old text.

        If they did, it cannot be told which of them stands at the one place that is left.
        """
        self._left -= len(self.old)
        return self._left > 0 and not any(
            place != span and self._as_whole(self.old, place, span)
            for place in occurrences(self.old, words)
        )

    def _enough(self, words: str, kept: Sequence[Block]) -> bool:
        """Whether enough of a span was kept to say what became of it."""
        counts = in_word if any(map(in_word, words)) else _is_sign
        pieces = [self.old[block.old : block.old + block.length] for block in kept]
        count = sum(counts(char) for piece in pieces for char in piece)
        return count > 0 and _LEFT * count >= sum(map(counts, words))

    def _covering(self, span: Span, kept: Sequence[Block]) -> Span:
        """The smallest stretch with all that was kept of a span, and with whole edited words.

        What stands in the place of replaced text belongs to it if all of that was in the span.
        """
        new, first, last = self.new, kept[0], kept[-1]
        start, end = first.new, last.new + last.length
        if span.start < first.old:
            gone, instead = self.alignment.gap_at(span.start)
            start = instead.start if gone.start == span.start else start
        if last.old + last.length < span.end:
            gone, instead = self.alignment.gap_at(span.end - 1)
            end = instead.end if gone.end == span.end else end
        for cuts in (cuts_word, cuts_letter):
            if not cuts(self.old, span.start):
                while cuts(new, start):
                    start -= 1
            if not cuts(self.old, span.end):
                while cuts(new, end):
                    end += 1
        while not self.old[span.start].isspace() and new[start].isspace():
            start += 1
        while not self.old[span.end - 1].isspace() and new[end - 1].isspace():
            end -= 1
        return Span(start, end)

    def _standing(self, words: str, span: Span) -> tuple[Span, ...]:
        """Where the words of a span stand in the new text; few searches are made twice."""
        if words not in self._places:
            self._left -= len(self.new)
            found = islice(occurrences(self.new, words), _CANDIDATES) if self._left > 0 else ()
            self._places[words] = tuple(found)
        return tuple(place for place in self._places[words] if self._stands(place, words, span))

    def _instead(self, span: Span) -> Span | None:
        """What stands where something was lost, without white space around it."""
        gone, there = self.alignment.gap_at(span.start)
        words = self.new[slice(*there)]
        if span.end > gone.end or not words.strip():
            return None
        start = there.start + len(words) - len(words.lstrip())
        return Span(start, start + len(words.strip()))


def _same(span: Span, place: Span, words: str) -> Reanchored:
    return Reanchored("exact" if place == span else "moved", span, place, words, words)


def _is_sign(char: str) -> bool:
    return not char.isspace()
