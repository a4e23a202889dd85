"""What every reader gives back, and the one place where it gathers it.

A reader takes the bytes of files and gives a `Foreign`. It raises nothing for
bad input: what is wrong, and what a table of spans has no place for, is a
finding with its place. It converts no offset and checks no words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from smartcity_case import limits
from smartcity_case.authoring.readers.strict import cell
from smartcity_case.report import Finding, Location, counted, pointer, shorten
from smartcity_case.text import not_utf8

Unit = Literal["codepoint", "utf16", "utf8", ""]
Row = dict[str, str]

FIRST = ("id", "source", "start", "end", "exact", "prefix", "suffix", "label")
"""The columns that every row has; further ones come behind them."""


@dataclass(frozen=True)
class Foreign:
    """Rows that were coded elsewhere, as a table of spans that is not anchored yet.

    Every row has the columns `id`, `source`, `start`, `end`, `exact`, `prefix`,
    `suffix` and `label`, and all have the same further ones; cells are strings,
    "" where the input says nothing. A discontinuous annotation is several rows
    with one `id`, and `part` counts them from 1. `texts` are the texts that the
    input carries, by the keys in `source`. `unit` is what the format's offsets
    count, "" if that is not certain. `notes` say how the input was read.
    """

    rows: list[Row]
    texts: dict[str, str]
    unit: Unit
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    places: tuple[Location, ...] = ()
    """Where each row stood in the input."""


Reader = Callable[[Mapping[str, bytes]], Foreign]


def at(where: Location, *steps: str | int) -> Location:
    """A place inside an item, as a JSON Pointer.

    >>> at(Location(path="a.jsonl", row=3), "label", 0).field
    '/label/0'
    """
    return where._replace(field=where.field + pointer(*steps))


def stem(path: str) -> str:
    """A file's name without its ending, with its folders.

    >>> stem("letters/odile.2.ann"), stem("a.b/c")
    ('letters/odile.2', 'a.b/c')
    """
    folder, slash, name = path.rpartition("/")
    return folder + slash + (name.rpartition(".")[0] or name)


@dataclass
class Gathering:
    """What a reader has found so far: the only thing of it that changes."""

    unit: Unit
    _rows: list[Row] = field(default_factory=list)
    _places: list[Location] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)
    _findings: list[Finding] = field(default_factory=list)
    _notes: list[str] = field(default_factory=list)
    _unread: dict[tuple[str, str], tuple[Location, dict[str, int]]] = field(default_factory=dict)
    _warned: Counter[str] = field(default_factory=Counter)

    def wrong(self, where: Location, message: str, value: str = "") -> None:
        """Something is not what the format says."""
        self._findings.append(Finding(where, "import.format", message, value))

    def left_out(self, where: Location, message: str, value: str = "") -> None:
        """Something has no place in a table of spans."""
        self._warned[where.path] += 1
        if self._warned[where.path] <= limits.WARNINGS:
            self._findings.append(Finding(where, "import.left-out", message, value))

    def unread(
        self, where: Location, kind: str, members: Mapping[str, Any], known: set[str]
    ) -> None:
        """Members of an object that say something and are not carried on, told once for a file."""
        _, names = self._unread.setdefault((where.path, kind), (where, {}))
        for name, value in members.items():
            if name not in known and value not in (None, "", [], {}):
                names[name] = names.get(name, 0) + 1

    def note(self, words: str) -> None:
        """How the input was read."""
        self._notes.append(words)

    def text(self, key: str, text: str, where: Location) -> bool:
        """Keep a text; False, and told, if another text has its key."""
        if self._texts.setdefault(key, text) == text:
            return True
        message = f"another text has the key {shorten(key)}; read the files one by one"
        self.wrong(where, message)
        return False

    def row(self, where: Location, cells: Row) -> None:
        """Keep a row, if anything ties it to a text."""
        if cells.get("exact") or (cells.get("start") and cells.get("end")):
            self.record(where, cells)
        else:
            self.left_out(where, "it has neither words nor two offsets")

    def record(self, where: Location, cells: Row) -> None:
        """Keep a row of a table, whatever it has."""
        self._rows.append(cells)
        self._places.append(where)

    def offset(self, where: Location, value: Any) -> str:
        """An offset of a JSON value as a cell; "" and told if it is none."""
        if value is None:
            return ""
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return str(value)
        self.wrong(where, "an offset should be an integer from 0", shorten(cell(value)))
        return ""

    def words(self, where: Location, value: Any) -> str:
        """Words of a JSON value as a cell; "" and told if it is no string."""
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        self.wrong(where, "it should be a string", shorten(cell(value)))
        return ""

    def members(self, where: Location, value: Any) -> dict[str, Any] | None:
        """A JSON object; None and told if it is none."""
        if isinstance(value, dict):
            return value
        self.wrong(where, "it should be an object", shorten(cell(value)))
        return None

    def items(self, where: Location, value: Any) -> list[Any]:
        """A JSON list; empty and told if it is none. Null is an empty list."""
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self.wrong(where, "it should be a list", shorten(cell(value)))
        return []

    def decoded(self, path: str, data: bytes, keep_mark: bool = False) -> str | None:
        """The text of a file in UTF-8; None and told if it is not.

        A byte order mark is taken off unless it is to be kept.
        """
        try:
            return data.decode("utf-8" if keep_mark else "utf-8-sig")
        except UnicodeDecodeError as error:
            self.wrong(Location(path=path), _encoding(data, error))
            return None

    def finish(self) -> Foreign:
        """Everything, the rows with the same columns."""
        for (_, kind), (where, names) in self._unread.items():
            if names:
                listed = ", ".join(map(shorten, names))
                self._findings.append(
                    Finding(where, "import.left-out", f"of {kind} this is not read: {listed}")
                )
        for path, number in self._warned.items():
            if (more := number - limits.WARNINGS) > 0:
                message = f"{counted(more, 'more thing')} of this file are left out"
                self._findings.append(Finding(Location(path=path), "import.left-out", message))
        columns = dict.fromkeys(FIRST)
        columns.update(dict.fromkeys(name for row in self._rows for name in row))
        rows = [{name: row.get(name, "") for name in columns} for row in self._rows]
        told = tuple(self._findings), tuple(self._notes)
        return Foreign(rows, self._texts, self.unit, *told, tuple(self._places))


def _encoding(data: bytes, error: UnicodeDecodeError) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "it is UTF-16; save it as UTF-8 (in Excel: “CSV UTF-8”)"
    hint = "save it as UTF-8 (in Excel: “CSV UTF-8”; its plain CSV is often Windows-1252)"
    return f"{not_utf8(error)}; {hint}"


def one_or_list(values: Iterable[Any]) -> str:
    """One value as it is, several as a JSON list.

    >>> one_or_list(["a"]), one_or_list(["a", "b"]), one_or_list([])
    ('a', '["a", "b"]', '')
    """
    listed = list(values)
    return cell(listed) if len(listed) > 1 else "".join(map(cell, listed))
