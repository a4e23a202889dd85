"""Small data packages in memory, each of them valid."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from smartcity_case.checks.sources import digest
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.strategies.rows import Row, tables
from smartcity_case.strategies.words import texts
from smartcity_case.table import cell_text, write_csv

Json = dict[str, Any]
Files = dict[str, bytes]
_NAMES = ("passages", "stellen", "lugares", "voices")
_KINDS = ["named", "meant", "größer als"]


@st.composite
def packages(draw: st.DrawFn) -> Files:
    """Valid packages: the bytes of each file by its path, `datapackage.json` among them.

    A package has one or two texts, as files of their own or as files that a
    table names, and one or two tables whose rows point into them, sometimes
    with a foreign key between the two. Every file has its hash and size.
    """
    count = draw(st.integers(1, 2))
    found = {f"n{number}": draw(texts(min_size=4, max_size=80)) for number in range(1, count + 1)}
    listed = draw(st.booleans())
    files = {f"texts/{key}.txt": text.encode() for key, text in found.items()}
    resources = [_listed()] if listed else [_text(path, data) for path, data in files.items()]
    if listed:
        files["notes.csv"] = _index(files)
        resources[0] |= _state(files["notes.csv"])
    first = ""
    rows: list[Row] = []
    for name in draw(st.permutations(_NAMES))[: draw(st.integers(1, 2))]:
        target = "notes" if listed else draw(st.sampled_from(sorted(found)))
        schema = draw(_schema(target, listed, first if draw(st.booleans()) else ""))
        given = {"notes": found} if listed else {target: found[target]}
        rows = draw(tables(schema, given, min_size=1, max_size=4, others={first: rows}))
        path = draw(st.sampled_from(["", "tables/"])) + f"{name}.csv"
        header = [field["name"] for field in schema["fields"]]
        files[path] = write_csv(header, ([cell_text(row[n]) for n in header] for row in rows))
        resources.append({"name": name, "path": path, "schema": schema, **_state(files[path])})
        first = name
    descriptor = {"name": "drawn", "version": "0.1.0", "resources": resources}
    files[DESCRIPTOR] = json.dumps(descriptor, ensure_ascii=False, indent=1).encode()
    return files


def _state(data: bytes) -> Json:
    return {"hash": digest(data), "bytes": len(data)}


def _text(path: str, data: bytes) -> Json:
    name = path.removeprefix("texts/").removesuffix(".txt")
    return {"name": name, "path": path, "mediatype": "text/plain", **_state(data)}


def _listed() -> Json:
    """A table that names the files of the texts."""
    fields = [{"name": name, "type": "string"} for name in ("id", "file", "sha")]
    schema = {"fields": fields, "primaryKey": ["id"]}
    return {"name": "notes", "path": "notes.csv", "schema": schema}


def _index(files: Files) -> bytes:
    keys = (path.removeprefix("texts/").removesuffix(".txt") for path in files)
    pairs = zip(keys, files.items(), strict=True)
    return write_csv(["id", "file", "sha"], ([k, path, digest(d)] for k, (path, d) in pairs))


@st.composite
def _schema(draw: st.DrawFn, target: str, listed: bool, other: str) -> Json:
    """A table with spans into a text, or into those of a table."""
    span: Json = {"start": "start", "end": "end"}
    fields: list[Json] = [
        {
            "name": "id",
            "type": "string",
            "constraints": {"required": True, "pattern": "[a-z]{1,2}[0-9]{1,3}"},
        },
        {"name": "kind", "type": "string", draw(st.sampled_from(["categories", "enum"])): _KINDS},
        {"name": "start", "type": "integer", "constraints": {"required": True, "minimum": 0}},
        {"name": "end", "type": "integer"},
    ]
    if "enum" in fields[1]:
        fields[1]["constraints"] = {"enum": fields[1].pop("enum")}
    span[draw(st.sampled_from(["exact", "exact", "digest"]))] = "words"
    optional = draw(st.lists(st.sampled_from(["prefix", "suffix"]), unique=True))
    span |= {name: name for name in optional}
    fields += [{"name": name, "type": "string"} for name in ("words", *optional)]
    if draw(st.booleans()):
        fields.append({"name": "score", "type": "number", "constraints": {"maximum": 1}})
    reference: Json = {"resource": target}
    if listed:
        span["source"] = "note"
        fields.append({"name": "note", "type": "string"})
        reference["fields"] = {"key": "id", "path": "file", "hash": "sha"}
    schema: Json = {"fields": fields, "primaryKey": ["id"]}
    if other:
        fields.append({"name": "of", "type": "string"})
        schema["foreignKeys"] = [
            {"fields": ["of"], "reference": {"resource": other, "fields": ["id"]}}
        ]
    schema["textSpans"] = [{"fields": span, "reference": reference}]
    if draw(st.booleans()):
        schema["textSpans"][0]["required"] = True
    return schema
