"""Markdown pages as a reader of them sees them: by markdown-it, which is none of our code."""

from __future__ import annotations

import html
import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import unquote

from smartcity_case.render.markdown import Anchors

if TYPE_CHECKING:
    from markdown_it.token import Token


def _tokens(text: str) -> list[Token]:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def _shown(inline: Token) -> str:
    """What is read of an inline token: no tags, no addresses of links."""
    return "".join(
        child.content
        for child in inline.children or ()
        if child.type in ("text", "code_inline", "text_special")
    )


def tables(text: str) -> list[tuple[list[str], list[list[str]]]]:
    """The tables of a page: header and rows, as they are read."""
    found: list[tuple[list[str], list[list[str]]]] = []
    rows: list[list[str]] = []
    tokens = _tokens(text)
    for before, token in pairwise(tokens):
        if before.type == "table_open":
            rows = []
        elif before.type == "tr_open":
            rows.append([])
        if before.type in ("th_open", "td_open"):
            rows[-1].append(_shown(token))
        if token.type == "table_close":
            found.append((rows[0], rows[1:]))
    return found


def cells(row: str) -> list[list[str]]:
    """The cells of a line of a table of two columns."""
    ((_, rows),) = tables(f"| a | b |\n|---|---|\n{row}\n")
    return rows


def links(text: str) -> list[str]:
    """Where the links of a page lead."""
    return [
        unquote(str(child.attrs["href"]))
        for token in _tokens(text)
        for child in token.children or ()
        if child.type == "link_open"
    ]


def headings(text: str) -> list[str]:
    """The headings of a page, as they are read."""
    tokens = _tokens(text)
    pairs = pairwise(tokens)
    return [_shown(inline) for opening, inline in pairs if opening.type == "heading_open"]


@cache
def anchors(text: str) -> set[str]:
    """The places of a page that a link may lead to."""
    made = Anchors()
    named = re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text)
    return {made.of(words) for words in headings(text)} | {f"#{html.unescape(n)}" for n in named}


def mermaid(text: str) -> list[str]:
    """The lines of the diagram of a page."""
    (block,) = (t.content for t in _tokens(text) if t.type == "fence" and t.info == "mermaid")
    return block.splitlines()
