"""Names that programs and file systems allow, for things that may be called anything."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from smartcity_case.exporters.shared.names import DEVICES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

_LONGEST = 100


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


def distinct(names: Iterable[str], form: Callable[[str], str]) -> list[str]:
    """The forms of some names, with a number behind those that another has already.

    Who has its form for a name keeps it. Cases are not told apart.

    >>> distinct(["a b", "a_b", "A b"], lambda name: name.replace(" ", "_"))
    ['a_b_2', 'a_b', 'A_b_3']
    """
    listed = list(names)
    forms = [form(name) for name in listed]
    made = dict[int, str]()
    taken: set[str] = set()
    last: dict[str, int] = {}
    for place in sorted(range(len(listed)), key=lambda place: forms[place] != listed[place]):
        chosen, number = forms[place], last.get(forms[place].lower(), 1)
        while chosen.lower() in taken:
            number += 1
            chosen = f"{forms[place]}_{number}"
        taken.add(chosen.lower())
        last[forms[place].lower()] = number
        made[place] = chosen
    return [made[place] for place in range(len(listed))]
