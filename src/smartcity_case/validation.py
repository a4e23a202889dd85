"""Which checks run, on what, in which order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from smartcity_case import limits
from smartcity_case.checks import descriptor
from smartcity_case.checks.keys import Key, KeySet
from smartcity_case.checks.sources import HASHES, algorithm_of, check_bytes, check_text, hash_of
from smartcity_case.checks.variants import explained
from smartcity_case.content import Content, Lazy
from smartcity_case.corpus import Corpus
from smartcity_case.judging import TableCheck
from smartcity_case.profile import (
    Dialect,
    Package,
    Resource,
    TableSchema,
)
from smartcity_case.reading import Progress, TableFile
from smartcity_case.report import Check, Finding, Location, Report, counted
from smartcity_case.storage import Files, RefusedPath, package_root, read_descriptor_bytes
from smartcity_case.texts import Reader, TextSet, text_set
from smartcity_case.unread import HERE, Unverifiable, content_unread, table_unread

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from smartcity_case.checks.keys import Keys
    from smartcity_case.profile import ForeignKey
    from smartcity_case.table import Batch, Table
    from smartcity_case.textspans import TextSpan, TextSpanTarget

ExtraCheck = Callable[[Content], Iterable[Finding]]
"""A named function that judges a whole package; see docs/in-a-program.md."""


def validate(
    package: str | os.PathLike[str] | Traversable,
    extra_checks: Iterable[ExtraCheck] = (),
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check a data package: descriptor, files, tables, keys and spans.

    `package` is a folder with a `datapackage.json` (or that file).
    `extra_checks` are functions from the package's content to findings; they
    run on what could be read. `threads` is how many work at a time (as many as
    there are processors); the report does not depend on it. `progress` is told
    the name of a resource, and how many of its bytes are done of how many.

    Every fault is in the report; an exception says that there was nothing to
    look at (PackageNotFound), or that it could not be read to its end
    (UnreadablePackage).

    >>> from smartcity_case.storage import embedded_root
    >>> validate(embedded_root()).ok
    True
    """
    checks = tuple(extra_checks)
    files = open_files(package)
    return validate_files(files, lambda package: checks, threads=threads, progress=progress)


def validate_files(
    files: Files,
    extra_checks: Callable[[Package], Iterable[ExtraCheck]],
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """As `validate`; the extra checks may depend on what the descriptor says."""
    return checked(Run(files, threads or os.cpu_count() or 1, progress), extra_checks)


def checked(run: Run, extra_checks: Callable[[Package], Iterable[ExtraCheck]]) -> Report:
    """The report of a validation that has not begun yet."""
    content = run.open()
    if content is None:
        return run.report(None)
    run.check_resources(content.package)
    for extra in extra_checks(content.package):
        run.check(getattr(extra, "__name__", repr(extra)), "", list(extra(content)))
    run.files.check_unchanged()
    return run.report(content.package)


def validate_spans(files: Files, descriptor: bytes, name: str) -> Report:
    """Check the spans of one table, and the texts they point into, for another validator.

    `descriptor` is that of the package, in JSON. Of the rest of the package
    there is only what had to be looked at on the way.
    """
    run = Run(files, os.cpu_count() or 1, None)
    content = run.read(descriptor)
    if content is not None:
        run.check_spans(content.package, name)
    run.files.check_unchanged()
    return run.report(content.package if content else None)


def open_files(
    package: str | os.PathLike[str] | Traversable, seen: Mapping[str, int] | None = None
) -> Files:
    """The files of the package at a path, or at a place inside an installation.

    `seen` is what an earlier reading saw of them; a file that differs is refused.
    """
    root = package_root(package) if isinstance(package, str | os.PathLike) else package
    return Files(root, seen)


def read_content(files: Files) -> Content | None:
    """What a package holds; None if its descriptor is unreadable."""
    return Run(files, 1, None).open()


_UNKNOWN = "the algorithm {!r} is not known"


class Run:
    """One validation: what it has found, looked at and left out so far."""

    def __init__(self, files: Files, threads: int, progress: Progress | None) -> None:
        self.files, self._threads, self._progress = files, threads, progress
        self._findings: list[Finding] = []
        self._ran: list[Check] = []
        self._skipped: list[Check] = []
        self._tables: dict[str, TableFile] = {}
        self._places: dict[str, descriptor.SchemaPlace] = {}
        self._texts: dict[str, bytes] = {}
        self._left_out: dict[str, int | None] = {}
        self._sets: dict[tuple[str, TextSpanTarget | None], TextSet | str] = {}
        self._keys: dict[tuple[str, tuple[str, ...]], Keys | str] = {}

    def check(self, name: str, resource: str, findings: Iterable[Finding]) -> None:
        """Note a check that ran, and what it found."""
        self._findings += findings
        self._ran.append(Check(name, resource))

    def skip(self, name: str, resource: str, reason: str) -> None:
        """Note a check that could not run."""
        self._skipped.append(Check(name, resource, reason))

    def report(self, package: Package | None) -> Report:
        """The report on everything noted."""
        return Report(
            package=package.name if package else "",
            version=package.version if package else "",
            findings=tuple(sorted(self._findings)),
            ran=tuple(self._ran),
            skipped=tuple(self._skipped),
            seen=self.files.seen,
        )

    def open(self) -> Content | None:
        """Read the package's descriptor, and see which of the resources can be read."""
        return self.read(read_descriptor_bytes(self.files))

    def read(self, data: bytes) -> Content | None:
        """Read a descriptor, and see which of the resources can be read."""
        package, findings = descriptor.read_descriptor(data)
        if package is None:
            self.check("descriptor", "", findings)
            self.skip("resources", "", "the descriptor cannot be read")
            return None
        places = descriptor.schema_places(package)
        package = package.model_copy(
            update={"resources": [self._with_parts(r) for r in package.resources]}
        )
        self.check("descriptor", "", [*findings, *descriptor.check_references(package, places)])
        for resource, place in zip(package.resources, places, strict=True):
            if resource.kind == "table" and (table := self._table(resource)):
                self._tables[resource.name], self._places[resource.name] = table, place
        readers = {name: partial(_whole, table) for name, table in self._tables.items()}
        texts = [r for r in package.resources if r.kind == "text"]
        decoders = {r.name: partial(self._decoded, r) for r in texts}
        return Content(package, self.files, self._tables, Lazy(readers), Lazy(decoders))

    def _with_parts(self, resource: Resource) -> Resource:
        """A resource with schema and dialect in place, if they are in files of their own."""
        parts: dict[str, object] = {}
        if isinstance(resource.table_schema, str):
            parts["table_schema"] = self._part(resource, resource.table_schema, TableSchema)
        if isinstance(resource.dialect, str):
            parts["dialect"] = self._part(resource, resource.dialect, Dialect)
        return resource.model_copy(update=parts)

    def _part(
        self, resource: Resource, path: str, model: type[TableSchema] | type[Dialect]
    ) -> TableSchema | Dialect | str:
        """A part of the descriptor in a file of its own; its path if it cannot be read."""
        if fault := descriptor.path_fault(path):
            finding = Finding(Location(resource.name, path), "path.unsafe", f"{path!r}: {fault}")
            self.check("path", resource.name, [finding])
            return path
        try:
            data = self.files.read(path, limits.DESCRIPTOR)
        except RefusedPath as refused:
            finding = Finding(Location(resource.name, path), refused.code, str(refused))
            self.check("path", resource.name, [finding])
            return path
        part, findings = descriptor.read_part(data, model, path)
        self.check("descriptor", resource.name, findings)
        return path if part is None else part

    def _table(self, resource: Resource) -> TableFile | None:
        """A table that can be read, as far as one can tell before."""
        if reason := table_unread(resource):
            self.skip("table", resource.name, reason)
            self._all_there(resource)  # an unsafe path is told, whatever it leads to
            return None
        schema, dialect = resource.table_schema, resource.dialect or Dialect()
        assert isinstance(schema, TableSchema)
        assert isinstance(dialect, Dialect)
        if resource.form == "tsv" and "delimiter" not in dialect.model_fields_set:
            dialect = dialect.model_copy(update={"delimiter": "\t"})
        if not self._all_there(resource):
            if resource.name not in self._left_out:
                self.skip("rows", resource.name, "the table cannot be read")
            return None
        return TableFile(self.files, resource, schema, dialect, self._threads, self._progress)

    def _all_there(self, resource: Resource) -> bool:
        """Whether the files of a resource can be opened; what keeps from it is a finding."""
        findings, there = [], True
        for path in resource.paths:
            where = Location(resource.name, path)
            if fault := descriptor.path_fault(path):
                findings.append(Finding(where, "path.unsafe", f"{path!r}: {fault}"))
                there = False
                continue
            try:
                with self.files.open(path):
                    pass
            except RefusedPath as refused:
                there = False
                if resource.left_out and refused.code == "path.missing":
                    self._left_out[resource.name] = resource.bytes
                    message = f"withheld; --source {resource.name}=FILE gives it"
                    findings.append(Finding(where, "source.unverifiable", message))
                else:
                    findings.append(Finding(where, refused.code, str(refused)))
            else:
                if resource.left_out and path not in self.files.given:
                    findings.append(Finding(where, "withheld.words", HERE))
        self.check("path", resource.name, findings)
        return there

    def check_resources(self, package: Package) -> None:
        """Check every resource: the texts first, since rows refer to them."""
        for resource in package.resources:
            if resource.kind != "table":
                self._check_file(resource)
        for resource in package.resources:
            if table := self._tables.get(resource.name):
                self._check_table(table)

    def check_spans(self, package: Package, name: str) -> None:
        """Check the spans of a table, but neither keys nor fields that have no part in them."""
        table = self._tables.get(name)
        if table is None:
            return
        spans = table.schema.text_spans
        texts = {declared.reference.resource for declared in spans}
        for resource in package.resources:
            if resource.name in texts and resource.kind != "table":
                self._check_file(resource)
        columns = {column for declared in spans for column in declared.fields.names}
        schema = table.schema.model_copy(update={"unique_keys": [], "foreign_keys": []})
        only = frozenset(columns.union(schema.primary_key))
        self._check_table(replace(table, schema=schema, only=only))

    def _check_file(self, resource: Resource) -> None:
        """A text, or a file of another kind."""
        if resource.data is not None or not resource.paths:
            return self.skip("content", resource.name, "inline data of this kind is not read")
        if not self._all_there(resource):
            if resource.name in self._left_out:
                return None
            return self.skip("content", resource.name, "it cannot be opened")
        if resource.kind == "other":
            return self._check_other(resource)
        if reason := content_unread(resource):
            return self.skip("content", resource.name, reason)
        if len(resource.paths) > 1:
            return self.skip("content", resource.name, "a text in several files is not read")
        return self._check_text(resource)

    def _check_other(self, resource: Resource) -> None:
        """A file of which nothing but hash and size can be checked."""
        if resource.hash:
            self._check_hash(resource)
        unhashed = "" if resource.hash else "no hash is stated and its format is not read"
        if reason := content_unread(resource) or unhashed:
            self.skip("content", resource.name, reason)

    def _check_hash(self, resource: Resource) -> None:
        algorithm = algorithm_of(resource.hash)
        known = algorithm in HASHES
        size, made = self.files.digest(resource.paths, algorithm if known else "")
        self._check_bytes(resource, size, made if known else None)

    def _check_text(self, resource: Resource) -> None:
        path = resource.paths[0]
        where = Location(resource.name, path)
        data = self.files.read(path)
        self._check_bytes(resource, len(data), hash_of(data, resource.hash), data)
        readable, told = check_text(data)
        findings = [Finding(where, code, message) for code, message in told]
        self.check("source", resource.name, findings)
        if readable:
            self._keep_text(resource, data)

    def _keep_text(self, resource: Resource, data: bytes) -> None:
        """Keep a text, which spans may refer to by the name of its resource."""
        self._texts[resource.name] = data

    def _check_bytes(
        self, resource: Resource, size: int, found: str | None, text: bytes | None = None
    ) -> None:
        """Compare size and hash with those stated; no hash in hex means it cannot be made."""
        algorithm = algorithm_of(resource.hash)
        if found is None:
            self.skip("hash", resource.name, _UNKNOWN.format(algorithm))
        stated = resource.hash if found is not None else ""
        told = check_bytes(size, found or "", stated, resource.bytes)
        if text is not None:
            told = explained(told, text, stated, resource.bytes)
        where = Location(resource.name, resource.paths[0])
        findings = [Finding(where, code, message) for code, message in told]
        self.check("hash" if stated else "bytes", resource.name, findings)

    def _decoded(self, resource: Resource) -> str | None:
        """A text resource, for those who ask for it; None if it cannot be read."""
        if resource.name not in self._texts:
            try:
                data = self.files.read(resource.paths[0]) if len(resource.paths) == 1 else b"\xff"
                return data.decode("utf-8") if not content_unread(resource) else None
            except (RefusedPath, UnicodeDecodeError):
                return None
        return self._texts[resource.name].decode("utf-8")

    def _check_table(self, table: TableFile) -> None:
        schema, resource = table.schema, table.resource
        keys = [self._key_set(table, foreign) for foreign in schema.foreign_keys]
        texts = [self._text_set(declared) for declared in schema.text_spans]
        check = self._table_check(table, self._places[table.name], keys, texts)
        algorithm = algorithm_of(resource.hash) if resource.hash else ""
        check.run(algorithm if algorithm in HASHES else "")
        if resource.paths:
            unknown = bool(algorithm) and algorithm not in HASHES
            self._check_bytes(resource, table.size, None if unknown else table.digest)
        self._findings += check.findings
        self._ran += [Check(name, table.name) for name in ("table", *check.ran)]
        self._skipped += [Check(name, table.name, reason) for name, reason in check.skipped]

    def _table_check(
        self,
        table: TableFile,
        place: descriptor.SchemaPlace,
        keys: list[Keys | str],
        texts: list[TextSet | str],
    ) -> TableCheck:
        return TableCheck(table, place, keys, texts)

    def _key_set(self, table: TableFile, foreign: ForeignKey) -> Keys | str:
        """The keys that a foreign key refers to, or why they cannot be had."""
        reference = foreign.reference
        if len(reference.fields) != len(foreign.fields):
            return "it refers to another number of fields"
        place = (foreign.target(table.name), tuple(reference.fields))
        if place not in self._keys:
            self._keys[place] = self._read_keys(*place)
        return self._keys[place]

    def _read_keys(self, name: str, fields: tuple[str, ...]) -> Keys | str:
        target = self._tables.get(name)
        if target is None:
            if name in self._left_out:
                return Unverifiable(f"{name!r} is withheld; --source {name}=FILE gives it")
            return f"{name!r} cannot be read"
        if not set(fields) <= set(target.schema.names):
            return f"{name!r} lacks a column"
        keys, lacking, complete = self._keys_of(target, fields)
        if lacking:
            return f"{name!r} lacks a column"
        return keys if complete else f"{name!r} cannot be read whole"

    def _keys_of(self, table: TableFile, fields: tuple[str, ...]) -> tuple[Keys, bool, bool]:
        """The keys of a table, whether a column of them lacks, and whether they are all."""
        table = replace(table, only=frozenset(fields))
        keys = KeySet(Key(table.schema, fields))
        lacking = False
        for batch, looked in table.scan(lambda b: None if _lacks(b, fields) else keys.look(b)):
            lacking |= _lacks(batch, fields)
            if looked is not None:
                keys.add(looked)
        keys.close()
        return keys, lacking, table.complete

    def _text_set(self, declared: TextSpan) -> TextSet | str:
        """The texts that a declaration refers to, or why they cannot be had."""
        place = (declared.reference.resource, declared.reference.fields)
        if place not in self._sets:
            self._sets[place] = self._read_texts(*place)
        return self._sets[place]

    def _read_texts(self, name: str, target: TextSpanTarget | None) -> TextSet | str:
        if name in self._left_out:
            size = self._left_out[name] if target is None else None
            return TextSet(name, withheld=[-1 if size is None else size])
        if target is None:
            if name not in self._texts:
                return f"the text {name!r} cannot be read"
            return TextSet(name, corpus=Corpus([self._texts[name]]))
        table = self._tables.get(name)
        if table is None:
            return f"the table of texts {name!r} cannot be read"
        if not set(target.names) <= set(table.schema.names):
            return f"{name!r} lacks a column"
        table = replace(table, only=frozenset({*target.names, *table.schema.primary_key}))
        texts, findings = self._texts_of(table, target)
        if texts.withheld:
            message = f"{counted(len(texts.withheld), 'text')} withheld; --source {name}=FOLDER"
            where = Location(name, field=target.path or "")
            findings.append(Finding(where, "source.unverifiable", message + " gives them"))
        self.check("texts", name, findings)
        if texts.algorithm:
            self.skip("hashes of texts", name, _UNKNOWN.format(texts.algorithm))
        if table.absent & set(target.names):
            return f"{name!r} lacks a column"
        return texts if table.complete else f"the table of texts {name!r} cannot be read whole"

    def _texts_of(self, table: TableFile, target: TextSpanTarget) -> tuple[TextSet, list[Finding]]:
        """The texts of a table, and what is wrong with them."""
        return text_set(Reader(self.files, table, target))


def _lacks(batch: Batch, fields: Iterable[str]) -> bool:
    return not set(fields) <= batch.columns.keys()


def _whole(table: TableFile) -> Table | None:
    try:
        return table.whole()
    except RefusedPath:
        return None
