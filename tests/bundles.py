"""Packages with two texts in two languages, in the three forms that texts may have."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from conftest import Folder, state

DE = "Sie rief: „Die Fähre fährt nicht!“ 🌊\r\nU\u0308ber Nacht kam »niemand« an.\n"
ES = "¿Quién llamó? «La barca no sale», repitió el guarda. 🚤 La barca salió."
TEXTS = {"hafen": DE, "muelle": ES}
ROWS = [
    ("n1", "hafen", "Die Fähre fährt nicht!", "„", "“ 🌊", "fährt nicht"),
    ("n2", "muelle", "La barca no sale", "«", "", ""),
    ("n3", "hafen", "U\u0308ber Nacht", "🌊\r\n", " kam »", ""),
    ("n4", "muelle", "🚤", "", " La barca", "La barca salió"),
]
NAMES = ["id", "port", "from", "to", "words", "before", "after", "said_from", "said_to", "said"]
FORMS = ("file", "column", "files")


def cells() -> list[dict[str, Any]]:
    """The rows of the table `notes`, with their offsets."""
    rows = []
    for key, port, words, before, after, said in ROWS:
        text = TEXTS[port]
        at = text.index(before + words + after) + len(before)
        spoken = [text.index(said), text.index(said) + len(said)] if said else ["", ""]
        row = [key, port, at, at + len(words), words, before, after, *spoken, said]
        rows.append(dict(zip(NAMES, row, strict=True)))
    return rows


def written(rows: list[dict[str, Any]], **style: Any) -> bytes:
    """Rows as delimited text."""
    stream = io.StringIO(newline="")
    options: dict[str, Any] = {"lineterminator": "\n", **style}
    writer = csv.DictWriter(stream, list(rows[0]), **options)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")


def in_parquet(rows: list[dict[str, Any]]) -> bytes:
    """Rows as a Parquet file; empty cells are nulls."""
    rows = [{name: None if cell == "" else cell for name, cell in row.items()} for row in rows]
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.Table.from_pylist(rows), sink)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def make(root: Path, form: str = "files", table: str = "csv", **style: Any) -> Folder:
    """A package whose texts have a form, and whose table of rows is CSV, Parquet or inline."""
    root.mkdir()
    rows = cells()
    if form == "file":  # one text, and no column that says which
        rows = [
            {k: v for k, v in row.items() if k != "port"} for row in rows if row["port"] == "hafen"
        ]
    resources = _texts(root, form)
    notes: dict[str, Any] = {"name": "notes", "schema": _schema(form, list(rows[0]))}
    if table == "inline":
        blank = [n for n in NAMES if n.endswith(("from", "to"))]
        notes["data"] = [{k: None if v == "" and k in blank else v for k, v in row.items()}
                         for row in rows]  # fmt: skip
    else:
        notes["path"] = f"tables/notes.{table}"
        (root / "tables").mkdir()
        data = in_parquet(rows) if table == "parquet" else written(rows, **style)
        (root / notes["path"]).write_bytes(data)
        state(notes, data)
    descriptor = {"name": "ports", "resources": [*resources, notes]}
    (root / "datapackage.json").write_text(json.dumps(descriptor, ensure_ascii=False), "utf-8")
    return Folder(root)


def _texts(root: Path, form: str) -> list[dict[str, Any]]:
    if form == "file":
        (root / "hafen.txt").write_bytes(DE.encode())
        return [{"name": "hafen", "path": "hafen.txt", "mediatype": "text/plain"}]
    rows: list[dict[str, Any]] = []
    for key, text in TEXTS.items():
        data = text.encode()
        if form == "column":
            rows.append({"id": key, "body": text})
            continue
        (root / "texts").mkdir(exist_ok=True)
        (root / f"texts/{key}.txt").write_bytes(data)
        made = hashlib.sha256(data).hexdigest()
        rows.append({"id": key, "path": f"texts/{key}.txt", "hash": f"sha256:{made}",
                     "bytes": len(data)})  # fmt: skip
    data = written(rows)
    (root / "ports.csv").write_bytes(data)
    kinds = {"bytes": "integer"}
    fields = [{"name": name, "type": kinds.get(name, "string")} for name in rows[0]]
    table = {"name": "ports", "path": "ports.csv", "schema": {"fields": fields, "primaryKey": "id"}}
    state(table, data)
    return [table]


def _schema(form: str, names: list[str]) -> dict[str, Any]:
    fields: list[dict[str, Any]] = []
    for name in names:
        kind = "integer" if name.endswith(("from", "to")) else "string"
        fields.append({"name": name, "type": kind, "constraints": {}})
    fields[names.index("words")]["constraints"] = {"required": True, "minLength": 1}
    fields[names.index("words")]["verbatim"] = True
    first = {"start": "from", "end": "to", "exact": "words", "prefix": "before", "suffix": "after"}
    second = {"start": "said_from", "end": "said_to", "exact": "said"}
    reference: dict[str, Any] = {"resource": "hafen"}
    schema: dict[str, Any] = {"fields": fields, "primaryKey": ["id"]}
    if form != "file":
        first["source"] = second["source"] = "port"
        target = {"key": "id", "text": "body"}
        if form == "files":
            target = {"key": "id", "path": "path", "hash": "hash", "bytes": "bytes"}
        reference = {"resource": "ports", "fields": target}
        key = {"fields": ["port"], "reference": {"resource": "ports", "fields": ["id"]}}
        schema["foreignKeys"] = [key]
    schema["uniqueKeys"] = [["words", "from"]]
    schema["textSpans"] = [
        {"fields": first, "reference": reference},
        {"fields": second, "reference": reference, "required": False},
    ]
    return schema


def given(root: Path, form: str) -> dict[str, Path]:
    """The texts of such a package, as they are named when they come from outside."""
    if form == "file":
        return {"hafen": root / "hafen.txt"}
    return {"ports": root / ("ports.csv" if form == "column" else "texts")}


def all_files(root: Path) -> dict[str, bytes]:
    """Every file of a folder, by its relative path."""
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
