"""A report in the XML of JUnit: a test case for each check, for CI that shows those."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from smartcity_case.codes import CODES
from smartcity_case.render.words import accepted, cut, full_name, printable
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smartcity_case.report import Check, Finding, Report

SHOWN: Final = 100
"""How many findings a test case lists; CI servers refuse files of many megabytes."""

_LONGEST = 1000

# How the names of the checks begin that make findings of a code, the likeliest first. The
# longest prefix of a code counts.
_MADE_BY = {
    "descriptor.": ("descriptor",),
    "path.": ("path", "texts"),
    "resource.": ("hash", "bytes", "texts"),
    "table.": ("table",),
    "field.": ("field",),
    "field.unique": ("unique",),
    "key.": ("unique",),
    "key.dangling": ("foreign key",),
    "key.unverifiable": (),
    "source.": ("source", "texts"),
    "source.unverifiable": ("path", "texts"),
    "span.": ("spans",),
    "withheld.words": ("field", "path", "texts"),
    "limit.": ("descriptor", "path"),
    "limit.columns": ("table",),
    "limit.cell": ("field", "table"),
    "limit.pattern": ("field",),
    "limit.text": ("source", "texts"),
}
_RESTORED = "restored_tables"
_OF_RESTORED = ("withheld.table", "withheld.unverifiable")
_KNOWN = frozenset(name for names in _MADE_BY.values() for name in names) | {_RESTORED}


class _Kind(NamedTuple):
    """What findings have in common that the same check has made."""

    resource: str
    code: str
    field: str


class _Case:
    """A test case: a check, and the first of its findings."""

    def __init__(self, suite: str, name: str, skipped: str = "") -> None:
        self.suite = suite
        self.name = name
        self.skipped = skipped
        self.shared = ""
        self.path = ""
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []
        self.error_count = self.warning_count = 0

    @property
    def failed(self) -> bool:
        return bool(self.errors or self.shared)

    def add(self, finding: Finding) -> None:
        self.path = self.path or finding.location.path
        if CODES[finding.code].severity == "error":
            self.error_count += 1
            shown = self.errors
        else:
            self.warning_count += 1
            shown = self.warnings
        if len(shown) < SHOWN:
            shown.append(finding)


def render_junit(report: Report, folder: str = "") -> Iterator[str]:
    """The report as JUnit XML: errors are failures, what was not checked is skipped.

    A suite is a resource. Warnings, which leave a package valid, stand in the
    output of their test case. `folder` is the package's folder within the
    repository, for the attribute `file`.
    """
    cases = sorted(_cases(report), key=lambda case: case.suite)  # the package itself comes first
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


def _cases(report: Report) -> list[_Case]:
    cases: dict[tuple[str, str], _Case] = {}
    for check in report.ran:
        cases.setdefault((check.resource, check.name), _Case(check.resource, check.name))
    makers: dict[_Kind, list[_Case]] = {}
    for finding in report.findings:
        at = finding.location
        kind = _Kind(at.resource, finding.code, at.field)
        if kind not in makers:
            makers[kind] = _makers(report.ran, cases, kind)
        makers[kind][0].add(finding)
    for kind, (first, *others) in makers.items():
        for other in others if CODES[kind.code].severity == "error" else ():
            other.shared = f"findings that may be of this check stand in {first.name!r}"
    skipped = [_Case(check.resource, check.name, check.reason) for check in report.skipped]
    return [*cases.values(), *skipped]


def _makers(ran: Iterable[Check], cases: dict[tuple[str, str], _Case], kind: _Kind) -> list[_Case]:
    """The checks that may have made findings of a kind; the first shall have them.

    A report does not say which check has made a finding. Code, resource and
    field tell it, but for rules and for several declarations of spans: then all
    that may have failed are shown as failed, since none may seem passed.
    """
    own = (kind.resource, kind.code)
    if kind.code.startswith("rule."):
        rules = [c for c in ran if not _begins(c, _KNOWN)]
        return [cases.setdefault(own, _Case(*own)), *(cases[c.resource, c.name] for c in rules)]
    if kind.code in _OF_RESTORED:  # which is a check of the whole package
        restored = cases.get(("", _RESTORED))
        return [cases.setdefault(own, _Case(*own)), *([restored] if restored else [])]
    prefix = max((p for p in _MADE_BY if kind.code.startswith(p)), key=len, default="")
    for name in _MADE_BY.get(prefix, ()):
        found = [c for c in ran if c.resource == kind.resource and _begins(c, (name,))]
        named = [c for c in found if kind.field in c.name[len(name) :].strip().split(", ")]
        if chosen := named or (found if name != "field" else []):
            return [cases[c.resource, c.name] for c in dict.fromkeys(chosen)]
    return [cases.setdefault(own, _Case(*own))]  # of a check that is not known here


def _begins(check: Check, names: Iterable[str]) -> bool:
    return any(check.name == name or check.name.startswith(f"{name} ") for name in names)


def _case(case: _Case, folder: str) -> Iterator[str]:
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
        message = f"{counted(case.error_count, 'error')}; first: {_words(case.errors[0])}"
        codes = ", ".join(sorted({finding.code for finding in case.errors}))
        yield f"      <failure{_attributes(message=message, type=codes)}>"
        yield from _listed(case.errors, case.error_count)
        yield "</failure>\n"
    elif case.shared:
        yield f"      <failure{_attributes(message=case.shared, type='shared')}/>\n"
    if case.warnings:
        yield "      <system-out>"
        yield from _listed(case.warnings, case.warning_count)
        yield "</system-out>\n"
    yield "    </testcase>\n"


def _listed(findings: list[Finding], count: int) -> Iterator[str]:
    for finding in findings:
        yield _escape(cut(f"{finding.code}: {_words(finding)}", _LONGEST)) + "\n"
        for line in finding.excerpt.split("\n") if finding.excerpt else ():
            yield _escape(cut(f"  | {line}", _LONGEST)) + "\n"
        yield _escape(f"  What to do: {finding.fix}") + "\n"
    if count > len(findings):
        yield f"… and {count - len(findings)} more (--format json has them all)\n"


def _words(finding: Finding) -> str:
    return f"{finding.location}: {finding.message}"


def _numbers(cases: list[_Case]) -> str:
    failed = sum(case.failed for case in cases)
    skipped = sum(bool(case.skipped) for case in cases)
    return f' tests="{len(cases)}" failures="{failed}" errors="0" skipped="{skipped}" time="0"'


def _attributes(**attributes: str) -> str:
    return "".join(f' {k}="{_escape(cut(v, _LONGEST))}"' for k, v in attributes.items())


def _escape(text: str) -> str:
    """Text as XML holds it; what XML cannot hold is shown as an escape."""
    safe = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace('"', "&quot;")
