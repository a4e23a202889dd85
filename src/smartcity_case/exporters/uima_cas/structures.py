"""The feature structures of one text, whatever they are written as."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.exporters.shared.provenance import language
from smartcity_case.text import Source

if TYPE_CHECKING:
    from smartcity_case.exporters.shared.material import SourceText
    from smartcity_case.exporters.uima_cas.types import Types

SOFA = 1
"""The number of the text itself."""


class Reference(NamedTuple):
    """The value of a feature that is another structure, by its number."""

    number: int


class Structure(NamedTuple):
    """A feature structure: its number, its type, and its features that have a value.

    Offsets (`begin`, `end`) are in UTF-16 code units.
    """

    number: int
    kind: str
    features: dict[str, Any]


class Document(NamedTuple):
    """A text with everything that is said of it."""

    name: str
    text: str
    structures: list[Structure]


def document(types: Types, text: SourceText) -> Document:
    """A text as UIMA sees it: about the whole, where it comes from, and the annotations."""
    marks, words = types.marks, text.text or ""
    source, found = Source(text.name, words), marks.by_text.get(text.name, [])
    whole = {"sofa": Reference(SOFA), "begin": 0, "end": source.to_utf16(len(words))}
    resource = types.marks.material.resource(text.resource)
    about = whole | {"language": language(resource) or "x-unspecified"}
    structures = [
        Structure(SOFA + 1, "uima.tcas.DocumentAnnotation", about),
        Structure(SOFA + 2, types.package, {**types.said, "text": text.name}),
    ]
    first = SOFA + 1 + len(structures)
    leading = {(m.table, m.place): n for n, m in enumerate(found, first) if m.leads}
    for number, mark in enumerate(found, first):
        ((start, end),) = mark.pieces
        features: dict[str, Any] = {"sofa": Reference(SOFA)}
        features |= {"begin": source.to_utf16(start), "end": source.to_utf16(end)}
        features[types.row_id(mark.table)] = marks.name(mark.table, mark.row)
        for column, name in types.columns(mark.table).items():
            if (value := mark.row.values[column]) is not None:
                features[name] = str(value) if isinstance(value, datetime.date) else value
        for key, target in marks.targets(mark):
            name = types.references(mark.table)[key]
            features[name] = Reference(leading[target.table, target.place])
        structures.append(Structure(number, types.kind(mark.table, mark.declaration), features))
    return Document(text.name, words, structures)
