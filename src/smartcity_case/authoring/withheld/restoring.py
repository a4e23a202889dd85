"""The words back into tables that were emptied, for whoever has the text."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.authoring.rewriting import Edit, restate, rewrite_json, rewrite_table
from smartcity_case.checks.sources import HASHES, algorithm_of, hash_of
from smartcity_case.errors import UnreadablePackage
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.report import Finding, Location
from smartcity_case.table import cell_text
from smartcity_case.text import OFFSET_FORM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from smartcity_case.content import Content
    from smartcity_case.profile import Package, Resource, TableSchema
    from smartcity_case.reading import TableFile
    from smartcity_case.textspans import TextSpan, WithheldSchema, WithheldTable


class CannotRestore(UnreadablePackage):
    """The words of a table cannot be had: a text or a column is not there, or offsets are wrong."""


class TextNotGiven(CannotRestore):
    """The words of a table cannot be had, since one of its texts is not there."""


class Restored(NamedTuple):
    """The files of a package that withholding changed, with their words; and what is wrong.

    `alike` names the tables that have the right cells, but not the right bytes, and
    `lost` the columns that stay empty, since their words belong to no span.
    """

    files: dict[str, bytes]
    findings: tuple[Finding, ...]
    alike: tuple[str, ...]
    lost: tuple[str, ...]


def schema_files(content: Content) -> list[str]:
    """The files of their own that schemas of a package stand in."""
    resources = json.loads(content.files.read(DESCRIPTOR))["resources"]
    return sorted({r["schema"] for r in resources if isinstance(r.get("schema"), str)})


def is_withheld(package: Package) -> bool:
    """Whether something of a package is marked as withheld."""
    return any(resource.withheld is not None for resource in package.resources)


class Texts:
    """The texts of a package, looked up by declaration and key, each read once."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._cells: dict[tuple[str, str, str], dict[str, str]] = {}
        self._read: dict[tuple[str, str], str | None] = {}

    def of(self, declared: TextSpan, key: str) -> str | None:
        """The text that a row refers to, or None if it cannot be read."""
        place = (declared.reference.resource, key if declared.reference.fields else "")
        if place not in self._read:
            self._read[place] = self._look_up(declared, key)
        return self._read[place]

    def read(self) -> list[str]:
        """The texts that were looked up, and are there."""
        return [text for text in self._read.values() if text is not None]

    def _look_up(self, declared: TextSpan, key: str) -> str | None:
        name, target = declared.reference.resource, declared.reference.fields
        if target is None:
            return self._content.texts.get(name)
        cells = self._table(name, target.key, target.text or target.path or "")
        if target.text is not None or key not in cells:
            return cells.get(key)
        return self._content.file_text(cells[key])

    def _table(self, name: str, key: str, column: str) -> dict[str, str]:
        place = (name, key, column)
        if place not in self._cells:
            table = self._content.tables.get(name)
            columns = table.columns if table is not None else {}
            pairs = zip(columns.get(key, ()), columns.get(column, ()), strict=False)
            self._cells[place] = dict(reversed(list(pairs)))  # of several the first counts
        return self._cells[place]


def emptied_names(schema: TableSchema) -> list[str]:
    """The columns that hold words of a text: those of spans, and those marked verbatim."""
    named = {n for span in schema.text_spans for n in words_of(span)}
    return [f.name for f in schema.fields if f.name in named or f.is_verbatim]


def words_of(span: TextSpan) -> list[str]:
    """The columns of a declaration that hold words."""
    fields = span.fields
    return [n for n in (fields.exact, fields.prefix, fields.suffix) if n is not None]


class Cells(NamedTuple):
    """Some columns of a whole table, with the places of its records."""

    columns: dict[str, list[Any]]
    places: list[tuple[str, int]]

    def at(self, index: int) -> str:
        """Where a record stands, for a message."""
        path, row = self.places[index]
        return f"{path}, row {row}" if path else f"row {row}"


def read_cells(table: TableFile, names: Sequence[str]) -> Cells:
    """Columns of a table; raises CannotRestore if it cannot be read whole."""
    if unknown := sorted(set(names) - set(table.schema.names)):
        raise CannotRestore(f"{table.name}: there is no field {unknown[0]!r}")
    cells = Cells({name: [] for name in names}, [])
    table = replace(table, only=frozenset(names))
    for batch, _ in table.scan(lambda batch: None):
        if lacking := [name for name in names if name not in batch.columns]:
            raise CannotRestore(f"{table.name}: there is no column {lacking[0]!r}; validate first")
        for name, column in cells.columns.items():
            column += batch.columns[name].values()
        cells.places.extend((batch.path, row) for row in batch.rows.tolist())
    if not table.complete:
        raise CannotRestore(f"{table.name}: some of its rows cannot be read; validate first")
    return cells


def stretches(
    cells: Cells, table: TableFile, declared: TextSpan, texts: Texts
) -> Iterator[tuple[int, str, int, int]]:
    """For each record that has a span: its index, the text, start and end.

    Raises CannotRestore, naming the row, for offsets that are none and for a text
    that is not there.
    """
    fields, schema = declared.fields, table.schema
    missing = {n: schema.missing(schema.field(n)) for n in (fields.start, fields.end)}
    nothing = [None] * len(cells.places)
    keys = cells.columns[fields.source] if fields.source is not None else nothing
    rows = zip(cells.columns[fields.start], cells.columns[fields.end], keys, strict=True)
    for index, (*offsets, key) in enumerate(rows):
        start, end = map(cell_text, offsets)
        if start in missing[fields.start] | {""} and end in missing[fields.end] | {""}:
            continue
        text = texts.of(declared, cell_text(key))
        if text is None:
            name = declared.reference.resource + (f"/{cell_text(key)}" if fields.source else "")
            raise TextNotGiven(f"the text {name!r} cannot be read; --source gives it")
        good = OFFSET_FORM.fullmatch(start) and OFFSET_FORM.fullmatch(end)
        if not good or len(start + end) > 30 or not int(start) < int(end) <= len(text):
            where = f"{table.name}: {cells.at(index)}"
            raise CannotRestore(f"{where}: {start} to {end} is no stretch of its text")
        yield index, text, int(start), int(end)


def restore(content: Content) -> Restored:
    """The files of a withheld package with all words in them again.

    `content` must have the texts. The tables are compared with the hashes that
    the descriptor keeps of them; what differs is a finding. Raises CannotRestore
    if there is something that cannot be restored at all.
    """
    texts = Texts(content)
    files: dict[str, bytes] = {}
    inline: dict[str, Any] = {}
    findings: list[Finding] = []
    alike: dict[str, list[bytes]] = {}
    lost: list[str] = []
    for resource in content.package.resources:
        if resource.withheld is None or resource.withheld.table is None:
            _refuse_half(content, resource)
            continue
        made, cells = _restored_table(content, resource, texts)
        made = as_it_is(content, resource) | made
        parts, released = list(made.values()), resource.withheld.table
        if not _is(released, parts):
            if released.cells is not None and released.cells == hash_of_cells(cells):
                alike[resource.name] = parts
            else:
                findings.append(_other(resource, released, parts))
        if "" in made:
            inline[resource.name] = json.loads(made.pop(""))
        files |= made
        kept = content.table_files[resource.name].schema.withheld
        lost += [f"{resource.name}.{column}" for column in (kept.lost if kept else ())]
    for path in schema_files(content):
        files[path] = rewrite_json(content.files.read(path), _full_schema)
    change = partial(_full_descriptor, inline=inline, alike=alike)
    files[DESCRIPTOR] = rewrite_json(content.files.read(DESCRIPTOR), change)
    return Restored(files, tuple(findings), tuple(alike), tuple(lost))


def as_it_is(content: Content, resource: Resource) -> dict[str, bytes]:
    """The files of a resource, by path; of inline data its JSON, under the path ""."""
    if resource.paths:
        return {path: content.files.read(path) for path in resource.paths}
    return {"": json.dumps(resource.data).encode("ascii")}


def _refuse_half(content: Content, resource: Resource) -> None:
    """Raise CannotRestore for a table that was emptied, and does not say what it was."""
    table = content.table_files.get(resource.name)
    left_out = resource.withheld is not None and resource.withheld.text
    if table is not None and table.schema.withheld is not None and not left_out:
        raise CannotRestore(f"{resource.name}: it does not say what it was (`withheld.table`)")


def _restored_table(
    content: Content, resource: Resource, texts: Texts
) -> tuple[dict[str, bytes], dict[str, list[Any]]]:
    """The files of a table with its words, and the columns that got them."""
    table = content.table_files.get(resource.name)
    if table is None or table.schema.withheld is None:
        raise CannotRestore(f"{resource.name}: the table cannot be read; validate first")
    columns, changed = restored_columns(table, table.schema.withheld, texts)
    added = {*table.schema.withheld.lengths.values(), *table.schema.withheld.digests.values()}
    edit = Edit(changed, dropped=frozenset(added))
    return rewrite_table(table, edit) if changed or added else {}, columns


def restored_columns(
    table: TableFile, kept: WithheldSchema, texts: Texts
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """The columns of words of a table, as they were before it was emptied; and those changed."""
    filled = [f.name for f in table.schema.fields if f.withheld and f.name not in kept.lost]
    named = [name for span in kept.text_spans for name in span.fields.names]
    cells = read_cells(table, list(dict.fromkeys([*named, *filled, *kept.lengths.values()])))
    columns = {name: cells.columns[name] for name in filled}
    lengths = {name: cells.columns[column] for name, column in kept.lengths.items()}
    before = {name: list(column) for name, column in columns.items()}
    fill(table, cells, kept.text_spans, texts, columns, lengths)
    return columns, {name: c for name, c in columns.items() if c != before[name]}


def fill(
    table: TableFile,
    cells: Cells,
    spans: Sequence[TextSpan],
    texts: Texts,
    columns: Mapping[str, list[Any]],
    lengths: Mapping[str, Sequence[Any]],
) -> None:
    """Write the words of spans into emptied columns; the context is as long as `lengths` says."""
    for span in spans:
        fields = span.fields
        beside = [n for n in (fields.prefix, fields.suffix) if n and n in columns and n in lengths]
        exact = columns.get(fields.exact or "")
        for index, text, start, end in stretches(cells, table, span, texts):
            if exact is not None:
                exact[index] = text[start:end]
            for name in beside:
                count = cell_text(lengths[name][index])
                if many := int(count[:18]) if OFFSET_FORM.fullmatch(count) else 0:
                    before = slice(max(0, start - many), start)
                    context = text[before] if name == fields.prefix else text[end : end + many]
                    columns[name][index] = context


def hash_of_cells(columns: Mapping[str, Sequence[Any]]) -> str:
    """A hash of columns by their cells, however a file writes them."""
    made = hashlib.sha256()
    for name in sorted(columns):
        made.update(json.dumps([name, list(columns[name])], default=str).encode("ascii") + b"\n")
    return f"sha256:{made.hexdigest()}"


def _is(released: WithheldTable, parts: Sequence[bytes]) -> bool:
    data = b"".join(parts)
    found = hash_of(data, released.hash)
    return found == released.hash.rpartition(":")[2].lower() and len(data) == released.bytes


def _other(resource: Resource, released: WithheldTable, parts: Sequence[bytes]) -> Finding:
    data = b"".join(parts)
    known = algorithm_of(released.hash) in HASHES
    found = f"{algorithm_of(released.hash)}:{hash_of(data, released.hash)}" if known else "none"
    where = Location(resource.name, resource.paths[0] if resource.paths else "")
    message = (
        f"with its words it has {len(data)} bytes and the hash {found}; "
        f"released were {released.bytes} bytes with {released.hash}"
    )
    return Finding(where, "withheld.table", message)


def _full_descriptor(
    raw: dict[str, Any], inline: Mapping[str, Any], alike: Mapping[str, Sequence[bytes]]
) -> None:
    for resource in raw["resources"]:
        if isinstance(resource.get("schema"), dict):
            _full_schema(resource["schema"])
        if resource["name"] in inline:
            resource["data"] = inline[resource["name"]]
        if (mark := resource.pop("withheld", None)) is None:
            continue
        for name in mark.get("added", ()):
            resource.pop(name, None)
        for name in ("hash", "bytes"):
            if name in resource and "table" in mark:
                resource[name] = mark["table"][name]
        if resource["name"] in alike:
            restate(resource, alike[resource["name"]])


def _full_schema(schema: dict[str, Any]) -> None:
    """Make the schema of a withheld table what it was."""
    kept = schema.pop("withheld", None)
    if kept is None:
        return
    schema |= {name: kept[name] for name in ("textSpans", "uniqueKeys") if name in kept}
    if order := kept.get("order"):
        whole = {name: schema[name] for name in order if name in schema} | schema
        schema.clear()
        schema |= whole
    added = {*kept.get("lengths", {}).values(), *kept.get("digests", {}).values()}
    schema["fields"] = [field for field in schema["fields"] if field["name"] not in added]
    for field in schema["fields"]:
        if field.get("withheld") and field["name"] not in kept.get("lost", ()):
            mark = field.pop("withheld")
            if isinstance(mark, dict):
                field["constraints"] = mark["constraints"]
