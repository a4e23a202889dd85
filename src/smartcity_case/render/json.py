"""A report for machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartcity_case.report import Report


def render_json(report: Report) -> str:
    """The report as one JSON document; every finding is in it.

    Keys: `package`, `version`, `ok`, `findings` (`code`, `severity`,
    `message`, `fix`, `location`), `ran` and `skipped`.
    """
    document = {
        "package": report.package,
        "version": report.version,
        "ok": report.ok,
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "message": finding.message,
                "fix": finding.fix,
                "location": asdict(finding.location),
            }
            for finding in report.findings
        ],
        "ran": [asdict(check) for check in report.ran],
        "skipped": [asdict(check) for check in report.skipped],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)
