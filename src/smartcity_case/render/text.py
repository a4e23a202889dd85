"""A report for people: findings by code, the first few of each, and what to do."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from smartcity_case.report import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.report import Finding, Report

SHOWN = 5


def render_text(report: Report, shown: int = SHOWN) -> str:
    """The report as lines of text; at most `shown` findings of each code."""
    return "\n".join(map(_printable, _lines(report, shown)))


def _printable(line: str) -> str:
    """A line without what a terminal obeys: a package must not write its own report."""
    first = line[:1]  # a line of ours may begin with a line break
    rest = "".join(c if c.isprintable() else repr(c)[1:-1] for c in line[1:])
    return (first if first == "\n" or first.isprintable() else repr(first)[1:-1]) + rest


def _lines(report: Report, shown: int) -> Iterator[str]:
    name = " ".join(part for part in (report.package, report.version) if part)
    yield f"{name or 'package'}: {'valid' if report.ok else 'NOT VALID'}"
    by_code = sorted(report.findings, key=lambda f: (f.severity, f.code, f))
    for code, group in groupby(by_code, key=lambda f: f.code):
        yield from _group(code, list(group), shown)
    for check in report.skipped:
        yield f"\nnot checked: {check.name} of {check.resource or 'the package'}: {check.reason}"
    resources = {check.resource for check in report.ran if check.resource}
    traced = [check.resource for check in report.ran if check.name.startswith("spans ")]
    if traced:
        yield f"\nspans were checked in {len(set(traced))} tables"
    else:
        yield "\nno span was checked: no table that could be read declares textSpans"
    yield (
        f"{len(report.errors)} errors, {len(report.warnings)} warnings; "
        f"{len(report.ran)} checks ran on {len(resources)} resources, {len(report.skipped)} skipped"
    )


def _group(code: str, findings: list[Finding], shown: int) -> Iterator[str]:
    yield f"\n{CODES[code].severity} {code} ({len(findings)}): {CODES[code].meaning}"
    for finding in findings[:shown]:
        yield f"  {finding.location}: {finding.message}"
    if len(findings) > shown:
        yield f"  … and {len(findings) - shown} more (--format json has them all)"
    yield f"  What to do: {CODES[code].fix}"
