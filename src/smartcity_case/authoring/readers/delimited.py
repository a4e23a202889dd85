"""A spreadsheet's CSV or TSV: a row on each line, its columns known by their names.

The text is UTF-8; anything else is told, not guessed. Which character ends a
cell is decided by the header, and a note says so.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from smartcity_case import limits
from smartcity_case.authoring.readers.foreign import Foreign, Gathering, Row
from smartcity_case.profile import Dialect
from smartcity_case.records import Record, Split, Splitter
from smartcity_case.report import Location, shorten
from smartcity_case.text import OFFSET_FORM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAMES = {
    "exact": ("exact", "quote", "text", "words"),
    "start": ("start", "begin", "from"),
    "end": ("end", "to"),
    "prefix": ("prefix", "before"),
    "suffix": ("suffix", "after"),
    "source": ("source", "document", "doc", "file"),
    "id": ("id",),
}
"""What a column may be called, in upper or lower case; an earlier name goes before a later one."""

_DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab"}
_SAID = re.compile(r'(?:sep=(.)|"sep=(.)")\r?\n', re.IGNORECASE | re.DOTALL)


def roles(names: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Which of some names stand for which column of a span; `columns` may say so.

    >>> roles(["Quote", "mood", "to"], {}), roles(["Zitat", "quote"], {"exact": "Zitat"})
    ({'Quote': 'exact', 'to': 'end'}, {'Zitat': 'exact'})
    """
    found: dict[str, str] = {}
    for role, usual in NAMES.items():
        possible = (columns[role],) if role in columns else usual
        ranked = [
            name
            for each in possible
            for name in sorted(names, key=str.islower)
            if (name == each if role in columns else _plain(name) == each) and name not in found
        ]
        if ranked:
            found[next((name for name in ranked if name == role), ranked[0])] = role
    taken = set(found.values()) - set(found)  # a column of that name is another one then
    return found | {name: f"{name}_other" for name in names if name in taken}


def read(files: Mapping[str, bytes], columns: Mapping[str, str] | None = None) -> Foreign:
    r"""The rows of a spreadsheet's CSV or TSV files; the unit of their offsets is not known.

    Columns that are not those of a span are carried on under their own names. `columns`
    names those of a span, if they are not called as usual.

    >>> found = read({"a.csv": b"quote;mood;begin;end\nStadt;open;4;9\n"})
    >>> [(row["exact"], row["start"], row["mood"]) for row in found.rows]
    [('Stadt', '4', 'open')]
    >>> found.notes[0]
    'a.csv: a semicolon ends a cell: so the header has 4 columns, 3 of them known'
    """
    found = Gathering("")
    for path, data in files.items():
        text = found.decoded(path, data)
        if text is not None:
            _read_table(found, path, text, columns or {})
    return found.finish()


def _read_table(found: Gathering, path: str, text: str, given: Mapping[str, str]) -> None:
    where = Location(path=path, row=1)
    said = _SAID.match(text)  # a line that Excel writes and reads for itself
    if said:
        text = text[said.end() :]
    known = {*given.values(), *(name for names in NAMES.values() for name in names)}
    delimiter = _delimiter(found, path, text, (said[1] or said[2]) if said else "", known)
    if not delimiter:
        return
    first = 2 if said else 1
    split = Splitter(Dialect(delimiter=delimiter)).split(text, at_end=True)
    if split.fault is not None:
        number, _, message = split.fault
        found.wrong(where._replace(row=number + first), f"{message}; nothing behind it is read")
    records = [record for record in split.records if record is not None]
    if not records:
        return
    header, *rows = records
    columns = _columns(found, where._replace(row=first), header, given)
    if columns is None:
        return
    for number, record in enumerate(rows, first + 1):
        if any(record):
            _read_row(found, where._replace(row=number), columns, header, record)


def _header(text: str, delimiter: str) -> Split:
    return Splitter(Dialect(delimiter=delimiter)).split(text, True, enough=bool)


def _delimiter(found: Gathering, path: str, text: str, said: str, known: set[str]) -> str:
    """What ends a cell; "" and told if the header does not decide it."""
    where = Location(path=path, row=1)
    if not text.strip():
        found.wrong(where, "the file is empty")
        return ""
    if said:
        if said in '"\r\n':
            found.wrong(where, f"its first line says that {said!r} ends a cell")
            return ""
        found.note(
            f"{path}: {_DELIMITERS.get(said, repr(said))} ends a cell: its first line says so"
        )
        return said
    headers = {delimiter: _header(text, delimiter) for delimiter in _DELIMITERS}
    if fault := next((split.fault for split in headers.values() if not split.records), None):
        found.wrong(where, f"its header cannot be read: {fault[2]}")
        return ""
    ranks = {
        delimiter: _rank(split.records[0] or [], known) for delimiter, split in headers.items()
    }
    best = max(ranks.values())
    chosen = [delimiter for delimiter, rank in ranks.items() if rank == best]
    if len(chosen) > 1 and best[1] > 1:
        several = " or ".join(_DELIMITERS[delimiter] for delimiter in chosen)
        found.wrong(where, f"its header does not decide whether {several} ends a cell")
        return ""
    words = _DELIMITERS[chosen[0]]
    columns = f"{best[1]} columns, {best[0]} of them known" if best[1] > 1 else "1 column"
    found.note(f"{path}: {words} ends a cell: so the header has {columns}")
    return chosen[0]


def _rank(header: Record, known: set[str]) -> tuple[int, int]:
    return len({_plain(name) for name in header if known & {name, _plain(name)}}), len(header)


def _plain(name: str) -> str:
    return name.strip().casefold()


def _columns(
    found: Gathering, where: Location, header: Record, given: Mapping[str, str]
) -> list[str] | None:
    """The column of a table of spans that each column is; None and told if there is none.

    A column without a name has none here either.
    """
    names = [name.strip() for name in header]
    if len(names) > limits.COLUMNS:
        found.wrong(where, f"{len(names)} columns; {limits.COLUMNS} are the most that is read")
        return None
    again = [name for name, number in Counter(names).items() if name and number > 1]
    if again:
        found.wrong(where, f"several columns are named {shorten(again[0])}")
        return None
    if lacking := [name for name in given.values() if name not in names]:
        found.wrong(where, f"it has no column {lacking[0]!r} but {', '.join(names[:20])}")
        return None
    named = roles(names, given)
    for name, role in named.items():
        if name != role:
            found.note(f"{where.path}: column {name!r} is read as {role!r}")
    columns = [named.get(name, name) for name in names]
    if "exact" not in columns and not {"start", "end"} <= set(columns):
        message = f"no column for the words or for start and end among {', '.join(names[:20])}"
        found.wrong(where, message)
        return None
    return columns


def _read_row(
    found: Gathering, where: Location, columns: list[str], header: Record, record: Record
) -> None:
    if len(record) != len(columns):
        message = f"{len(record)} cells where the header has {len(columns)}; it is not read"
        found.wrong(where, message)
        return
    row: Row = {name: "" for name in columns if name}
    for name, title, cell in zip(columns, header, record, strict=True):
        if name in ("start", "end") and cell and not OFFSET_FORM.fullmatch(cell):
            place = where._replace(field=title)
            found.wrong(place, "an offset should be an integer from 0", shorten(cell))
        elif name:
            row[name] = cell
        elif cell:
            found.left_out(where, "a cell of a column without a name", shorten(cell))
    found.record(where, row)
