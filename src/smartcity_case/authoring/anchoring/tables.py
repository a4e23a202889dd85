"""The spans of a package's table, filled in from their words."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from smartcity_case.authoring.anchoring.rows import (
    HINTS,
    KNOWN_BY,
    Anchored,
    Matches,
    Row,
    lines,
    match_rows,
    told,
)
from smartcity_case.authoring.rewriting import (
    Edit,
    refuse_incomplete,
    restate,
    rewrite_json,
    rewrite_table,
)
from smartcity_case.errors import NotFound, UnreadablePackage, UnwritablePackage
from smartcity_case.profile import DESCRIPTOR, TableSchema
from smartcity_case.report import Check, Finding, Report, held
from smartcity_case.table import cell_text
from smartcity_case.text import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from smartcity_case.content import Content
    from smartcity_case.report import Location
    from smartcity_case.table import Table
    from smartcity_case.textspans import TextSpan, TextSpanFields

PART = "part"
"""The field that numbers the parts of a quotation with an ellipsis, from 1."""


@dataclass(frozen=True)
class TableAnchoring:
    """What became of a table's spans: a report, and the files as they would be written.

    `files` has the bytes of every file that changes, by its path in the package; it is
    empty if nothing does. `told` are lines for people on how it went.
    """

    report: Report
    files: dict[str, bytes] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    refused: int = 0


@dataclass
class _Declared:
    """One declaration of a table, and what became of the rows that have such a span."""

    declaration: TextSpan
    places: list[int]
    """Which records they are, from 0; the others need none and have none."""
    rows: list[Row]
    matches: Matches

    @property
    def exact(self) -> str:
        """The field with the words."""
        return self.declaration.fields.exact or ""


def anchor_table(
    content: Content, name: str, tiers: Sequence[str] = (), unit: str = "codepoint"
) -> TableAnchoring:
    """Fill the offsets of a table's spans from the words, for every declaration with words.

    `tiers` and `unit` are as in `match_rows`. Rows that are refused get no offsets. The
    descriptor follows: hash and size, and fields for what rows had before, if the words
    of some were replaced by those of the text. Nothing is written.

    Raises NotFound for an unknown table or one without words, UnreadablePackage or
    UnwritablePackage if the files cannot be read, or written in their form.
    """
    if name not in content.tables:
        raise NotFound(f"there is no table {name!r} that can be read; validate the package")
    table, schema = content.tables[name], content.table_files[name].schema
    refuse_incomplete(content.table_files[name])
    declared = [span for span in schema.text_spans if span.fields.exact is not None]
    if not declared:
        if content.table_files[name].resource.withheld is not None:
            raise UnreadablePackage(f"{name}: its words are withheld; restore the package first")
        raise NotFound(f"{name}: its schema declares no textSpans with a field for the words")
    done = [_anchored(content, table, schema, span, tiers, unit) for span in declared]
    findings: list[Finding] = []
    for each in done:
        where = partial(_at, table, each)
        findings += told(each.rows, each.matches, where, HINTS)
        if PART not in schema.primary_key or len(done) > 1:
            findings += _split(each, where)
    report = Report(
        package=name,
        version=content.package.version,
        findings=tuple(sorted(findings)),
        ran=tuple(Check(f"anchor {each.exact}", name) for each in done),
        skipped=(),
    )
    shown = tuple(line for each in done for line in _summary(each, len(table)))
    split = any(finding.code == "span.split" for finding in findings)
    files = {} if split else _files(content, name, done)
    return TableAnchoring(report, files, shown, len({f.location.row for f in report.errors}))


def _at(table: Table, each: _Declared, number: int) -> Location:
    return table.at(each.places[number], each.exact)


def _anchored(
    content: Content,
    table: Table,
    schema: TableSchema,
    declaration: TextSpan,
    tiers: Sequence[str],
    unit: str,
) -> _Declared:
    fields, texts = declaration.fields, dict[str, Source | None]()
    blank = [""] * len(table)

    def cells(role: str) -> list[str]:
        name = getattr(fields, role)
        if name is None or name not in table.columns:
            return blank
        missing = schema.missing(schema.field(name))
        return ["" if cell in missing else cell for cell in table.columns[name]]

    def source(key: str) -> Source | None:
        if key not in texts:
            text = content.source(declaration, key)
            texts[key] = None if text is None else Source(key, text)
        return texts[key]

    keys, records = cells("source"), list(zip(*map(cells, KNOWN_BY), strict=True))
    earlier = list(zip(*(table.columns.get(n) or blank for n in _beside(fields)), strict=True))
    places = [n for n, record in enumerate(records) if declaration.required or any(record)]
    rows = []
    for place in places:
        named = keys[place] if fields.source else declaration.reference.resource
        given, found_by = earlier[place]
        row = Row(source(keys[place]), *records[place])
        rows.append(row._replace(named=named, given=given, found_by=found_by))
    return _Declared(declaration, places, rows, match_rows(rows, tiers, unit))


def _beside(fields: TextSpanFields) -> tuple[str, str]:
    """The columns that tell what a row had for its words, and how it was found."""
    return f"{fields.exact}_given", f"{fields.exact}_anchored_by"


def _split(each: _Declared, where: Callable[[int], Location]) -> Iterator[Finding]:
    """Rows that would have to be several, in a table that has no place for that."""
    for number, match in enumerate(each.matches.found):
        if len(match.spans) > 1:
            message = f"it stands in {len(match.spans)} parts"
            yield Finding(where(number), "span.split", message, held(each.rows[number].words))


def _summary(each: _Declared, records: int) -> list[str]:
    evidence = [f"  {each.matches.evidence}"] if each.matches.evidence else []
    return [f"{each.exact}: {each.matches.summary(records - len(each.places))}", *evidence]


def _files(content: Content, name: str, done: list[_Declared]) -> dict[str, bytes]:
    """The files of the table and the descriptor, as far as they change."""
    table_file = content.table_files[name]
    schema = table_file.schema
    columns: dict[str, list[str | None]] = {}
    times = None
    for each in done:
        by_record = _by_record(each)
        table = content.tables[name]
        columns |= _columns(table, each, by_record)
        if PART in schema.primary_key:
            times = [len(some) for some in by_record]
            columns[PART] = _numbered(table.columns[PART], by_record)
    files = rewrite_table(table_file, Edit(columns, times=times))
    added = [column for column in columns if column not in schema.names]

    def change(descriptor: dict[str, Any]) -> None:
        resource = next(r for r in descriptor["resources"] if r["name"] == name)
        if "" in files:
            resource["data"] = json.loads(files.pop(""))
        else:
            restate(resource, list(files.values()))
        if added and not isinstance(resource["schema"], dict):
            raise UnwritablePackage(
                f"{resource['schema']}: add the fields {', '.join(added)} (strings) to the schema"
            )
        for column in added:
            resource["schema"]["fields"].append({"name": column, "type": "string"} | _said(column))

    descriptor = rewrite_json(content.files.read(DESCRIPTOR), change)
    made = {**files, DESCRIPTOR: descriptor}
    return {path: data for path, data in made.items() if content.files.read(path) != data}


def _by_record(each: _Declared) -> list[list[Anchored | None]]:
    """The lines that each record of the table becomes; None: it stays as it is."""
    last = each.places[-1] + 1 if each.places else 0
    made: list[list[Anchored | None]] = [[] for _ in range(last)]
    for line in lines(each.rows, each.matches):
        made[each.places[line.row]].append(line)
    return [some or [None] for some in made]


def _columns(
    table: Table, each: _Declared, by_record: list[list[Anchored | None]]
) -> dict[str, list[str | None]]:
    """The columns of a declaration as they will be."""
    fields = each.declaration.fields
    by_record += [[None]] * (len(table) - len(by_record))
    flat = [(number, line) for number, some in enumerate(by_record) for line in some]

    def column(name: str, value: Callable[[Anchored], object]) -> list[str | None]:
        before = table.columns.get(name)
        return [
            (before[number] if before else "") if line is None else cell_text(value(line))
            for number, line in flat
        ]

    made = {
        fields.start: column(fields.start, lambda line: line.start),
        fields.end: column(fields.end, lambda line: line.end),
        each.exact: column(each.exact, lambda line: line.exact),
    }
    for name, what in ((fields.prefix, "prefix"), (fields.suffix, "suffix")):
        if name is not None:
            made[name] = column(name, attrgetter(what))
    given, how = beside = _beside(fields)
    if any(line and line.given for _, line in flat) or set(beside) & set(table.columns):
        made |= {given: column(given, attrgetter("given")), how: column(how, attrgetter("how"))}
    return made


def _numbered(
    before: Sequence[str | None], by_record: list[list[Anchored | None]]
) -> list[str | None]:
    """The numbers of parts: new ones where a record becomes several, else those that are there."""
    return [
        cell_text(line.part) if line and line.part else cell or (line and "1")
        for cell, some in zip(before, by_record, strict=True)
        for line in some
    ]


def _said(column: str) -> dict[str, Any]:
    if column.endswith("_given"):
        words = column.removesuffix("_given")
        return {
            "description": f"the words that stood in {words} before those of the text",
            "verbatim": True,  # or nearly so
        }
    return {"description": "how the span was found; docs/anchor.md of smartcity-case says more"}
