"""The diagram of a data dictionary as SVG: no script and no network draws it.

It is read from the Mermaid that `smartcity-case docs` writes, which raw pages keep. Tables stand in
columns, so that foreign keys lead from left to right; texts lie below, and dotted lines lead down
to them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NODE = re.compile(r'\s*(r\d+)(\(\[|\[)"(.*)"\]\)?$')
_ARROW = re.compile(r'\s*(r\d+) (--|-\.) "(.*)" (?:-->|\.->) (r\d+)$')

_CHAR: Final = 7.3
_LINE: Final = 18
_HEAD: Final = 28
_PAD: Final = 12
_GAP: Final = 58
_BETWEEN: Final = 26
_WIDEST: Final = 24
"""Sizes in pixels; the last is the number of characters after which a label is broken."""


@dataclass(frozen=True)
class Reference:
    """Fields of a table that refer to a table, or into a text (`spans`)."""

    labels: tuple[str, ...]
    target: str
    spans: bool


@dataclass(frozen=True)
class Node:
    """A table or a text, with what it refers to; `own` are fields that refer to itself."""

    name: str
    own: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()


@dataclass
class _Box:
    node: Node
    x: float = 0
    y: float = 0
    rows: list[tuple[Reference | None, list[str]]] = field(default_factory=list)

    @property
    def width(self) -> float:
        longest = max(len(line) for line in [self.node.name, *(t for _, r in self.rows for t in r)])
        return longest * _CHAR + 2 * _PAD

    @property
    def height(self) -> float:
        return _HEAD + sum(len(lines) for _, lines in self.rows) * _LINE + (8 if self.rows else 0)


def read_mermaid(text: str) -> dict[str, Node]:
    """The nodes of a diagram by their short names, with the arrows that leave them."""
    named: dict[str, list[str]] = {}
    leaving: dict[str, list[Reference]] = {}
    for line in text.splitlines():
        if node := _NODE.match(line):
            named[node[1]] = _labels(node[3])
        elif arrow := _ARROW.match(line):
            reference = Reference(tuple(_labels(arrow[3])), arrow[4], arrow[2] == "-.")
            leaving.setdefault(arrow[1], []).append(reference)
    return {
        place: Node(name, tuple(own), tuple(leaving.get(place, ())))
        for place, (name, *own) in named.items()
    }


def _labels(text: str) -> list[str]:
    lines = text.split("<br>")
    return [re.sub(r"#(\d+);", lambda number: chr(int(number[1])), line) for line in lines]


def svg(text: str) -> str:
    """The SVG of a diagram in Mermaid, with its content in words for whoever does not see it."""
    nodes = read_mermaid(text)
    into = {r.target for node in nodes.values() for r in node.references if r.spans}
    texts = [place for place in nodes if place in into]
    boxes = {place: _box(node) for place, node in nodes.items() if place not in into}
    width, height = _placed(boxes)
    bars = {place: height + 34 + at * 44 for at, place in enumerate(texts)}
    bottom = max([height, *(y + 30 for y in bars.values())])
    told = escape("; ".join(_told(nodes)), quote=True)
    lines = [
        f'<svg class="tables" role="img" aria-label="{told}" viewBox="-14 -2 {width + 16:.0f} '
        f'{bottom + 4:.0f}" width="{width + 16:.0f}" height="{bottom + 4:.0f}">',
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
        *(line for box in boxes.values() for line in _lines(box, boxes, bars)),
        *(line for box in boxes.values() for line in _drawn(box)),
        *(line for place, y in bars.items() for line in _bar(nodes[place], y, width)),
        "</svg>",
    ]
    return "".join(lines)


def _told(nodes: dict[str, Node]) -> Iterator[str]:
    for node in nodes.values():
        for r in node.references:
            verb = "points into the text" if r.spans else "refers to"
            yield f"{node.name} {verb} {nodes[r.target].name} by {', '.join(r.labels)}"
        if node.own:
            yield f"{node.name} refers to itself by {', '.join(node.own).replace('↺ ', '')}"


def _box(node: Node) -> _Box:
    rows: list[tuple[Reference | None, list[str]]] = [
        (reference, [line for label in reference.labels for line in _broken(label)])
        for reference in sorted(node.references, key=lambda reference: reference.spans)
    ]
    own = [(None, [line for label in node.own for line in _broken(label)])] if node.own else []
    return _Box(node, rows=[*own, *rows])


def _broken(label: str) -> list[str]:
    """A label in lines that are not too long, broken at spaces."""
    lines = [""]
    for word in label.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= _WIDEST:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _placed(boxes: dict[str, _Box]) -> tuple[float, float]:
    """Put boxes into columns, what refers left of what it refers to; width and height of all."""
    level = dict.fromkeys(boxes, 0)
    for _ in boxes:  # a circle of references ends here too
        for place, box in boxes.items():
            targets = [level[r.target] for r in box.node.references if r.target in level]
            if targets:
                level[place] = min(max(targets) + 1, len(boxes))
    x, height = 0.0, 0.0
    for rank in sorted(set(level.values()), reverse=True):
        column = [box for place, box in boxes.items() if level[place] == rank]
        y = 0.0
        for box in column:
            box.x, box.y = x, y
            y += box.height + _BETWEEN
        height = max(height, y - _BETWEEN)
        x += max(box.width for box in column) + _GAP
    return x - _GAP, height


def _lines(box: _Box, boxes: dict[str, _Box], bars: dict[str, float]) -> Iterator[str]:
    y = box.y + _HEAD
    for reference, lines in box.rows:
        middle = y + len(lines) * _LINE / 2
        y += len(lines) * _LINE
        if reference is None:
            continue
        if reference.spans:
            way = f"M{box.x:.0f} {middle:.0f}h-10V{bars[reference.target]:.0f}"
            yield f'<path class="span" d="{way}" marker-end="url(#arrow)"/>'
            continue
        end = boxes[reference.target]
        x1, x2, y2 = box.x + box.width, end.x - 1, end.y + _HEAD / 2
        bend = max(_GAP * 0.7, (x2 - x1) / 2)
        way = f"M{x1:.0f} {middle:.0f}C{x1 + bend:.0f} {middle:.0f} {x2 - bend:.0f} {y2:.0f} "
        yield f'<path class="key" d="{way}{x2:.0f} {y2:.0f}" marker-end="url(#arrow)"/>'


def _drawn(box: _Box) -> Iterator[str]:
    size = f'width="{box.width:.0f}" height="{box.height:.0f}"'
    yield f'<rect x="{box.x:.0f}" y="{box.y:.0f}" {size} rx="4"/>'
    yield _words(box.x + _PAD, box.y + 18, box.node.name, "name")
    y = box.y + _HEAD
    for reference, lines in box.rows:
        for line in lines:
            yield _words(
                box.x + _PAD, y + 12, line, "into" if reference and reference.spans else ""
            )
            y += _LINE


def _bar(node: Node, y: float, width: float) -> Iterator[str]:
    yield f'<rect class="text" x="-12" y="{y:.0f}" width="{width + 12:.0f}" height="30" rx="15"/>'
    yield _words(_PAD, y + 19, node.name, "name")


def _words(x: float, y: float, words: str, kind: str) -> str:
    kind = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.0f}" y="{y:.0f}"{kind}>{escape(words)}</text>'


def fence(
    source: str, _language: str, _class: str, _options: object, _md: object, **_more: object
) -> str:
    """A fenced block of Mermaid, as superfences wants it formatted."""
    return f'<div class="diagram" tabindex="0" role="group">{svg(source)}</div>'


__all__: Sequence[str] = ("fence", "read_mermaid", "svg")
