"""A `Diff` as JSON, and back; nothing is lost on the way."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from smartcity_case.authoring.comparing.changes import (
    CellChange,
    Change,
    Diff,
    Duplicate,
    FileChange,
    Filled,
    NewTable,
    Pair,
    Release,
    Row,
    RowChange,
    Step,
    TableDiff,
)

SCHEMA: Final = "diff-1.0"


def diff_to_json(diff: Diff) -> dict[str, Any]:
    """The diff as values of JSON.

    >>> made = diff_to_json(Diff(Release("toy", "1.0.0"), Release("toy", "1.1.0")))
    >>> made["old"], diff_from_json(made).new
    ({'name': 'toy', 'version': '1.0.0'}, Release(name='toy', version='1.1.0'))
    """
    return {
        "old": diff.old._asdict(),
        "new": diff.new._asdict(),
        "tables": [_table(table) for table in diff.tables],
        "added": [_plain(table) for table in diff.added],
        "removed": list(diff.removed),
        "order": list(diff.order),
        "files": [change._asdict() for change in diff.files],
        "changes": [_change(change) for change in diff.changes],
    }


def diff_from_json(value: dict[str, Any]) -> Diff:
    """The diff that `diff_to_json` made these values of."""
    return Diff(
        old=Release(**value["old"]),
        new=Release(**value["new"]),
        tables=tuple(_read_table(table) for table in value["tables"]),
        added=tuple(
            NewTable(
                table["name"],
                tuple(table["columns"]),
                tuple(map(tuple, table["rows"])),
                table["uncompared"],
            )
            for table in value["added"]
        ),
        removed=tuple(value["removed"]),
        order=tuple(value["order"]),
        files=tuple(FileChange(**change) for change in value["files"]),
        changes=tuple(_read_change(change) for change in value["changes"]),
    )


def _plain(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _table(table: TableDiff) -> dict[str, Any]:
    return _plain(table) | {
        "columns": [pair._asdict() for pair in table.columns],
        "added": [row._asdict() for row in table.added],
        "removed": [row._asdict() for row in table.removed],
        "changed": [
            row._asdict() | {"cells": {cell.field: [cell.old, cell.new] for cell in row.cells}}
            for row in table.changed
        ],
        "filled": [column._asdict() for column in table.filled],
        "changes": [_change(change) for change in table.changes],
        "duplicates": [duplicate._asdict() for duplicate in table.duplicates],
    }


def _read_table(value: dict[str, Any]) -> TableDiff:
    order = value["order"]
    parts: dict[str, Any] = {
        "key": tuple(value["key"]),
        "columns": tuple(Pair(**pair) for pair in value["columns"]),
        "added": tuple(map(_read_row, value["added"])),
        "removed": tuple(map(_read_row, value["removed"])),
        "changed": tuple(map(_read_changed, value["changed"])),
        "order": None if order is None else tuple(order),
        "filled": tuple(Filled(f["name"], tuple(f["cells"])) for f in value["filled"]),
        "changes": tuple(_read_change(change) for change in value["changes"]),
        "duplicates": tuple(
            Duplicate(d["release"], tuple(d["key"]), tuple(d["rows"])) for d in value["duplicates"]
        ),
    }
    return TableDiff(**(value | parts))


def _read_row(value: dict[str, Any]) -> Row:
    return Row(tuple(value["key"]), value["at"], tuple(value["cells"]))


def _read_changed(value: dict[str, Any]) -> RowChange:
    cells = tuple(CellChange(field, *both) for field, both in value["cells"].items())
    parts = {"key": tuple(value["key"]), "cells": cells, "moved": tuple(value["moved"])}
    return RowChange(**(value | parts))


def _change(change: Change) -> dict[str, Any]:
    return change._asdict() | {"step": change.step.name}


def _read_change(value: dict[str, Any]) -> Change:
    return Change(**(value | {"step": Step[value["step"]]}))
