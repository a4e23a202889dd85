"""A report as lines of JSON: the summary first, then one finding a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.render.json import finding_json, one_line, summary
from smartcity_case.render.words import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.report import Report


def render_jsonl(report: Report, folder: str = "") -> Iterator[str]:
    """The summary, which tells how many lines follow, and a line for each finding.

    The summary comes first, so that a reader of a stream has the verdict at
    once and can tell a stream that was cut off from a short one.
    """
    yield one_line(summary(report)) + "\n"
    if report.findings:
        yield from pieces(map(finding_json, report.findings))
        yield "\n"
