"""Names of files for things that may be called anything."""

from __future__ import annotations

from itertools import accumulate, takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
_LONGEST = 100
DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))]
)
"""What Windows takes for a device, with any ending."""


def file_names(names: Iterable[str], there: Iterable[str] = ()) -> dict[str, str]:
    """A name of a file, without ending, for each of some different names.

    What is not an ASCII letter, a digit, `-`, `_` or `.` is percent-encoded. No two
    are the same on a file system that does not tell cases apart, or the same as one that
    is `there`, none is hidden, none is very long: those have a number behind them.

    >>> file_names(["notes", "Notes", "Größe/m", ".."])
    {'notes': 'notes', 'Notes': 'Notes-2', 'Größe/m': 'Gr%C3%B6%C3%9Fe%2Fm', '..': '%2E%2E'}
    """
    found: dict[str, str] = {}
    taken = {name.lower() for name in there}
    for name in names:
        plain = made = _encoded(name)
        number = 1
        while made.lower() in taken:
            number += 1
            made = f"{plain}-{number}"
        taken.add(made.lower())
        found[name] = made
    return found


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
    if character in _PLAIN:
        return character
    return "".join(f"%{byte:02X}" for byte in character.encode())
