"""Why a span may be wrong: mistakes that many tools make, looked for by name.

Nothing here makes a span right; it only says what would.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from smartcity_case.text import stands

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from smartcity_case.checks.rows import Rows
    from smartcity_case.corpus import Corpus
    from smartcity_case.text import Span

CAUSES = (
    "offsets are UTF-16 code units",
    "offsets are UTF-8 bytes",
    "offsets count each CRLF as one character",
    "both offsets are one too high (they count from 1)",
    "both offsets are one too low",
    "`start` counts from 1 and `end` is the last character",
    "`end` is the last character, not the one behind it",
)
"""What a mistake is called, in the order in which they are told."""

_LONG_TEXT = 1 << 20
_ENOUGH = 50


def explain_offsets(rows: Rows, corpus: Corpus) -> tuple[int, Counter[str]]:
    """How many of some failing spans were looked at, and how many each mistake explains.

    It stops looking when no mistake explains half of the first fifty.
    """
    found: Counter[str] = Counter()
    if rows.exact is None:
        return 0, found
    words = rows.exact.to_pylist()
    places = zip(rows.numbers.tolist(), rows.start.tolist(), rows.end.tolist(), strict=True)
    number_now, text = -1, ""
    converted: dict[str, Callable[[int], int]] = {}
    for looked, ((number, start, end), exact) in enumerate(zip(places, words, strict=True)):
        if looked >= _ENOUGH and 2 * max(found.values()) < looked:
            return looked, found
        if number != number_now:
            number_now, text = number, corpus.text(number)
            converted = _conversions(text)
        for cause, convert in converted.items():
            found[cause] += stands(text, convert(start), convert(end), exact)
        for cause, (before, after) in _SHIFTS.items():
            found[cause] += stands(text, start + before, end + after, exact)
    return len(words), found


_SHIFTS = {
    CAUSES[3]: (-1, -1),
    CAUSES[4]: (1, 1),
    CAUSES[5]: (-1, 0),
    CAUSES[6]: (0, 1),
}


def _conversions(text: str) -> dict[str, Callable[[int], int]]:
    """From another way of counting to code points (-1: no place), for those that differ."""
    if text.isascii() and "\r\n" not in text:
        return {}
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    ways = {}
    if not text.isascii():
        wide = (codes > 0x7F).astype(np.int8) + (codes > 0x7FF) + (codes > 0xFFFF)
        if bool((codes > 0xFFFF).any()):
            ways[CAUSES[0]] = _inverse(1 + (codes > 0xFFFF))
        ways[CAUSES[1]] = _inverse(1 + wide)
    if "\r\n" in text:
        joined = np.ones(len(codes), np.int64)
        joined[:-1] -= (codes[:-1] == 13) & (codes[1:] == 10)  # a place is before the pair
        ways[CAUSES[2]] = _inverse(joined)
    return ways


def _inverse(widths: NDArray[np.signedinteger]) -> Callable[[int], int]:
    before = np.concatenate([[0], np.cumsum(widths, dtype=np.int64)])

    def convert(offset: int) -> int:
        at = int(np.searchsorted(before, offset))
        return at if at < len(before) and before[at] == offset else -1

    return convert


_QUOTE = re.compile("[„“”‟«»‹›‘’‚‛\"'`´]")
_SPACE = re.compile(r"\s+")
_HIDDEN = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_DASH = re.compile("[-‐‑‒–—−]")
_SHARP = {"ß": "ss", "ẞ": "SS"}


class _Change(NamedTuple):
    """A change of characters that tools make: how it is told, when it may matter, and itself.

    It may matter if it would change the words, or the text where words could stand.
    """

    told: str
    may_matter: Callable[[str, str], bool]
    make: Callable[[str], str]


def _without_sharp(words: str) -> str:
    for letter, pair in _SHARP.items():
        words = words.replace(letter, pair)
    return words


def _not_normal(form: Literal["NFC", "NFKC"], text: str, words: str) -> bool:
    return not all(unicodedata.is_normalized(form, each) for each in (words, text))


_CHANGES = (
    _Change(
        "white space around them is ignored", lambda _, words: words != words.strip(), str.strip
    ),
    _Change(
        "quotation marks are made alike",
        lambda _, words: bool(_QUOTE.search(words)),
        lambda words: _QUOTE.sub('"', words),
    ),
    _Change(
        "Unicode is composed (NFC)",
        partial(_not_normal, "NFC"),
        partial(unicodedata.normalize, "NFC"),
    ),
    _Change(
        "spaces and line breaks are made alike",
        lambda _, words: bool(_SPACE.search(words)),
        lambda words: _SPACE.sub(" ", words).strip(),
    ),
    _Change(
        "soft hyphens and invisible characters are left out",
        lambda text, words: bool(_HIDDEN.search(words) or _HIDDEN.search(text)),
        lambda words: _HIDDEN.sub("", words),
    ),
    _Change(
        "dashes are made alike",
        lambda _, words: bool(_DASH.search(words)),
        lambda words: _DASH.sub("-", words),
    ),
    _Change(
        "ß is written ss",
        lambda _, words: any(each in words for each in ("ß", "ss", "ẞ", "SS")),
        _without_sharp,
    ),
    _Change(
        "ligatures and other compatible characters are made alike (NFKC)",
        partial(_not_normal, "NFKC"),
        partial(unicodedata.normalize, "NFKC"),
    ),
    # Behind NFKC, since this spells out ligatures as well.
    _Change("capital letters do not count", lambda _, words: True, str.casefold),
)


class Absence:
    """Why words may be absent from a text: what was silently changed in them.

    The changed texts are kept until another text comes.

    >>> Absence().explain("die »Stadt«", '"Stadt"')
    ', unless quotation marks are made alike'
    """

    def __init__(self) -> None:
        self._text = ""
        self._changed: dict[str, str] = {}

    def explain(self, text: str, words: str) -> str:
        """Which change of the characters would let absent words stand, or ""."""
        if max(len(text), len(words)) > _LONG_TEXT or _heaped(text) or _heaped(words):
            return ""
        if text is not self._text:
            self._text, self._changed = text, {}
        for change in _CHANGES:
            if change.may_matter(text, words):
                changed = change.make(words)
                if changed and changed in self._with(change.told, change.make):
                    return f", unless {change.told}"
        everything = _everything(words)
        if everything and everything in self._with("", _everything):
            return ", unless spelling, spaces and marks are made alike"
        return ""

    def _with(self, told: str, make: Callable[[str], str]) -> str:
        if told not in self._changed:
            self._changed[told] = make(self._text)
        return self._changed[told]


_NOT_ASCII = re.compile(r"[^\0-\u02ff]{500}")


def _heaped(text: str) -> bool:
    """Whether hundreds of combining marks stand in a row; to sort them takes too long."""
    return any(all(map(unicodedata.combining, run[0])) for run in _NOT_ASCII.finditer(text))


def _everything(words: str) -> str:
    for change in _CHANGES:
        words = change.make(words)
    return words


_AROUND = 30


def excerpt(text: str, span: Span, exact: str | None) -> str:
    """The place in its line, with a caret under the first character that differs."""
    exact = exact or ""
    found = text[span.start : span.end]
    at = span.start + _common_start(found, exact)
    first = max(text.rfind("\n", 0, at) + 1, at - _AROUND)
    last = text.find("\n", at, at + _AROUND)
    line = text[first : last if last >= 0 else at + _AROUND]
    shown = "".join(c if c.isprintable() else " " for c in line)
    width = sum(map(_width, shown[: at - first]))
    return f"{shown}\n{' ' * width}^"


def _common_start(one: str, other: str) -> int:
    """How many characters two strings begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _width(character: str) -> int:
    """How many columns of a terminal a character takes."""
    if unicodedata.category(character) in ("Mn", "Me"):  # it stands on the one before
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
