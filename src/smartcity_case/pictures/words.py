"""Numbers and lists in words, for titles and descriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def percent(part: int, whole: int) -> str:
    """A share in words; what is not all is never shown as 100 %, nor something as 0 %.

    >>> percent(1, 3), percent(3, 3), percent(2400, 2401), percent(1, 2401), percent(0, 0)
    ('33 %', '100 %', '>99 %', '<1 %', '0 %')
    """
    if not part:
        return "0 %"
    if part == whole:
        return "100 %"
    share = round(100 * part / whole)
    return ">99 %" if share == 100 else "<1 %" if share == 0 else f"{share} %"


def listed(items: Sequence[str]) -> str:
    """Items as a list in a sentence.

    >>> listed(["a", "b", "c"]), listed(["a"]), listed([])
    ('a, b and c', 'a', 'nothing')
    """
    if not items:
        return "nothing"
    *first, last = items
    return f"{', '.join(first)} and {last}" if first else last
