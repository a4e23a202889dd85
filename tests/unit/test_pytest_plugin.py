"""`pytest --datapackage`: what it collects, what fails, and that nothing is lost or green."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import smartcity_case as sc
from conftest import Folder
from smartcity_case import pytest_plugin
from smartcity_case.errors import UnreadablePackage
from smartcity_case.pytest_plugin import OTHER, CheckTest
from smartcity_case.report import Finding


class Session:
    """What a run of pytest within this one collected and reported."""

    def __init__(self) -> None:
        self.code = -1
        self.ids: list[str] = []
        self.tests: list[CheckTest] = []
        self.failed: dict[str, str] = {}
        self.passed: list[str] = []
        self.errors: list[str] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.ids = [item.nodeid for item in session.items]
        self.tests = [item for item in session.items if isinstance(item, CheckTest)]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(report.longreprtext)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed[report.nodeid] = report.longreprtext
        elif report.when == "call":
            self.passed.append(report.nodeid)

    @property
    def findings(self) -> list[Finding]:
        return sorted(finding for test in self.tests for finding in test.findings)


def run(*arguments: str | Path) -> Session:
    """Run pytest here, with nothing but the folder `empty` to collect tests from."""
    session = Session()
    options = ["-p", "no:cacheprovider", "-c", "pytest.ini", "--rootdir", "."]
    session.code = pytest.main([*options, *map(str, arguments)], plugins=[session])
    return session


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\ntestpaths = empty\nfilterwarnings = error\naddopts = --strict-markers\n", "utf-8"
    )
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_check_of_each_resource_is_a_test(toy: Folder) -> None:
    session = run("--datapackage", "aves/datapackage.json")
    report = sc.validate(toy.root)
    at = "aves/datapackage.json::"
    wanted = {at + "::".join(filter(None, (c.resource, c.name))) for c in report.ran}
    assert session.code == 0
    assert set(session.ids) == wanted | {at + OTHER}
    assert len(session.ids) == len(set(session.ids))
    assert session.passed == session.ids
    assert session.ids[0] == at + "descriptor"
    assert session.ids[-1] == at + OTHER
    assert at + "avistamientos::spans desde, hasta" in session.ids


def cell(old: str, new: str) -> Callable[[Folder], None]:
    return lambda toy: toy.replace("avistamientos", old, new)


def unknown_hash(toy: Folder) -> None:
    toy.describe(lambda d: d["resources"][0].update(hash="crc32:1234"))


def no_table(toy: Folder) -> None:
    (toy.root / "tablas/avistamientos.csv").unlink()


def no_text(toy: Folder) -> None:
    (toy.root / "diario.txt").write_bytes(b"\xff\xfe")


def bad_descriptor(toy: Folder) -> None:
    (toy.root / "datapackage.json").write_text("{", "utf-8")


def bad_field(toy: Folder) -> None:
    def change(descriptor: dict[str, list[dict[str, dict[str, list[dict[str, object]]]]]]) -> None:
        descriptor["resources"][2]["schema"]["fields"][2]["constraints"] = {"pattern": "("}

    toy.describe(change)


SPOILT: dict[str, Callable[[Folder], None]] = {
    "field luz": cell("día", "tarde"),
    "foreign key especie": cell("garza,día", "garzón,día"),
    "spans desde, hasta": cell("otra garza", "otra garzo"),
    "field num": cell("a1,", "=a1,"),  # a warning
    "table": cell("a2,garza,", "a2,garza,,,,,,,,,,,"),
    "rows": cell("a1,", 'a"1,'),
    "hash": unknown_hash,
    "path": no_table,
    "source": no_text,
    "descriptor": bad_descriptor,
    OTHER: bad_field,
}


@pytest.mark.parametrize("name", SPOILT)
def test_no_finding_is_lost_and_nothing_is_green_that_is_not(toy: Folder, name: str) -> None:
    SPOILT[name](toy)
    report = sc.validate(toy.root)
    session = run("--datapackage", toy.root)
    assert report.findings or report.skipped
    assert session.findings == sorted(report.findings)
    assert (session.code == 0) == report.ok == (not session.failed)
    for check in report.skipped:
        (test,) = (
            nodeid
            for nodeid in session.failed
            if nodeid.endswith("::".join(filter(None, ("json", check.resource, check.name))))
        )
        assert check.reason in session.failed[test]
        assert "not checked" in session.failed[test]
    if not report.ok:
        assert any(nodeid.endswith(f"::{name}") for nodeid in session.failed)


def test_the_rules_of_the_case_are_tests_too(release: Folder) -> None:
    release.replace("claims", ",article,,,,,", ",actor,,,,,")
    report = sc.validate(release.root)
    session = run("--datapackage", release.root)
    assert "rule.broken" in {finding.code for finding in report.errors}
    assert session.findings == sorted(report.findings)
    assert session.failed[f"release/datapackage.json::{OTHER}"].startswith("error rule.broken")
    assert len(session.failed) > 1  # the rules: which of them it was cannot be told


def test_a_failure_says_where_and_what_to_do(toy: Folder) -> None:
    cell("otra garza", "otra garzo")(toy)
    session = run("--datapackage", "aves")
    message = session.failed["aves/datapackage.json::avistamientos::spans desde, hasta"]
    assert message.splitlines() == [
        "error span.absent (1): The words stand nowhere in the text.",
        "  tablas/avistamientos.csv, row 3, key a2, field palabras: at 72 to 82 the text has "
        "'otra garza', not 'otra garzo'; these words stand nowhere",
        "    | Vimos otra garza.",
        "    |                ^",
        "  What to do: Compare the words with the text, character by character.",
    ]


def test_of_many_findings_the_first_are_shown(toy: Folder) -> None:
    rows = "".join(f"especie{n},x\n" for n in range(30))
    toy.write("especies", ("clave,patas\ngarza,2\n" + rows).encode())
    message = run("--datapackage", "aves").failed["aves/datapackage.json::especies::field patas"]
    assert "error field.type (30)" in message
    assert "… and 25 more" in message


def test_warnings_are_shown_and_fail_only_if_asked(
    toy: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    cell("a1,", "=a1,")(toy)
    name = "aves/datapackage.json::avistamientos::field num"
    session = run("--datapackage", "aves", "-q")
    output = capsys.readouterr().out
    assert session.code == 0
    assert name in session.passed
    assert "warnings of data packages" in output
    assert f"{name}\nwarning field.formula (1)" in output
    session = run("--datapackage", "aves", "--datapackage-fail-on", "warning")
    assert session.code == 1
    assert list(session.failed) == [name]
    assert "warnings of data packages" not in capsys.readouterr().out


def test_tests_are_chosen_by_marker_and_keyword(toy: Folder, folder: Path) -> None:
    (folder / "empty/test_own.py").write_text("def test_spans(): pass\n", "utf-8")
    asked = ("--datapackage", "aves")
    whole = run(*asked).ids
    assert whole[0] == "empty/test_own.py::test_spans"
    assert run(*asked, "-m", "datapackage").ids == whole[1:]
    assert run(*asked, "-m", "not datapackage").ids == whole[:1]
    assert run(*asked, "-k", "spans and avistamientos").ids == [
        "aves/datapackage.json::avistamientos::spans desde, hasta",
        "aves/datapackage.json::avistamientos::spans dicho_desde, dicho_hasta",
    ]
    collected = run(*asked, "--collect-only", "-q")
    assert (collected.ids, collected.passed) == (whole, [])


def test_a_single_test_runs_by_its_id(toy: Folder) -> None:
    name = "aves/datapackage.json::avistamientos::spans desde, hasta"
    assert run("--datapackage", "aves", name).passed == [name]
    alone = run("--datapackage", "aves", "aves/datapackage.json").ids
    assert alone == run("--datapackage", "aves").ids


def test_a_package_is_named_by_folder_or_descriptor_from_anywhere(
    toy: Folder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = run("--datapackage", toy.root / "datapackage.json").ids
    both = run("--datapackage", "aves", "--datapackage", "aves/../aves/datapackage.json")
    assert both.ids == ids
    shutil.copytree(toy.root, folder / "otras[1]")
    two = run("--datapackage", "aves", "--datapackage", "otras[1]").ids
    assert two == ids + [name.replace("aves", "otras[1]") for name in ids]
    monkeypatch.chdir(folder / "empty")
    (folder / "empty/pytest.ini").write_text("[pytest]\n", "utf-8")
    outside = run("--datapackage", "../aves")
    assert (outside.code, len(outside.passed)) == (0, len(ids))


@pytest.mark.parametrize("path", ["nowhere", "empty", "pytest.ini", ""])
def test_where_no_package_is_nothing_runs(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    session = run("--datapackage", path)
    assert session.code == pytest.ExitCode.USAGE_ERROR
    assert "--datapackage: " in capsys.readouterr().err


def test_a_package_that_cannot_be_looked_at_is_an_error_of_collection(
    toy: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise UnreadablePackage("diario.txt: the file changed")

    monkeypatch.setattr("smartcity_case.case.validate", refuse)
    session = run("--datapackage", "aves")
    assert session.code == pytest.ExitCode.INTERRUPTED
    (error,) = session.errors
    assert error.endswith("the package cannot be looked at: diario.txt: the file changed")


def test_a_package_is_validated_once(toy: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    validated = []

    def validate(path: Path) -> sc.Report:
        validated.append(path)
        return sc.validate(path)

    monkeypatch.setattr("smartcity_case.case.validate", validate)
    run("--datapackage", "aves")
    assert validated == [toy.root / "datapackage.json"]


def pytest_process(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


COUNTS = """
import os
import smartcity_case.case as case

real = case.validate

def validate(path):
    with open("validated.txt", "a") as file:
        file.write("once\\n")
    return real(path)

case.validate = validate
"""


def test_the_workers_of_xdist_share_one_validation(toy: Folder, folder: Path) -> None:
    pytest.importorskip("xdist")
    (folder / "conftest.py").write_text(COUNTS, "utf-8")
    cell("otra garza", "otra garzo")(toy)
    done = pytest_process("--datapackage", "aves", "-n", "2", "-q", cwd=folder)
    assert done.returncode == 1, done.stdout
    assert "error span.absent (1)" in done.stdout
    assert (folder / "validated.txt").read_text("utf-8") == "once\n"


class Worker:
    """A worker of xdist, as far as it is given something."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.workerinput: dict[str, bytes] = {}


def test_a_worker_is_given_the_reports(toy: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    class Controller:
        @pytest.hookimpl(trylast=True)
        def pytest_configure(self, config: pytest.Config) -> None:
            node = Worker(config)
            pytest_plugin.pytest_configure_node(node)
            config.workerinput = node.workerinput  # type: ignore[attr-defined]  # xdist adds it
            monkeypatch.setattr("smartcity_case.case.validate", None)
            pytest_plugin.pytest_configure(config)

    options = ["-p", "no:cacheprovider", "-c", "pytest.ini", "--rootdir", ".", "-p", "no:xdist"]
    assert pytest.main([*options, "--datapackage", "aves"], plugins=[Controller()]) == 0


IDLE = """
import sys

HEAVY = {"pandas", "pyarrow", "frictionless", "pydantic", "numpy", "smartcity_case.case"}

def test_idle(pytestconfig):
    assert pytestconfig.pluginmanager.has_plugin("smartcity-case")
    assert not HEAVY & set(sys.modules)
    assert "frictionless_textspans" not in sys.modules
"""


def test_without_the_option_nothing_happens(toy: Folder, folder: Path) -> None:
    (toy.root / "test_idle.py").write_text(IDLE, "utf-8")
    done = pytest_process("-q", ".", cwd=toy.root)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout
