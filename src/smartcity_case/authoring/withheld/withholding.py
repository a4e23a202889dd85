"""A package without its texts: files left out, words taken out of tables, offsets kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.authoring.rewriting import Edit, restate, rewrite_json, rewrite_table
from smartcity_case.authoring.withheld.emptied import EmptiedSchema
from smartcity_case.authoring.withheld.leaks import described, quoting
from smartcity_case.authoring.withheld.restoring import (
    Cells,
    Texts,
    as_it_is,
    emptied_names,
    fill,
    hash_of_cells,
    is_withheld,
    read_cells,
)
from smartcity_case.checks.descriptor import path_fault
from smartcity_case.checks.sources import HASHES, algorithm_of, check_bytes, digest, hash_of
from smartcity_case.checks.spans import digest_of
from smartcity_case.errors import UnreadablePackage, UnwritablePackage
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from smartcity_case.content import Content
    from smartcity_case.profile import FieldSchema, Resource, TableSchema
    from smartcity_case.reading import TableFile
    from smartcity_case.textspans import TextSpan


class Withheld(NamedTuple):
    """The files of a package without its texts, by path, and what there is to say of it.

    `left_out` are the paths of the texts. `emptied` names the columns without
    words, those of `lost` cannot be restored; `alike` the tables that are
    restored with the same cells, but maybe not the same bytes. `quoting`
    counts, for columns that stay, the cells that stand in a text as they are.
    `described` are emptied columns of whose words the descriptor has some,
    `kept` the texts, and files that are no tables, that no span points into.
    """

    files: dict[str, bytes]
    left_out: tuple[str, ...]
    emptied: dict[str, list[str]]
    lost: tuple[str, ...]
    alike: tuple[str, ...]
    quoting: dict[str, int]
    described: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass
class _Marks:
    """What is put into the descriptor: marks of resources, and what replaces properties."""

    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    stated: dict[str, dict[str, Any]] = field(default_factory=dict)
    inline: dict[str, Any] = field(default_factory=dict)
    files: dict[str, list[bytes]] = field(default_factory=dict)


def withhold(content: Content, salt: str | None = None) -> Withheld:
    """A package without the texts that its spans point into, and without their words.

    With a `salt`, each span gets a digest of its words (docs/text-spans.md).
    Raises UnwritablePackage for a package of which it cannot be made, or could not
    be restored, saying what to do; UnreadablePackage for one that has faults.
    """
    if is_withheld(content.package):
        raise UnwritablePackage("the texts of this package are withheld already")
    marks, left_out = _texts(content)
    others = [r for r in content.package.resources if not left_out.keys() & set(r.paths)]
    texts, files, alike = Texts(content), dict[str, bytes](), []
    emptied: dict[str, list[str]] = {}
    schemas: dict[str, EmptiedSchema] = {}
    for resource in content.package.resources:
        if marks.resources.get(resource.name, {}).get("text") or resource.kind != "table":
            continue
        table = content.table_files.get(resource.name)
        if table is None:
            raise UnreadablePackage(f"{resource.name}: the table cannot be read; validate first")
        if not (names := [n for n in emptied_names(table.schema) if not _is_empty(table, n)]):
            continue
        emptied[resource.name] = names
        schemas[resource.name] = schema = EmptiedSchema.of(table.schema, names, salt)
        _refuse_keys(content, resource.name, table.schema, names)
        columns, rebuilt = _emptied(table, schema, texts, salt)
        if not _rewrite(content, table, columns, schema, rebuilt, marks):
            alike.append(resource.name)
        files |= dict(zip(resource.paths, marks.files[resource.name], strict=False))
    files |= _descriptors(content, marks, schemas, salt)
    files |= copied(content, {*files, *left_out})
    lost = [f"{name}.{column}" for name, s in schemas.items() for column in s.lost]
    return Withheld(
        files,
        tuple(left_out),
        emptied,
        tuple(lost),
        tuple(alike),
        quoting(content, emptied, texts, left_out),
        tuple(described(content, emptied)),
        tuple(resource.name for resource in others if resource.kind != "table"),
    )


def _is_empty(table: TableFile, name: str) -> bool:
    """Whether a column was emptied before, and its words are lost."""
    return bool(table.schema.field(name).withheld)


def _texts(content: Content) -> tuple[_Marks, dict[str, None]]:
    """What is marked of the resources with texts, and the files that are left out."""
    marks, left_out = _Marks(), dict[str, None]()
    spans = [(name, s) for name, t in content.table_files.items() for s in t.schema.text_spans]
    if not spans:
        raise UnwritablePackage("no table has spans (`textSpans`), so there is nothing to withhold")
    for name, span in spans:
        resource = content.package.resource(span.reference.resource)
        if resource is None:
            raise UnreadablePackage(f"{name}: its spans point to nothing; validate first")
        target = span.reference.fields
        if target is not None and target.path is not None:
            marks.resources[resource.name] = {"files": True}
            left_out |= dict.fromkeys(_named_files(content, resource, span))
            continue
        if resource.name == name or not resource.paths:
            raise UnwritablePackage(
                f"{resource.name}: its texts cannot be left out, since they stand in "
                + ("the table that has the spans" if resource.paths else "the descriptor")
                + "; move them into a table in a file of its own"
            )
        left_out |= dict.fromkeys(resource.paths)
    for resource in content.package.resources:
        if left_out.keys() & set(resource.paths):
            left_out |= dict.fromkeys(resource.paths)
            marks.resources[resource.name] = {"text": True}
            marks.stated[resource.name] = _stated(content, resource)
            if added := [n for n in ("hash", "bytes") if not _states(resource, n)]:
                marks.resources[resource.name]["added"] = added
    return marks, left_out


def _states(resource: Resource, name: str) -> bool:
    return bool(resource.hash) if name == "hash" else resource.bytes is not None


def _stated(content: Content, resource: Resource) -> dict[str, Any]:
    """Hash and size of a text, as they are stated or made."""
    data = b"".join(content.files.read(path) for path in resource.paths)
    _refuse_wrong(resource.name, data, resource.hash, resource.bytes)
    made = resource.hash or digest(data)
    return {"hash": made, "bytes": len(data)}


def _refuse_wrong(what: str, data: bytes, stated: str, size: int | str | None) -> None:
    """Raise UnreadablePackage if a file has not the hash or size that is stated."""
    if stated and algorithm_of(stated) not in HASHES:
        raise UnwritablePackage(f"{what}: the algorithm of {stated!r} is not known; state a sha256")
    if told := check_bytes(len(data), hash_of(data, stated) or "", stated, size):
        raise UnreadablePackage(f"{what}: {told[0][1]}; validate first")


def _named_files(content: Content, resource: Resource, span: TextSpan) -> list[str]:
    """The files of a table of text files, each of which must have its hash."""
    target, table = span.reference.fields, content.table_files.get(resource.name)
    assert target is not None
    if table is None:
        raise UnreadablePackage(f"{resource.name}: the table cannot be read; validate first")
    if target.hash is None:
        raise UnwritablePackage(
            f"{resource.name}: it has no column with the hash of each text, so that nobody could "
            "tell whether a text is the right one; add one (sha256:…), and name it in "
            "`reference.fields.hash`"
        )
    cells = read_cells(table, list(target.names))
    paths, hashes, sizes = (
        list(map(cell_text, cells.columns[name])) if name else [""] * len(cells.places)
        for name in (target.path, target.hash, target.bytes)
    )
    for index, (path, stated, size) in enumerate(zip(paths, hashes, sizes, strict=True)):
        where = f"{resource.name}: {cells.at(index)}"
        if fault := path_fault(path):
            raise UnreadablePackage(f"{where}: {path!r}: {fault}")
        if not stated:
            raise UnwritablePackage(f"{where}: the hash of {path} is not stated; fill it in")
        _refuse_wrong(where, content.files.read(path), stated, size or None)
    return paths


def _refuse_keys(content: Content, name: str, schema: TableSchema, emptied: Sequence[str]) -> None:
    """Raise UnwritablePackage if words are needed where they are to be taken away."""
    needed = dict.fromkeys(schema.primary_key, "its primary key")
    needed |= {n: "a foreign key" for key in schema.foreign_keys for n in key.fields}
    for span in schema.text_spans:
        fields = (span.fields.start, span.fields.end, span.fields.source, span.fields.digest)
        needed |= {n: "the place of a span" for n in fields if n}
    for other, table in content.table_files.items():
        for key in table.schema.foreign_keys:
            if key.target(other) == name:
                needed |= dict.fromkeys(key.reference.fields, f"a key that {other!r} refers to")
        for span in table.schema.text_spans:
            if span.reference.resource == name and span.reference.fields is not None:
                needed |= dict.fromkeys(span.reference.fields.names, "what leads to a text")
    if clash := next((n for n in emptied if n in needed), None):
        raise UnwritablePackage(
            f"{name}: the column {clash!r} holds words, and is {needed[clash]}; "
            "put something else there, so that the words can be taken away"
        )


def _emptied(
    table: TableFile, schema: EmptiedSchema, texts: Texts, salt: str | None
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """The columns of the table without words; and those that restoring makes of them.

    Raises UnreadablePackage, naming the row, if these are not those of the table.
    """
    spans = table.schema.text_spans
    named = [name for span in spans for name in span.fields.names]
    cells = read_cells(table, list(dict.fromkeys([*schema.names, *named])))
    columns: dict[str, list[Any]] = {}
    for name in schema.names:
        missing = table.schema.missing(table.schema.field(name)) | {""}
        blank = _blank(table.schema, table.schema.field(name))
        columns[name] = [c if cell_text(c) in missing else blank for c in cells.columns[name]]
    lengths = {n: _lengths(table, n, cells.columns[n]) for n in schema.lengths}
    rebuilt = {n: list(cells_) for n, cells_ in columns.items() if n not in schema.lost}
    fill(table, cells, spans, texts, rebuilt, lengths)
    for name, made in rebuilt.items():
        _refuse_others(table, cells, name, made)
    added = {schema.lengths[n]: column for n, column in lengths.items()}
    for name, column in schema.digests.items():
        missing = table.schema.missing(table.schema.field(name)) | {""}
        values = table.schema.missing_values
        blank = "" if "" in values else min(values, default="")
        added[column] = [
            blank if cell_text(c) in missing else digest_of(salt or "", c) for c in rebuilt[name]
        ]
    changed = {n: column for n, column in columns.items() if column != cells.columns[n]}
    return {**changed, **added}, rebuilt


def _blank(schema: TableSchema, of: FieldSchema) -> str:
    """The cell that stands for no words: an empty one, if that counts as missing."""
    missing = schema.missing(of)
    return "" if "" in missing or not missing else min(missing)


def _lengths(table: TableFile, name: str, cells: Sequence[Any]) -> list[str]:
    missing = table.schema.missing(table.schema.field(name)) | {""}
    return [str(0 if (text := cell_text(c)) in missing else len(text)) for c in cells]


def _refuse_others(table: TableFile, cells: Cells, name: str, made: Sequence[Any]) -> None:
    before = cells.columns[name]
    if (other := next((i for i, c in enumerate(before) if c != made[i]), None)) is not None:
        raise UnreadablePackage(
            f"{table.name}: {cells.at(other)}, field {name}: the text has other words at the "
            "offsets of this row, so that its own could not be restored; validate first"
        )


def _rewrite(
    content: Content,
    table: TableFile,
    columns: Mapping[str, list[Any]],
    schema: EmptiedSchema,
    rebuilt: Mapping[str, list[Any]],
    marks: _Marks,
) -> bool:
    """Write the table without words, and note its marks; whether restoring gives its bytes."""
    resource = table.resource
    before = as_it_is(content, resource)
    exactly = before | rewrite_table(table, Edit()) == before
    _refuse_wrong(resource.name, b"".join(before.values()), resource.hash, resource.bytes)
    lost = {name: columns[name] for name in schema.lost if name in columns}
    if lost:
        released = _released(resource, before | rewrite_table(table, Edit(lost)))
    else:
        released = _released(resource, before)
    if not exactly or resource.form == "parquet":  # whose bytes depend on who writes it
        released["cells"] = hash_of_cells(rebuilt)
    mark = marks.resources.setdefault(resource.name, {})
    mark["table"] = released
    written = before | rewrite_table(table, Edit(columns)) if columns else before
    marks.files[resource.name] = list(written.values())
    if "cells" in released and resource.paths and not resource.hash:
        # That hash is of the emptied columns alone: this one is of all that stays.
        made = digest(b"".join(marks.files[resource.name]))
        marks.stated.setdefault(resource.name, {})["hash"] = made
        mark["added"] = ["hash"]
    if not resource.paths:
        marks.inline[resource.name] = json.loads(written[""])
    return exactly


def _released(resource: Resource, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Hash and size of a table with its words, made as the hash that is stated of it."""
    data = b"".join(files.values())
    algorithm = algorithm_of(resource.hash) if resource.hash else "sha256"
    made = hashlib.new(algorithm, data).hexdigest()
    stated = resource.hash.rpartition(":")[2].lower() == made
    return {"hash": resource.hash if stated else f"{algorithm}:{made}", "bytes": len(data)}


def _descriptors(
    content: Content, marks: _Marks, schemas: Mapping[str, EmptiedSchema], salt: str | None
) -> dict[str, bytes]:
    """The descriptor with its marks, and the schemas that stand in files of their own."""
    raw = json.loads(content.files.read(DESCRIPTOR))
    of_file = {
        r["schema"]: r["name"]
        for r in raw["resources"]
        if r["name"] in schemas and isinstance(r["schema"], str)
    }
    files = {
        path: rewrite_json(content.files.read(path), partial(schemas[name].change, salt=salt))
        for path, name in of_file.items()
    }

    def change(raw: dict[str, Any]) -> None:
        for resource in raw["resources"]:
            name = resource["name"]
            if name in schemas and isinstance(resource["schema"], dict):
                schemas[name].change(resource["schema"], salt)
            if name in marks.inline:
                resource["data"] = marks.inline[name]
            if name in marks.files:
                restate(resource, marks.files[name])
            resource |= marks.stated.get(name, {})
            if name in marks.resources:
                resource["withheld"] = marks.resources[name]

    return files | {DESCRIPTOR: rewrite_json(content.files.read(DESCRIPTOR), change)}


def copied(content: Content, others: Iterable[str]) -> dict[str, bytes]:
    """The files that stay as they are: those of resources, schemas, dialects and licences."""
    raw = json.loads(content.files.read(DESCRIPTOR))
    parts = [r[part] for r in raw["resources"] for part in ("schema", "dialect") if part in r]
    named = [path for resource in content.package.resources for path in resource.paths]
    named += [part for part in parts if isinstance(part, str)]
    files = {p: content.files.read(p) for p in dict.fromkeys(named) if p not in set(others)}
    for holder in (raw, *raw["resources"]):
        for licence in holder.get("licenses", ()):
            path = licence.get("path", "")
            if path and not path_fault(path) and path not in {*others, *files}:
                files[path] = content.files.read(path)
    return files
