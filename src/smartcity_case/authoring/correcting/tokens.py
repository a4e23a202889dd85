"""A text as lines, pieces of sentences, or words, which together are the whole text."""

from __future__ import annotations

import re
import unicodedata

_MARKS = (
    "\u00ad\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u200c\u200d\u20d0-\u20ff\ufe20-\ufe2f"
)

_JOINER = "\u200d"

LINES = re.compile(r"[^\r\n]+[\r\n]*|[\r\n]+")
"""Lines with the line ends behind them."""
PIECES = re.compile(
    r"(?:[^\s.!?…;:][^.!?…;:]*[.!?…;:]*[\"'»«”“’‘)\]]*|[.!?…;:]+[\"'»«”“’‘)\]]*)\s*|\s+"
)
"""Sentences, more or less, with the white space behind them."""
WORDS = re.compile(rf"(?:[\w{_MARKS}]+|[^\w\s])\s*|\s+")
"""Words (with accents of their own and soft hyphens) and single other characters, the same way."""


def in_word(char: str) -> bool:
    """Whether a character is part of a word: a letter, a digit, or what joins or marks them.

    >>> [in_word(c) for c in "aß3_ ,\u0308\u00ad"]
    [True, True, True, True, False, False, True, True]
    """
    return (
        char.isalnum()
        or char in "_\u00ad\u200c\u200d"
        or (char > "\u02ff" and unicodedata.category(char)[0] == "M")
    )


def cuts_letter(text: str, at: int) -> bool:
    """Whether what stands behind a place belongs to the letter, or the emoji, before it.

    >>> cuts_letter("scho\u0308n", 4), cuts_letter("schon", 4)
    (True, False)
    """
    if not 0 < at < len(text):
        return False
    char = text[at]
    joined = char == _JOINER or text[at - 1] == _JOINER or "\U0001f3fb" <= char <= "\U0001f3ff"
    return joined or (char > "\u02ff" and unicodedata.category(char)[0] == "M")


def cuts_word(text: str, at: int) -> bool:
    """Whether a place lies inside of a word.

    >>> cuts_word("die Stadt", 6), cuts_word("die Stadt", 4)
    (True, False)
    """
    return 0 < at < len(text) and in_word(text[at - 1]) and in_word(text[at])
