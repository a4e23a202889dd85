"""Passages in several pieces: the row of the whole is marked where its parts stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from smartcity_case.errors import NotFound
from smartcity_case.exporters.shared.passages import parts_of_passages
from smartcity_case.profile import TableSchema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smartcity_case.profile import ForeignKey, Package
    from smartcity_case.viewer.tables import Shown

OPTIONS = {
    "discontinuous": (
        "TABLE.FIELD or TABLE.FIELD+FIELD: rows of a table that agree in these fields are the "
        "parts of one passage; some of them are a foreign key to the row of the whole, which is "
        "marked where its parts stand"
    ),
    "content": "which value the other fields have in the parts that make the passage",
}


def in_pieces(tables: Mapping[str, Shown], package: Package, options: Mapping[str, str]) -> None:
    """Mark rows of a whole where their parts stand, if the options say what these are.

    A row whose parts do not all stand in its own first span stays as it is.
    Raises NotFound for options that fit no table.
    """
    described = {each.name: each.table_schema for each in package.resources}
    schemas = {name: each for name, each in described.items() if isinstance(each, TableSchema)}
    name, fields = parts_of_passages(options.get("discontinuous", ""), schemas)
    if not name:
        return
    key = _key(name, schemas[name], fields)
    others = [each for each in fields if each not in key.fields]
    content = options.get("content", "")
    if others and not content:
        raise NotFound(f"discontinuous: give content, the value of {'+'.join(others)} of a part")
    parts, whole = tables.get(name), tables.get(key.target(name))
    if parts is None or whole is None or not set(key.reference.fields) <= whole.columns.keys():
        return  # it cannot be read, which is a finding
    _replace(whole, key, _pieces(parts, key, others, content))


def _key(name: str, schema: TableSchema, fields: list[str]) -> ForeignKey:
    for key in schema.foreign_keys:
        if set(key.fields) <= set(fields):
            return key
    raise NotFound(
        f"discontinuous: none of {', '.join(fields)} is a foreign key of {name} to the "
        "rows of the whole"
    )


def _pieces(
    parts: Shown, key: ForeignKey, others: list[str], content: str
) -> dict[tuple[str, ...], list[tuple[int, int, int] | None]]:
    """The text, start and end of the parts of each whole; None for one that stands nowhere."""
    first = {row: tuple(rest) for row, span, *rest in parts.marks.tolist() if span == 0}
    found: dict[tuple[str, ...], list[tuple[int, int, int] | None]] = {}
    for row in range(len(parts)):
        if "+".join(parts.columns[name][row] for name in others) == (content if others else ""):
            whole = tuple(parts.columns[name][row] for name in key.fields)
            found.setdefault(whole, []).append(first.get(row))
    return found


def _replace(
    whole: Shown,
    key: ForeignKey,
    pieces: Mapping[tuple[str, ...], list[tuple[int, int, int] | None]],
) -> None:
    columns = [whole.columns[name] for name in key.reference.fields]
    made = []
    for row, span, *place in whole.marks.tolist():
        own = pieces.get(tuple(cells[row] for cells in columns), []) if span == 0 else []
        stand = [each for each in own if each is not None and _within(each, place)]
        if own and len(stand) == len(own):
            made += [[row, span, *each] for each in sorted(stand)]
        else:
            made.append([row, span, *place])
    whole.marks = np.array(made, np.int64).reshape(-1, 5)


def _within(piece: tuple[int, int, int], place: list[int]) -> bool:
    text, start, end = piece
    return text == place[0] and place[1] <= start and end <= place[2]
