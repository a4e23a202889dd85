"""Both validators' answers in one form: sets of faults."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from frictionless import FrictionlessException, Package

import smartcity_case as sc
from oracle.packages import Example, for_frictionless
from smartcity_case.report import Finding, Report


class Fault(NamedTuple):
    """What is wrong, and where.

    `row` 0 is the whole file (`field` is then the kind), resource "" the package;
    a foreign key has `-> ` and its first field.
    """

    resource: str
    row: int
    field: str
    kind: str


@dataclass
class Verdict:
    """The faults one validator found, and what it did not look at."""

    faults: set[Fault] = field(default_factory=set)
    skipped: dict[str, set[str]] = field(default_factory=dict)
    """By resource: the names of our checks that did not run."""

    unread: set[str] = field(default_factory=set)
    """The resources that frictionless gave up on, so that it judged no hash."""

    crash: str = ""


_THEIRS = {
    "blank-row": "blank", "extra-cell": "cells", "missing-cell": "cells",
    "hash-count": "hash", "byte-count": "bytes", "encoding-error": "encoding",
    "primary-key": "key.duplicate", "unique-error": "unique", "type-error": "type",
    "foreign-key": "key.dangling",
}  # fmt: skip

_HEADER = (
    "blank-header", "unmatched-header", "extra-label", "missing-label", "blank-label",
    "duplicate-label", "incorrect-label",
)  # fmt: skip


_OF_HEADER = ("is empty", "unique labels", "match for FieldRef", "matches for FieldRef")
"""What other errors say of the header; the last ones of a Parquet file with a name twice."""


def ask_frictionless(example: Example, folder: Path) -> Verdict:
    """Frictionless' verdict; `crash` if it raises what is no verdict."""
    verdict = Verdict()
    try:
        package = Package.from_descriptor(for_frictionless(example), basepath=str(folder))
        report = package.validate(limit_errors=10**9)
    except FrictionlessException:
        verdict.faults.add(Fault("", 0, "", "descriptor"))
        return verdict
    except Exception as error:  # whatever it is: it is theirs, and is counted
        verdict.crash = f"{type(error).__name__}: {error}"[:120]
        return verdict
    if report.errors:
        verdict.faults.add(Fault("", 0, "", "descriptor"))
    for task in report.tasks:
        verdict.faults |= {_their_fault(task.name, error) for error in task.errors}
        if any(error.type in ("error", "encoding-error", "source-error") for error in task.errors):
            verdict.unread.add(task.name)
    return verdict


def _their_fault(resource: str, error: Any) -> Fault:
    kind, row, name = _THEIRS.get(error.type, error.type), getattr(error, "row_number", 0), ""
    if error.type in _HEADER or any(words in error.note for words in _OF_HEADER):
        return Fault(resource, 0, "header", "header")
    if error.type == "constraint-error":
        kind = "required" if error.note.startswith('constraint "required"') else "constraint"
    if kind in ("type", "required", "constraint", "unique"):
        name = error.field_name
    if error.type == "primary-key" and "None" in error.note:
        kind = "key.missing"
    if error.type == "foreign-key":
        name = f"-> {error.field_names[0]}"
    return Fault(resource, row or 0, name if row else kind, kind)


_OURS = {
    "table.blank-row": "blank", "table.cells": "cells", "table.encoding": "encoding",
    "table.quote": "quote", "resource.hash": "hash", "resource.bytes": "bytes",
    "field.type": "type", "field.required": "required", "field.constraint": "constraint",
    "field.unique": "unique", "field.category": "category", "table.header": "header",
    "key.missing": "key.missing", "key.duplicate": "key.duplicate", "key.dangling": "key.dangling",
    "descriptor.invalid": "descriptor", "descriptor.json": "descriptor",
}  # fmt: skip


def ask_us(example: Example, folder: Path) -> Verdict:
    """Our verdict; `crash` if we raise anything, which the comparison tells as a fault."""
    try:
        report = sc.validate(folder)
    except Exception as error:  # the run goes on
        return Verdict(crash=f"{type(error).__name__}: {error}"[:120])
    verdict = Verdict(_our_faults(example, report.errors))
    for check in report.skipped:
        verdict.skipped.setdefault(check.resource, set()).add(check.name)
    assert _consistent(report), "ok in spite of errors or skipped checks"
    return verdict


def _consistent(report: Report) -> bool:
    return report.ok == (not report.errors and not report.skipped)


def _our_faults(example: Example, findings: Iterable[Finding]) -> set[Fault]:
    faults = set()
    for finding in findings:
        kind = _OURS.get(finding.code, finding.code)
        where = finding.location
        row = where.row and where.row + _shift(example, where.resource, where.path)
        name = where.field if kind not in ("key.missing", "key.duplicate") else ""
        name = f"-> {name}" if kind == "key.dangling" else name
        if kind == "descriptor":
            faults.add(Fault("", 0, "", kind))
        elif kind in ("header", "hash", "bytes", "encoding"):
            faults.add(Fault(where.resource, 0, kind, kind))
        else:
            faults.add(Fault(where.resource, row, name, kind))
    return faults


def _shift(example: Example, resource: str, path: str) -> int:
    """From our number of a row to frictionless', which counts a header always and parts on."""
    if resource != "t":
        return 0
    if example.shape in ("rows", "objects", "parquet"):
        return 1
    return example.parts[0] if example.parts and path == "t2.csv" else 0


def write(example: Example, folder: Path) -> None:
    """Write the package of an example into a folder, over the one before."""
    for old in folder.iterdir():
        old.unlink()
    (folder / "datapackage.json").write_text(json.dumps(example.descriptor), "utf-8")
    for name, data in example.files.items():
        (folder / name).write_bytes(data)
