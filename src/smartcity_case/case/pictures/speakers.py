"""Who speaks, and how the article gives his words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smartcity_case.case.pictures.names import actor_names
from smartcity_case.case.vocabulary import Certainty, QuoteType
from smartcity_case.pictures.canvas import MARGIN, PAPER, SKY, WIDTH, Sheet
from smartcity_case.pictures.picture import Picture
from smartcity_case.pictures.words import listed
from smartcity_case.report import counted

if TYPE_CHECKING:
    from smartcity_case.case.release import Case

KINDS: Final = tuple(kind for kind in QuoteType if kind is not QuoteType.TERM)
"""The types of acts of speech; a quoted term is none."""
_HEADS: Final = {
    QuoteType.FREE_INDIRECT: "free\nindirect",
    QuoteType.INDIRECT_FREE_INDIRECT: "indirect,\nframeless",
}


@dataclass(frozen=True)
class Act:
    """An act of speech: its key, type and speaker by name, and how certain he is."""

    quote: str
    kind: QuoteType
    speaker: str
    certainty: Certainty


def acts(case: Case) -> list[Act]:
    """The acts of speech in the text's order; quoted terms, which have no speaker, are left out."""
    names = actor_names(case)
    return [
        Act(row.id, row.type, names.get(row.speaker, row.speaker), row.speaker_certainty)
        for row in case.rows("quotes")
        if row.type is not QuoteType.TERM and row.speaker and row.speaker_certainty
    ]


def by_speaker(said: list[Act]) -> dict[str, list[Act]]:
    """The acts of each speaker, who speaks most often first."""
    counts = Counter(act.speaker for act in said)
    return {name: [a for a in said if a.speaker == name] for name, _ in counts.most_common()}


_LEFT, _BOX = 1.4, 0.2


def draw(said: list[Act]) -> Picture:
    """The picture of who speaks and how."""
    groups = by_speaker(said)
    kinds = Counter(act.kind for act in said)
    title = _title(groups, len(said))
    n = f"n = {counted(len(said), 'act')} of speech, one article; quoted terms are not among them."
    notes = (
        n,
        "Hatched: who speaks is only probable. Reported: that somebody spoke is told, at most "
        "with the topic. Indirect, frameless: main clauses in Konjunktiv that go on with a report.",
    )
    heights = [_height(own) for own in groups.values()]
    sheet = Sheet(title, 0.42 + sum(heights) + 0.32, notes)
    column = (WIDTH - MARGIN - _LEFT) / len(KINDS)
    y = sheet.top + 0.42
    for number, kind in enumerate(KINDS):
        at = _LEFT + (number + 0.5) * column
        sheet.text(at, sheet.top + 0.16, _HEADS.get(kind, kind.value), size=8.0, align="center")
        total = y + sum(heights) + 0.16
        sheet.text(at, total, str(kinds[kind]), align="center", weight="bold")
    for (name, own), height in zip(groups.items(), heights, strict=True):
        sheet.line((MARGIN, WIDTH - MARGIN), (y, y))
        sheet.text(MARGIN, y + height / 2, name)
        for number, kind in enumerate(KINDS):
            _boxes(sheet, [a for a in own if a.kind is kind], _LEFT + (number + 0.5) * column, y)
        y += height
    sheet.line((MARGIN, WIDTH - MARGIN), (y, y))
    sheet.text(MARGIN, y + 0.16, f"all {len(said)}", weight="bold")
    return Picture(title, _alt(groups, kinds, n), len(said), sheet.figure)


def _title(groups: dict[str, list[Act]], total: int) -> str:
    if not groups:
        return "Nobody speaks"
    name, most = next(iter(groups.items()))
    direct = [n for n, own in groups.items() if any(a.kind is QuoteType.DIRECT for a in own)]
    alone = ""
    if len(direct) == 1:
        alone = ", and the only direct ones" if direct == [name] else f"; only {direct[0]} directly"
    return f"{name} has {len(most)} of {total} acts of speech{alone}"


def _height(own: list[Act]) -> float:
    return max(Counter(act.kind for act in own).values()) * (_BOX + 0.05) + 0.13


def _boxes(sheet: Sheet, own: list[Act], middle: float, y: float) -> None:
    """The acts of a speaker that are of one type, one under the other."""
    for number, act in enumerate(own):
        certain = act.certainty is Certainty.CERTAIN
        sheet.box(
            middle - 0.24, y + 0.09 + number * (_BOX + 0.05), 0.48, _BOX,
            fill=SKY if certain else PAPER, hatch="" if certain else "//////", words=act.quote,
        )  # fmt: skip


def _alt(groups: dict[str, list[Act]], kinds: Counter[QuoteType], n: str) -> str:
    told = []
    for name, own in groups.items():
        counts = Counter(act.kind for act in own)
        parts = [f"{counts[kind]} {kind.value}" for kind in KINDS if counts[kind]]
        open_ = [act.quote for act in own if act.certainty is not Certainty.CERTAIN]
        unsure = f", of these {listed(open_)} not certainly" if open_ else ""
        told.append(f"{name}: {listed(parts)}{unsure}")
    totals = listed([f"{kinds[kind]} {kind.value}" for kind in KINDS])
    return (
        f"A table with a box for each act of speech, by speaker and by how his words are given. "
        f"Of all {sum(kinds.values())}: {totals}. {'; '.join(told)}. {n}"
    )
