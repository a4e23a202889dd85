"""Small packages that put one thing at a time to the exporters of annotations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from smartcity_case.case import open_files
from smartcity_case.dataset import open_dataset
from smartcity_case.exporters.shared.material import Material, Row
from smartcity_case.table import write_csv

TEXT = "🐦 Zwei Reiher. «Drei!»"


def package(
    root: Path,
    rows: Sequence[Sequence[str]] = (("a", "2", "13"),),
    fields: Mapping[str, str] | None = None,
    table: str = "seen",
    key: Any = "id",
    spans: Sequence[Mapping[str, Any]] | None = None,
    **more: Any,
) -> Path:
    """One text, and one table into it; by default with key, start and end alone."""
    kinds = dict(fields or {"id": "string", "start": "integer", "end": "integer"})
    schema: dict[str, Any] = {"fields": [{"name": n, "type": k} for n, k in kinds.items()]}
    declared = [{"fields": {"start": "start", "end": "end"}, "reference": {"resource": "note"}}]
    schema["textSpans"] = list(declared if spans is None else spans)
    if not schema["textSpans"]:
        del schema["textSpans"]
    if key:
        schema["primaryKey"] = key
    root.mkdir(parents=True)
    (root / "note.txt").write_text(TEXT, "utf-8", newline="")
    (root / "seen.csv").write_bytes(write_csv(list(kinds), rows))
    descriptor: dict[str, Any] = {
        "name": "birds",
        "version": "1.0.0",
        "resources": [
            {"name": "note", "path": "note.txt", "mediatype": "text/plain"},
            {"name": table, "path": "seen.csv", "schema": schema},
        ],
    } | more
    descriptor = {name: value for name, value in descriptor.items() if value is not None}
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return root


def write(root: Path, files: Mapping[str, bytes]) -> Path:
    """The files of a package, in a folder."""
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def material(path: Path | None) -> Material:
    """What the exporters are given of a package; of the case without a path."""
    return Material(open_dataset(open_files(path)))


def values(row: Row) -> dict[str, Any]:
    """The values of a row that are there."""
    return {name: value for name, value in row.values.items() if value is not None}


def in_order(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Rows to be compared whatever their order; `1` is not `1.0`, and NaN is NaN."""
    return sorted(repr(sorted(row.items())) for row in rows)
