"""A table as it was read: columns of cells, in batches or whole."""

from __future__ import annotations

import csv
import json
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from smartcity_case import arrow
from smartcity_case.arrays import (
    Cells,
    Ints,
    Mask,
    as_strings,
    is_text,
    mask,
    numbers,
    places,
    present,
    strings,
)
from smartcity_case.report import Finding, Location, held

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def cell_text(value: object) -> str:
    """A cell as it is shown; values of other types than text in their JSON form.

    >>> cell_text("a"), cell_text(5), cell_text(True), cell_text(None)
    ('a', '5', 'true', '')
    """
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool | int | float | list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


class Column:
    """One column of a batch: its cells as they stand in the data.

    Cells of delimited text are strings; other formats have values of types of
    their own, and nulls. `array` is an Arrow array.

    >>> column = Column(pa.array(["a", "", "a"]))
    >>> column.missing(frozenset([""])).tolist(), column.value(2)
    ([False, True, False], 'a')
    """

    def __init__(self, array: pa.Array, *, is_json: bool = False) -> None:
        self._is_json = is_json
        plain = array if is_json else _plain(array)
        text = None if is_json else as_strings(plain)
        self.array = plain if text is None else text
        self.is_text = text is not None
        self._missing: dict[frozenset[str], Mask] = {}

    def __len__(self) -> int:
        return len(self.array)

    @cached_property
    def cells(self) -> Cells:
        """The bytes of the cells, if they are text."""
        return Cells(self.array)

    @cached_property
    def encoded(self) -> tuple[Ints, list[Any]]:
        """For each cell the number of its value, and the different values.

        A null has the number of the value None. Values of the types of Python
        that are equal but not the same (1 and True) stay apart.
        """
        kind = self.array.type
        if pa.types.is_nested(kind) or isinstance(kind, pa.BaseExtensionType):
            return self._encoded_one_by_one()
        pairs = arrow.encode(self.array)
        return numbers(pairs.indices), self._as_values(pairs.dictionary)

    def _encoded_one_by_one(self) -> tuple[Ints, list[Any]]:
        places: dict[str, int] = {}
        values: list[Any] = []
        codes = []
        for value in self.array.to_pylist():
            code = places.setdefault(json.dumps(value, default=repr), len(values))
            if code == len(values):
                values.append(value)
            codes.append(code)
        return np.array(codes, np.int64), values

    def values(self) -> list[Any]:
        """The cells as values of Python."""
        return self._as_values(self.array)

    def value(self, index: int) -> Any:
        """One cell as a value of Python."""
        return self._as_values(self.array[index : index + 1])[0]

    def _as_values(self, array: pa.Array) -> list[Any]:
        cells: list[Any] = array.to_pylist()
        if not self._is_json:
            return cells
        return [None if cell is None else json.loads(cell) for cell in cells]

    def missing(self, values: frozenset[str]) -> Mask:
        """Which cells are null or one of the `missingValues`."""
        if values not in self._missing:
            self._missing[values] = self._find_missing(values)
        return self._missing[values]

    def _find_missing(self, values: frozenset[str]) -> Mask:
        if pa.types.is_integer(self.array.type) and values <= {""}:
            return ~present(self.array)
        if not self.is_text:
            codes, found = self.encoded
            absent = [value is None or str(value) in values for value in found]
            return np.array(absent, np.bool_)[codes]
        if values == {""}:
            return np.asarray(self.cells.lengths == 0)
        nulls = ~present(self.array)
        if not values:
            return nulls
        return nulls | mask(arrow.is_in(self.array, strings(sorted(values))))

    def forget(self) -> None:
        """Let go of everything but the cells themselves."""
        self._missing.clear()
        for cached in ("cells", "encoded"):
            self.__dict__.pop(cached, None)

    def take(self, indices: Ints) -> Column:
        """A column of some of the cells."""
        return Column(arrow.take(self.array, places(indices)), is_json=self._is_json)


def json_column(values: Sequence[Any]) -> Column:
    """A column of JSON values: of strings if all are, else each as what it is."""
    if all(value is None or isinstance(value, str) for value in values):
        with suppress(UnicodeEncodeError):  # half of a surrogate pair
            return Column(strings(values))
    encode = json.JSONEncoder(default=str).encode
    texts = [None if value is None else encode(value) for value in values]
    return Column(strings(texts), is_json=True)


def _plain(array: pa.Array) -> pa.Array:
    """An array without the clothes in which Arrow's functions do not know it."""
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType) and is_text(kind.storage_type):
        return array.storage  # JSON as a type of its own, say
    if pa.types.is_run_end_encoded(kind):
        return arrow.call("run_end_decode", array)
    return arrow.cast(array, pa.binary()) if pa.types.is_binary_view(kind) else array


class Fault(NamedTuple):
    """What is wrong with a record of a batch, which is named by its place from 0."""

    place: int
    field: str
    code: str
    message: str
    value: str = ""
    excerpt: str = ""


@dataclass
class Batch:
    """Some consecutive records of a table, by column.

    `rows` are the row numbers of the records as a person sees them. Records
    from several files have these in `paths`, and the place there for each in `files`.
    """

    resource: str
    path: str
    columns: dict[str, Column]
    rows: Ints
    key_fields: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    files: Ints | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def path_of(self, place: int) -> str:
        """The file that a record stands in."""
        return self.path if self.files is None else self.paths[int(self.files[place])]

    def texts(self, names: Iterable[str], places: Sequence[int]) -> list[str]:
        """The cells of some records in some columns, as they are shown: with slashes between."""
        chosen = np.array(places, np.int64)
        columns = [self.columns[name].take(chosen).values() for name in names]
        if len(columns) == 1:
            return list(map(cell_text, columns[0]))
        return ["/".join(map(cell_text, cells)) for cells in zip(*columns, strict=True)]

    def findings(self, faults: Sequence[Fault]) -> Iterator[Finding]:
        """Faults with their places."""
        if not faults:
            return iter(())
        places, fields, *rest = zip(*faults, strict=True)
        rows, keys = self.rows[list(places)].tolist(), self._keys(places)
        paths = map(self.path_of, places)
        where = zip(repeat(self.resource, len(rows)), paths, rows, keys, fields, strict=True)
        # Not by its own constructor, which asks whether the code is a public one.
        return map(Finding._make, zip(map(Location._make, where), *rest, strict=True))

    @property
    def key_columns(self) -> list[str]:
        """The columns of the primary key, as far as they are there."""
        return [name for name in self.key_fields if name in self.columns]

    def keys(self, places: Sequence[int]) -> list[str]:
        """The primary keys of some records, as they are shown; "" without one."""
        names = self.key_columns
        return self.texts(names, places) if names else [""] * len(places)

    def _keys(self, places: Sequence[int]) -> Iterator[str]:
        """The primary keys of some records, as findings hold them."""
        return map(held, self.keys(places))

    def at(self, place: int, column: str = "") -> Location:
        """The location of a record, by its place in the batch."""
        (key,) = self._keys([place])
        return Location(self.resource, self.path_of(place), int(self.rows[place]), key, column)


@dataclass(frozen=True)
class Table:
    """The cells of a whole table by column, all as strings.

    `rows` are the row numbers of the records in a spreadsheet (the first
    after the header is 2). Records that could not be split into the right
    number of cells are not in it; they are findings.
    """

    resource: str
    path: str
    columns: dict[str, list[str]]
    rows: list[int] = field(default_factory=list)
    key_fields: tuple[str, ...] = ()
    complete: bool = True
    """Whether every record of the file is in it."""

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return list(self.columns)

    def at(self, index: int, column: str = "") -> Location:
        """The location of a record, by its index among the records."""
        key = "/".join(self.columns[k][index] for k in self.key_fields if k in self.columns)
        return Location(self.resource, self.path, self.rows[index], key, column)

    def record(self, index: int) -> dict[str, str]:
        """One record as a mapping from column to cell."""
        return {name: cells[index] for name, cells in self.columns.items()}


def whole_table(
    resource: str,
    key_fields: tuple[str, ...],
    names: Sequence[str],
    batches: Iterable[Batch],
    complete: bool,
) -> Table:
    """The table that some batches make together."""
    columns: dict[str, list[str]] = {name: [] for name in names}
    rows: list[int] = []
    path = ""
    for batch in batches:
        path = path or batch.path
        rows += batch.rows.tolist()
        for name, cells in columns.items():
            column = batch.columns[name]
            values = column.values()
            cells += (
                values if not column.array.null_count and column.is_text else map(cell_text, values)
            )
    return Table(resource, path, columns, rows, key_fields, complete)


def write_csv(header: Sequence[str], records: Iterable[Sequence[str]]) -> bytes:
    r"""The bytes of a CSV file: UTF-8, LF, quotation marks only where needed.

    >>> write_csv(["id", "words"], [["c1", "a, b"]])
    b'id,words\nc1,"a, b"\n'
    """
    lines = CsvLines("\n")
    writer = csv.writer(lines)
    writer.writerow(header)
    writer.writerows(records)
    return "".join(lines.written).encode("utf-8")


class CsvLines:
    """Where a csv writer with the usual line ends writes to, to get others.

    Only with CR and LF in its line end does it quote cells with either.
    """

    def __init__(self, end: str) -> None:
        self.written: list[str] = []
        self._end = end

    def write(self, line: str) -> None:
        """Take a line, which ends with CR and LF."""
        self.written.append(line[:-2] + self._end)
