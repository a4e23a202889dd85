"""The CAS as XMI 2, and the type system as UIMA describes it: XML, made of strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from smartcity_case.exporters.shared.values import NOT_XML, number_text
from smartcity_case.exporters.uima_cas.structures import SOFA, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.exporters.uima_cas.structures import Document, Structure
    from smartcity_case.exporters.uima_cas.types import Feature, Types

_NOT_XML = re.compile(f"[{NOT_XML}]")
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
    # An XML parser would make blanks or line feeds of these.
    | {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def not_xml(text: str) -> int | None:
    r"""Where in a text the first character is that XML cannot hold, however it is written.

    >>> not_xml("a\x00b"), not_xml("a\r\n\U0001f600")
    (1, None)
    """
    match = _NOT_XML.search(text)
    return match.start() if match else None


def legible(text: str) -> str:
    r"""A text for a person, with a backslash and the number of what XML cannot hold.

    >>> legible("a\x01")
    'a\\u0001'
    """
    return _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def xmi(types: Types, document: Document) -> Iterator[str]:
    """A text and its annotations as XMI, a structure on each line; the text must be one for XML.

    Values that XML cannot hold are left out.
    """
    space = types.package.rpartition(".")[0].replace(".", "/")
    yield (
        f'{_HEAD}<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" '
        f'xmlns:tcas="http:///uima/tcas.ecore" xmlns:table="http:///{space}.ecore" '
        'xmi:version="2.0">\n<cas:NULL xmi:id="0"/>\n'
    )
    yield from map(_structure, document.structures)
    yield (
        f'<cas:Sofa xmi:id="{SOFA}" sofaNum="1" sofaID="_InitialView" mimeType="text/plain" '
        f'sofaString="{document.text.translate(_ESCAPES)}"/>\n'
    )
    members = " ".join(str(each.number) for each in document.structures)
    yield f'<cas:View sofa="{SOFA}" members="{members}"/>\n</xmi:XMI>\n'


def _structure(structure: Structure) -> str:
    space, _, name = structure.kind.rpartition(".")
    prefix = "tcas" if space == "uima.tcas" else "table"
    held = {name: _value(value) for name, value in structure.features.items()}
    features = "".join(
        f' {name}="{value.translate(_ESCAPES)}"'
        for name, value in held.items()
        if not_xml(value) is None
    )
    return f'<{prefix}:{name} xmi:id="{structure.number}"{features}/>\n'


def _value(value: Any) -> str:
    if isinstance(value, Reference):
        return str(value.number)
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value, "Infinity") if isinstance(value, float) else str(value)


def type_system(types: Types) -> bytes:
    """The type system, with rights and sources in its description."""
    said = types.said
    about = "\n".join(f"{name}: {value}" for name, value in said.items())
    lines = [
        _HEAD + '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">',
        _element("name", said.get("name", "")),
        _element("description", about),
        _element("version", said.get("version", "")),
        "<types>",
    ]
    for kind in types.all:
        lines += [
            "<typeDescription>",
            _element("name", kind.name),
            _element("description", kind.description),
            _element("supertypeName", kind.supertype),
            "<features>",
            *(line for feature in kind.features for line in _feature(feature)),
            "</features>",
            "</typeDescription>",
        ]
    return "\n".join([*lines, "</types>", "</typeSystemDescription>\n"]).encode("utf-8")


def _feature(feature: Feature) -> Iterator[str]:
    yield "<featureDescription>"
    yield _element("name", feature.name)
    yield _element("description", feature.description)
    yield _element("rangeTypeName", feature.range)
    yield "</featureDescription>"


def _element(name: str, text: str) -> str:
    return f"<{name}>{legible(text).translate(_ESCAPES)}</{name}>"
