"""Names for things that may be called anything: of files, for programs, of rows for people."""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING

from smartcity_case.rowid import RowReference

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from smartcity_case.exporters.shared.material import Material, Row

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
_LONGEST = 100
DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))]
)
"""What Windows takes for a device, with any ending."""


def row_name(material: Material, table: str, row: Row) -> str:
    """How a row is called: its reference, or its number in a table without a key.

    The number is that of the spreadsheet, as a person sees it.
    """
    if not row.key_cells:
        return f"{table}, row {row.number}"
    package = material.package
    return str(RowReference(package.name, package.version, table, row.key_cells))


def file_names(names: Iterable[str], there: Iterable[str] = ()) -> dict[str, str]:
    """A name of a file, without ending, for each of some different names.

    What is not an ASCII letter, a digit, `-`, `_` or `.` is percent-encoded. No two
    are the same on a file system that does not tell cases apart, or the same as one that
    is `there`, none is hidden, none is very long: those have a number behind them.

    >>> file_names(["notes", "Notes", "Größe/m", ".."])
    {'notes': 'notes', 'Notes': 'Notes-2', 'Größe/m': 'Gr%C3%B6%C3%9Fe%2Fm', '..': '%2E%2E'}
    """
    listed = list(names)
    return dict(zip(listed, distinct(listed, _encoded, there, "-"), strict=True))


def _encoded(name: str) -> str:
    made = "".join(map(_encode, name))
    if made.startswith("."):  # a hidden file, or the folder above
        made = "%2E" + made[1:]
    if made.endswith("."):  # which Windows cuts off
        made = made[:-1] + "%2E"
    if len(made) > _LONGEST:  # but never within what stands for one character
        ends = accumulate(len(_encode(character)) for character in name)
        made = made[: max(takewhile(lambda end: end <= _LONGEST, ends))]
    return f"_{made}" if made.partition(".")[0].lower() in DEVICES or not made else made


def _encode(character: str) -> str:
    return character if character in _PLAIN else percent(character)


def percent(text: str) -> str:
    """A text percent-encoded, every character of it.

    >>> percent("ä/")
    '%C3%A4%2F'
    """
    return "".join(f"%{byte:02X}" for byte in text.encode())


def identifiers(
    names: Iterable[str], also: str = "", reserved: Collection[str] = DEVICES
) -> list[str]:
    """For each name one of ASCII letters, digits and `_` that begins with a letter.

    They are different, even where cases are not told apart. Characters in `also`
    are kept too; one that is `reserved`, in whatever case, has a `_` behind it.

    >>> identifiers(["Größe/m", "gro\u0308ße m", "2nd", "con", "a-b"], also="-")
    ['Grosse_m', 'grosse_m_2', 'n2nd', 'con_', 'a-b']
    """
    others = re.compile(f"[^A-Za-z0-9_{re.escape(also)}]")

    def plain(name: str) -> str:
        letters = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
        made = others.sub("_", "".join(c for c in letters if not unicodedata.combining(c)))
        made = made[:_LONGEST] if made[:1].isalpha() else f"n{made[:_LONGEST]}"
        return f"{made}_" if made.lower() in reserved else made

    return distinct(names, plain)


def distinct(
    names: Iterable[str],
    form: Callable[[str], str],
    there: Iterable[str] = (),
    between: str = "_",
) -> list[str]:
    """The forms of some names, with a number behind those that another has, or that are `there`.

    Who has its form for a name keeps it. Cases are not told apart.

    >>> distinct(["a b", "a_b", "A b"], lambda name: name.replace(" ", "_"))
    ['a_b_2', 'a_b', 'A_b_3']
    """
    listed = list(names)
    forms = [form(name) for name in listed]
    made = dict[int, str]()
    taken = {name.lower() for name in there}
    last: dict[str, int] = {}
    for place in sorted(range(len(listed)), key=lambda place: forms[place] != listed[place]):
        chosen, number = forms[place], last.get(forms[place].lower(), 1)
        while chosen.lower() in taken:
            number += 1
            chosen = f"{forms[place]}{between}{number}"
        taken.add(chosen.lower())
        last[forms[place].lower()] = number
        made[place] = chosen
    return [made[place] for place in range(len(listed))]
