"""What the tests of all exporters share: packages to be exported, and the lines of the docs."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import smartcity_case as sc
from conftest import state
from smartcity_case.exporters import exporter
from smartcity_case.table import write_csv


def exported(package: Any, name: str, folder: Path, **options: Any) -> Path:
    """Export a package into a folder, under the name that the docs give it."""
    out = folder / exporter(name).FORMAT.example.rstrip("/")
    sc.export(package, name, out, **options)
    return out


def opened(
    name: str, folder: Path, monkeypatch: Any, run: Callable[[str, Path], str] | None = None
) -> str:
    """Export the case, and run the lines with which the docs open it; what they print.

    `run` runs them in a folder, if they are not to be run here.
    """
    exported(None, name, folder)
    lines = exporter(name).FORMAT.opened.replace("TABLE", "claims")
    if run is not None:
        return run(lines, folder)
    monkeypatch.chdir(folder)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(lines, {})
    return printed.getvalue()


ODD_TEXT = (
    "\u0308Ü 👩\u200d👧 sagte: „Nicht 'heute'“\r\n=1+1 & <b>]]></b>\u2028U\u0308ber\tNacht\n\n"
    "Straße, Größe, 12 %; «¿Qué?» \\o/ {x} `y` $z$\n"
)
"""Astral and combining characters, a zero width joiner, CR LF, U+2028, a tabulator, markup."""


def make_odd(root: Path) -> Path:
    """A valid package of odd names and values, with three tables and two texts.

    It has two spans in a row, one of them optional, and one of a parts table; a
    composite key, a key of several fields that another table refers to, a table
    without any; 64-bit integers and more, long decimals, dates, booleans with
    words of their own, control characters, an empty string that is a value.
    """
    root.mkdir(parents=True)
    places = {words: (at := ODD_TEXT.index(words), at + len(words)) for words in _ODD_WORDS}
    things = [_ODD_NAMES]
    for number, words in enumerate(_ODD_WORDS):
        start, end = places[words]
        said = places[_ODD_WORDS[0]] if number % 2 else ("", "")
        quoted = _ODD_WORDS[0] if number % 2 else ""
        things.append([str(number // 2), f"k/{number % 2}", *_ODD_VALUES[number], words,
                       str(start), str(end), quoted, *map(str, said)])  # fmt: skip
    parts = [["part", "of a", "of b", "from", "to"]]
    parts += [[f"p{n}", "0", "k/1", *map(str, places[w])] for n, w in enumerate(_ODD_WORDS[2:4])]
    tables = {
        "Dinge & „Sachen“": (things, _odd_schema()),
        "teile": (parts, _part_schema()),
        "TEILE": ([["ohne Schlüssel", "n"], ["n/a", "1"], ["x", "n/a"], ["", "3"]], {
            "fields": [{"name": "ohne Schlüssel"}, {"name": "n", "type": "integer"}],
            "missingValues": ["n/a"]}),
        "leer": ([["a"]], {"fields": [{"name": "a", "type": "number"}]}),
    }  # fmt: skip
    resources: list[dict[str, Any]] = [
        {"name": "text eins", "path": "text eins.txt", "mediatype": "text/plain"},
        {"name": "text-2", "path": "t/2.txt", "mediatype": "text/plain"},
    ]
    (root / "t").mkdir()
    files = {"text eins.txt": ODD_TEXT.encode(), "t/2.txt": b"Zweiter Text."}
    for number, (name, (rows, schema)) in enumerate(tables.items()):
        files[f"t/{number}.csv"] = write_csv(rows[0], rows[1:])
        resources.append({"name": name, "path": f"t/{number}.csv", "schema": schema})
    for resource in resources:
        (root / resource["path"]).write_bytes(files[resource["path"]])
        state(resource, files[resource["path"]])
    descriptor = {
        "name": "odd-package",
        "title": 'An "odd" package & <more>: ä {b} \\c %d #e',
        "version": "0.3.0",
        "licenses": [{"name": "CC0-1.0", "title": "of the tables | not of the texts"}],
        "contributors": [{"title": "Ödön von H. & Sons", "roles": ["creator"]}],
        "resources": resources,
    }
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return root


_ODD_WORDS = (
    "👩\u200d👧",
    "Nicht 'heute'",
    "=1+1 & <b>]]></b>\u2028",
    "U\u0308ber\tNacht",
    "“\r\n=1",
)
_ODD_NAMES = ["nr", "key b", "größe", "Größe", "sqlite_x", "wann", "ja?", "art", 'wo"rt', "frei",
              "exact words", "start", "end", "said", "said from", "said to"]  # fmt: skip
_ODD_VALUES = [
    ["9223372036854775807", "0.1", "9" * 20, "2018-12-03", "ja", "groß", "a\x01b", "-"],
    ["-9223372036854775808", "1e300", "1", "1999-02-28", "nein", "", "", "=2+3"],
    ["0", "-0.5", "2", "", "", "klein", "\t", "line\nline"],
    ["", "", "", "2000-01-01", "ja", "groß", "'", '"q"'],
    ["7", "3", "4", "2000-01-01", "nein", "klein", "\u2028", "  x  "],
]


def _odd_schema() -> dict[str, Any]:
    kinds = ["integer", "string", "integer", "number", "integer", "date", "boolean"]
    fields: list[dict[str, Any]] = [
        {"name": name, "type": kind}
        for name, kind in zip(_ODD_NAMES, [*kinds, *["string"] * 4, *["integer"] * 2], strict=False)
    ]
    fields += [{"name": "said", "type": "string"}, {"name": "said from", "type": "integer"}]
    fields += [{"name": "said to", "type": "integer"}]
    fields[6] |= {"trueValues": ["ja"], "falseValues": ["nein"]}
    fields[7] |= {"categories": ["klein", {"value": "groß", "label": "Groß | größer"}]}
    fields[9] |= {"missingValues": ["-"]}
    return {
        "fields": fields,
        "primaryKey": ["nr", "key b"],
        "textSpans": [
            {
                "fields": {"start": "start", "end": "end", "exact": "exact words"},
                "reference": {"resource": "text eins"},
            },
            {
                "fields": {"start": "said from", "end": "said to", "exact": "said"},
                "reference": {"resource": "text eins"},
                "required": False,
            },
        ],
    }


def _part_schema() -> dict[str, Any]:
    kinds = {"part": "string", "of a": "integer", "of b": "string", "from": "integer"}
    return {
        "fields": [{"name": n, "type": k} for n, k in (kinds | {"to": "integer"}).items()],
        "primaryKey": ["part"],
        "foreignKeys": [
            {
                "fields": ["of a", "of b"],
                "reference": {"resource": "Dinge & „Sachen“", "fields": ["nr", "key b"]},
            }
        ],
        "textSpans": [
            {"fields": {"start": "from", "end": "to"}, "reference": {"resource": "text eins"}}
        ],
    }


def make_small(
    root: Path, text: str, rows: list[dict[str, Any]], *fields: dict[str, Any], **more: Any
) -> Path:
    """A package of one text, `note`, and one inline table, `seen`, with a key and spans.

    A row has `id`, `from` and `to`, and whatever `fields` there are; `more` goes
    into the schema.
    """
    root.mkdir()
    (root / "note.txt").write_bytes(text.encode())
    note: dict[str, Any] = {"name": "note", "path": "note.txt", "mediatype": "text/plain"}
    state(note, text.encode())
    given = [{"name": "id", "type": "string"}]
    given += [{"name": name, "type": "integer"} for name in ("from", "to")]
    span = {"fields": {"start": "from", "end": "to"}, "reference": {"resource": "note"}}
    schema = {"fields": [*given, *fields], "primaryKey": ["id"], "textSpans": [span], **more}
    resources = [note, {"name": "seen", "schema": schema, "data": rows}]
    descriptor = {"name": "small", "resources": resources}
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return root


def make_of(
    root: Path, *resources: dict[str, Any], files: dict[str, str] | None = None, **more: Any
) -> Path:
    """A package of some resources and files, whose sizes and hashes are stated; `more` is said."""
    root.mkdir()
    files = files or {}
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    for resource in resources:
        if resource.get("path") in files:
            state(resource, files[resource["path"]].encode())
    descriptor = {"name": "small", "resources": list(resources)} | more
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return root


def table_of(name: str, kinds: str, *rows: Any, into: str = "", **more: Any) -> dict[str, Any]:
    """An inline table, whose fields are told as `NAME:TYPE`; the first of them is its key.

    With `into` the fields `from` and `to` are a span into that text; `more` goes into the schema.
    """
    fields = [dict(zip(("name", "type"), kind.split(":"), strict=True)) for kind in kinds.split()]
    names = [field["name"] for field in fields]
    span = {"fields": {"start": "from", "end": "to"}, "reference": {"resource": into}}
    spans = {"textSpans": [span]} if into else {}
    schema = {"fields": fields, "primaryKey": names[:1], **spans, **more}
    return {
        "name": name,
        "schema": schema,
        "data": [dict(zip(names, r, strict=True)) for r in rows],
    }


def note_of(name: str = "note", path: str = "note.txt") -> dict[str, Any]:
    """A text in a file."""
    return {"name": name, "path": path, "mediatype": "text/plain"}


def refers(to: str, *fields: str, keys: tuple[str, ...] = ("id",)) -> dict[str, Any]:
    """A foreign key."""
    return {"fields": list(fields), "reference": {"resource": to, "fields": list(keys)}}


def any_keys(root: Path) -> Path:
    """A package whose keys are of any type: two pairs are no duplicates, but written alike."""
    rows = [[1, 0, 5], ["1", 6, 10], ["x", 6, 10], [2.0, 6, 10], ["2.0", 6, 10]]
    table = table_of("seen", "id:any from:integer to:integer", *rows, into="note")
    return make_of(root, note_of(), table, files={"note.txt": "Hallo Welt"})


def two_texts(root: Path) -> Path:
    """A small package with another text, and a table without a key that refers to the first."""
    rows = [{"id": "a", "from": 0, "to": 3, "boss": "a"}, {"id": "b", "from": 4, "to": 7}]
    boss = {"name": "boss", "type": "string"}
    key = {"fields": ["boss"], "reference": {"resource": "seen", "fields": ["id"]}}
    make_small(root, "uno dos", [{"boss": None, **row} for row in rows], boss, foreignKeys=[key])
    descriptor = json.loads((root / "datapackage.json").read_text("utf-8"))
    (root / "other.txt").write_bytes(b"tres")
    other: dict[str, Any] = {"name": "other", "path": "other.txt", "mediatype": "text/plain"}
    state(other, b"tres")
    offsets = [{"name": name, "type": "integer"} for name in ("f", "t", "f2", "t2")]
    spans = [
        {"fields": {"start": start, "end": end}, "reference": {"resource": text}, "required": False}
        for start, end, text in (("f", "t", "note"), ("f2", "t2", "other"))
    ]
    schema = {
        "fields": [*offsets, {"name": "which", "type": "string"}, boss],
        "textSpans": spans,
        "foreignKeys": [key],
    }
    free = [[0, 3, None, None, "note", "a"], [None, None, 0, 4, "other", "b"]]
    data = [dict(zip(("f", "t", "f2", "t2", "which", "boss"), row, strict=True)) for row in free]
    descriptor["resources"] += [other, {"name": "free", "schema": schema, "data": data}]
    descriptor["sources"] = ["a page", {"title": "Title", "path": "a/b", "date": 2018}]
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return root
