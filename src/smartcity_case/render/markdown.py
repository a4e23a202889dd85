r"""Markdown that says what it is given, whatever characters that has.

What Markdown, a table of it, or HTML would act upon is written as a character
reference or behind a backslash. A pipe and a backslash are references always:
readers of Markdown do not agree on `\\|` in a table.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from smartcity_case.checks.descriptor import path_fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Categories that no later version of Unicode adds to: a page is the same with every Python.
_HIDDEN = {"Cc", "Cs", "Zl", "Zp"}

_BACKSLASH = re.compile(r"([\\`*\[\]<>|$~]|&(?=[#\w])|(?<![^\W_])_|_(?![^\W_]))")
_REFERENCES = {c: f"&#{ord(c)};" for c in "\\|$"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_BEGINNING = re.compile(r"\A(?:([#+=-])|([0-9]{1,9})([.)])(?=\s|\Z))")


def visible(text: str) -> str:
    r"""Text in one line, in which no character is hidden or turns others round.

    Joiners and accents stay: they are part of words and of emoji.

    >>> visible("a\nb\x1b")
    'a\\nb\\x1b'
    """
    if text.isprintable():  # as nearly all are
        return text
    return "".join(repr(c)[1:-1] if _is_hidden(c) else c for c in text)


def _is_hidden(char: str) -> bool:
    return char in _BIDI or unicodedata.category(char) in _HIDDEN


def plain(text: str) -> str:
    r"""Text that Markdown takes for nothing else, in one line; line ends become `<br>`.

    >>> plain("a|b <c> *d* snake_case _e_\nf & g")
    'a&#124;b &lt;c&gt; \\*d\\* snake_case \\_e\\_<br>f & g'
    """
    lines = re.split(r"\r\n?|\n", text.strip())
    return "<br>".join(_line(line.strip()) for line in lines)


def _line(line: str) -> str:
    escaped = _BACKSLASH.sub(lambda m: _REFERENCES.get(m[1], f"\\{m[1]}"), visible(line))
    return _BEGINNING.sub(
        lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}",
        escaped,
    )


def code(text: str) -> str:
    r"""Text as code, in a table too.

    >>> code("[a-z]+"), code("a|b"), code("")
    ('`[a-z]+`', '<code>a&#124;b</code>', '<code></code>')
    """
    shown = visible(text)
    if shown and not re.search(r"[`|]|\\\Z|\A | \Z|  ", shown):
        return f"`{shown}`"
    return f"<code>{''.join(map(_referred, shown))}</code>"


def _referred(char: str) -> str:
    plain = char.isalnum() if char.isascii() else True
    return char if plain else f"&#{ord(char)};"


def codes(names: Iterable[str]) -> str:
    """Names as code, with commas between."""
    return ", ".join(map(code, names))


_URL = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)
_UNSAFE = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'*+,;=%]")


def link(shown: str, target: str, base: str | None = "") -> str:
    """Markdown that is shown, as a link if its target is one that a page may lead to.

    Linked are web addresses, places on the page (`#…`), and plain relative
    paths, which are told from `base`; with None these are not linked.

    >>> link("a", "https://example.org/(b)"), link("a", "b.md", "../"), link("a", "file:///b")
    ('[a](https://example.org/%28b%29)', '[a](../b.md)', 'a')
    """
    if not (_URL.fullmatch(target) or target.startswith("#")):
        if base is None or path_fault(target):
            return shown
        target = re.sub("[?#%]", _percent, base + target)
    return f"[{shown}]({_UNSAFE.sub(_percent, target)})"


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "backslashreplace"))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; its cells are Markdown already.

    >>> list(table(("a", "b"), [("1", "")]))
    ['| a | b |', '|---|---|', '| 1 |  |']
    """
    yield f"| {' | '.join(header)} |"
    yield "|---" * len(header) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


class Anchors:
    """The places of headings on a page, as GitHub names them, in the order of the page.

    >>> anchors = Anchors()
    >>> anchors.of("The table of `a.b`"), anchors.of("Keys"), anchors.of("Keys")
    ('#the-table-of-ab', '#keys', '#keys-1')
    """

    def __init__(self) -> None:
        self._count: dict[str, int] = {}

    def of(self, heading: str) -> str:
        """The place of the next heading, by its words."""
        slug = "".join(map(_slug, heading.strip().lower()))
        name = slug
        while name in self._count:
            self._count[slug] += 1
            name = f"{slug}-{self._count[slug]}"
        self._count[name] = 0
        return f"#{name}"


def _slug(char: str) -> str:
    if char == " ":
        return "-"
    category = unicodedata.category(char)
    return char if char == "-" or category[0] in "LM" or category in ("Nd", "Pc") else ""
