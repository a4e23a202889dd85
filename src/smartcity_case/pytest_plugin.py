"""A plugin of pytest: a data package as tests, one for each check and table.

    pytest --datapackage path/to/datapackage.json

Without the option it does nothing. It is imported whenever pytest starts,
before coverage is measured: so it imports nothing of this package until a data
package is to be validated, and then validates each once.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from smartcity_case.render.cases import Case
    from smartcity_case.report import Finding, Report

DESCRIPTOR = "datapackage.json"
OTHER = "other findings"
"""The closing test of a package: what belongs to none of its checks."""

_WARNINGS = "datapackage_warnings"
_REPORTS = pytest.StashKey[dict[str, "Report | str"]]()
_HANDED_OVER = "datapackage_reports"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("datapackage", "data packages")
    group.addoption(
        "--datapackage",
        metavar="PATH",
        action="append",
        default=[],
        help="test a data package, a test for each check and table: "
        "its folder, or its datapackage.json; may be given several times",
    )
    group.addoption(
        "--datapackage-fail-on",
        choices=("warning", "error"),
        default="error",
        help="what fails a test of a data package (error)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; refuse a place at which there is no package."""
    config.addinivalue_line("markers", "datapackage: a check of a data package")
    config.stash[_REPORTS] = {}
    for path in _descriptors(config):
        if not path.is_file():
            raise pytest.UsageError(f"--datapackage: {path}: there is no such {DESCRIPTOR}")
    handed_over = getattr(config, "workerinput", {}).get(_HANDED_OVER)
    if handed_over is not None:
        config.stash[_REPORTS].update(pickle.loads(handed_over))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give a worker of pytest-xdist the reports, so that all of them together validate once."""
    for path in _descriptors(node.config):
        _report_on(node.config, path)
    node.workerinput[_HANDED_OVER] = pickle.dumps(node.config.stash[_REPORTS])


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Add the packages to what the session collects, wherever they are."""
    report = yield
    if isinstance(collector, pytest.Session) and report.passed:
        paths = _descriptors(collector.config)
        # One that is among the arguments, or a test of which is, is collected as they say.
        more = [path for path in paths if not collector.isinitpath(path)]
        packages = [PackageFile.from_parent(collector, path=path) for path in more]
        report.result = [*(report.result or ()), *packages]
    return report


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> PackageFile | None:
    """Collect a package that is among the arguments too, so that single tests can be named."""
    if file_path in _descriptors(parent.config) and parent.session.isinitpath(file_path):
        return PackageFile.from_parent(parent, path=file_path)
    return None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show the warnings, which fail nothing."""
    shown = [
        (report.nodeid, value)
        for category in ("passed", "failed")
        for report in terminalreporter.getreports(category)
        for name, value in getattr(report, "user_properties", ())
        if name == _WARNINGS
    ]
    if shown:
        terminalreporter.section("warnings of data packages")
        for nodeid, lines in shown:
            terminalreporter.line(nodeid)
            terminalreporter.line(lines)


def _descriptors(config: pytest.Config) -> list[Path]:
    """The descriptors that were asked for, each once; relative to where pytest was started."""
    paths = []
    for given in config.getoption("--datapackage"):
        if not given:
            raise pytest.UsageError("--datapackage: the path is empty; give '.' for this folder")
        path = Path(os.path.normpath(config.invocation_params.dir / given))
        paths.append(path if path.name == DESCRIPTOR and not path.is_dir() else path / DESCRIPTOR)
    return list(dict.fromkeys(paths))


def _report_on(config: pytest.Config, path: Path) -> Report | str:
    """The report on a package, which is made once; or why there is none."""
    reports = config.stash[_REPORTS]
    if str(path) not in reports:
        from smartcity_case.case import validate
        from smartcity_case.errors import SmartcityCaseError

        try:
            reports[str(path)] = validate(path)
        except SmartcityCaseError as error:
            reports[str(path)] = str(error)
    return reports[str(path)]


class PackageFile(pytest.File):
    """A data package by its descriptor."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """The resources and checks of the package; it is validated here.

        Raises CollectError if it cannot be looked at.
        """
        from smartcity_case.render.cases import cases_of

        report = _report_on(self.config, self.path)
        if isinstance(report, str):
            raise self.CollectError(f"{self.path}: the package cannot be looked at: {report}")
        suites: dict[str, dict[str, list[Case]]] = {}
        other: list[Case] = []
        for case in cases_of(report):
            if case.check:
                suites.setdefault(case.suite, {}).setdefault(case.name, []).append(case)
            else:
                other.append(case)
        for suite, cases in sorted(suites.items()):  # "", the package itself, comes first
            if suite:
                yield ResourceTests.from_parent(self, name=suite, cases=cases)
            else:
                yield from _tests(self, cases)
        yield CheckTest.from_parent(self, name=OTHER, cases=other)


class ResourceTests(pytest.Collector):
    """The checks of one resource of a package."""

    def __init__(self, *, cases: dict[str, list[Case]], **arguments: Any) -> None:
        super().__init__(**arguments)
        self._cases = cases

    def collect(self) -> Iterator[pytest.Item]:
        """A test for each check."""
        return _tests(self, self._cases)


def _tests(parent: pytest.Collector, cases: dict[str, list[Case]]) -> Iterator[pytest.Item]:
    for name, alike in cases.items():
        yield CheckTest.from_parent(parent, name=name, cases=alike)


class CheckTest(pytest.Item):
    """One check of one resource, as it ran or did not."""

    def __init__(self, *, cases: list[Case], **arguments: Any) -> None:
        super().__init__(**arguments)
        self.cases = cases
        self.add_marker(pytest.mark.datapackage)

    @property
    def findings(self) -> list[Finding]:
        """Everything that the check found, errors first."""
        errors = [finding for case in self.cases for finding in case.errors]
        return errors + [finding for case in self.cases for finding in case.warnings]

    def runtest(self) -> None:
        """Fail if there are errors, or if the check did not run."""
        fails: list[str] = []
        notes: list[str] = []
        strict = self.config.getoption("--datapackage-fail-on") == "warning"
        for case in self.cases:
            if case.skipped:
                fails.append(f"not checked: {case.skipped}\n{_NOT_GREEN}")
            if case.shared:
                fails.append(f"{case.shared}; which check made them cannot be told")
            (fails if strict else notes).extend(_lines(case.warnings))
            fails[:0] = _lines(case.errors)
        if notes:
            self.user_properties.append((_WARNINGS, "\n".join(notes)))
        if fails:
            pytest.fail("\n".join(fails), pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """The descriptor, and the name of the test."""
        resource = self.parent.name + ": " if isinstance(self.parent, ResourceTests) else ""
        return self.path, None, f"{resource}{self.name}"


_NOT_GREEN = "What was not looked at is not valid; make it readable, or take it out of the package."


def _lines(findings: Iterable[Finding]) -> list[str]:
    from smartcity_case.render.text import told

    return list(told(list(findings)))
