"""A report as test cases: each check with what it found, for those who show tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smartcity_case.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smartcity_case.report import Check, Finding, Report

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


class Case:
    """A test case: a check, and its findings.

    `suite` is the resource, "" for the package itself. `skipped` is why the
    check did not run. `shared` says that findings which may be of this check
    stand in another case; none of them is in both. Without `check` it is none
    of the checks of the report: its name is the code of its findings.
    """

    def __init__(self, suite: str, name: str, skipped: str = "", *, check: bool = True) -> None:
        self.suite = suite
        self.name = name
        self.skipped = skipped
        self.check = check
        self.shared = ""
        self.path = ""
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []

    @property
    def failed(self) -> bool:
        """Whether there are errors which are, or may be, those of its check."""
        return bool(self.errors or self.shared)

    def add(self, finding: Finding) -> None:
        """Take in a finding."""
        self.path = self.path or finding.location.path
        if CODES[finding.code].severity == "error":
            self.errors.append(finding)
        else:
            self.warnings.append(finding)


def cases_of(report: Report) -> list[Case]:
    """The checks of a report as test cases; every finding stands in exactly one.

    >>> from smartcity_case.report import Check, Report
    >>> [case.name for case in cases_of(Report("toy", "", (), (Check("table", "birds"),), ()))]
    ['table']
    """
    cases: dict[tuple[str, str], Case] = {}
    for check in report.ran:
        cases.setdefault((check.resource, check.name), Case(check.resource, check.name))
    makers: dict[_Kind, list[Case]] = {}
    for finding in report.findings:
        at = finding.location
        kind = _Kind(at.resource, finding.code, at.field)
        if kind not in makers:
            makers[kind] = _makers(report.ran, cases, kind)
        makers[kind][0].add(finding)
    for kind, (first, *others) in makers.items():
        for other in others if CODES[kind.code].severity == "error" else ():
            other.shared = f"findings that may be of this check stand in {first.name!r}"
    skipped = [Case(check.resource, check.name, check.reason) for check in report.skipped]
    return [*cases.values(), *skipped]


def _makers(ran: Iterable[Check], cases: dict[tuple[str, str], Case], kind: _Kind) -> list[Case]:
    """The checks that may have made findings of a kind; the first shall have them.

    A report does not say which check has made a finding. Code, resource and
    field tell it, but for rules and for several declarations of spans: then all
    that may have failed are shown as failed, since none may seem passed.
    """
    own = (kind.resource, kind.code)
    if kind.code.startswith("rule."):
        rules = [c for c in ran if not _begins(c, _KNOWN)]
        first = cases.setdefault(own, Case(*own, check=False))
        return [first, *(cases[c.resource, c.name] for c in rules)]
    if kind.code in _OF_RESTORED:  # which is a check of the whole package
        first = cases.setdefault(own, Case(*own, check=False))
        return [first, *([cases["", _RESTORED]] if ("", _RESTORED) in cases else [])]
    prefix = max((p for p in _MADE_BY if kind.code.startswith(p)), key=len, default="")
    for name in _MADE_BY.get(prefix, ()):
        found = [c for c in ran if c.resource == kind.resource and _begins(c, (name,))]
        named = [c for c in found if kind.field in c.name[len(name) :].strip().split(", ")]
        if chosen := named or (found if name != "field" else []):
            return [cases[c.resource, c.name] for c in dict.fromkeys(chosen)]
    # Of a check that is not known here.
    return [cases.setdefault(own, Case(*own, check=False))]


def _begins(check: Check, names: Iterable[str]) -> bool:
    return any(check.name == name or check.name.startswith(f"{name} ") for name in names)
