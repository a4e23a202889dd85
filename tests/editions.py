"""Small packages of two releases for the tests of `diff`: other words than the case."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from smartcity_case.authoring.comparing.changes import Diff, TableDiff
from smartcity_case.authoring.comparing.comparison import diff_packages
from smartcity_case.content import Content
from smartcity_case.validation import open_files, read_content

PLANTS = [["p1", "Grün", "3"], ["p2", "„Rot“", "12"], ["p3", "gelb, 🌼", ""]]


def fields(*names: str, **more: dict[str, Any]) -> list[dict[str, Any]]:
    """Fields of strings; of those named, with further properties."""
    return [{"name": name, "type": "string"} | more.get(name, {}) for name in names]


def table(
    header: Sequence[str] = ("id", "colour", "height"),
    rows: Sequence[Sequence[Any]] = PLANTS,
    key: Any = "id",
    listed: list[dict[str, Any]] | None = None,
    **schema: Any,
) -> dict[str, Any]:
    """A table: its schema and its CSV."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    held = {"fields": listed if listed is not None else fields(*header), **schema}
    return {"schema": held | ({"primaryKey": key} if key else {}), "csv": stream.getvalue()}


def write(root: Path, tables: dict[str, dict[str, Any]] | None = None, **props: Any) -> Path:
    """A package of some tables, in a folder."""
    root.mkdir(parents=True, exist_ok=True)
    resources = props.pop("resources", [])
    for name, made in (tables if tables is not None else {"plants": table()}).items():
        (root / f"{name}.csv").write_bytes(made["csv"].encode("utf-8"))
        more = made.get("resource", {})
        resources = [
            *resources,
            {"name": name, "path": f"{name}.csv", "schema": made["schema"]} | more,
        ]
    package = {"name": "garden", "version": "1.0.0", "resources": resources} | props
    (root / "datapackage.json").write_text(json.dumps(package), "utf-8")
    return root


def content(root: Path) -> Content:
    held = read_content(open_files(root))
    assert held is not None
    return held


def between(old: Path, new: Path) -> Diff:
    return diff_packages(content(old), content(new))


def of_tables(tmp: Path, old: dict[str, Any], new: dict[str, Any]) -> TableDiff:
    """How one table differs."""
    roots = [write(tmp / n, {"plants": made}) for n, made in (("old", old), ("new", new))]
    (found,) = between(*roots).tables
    return found


def documents_of(root: Path, text: bytes) -> Path:
    """A package with a table of one text file, without a hash."""
    number = {"type": "integer"}
    span = {"fields": {"start": "a", "end": "z", "source": "doc"},
            "reference": {"resource": "docs", "fields": {"key": "id", "path": "path"}}}  # fmt: skip
    listed = fields("id", "doc", "a", "z", a=number, z=number)
    rows = table(["id", "doc", "a", "z"], [["r", "d1", "0", "1"]], listed=listed, textSpans=[span])
    write(root, {"docs": table(["id", "path"], [["d1", "d1.txt"]]), "rows": rows})
    (root / "d1.txt").write_bytes(text)
    return root
