"""Names of files that every system keeps apart."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SAFE = re.compile(rb"[A-Za-z0-9._-]")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
_LONGEST = 120


def file_stems(names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Names of files for some tables, without the ending: never the same, whatever the system.

    What is no ASCII letter, digit, `.`, `_` or `-` is percent-encoded. So are the
    capital letters of names that differ only in case, the first character of
    one that a system keeps for itself, and the end of one that is very long has a
    hash in its place. `taken` are files that are there, in small letters.

    >>> file_stems(["birds", "Sea Birds", "Nest", "nest"])
    {'birds': 'birds', 'Sea Birds': 'Sea%20Birds', 'Nest': '%4Eest', 'nest': 'nest'}
    """
    given = list(names)
    folded = Counter(name.casefold() for name in given)
    occupied, found = set(taken), {}
    for name in given:
        stem = base = _stem(name, capitals=folded[name.casefold()] == 1)
        number = 1
        while f"{stem}.parquet".casefold() in occupied:
            number += 1
            stem = f"{base}~{number}"
        occupied.add(f"{stem}.parquet".casefold())
        found[name] = stem
    return found


def _stem(name: str, *, capitals: bool) -> str:
    parts = [bytes([byte]) for byte in name.encode()]
    made = [
        part.decode() if _SAFE.match(part) and (capitals or not part.isupper()) else f"%{part[0]:02X}"
        for part in parts
    ]
    if made and (made[0] == "." or _DEVICE.match(name)):
        made[0] = f"%{parts[0][0]:02X}"
    stem = "".join(made) or "%"
    if len(stem) > _LONGEST:
        stem = f"{stem[:_LONGEST]}~{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return stem
