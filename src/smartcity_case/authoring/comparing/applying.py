"""Make the new tables out of the old ones and a diff."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from smartcity_case.authoring.comparing.comparison import Editions
from smartcity_case.errors import SmartcityCaseError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smartcity_case.authoring.comparing.changes import Diff, TableDiff
    from smartcity_case.content import Content

Columns: TypeAlias = "Mapping[str, list[str | None]]"
"""The cells of a table by column, as a diff has them."""


class DiffMismatch(SmartcityCaseError):
    """A diff does not belong to the tables that it is to be applied to."""


def cells_of(content: Content) -> dict[str, Columns]:
    """The tables of a package that can be read, as `apply_diff` takes and gives them."""
    return {
        name: {column: array.to_pylist() for column, array in held.columns.items()}
        for name, held in Editions(content).held.items()
    }


def apply_diff(diff: Diff, tables: Mapping[str, Columns]) -> dict[str, Columns]:
    """The tables of the new release, made of those of the old one.

    The same rows in the same order, the same columns. Raises DiffMismatch if
    the tables are not those that the diff was made of, or if it lacks a table
    that could not be compared.
    """
    made: dict[str, Columns] = {}
    for table in diff.tables:
        made[table.name] = _apply(table, tables)
    for new in diff.added:
        if new.uncompared:
            raise DiffMismatch(f"{new.name}: {new.uncompared}")
        cells = [list(column) for column in zip(*new.rows, strict=True)]
        made[new.name] = dict(zip(new.columns, cells or [[] for _ in new.columns], strict=True))
    return {name: made[name] for name in diff.order}


def _apply(table: TableDiff, tables: Mapping[str, Columns]) -> Columns:
    if table.uncompared or table.was not in tables:
        raise DiffMismatch(f"{table.name}: {table.uncompared or 'it is not among the tables'}")
    old = tables[table.was]
    count = len(next(iter(old.values()), ()))
    if count != table.old_count or not {p.was for p in table.columns if p.was} <= old.keys():
        raise DiffMismatch(f"{table.name}: other columns or rows than the diff was made of")
    _check_removed(table, old)
    removed = {row.at for row in table.removed}
    kept = table.order or [place for place in range(count) if place not in removed]
    come = {row.at: row for row in table.added}
    free = [place for place in range(table.new_count) if place not in come]
    if len(free) != len(kept):
        raise DiffMismatch(f"{table.name}: the diff does not account for every row")
    filled = {column.name: list(column.cells) for column in table.filled}
    made: dict[str, list[str | None]] = {}
    for number, pair in enumerate(table.columns):
        cells: list[str | None] = [None] * table.new_count
        if pair.was:
            column = old[pair.was]
            for place, was in zip(free, kept, strict=True):
                cells[place] = column[was]
            for place, row in come.items():
                cells[place] = row.cells[number]
            made[pair.name] = cells
        else:
            made[pair.name] = filled[pair.name]
    for change in table.changed:
        for cell in change.cells:
            if made[cell.field][change.at] != cell.old:
                raise DiffMismatch(f"{table.name}, row {change.at}: {cell.field} is not as it was")
            made[cell.field][change.at] = cell.new
    return made


def _check_removed(table: TableDiff, old: Columns) -> None:
    columns = list(old.values())
    for row in table.removed:
        if tuple(column[row.at] for column in columns) != row.cells:
            raise DiffMismatch(f"{table.name}: the removed row {row.at} is not as it was")
