"""What the rows of a table are compared by, where a foreign key refers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smartcity_case.checks.keys import Key

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from smartcity_case.profile import TableSchema


class Identities:
    """The values of some fields, as keys are compared: `2` is `2.0`, whatever their types.

    >>> from smartcity_case.profile import TableSchema
    >>> schema = TableSchema.model_validate({"fields": [{"name": "n", "type": "number"}]})
    >>> same = Identities(schema, ["n"])
    >>> same({"n": 2.0}) == same({"n": "2"}), same({"n": None})
    (True, None)
    """

    def __init__(self, schema: TableSchema, names: Sequence[str]) -> None:
        self._columns = Key(schema, names).columns

    def __call__(self, values: Mapping[str, Any]) -> tuple[Hashable, ...] | None:
        """What a row is compared by; None if it has no value in any of the fields."""
        found = tuple(column.identity(values[column.name]) for column in self._columns)
        return None if all(part is None for part in found) else found
