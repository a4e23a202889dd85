"""The checks of one table, run over its batches as they are read."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from smartcity_case import limits
from smartcity_case.checks.spans import Judged, Proven, Search, SpanCheck
from smartcity_case.corpus import Corpus
from smartcity_case.kernel import Kernel, has, is_error, until_enough
from smartcity_case.report import Finding, Location, counted
from smartcity_case.table import Batch
from smartcity_case.textspans import TextSpan
from smartcity_case.threads import side_by_side
from smartcity_case.unread import Unverifiable
from smartcity_case.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from smartcity_case.checks.descriptor import SchemaPlace
    from smartcity_case.checks.keys import Keys, UniqueKey
    from smartcity_case.checks.rows import Rows
    from smartcity_case.kernel import Outcome
    from smartcity_case.profile import ForeignKey
    from smartcity_case.reading import TableFile
    from smartcity_case.table import Fault
    from smartcity_case.texts import TextSet

_MANY = 10_000
"""Faults of a table from which on the garbage collector of Python rests until it is read.

There are no cycles among findings, and it would look at each again and again.
"""
_KEYS_KEPT = 16 << 20
"""Bytes of keys up to which a table is not read again to compare them."""
T = TypeVar("T")
Suspects = list[tuple[int, tuple["Hashable", ...]]]
"""Rows of a batch that may share their key with others, with it."""


@dataclass
class Spans:
    """A declaration of spans while a table is read."""

    check: SpanCheck
    texts: TextSet
    waiting: Waiting
    search: Search = field(default_factory=Search)
    total: Judged = field(default_factory=Judged)
    unverifiable: int = 0
    """The rows whose texts are withheld."""


class TableCheck:
    """Everything that is checked of the rows of one table, whose schema stands at a place.

    `key_sets` and `text_sets` hold what rows may refer to, by the place of the
    foreign key or span in the schema; a reason instead says why not.
    """

    def __init__(
        self,
        table: TableFile,
        place: SchemaPlace,
        key_sets: Sequence[Keys | str],
        text_sets: Sequence[TextSet | str],
    ) -> None:
        self.table, self._place = table, place
        self.findings: list[Finding] = []
        self._errors, self._full = 0, False
        self._collector_rests = False
        self.ran: list[str] = []
        self.skipped: list[tuple[str, str]] = []
        self.kernel = Kernel(table.schema, key_sets, text_sets)
        self._note_senseless()
        for foreign, known in zip(table.schema.foreign_keys, key_sets, strict=True):
            if isinstance(known, Unverifiable):
                where = Location(table.name, field=foreign.fields[0])
                self.findings.append(Finding(where, "key.unverifiable", known))
            elif isinstance(known, str):
                self.skipped.append((_name_of(foreign), known))
        for declared, texts in zip(table.schema.text_spans, text_sets, strict=True):
            if isinstance(texts, str):
                self.skipped.append((_name_of(declared), texts))
        there = [texts for texts in text_sets if not isinstance(texts, str)]
        self._spans = [
            Spans(check, texts, Waiting(table.name))
            for (check, _), texts in zip(self.kernel.spans, there, strict=True)
        ]
        self._keys_kept: list[Batch] | None = [] if self.kernel.unique else None
        self._keys_size = 0

    def _note_senseless(self) -> None:
        for number, fault in self.kernel.senseless.items():
            name = self.table.schema.fields[number].name
            where = Location(self.table.name, self._place.path, field=name)
            start = f"{self._place.pointer}/fields/{number}"
            messages = [f"{start}{at}: {reason}" for at, reason in fault.faults]
            self.findings += [Finding(where, "descriptor.invalid", m) for m in messages]
            self.skipped.append((f"field {name}", "its declaration makes no sense"))

    def run(self, algorithm: str = "") -> None:
        """Read the table and check it."""
        try:
            self._run(algorithm)
        finally:
            if self._collector_rests:
                gc.enable()

    def _run(self, algorithm: str) -> None:
        empty = True
        for batch, outcome in self._outcomes(algorithm):
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

    def _outcomes(self, algorithm: str) -> Iterator[tuple[Batch, Outcome]]:
        """What the kernel makes of the rows, batch by batch."""
        return self.table.scan(self.kernel.work, algorithm)

    def _add(self, batch: Batch, faults: Sequence[Fault]) -> None:
        """Take in what is wrong with a batch, until there are more faults than are listed."""
        if self._full:
            return
        some = until_enough(faults, limits.FINDINGS - self._errors)
        self.findings += batch.findings(some)
        self._errors += sum(map(is_error, some))
        if self._errors > _MANY and gc.isenabled():
            self._collector_rests = True
            gc.disable()
        of_form = max(0, len(self.table.findings) - 1)  # the last may be why reading ends
        if self._errors + of_form > limits.FINDINGS:
            self._full = self.table.enough = True
            if not any(f.code == "limit.findings" for f in self.table.findings[-1:]):
                last = some[-1].place if some else -1
                row = int(batch.rows[last]) if len(batch) else 0
                where = Location(self.table.name, batch.path_of(last), row)
                message = f"there are {limits.FINDINGS} faults before this row; no more are listed"
                self.findings.append(Finding(where, "limit.findings", message))

    def _take(self, batch: Batch, outcome: Outcome) -> None:
        """Take in what came of a batch; batches come in order."""
        self._add(batch, outcome.faults)
        self._keep_keys(batch)
        for key, prints in zip(self.kernel.unique, outcome.unique, strict=True):
            key.add(prints)
        for spans, found in zip(self._spans, outcome.spans, strict=True):
            if isinstance(found, Proven):
                self._judge(spans, batch, found)
            elif found is not None and len(found):
                spans.waiting.add(batch, found)
        for spans, count in zip(self._spans, outcome.unverifiable, strict=True):
            spans.unverifiable += count

    def _names_of(self, keys: Iterable[UniqueKey]) -> frozenset[str]:
        """The fields that are needed to compare some keys, and to tell of their rows."""
        return frozenset(self.table.schema.primary_key).union(*(k.key.names for k in keys))

    def _keep_keys(self, batch: Batch) -> None:
        """Keep the keys of a batch, as long as those of all take little memory."""
        if self._keys_kept is None:
            return
        names = self._names_of(self.kernel.unique)
        columns = {name: column for name, column in batch.columns.items() if name in names}
        self._keys_size += sum(column.array.nbytes for column in columns.values())
        if self._keys_size > _KEYS_KEPT:
            self._keys_kept = None
        else:
            slim = Batch(batch.resource, batch.path, columns, batch.rows, batch.key_fields)
            self._keys_kept.append(slim)

    def _judge(self, spans: Spans, batch: Batch, proven: Proven) -> None:
        if not self._full:
            judged = spans.check.judge(proven, spans.search)
            self._add(batch, judged.faults)
            spans.total.count(judged)

    def _judge_waiting(self, spans: Spans) -> None:
        """Judge the spans whose texts are not all in memory, part of the texts by part."""
        if not self._full:
            for batch, proven in self._proven_waiting(spans):
                self._judge(spans, batch, proven)
                if self._full:
                    break

    def _proven_waiting(self, spans: Spans) -> Iterator[tuple[Batch, Proven]]:
        if spans.texts.corpus is not None or spans.texts.reader is None or not spans.waiting:
            return
        jobs = (
            partial(_prove, spans.check, some, texts)
            for first, texts in spans.texts.shards()
            if (some := list(spans.waiting.of_texts(first, len(texts))))
        )
        for proven in side_by_side(jobs, self.table.threads):
            yield from proven

    def _find_repeated(self) -> None:
        """Look at the keys once more, by value, if two rows seem to have the same."""
        suspicious = [] if self._full else self._suspicious()
        if not suspicious:
            return
        for batch, suspects in self._repeats(suspicious):
            for key, rows in zip(suspicious, suspects, strict=True):
                if rows:
                    self._add(batch, key.faults(batch, rows))
            if self._full:
                break

    def _suspicious(self) -> list[UniqueKey]:
        """The keys that two rows seem to share."""
        return [key for key in self.kernel.unique if key.any_suspects()]

    def _repeats(self, suspicious: list[UniqueKey]) -> Iterator[tuple[Batch, list[Suspects]]]:
        """The rows that may share a key with others, batch by batch."""
        kept, self._keys_kept = self._keys_kept, None

        def look(batch: Batch) -> list[Suspects]:
            return [key.suspects(batch) if has(batch, key.key) else [] for key in suspicious]

        table = replace(self.table, only=self._names_of(suspicious))
        return table.scan(look) if kept is None else _looked_at(kept, look)

    def _tell(self, empty: bool) -> None:
        """Note what ran and what did not; nothing did whole, if not all rows were looked at."""
        if self._full or self.table.cut_short:
            self.skipped.insert(0, ("rows", "the table cannot be read" if empty else _IN_PART))
            return
        absent = self.table.absent
        names = [(f"field {check.field.name}", {check.field.name}) for check in self.kernel.fields]
        names += [
            (f"unique {', '.join(k.key.names)}", set(k.key.names)) for k in self.kernel.unique
        ]
        names += [(_name_of(foreign), set(key.names)) for foreign, key, _ in self.kernel.foreign]
        declared = [s.check.declaration for s in self._spans if not s.unverifiable]
        names += [(_name_of(each), set(each.fields.names)) for each in declared]
        for name, needed in names:
            if needed & absent:
                self.skipped.append((name, "a column is missing"))
            else:
                self.ran.append(name)


def _prove(
    check: SpanCheck, some: Sequence[tuple[Batch, Rows]], texts: list[bytes]
) -> list[tuple[Batch, Proven]]:
    """What is known of spans, given their texts."""
    corpus = Corpus(texts)
    return [(batch, check.prove(rows, corpus)) for batch, rows in some]


def _looked_at(batches: list[Batch], look: Callable[[Batch], T]) -> Iterator[tuple[Batch, T]]:
    """What is seen in batches, which are let go of one by one."""
    batches.reverse()
    while batches:
        batch = batches.pop()
        yield batch, look(batch)


def _unverifiable(spans: Spans) -> str:
    fields, name = spans.check.declaration.fields, spans.texts.name
    what = "FILE" if spans.texts.known is None else "FOLDER"
    return (
        f"{counted(spans.unverifiable, 'span')} ({fields.start}, {fields.end}) not judged: "
        f"the text is withheld; --source {name}={what} gives it"
    )


_IN_PART = "the table was read in part; what stands behind a fault was not checked"


def _name_of(part: ForeignKey | TextSpan) -> str:
    if isinstance(part, TextSpan):
        return f"spans {part.fields.start}, {part.fields.end}"
    return f"foreign key {', '.join(part.fields)}"
