"""The `pattern` constraint: the whole cell must match, at a bounded cost.

Python's own `re` decides, as it does for frictionless; but its cost can grow
without bound. A pattern that is a regular expression in the strict sense can be
decided by RE2 too, whose cost is linear. So RE2 proves whole columns, and it
decides where `re` would take too long; what neither may decide is a fault.
"""

from __future__ import annotations

import re
import warnings

import pyarrow as pa

from smartcity_case import arrow, limits
from smartcity_case.arrays import Mask, mask, strings

_QUANTIFIER = r"(?:[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})\??"
_REGULAR = re.compile(
    rf"""
      (?P<quantifier>{_QUANTIFIER})
    | (?P<class>\[\^?(?:\\[dws]|\\[^\w\s]|[^\\\[\]&|~-]|(?<!\[)(?<!\[\^)-(?!-))+\])
    | (?P<escape>\\[dwsDWS])
    | (?P<literal>[^\\\[\](){{}}|*+?.^$]|\\[!-/:-@\[-`{{-~]|\\[tnr]|\.)
    | (?P<open>\((?:\?:|(?!\?)))
    | (?P<close>\))
    | (?P<or>\|)
    """,
    re.VERBOSE,
)
# What the classes mean for an ASCII cell in Python; RE2's own lack \v and \x1c to \x1f.
_ASCII = {"d": "0-9", "w": "0-9A-Z_a-z", "s": r"\t-\r\x1c-\x20"}
_COSTS = re.compile(
    r"""\\. | \[\^?\]?(?:\\.|[^\]\\])*\]
    | \((?:\?(?:P<[^>]*>|<[=!]|[:=!>]|\([^)]*\)|\#|[aiLmsux-]+:?))? | \) | \|
    | (?:[*+?]|\{[0-9,]+\})[?+]?""",
    re.DOTALL | re.VERBOSE,
)
_HIDES_QUANTIFIERS = re.compile(r"\(\?(?:\#|[aiLmsu-]*x)")
"""A comment, or the flag that lets white space stand between a group and its quantifier."""
_FEW_STEPS, _MOST_STEPS = 10**4, 10**6


class PatternFault(Exception):
    """A pattern that cannot be judged by; the message says why."""


class Pattern:
    """A pattern that whole cells are held to.

    >>> pattern = Pattern("[A-Z]-[0-9]{3}")
    >>> pattern.matches("A-123"), pattern.matches("A-123x")
    (True, False)
    """

    def __init__(self, pattern: str) -> None:
        if len(pattern) > limits.PATTERN:
            raise PatternFault(f"it has {len(pattern)} characters, more than {limits.PATTERN}")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._python = re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            raise PatternFault(str(error)) from error
        self._regular = _regular(pattern)
        self._ascii_only = bool(re.search(r"\\[dwsDWS]", pattern))
        if self._regular is not None and not self._by_re2_compiles():
            self._regular = None
        self._growth, self._forks = _costs(pattern)
        self._floats = not pattern.startswith("^") or "|" in pattern

    def _by_re2_compiles(self) -> bool:
        try:
            self._by_re2(strings([""]))
        except pa.ArrowInvalid:  # too large for RE2
            return False
        return True

    def _by_re2(self, cells: pa.StringArray) -> Mask:
        return mask(arrow.matches(cells, rf"\A(?:{self._regular})\z"))

    def proves(self, cells: pa.StringArray) -> Mask | None:
        """Which cells match for certain; None if nothing can be said of any."""
        if self._regular is None:
            return None
        found = self._by_re2(cells)
        return found & mask(arrow.call("string_is_ascii", cells)) if self._ascii_only else found

    def matches(self, cell: str) -> bool | None:
        """Whether a cell matches; None if that would take too long to find out."""
        steps = max(len(cell), 1) ** self._growth * self._forks
        decides = self._regular is not None and (cell.isascii() or not self._ascii_only)
        if steps > _FEW_STEPS and decides:
            return bool(self._by_re2(strings([cell]))[0])
        return None if steps > _MOST_STEPS else self._python.fullmatch(cell) is not None

    def may_search_long(self, size: int) -> bool:
        """Whether to search a string of that size by `re` could take too long."""
        steps: int = max(size, 1) ** (self._growth + self._floats) * self._forks
        return steps > _MOST_STEPS


def _regular(pattern: str) -> str | None:
    """The pattern for RE2, if it means the same there, or None.

    A leading `^` and a closing `$` say nothing that matching whole cells does not.
    """
    inner = pattern.removeprefix("^")
    if inner.endswith("$") and not inner.endswith(r"\$"):
        inner = inner[:-1]
    if inner != pattern and "|" in inner:
        return None  # the anchors may belong to one branch only
    parts, at, repeatable = [], 0, False
    while at < len(inner):
        token = _REGULAR.match(inner, at)
        if token is None or (token["quantifier"] and not repeatable):
            return None
        repeatable = not (token["quantifier"] or token["open"] or token["or"])
        parts.append(_translated(token))
        at = token.end()
    return "".join(parts)


def _translated(token: re.Match[str]) -> str:
    if token["escape"]:
        negated = "^" if token[0][1].isupper() else ""
        return f"[{negated}{_ASCII[token[0][1].lower()]}]"
    if token["class"]:
        # Escape by escape, since the second mark of an escaped one begins none.
        return re.sub(r"\\(.)", lambda escape: _ASCII.get(escape[1], escape[0]), token[0])
    return token[0]


_WITHOUT_END = 99


def _costs(pattern: str) -> tuple[int, int]:
    """How the steps of `re` may grow: with which power of the length, and how many times that.

    A bound from above: a repetition of something that repeats or forks itself
    counts as one without end.
    """
    growth, forks = 0, 1
    inside = [False]  # for each open group, whether something in it repeats or forks
    before = ""
    for token in _COSTS.finditer(pattern):
        kind = token[0]
        if kind[0] == "(":
            inside.append(False)
            growth += _WITHOUT_END if _HIDES_QUANTIFIERS.match(kind) else 0
        elif kind == ")" and len(inside) > 1:
            varies = inside.pop()
            inside[-1] |= varies
            if varies and pattern[token.end() : token.end() + 1] in ("*", "+", "{"):
                growth = _WITHOUT_END
        elif kind[0] in "|?":
            forks *= 2
            inside[-1] = True
        elif kind[0] in "*+" or (kind[0] == "{" and "," in kind):
            growth += 1
            inside[-1] = True
        elif kind[0] == "{" and before == ")":  # what it repeats may be empty
            forks *= max(int(kind.strip("{}?+")), 1)
        elif kind[0] == "\\" and kind[1].isdigit():  # what a group matched, once more
            growth += 1
        before = kind
    return growth, forks
