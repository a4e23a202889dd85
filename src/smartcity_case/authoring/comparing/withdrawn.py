"""The keys that a changelog lists as withdrawn: one line of it, read strictly.

::

    **Withdrawn keys:** none.
    **Withdrawn keys:** `plants` p2, p3; `soils` "s 1", a/b.

After the name of a table, in backticks, come its keys with commas between;
tables are parted by semicolons; the line ends with a full stop. A key of
several fields is its parts with slashes between. A part is written as it is if
it consists of letters, digits and `_ - . : @ +`, the last of them no full stop
or other mark at its ends; any other is a JSON string.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from smartcity_case.report import Finding, Location, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from smartcity_case.authoring.comparing.changes import Cells

CHANGELOG = "CHANGELOG.md"
"""The name of the file, beside the descriptor."""

_HEAD = "**Withdrawn keys:** "
_BARE = r"[^\W](?:[\w.:@+-]*[^\W])?"
_PART = rf'(?:{_BARE}|"(?:[^"\\]|\\.)*")'
_KEY = rf"{_PART}(?:/{_PART})*"
_GROUP = rf"`[^`]+` {_KEY}(?:, {_KEY})*"
_LINE = re.compile(rf"{_GROUP}(?:; {_GROUP})*\.")
_MEANT = re.compile(
    r"[\s*_>#+-]*withdrawn[\s_-]*keys?[\s*_]*:|\*\*withdrawn[\s_-]*keys?\b", re.IGNORECASE
)


class Withdrawn(NamedTuple):
    """Withdrawn keys by table, and the lines that cannot be read."""

    keys: Mapping[str, frozenset[Cells]]
    findings: tuple[Finding, ...]


def text_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a Markdown text outside of fenced code, each with its number from 1."""
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        # What has backticks behind them is code within a line, which opens no fence.
        mark = re.match(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})", line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            yield number, line.removesuffix("\r")


def read_withdrawn(data: bytes, release: str = "") -> Withdrawn:
    """The keys that a changelog lists as withdrawn.

    A line that speaks of withdrawn keys in another form is a finding; `release`
    says in its message which changelog it stands in.

    >>> found = read_withdrawn(b"**Withdrawn keys:** `plants` p2, p3.")
    >>> sorted(found.keys["plants"]), found.findings
    ([('p2',), ('p3',)], ())
    """
    keys: dict[str, set[Cells]] = {}
    findings = []
    if b"\0" in data:
        which = f" of {release}" if release else ""
        message = f"the changelog{which} has NUL characters, and is no UTF-8"
        findings.append(Finding(Location("", CHANGELOG), "changelog.format", message))
    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    for number, line in text_lines(re.sub("\r\n?", "\n", text)):
        if not _MEANT.match(line):
            continue
        groups = _read_line(line)
        if groups is None:
            shown = shorten(line.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
            which = f" of {release}" if release else ""
            message = f"the changelog{which} has {shown}"
            findings.append(Finding(Location("", CHANGELOG, number), "changelog.format", message))
        for table, listed in groups or ():
            keys.setdefault(table, set()).update(listed)
    return Withdrawn({table: frozenset(held) for table, held in keys.items()}, tuple(findings))


def _read_line(line: str) -> list[tuple[str, list[Cells]]] | None:
    if not line.startswith(_HEAD):
        return None
    told = line[len(_HEAD) :]
    if told == "none.":
        return []
    if not _LINE.fullmatch(told):
        return None
    groups = []
    try:
        for group in re.finditer(_GROUP, told):
            _, table, rest = group[0].split("`", 2)
            keys = [_read_key(key) for key in re.findall(_KEY, rest)]
            groups.append((table, keys))
    except ValueError:  # a string that JSON does not have
        return None
    return groups


def _read_key(key: str) -> Cells:
    parts = re.findall(_PART, key)
    return tuple(json.loads(part) if part.startswith('"') else part for part in parts)


def key_text(key: Cells) -> str:
    """A key as the line has it.

    >>> key_text(("p2",)), key_text(("a b", "7")), key_text(("x.",))
    ('p2', '"a b"/7', '"x."')
    """
    return "/".join(
        part
        if part is not None and re.fullmatch(_BARE, part)
        else json.dumps(part or "", ensure_ascii=False)
        for part in key
    )


def withdrawn_line(keys: Mapping[str, Sequence[Cells]]) -> str:
    """The line that lists keys by table.

    >>> withdrawn_line({"plants": [("p2",), ("p3",)], "soils": []})
    '**Withdrawn keys:** `plants` p2, p3.'
    """
    groups = [f"`{table}` {', '.join(map(key_text, held))}" for table, held in keys.items() if held]
    return f"{_HEAD}{'; '.join(groups) or 'none'}."
