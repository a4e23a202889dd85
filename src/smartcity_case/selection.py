"""Which rows of a table are meant, by whatever people select them with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smartcity_case.errors import NotFound

if TYPE_CHECKING:
    import pandas as pd


def selected(table: str, keys: tuple[str, ...], frame: pd.DataFrame, rows: Any) -> list[int]:
    """The places in the file of the selected rows."""
    import pandas as pd

    if rows is None:
        return list(range(len(frame)))
    places = {label: place for place, label in enumerate(frame.index)}
    if isinstance(rows, str):
        rows = [rows]
    if isinstance(rows, pd.DataFrame):  # a part of the table, or a join that has its keys
        is_join = len(keys) == 1 and keys[0] in rows and not set(rows.index) <= set(places)
        rows = rows[keys[0]] if is_join else rows.index
    elif (mask := _mask(rows, len(frame))) is not None:
        labels = rows.index if isinstance(rows, pd.Series) else frame.index
        rows = [label for label, chosen in zip(labels, mask, strict=True) if chosen]
    unknown = [label for label in rows if label not in places]
    if unknown:
        raise NotFound(
            f"{table} has no row with the key {unknown[0]!r}; give keys, a part of its frame, "
            "or a boolean Series over it"
        )
    return [places[label] for label in rows]


def _mask(rows: Any, length: int) -> list[bool] | None:
    """The selection of rows by true and false (missing is false), if it is one."""
    import pandas as pd
    from pandas.api.types import is_bool

    values = list(rows)
    given = [value for value in values if not pd.isna(value)]
    if len(values) != length or not given or not all(map(is_bool, given)):
        return None
    return [is_bool(value) and bool(value) for value in values]
