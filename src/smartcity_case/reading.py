"""Tables of every kind that is read, as batches: delimited text, Parquet, inline data."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

import numpy as np
import pyarrow as pa

from smartcity_case import arrow, delimited, limits
from smartcity_case.arrays import strings
from smartcity_case.blocks import CHUNK, Reader
from smartcity_case.checks.fields import check_labels
from smartcity_case.delimited import Parsed
from smartcity_case.parquet import open_parquet
from smartcity_case.profile import Dialect
from smartcity_case.records import RecordFault, enough_fault
from smartcity_case.report import Finding, Location
from smartcity_case.table import Batch, Column, Table, json_column, whole_table
from smartcity_case.threads import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from smartcity_case.blocks import Block
    from smartcity_case.profile import Resource, TableSchema
    from smartcity_case.storage import Files

T = TypeVar("T")
Progress: TypeAlias = "Callable[[str, int, int], None]"
"""Told the name of a resource, and how many of its bytes are done, of how many."""


class _Piece(NamedTuple):
    """Some records of a file: those of their columns that are wanted, by label, and faults."""

    columns: dict[str, Column]
    parsed: Parsed


@dataclass
class _Part:
    """One file of a table, or its inline data, opened: labels, and pieces to be made."""

    path: str
    first_row: int = 1
    """The row number of the first record."""
    labels: list[str] = field(default_factory=list)
    pieces: Iterator[Callable[[], _Piece]] = field(default_factory=lambda: iter(()))
    faults: list[RecordFault] = field(default_factory=list)
    """What keeps the file from being read, by row from 0."""
    absent: set[str] = field(default_factory=set)
    """The fields that must be there and are not."""


@dataclass
class TableFile:
    """A table of a package, which can be read as often as needed.

    `paths` are its files; without any, the resource has inline data.
    """

    files: Files
    resource: Resource
    schema: TableSchema
    dialect: Dialect
    threads: int = 1
    progress: Progress | None = None
    only: frozenset[str] | None = None
    """The fields whose columns are wanted; None means all."""
    part: int | None = None
    """The one of its files that is read, by its place; None means all."""
    findings: list[Finding] = field(default_factory=list)
    """What the latest reading found wrong with the form of the table."""
    complete: bool = True
    """Whether the latest reading got every record."""
    cut_short: bool = False
    """Whether the latest reading left records unread behind a fault."""
    enough: bool = False
    """To be set while it is read: no more records are wanted."""
    absent: set[str] = field(default_factory=set)
    """The fields that have no column in some file, though they must."""
    size: int = 0
    """How many bytes the latest reading read, all files together."""
    digest: str = ""
    """The hash of these bytes, if the latest reading was asked for one."""

    @property
    def name(self) -> str:
        """The name of the resource."""
        return self.resource.name

    @property
    def paths(self) -> list[str]:
        """The paths of the files that are read."""
        return self.resource.paths if self.part is None else [self.resource.paths[self.part]]

    def parts(self) -> list[TableFile]:
        """The table file by file, each to be read by itself, wherever that is; inline data whole.

        The batches are those of the table, in the same order.
        """
        if not self.resource.paths:
            return [self]
        return [replace(self, part=place) for place in range(len(self.resource.paths))]

    def alone(self) -> TableFile:
        """The table as it is sent to another machine."""
        files = self.files.for_others(self.paths)
        return replace(self, files=files, threads=1, progress=None, findings=[], absent=set())

    def scan(self, work: Callable[[Batch], T], algorithm: str = "") -> Iterator[tuple[Batch, T]]:
        """The batches of the table, in order, each with what `work` makes of it.

        Batches are parsed and worked on side by side in `threads` threads. The
        row numbers of a batch are final only when it is yielded.
        """
        self.findings, self.complete, self.absent = [], True, set()
        self.enough = self.cut_short = False
        self.size, self.digest = 0, ""
        yield from self._scan(work, algorithm)

    def _scan(self, work: Callable[[Batch], T], algorithm: str = "") -> Iterator[tuple[Batch, T]]:
        tally = _Tally(self, algorithm)
        for part in _parts(self, tally):
            yield from self._scan_part(part, work, tally)
        self.size = tally.size
        self.digest = tally.hash.hexdigest() if tally.hash is not None else ""

    def leave(self, part: TableFile) -> None:
        """Take in what is wrong with a part as a whole, of which no records are wanted."""
        part.findings, part.enough = [], True
        list(part._scan(lambda batch: None))  # of nothing
        self.findings += part.findings

    def _scan_part(
        self, part: _Part, work: Callable[[Batch], T], tally: _Tally
    ) -> Iterator[tuple[Batch, T]]:
        self._add_faults(part, part.faults, 1)
        labels = None if self.enough else self._labels(part)
        if labels is None:
            self.complete, self.cut_short = False, True
            part.pieces = iter(())
        row = part.first_row

        def job(make: Callable[[], _Piece]) -> tuple[Batch, Parsed, T]:
            piece = make()
            batch = self._batch(part, piece)
            result = work(batch)
            for column in batch.columns.values():
                column.forget()
            return batch, piece.parsed, result

        for batch, parsed, result in side_by_side(
            (partial(job, piece) for piece in part.pieces), self.threads
        ):
            self._add_faults(part, parsed.faults, row)
            batch.rows += row
            row += parsed.count
            yield batch, result
            tally.tell()
            if parsed.stops or self.enough:
                self.complete, self.cut_short = False, True
                break
        tally.finish()
        if part.path in self.resource.paths[:-1] and self._runs_on(tally.end):
            fault = RecordFault(0, "table.format", _RUNS_ON)
            self.findings.append(_of_record(self.name, part.path, fault, 1))

    def _runs_on(self, end: bytes) -> bool:
        """Whether a file with this end runs into the one behind it, were they put together."""
        ends = (b"\n", self.dialect.line_terminator.encode())
        return self.resource.form != "parquet" and not end.endswith(ends)

    def _labels(self, part: _Part) -> list[str] | None:
        """The labels of a file if it can be read by them; what is wrong is a finding."""
        if part.faults:
            return None
        where = Location(self.name, part.path, part.first_row - 1)
        labels = part.labels
        if not labels:
            self.findings.append(Finding(where, "table.header", "there are no columns"))
            return None
        if len(labels) > limits.COLUMNS:
            message = f"{len(labels)} columns; {limits.COLUMNS} are the most that is read"
            self.findings.append(Finding(where, "limit.columns", message))
            return None
        twice = sorted(name for name, count in Counter(labels).items() if count > 1)
        if twice:
            message = f"the header names {', '.join(map(repr, twice))} more than once"
            self.findings.append(Finding(where, "table.header", message))
            return None
        messages, part.absent = check_labels(labels, self.schema)
        self.findings += [Finding(where, "table.header", message) for message in messages]
        self.absent |= part.absent
        return labels

    def _add_faults(self, part: _Part, faults: Iterable[RecordFault], row: int) -> None:
        for fault in faults:
            self.findings.append(_of_record(self.name, part.path, fault, row))
            self.complete = False

    def wants(self, name: str) -> bool:
        """Whether the column of a field is wanted."""
        return self.only is None or name in self.only

    def _batch(self, part: _Part, piece: _Piece) -> Batch:
        columns = dict(piece.columns)
        count = len(piece.parsed.numbers)
        for name in self.schema.names:
            if name not in columns and name not in part.absent and self.wants(name):
                columns[name] = Column(pa.nulls(count, pa.string()))
        rows = piece.parsed.numbers.astype(np.int64)
        return Batch(self.name, part.path, columns, rows, tuple(self.schema.primary_key))

    def labels(self) -> list[str]:
        """The names of the columns of the first file."""
        first = next(self.scan(lambda batch: None), None)
        return [] if first is None else list(first[0].columns)

    def whole(self) -> Table | None:
        """The whole table in memory, or None if it has no readable header."""
        batches = [batch for batch, _ in self.scan(lambda batch: None)]
        if not batches:
            return None
        names = list(batches[0].columns)
        keys = tuple(self.schema.primary_key)
        return whole_table(self.name, keys, names, batches, self.complete)


_RUNS_ON = "there is no line end behind the last row, so that the next file would run into it"


class _Tally:
    """Counts and hashes what is read of a table, and tells how far it got."""

    def __init__(self, table: TableFile, algorithm: str) -> None:
        self.hash = hashlib.new(algorithm) if algorithm else None
        self.size = 0
        self.end = b""
        """The latest bytes, some of them."""
        self._table = table
        self._rest: Iterator[bytes] = iter(())
        self._total = 0

    def begin(self, path: str) -> Iterator[bytes]:
        """The bytes of a file, counted and hashed."""
        if self._table.progress is not None:
            self._total += self._table.files.size(path)
        self._rest = self._read(path)
        return self._rest

    def _read(self, path: str) -> Iterator[bytes]:
        for chunk in self._table.files.chunks(path, CHUNK):
            self.size += len(chunk)
            self.end = chunk[-8:]
            if self.hash is not None:
                self.hash.update(chunk)
            yield chunk

    def pass_over(self, path: str) -> None:
        """Count and hash a file that is read by others, in another order."""
        if self.hash is None and self._table.progress is None:
            self.size += self._table.files.size(path)
        else:
            self.begin(path)
            self.finish()

    def finish(self) -> None:
        """Read what is left, so that size and hash are those of the whole file."""
        for _ in self._rest:
            pass

    def tell(self) -> None:
        """Tell how far it got."""
        if self._table.progress is not None and self._total:
            self._table.progress(self._table.name, self.size, self._total)


def _parts(table: TableFile, tally: _Tally) -> Iterator[_Part]:
    if table.resource.form == "inline":
        yield _inline_part(table)
    for path in table.paths:
        if table.resource.form == "parquet":
            yield from _parquet_part(table, path, tally)
        else:
            yield _delimited_part(table, path, tally)


def _delimited_part(table: TableFile, path: str, tally: _Tally) -> _Part:
    dialect = table.dialect
    reader = Reader(tally.begin(path), dialect)
    if reader.fault is not None:
        return _Part(path, faults=[reader.fault])
    labels = reader.header if dialect.header else table.schema.names
    # All if there is none of them: how many rows there are is seen by a column.
    wanted = [n for n, label in enumerate(labels) if table.wants(label)] or range(len(labels))

    def piece(block: Block) -> _Piece:
        parsed = delimited.parse(block, dialect, len(labels), wanted)
        arrays = [_without(array, dialect.null_sequence) for array in parsed.columns]
        columns = zip((labels[n] for n in wanted), map(Column, arrays), strict=True)
        return _Piece(dict(columns), parsed)

    pieces = (partial(piece, block) for block in reader.blocks())
    return _Part(path, reader.first_record + 1, labels, pieces)


def _without(array: pa.StringArray, null: str | None) -> pa.StringArray:
    """A column in which the cells that stand for nothing are null."""
    if null is None:
        return array
    stands_for_nothing = arrow.is_in(array, strings([null]))
    return arrow.call("if_else", stands_for_nothing, pa.nulls(len(array), pa.string()), array)


def _parquet_part(table: TableFile, path: str, tally: _Tally) -> Iterator[_Part]:
    """The batches of a Parquet file; the file stays open while they are read."""
    tally.pass_over(path)
    with table.files.open(path) as handle:
        opened = open_parquet(handle, path, table.wants)
        if isinstance(opened, RecordFault):
            yield _Part(path, faults=[opened])
        else:
            labels, batches = opened
            pieces = (partial(_parquet_piece, labels, batch) for batch in batches)
            yield _Part(path, 1, labels, pieces)


def _parquet_piece(labels: list[str], batch: pa.RecordBatch | RecordFault) -> _Piece:
    if isinstance(batch, RecordFault):
        empty = {label: Column(pa.nulls(0, pa.string())) for label in labels}
        return _Piece(empty, Parsed([], np.zeros(0, np.int64), 0, [batch], stops=True))
    columns = zip(batch.schema.names, map(Column, batch.columns), strict=True)
    return _Piece(dict(columns), Parsed([], np.arange(len(batch)), len(batch)))


def _inline_part(table: TableFile) -> _Part:
    records, header, names = list(table.resource.data), 0, table.schema.names
    if records and isinstance(records[0], dict):
        known = dict.fromkeys(names)
        labels = list(known | {name: None for r in records if isinstance(r, dict) for name in r})
        rows = [[r.get(k) for k in labels] if isinstance(r, dict) else None for r in records]
    else:
        rows = [r if isinstance(r, list) else None for r in records]
        header = 1 if table.dialect.header and rows else 0
        labels = [str(label) for label in rows[0] or []] if header else names
    kept: list[int] = []
    faults: list[RecordFault] = []
    for number, row in enumerate(rows[header:]):
        if row is None or len(row) != len(labels):
            if len(faults) == limits.FINDINGS:
                faults.append(enough_fault(number))
                break
            what = "not a record like the first" if row is None else f"{len(row)} cells"
            message = f"{what} where {len(labels)} cells are expected"
            faults.append(RecordFault(number, "table.cells", message))
        else:
            kept.append(number)
    good = [rows[header + number] or [] for number in kept]
    columns = [json_column([row[place] for row in good]) for place in range(len(labels))]
    by_label = dict(zip(labels, columns, strict=True))
    parsed = Parsed([], np.array(kept, np.int64), len(rows) - header, faults)
    return _Part("", 1, labels, iter([lambda: _Piece(by_label, parsed)]))


def parse_csv(data: bytes, resource: str, path: str) -> tuple[Table | None, list[Finding]]:
    r"""The table in the bytes of a CSV file, and the faults of its form.

    The table is None if it has no header that can be read. Records that are
    not well formed are not in it; after a bad quotation mark nothing is.

    >>> table, faults = parse_csv(b"id,words\nc1,a\n", "toy", "toy.csv")
    >>> table.columns, table.rows, faults
    ({'id': ['c1'], 'words': ['a']}, [2], [])
    """
    reader = Reader([data], Dialect())
    if reader.fault is not None:
        return None, [_of_record(resource, path, reader.fault, 1)]
    labels, findings, batches = reader.header, [], []
    if len(set(labels)) < len(labels):
        message = "the header names a column more than once"
        return None, [Finding(Location(resource, path, 1), "table.header", message)]
    row = reader.first_record + 1
    for block in reader.blocks():
        parsed = delimited.parse(block, Dialect(), len(labels))
        findings += [_of_record(resource, path, fault, row) for fault in parsed.faults]
        columns = dict(zip(labels, map(Column, parsed.columns), strict=True))
        batches.append(Batch(resource, path, columns, parsed.numbers + row))
        row += parsed.count
    return whole_table(resource, (), labels, batches, not findings), findings


def _of_record(resource: str, path: str, fault: RecordFault, row: int) -> Finding:
    number = 0 if fault.code == "table.format" else row + fault.number
    return Finding(Location(resource, path, number), fault.code, fault.message)
