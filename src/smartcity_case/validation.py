"""Which checks run, on what, in which order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smartcity_case import storage
from smartcity_case.checks import descriptor, fields, keys, sources, spans
from smartcity_case.profile import DESCRIPTOR, FieldSchema, Package, Resource, TableSchema
from smartcity_case.report import Check, Finding, Location, Report
from smartcity_case.table import Table, parse_csv

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


@dataclass
class Content:
    """What a package holds, as far as it could be read."""

    package: Package
    tables: dict[str, Table] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


ExtraCheck = Callable[[Content], Iterable[Finding]]
"""A named function that judges a whole package; see docs/validation.md."""

_HASHES = ("md5", "sha1", "sha256", "sha512")


class _Run:
    """One validation: what it has found, looked at and left out so far."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.ran: list[Check] = []
        self.skipped: list[Check] = []

    def check(self, name: str, resource: str, findings: Iterable[Finding]) -> None:
        self.findings += findings
        self.ran.append(Check(name, resource))

    def skip(self, name: str, resource: str, reason: str) -> None:
        self.skipped.append(Check(name, resource, reason))

    def report(self, package: Package | None) -> Report:
        return Report(
            package=package.name if package else "",
            version=package.version if package else "",
            findings=tuple(sorted(self.findings)),
            ran=tuple(self.ran),
            skipped=tuple(self.skipped),
        )


def validate(
    package: str | os.PathLike[str] | Traversable, extra_checks: Iterable[ExtraCheck] = ()
) -> Report:
    """Check a data package: descriptor, files, tables, keys and spans.

    `package` is a folder with a `datapackage.json` (or that file).
    `extra_checks` are functions from the package's content to findings; they
    run on what could be read. Every fault is in the report; an exception says
    that there was nothing to look at (PackageNotFound, UnreadablePackage).

    >>> from smartcity_case.storage import embedded_root
    >>> validate(embedded_root()).ok
    True
    """
    root = storage.package_root(package) if isinstance(package, str | os.PathLike) else package
    run = _Run()
    content = read_content(root, run)
    if content is None:
        return run.report(None)
    for resource in content.package.resources:
        _check_table(run, content, resource)
    for extra in extra_checks:
        run.check(getattr(extra, "__name__", repr(extra)), "", list(extra(content)))
    return run.report(content.package)


def read_content(root: Traversable, run: _Run | None = None) -> Content | None:
    """Read a package's texts and tables; None if its descriptor is unreadable.

    What is wrong with the files goes into `run`.
    """
    run = run or _Run()
    package, findings = descriptor.read_descriptor(storage.read_descriptor_bytes(root))
    run.check("descriptor", "", findings)
    if package is None:
        run.skip("resources", "", "the descriptor cannot be read")
        return None
    content = Content(package)
    for resource in package.resources:
        _read_resource(run, content, root, resource)
    return content


def _read_resource(run: _Run, content: Content, root: Traversable, resource: Resource) -> None:
    paths = [resource.path] if isinstance(resource.path, str) else resource.path
    unsafe = list(_unsafe_paths(resource, [path for path in paths if path]))
    if unsafe:
        run.check("path", resource.name, unsafe)
        return
    if reason := _not_read(resource):
        run.skip("content", resource.name, reason)
        return
    path = paths[0]
    data = _read_file(run, root, resource, path)
    if data is None:
        return
    _check_bytes(run, resource, path, data)
    if resource.kind == "text":
        text, findings = sources.check_source(data, resource, path)
        run.check("source", resource.name, findings)
        if text is not None:
            content.texts[resource.name] = text
    elif resource.kind == "table":
        _read_table(run, content, resource, path, data)


def _unsafe_paths(resource: Resource, paths: Iterable[str]) -> Iterable[Finding]:
    for path in paths:
        if fault := descriptor.path_fault(path):
            where = Location(resource.name, path)
            yield Finding(where, "path.unsafe", f"{path!r}: {fault}")


def _not_read(resource: Resource) -> str:
    """Why a resource is of a kind that is not read, or ""."""
    if not isinstance(resource.path, str) or resource.data is not None or not resource.path:
        return "inline data and path lists are not read"
    if resource.compression:
        return f"the compression {resource.compression!r} is not read"
    if resource.kind != "other" and resource.encoding.lower() not in ("utf-8", "utf8"):
        return f"the encoding {resource.encoding!r} is not read"
    if resource.kind == "table" and not resource.is_csv:
        return "a table in another format than CSV is not read"
    return ""


def _read_file(run: _Run, root: Traversable, resource: Resource, path: str) -> bytes | None:
    where = Location(resource.name, path)
    try:
        return storage.read_bytes(root, path)
    except storage.RefusedPath as error:
        run.check("path", resource.name, [Finding(where, error.code, str(error))])
        return None


def _check_bytes(run: _Run, resource: Resource, path: str, data: bytes) -> None:
    where = Location(resource.name, path)
    findings = []
    if resource.bytes is not None and resource.bytes != len(data):
        message = f"{len(data)} bytes, not {resource.bytes}"
        findings.append(Finding(where, "resource.bytes", message))
    algorithm, _, stated = resource.hash.rpartition(":")
    algorithm = (algorithm or "md5").lower()  # the standard's default
    if not resource.hash:
        if resource.kind == "other":
            run.skip("content", resource.name, "no hash is stated and its format is not read")
        return run.check("bytes", resource.name, findings)
    if algorithm not in _HASHES:
        return run.skip("hash", resource.name, f"the algorithm {algorithm!r} is not known")
    found = storage.digest(data, algorithm)
    if found.partition(":")[2] != stated.lower():
        message = f"the file has {found}, the descriptor {resource.hash}"
        findings.append(Finding(where, "resource.hash", message))
    return run.check("hash", resource.name, findings)


def _read_table(run: _Run, content: Content, resource: Resource, path: str, data: bytes) -> None:
    schema = resource.table_schema
    if not isinstance(schema, TableSchema):
        run.skip("table", resource.name, "no schema in the descriptor")
        return
    if resource.dialect:
        run.skip("table", resource.name, "a dialect other than plain CSV is not read")
        return
    table, findings = parse_csv(data, resource.name, path, tuple(schema.primary_key))
    run.check("csv", resource.name, findings)
    if table is not None:
        content.tables[resource.name] = table


def _check_table(run: _Run, content: Content, resource: Resource) -> None:
    schema, table = resource.table_schema, content.tables.get(resource.name)
    if table is None or not isinstance(schema, TableSchema):
        if isinstance(schema, TableSchema):
            run.skip("rows", resource.name, "the table cannot be read")
        return
    run.check("header", resource.name, fields.check_header(table, schema))
    for each in schema.fields:
        _check_column(run, table, schema, each)
    if set(schema.names) <= set(table.header):
        run.check("unique keys", resource.name, keys.check_unique(table, schema))
        _check_references(run, content, table, schema)
    else:
        run.skip("keys and spans", resource.name, "a column is missing")


def _check_column(run: _Run, table: Table, schema: TableSchema, each: FieldSchema) -> None:
    name = f"field {each.name}"
    if each.name not in table.header:
        run.skip(name, table.resource, "the column is missing")
        return
    try:
        judge = fields.field_judge(each, schema.missing(each))
    except fields.FieldFault as fault:
        where = Location(table.resource, DESCRIPTOR, field=each.name)
        finding = Finding(where, "descriptor.invalid", f"the field cannot be judged by: {fault}")
        run.check("descriptor", table.resource, [finding])
        run.skip(name, table.resource, "its declaration makes no sense")
    else:
        run.check(name, table.resource, fields.check_field(table, each, judge))


def _check_references(run: _Run, content: Content, table: Table, schema: TableSchema) -> None:
    for key in schema.foreign_keys:
        name = f"foreign key {', '.join(key.fields)}"
        wanted = key.reference.resource or table.resource
        target, resource = content.tables.get(wanted), content.package.resource(wanted)
        known = resource.table_schema if resource else None
        if target is None or not isinstance(known, TableSchema):
            run.skip(name, table.resource, f"{wanted!r} cannot be read")
        elif not target.complete:
            run.skip(name, table.resource, f"{wanted!r} cannot be read whole")
        elif not set(key.reference.fields) <= set(target.header) & set(known.names):
            run.skip(name, table.resource, f"{wanted!r} lacks a column")
        else:
            run.check(name, table.resource, keys.check_foreign(table, schema, key, target, known))
    for span in schema.text_spans:
        name = f"spans {span.fields.start}, {span.fields.end}"
        text = content.texts.get(span.reference.resource)
        if span.fields.source or span.fields.digest or span.fields.prefix or span.fields.suffix:
            run.skip(name, table.resource, "source, digest, prefix and suffix are not read yet")
        elif text is None:
            run.skip(name, table.resource, f"the text {span.reference.resource!r} cannot be read")
        else:
            missing = schema.missing(schema.field(span.fields.start))
            run.check(name, table.resource, spans.check_spans(table, span, text, missing))
