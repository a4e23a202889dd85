"""A plugin of frictionless: the check `text-spans` of `textSpans` in table schemas.

    frictionless validate datapackage.json --checks text-spans

frictionless finds it by the name of this module and of its class
`TextspansPlugin`. The check is that of smartcity-case, which judges the spans
of a table at once; the verdicts are handed out row by row. This module is
imported whenever frictionless looks for plugins, so it imports the rest late.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frictionless import Check, Plugin
from frictionless.errors import RowError, TableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from frictionless import Error, Package, Resource, Row

    from smartcity_case.report import Finding, Report
    from smartcity_case.storage import Files

__all__ = ["TextSpanError", "TextSpansCheck", "TextSpansError", "TextspansPlugin"]


class TextSpanError(RowError):
    """A row whose words do not stand where it says; the note begins with the finding's code."""

    type = "text-span"
    title = "Text Span Error"
    description = "The words of a row do not stand at its offsets in the text."
    template = 'Row at position "{rowNumber}" has a span that does not hold: {note}'


class TextSpansError(TableError):
    """What concerns the spans of a whole table: its text, or that they were not checked."""

    type = "text-spans-table"
    title = "Text Spans Error"
    description = "The spans of a table have a fault in common, or could not be checked."
    template = "The spans of the table: {note}"


class TextSpansCheck(Check):
    """Rows whose spans do not hold, by the verdicts of smartcity-case.

    Tables whose schema has no `textSpans`, and resources that are no tables,
    are left alone.

    >>> from frictionless import Checklist
    >>> Checklist.from_descriptor({"checks": [{"type": "text-spans"}]}).check_types
    ['text-spans']
    """

    type = "text-spans"
    Errors = [TextSpanError, TextSpansError]  # noqa: RUF012

    def connect(self, resource: Resource) -> None:
        """Begin with a resource."""
        super().connect(resource)
        self._failing: dict[int, list[str]] = {}

    def validate_start(self) -> Iterable[Error]:
        """Judge the whole table, and tell what belongs to none of its rows."""
        schema = getattr(self.resource, "schema", None)
        declared = schema.custom.get("textSpans") if schema is not None else None
        if declared is None:
            return
        report = _report_on(self.resource)
        if isinstance(report, str):
            yield TextSpansError(note=f"not checked: {report}")
            return
        yield from (TextSpansError(note=note) for note in _notes(report, self.resource, declared))
        failing = _failing_rows(report, self.resource.name)
        if self.resource.extrapaths:  # frictionless numbers the rows of all files as of one
            for (path, row), notes in failing.items():
                yield TextSpansError(note=f"{path}, row {row}: {'; '.join(notes)}")
            return
        before = _header_rows(self.resource)
        self._failing = {row + before: notes for (_, row), notes in failing.items()}

    def validate_row(self, row: Row) -> Iterable[Error]:
        """Tell what is wrong with the spans of a row."""
        if notes := self._failing.pop(row.row_number, None):
            yield TextSpanError.from_row(row, note="; ".join(notes))

    def validate_end(self) -> Iterable[Error]:
        """Tell of rows that frictionless has not seen, so that none is lost."""
        for number, notes in sorted(self._failing.items()):
            yield TextSpansError(note=f"row {number}: {'; '.join(notes)}")


class TextspansPlugin(Plugin):
    """What frictionless asks for the check and its errors; the spelling of the name is its own."""

    def select_check_class(self, type: str | None = None) -> type[Check] | None:  # noqa: A002
        """The check, by its type."""
        return TextSpansCheck if type == TextSpansCheck.type else None

    def select_error_class(self, type: str | None = None) -> type[Error] | None:  # noqa: A002
        """An error of the check, by its type."""
        return next((error for error in TextSpansCheck.Errors if error.type == type), None)


def _report_on(resource: Resource) -> Report | str:
    """What smartcity-case says of the spans of a table, or why it cannot look."""
    from smartcity_case.errors import SmartcityCaseError
    from smartcity_case.storage import Files
    from smartcity_case.validation import validate_spans

    package, base = resource.package, resource.basepath or "."
    if package is None:
        return "a table by itself has no text; validate its package (and not in parallel)"
    if "://" in base:
        return f"the package is not on this machine: {base}"
    files = Files(Path(base))
    try:
        return validate_spans(files, _descriptor(files, package), resource.name or "")
    except SmartcityCaseError as error:
        return str(error)


def _descriptor(files: Files, package: Package) -> bytes:
    """The descriptor in its file; of a package without one, what frictionless has of it.

    The file, since frictionless writes what it has guessed into its own.
    """
    from smartcity_case import limits

    if package.metadata_descriptor_path is not None:
        return files.read(Path(package.metadata_descriptor_path).name, limits.DESCRIPTOR)
    descriptor: dict[str, Any] = package.to_descriptor()
    for each in descriptor["resources"]:
        if more := each.pop("extrapaths", None):
            each["path"] = [each["path"], *more]
        if each.get("format") == "parquet":
            each.pop("mediatype", None)  # another name of the same
    return json.dumps(descriptor).encode()


def _notes(report: Report, resource: Resource, declared: Any) -> Iterator[str]:
    """What is to be said of the spans of a table as a whole."""
    own = resource.name
    targets = _targets(declared)
    for finding in report.errors:
        at = finding.location
        of_table = at.resource == own and not at.row and _of_spans(finding)
        if of_table or finding.code.startswith(targets.get(at.resource, ())):
            yield f"{finding.code}: {at}: {finding.message}"
    ran = sum(check.resource == own and check.name.startswith("spans ") for check in report.ran)
    if isinstance(declared, list) and ran == len(declared) > 0:
        return
    reasons = [
        f"{check.name} of {check.resource or 'the package'}: {check.reason}"
        for check in report.skipped
        if check.resource in ("", own, *targets)
    ]
    reasons += [f.message for f in report.errors if f.code.startswith(("descriptor.", "limit."))]
    yield f"not checked: {'; '.join(reasons[:_SHOWN]) or 'the table cannot be read'}"


_SHOWN = 5
# What frictionless does not judge by itself: of a text, and of the files that a table names.
_OF_A_TEXT: tuple[str, ...] = ("source.", "limit.")
_OF_TEXTS = (*_OF_A_TEXT, "path.", "resource.")


def _targets(declared: Any) -> dict[str, tuple[str, ...]]:
    """The resources that spans point into, with the codes of what is to be told of them."""
    targets: dict[str, tuple[str, ...]] = {}
    for each in declared if isinstance(declared, list) else ():
        reference = each.get("reference") if isinstance(each, dict) else None
        if isinstance(reference, dict):
            codes = _OF_TEXTS if "fields" in reference else _OF_A_TEXT
            targets[str(reference.get("resource"))] = codes
    return targets


def _of_spans(finding: Finding) -> bool:
    return finding.severity == "error" and (
        finding.code.startswith("span.") or finding.code == "limit.search"
    )


def _failing_rows(report: Report, name: str | None) -> dict[tuple[str, int], list[str]]:
    """What is wrong with the spans of each row, by file and number."""
    failing: dict[tuple[str, int], list[str]] = defaultdict(list)
    for finding in report.errors:
        at = finding.location
        if at.resource == name and at.row and _of_spans(finding):
            note = f"{finding.code}: field {at.field}: {finding.message}"
            failing[at.path, at.row].append(note)
    return failing


def _header_rows(resource: Resource) -> int:
    """How much frictionless counts before a record that is number 1 in data without a header."""
    without = resource.data is not None or resource.format == "parquet"
    return int(without and resource.dialect.header)
