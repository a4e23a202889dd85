"""What a package without its texts still says of their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.authoring.withheld.restoring import read_cells
from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from smartcity_case.authoring.withheld.restoring import Texts
    from smartcity_case.content import Content


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
        strings = [
            f.name
            for f in table.schema.fields
            if f.name not in emptied.get(name, ())
            and f.type in ("string", "any")
            and not (f.categories or "enum" in f.constraints)
        ]
        for column, cells in read_cells(table, strings).columns.items():
            different = {cell_text(c) for c in cells} - {""}
            looked = [c for c in different if len(c) >= _SHORT]
            left -= len(looked) * len(whole)
            if left < 0:
                found[f"{name}.{column}"] = -1
            elif count := sum(cell in whole for cell in looked):
                found[f"{name}.{column}"] = count
    return found


def described(content: Content, emptied: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """Emptied columns of which the descriptor says some words: as example, pattern or terms."""
    for name, names in emptied.items():
        for each in content.table_files[name].schema.fields:
            told = {"example", "examples"} & (each.model_extra or {}).keys()
            told |= {"enum", "pattern"} & each.constraints.keys()
            if each.name in names and (told or each.categories):
                yield f"{name}.{each.name}"
