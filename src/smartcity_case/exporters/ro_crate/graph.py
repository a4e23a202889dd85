"""The graph of a crate: flat entities that refer to each other by identifiers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from smartcity_case.citation.words import filled, plain_url
from smartcity_case.exporters.shared.names import percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smartcity_case.exporters.shared.schema_org import Node

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")

_BRACKETS = re.compile(r"[^/]*://[^/?#]*[\[\]]")


def encoded(path: str) -> str:
    """A path as a part of an address.

    >>> encoded("t/Größe #1.csv")
    't/Gr%C3%B6%C3%9Fe%20%231.csv'
    """
    return "".join(each if each in _PLAIN else percent(each) for each in path)


def single(values: list[Any]) -> Any:
    """The one value of a list that has just one, as crates are written."""
    return values[0] if len(values) == 1 else values


class Graph:
    """Entities by their identifiers; an entity is there once, however often it is added."""

    def __init__(self) -> None:
        self.entities: dict[str, Node] = {}

    def add(self, identifier: str, node: Node) -> Node:
        """Add an entity, and those inside of it; the reference to it.

        If another one has the identifier, it gets that with a number.
        """
        flat: Node = {name: self._flat(value) for name, value in filled(node).items()}
        made = identifier
        if "://" in identifier:
            made = plain_url(identifier)
            if _BRACKETS.match(made):  # http://[::1, of which readers that take it apart fail
                made = f"#{encoded(identifier)}"
                flat.setdefault("url", identifier)
        free, number = made, 1
        while self.entities.get(free, {**flat, "@id": free}) != {**flat, "@id": free}:
            number += 1
            free = f"{'' if made.startswith('#') else '#'}{made}-{number}"
        self.entities[free] = {"@id": free, **flat}
        return {"@id": free}

    def all(self, nodes: Iterable[Node]) -> Any:
        """Add entities by their address or their name; the references to them."""
        return single([self._flat(node) for node in nodes])

    def _flat(self, value: Any) -> Any:
        if isinstance(value, list):
            return self.all(value)
        if isinstance(value, dict) and "@type" in value:
            return self.add(value.get("url") or f"#{encoded(value['name'])}", value)
        return value
