"""One field against frictionless' own reader of its cells: fast, so with many cells.

It is what the proof of a whole column has to be sound against.
"""

from __future__ import annotations

import io
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
from frictionless import Field
from hypothesis import strategies as st
from pyarrow import parquet

from oracle.explain import Difference, View, explain
from oracle.fields import COMMON, KINDS, ODD, Json, fields
from oracle.files import Dialect, csv_bytes
from oracle.packages import V2, Example
from oracle.provable import Sample, samples
from oracle.verdicts import Verdict, ask_us, write
from smartcity_case.arrays import Mask
from smartcity_case.checks.proof import Prover, prover
from smartcity_case.profile import FieldSchema
from smartcity_case.table import Column

Notes = frozenset[str]


def columns() -> st.SearchStrategy[Sample]:
    """A field and cells for it: any field, or one of those that are proven."""
    return _any_kind() | samples()


@st.composite
def _any_kind(draw: st.DrawFn, size: int = 200) -> Sample:
    """A field of any kind; every odd cell is among its cells."""
    kind = draw(st.sampled_from(KINDS + COMMON))
    cells = draw(st.lists(kind.cells, min_size=40, max_size=size - len(set(ODD))))
    return Sample(draw(fields("a", kind)), [*cells, *sorted(set(ODD))])


@dataclass
class Cells:
    """How many cells were read, and what came of it."""

    accepted: int = 0
    rejected: int = 0
    explained: Counter[str] = field(default_factory=Counter)
    raised: int = 0
    """Cells on which frictionless' reader raises; we must refuse them."""

    proven: Counter[str] = field(default_factory=Counter)
    """Cells that were proven with their column, by the type of the field."""

    def add(self, sample: Sample, folder: Path) -> list[str]:
        """Read a column twice; returns the messages of unexplained differences."""
        descriptor, cells = sample.field, sample.cells
        example = _example(sample)
        write(example, folder)
        with self._counted():
            ours = ask_us(example, folder)
        if ours.crash:
            return [f"{descriptor}, {sample.type}: we raise {ours.crash}"]
        found = _by_row(ours)
        with warnings.catch_warnings(action="ignore"):  # of "[[" in a pattern
            reader = Field.from_descriptor(_plain(descriptor)).create_cell_reader()
        view, problems = View(example, "t"), []
        for row, cell in enumerate(cells, 2):
            theirs, mine = self._read(reader, cell), found.get(row, frozenset())
            if theirs == mine:
                self.rejected += bool(mine)
                self.accepted += not mine
                continue
            diff = Difference(view, row, "a", theirs, mine, theirs, mine)
            reasons = explain(diff, ours)
            if reasons is None:
                said = f"frictionless {sorted(theirs)}, we {sorted(mine)}"
                problems.append(f"{descriptor}, cell {cell!r}: {said}")
            else:
                self.explained.update(reasons)
        return problems

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Count what the provers prove of the field."""

        def counted(of: FieldSchema, missing: frozenset[str]) -> Prover | None:
            prove = prover(of, missing)
            if prove is None or of.name != "a":
                return prove

            def count(column: Column) -> Mask:
                found = prove(column)
                self.proven[of.type] += int(found.sum())
                return found

            return count

        with patch("smartcity_case.checks.fields.prover", counted):
            yield

    def _read(self, reader: Any, cell: Any) -> Notes:
        try:
            _, notes = reader(cell)
        except Exception:  # a signalling NaN under a bound, a time with a zone and one without
            self.raised += 1
            return frozenset(("type",))
        names = {"type", "required"}
        return frozenset(name if name in names else "constraint" for name in notes or ())


def _plain(descriptor: Json) -> Json:
    """A field alone has no package, hence no version that allows labelled missing values."""
    listed = descriptor.get("missingValues", [""])
    values = [value["value"] if isinstance(value, dict) else value for value in listed]
    return {**descriptor, "missingValues": values}


def _example(sample: Sample) -> Example:
    numbers = [f"r{n}" for n in range(len(sample.cells))]
    schema = {"fields": [{"name": "n", "type": "string"}, sample.field]}
    form = "csv" if sample.type is None else "parquet"
    resource = {"name": "t", "path": f"t.{form}", "schema": schema}
    package = {"$schema": V2, "name": "p", "resources": [resource]}
    rows = [list(row) for row in zip(numbers, sample.cells, strict=True)]
    if sample.type is None:
        data = csv_bytes([["n", "a"], *rows], Dialect())
    else:
        table = pa.table({"n": numbers, "a": pa.array(sample.cells, sample.type)})
        sink = io.BytesIO()
        parquet.write_table(table, sink)
        data = sink.getvalue()
    return Example(
        package, {f"t.{form}": data}, form, header=("n", "a"), rows=tuple(map(tuple, rows))
    )


def _by_row(ours: Verdict) -> dict[int, Notes]:
    assert not ours.skipped, ours.skipped
    rows: dict[int, set[str]] = {}
    for fault in ours.faults:
        assert (fault.resource, fault.field) == ("t", "a"), fault
        rows.setdefault(fault.row, set()).add(fault.kind)
    return {row: frozenset(kinds) for row, kinds in rows.items()}
