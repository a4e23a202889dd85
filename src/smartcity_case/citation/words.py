"""What several formats share: text on one line, sentences, dates and rows in words."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smartcity_case.citation.values import CitedRow, CitedSpan, PartialDate, SourceWork

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# Breaks of lines, what a terminal obeys, and spaces around them: what a format of lines cannot
# hold. Spaces that do not break a line (in „z. B.“) stay.
_GAPS = re.compile(r"[ \x00-\x1f\x7f-\x9f\u2028\u2029]+")
# What JSON lets pass and YAML, or a terminal, does not.
_UNSEEN = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_NO_STOP = re.compile(r"[.!?…][\"'”“’‘»«)\]]*\Z")
_URL = re.compile(r"https?://[^\s/]\S*", re.I)
_NOT_IN_URL = re.compile(r"[^A-Za-z0-9!#$%&'()*+,./:;=?@\[\]_~-]")


def one_line(text: str) -> str:
    r"""Text on one line: each run of spaces, breaks and control characters is one space.

    >>> one_line("Bohnen-\n  stangen\x1b")
    'Bohnen- stangen'
    """
    return _GAPS.sub(" ", text).strip(" ")


def sentence(text: str) -> str:
    """Text on one line, with a full stop unless it ends with one.

    >>> sentence("Wer war es?"), sentence("Ida")
    ('Wer war es?', 'Ida.')
    """
    line = one_line(text)
    return line if _NO_STOP.search(line) else f"{line}."


def joined(parts: Iterable[str], between: str = " ") -> str:
    """The parts that say something, with something between."""
    return between.join(filter(None, parts))


def date_words(date: PartialDate | None, order: str = "year first") -> str:
    """A date in English words, at the precision known; APA has the year first.

    >>> from smartcity_case.citation.values import PartialDate
    >>> date_words(PartialDate(2018, 12)), date_words(PartialDate(2018, 12, 5), "month first")
    ('2018, December', 'December 5, 2018')
    """
    if date is None:
        return ""
    day = joined([MONTHS[date.month - 1] if date.month else "", str(date.day or "")])
    if order == "year first":
        return joined([str(date.year), day], ", ")
    return joined([day, str(date.year)], ", " if date.day else " ")


def row_line(row: CitedRow) -> str:
    """A row on one line: its identifier, then where its words stand and what they are."""
    return joined([str(row.reference), "; ".join(map(span_line, row.spans))], ": ")


def span_line(span: CitedSpan) -> str:
    """A span on one line; offsets count code points from 0, and the end is not in it."""
    words = "words withheld" if span.words is None else f"“{one_line(span.words)}”"
    column, source = one_line(span.column), one_line(span.source)
    return f"{words} ({column}, {source} {span.start} to {span.end})"


def source_note(source: SourceWork) -> str:
    """What is not certain of a source, as a remark in brackets."""
    return f"[{one_line(source.note)}]" if source.note else ""


def json_string(text: str) -> str:
    r"""A string of JSON that is one of YAML, too, and that no terminal obeys.

    >>> print(json_string("„Ä“\x9b"))
    "„Ä“\u009b"
    """
    return _shown(json.dumps(text, ensure_ascii=False))


def json_document(data: Any) -> str:
    """A document of JSON, with a line end."""
    return _shown(json.dumps(data, ensure_ascii=False, indent=2)) + "\n"


def _shown(text: str) -> str:
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def filled(data: dict[str, Any]) -> dict[str, Any]:
    """A mapping without what is empty."""
    return {name: value for name, value in data.items() if value not in ("", None, [], {}, ())}


def plain_url(url: str) -> str:
    """An address in ASCII without anything that TeX, RIS or white space would break.

    >>> plain_url("https://example.org/a b{ä}?x=1%20#c")
    'https://example.org/a%20b%7B%C3%A4%7D?x=1%20#c'
    """
    return _NOT_IN_URL.sub(_percent, url)


def is_url(text: str) -> bool:
    """Whether a text is an address on the web.

    >>> is_url("https://example.org/l"), is_url("RIGHTS.md")
    (True, False)
    """
    return bool(_URL.fullmatch(text))


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8"))
