"""Stance by whose it is: who is for, who is against, and who says so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smartcity_case.case.pictures.names import actor_names
from smartcity_case.case.vocabulary import Certainty, Stance, Voice
from smartcity_case.pictures.canvas import (
    INK,
    MARGIN,
    ORANGE,
    PAPER,
    QUIET,
    RULE,
    SKY,
    WIDTH,
    Sheet,
)
from smartcity_case.pictures.picture import Picture
from smartcity_case.pictures.words import listed
from smartcity_case.report import counted

if TYPE_CHECKING:
    from smartcity_case.case.models import Claim
    from smartcity_case.case.release import Case

NOBODY: Final = "nobody named"


@dataclass(frozen=True)
class Held:
    """A claim whose words take a side.

    `holder` is whose stance it is, by name, or "" if the article names nobody;
    `own` says that the claim is attributed to him, not the article's about him.
    """

    claim: str
    stance: Stance
    holder: str
    certainty: Certainty
    own: bool


def stances(case: Case) -> list[Held]:
    """The claims that take a side, with whose it is."""
    names = actor_names(case)
    mentions = {mention.id: mention for mention in case.rows("mentions")}
    named: dict[tuple[str, str | None], list[Certainty]] = {}
    for link in case.rows("claim_mentions"):
        if mention := mentions.get(link.mention):
            named.setdefault((link.claim, mention.actor), []).append(mention.certainty)
    return [
        Held(
            claim=row.id,
            stance=row.stance,
            holder=names.get(row.stance_holder or "", row.stance_holder or ""),
            certainty=_certainty(row, named.get((row.id, row.stance_holder), [])),
            own=row.voice is Voice.ACTOR and row.claimant == row.stance_holder,
        )
        for row in case.rows("claims")
        if row.stance is not Stance.NEUTRAL
    ]


def _certainty(claim: Claim, mentions: list[Certainty]) -> Certainty:
    """How certain the holder of a stance is, given the mentions of him in the claim.

    He is as certain as the claimant, if he is it, or else as the best mention
    that names him (codebook, section 5); what nobody in particular holds is certain.
    """
    if claim.stance_holder is None:
        return Certainty.CERTAIN
    if claim.stance_holder == claim.claimant and claim.claimant_certainty:
        return claim.claimant_certainty
    return max(mentions, key=list(Certainty).index, default=Certainty.OPEN)


def by_holder(held: list[Held]) -> dict[str, list[Held]]:
    """The claims of each holder, the most supportive first, and those of nobody last."""
    order = {name: place for place, name in enumerate(dict.fromkeys(h.holder for h in held))}

    def rank(name: str) -> tuple[bool, int, int]:
        sides = Counter(h.stance for h in held if h.holder == name)
        return name == "", sides[Stance.CRITICAL] - sides[Stance.SUPPORTIVE], order[name]

    return {name: [h for h in held if h.holder == name] for name in sorted(order, key=rank)}


SIDES: Final = (Stance.CRITICAL, Stance.MIXED, Stance.SUPPORTIVE)
_LEFT, _ROW, _BOX = 1.45, 0.34, 0.44


def draw(held: list[Held], claims: int) -> Picture:
    """The picture of who is for and against; `claims` is the number of all claims."""
    sides = Counter(h.stance for h in held)
    neutral = claims - len(held)
    title = (
        f"{counted(sides[Stance.SUPPORTIVE], 'claim')} for the cooperation, "
        f"{sides[Stance.CRITICAL]} against it, {neutral} take no side"
    )
    n = f"n = {counted(claims, 'claim')}, one article; {neutral} are neutral and not drawn."
    notes = (n, "A stance counts only where words of the claim show it. It is what the article "
             "reports, toward the cooperation, the supplier or the plan.")  # fmt: skip
    groups = by_holder(held)
    sheet = Sheet(title, 0.3 + len(groups) * _ROW + 0.85, notes)
    middle = (_LEFT + WIDTH - MARGIN) / 2
    top, bottom = sheet.top + 0.3, sheet.top + 0.3 + len(groups) * _ROW
    sheet.text(middle - 0.12, sheet.top + 0.12, "← against", align="right", weight="bold")
    sheet.text(middle + 0.12, sheet.top + 0.12, "for →", weight="bold")
    sheet.line((middle, middle), (top, bottom), colour=INK)
    for number, (name, own) in enumerate(groups.items()):
        y = top + number * _ROW
        sheet.line((MARGIN, WIDTH - MARGIN), (y, y))
        sheet.text(MARGIN, y + _ROW / 2, name or NOBODY, colour=INK if name else QUIET)
        _boxes(sheet, own, middle, y + 0.06)
    sheet.line((MARGIN, WIDTH - MARGIN), (bottom, bottom), colour=RULE)
    _key(sheet, bottom + 0.14)
    return Picture(title, _alt(groups, claims, n), claims, sheet.figure)


def _boxes(sheet: Sheet, held: list[Held], middle: float, y: float) -> None:
    """The claims of a holder: against to the left of the middle, for to the right, mixed on it."""
    placed: Counter[Stance] = Counter()
    straddle = _BOX / 2 if any(h.stance is Stance.MIXED for h in held) else 0.0
    for each in held:
        step = placed[each.stance] * (_BOX + 0.05) + 0.06 + straddle
        x = {
            Stance.CRITICAL: middle - step - _BOX,
            Stance.SUPPORTIVE: middle + step,
            Stance.MIXED: middle - _BOX / 2,
        }[each.stance]
        placed[each.stance] += 1
        _box(sheet, x, y, each)


def _box(sheet: Sheet, x: float, y: float, held: Held) -> None:
    colour = {Stance.CRITICAL: ORANGE, Stance.SUPPORTIVE: SKY}.get(held.stance, RULE)
    hatch = "" if held.certainty is Certainty.CERTAIN else "//////"
    sheet.box(
        x, y, _BOX, _ROW - 0.12,
        fill=colour if held.own else PAPER,
        dashed=not held.own, hatch=hatch, words=held.claim,
    )  # fmt: skip


def _key(sheet: Sheet, y: float) -> None:
    """What the looks of the boxes mean."""
    for number, (own, hatch, words) in enumerate(
        (
            (True, "", "filled: in words attributed to the holder"),
            (False, "", "empty, dashed: the article says it of the holder"),
            (False, "//////", "hatched: whose stance it is, is only probable or open"),
        )
    ):
        at = y + number * 0.23
        sheet.box(
            MARGIN, at, 0.3, 0.15, fill=RULE if own else PAPER, dashed=not own and not hatch,
            hatch=hatch,
        )  # fmt: skip
        sheet.text(MARGIN + 0.4, at + 0.075, words, size=8.0)


def _alt(groups: dict[str, list[Held]], claims: int, n: str) -> str:
    told = []
    for name, held in groups.items():
        sides = Counter(h.stance for h in held)
        parts = [f"{sides[s]} {s.value}" for s in reversed(SIDES) if sides[s]]
        keys = ", ".join(_said(h) for h in held)
        told.append(f"{name or NOBODY}: {listed(parts)} ({keys})")
    sides = Counter(h.stance for h in [h for held in groups.values() for h in held])
    own = sum(h.own for held in groups.values() for h in held)
    uncertain = sum(h.certainty is not Certainty.CERTAIN for held in groups.values() for h in held)
    total = sum(sides.values())
    return (
        f"A box for each of the {total} of {claims} claims whose words take a side, by whose "
        f"stance it is. {sides[Stance.SUPPORTIVE]} are supportive, {sides[Stance.CRITICAL]} "
        f"critical, {sides[Stance.MIXED]} mixed. {'; '.join(told)}. In {own} the stance is in "
        f"words attributed to its holder, in {total - own} the article tells it. In {uncertain} "
        f"it is not certain whose stance it is. {n}"
    )


def _said(held: Held) -> str:
    certainty = "" if held.certainty is Certainty.CERTAIN else f" {held.certainty.value}"
    return f"{held.claim}{certainty}"
