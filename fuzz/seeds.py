"""What fuzzing begins with: the toy package, the profile's examples, and hard cases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fuzz.descriptor_target import EXAMPLES
from fuzz.source_target import BETWEEN, END

if TYPE_CHECKING:
    from collections.abc import Iterator


def of(target: str) -> Iterator[bytes]:
    """The seeds of a target, in order."""
    return {"descriptor": _descriptors, "csv": _tables, "source": _sources}[target]()


def _descriptors() -> Iterator[bytes]:
    from conftest import toy_descriptor

    toy = toy_descriptor()
    yield json.dumps(toy, ensure_ascii=False).encode()
    for place in sorted(EXAMPLES.glob("*/*/datapackage.json")):
        yield place.read_bytes()
    fields = [{"name": "clave"}, {"name": "patas", "type": "integer"}]
    parts: list[dict[str, Any]] = [
        {"path": "especies.parquet", "schema": {"fields": fields}},
        {"path": "especies.csv", "schema": "schema.json", "dialect": "dialect.json"},
        {"data": [{"clave": "a", "patas": 1}], "schema": {"fields": fields}},
        {"data": [["clave", "patas"], ["a", 1]], "schema": {"fields": fields}},
    ]
    for part in parts:
        yield json.dumps({"name": "p", "resources": [{"name": "r", **part}]}).encode()


_DIALECTS = (
    *(b"\0\0\0\7", b"\0\1\0\0", b"\2\0\0\3"),
    *(b"\3\x54\3\2", b"\0\0\x0c\1", b"\7\0\x80\4"),
)
_CELLS = (
    b"a,b\n1,2\n",
    b'a,b\r\n"1","2"\r\n3,4',
    b'a,b\n"1 ""x"", 2",2\n',
    b'a,b\n"1\n2",3\n\n4,5\n',
    b"\xef\xbb\xbfa,b\n1,2\n3\n1,2,3\n",
    b"a;b\n'1';2\n#c\n3;4\n",
    b'a,b\n1, "2"\n3,\\,4\n',
    b'a,b\n1,"2\n',
    b"a,b\n1,\xff\n2,3\n",
    b'a\n"\n"\n""\n\n1\r2\n',
    "a,b\n„x“,😀\né,ß\n".encode(),
)


def _tables() -> Iterator[bytes]:
    for head in (
        b"\0\0\0\7",
        b"\0\1\0\0",
        b"\2\0\0\3",
        b"\3\x54\3\2",
        b"\0\0\x0c\1",
        b"\7\0\x80\4",
    ):
        for cells in _CELLS:
            yield head + cells
    for place in sorted(EXAMPLES.glob("valid/*/*.csv")):
        yield b"\0\0\0\4" + place.read_bytes()


def _sources() -> Iterator[bytes]:
    texts = ("El zorro 😀 duerme.", "e\u0301 \u00e9\r\nß„x“\ufeff", "a" * 40, "")
    rows = [
        ("0", "3", "8", "zorro", "El ", " "),
        ("0", "9", "10", "😀", "", ""),
        ("1", "0", "2", "e\u0301", "", ""),
        ("1", "4", "6", "\r\n", "é", "ß"),
        ("2", "1", "14", "a" * 13, "a", "a"),
        ("2", "1", "13", "a" * 12, "aa", ""),
        ("3", "0", "1", "x", "", ""),
        ("9", "01", "-1", "x", "", ""),
        ("0", "", "8", "zorro", "", ""),
        ("0", "3", "9" * 30, "zorro", "", ""),
    ]
    for first in (b"\0", b"\1", b"\2"):
        parts = [b">" + text.encode() for text in texts]
        parts += [BETWEEN.join(cell.encode() for cell in row) for row in rows]
        yield first + END.join(parts)
        for row in rows:
            line = BETWEEN.join(cell.encode() for cell in row)
            yield first + END.join([*(b">" + text.encode() for text in texts), line])
