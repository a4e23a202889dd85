"""biblatex: @dataset with `version`, and its sources as articles, online works or others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smartcity_case.citation.tex import (
    authors,
    bibliography,
    dataset_key,
    dataset_note,
    entry,
    tex,
    title,
)
from smartcity_case.citation.words import plain_url

if TYPE_CHECKING:
    from smartcity_case.citation.values import Citation, PartialDate, SourceWork

_LANGUAGES = {
    **dict.fromkeys(("de", "deu", "ger"), "ngerman"),
    **dict.fromkeys(("en", "eng"), "english"),
    **dict.fromkeys(("es", "spa"), "spanish"),
    **dict.fromkeys(("fr", "fra", "fre"), "french"),
    **dict.fromkeys(("it", "ita"), "italian"),
}


def cite_biblatex(citation: Citation) -> str:
    """An entry for the data set, whose note has the rows, and one for each source."""
    return bibliography(citation, _dataset, _source)


def _dataset(citation: Citation) -> str:
    fields = {
        "author": authors(citation.creators),
        "title": title(citation.label),
        "version": tex(citation.version),
        "date": _date(citation.issued),
        "publisher": tex(citation.publisher_beside),
        "langid": _langid(citation.language),
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
        "langid": _langid(source.language),
        "url": plain_url(source.url),
        "note": tex(source.note),
    }
    return entry(kind, key, fields)


def _langid(language: str) -> str:
    """What babel calls a language, by the first part of its tag (`de` of `de-AT`)."""
    return _LANGUAGES.get(re.split("[-_]", language.lower())[0], "")


def _date(date: PartialDate | None) -> str:
    return date.iso if date else ""
