from __future__ import annotations

import io
import re

from smartcity_case.render.progress import WIDTH, Progress


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def screen(output: str) -> str:
    """What stands on a line of a terminal after this output."""
    cells: list[str] = []
    at = 0
    for c in output:
        if c == "\r":
            at = 0
        else:
            cells[at : at + 1] = [c]
            at += 1
    return "".join(cells).rstrip()


def test_a_long_run_is_told_and_its_line_is_cleared() -> None:
    clock, out = Clock(), io.StringIO()
    with Progress(out, clock) as progress:
        clock.now = 1
        progress("rows of claims", 500_000, 1_000_000)
        assert screen(out.getvalue()) == "rows of claims: 500,000 of 1,000,000 (50 %)"
        clock.now = 2
        progress("texts", 3, 0)
        assert screen(out.getvalue()) == "texts: 3"
        clock.now = 3
        progress("texts", 9, 8)
        assert "(100 %)" in screen(out.getvalue())
    assert screen(out.getvalue()) == ""
    assert out.getvalue().endswith("\r")
    before = out.getvalue()
    progress("late", 1, 2)
    assert out.getvalue() == before


def test_a_short_run_is_silent_and_a_long_one_is_not_chatty() -> None:
    clock, out = Clock(), io.StringIO()
    with Progress(out, clock) as progress:
        for _ in range(49):
            clock.now += 0.01
            progress("rows", 1, 2)
        assert out.getvalue() == ""
        for _ in range(100):
            clock.now += 0.01
            progress("rows", 1, 2)
        assert 5 <= out.getvalue().count("\r") <= 11
    silent = io.StringIO()
    with Progress(silent, clock):
        pass
    assert silent.getvalue() == ""


def test_a_package_cannot_write_on_the_terminal_or_wrap_the_line() -> None:
    clock, out = Clock(), io.StringIO()
    with Progress(out, clock) as progress:
        clock.now = 1
        progress("rows of \x1b[2J\n" + "x" * 200, 1_000_000, 2_000_000)
        line = screen(out.getvalue())
        assert len(line) <= WIDTH
        assert re.search(r"…: 1,000,000 of 2,000,000 \(50 %\)$", line)
        assert "\x1b" not in line


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(5, "gone")


def test_a_terminal_that_is_gone_stops_nothing() -> None:
    clock = Clock()
    with Progress(Gone(), clock) as progress:
        clock.now = 1
        progress("rows", 1, 2)
