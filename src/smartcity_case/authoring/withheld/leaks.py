"""What a package without its texts still says of their words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from smartcity_case.authoring.withheld.restoring import Texts
    from smartcity_case.content import Content
    from smartcity_case.profile import FieldSchema
    from smartcity_case.reading import TableFile


_LOOKED = 2_000_000_000
"""Characters that are looked through for cells that quote a text."""
_SHORT = 4


def quoting(
    content: Content,
    emptied: Mapping[str, Sequence[str]],
    texts: Texts,
    left_out: Container[str],
) -> dict[str, int]:
    """For columns that stay, how many cells stand in a text as they are; -1: not looked at."""
    whole = "\0".join(texts.read())
    found: dict[str, int] = {}
    left = _LOOKED
    for name, table in content.table_files.items():
        if any(path in left_out for path in table.resource.paths):
            continue
        for column, cells in _different(table, emptied.get(name, ())).items():
            looked = [[part for part in parts if len(part) >= _SHORT] for parts in cells]
            left -= sum(map(len, looked)) * len(whole)
            if left < 0:
                found[f"{name}.{column}"] = -1
            elif count := sum(any(part in whole for part in parts) for parts in looked):
                found[f"{name}.{column}"] = count
    return found


def _different(table: TableFile, emptied: Container[str]) -> dict[str, list[list[str]]]:
    """The different cells of the columns that stay and may quote, each with its parts.

    Columns that the schema does not name stay too.
    """
    fields = {field.name: field for field in table.schema.fields}
    found: dict[str, set[str]] = {}
    for batch, _ in table.scan(lambda batch: None):
        for name, column in batch.columns.items():
            if name not in emptied and (name not in fields or _may_quote(fields[name])):
                cells = found.setdefault(name, set())
                cells.update(map(cell_text, column.values()))
    return {n: [_parts(cell, fields.get(n)) for cell in cells] for n, cells in found.items()}


def _may_quote(field: FieldSchema) -> bool:
    if field.categories or "enum" in field.constraints:
        return False
    return field.type in ("string", "any", "list", "array", "object")


def _parts(cell: str, field: FieldSchema | None) -> list[str]:
    """What may be words in a cell: itself, the items of a list, the strings in JSON."""
    kind = field.type if field is not None else ""
    if field is not None and kind == "list":
        return cell.split(str((field.model_extra or {}).get("delimiter") or ","))
    if kind in ("array", "object"):
        try:
            return list(_strings(json.loads(cell)))
        except (ValueError, RecursionError):
            return [cell]
    return [cell]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else ():
        yield from _strings(each)
    for each in value if isinstance(value, list) else ():
        yield from _strings(each)


def described(content: Content, emptied: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """Emptied columns of which the descriptor says some words: as example, pattern or terms."""
    for name, names in emptied.items():
        for each in content.table_files[name].schema.fields:
            told = {"example", "examples"} & (each.model_extra or {}).keys()
            told |= {"enum", "pattern"} & each.constraints.keys()
            if each.name in names and (told or each.categories):
                yield f"{name}.{each.name}"
