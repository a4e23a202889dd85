"""Two short texts compared word by word, and the stretch of a text that is most like some words.

Both are for people: nothing is accepted because it is similar.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from difflib import SequenceMatcher
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from smartcity_case.authoring.correcting.tokens import WORDS
from smartcity_case.text import Span, occurrences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_COMPARED = 1_000_000
"""How many pairs of tokens are compared; of more, only what is the same at both ends is seen."""


class Part(NamedTuple):
    """A stretch of two texts: in both, only in the old one, or only in the new one."""

    kind: Literal["same", "removed", "added"]
    words: str


def word_diff(old: str, new: str) -> tuple[Part, ...]:
    """What was removed and added, in whole words.

    Without what was added the parts are the old text, without what was removed the new.

    >>> word_diff("Die Stadt hat Pläne", "Die Stadt hatte Pläne")[1:3]
    (Part(kind='removed', words='hat'), Part(kind='added', words='hatte'))
    """
    ours, theirs = _tokens(old), _tokens(new)
    if len(ours) * len(theirs) > _COMPARED:
        return tuple(_of_ends(ours, theirs))
    parts = []
    for what, i, k, j, m in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(Part("same", "".join(ours[i:k])))
            continue
        if i < k:
            parts.append(Part("removed", "".join(ours[i:k])))
        if j < m:
            parts.append(Part("added", "".join(theirs[j:m])))
    return tuple(parts)


def _tokens(text: str) -> list[str]:
    """Words, single characters, and what is white space between them by itself."""
    return [part for token in WORDS.findall(text) for part in re.split(r"(\s+)", token) if part]


def _of_ends(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Part]:
    most = min(len(ours), len(theirs))
    head = next((n for n in range(most) if ours[n] != theirs[n]), most)
    most -= head
    tail = next((n for n in range(most) if ours[-1 - n] != theirs[-1 - n]), most)
    same = (ours[:head], ours[len(ours) - tail :])
    parts = (
        Part("same", "".join(same[0])),
        Part("removed", "".join(ours[head : len(ours) - tail])),
        Part("added", "".join(theirs[head : len(theirs) - tail])),
        Part("same", "".join(same[1])),
    )
    return (part for part in parts if part.words)


def marked(parts: Iterable[Part], most: int = 0) -> str:
    """A word diff on one line, `[-removed-] {+added+}`.

    Stretches that are the same in both are cut to some `most` characters at
    each end, if that is given.

    >>> marked(word_diff("Die Stadt hat Pläne", "Die Stadt hatte Pläne"))
    'Die Stadt [-hat-] {+hatte+} Pläne'
    """
    shown, before = [], ""
    listed = list(parts)
    for number, (kind, words) in enumerate(listed):
        if kind == "same":
            first, last = number == 0, number == len(listed) - 1
            shown.append(_shortened(words, most, first, last) if most else words)
        else:
            mark = f"[-{words}-]" if kind == "removed" else f"{{+{words}+}}"
            shown.append(f" {mark}" if before == "removed" else mark)
        before = kind
    return "".join(shown)


def _shortened(words: str, most: int, first: bool, last: bool) -> str:
    """Words without their middle, or without the end that is far from all changes."""
    if first and last:
        return words
    left = "" if first else words[:most]
    right = "" if last else words[-most:]
    if len(left) + len(right) + 1 >= len(words):
        return words
    return f"{left}…{right}"


_LIKE = 0.6
"""The least similarity (`difflib`'s ratio) that is worth a hint."""
_LONGEST = 2_000
"""Characters of the words that are compared."""
_ASKED = 40
"""Different words of which it is asked how rare they are."""
_GRAM = 4
"""Characters that are looked for where no whole word is found."""


def closest(text: str, words: str, most: int = 60) -> tuple[Span, float] | None:
    """The stretch of a text most similar to words that stand nowhere in it, and how similar it is.

    It is looked for around at most so many places where the rarest of the words
    stand (or, if none does, some characters of them). None if nothing is similar.
    A hint for people, who decide: what is similar may say the opposite.

    >>> closest("Dort sprach Martin Murrack am Montag.", "Martin Murack")[0]
    Span(start=12, end=26)
    """
    words = words[:_LONGEST].strip()
    best: tuple[float, int, Span] | None = None
    for at, place in islice(_seeds(text, words), most):
        found = _around(text, words, place - at)
        if found is not None and (best is None or found > best):
            best = found
    return None if best is None else (best[2], best[0])


def _seeds(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Places of rare words, or of some characters of them: in the words, and in the text."""
    for pattern in (r"\w{3,}", rf"(?=(\w{{{_GRAM}}}))"):
        places: dict[str, int] = {}
        for match in re.finditer(pattern, words):
            places.setdefault(match[match.re.groups], match.start())
        asked = sorted(places, key=len, reverse=True)[:_ASKED]
        counts = {word: count for word in asked if (count := text.count(word))}
        for word in sorted(counts, key=lambda w: (counts[w], -len(w)))[:3]:
            for span in occurrences(text, word):
                yield places[word], span.start
        if counts:
            return


def _around(text: str, words: str, at: int) -> tuple[float, int, Span] | None:
    """The stretch around a place that is most like some words: how like, where (early first)."""
    slack = len(words) // 3 + 20
    low, high = max(0, at - slack), min(len(text), at + len(words) + slack)
    tokens = _tokens(text[low:high])
    starts = list(accumulate(map(len, tokens), initial=low))
    if len(words) > 200:
        ours = _tokens(words)
        blocks = SequenceMatcher(None, ours, tokens, autojunk=False).get_matching_blocks()[:-1]
        edges = [(starts[b.b], starts[b.b + b.size]) for b in blocks]
    else:
        compared = SequenceMatcher(None, words, text[low:high], autojunk=False)
        edges = [
            (low + b.b, low + b.b + b.size)
            for b in compared.get_matching_blocks()[:-1]
            if b.size >= min(3, len(words))
        ]
    if not edges:
        return None
    start = starts[bisect_right(starts, edges[0][0]) - 1]
    end = starts[bisect_left(starts, edges[-1][1])]
    stretch = text[start:end]
    start, end = (
        start + len(stretch) - len(stretch.lstrip()),
        end - (len(stretch) - len(stretch.rstrip())),
    )
    ratio = SequenceMatcher(None, words, text[start:end], autojunk=False).ratio()
    return (ratio, -start, Span(start, end)) if ratio >= _LIKE else None
