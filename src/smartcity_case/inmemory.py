"""Spans of rows in memory, checked against texts in memory: for use inside a program."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from smartcity_case.checks.sources import check_text
from smartcity_case.checks.spans import Judged, Proven, Search, SpanCheck
from smartcity_case.corpus import MOST_BYTES, Corpus
from smartcity_case.errors import UnreadablePackage
from smartcity_case.profile import TableSchema
from smartcity_case.report import Check, Finding, Location, Report
from smartcity_case.table import Batch
from smartcity_case.tabular import Rows, as_rows, chosen, plain, text_pairs
from smartcity_case.threads import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Protocol

    import pandas as pd
    import pyarrow as pa

    from smartcity_case.table import Fault

    class ArrowStream(Protocol):
        """A table that Arrow can read, of polars or duckdb say."""

        def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

    Frame: TypeAlias = pd.DataFrame | pa.Table | pa.RecordBatch | ArrowStream
    Given: TypeAlias = Frame | Iterable[Mapping[str, object]]
    Texts: TypeAlias = Frame | str | Mapping[str, str]

_NAME = "rows"
_AT_A_TIME = 1 << 16


@dataclass(frozen=True, repr=False)
class SpanReport(Report):
    """A report on rows in memory; `failing_rows` are those with an error, as they were given.

    Rows of neither pandas nor pyarrow that Arrow can read, of polars say, come
    as an Arrow table.
    """

    failing_rows: Any = None


def check_spans(
    rows: Given,
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

    `rows` is a table or a list of records; `texts` is one text, a mapping from
    keys to texts, or a table with two columns, key and text. A table is a
    DataFrame of pandas, or anything that has `__arrow_c_stream__`: a table of
    pyarrow, a DataFrame of polars. The other arguments name columns: `source` says which text a row
    refers to (it is needed unless there is one text), `start` and `end` count
    code points from 0, half-open, `exact` has the words (None: only the range
    is checked), `prefix` and `suffix` the context, `key` what a row is called
    in findings. With `required` false a row may have no span.

    The report has `to_frame()`, `failing_rows` and `raise_if_failed()`; its row
    numbers count from 1. The failing rows are a DataFrame of pandas, an Arrow
    record batch or a list if `rows` is one, and otherwise an Arrow table.
    Raises NotFound if a column is not there, ValueError or TypeError for
    arguments that make no sense, UnreadablePackage for more text than fits
    (2 GiB).

    >>> report = check_spans([{"start": 3, "end": 8, "exact": "zorro"}], "El zorro duerme.")
    >>> report.ok, report.failing_rows
    (True, [])
    """
    named = {"start": start, "end": end, "exact": exact, "prefix": prefix, "suffix": suffix}
    if not isinstance(texts, str):
        named["source"] = source or "source"
    fields = {role: name for role, name in named.items() if name is not None}
    _check_arguments(fields, min_length, threads)
    rows = as_rows(rows)
    known_texts, corpus, findings = _corpus(texts)
    held = Rows(rows, [*fields.values(), *([key] if key else [])])
    check = _check(fields, required, min_length, known_texts)

    def job(at: int) -> tuple[Batch, list[Fault], Proven]:
        columns = held.part(at, _AT_A_TIME)
        numbers = np.arange(at, min(at + _AT_A_TIME, len(held))) + 1
        batch = Batch(_NAME, "", columns, numbers, (key,) if key else ())
        spans, faults = check.read(batch)
        return batch, faults, check.prove(spans, corpus)

    total, search = Judged(), Search()
    jobs = (partial(job, at) for at in range(0, len(held), _AT_A_TIME))
    for batch, faults, proven in side_by_side(jobs, threads or os.cpu_count() or 1):
        judged = check.judge(proven, search)
        findings += batch.findings([*faults, *judged.faults])
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
        failing_rows=chosen(rows, failing),
    )


def _check_arguments(fields: dict[str, str], min_length: int, threads: int | None) -> None:
    """Raise ValueError for arguments that make no sense."""
    twice = sorted({name for name in fields.values() if list(fields.values()).count(name) > 1})
    if twice:
        raise ValueError(f"{twice[0]!r} is named for several columns of the rows")
    if min_length < 1:
        raise ValueError(f"min_length is at least 1, not {min_length}")
    if threads is not None and threads < 1:
        raise ValueError(f"threads is at least 1, not {threads}")


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


def _corpus(texts: Any) -> tuple[dict[str, int] | None, Corpus, list[Finding]]:
    """The texts by number, and what is odd about them."""
    known: dict[str, int] = {}
    held: list[bytes] = []
    findings = []
    for name, text in text_pairs(texts):
        where = Location("texts", key=name)
        if not isinstance(text, str):
            kind = repr(text) if plain(text) is None else type(text).__name__
            findings.append(Finding(where, "source.encoding", f"it is no text but {kind}"))
            continue
        try:
            data = text.encode("utf-8")
        except UnicodeEncodeError as error:
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
