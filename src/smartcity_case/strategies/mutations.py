"""A package with one fault in it, which no validation may overlook."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from smartcity_case.checks.sources import digest
from smartcity_case.profile import DESCRIPTOR, Dialect, Resource, TableSchema
from smartcity_case.storage import Files, package_root
from smartcity_case.table import write_csv

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

BAD = "½"
"""What is put where it does not belong."""


class Mutation(NamedTuple):
    """What was done to a package, and its files afterwards, by path."""

    description: str
    files: dict[str, bytes]


def mutations(package: Mapping[str, bytes] | str | os.PathLike[str]) -> st.SearchStrategy[Mutation]:
    r"""A package with one fault: a cell, an offset, a word, a key, a hash, a text, a property.

    `package` has the bytes of each file by its path, or is the folder of one; it
    should be valid. Hashes and sizes follow a change, unless the fault is that
    they do not. Only tables in one plain CSV file are spoilt cell by cell.

    >>> descriptor = b'{"resources": [{"name": "note", "path": "note.txt", "bytes": 5}]}'
    >>> from hypothesis import find, settings
    >>> spoilt = find(mutations({"datapackage.json": descriptor, "note.txt": b"zorro"}),
    ...               lambda mutation: "text" in mutation.description,
    ...               settings=settings(database=None))
    >>> spoilt.description, spoilt.files["note.txt"]
    ('a text has one more byte', b'zorro\n')
    """
    files = dict(package) if isinstance(package, Mapping) else _read(package)
    spoilers = list(_spoilers(files))
    kinds = sorted({spoiler.kind for spoiler in spoilers})

    @st.composite
    def mutation(draw: st.DrawFn) -> Mutation:
        kind = draw(st.sampled_from(kinds))
        spoiler = draw(st.sampled_from([s for s in spoilers if s.kind == kind]))
        return Mutation(kind + spoiler.where, spoiler.spoil())

    return mutation()


def _read(path: str | os.PathLike[str]) -> dict[str, bytes]:
    """The files of a package that its descriptor names, and those that a table of texts does."""
    opened = Files(package_root(path))
    files = {DESCRIPTOR: opened.read(DESCRIPTOR)}
    for each in json.loads(files[DESCRIPTOR])["resources"]:
        listed = each.get("path", [])
        parts = [part for part in (each.get("schema"), each.get("dialect")) if type(part) is str]
        for name in [*([listed] if isinstance(listed, str) else listed), *parts]:
            files[name] = opened.read(name)
    for table in _tables(files):
        for span in table.schema.text_spans:
            target = span.reference.fields
            texts = next((t for t in _tables(files) if t.name == span.reference.resource), None)
            if target is not None and target.path is not None and texts is not None:
                at = texts.header.index(target.path)
                files |= {row[at]: opened.read(row[at]) for row in texts.rows}
    return files


class _Spoiler(NamedTuple):
    """A way to spoil a package: in general, where, and how."""

    kind: str
    where: str
    spoil: Callable[[], dict[str, bytes]]


@dataclass
class _Table:
    """A table in one plain CSV file."""

    files: dict[str, bytes]
    name: str
    path: str
    schema: TableSchema
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def cells(self, name: str) -> Iterator[tuple[int, int, str]]:
        """Row, column and content of the cells of a field that are not empty."""
        at = self.header.index(name)
        missing = self.schema.missing(self.schema.field(name))
        for number, row in enumerate(self.rows):
            if row[at] not in missing:
                yield number, at, row[at]

    def with_cell(self, number: int, at: int, cell: str) -> dict[str, bytes]:
        """The package with another cell."""
        row = self.rows[number]
        changed = [*row[:at], cell, *row[at + 1 :]]
        return self.with_rows([*self.rows[:number], changed, *self.rows[number + 1 :]])

    def with_rows(self, rows: list[list[str]], header: list[str] | None = None) -> dict[str, bytes]:
        """The package with other rows, and the hash and size of the new file."""
        return _with(self.files, self.path, write_csv(header or self.header, rows))


def _tables(files: dict[str, bytes]) -> Iterator[_Table]:
    for each in json.loads(files[DESCRIPTOR])["resources"]:
        schema, dialect = each.get("schema"), each.get("dialect", {})
        if not isinstance(schema, dict) or dialect not in ({}, Dialect().model_dump(by_alias=True)):
            continue
        resource = Resource.model_validate_json(json.dumps(each))
        if resource.form != "csv" or len(resource.paths) != 1 or resource.compression:
            continue
        path = resource.paths[0]
        listed = list(csv.reader(io.StringIO(files[path].decode("utf-8-sig"), newline="")))
        read = TableSchema.model_validate_json(json.dumps(schema))
        if listed and listed[0] == read.names:
            yield _Table(files, resource.name, path, read, listed[0], listed[1:])


def _with(files: dict[str, bytes], path: str, data: bytes) -> dict[str, bytes]:
    """The package with another content of a file, whose hash and size follow."""
    descriptor = json.loads(files[DESCRIPTOR])
    for each in descriptor["resources"]:
        if each.get("path") == path:
            if "hash" in each:
                algorithm = each["hash"].rpartition(":")[0]
                new = digest(data, algorithm or "md5")
                each["hash"] = new if algorithm else new.removeprefix("md5:")
            if "bytes" in each:
                each["bytes"] = len(data)
    return {**files, path: data, DESCRIPTOR: _json(descriptor)}


def _json(descriptor: dict[str, Any]) -> bytes:
    return json.dumps(descriptor, ensure_ascii=False, indent=1).encode()


def _spoilers(files: dict[str, bytes]) -> Iterator[_Spoiler]:
    for table in _tables(files):
        yield from _of_cells(table)
        yield from _of_keys(table)
        yield from _of_spans(table)
        yield from _of_form(table)
    yield from _of_files(files)


def _cell(table: _Table, kind: str, number: int, at: int, cell: str) -> _Spoiler:
    where = f" ({table.path}, row {number + 2}, field {table.header[at]})"
    return _Spoiler(kind, where, partial(table.with_cell, number, at, cell))


def _of_cells(table: _Table) -> Iterator[_Spoiler]:
    for each in table.schema.fields:
        listed = each.constraints.get("enum") is not None or each.categories is not None
        typed = each.type in ("integer", "number", "boolean", "date") and each.is_plain
        for number, at, cell in table.cells(each.name):
            if listed:
                yield _cell(table, "a value is not one of those listed", number, at, cell + BAD)
            if typed:
                yield _cell(table, "a cell is not of its type", number, at, cell + BAD)
            if each.constraints.get("required") is True and "" in table.schema.missing(each):
                yield _cell(table, "a cell is empty that must not be", number, at, "")


def _of_keys(table: _Table) -> Iterator[_Spoiler]:
    if table.schema.primary_key:
        for number, row in enumerate(table.rows):
            twice = [*table.rows, row]
            where = f" ({table.path}, row {number + 2})"
            yield _Spoiler("a key is there twice", where, partial(table.with_rows, twice))
    for foreign in table.schema.foreign_keys:
        for name in foreign.fields:
            for number, at, cell in table.cells(name):
                unknown = cell + BAD * 9
                if not any(unknown.encode() in data for data in table.files.values()):
                    yield _cell(table, "a foreign key names no row", number, at, unknown)


def _of_spans(table: _Table) -> Iterator[_Spoiler]:
    for span in table.schema.text_spans:
        fields = span.fields
        for number, at, cell in table.cells(fields.end):
            yield _cell(table, "a span ends behind its text", number, at, "9" * 12)
            words = fields.exact or fields.digest
            if words is not None and re.fullmatch("[0-9]{1,12}", cell):
                yield _cell(table, "a span is one too long", number, at, str(int(cell) + 1))
        for name in (fields.exact, fields.digest):
            for number, at, cell in table.cells(name) if name else ():
                yield _cell(table, "a word was changed", number, at, cell + BAD)
        for number, at, cell in table.cells(fields.source) if fields.source else ():
            yield _cell(table, "a row names no text", number, at, cell + BAD * 9)


def _of_form(table: _Table) -> Iterator[_Spoiler]:
    where = f" ({table.path})"
    renamed = [table.header[0] + BAD, *table.header[1:]]
    if table.schema.fields_match in ("exact", "equal"):
        yield _Spoiler(
            "a column has another name", where, partial(table.with_rows, table.rows, renamed)
        )
    if table.rows:
        more = [*table.rows[:-1], [*table.rows[-1], "x"]]
        yield _Spoiler("a row has one more cell", where, partial(table.with_rows, more))


def _of_files(files: dict[str, bytes]) -> Iterator[_Spoiler]:
    descriptor = json.loads(files[DESCRIPTOR])
    cut = files[DESCRIPTOR].rstrip()[:-1]
    yield _Spoiler("the descriptor lacks its end", "", partial(dict, {**files, DESCRIPTOR: cut}))
    for number, each in enumerate(descriptor["resources"]):
        path = each.get("path")
        if not isinstance(path, str):
            continue
        where = f" ({path})"
        if "hash" in each or "bytes" in each:
            text = each.get("mediatype") == "text/plain" or path.endswith(".txt")
            kind = "a text has one more byte" if text else "a file has one more byte"
            more = {**files, path: files[path] + b"\n"}
            yield _Spoiler(kind, "" if text else where, partial(dict, more))
        lines = files[path].splitlines(keepends=True)
        if len(lines) > 1 and "hash" in each:
            less = {**files, path: b"".join(lines[:-1])}
            yield _Spoiler("the last line of a file is gone", where, partial(dict, less))
        for kind, name, value in _properties(each):
            changed = json.loads(files[DESCRIPTOR])
            changed["resources"][number][name] = value
            new = {**files, DESCRIPTOR: _json(changed)}
            yield _Spoiler(kind, where, partial(dict, new))


def _properties(resource: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Properties of a resource that are wrong."""
    yield "a path leads to nothing", "path", resource["path"] + BAD
    yield "a path leads out of the package", "path", "../" + resource["path"]
    if "hash" in resource:
        stated = resource["hash"]
        yield "a hash is that of something else", "hash", stated[:-1] + "01"[stated[-1] == "0"]
    if "bytes" in resource:
        yield "a size is one too large", "bytes", resource["bytes"] + 1
    given = resource.get("schema")
    schema: dict[str, Any] = given if isinstance(given, dict) else {}
    for span in schema.get("textSpans", ()):
        fields = {**span["fields"], "start": "start" + BAD}
        broken = {**schema, "textSpans": [{**span, "fields": fields}]}
        yield "a span names no field", "schema", broken
        where = {**span["reference"], "resource": "nothing" + BAD}
        broken = {**schema, "textSpans": [{**span, "reference": where}]}
        yield "a span points into nothing", "schema", broken
