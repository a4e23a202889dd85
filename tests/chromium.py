"""A real browser for the tests of the page: Debian's Chromium, led by Playwright.

A page that is looked at may ask for nothing but itself, and must complain of
nothing; both is held at the end of each test.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
LEFT_OUT = "no browser"
"""How the reason of a test that is left out begins."""
HOW = "install one (apt-get install chromium) or name one: CHROMIUM=/path/to/chromium"


def program() -> str | None:
    """The browser of this machine; the variable CHROMIUM names another, or with "" none."""
    named = os.environ.get("CHROMIUM")
    if named is not None:
        return named or None
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def lacking() -> str:
    """What is not there of what these tests need; "" if all is."""
    if program() is None:
        return f"{LEFT_OUT}: {HOW}"
    if find_spec("playwright") is None:
        return f"{LEFT_OUT}: Playwright is not installed (the extra `test` has it)"
    return ""


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser; where there is none, the test is left out, or fails if it must not be."""
    if reason := lacking():
        if os.environ.get("SMARTCITY_CASE_BROWSER") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    flags = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=flags)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Look:
    """Opens pages, and notes what they complain of or ask for."""

    browser: Browser
    told: list[str] = field(default_factory=list)

    def __call__(
        self, file: Path, fragment: str = "", *, size: tuple[int, int] = (1280, 800), **context: Any
    ) -> Page:
        """A page in a context of its own, once it is ready."""
        width, height = size
        opened = self.browser.new_context(viewport={"width": width, "height": height}, **context)
        opened.set_default_timeout(10_000)
        page = opened.new_page()
        address = file.as_uri()
        page.on("console", lambda m: self.told.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda error: self.told.append(f"error: {error}"))
        page.on("request", lambda request: self._hold(request.url, address))
        page.goto(address + fragment)
        page.wait_for_selector("html[data-ready=yes]", state="attached")
        return page

    def _hold(self, url: str, address: str) -> None:
        if url.split("#")[0] != address:
            self.told.append(f"asked for: {url}")

    def close(self) -> None:
        """Close what was opened; what was told is a fault."""
        for context in self.browser.contexts:
            context.close()
        assert not self.told


def expect_text(page: Page, css: str, words: str) -> None:
    """Wait until an element has some words."""
    page.locator(css, has_text=words).wait_for(state="attached")


def count(page: Page) -> int:
    """The number of rows that the list says it has."""
    return int(page.inner_text("#count").split()[0].replace(",", ""))


def refs(page: Page) -> list[str]:
    """The names of all rows of the list, which is scrolled through for it."""
    found: list[str] = page.evaluate(
        """async () => {
          const list = document.getElementById("rows"), found = new Map();
          list.scrollTop = 0;
          for (;;) {
            await new Promise(requestAnimationFrame);
            for (const item of list.querySelectorAll("[role=option]")) {
              found.set(Number(item.getAttribute("aria-posinset")), item.dataset.ref);
            }
            if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) break;
            list.scrollTop += list.clientHeight;
          }
          return [...found].sort((a, b) => a[0] - b[0]).map(([, ref]) => ref);
        }"""
    )
    return found


def stretches(page: Page, css: str) -> list[tuple[int, int]]:
    """The stretches of the text that have a class, in code points; adjoining ones are one."""
    places = page.eval_on_selector_all(
        f"#text {css}", "all => all.map(e => [Number(e.dataset.start), Number(e.dataset.end)])"
    )
    found: list[tuple[int, int]] = []
    for start, end in sorted(map(tuple, places)):
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def draw_all(page: Page) -> None:
    """Scroll through the text, so that all of it has its marks."""
    page.evaluate(
        """async () => {
          const pane = document.getElementById("text");
          for (let at = 0; at < pane.scrollHeight; at += pane.clientHeight) {
            pane.scrollTop = at;
            for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
          }
          pane.scrollTop = 0;
        }"""
    )


def click_words(page: Page, segment: Locator) -> None:
    """Click on the first letter of a stretch, which may be broken into several lines."""
    segment.scroll_into_view_if_needed()
    left, top = segment.evaluate("e => [e.getClientRects()[0].x, e.getClientRects()[0].y]")
    page.mouse.click(left + 3, top + 6)


def choose(page: Page, facet: str, value: str) -> None:
    """Set a filter by a column."""
    if page.get_attribute("#more", "open") is None:
        page.click("#more summary")
    page.select_option(f'[data-facet="{facet}"]', value)
