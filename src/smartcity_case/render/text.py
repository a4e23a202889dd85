"""A report for people: findings by code, the first few of each, and what to do.

It fits a screen, whatever there is to tell: the more codes there are, the less
is said of each, and of the first more than of the last.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from smartcity_case.codes import CODES
from smartcity_case.render.words import (
    accepted,
    by_severity,
    cut,
    full_name,
    harmless,
    not_checked,
)
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from smartcity_case.report import Finding, Report

LINES: Final = 40
"""The most lines of a report, on a screen of WIDTH columns."""
WIDTH: Final = 100

_LONGEST = 3 * WIDTH  # a line: a schema with 500 categories must not fill the screen
_SKIPPED_SHOWN = 5
_EXCERPT_LINES = 4
_MORE = "… --format json has every finding, and what to do"
_CAUSE = "span.offsets"
"""The code that says why others are there: told before them, and never cut shorter."""


class _Level(NamedTuple):
    """How much is said of each code."""

    shown: int
    excerpts: bool
    more: bool
    fix: bool
    longest: int


_LEVELS = (
    _Level(0, excerpts=False, more=False, fix=False, longest=WIDTH),
    _Level(1, excerpts=False, more=False, fix=False, longest=WIDTH),
    _Level(1, excerpts=False, more=False, fix=True, longest=WIDTH),
    _Level(1, excerpts=False, more=False, fix=True, longest=2 * WIDTH),
    _Level(1, excerpts=True, more=False, fix=True, longest=2 * WIDTH),
    _Level(1, excerpts=True, more=True, fix=True, longest=2 * WIDTH),
    _Level(2, excerpts=True, more=True, fix=True, longest=_LONGEST),
    _Level(5, excerpts=True, more=True, fix=True, longest=_LONGEST),
)


def render_text(report: Report, folder: str = "") -> Iterator[str]:
    """The report as lines for a person; paths are those within the package.

    Findings of a code are shown in the report's order.
    """
    groups = _grouped(report.findings)
    ends = _head(report, groups), _tail(report, groups)
    left = LINES - sum(map(_rows, (*ends[0], *ends[1])))
    for line in (*ends[0], *_fitting(groups, left), *ends[1]):
        yield line + "\n"


def render_findings(report: Report) -> Iterator[str]:
    """The findings alone, as lines for a person, and their number; for commands that do more."""
    groups = _grouped(report.findings)
    totals = by_severity(Counter({group.code: group.number for group in groups}))
    last = ["", f"{counted(totals['error'], 'error')}, {counted(totals['warning'], 'warning')}"]
    for line in (*_fitting(groups, LINES - 10), *last):
        yield line + "\n"


def told(findings: Sequence[Finding]) -> Iterator[str]:
    """Some findings as lines without their ends: by code, of each the first few, and what to do.

    >>> from smartcity_case.report import Finding, Location
    >>> for line in told([Finding(Location("birds", "birds.csv", 7), "table.blank-row", "empty")]):
    ...     print(line)
    error table.blank-row (1): A row is empty.
      birds.csv, row 7: empty
      What to do: Delete the empty row.
    """
    for number, group in enumerate(_grouped(findings)):
        lines = list(_group(group, _LEVELS[-1]))
        yield from lines if number else lines[1:]


class _Group(NamedTuple):
    code: str
    number: int
    first: list[Finding]


def _grouped(findings: Sequence[Finding]) -> list[_Group]:
    """Findings by code, causes and errors first, in one pass and without sorting them."""
    counts = Counter(finding.code for finding in findings)
    most = _LEVELS[-1].shown
    first: dict[str, list[Finding]] = {code: [] for code in counts}
    missing = sum(min(count, most) for count in counts.values())
    for finding in findings:
        if not missing:
            break
        if len(first[finding.code]) < most:
            first[finding.code].append(finding)
            missing -= 1
    order = sorted(counts, key=lambda code: (CODES[code].severity, code != _CAUSE, code))
    return [_Group(code, counts[code], first[code]) for code in order]


def _head(report: Report, groups: list[_Group]) -> list[str]:
    faulty = report.skipped or any(CODES[group.code].severity == "error" for group in groups)
    known = "valid but for what is withheld" if report.unverified else "nothing new"
    verdict = "NOT VALID" if faulty else known if report.accepted else "valid"
    return [_line(f"{full_name(report)}: {verdict}")]


def _tail(report: Report, groups: list[_Group]) -> list[str]:
    lines = [_line(not_checked(check)) for check in report.skipped[:_SKIPPED_SHOWN]]
    if len(report.skipped) > _SKIPPED_SHOWN:
        lines.append(f"… and {len(report.skipped) - _SKIPPED_SHOWN} more")
    if lines:
        lines.insert(0, "")
    traced = {check.resource for check in report.ran if check.name.startswith("spans ")}
    lines += [
        "",
        f"spans were checked in {counted(len(traced), 'table')}"
        if traced
        else "spans were checked in no table",
    ]
    lines += accepted(report)
    lines.append(_totals(report, groups))
    return lines


def totals(report: Report) -> str:
    """The last line of a report: how many findings there are, and how much was looked at."""
    return _totals(report, _grouped(report.findings))


def _totals(report: Report, groups: list[_Group]) -> str:
    resources = {check.resource for check in report.ran if check.resource}
    numbers = by_severity(Counter({group.code: group.number for group in groups}))
    return (
        f"{counted(numbers['error'], 'error')}, {counted(numbers['warning'], 'warning')}; "
        f"{counted(len(report.ran), 'check')} ran on {counted(len(resources), 'resource')}, "
        f"{len(report.skipped)} skipped"
    )


def _fitting(groups: list[_Group], left: int) -> list[str]:
    """As much about the groups as fits into so many rows of the screen.

    The least is said of all, then a little more of each as long as there is
    room, and so on.
    """
    for number in range(len(groups), -1, -1):
        kept = groups[:number]
        levels = [_LEVELS[0]] * number
        end = [*_not_shown(groups[number:]), _MORE]
        spare = left - sum(map(_rows, end)) - sum(map(_height, kept, levels))
        if spare >= 0:
            break
    for level in _LEVELS[1:]:
        for at, group in enumerate(kept):
            taller = _height(group, level) - _height(group, levels[at])
            if taller <= spare:
                spare -= taller
                levels[at] = level
    lines = [line for told in zip(kept, levels, strict=True) for line in _group(*told)]
    return lines + (end[:-1] if all(level.more for level in levels) else end)


def _not_shown(groups: list[_Group]) -> Iterator[str]:
    if groups:
        named = ", ".join(f"{group.code} ({group.number})" for group in groups)
        yield _line(f"… and {counted(len(groups), 'code')} more: {named}")


def _height(group: _Group, level: _Level) -> int:
    return sum(map(_rows, _group(group, level)))


def _group(group: _Group, level: _Level) -> Iterator[str]:
    facts = CODES[group.code]
    if group.code == _CAUSE:
        level = level._replace(shown=max(1, level.shown), longest=_LONGEST)
    if level.more:
        yield ""
    heading = f"{facts.severity} {group.code} ({group.number}): {facts.meaning}"
    yield _line(heading, level.longest)
    for finding in group.first[: level.shown]:
        yield _line(f"  {finding.location}: {finding.message}", level.longest)
        if level.excerpts and finding.excerpt:
            yield from _excerpt(finding.excerpt.split("\n"), level.longest)
    if level.more and group.number > level.shown:
        yield f"  … and {group.number - level.shown} more (--format json has them all)"
    if level.fix:
        yield _line(f"  What to do: {facts.fix}", level.longest)


def _excerpt(lines: Iterable[str], longest: int) -> Iterator[str]:
    for line in list(lines)[:_EXCERPT_LINES]:
        yield _line(f"    | {line}", longest)


def _line(text: str, longest: int = _LONGEST) -> str:
    return cut(harmless(text), longest)


def _rows(line: str) -> int:
    return max(1, -(-len(line) // WIDTH))
