"""What rows and what they refer to are brought together by: Dask's own shuffle and merge."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import dask
import dask.dataframe as dd
import numpy as np

from smartcity_case import limits
from smartcity_case.cluster.parts import HERE, NO_TEXTS
from smartcity_case.cluster.targets import first_of_each

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from distributed import Client, Future

    from smartcity_case.arrays import Ints

_PLAIN = {"dataframe.convert-string": False}
"""Settings of Dask that leave columns of strings as they are."""
_MANY = 128
"""Partitions from which on the tasks of a shuffle by tasks are too many."""


def _method(*partitions: int) -> str:
    """How Dask shuffles: as it is set; few partitions by tasks, which move less."""
    method: str = dask.config.get("dataframe.shuffle.method", None)
    return method or ("p2p" if max(partitions) > _MANY else "tasks")


def whole(parts: Sequence[Future], like: pd.DataFrame, together: int = 1) -> dd.DataFrame:
    """One frame of parts that lie on workers, some together; `like` has its columns."""
    with dask.config.set(_PLAIN):
        rows = dd.from_delayed(list(parts), meta=like.iloc[:0], verify_meta=False)
        return rows.repartition(npartitions=-(-len(parts) // together)) if together > 1 else rows


def _places(*rows: dd.DataFrame) -> int:
    """To how many places frames of integers are brought, of which four pieces are little."""
    most: int = max(each.npartitions for each in rows)
    return max(1, most // 4)


def _by_fingerprint(*rows: dd.DataFrame) -> list[dd.DataFrame]:
    """Frames whose rows with one fingerprint are in one place, the same in all of them."""
    places, method = _places(*rows), _method(*(each.npartitions for each in rows))
    return [each.shuffle(on="fp", npartitions=places, shuffle_method=method) for each in rows]


def begun(client: Client, rows: dd.DataFrame) -> list[Future]:
    """The parts of a frame, which workers make.

    The plan becomes tasks here. A scheduler in this process that did so in its own
    thread could wait for us for ever, and we for it: until Python 3.12 both take the
    locks of `functools.cached_property`, in different order.
    """
    plan = rows.optimize()
    return list(client.get(dict(plan.__dask_graph__()), plan.__dask_keys__(), sync=False))


def texts_by_key(client: Client, entries: dd.DataFrame) -> list[Future]:
    """The texts, all with one key in one place, and which of them count."""
    like = first_of_each(NO_TEXTS)
    (together,) = _by_fingerprint(entries)
    return begun(client, together.map_partitions(first_of_each, meta=like))


def told(client: Client, texts: list[Future]) -> Future:
    """Of the texts that count the size of those that are here and the number of those that are
    withheld, and the numbers of those that do not count.
    """
    parts = [client.submit(_told, each, pure=False) for each in texts]
    return client.submit(_added, parts, pure=False)


def _told(texts: pd.DataFrame) -> tuple[int, int, Ints]:
    first, here = texts["first"], texts["kind"] == HERE
    lost = texts["number"][here & ~first].to_numpy()
    return int(texts["size"][first & here].sum()), int((first & ~here).sum()), lost


def _added(told: Sequence[tuple[int, int, Ints]]) -> tuple[int, int, Ints]:
    sizes, withheld, lost = zip(*told, strict=True)
    return sum(sizes), sum(withheld), np.concatenate(lost)


def texts_of_parts(
    client: Client, named: dd.DataFrame, texts: list[Future], parts: int, together: int
) -> list[Future]:
    """The texts that the rows of a table name, and that are there, for some parts at a time."""
    there = whole(texts, first_of_each(NO_TEXTS))
    known = there[there["first"]][["fp", "number", "size", "kind", "check"]]
    met = named.merge(
        known,
        on="fp",
        npartitions=_places(named, known),
        shuffle_method=_method(named.npartitions, known.npartitions),
        broadcast=False,
    )
    return by_part(client, met, parts, together)


def absent_keys(client: Client, asked: dd.DataFrame, keys: dd.DataFrame) -> Future:
    """The keys that rows ask for and that are not there, of the rows that come first.

    There are no more than a table has faults listed: each stands in a row of its own.
    """
    here, there = _by_fingerprint(asked, keys)
    lost = here.map_partitions(_not_there, there, meta=asked._meta, align_dataframes=False)
    return _few(client, lost, ["part", "row"])


def _not_there(asked: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    return asked[~asked["fp"].isin(keys["fp"])]


def repeated(client: Client, prints: dd.DataFrame) -> Future:
    """The rows whose key stood in a row before, those that come first."""
    (together,) = _by_fingerprint(prints)
    again = together.map_partitions(_again, meta=prints._meta)
    return _few(client, again, ["place"])


def _again(prints: pd.DataFrame) -> pd.DataFrame:
    prints = prints.sort_values(["fp", "place"])
    return prints[prints.duplicated("fp")]


def _few(client: Client, rows: dd.DataFrame, order: list[str]) -> Future:
    """As many rows as a table has faults listed, those that come first, in one frame."""
    cut: Callable[[pd.DataFrame], pd.DataFrame] = partial(_first_rows, order=order)
    few = rows.reduction(chunk=cut, combine=cut, aggregate=cut, meta=rows._meta, split_every=8)
    (one,) = begun(client, few)
    return one


def _first_rows(rows: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    return rows.sort_values(order).iloc[: limits.FINDINGS + 1]


def by_part(client: Client, rows: dd.DataFrame, parts: int, together: int) -> list[Future]:
    """The rows of some parts at a time, as one frame for these."""
    groups = -(-parts // together)
    ends = [*range(groups), groups - 1]
    placed = rows.assign(group=rows["part"] // together)
    method = _method(rows.npartitions, groups)
    ordered = placed.set_index("group", divisions=ends, sort=True, shuffle_method=method)
    return begun(client, ordered)
