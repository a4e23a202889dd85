"""Links of pages that stay right in the repository, carried over to the site."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FENCE = re.compile(r"^ *(`{3,}|~{3,})[^\n]*\n.*?^ *\1[`~]*[ \t]*(?:\n|\Z)", re.M | re.S)
_LINK = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<image>!?)\[(?P<shown>(?:[^\[\]`]|\\.|`[^`]*`)*)\]\((?P<target>[^()\s]+)\)",
    re.S,
)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.I)


def outside_fences(text: str, change: Callable[[str], str]) -> str:
    r"""A page of which all but the fenced blocks is changed.

    >>> outside_fences("a\n```\na\n```\na", str.upper)
    'A\n```\na\n```\nA'
    """
    pieces, at = [], 0
    for fence in _FENCE.finditer(text):
        pieces += [change(text[at : fence.start()]), fence[0]]
        at = fence.end()
    return "".join([*pieces, change(text[at:])])


def carried_over(text: str, origin: str, place: str, pages: Mapping[str, str]) -> str:
    """A page of the repository (`origin`) with the links that it has at a `place` of the site.

    `pages` are the places of the site by the paths of the repository. What has none is not
    linked to: its path is shown, for there is no public repository to lead to.

    >>> pages = {"docs/a.md": "a.md", "RIGHTS.md": "rights.md"}
    >>> text = "[r](../RIGHTS.md#x), [`m`](../m.py), [n](../n.py)"
    >>> carried_over(text, "docs/a.md", "a.md", pages)
    '[r](rights.md#x), `m`, n (`n.py`)'
    """

    def carry(match: re.Match[str]) -> str:
        if match["code"] or _ELSEWHERE.match(match["target"]):
            return match[0]
        target, mark, anchor = match["target"].partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(origin), target))
        if path in pages:
            way = posixpath.relpath(pages[path], posixpath.dirname(place) or ".")
            return f"{match['image']}[{match['shown']}]({way}{mark}{anchor})"
        shown = match["shown"]
        bare = shown.strip("`")
        return (
            shown
            if bare in (path, posixpath.basename(path)) or shown != bare
            else (f"{shown} (`{path}`)")
        )

    return outside_fences(text, lambda piece: _LINK.sub(carry, piece))


def paths_named(text: str, origin: str) -> list[str]:
    """The paths of the repository that a page links to, without their places.

    >>> paths_named("[a](../b.py#L1), [c](#c), [d](https://example.org)", "docs/a.md")
    ['b.py']
    """
    found: list[str] = []

    def note(match: re.Match[str]) -> str:
        if not match["code"] and not _ELSEWHERE.match(match["target"]):
            target = match["target"].partition("#")[0]
            found.append(posixpath.normpath(posixpath.join(posixpath.dirname(origin), target)))
        return match[0]

    outside_fences(text, lambda piece: _LINK.sub(note, piece))
    return found
