"""The findings of a page: each with the row and the text that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smartcity_case.report import Report
    from smartcity_case.viewer.tables import Shown
    from smartcity_case.viewer.texts import Texts

MOST = 5_000
"""Findings of a page: nobody reads more, and `validate` has them all."""


def findings(
    report: Report, tables: Mapping[str, Shown], texts: Texts, *, choose: bool = False
) -> list[dict[str, Any]]:
    """The findings as the page shows them, errors first; at most MOST.

    If texts were chosen (`choose`), those about rows that are not on the page are not listed.
    """
    wanted = {each.location.resource for each in report.findings if each.location.row}
    rows = {name: _rows(table) for name, table in tables.items() if name in wanted}
    numbers = {name: number for number, name in enumerate(tables)}
    told: list[dict[str, Any]] = []
    for each in (*report.errors, *report.warnings):
        place = each.location
        row = rows.get(place.resource, {}).get((place.path, place.row), -1)
        if choose and place.row and row < 0:
            continue
        if len(told) == MOST:
            break
        told.append(
            {
                "code": each.code,
                "severity": each.severity,
                "message": each.message,
                "fix": each.fix,
                "where": str(place),
                "table": numbers.get(place.resource, -1),
                "row": row,
                "field": place.field,
                "text": _text(place.resource, row, tables, texts),
            }
        )
    return told


def _rows(table: Shown) -> dict[tuple[str, int], int]:
    """The places of rows by file and number."""
    numbered = zip(table.parts, table.rows, strict=True)
    paths = list(table.paths)
    return {(paths[part], row): place for place, (part, row) in enumerate(numbered)}


def _text(resource: str, row: int, tables: Mapping[str, Shown], texts: Texts) -> int:
    """The number of the text that a resource is, or that a row of it has; -1 if there is none."""
    for (name, target), numbers in texts.numbers.items():
        if name == resource and target is None:
            return max(-1, numbers.get("", -1))
        if name == resource and target is not None and row >= 0:
            keys = tables[name].columns.get(target.key)
            return -1 if keys is None else max(-1, numbers.get(keys[row], -1))
    return -1
