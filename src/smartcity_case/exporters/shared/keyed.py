"""What the rows of a table are compared by, where a foreign key refers to them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from smartcity_case.checks.keys import Key

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from smartcity_case.exporters.shared.material import Material
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


def twins(material: Material, table: str, told: str) -> frozenset[tuple[str, ...]]:
    """The keys of a table that several rows have, as they are written; that is noted.

    A field of any type may have 1 in a row and "1" in another, which are no
    duplicates; so it is in inline data alone. `told` says what the format makes of these.
    """
    schema = material.tables[table]
    if material.resource(table).form != "inline" or all(
        schema.field(name).type != "any" for name in schema.primary_key
    ):
        return frozenset()
    times = Counter(row.key_cells for row in material.rows(table))
    found = frozenset(cells for cells, count in times.items() if count > 1)
    if found:
        keys = ", ".join(sorted("/".join(cells) for cells in found)[:5])
        material.note(f"{table}: keys of different types are written alike ({keys}): {told}")
    return found


BY_NUMBER = "the rows have their numbers behind them"
"""What a format makes of rows whose keys are written alike, if it must tell them apart."""
