"""What of a package is told at a glance, gathered from its descriptor and its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.citation import licence
from smartcity_case.render.display.overview import Overview, TableLine, TextLine
from smartcity_case.render.display.style import language
from smartcity_case.render.resources import in_force, licences_of
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sized

    from smartcity_case.profile import Package, Resource
    from smartcity_case.textspans import TextSpan


def text_language(package: Package, declaration: TextSpan) -> str:
    """The language of the text that a declaration leads to, or "" if it is not stated."""
    resource = package.resource(declaration.reference.resource)
    return _language(resource) if resource is not None else ""


def text_rights(package: Package, declaration: TextSpan) -> str:
    """What is stated of the rights in the text that a declaration leads to, or ""."""
    resource = package.resource(declaration.reference.resource)
    stated = licences_of(resource) if resource is not None else []
    return "; ".join(each.title or each.name or each.path for each in stated)


def _language(part: Package | Resource) -> str:
    return language((part.model_extra or {}).get("language"))


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
    return Overview(
        kind=kind,
        name=package.name,
        version=package.version,
        title=package.title,
        language=_language(package),
        tables=listed,
        texts=tuple(_text(r, texts.get(r.name)) for r in resources if r.kind == "text"),
        withheld=", ".join(_withheld(package)),
        citation=citation,
        rights=licence(package),
        hints=tuple(_hints(kind.lower(), package, listed, len(texts) == 1)),
    )


def _meaning(table: Resource, is_of_texts: bool) -> str:
    """What a row of a table is, as far as it is said, and whether spans lead into its texts."""
    told = (table.description or table.title, "texts that spans lead into" if is_of_texts else "")
    return "; ".join(filter(None, told))


def _size(rows: Sized | None) -> int | None:
    return None if rows is None else len(rows)


def _text(resource: Resource, text: Sized | None) -> TextLine:
    said = _language(resource)
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


def _hints(
    called: str, package: Package, listed: tuple[TableLine, ...], one_text: bool
) -> Iterator[str]:
    """Calls that work for this package, and show what it is about."""
    for line in listed:
        resource = package.resource(line.name)
        if resource is None or not line.rows:
            continue
        yield f"{called}[{line.name!r}]"
        if in_force(resource):
            yield f"{called}.passages({line.name!r})"
            if one_text:
                yield f"{called}.pictures.coverage()"
            return
