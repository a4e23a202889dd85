"""Tasks that check the rows of a part, and prove spans where their texts are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np
import pandas as pd
import pyarrow as pa

from smartcity_case import limits
from smartcity_case.arrays import Fingerprints, held_by, places, strings
from smartcity_case.checks.rows import WORDS, Rows
from smartcity_case.checks.spans import Proven, SpanCheck
from smartcity_case.cluster.parts import (
    HERE,
    NO_PLACES,
    SHIFT,
    frame,
    number_of,
    on_a_worker,
)
from smartcity_case.cluster.slim import Step, share_texts, slim, some_rows
from smartcity_case.corpus import Corpus
from smartcity_case.errors import UnreadablePackage
from smartcity_case.kernel import Kernel, Outcome, has, is_error
from smartcity_case.table import Batch, Column
from smartcity_case.texts import TextSet
from smartcity_case.waiting import NUMBER, packed, units, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smartcity_case.arrays import Ints, Mask, Words
    from smartcity_case.checks.keys import Key
    from smartcity_case.cluster.parts import Texts
    from smartcity_case.cluster.targets import Named, TextsRead
    from smartcity_case.reading import TableFile
    from smartcity_case.report import Finding
    from smartcity_case.storage import Files


@dataclass(frozen=True)
class OneText:
    """A text in a file of its own, which every row of its declaration refers to."""

    name: str
    path: str
    files: Files


@dataclass(frozen=True)
class Dangling:
    """The keys that are not in a table, as far as some rows refer to it; these are `Keys`."""

    made: Fingerprints
    prints: Words

    def absent(self, batch: Batch, key: Key) -> Mask:
        """Which rows have one of them."""
        return np.asarray(
            key.refers(batch) & held_by(key.fingerprints(batch, self.made), self.prints)
        )


class RowsRead(NamedTuple):
    """What came of a part of a table."""

    steps: list[Step]
    findings: list[Finding]
    complete: bool
    cut_short: bool
    absent: set[str]


class Checked(NamedTuple):
    """What came of a part: what is told, and what must be brought together with other parts."""

    read: RowsRead
    unique: list[pd.DataFrame]
    waiting: list[pd.DataFrame]


@on_a_worker
def check_rows(
    part: TableFile,
    missing: Sequence[str | Dangling],
    texts: Sequence[str | TextSet | OneText | tuple[Texts, Named, pd.DataFrame]],
    made: Fingerprints,
) -> Checked:
    """Everything that can be checked of a part; spans of large sets of texts wait."""
    numbers: list[Ints | None] = []
    sets: list[str | TextSet] = []
    for each in texts:
        if isinstance(each, tuple):
            held, number = _known_texts(*each, number_of(part))
            sets.append(held)
            numbers.append(number)
        elif isinstance(each, OneText):
            sets.append(TextSet(each.name, corpus=Corpus([each.files.afresh().read(each.path)])))
            numbers.append(None)
        else:
            sets.append(each)
            numbers += [] if isinstance(each, str) else [None]
    kernel = Kernel(part.schema, missing, sets, made)
    parts = _Parts(number_of(part), numbers, [[] for _ in kernel.unique], [[] for _ in numbers])
    steps: list[Step] = []
    told = errors = 0
    for batch, outcome in part.scan(kernel.work):
        findings, told = part.findings[told:], len(part.findings)
        parts.take(kernel, batch, outcome)
        errors += sum(map(is_error, outcome.faults)) + _wrong_words(kernel, outcome)
        steps.append(Step(*slim(batch, outcome), findings))
        if errors > limits.FINDINGS:  # nobody will ask for more
            break
    share_texts(steps, [number is not None for number in numbers])
    rest = part.findings[told:]
    read = RowsRead(steps, rest, part.complete, part.cut_short, part.absent)
    return Checked(read, *parts.frames(part, kernel))


def _wrong_words(kernel: Kernel, outcome: Outcome) -> int:
    """How many spans will be errors; of digests that is not known yet."""
    pairs = zip(kernel.spans, outcome.spans, strict=True)
    return sum(
        len(proven.rest)
        for (check, _), proven in pairs
        if isinstance(proven, Proven) and check.declaration.fields.digest is None
    )


def _known_texts(
    texts: Texts, named: Named, found: pd.DataFrame, part: int
) -> tuple[TextSet, Ints]:
    """The texts that the rows of a part name and that are there, and their numbers in all."""
    found = found[(found["part"] == part).to_numpy()]
    found = found.sort_values(["kind", "number"])
    order = np.argsort(found["fp"].to_numpy(), kind="stable")
    prints = found["fp"].to_numpy()[order]
    known: dict[str, int] = {}
    if len(prints):
        wanted = named.prints.view(np.int64)
        at = np.minimum(np.searchsorted(prints, wanted), len(prints) - 1)
        there = prints[at] == wanted
        pairs = zip(named.keys, order[at].tolist(), there.tolist(), strict=True)
        known = {key: place for key, place, is_there in pairs if is_there}
    here = (found["kind"] == HERE).to_numpy()
    sizes, numbers = found["size"].to_numpy(), found["number"].to_numpy()
    held = TextSet(
        texts.table.name, known, None, sizes[here].tolist(), withheld=sizes[~here].tolist()
    )
    if not texts.large:
        held.corpus = Corpus(_loaded(texts, found[here]))
    return held, numbers[here]


def _loaded(texts: Texts, here: pd.DataFrame) -> list[bytes]:
    """Some texts, which are in order, and no others."""
    loaded: list[bytes] = []
    for at, some in groupby(here[NUMBER].tolist(), lambda number: number >> SHIFT):
        wanted = np.array([number - (at << SHIFT) for number in some], np.int64)
        loaded += texts.reader(at).some(wanted)
    _check_same(texts, loaded, here)
    return loaded


def _check_same(texts: Texts, loaded: Sequence[bytes], known: pd.DataFrame) -> None:
    """Raise UnreadablePackage if texts are not those that were read first."""
    same = list(map(len, loaded)) == known["size"].tolist()
    if same and texts.target.path:  # the file of a table is the same, or it was not opened
        same = list(map(crc32, loaded)) == known["check"].tolist()
    if not same:
        raise UnreadablePackage(f"{texts.table.name}: a text changed while the package was read")


@dataclass
class _Parts:
    """What of a part must be brought together with other parts, as it is collected."""

    number: int
    texts: list[Ints | None]
    unique: list[list[pd.DataFrame]]
    waiting: list[list[pa.RecordBatch]]

    def take(self, kernel: Kernel, batch: Batch, outcome: Outcome) -> None:
        """Take unique keys and waiting spans out of what came of a batch."""
        for key, prints, frames in zip(kernel.unique, outcome.unique, self.unique, strict=True):
            if has(batch, key.key):
                rows = batch.rows[key.filled(batch)]
                frames.append(frame(fp=prints, place=rows + (self.number << SHIFT)))
        outcome.unique = [prints[:0] for prints in outcome.unique]
        for place, (numbers, held) in enumerate(zip(self.texts, self.waiting, strict=True)):
            spans = outcome.spans[place]
            if isinstance(spans, Rows):
                outcome.spans[place] = None
                if numbers is not None and len(spans):
                    known = replace(spans, numbers=numbers[spans.numbers])
                    held.append(packed(batch, known, self.number))

    def frames(
        self, part: TableFile, kernel: Kernel
    ) -> tuple[list[pd.DataFrame], list[pd.DataFrame]]:
        """What was collected, as frames."""
        unique = [_repeats_first(pd.concat([NO_PLACES, *f])) for f in self.unique]
        waiting = []
        for (check, _), held in zip(kernel.spans, self.waiting, strict=True):
            empty = no_spans(check, part.schema.primary_key)
            waiting.append(_with_part(pa.Table.from_batches(held)) if held else empty)
        return unique, waiting


def _repeats_first(prints: pd.DataFrame) -> pd.DataFrame:
    """The first row of each key, and of the rows that repeat one as many as are listed."""
    again = prints.duplicated("fp")
    return prints[~again | (again.cumsum() <= limits.FINDINGS + 1)].reset_index(drop=True)


def no_spans(check: SpanCheck, key_fields: Sequence[str]) -> pd.DataFrame:
    """No waiting spans of a declaration, in the columns that they have."""
    fields = check.declaration.fields
    nothing = strings([])
    rows = Rows(
        *(np.zeros(0, np.int64),) * 4,
        **{word: nothing for word in WORDS if getattr(fields, word)},
    )
    keys = {name: Column(nothing) for name in key_fields}
    batch = Batch("", "", keys, np.zeros(0, np.int64), tuple(key_fields))
    return _with_part(pa.Table.from_batches([packed(batch, rows, 0)]))


def _with_part(table: pa.Table) -> pd.DataFrame:
    """Spans as a frame, with the part of the texts that each refers to."""
    frame: pd.DataFrame = table.to_pandas(
        types_mapper={pa.string(): pd.ArrowDtype(pa.string())}.get
    )
    return frame.assign(part=frame[NUMBER].to_numpy() >> SHIFT)


@on_a_worker
def find_suspects(
    part: TableFile, keys: dict[int, Words], made: Fingerprints
) -> list[tuple[Batch, list[list[tuple[int, tuple[object, ...]]]]]]:
    """The rows of a part that may share a key with others, for some unique keys of its table."""
    schema = part.schema
    kernel = Kernel(schema, ["-"] * len(schema.foreign_keys), ["-"] * len(schema.text_spans), made)
    suspicious = [kernel.unique[number] for number in keys]
    for key, prints in zip(suspicious, keys.values(), strict=True):
        key.suspect(prints)
    names = {*schema.primary_key, *(name for key in suspicious for name in key.key.names)}
    enough = limits.FINDINGS + 1 + sum(map(len, keys.values()))
    found, count = [], 0
    for batch, suspects in replace(part, only=frozenset(names)).scan(
        lambda batch: [key.suspects(batch) if has(batch, key.key) else [] for key in suspicious]
    ):
        rows = np.unique(np.array([row for some in suspects for row, _ in some], np.int64))
        if not len(rows):
            continue
        small = some_rows(batch, rows, names & batch.columns.keys())
        at = {row: place for place, row in enumerate(rows.tolist())}
        found.append((small, [[(at[row], value) for row, value in some] for some in suspects]))
        count += max(map(len, suspects))
        if count > enough:  # of so many, more repeat an earlier one than are listed
            break
    return found


@on_a_worker
def prove_spans(
    table: TableFile,
    waiting: pd.DataFrame,
    texts: Texts,
    parts: Sequence[tuple[int, TextsRead, pd.DataFrame]],
    place: int,
    lost: Ints,
) -> list[tuple[Batch, Proven]]:
    """What is known of all spans that refer to the texts of some parts, in the order of these.

    The table is that of the spans, whole; `place` is that of their declaration in its schema.
    """
    check = SpanCheck(table.schema, table.schema.text_spans[place])
    found: list[tuple[Batch, Proven]] = []
    for number, read, known in parts:
        rows = waiting[(waiting["part"] == number).to_numpy()]
        if len(rows):
            here = known[(known["kind"] == HERE).to_numpy() & ~np.isin(known[NUMBER], lost)]
            found += _proven_by_shard(table, check, rows, texts, number, read, here)
    return found


def _proven_by_shard(
    table: TableFile,
    check: SpanCheck,
    waiting: pd.DataFrame,
    texts: Texts,
    part: int,
    read: TextsRead,
    here: pd.DataFrame,
) -> Iterator[tuple[Batch, Proven]]:
    """What is known of the spans that refer to the texts of a part, a shard at a time."""
    numbers = here[NUMBER].to_numpy()
    kept = set((numbers - (part << SHIFT)).tolist())
    left_out = {place for place in range(read.places) if place not in kept}
    sizes = here["size"].tolist()
    held = TextSet(texts.table.name, None, None, sizes, texts.reader(part), left_out)
    at = np.searchsorted(numbers, waiting[NUMBER].to_numpy())
    order = np.lexsort((waiting["row"].to_numpy(), waiting["file"].to_numpy(), at))
    at = at[order]
    rows = pa.Table.from_pandas(waiting.drop(columns="part"), preserve_index=False)
    rows = rows.combine_chunks()
    for first, some in held.shards():
        low, high = np.searchsorted(at, [first, first + len(some)]).tolist()
        if low == high:
            continue
        _check_same(texts, some, here.iloc[first : first + len(some)])
        corpus = Corpus(some)
        batch = _batch(rows.take(places(order[low:high])), at[low:high] - first)
        for unit in units([batch]):
            yield _proven_unit(unit, table, check, corpus)


def _batch(table: pa.Table, numbers: Ints) -> pa.RecordBatch:
    """Rows of a table in one piece, with other numbers for their texts."""
    columns = {name: _in_one(table.column(name)) for name in table.column_names}
    columns[NUMBER] = places(numbers)
    return pa.RecordBatch.from_arrays(list(columns.values()), list(columns))


def _in_one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _proven_unit(
    unit: pa.RecordBatch, table: TableFile, check: SpanCheck, corpus: Corpus
) -> tuple[Batch, Proven]:
    batch, rows = unpacked(unit, table.name, table.resource.paths or [""])
    step = Step(*slim(batch, Outcome([], [], [check.prove(rows, corpus)], [])), [])
    share_texts([step], [True])
    (proven,) = step.outcome.spans
    assert isinstance(proven, Proven)
    return step.batch, proven
