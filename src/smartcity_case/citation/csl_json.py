"""CSL-JSON: what citation processors read, Zotero and pandoc among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smartcity_case.citation.tex import dataset_key, source_key
from smartcity_case.citation.words import filled, joined, json_document, one_line, row_line

if TYPE_CHECKING:
    from smartcity_case.citation.values import Citation, Name, PartialDate, SourceWork

_TYPES = {"newspaper-article": "article-newspaper", "web-page": "webpage", "document": "document"}


def cite_csl_json(citation: Citation) -> str:
    """A list of items: the data set, whose note has the rows, and its sources."""
    items = [_dataset(citation)]
    items += [
        _source(source, source_key(citation, number))
        for number, source in enumerate(citation.sources, 1)
    ]
    return json_document(items)


def _dataset(citation: Citation) -> dict[str, Any]:
    return filled(
        {
            "id": dataset_key(citation),
            "type": "dataset",
            "title": one_line(citation.label),
            "author": list(map(_name, citation.creators)),
            "issued": _date(citation.issued),
            "version": one_line(citation.version),
            "publisher": one_line(citation.publisher_beside),
            "language": citation.language,
            "DOI": citation.doi,
            "URL": citation.url,
            "abstract": citation.description,
            "keyword": ", ".join(map(one_line, citation.keywords)),
            "note": joined(map(row_line, citation.rows), "; "),
        }
    )


def _source(source: SourceWork, key: str) -> dict[str, Any]:
    return filled(
        {
            "id": key,
            "type": _TYPES[source.kind],
            "title": one_line(source.title),
            "author": list(map(_name, source.authors)),
            "container-title": one_line(source.publication),
            "issued": _date(source.date),
            "language": source.language,
            "URL": source.url,
            "note": one_line(source.note),
        }
    )


def _name(name: Name) -> dict[str, str]:
    if name.whole or not name.family:  # processors print nobody who has a given name alone
        return {"literal": one_line(name.display)}
    return filled({"family": one_line(name.family), "given": one_line(name.given)})


def _date(date: PartialDate | None) -> dict[str, list[list[int]]]:
    return {"date-parts": [list(date.parts)]} if date else {}
