"""biblatex: @dataset with `version`, and its sources as articles, online works or others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.citation.tex import (
    authors,
    dataset_key,
    dataset_note,
    entry,
    postnotes,
    source_key,
    source_remark,
    tex,
    title,
)
from smartcity_case.citation.words import plain_url

if TYPE_CHECKING:
    from smartcity_case.citation.values import Citation, PartialDate, SourceWork

_LANGUAGES = {"de": "ngerman", "en": "english", "es": "spanish", "fr": "french", "it": "italian"}


def cite_biblatex(citation: Citation) -> str:
    """An entry for the data set, whose note has the rows, and one for each source."""
    entries = [_dataset(citation)]
    entries += [
        _source(source, source_key(citation, number))
        for number, source in enumerate(citation.sources, 1)
    ]
    return postnotes(citation) + "\n".join(entries)


def _dataset(citation: Citation) -> str:
    fields = {
        "author": authors(citation.creators),
        "title": title(citation.label),
        "version": tex(citation.version),
        "date": _date(citation.date),
        "publisher": tex(citation.publisher_beside),
        "langid": _LANGUAGES.get(citation.language[:2], ""),
        "doi": plain_url(citation.doi),
        "url": "" if citation.doi else plain_url(citation.homepage),
        "note": dataset_note(citation),
    }
    return entry("dataset", dataset_key(citation), fields)


def _source(source: SourceWork, key: str) -> str:
    is_article = source.kind == "newspaper-article" and source.publication
    kind = "article" if is_article else "online" if source.url else "misc"
    where = "journaltitle" if is_article else "organization"
    fields = {
        "author": authors(source.authors),
        "title": title(source.title),
        where: tex(source.publication),
        "entrysubtype": "newspaper" if is_article else "",
        "date": _date(source.date),
        "langid": _LANGUAGES.get(source.language[:2], ""),
        "url": plain_url(source.url),
        "note": source_remark(source),
    }
    return entry(kind, key, fields)


def _date(date: PartialDate | None) -> str:
    return date.iso if date else ""
