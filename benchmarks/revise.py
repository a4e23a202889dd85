"""A later release of a package to measure on: half of its rows with one or two other cells."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv

from benchmarks.make import write_lines


def revised(root: Path) -> Path:
    """The later release beside a package, made if it is not there yet.

    Of every second row the cell of `code` differs, of every fourth that of
    `score` too; all rows keep their places.
    """
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    place = root.with_name(f"{root.name}-revised-{version}")
    if not place.is_dir():
        begun = Path(tempfile.mkdtemp(dir=root.parent, prefix="."))
        try:
            shutil.copytree(root, begun, dirs_exist_ok=True)
            _revise(begun)
            begun.replace(place)
        finally:
            shutil.rmtree(begun, ignore_errors=True)
    return place


def changed_rows(rows: int) -> int:
    """How many rows of a table the later release has changed."""
    return (rows + 1) // 2


def _revise(root: Path) -> None:
    convert = pacsv.ConvertOptions(column_types={"score": pa.string()}, strings_can_be_null=False)
    parse = pacsv.ParseOptions(newlines_in_values=True)
    table = pacsv.read_csv(root / "rows.csv", parse_options=parse, convert_options=convert)
    codes, scores = table["code"].to_pylist(), table["score"].to_pylist()
    for row in range(0, len(codes), 2):
        codes[row] = {"A": "B", "B": "C", "C": "D", "D": "A"}[codes[row][0]] + codes[row][1:]
        if row % 4 == 0:
            scores[row] = str((int(scores[row]) + 1) % 101)
    for name, cells in (("code", codes), ("score", scores)):
        at = table.column_names.index(name)
        table = table.set_column(at, name, pa.array(cells))
    with (root / "rows.csv").open("wb") as stream:
        stream.write(",".join(table.column_names).encode() + b"\n")
        for batch in table.to_batches():
            write_lines(stream, batch)
    _describe(root)


def _describe(root: Path) -> None:
    """State the new hash and size, and the next version."""
    place = root / "datapackage.json"
    package: dict[str, Any] = json.loads(place.read_text("utf-8"))
    data = (root / "rows.csv").read_bytes()
    for resource in package["resources"]:
        if resource["name"] == "rows":
            resource["hash"] = f"sha256:{hashlib.sha256(data).hexdigest()}"
            resource["bytes"] = len(data)
    package["version"] = "1.0.1"
    place.write_text(json.dumps(package, ensure_ascii=False, indent=1), "utf-8")
