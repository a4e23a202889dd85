"""RIS: a line for each value, a tag of two letters, two spaces, a hyphen and a space.

RIS has no way to say that a name is whole: one with a comma is read as family
and given name by whoever reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.citation.words import one_line, plain_url, row_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smartcity_case.citation.values import Citation, PartialDate, SourceWork

_TYPES = {"newspaper-article": "NEWS", "web-page": "ELEC", "document": "GEN"}


def cite_ris(citation: Citation) -> str:
    """A record for the data set, with a note for each row, and one for each source."""
    records = [_dataset(citation), *map(_source, citation.sources)]
    return "\n".join("".join(map(_line, record)) for record in records)


def _line(value: tuple[str, str]) -> str:
    tag, text = value
    return f"{tag}  - {one_line(text)}\n"


def _dataset(citation: Citation) -> Iterator[tuple[str, str]]:
    yield "TY", "DATA"
    yield from _each("AU", (who.inverted for who in citation.creators))
    yield "TI", citation.label
    yield from _each("TT", (title for _, title in citation.titles))
    yield from _date(citation.issued)
    yield from _each("ET", [citation.version])
    yield from _each("PB", [citation.publisher.display if citation.publisher else ""])
    yield from _each("LA", [citation.language])
    yield from _each("DO", [citation.doi])
    yield from _each("UR", [plain_url(citation.url)])
    yield from _each("AB", [citation.description])
    yield from _each("KW", citation.keywords)
    yield from _each("N1", [f"Version {citation.version}" if citation.version else ""])
    yield from _each("N1", map(row_line, citation.rows))
    yield "ER", ""


def _source(source: SourceWork) -> Iterator[tuple[str, str]]:
    yield "TY", _TYPES[source.kind]
    yield from _each("AU", (who.inverted for who in source.authors))
    yield "TI", source.title
    yield from _each("T2", [source.publication])
    yield from _date(source.date)
    yield from _each("LA", [source.language])
    yield from _each("UR", [plain_url(source.url)])
    yield from _each("N1", [source.note])
    yield "ER", ""


def _each(tag: str, values: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((tag, value) for value in values if one_line(value))


def _date(date: PartialDate | None) -> Iterator[tuple[str, str]]:
    """Year, and the date with its three slashes; what is not known stays empty."""
    if date is not None:
        parts = (date.year, date.month, date.day)
        yield "PY", f"{date.year:04}"
        yield "DA", "".join(f"{part:02}/" if part else "/" for part in parts)
