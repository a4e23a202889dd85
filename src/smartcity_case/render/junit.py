"""A report in the XML of JUnit: a test case for each check, for CI that shows those."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from smartcity_case.render.cases import cases_of
from smartcity_case.render.words import accepted, cut, full_name, printable
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.render.cases import Case
    from smartcity_case.report import Finding, Report

SHOWN: Final = 100
"""How many findings a test case lists; CI servers refuse files of many megabytes."""

_LONGEST = 1000


def render_junit(report: Report, folder: str = "") -> Iterator[str]:
    """The report as JUnit XML: errors are failures, what was not checked is skipped.

    A suite is a resource. Warnings, which leave a package valid, stand in the
    output of their test case. `folder` is the package's folder within the
    repository, for the attribute `file`.
    """
    cases = sorted(cases_of(report), key=lambda case: case.suite)  # the package itself comes first
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuites{_attributes(name=full_name(report))}{_numbers(cases)}>\n"
    for words in accepted(report):  # JUnit has no other place for it
        name = words.partition(":")[0]
        yield f'  <testsuite name="{name}" tests="0" failures="0" errors="0" skipped="0">\n'
        yield f"    <system-out>{words}</system-out>\n  </testsuite>\n"
    for suite, group in groupby(cases, key=lambda case: case.suite):
        members = list(group)
        yield f"  <testsuite{_attributes(name=suite or 'package')}{_numbers(members)}>\n"
        for case in members:
            yield "".join(_case(case, folder))
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _case(case: Case, folder: str) -> Iterator[str]:
    attributes = {"classname": case.suite or "package", "name": case.name}
    if case.path:
        attributes["file"] = f"{folder}/{case.path}" if folder else case.path
    yield f'    <testcase{_attributes(**attributes)} time="0"'
    if not (case.failed or case.skipped or case.warnings):
        yield "/>\n"
        return
    yield ">\n"
    if case.skipped:
        yield f"      <skipped{_attributes(message=case.skipped)}/>\n"
    elif case.errors:
        message = f"{counted(len(case.errors), 'error')}; first: {_words(case.errors[0])}"
        codes = ", ".join(sorted({finding.code for finding in case.errors}))
        yield f"      <failure{_attributes(message=message, type=codes)}>"
        yield from _listed(case.errors)
        yield "</failure>\n"
    elif case.shared:
        yield f"      <failure{_attributes(message=case.shared, type='shared')}/>\n"
    if case.warnings:
        yield "      <system-out>"
        yield from _listed(case.warnings)
        yield "</system-out>\n"
    yield "    </testcase>\n"


def _listed(findings: list[Finding]) -> Iterator[str]:
    for finding in findings[:SHOWN]:
        yield _escape(cut(f"{finding.code}: {_words(finding)}", _LONGEST)) + "\n"
        for line in finding.excerpt.split("\n") if finding.excerpt else ():
            yield _escape(cut(f"  | {line}", _LONGEST)) + "\n"
        yield _escape(f"  What to do: {finding.fix}") + "\n"
    if len(findings) > SHOWN:
        yield f"… and {len(findings) - SHOWN} more (--format json has them all)\n"


def _words(finding: Finding) -> str:
    return f"{finding.location}: {finding.message}"


def _numbers(cases: list[Case]) -> str:
    failed = sum(case.failed for case in cases)
    skipped = sum(bool(case.skipped) for case in cases)
    return f' tests="{len(cases)}" failures="{failed}" errors="0" skipped="{skipped}" time="0"'


def _attributes(**attributes: str) -> str:
    return "".join(f' {k}="{_escape(cut(v, _LONGEST))}"' for k, v in attributes.items())


def _escape(text: str) -> str:
    """Text as XML holds it; what XML cannot hold is shown as an escape."""
    safe = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace('"', "&quot;")
