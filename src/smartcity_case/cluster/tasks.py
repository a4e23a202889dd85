"""What workers do: each function sees one file of a table, and what its rows refer to.

All of them are pure: done again after a worker was lost, they have the same result.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import wraps
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from smartcity_case import limits
from smartcity_case.arrays import Cells, Fingerprints, held_by, places, strings
from smartcity_case.checks.keys import Key
from smartcity_case.checks.rows import WORDS, Rows
from smartcity_case.checks.spans import Proven, SpanCheck
from smartcity_case.corpus import Corpus
from smartcity_case.errors import UnreadablePackage
from smartcity_case.kernel import Kernel, Outcome, has, is_error
from smartcity_case.storage import RefusedPath
from smartcity_case.table import Batch, Column, cell_text
from smartcity_case.texts import Reader, TextSet
from smartcity_case.waiting import NUMBER, packed, units, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from smartcity_case.arrays import Ints, Mask, Words
    from smartcity_case.reading import TableFile
    from smartcity_case.report import Finding
    from smartcity_case.table import Fault
    from smartcity_case.textspans import TextSpanTarget

P = ParamSpec("P")
T = TypeVar("T")

_SHIFT = 36
"""A text is numbered by its file, and in the lower bits by its place there."""
HERE, WITHHELD = 0, 1
"""Kinds of texts; of several with one key, one that is here comes first."""


def _on_a_worker(task: Callable[P, T]) -> Callable[P, T]:
    """A task for which a file that a worker does not see is no finding, but an error."""

    @wraps(task)
    def done(*arguments: P.args, **named: P.kwargs) -> T:
        try:
            return task(*arguments, **named)
        except RefusedPath as refused:
            message = f"a worker does not see what is here: {refused}; all must see the package"
            raise UnreadablePackage(message) from refused

    return done


@dataclass(frozen=True)
class Texts:
    """The texts of a table, as workers find them; `large` ones are not kept in memory."""

    table: TableFile
    target: TextSpanTarget
    large: bool = False

    def reader(self, part: TableFile) -> Reader:
        """What reads the texts of a part of the table."""
        return Reader(part.files, part, self.target)


@dataclass(frozen=True)
class OneText:
    """A text in a file of its own, which every row of its declaration refers to."""

    name: str
    path: str


class TextsRead(NamedTuple):
    """What came of reading the texts of a part."""

    findings: list[Finding]
    algorithm: str
    places: int
    """How many texts there are, with those that cannot be referred to."""
    absent: set[str]
    complete: bool


def number_of(part: TableFile) -> int:
    """Which part of its table it is."""
    return part.part or 0


@_on_a_worker
def read_texts(texts: Texts, part: TableFile, made: Fingerprints) -> tuple[TextsRead, pd.DataFrame]:
    """Check the texts of a part; for each that can be referred to its key, number and size."""
    findings: list[Finding] = []
    frames = []
    algorithm, count = "", 0
    reader = texts.reader(part)
    for batch, some in reader.read(check=True):
        keys, entries = [], []
        for text in some:
            findings += reader.findings(batch, text)
            algorithm = algorithm or text.algorithm
            if text.withheld is not None:
                keys.append(text.key)
                entries.append((count, text.withheld, WITHHELD))
            elif text.data is not None:
                keys.append(text.key)
                entries.append((count, len(text.data), HERE))
            count += 1
        at, sizes, kinds = np.array(entries, np.int64).reshape(-1, 3).T
        prints = made.of(Cells(strings(keys)))
        numbers = at + (number_of(part) << _SHIFT)
        frames.append(_frame(fp=prints, number=numbers, size=sizes, kind=kinds))
    read = TextsRead(findings, algorithm, count, part.absent, part.complete)
    return read, pd.concat([NO_TEXTS, *frames], ignore_index=True)


def first_of_each(entries: pd.DataFrame) -> pd.DataFrame:
    """The texts, all with the same keys among them; `first` are those that count."""
    ordered = entries.sort_values(["fp", "kind", "number"])
    return ordered.assign(first=~ordered.duplicated("fp"))


class KeysRead(NamedTuple):
    """What came of reading the keys of a part that others refer to."""

    lacking: bool
    complete: bool


@_on_a_worker
def read_keys(
    part: TableFile, names: Sequence[str], made: Fingerprints
) -> tuple[KeysRead, pd.DataFrame]:
    """The fingerprints of the keys of a part, each once."""
    part = replace(part, only=frozenset(names))
    key, lacking, found = Key(part.schema, names), False, [np.zeros(0, np.uint64)]
    for batch, _ in part.scan(lambda batch: None):
        if has(batch, key):
            found.append(np.unique(key.fingerprints(batch, made)))
        else:
            lacking = True
    return KeysRead(lacking, part.complete), _frame(fp=np.unique(np.concatenate(found)))


class Named(NamedTuple):
    """The different texts that the rows of a part name, and the fingerprints of their names."""

    keys: list[str]
    prints: Words


@_on_a_worker
def read_references(
    part: TableFile, foreign: Sequence[Sequence[str]], sources: Sequence[str], made: Fingerprints
) -> tuple[list[pd.DataFrame], list[Named]]:
    """What the rows of a part refer to, each once: keys with the first of the rows, and texts."""
    wanted = frozenset({*sources, *(name for names in foreign for name in names)})
    part = replace(part, only=wanted)
    keys = [Key(part.schema, names) for names in foreign]
    found: list[list[tuple[Words, Ints]]] = [[] for _ in keys]
    named: list[dict[str, None]] = [{} for _ in sources]
    for batch, _ in part.scan(lambda batch: None):
        for key, pairs in zip(keys, found, strict=True):
            if has(batch, key):
                rows = np.flatnonzero(key.refers(batch))
                prints, first = np.unique(key.fingerprints(batch, made)[rows], return_index=True)
                pairs.append((prints, batch.rows[rows[first]]))
        for source, names in zip(sources, named, strict=True):
            if source in batch.columns:
                values = batch.columns[source].encoded[1]
                names |= dict.fromkeys(map(cell_text, values))
    frames = [_first_rows(pairs, number_of(part)) for pairs in found]
    texts = [Named(list(names), made.of(Cells(strings(list(names))))) for names in named]
    frames += [_frame(fp=each.prints, part=number_of(part)) for each in texts]
    return frames, texts


def _first_rows(pairs: list[tuple[Words, Ints]], part: int) -> pd.DataFrame:
    prints = np.concatenate([np.zeros(0, np.uint64), *(each for each, _ in pairs)])
    rows = np.concatenate([np.zeros(0, np.int64), *(each for _, each in pairs)])
    kept, first = np.unique(prints, return_index=True)  # the first of equal ones
    return _frame(fp=kept, part=part, row=rows[first])


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


class Step(NamedTuple):
    """What came of a batch: of its rows only those with a fault, and the last.

    `findings` are what was found of the form of the table since the batch before.
    """

    batch: Batch
    outcome: Outcome
    findings: list[Finding]


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


@_on_a_worker
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
            held, number = _known_texts(*each)
            sets.append(held)
            numbers.append(number)
        elif isinstance(each, OneText):
            sets.append(TextSet(each.name, corpus=Corpus([part.files.read(each.path)])))
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
        errors += sum(map(is_error, outcome.faults))
        steps.append(Step(*_slim(batch, outcome), findings))
        if errors > limits.FINDINGS:  # nobody will ask for more
            break
    _share_texts(steps, [number is not None for number in numbers])
    rest = part.findings[told:]
    read = RowsRead(steps, rest, part.complete, part.cut_short, part.absent)
    return Checked(read, *parts.frames(part, kernel))


def _known_texts(texts: Texts, named: Named, found: pd.DataFrame) -> tuple[TextSet, Ints]:
    """The texts that the rows of a part name and that are there, and their numbers in all."""
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
        held.corpus = Corpus(_loaded(texts, numbers[here], held.sizes))
    return held, numbers[here]


def _loaded(texts: Texts, numbers: Ints, sizes: list[int]) -> list[bytes]:
    """Some texts, which are in order, and no others."""
    parts = texts.table.parts()
    loaded: list[bytes] = []
    for at, some in groupby(numbers.tolist(), lambda number: number >> _SHIFT):
        wanted = np.array([number - (at << _SHIFT) for number in some], np.int64)
        loaded += texts.reader(parts[at]).some(wanted)
    if list(map(len, loaded)) != sizes:
        raise UnreadablePackage(f"{texts.table.name}: a text changed while the package was read")
    return loaded


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
                frames.append(_frame(fp=prints, place=rows + (self.number << _SHIFT)))
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
        unique = [pd.concat([NO_PLACES, *f], ignore_index=True) for f in self.unique]
        waiting = []
        for (check, _), held in zip(kernel.spans, self.waiting, strict=True):
            empty = no_spans(check, part.schema.primary_key)
            waiting.append(_with_part(pa.Table.from_batches(held)) if held else empty)
        return unique, waiting


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
    return frame.assign(part=frame[NUMBER].to_numpy() >> _SHIFT)


def _slim(batch: Batch, outcome: Outcome) -> tuple[Batch, Outcome]:
    """A batch and what came of it, without the rows of which nothing is told."""
    proven = [spans for spans in outcome.spans if isinstance(spans, Proven)]
    told = [[fault.place for fault in outcome.faults], [len(batch) - 1] if len(batch) else []]
    told += [[fault.place for fault in each.warnings] for each in proven]
    used = np.unique(
        np.concatenate([np.array(t, np.int64) for t in told] + [p.rest.index for p in proven])
    )
    names = [name for name in batch.key_fields if name in batch.columns]
    small = _some_rows(batch, used, names)
    spans = [_moved(each, used) if isinstance(each, Proven) else each for each in outcome.spans]
    faults = _replaced(outcome.faults, used)
    return small, Outcome(faults, outcome.unique, spans, outcome.unverifiable)


def _some_rows(batch: Batch, rows: Ints, names: Iterable[str]) -> Batch:
    columns = {name: batch.columns[name].take(rows) for name in names}
    return Batch(
        batch.resource,
        batch.path,
        columns,
        batch.rows[rows],
        batch.key_fields,
        batch.paths,
        None if batch.files is None else batch.files[rows],
    )


def _moved(proven: Proven, used: Ints) -> Proven:
    rest = replace(proven.rest, index=np.searchsorted(used, proven.rest.index))
    return proven._replace(rest=rest, warnings=_replaced(proven.warnings, used))


def _replaced(faults: list[Fault], used: Ints) -> list[Fault]:
    at = np.searchsorted(used, [fault.place for fault in faults]).tolist()
    return [fault._replace(place=place) for fault, place in zip(faults, at, strict=True)]


def _share_texts(steps: list[Step], of_table: list[bool]) -> None:
    """Let what is known of all spans carry the same few texts: those in question.

    The one text of a declaration without a table is not carried: whoever asked has it.
    """
    for place, many in enumerate(of_table if steps else []):
        spans = [step.outcome.spans[place] for step in steps]
        proven = [each for each in spans if isinstance(each, Proven)]
        if not proven:
            continue
        asked = np.unique(np.concatenate([each.rest.numbers for each in proven]))
        few = Corpus(proven[0].corpus.only(asked.tolist()) if many else [])
        for step, each in zip(steps, spans, strict=True):
            if isinstance(each, Proven):
                step.outcome.spans[place] = _with_texts(each, asked, few)


def _with_texts(proven: Proven, asked: Ints, few: Corpus) -> Proven:
    numbers = np.searchsorted(asked, proven.rest.numbers)
    return proven._replace(rest=replace(proven.rest, numbers=numbers), corpus=few)


@_on_a_worker
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
        small = _some_rows(batch, rows, names & batch.columns.keys())
        at = {row: place for place, row in enumerate(rows.tolist())}
        found.append((small, [[(at[row], value) for row, value in some] for some in suspects]))
        count += max(map(len, suspects))
        if count > enough:  # of so many, more repeat an earlier one than are listed
            break
    return found


@dataclass(frozen=True)
class Declared:
    """A declaration of spans, and the table that it is of."""

    table: TableFile
    place: int


@_on_a_worker
def prove_spans(
    waiting: pd.DataFrame,
    declared: Declared,
    texts: Texts,
    part: TableFile,
    read: TextsRead,
    entries: pd.DataFrame,
    lost: Ints,
) -> list[tuple[Batch, Proven]]:
    """What is known of all spans that refer to the texts of a part, in the order of these."""
    here = entries[(entries["kind"] == HERE).to_numpy() & ~np.isin(entries[NUMBER], lost)]
    numbers = here[NUMBER].to_numpy()
    kept = set((numbers - (number_of(part) << _SHIFT)).tolist())
    left_out = {place for place in range(read.places) if place not in kept}
    sizes = here["size"].tolist()
    held = TextSet(texts.table.name, None, None, sizes, texts.reader(part), left_out)
    schema = declared.table.schema
    check = SpanCheck(schema, schema.text_spans[declared.place])
    at = np.searchsorted(numbers, waiting[NUMBER].to_numpy())
    order = np.lexsort((waiting["row"].to_numpy(), waiting["file"].to_numpy(), at))
    at = at[order]
    table = pa.Table.from_pandas(
        waiting.drop(columns=["part"], errors="ignore"), preserve_index=False
    )
    table = table.combine_chunks()
    found = []
    for first, some in held.shards():
        low, high = np.searchsorted(at, [first, first + len(some)]).tolist()
        if low == high:
            continue
        corpus = Corpus(some)
        batch = _batch(table.take(places(order[low:high])), at[low:high] - first)
        for unit in units([batch]):
            slim, proven = _proven_unit(unit, declared, check, corpus)
            found.append((slim, proven))
    return found


def _batch(table: pa.Table, numbers: Ints) -> pa.RecordBatch:
    """Rows of a table in one piece, with other numbers for their texts."""
    columns = {name: _in_one(table.column(name)) for name in table.column_names}
    columns[NUMBER] = places(numbers)
    return pa.RecordBatch.from_arrays(list(columns.values()), list(columns))


def _in_one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _proven_unit(
    unit: pa.RecordBatch, declared: Declared, check: SpanCheck, corpus: Corpus
) -> tuple[Batch, Proven]:
    table = declared.table
    batch, rows = unpacked(unit, table.name, table.resource.paths or [""], table.schema.primary_key)
    proven = check.prove(rows, corpus)
    told = [fault.place for fault in proven.warnings]
    used = np.unique(
        np.concatenate([proven.rest.index, np.array([*told, len(batch) - 1], np.int64)])
    )
    small = _some_rows(batch, used, batch.columns)
    asked = np.unique(proven.rest.numbers)
    few = Corpus(corpus.only(asked.tolist()))
    return small, _with_texts(_moved(proven, used), asked, few)


@_on_a_worker
def hash_files(part: TableFile, algorithm: str) -> tuple[int, str]:
    """Size and hash of all files of a table, one behind the other."""
    import hashlib

    made, size = hashlib.new(algorithm) if algorithm else None, 0
    for path in part.resource.paths:
        if made is None:
            size += part.files.size(path)
            continue
        for chunk in part.files.chunks(path):
            made.update(chunk)
            size += len(chunk)
    return size, made.hexdigest() if made is not None else ""


def _frame(**columns: object) -> pd.DataFrame:
    """A frame of integers; fingerprints are their bits."""
    arrays = {}
    length = max((len(c) for c in columns.values() if hasattr(c, "__len__")), default=0)
    for name, column in columns.items():
        array = np.asarray(column if hasattr(column, "__len__") else [column] * length)
        arrays[name] = array.view(np.int64) if array.dtype == np.uint64 else array.astype(np.int64)
    return pd.DataFrame(arrays)


NO_TEXTS = _frame(fp=[], number=[], size=[], kind=[])
NO_KEYS = _frame(fp=[], part=[], row=[])
NO_NAMES = _frame(fp=[], part=[])
NO_PLACES = _frame(fp=[], place=[])
"""Frames of what is brought together, without any rows."""
