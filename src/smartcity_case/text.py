"""Spans in a text, and the three ways of counting them.

A span counts Unicode code points from 0 and is half-open, as Python slices,
the W3C Web Annotation Data Model and STAM do. JavaScript, Java and UIMA count
UTF-16 code units; Rust and Arrow count UTF-8 bytes. `Source` converts.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Span(NamedTuple):
    """A half-open stretch of code points, 0-based.

    >>> "Duisburg"[slice(*Span(0, 4))]
    'Duis'
    """

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether every character of the other is in this one."""
        return self.start <= other.start and other.end <= self.end


def not_utf8(error: UnicodeDecodeError, offset: int = 0) -> str:
    """Which byte is not UTF-8, and why; what was decoded began at an offset."""
    return f"byte {offset + error.start} is not UTF-8: {error.reason}"


OFFSET_FORM = re.compile(r"0|[1-9][0-9]*")
"""How an offset is written: ASCII digits, no sign, no underscore, no leading zero."""


def occurrences(text: str, words: str) -> Iterator[Span]:
    """Every place where `words` stand in `text`, overlapping ones included.

    >>> list(occurrences("aaa", "aa"))
    [Span(start=0, end=2), Span(start=1, end=3)]
    """
    if not words:
        raise ValueError("no words to look for")
    at = text.find(words)
    while at >= 0:
        yield Span(at, at + len(words))
        at = text.find(words, at + 1)


def stands(text: str, start: int, end: int, words: str | None) -> bool:
    """Whether offsets name a stretch of a text and, if words are given, those.

    >>> stands("die Stadt", 4, 9, "Stadt"), stands("die Stadt", 4, 10, None)
    (True, False)
    """
    return 0 <= start < end <= len(text) and (words is None or text[start:end] == words)


# A sentence ends at a stop, with the quotation marks or brackets that close
# on it, before white space; a paragraph break ends it too. Quotation marks of
# every script may close one: in German text U+201C does, in English it opens.
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'»«”“’‘)\]]*(?=\s)|(?<=\S)(?=\s*\n\s*\n)")
_NOT_AN_END = re.compile(
    r"(?:\b(?:[A-Za-z]|Dr|Prof|Nr|St|bzw|ca|usw|vgl|Mio|Mrd)|\b[0-9]+)\.$", re.IGNORECASE
)


@dataclass(frozen=True)
class Source:
    """A text that spans point into, exactly as decoded: nothing is normalised.

    >>> source = Source("article", "😀 Duisburg")
    >>> source[Span(2, 10)]
    'Duisburg'
    >>> source.to_utf16(2), source.to_utf8(2)
    (3, 5)
    """

    name: str
    text: str

    def __getitem__(self, span: Span) -> str:
        """The words of a span; ValueError if it does not lie in the text."""
        if not 0 <= span.start < span.end <= len(self.text):
            raise ValueError(f"{span} does not lie in {self.name!r} (0 to {len(self.text)})")
        return self.text[span.start : span.end]

    def __len__(self) -> int:
        return len(self.text)

    @cached_property
    def _utf8(self) -> list[int]:
        widths = (1 + (c > "\x7f") + (c > "\u07ff") + (c > "\uffff") for c in self.text)
        return list(accumulate(widths, initial=0))

    @cached_property
    def _utf16(self) -> list[int]:
        return list(accumulate((1 + (c > "\uffff") for c in self.text), initial=0))

    def to_utf8(self, offset: int) -> int:
        """The number of UTF-8 bytes before a code point offset."""
        return self._convert(offset, self._utf8)

    def to_utf16(self, offset: int) -> int:
        """The number of UTF-16 code units before a code point offset."""
        return self._convert(offset, self._utf16)

    def from_utf8(self, offset: int) -> int:
        """The code point offset of a byte offset; ValueError inside a character."""
        return self._invert(offset, self._utf8, "UTF-8 byte")

    def from_utf16(self, offset: int) -> int:
        """The code point offset of a code unit offset; ValueError inside a pair."""
        return self._invert(offset, self._utf16, "UTF-16 code unit")

    def _convert(self, offset: int, index: list[int]) -> int:
        if not 0 <= offset < len(index):
            raise ValueError(f"offset {offset} does not lie in {self.name!r} (0 to {len(self)})")
        return index[offset]

    def _invert(self, offset: int, index: list[int], unit: str) -> int:
        at = bisect_left(index, offset)
        if at == len(index) or index[at] != offset:
            raise ValueError(f"{unit} {offset} is not the start of a character of {self.name!r}")
        return at

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences in order, without the white space around them.

        Simple rules for reading, not a linguistic analysis: a stop before
        white space ends a sentence, and so does a paragraph break; a few
        German abbreviations, initials and ordinal numbers do not.
        """
        cuts = [0]
        for match in _SENTENCE_END.finditer(self.text):
            if not _NOT_AN_END.search(self.text, max(0, match.end() - 12), match.end()):
                cuts.append(match.end())
        cuts.append(len(self.text))
        found = []
        for start, end in pairwise(cuts):
            piece = self.text[start:end]
            if words := piece.strip():
                at = start + piece.index(words)
                found.append(Span(at, at + len(words)))
        return tuple(found)

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def sentence(self, span: Span) -> Span:
        """The smallest run of whole sentences that holds a span."""
        if not self.sentences:
            return span
        first = max(bisect_right(self._sentence_starts, span.start) - 1, 0)
        last = max(bisect_left(self._sentence_starts, span.end) - 1, first)
        return Span(
            min(self.sentences[first].start, span.start),
            max(self.sentences[last].end, span.end),
        )
