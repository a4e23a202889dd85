"""SQL for names and values that may be anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def quoted(name: str) -> str:
    """A name as SQL.

    >>> quoted('wo"rt')
    '"wo""rt"'
    """
    return '"' + name.replace('"', '""') + '"'


def listed(names: Iterable[str], table: str = "") -> str:
    """Names as SQL with commas between, maybe those of a table."""
    before = f"{quoted(table)}." if table else ""
    return ", ".join(before + quoted(name) for name in names)


def literal(value: str | float) -> str:
    r"""A value as SQL; SQL itself cannot have a NUL.

    >>> literal("it's"), literal("a\0b"), literal(2)
    ("'it''s'", "CAST(x'610062' AS TEXT)", '2')
    """
    if not isinstance(value, str):
        return repr(value)
    if "\0" in value:
        return f"CAST(x'{value.encode().hex()}' AS TEXT)"
    return "'" + value.replace("'", "''") + "'"


class Names:
    """Names that are given away, so that SQLite takes none for another.

    It does not tell the cases of ASCII letters apart. A name that is free stays as it
    is, others get a number; `kept` are those that will be asked for, which no other
    name may become.

    >>> names = Names(["notes", "Notes"])
    >>> [names.take(name) for name in ["notes", "Notes", "", "notes"]]
    ['notes', 'Notes_2', '_', 'notes_3']
    """

    def __init__(self, kept: Iterable[str] = (), taken: Iterable[str] = ()) -> None:
        self._kept = set(map(_folded, kept))
        self._taken = set(map(_folded, taken))
        self._last: dict[bytes, int] = {}

    def take(self, wanted: str, suffixes: tuple[str, ...] = ()) -> str:
        """A name for what wants to be called so; with `suffixes` it is free too."""
        made = start = wanted.replace("\0", "_") or "_"
        number = self._last.get(_folded(start), 1)
        while not self._free(made, wanted, suffixes):
            number += 1
            made = f"{start}_{number}"
        self._last[_folded(start)] = number
        self._taken.update(_folded(made + suffix) for suffix in ("", *suffixes))
        return made

    def _free(self, made: str, wanted: str, suffixes: tuple[str, ...]) -> bool:
        if made != wanted and _folded(made) in self._kept:
            return False
        return not any(_folded(made + suffix) in self._taken for suffix in ("", *suffixes))


def _folded(name: str) -> bytes:
    return name.encode().lower()  # of bytes: ASCII alone
