"""doccano: a text on each line, with its labels as `[start, end, label]` or as objects.

doccano's offsets count code points (since 2021; before, UTF-16 code units are possible).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smartcity_case.authoring.readers.documents import json_items
from smartcity_case.authoring.readers.foreign import Foreign, Gathering, at, stem
from smartcity_case.authoring.readers.strict import attributes, cell
from smartcity_case.report import Location, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPANS = ("label", "labels", "entities", "annotations")
_COMMENTS = ("Comments", "comments")
_KNOWN = {"id", "text", "data", "relations", *_SPANS, *_COMMENTS}
_ENTITY = {"id", "label", "start_offset", "end_offset"}


def read(files: Mapping[str, bytes]) -> Foreign:
    """The labelled spans of doccano's exports (JSONL, or JSON with a list).

    >>> found = read({"a.jsonl": b'{"id": 7, "text": "Die Stadt", "label": [[4, 9, "place"]]}'})
    >>> [(row["source"], row["start"], row["end"], row["label"]) for row in found.rows]
    [('7', '4', '9', 'place')]
    """
    found = Gathering("codepoint")
    for path, data in files.items():
        for where, item in json_items(found, path, data):
            example = found.members(where, item)
            if example is not None:
                _read_example(found, where, example)
    return found.finish()


def _read_example(found: Gathering, where: Location, example: dict[str, Any]) -> None:
    text = example.get("text", example.get("data"))
    if not isinstance(text, str):
        found.wrong(at(where, "text"), "it has no text")
        return
    key = cell(example.get("id")) or f"{stem(where.path)}-{where.row}"
    if not found.text(key, text, where):
        return
    for name in _SPANS:
        for number, span in enumerate(found.items(at(where, name), example.get(name))):
            _read_span(found, at(where, name, number), key, span)
    for number, relation in enumerate(
        found.items(at(where, "relations"), example.get("relations"))
    ):
        place = at(where, "relations", number)
        found.left_out(place, "a relation between two spans", shorten(cell(relation)))
    for name in _COMMENTS:
        for number, comment in enumerate(found.items(at(where, name), example.get(name))):
            found.left_out(at(where, name, number), "a comment", shorten(cell(comment)))
    beside = {"data"} if "text" in example else set()
    found.unread(where, "an example", example, _KNOWN - beside)


def _read_span(found: Gathering, where: Location, key: str, span: Any) -> None:
    if isinstance(span, list) and len(span) == 3:
        start, end, label = span
        more: dict[str, Any] = {}
    elif isinstance(span, dict) and {"start_offset", "end_offset"} <= span.keys():
        start, end, label = span["start_offset"], span["end_offset"], span.get("label")
        more = span
    elif isinstance(span, str):
        found.left_out(where, "a label of the whole text", shorten(span))
        return
    else:
        message = "it should be [start, end, label] or have start_offset and end_offset"
        found.wrong(where, message, shorten(cell(span)))
        return
    row = {
        "id": cell(more.get("id")),
        "source": key,
        "start": found.offset(at(where, "start_offset" if more else 0), start),
        "end": found.offset(at(where, "end_offset" if more else 1), end),
        "label": cell(label),
    }
    if said := attributes({name: more[name] for name in more if name not in _ENTITY}):
        row["attributes"] = said
    found.row(where, row)
