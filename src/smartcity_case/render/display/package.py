"""What of a package is told at a glance, gathered from its descriptor and its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.citation import licence
from smartcity_case.render.display.overview import Overview, TableLine, TextLine
from smartcity_case.render.display.style import language
from smartcity_case.render.resources import in_force, licences_of
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sized

    from smartcity_case.profile import Package, Resource


def text_language(part: Package | Resource) -> str:
    """The language that is stated of a text or a package, or ""."""
    return language((part.model_extra or {}).get("language"))


def text_rights(resource: Resource) -> str:
    """What is stated of the rights in a text, or ""."""
    return "; ".join(each.title or each.name or each.path for each in licences_of(resource))


def overview(
    kind: str,
    package: Package,
    tables: Mapping[str, Sized | None],
    texts: Mapping[str, Sized],
    citation: str,
) -> Overview:
    """What is told of a package, given its tables (None if not read) and texts by their names."""
    resources = package.resources
    targets = {span.reference.resource for r in resources for span in in_force(r)}
    listed = tuple(
        TableLine(r.name, _size(tables.get(r.name)), _meaning(r, r.name in targets))
        for r in resources
        if r.kind == "table"
    )
    filled = [r for r in resources if tables.get(r.name)]
    return Overview(
        kind=kind,
        name=package.name,
        version=package.version,
        title=package.title,
        language=text_language(package),
        tables=listed,
        texts=tuple(_text(r, texts.get(r.name)) for r in resources if r.kind == "text"),
        withheld=", ".join(_withheld(package)),
        citation=citation,
        rights=licence(package),
        hints=tuple(_hints(kind.lower(), filled, len(texts) == 1)),
    )


def _meaning(table: Resource, is_of_texts: bool) -> str:
    """What a row of a table is, as far as it is said, and whether spans lead into its texts."""
    told = (table.description or table.title, "texts that spans lead into" if is_of_texts else "")
    return "; ".join(filter(None, told))


def _size(rows: Sized | None) -> int | None:
    return None if rows is None else len(rows)


def _text(resource: Resource, text: Sized | None) -> TextLine:
    said = text_language(resource)
    return TextLine(
        resource.name, _size(text), resource.bytes, resource.hash, said, resource.left_out
    )


def _withheld(package: Package) -> Iterator[str]:
    marked = [(r, r.withheld) for r in package.resources if r.withheld is not None]
    if texts := sum(mark.text for _, mark in marked):
        yield counted(texts, "text")
    if tables := sum(mark.table is not None for _, mark in marked):
        yield f"the words of {counted(tables, 'table')}"
    if folders := sum(mark.files for _, mark in marked):
        yield f"the text files of {counted(folders, 'table')}"


def _hints(called: str, tables: Iterable[Resource], one_text: bool) -> Iterator[str]:
    """Calls that show what a package is about, given its tables that have rows."""
    for table in tables:
        yield f"{called}[{table.name!r}]"
        if in_force(table):
            yield f"{called}.passages({table.name!r})"
            if one_text:
                yield f"{called}.pictures.coverage()"
            return
