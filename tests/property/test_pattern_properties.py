"""What RE2 proves of a cell, Python's `re` accepts."""

from __future__ import annotations

import re
import warnings

from hypothesis import given
from hypothesis import strategies as st

from smartcity_case.arrays import strings
from smartcity_case.checks.patterns import Pattern, PatternFault

_PIECES = (
    *("a", "b", "-", "^", "$", "|", "(", ")", "(?:", "[", "]", "[^", ".", "*", "+", "?", "*?"),
    *("{2}", "{1,2}", "{,2}", "{2,}", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"\\", r"\]"),
    *(r"\[", r"\-", r"\.", r"\n", r"\b", r"\Z", "0", "9", "a-z", "&&", "[:alpha:]", "é", "\n", "_"),
    *("{", "}", ",", "#", " ", r"\_", "(?i)", "(?=a)", r"\1"),
)
_OF_A_CLASS = (
    *("a", "z", "d", "0", "9", "-", "^", ":", "&", "é"),
    *(r"\d", r"\w", r"\s", r"\\", r"\]", r"\-"),
)
_CLASSES = st.lists(st.sampled_from(_OF_A_CLASS), min_size=1, max_size=4).map(
    lambda pieces: f"[{''.join(pieces)}]"
)
_PATTERNS = st.lists(st.sampled_from(_PIECES) | _CLASSES, max_size=6).map("".join)
_CELLS = st.lists(st.text("ab09-\\^$|()[].*+?{},_dws:&é\n\v\x1c ٣", max_size=4), max_size=20)


@given(_PATTERNS, _CELLS)
def test_what_is_proven_matches(pattern: str, cells: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            judged, python = Pattern(pattern), re.compile(pattern)
        except (PatternFault, re.error):
            return
    proven = judged.proves(strings(cells))
    for number, cell in enumerate(cells):
        matches = python.fullmatch(cell) is not None
        assert judged.matches(cell) in (matches, None)
        assert matches or proven is None or not proven[number]
