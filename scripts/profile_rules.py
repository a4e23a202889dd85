"""The rules of `textSpans`, each with what breaks it; for scripts/profile_examples.py."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

SCHEMA = "resources/1/schema"
SPAN = f"{SCHEMA}/textSpans/0"
FIELDS, TARGET = f"{SPAN}/fields", f"{SPAN}/reference/fields"


@dataclass(frozen=True)
class Rule:
    """A rule, the valid example that is spoilt, how, and what must be found where.

    `level` is `schema` for what the JSON Schema refuses, `descriptor` for what
    it cannot express, `data` for what only the rows and texts show. A change
    to None takes something away.
    """

    folder: str
    says: str
    base: str
    changes: dict[str, Any]
    level: str = "schema"
    place: dict[str, Any] = field(default_factory=dict)
    code: str = "descriptor.invalid"
    also: tuple[str, ...] = ()

    @property
    def expected(self) -> dict[str, Any]:
        """What a validator must find."""
        place = self.place or {"path": "/" + next(iter(self.changes))}
        more = {"also": list(self.also)} if self.also else {}
        return {"rule": self.says, "level": self.level, "code": self.code, **place, **more}


def _at(path: str) -> dict[str, Any]:
    return {"path": f"/{path}"}


def _misspelt(folder: str, name: str) -> Rule:
    changes: dict[str, Any] = {f"{SCHEMA}/{name}": [], f"{SCHEMA}/textSpans": None}
    return Rule(folder, f"textSpans is spelt so, not {name}", "text_file", changes)


_SPAN = {"fields": {"start": "start", "end": "end"}, "reference": {"resource": "note"}}
_FORM = (
    _misspelt("misspelt-lower-case", "textspans"),
    _misspelt("misspelt-underscore", "text_spans"),
    _misspelt("misspelt-singular", "textSpan"),
    _misspelt("misspelt-hyphen", "text-spans"),
    Rule(
        "on-the-package",
        "textSpans stands in a Table Schema, not on the package",
        "text_file",
        {"more/textSpans": [_SPAN], f"{SCHEMA}/textSpans": None},
        place=_at("textSpans"),
    ),
    Rule(
        "on-a-resource",
        "textSpans stands in a Table Schema, not on its resource",
        "text_file",
        {"resources/1/textSpans": [_SPAN], f"{SCHEMA}/textSpans": None},
    ),
    Rule(
        "on-a-field",
        "textSpans stands in a Table Schema, not on a field",
        "text_file",
        {f"{SCHEMA}/fields/3/textSpans": [_SPAN], f"{SCHEMA}/textSpans": None},
    ),
    Rule(
        "schema-without-fields",
        "a schema with textSpans has fields",
        "text_file",
        {f"{SCHEMA}/fields": None, f"{SCHEMA}/primaryKey": None},
    ),
    Rule("empty-list", "textSpans is no empty list", "text_file", {f"{SCHEMA}/textSpans": []}),
    Rule("not-a-list", "textSpans is a list", "text_file", {f"{SCHEMA}/textSpans": _SPAN}),
    Rule("no-fields", "a declaration has fields", "text_file", {FIELDS: None}),
    Rule("no-start", "fields has start", "text_file", {f"{FIELDS}/start": None}),
    Rule("no-end", "fields has end", "text_file", {f"{FIELDS}/end": None}),
    Rule("no-reference", "a declaration has a reference", "text_file", {f"{SPAN}/reference": None}),
    Rule(
        "no-resource",
        "reference has a resource",
        "text_file",
        {f"{SPAN}/reference/resource": None},
    ),
    Rule(
        "empty-resource",
        "the name of a resource is not empty; the table itself is named too",
        "text_file",
        {f"{SPAN}/reference/resource": ""},
    ),
    Rule("no-key", "a table of texts has a key", "table_of_texts", {f"{TARGET}/key": None}),
    Rule(
        "unknown-property",
        "a declaration has no other properties",
        "text_file",
        {f"{SPAN}/mandatory": True},
    ),
    Rule(
        "unknown-field",
        "fields has no other properties",
        "text_file",
        {f"{FIELDS}/exakt": "exact", f"{FIELDS}/exact": None},
    ),
    Rule(
        "unknown-reference",
        "reference has no other properties",
        "text_file",
        {f"{SPAN}/reference/path": "note.txt"},
    ),
    Rule(
        "unknown-target-field",
        "reference.fields has no other properties",
        "table_of_texts",
        {f"{TARGET}/title": "body"},
    ),
    Rule("name-not-a-string", "names are strings", "text_file", {f"{FIELDS}/start": 1}),
    Rule(
        "required-not-a-boolean", "required is a boolean", "text_file", {f"{SPAN}/required": "no"}
    ),
    Rule("min-length-zero", "minLength is at least 1", "text_file", {f"{SPAN}/minLength": 0}),
    Rule(
        "min-length-not-an-integer",
        "minLength is an integer",
        "text_file",
        {f"{SPAN}/minLength": 1.5},
    ),
    Rule("salt-not-a-string", "salt is a string", "digest_salt", {f"{SPAN}/salt": 7}),
    Rule(
        "salt-without-digest",
        "salt only with digest",
        "text_file",
        {f"{SPAN}/salt": "k7"},
        place=_at(f"{FIELDS}/digest"),
    ),
    Rule(
        "exact-and-digest",
        "exact or digest, not both",
        "digest_salt",
        {f"{FIELDS}/exact": "id"},
        place=_at(FIELDS),
    ),
    Rule(
        "text-and-path",
        "text or path, not both",
        "table_of_texts",
        {f"{TARGET}/path": "key"},
        place=_at(TARGET),
    ),
    Rule(
        "neither-text-nor-path",
        "text or path, one of them",
        "table_of_texts",
        {f"{TARGET}/text": None},
        place=_at(TARGET),
    ),
    Rule("hash-without-path", "hash only with path", "table_of_texts", {f"{TARGET}/hash": "key"}),
    Rule(
        "bytes-without-path", "bytes only with path", "table_of_texts", {f"{TARGET}/bytes": "key"}
    ),
    Rule(
        "source-without-target",
        "fields.source needs reference.fields",
        "table_of_texts",
        {TARGET: None},
    ),
    Rule(
        "target-without-source",
        "reference.fields needs fields.source",
        "table_of_texts",
        {f"{FIELDS}/source": None},
    ),
)

_NAMES = (
    Rule("no-such-field", "fields names fields of the table", "text_file",
         {f"{FIELDS}/exact": "words"}, "descriptor"),
    Rule("offset-not-an-integer", "start and end are integer fields", "text_file",
         {f"{SCHEMA}/fields/1/type": "string"}, "descriptor", _at(f"{FIELDS}/start")),
    Rule("field-used-twice", "a field stands for one thing in fields", "text_file",
         {f"{FIELDS}/end": "start"}, "descriptor"),
    Rule("target-field-used-twice", "a field stands for one thing in reference.fields",
         "table_of_texts", {f"{TARGET}/text": "key"}, "descriptor"),
    Rule("no-such-resource", "reference.resource names a resource of the package", "text_file",
         {f"{SPAN}/reference/resource": "notes"}, "descriptor"),
    Rule("target-not-a-text", "without fields.source the resource is a text file",
         "text_file", {f"{SPAN}/reference/resource": "spots"}, "descriptor"),
    Rule("target-not-a-table", "with fields.source the resource is a table", "table_of_texts",
         {"resources/0": {"name": "poems", "path": "poems.csv", "mediatype": "text/plain"}},
         "descriptor", _at(f"{SPAN}/reference/resource")),
    Rule("no-such-target-field", "reference.fields names fields of the table of texts",
         "table_of_texts", {f"{TARGET}/text": "words"}, "descriptor"),
    Rule("target-key-not-unique", "the key of a table of texts is unique there",
         "table_of_texts", {"resources/0/schema/primaryKey": None}, "descriptor",
         _at(f"{TARGET}/key")),
)  # fmt: skip


def _row(number: int, column: str, resource: str = "spots") -> dict[str, Any]:
    return {"resource": resource, "row": number, "field": column}


def _cells(number: int, resource: str = "spots", **cells: object) -> dict[str, Any]:
    """Changes to a row, whose number is that of a spreadsheet."""
    return {f"rows/{resource}/{number - 2}/{name}": value for name, value in cells.items()}


_NOT_UTF8 = b"Zo\xeb\n"
_MARKED = "\ufeffLe chat\n"
_WRONG = hashlib.sha256(b"salt" + b"\0" + b"gabbiano").hexdigest()
_UPPER = hashlib.sha256(b"dieci-lire" + b"\0" + b"gabbiano").hexdigest().upper()
_HEX = hashlib.sha256(_NOT_UTF8).hexdigest()

_ROWS = (
    Rule("span-moved", "the words stand at the offsets (here: elsewhere, once)", "text_file",
         _cells(2, start=3, end=15), "data", _row(2, "exact"), "span.moved"),
    Rule("span-ambiguous", "the words stand at the offsets (here: elsewhere, several times)",
         "text_file",
         _cells(3, start=1, end=8, exact="Le chat"), "data", _row(3, "exact"), "span.ambiguous"),
    Rule("span-absent", "the words stand at the offsets (here: nowhere)", "text_file",
         _cells(2, exact="souris dansent"), "data", _row(2, "exact"), "span.absent"),
    Rule("span-decomposed", "nothing is normalised: other code points are other words", "text_file",
         _cells(3, exact="re\u0302ve"), "data", _row(3, "exact"), "span.absent"),
    Rule("span-out-of-range", "end is at most the length of the text", "text_file",
         _cells(3, end=99), "data", _row(3, "exact"), "span.out-of-range"),
    Rule("span-empty", "start is less than end", "text_file",
         _cells(2, end=17), "data", _row(2, "exact"), "span.out-of-range"),
    Rule("span-in-utf-16", "offsets count code points, not UTF-16 units", "table_of_texts",
         _cells(4, start=28, end=31), "data", _row(4, "exact"), "span.moved"),
    Rule("span-after-crlf", "CRLF counts as two", "multilingual",
         _cells(9, start=42, end=43), "data", _row(9, "exact"), "span.moved"),
    Rule("span-required", "every row has a span, unless required is false", "text_file",
         _cells(3, start="", end="", exact=""), "data", _row(3, "start"), "span.incomplete"),
    Rule("span-incomplete", "a span that is not required is whole or empty", "not_required",
         _cells(3, said="Kom"), "data", _row(3, "said_start"), "span.incomplete"),
    Rule("span-without-source", "a row with a span says into which text", "table_of_texts",
         _cells(3, document=""), "data", _row(3, "document"), "span.incomplete"),
    Rule("offset-signed", "an offset has no sign", "text_file",
         _cells(2, start="+17"), "data", _row(2, "start"), "span.unverifiable"),
    Rule("offset-leading-zero", "an offset has no leading zero", "text_file",
         _cells(2, end="029"), "data", _row(2, "end"), "span.unverifiable"),
    Rule("source-unknown", "the source is a key of the table of texts", "table_of_texts",
         _cells(2, document="lago"), "data", _row(2, "document"), "span.unverifiable"),
    Rule("digest-of-another-salt", "the digest is that of the words with the salt", "digest_salt",
         _cells(2, proof=_WRONG), "data", _row(2, "proof"), "span.digest"),
    Rule("digest-upper-case", "a digest is in lower-case hex", "digest_salt",
         _cells(2, proof=_UPPER), "data", _row(2, "proof"), "span.digest"),
    Rule("prefix-wrong", "the text before start ends with the prefix", "prefix_suffix",
         _cells(2, before="the "), "data", _row(2, "before"), "span.context"),
    Rule("prefix-too-long", "a prefix does not begin before the text", "prefix_suffix",
         _cells(2, before="\nThe "), "data", _row(2, "before"), "span.context"),
    Rule("suffix-wrong", "the text behind end begins with the suffix", "prefix_suffix",
         _cells(3, after=" comes"), "data", _row(3, "after"), "span.context"),
    Rule("text-not-utf-8", "a text is UTF-8", "text_file", {"files/note.txt": _NOT_UTF8},
         "data", {"resource": "note"}, "source.encoding"),
    Rule("text-with-mark", "a text does not begin with a byte order mark", "text_file",
         {"files/note.txt": _MARKED.encode(), "rows/spots": [
             {"id": "b1", "start": 4, "end": 8, "exact": "chat"}]},
         "data", {"resource": "note"}, "source.bom"),
    Rule("file-unsafe", "a path stays in the package", "table_of_files",
         _cells(3, "letters", file="../b.txt"), "data", _row(3, "file", "letters"),
         "path.unsafe", ("span.unverifiable",)),
    Rule("file-missing", "a path leads to a file", "table_of_files",
         _cells(3, "letters", file="c.txt"), "data", _row(3, "file", "letters"),
         "path.missing", ("span.unverifiable",)),
    Rule("file-hash", "a file has the hash that its row states", "table_of_files",
         _cells(3, "letters", sha256="sha256:" + "0" * 64), "data",
         {"resource": "letters", "row": 3}, "resource.hash"),
    Rule("file-bytes", "a file has the size that its row states", "table_of_files",
         _cells(3, "letters", size=7), "data", {"resource": "letters", "row": 3},
         "resource.bytes"),
    Rule("file-not-utf-8", "a text file in a table is UTF-8", "table_of_files",
         {"files/b.txt": _NOT_UTF8,
          **_cells(3, "letters", sha256=f"sha256:{_HEX}", size=len(_NOT_UTF8))}, "data",
         {"resource": "letters", "row": 3}, "source.encoding", ("span.unverifiable",)),
)  # fmt: skip

RULES = _FORM + _NAMES + _ROWS
