"""How fast the page of a large package is, measured in the browser: results/viewer.json.

    python -m benchmarks.viewer

A page of the case, and one of a text of 1 MB with 20,000 rows. There is no peer
to run beside it, so it is no case of `python -m benchmarks`, and its figures
say as much about the machine as about the page. It needs the `test` extra and
Chromium.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import setup

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks/results/viewer.json"
ROUNDS = 5


def measure(browser: Browser, page: Path) -> dict[str, float]:
    """Open a page, and measure it; milliseconds."""
    from browser.looking import Window
    from browser.measured import figures

    window = Window(browser.new_context(viewport={"width": 1280, "height": 800}), page)
    window.go()
    window.all_tables()
    found = figures(window).rounded()
    assert window.close() == [], "the page has faults"
    window.context.close()
    return found


def medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    """The middle figure of all rounds.

    >>> medians([{"ready": 1.0}, {"ready": 9.0}, {"ready": 2.0}])
    {'ready': 2.0}
    """
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}


def main() -> int:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    sys.path[:0] = [str(ROOT / "tests")]
    import chromium
    from browser import packages

    if why := chromium.missing():
        print(f"benchmarks.viewer: {why}", file=sys.stderr)
        return 2
    from playwright.sync_api import sync_playwright

    flags = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        page = packages.page_of("large", Path(place) / "large")
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=flags)
        found = [measure(browser, page) for _ in range(rounds)]
        result: dict[str, Any] = {
            "text_characters": packages.LENGTH,
            "rows": packages.ROWS,
            "page_bytes": page.stat().st_size,
            "browser": f"Chromium {browser.version}, headless, without a graphics processor",
            "setup": setup(),
            "load_average": round(os.getloadavg()[0], 1),  # what else the machine did
            "unit": "milliseconds",
            "median": medians(found),
            "rounds": found,
        }
        browser.close()
    RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(result["median"], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
