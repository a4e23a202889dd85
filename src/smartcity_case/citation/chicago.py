"""Chicago, author and date, as plain text: the data set, then what it rests on, then the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.citation.values import Name
from smartcity_case.citation.words import (
    date_words,
    joined,
    one_line,
    row_line,
    sentence,
    source_note,
)

if TYPE_CHECKING:
    from smartcity_case.citation.values import Citation, PartialDate, SourceWork

_MOST_NAMES = 10
_NAMES_OF_MANY = 7


def cite_chicago(citation: Citation) -> str:
    """A line for the data set, one for each source, one for each row."""
    lines = [_dataset(citation), *map(_source, citation.sources), *map(row_line, citation.rows)]
    return "\n".join(lines) + "\n"


def _dataset(citation: Citation) -> str:
    version = sentence(f"Version {citation.version}") if citation.version else ""
    published = sentence(citation.publisher_beside) if citation.publisher_beside else ""
    head = _head(citation.creators, citation.issued, citation.label)
    return joined([*head, version, "Data set.", published, _url(citation.url)])


def _source(source: SourceWork) -> str:
    """Without an author the newspaper, or whatever it is, takes the author's place."""
    day = date_words(source.date, "month first") if source.date and source.date.month else ""
    instead = (Name(whole=source.publication),) if source.publication else ()
    published = joined([one_line(source.publication) if source.authors else "", day], ", ")
    head = _head(source.authors or instead, source.date, source.title)
    told = [sentence(published) if published else "", _url(source.url), source_note(source)]
    return joined([*head, *told])


def _head(authors: tuple[Name, ...], date: PartialDate | None, title: str) -> list[str]:
    """Who, when and what; without anybody the title comes first."""
    year, quoted = f"{date.year}." if date else "n.d.", f"“{sentence(title)}”"
    return [sentence(_listed(authors)), year, quoted] if authors else [quoted, year]


def _listed(names: tuple[Name, ...]) -> str:
    """The first name inverted, the others as one reads them."""
    first, *others = names
    written = [one_line(first.inverted), *(one_line(name.display) for name in others)]
    if len(written) > _MOST_NAMES:
        return f"{', '.join(written[:_NAMES_OF_MANY])}, et al"
    if not others:
        return written[0]
    return f"{', '.join(written[:-1])}, and {written[-1]}"


def _url(url: str) -> str:
    return f"{one_line(url)}." if url else ""
