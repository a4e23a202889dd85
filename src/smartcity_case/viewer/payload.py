"""What is on the page of a package, as a document of JSON: version 1 of its form.

Cells, texts and titles stand in it as they are; `page` writes them so that
nothing of them is taken for HTML.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smartcity_case.citation.apa import in_text
from smartcity_case.citation.described import describe
from smartcity_case.citation.text import cite_text
from smartcity_case.errors import NotFound
from smartcity_case.exporters.shared.provenance import language, stated_rights
from smartcity_case.render.text import totals
from smartcity_case.rowid import RowReference
from smartcity_case.table import cell_text
from smartcity_case.viewer.findings import findings
from smartcity_case.viewer.passages import in_pieces
from smartcity_case.viewer.tables import read_tables
from smartcity_case.viewer.texts import read_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from smartcity_case.content import Content
    from smartcity_case.profile import FieldSchema, Package, TableSchema
    from smartcity_case.reading import Progress
    from smartcity_case.report import Report
    from smartcity_case.viewer.tables import Shown

VERSION = 1


def payload(
    content: Content,
    report: Report,
    *,
    texts: Sequence[str] = (),
    options: Mapping[str, str] | None = None,
    usual: Mapping[str, str] | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Everything that the page of a package shows.

    `report` are the findings about it. `texts` chooses among its texts, by name
    or pattern; `options` are those of `passages.OPTIONS`, and `usual` what they
    are unless they are given; what is usual need not fit. Raises NotFound for what
    there is not, UnwritablePackage if it is more than a page holds.
    """
    shown = read_texts(content, texts)
    tables = read_tables(content, shown, choose=bool(texts), threads=threads, progress=progress)
    package = content.package
    try:
        in_pieces(tables, package, dict(usual or {}) | dict(options or {}))
    except NotFound:
        if options:
            raise
    listed = findings(report, tables, shown, choose=bool(texts))
    return {
        "payload": VERSION,
        "package": _package(package),
        "citation": _citation(package),
        "rights": list(_rights(package)),
        "texts": [each._asdict() for each in shown.shown],
        "tables": [_table(table, package, tables) for table in tables.values()],
        "findings": listed,
        "moreFindings": len(report.findings) - len(listed),
        "report": {
            "ok": report.ok,
            "errors": len(report.errors),
            "warnings": len(report.warnings),
            "skipped": len(report.skipped),
            "line": totals(report),
        },
    }


def _package(package: Package) -> dict[str, str]:
    return {
        "name": package.name,
        "version": package.version,
        "title": package.title,
        "language": language(package),
        "description": package.description,
    }


def _citation(package: Package) -> dict[str, str]:
    citation = describe(package)
    # What stands before the row in a reference to it: `NAME@VERSION#`.
    sample = RowReference(package.name, package.version, "t", ("k",))
    return {
        "head": cite_text(citation).removesuffix("\n"),
        "inText": in_text(citation),
        "reference": str(sample).removesuffix(sample.short),
    }


def _rights(package: Package) -> Iterator[dict[str, str]]:
    titles = {resource.name: resource.title for resource in package.resources}
    for name, right in stated_rights(package):
        yield {"of": titles[name] or name if name else "the package", "text": str(right)}


def _table(table: Shown, package: Package, tables: Mapping[str, Shown]) -> dict[str, Any]:
    schema, resource = table.schema, package.resource(table.name)
    assert resource is not None
    place = {name: number for number, name in enumerate(table.columns)}
    fields = [_field(each, table, tables) for each in schema.fields]
    fields += [_unknown(name) for name in table.columns if name not in schema.names]
    return {
        "name": table.name,
        "title": resource.title,
        "description": resource.description,
        "key": [place[name] for name in table.key_fields],
        "label": _label(schema, fields),
        "fields": fields,
        "spans": list(_spans(schema, place)),
        "columns": list(table.columns.values()),
        "rows": table.rows,
        "short": _short(table),
        "marks": table.marks.tolist(),
        "odd": table.odd,
    }


def _field(field: FieldSchema, table: Shown, tables: Mapping[str, Shown]) -> dict[str, Any]:
    schema = table.schema
    return {
        "name": field.name,
        "title": field.title,
        "description": field.description,
        "type": field.type,
        "terms": _terms(field, table.columns[field.name]),
        "refers": _refers(field.name, table, tables),
        "required": field.constraints.get("required") is True or field.name in schema.primary_key,
        "span": any(field.name in span.fields.names for span in schema.text_spans),
    }


def _unknown(name: str) -> dict[str, Any]:
    """A column that the schema does not know."""
    said = {"title": "", "description": "", "type": "any", "terms": None}
    return {"name": name, **said, "refers": -1, "required": False, "span": False}


def _terms(field: FieldSchema, cells: list[str]) -> list[dict[str, str]] | None:
    """The values that a field may have, if they are listed; of a boolean those that it has."""
    if field.categories is not None:
        listed = [c if isinstance(c, dict) else {"value": c} for c in field.categories]
    elif isinstance(allowed := field.constraints.get("enum"), list):
        listed = [{"value": value} for value in allowed]
    elif field.type == "boolean":
        listed = [{"value": value} for value in sorted(set(cells) - {""})]
    else:
        return None
    return [
        {name: cell_text(each.get(name)) for name in ("value", "label", "description")}
        for each in listed
    ]


def _refers(name: str, table: Shown, tables: Mapping[str, Shown]) -> int:
    """The number of the table to whose rows a field refers by their key, or -1."""
    for key in table.schema.foreign_keys:
        target = tables.get(key.target(table.name))
        fields = key.reference.fields
        if key.fields == [name] and target is not None and fields == target.key_fields:
            return list(tables).index(target.name)
    return -1


def _label(schema: TableSchema, fields: list[dict[str, Any]]) -> int:
    """The number of the field that tells a row best: the first of free text, or -1."""
    foreign = {name for key in schema.foreign_keys for name in key.fields}
    for number, each in enumerate(fields[: len(schema.fields)]):
        plain = each["type"] == "string" and each["terms"] is None and not each["span"]
        if plain and each["name"] not in foreign and each["name"] not in schema.primary_key:
            return number
    return -1


def _spans(schema: TableSchema, place: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    titles = {each.name: each.title for each in schema.fields}
    for name, span in zip(schema.span_names, schema.text_spans, strict=True):
        fields = span.fields
        yield {
            "name": name,
            "title": titles.get(name, ""),
            "start": place[fields.start],
            "end": place[fields.end],
            "exact": place.get(fields.exact or "", -1),
            "of": span.reference.resource,
            "source": place.get(fields.source or "", -1),
        }


def _short(table: Shown) -> list[str] | None:
    """The references within the package, if they are not just table and key with slashes."""
    if not table.keys:
        return None
    made = [RowReference("", "", table.name, key).short for key in zip(*table.keys, strict=True)]
    shown = zip(*(table.columns[name] for name in table.key_fields), strict=True)
    plain = ["/".join((table.name, *key)) for key in shown]
    return None if made == plain else made
