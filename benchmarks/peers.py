"""What is measured beside: frictionless, polars, a loop; daff; gtrex and langextract; exports."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.quotations import Place, Quotation


class Batch(NamedTuple):
    """The columns that a span check needs, of some rows."""

    ids: NDArray[np.int64]  # the number of the row's text
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    exact: pa.StringArray


class Rows(NamedTuple):
    """The rows of a package as Arrow columns, batch by batch, and its texts."""

    keys: list[str]  # of the texts, in order
    texts: list[bytes]
    batches: list[Batch]


def read_texts(root: Path) -> tuple[list[str], list[bytes]]:
    """The keys and the bytes of the texts of a package, in the order of their table."""
    described = json.loads((root / "datapackage.json").read_text("utf-8"))["resources"][0]
    if described["format"] == "parquet":
        table = pq.read_table(root / described["path"])
    else:
        parsing = pacsv.ParseOptions(newlines_in_values=True)
        table = pacsv.read_csv(root / described["path"], parse_options=parsing)
    keys = table["id"].to_pylist()
    if "path" in table.column_names:
        return keys, [(root / path).read_bytes() for path in table["path"].to_pylist()]
    return keys, [text.encode() for text in table["text"].to_pylist()]


def read_rows(root: Path) -> Rows:
    """The rows of a package with a Parquet table, and its texts."""
    keys, texts = read_texts(root)
    known = pa.array(keys)
    batches = [
        Batch(
            pc.index_in(batch["document"], known).to_numpy().astype(np.int64),
            batch["start"].to_numpy(),
            batch["end"].to_numpy(),
            batch["exact"],
        )
        for batch in pq.read_table(root / "rows.parquet").to_batches()
    ]
    return Rows(keys, texts, batches)


class Lists(NamedTuple):
    """The same columns as lists of Python's own values."""

    ids: list[int]
    start: list[int]
    end: list[int]
    exact: list[str]


def as_lists(batch: Batch) -> Lists:
    """From columns to lists, by the fastest way there is for each."""
    exact = batch.exact.to_numpy(zero_copy_only=False).tolist()
    return Lists(batch.ids.tolist(), batch.start.tolist(), batch.end.tolist(), exact)


def loop(texts: list[str], lists: Lists) -> list[bool]:
    """The span check that anybody would write."""
    return [texts[i][s:e] == x for i, s, e, x in zip(*lists, strict=True)]


def frictionless_package(root: Path) -> Any:
    """The package as frictionless sees it."""
    from frictionless import Package

    return Package(str(root / "datapackage.json"))


def frictionless_checks(root: Path) -> Any:
    """A frictionless checklist with a span check of the same strength, its texts read already."""
    from frictionless import Check, Checklist, errors

    keys, held = read_texts(root)
    texts = {key: data.decode() for key, data in zip(keys, held, strict=True)}

    class SpanCheck(Check):
        type = "span"
        Errors = [errors.RowConstraintError]  # noqa: RUF012

        def connect(self, resource: Any) -> None:
            super().connect(resource)
            self.is_rows = resource.name == "rows"

        def validate_row(self, row: Any) -> Iterator[Any]:
            if self.is_rows:
                text = texts.get(row["document"])
                start, end = row["start"], row["end"]
                in_range = text is not None and 0 <= start < end <= len(text)
                if text is None or not in_range or text[start:end] != row["exact"]:
                    note = "the words do not stand there"
                    yield errors.RowConstraintError.from_row(row, note=note)

    return Checklist(checks=[SpanCheck()])


def daff_rows(old: Path, new: Path) -> list[list[Any]]:
    """The rows of daff's diff of two CSV files with a key `id`."""
    import daff

    tables = []
    for place in (old, new):
        with place.open(encoding="utf-8", newline="") as stream:
            tables.append(daff.PythonTableView(list(csv.reader(stream))))
    flags = daff.CompareFlags()
    flags.addPrimaryKey("id")
    flags.unchanged_context = 0  # it is faster without the rows around a changed one
    alignment = daff.Coopy.compareTables(*tables, flags).align()
    rows: list[list[Any]] = []
    daff.TableDiff(alignment, flags).hilite(daff.PythonTableView(rows))
    return rows


def changed_by_daff(rows: list[list[Any]]) -> int:
    """How many rows are changed in a diff of daff's."""
    return sum(row[0] in ("->", "-->") for row in rows)


def gtrex_spans(texts: dict[str, str], rows: list[Quotation]) -> list[Place | None]:
    """Where gtrex finds quotations under its default policy, which takes sound tiers only."""
    from gtrex import Policy, Verifier

    verifiers = {name: Verifier(text, Policy()) for name, text in texts.items()}
    found: list[Place | None] = []
    for row in rows:
        certificate = verifiers[row.source].verify(row.words)
        found.append(_place(certificate.start, certificate.end) if certificate.grounded else None)
    return found


def langextract_spans(texts: dict[str, str], rows: list[Quotation]) -> list[Place | None]:
    """Where langextract's aligner puts quotations, those of a text in the order they stand in."""
    from langextract import data, resolver

    found: list[Place | None] = [None] * len(rows)
    of_text: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        of_text.setdefault(row.source, []).append(number)
    word_aligner: Any = resolver.WordAligner  # which has no types
    aligner = word_aligner()
    for name, numbers in of_text.items():
        numbers.sort(key=lambda number: rows[number].start)
        asked = [
            data.Extraction(extraction_class="quotation", extraction_text=rows[number].words)
            for number in numbers
        ]
        aligned = aligner.align_extractions([asked], texts[name])[0]
        for number, extraction in zip(numbers, aligned, strict=True):
            if (at := extraction.char_interval) is not None:
                found[number] = _place(at.start_pos, at.end_pos)
    return found


def _place(start: Any, end: Any) -> Place:
    return (start, end)


def pandas_parquet(table: Path, out: Path) -> None:
    """Read a table of rows with pandas, and write it as Parquet."""
    import pandas as pd

    pd.read_csv(table, dtype_backend="pyarrow").to_parquet(out)


def pandas_sqlite(table: Path, out: Path) -> None:
    """Read a table of rows with pandas, and write it into SQLite."""
    import pandas as pd

    out.unlink(missing_ok=True)
    with closing(sqlite3.connect(out)) as database:
        pd.read_csv(table).to_sql("rows", database, index=False)
        database.commit()
