"""BibTeX: @misc with `note` and `version`, which the standard styles print and leave out."""

from __future__ import annotations

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
from smartcity_case.citation.words import one_line, plain_url

if TYPE_CHECKING:
    from smartcity_case.citation.values import Citation, PartialDate, SourceWork

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def cite_bibtex(citation: Citation) -> str:
    """An entry for the data set, whose note has the rows, and one for each source."""
    return bibliography(citation, _dataset, _source)


def _dataset(citation: Citation) -> str:
    version = one_line(citation.version)
    told = f"Version {version}, data set" if version else "Data set"
    fields = {
        "author": authors(citation.creators),
        "key": "" if citation.creators else tex(citation.label),  # by which it is sorted
        "title": title(citation.label),
        "version": tex(version),
        **_date(citation.issued),
        "publisher": tex(citation.publisher_beside),
        "doi": plain_url(citation.doi),
        "url": plain_url(citation.url),
        "note": dataset_note(citation, told),
    }
    return entry("misc", dataset_key(citation), fields)


def _source(source: SourceWork, key: str) -> str:
    """An article only with an author, whom @article insists on; some styles fail without."""
    is_article = source.kind == "newspaper-article" and source.publication and source.authors
    where = "journal" if is_article else "howpublished"
    fields = {
        "author": authors(source.authors),
        "key": "" if source.authors else tex(source.title),
        "title": title(source.title),
        where: tex(source.publication),
        **_date(source.date),
        "url": plain_url(source.url),
        "note": tex(source.note),
    }
    return entry("article" if is_article else "misc", key, fields)


def _date(date: PartialDate | None) -> dict[str, str]:
    """Year and month; BibTeX has no field for a day."""
    if date is None:
        return {}
    return {"year": f"{date.year:04}", "month": _MONTHS[date.month - 1] if date.month else ""}
