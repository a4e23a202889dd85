"""Rows and their words: where each stands, and what is told of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from smartcity_case.authoring.anchoring.matching import Match, Matcher, Query, left_out
from smartcity_case.authoring.anchoring.offsets import (
    AUTO,
    UNITS,
    Evidence,
    Placed,
    decide,
    in_codepoints,
    to_codepoint,
)
from smartcity_case.authoring.anchoring.tiers import TIERS
from smartcity_case.authoring.worddiff import closest, marked, word_diff
from smartcity_case.checks.trace import DIGITS
from smartcity_case.report import Finding, held, shorten
from smartcity_case.text import OFFSET_FORM, Source, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from smartcity_case.report import Location

HINTS = 50
"""Rows of which a command tells what is most like their words."""
OFFSETS = "offsets"
"""How a row was anchored whose words stand at the offsets that it had."""


class Row(NamedTuple):
    """What is known of a row: its text (None: there is none), words, context, offsets.

    `given` and `found_by` are what an earlier anchoring told of it, which is kept.
    """

    source: Source | None
    words: str
    prefix: str = ""
    suffix: str = ""
    start: str = ""
    end: str = ""
    named: str = ""
    """What the row calls its text."""
    given: str = ""
    found_by: str = ""


KNOWN_BY = ("exact", "prefix", "suffix", "start", "end")
"""What the columns of a row are called, in its order."""


@dataclass(frozen=True)
class Matches:
    """Where the words of rows stand, in their order, and how their offsets were read."""

    found: tuple[Match, ...]
    evidence: Evidence | None = None
    odd: dict[int, str] = field(default_factory=dict)
    """Rows with an offset that cannot be read, and the offset."""

    def summary(self, others: int = 0) -> str:
        """How many rows were found how; `others` have no span, and need none.

        >>> Matches((Match("found", (Span(0, 1),), "exact"), Match("absent"))).summary()
        'exact 1, refused 1'
        """
        counts = Counter(match.how if match.spans else "refused" for match in self.found)
        if others:
            counts["without a span"] = others
        return ", ".join(f"{how} {count}" for how, count in counts.most_common()) or "no rows"


def match_rows(rows: Sequence[Row], tiers: Sequence[str] = (), unit: str = "codepoint") -> Matches:
    """Find the words of rows in their texts.

    `tiers` are the normalisations that are allowed; `unit` is that of the offsets
    that rows have already, or `auto`. Words that stand at their offsets stay there;
    other offsets are taken as approximate. A row with offsets and without words gets
    the words that stand there.

    Raises ValueError for an unknown tier or unit, AnchorError if `auto` cannot be decided.

    >>> text = Source("a", "die Stadt und die Stadt")
    >>> match_rows([Row(text, "Stadt", start="17"), Row(text, "Stadt")]).found[0].spans
    (Span(start=18, end=23),)
    """
    if isinstance(tiers, str):
        raise ValueError(f"tiers: a list is wanted, [{tiers!r}] say, not a string")
    if unknown := sorted(set(tiers) - set(TIERS)):
        raise ValueError(f"{unknown[0]!r} is no tier; there are {', '.join(TIERS)}")
    if unit not in (*UNITS, AUTO):
        raise ValueError(f"{unit!r} is no unit of offsets; there are {', '.join((*UNITS, AUTO))}")
    odd = {n: bad for n, row in enumerate(rows) if (bad := _odd_offset(row))}
    placed = {n: p for n, row in enumerate(rows) if n not in odd and (p := _placed(row))}
    unit, evidence = decide(unit, [each for each in placed.values() if each.words])
    found: list[Match] = [Match("absent")] * len(rows)
    by_text: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        by_text.setdefault(id(row.source), []).append(number)
    for numbers in by_text.values():  # what is made of a text is kept as long as it is of use
        source = rows[numbers[0]].source
        matcher = None if source is None else Matcher(source.text, tiers)
        for number in numbers:
            if matcher is None:
                found[number] = Match("absent", why="its text is not there")
            elif number not in odd:
                found[number] = _match(rows[number], placed.get(number), matcher, unit)
    return Matches(tuple(found), evidence, odd)


def _odd_offset(row: Row) -> str:
    cells = (row.start, row.end)
    return next((cell for cell in cells if cell and not OFFSET_FORM.fullmatch(cell)), "")


def _placed(row: Row) -> Placed | None:
    if row.source is None or not (row.start and row.end):
        return None
    start, end = (int(cell[:DIGITS]) for cell in (row.start, row.end))
    return Placed(row.source, start, end, row.words)


def _match(row: Row, placed: Placed | None, matcher: Matcher, unit: str) -> Match:
    near = None
    if placed is not None and (span := in_codepoints(placed, unit)):
        if row.words in ("", matcher.text[slice(*span)]):
            return Match("found", (span,), OFFSETS)
        near = span.start
    elif row.start and row.source is not None:
        near = to_codepoint(row.source, int(row.start[:DIGITS]), unit)
    near = None if near == -1 else near
    return matcher.match(Query(row.words, row.prefix, row.suffix, near))


def told(
    rows: Sequence[Row], matches: Matches, where: Callable[[int], Location], hints: int = 0
) -> Iterator[Finding]:
    """What is wrong with rows, or odd about them; `where` says where a row is, by its place.

    Of so many rows whose words stand nowhere it is told what is most like them: a hint for
    people, which decides nothing.
    """
    for number, (row, match) in enumerate(zip(rows, matches.found, strict=True)):
        place, words = where(number), held(row.words)
        if number in matches.odd:
            message = f"{shorten(matches.odd[number])} is not an offset (ASCII digits)"
            yield Finding(place, "span.unverifiable", message, held(matches.odd[number]))
        elif row.source is None:
            message = (
                f"{shorten(row.named)} is no text that was given"
                if row.named
                else "it names no text"
            )
            yield Finding(place, "span.unverifiable", message, held(row.named))
        elif not row.words.strip() and match.verdict != "found":
            yield Finding(place, "span.incomplete", "there are neither words nor offsets of some")
        elif match.verdict != "found":
            message = f"{shorten(row.words)}: {match.why}"
            if match.verdict == "absent" and not match.candidates and hints > 0:
                message += _most_like(row.source, row.words)
                hints -= 1
            yield Finding(place, f"span.{match.verdict}", message, words)
        elif len(match.spans) > 1:
            gaps = left_out(row.source.text, match.spans)
            message = f"{shorten(row.words)} stands in {len(match.spans)} parts; left out: {gaps}"
            yield Finding(place, "span.parts", message, words)
        else:
            before, behind = _beside(row, match)
            found = words_of(row.source, match.spans[0])
            kinds = (
                ("words", row.words, found),
                ("prefix", row.prefix, before),
                ("suffix", row.suffix, behind),
            )
            for kind, given, there in kinds:
                if given and given != there:
                    message = f"{kind}: {shorten(given)} is written {shorten(there)} in the text"
                    yield Finding(place, "span.normalised", f"{message} ({match.how})", held(given))


def _most_like(source: Source, words: str) -> str:
    found = closest(source.text, words)
    if found is None:
        return ""
    (start, end), _ = found
    difference = marked(word_diff(words, source.text[start:end]), 30)
    return f"; most like it, at {start} to {end}: {shorten(difference, 300)}"


def words_of(source: Source | None, span: Span) -> str:
    """The words that stand at a span."""
    return "" if source is None else source.text[span.start : span.end]


class Anchored(NamedTuple):
    """One line of the table that comes out: a row, or a part of it."""

    row: int
    """Which row it is of, from 0."""
    start: int | None
    end: int | None
    exact: str
    given: str
    """The words that the row had, now or before an earlier run, if others stand in the text."""
    how: str
    """`offsets`, `exact`, `part`, tiers …; "" for a row that was refused."""
    part: int | None
    """Which part of the row it is, from 1, if it has several."""
    prefix: str
    suffix: str
    """What stands beside the words, of the lengths that the row had; between parts nothing."""


def lines(rows: Sequence[Row], matches: Matches) -> list[Anchored]:
    """The lines that rows become: one each, but one for each part of a quotation."""
    made = []
    for number, (row, match) in enumerate(zip(rows, matches.found, strict=True)):
        if not match.spans:
            context = row.prefix, row.suffix
            made.append(Anchored(number, None, None, row.words, row.given, "", None, *context))
        before, behind = _beside(row, match)
        last = len(match.spans)
        for part, span in enumerate(match.spans, 1):
            exact = words_of(row.source, span)
            given = row.words if row.words and row.words != exact else row.given
            how = (match.how == OFFSETS and row.found_by) or match.how
            which = part if last > 1 else None
            context = before if part == 1 else "", behind if part == last else ""
            made.append(Anchored(number, *span, exact, given, how, which, *context))
    return made


def _beside(row: Row, match: Match) -> tuple[str, str]:
    """Prefix and suffix of a row as the text has them; as they are if the offsets were kept."""
    if match.how == OFFSETS or not match.spans or row.source is None:
        return row.prefix, row.suffix
    text, start, end = row.source.text, match.spans[0].start, match.spans[-1].end
    before = text[max(0, start - len(row.prefix)) : start]
    return before, text[end : end + len(row.suffix)]
