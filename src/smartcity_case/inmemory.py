"""Spans of rows in memory, checked against texts in memory: for use inside a program."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa

from smartcity_case import arrow
from smartcity_case.checks.sources import check_text
from smartcity_case.checks.spans import Judged, SpanCheck
from smartcity_case.corpus import MOST_BYTES, Corpus
from smartcity_case.errors import NotFound, UnreadablePackage
from smartcity_case.profile import TableSchema
from smartcity_case.reading import side_by_side
from smartcity_case.report import Check, Finding, Location, Report
from smartcity_case.table import Batch, Column, cell_text, json_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    Rows: TypeAlias = pd.DataFrame | pa.Table | pa.RecordBatch | Sequence[Mapping[str, object]]
    Texts: TypeAlias = str | Mapping[str, str] | pd.DataFrame | pa.Table

_NAME = "rows"
_AT_A_TIME = 1 << 16


@dataclass(frozen=True, repr=False)
class SpanReport(Report):
    """A report on rows in memory; `failing_rows` are those with an error, as they were given."""

    failing_rows: Any = None


def check_spans(
    rows: Rows,
    texts: Texts,
    *,
    source: str | None = None,
    start: str = "start",
    end: str = "end",
    exact: str | None = "exact",
    prefix: str | None = None,
    suffix: str | None = None,
    key: str | None = None,
    required: bool = True,
    min_length: int = 1,
    threads: int | None = None,
) -> SpanReport:
    """Check that the words of each row stand at its offsets, without any data package.

    `rows` is a DataFrame, an Arrow table or a list of records; `texts` is one
    text, a mapping from keys to texts, or a table with two columns, key and
    text. The other arguments name columns: `source` says which text a row
    refers to (it is needed unless there is one text), `start` and `end` count
    code points from 0, half-open, `exact` has the words (None: only the range
    is checked), `prefix` and `suffix` the context, `key` what a row is called
    in findings. With `required` false a row may have no span.

    The report has `to_frame()`, `failing_rows` (of the type of `rows`) and
    `raise_if_failed()`; its row numbers count from 1. Raises NotFound if a
    column is not there, UnreadablePackage for more text than fits (2 GiB).

    >>> report = check_spans([{"start": 3, "end": 8, "exact": "zorro"}], "El zorro duerme.")
    >>> report.ok, report.failing_rows
    (True, [])
    """
    named = {"start": start, "end": end, "exact": exact, "prefix": prefix, "suffix": suffix}
    if not isinstance(texts, str):
        named["source"] = source or "source"
    fields = {role: name for role, name in named.items() if name is not None}
    columns = [*fields.values(), *([key] if key else [])]
    table = _as_table(rows, columns)
    for name in columns:
        if name not in table.column_names:
            known = ", ".join(map(repr, table.column_names))
            raise NotFound(f"the rows have no column {name!r}; they have {known}")
    known_texts, corpus, findings = _corpus(texts)
    check = _check(fields, required, min_length, known_texts)

    def job(at: int) -> tuple[Batch, list[Finding], Judged]:
        batch = _batch(table.slice(at, _AT_A_TIME), list(fields.values()), key, at)
        spans, faults = check.read(batch)
        judged = check.judge(spans, corpus)
        return batch, list(batch.findings([*faults, *judged.faults])), judged

    total = Judged()
    jobs = (partial(job, at) for at in range(0, len(table), _AT_A_TIME))
    for _, found, judged in side_by_side(jobs, threads or os.cpu_count() or 1):
        findings += found
        total.count(judged)
    if summary := check.summary(total):
        findings.append(Finding(Location(_NAME, field=start), "span.offsets", summary))
    failing = sorted({f.location.row - 1 for f in findings if f.location.row and _is_error(f)})
    return SpanReport(
        package=_NAME,
        version="",
        findings=tuple(sorted(findings)),
        ran=(Check(f"spans {start}, {end}", _NAME),),
        skipped=(),
        failing_rows=_chosen(rows, failing),
    )


def _is_error(finding: Finding) -> bool:
    return finding.severity == "error"


def _check(
    fields: dict[str, str], required: bool, min_length: int, known: dict[str, int] | None
) -> SpanCheck:
    """The check of a table with these columns, declared as a data package would."""
    columns = [
        {"name": name, "type": "integer" if role in ("start", "end") else "string"}
        for role, name in fields.items()
    ]
    reference: dict[str, object] = {"resource": "texts"}
    if known is not None:
        reference["fields"] = {"key": "key", "text": "text"}
    span = {
        "fields": fields,
        "reference": reference,
        "required": required,
        "minLength": min_length,
    }
    schema = TableSchema.model_validate({"fields": columns, "textSpans": [span]})
    return SpanCheck(schema, schema.text_spans[0], known)


def _as_table(rows: Any, wanted: Iterable[str] = ()) -> pa.Table:
    """Rows as an Arrow table; an empty list has the columns that are wanted."""
    if isinstance(rows, pa.Table):
        return rows
    if isinstance(rows, pa.RecordBatch):
        return pa.Table.from_batches([rows])
    if hasattr(rows, "iloc"):
        columns = {str(name): _from_pandas(rows[name]) for name in rows.columns}
        return pa.table(columns)
    names = list(dict.fromkeys(name for record in rows for name in record))
    if not rows:
        names = list(wanted)
    return pa.table({n: json_column([record.get(n) for record in rows]).array for n in names})


def _from_pandas(series: pd.Series[Any]) -> pa.Array:
    """A column of a DataFrame; one of several types as what each cell is."""
    try:
        array = pa.Array.from_pandas(series)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        return json_column([None if value is None else value for value in series.tolist()]).array
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _batch(table: pa.Table, names: list[str], key: str | None, at: int) -> Batch:
    columns = {}
    for name in dict.fromkeys([*names, *([key] if key else [])]):
        columns[name] = Column(_whole_numbers(table.column(name).combine_chunks()))
    rows = np.arange(at + 1, at + len(table) + 1)
    return Batch(_NAME, "", columns, rows, (key,) if key else ())


def _whole_numbers(array: pa.Array) -> pa.Array:
    """Integers that pandas made floats of, because some were missing, as integers again."""
    if not pa.types.is_floating(array.type):
        return array
    try:
        return arrow.cast(array, pa.int64())
    except pa.ArrowInvalid:
        return array


def _corpus(texts: Any) -> tuple[dict[str, int] | None, Corpus, list[Finding]]:
    """The texts by number, and what is odd about them."""
    if isinstance(texts, str):
        pairs = [("", texts)]
    elif isinstance(texts, Mapping):
        pairs = [(cell_text(k), v) for k, v in texts.items()]
    else:
        table = _as_table(texts)
        if len(table.column_names) != 2:
            raise NotFound("a table of texts has two columns: key and text")
        keys, values = (column.to_pylist() for column in table.columns)
        pairs = [(cell_text(k), v) for k, v in zip(keys, values, strict=True)]
    known: dict[str, int] = {}
    held: list[bytes] = []
    findings = []
    for name, text in pairs:
        where = Location("texts", key=name)
        try:
            data = text.encode("utf-8")
        except (UnicodeEncodeError, AttributeError) as error:
            findings.append(Finding(where, "source.encoding", f"it is no text: {error}"))
            continue
        findings += [Finding(where, code, message) for code, message in check_text(data)[1]]
        if name in known:
            findings.append(Finding(where, "key.duplicate", f"{name!r} names two texts"))
            continue
        known[name] = len(held)
        held.append(data)
    if sum(map(len, held)) > MOST_BYTES - 64:
        raise UnreadablePackage("more than 2 GiB of text; check the rows a part at a time")
    if isinstance(texts, str):
        return None, Corpus(held or [b""]), findings
    return known, Corpus(held), findings


def _chosen(rows: Any, indices: list[int]) -> Any:
    """Some of the rows, in the form in which they were given."""
    if isinstance(rows, pa.Table | pa.RecordBatch):
        return rows.take(pa.array(indices, pa.int64()))
    if hasattr(rows, "iloc"):
        return rows.iloc[indices]
    return [rows[index] for index in indices]
