"""The files of a package with a corrected text in it, and with the rows that follow from it."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smartcity_case.authoring.correcting.sources import records_of
from smartcity_case.authoring.rewriting import Edit, restate, rewrite_json, rewrite_table
from smartcity_case.checks.spans import digest_of
from smartcity_case.errors import UnwritablePackage
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from smartcity_case.authoring.correcting.correction import Correction, Row
    from smartcity_case.authoring.correcting.sources import Source
    from smartcity_case.content import Content
    from smartcity_case.reading import TableFile

_NAMED = 5


@dataclass
class _Edits:
    """What changes in one table: cells by column and record, and the records that go."""

    cells: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    gone: set[int] = field(default_factory=set)


def corrected_files(
    content: Content, correction: Correction, accept: Iterable[str] = ()
) -> dict[str, bytes]:
    """Every file of a package that differs once its text is corrected, by path.

    Rows whose verdict is accepted are taken as they became: the changed ones with
    their new words; the lost ones go; the invalid ones stay as they are. Raises
    UnwritablePackage if others are changed, lost or invalid, if rows that go are
    referred to, or if a table cannot be written.
    """
    if correction.skipped or correction.stopping(accept):
        raise UnwritablePackage("there are rows that are changed, lost or were not looked at")
    edits: dict[str, _Edits] = defaultdict(_Edits)
    for row in correction.rows:
        if row.verdict == "lost":
            edits[row.location.resource].gone.add(row.record)
        elif row.span is not None and row.span.new is not None:
            _take(edits[row.location.resource], row, correction.new)
    _refuse_dangling(content, {name: edit.gone for name, edit in edits.items() if edit.gone})
    data = correction.new.encode()
    files: dict[str, bytes] = {}
    if path := correction.source.place.path:
        files[path] = data
    _replace_text(content, correction.source, data, edits)
    inline: dict[str, Any] = {}
    for name, edit in edits.items():
        for path, written in _rewritten(content.table_files[name], edit).items():
            if path:
                files[path] = written
            else:
                inline[name] = json.loads(written)
    descriptor = content.files.read(DESCRIPTOR)
    described = rewrite_json(descriptor, lambda d: _describe(d, content, files, inline))
    if json.loads(described) != json.loads(descriptor):
        files[DESCRIPTOR] = described
    return {path: data for path, data in files.items() if content.files.read(path) != data}


def withdrawn(correction: Correction) -> list[tuple[str, str]]:
    """Table and key of each row that goes if lost rows are accepted."""
    gone = {(r.location.resource, r.record): r.location for r in correction.rows if _lost(r)}
    return [(place.resource, place.key or f"row {place.row}") for place in gone.values()]


def _lost(row: Row) -> bool:
    return row.verdict == "lost"


def _take(edits: _Edits, row: Row, text: str) -> None:
    """Note the cells of a row that follow from its new span."""
    fields, span = row.declared.fields, row.span
    assert span is not None
    assert span.new is not None
    start, end = span.new
    edits.cells[fields.start][row.record] = str(start)
    edits.cells[fields.end][row.record] = str(end)
    if fields.exact is not None:
        edits.cells[fields.exact][row.record] = span.after
    if fields.digest is not None:
        edits.cells[fields.digest][row.record] = digest_of(row.declared.salt, span.after)
    # Of prefix and suffix the length stays, as far as the text goes.
    if fields.prefix is not None and row.prefix:
        edits.cells[fields.prefix][row.record] = text[max(0, start - row.prefix) : start]
    if fields.suffix is not None and row.suffix:
        edits.cells[fields.suffix][row.record] = text[end : end + row.suffix]


def _replace_text(content: Content, source: Source, data: bytes, edits: dict[str, _Edits]) -> None:
    """Note the cells of tables of texts that follow from the new text: itself, or hash and size."""
    place = source.place
    if not place.path:
        edits[place.table].cells[place.column][place.record] = data.decode()
        return
    targets = {
        (declared.reference.resource, declared.reference.fields)
        for table in content.table_files.values()
        for declared in table.schema.text_spans
    }
    for name, target in targets:
        if target is None or target.path is None or name not in content.table_files:
            continue
        records = records_of(content.table_files[name], target.names)
        for record, path in enumerate(records.columns.get(target.path, [])):
            if cell_text(path) != place.path:
                continue
            stated = {
                which: records.columns[column][record]
                for which, column in (("hash", target.hash), ("bytes", target.bytes))
                if column and records.columns[column][record] not in (None, "")
            }
            restate(stated, [data])
            for which, cell in stated.items():
                column = target.hash if which == "hash" else target.bytes
                edits[name].cells[column or ""][record] = str(cell)


def _rewritten(table: TableFile, edits: _Edits) -> Mapping[str, bytes]:
    """The files of a table, or its inline data under "", if anything in it changes."""
    records = records_of(table, edits.cells)
    columns: dict[str, Sequence[str | None]] = {}
    for name, changes in edits.cells.items():
        cells = [None if cell is None else cell_text(cell) for cell in records.columns[name]]
        if any(cells[record] != cell for record, cell in changes.items()):
            for record, cell in changes.items():
                cells[record] = cell
            columns[name] = cells
    if not columns and not edits.gone:
        return {}
    count = len(records.places)
    kept = [n not in edits.gone for n in range(count)] if edits.gone else None
    return rewrite_table(table, Edit(columns, kept))


def _describe(
    descriptor: dict[str, Any],
    content: Content,
    files: Mapping[str, bytes],
    inline: Mapping[str, Any],
) -> None:
    """Give the resources of a descriptor the hashes and sizes of their files, and inline data."""
    for resource in descriptor["resources"]:
        if resource["name"] in inline:
            resource["data"] = inline[resource["name"]]
        paths = resource.get("path") or []
        paths = [paths] if isinstance(paths, str) else paths
        if not set(paths).isdisjoint(files):
            read, before = content.files.read, dict(resource)
            restate(resource, [files[p] if p in files else read(p) for p in paths])
            if str(before.get("hash")).lower() == resource.get("hash"):  # in capitals, say
                resource["hash"] = before["hash"]


def _refuse_dangling(content: Content, gone: Mapping[str, set[int]]) -> None:
    """Raise UnwritablePackage if a row that stays refers to one that goes, by a foreign key."""
    dangling = []
    for table in content.table_files.values():
        for foreign in table.schema.foreign_keys:
            target = foreign.target(table.name)
            if not gone.get(target):
                continue
            names = foreign.reference.fields
            others = records_of(content.table_files[target], names)
            keys = list(zip(*(map(cell_text, others.columns[n]) for n in names), strict=True))
            left = {keys[record] for record in gone[target]}
            records = records_of(table, foreign.fields)
            cells = (map(cell_text, records.columns[n]) for n in foreign.fields)
            dangling += [
                f"{records.places[record]} refers to {target} {'/'.join(key)}"
                for record, key in enumerate(zip(*cells, strict=True))
                if key in left and record not in gone.get(table.name, ())
            ]
    if dangling:
        more = f"; and {len(dangling) - _NAMED} more" if dangling[_NAMED:] else ""
        raise UnwritablePackage(
            f"rows that are lost cannot go, since others refer to them: "
            f"{'; '.join(dangling[:_NAMED])}{more}"
        )
