"""Passages that are not in one piece: a table has a row for each of their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smartcity_case.profile import TableSchema


def parts_of_passages(option: str, tables: Mapping[str, TableSchema]) -> tuple[str, list[str]]:
    """The table whose rows are parts of passages, and the fields in which those of one agree.

    `option` is `TABLE.FIELD` or `TABLE.FIELD+FIELD`; "" names none. Raises NotFound
    if there is no such table with spans and fields.

    >>> parts_of_passages("", {})
    ('', [])
    """
    if not option:
        return "", []
    for table, schema in tables.items():
        fields = option.removeprefix(f"{table}.").split("+")
        if (
            option.startswith(f"{table}.")
            and schema.text_spans
            and set(fields) <= set(schema.names)
        ):
            return table, fields
    raise NotFound(
        f"discontinuous: {option!r} is not TABLE.FIELD or TABLE.FIELD+FIELD of a table with spans"
    )
