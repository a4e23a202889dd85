"""Where the browser of the tests is, and what is said where there is none."""

from __future__ import annotations

import importlib.util
import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HOW = "apt-get install chromium (or CHROMIUM=/path/to/chromium), then pytest tests/browser"


def program() -> str | None:
    """The browser: what CHROMIUM names (nothing, if it is empty), or what is on the path."""
    if (named := os.environ.get("CHROMIUM")) is not None:
        return shutil.which(named) if named else None
    return next(filter(None, map(shutil.which, NAMES)), None)


def missing() -> str:
    """Why the tests cannot look at a page; "" if they can."""
    for name in ("playwright", "axe_playwright_python"):
        if importlib.util.find_spec(name) is None:
            return f"{name} is not installed; pip install -e '.[test]'"
    if program() is None:
        return f"no Chromium; {HOW}"
    return ""


def is_required() -> bool:
    """Whether tests without a browser are failures, as in CI."""
    return os.environ.get("SMARTCITY_CASE_BROWSER") == "required"
