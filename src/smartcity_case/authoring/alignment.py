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
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.authoring.tokens import LINES, PIECES, WORDS
from smartcity_case.text import Span

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Sequence

_LEVELS = (LINES, PIECES, WORDS)
_ROUNDS = 12
"""How often a level looks between what stands once for what stands once there."""
_ROW = 4
"""How many tokens in a row may stand once, where none does by itself."""
_WINDOW = 100
"""How many tokens that differ the shortest way is looked for; then on from as far as it got."""
_STEPS = 2_000_000
"""How many steps all such ways may take, some two seconds."""
_SMALL = 160
"""Characters of a gap, on each side, up to which it is compared by characters."""
_LEAST = 3
"""Characters of a block inside of a small gap: fewer say nothing."""
_PASSAGE = 20
"""Characters from which on what is the same is no coincidence."""
_ODD = 3
"""A block that is shorter, and so many times shorter than the gaps on both sides, is one."""
_MOST_TOKENS = 0x10_F000


class Block(NamedTuple):
    """A stretch that is the same in both texts: where it begins in each, and its length."""

    old: int
    new: int
    length: int


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
    head = _common(old, 0, new, 0)
    head = len(old) if head == len(old) == len(new) else old.rfind("\n", 0, head) + 1
    tail = _common_end(old, head, new, head)
    cut = old.find("\n", len(old) - tail) + 1
    tail = len(old) - cut if cut else 0
    blocks = [Block(0, 0, head), Block(len(old) - tail, len(new) - tail, tail)]
    gaps = [(Span(head, len(old) - tail), Span(head, len(new) - tail))]
    steps = _Steps(_STEPS)
    for level in _LEVELS:
        left: list[tuple[Span, Span]] = []
        for a, b in gaps:
            found = list(_matched(old, a, new, b, level, steps))
            blocks += found
            left += _between(found, a, b)
        gaps = left
    for a, b in gaps:
        blocks += _by_words_and_characters(old, a, new, b)
    kept = tuple(_without_odd(_merged(blocks), len(old), len(new)))
    bare = Alignment(kept, (), len(old), len(new))
    return Alignment(kept, tuple(_moves(old, new, bare)), len(old), len(new))


@dataclass
class _Steps:
    """How many steps are left."""

    left: int


def _common(a: str, i: int, b: str, j: int) -> int:
    """How many characters are the same from two places on."""
    start, size, most = i, 1, min(len(a) - i, len(b) - j)
    end = i + most
    while size and i < end:
        step = min(size, end - i)
        if a[i : i + step] == b[j : j + step]:
            i, j, size = i + step, j + step, 2 * size
        else:
            size = step // 2
            end = min(end, i + step - 1)
    return i - start


def _common_end(a: str, i: int, b: str, j: int) -> int:
    """How many characters are the same at the ends, of what stands from two places on."""
    most, count, size = min(len(a) - i, len(b) - j), 0, 1
    while size and count < most:
        step = min(size, most - count)
        at, by = len(a) - count, len(b) - count
        if a[at - step : at] == b[by - step : by]:
            count, size = count + step, 2 * size
        else:
            size = step // 2
            most = min(most, count + step - 1)
    return count


def _between(blocks: Sequence[Block], a: Span, b: Span) -> Iterator[tuple[Span, Span]]:
    """What is left of two stretches between blocks, if it is left of both."""
    ends = [Block(a.start, b.start, 0), *blocks, Block(a.end, b.end, 0)]
    for left, right in pairwise(ends):
        old = Span(left.old + left.length, right.old)
        new = Span(left.new + left.length, right.new)
        if old.start < old.end and new.start < new.end:
            yield old, new


def _merged(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks in order, those that touch as one."""
    last = Block(0, 0, 0)
    for block in sorted(block for block in blocks if block.length):
        if block[:2] == (last.old + last.length, last.new + last.length):
            last = last._replace(length=last.length + block.length)
            continue
        if last.length:
            yield last
        last = block
    if last.length:
        yield last


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
    old: str, a: Span, new: str, b: Span, level: re.Pattern[str], steps: _Steps
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
    for i, j, count in _runs(left, right, steps):
        if old[at[i] : at[i + count]] == new[by[j] : by[j + count]]:
            yield Block(at[i], by[j], at[i + count] - at[i])
            continue
        for n in range(count):
            same = ours[i + n] == theirs[j + n]
            yield Block(at[i + n], by[j + n], len(ours[i + n] if same else bare[i + n]))


def _places(tokens: Sequence[str], start: int) -> list[int]:
    """Where tokens begin, and where the last ends."""
    return list(accumulate(map(len, tokens), initial=start))


def _runs(a: str, b: str, steps: _Steps) -> Iterator[Block]:
    """The runs of tokens that two stretches have in common, in order."""
    waiting = [(Span(0, len(a)), Span(0, len(b)), 0)]
    found: list[Block] = []
    while waiting:
        ours, theirs, depth = waiting.pop()
        left, right = a[slice(*ours)], b[slice(*theirs)]
        head = _common(left, 0, right, 0)
        tail = _common_end(left, head, right, head)
        found += [
            Block(ours.start, theirs.start, head),
            Block(ours.end - tail, theirs.end - tail, tail),
        ]
        ours = Span(ours.start + head, ours.end - tail)
        theirs = Span(theirs.start + head, theirs.end - tail)
        if ours.start == ours.end or theirs.start == theirs.end:
            continue
        left, right = a[slice(*ours)], b[slice(*theirs)]
        once = _once(left, right, 1) or _once(left, right, _ROW) if depth < _ROUNDS else []
        if once:
            anchors = [Block(ours.start + i, theirs.start + j, 1) for i, j in once]
            found += anchors
            waiting += [(x, y, depth + 1) for x, y in _between(anchors, ours, theirs)]
        else:
            way = _way(left, right, steps)
            found += [Block(ours.start + i, theirs.start + j, n) for i, j, n in way]
    yield from _merged(found)


def _once(a: str, b: str, size: int) -> list[tuple[int, int]]:
    """The longest series of places where tokens stand that stand once in each text.

    It is in order in both texts; the tokens are so many in a row.
    """
    ours = [a[i : i + size] for i in range(len(a) - size + 1)]
    theirs = [b[i : i + size] for i in range(len(b) - size + 1)]
    count, by = Counter(ours), Counter(theirs)
    place = {tokens: at for at, tokens in enumerate(theirs) if by[tokens] == 1}
    pairs = [(i, place[t]) for i, t in enumerate(ours) if t in place and count[t] == 1]
    ends: list[int] = []  # of the series of each length, the least place in b where one ends
    which: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(which[length - 1] if length else -1)
        if length == len(ends):
            ends.append(j)
            which.append(number)
        else:
            ends[length], which[length] = j, number
    series = []
    at = which[-1] if which else -1
    while at >= 0:
        series.append(pairs[at])
        at = before[at]
    return series[::-1]


def _way(a: str, b: str, steps: _Steps) -> Iterator[Block]:
    """The runs of tokens on a short way from one stretch to another.

    One gap may take a quarter of the steps that are left, so that others get theirs.
    """
    own = _Steps(steps.left // 4)
    i = j = 0
    while i < len(a) and j < len(b) and own.left > 0:
        before = own.left
        runs, x, y = _window(a, i, b, j, own)
        steps.left -= before - own.left
        yield from runs
        i, j = x, y


def _window(a: str, i: int, b: str, j: int, steps: _Steps) -> tuple[list[Block], int, int]:
    """The runs of the shortest way from two places on, and how far it led (Myers 1986).

    After too many tokens that differ it ends where most was covered.
    """
    width, height = len(a) - i, len(b) - j
    far: dict[int, tuple[int, Any]] = {}  # how far on each diagonal, and the runs on the way
    for differing in range(_WINDOW + 1):
        low = -differing + 2 * max(0, differing - height)
        high = differing - 2 * max(0, differing - width)
        for k in range(low, high + 1, 2):
            led = _ways(far, k) if differing else [(0, None)]
            ways = [way for way in led if way[0] <= width and way[0] - k <= height]
            if not ways:  # both neighbours have come to an end
                continue
            x, chain = max(ways, key=_how_far)
            if x < width and x - k < height and a[i + x] == b[j + x - k]:
                count = _common(a, i + x, b, j + x - k)
                x, chain = x + count, (Block(i + x, j + x - k, count), chain)
            far[k] = x, chain
            if x == width and x - k == height:
                return _unchained(chain), len(a), len(b)
        steps.left -= differing + 1
        if steps.left <= 0:
            break
    k = max(far, key=lambda k: 2 * far[k][0] - k)
    x, chain = far[k]
    return _unchained(chain), i + x, j + x - k


def _ways(far: dict[int, tuple[int, Any]], k: int) -> Iterator[tuple[int, Any]]:
    """How far one token that differs leads on a diagonal, from each of its neighbours."""
    if right := far.get(k - 1):
        yield right[0] + 1, right[1]
    if down := far.get(k + 1):
        yield down


_how_far = itemgetter(0)


def _unchained(chain: Any) -> list[Block]:
    runs = []
    while chain:
        block, chain = chain
        runs.append(block)
    return runs[::-1]


def _by_words_and_characters(old: str, a: Span, new: str, b: Span) -> Iterator[Block]:
    """What two stretches have in common that no longer have a word in common.

    Of as many words, few, each is compared with the one in its place.
    """
    small = max(a.end - a.start, b.end - b.start) <= _SMALL
    ours, theirs = (WORDS.findall(old, *a), WORDS.findall(new, *b)) if small else ([], [])
    if len(ours) != len(theirs):
        ours, theirs = [], []
    places = zip(_places(ours, a.start), _places(theirs, b.start), strict=True)
    for (i, j), mine, its in zip(places, ours, theirs, strict=False):
        yield from _by_characters(i, mine, j, its)
    if not ours:
        yield from _by_characters(a.start, old[slice(*a)], b.start, new[slice(*b)])


def _by_characters(i: int, ours: str, j: int, theirs: str) -> Iterator[Block]:
    """What is the same at the ends of two stretches and, if they are small, inside."""
    head = _common(ours, 0, theirs, 0)
    tail = _common_end(ours, head, theirs, head)
    yield Block(i, j, head)
    yield Block(i + len(ours) - tail, j + len(theirs) - tail, tail)
    ours, theirs = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    if max(len(ours), len(theirs)) <= _SMALL:
        compared = SequenceMatcher(None, ours, theirs, autojunk=False)
        for x, y, count in compared.get_matching_blocks():
            if count >= _LEAST:
                yield Block(i + head + x, j + head + y, count)


class _Piece(NamedTuple):
    """A piece of a sentence in a gap: which gap, where it begins, its words."""

    gap: int
    at: int
    words: str


def _moves(old: str, new: str, bare: Alignment) -> Iterator[Block]:
    """Passages that stand in a gap of the old text, and in another of the new.

    Each is known by a piece of a sentence that stands once in all gaps of both.
    """
    gaps = list(bare.gaps())
    ours = list(_pieces(old, [gap for gap, _ in gaps]))
    theirs = list(_pieces(new, [gap for _, gap in gaps]))
    counts = Counter(p.words for p in ours), Counter(p.words for p in theirs)
    place = {p.words: j for j, p in enumerate(theirs) if counts[1][p.words] == 1}
    taken: set[int] = set()
    reached = 0
    for i, piece in enumerate(ours):
        j = place.get(piece.words, -1)
        if i < reached or j in taken or j < 0:
            continue
        if len(piece.words) < _PASSAGE or counts[0][piece.words] > 1:
            continue
        before, behind = 0, 1
        while i - before > reached and _same(ours, i - before - 1, theirs, j - before - 1, i, j):
            before += 1
        while _same(ours, i + behind, theirs, j + behind, i, j):
            behind += 1
        if taken & set(range(j - before, j + behind)):
            continue
        taken.update(range(j - before, j + behind))
        reached = i + behind
        length = sum(len(p.words) for p in ours[i - before : i + behind])
        yield Block(ours[i - before].at, theirs[j - before].at, length)


def _same(
    ours: Sequence[_Piece], at: int, theirs: Sequence[_Piece], by: int, i: int, j: int
) -> bool:
    """Whether two pieces have the same words, and stand in the gaps of two others."""
    if not (0 <= at < len(ours) and 0 <= by < len(theirs)):
        return False
    gaps = ours[at].gap == ours[i].gap and theirs[by].gap == theirs[j].gap
    return gaps and ours[at].words == theirs[by].words


def _pieces(text: str, gaps: Sequence[Span]) -> Iterator[_Piece]:
    for number, gap in enumerate(gaps):
        at = gap.start
        for words in PIECES.findall(text, *gap):
            yield _Piece(number, at, words)
            at += len(words)
