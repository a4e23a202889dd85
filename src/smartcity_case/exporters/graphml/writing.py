"""GraphML as a stream: keys, then nodes and edges one by one, so that no graph is held."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.exporters.shared.values import NOT_XML, number_text
from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
    ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)
_NO_XML = re.compile(f"[{NOT_XML}]")
_CHANGED = re.compile(f"[&<>\r{NOT_XML}]")
_MARKUP = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_OTHER = re.compile(r"[^A-Za-z0-9._\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff-]")
_AT_ONCE = 1 << 16
"""Characters that are gathered before they are written."""


class Attribute(NamedTuple):
    """An attribute of nodes or edges, with its type in GraphML; of a column, with its table."""

    of: str
    name: str
    type: str
    table: str = ""

    @property
    def title(self) -> str:
        """What it is called: a column after its table."""
        return f"{self.table}.{self.name}" if self.table else self.name


def token(text: str) -> str:
    """A text as an NMTOKEN of XML, from which it could be had again.

    >>> token("claims"), token("größe"), token("a/b·c")
    ('claims', 'größe', 'a·2F·b·B7·c')
    """
    return _OTHER.sub(lambda found: f"·{ord(found[0]):X}·", text)


def _names(attributes: Iterable[Attribute]) -> Iterator[str]:
    """What attributes are called, each otherwise: table `a.b` with `c` is no `a` with `b.c`."""
    plain = [
        (each.of, ".".join(map(token, filter(None, (each.table, each.name)))))
        for each in attributes
    ]
    taken = set[tuple[str, str]]()
    for of, wanted in plain:
        name, number = wanted, 1
        while (of, name) in taken or (number > 1 and (of, name) in plain):
            number += 1
            name = f"{wanted}-{number}"
        taken.add((of, name))
        yield name


class GraphWriter:
    """Writes one directed graph; `replaced` counts by attribute what XML cannot hold.

    Attributes that are None are left out; an empty text stays as an empty element.
    """

    def __init__(self, stream: BinaryIO, description: str, attributes: Iterable[Attribute]) -> None:
        self._stream, self._gathered, self._size = stream, [_HEAD], 0
        self.replaced = Counter[str]()
        self._edge_count = 0
        self._keys: dict[Attribute, str] = {}
        self._put(f"<desc>{self._text('desc', description)}</desc>\n")
        listed = list(attributes)
        names = dict(zip(listed, _names(listed), strict=True))
        for attribute, name in names.items():
            # Ids that Gephi takes for no property of its own, as it would `d3`, `x` or `size`.
            self._keys[attribute] = key = f"{attribute.of}{len(self._keys)}"
            told = self._text("desc", attribute.title) if name != attribute.title else ""
            self._put(
                f'<key id="{key}" for="{attribute.of}" attr.name="{name}" '
                f'attr.type="{attribute.type}">{told and f"<desc>{told}</desc>"}</key>\n'
            )
        self._put('<graph edgedefault="directed">\n')

    def node(self, name: str, data: Iterable[tuple[Attribute, Any]]) -> None:
        """Write a node; its name must be a token."""
        self._put(f'<node id="{name}">{self._data(data)}</node>\n')

    def edge(self, source: str, target: str, data: Iterable[tuple[Attribute, Any]]) -> None:
        """Write an edge, whose id is its number."""
        self._edge_count += 1
        ends = f'source="{source}" target="{target}"'
        self._put(f'<edge id="e{self._edge_count}" {ends}>{self._data(data)}</edge>\n')

    def close(self) -> None:
        """Write the end."""
        self._put("</graph>\n</graphml>\n")
        self._flush()

    def _data(self, data: Iterable[tuple[Attribute, Any]]) -> str:
        return "".join(
            [
                f'<data key="{self._keys[of]}">{self._cell(of, value)}</data>'
                for of, value in data
                if value is not None
            ]
        )

    def _cell(self, of: Attribute, value: Any) -> str:
        if isinstance(value, str):
            return self._text(of.title, value) if _CHANGED.search(value) else value
        # A number as Java and Python both read it.
        return number_text(value, "Infinity") if isinstance(value, float) else cell_text(value)

    def _text(self, name: str, text: str) -> str:
        clean, count = _NO_XML.subn("\ufffd", text)
        if count:
            self.replaced[name] += count
        return clean.translate(_MARKUP)

    def _put(self, text: str) -> None:
        self._gathered.append(text)
        self._size += len(text)
        if self._size > _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self._stream.write("".join(self._gathered).encode("utf-8"))
        self._gathered, self._size = [], 0
