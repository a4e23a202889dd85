"""A package at a glance: as HTML, and as lines for a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from smartcity_case.render.display.style import lang, output, safe
from smartcity_case.render.words import cut, printable
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH: Final = 88
_HASH = 19
"""Characters of a hash that are shown in a terminal: the algorithm, and twelve digits."""


@dataclass(frozen=True)
class TableLine:
    """A table: its rows (None if they cannot be read), and what one of them is."""

    name: str
    rows: int | None
    meaning: str

    @property
    def size(self) -> str:
        """The number of rows in words."""
        return "cannot be read" if self.rows is None else counted(self.rows, "row")


@dataclass(frozen=True)
class TextLine:
    """A text; `characters` is None for one that is withheld or cannot be read."""

    name: str
    characters: int | None
    size: int | None
    hash: str
    language: str
    withheld: bool = False

    @property
    def length(self) -> str:
        """Its length in words, and whether it is here."""
        told = [] if self.characters is None else [f"{self.characters:,} characters"]
        told += [] if self.size is None else [f"{self.size:,} bytes"]
        missing = "withheld" if self.withheld else "cannot be read"
        return ", ".join(([missing] if self.characters is None else []) + told)


@dataclass(frozen=True)
class Overview:
    """What is told of a package; `hints` are calls to go on with."""

    kind: str
    name: str
    version: str
    title: str
    language: str
    tables: tuple[TableLine, ...]
    texts: tuple[TextLine, ...]
    withheld: str
    citation: str
    rights: str
    hints: tuple[str, ...]


def overview_text(seen: Overview) -> str:
    """A package for a terminal: plain, and at most 88 characters wide."""
    return "\n".join(cut(line.rstrip(), WIDTH) for line in _lines(seen))


def _lines(seen: Overview) -> Iterator[str]:
    yield printable(" ".join(filter(None, (seen.kind, seen.name, seen.version))))
    yield from _paragraph("", seen.title)
    yield f"tables ({len(seen.tables)})"
    width = min(28, max((len(printable(table.name)) for table in seen.tables), default=0))
    sizes = max((len(table.size) for table in seen.tables), default=0)
    for table in seen.tables:
        line = f"  {printable(table.name):<{width}}  {table.size:>{sizes}}  "
        yield line + printable(table.meaning)
    yield f"texts ({len(seen.texts)})"
    for text in seen.texts:
        facts = (text.length, text.language, text.hash[:_HASH] + "…" if text.hash else "")
        yield f"  {printable(text.name)}: {printable('; '.join(filter(None, facts)))}"
    yield from _paragraph("withheld: ", seen.withheld)
    yield from _paragraph("cite: ", seen.citation)
    yield from _paragraph("rights: ", seen.rights)
    yield from _paragraph("next: ", ", ".join(seen.hints))


def _paragraph(head: str, words: str) -> list[str]:
    shown = printable(words)
    indent = " " * len(head)
    lines = wrap(head + shown, WIDTH, subsequent_indent=indent, break_on_hyphens=False)
    return lines if words else []


def overview_html(seen: Overview) -> str:
    """A package for a notebook."""
    name = " ".join(filter(None, (seen.name, seen.version)))
    tables = "".join(
        f'<tr><th scope="row"><code>{safe(table.name)}</code></th>'
        f'<td class="number">{table.size}</td><td>{safe(table.meaning)}</td></tr>'
        for table in seen.tables
    )
    texts = "".join(
        f'<tr><th scope="row"><code>{safe(text.name)}</code></th>'
        f'<td class="whole">{text.length}</td>'
        f"<td>{safe(text.language)}</td>"
        f'<td class="long"><code>{safe(text.hash)}</code></td></tr>'
        for text in seen.texts
    )
    facts = (
        ("Withheld", safe(seen.withheld)),
        ("Cite", safe(seen.citation)),
        ("Rights", safe(seen.rights)),
        ("Next", ", ".join(f"<code>{safe(hint)}</code>" for hint in seen.hints)),
    )
    return output(
        f"<p><strong>{safe(seen.kind)} {safe(name)}</strong></p>",
        f"<p{lang(seen.language)}>{safe(seen.title)}</p>" if seen.title else "",
        _table("Tables", ("table", "rows", "a row is"), tables),
        _table("Texts", ("text", "length", "language", "hash"), texts),
        *(f'<p class="quiet">{name}: {words}</p>' for name, words in facts if words),
    )


def _table(caption: str, names: tuple[str, ...], rows: str) -> str:
    if not rows:
        return ""
    number = {"rows": ' class="number"'}
    head = "".join(f'<th scope="col"{number.get(name, "")}>{name}</th>' for name in names)
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
