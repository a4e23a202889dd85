"""Known findings that a person has accepted: only new ones count.

A finding is known by what is wrong, not by the row it stands in: by its code,
resource, key and field, and by the cell (or the message, where there is none).
So rows may be added, removed and sorted. Several findings that are alike in all
of these are counted: three accepted do not cover a fourth.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.errors import SmartcityCaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.report import Finding, Report

FORMAT = "baseline-1.0"

_LONGEST = 200  # more of a cell is told by its hash
_ROW = re.compile(r"\b(rows?) \d+")


class UnreadableBaseline(SmartcityCaseError):
    """A file is no baseline, or is a damaged one."""


class Known(NamedTuple):
    """What a finding is known by."""

    code: str
    resource: str
    key: str
    field: str
    detail: str


def known_by(finding: Finding) -> Known:
    """What a finding is known by, wherever its row has moved to.

    >>> from smartcity_case.report import Finding, Location
    >>> known_by(Finding(Location("birds", row=7, key="b3"), "key.duplicate", "also in row 2"))
    Known(code='key.duplicate', resource='birds', key='b3', field='', detail='also in row …')
    """
    at = finding.location
    detail = finding.value or _ROW.sub(r"\1 …", finding.message)
    if len(detail) > _LONGEST:
        digest = hashlib.sha256(detail.encode("utf-8", "backslashreplace")).hexdigest()
        detail = f"{detail[:_LONGEST]}… sha256:{digest}"
    return Known(finding.code, at.resource or at.path, at.key, at.field, detail)


def apply_baseline(report: Report, baseline: Counter[Known]) -> Report:
    """The report without the findings of a baseline, which it counts instead.

    What was not checked stays so: a baseline accepts findings, no blind spots.
    """
    left = baseline.copy()
    new = []
    for finding in report.findings:
        known = known_by(finding)
        if left[known] > 0:
            left[known] -= 1
        else:
            new.append(finding)
    accepted = len(report.findings) - len(new)
    return replace(report, findings=tuple(new), accepted=accepted, gone=baseline.total() - accepted)


def accept_unverifiable(report: Report) -> Report:
    """The report without what is said of withheld texts as a whole, which it counts instead.

    A row that cannot be judged for another reason, its offsets say, stays.
    """
    new = [f for f in report.findings if not _is_of_withheld(f)]
    count = len(report.findings) - len(new)
    accepted = report.accepted + count
    return replace(report, findings=tuple(new), accepted=accepted, unverified=count)


def _is_of_withheld(finding: Finding) -> bool:
    return finding.code.endswith(".unverifiable") and not finding.location.row


def make_baseline(report: Report) -> Counter[Known]:
    """A baseline of all findings of a report."""
    return Counter(map(known_by, report.findings))


def write_baseline(baseline: Counter[Known]) -> Iterator[str]:
    """A baseline as JSON in pieces, sorted, one entry a line: fit for version control."""
    yield f'{{\n  "schema": "{FORMAT}",\n  "accepted": ['
    before = "\n    "
    for known, count in sorted(baseline.items()):
        entry = {**known._asdict(), "count": count}
        yield before + json.dumps(entry, ensure_ascii=False)
        before = ",\n    "
    yield "\n  ]\n}\n" if baseline else "]\n}\n"


def read_baseline(data: bytes) -> Counter[Known]:
    """The baseline in a file; raises UnreadableBaseline, saying what is wrong."""
    try:
        document = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UnreadableBaseline(f"not JSON in UTF-8: {error}") from error
    if not isinstance(document, dict) or document.get("schema") != FORMAT:
        raise UnreadableBaseline(f'not a baseline: it lacks "schema": "{FORMAT}"')
    entries = document.get("accepted")
    if not isinstance(entries, list):
        raise UnreadableBaseline('"accepted" is not a list')
    baseline: Counter[Known] = Counter()
    for number, entry in enumerate(entries, 1):
        known, count = _read_entry(number, entry)
        baseline[known] += count
    return baseline


def _read_entry(number: int, entry: Any) -> tuple[Known, int]:
    if not isinstance(entry, dict) or set(entry) != {*Known._fields, "count"}:
        wanted = ", ".join((*Known._fields, "count"))
        raise UnreadableBaseline(f"entry {number} does not have exactly: {wanted}")
    count = entry.pop("count")
    if type(count) is not int or count < 1:
        raise UnreadableBaseline(f'entry {number}: "count" is not a positive number')
    for name, value in entry.items():
        if not isinstance(value, str):
            raise UnreadableBaseline(f'entry {number}: "{name}" is not a string')
    return Known(**entry), count
