"""Compare two releases of one table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smartcity_case.authoring.comparing.changes import Filled, Pair
from smartcity_case.authoring.comparing.rows import (
    changed_rows,
    differing,
    duplicates,
    lone_rows,
    match,
    row_codes,
    same_cells,
)
from smartcity_case.authoring.comparing.schemas import declared, schema_changes
from smartcity_case.authoring.comparing.values import alike, take

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from smartcity_case.authoring.comparing.changes import Duplicate, TableDiff
    from smartcity_case.authoring.comparing.rows import Matched
    from smartcity_case.authoring.comparing.values import Held
    from smartcity_case.profile import FieldSchema, TableSchema


@dataclass(frozen=True)
class Edition:
    """A table of one release: its cells and its schema."""

    held: Held
    schema: TableSchema

    def identical(self, other: Edition) -> bool:
        """Whether columns, rows and their order are the same."""
        mine, others = self.held.columns, other.held.columns
        return list(mine) == list(others) and all(
            _identical(mine[name], others[name]) for name in mine
        )


def compare_tables(base: TableDiff, old: Edition, new: Edition) -> TableDiff:
    """How a table differs; `base` has what is known of it already."""
    names = {name: name for name in new.held.columns if name in old.held.columns}
    maybe = dict(_maybe_renamed(old, new))
    for name, was in maybe.items():
        in_key = name in new.schema.primary_key and was in old.schema.primary_key
        if in_key and _certain(old.held.columns[was], new.held.columns[name]):
            names[name] = was
    fields = [(f, names[f.name]) for f in new.schema.fields if f.name in names]
    one, two = alike(old.held, new.held, fields)
    key, matched, repeated = _match(old.schema, new.schema, one, two, names)
    if matched is not None:
        for name, was in maybe.items():
            before, after = one.columns[was], two.columns[name]
            if name not in names and _certain(take(before, matched.old), take(after, matched.new)):
                names[name] = was
    by_old = {was: name for name, was in names.items() if name != was}
    whole = replace(
        base,
        key=key,
        old_count=len(one),
        new_count=len(two),
        changes=(*base.changes, *schema_changes(old.schema, new.schema, by_old)),
    )
    if matched is None:
        reason = "keys stand more than once, so that rows cannot be told apart"
        return replace(whole, duplicates=repeated, uncompared=reason)
    pairs = tuple(Pair(name, names.get(name, "")) for name in two.columns)
    spans = new.schema.text_spans
    differ = differing(one, two, matched, [p for p in pairs if p.was]) if key else {}
    return replace(
        whole,
        columns=pairs,
        added=lone_rows(new.held, matched.new, key),
        removed=lone_rows(old.held, matched.old, [names[name] for name in key]),
        changed=changed_rows(old.held, new.held, matched, differ, names, key, spans),
        order=matched.order,
        filled=tuple(
            Filled(pair.name, tuple(new.held.columns[pair.name].to_pylist()))
            for pair in pairs
            if not pair.was
        ),
        renamed_columns=[pair.was for pair in pairs] != list(one.columns) or bool(by_old),
    )


def _match(
    old: TableSchema, new: TableSchema, one: Held, two: Held, names: dict[str, str]
) -> tuple[tuple[str, ...], Matched | None, tuple[Duplicate, ...]]:
    """The key by which rows are matched, and how they match; or the repeated keys.

    That of the new release if it has none twice in either, else that of the old one.
    """
    by_old = {was: name for name, was in names.items()}
    keys = [tuple(new.primary_key), tuple(by_old.get(was, "") for was in old.primary_key)]
    usable = [key for key in dict.fromkeys(keys) if key and names.keys() >= set(key)]
    first: tuple[Duplicate, ...] = ()
    for key in usable:
        pairs = [Pair(name, names[name]) for name in key]
        codes = row_codes(one, two, pairs)
        repeated = duplicates(codes, one, two, pairs)
        if not repeated:
            return key, match(*codes), ()
        first = first or repeated
    if first:
        return usable[0], None, first
    pairs = [Pair(name, was) for name, was in names.items()]
    return (), match(*row_codes(one, two, pairs)), ()


def _maybe_renamed(old: Edition, new: Edition) -> Iterator[tuple[str, str]]:
    """Fields at the same place, declared the same but for their names (new, old)."""
    for before, after in zip(old.schema.fields, new.schema.fields, strict=False):
        known = (
            before.name in new.schema.names or after.name in old.schema.names,
            before.name not in old.held.columns or after.name not in new.held.columns,
        )
        if not any(known) and _declared(before) == _declared(after):
            yield after.name, before.name


def _declared(field: FieldSchema) -> dict[str, object]:
    return declared(field, "name", "title", "description", "example")


def _identical(old: pa.StringArray, new: pa.StringArray) -> bool:
    return len(old) == len(new) and bool(same_cells(old, new).all())


def _certain(old: pa.StringArray, new: pa.StringArray) -> bool:
    """Whether two columns are surely the same: in every cell, and in one that is not empty."""
    return _identical(old, new) and any(cell for cell in old.unique().to_pylist())
