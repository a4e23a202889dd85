"""The tables of a page: cells as they stand, and the spans of their rows."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from smartcity_case.errors import UnwritablePackage
from smartcity_case.table import cell_text
from smartcity_case.viewer.spans import NO_MARKS, Odd, Spans
from smartcity_case.viewer.texts import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smartcity_case.arrays import Ints, Mask
    from smartcity_case.content import Content
    from smartcity_case.corpus import Corpus
    from smartcity_case.profile import TableSchema
    from smartcity_case.reading import Progress, TableFile
    from smartcity_case.table import Batch, Column
    from smartcity_case.viewer.texts import Texts

MOST_ROWS = 300_000
"""Rows of a page: with as many, a browser still filters them while a person types."""
MOST_CELLS = 100_000_000
"""Characters of cells of a page."""


@dataclass
class Shown:
    """A table on the page: its columns in the order of the schema, others behind them.

    `columns` has the cells, missing ones empty; `rows` the numbers that a person
    sees, `parts` the file of each row, by its number in `paths`. `keys` are the
    cells of the primary key as they stand. `marks` and `odd` are those of `spans`.
    """

    name: str
    schema: TableSchema
    columns: dict[str, list[str]]
    key_fields: list[str] = field(default_factory=list)
    keys: list[list[str]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    paths: dict[str, int] = field(default_factory=dict)
    marks: Ints = field(default_factory=NO_MARKS.copy)
    odd: list[Odd] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, kept: Mask) -> None:
        """Let go of the other rows."""
        chosen, now = np.flatnonzero(kept).tolist(), np.cumsum(kept) - 1
        self.columns = {name: [cells[n] for n in chosen] for name, cells in self.columns.items()}
        self.keys = [[cells[n] for n in chosen] for cells in self.keys]
        self.rows = [self.rows[n] for n in chosen]
        self.parts = [self.parts[n] for n in chosen]
        self.marks = self.marks[kept[self.marks[:, 0]]]
        self.marks[:, 0] = now[self.marks[:, 0]]
        self.odd = [[int(now[row]), *rest] for row, *rest in self.odd if kept[row]]

    def append(self, more: Shown) -> None:
        """Take in the next rows, which may lack columns, or have others."""
        first = len(self)
        for name, cells in more.columns.items():
            self.columns.setdefault(name, [""] * first).extend(cells)
        for name in self.columns.keys() - more.columns.keys():
            self.columns[name] += [""] * len(more)
        for known, cells in zip(self.keys, more.keys, strict=True):
            known += cells
        self.rows += more.rows
        numbers = [self.paths.setdefault(path, len(self.paths)) for path in more.paths]
        self.parts += [numbers[part] for part in more.parts]
        self.odd += [[first + row, *rest] for row, *rest in more.odd]


def read_tables(
    content: Content,
    texts: Texts,
    *,
    choose: bool = False,
    threads: int = 1,
    progress: Progress | None = None,
) -> dict[str, Shown]:
    """The tables that can be read, in the order of the descriptor, with their rows.

    If texts were chosen (`choose`), a table has those of its rows that refer to
    one of them or to no text, and what rows of the page refer to. Raises
    UnwritablePackage if there are more rows or cells than a page holds.
    """
    reading = _Reading(texts, texts.corpus(), _referred(content) if choose else None)
    made = dict[str, Shown]()
    for name in dict.fromkeys(resource.name for resource in content.package.resources):
        if name in content.table_files:
            file = content.table_files[name]
            file = replace(file, threads=threads, progress=progress, only=None)
            if (table := reading.read(file)) is not None:
                made[name] = table
    if choose:
        _choose(made, texts)
        for name in reading.held & made.keys():
            reading.room.take(made[name])
    return made


def _referred(content: Content) -> frozenset[str]:
    """The tables to whose rows rows refer."""
    tables = content.table_files.values()
    return frozenset(key.target(t.name) for t in tables for key in t.schema.foreign_keys)


@dataclass
class _Room:
    """How much a page has of what it may hold."""

    rows: int = 0
    cells: int = 0

    def take(self, table: Shown) -> None:
        self.rows += len(table)
        self.cells += sum(sum(map(len, cells)) for cells in table.columns.values())
        for number, most, what in (
            (self.rows, MOST_ROWS, "rows"),
            (self.cells, MOST_CELLS, "characters in their cells"),
        ):
            if number > most:
                raise UnwritablePackage(
                    f"the tables have more than {most} {what}, which is what a page holds; choose "
                    "some of the texts, and so the rows that refer to them: --text NAME "
                    "(texts=[…]), may be repeated"
                )


@dataclass
class _Reading:
    """The reading of the tables of a page.

    If texts were chosen, rows of tables to which others refer (`referred`) are
    `held` until it is known which of them the page needs; other rows are let go
    of at once.
    """

    texts: Texts
    corpus: Corpus
    referred: frozenset[str] | None
    room: _Room = field(default_factory=_Room)

    @property
    def held(self) -> frozenset[str]:
        return self.referred or frozenset()

    def read(self, file: TableFile) -> Shown | None:
        """A table; None if it has no header that can be read."""
        schema, spans = file.schema, Spans(file.schema, self.texts, self.corpus)
        table, marks = None, [NO_MARKS]
        for batch, reads in file.scan(spans.read):
            part = self._part(batch, schema)
            part.marks, part.odd = spans.judge(reads)
            if self.referred is not None and file.name not in self.held:
                part.take(_concerned(part, self.texts))
            if file.name not in self.held:
                self.room.take(part)
            if table is None:
                nothing = [list[str]() for _ in part.keys]
                table = Shown(file.name, schema, {n: [] for n in part.columns}, keys=nothing)
            part.marks[:, 0] += len(table)
            marks.append(part.marks)
            table.append(part)
        if table is not None:
            table.marks = np.concatenate(marks)
            if file.absent & set(schema.primary_key):
                table.keys = []
            else:
                table.key_fields = schema.primary_key
        return table

    def _part(self, batch: Batch, schema: TableSchema) -> Shown:
        """The rows of a batch, without their spans."""
        names = dict.fromkeys([*schema.names, *batch.columns])
        columns = {name: self._cells(batch, name, schema) for name in names}
        part = Shown(batch.resource, schema, columns, schema.primary_key)
        every, nothing = range(len(batch)), [""] * len(batch)
        there = batch.columns.keys()
        part.keys = [batch.texts([n], every) if n in there else nothing for n in part.key_fields]
        part.rows, part.parts = batch.rows.tolist(), [0] * len(batch)
        part.paths = {batch.path: 0}
        return part

    def _cells(self, batch: Batch, name: str, schema: TableSchema) -> list[str]:
        """The cells of a column as they stand; missing ones are empty, and so are whole texts."""
        targets = (target for resource, target in self.texts.numbers if resource == batch.resource)
        if name not in batch.columns or any(t is not None and t.text == name for t in targets):
            return [""] * len(batch)
        missing = schema.missing(schema.field(name)) if name in schema.names else frozenset()
        return _cells(batch.columns[name], missing)


def _cells(column: Column, missing: frozenset[str]) -> list[str]:
    cells: list[str] = column.values()
    if column.array.null_count or not column.is_text:
        cells = list(map(cell_text, cells))
    if missing - {""}:
        for place in np.flatnonzero(column.missing(missing)).tolist():
            cells[place] = ""
    return cells


def _choose(tables: dict[str, Shown], texts: Texts) -> None:
    """Keep what refers to the texts of the page or to none, and what is referred to from there."""
    kept = {name: _concerned(table, texts) for name, table in tables.items()}
    links = [link for table in tables.values() for link in _links(table, tables)]
    waiting = deque(
        (name, row) for name, mask in kept.items() for row in np.flatnonzero(mask).tolist()
    )
    of_table = {name: [link for link in links if link.source == name] for name in tables}
    while waiting:
        name, row = waiting.popleft()
        for link in of_table[name]:
            for other in link.targets.get(tuple(cells[row] for cells in link.cells), ()):
                if not kept[link.target][other]:
                    kept[link.target][other] = True
                    waiting.append((link.target, other))
    for name, table in tables.items():
        table.take(kept[name])


def _concerned(table: Shown, texts: Texts) -> Mask:
    """Which rows have a span in a text of the page or one of its texts, or none of another."""
    here, away = np.zeros((2, len(table)), np.bool_)
    here[table.marks[:, 0]] = True
    for row, _, verdict, *_ in table.odd:
        (away if verdict == "left-out" else here)[row] = True
    for (name, target), numbers in texts.numbers.items():
        if name == table.name and target is not None and target.key in table.columns:
            of_rows = [numbers.get(key, -1) for key in table.columns[target.key]]
            here |= np.array(of_rows, np.int64) >= 0
            away |= np.array(of_rows, np.int64) == LEFT_OUT
    return here | ~away


@dataclass
class _Link:
    """A foreign key: the cells of the rows that refer, and the rows that cells refer to."""

    source: str
    target: str
    cells: list[list[str]]
    targets: dict[tuple[str, ...], list[int]]


def _links(table: Shown, tables: Mapping[str, Shown]) -> Iterator[_Link]:
    for key in table.schema.foreign_keys:
        target = tables.get(key.target(table.name))
        names = key.reference.fields
        if target is None or not set(names) <= target.columns.keys():
            continue
        if len(names) != len(key.fields):
            continue
        rows: dict[tuple[str, ...], list[int]] = {}
        for row, cells in enumerate(zip(*(target.columns[n] for n in names), strict=True)):
            rows.setdefault(cells, []).append(row)
        rows.pop(("",) * len(names), None)
        yield _Link(table.name, target.name, [table.columns[n] for n in key.fields], rows)
