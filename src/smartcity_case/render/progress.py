"""How far a long run is, for a person who watches a terminal."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING, Final, Self, TextIO

from smartcity_case.render.words import cut, printable

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH: Final = 79
"""The line must not wrap, or it could not be cleared."""

_PATIENCE = 0.5  # seconds before anything is shown: short runs stay silent
_PAUSE = 0.1  # seconds between two looks


class Progress:
    """One line on a terminal that says how far a run is; it is gone at the end.

    Call it with the stage, how much of it is done and how much there is (0 if
    that is not known), from any thread::

        with Progress(sys.stderr) as progress:
            progress("rows of claims", 65_536, 1_000_000)
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._next = clock() + _PATIENCE
        self._shown = 0
        self._lock = Lock()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far it is, at most ten times a second."""
        with self._lock:
            now = self._clock()
            if now >= self._next:
                self._next = now + _PAUSE
                self._show(_words(stage, done, total))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Clear the line, so that nothing of it stands before the report."""
        with self._lock:
            if self._shown:
                self._show("")
                self._write("\r")
            self._next = float("inf")

    def _show(self, line: str) -> None:
        self._write("\r" + line.ljust(self._shown))
        self._shown = len(line)

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # a terminal that is gone, or lacks a letter, stops no check
            self._next = float("inf")


def _words(stage: str, done: int, total: int) -> str:
    share = (
        f"{done:,} of {total:,} ({min(done, total) * 100 // total} %)" if total > 0 else f"{done:,}"
    )
    return cut(printable(stage), WIDTH - 2 - len(share)) + ": " + share
