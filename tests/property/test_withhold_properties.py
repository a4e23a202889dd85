"""Withheld and restored, a package is the same byte by byte, whatever its texts and its style."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import smartcity_case as sc
from bundles import all_files, in_parquet, written
from conftest import state
from smartcity_case.case import open_files
from smartcity_case.editions import restore_package, withhold_package
from smartcity_case.writing import write_files

texts = st.text(
    st.sampled_from("ab 🌊ü\u0308„“\"',;\n") | st.characters(exclude_categories=["Cs", "Cc"]),
    min_size=1,
    max_size=30,
).filter(lambda text: not text.startswith("\ufeff"))
styles = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t"),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
        "quoting": st.sampled_from([0, 1]),
    }
)


@st.composite
def rows_of(draw: st.DrawFn, known: dict[str, str]) -> list[dict[str, Any]]:
    """Rows with words of the texts, with context beside them, some without a span."""
    rows = []
    for number in range(draw(st.integers(1, 4))):
        key = draw(st.sampled_from(sorted(known)))
        text = known[key]
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        before, after = (draw(st.integers(0, 4)) for _ in "ab")
        row: dict[str, Any] = {"id": f"r{number}", "document": key, "start": start, "end": end}
        row |= {"exact": text[start:end], "prefix": text[max(0, start - before) : start]}
        row |= {"suffix": text[end : end + after], "note": draw(st.text("xy„ ", max_size=3))}
        if draw(st.booleans()):
            row |= dict.fromkeys(["start", "end", "exact", "prefix", "suffix"], "")
        rows.append(row)
    return rows


@st.composite
def packages(draw: st.DrawFn) -> dict[str, bytes]:
    """The files of a package, whose texts have any of the three forms."""
    form = draw(st.sampled_from(["file", "column", "files"]))
    known = {key: draw(texts) for key in ("a", "b")[: 1 if form == "file" else 2]}
    rows = draw(rows_of(known))
    style, parquet = draw(styles), draw(st.booleans())
    files = {f"t/{key}.txt": text.encode() for key, text in known.items()}
    target: dict[str, str] | None = None
    if form == "column":
        files = {"t.csv": written([{"id": k, "body": t} for k, t in known.items()])}
        target = {"key": "id", "text": "body"}
    resources = _texts(form, files)
    if form == "files":
        hashes = {r["path"]: r.pop("hash") for r in resources}
        listed = [{"id": p[2:-4], "path": p, "hash": h} for p, h in hashes.items()]
        files["t.csv"] = written(listed)
        target = {"key": "id", "path": "path", "hash": "hash"}
        resources = _texts("column", {"t.csv": files["t.csv"]}, ["id", "path", "hash"])
    fields = [
        {"name": name, "type": "integer" if name in ("start", "end") else "string"}
        for name in rows[0]
    ]
    roles = ["start", "end", "exact", "prefix", "suffix"]
    span: dict[str, Any] = {"fields": {role: role for role in roles}, "required": False}
    span["reference"] = {"resource": resources[0]["name"]}
    if target is not None:
        span["fields"]["source"] = "document"
        span["reference"]["fields"] = target
    path = "rows.parquet" if parquet else "rows.csv"
    files[path] = in_parquet(rows) if parquet else written(rows, **style)
    table: dict[str, Any] = {"name": "rows", "path": path}
    if not parquet:
        table["dialect"] = {"delimiter": style["delimiter"]}
    if draw(st.booleans()):
        state(table, files[path])
    table["schema"] = {"fields": fields, "textSpans": [span], "primaryKey": "id"}
    descriptor = {"name": "any", "resources": [*resources, table]}
    indent = draw(st.sampled_from([None, 1, 2]))
    files["datapackage.json"] = json.dumps(descriptor, indent=indent).encode()
    return files


def _texts(form: str, files: dict[str, bytes], names: list[str] | None = None) -> list[Any]:
    resources = []
    for path, data in files.items():
        resource: dict[str, Any] = {"name": path.replace("/", "-"), "path": path}
        state(resource, data)
        if form == "column":
            fields = [{"name": name, "type": "string"} for name in names or ["id", "body"]]
            resource["schema"] = {"fields": fields, "primaryKey": "id"}
        else:
            resource["mediatype"] = "text/plain"
        resources.append(resource)
    return resources


@settings(max_examples=40)
@given(files=packages(), salt=st.sampled_from([None, "k7"]))
def test_withheld_then_restored_is_the_same(files: dict[str, bytes], salt: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        full, out = Path(folder) / "full", Path(folder) / "out"
        for root in (full, out):
            root.mkdir()
        write_files(full, files.items())
        made = withhold_package(open_files(full), salt)
        write_files(out, made.files.items())
        assert made.left_out[0] not in all_files(out)
        name = "t.csv" if "t.csv" in files else "t-a.txt"
        folder_of = (
            full / "t" if name == "t.csv" and name in made.files else full / made.left_out[0]
        )
        sources = {name: folder_of}
        report = sc.validate(out, sources=sources)
        before = sc.validate(full)
        assert {f.code for f in report.errors} <= {f.code for f in before.errors}
        assert not report.skipped
        restored = restore_package(open_files(out, sources))
        assert not restored.findings
        assert restored.files == files
