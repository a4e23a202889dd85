"""What a corrected text means for the rows of a package, row by row, and as a report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from unicodedata import normalize

from smartcity_case.authoring.correcting.reanchoring import Reanchored, Versions
from smartcity_case.authoring.correcting.sources import Records, records_of
from smartcity_case.authoring.worddiff import marked, word_diff
from smartcity_case.checks.spans import digest_of
from smartcity_case.errors import UnreadablePackage
from smartcity_case.report import Check, Finding, Location, Report, held, shorten
from smartcity_case.table import cell_text
from smartcity_case.text import OFFSET_FORM, Span, not_utf8, stands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smartcity_case.authoring.correcting.sources import Source
    from smartcity_case.content import Content
    from smartcity_case.profile import TableSchema
    from smartcity_case.reading import TableFile
    from smartcity_case.textspans import TextSpan

VERDICTS: Final = ("exact", "moved", "changed", "lost", "invalid")
ACCEPTABLE: Final = VERDICTS[2:]
"""The verdicts that stop a writing unless they are accepted by name."""
_AROUND = 30
"""Characters of what is the same, beside each change, that a message shows."""
_SHOWN = 5


class Row(NamedTuple):
    """One span of one row: where it is declared, and what became of it.

    `record` counts the records of the table from 0. `span` is what became of it,
    or None if it did not stand in the old text; `why` says why then.
    """

    location: Location
    record: int
    declared: TextSpan
    span: Reanchored | None
    why: str = ""
    prefix: int = 0
    suffix: int = 0
    """How many characters of context the row states."""

    @property
    def verdict(self) -> str:
        """One of VERDICTS."""
        return "invalid" if self.span is None else self.span.verdict


@dataclass(frozen=True)
class Correction:
    """A corrected text of a package, and what became of every span in it."""

    package: str
    version: str
    source: Source
    old: str
    new: str
    rows: tuple[Row, ...]
    ran: tuple[Check, ...]
    skipped: tuple[Check, ...]

    def counts(self) -> dict[str, Counter[str]]:
        """The numbers of the verdicts, by table."""
        counts: dict[str, Counter[str]] = {check.resource: Counter() for check in self.ran}
        for row in self.rows:
            counts[row.location.resource][row.verdict] += 1
        return counts

    def stopping(self, accept: Iterable[str] = ()) -> list[Row]:
        """The rows that must not be written, unless their verdicts are accepted."""
        stop = frozenset(ACCEPTABLE) - frozenset(accept)
        return [row for row in self.rows if row.verdict in stop]

    def report(self, accept: Iterable[str] = ()) -> Report:
        """A finding for each row that must not be written; accepted ones are counted."""
        told = self.stopping()
        kept = self.stopping(accept)
        return Report(
            package=self.package,
            version=self.version,
            findings=tuple(sorted(_finding(row, self.new) for row in kept)),
            ran=self.ran,
            skipped=self.skipped,
            accepted=len(told) - len(kept),
        )


def correct(content: Content, source: Source, old: bytes, new: bytes) -> Correction:
    """What becomes of each span of a package in a text if it is corrected.

    Raises UnreadablePackage if one of the two is not UTF-8, or a table cannot be
    read whole.
    """
    versions = Versions(_decoded(old, "old"), _decoded(new, "new"))
    rows: list[Row] = []
    ran, skipped = [], []
    for table in content.table_files.values():
        for declared in table.schema.text_spans:
            keys = source.refers(declared)
            if keys is None:
                continue
            fields = declared.fields
            name = f"reanchor {fields.start}, {fields.end}"
            records = records_of(table, fields.names)
            if lacking := set(fields.names) - records.columns.keys():
                reason = f"it lacks a column: {', '.join(sorted(lacking))}"
                skipped.append(Check(name, table.name, reason))
                continue
            ran.append(Check(name, table.name))
            rows += _rows(table, declared, records, keys, versions)
    package = content.package
    return Correction(
        package.name,
        package.version,
        source,
        versions.old,
        versions.new,
        tuple(rows),
        tuple(ran),
        tuple(skipped),
    )


def _decoded(data: bytes, which: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadablePackage(f"the {which} text: {not_utf8(error)}") from error


def _rows(
    table: TableFile,
    declared: TextSpan,
    records: Records,
    keys: frozenset[str],
    versions: Versions,
) -> Iterator[Row]:
    fields = declared.fields
    names = list(fields.names)
    column = fields.column
    empty = _empty(table.schema, names)
    for record, cells in enumerate(zip(*(records.columns[n] for n in names), strict=True)):
        given = {n: _text(cell, empty[n]) for n, cell in zip(names, cells, strict=True)}
        if fields.source is not None and (given.pop(fields.source) or "") not in keys:
            continue
        if not declared.required and all(cell is None for cell in given.values()):
            continue
        where = records.places[record]._replace(field=column)
        why = _fault(declared, given, versions.old)
        if why:
            yield Row(where, record, declared, None, why)
            continue
        span = Span(int(given[fields.start] or ""), int(given[fields.end] or ""))
        prefix, suffix = _context(declared, given)
        became = versions.reanchor(span)
        yield Row(where, record, declared, became, "", len(prefix), len(suffix))


def _empty(schema: TableSchema, names: Iterable[str]) -> dict[str, frozenset[str]]:
    return {name: schema.missing(schema.field(name)) for name in names}


def _text(cell: Any, empty: frozenset[str]) -> str | None:
    """A cell as text; None if it stands for nothing."""
    text = None if cell is None else cell_text(cell)
    return None if text is None or text in empty else text


def _fault(declared: TextSpan, given: dict[str, str | None], text: str) -> str:
    """Why a span does not stand in the text that it was made for; "" if it does."""
    fields = declared.fields
    core = [n for n in (fields.start, fields.end, fields.exact, fields.digest) if n]
    if lacking := [n for n in core if given[n] is None]:
        return f"empty: {', '.join(lacking)}"
    places = [given[fields.start] or "", given[fields.end] or ""]
    if odd := [cell for cell in places if not OFFSET_FORM.fullmatch(cell)]:
        return f"{shorten(odd[0])} is not an offset"
    start, end = (int(cell[:18]) for cell in places)
    if not stands(text, start, end, None):
        return f"{start} to {end} is no stretch of the old text"
    words = text[start:end]
    if fields.exact and given[fields.exact] != words:
        return f"at {start} to {end} the old text has other words"
    if fields.digest and given[fields.digest] != digest_of(declared.salt, words):
        return f"the digest is not that of the words at {start} to {end} of the old text"
    prefix, suffix = _context(declared, given)
    if not text.endswith(prefix, 0, start) or not text.startswith(suffix, end):
        return f"prefix or suffix is not what stands beside {start} to {end} in the old text"
    return ""


def _context(declared: TextSpan, given: dict[str, str | None]) -> tuple[str, str]:
    """Prefix and suffix of a row; "" for none."""
    fields = declared.fields
    prefix = given[fields.prefix] if fields.prefix else None
    suffix = given[fields.suffix] if fields.suffix else None
    return prefix or "", suffix or ""


_CODES = {"changed": "reanchor.changed", "lost": "reanchor.lost", "invalid": "reanchor.invalid"}


def _finding(row: Row, new: str) -> Finding:
    span, code = row.span, _CODES[row.verdict]
    if span is None:
        return Finding(row.location, code, row.why)
    old, may_show = span.old, row.declared.fields.exact is not None
    if span.new is not None:
        message = f"{old.start} to {old.end} became {span.new.start} to {span.new.end}"
        if may_show:
            message += f": {marked(word_diff(span.before, span.after), _AROUND)}"
            message += _unseen(span.before, span.after)
    else:
        message = f"nothing is left of {old.start} to {old.end}"
        if may_show and span.instead is not None:
            message += f"; {shorten(new[slice(*span.instead)])} stands there"
        if span.candidates:
            message += f"; its words stand at {_shown(span.candidates)}"
    return Finding(row.location, code, message, held(span.before) if may_show else "")


def _unseen(before: str, after: str) -> str:
    """What differs where a person sees no difference."""
    if before.split() == after.split():
        return " (only white space differs)"
    if normalize("NFC", before) == normalize("NFC", after):
        return " (only the Unicode form differs)"
    return ""


def _shown(places: tuple[Span, ...]) -> str:
    more = len(places) - _SHOWN
    listed = ", ".join(f"{place.start} to {place.end}" for place in places[:_SHOWN])
    return listed + (f" and {more} more" if more > 0 else "")


def row_facts(row: Row) -> dict[str, Any]:
    """One row for machines: where it is, the verdict, both spans, words and word diff.

    There are words only where the table has some: no report tells what a table
    with digests conceals.
    """
    place, span = row.location, row.span
    facts: dict[str, Any] = {
        "table": place.resource,
        "path": place.path,
        "row": place.row,
        "key": place.key,
        "field": place.field,
        "verdict": row.verdict,
    }
    if span is None:
        return facts | {"why": row.why}
    words = row.declared.fields.exact is not None
    facts["old"] = _place(span.old, span.before if words else None)
    facts["new"] = None if span.new is None else _place(span.new, span.after if words else None)
    if span.verdict == "changed" and words:
        facts["diff"] = [list(part) for part in word_diff(span.before, span.after)]
    if span.candidates:
        facts["candidates"] = [_place(place) for place in span.candidates]
    if span.instead is not None:
        facts["instead"] = _place(span.instead)
    return facts


def _place(span: Span, words: str | None = None) -> dict[str, Any]:
    place: dict[str, Any] = {"start": span.start, "end": span.end}
    return place if words is None else place | {"exact": words}
