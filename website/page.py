"""A built page as the check sees it: its places, its links, what it loads, what is read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_LOADING: Final = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
"""Attributes by which a page loads something, by the element."""
_LOADING_LINKS: Final = {"icon", "manifest", "modulepreload", "prefetch", "preload", "stylesheet"}
_COUNTED: Final = {
    *("blockquote", "code", "del", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr"),
}
_VOID: Final = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
_IN_STYLES: Final = re.compile(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""")


def loaded_by_styles(text: str) -> list[str]:
    """The addresses that a style sheet loads.

    >>> loaded_by_styles("@import 'a.css'; p { background: url(b.png) }")
    ['a.css', 'b.png']
    """
    return [url or imported for url, imported in _IN_STYLES.findall(text)]


@dataclass
class Page:
    """What the check asks of a page.

    `words` are those of its article, without spaces; `elements` how many of each kind that has.
    """

    title: str = ""
    ids: Counter[str] = field(default_factory=Counter)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    headings: int = 0
    without_alt: int = 0
    without_title: int = 0
    words: str = ""
    elements: Counter[str] = field(default_factory=Counter)


class _Reader(HTMLParser):
    def __init__(self, whole: bool) -> None:
        super().__init__()
        self.page = Page()
        self.text: list[str] = []
        self.open: list[tuple[str, bool, bool]] = []  # element, in the article, left out
        self.whole = whole

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        _note(self.page, tag, of)
        classes = of.get("class", "").split()
        _, inside, out = self.open[-1] if self.open else ("", self.whole, False)
        inside = inside or "md-content__inner" in classes
        out = out or tag in ("script", "style", "svg") or "headerlink" in classes
        if inside and not out and tag in _COUNTED:
            self.page.elements[tag] += 1
        if tag not in _VOID:
            self.open.append((tag, inside, out))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if any(tag == opened for opened, _, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        tag, inside, out = self.open[-1] if self.open else ("", self.whole, False)
        if tag == "title" and not any(opened == "svg" for opened, _, _ in self.open):
            self.page.title += data
        if tag == "style":
            self.page.loads += loaded_by_styles(data)
        if inside and not out:
            self.text.append(data)


def _note(page: Page, tag: str, of: dict[str, str]) -> None:
    if "id" in of:
        page.ids[of["id"]] += 1
    if tag == "a" and "name" in of and "id" not in of:
        page.ids[of["name"]] += 1
    if tag in ("a", "area") and "href" in of:
        page.links.append(of["href"])
    page.loads += [of[name] for name in _LOADING.get(tag, ()) if name in of]
    if tag == "link" and _LOADING_LINKS & set(of.get("rel", "").split()):
        page.loads.append(of.get("href", ""))
    page.loads += loaded_by_styles(of.get("style", ""))
    page.headings += tag == "h1"
    page.without_alt += tag == "img" and not of.get("alt")
    page.without_title += tag == "iframe" and not of.get("title")


def read_page(text: str, *, whole: bool = False) -> Page:
    """A page; `whole` if all of it counts as its article.

    >>> page = read_page("<p id='a'>Ein <b>Fuchs</b> <a href='#a'>da</a>", whole=True)
    >>> page.words, page.links, dict(page.ids), dict(page.elements)
    ('EinFuchsda', ['#a'], {'a': 1}, {'p': 1})
    """
    reader = _Reader(whole)
    reader.feed(text)
    reader.close()
    reader.page.words = "".join("".join(reader.text).split())
    return reader.page
