"""What must hold of the built site: links lead somewhere, nothing is loaded from elsewhere."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from website.links import carried_over
from website.page import Page, loaded_by_styles, read_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HOSTS = re.compile(r"""["'`]https?://([\w.-]+)""")
_NEVER_ASKED = {"api.github.com"}
"""Hosts that the theme's script names, and asks only of a site that names its repository."""
VIEWER = "viewer/case.html"
"""The page of the viewer, whose script makes a place for each row (`#claims/c007`)."""
LONE = ("404.html", VIEWER)
"""Pages that are not made of Markdown."""


def faults(files: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a site; `files` are those of text, and those without "", by path."""
    pages = {path: read_page(text) for path, text in files.items() if path.endswith(".html")}
    for path, page in pages.items():
        for link in page.links:
            yield from _dead(path, link, pages, files)
        for address in page.loads:
            yield from _foreign(path, address)
            yield from _dead(path, address, pages, files)
        yield from (f"{path}: the id {i} stands {n} times" for i, n in page.ids.items() if n > 1)
        if page.headings != 1 and path not in LONE:
            yield f"{path}: {page.headings} headings of the first level"
        if page.without_alt:
            yield f"{path}: {page.without_alt} images say nothing to whoever does not see them"
        if page.without_title:
            yield f"{path}: a frame has no title"
    yield from _same_titles(pages)
    for path, text in files.items():
        if path.endswith(".css"):
            for address in loaded_by_styles(text):
                yield from _foreign(path, address)
        elif path.endswith(".js") and not path.startswith("search/"):
            hosts = set(_HOSTS.findall(text)) - _NEVER_ASKED
            yield from (f"{path}: the script names the host {host}" for host in sorted(hosts))


def _dead(
    path: str, link: str, pages: Mapping[str, Page], files: Mapping[str, str]
) -> Iterator[str]:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return
    if parts.path.startswith("/"):  # the page for what is not found does so
        target = parts.path.lstrip("/") or "index.html"
    else:
        folder = posixpath.dirname(path)
        target = posixpath.normpath(posixpath.join(folder, parts.path)) if parts.path else path
    target, anchor = unquote(target), unquote(parts.fragment)
    if target not in files:
        yield f"{path}: {link} leads to no file"
    elif anchor and not (target == VIEWER and "/" in anchor) and not pages[target].ids[anchor]:
        yield f"{path}: {link} leads to no place of {target}"


def _foreign(path: str, address: str) -> Iterator[str]:
    if urlsplit(address).netloc or urlsplit(address).scheme not in ("", "data"):
        yield f"{path}: {address[:80]} is loaded from elsewhere"


def _same_titles(pages: Mapping[str, Page]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for path, page in pages.items():
        if not page.title.strip():
            yield f"{path}: no title"
        elif page.title in seen and path not in LONE:
            yield f"{path}: the title of {seen[page.title]}: {page.title}"
        seen.setdefault(page.title, path)


def missing_places(page: str, path: str, wanted: Mapping[str, str]) -> Iterator[str]:
    """What of `wanted`, ids by what they are of, a built page does not have."""
    ids = read_page(page).ids
    yield from (f"{path}: no place for {name}" for name, i in wanted.items() if not ids[i])


def misread(
    source: str, built: str, origin: str, place: str, pages: Mapping[str, str]
) -> Iterator[str]:
    """Where a built page is another one than CommonMark makes of its source.

    Readers of the repository see the one, readers of the site the other.
    """
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    text = re.sub(r"^```mermaid\n.*?^```\n", "", source, flags=re.M | re.S)
    here = read_page(reader.render(carried_over(text, origin, place, pages)), whole=True)
    there = read_page(built)
    if here.words != there.words:
        at = next(
            (n for n, (a, b) in enumerate(zip(here.words, there.words, strict=False)) if a != b),
            min(len(here.words), len(there.words)),
        )
        said, shown = (words[max(0, at - 30) : at + 30] for words in (here.words, there.words))
        yield f"{place}: {said!r} is shown as {shown!r}"
    if here.elements - there.elements or there.elements - here.elements:
        kinds = sorted((here.elements | there.elements).keys())
        odd = {
            kind: (here.elements[kind], there.elements[kind])
            for kind in kinds
            if here.elements[kind] != there.elements[kind]
        }
        yield f"{place}: elements differ (source, built): {odd}"
