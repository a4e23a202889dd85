"""Which stretches of two versions of a text are the same.

Lines are compared first, what is left by pieces of sentences, then by words and,
in small gaps, by characters. On each of these levels what stands once in both
texts is matched first (patience), then the shortest way from one to the other
is looked for (Myers), as far as that is near. The cost is bounded: of texts
that have little in common, or very many changes, more is left unmatched.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from smartcity_case.authoring.correcting.runs import (
    Block,
    Steps,
    between,
    common,
    common_end,
    merged,
    runs,
)
from smartcity_case.authoring.correcting.tokens import LINES, PIECES, WORDS
from smartcity_case.text import Span

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Sequence

_LEVELS = (LINES, PIECES, WORDS)
_SMALL = 160
"""Characters of a gap, on each side, up to which it is compared by characters."""
_FEW = 4
"""Words of a gap up to which each is compared with the one in its place."""
_LEAST = 3
"""Characters of a block inside of a small gap: fewer say nothing."""
_PASSAGE = 20
"""Characters from which on what is the same is no coincidence."""
_ODD = 3
"""A block that is shorter, and so many times shorter than the gaps on both sides, is one."""
_MOST_TOKENS = 0x10_F000


@dataclass(frozen=True)
class Alignment:
    """What is the same in two texts, by offsets in code points.

    `blocks` are in order in both texts and do not overlap. `moves` are passages
    that stand in other places now, outside of all blocks.
    """

    blocks: tuple[Block, ...]
    moves: tuple[Block, ...]
    old_size: int
    new_size: int

    def gaps(self) -> Iterator[tuple[Span, Span]]:
        """Between the blocks, in order, what stands in the old text and in the new instead."""
        ends = [Block(0, 0, 0), *self.blocks, Block(self.old_size, self.new_size, 0)]
        for left, right in pairwise(ends):
            old = Span(left.old + left.length, right.old)
            new = Span(left.new + left.length, right.new)
            if old.start < old.end or new.start < new.end:
                yield old, new

    def gap_at(self, offset: int) -> tuple[Span, Span]:
        """The gap in which a place of the old text lies, and what the new text has there."""
        at = bisect_right(self._starts, offset)
        left = self.blocks[at - 1] if at else Block(0, 0, 0)
        ends = [*self.blocks[at : at + 1], Block(self.old_size, self.new_size, 0)]
        old = Span(left.old + left.length, ends[0].old)
        return old, Span(left.new + left.length, ends[0].new)

    def within(self, span: Span) -> tuple[Block, ...]:
        """The blocks of which a stretch of the old text has something, cut to it."""
        return _cut(self.blocks, self._starts, span)

    def moved(self, span: Span) -> tuple[Block, ...]:
        """The moved passages of which a stretch of the old text has something, cut to it."""
        return _cut(self.moves, self._move_starts, span)

    def is_image(self, span: Span) -> bool:
        """Whether a stretch of the new text stands, in one block, in the old text."""
        at = bisect_right(self._new_starts, span.start) - 1
        return at >= 0 and span.end <= self.blocks[at].new + self.blocks[at].length

    @cached_property
    def _starts(self) -> list[int]:
        return [block.old for block in self.blocks]

    @cached_property
    def _new_starts(self) -> list[int]:
        return [block.new for block in self.blocks]

    @cached_property
    def _move_starts(self) -> list[int]:
        return [block.old for block in self.moves]


def _cut(blocks: Sequence[Block], starts: Sequence[int], span: Span) -> tuple[Block, ...]:
    found = []
    first = max(0, bisect_right(starts, span.start) - 1)
    for old, new, length in blocks[first : bisect_left(starts, span.end)]:
        start, end = max(old, span.start), min(old + length, span.end)
        if start < end:
            found.append(Block(start, new + start - old, end - start))
    return tuple(found)


def align(old: str, new: str) -> Alignment:
    """The stretches that two versions of a text have in common.

    >>> align("Die Stadt hat Pläne.", "Die Stadt hatte Pläne.").blocks
    (Block(old=0, new=0, length=13), Block(old=13, new=15, length=7))
    """
    # By lines at once, what is the same at both ends need not even be cut into lines.
    head = common(old, 0, new, 0)
    head = len(old) if head == len(old) == len(new) else old.rfind("\n", 0, head) + 1
    tail = common_end(old, head, new, head)
    cut = old.find("\n", len(old) - tail) + 1
    tail = len(old) - cut if cut else 0
    blocks = [Block(0, 0, head), Block(len(old) - tail, len(new) - tail, tail)]
    gaps = [(Span(head, len(old) - tail), Span(head, len(new) - tail))]
    steps = Steps()
    for level in _LEVELS:
        left: list[tuple[Span, Span]] = []
        for a, b in gaps:
            found = list(_matched(old, a, new, b, level, steps))
            blocks += found
            left += between(found, a, b)
        gaps = left
    for a, b in gaps:
        blocks += _by_words_and_characters(old, a, new, b)
    kept = tuple(_without_odd(merged(blocks), len(old), len(new)))
    bare = Alignment(kept, (), len(old), len(new))
    return Alignment(kept, tuple(_moves(old, new, bare)), len(old), len(new))


def _without_odd(blocks: Iterable[Block], old_size: int, new_size: int) -> list[Block]:
    """Blocks without those that are so short, between what differs, that they mean nothing."""
    kept: list[Block] = []
    for block in [*blocks, Block(old_size, new_size, 0)]:
        while kept:
            before = kept[-2] if len(kept) > 1 else Block(0, 0, 0)
            last = kept[-1]
            gaps = _gap(before, last), _gap(last, block)
            if last.length >= _PASSAGE or _ODD * last.length >= min(gaps):
                break
            kept.pop()
        kept.append(block)
    return kept[:-1]


def _gap(left: Block, right: Block) -> int:
    """The size of what stands between two blocks, in the text that has more of it."""
    return max(right.old - left.old, right.new - left.new) - left.length


def _matched(
    old: str, a: Span, new: str, b: Span, level: re.Pattern[str], steps: Steps
) -> Iterator[Block]:
    """The blocks of two stretches, made of the tokens of a level."""
    ours, theirs = level.findall(old, *a), level.findall(new, *b)
    # White space behind a token may differ: a line is the same with another line end.
    bare, others = [t.rstrip() for t in ours], [t.rstrip() for t in theirs]
    shared = {token: n for n, token in enumerate((set(bare) & set(others)) - {""})}
    if not shared or len(shared) > _MOST_TOKENS:
        return
    # Each token as one character: so that Python compares long runs of them at once.
    left = "".join([chr(2 + shared[t]) if t in shared else "\0" for t in bare])
    right = "".join([chr(2 + shared[t]) if t in shared else "\1" for t in others])
    at, by = _places(ours, a.start), _places(theirs, b.start)
    for i, j, count in runs(left, right, steps):
        if old[at[i] : at[i + count]] == new[by[j] : by[j + count]]:
            yield Block(at[i], by[j], at[i + count] - at[i])
            continue
        for n in range(count):
            same = ours[i + n] == theirs[j + n]
            yield Block(at[i + n], by[j + n], len(ours[i + n] if same else bare[i + n]))


def _places(tokens: Sequence[str], start: int) -> list[int]:
    """Where tokens begin, and where the last ends."""
    return list(accumulate(map(len, tokens), initial=start))


def _by_words_and_characters(old: str, a: Span, new: str, b: Span) -> Iterator[Block]:
    """What two stretches have in common that no longer have a word in common.

    Of as many words, few, each is compared with the one in its place.
    """
    small = max(a.end - a.start, b.end - b.start) <= _SMALL
    ours, theirs = (WORDS.findall(old, *a), WORDS.findall(new, *b)) if small else ([], [])
    if len(ours) != len(theirs) or len(ours) > _FEW:
        ours, theirs = [], []
    places = zip(_places(ours, a.start), _places(theirs, b.start), strict=True)
    for (i, j), mine, its in zip(places, ours, theirs, strict=False):
        yield from _by_characters(i, mine, j, its)
    if not ours:
        yield from _by_characters(a.start, old[slice(*a)], b.start, new[slice(*b)])


def _by_characters(i: int, ours: str, j: int, theirs: str) -> Iterator[Block]:
    """What is the same at the ends of two stretches and, if they are small, inside."""
    head = common(ours, 0, theirs, 0)
    tail = common_end(ours, head, theirs, head)
    yield Block(i, j, head)
    yield Block(i + len(ours) - tail, j + len(theirs) - tail, tail)
    ours, theirs = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    if max(len(ours), len(theirs)) <= _SMALL:
        compared = SequenceMatcher(None, ours, theirs, autojunk=False)
        for x, y, count in compared.get_matching_blocks():
            if count >= _LEAST:
                yield Block(i + head + x, j + head + y, count)


class _Piece(NamedTuple):
    """A piece of a sentence in a gap: which gap, where it begins, its words, and what is behind.

    `whole` has the white space behind the words too.
    """

    gap: int
    at: int
    words: str
    whole: str


def _moves(old: str, new: str, bare: Alignment) -> Iterator[Block]:
    """Passages that stand in a gap of the old text, and in another of the new.

    Each is known by a piece of a sentence that stands once in all gaps of both.
    """
    gaps = list(bare.gaps())
    ours = list(_pieces(old, [gap for gap, _ in gaps]))
    theirs = list(_pieces(new, [gap for _, gap in gaps]))
    count, by = Counter(p.words for p in ours), Counter(p.words for p in theirs)
    place = {piece.words: j for j, piece in enumerate(theirs) if by[piece.words] == 1}
    taken: set[int] = set()  # pieces of the new text
    reached = 0
    for i, (_, _, words, _) in enumerate(ours):
        j = place.get(words, -1)
        if j < 0 or count[words] > 1 or len(words) < _PASSAGE or i < reached or j in taken:
            continue
        first, last = 0, 0  # from this piece on
        while i + first > reached and j + first - 1 not in taken:
            if not _together(ours, i + first - 1, theirs, j + first - 1):
                break
            first -= 1
        while j + last + 1 not in taken and _together(ours, i + last, theirs, j + last):
            last += 1
        taken.update(range(j + first, j + last + 1))
        reached = i + last + 1
        end, its_end = ours[i + last], theirs[j + last]
        size = len(end.whole) if end.whole == its_end.whole else len(end.words)
        at = ours[i + first].at
        yield Block(at, theirs[j + first].at, end.at + size - at)


def _together(ours: Sequence[_Piece], i: int, theirs: Sequence[_Piece], j: int) -> bool:
    """Whether two pieces, each with the next of its gap, are the same in both texts."""
    if min(i, j) < 0 or i + 1 >= len(ours) or j + 1 >= len(theirs):
        return False
    (a, b), (c, d) = ours[i : i + 2], theirs[j : j + 2]
    return a.gap == b.gap and c.gap == d.gap and a.whole == c.whole and b.words == d.words


def _pieces(text: str, gaps: Sequence[Span]) -> Iterator[_Piece]:
    for number, gap in enumerate(gaps):
        at = gap.start
        for whole in PIECES.findall(text, *gap):
            yield _Piece(number, at, whole.rstrip(), whole)
            at += len(whole)
