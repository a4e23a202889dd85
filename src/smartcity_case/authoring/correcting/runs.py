"""The runs of tokens that two texts have in common; a token is one character here.

First what stands once in both texts (patience), then the shortest way from one
to the other (Myers), as far as that is near.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_ROUNDS = 12
"""How often a level looks between what stands once for what stands once there."""
_ROW = 4
"""How many tokens in a row may stand once, where none does by itself."""
_WINDOW = 100
"""How many tokens that differ the shortest way is looked for; then on from as far as it got."""
_MOST_STEPS = 2_000_000
"""How many steps all such ways may take, some two seconds."""


class Block(NamedTuple):
    """A stretch that is the same in both texts: where it begins in each, and its length."""

    old: int
    new: int
    length: int


@dataclass
class Steps:
    """How many steps are left."""

    left: int = field(default_factory=lambda: _MOST_STEPS)


def common(a: str, i: int, b: str, j: int) -> int:
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


def common_end(a: str, i: int, b: str, j: int) -> int:
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


def between(blocks: Sequence[Block], a: Span, b: Span) -> Iterator[tuple[Span, Span]]:
    """What is left of two stretches between blocks, if it is left of both."""
    ends = [Block(a.start, b.start, 0), *blocks, Block(a.end, b.end, 0)]
    for left, right in pairwise(ends):
        old = Span(left.old + left.length, right.old)
        new = Span(left.new + left.length, right.new)
        if old.start < old.end and new.start < new.end:
            yield old, new


def merged(blocks: Iterable[Block]) -> Iterator[Block]:
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


def runs(a: str, b: str, steps: Steps) -> Iterator[Block]:
    """The runs of tokens that two stretches have in common, in order."""
    waiting = [(Span(0, len(a)), Span(0, len(b)), 0)]
    found: list[Block] = []
    while waiting:
        ours, theirs, depth = waiting.pop()
        left, right = a[slice(*ours)], b[slice(*theirs)]
        head = common(left, 0, right, 0)
        tail = common_end(left, head, right, head)
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
            waiting += [(x, y, depth + 1) for x, y in between(anchors, ours, theirs)]
        else:
            way = _way(left, right, steps)
            found += [Block(ours.start + i, theirs.start + j, n) for i, j, n in way]
    yield from merged(found)


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


def _way(a: str, b: str, steps: Steps) -> Iterator[Block]:
    """The runs of tokens on a short way from one stretch to another.

    One gap may take a quarter of the steps that are left, so that others get theirs.
    """
    own = Steps(steps.left // 4)
    i = j = 0
    while i < len(a) and j < len(b) and own.left > 0:
        before = own.left
        runs, x, y = _window(a, i, b, j, own)
        steps.left -= before - own.left
        yield from runs
        i, j = x, y


def _window(a: str, i: int, b: str, j: int, steps: Steps) -> tuple[list[Block], int, int]:
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
                count = common(a, i + x, b, j + x - k)
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
