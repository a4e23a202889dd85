"""Whether words that stand in a text are cut out of longer ones.

Umweltschutz is a part of Umweltschutzbehörde, but `ein Erfolg` is not what
`kein Erfolg` says, 12 not 2012, and 5 not −5.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Edge = Literal["whole", "part", "cut"]
"""Words of their own; a part of a longer word; cut off from what makes them another thing."""

_LEAST = 3
"""Letters that a part of a word leaves before it: `kein` is not a kind of `ein`."""
_NEGATING_BEFORE = frozenset(
    "un in im il ir non nicht nichts kein ohne anti miss mis dis ent dé des mal no sin sans".split()  # noqa: SIM905
)
_NEGATING_BEHIND = re.compile(
    r"(?:e?[sn])?(?:los|frei|less|free|not)(?:e[mnrs]?|er[nmes]*|est\w*|ly|ness)?(?!\w)|n?['’]t(?!\w)",
    re.IGNORECASE,
)
_LETTERS_BEFORE = re.compile(r"[^\W\d_]+\Z")
_NUMBER = re.compile("[0-9]+(?:[.,:'’\u00a0\u2009\u202f][0-9]+)+")
_DATE = re.compile(r"(?:[0-9]{1,2}\.){2}[0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_JOINS_DIGITS = frozenset(".,:'’\u00a0\u2009\u202f")
_SIGNS = frozenset("+-−–±")
_HYPHENS = frozenset("-‐‑")
_FAR = 40
"""Characters that are looked at beside words."""


def edge(text: str, start: int, end: int) -> Edge:
    """How a stretch of a text, which must not be empty, stands among its neighbours.

    >>> text = "Die Umweltschutzbehörde sieht keinen Erfolg."
    >>> [edge(text, *(at := text.index(w), at + len(w))[0:2]) for w in ("Die", "schutz", "einen")]
    ['whole', 'part', 'cut']
    """
    sides = _before(text, start), _behind(text, end)
    return "cut" if "cut" in sides else "part" if "part" in sides else "whole"


def _before(text: str, at: int) -> Edge:
    if at == 0:
        return "whole"
    left, right = text[at - 1], text[at]
    if right.isdigit():
        if left.isdigit() or _inside_number(text, at):
            return "cut"
        if left in _SIGNS and (at == 1 or not (text[at - 2].isalnum() or text[at - 2] in ").")):
            return "cut"
    if _is_mark(right):
        return "cut"
    if left in _HYPHENS and right.isalnum():
        word = _LETTERS_BEFORE.search(text, max(0, at - 1 - _FAR), at - 1)
        return "cut" if word and word[0].lower() in _NEGATING_BEFORE else "whole"
    if not (left.isalnum() and right.isalnum()):
        return "part" if _is_mark(left) and right.isalnum() else "whole"
    if _is_unspaced(left) or _is_unspaced(right):
        return "whole"
    if left.isdigit() or right.isdigit():
        return "part"
    word = _LETTERS_BEFORE.search(text, max(0, at - _FAR), at)
    before = word[0] if word else left
    return "cut" if len(before) < _LEAST or before.lower() in _NEGATING_BEFORE else "part"


def _behind(text: str, at: int) -> Edge:
    if at == len(text):
        return "whole"
    left, right = text[at - 1], text[at]
    if left.isdigit() and (right.isdigit() or _inside_number(text, at)):
        return "cut"
    if _is_mark(right):
        return "cut"
    if left.isalpha() and _NEGATING_BEHIND.match(text, at):
        return "cut"
    if not (left.isalnum() and right.isalnum()) or _is_unspaced(left) or _is_unspaced(right):
        return "whole"
    return "part"


def _inside_number(text: str, at: int) -> bool:
    """Whether a place beside a digit lies within a number such as 12,5 that is no date."""
    if not (text[at - 1] in _JOINS_DIGITS or text[at] in _JOINS_DIGITS):
        return False
    for match in _NUMBER.finditer(text, max(0, at - _FAR), at + _FAR):
        if match.start() < at < match.end():
            return not _DATE.fullmatch(match[0])
    return False


def _is_mark(character: str) -> bool:
    """Whether a character belongs to the one before it."""
    return character > "\u02ff" and unicodedata.category(character)[0] == "M"


def _is_unspaced(character: str) -> bool:
    """Whether a character is of a script that puts no spaces between words."""
    code = ord(character)
    return code > 0xDFF and (
        code < 0x0F00
        or 0x1000 <= code < 0x10A0
        or 0x1780 <= code < 0x1800
        or 0x2E80 <= code < 0xD800
        or 0xF900 <= code < 0xFB00
        or 0x20000 <= code < 0x40000
    )
