"""A window with the page of a package in it, and what can be seen there."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

# Texts of what stands next to each other, as one; in the order of the text.
STRETCHES = """(kind) => {
  const found = [];
  let end = -1;
  for (const each of document.querySelectorAll(`#text .${kind}`)) {
    if (Number(each.dataset.start) === end) found[found.length - 1] += each.textContent;
    else found.push(each.textContent);
    end = Number(each.dataset.end);
  }
  return found;
}"""

# The list has only what is in the window: it is gone through.
ALL_ROWS = """() => {
  const pane = document.getElementById("rows");
  const found = new Map();
  const before = pane.scrollTop;
  for (let top = 0; ; top += pane.clientHeight) {
    pane.scrollTop = top;
    pane.dispatchEvent(new Event("scroll"));
    for (const item of pane.querySelectorAll("[role=option]")) {
      found.set(Number(item.getAttribute("aria-posinset")), item.dataset.ref ?? item.textContent);
    }
    if (top + pane.clientHeight >= pane.scrollHeight) break;
  }
  pane.scrollTop = before;
  return [...found].sort((a, b) => a[0] - b[0]).map(([, name]) => name);
}"""

# Tick the boxes of these tables, or of all.
TICK = """(names) => {
  for (const box of document.querySelectorAll("#tables input")) {
    if (box.checked !== (names === null || names.includes(box.value))) box.click();
  }
}"""

IN_SIGHT = """(kind) => {
  const pane = document.getElementById("text").getBoundingClientRect();
  const box = document.querySelector(`#text .${kind}`)?.getClientRects()[0];
  return !!box && box.top >= pane.top - 1 && box.bottom <= pane.bottom + 1;
}"""

_TURNS = count()


class Window:
    """A page in a browser; what goes wrong in it is kept until it is closed."""

    def __init__(self, context: BrowserContext, file: Path) -> None:
        self.context = context
        self.page: Page = context.pages[0] if context.pages else context.new_page()
        self._file = self.address = file.as_uri()
        self.faults: list[str] = []
        self._listeners: list[tuple[str, Any]] = [
            ("console", self._console),
            ("pageerror", lambda error: self.faults.append(f"error: {error}")),
            ("request", self._request),
            ("dialog", self._dialog),
        ]
        on: Any = self.page.on  # it is declared for each event by itself
        for event, told in self._listeners:
            on(event, told)

    def _console(self, message: Any) -> None:
        # A violation of the policy of the page is an error here, too.
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Any) -> None:
        if not re.fullmatch(rf"(?s){re.escape(self._file)}\?\d+(#.*)?", request.url):
            self.faults.append(f"asked for {request.url}")

    def _dialog(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def go(self, reference: str = "") -> None:
        """Load the page anew, at a row if one is named."""
        self.page.mouse.move(0, 0)
        # Another address each time: else only the place on the page would be another.
        self.address = f"{self._file}?{next(_TURNS)}"
        self.page.goto(self.address + (f"#{reference}" if reference else ""))
        assert self.run("document.documentElement.dataset.ready") == "yes"

    def media(self, media: Literal["print", "null"]) -> None:
        """Show the page as on paper, or again as it is ("null")."""
        self.page.emulate_media(media=media)

    def close(self) -> list[str]:
        """Leave the page; what has gone wrong in it."""
        for event, told in self._listeners:
            self.page.remove_listener(event, told)
        return self.faults

    def run(self, script: str, given: Any = None) -> Any:
        return self.page.evaluate(script, given)

    def frames(self) -> None:
        """Wait until what was changed is drawn."""
        self.run(FRAMES)

    def at(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def row(self, reference: str) -> Locator:
        return self.at(f'#rows [data-ref="{reference}"]')

    def words(self, selector: str) -> str:
        """The text of an element as it is in the document, without what its looks change."""
        return self.at(selector).text_content() or ""

    @property
    def text(self) -> str:
        """The text as it stands in its pane."""
        return self.words("#text")

    @property
    def chosen(self) -> str:
        """The row that is shown whole; "" if none is."""
        return self.words("#detail-title") if self.at("#detail").is_visible() else ""

    def stretches(self, kind: str = "lit") -> list[str]:
        """The stretches of the text that have a class, each as one."""
        found: list[str] = self.run(STRETCHES, kind)
        return found

    def in_sight(self, kind: str = "lit") -> bool:
        """Wait until the first stretch of a class stands in the window of the text."""
        self.page.wait_for_function(IN_SIGHT, arg=kind, timeout=4_000)
        return True

    @property
    def rows(self) -> list[str]:
        """The rows of the list, in its order, also those that are out of sight."""
        found: list[str] = self.run(ALL_ROWS)
        return found

    @property
    def count(self) -> int:
        """How many rows are said to be listed."""
        return int(self.words("#count").split(" of ")[0].replace(",", ""))

    def tables(self, *names: str) -> None:
        """Tick these tables, and no others."""
        self.run(TICK, list(names))

    def all_tables(self) -> None:
        self.run(TICK, None)

    def facet(self, name: str, value: str) -> None:
        """Choose a value in a filter by column."""
        self.run("document.getElementById('more').open = true")
        self.at(f'#facets [data-facet="{name}"]').select_option(value)

    def place(self, point: int) -> Locator:
        """The marked stretch of the text that has a code point."""
        start = self.run(
            "(point) => [...document.querySelectorAll('#text mark')].map(e => e.dataset)"
            ".find(d => d.start <= point && d.end > point)?.start",
            point,
        )
        return self.at(f'#text mark[data-start="{start}"]')
