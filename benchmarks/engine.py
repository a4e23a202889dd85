"""What is measured: the one place that calls the package's own code."""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import smartcity_case as sc

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import pyarrow as pa
    from distributed import Client
    from numpy.typing import NDArray


def validate(root: Path, threads: int | None) -> sc.Report:
    """The whole validation, everything on; without `threads` as many as it likes."""
    options: dict[str, Any] = {} if threads is None else {"threads": threads}
    return sc.validate(root, **options)


@cache
def workers(count: int, memory: str | None) -> Client:
    """The client of a cluster of worker processes, until this process ends."""
    from distributed import Client

    of_cluster = import_module("smartcity_case.cluster.client")
    held = ExitStack()
    atexit.register(held.close)
    made = held.enter_context(of_cluster.cluster_here(count, memory))
    client: Client = held.enter_context(Client(made, set_as_default=False))
    return client


def validate_on(root: Path, client: Client) -> sc.Report:
    """The whole validation by the workers of a cluster."""
    return sc.validate(root, engine="dask", client=client)


def export(root: Path, name: str, out: Path, threads: int | None) -> None:
    """The whole export: validation, typed rows, one file or a folder that is moved to `out`."""
    sc.export(root, name, out, threads=threads, force=True)


def diff(old: Path, new: Path) -> sc.Diff:
    """The whole comparison of two releases: tables, texts, metadata, version and keys."""
    return sc.diff(old, new)


def changed_in(found: sc.Diff) -> int:
    """How many rows a comparison has found changed."""
    return sum(len(table.changed) for table in found.tables)


def anchor(records: list[dict[str, str]], texts: dict[str, str]) -> Any:
    """The anchoring of rows, with every tier allowed."""
    tiers = import_module("smartcity_case.authoring.anchoring.tiers").TIERS
    return sc.anchor_rows(records, texts, tiers=tiers)


def spans(report: Any) -> list[tuple[int, int] | None]:
    """Where the rows of an anchoring stand."""
    return [None if row["start"] is None else (row["start"], row["end"]) for row in report.rows]


def prepare(texts: list[bytes]) -> Any:
    """What the kernel makes of the texts before it sees a row."""
    return import_module("smartcity_case.corpus").Corpus.of(texts)


def kernel(
    corpus: Any,
    ids: NDArray[np.int64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    exact: pa.StringArray,
) -> NDArray[np.bool_]:
    """The span kernel alone: whether the words of each row stand at its offsets.

    `ids` are the numbers of the rows' texts, in the order that `prepare` got them.
    """
    stands: NDArray[np.bool_] = corpus.stand_at(ids, start, end, exact)
    return stands
