"""What differs between two releases of a data package, as frozen values.

A `Diff` has everything that is needed to make the new tables out of the old
ones (`applying.apply_diff`). Cells are texts, as they are shown; None is a null
that its field does not count as missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Cells: TypeAlias = "tuple[str | None, ...]"


class Step(IntEnum):
    """Which number of a version a change makes rise, by the Data Package Version recipe."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


class Change(NamedTuple):
    """A change of a declaration: what, how, of which field, from which value to which.

    `what` is `package`, `resource`, `field`, `constraint`, `categories`, or the
    property of a schema. `effect` is one of `added`, `removed`, `renamed`,
    `reordered`, `tightened`, `loosened` and `changed`. `name` is the property,
    or the constraint. `old` and `new` are JSON values; None is none.
    """

    step: Step
    what: str
    effect: str
    field: str = ""
    name: str = ""
    old: Any = None
    new: Any = None


class Row(NamedTuple):
    """A row that is in one release only.

    `at` is its place among the records of its release, from 0; its cells are in
    the order of the columns there.
    """

    key: Cells
    at: int
    cells: Cells


class CellChange(NamedTuple):
    """A cell that differs; the field has the name that it has in the new release."""

    field: str
    old: str | None
    new: str | None


class RowChange(NamedTuple):
    """A row that is in both releases, with the cells that differ.

    `was` and `at` are its places among the records of the old release and of the
    new, from 0. `moved` names the spans (by the field of their words or digests)
    whose offsets differ while the words are the same.
    """

    key: Cells
    was: int
    at: int
    cells: tuple[CellChange, ...]
    moved: tuple[str, ...] = ()
    only_moved: bool = False
    """Whether nothing but offsets of these spans differs."""


class Pair(NamedTuple):
    """A column of the new table, and that of the old it continues; "" is none."""

    name: str
    was: str


class Filled(NamedTuple):
    """A column that the old table has not: its cells, in the order of the new table."""

    name: str
    cells: Cells


class Duplicate(NamedTuple):
    """A key that stands more than once in a release (`old` or `new`), and in which rows."""

    release: str
    key: Cells
    rows: tuple[int, ...]


@dataclass(frozen=True)
class TableDiff:
    """How a table differs; `was` is its name in the old release.

    Rows are matched by `key` (fields of the new table). Without one they are
    compared as a multiset: a changed row is a removed and an added one.
    `order` are the places in the old table of the rows that are in both, in the
    order of the new table; None says that they follow each other as before.
    `uncompared` says why the rows could not be compared.
    """

    name: str
    was: str
    key: tuple[str, ...] = ()
    columns: tuple[Pair, ...] = ()
    old_count: int = 0
    new_count: int = 0
    added: tuple[Row, ...] = ()
    removed: tuple[Row, ...] = ()
    changed: tuple[RowChange, ...] = ()
    order: tuple[int, ...] | None = None
    filled: tuple[Filled, ...] = ()
    changes: tuple[Change, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    uncompared: str = ""
    renamed_columns: bool = False
    """Whether columns differ in name or order, with or without a change of the schema."""
    referenced: bool = False
    """Whether keys or spans of the old or the new package refer to rows of the table."""

    @property
    def same_rows(self) -> bool:
        """Whether rows and columns are the same."""
        return not (
            self.added
            or self.removed
            or self.changed
            or self.filled
            or self.renamed_columns
            or self.order is not None
            or self.uncompared
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return self.same_rows and not self.changes and self.name == self.was

    @property
    def moved(self) -> tuple[RowChange, ...]:
        """The rows in which nothing but offsets differs, with the words the same."""
        return tuple(row for row in self.changed if row.only_moved)


@dataclass(frozen=True)
class NewTable:
    """A table that only the new release has; its cells by row."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Cells, ...]
    uncompared: str = ""


class FileChange(NamedTuple):
    """A text, or another file, that differs.

    `effect` is `added`, `removed`, `renamed` or `changed`; hashes are `sha256:…`, "" for none or
    for a file that cannot be read. `key` is that of the row which names the file, if a table does.
    """

    name: str
    effect: str
    was: str = ""
    key: str = ""
    old_hash: str = ""
    new_hash: str = ""
    text: bool = True
    uncompared: str = ""


class Release(NamedTuple):
    """What a package says of itself."""

    name: str
    version: str


@dataclass(frozen=True)
class Diff:
    """What differs between two releases of a data package.

    `tables` are those in both releases, differing or not; `order` names all
    tables of the new release.

    >>> Diff(Release("toy", "1.0.0"), Release("toy", "1.0.0")).is_empty
    True
    """

    old: Release
    new: Release
    tables: tuple[TableDiff, ...] = ()
    added: tuple[NewTable, ...] = ()
    removed: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    files: tuple[FileChange, ...] = ()
    changes: tuple[Change, ...] = ()
    """Of the package's properties, and of resources that are no tables."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs (but maybe the version)."""
        whole = self.added or self.removed or self.files or self.changes
        return not whole and all(table.is_empty for table in self.tables)

    @property
    def uncompared(self) -> Iterator[tuple[str, str]]:
        """The resources that could not be compared, each with the reason."""
        parts: tuple[TableDiff | NewTable | FileChange, ...]
        parts = (*self.tables, *self.added, *self.files)
        yield from ((part.name, part.uncompared) for part in parts if part.uncompared)
