"""Technologies by status: what the article says has become of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from smartcity_case.case.vocabulary import TechnologyStatus
from smartcity_case.pictures.canvas import INK, MARGIN, PAPER, QUIET, RULE, SKY, WIDTH, Sheet
from smartcity_case.pictures.picture import Picture
from smartcity_case.pictures.words import listed
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smartcity_case.case.release import Case


@dataclass(frozen=True)
class Told:
    """A technology, its highest status, and in how many clauses it has each."""

    name: str
    highest: TechnologyStatus
    clauses: Mapping[TechnologyStatus, int]


def statuses(case: Case) -> list[Told]:
    """The technologies with their statuses, highest first."""
    of: dict[str, Counter[TechnologyStatus]] = {}
    for row in case.rows("technology_statuses"):
        of.setdefault(row.technology, Counter())[row.status] += 1
    rank = {status: place for place, status in enumerate(TechnologyStatus)}
    found = [Told(t.name, t.status, of.get(t.id, Counter())) for t in case.rows("technologies")]
    return sorted(found, key=lambda told: (-rank[told.highest], told.name))


_LEFT, _ROW, _HEAD = 1.75, 0.34, 0.95


def draw(told: list[Told]) -> Picture:
    """The picture of technologies by status."""
    highest = Counter(each.highest for each in told)
    used = [s for s in TechnologyStatus if any(each.clauses.get(s) for each in told)]
    clauses = sum(sum(each.clauses.values()) for each in told)
    title = _title(highest, len(told))
    n = f"n = {len(told)} technologies in {counted(clauses, 'clause')}, one article."
    notes = (
        n,
        "A number is the clauses that give the status; filled: the highest one. To the right "
        "outranks to the left (codebook, section 2). What the article says, not what was built.",
    )
    sheet = Sheet(title, _HEAD + len(told) * _ROW + 0.05, notes)
    column = (WIDTH - MARGIN - _LEFT - 0.3) / max(len(used), 1)
    xs = {status: _LEFT + (place + 0.5) * column for place, status in enumerate(used)}
    top, bottom = sheet.top + _HEAD, sheet.top + _HEAD + len(told) * _ROW
    for status, x in xs.items():
        words = status.value.replace("-", " ")
        sheet.text(x + 0.03, top - 0.06, words, size=8.0, turned=55)
        sheet.line((x, x), (top, bottom), colour=RULE, width=0.5)
    for number, each in enumerate(told):
        y = top + number * _ROW
        sheet.line((MARGIN, WIDTH - MARGIN), (y, y))
        _name(sheet, each.name, y + _ROW / 2)
        for status, x in xs.items():
            if count := each.clauses.get(status):
                is_highest = status is each.highest
                sheet.box(
                    x - 0.13, y + 0.07, 0.26, _ROW - 0.14, words=str(count),
                    fill=SKY if is_highest else PAPER, edge=INK if is_highest else QUIET,
                )  # fmt: skip
    sheet.line((MARGIN, WIDTH - MARGIN), (bottom, bottom))
    return Picture(title, _alt(told, highest, n), len(told), sheet.figure)


def _name(sheet: Sheet, name: str, y: float) -> None:
    lines = wrap(name, 23)
    for number, line in enumerate(lines):
        sheet.text(MARGIN, y + (number - (len(lines) - 1) / 2) * 0.14, line, size=8.0)


def _title(highest: Counter[TechnologyStatus], total: int) -> str:
    each = [f"{n} {status.value.replace('-', ' ')}" for status, n in highest.most_common()]
    return f"{total} technologies: {listed(each)}"


def _alt(told: list[Told], highest: Counter[TechnologyStatus], n: str) -> str:
    totals = [f"{highest[s]} {s.value}" for s in reversed(TechnologyStatus) if highest[s]]
    each = "; ".join(
        f"{one.name}: "
        + listed([f"{s.value} ({one.clauses[s]})" for s in TechnologyStatus if one.clauses.get(s)])
        for one in told
    )
    return (
        "A table of the technologies by the statuses that clauses give them, with the number of "
        f"clauses. By highest status: {listed(totals)}. {each}. {n}"
    )
