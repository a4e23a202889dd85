"""Views for the usual joins, and the words of each row in their context."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.exporters.sqlite.layout import ROWID
from smartcity_case.exporters.sqlite.sql import Names, listed, literal, quoted

if TYPE_CHECKING:
    import sqlite3

    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.exporters.sqlite.layout import Layout, Reference, Table

AROUND = 60
"""Characters that are shown before and behind the words."""

_OF_SPAN = 7
"""Columns that a view of words in context has for them."""


def make_views(
    connection: sqlite3.Connection, material: Material, layout: Layout, most_columns: int
) -> dict[str, tuple[str, str]]:
    """Make the views; for each by its name the table that it is of, and what it shows."""
    found = {}
    by_name = {table.name: table for table in layout.tables.values()}
    for table in layout.tables.values():
        for reference in layout.references[table.resource]:
            target = by_name[reference.target]
            fields = ", ".join(reference.columns)
            if len(table.columns) + len(target.columns) > most_columns:
                material.note(f"{table.resource}: no view with {fields}, it had too many columns")
                continue
            name = layout.names.take(f"{table.name}_with_{'_'.join(reference.columns)}")
            connection.execute(f"CREATE VIEW {quoted(name)} AS {_joined(table, reference, target)}")
            what = f"{table.name}, each row with the row of {target.name} by {fields}"
            found[name] = table.name, what
        if table.schema.text_spans and len(table.columns) + _OF_SPAN > most_columns:
            material.note(f"{table.resource}: no view of words in context, it had too many columns")
        elif table.schema.text_spans:
            name = layout.names.take(f"{table.name}_in_context")
            connection.execute(f"CREATE VIEW {quoted(name)} AS {_in_context(layout, table)}")
            what = f"{table.name}, the words of each span with what stands around"
            found[name] = table.name, what
    return found


def _joined(table: Table, reference: Reference, target: Table) -> str:
    """The rows of a table with the columns of those that they refer to, under `FIELD__COLUMN`."""
    columns = [column.name for column in table.columns]
    names = Names(kept=columns, taken=columns)
    before = "_".join(reference.columns)
    others = (
        f"r.{quoted(c.name)} AS {quoted(names.take(f'{before}__{c.name}'))}" for c in target.columns
    )
    pairs = zip(reference.columns, reference.target_columns, strict=True)
    # A key of several columns refers if one of them is there; NULLs are the same then.
    several = len(reference.columns) > 1
    sign = "IS" if several else "="
    matched = " AND ".join(f"t.{quoted(own)} {sign} r.{quoted(other)}" for own, other in pairs)
    if several:
        matched += f" AND coalesce({listed(reference.columns, 't')}) IS NOT NULL"
    return (
        f"SELECT {listed(columns, 't')}, {', '.join(others)}\n"
        f"FROM {quoted(table.name)} t LEFT JOIN {quoted(reference.target)} r ON {matched}"
    )


def _in_context(layout: Layout, table: Table) -> str:
    """The spans of a table, with the columns of its rows that are no part of a span."""
    spans = [span.fields for span in table.schema.text_spans]
    of_spans = {name for span in spans for name in span.names if name != span.source}
    key = [table.by_field[name].name for name in table.schema.primary_key]
    rest = [c.name for c in table.columns if c.field.name not in of_spans and c.name not in key]
    names = Names(kept=[*key, *rest], taken=[*key, *rest])
    text = "coalesce(x.countable, x.text)"
    shown = {
        "field": "s.field",
        "left": f"substr({text}, max(s.start - {AROUND}, 0) + 1, min(s.start, {AROUND}))",
        "exact": "s.exact",
        "right": f'substr({text}, s."end" + 1, {AROUND})',
        "text_name": "s.text_name",
        "start": "s.start",
        "end": 's."end"',
    }
    span = (f"{sql} AS {quoted(names.take(name))}" for name, sql in shown.items())
    columns = [*(f"t.{quoted(n)}" for n in key), *span, *(f"t.{quoted(n)}" for n in rest)]
    return (
        f"SELECT {', '.join(columns)}\nFROM {layout.sql_of('spans')} s "
        f"JOIN {quoted(table.name)} t ON t.{ROWID} = s.row "
        f"LEFT JOIN {layout.sql_of('texts')} x ON x.name = s.text_name\n"
        f"WHERE s.table_name = {literal(table.name)}"
    )
