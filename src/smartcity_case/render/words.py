"""What several formats share: harmless text, and where a finding stands."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from smartcity_case.codes import CODES
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smartcity_case.codes import Severity
    from smartcity_case.report import Check, Location, Report

PIECE: Final = 1000
"""How many findings a renderer puts into one piece of its output."""


def printable(text: str) -> str:
    r"""Text without what a terminal obeys and what XML cannot hold.

    >>> printable("dos\x1b[2J garzas")
    'dos\\x1b[2J garzas'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


# What CI runners take for orders: `::add-mask::` (also indented), `##[group]`, `##vso[…]`.
_ORDER = re.compile(r"\A( *):(?=:)|#(?=#\w*\[)")


def harmless(text: str) -> str:
    """A line that neither a terminal nor a CI runner obeys: a package writes no report."""
    return _ORDER.sub(lambda m: f"{m[1] or ''}\\x{ord(m[0][-1]):x}", printable(text))


def cut(text: str, most: int) -> str:
    """Text of at most so many characters; what was cut off is shown by `…`."""
    return text if len(text) <= most else text[: most - 1] + "…"


def full_name(report: Report) -> str:
    """Name and version of the package, as far as it has them."""
    return " ".join(part for part in (report.package, report.version) if part) or "package"


def not_checked(check: Check) -> str:
    """What was not looked at, and why."""
    return f"not checked: {check.name} of {check.resource or 'the package'}: {check.reason}"


def accepted(report: Report) -> list[str]:
    """What was accepted, and why, each as a name and words."""
    told = []
    known = report.accepted - report.unverified
    if known or report.gone:
        words = f"{counted(known, 'known finding')} accepted"
        told.append(f"baseline: {words}; {report.gone} of its entries no longer found")
    if report.unverified:
        words = f"{counted(report.unverified, 'finding')} accepted"
        told.append(f"unverifiable: {words}; what is withheld was not checked")
    return told


def place(location: Location, folder: str) -> tuple[str, int]:
    """File and line of a finding; what stands in no file is the descriptor's."""
    path = location.path or DESCRIPTOR
    return f"{folder}/{path}" if folder else path, location.row or 1


def by_severity(counts: Counter[str]) -> Counter[Severity]:
    """The numbers of errors and warnings, from the numbers of the codes."""
    totals: Counter[Severity] = Counter()
    for code, count in counts.items():
        totals[CODES[code].severity] += count
    return totals


def pieces(lines: Iterable[str], separator: str = "\n") -> Iterator[str]:
    """Lines joined by the thousand: few writes, and never all of them in memory.

    The separator stands between lines, not after the last.
    """
    batch: list[str] = []
    before = ""
    for line in lines:
        batch.append(line)
        if len(batch) == PIECE:
            yield before + separator.join(batch)
            batch.clear()
            before = separator
    if batch:
        yield before + separator.join(batch)
