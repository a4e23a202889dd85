"""What a corrected text means for the rows of a package: for people, and as JSON.

The JSON is a report like that of `validate`, with the rows as a further property.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from smartcity_case.codes import CODES
from smartcity_case.render.json import finding_json, one_line, summary
from smartcity_case.render.words import cut, full_name, not_checked, pieces, printable
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smartcity_case.authoring.correcting.correction import Correction
    from smartcity_case.report import Finding, Report

VERDICTS: Final = ("exact", "moved", "changed", "lost", "invalid")
WIDTH: Final = 100
_SHOWN = 6
"""Rows of a verdict that a person is shown."""
_TABLES = 12
"""Tables whose numbers a person is shown."""


def reanchored_text(correction: Correction, report: Report) -> Iterator[str]:
    """The numbers of the verdicts by table, and the first rows that are not as they were.

    `report` is that of the correction, with some verdicts accepted or none. It fits a screen.
    """
    sizes = f"{len(correction.old)} characters became {len(correction.new)}"
    yield printable(f"{full_name(report)}: {correction.source.name}, {sizes}") + "\n\n"
    counts = correction.counts()
    total = sum(counts.values(), Counter[str]())
    width = max(map(len, [*list(counts)[:_TABLES], "total"]))
    yield f"{'':<{width}}" + "".join(f"  {verdict:>7}" for verdict in VERDICTS) + "\n"
    for name, some in [*list(counts.items())[:_TABLES], ("total", total)]:
        numbers = "".join(f"  {some[verdict]:>7}" for verdict in VERDICTS)
        yield f"{printable(name):<{width}}{numbers}\n"
    if len(counts) > _TABLES:
        yield f"… {counted(len(counts) - _TABLES, 'table')} more\n"
    for code in ("reanchor.changed", "reanchor.lost", "reanchor.invalid"):
        found = [finding for finding in report.findings if finding.code == code]
        yield from _group(code, found)
    for check in report.skipped[:_SHOWN]:
        yield cut(printable(not_checked(check)), WIDTH) + "\n"
    if report.accepted:
        yield f"\naccepted: {counted(report.accepted, 'span')}\n"


def _group(code: str, found: list[Finding]) -> Iterator[str]:
    if found:
        yield f"\n{code} ({len(found)}): {CODES[code].meaning}\n"
        for finding in found[:_SHOWN]:
            yield cut(printable(f"  {finding.location}: {finding.message}"), 2 * WIDTH) + "\n"
        if len(found) > _SHOWN:
            yield f"  … and {len(found) - _SHOWN} more (--format json has them all)\n"
        yield f"  What to do: {CODES[code].fix}\n"


def reanchored_json(
    report: Report, facts: dict[str, Any], rows: Iterable[dict[str, Any]]
) -> Iterator[str]:
    """The report as one JSON document, with every finding and every row on a line of its own.

    `facts` are further properties: the texts, the numbers, what was written.
    """
    members = summary(report) | facts
    yield "{\n" + ",\n".join(f'  "{name}": {one_line(v)}' for name, v in members.items())
    yield from _listed("findings", map(finding_json, report.findings))
    yield from _listed("rows", map(one_line, rows))
    yield "\n}\n"


def _listed(name: str, lines: Iterable[str]) -> Iterator[str]:
    yield f',\n  "{name}": ['
    before = "\n    "
    for piece in pieces(lines, ",\n    "):
        yield before + piece
        before = ""
    yield "]" if before else "\n  ]"
