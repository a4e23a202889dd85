"""Faults for the rows of a package: which rows, of which kind, and what should be found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Columns = dict[str, pa.Array]

FAR = 1_000_000_000
"""An offset behind the end of every text."""

CODES: dict[str, frozenset[str]] = {
    "type": frozenset({"field.type"}),
    "pattern": frozenset({"field.constraint"}),
    "enum": frozenset({"field.constraint"}),
    "dangling": frozenset({"key.dangling"}),
    "duplicate": frozenset({"key.duplicate"}),
    "moved": frozenset({"span.moved", "span.ambiguous"}),
    "absent": frozenset({"span.absent"}),
    "out-of-range": frozenset({"span.out-of-range"}),
}
"""The kinds of faults, which take turns, and the codes one of which each must have."""


def fault_rows(rows: int, faults: int) -> NDArray[np.int64]:
    """Which rows have a fault, by their place from 0: spread evenly, no two in a row."""
    if not faults:
        return np.empty(0, np.int64)
    return (np.arange(faults) * 2 + 1) * rows // (2 * faults)


def fault_kind(number: int) -> str:
    """The kind of the n-th faulty row."""
    return list(CODES)[number % len(CODES)]


def spoil(
    batch: pa.RecordBatch,
    index: NDArray[np.int64],
    faults: NDArray[np.int64],
    keys_before: pa.Array,
) -> pa.RecordBatch:
    """A batch with its faults, as strings.

    `index` are the places of its rows in the table, `faults` those of all the
    rows that have a fault, `keys_before` the keys of the rows before each.
    """
    columns = {
        name: pc.cast(column, pa.string())
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    }
    columns["key before"] = keys_before
    low, high = np.searchsorted(faults, [index[0], index[-1] + 1])
    here, kinds = faults[low:high] - index[0], np.arange(low, high) % len(CODES)
    for number, kind in enumerate(CODES):
        mask = np.zeros(len(index), bool)
        mask[here[kinds == number]] = True
        for name, change in _CHANGES[kind].items():
            columns[name] = pc.if_else(pa.array(mask), change(columns), columns[name])
    del columns["key before"]
    return pa.RecordBatch.from_pydict(columns)


def _always(cell: str) -> Callable[[Columns], pa.Scalar]:
    return lambda _: pa.scalar(cell)


def _later(name: str, by: int) -> Callable[[Columns], pa.Array]:
    def change(columns: Columns) -> pa.Array:
        return pc.cast(pc.add(pc.cast(columns[name], pa.int64()), by), pa.string())

    return change


_CHANGES: dict[str, dict[str, Callable[[Columns], pa.Array]]] = {
    "type": {"score": _always("viel")},
    "pattern": {"code": _always("E-12345")},
    "enum": {"kind": _always("Sonstiges")},
    "dangling": {"document": _always("d-fehlt")},
    "duplicate": {"id": lambda columns: columns["key before"]},
    "moved": {"start": _later("start", 1), "end": _later("end", 1)},
    "absent": {
        "exact": lambda columns: pc.binary_join_element_wise("※ nirgends", columns["id"], " ")
    },
    "out-of-range": {"start": _later("start", FAR), "end": _later("end", FAR)},
}
