"""APA, seventh edition, as plain text: the data set, then what it rests on, then the rows."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from smartcity_case.citation.words import (
    date_words,
    joined,
    one_line,
    row_line,
    sentence,
    source_note,
)

if TYPE_CHECKING:
    from smartcity_case.citation.values import Citation, Name, SourceWork

_MOST_NAMES = 20


def cite_apa(citation: Citation) -> str:
    """A line for the data set, one for each source, one for each row."""
    lines = [apa_dataset(citation), *map(apa_source, citation.sources)]
    return "\n".join([*lines, *map(row_line, citation.rows)]) + "\n"


def apa_dataset(citation: Citation) -> str:
    """The reference of the data set, on one line."""
    version = f"(Version {one_line(citation.version)})" if citation.version else ""
    title = joined([one_line(citation.label), version, "[Data set]"]) + "."
    year = f"({citation.issued.year})." if citation.issued else "(n.d.)."
    published = one_line(citation.publisher_beside)
    head = _head(citation.creators, year, title)
    return joined([*head, sentence(published) if published else "", one_line(citation.url)])


def apa_source(source: SourceWork) -> str:
    """The reference of a source, on one line, with what is not certain of it."""
    date = f"({date_words(source.date) or 'n.d.'})."
    published = sentence(source.publication) if source.publication else ""
    head = _head(source.authors, date, sentence(source.title))
    return joined([*head, published, one_line(source.url), source_note(source)])


def in_text(citation: Citation) -> str:
    """How a text refers to the data set: who, and when."""
    names = [one_line(name.whole or name.family or name.given) for name in citation.creators]
    who = " & ".join(names) if len(names) < 3 else f"{names[0]} et al."
    year = str(citation.issued.year) if citation.issued else "n.d."
    return joined([who or one_line(citation.label), year], ", ")


def _head(authors: tuple[Name, ...], date: str, title: str) -> list[str]:
    """Who, when and what; without anybody the title comes first."""
    return [sentence(_listed(authors)), date, title] if authors else [title, date]


def _listed(names: tuple[Name, ...]) -> str:
    written = list(map(_inverted, names))
    if len(written) > _MOST_NAMES:
        return f"{', '.join(written[: _MOST_NAMES - 1])}, … {written[-1]}"
    if len(written) < 2:
        return written[0]
    return f"{', '.join(written[:-1])}, & {written[-1]}"


def _inverted(name: Name) -> str:
    """Family name and initials; a name that stays whole is not abbreviated."""
    if name.whole or not name.family:
        return one_line(name.display)
    words = map(_initials, one_line(name.given).split())
    return joined([one_line(name.family), " ".join(words)], ", ")


def _initials(word: str) -> str:
    r"""The first letter of each part of a given name, with the marks that belong to it.

    >>> _initials("Jean-Émile"), _initials("E\u0301mile") == "E\u0301."
    ('J.-É.', True)
    """
    kinds = "".join(map(_kind, word))
    parts, place = [], 0
    for found in re.finditer(r"(lm*)[lmo]*\.?", kinds):
        parts += [word[place : found.start()], word[slice(*found.span(1))], "."]
        place = found.end()
    return "".join([*parts, word[place:]])


def _kind(char: str) -> str:
    """What a character is in a name: a letter, a mark on one, another part of a word, or itself."""
    if char.isalpha():
        return "l"
    if unicodedata.category(char).startswith("M") or char in "\u200c\u200d":
        return "m"
    return "o" if char.isalnum() or char == "_" else "." if char == "." else "-"
