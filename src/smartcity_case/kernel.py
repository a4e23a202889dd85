"""What is checked of one batch of rows alone: a pure function of what rows may refer to, and rows.

The same function runs in the threads of one process, on the workers of a cluster, and
in any other engine that can hand it batches of Arrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

import numpy as np

from smartcity_case import limits
from smartcity_case.arrays import Fingerprints
from smartcity_case.checks.constraints import FieldFault
from smartcity_case.checks.fields import FieldCheck, blank_rows
from smartcity_case.checks.keys import Key, UniqueKey, check_foreign, empty_keys
from smartcity_case.checks.spans import Proven, SpanCheck
from smartcity_case.checks.withheld import emptied, impossible, words_left
from smartcity_case.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from smartcity_case.arrays import Words
    from smartcity_case.checks.keys import Keys
    from smartcity_case.checks.rows import Rows
    from smartcity_case.corpus import Corpus
    from smartcity_case.profile import TableSchema
    from smartcity_case.table import Batch, Fault

_ERRORS = frozenset(name for name, code in CODES.items() if code.severity == "error")
_NONE = np.zeros(0, np.uint64)


class Texts(Protocol):
    """The texts that a declaration of spans refers to, as far as the kernel must know them."""

    @property
    def known(self) -> Mapping[str, int] | None:
        """The numbers of the texts by key; None if there is just one."""

    @property
    def corpus(self) -> Corpus | None:
        """The texts; None if they are not in memory, so that spans wait for them."""

    @property
    def sizes(self) -> Sequence[int]:
        """The sizes of those that are here; the numbers of withheld ones follow on theirs."""

    @property
    def withheld(self) -> Sequence[int]:
        """The sizes of those that are withheld."""


@dataclass
class Outcome:
    """What the checks made of a batch."""

    faults: list[Fault]
    unique: list[Words]
    """For each unique key the fingerprints of the rows that have it."""
    spans: list[Proven | Rows | None]
    """For each declaration what could not be proven, or what has to wait for its texts."""
    unverifiable: list[int]
    """For each declaration the number of rows whose texts are withheld."""


class Kernel:
    """The checks of a table, as its schema declares them, that need no other rows.

    `key_sets` and `text_sets` hold what rows may refer to, by the place of the
    foreign key or span in the schema; with a reason instead, that one is left out.
    What `senseless` has is left out too: fields by number whose declaration makes no sense.
    """

    def __init__(
        self,
        schema: TableSchema,
        key_sets: Sequence[Keys | str],
        text_sets: Sequence[Texts | str],
        made: Fingerprints | None = None,
    ) -> None:
        self.schema = schema
        self.senseless: dict[int, FieldFault] = {}
        self.fields = list(self._field_checks())
        self.primary = Key(schema, schema.primary_key) if schema.primary_key else None
        self.unique = list(self._unique_keys(Fingerprints() if made is None else made))
        self.foreign = [
            (foreign, Key(schema, foreign.fields), known)
            for foreign, known in zip(schema.foreign_keys, key_sets, strict=True)
            if not isinstance(known, str)
        ]
        self.spans = [
            (SpanCheck(schema, declared, texts.known), texts)
            for declared, texts in zip(schema.text_spans, text_sets, strict=True)
            if not isinstance(texts, str)
        ]
        self._emptied = emptied(schema)

    def _field_checks(self) -> Iterator[FieldCheck]:
        for number, each in enumerate(self.schema.fields):
            try:
                yield FieldCheck(each, self.schema.missing(each))
            except FieldFault as fault:
                self.senseless[number] = fault

    def _unique_keys(self, made: Fingerprints) -> Iterator[UniqueKey]:
        schema = self.schema
        if self.primary is not None:
            yield UniqueKey(self.primary, "key.duplicate", made)
        others = [names for names in schema.unique_keys if names != schema.primary_key]
        for names in dict.fromkeys(map(tuple, others)):
            yield UniqueKey(Key(schema, names), "key.duplicate", made)
        for each in schema.fields:
            if each.constraints.get("unique") is True and [each.name] != schema.primary_key:
                yield UniqueKey(Key(schema, [each.name]), "field.unique", made)

    def work(self, batch: Batch) -> Outcome:
        """Everything that can be done with one batch alone, in any thread."""
        faults = until_enough(chain.from_iterable(self._faults(batch)), limits.FINDINGS)
        unique = [key.look(batch) if has(batch, key.key) else _NONE for key in self.unique]
        found: list[Proven | Rows | None] = []
        unverifiable = [0] * len(self.spans)
        errors = 0
        for place, (check, texts) in enumerate(self.spans):
            if not set(check.declaration.fields.names) <= batch.columns.keys():
                found.append(None)
                continue
            rows, more = check.read(batch)
            if texts.withheld:
                rows, apart, more = _apart(check, texts, rows, more)
                unverifiable[place] = len(apart)
            faults += more
            errors += len(more)
            found.append(rows if texts.corpus is None else check.prove(rows, texts.corpus))
            if errors > limits.FINDINGS:
                found += [None] * (len(self.spans) - len(found))
                break
        return Outcome(faults, unique, found, unverifiable)

    def _faults(self, batch: Batch) -> Iterator[Iterable[Fault]]:
        """What is wrong with the rows of a batch, but for their spans, check by check."""
        for check in self.fields:
            if check.field.name in batch.columns:
                yield check.faults(batch)
        yield blank_rows(batch, self.schema)
        yield words_left(batch, self._emptied)
        if self.primary is not None and has(batch, self.primary):
            yield empty_keys(batch, self.primary)
        for foreign, key, known in self.foreign:
            if has(batch, key):
                target = foreign.target(batch.resource)
                yield check_foreign(batch, key, foreign, known, target)


def _apart(
    check: SpanCheck, texts: Texts, rows: Rows, faults: list[Fault]
) -> tuple[Rows, Rows, list[Fault]]:
    """Spans of texts that are here, those of texts that are withheld, and what is wrong."""
    first = len(texts.sizes)
    is_here = rows.numbers < first
    here, apart = (rows.take(np.flatnonzero(each)) for each in (is_here, ~is_here))
    name = check.declaration.fields.start
    return here, apart, [*faults, *impossible(apart, texts.withheld, first, name)]


def has(batch: Batch, key: Key) -> bool:
    """Whether a batch has the columns of a key."""
    return all(name in batch.columns for name in key.names)


def is_error(fault: Fault) -> bool:
    """Whether a fault makes its package invalid."""
    return fault.code in _ERRORS


def until_enough(faults: Iterable[Fault], most: int) -> list[Fault]:
    """Faults, up to the error that is one more than so many."""
    rest = iter(faults)
    taken = list(islice(rest, most + 1))
    if len(taken) <= most:  # whatever they are
        return taken
    enough = []
    for fault in chain(taken, rest):
        enough.append(fault)
        most -= is_error(fault)
        if most < 0:
            break
    return enough
