"""What can be said of rows whose text is withheld: not much, but no words may be left in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from smartcity_case import limits
from smartcity_case.report import held, shorten
from smartcity_case.table import Fault, cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from smartcity_case.checks.rows import Rows
    from smartcity_case.profile import TableSchema
    from smartcity_case.table import Batch


def emptied(schema: TableSchema) -> dict[str, frozenset[str]]:
    """The fields that are marked as withheld, with the cells that count as empty in each."""
    return {f.name: schema.missing(f) | {""} for f in schema.fields if f.withheld}


def words_left(batch: Batch, fields: Mapping[str, frozenset[str]]) -> Iterator[Fault]:
    """Cells with words in columns that were to be emptied."""
    for name, missing in fields.items():
        if name not in batch.columns:
            continue
        column = batch.columns[name]
        for row in np.flatnonzero(~column.missing(missing))[: limits.FINDINGS + 1].tolist():
            cell = cell_text(column.value(row))
            yield Fault(row, name, "withheld.words", f"{shorten(cell)} is not empty", held(cell))


def impossible(rows: Rows, sizes: Sequence[int], first: int, name: str) -> Iterator[Fault]:
    """Spans that lie in no text of these sizes in bytes; -1 is a size that is not known.

    `first` is the number of the first text, `name` the field to be told.
    """
    most = np.array(sizes, np.int64)[rows.numbers - first]
    fits = (rows.start < rows.end) & ((rows.end <= most) | (most < 0))
    for at in np.flatnonzero(~fits)[: limits.FINDINGS + 1].tolist():
        start, end, size = int(rows.start[at]), int(rows.end[at]), int(most[at])
        which = "text" if size < 0 or start >= end else f"text of {size} bytes"
        message = f"{start} to {end} is no stretch of a {which}"
        yield Fault(int(rows.index[at]), name, "span.out-of-range", message, f"{start} to {end}")
