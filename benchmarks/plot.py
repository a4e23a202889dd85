"""The plot: rows against seconds, both logarithmic, every line named at its end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from benchmarks import cases
from benchmarks.promises import median

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from benchmarks.promises import Results

# Each has a contrast of at least 3 : 1 against white and against the dark of code hosts, so
# that the ground can stay transparent; Okabe and Ito's colours, where they allow it. Marks
# and dashes tell the lines apart without any colour.
INK = "#767676"
LINES = {
    cases.CSV: ("#1f7fc0", "o", "-"),
    cases.ONE: ("#1f7fc0", "o", ":"),
    cases.PARQUET: ("#009e73", "s", "-"),
    cases.FRICTIONLESS: ("#d55e00", "^", "-"),
    cases.POLARS: ("#b565a0", "D", "--"),
    cases.LOOP: (INK, "v", "-."),
}
LABELS = {cases.LOOP: "Python loop, spans only", cases.POLARS: "polars.read_csv, no checks"}
GAP = 0.055
"""The least distance of two labels, in parts of the axis."""


def spread(places: dict[str, float], gap: float) -> dict[str, float]:
    """Places along an axis, moved apart as little as a simple way can, in their order.

    >>> spread({"a": 0.1, "b": 0.1, "c": 0.9}, 0.25)
    {'a': -0.025, 'b': 0.225, 'c': 0.9}
    """
    groups: list[tuple[list[str], float]] = []  # names, and the middle of where they belong
    for name in sorted(places, key=lambda each: (places[each], each)):
        groups.append(([name], places[name]))
        while len(groups) > 1:
            (low, below), (high, above) = groups[-2:]
            if above - below >= gap * (len(low) + len(high)) / 2 - 1e-12:
                break
            middle = (below * len(low) + above * len(high)) / (len(low) + len(high))
            groups[-2:] = [(low + high, middle)]
    return {
        name: round(middle + (i - (len(names) - 1) / 2) * gap, 6)
        for names, middle in groups
        for i, name in enumerate(names)
    }


def points(results: Results) -> dict[str, list[tuple[int, float]]]:
    """Rows and median seconds of each line that was measured."""
    numbers = cases.Scale(**results["rows"]["scale"]).rows
    lines = {}
    for name in LINES:
        measured = [(n, median(results, "rows", name, rows=n)) for n in numbers]
        known = [(n, seconds) for n, seconds in measured if seconds]
        if known:
            lines[name] = known
    return lines


def draw(results: Results, place: Path) -> None:
    """Draw the plot into a file; the same bytes for the same results."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    settings: dict[Any, Any] = {
        "svg.hashsalt": "performance",
        "font.size": 11,
        "font.family": "DejaVu Sans",
        **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor"), INK),
        **dict.fromkeys(("xtick.color", "ytick.color"), INK),
    }
    with mpl.rc_context(settings):
        figure = Figure(figsize=(9, 5.4))  # not pyplot, which looks for a screen
        axes = figure.subplots()
        lines = points(results)
        for name, line in lines.items():
            colour, mark, dash = LINES[name]
            axes.loglog(*zip(*line, strict=True), color=colour, marker=mark, ls=dash, lw=2, ms=6)
        _frame(axes, results)
        _name_lines(axes, lines)
        figure.tight_layout()
        metadata = {"Date": None, "Creator": None} if place.suffix == ".svg" else None
        figure.savefig(place, transparent=True, metadata=metadata)


def _frame(axes: Axes, results: Results) -> None:
    from matplotlib.ticker import FuncFormatter, NullLocator

    numbers = cases.Scale(**results["rows"]["scale"]).rows
    cpus = results["rows"]["setup"]["cpus"]
    axes.set_xlim(numbers[0] * 0.85, numbers[-1] * 1.1)
    axes.set_xticks(numbers, [_short(number) for number in numbers])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("rows")
    axes.set_ylabel("seconds")
    axes.set_title(
        f"Median seconds by number of rows, {cpus} processors (both axes logarithmic)",
        loc="left",
        fontsize=11,
    )
    axes.grid(color=INK, alpha=0.25, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def _name_lines(axes: Axes, lines: dict[str, list[tuple[int, float]]]) -> None:
    """Name every line at its end; names of lines that end together are moved apart."""
    low, high = (math.log(limit) for limit in axes.get_ylim())
    ends: dict[int, dict[str, float]] = {}
    for name, line in lines.items():
        number, seconds = line[-1]
        ends.setdefault(number, {})[name] = (math.log(seconds) - low) / (high - low)
    for number, places in ends.items():
        for name, height in spread(places, GAP).items():
            axes.annotate(
                LABELS.get(name, name),
                (number, math.exp(low + height * (high - low))),
                xytext=(12, 0),
                textcoords="offset points",
                color=LINES[name][0],
                va="center",
                annotation_clip=False,
            )


def _short(number: int) -> str:
    """A number of rows on the axis.

    >>> _short(300_000), _short(10_000_000)
    ('300 k', '10 M')
    """
    return f"{number // 1_000_000} M" if number >= 1_000_000 else f"{number // 1000} k"
