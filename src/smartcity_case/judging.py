"""The checks of one table, run over its batches as they are read."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pyarrow as pa

from smartcity_case import limits
from smartcity_case.arrays import as_strings, places, strings
from smartcity_case.checks.constraints import FieldFault
from smartcity_case.checks.fields import FieldCheck, blank_rows
from smartcity_case.checks.keys import Key, KeySet, UniqueKey, check_foreign, empty_keys
from smartcity_case.checks.rows import Rows, joined
from smartcity_case.checks.spans import Judged, Proven, Search, SpanCheck
from smartcity_case.checks.withheld import emptied, impossible, words_left
from smartcity_case.codes import CODES
from smartcity_case.report import Finding, Location, counted
from smartcity_case.table import Batch, Column, cell_text
from smartcity_case.textspans import TextSpan
from smartcity_case.unread import Unverifiable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from smartcity_case.arrays import Words
    from smartcity_case.checks.descriptor import SchemaPlace
    from smartcity_case.corpus import Corpus
    from smartcity_case.profile import ForeignKey
    from smartcity_case.reading import TableFile
    from smartcity_case.table import Fault
    from smartcity_case.texts import TextSet

_ERRORS = frozenset(name for name, code in CODES.items() if code.severity == "error")
_MANY = 10_000
"""Faults of a table from which on the garbage collector of Python rests until it is read.

There are no cycles among findings, and it would look at each again and again.
"""
_KEYS_KEPT = 16 << 20
"""Bytes of keys up to which a table is not read again to compare them."""
T = TypeVar("T")

_HELD = 256 << 20
"""Bytes of spans that wait for texts which are not all in memory."""


@dataclass
class _Spans:
    """A declaration of spans while a table is read."""

    check: SpanCheck
    texts: TextSet
    search: Search = field(default_factory=Search)
    total: Judged = field(default_factory=Judged)
    waiting: list[tuple[Batch, Rows]] = field(default_factory=list)
    size: int = 0
    unverifiable: int = 0
    """The rows whose texts are withheld."""


@dataclass
class _Outcome:
    """What the checks made of a batch."""

    faults: list[Fault]
    unique: list[Words]
    spans: list[Proven | Rows | None]
    """For each declaration what could not be proven, or what has to wait for its texts."""
    unverifiable: list[int]
    """For each declaration the number of rows whose texts are withheld."""


class TableCheck:
    """Everything that is checked of the rows of one table, whose schema stands at a place.

    `key_sets` and `text_sets` hold what rows may refer to, by the place of the
    foreign key or span in the schema; a reason instead says why not.
    """

    def __init__(
        self,
        table: TableFile,
        place: SchemaPlace,
        key_sets: list[KeySet | str],
        text_sets: list[TextSet | str],
    ) -> None:
        self.table, self._place = table, place
        self.findings: list[Finding] = []
        self._errors, self._full = 0, False
        self._collector_rests = False
        self.ran: list[str] = []
        self.skipped: list[tuple[str, str]] = []
        schema = table.schema
        self._fields = list(self._field_checks())
        self._primary = Key(schema, schema.primary_key) if schema.primary_key else None
        self._unique = list(self._unique_keys())
        self._keys_kept: list[Batch] | None = [] if self._unique else None
        self._keys_size = 0
        self._foreign: list[tuple[ForeignKey, Key, KeySet]] = []
        for foreign, known in zip(schema.foreign_keys, key_sets, strict=True):
            if isinstance(known, Unverifiable):
                where = Location(table.name, field=foreign.fields[0])
                self.findings.append(Finding(where, "key.unverifiable", known))
            elif isinstance(known, str):
                self.skipped.append((_name_of(foreign), known))
            else:
                self._foreign.append((foreign, Key(schema, foreign.fields), known))
        self._emptied = emptied(schema)
        self._spans: list[_Spans] = []
        for declared, texts in zip(schema.text_spans, text_sets, strict=True):
            if isinstance(texts, str):
                self.skipped.append((_name_of(declared), texts))
            else:
                self._spans.append(_Spans(SpanCheck(schema, declared, texts.known), texts))

    def _field_checks(self) -> Iterator[FieldCheck]:
        schema = self.table.schema
        for number, each in enumerate(schema.fields):
            try:
                yield FieldCheck(each, schema.missing(each))
            except FieldFault as fault:
                where = Location(self.table.name, self._place.path, field=each.name)
                start = f"{self._place.pointer}/fields/{number}"
                messages = [f"{start}{at}: {reason}" for at, reason in fault.faults]
                self.findings += [Finding(where, "descriptor.invalid", m) for m in messages]
                self.skipped.append((f"field {each.name}", "its declaration makes no sense"))

    def _unique_keys(self) -> Iterator[UniqueKey]:
        schema = self.table.schema
        if self._primary is not None:
            yield UniqueKey(self._primary, "key.duplicate")
        others = [names for names in schema.unique_keys if names != schema.primary_key]
        for names in dict.fromkeys(map(tuple, others)):
            yield UniqueKey(Key(schema, names), "key.duplicate")
        for each in schema.fields:
            if each.constraints.get("unique") is True and [each.name] != schema.primary_key:
                yield UniqueKey(Key(schema, [each.name]), "field.unique")

    def run(self, algorithm: str = "") -> None:
        """Read the table and check it."""
        try:
            self._run(algorithm)
        finally:
            if self._collector_rests:
                gc.enable()

    def _run(self, algorithm: str) -> None:
        empty = True
        for batch, outcome in self.table.scan(self._work, algorithm):
            empty = False
            self._take(batch, outcome)
        self.findings += self.table.findings
        for spans in self._spans:
            self._judge_waiting(spans)
            if summary := spans.check.summary(spans.total):
                where = Location(self.table.name, field=spans.check.declaration.fields.start)
                self.findings.append(Finding(where, "span.offsets", summary))
            if spans.unverifiable:
                where = Location(self.table.name, field=spans.check.declaration.fields.start)
                message = _unverifiable(spans)
                self.findings.append(Finding(where, "span.unverifiable", message))
        self._find_repeated()
        self._tell(empty)

    def _add(self, batch: Batch, faults: Sequence[Fault]) -> None:
        """Take in what is wrong with a batch, until there are more faults than are listed."""
        if self._full:
            return
        some = _until_enough(faults, limits.FINDINGS - self._errors)
        self.findings += batch.findings(some)
        self._errors += sum(map(_is_error, some))
        if self._errors > _MANY and gc.isenabled():
            self._collector_rests = True
            gc.disable()
        of_form = max(0, len(self.table.findings) - 1)  # the last may be why reading ends
        if self._errors + of_form > limits.FINDINGS:
            self._full = self.table.enough = True
            if not any(f.code == "limit.findings" for f in self.table.findings[-1:]):
                last = some[-1].place if some else -1
                row = int(batch.rows[last]) if len(batch) else 0
                where = Location(self.table.name, batch.path, row)
                message = f"there are {limits.FINDINGS} faults before this row; no more are listed"
                self.findings.append(Finding(where, "limit.findings", message))

    def _work(self, batch: Batch) -> _Outcome:
        """Everything that can be done with one batch alone, in any thread."""
        faults = _until_enough(chain.from_iterable(self._faults(batch)), limits.FINDINGS)
        unique = [key.look(batch) if _has(batch, key.key) else _NONE for key in self._unique]
        found: list[Proven | Rows | None] = []
        unverifiable = [0] * len(self._spans)
        errors = 0
        for place, spans in enumerate(self._spans):
            if not set(spans.check.declaration.fields.names) <= batch.columns.keys():
                found.append(None)
                continue
            rows, more = spans.check.read(batch)
            if spans.texts.withheld:
                rows, apart, more = _apart(spans, rows, more)
                unverifiable[place] = len(apart)
            faults += more
            errors += len(more)
            corpus = spans.texts.corpus
            found.append(rows if corpus is None else spans.check.prove(rows, corpus))
            if errors > limits.FINDINGS:
                found += [None] * (len(self._spans) - len(found))
                break
        return _Outcome(faults, unique, found, unverifiable)

    def _faults(self, batch: Batch) -> Iterator[Iterable[Fault]]:
        """What is wrong with the rows of a batch, but for their spans, check by check."""
        for check in self._fields:
            if check.field.name in batch.columns:
                yield check.faults(batch)
        yield blank_rows(batch, self.table.schema)
        yield words_left(batch, self._emptied)
        if self._primary is not None and _has(batch, self._primary):
            yield empty_keys(batch, self._primary)
        for foreign, key, known in self._foreign:
            if _has(batch, key):
                target = foreign.target(batch.resource)
                yield check_foreign(batch, key, foreign, known, target)

    def _take(self, batch: Batch, outcome: _Outcome) -> None:
        """Take in what came of a batch; batches come in order."""
        self._add(batch, outcome.faults)
        self._keep_keys(batch)
        for key, prints in zip(self._unique, outcome.unique, strict=True):
            key.add(prints)
        for spans, found in zip(self._spans, outcome.spans, strict=True):
            if isinstance(found, Proven):
                assert spans.texts.corpus is not None
                self._judge(spans, batch, found, spans.texts.corpus)
            elif found is not None and len(found):
                self._wait(spans, batch, found)
        for spans, count in zip(self._spans, outcome.unverifiable, strict=True):
            spans.unverifiable += count

    def _names_of(self, keys: Iterable[UniqueKey]) -> frozenset[str]:
        """The fields that are needed to compare some keys, and to tell of their rows."""
        return frozenset(self.table.schema.primary_key).union(*(k.key.names for k in keys))

    def _keep_keys(self, batch: Batch) -> None:
        """Keep the keys of a batch, as long as those of all take little memory."""
        if self._keys_kept is None:
            return
        names = self._names_of(self._unique)
        columns = {name: column for name, column in batch.columns.items() if name in names}
        self._keys_size += sum(column.array.nbytes for column in columns.values())
        if self._keys_size > _KEYS_KEPT:
            self._keys_kept = None
        else:
            slim = Batch(batch.resource, batch.path, columns, batch.rows, batch.key_fields)
            self._keys_kept.append(slim)

    def _judge(self, spans: _Spans, batch: Batch, proven: Proven, corpus: Corpus) -> None:
        if not self._full:
            judged = spans.check.judge(proven, corpus, spans.search)
            self._add(batch, judged.faults)
            spans.total.count(judged)

    def _wait(self, spans: _Spans, batch: Batch, rows: Rows) -> None:
        """Keep spans until their texts are loaded; of the batch just keys and row numbers."""
        if spans.waiting and spans.waiting[0][0].path != batch.path:
            self._judge_waiting(spans)
        at = places(rows.index)
        keys = {k: _as_text(batch.columns[k].take(rows.index)) for k in batch.key_fields}
        slim = Batch(batch.resource, batch.path, keys, batch.rows[rows.index], batch.key_fields)
        spans.waiting.append((slim, rows))
        arrays = [getattr(rows, name) for name in ("exact", "digest", "prefix", "suffix")]
        arrays += [column.array for column in keys.values()]
        spans.size += sum(array.nbytes for array in arrays if array is not None) + 32 * len(at)
        if spans.size > _HELD:
            self._judge_waiting(spans)

    def _judge_waiting(self, spans: _Spans) -> None:
        """Judge the waiting spans, part of the texts by part."""
        if not spans.waiting or self._full:
            return
        batches = [batch for batch, _ in spans.waiting]
        rows = joined([rows for _, rows in spans.waiting])
        spans.waiting, spans.size = [], 0
        batch = _concatenated(batches)
        rows = rows.take(np.argsort(rows.numbers, kind="stable"))
        for first, corpus in spans.texts.shards():
            low, high = np.searchsorted(rows.numbers, [first, first + len(corpus)])
            if low < high:
                some = rows.take(np.arange(low, high)).of_texts_from(first)
                self._judge(spans, batch, spans.check.prove(some, corpus), corpus)
            if self._full:
                break

    def _find_repeated(self) -> None:
        """Look at the keys once more, by value, if two rows seem to have the same."""
        kept, self._keys_kept = self._keys_kept, None
        suspicious = [key for key in self._unique if key.any_suspects()]
        if not suspicious or self._full:
            return

        def look(batch: Batch) -> list[list[tuple[int, tuple[object, ...]]]]:
            return [key.suspects(batch) if _has(batch, key.key) else [] for key in suspicious]

        table = replace(self.table, only=self._names_of(suspicious))
        looked = table.scan(look) if kept is None else _looked_at(kept, look)
        for batch, suspects in looked:
            for key, rows in zip(suspicious, suspects, strict=True):
                if rows:
                    self._add(batch, key.faults(batch, rows))
            if self._full:
                break

    def _tell(self, empty: bool) -> None:
        """Note what ran and what did not; nothing did whole, if not all rows were looked at."""
        if self._full or self.table.cut_short:
            self.skipped.insert(0, ("rows", "the table cannot be read" if empty else _IN_PART))
            return
        absent = self.table.absent
        names = [(f"field {check.field.name}", {check.field.name}) for check in self._fields]
        names += [(f"unique {', '.join(k.key.names)}", set(k.key.names)) for k in self._unique]
        names += [(_name_of(foreign), set(key.names)) for foreign, key, _ in self._foreign]
        declared = [s.check.declaration for s in self._spans if not s.unverifiable]
        names += [(_name_of(each), set(each.fields.names)) for each in declared]
        for name, needed in names:
            if needed & absent:
                self.skipped.append((name, "a column is missing"))
            else:
                self.ran.append(name)


def _apart(spans: _Spans, rows: Rows, faults: list[Fault]) -> tuple[Rows, Rows, list[Fault]]:
    """Spans of texts that are here, those of texts that are withheld, and what is wrong."""
    first = len(spans.texts.sizes)
    is_here = rows.numbers < first
    here, apart = (rows.take(np.flatnonzero(each)) for each in (is_here, ~is_here))
    name = spans.check.declaration.fields.start
    return here, apart, [*faults, *impossible(apart, spans.texts.withheld, first, name)]


def _unverifiable(spans: _Spans) -> str:
    fields, name = spans.check.declaration.fields, spans.texts.name
    what = "FILE" if spans.texts.known is None else "FOLDER"
    return (
        f"{counted(spans.unverifiable, 'span')} ({fields.start}, {fields.end}) not judged: "
        f"the text is withheld; --source {name}={what} gives it"
    )


def _is_error(fault: Fault) -> bool:
    return fault.code in _ERRORS


def _until_enough(faults: Iterable[Fault], most: int) -> list[Fault]:
    """Faults, up to the error that is one more than so many."""
    rest = iter(faults)
    taken = list(islice(rest, most + 1))
    if len(taken) <= most:  # whatever they are
        return taken
    enough = []
    for fault in chain(taken, rest):
        enough.append(fault)
        most -= _is_error(fault)
        if most < 0:
            break
    return enough


def _looked_at(batches: list[Batch], look: Callable[[Batch], T]) -> Iterator[tuple[Batch, T]]:
    """What is seen in batches, which are let go of one by one."""
    batches.reverse()
    while batches:
        batch = batches.pop()
        yield batch, look(batch)


_NONE = np.zeros(0, np.uint64)
_IN_PART = "the table was read in part; what stands behind a fault was not checked"


def _has(batch: Batch, key: Key) -> bool:
    return all(name in batch.columns for name in key.names)


def _name_of(part: ForeignKey | TextSpan) -> str:
    if isinstance(part, TextSpan):
        return f"spans {part.fields.start}, {part.fields.end}"
    return f"foreign key {', '.join(part.fields)}"


def _as_text(column: Column) -> Column:
    if column.is_text:
        return column
    return Column(strings([cell_text(value) for value in column.values()]))


def _concatenated(batches: list[Batch]) -> Batch:
    first = batches[0]
    columns = {
        name: Column(pa.concat_arrays([as_strings(b.columns[name].array) for b in batches]))
        for name in first.columns
    }
    rows = np.concatenate([batch.rows for batch in batches])
    return Batch(first.resource, first.path, columns, rows, first.key_fields)
