"""The texts of a package as a table, beside their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from smartcity_case.arrays import strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smartcity_case.exporters.shared.material import SourceText

TEXTS: dict[str, Any] = {
    "fields": [
        {
            "name": "name",
            "type": "string",
            "description": "The name of the text: that of its resource, or RESOURCE/KEY.",
            "constraints": {"required": True},
        },
        {
            "name": "resource",
            "type": "string",
            "description": "The resource that has the text, or the table that names its file.",
            "constraints": {"required": True},
        },
        {
            "name": "key",
            "type": "string",
            "description": "Its key in that table, if it is one of several.",
        },
        {
            "name": "path",
            "type": "string",
            "description": "Its file.",
            "constraints": {"required": True},
        },
        {
            "name": "text",
            "type": "string",
            "description": "All of its characters; offsets count them (Unicode code points).",
            "missingValues": [],
            "constraints": {"required": True},
        },
    ],
    "primaryKey": ["name"],
}
ABOUT = "The texts that rows point into, once more as a table; proven is what stands in the files."

_SOME = 32 << 20


def text_batches(texts: Iterable[SourceText], planned: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Texts as rows, some megabytes at a time."""
    held: list[SourceText] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text.text or "")
        if size > _SOME:
            yield _text_batch(held, planned)
            held, size = [], 0
    if held:
        yield _text_batch(held, planned)


def _text_batch(texts: list[SourceText], planned: pa.Schema) -> pa.RecordBatch:
    named = [text.key if text.name != text.resource else None for text in texts]
    columns: list[list[str | None]] = [
        [text.name for text in texts],
        [text.resource for text in texts],
        named,
        [text.path for text in texts],
        [text.text for text in texts],
    ]
    return pa.RecordBatch.from_arrays([strings(cells) for cells in columns], schema=planned)
