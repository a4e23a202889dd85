"""The findings of a page: each with the row and the text that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smartcity_case.report import Finding, Report
    from smartcity_case.viewer.tables import Shown
    from smartcity_case.viewer.texts import Texts

MOST = 5_000
"""Findings of a page: nobody reads more, and `validate` has them all."""


def findings(report: Report, tables: Mapping[str, Shown], texts: Texts) -> list[dict[str, Any]]:
    """The findings as the page shows them, errors first; at most MOST."""
    listed = [*report.errors, *report.warnings][:MOST]
    wanted = {each.location.resource for each in listed if each.location.row}
    rows = {name: _rows(table) for name, table in tables.items() if name in wanted}
    numbers = {name: number for number, name in enumerate(tables)}
    return [_finding(each, numbers, rows, texts) for each in listed]


def _rows(table: Shown) -> dict[tuple[str, int], int]:
    """The places of rows by file and number."""
    numbered = zip(table.parts, table.rows, strict=True)
    return {(table.paths[part], row): place for place, (part, row) in enumerate(numbered)}


def _finding(
    finding: Finding,
    numbers: Mapping[str, int],
    rows: Mapping[str, Mapping[tuple[str, int], int]],
    texts: Texts,
) -> dict[str, Any]:
    place = finding.location
    known = rows.get(place.resource, {})
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "fix": finding.fix,
        "where": str(place),
        "table": numbers.get(place.resource, -1),
        "row": known.get((place.path, place.row), -1),
        "field": place.field,
        "text": texts.of_rows.get((place.resource, place.key), -1),
    }
