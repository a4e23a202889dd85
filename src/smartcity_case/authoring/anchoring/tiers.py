"""Tiers of normalisation: ways of writing the same words that a search may disregard.

A tier changes how words are written, never which they are: letters, digits, signs
and their order stay. Each is used only by name, and what stands in the text is what
counts: a normalised text leads back to the stretch of the text that it was made of.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from smartcity_case.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

TIERS = ("space", "typography", "unicode", "hyphens", "case")
"""The names of the tiers, the mildest first.

- `space`: any run of white space is one space; around the words it does not count.
- `typography`: quotation marks of one kind (double, single) and French spaces inside of
  them, dashes, `…` and `...`, ligatures.
- `unicode`: composed and decomposed characters (canonical equivalence, never NFKC).
- `hyphens`: soft hyphens, invisible characters, and hyphens at the end of a line
  within a word.
- `case`: capital and small letters (but ß and ss are different words).
"""

KEPT = "hyphens kept"
"""The other way of reading `hyphens`: the one at a line end is there in the middle, too."""

_ORDER = ("hyphens", KEPT, "unicode", "typography", "space", "case")
"""In which they are applied: a hyphen at a line end is seen before the line end goes."""

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_HYPHEN = re.compile(
    f"[{_INVISIBLE}]+(?![\r\n])"
    "|(?<=[^\\W\\d_])[-\u00ad\u2010][ \\t]*(?:\\r\\n|\\n|\\r)[ \\t]*(?=[^\\W\\d_])"
)
_LINE_END = re.compile("[-\u00ad\u2010][ \\t]*[\\r\\n]")
_ALIKE = {
    **dict.fromkeys("„“”‟«»″〝〞", '"'),
    **dict.fromkeys("‚‘’‛‹›′`´", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}
"""Characters that are one other in typography; what has another length comes after them."""
_SPELT = {"…": "...", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ſt", "ﬆ": "st"}
_TYPE = re.compile(
    "--{1,2}|––{1,2}|——{1,2}|――{1,2}|''|‘‘|’’|′′|``|´´|[…ﬀﬁﬂﬃﬄﬅﬆ]"
    "|(?<![^\\s(\\[])[«‹][ \u00a0\u2009\u202f]"  # French puts spaces inside of its quotation marks
    "|[ \u00a0\u2009\u202f][»›](?![^\\s.,;:!?)\\]])"
)
_SPACES = re.compile(" {2,}")
_WHITES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_SINGLE = {"typography": _ALIKE, "space": dict.fromkeys(_WHITES, " ")}
"""Characters that a tier makes another one; its units are looked for behind that."""
_TABLES = {tier: str.maketrans(single) for tier, single in _SINGLE.items()}
_LONG = 500


def _singly(text: str, tier: str) -> str:
    """A text with the characters made others that a tier makes others."""
    if tier not in _SINGLE:
        return text
    if len(text) < _LONG:
        return text.translate(_TABLES[tier])
    for character, other in _SINGLE[tier].items():  # ten times as fast in a long one
        text = text.replace(character, other)
    return text


class _Unit(NamedTuple):
    """A stretch of a text that has another form in the normalised one."""

    start: int
    end: int
    made: str


def _spaces(text: str) -> list[_Unit]:
    return [_Unit(*m.span(), " ") for m in _SPACES.finditer(text)]


def _typography(text: str) -> list[_Unit]:
    if not any(each in text for each in _TYPES_OF_SEVERAL):
        return []
    return [_Unit(*m.span(), _spelt(m)) for m in _TYPE.finditer(text)]


_TYPES_OF_SEVERAL = (
    *_SPELT,
    *(mark + mark for mark in "-–—―"),  # a minus behind a dash is a sign
    *(mark + mark for mark in "'‘’′`´"),
    *("«", "»", "‹", "›"),
)


def _spelt(match: re.Match[str]) -> str:
    if match[0] in _SPELT:
        return _SPELT[match[0]]
    mark = _ALIKE.get(match[0].strip()[0], match[0][0])
    return '"' if mark == "'" and len(match[0].strip()) == 2 else mark


def _hyphens(text: str, kept: bool = False) -> list[_Unit]:
    """What is left out; before a capital letter the hyphen itself stays (`E-` `Mail`)."""
    if not (_LINE_END.search(text) or any(each in text for each in _INVISIBLE)):
        return []
    return [
        _Unit(*m.span(), "-" if m[0][0] in "-‐" and (kept or text[m.end()].isupper()) else "")
        for m in _HYPHEN.finditer(text)
    ]


def has_line_ends(text: str) -> bool:
    """Whether a text has hyphens at the ends of lines, of which two readings differ."""
    return _LINE_END.search(text) is not None


@cache
def _composable() -> re.Pattern[str]:
    """Stretches whose characters may be composed to others."""
    marks, alone = [], []
    for code in range(0x110000):
        character = chr(code)
        if unicodedata.category(character)[0] == "M" or 0x1160 <= code < 0x1200:
            marks.append(character)
        elif unicodedata.normalize("NFC", character) != character:
            alone.append(character)
    return re.compile(f".[{_ranges(marks)}]+|[{_ranges(alone)}]", re.DOTALL)


def _ranges(characters: Sequence[str]) -> str:
    """The inside of a character class."""
    runs: list[list[int]] = []
    for code in map(ord, characters):
        if runs and runs[-1][1] + 1 == code:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in runs)


def _unicode(text: str) -> list[_Unit]:
    if unicodedata.is_normalized("NFC", text):
        return []
    made = [
        _Unit(*m.span(), unicodedata.normalize("NFC", m[0])) for m in _composable().finditer(text)
    ]
    return [unit for unit in made if unit.made != text[unit.start : unit.end]]


_FINDERS: dict[str, Callable[[str], list[_Unit]]] = {
    "hyphens": _hyphens,
    KEPT: partial(_hyphens, kept=True),
    "unicode": _unicode,
    "typography": _typography,
    "space": _spaces,
}


def _lower(text: str) -> str:
    """Every letter small, as long as that is one letter."""
    lowered = text.lower()
    if len(lowered) == len(text) and "Σ" not in text:  # which is a ς at the end of a word
        return lowered
    return "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


class _Step(NamedTuple):
    """One tier applied to a text: where its units begin and end, before and behind."""

    old_starts: list[int]
    old_ends: list[int]
    new_starts: list[int]
    new_ends: list[int]

    def back(self, place: int, *, first: bool) -> int | None:
        """Where a place between characters was before; None inside of a unit.

        Of what was left out there, nothing belongs to a span: the first edge lies
        behind it and the last one before.
        """
        if first:
            at = bisect_right(self.new_starts, place) - 1
            if at >= 0 and place == self.new_starts[at] < self.new_ends[at]:
                return self.old_starts[at]
        else:
            at = bisect_left(self.new_ends, place)
            if at < len(self.new_ends) and self.new_starts[at] < place:
                return self.old_ends[at] if place == self.new_ends[at] else None
            at -= 1
        if at < 0:
            return place
        if place < self.new_ends[at]:
            return None
        return self.old_ends[at] + place - self.new_ends[at]


class Normal:
    """A text as some tiers have it, and the way back to its characters.

    >>> normal = Normal("die  »Stadt«", ("space", "typography"))
    >>> normal.text, normal.back(4, 11)
    ('die "Stadt"', Span(start=5, end=12))
    """

    def __init__(self, text: str, tiers: Iterable[str]) -> None:
        self._steps: list[_Step] = []
        wanted = set(tiers)
        for tier in _ORDER:
            if tier in wanted:
                text = _lower(text) if tier == "case" else self._apply(text, tier)
        self.text = text

    def _apply(self, text: str, tier: str) -> str:
        if tier == "space":
            text = _singly(text, tier)
        units = _FINDERS[tier](text)
        if not units:
            return _singly(text, tier)
        step, at, size = _Step([], [], [], []), 0, 0
        pieces: list[str] = []
        for unit in units:
            pieces += text[at : unit.start], unit.made
            size += unit.start - at
            step.old_starts.append(unit.start)
            step.old_ends.append(unit.end)
            step.new_starts.append(size)
            size += len(unit.made)
            step.new_ends.append(size)
            at = unit.end
        self._steps.append(step)
        return _singly("".join([*pieces, text[at:]]), tier)

    def back(self, start: int, end: int) -> Span | None:
        """The stretch of the text that a stretch was made of; None if it begins or ends inside."""
        first: int | None = start
        last: int | None = end
        for step in reversed(self._steps):
            if first is None or last is None:
                return None
            first, last = step.back(first, first=True), step.back(last, first=False)
        if first is None or last is None or first >= last:
            return None
        return Span(first, last)


def normalise(words: str, tiers: Iterable[str]) -> str:
    r"""Words as some tiers have them; with `space`, without any around them.

    >>> normalise(" Die\n„Stadt“ ", ("space", "typography", "case"))
    'die "stadt"'
    """
    wanted = set(tiers)
    for tier in _ORDER:
        if tier in wanted:
            words = _lower(words) if tier == "case" else _written(words, tier)
    return words.strip() if "space" in wanted else words


def _written(words: str, tier: str) -> str:
    """Words as a tier has them, without the way back."""
    if tier == "space":
        return _SPACES.sub(" ", _singly(words, tier))
    if tier == "typography":
        return _singly(_TYPE.sub(_spelt, words), tier)
    if tier == "unicode":
        return unicodedata.normalize("NFC", words)
    for unit in reversed(_hyphens(words, tier == KEPT)):
        words = words[: unit.start] + unit.made + words[unit.end :]
    return words


_MATTERS = {
    "space": re.compile(f"[{_WHITES}]| {{2,}}|\\A | \\Z"),
    "typography": re.compile(f"--|''|[{''.join((*_ALIKE, *_SPELT))}]"),
    "hyphens": re.compile(f"[{_INVISIBLE}]|{_LINE_END.pattern}"),
}
_MATTERS[KEPT] = _MATTERS["hyphens"]


def _matters(tier: str, words: str) -> bool:
    """Whether a tier may change some words."""
    if tier == "case":
        return words != _lower(words)
    if tier == "unicode":
        return not unicodedata.is_normalized("NFC", words)
    return _MATTERS[tier].search(words) is not None


def needed(words: str, found: str, tiers: Sequence[str]) -> tuple[str, ...] | None:
    """Which of some tiers make words equal to those that were found; None if all do not.

    None of them can be left out; if others would do as well, the mildest are kept.

    >>> needed('"Die Stadt"', "„Die Stadt“", TIERS)
    ('typography',)
    """
    known = (*TIERS, KEPT)
    kept = [t for t in known if t in tiers and (_matters(t, words) or _matters(t, found))]
    if normalise(words, kept) != normalise(found, kept):
        return None
    for tier in reversed(known):
        fewer = [t for t in kept if t != tier]
        if tier in kept and normalise(words, fewer) == normalise(found, fewer):
            kept = fewer
    return tuple("hyphens" if tier == KEPT else tier for tier in kept)
