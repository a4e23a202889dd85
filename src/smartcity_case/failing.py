"""The rows of a package that have findings, for whoever mends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from smartcity_case.editions import with_sources
from smartcity_case.table import cell_text, write_csv
from smartcity_case.validation import open_files, read_content

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    import pandas as pd

    from smartcity_case.editions import Sources
    from smartcity_case.report import Finding, Report
    from smartcity_case.storage import Files


def failing_rows(
    package: str | os.PathLike[str] | Traversable, report: Report, *, sources: Sources | None = None
) -> pd.DataFrame:
    """The rows of a package with findings as a DataFrame, a row for each finding.

    `report` is what `validate` says of the package at this path; `sources` are
    those that it was given. The columns
    are `resource`, `path`, `row`, `code`, `field` and `message`, and then every
    column of the tables concerned; all strings. A cell is as it stands in the
    file, and "" where a table has no such column or a record could not be split
    into cells. Findings without a row (of a whole file, say) are not in it.

    The tables are read once more. Raises PackageNotFound, or UnreadablePackage,
    as it does if a file has changed since the report: validate it again then.

    >>> from smartcity_case.case import validate
    >>> from smartcity_case.storage import embedded_root
    >>> rows = failing_rows(embedded_root(), validate())
    >>> list(rows.columns), len(rows)
    (['resource', 'path', 'row', 'code', 'field', 'message'], 0)
    """
    import pandas as pd

    files = with_sources(open_files(package, report.seen), sources)
    header, *records = _records(files, report)
    return pd.DataFrame(records, columns=header, dtype="string")


def failing_lines(files: Files, report: Report) -> Iterator[str]:
    """The same as lines of a CSV table, the first with the names of the columns."""
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
    files.check_unchanged()


def _front(finding: Finding) -> list[str]:
    place = finding.location
    row = str(place.row)
    return [place.resource, place.path, row, finding.code, place.field, finding.message]
