"""A report for machines: one JSON document, or one JSON document a line.

The form is that of `schemas/report-1.0.json`.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from smartcity_case.codes import CODES
from smartcity_case.render.words import by_severity, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.report import Finding, Report

SCHEMA: Final = "report-1.0"

_ENCODER = json.JSONEncoder(ensure_ascii=False)


def render_json(report: Report, folder: str = "") -> Iterator[str]:
    """The report as one JSON document, with every finding on a line of its own.

    Paths are those within the package.
    """
    members = [f'  "{name}": {one_line(value)}' for name, value in summary(report).items()]
    yield "{\n" + ",\n".join(members) + ',\n  "findings": ['
    if report.findings:
        yield "\n    "
        yield from pieces(map(finding_json, report.findings), ",\n    ")
        yield "\n  "
    yield "]\n}\n"


def summary(report: Report) -> dict[str, Any]:
    """Everything of a report but its findings."""
    totals = by_severity(Counter(finding.code for finding in report.findings))
    return {
        "schema": SCHEMA,
        "package": report.package,
        "version": report.version,
        "ok": not totals["error"] and not report.skipped,
        "errors": totals["error"],
        "warnings": totals["warning"],
        "accepted": report.accepted,
        "gone": report.gone,
        **({"unverified": report.unverified} if report.unverified else {}),
        "ran": [{"name": check.name, "resource": check.resource} for check in report.ran],
        "skipped": [asdict(check) for check in report.skipped],
    }


def finding_json(finding: Finding) -> str:
    """A finding as one line of JSON."""
    # Strings, one by one, take the encoder a third of the time of a whole object.
    at, text = finding.location, _ENCODER.encode
    return _unbroken(
        f'{{{_facts(finding.code)}, "message": {text(finding.message)}, '
        f'"value": {text(finding.value)}, "excerpt": {text(finding.excerpt)}, '
        f'"location": {{"resource": {text(at.resource)}, "path": {text(at.path)}, '
        f'"row": {at.row:d}, "key": {text(at.key)}, "field": {text(at.field)}}}}}'
    )


@cache
def _facts(code: str) -> str:
    facts = {"code": code, "severity": CODES[code].severity, "fix": CODES[code].fix}
    return _ENCODER.encode(facts)[1:-1]


def one_line(value: object) -> str:
    """A value as JSON on one line."""
    return _unbroken(_ENCODER.encode(value))


def _unbroken(line: str) -> str:
    """A line of JSON that no reader takes for two: some break lines at more than a line feed."""
    return line if line.isprintable() else line.translate(_BREAKS)


_BREAKS = {ord(c): f"\\u{ord(c):04x}" for c in "\x7f\x85\u2028\u2029"}
