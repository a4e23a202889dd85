"""Which rows of two tables belong together, and which of their cells differ.

It is done in columns: a cell becomes a value of Python only if it differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from smartcity_case import arrow
from smartcity_case.arrays import Ints, Mask, mask, numbers, present
from smartcity_case.authoring.comparing.changes import CellChange, Duplicate, Pair, Row, RowChange
from smartcity_case.authoring.comparing.values import Held, joined, take

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from smartcity_case.authoring.comparing.changes import Cells
    from smartcity_case.textspans import TextSpan


class Matched(NamedTuple):
    """The rows that are in both tables: their places in each, in the order of the new."""

    old: Ints
    new: Ints

    @property
    def order(self) -> tuple[int, ...] | None:
        """Their places in the old table, unless they follow each other there too."""
        ascending = bool((self.old[1:] > self.old[:-1]).all())
        return None if ascending else tuple(self.old.tolist())


def same_cells(old: pa.StringArray, new: pa.StringArray) -> Mask:
    """Which cells of two columns of the same length are the same; two nulls are."""
    same = mask(arrow.call("equal", old, new))
    if old.null_count and new.null_count:
        same = same | ~(present(old) | present(new))
    return same


def row_codes(old: Held, new: Held, pairs: Sequence[Pair]) -> tuple[Ints, Ints]:
    """A number for each row, the same for rows with the same cells in some columns."""
    total = np.zeros(len(old) + len(new), np.int64)
    for number, pair in enumerate(pairs):
        both = joined([old.columns[pair.was], new.columns[pair.name]], f"field {pair.name}")
        codes = numbers(arrow.encode(both).indices)
        if number == 0:
            total = codes
        elif len(codes):
            _, total = np.unique(total * (int(codes.max()) + 1) + codes, return_inverse=True)
    return total[: len(old)], total[len(old) :]


def duplicates(
    codes: tuple[Ints, Ints], old: Held, new: Held, key: Sequence[Pair]
) -> tuple[Duplicate, ...]:
    """The keys that stand more than once in a table, with the numbers of their rows."""
    found: list[Duplicate] = []
    sides = (("old", old, [p.was for p in key]), ("new", new, [p.name for p in key]))
    for numbered, (release, held, names) in zip(codes, sides, strict=True):
        counts = np.bincount(numbered, minlength=1)
        repeated = np.flatnonzero(counts[numbered] > 1)
        by_code: dict[int, list[int]] = {}
        for place in repeated.tolist():
            by_code.setdefault(int(numbered[place]), []).append(place)
        for same in by_code.values():
            cells = tuple(held.columns[name][same[0]].as_py() for name in names)
            rows = tuple(int(row) for row in held.rows[same])
            found.append(Duplicate(release, cells, rows))
    return tuple(found)


def match(old: Ints, new: Ints) -> Matched:
    """Match rows by their numbers; of equal ones the first with the first, and so on."""
    old, new = _numbered(old, new)
    where = np.full(int(max(old.max(initial=-1), new.max(initial=-1))) + 1, -1)
    where[old] = np.arange(len(old))
    partners = where[new]
    kept = np.flatnonzero(partners >= 0)
    return Matched(partners[kept], kept)


def _numbered(old: Ints, new: Ints) -> tuple[Ints, Ints]:
    """Codes in which the repetitions of each code are told apart by their number."""
    turns = [_turns(codes) for codes in (old, new)]
    most = max(int(turn.max(initial=0)) for turn in turns) + 1
    if most == 1:
        return old, new
    both = np.concatenate([old * most + turns[0], new * most + turns[1]])
    _, told = np.unique(both, return_inverse=True)
    return told[: len(old)], told[len(old) :]


def _turns(codes: Ints) -> Ints:
    """The how-manieth of its kind each code is, from 0."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    first = np.ones(len(codes), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    places = np.arange(len(codes))
    starts = np.maximum.accumulate(np.where(first, places, 0))
    turns = np.empty(len(codes), np.int64)
    turns[order] = places - starts
    return turns


def lone_rows(held: Held, kept: Ints, key: Sequence[str]) -> tuple[Row, ...]:
    """The rows of a table that are not among those kept."""
    lone = np.ones(len(held), np.bool_)
    lone[kept] = False
    at = np.flatnonzero(lone)
    if not len(at):
        return ()
    cells = held.take(at)
    rows = zip(*cells.values(), strict=True)
    keys = _keys([cells[name] for name in key], len(at))
    return tuple(map(Row, keys, at.tolist(), rows))


def _keys(columns: Sequence[Sequence[str | None]], count: int) -> Sequence[Cells]:
    return list(zip(*columns, strict=True)) if columns else [()] * count


def differing(old: Held, new: Held, matched: Matched, pairs: Sequence[Pair]) -> dict[str, Mask]:
    """Which cells of matched rows differ, for each column in which some do."""
    differ: dict[str, Mask] = {}
    for pair in pairs:
        before = take(old.columns[pair.was], matched.old)
        after = take(new.columns[pair.name], matched.new)
        mine = ~same_cells(before, after)
        if mine.any():
            differ[pair.name] = mine
    return differ


def changed_rows(
    old: Held,
    new: Held,
    matched: Matched,
    differ: Mapping[str, Mask],
    names: Mapping[str, str],
    key: Sequence[str],
    spans: Sequence[TextSpan],
) -> tuple[RowChange, ...]:
    """The rows in both tables of which some cells differ; `names` are those of the old columns."""
    if not differ:
        return ()
    chosen = np.flatnonzero(np.logical_or.reduce(list(differ.values())))
    was, at = matched.old[chosen], matched.new[chosen]
    slots = np.empty(len(matched.new), np.int64)
    slots[chosen] = np.arange(len(chosen))
    cells: list[list[CellChange]] = [[] for _ in range(len(chosen))]
    for name, mine in differ.items():
        rows = np.flatnonzero(mine)
        before = take(old.columns[names[name]], matched.old[rows]).to_pylist()
        after = take(new.columns[name], matched.new[rows]).to_pylist()
        for slot, one, two in zip(slots[rows].tolist(), before, after, strict=True):
            cells[slot].append(CellChange(name, one, two))
    keys = _keys([take(new.columns[name], at).to_pylist() for name in key], len(chosen))
    moved, only = _moved(differ, chosen, spans)
    made = zip(keys, was.tolist(), at.tolist(), map(tuple, cells), moved, only, strict=True)
    return tuple(map(RowChange._make, made))


def _moved(
    differ: Mapping[str, Mask], chosen: Ints, spans: Sequence[TextSpan]
) -> tuple[list[tuple[str, ...]], list[bool]]:
    """For each changed row the spans that moved, and whether nothing else differs."""
    moved: list[tuple[str, ...]] = [()] * len(chosen)
    rest = {name: mine[chosen] for name, mine in differ.items()}
    for span in spans:
        words = span.fields.exact or span.fields.digest
        if words is None:
            continue
        offsets = [name for name in (span.fields.start, span.fields.end) if name in differ]
        if not offsets:
            continue
        went = np.logical_or.reduce([differ[name][chosen] for name in offsets])
        for name in (words, span.fields.source):
            if name is not None and name in differ:
                went &= ~differ[name][chosen]
        for name in offsets:
            rest[name] = rest[name] & ~went
        for place in np.flatnonzero(went).tolist():
            moved[place] = (*moved[place], words)
    only = ~np.logical_or.reduce(list(rest.values()))
    return moved, [bool(alone and names) for alone, names in zip(only, moved, strict=True)]
