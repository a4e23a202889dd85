"""How fast a large page is, measured in the browser itself."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass
from typing import Any

from browser.looking import Window

# Milliseconds from doing something until the frame after the next has been drawn.
UNTIL_DRAWN = """async () => {
  const from = performance.now();
  DOING;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - from;
}"""
# From top to bottom in steps of a window's height; how long each frame took.
SCROLL = """async ([id, steps]) => {
  const pane = document.getElementById(id);
  pane.scrollTop = 0;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const frames = [];
  let last = performance.now();
  for (let step = 1; step <= steps; step++) {
    pane.scrollTop = ((pane.scrollHeight - pane.clientHeight) * step) / steps;
    await new Promise((done) => requestAnimationFrame(done));
    const now = performance.now();
    frames.push(now - last);
    last = now;
  }
  return frames;
}"""
CHANGE = "{}.value = '{}'; {}.dispatchEvent(new Event('{}'))"


@dataclass(frozen=True)
class Figures:
    """Milliseconds; frames of one turn from the top to the bottom."""

    ready: float
    text_frame_median: float
    text_frame_p95: float
    rows_frame_median: float
    rows_frame_p95: float
    filter: float
    search: float
    last_row: float
    click: float

    def rounded(self) -> dict[str, float]:
        return {name: round(value, 1) for name, value in asdict(self).items()}


def figures(window: Window, steps: int = 60) -> Figures:
    """Measure a page that was just opened, whose last row is `inner/i09999`."""
    ready = window.run("performance.getEntriesByType('navigation')[0].duration")
    text, rows = (window.run(SCROLL, [pane, steps]) for pane in ("text", "rows"))
    select = "document.querySelector('#facets select[data-facet=\"kind\"]')"
    search = "document.getElementById('search')"
    return Figures(
        ready=ready,
        text_frame_median=statistics.median(text),
        text_frame_p95=_p95(text),
        rows_frame_median=statistics.median(rows),
        rows_frame_p95=_p95(rows),
        filter=_done(window, CHANGE.format(select, "sagt", select, "change")),
        search=_done(window, CHANGE.format(search, "o0999", search, "input")),
        last_row=_done(
            window,
            "document.getElementById('clear').click();"
            "document.getElementById('rows')"
            ".dispatchEvent(new KeyboardEvent('keydown', {key: 'End'}))",
        ),
        click=_done(window, "document.querySelector('#text .lit').click()"),
    )


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _done(window: Window, doing: str) -> Any:
    window.frames()
    return window.run(UNTIL_DRAWN.replace("DOING", doing))
