"""A report in SARIF 2.1.0, as GitHub code scanning takes it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from smartcity_case import __version__
from smartcity_case.baseline import known_by
from smartcity_case.codes import CODES, Code
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.render.words import not_checked, pieces, place
from smartcity_case.report import Location, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.report import Check, Finding, Report

RESULTS: Final = 25_000
"""The most results in a run; GitHub refuses a file with more."""

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_NOT_CHECKED = "not-checked"
_RULES = {
    **CODES,
    _NOT_CHECKED: Code(
        "error",
        "A part of the package was not checked, so nothing is known of it.",
        "Mend what keeps it from being checked; the message says what that is.",
    ),
}
_INDEX = {code: index for index, code in enumerate(_RULES)}
_ENCODER = json.JSONEncoder(ensure_ascii=False)


def render_sarif(report: Report, folder: str = "") -> Iterator[str]:
    """The report as a SARIF log with one run; rows are given as lines.

    `folder` is the package's folder within the repository. What was not
    checked is a result too, since nobody reads a log's notifications. Of more
    than RESULTS results the warnings go first; a notification tells how many.
    """
    head = {
        "tool": {"driver": _driver()},
        "invocations": [_invocation(report)],
        "properties": {
            "accepted": report.accepted,
            "gone": report.gone,
            **({"unverified": report.unverified} if report.unverified else {}),
        },
    }
    run = ",\n".join(f'      "{name}": {_ENCODER.encode(part)}' for name, part in head.items())
    yield f'{{\n  "$schema": "{_SCHEMA}",\n  "version": "2.1.0",\n  "runs": [\n    {{\n{run},\n'
    yield '      "results": [\n'
    yield from pieces(_results(report, folder), ",\n")
    yield "\n      ]\n    }\n  ]\n}\n"


def _driver() -> dict[str, Any]:
    return {
        "name": "smartcity-case",
        "version": __version__,
        "rules": [
            {
                "id": code,
                "shortDescription": {"text": facts.meaning},
                "fullDescription": {"text": facts.meaning},
                "help": {"text": facts.fix},
                "defaultConfiguration": {"level": facts.severity},
                "properties": {"problem.severity": facts.severity, "precision": "very-high"},
            }
            for code, facts in _RULES.items()
        ],
    }


def _invocation(report: Report) -> dict[str, Any]:
    texts = [not_checked(check) for check in report.skipped]
    over = len(report.findings) + len(report.skipped) - RESULTS
    if over > 0:
        more = counted(over, "result")
        texts.append(f"not in this file: {more} more; --format json has them all")
    notifications = [
        {"level": "warning", "message": {"text": _braced(text)}} for text in texts[-RESULTS:]
    ]
    return {"executionSuccessful": True, "toolExecutionNotifications": notifications}


def _results(report: Report, folder: str) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for check in report.skipped[:RESULTS]:
        yield _skipped(check, folder, seen)
    room = max(0, RESULTS - len(report.skipped))
    for finding in _first(report, room):
        yield _finding(finding, folder, seen)


def _first(report: Report, room: int) -> tuple[Finding, ...]:
    """So many findings in their order; if there are more, errors before warnings."""
    if len(report.findings) <= room:
        return report.findings
    return (*report.errors[:room], *report.warnings[: max(0, room - len(report.errors))])


def _finding(finding: Finding, folder: str, seen: Counter[str]) -> str:
    facts = CODES[finding.code]
    text = f"{finding.message}\n{facts.fix}"
    return _result(
        finding.code, facts.severity, text, finding.location, folder, known_by(finding), seen
    )


def _skipped(check: Check, folder: str, seen: Counter[str]) -> str:
    at = Location(check.resource, DESCRIPTOR)
    identity = (_NOT_CHECKED, check.resource, check.name)
    return _result(_NOT_CHECKED, "error", not_checked(check), at, folder, identity, seen)


def _result(
    code: str,
    level: str,
    text: str,
    at: Location,
    folder: str,
    identity: tuple[str, ...],
    seen: Counter[str],
) -> str:
    """One result; its fingerprint is what it is known by, and a number among its equals."""
    joined = "\0".join(identity).encode("utf-8", "backslashreplace")
    fingerprint = hashlib.sha256(joined).hexdigest()[:16]
    seen[fingerprint] += 1
    path, line = place(at, folder)
    names = [part for part in (at.resource, at.key, at.field) if part]
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(path)},
            "region": {"startLine": line},
        }
    }
    if names:
        location["logicalLocations"] = [{"fullyQualifiedName": "/".join(names)}]
    return "        " + _ENCODER.encode(
        {
            "ruleId": code,
            "ruleIndex": _INDEX[code],
            "level": level,
            "message": {"text": _braced(text)},
            "locations": [location],
            # The one fingerprint that GitHub compares.
            "partialFingerprints": {
                "primaryLocationLineHash": f"{fingerprint}:{seen[fingerprint]}"
            },
        }
    )


def _braced(text: str) -> str:
    """Text in which no brace begins a placeholder (SARIF 3.11.5)."""
    return text.replace("{", "{{").replace("}", "}}")


@cache
def _uri(path: str) -> str:
    """A relative path as a URI reference: everything but plain characters is escaped."""
    data = path.encode("utf-8", "surrogateescape")
    return "".join(chr(b) if chr(b) in _PLAIN else f"%{b:02X}" for b in data)


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")
