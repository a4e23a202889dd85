"""frictionless with `text-spans` tells of the same rows as a validation, whatever is spoilt."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from frictionless import Checklist, FrictionlessException, Package
from hypothesis import given, settings
from hypothesis import strategies as st

import smartcity_case as sc
from frictionless_textspans import TextSpanError, TextSpansCheck, TextSpansError
from smartcity_case.strategies import Mutation, mutations, packages

CODE = re.compile(r"(?:^|; |: )(span\.[a-z-]+): field")


def told(root: Path) -> tuple[dict[tuple[str, int], set[str]], bool] | None:
    """The codes of each row of each table, and whether all is valid; None without a package."""
    try:
        package = Package(str(root / "datapackage.json"))
    except FrictionlessException:
        return None
    report = package.validate(Checklist(checks=[TextSpansCheck()]))
    rows = {}
    for task in report.tasks:
        for error in task.errors:
            if isinstance(error, TextSpanError):
                rows[task.name, error.row_number] = set(CODE.findall(error.note))
            elif isinstance(error, TextSpansError) and error.note.startswith("row "):
                row = int(error.note.split()[1].rstrip(":"))
                rows[task.name, row] = set(CODE.findall(error.note))
    return rows, report.valid


def ours(report: sc.Report) -> dict[tuple[str, int], set[str]]:
    rows: dict[tuple[str, int], set[str]] = {}
    for finding in report.errors:
        at = finding.location
        if at.row and finding.code.startswith("span."):
            rows.setdefault((at.resource, at.row), set()).add(finding.code)
    return rows


@settings(max_examples=25)
@given(
    packages().flatmap(
        lambda files: st.one_of(mutations(files), st.just(Mutation("nothing", files)))
    )
)
def test_the_same_rows_with_the_same_verdicts(mutation: Mutation) -> None:
    with tempfile.TemporaryDirectory() as place:
        for path, data in mutation.files.items():
            (Path(place) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(place) / path).write_bytes(data)
        report, theirs = sc.validate(place), told(Path(place))
    if theirs is None:
        assert not report.ok
        return
    found, valid = theirs
    # A table that frictionless cannot open is an error for it, without looking at rows.
    assert found == ours(report) or (not valid and found == {})
    spans_hold = all(not finding.code.startswith("span.") for finding in report.errors)
    assert spans_hold or not valid
