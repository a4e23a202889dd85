"""Primary, unique and foreign keys.

Rows are compared by fingerprints of their keys, eight bytes a row, so that
memory stays small; what looks the same is then compared by value.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from smartcity_case import limits
from smartcity_case.arrays import (
    Cells,
    Fingerprints,
    Growing,
    Ints,
    Mask,
    Words,
    held_by,
    repeated,
    strings,
)
from smartcity_case.checks.constraints import FieldFault
from smartcity_case.checks.fields import INTEGER_FORM, value_reader
from smartcity_case.report import held, shorten
from smartcity_case.table import Batch, Fault, cell_text

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from smartcity_case.profile import FieldSchema, ForeignKey, TableSchema

MOST_EXACT = 500_000
"""Keys up to which a foreign key is looked up by value; beyond, by fingerprint."""

_DIGITS = 18
_SMALL = 10**_DIGITS
"""Integers below are held as such; 64 bits are enough for them."""


def identity(value: object) -> Hashable:
    """What a value is compared by in a key: equal numbers are the same, whatever their type.

    >>> identity(Decimal("2.0")) == identity(2), identity("2") == identity(2)
    (True, False)
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and -_SMALL < value < _SMALL:
        return int(value)
    if isinstance(value, int | Decimal | float):
        return _number(Decimal(value))
    if isinstance(value, datetime) and value.tzinfo is not None:
        # In the first or last hours of the calendar, or of a zone of a day and more.
        with suppress(OverflowError, ValueError):
            value = value.astimezone(UTC)
    elif isinstance(value, time) and (zone := _zone(value)) is not None:
        passed = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
        value = passed + timedelta(microseconds=value.microsecond) - zone
    elif isinstance(value, tuple):  # a point
        return ("tuple", *map(identity, value))
    return (type(value).__name__, repr(value))


def _zone(value: time) -> timedelta | None:
    try:
        return value.utcoffset()
    except ValueError:  # of a day or more
        return None


def _number(value: Decimal) -> Hashable:
    """A number without the zeros at its end; as an integer only if it is small.

    Written out, 1e999999999 would fill a gigabyte.
    """
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):  # infinite, or not a number
        return ("number", str(value))
    written = "".join(map(str, digits)).rstrip("0")
    exponent += len(digits) - len(written)
    if not written or (exponent >= 0 and len(written) + exponent <= _DIGITS):
        return int(value) if written else 0
    return ("number", sign, written, exponent)


class KeyColumn:
    """One field of a key: its cells by value."""

    def __init__(self, field: FieldSchema, missing: frozenset[str]) -> None:
        self.name = field.name
        self._missing = missing
        self._field = field
        self._digits = field.type == "integer" and field.is_plain
        self._reader: Callable[[Any], tuple[Any, dict[str, str]]] | None = None

    def empty(self, batch: Batch) -> Mask:
        """Which cells are missing."""
        return batch.columns[self.name].missing(self._missing)

    def identity(self, cell: Any) -> Hashable:
        """What a cell is compared by; one that cannot be read stands for itself."""
        if isinstance(cell, str):
            if cell in self._missing:
                return None
            if self._digits and len(cell) < _DIGITS and cell.isdigit() and cell.isascii():
                return int(cell)
            if self._field.type in ("string", "any"):
                return cell
            if self._digits and INTEGER_FORM.fullmatch(cell):
                return identity(int(cell))
        elif cell is None or str(cell) in self._missing:
            return None
        value, notes = self._read(cell)
        return identity(cell_text(cell) if "type" in notes else value)

    def _read(self, cell: Any) -> tuple[Any, dict[str, str]]:
        if self._reader is None:
            try:
                self._reader = value_reader(self._field, self._missing)
            except FieldFault:  # the check of the field reports it
                self._reader = _as_it_is
        return self._reader(cell)

    def fingerprints(self, batch: Batch, made: Fingerprints) -> Words:
        """The fingerprint of each cell; missing ones have the same, which no other has."""
        found, empty = self._of_cells(batch, made), self.empty(batch)
        return np.where(empty, made.of_nothing, found) if empty.any() else found

    def _of_cells(self, batch: Batch, made: Fingerprints) -> Words:
        """The fingerprint of each cell; those of missing cells are void."""
        column = batch.columns[self.name]
        if column.is_text and self._field.type in ("string", "any"):
            return made.of(column.cells)
        if self._digits and column.is_text:
            values, proven = column.cells.integers
            if bool((proven | self.empty(batch)).all()):
                return made.of_integers(values)
        codes, cells = column.encoded
        found = [self.identity(cell) for cell in cells]
        return _of_identities(found, made)[codes]


def _as_it_is(cell: Any) -> tuple[Any, dict[str, str]]:
    return cell, {}


def _of_identities(values: list[Hashable], made: Fingerprints) -> Words:
    """The fingerprints of identities: a string is its own text, a small integer itself."""
    texts = [v if isinstance(v, str) else repr(v) for v in values]
    found = made.of(Cells(strings(texts)))
    is_text = np.array([isinstance(v, str) for v in values], np.bool_)
    is_small = np.array([isinstance(v, int) for v in values], np.bool_)
    small = np.array([v if isinstance(v, int) else 0 for v in values], np.int64)
    # Turned over, so that no text has the fingerprint of what is written like it.
    return np.where(is_small, made.of_integers(small), np.where(is_text, found, ~found))


class Key:
    """Some fields of a table that are a key together."""

    def __init__(self, schema: TableSchema, names: Sequence[str]) -> None:
        self.names = list(names)
        self.columns = [KeyColumn(schema.field(n), schema.missing(schema.field(n))) for n in names]

    def fingerprints(self, batch: Batch, made: Fingerprints) -> Words:
        """One fingerprint for the key of each row."""
        return made.combine([column.fingerprints(batch, made) for column in self.columns])

    def refers(self, batch: Batch) -> Mask:
        """Which rows have any part of the key; the others refer to nothing."""
        parts = [column.empty(batch) for column in self.columns]
        return np.asarray(~np.logical_and.reduce(parts))

    def identities(self, batch: Batch) -> tuple[Ints, list[tuple[Hashable, ...]]]:
        """For each row the number of its key, and the different keys."""
        codes, cells = batch.columns[self.names[0]].encoded
        keys: list[tuple[Hashable, ...]] = [(self.columns[0].identity(cell),) for cell in cells]
        for column in self.columns[1:]:
            more, cells = batch.columns[column.name].encoded
            found = [column.identity(cell) for cell in cells]
            pairs, codes = np.unique(codes * max(len(found), 1) + more, return_inverse=True)
            keys = [
                (*keys[pair // len(found)], found[pair % len(found)]) for pair in pairs.tolist()
            ]
        return codes.reshape(-1), keys

    def of(self, batch: Batch, rows: Ints) -> list[tuple[Hashable, ...]]:
        """The keys of some rows."""
        columns = {name: batch.columns[name].take(rows) for name in self.names}
        codes, keys = self.identities(Batch(batch.resource, batch.path, columns, rows))
        return [keys[code] for code in codes.tolist()]


@dataclass
class UniqueKey:
    """A key that no two rows may share; as in SQL, rows with an empty part are not compared.

    Rows are added batch by batch, first all of them by fingerprint, then, if
    some look the same, those once more by value.
    """

    key: Key
    code: str
    made: Fingerprints = field(default_factory=Fingerprints)
    _seen: Growing = field(default_factory=Growing)
    _suspects: Words = field(default_factory=lambda: np.zeros(0, np.uint64))
    _first: dict[tuple[Hashable, ...], tuple[int, str]] = field(default_factory=dict)

    def look(self, batch: Batch) -> Words:
        """The fingerprints of the rows that have the whole key."""
        return self.key.fingerprints(batch, self.made)[self.filled(batch)]

    def filled(self, batch: Batch) -> Mask:
        """Which rows have the whole key."""
        empty = np.zeros(len(batch), np.bool_)
        for column in self.key.columns:
            empty |= column.empty(batch)
        return ~empty

    def add(self, fingerprints: Words) -> None:
        """Take in what `look` found."""
        self._seen.extend(fingerprints)

    def any_suspects(self) -> bool:
        """Whether two rows of those added look the same."""
        self.suspect(repeated(self._seen.take()))
        return len(self._suspects) > 0

    def suspect(self, fingerprints: Words) -> None:
        """Take rows with one of these fingerprints, which are sorted, for suspicious."""
        self._suspects = fingerprints

    @property
    def suspected(self) -> Words:
        """The fingerprints of suspicious rows, sorted."""
        return self._suspects

    def suspects(self, batch: Batch) -> list[tuple[int, tuple[Hashable, ...]]]:
        """The rows that may share their key, with it."""
        may = held_by(self.key.fingerprints(batch, self.made), self._suspects)
        rows = np.flatnonzero(may & self.filled(batch))
        return list(zip(rows.tolist(), self.key.of(batch, rows), strict=True))

    def faults(self, batch: Batch, suspects: list[tuple[int, tuple[Hashable, ...]]]) -> list[Fault]:
        """The rows whose key stood in a row before; batches come in order."""
        numbers = batch.rows.tolist()
        again: list[tuple[int, str]] = []
        for row, values in suspects:
            if len(again) > limits.FINDINGS:
                break
            if values in self._first:
                number, path = self._first[values]
                elsewhere = f" of {path}" if path != batch.path else ""
                again.append((row, f"row {number}{elsewhere}"))
            else:
                self._first[values] = numbers[row], batch.path
        texts = batch.texts(self.key.names, [row for row, _ in again])
        return [
            Fault(
                row,
                self.key.names[0],
                self.code,
                f"{shorten(text)} stands in {first} too",
                held(text),
            )
            for (row, first), text in zip(again, texts, strict=True)
        ]


def empty_keys(batch: Batch, key: Key) -> Iterator[Fault]:
    """Rows in which a part of the primary key is missing."""
    for column in key.columns:
        for row in np.flatnonzero(column.empty(batch)).tolist():
            yield Fault(row, column.name, "key.missing", "the key is empty")


class Keys(Protocol):
    """The keys that a foreign key refers to, whoever holds them."""

    def absent(self, batch: Batch, key: Key) -> Mask:
        """Which rows have a key that is not among them; one that is wholly empty refers to none."""


class KeySet:
    """The keys of a table that foreign keys refer to.

    Up to half a million keys are held by value; beyond that only their fingerprints
    are: then one key in 2**64 that does not exist could pass for one that does.
    """

    def __init__(self, key: Key, most_exact: int = MOST_EXACT) -> None:
        self.key = key
        self.made = Fingerprints()
        self._exact: set[tuple[Hashable, ...]] | None = set()
        self._most = most_exact
        self._seen = Growing()
        self._sorted: Words | None = None

    def look(self, batch: Batch) -> tuple[Words, list[tuple[Hashable, ...]]]:
        """The keys of a batch, as `add` takes them."""
        exact = self.key.identities(batch)[1] if self._exact is not None else []
        return self.key.fingerprints(batch, self.made), exact

    def add(self, looked: tuple[Words, list[tuple[Hashable, ...]]]) -> None:
        """Take in what `look` found."""
        self._seen.extend(looked[0])
        if self._exact is not None:
            self._exact.update(looked[1])
            if len(self._exact) > self._most:
                self._exact = None

    def close(self) -> None:
        """To be called when every batch is in."""
        if self._exact is None:
            self._sorted = np.unique(self._seen.take())

    def absent(self, batch: Batch, key: Key) -> Mask:
        """Which rows have a key that is not in the set; one that is wholly empty refers to none."""
        if self._exact is not None:
            codes, keys = key.identities(batch)
            known = [k in self._exact or all(part is None for part in k) for k in keys]
            return ~np.array(known, np.bool_)[codes]
        assert self._sorted is not None
        made = key.fingerprints(batch, self.made)
        return np.asarray(key.refers(batch) & ~held_by(made, self._sorted))


def check_foreign(
    batch: Batch, key: Key, foreign_key: ForeignKey, known: Keys, target: str
) -> Iterator[Fault]:
    """Rows whose foreign key names a row that is not there."""
    fields = ", ".join(foreign_key.reference.fields)
    rows = np.flatnonzero(known.absent(batch, key)).tolist()
    for row, text in zip(rows, batch.texts(key.names, rows), strict=True):
        message = f"{shorten(text)} is not in {target} ({fields})"
        yield Fault(row, key.names[0], "key.dangling", message, held(text))
