"""The schema of a table that is a Parquet file now, so that the file is valid by it.

Cells that were values of other types (of inline data, of Parquet) are their text
there, unless the schema has an Arrow type for them. What the schema said of the
values may then hold of their text no longer; it is left out, and that is noted.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from smartcity_case import arrow
from smartcity_case.checks.fields import value_reader
from smartcity_case.exporters.shared.keyed import twins
from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.profile import FieldSchema

Json = dict[str, Any]


def carried(material: Material, table: str, given: Json) -> Json:
    """The schema of a table whose missing cells are nulls, with its columns as they are."""
    schema = material.tables[table]
    made = {key: value for key, value in given.items() if key not in _OF_CELLS}
    made["fields"] = []
    values = material.resource(table).form in ("inline", "parquet")
    odd = _unread(material, table) if values else set()
    for described, field in zip(given["fields"], schema.fields, strict=True):
        own = {key: value for key, value in described.items() if key not in _OF_CELLS}
        if field.name in odd:
            told = f"its values are written otherwise than as {field.type}, so it is a string"
            material.note(f"{table}.{field.name}: {told}")
            own = _as_string(own)
        elif values and field.type == "any":
            _say_in_text(own)
        # An empty string is a value then, and only a null is none.
        if "" not in schema.missing(field):
            own["missingValues"] = []
        made["fields"].append(own)
    if twins(material, table, "the key is not declared"):
        del made["primaryKey"]
    if material.resource(table).form == "inline":
        _drop_unique(material, table, made)
    return made


_OF_CELLS = {"missingValues", "fieldsMatch", "withheld"}
_KEPT = {"name", "title", "description", "verbatim", "rdfType"}
"""What is said of a field whatever its type is."""


def _unread(material: Material, table: str) -> set[str]:
    """The columns of text in which some value is none of the type that the schema says."""
    kinds, schema = material.arrow_schema(table), material.tables[table]
    readers = {
        field.name: value_reader(field, schema.missing(field))
        for field in schema.fields
        if kinds.field(field.name).type == pa.string() and field.type not in ("string", "any")
    }
    found: set[str] = set()
    for batch in material.batches(table) if readers else ():
        for name in readers.keys() - found:
            cells = arrow.call("unique", batch[name]).to_pylist()
            is_list = schema.field(name).type == "list"  # in text: with commas between, no JSON
            if any(
                "type" in readers[name](cell)[1] or (is_list and cell.startswith("["))
                for cell in cells
                if cell is not None
            ):
                found.add(name)
    return found


def _as_string(described: Json) -> Json:
    """A field as one of strings."""
    made = {key: value for key, value in described.items() if key in _KEPT}
    given = described.get("constraints") or {}
    kept = {name: given[name] for name in ("required", "unique") if name in given}
    return made | {"type": "string"} | ({"constraints": kept} if kept else {})


def _say_in_text(described: Json) -> None:
    """Make the values of an `enum` what cells of text have: 1 and "1" are the same."""
    given = described.get("constraints") or {}
    if "enum" in given:
        listed = [cell_text(value) for value in given["enum"] if value is not None]
        described["constraints"] = given | {"enum": list(dict.fromkeys(listed))}


def _drop_unique(material: Material, table: str, made: Json) -> None:
    """Take out what says that values are unique, if they are no longer as text."""
    fields: list[FieldSchema] = material.tables[table].fields
    free = {field.name for field in fields if field.type == "any"}
    keys = [tuple(key) for key in material.tables[table].unique_keys]
    keys += [(f.name,) for f in fields if f.constraints.get("unique") is True]
    for key in dict.fromkeys(key for key in keys if free & set(key)):
        rows = (tuple(row.values[name] for name in key) for row in material.rows(table))
        times = Counter(cells for cells in rows if None not in cells)
        if all(count == 1 for count in times.values()):
            continue
        material.note(f"{table}: {', '.join(key)} is not declared to be unique, as text it is not")
        if "uniqueKeys" in made:
            made["uniqueKeys"] = [other for other in made["uniqueKeys"] if tuple(other) != key]
        for described in made["fields"]:
            if (described["name"],) == key:
                said = described.get("constraints", {})
                described["constraints"] = {n: v for n, v in said.items() if n != "unique"}
