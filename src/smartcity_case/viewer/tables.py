"""The tables of a page: cells as they stand, and the spans of their rows."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from itertools import repeat
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
    from smartcity_case.profile import TableSchema
    from smartcity_case.reading import Progress, TableFile
    from smartcity_case.table import Batch
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
        places = np.flatnonzero(kept)
        chosen, now = places.tolist(), np.cumsum(kept) - 1
        self.columns = {name: [cells[n] for n in chosen] for name, cells in self.columns.items()}
        self.keys = [[cells[n] for n in chosen] for cells in self.keys]
        self.rows = [self.rows[n] for n in chosen]
        self.parts = [self.parts[n] for n in chosen]
        self.marks = self.marks[kept[self.marks[:, 0]]]
        self.marks[:, 0] = now[self.marks[:, 0]]
        self.odd = [[int(now[each[0]]), *each[1:]] for each in self.odd if kept[each[0]]]


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
    corpus, made = texts.corpus(), dict[str, Shown]()
    room = _Room(few=choose)
    for name in dict.fromkeys(resource.name for resource in content.package.resources):
        if name in content.table_files:
            file = replace(content.table_files[name], threads=threads, progress=progress, only=None)
            emptied = {t.text for r, t in texts.numbers if r == name and t is not None and t.text}
            table = _read(file, Spans(file.schema, texts, corpus), emptied, room)
            if table is not None:
                made[name] = table
    if choose:
        _choose(made, texts)
        room = _Room()
        for table in made.values():
            room.take(len(table), table.columns)
    return made


@dataclass
class _Room:
    """How much there is still room for on a page."""

    few: bool = False
    """Whether not all of what is read is shown, so that it is counted later."""
    rows: int = 0
    cells: int = 0

    def take(self, rows: int, columns: Mapping[str, list[str]]) -> None:
        if self.few:
            return
        self.rows += rows
        self.cells += sum(sum(map(len, cells)) for cells in columns.values())
        if self.rows > MOST_ROWS or self.cells > MOST_CELLS:
            over = (
                f"{MOST_ROWS} rows"
                if self.rows > MOST_ROWS
                else f"{MOST_CELLS} characters in cells"
            )
            raise UnwritablePackage(
                f"the tables have more than {over}, which is what a page holds; choose some of "
                "the texts, and so the rows that refer to them: --text NAME (texts=[…]), may be "
                "repeated"
            )


def _read(file: TableFile, spans: Spans, emptied: set[str], room: _Room) -> Shown | None:
    """A table; None if it has no header that can be read."""
    schema, table = file.schema, None
    marks = []
    missing = {each.name: schema.missing(each) for each in schema.fields}
    for batch, reads in file.scan(spans.read):
        if table is None:
            table = Shown(file.name, schema, {name: [] for name in schema.names})
            table.key_fields = [n for n in schema.primary_key if n in batch.columns]
            if len(table.key_fields) < len(schema.primary_key):
                table.key_fields = []
            table.keys = [[] for _ in table.key_fields]
        first = len(table)
        found, odd = spans.judge(reads)
        found[:, 0] += first
        marks.append(found)
        table.odd += [[each[0] + first, *each[1:]] for each in odd]
        cells = {
            name: _cells(batch, name, missing.get(name, frozenset()), emptied)
            for name in batch.columns
        }
        room.take(len(batch), cells)
        _extend(table, batch, cells)
    if table is not None:
        table.marks = np.concatenate(marks)
    return table


def _extend(table: Shown, batch: Batch, cells: Mapping[str, list[str]]) -> None:
    first, count = len(table), len(batch)
    for name, some in cells.items():
        if name not in table.columns:
            table.columns[name] = [""] * first
        table.columns[name] += some
    for name in table.columns.keys() - cells.keys():
        table.columns[name] += [""] * count
    for name, known in zip(table.key_fields, table.keys, strict=True):
        raw = batch.texts([name], range(count)) if name in batch.columns else [""] * count
        known += raw
    table.rows += batch.rows.tolist()
    table.parts += repeat(table.paths.setdefault(batch.path, len(table.paths)), count)


def _cells(batch: Batch, name: str, missing: frozenset[str], emptied: set[str]) -> list[str]:
    """The cells of a column as they stand; missing ones are empty."""
    column = batch.columns[name]
    if name in emptied:  # the texts themselves, which the page has
        return [""] * len(batch)
    cells: list[str] = column.values()
    if column.array.null_count or not column.is_text:
        cells = list(map(cell_text, cells))
    if missing - {""}:
        absent = column.missing(missing)
        for place in np.flatnonzero(absent).tolist():
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
        if name == table.name and target is not None:
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
