"""A sheet to draw on, in inches from its upper left corner, and nothing of pyplot's state.

A sheet is as wide as a phone shows it well, and no text on it is smaller than 8 points.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final, Literal

from smartcity_case.errors import SmartcityCaseError
from smartcity_case.render.words import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

WIDTH: Final = 4.8
MARGIN: Final = 0.15
_LINE: Final = {12.0: 0.21, 9.0: 0.165, 8.0: 0.15}
"""The height of a line, by the size of its letters."""
_LETTERS: Final = {12.0: 44, 9.0: 66, 8.0: 72}
"""Letters that fit into a line of the sheet."""

# Okabe and Ito's colours, which people of any sight tell apart; black words are read on all.
SKY, ORANGE, GREEN, PURPLE, YELLOW = "#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442"
BLUE, RED = "#0072B2", "#D55E00"
INK, QUIET, RULE, PAPER = "#1b1b1b", "#4d4d4d", "#bdbdbd", "#ffffff"

FONT: Final = "DejaVu Sans"
"""The font that comes with matplotlib."""

STYLE: Final = {
    "savefig.bbox": None,
    "savefig.facecolor": "auto",
    "savefig.transparent": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "textspans",
}
"""Settings that hold while a picture is written; those of the user stay out of it."""

Align = Literal["left", "center", "right"]


def plotting() -> Any:
    """The module `matplotlib`, imported when it is first needed.

    Raises SmartcityCaseError, naming the extra, if it is not installed.
    """
    try:
        import matplotlib
    except ImportError as error:
        message = "to draw pictures install matplotlib: pip install 'smartcity-case[plot]'"
        raise SmartcityCaseError(message) from error
    return matplotlib


class Sheet:
    """A sheet with a title, notes below it, and room of `body` inches in between.

    `top` is where the room begins. All lengths are inches.
    """

    def __init__(self, title: str, body: float, notes: Sequence[str]) -> None:
        plotting()
        from matplotlib.figure import Figure

        heads = wrap(title, _LETTERS[12.0])
        told = [line for note in notes for line in wrap(note, _LETTERS[8.0])]
        self.top = MARGIN + len(heads) * _LINE[12.0] + 0.1
        height = self.top + body + 0.1 + len(told) * _LINE[8.0] + MARGIN
        self.figure: Figure = Figure(figsize=(WIDTH, height), facecolor=PAPER)
        self.axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.axes.set_xlim(0, WIDTH)
        self.axes.set_ylim(height, 0)
        self.axes.set_axis_off()
        for number, line in enumerate(heads):
            at = MARGIN + (number + 0.5) * _LINE[12.0]
            self.text(MARGIN, at, line, size=12.0, weight="bold")
        for number, line in enumerate(told):
            at = self.top + body + 0.1 + (number + 0.5) * _LINE[8.0]
            self.text(MARGIN, at, line, size=8.0, colour=QUIET)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 9.0,
        align: Align = "left",
        weight: str = "normal",
        colour: str = INK,
        turned: float = 0.0,
    ) -> None:
        """Words whose middle, or baseline if turned, is at a height."""
        self.axes.text(
            x,
            y,
            "\n".join(map(printable, words.split("\n"))),
            fontsize=size,
            fontfamily=FONT,
            usetex=False,
            parse_math=False,
            ha=align,
            va="bottom" if turned else "center_baseline",
            color=colour,
            fontweight=weight,
            rotation=turned,
            rotation_mode="anchor" if turned else "default",
            linespacing=1.15,
            zorder=5,
        )

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = PAPER,
        edge: str = INK,
        hatch: str = "",
        dashed: bool = False,
        words: str = "",
    ) -> None:
        """A box by its upper left corner, maybe hatched, with words in its middle."""
        from matplotlib.patches import Rectangle

        style = "--" if dashed else "-"
        self.axes.add_patch(
            Rectangle(
                (x, y),
                width,
                height,
                facecolor=fill,
                edgecolor=edge,
                lw=1.0,
                ls=style,
                hatch=hatch or None,
                zorder=3,
            )
        )
        if words and hatch:  # words are not read on lines
            inner = Rectangle((x + 0.06, y + 0.035), width - 0.12, height - 0.07, facecolor=PAPER)
            inner.set_zorder(4)
            self.axes.add_patch(inner)
        self.text(x + width / 2, y + height / 2, words, size=8.0, align="center")

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        *,
        colour: str = RULE,
        width: float = 0.8,
        style: str = "-",
    ) -> None:
        """A line through points, under everything else."""
        self.axes.plot(
            xs, ys, color=colour, lw=width, ls=style, zorder=1, solid_capstyle="round"
        )  # fmt: skip

    def dot(self, x: float, y: float, *, fill: str, edge: str = INK, shape: str = "o") -> None:
        """A mark of a point."""
        self.axes.plot([x], [y], shape, ms=6, mfc=fill, mec=edge, mew=1.0, zorder=3)
