"""Fixtures: one browser, the pages that are looked at, and a window that tells of every fault."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import chromium as place_of
from browser import packages
from browser.looking import Window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


# Of the package, not of the session: while Playwright runs, no other event loop can.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if why := place_of.missing():
        pytest.fail(why)
    from playwright.sync_api import sync_playwright

    flags = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=place_of.program(), args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def page_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The page of a package by its name in `packages`; each is made once."""
    root, made = tmp_path_factory.mktemp("pages"), dict[str, Path]()

    def make(name: str) -> Path:
        if name not in made:
            made[name] = packages.page_of(name, root / name)
        return made[name]

    return make


@pytest.fixture(scope="package")
def contexts(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A context for each kind of screen, with one window that is used again."""
    made: dict[str, BrowserContext] = {}

    def make(**options: Any) -> BrowserContext:
        if (key := repr(sorted(options.items()))) not in made:
            made[key] = chromium.new_context(**(DESKTOP | options))
            made[key].set_default_timeout(10_000)
        return made[key]

    yield make
    for context in made.values():
        context.close()


@pytest.fixture
def visit(
    contexts: Callable[..., BrowserContext], page_of: Callable[[str], Path]
) -> Iterator[Callable[..., Window]]:
    """Open the page of a package, by its name or its file; faults fail the test at its end."""
    windows: list[Window] = []

    def go(name: str | Path, reference: str = "", **options: Any) -> Window:
        file = page_of(name) if isinstance(name, str) else name
        window = Window(contexts(**options), file)
        windows.append(window)
        window.go(reference)
        return window

    yield go
    faults = [fault for window in windows for fault in window.close()]
    assert not faults
