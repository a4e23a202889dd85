"""langextract's annotated documents: one on each line, with the extractions of a model.

The offsets are those of Python strings: code points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smartcity_case.authoring.readers.documents import json_items
from smartcity_case.authoring.readers.foreign import Foreign, Gathering, at, stem
from smartcity_case.authoring.readers.strict import attributes, cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smartcity_case.report import Location

_DOCUMENT = {"document_id", "text", "extractions"}
_CARRIED = ("alignment_status", "extraction_index", "group_index", "description")
_EXTRACTION = {
    "extraction_class",
    "extraction_text",
    "char_interval",
    "attributes",
    *_CARRIED,
}


def read(files: Mapping[str, bytes]) -> Foreign:
    """The extractions of langextract's JSONL files.

    `exact` is what the model wrote (`extraction_text`), which may differ from
    the words at the offsets; `alignment_status` is what langextract says of it.
    An extraction that it could not place has no offsets.

    >>> line = b'{"document_id": "a", "text": "die Stadt", "extractions": ['
    >>> line += b'{"extraction_class": "place", "extraction_text": "Stadt",'
    >>> line += b' "char_interval": {"start_pos": 4, "end_pos": 9}}]}'
    >>> [(row["exact"], row["start"], row["label"]) for row in read({"a.jsonl": line}).rows]
    [('Stadt', '4', 'place')]
    """
    found = Gathering("codepoint")
    for path, data in files.items():
        for where, item in json_items(found, path, data):
            document = found.members(where, item)
            if document is not None:
                _read_document(found, where, document)
    return found.finish()


def _read_document(found: Gathering, where: Location, document: dict[str, Any]) -> None:
    if "extractions" not in document:
        found.wrong(at(where, "extractions"), "it has no extractions")
        return
    key = cell(document.get("document_id")) or f"{stem(where.path)}-{where.row}"
    text = found.words(at(where, "text"), document.get("text"))
    if text and not found.text(key, text, where):
        return
    listed = found.items(at(where, "extractions"), document["extractions"])
    for number, item in enumerate(listed):
        place = at(where, "extractions", number)
        extraction = found.members(place, item)
        if extraction is not None:
            found.row(place, _row(found, place, key, extraction))
            found.unread(place, "an extraction", extraction, _EXTRACTION)
    found.unread(where, "a document", document, _DOCUMENT)


def _row(found: Gathering, where: Location, key: str, extraction: dict[str, Any]) -> dict[str, str]:
    interval, place = extraction.get("char_interval"), at(where, "char_interval")
    ends = {} if interval is None else found.members(place, interval) or {}
    found.unread(place, "an interval", ends, {"start_pos", "end_pos"})
    said, there = extraction.get("attributes"), at(where, "attributes")
    row = {
        "source": key,
        "start": found.offset(at(place, "start_pos"), ends.get("start_pos")),
        "end": found.offset(at(place, "end_pos"), ends.get("end_pos")),
        "exact": found.words(at(where, "extraction_text"), extraction.get("extraction_text")),
        "label": cell(extraction.get("extraction_class")),
        "attributes": attributes({} if said is None else found.members(there, said) or {}),
    }
    return row | {name: cell(extraction[name]) for name in _CARRIED if name in extraction}
