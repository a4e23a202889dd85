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
_APOSTROPHES = "'’‘ʼ´`′‛"
_HYPHENS = "-‐‑"
_NEGATING_BEHIND = re.compile(
    f"[{_HYPHENS}]?"
    r"(?:e?[sn])?(?:los|frei|less|free|not)(?:e[mnrs]?|er[nmes]*|est\w*|ly|ness)?(?!\w)"
    f"|n?[{_APOSTROPHES}]t(?!\\w)",
    re.IGNORECASE,
)
_LETTERS_BEFORE = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+\Z")
_GROUPS = "\u00a0\u2009\u202f"
"""Spaces that group the digits of a number."""
_JOINS_DIGITS = frozenset(f".,:'’\u066b\u066c\u2044{_GROUPS} ")
_NUMBER = re.compile(
    rf"\d+(?:[.,:'’\u066b\u066c\u2044{_GROUPS}]\d+)+"
    r"|(?<!\d)\d{1,3}(?: \d{3})+(?!\d)"  # a plain space groups thousands only
)
_DATE = re.compile(r"(?:[0-9]{1,2}\.){2}[0-9]{2,4}")
_CURRENCIES = "$€£¥"
_SIGNED = re.compile(rf"(?:^|[^\w).%‰°\]])[-+−–±∓‐‑‒﹣－＋][{_CURRENCIES}]?\Z")
_POINT = re.compile(r"(?:^|\s|[-+−–(])\.\Z")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_LINE_END = r"[ \t]*(?:\r\n|\n|\r)[ \t]*"
_BREAKS = frozenset(f"{_INVISIBLE}{_HYPHENS} \t\r\n")
"""Characters over which a word may go on: invisible ones, a hyphen with a line end behind it."""
_BROKEN_BEFORE = re.compile(f"(?:[{_INVISIBLE}]|(?<=[^\\W\\d_])[{_HYPHENS}\u00ad]{_LINE_END})+\\Z")
_BROKEN_BEHIND = re.compile(f"(?:[{_INVISIBLE}]|[{_HYPHENS}\u00ad]{_LINE_END})+")
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
    if left in _BREAKS and (broken := _BROKEN_BEFORE.search(text, max(0, at - _FAR), at)):
        head = text[max(0, at - _FAR) : broken.start()] + _kept(broken[0], right)
        return _before(head + text[at : at + _FAR], len(head))
    if _cuts_number(text, at) or _is_mark(right):
        return "cut"
    if (right.isdigit() or right in _CURRENCIES) and (
        _SIGNED.search(text[max(0, at - 3) : at])
        or (left == "." and _POINT.search(text[max(0, at - 2) : at]))
    ):
        return "cut"
    if not right.isalnum():
        return "whole"
    if left in _HYPHENS:
        word = _letters_before(text, at - 1)
        return "cut" if word in _NEGATING_BEFORE else "whole"
    if not (left.isalnum() or _is_mark(left)) or _is_unspaced(left) or _is_unspaced(right):
        return "whole"
    if left.isdigit() or right.isdigit():
        return "part"
    word = _letters_before(text, at) or left
    return "cut" if len(word) < _LEAST or word in _NEGATING_BEFORE else "part"


def _behind(text: str, at: int) -> Edge:
    if at == len(text):
        return "whole"
    left, right = text[at - 1], text[at]
    if right in _BREAKS and (broken := _BROKEN_BEHIND.match(text, at)):
        tail = text[broken.end() : broken.end() + _FAR]
        if left.isalpha() or broken[0][0] in _INVISIBLE:
            head = text[max(0, at - _FAR) : at]
            return _behind(head + _kept(broken[0], tail) + tail, len(head))
    if _cuts_number(text, at) or _is_mark(right):
        return "cut"
    if right in " .," or not left.isalnum():
        return "whole"
    if left.isalpha() and _NEGATING_BEHIND.match(text, at):
        return "cut"
    if not right.isalnum() or _is_unspaced(left) or _is_unspaced(right):
        return "whole"
    return "part"


def _kept(broken: str, behind: str) -> str:
    """What is left of a break within a word: the hyphen, if a small letter does not follow."""
    hyphens = [mark for mark in broken if mark in _HYPHENS]
    return "" if behind[:1].islower() else "".join(hyphens[-1:])


def _letters_before(text: str, at: int) -> str:
    """The letters directly before a place, small and composed."""
    found = _LETTERS_BEFORE.search(text, max(0, at - _FAR), at)
    return unicodedata.normalize("NFC", found[0]).lower() if found else ""


def _cuts_number(text: str, at: int) -> bool:
    """Whether a place lies within a number such as 12,5 or 2012 that is no date."""
    left, right = text[at - 1], text[at]
    if left.isnumeric():
        if right.isnumeric():
            return True
        joined = right in _JOINS_DIGITS
    else:
        joined = left in _JOINS_DIGITS and right.isdigit()
    if not joined:
        return False
    for match in _NUMBER.finditer(text, max(0, at - _FAR), at + _FAR):
        if match.start() < at < match.end():
            return not _DATE.fullmatch(match[0])
    return False


def _is_mark(character: str) -> bool:
    """Whether a character belongs to the one before it, as an accent or the tone of a skin does."""
    return character > "\u02ff" and (
        unicodedata.category(character)[0] == "M" or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


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
