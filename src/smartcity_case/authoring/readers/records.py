"""Records as JSON Lines (or a JSON list): what a program or a language model gives out.

Each object is a row; its members are known by their names, as the columns of a
spreadsheet are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smartcity_case.authoring.readers.delimited import NAMES, roles
from smartcity_case.authoring.readers.documents import json_items
from smartcity_case.authoring.readers.foreign import Foreign, Gathering, Row, at
from smartcity_case.authoring.readers.strict import cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smartcity_case.report import Location


def read(files: Mapping[str, bytes], columns: Mapping[str, str] | None = None) -> Foreign:
    r"""The rows of records; the unit of their offsets is not known.

    `columns` names members for the columns of a span, if they are not called as usual.

    >>> found = read({"a.jsonl": b'{"quote": "Stadt", "confidence": 0.9}'})
    >>> [(row["exact"], row["confidence"]) for row in found.rows]
    [('Stadt', '0.9')]
    """
    found = Gathering("")
    for path, data in files.items():
        for where, item in json_items(found, path, data):
            record = found.members(where, item)
            if record is not None:
                found.record(where, _row(found, where, record, columns or {}))
    return found.finish()


def _row(
    found: Gathering, where: Location, record: dict[str, Any], columns: Mapping[str, str]
) -> Row:
    named = roles(list(record), columns)
    row: Row = {}
    for name, value in record.items():
        role = named.get(name, name)
        if role in ("start", "end"):
            row[role] = found.offset(at(where, name), value)
        elif role == "exact":
            row[role] = found.words(at(where, name), value)
        elif role in NAMES or name not in row:
            row[role] = cell(value)
    return row
