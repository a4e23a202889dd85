"""The rows of a package that have findings, for whoever mends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from smartcity_case.table import cell_text, write_csv
from smartcity_case.validation import read_content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.report import Finding, Report
    from smartcity_case.storage import Files


def failing_rows(files: Files, report: Report) -> Iterator[str]:
    """The rows with findings as lines of a CSV table, one line for each finding.

    Its columns are `resource`, `path`, `row`, `code`, `field` and `message`,
    and then every column of the tables concerned. The tables are read once
    more. A record that could not be split into cells has none.
    """
    return map(_line, _records(files, report))


def _line(record: list[str]) -> str:
    return write_csv(record, ()).decode("utf-8")


def _records(files: Files, report: Report) -> Iterator[list[str]]:
    content = read_content(files)
    found: dict[tuple[str, str], dict[int, list[Finding]]] = {}
    for finding in report.findings:
        if (place := finding.location).row:
            rows = found.setdefault((place.resource, place.path), {})
            rows.setdefault(place.row, []).append(finding)
    known = content.table_files if content is not None else {}
    tables = {n: table for n, table in known.items() if any(k[0] == n for k in found)}
    columns = list(dict.fromkeys(name for t in tables.values() for name in t.labels()))
    yield ["resource", "path", "row", "code", "field", "message", *columns]
    for name, table in tables.items():
        for batch, _ in table.scan(lambda batch: None):
            rows = found.get((name, batch.path), {})
            for index in np.flatnonzero(np.isin(batch.rows, list(rows))).tolist():
                cells = [
                    cell_text(batch.columns[c].value(index)) if c in batch.columns else ""
                    for c in columns
                ]
                for finding in rows.pop(int(batch.rows[index])):
                    yield [*_front(finding), *cells]
    for finding in report.findings:
        place = finding.location
        if place.row in found.get((place.resource, place.path), {}):
            yield [*_front(finding), *[""] * len(columns)]


def _front(finding: Finding) -> list[str]:
    place = finding.location
    row = str(place.row)
    return [place.resource, place.path, row, finding.code, place.field, finding.message]
