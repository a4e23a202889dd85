"""A report as workflow commands of GitHub Actions, which become annotations.

GitHub shows ten errors and ten warnings of a step; so no more are written,
and the tenth says how many there are.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from smartcity_case.codes import CODES
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.render.words import accepted, by_severity, cut, not_checked, place, printable
from smartcity_case.report import Location, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.codes import Severity
    from smartcity_case.report import Finding, Report

SHOWN: Final = 10
"""How many annotations of a level GitHub shows for a step."""

_LONGEST = 2000
_NOT_CHECKED = "not checked"


class _Note(NamedTuple):
    title: str
    path: str
    line: int
    message: str


def render_github(report: Report, folder: str = "") -> Iterator[str]:
    """The report as `::error …::` and `::warning …::` lines, and a closing line.

    `folder` is the package's folder within the repository. If there are more
    findings than GitHub shows, each code has its turn before any has a second.
    """
    counts = Counter(finding.code for finding in report.findings)
    totals = by_severity(counts)
    if report.skipped:
        counts[_NOT_CHECKED] = len(report.skipped)
    notes = _first_notes(report, folder)
    yield from _commands("error", {c: n for c, n in notes.items() if _level(c) == "error"}, counts)
    warnings = {c: n for c, n in notes.items() if _level(c) == "warning"}
    yield from _commands("warning", warnings, counts)
    for told in accepted(report):
        title, _, words = told.partition(": ")
        yield f"::notice title={title}::{words}\n"
    yield (
        f"{counted(totals['error'], 'error')}, {counted(totals['warning'], 'warning')}, "
        f"{counted(len(report.skipped), 'check')} skipped\n"
    )


def _level(code: str) -> Severity:
    return CODES[code].severity if code in CODES else "error"


def _first_notes(report: Report, folder: str) -> dict[str, list[_Note]]:
    """The first few annotations of each code, what was not checked before all."""
    notes: dict[str, list[_Note]] = {}
    path, line = place(Location(path=DESCRIPTOR), folder)
    for check in report.skipped[:SHOWN]:
        note = _Note(_NOT_CHECKED, path, line, not_checked(check))
        notes.setdefault(_NOT_CHECKED, []).append(note)
    for finding in report.findings:
        group = notes.setdefault(finding.code, [])
        if len(group) < SHOWN:
            group.append(_note(finding, folder))
    return notes


def _note(finding: Finding, folder: str) -> _Note:
    path, line = place(finding.location, folder)
    where = ", ".join(
        f"{name} {value}"
        for name, value in (("key", finding.location.key), ("field", finding.location.field))
        if value
    )
    message = f"{where}: {finding.message}" if where else finding.message
    if finding.excerpt:
        message += "\n" + finding.excerpt
    return _Note(finding.code, path, line, f"{message}\n{finding.fix}")


def _commands(
    level: Severity, notes: dict[str, list[_Note]], counts: Counter[str]
) -> Iterator[str]:
    total = sum(counts[code] for code in notes)
    room = SHOWN if total <= SHOWN else SHOWN - 1
    turns = [group[turn] for turn in range(SHOWN) for group in notes.values() if turn < len(group)]
    for note in turns[:room]:
        where = f"file={_property(note.path)},line={note.line},title={_property(note.title)}"
        yield f"::{level} {where}::{_data(note.message)}\n"
    if total > room:
        listed = ", ".join(f"{counts[code]} x {code}" for code in notes)
        words = f"{total - room} more, which GitHub would not show. In all: {listed}"
        yield f"::{level} title=smartcity-case::{_data(words)}\n"


def _data(text: str) -> str:
    lines = cut(text, _LONGEST).replace("%", "%25").split("\n")
    return "%0A".join(map(printable, lines))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
