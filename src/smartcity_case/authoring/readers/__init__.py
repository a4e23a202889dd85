"""Readers for what people have: rows coded elsewhere, as a table of spans.

A reader for each format, in a file of its own with the same verb: `read` takes
the bytes of files by their names and gives a `Foreign`. None opens a file.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from smartcity_case.authoring.readers import (
    brat,
    cas,
    delimited,
    doccano,
    labelstudio,
    langextract,
    records,
    webannotation,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smartcity_case.authoring.readers.foreign import Foreign, Reader

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "brat": brat.read,
        "cas": cas.read,
        "csv": delimited.read,
        "doccano": doccano.read,
        "jsonl": records.read,
        "labelstudio": labelstudio.read,
        "langextract": langextract.read,
        "webannotation": webannotation.read,
    }
)
"""The readers by the names of their formats."""


_BY_NAME = {"csv": delimited.read, "jsonl": records.read}
"""Formats whose columns have any names."""


def read_foreign(
    form: str, files: Mapping[str, bytes], columns: Mapping[str, str] | None = None
) -> Foreign:
    """The rows and texts of files in a format of `READERS`, with what was wrong or left out.

    `files` are the bytes of each file by its name, which the findings name; for
    brat each `.ann` with its `.txt`, for XMI the type system too. Offsets are
    given on as they are.

    `columns` names the columns of a span (`{"exact": "Zitat"}`), for `csv` and `jsonl`.

    Raises ValueError for a format that no reader has, or that has no columns to be named,
    and SmartcityCaseError if a reader needs a library that is not installed; never for
    what the files say.

    >>> line = b'{"text": "Die Stadt", "label": [[4, 9, "place"]]}'
    >>> found = read_foreign("doccano", {"a.jsonl": line})
    >>> len(found.rows), found.texts, found.unit
    (1, {'a-1': 'Die Stadt'}, 'codepoint')
    """
    if form not in READERS:
        raise ValueError(f"no reader for {form!r}; there is one for {', '.join(READERS)}")
    if columns and form not in _BY_NAME:
        raise ValueError(f"the columns of {form} have names of their own")
    return _BY_NAME[form](files, columns) if columns else READERS[form](files)
