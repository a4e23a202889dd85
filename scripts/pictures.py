"""Draw the pictures of the release for the documentation.

    python scripts/pictures.py           # write docs/pictures/*.svg and docs/pictures.md
    python scripts/pictures.py --check   # say whether they show the data as they are now

The bytes of an SVG differ between versions of matplotlib, and so does where a line
breaks. So `--check` holds each SVG to its title and its description, which has every
number that is drawn and is made of the data by the same values; and it holds the page
to every letter.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import smartcity_case as sc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case import Case, Picture

DOCS = Path(__file__).resolve().parents[1] / "docs"

NOT_SAID = {
    "stances": (
        "How many people are for or against it, how strongly, or who is right. The stance of an "
        "actor is what this article reports of it; others may have been left out."
    ),
    "speakers": (
        "Who spoke most at the event, or how true a quotation is to what was said. It counts acts "
        "of speech, not words, and what the article gives room to."
    ),
    "technologies": (
        "What was built, bought or decided. A status is what a clause of the article says, of "
        "December 2018; the rank of the statuses is a rule of the codebook."
    ),
    "network": (
        "Who worked with whom, or who has influence. A line is a claim that names both, whatever "
        "it says of them; a denial makes a line, too."
    ),
    "coverage": (
        "How well the text was coded. That words have a row shows that somebody looked at them; "
        "what the row says is judged elsewhere ([reliability.md](reliability.md))."
    ),
}
"""What may not be concluded from a picture, by its name."""

HEAD = """\
# Pictures

Made by `python scripts/pictures.py` from the release, each by one call. All of them are of **one
article**: they show what it says and how it was coded, by a language model from a
[codebook](codebook.md). They say nothing of other texts, of what is true, or of how many people
think so. Below each stands its description, which its file carries too.

The keys in the pictures are those of the tables; `print(case.trace("claims", "c015"))` shows the
words. How to draw and save them: [notebook.md](notebook.md).
"""


def pictures(case: Case) -> dict[str, Picture]:
    """The pictures by name."""
    return {name: getattr(case.pictures, name)() for name in case.pictures.names}


def page(made: dict[str, Picture]) -> str:
    """The page that shows and describes them."""
    lines = [HEAD]
    for name, picture in made.items():
        words = picture.alt.replace("[", "\\[").replace("]", "\\]")
        lines += [
            f"## {picture.title}",
            "",
            f"![{picture.title}](pictures/{name}.svg)",
            "",
            f"**Call:** `sc.load().pictures.{name}()`, n = {picture.n}, one article.",
            "",
            f"**Description:** {words}",
            "",
            f"**Not to be concluded:** {NOT_SAID[name]}",
            "",
        ]
    return "\n".join(lines)


def said(svg: bytes) -> tuple[str | None, str | None]:
    """Title and description of an SVG."""
    root: Any = ElementTree.fromstring(svg)
    name = "{http://www.w3.org/2000/svg}"
    return root.findtext(f"{name}title"), root.findtext(f"{name}desc")


def drift(made: dict[str, Picture], docs: Path) -> Iterator[str]:
    """What does not show the data as they are now."""
    path = docs / "pictures.md"
    if not path.is_file() or path.read_text("utf-8") != page(made):
        yield "not as made here: pictures.md"
    there = {path.name for path in docs.glob("pictures/*.svg")}
    yield from (f"not made here: pictures/{n}" for n in sorted(there - {f"{n}.svg" for n in made}))
    for name, picture in made.items():
        svg = docs / f"pictures/{name}.svg"
        if not svg.is_file() or said(svg.read_bytes()) != (picture.title, picture.alt):
            yield f"shows other numbers: pictures/{name}.svg"


def write(made: dict[str, Picture], docs: Path) -> None:
    """Write the page and the pictures."""
    (docs / "pictures").mkdir(exist_ok=True)
    (docs / "pictures.md").write_bytes(page(made).encode("utf-8"))
    for name, picture in made.items():
        picture.save(docs / f"pictures/{name}.svg")


def main() -> int:
    """Write, or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing")
    made = pictures(sc.load())
    if parser.parse_args().check:
        faults = list(drift(made, DOCS))
        print(*(faults or [f"{len(made)} pictures: no drift"]), sep="\n")
        return bool(faults)
    write(made, DOCS)
    print(f"{len(made)} pictures written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
