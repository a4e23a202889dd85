"""A picture with its description: shown in a notebook, saved as SVG or PNG."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from smartcity_case.errors import UnwritablePackage
from smartcity_case.pictures.canvas import FONT, STYLE, plotting
from smartcity_case.render.words import printable
from smartcity_case.writing import write_files

if TYPE_CHECKING:
    import os

    from matplotlib.figure import Figure

_DPI: Final = 160
_FORMS: Final = (".svg", ".png")
_STYLED = re.compile(rf"""(style="[^"<>]*)'{FONT}'""")
_FONTS: Final = f"'{FONT}', Verdana, Arial, sans-serif"
"""What a browser may take; none of them is wider than the one that was measured."""


@dataclass(frozen=True, repr=False)
class Picture:
    """A picture of the data.

    `figure` is a matplotlib Figure; `title` says what is seen, `alt` describes
    the picture in sentences, with its numbers, for whoever does not see it; `n`
    is the number of rows that it is made of.

    >>> import smartcity_case as sc
    >>> sc.load().pictures.stances().n
    49
    """

    title: str
    alt: str
    n: int
    figure: Figure

    def __repr__(self) -> str:
        return f"Picture({self.title!r}, n={self.n})"

    def _repr_html_(self) -> str:
        image = b64encode(self._drawn("png")).decode("ascii")
        width = round(self.figure.get_figwidth() * 100)
        return (
            f'<figure style="margin:0"><img alt="{escape(self.alt, quote=True)}" width="{width}" '
            f'style="max-width:100%;height:auto;background:#fff" '
            f'src="data:image/png;base64,{image}"></figure>'
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a file; its ending, `.svg` or `.png`, says in which form.

        An SVG holds title and description, and is the same in every run of one
        version of matplotlib. A file that is there is written over. Raises
        UnwritablePackage for another ending, or if the system refuses.
        """
        place = Path(path)
        if place.suffix not in _FORMS:
            raise UnwritablePackage(f"{path}: a picture is saved as .svg or .png; name it so")
        write_files(place.parent, [(place.name, self._drawn(place.suffix[1:]))])

    def _drawn(self, form: str) -> bytes:
        """The bytes of the picture; nothing in them tells the time."""
        out, facts = BytesIO(), _metadata(form, self.title, self.alt)
        with plotting().rc_context(STYLE):
            self.figure.savefig(out, format=form, dpi=_DPI, metadata=facts)
        return _described(out.getvalue(), self.title, self.alt) if form == "svg" else out.getvalue()


def _metadata(form: str, title: str, alt: str) -> dict[str, Any]:
    if form == "png":
        return {"Title": title, "Description": alt, "Software": None}
    return {"Date": None, "Creator": None}


def _described(svg: bytes, title: str, alt: str) -> bytes:
    """An SVG whose title and description are those of the picture, for screen readers too."""
    text = _STYLED.sub(lambda match: match[1] + _FONTS, svg.decode("utf-8"))
    head = re.search(r"<svg\b[^>]*>", text)
    assert head is not None
    named = f"<title>{escape(printable(title))}</title>\n <desc>{escape(printable(alt))}</desc>"
    said = f'{head[0][:-1]} role="img">\n {named}'
    return (text[: head.start()] + said + text[head.end() :]).encode("utf-8")
