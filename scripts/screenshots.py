"""Take the pictures of the page that the documentation shows, in a real browser.

    python scripts/screenshots.py

It needs the `test` extra and Chromium (`apt-get install chromium`, or
CHROMIUM=/path). The pictures are in docs/pictures. Browsers of other versions
draw letters otherwise, so they are not compared in CI: look at them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

import chromium  # noqa: E402
from browser import packages  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURES = ROOT / "docs/pictures"
DESKTOP = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SHOTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "viewer": ("case", "claims/c010", DESKTOP),
    "viewer-dark": ("case", "quotes/q013", DESKTOP | {"color_scheme": "dark"}),
    "viewer-phone": ("case", "claims/c010", PHONE),
    "viewer-findings": ("faulty", "claims/c002", DESKTOP),
}
"""Name of the picture: package, row that is chosen, window."""


def shoot(browser: Browser, page: Path, row: str, window: dict[str, Any], out: Path) -> None:
    """Take one picture."""
    context = browser.new_context(**window, reduced_motion="reduce", locale="en")
    opened = context.new_page()
    opened.goto(f"{page.as_uri()}#{row}")
    opened.wait_for_selector("html[data-ready=yes]")
    opened.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)))")
    opened.screenshot(path=out)
    context.close()


def main() -> int:
    """Take all pictures."""
    if why := chromium.missing():
        print(f"screenshots: {why}", file=sys.stderr)
        return 2
    from playwright.sync_api import sync_playwright

    flags = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        pages = {name: packages.page_of(name, Path(place) / name) for name in ("case", "faulty")}
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=flags)
        for name, (package, row, window) in SHOTS.items():
            out = PICTURES / f"{name}.png"
            shoot(browser, pages[package], row, window, out)
            print(f"{out.relative_to(ROOT)}: {out.stat().st_size // 1000} kB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
