"""Packages in several files, with faults of every kind strewn over them."""

from __future__ import annotations

import hashlib
import json
import random
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import parquet

if TYPE_CHECKING:
    from pathlib import Path

_WORDS = [
    *("Duisburg", "will", "„smart“", "werden;", "Huawei", "hilft", "😀", "–", "sagt", "man."),
    "Die Straße\r\n",
]
COLUMNS = (
    *("id", "text", "like", "kind", "words", "own_words"),
    *("start", "end", "own_start", "own_end", "count"),
)
FORMS = ("parquet", "csv", "files")
"""How texts are held: in cells of tables in either form, or in files."""


def make(
    folder: Path, seed: int, form: str = "parquet", faults: float = 0.1, files: int = 0
) -> Path:
    """A package with rows and texts in some files each; `faults` is how often a row has one."""
    drawn = random.Random(seed)
    texts = {
        f"t{n:02d}": " ".join(drawn.choices(_WORDS, k=drawn.randint(3, 60))) for n in range(24)
    }
    resources = [_texts(folder, drawn, texts, form, faults > 0, files or drawn.randint(1, 3))]
    (folder / "one.txt").write_bytes((one := " ".join(drawn.choices(_WORDS, k=200))).encode())
    resources.append({"name": "one", "path": "one.txt", "mediatype": "text/plain"})
    rows = [_row(drawn, n, texts, one, faults) for n in range(drawn.randint(60, 160))]
    count = files or drawn.randint(1, 4)
    written = _write(folder, "rows", rows, count, "csv" if form == "csv" else "parquet")
    string = {"type": "string"}
    fields: list[dict[str, Any]] = [
        *({"name": name, **string} for name in COLUMNS[:6]),
        *({"name": name, "type": "integer"} for name in COLUMNS[6:]),
    ]
    fields[0]["constraints"] = {"required": True}
    fields[3]["constraints"] = {"enum": ["a", "b"]}
    fields[-1]["constraints"] = {"unique": True}
    schema = {
        "fields": fields,
        "primaryKey": "id",
        "uniqueKeys": [["text", "start", "end", "like"]],
        "foreignKeys": [
            {"fields": "text", "reference": {"resource": "texts", "fields": "id"}},
            {"fields": "like", "reference": {"resource": "", "fields": "id"}},
        ],
        "textSpans": [
            {
                "fields": {"start": "start", "end": "end", "exact": "words", "source": "text"},
                "reference": {"resource": "texts", "fields": _target(form)},
                "required": False,
            },
            {
                "fields": {"start": "own_start", "end": "own_end", "exact": "own_words"},
                "reference": {"resource": "one"},
                "required": False,
            },
        ],
    }
    resources.append({"name": "rows", **written, "schema": schema})
    package = {"name": "strewn", "version": "1.0.0", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    return folder


def _target(form: str) -> dict[str, str]:
    if form == "files":
        return {"key": "id", "path": "file", "hash": "sha", "bytes": "size"}
    return {"key": "id", "text": "body"}


def _texts(
    folder: Path, drawn: random.Random, texts: dict[str, str], form: str, odd: bool, files: int
) -> dict[str, Any]:
    rows = []
    for key, text in texts.items():
        if form == "files":
            (folder / f"{key}.txt").write_bytes(data := text.encode())
            sha = f"sha256:{hashlib.sha256(data).hexdigest()}"
            rows.append({"id": key, "file": f"{key}.txt", "sha": sha, "size": str(len(data))})
        else:
            rows.append({"id": key, "body": text})
    if odd:
        rows.insert(9, dict(rows[3]))  # a key that stood before
        rows[5][next(name for name in rows[5] if name != "id")] = "gone\0"
        rows.append({**rows[0], "id": ""})
    written = _write(folder, "texts", rows, files, "csv" if form == "csv" else "parquet")
    fields = [{"name": name, "type": "string"} for name in rows[0]]
    return {"name": "texts", **written, "schema": {"fields": fields, "primaryKey": "id"}}


def _row(
    drawn: random.Random, number: int, texts: dict[str, str], one: str, faults: float
) -> dict[str, str]:
    row = {"id": f"r{number}", "text": drawn.choice(list(texts)), "kind": drawn.choice("ab")}
    row["like"] = f"r{drawn.randrange(number)}" if number and drawn.random() < 0.5 else ""
    row["count"] = str(number)
    for before, text in (("", texts[row["text"]]), ("own_", one)):
        start = drawn.randrange(len(text) - 1)
        end = min(len(text), start + drawn.randint(1, 9))
        row |= {f"{before}start": str(start), f"{before}end": str(end)}
        row[f"{before}words"] = text[start:end]
    row = {name: row[name] for name in COLUMNS}
    if drawn.random() < faults:
        name = drawn.choice(list(row))
        row[name] = drawn.choice(
            ["", "r1", "t99", "7", "07", "99999", "Duisburg", "x", row["words"]]
        )
    return row


def _write(
    folder: Path, name: str, rows: list[dict[str, str]], files: int, form: str
) -> dict[str, Any]:
    paths = [f"{name}{number}.{form}" for number in range(files)]
    made = hashlib.sha256()
    for number, path in enumerate(paths):
        some = rows[number * len(rows) // files : (number + 1) * len(rows) // files]
        table = pa.table({column: [row[column] for row in some] for column in rows[0]})
        if form == "parquet":
            parquet.write_table(table, folder / path, row_group_size=17)
        else:
            from smartcity_case.table import write_csv

            lines = [[row[column] for column in rows[0]] for row in some]
            (folder / path).write_bytes(write_csv(list(rows[0]), lines))
        made.update((folder / path).read_bytes())
    hashed = f"sha256:{made.hexdigest()}"
    return {"path": paths if files > 1 else paths[0], "hash": hashed}
