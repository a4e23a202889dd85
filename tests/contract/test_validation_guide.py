"""What docs/validation.md says is read, refused and bounded is what happens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

import smartcity_case as sc
from conftest import ROOT
from smartcity_case import limits
from smartcity_case import parquet as packed
from smartcity_case.content import Content
from smartcity_case.report import Finding

GUIDE = (ROOT / "docs/validation.md").read_text("utf-8")
CSV = b"a,b\nx,1\n"
FIELDS = [{"name": "a", "type": "string"}, {"name": "b", "type": "integer"}]
SCHEMA: dict[str, Any] = {"fields": FIELDS}
DEEP, LONG = "[" * 101 + "]" * 101, "1" * 31


def table(**more: Any) -> dict[str, Any]:
    return {"name": "t", "path": "t.csv", "schema": SCHEMA} | more


def inline(data: Any, **more: Any) -> dict[str, Any]:
    return {"name": "t", "data": data, "schema": SCHEMA} | more


def write(folder: Path, resource: dict[str, Any], files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    package = {"name": "guide", "resources": [resource]}
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    return folder


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)\n", GUIDE, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


READ = {
    "plain": (table(), {"t.csv": CSV}),
    "media type": (table(path="t.dat", mediatype="text/csv"), {"t.dat": CSV}),
    "format": (table(path="t.dat", format="csv"), {"t.dat": CSV}),
    "tsv": (table(path="t.tsv"), {"t.tsv": CSV.replace(b",", b"\t")}),
    "CRLF, byte order mark": (table(), {"t.csv": b"\xef\xbb\xbf" + CSV.replace(b"\n", b"\r\n")}),
    "inline objects": (inline([{"a": "x", "b": 1}]), {}),
    "inline lists": (inline([["a", "b"], ["x", 1]]), {}),
    "schema in a file": (
        table(schema="s.json"),
        {"t.csv": CSV, "s.json": b'{"fields": [%s]}' % (b'{"name": "a"}, {"name": "b"}')},
    ),
    "dialect in a file": (
        table(dialect="d.json"),
        {"t.csv": CSV.replace(b",", b";"), "d.json": b'{"delimiter": ";"}'},
    ),
    "delimiter": (table(dialect={"delimiter": "|"}), {"t.csv": CSV.replace(b",", b"|")}),
    "lineTerminator": (
        table(dialect={"lineTerminator": ";"}),
        {"t.csv": CSV.replace(b"\n", b";")},
    ),
    "quoteChar": (table(dialect={"quoteChar": "'"}), {"t.csv": b"a,b\n'x,',1\n"}),
    "doubleQuote": (table(dialect={"doubleQuote": False}), {"t.csv": b'a,b\n"x",1\n'}),
    "escapeChar": (table(dialect={"escapeChar": "\\"}), {"t.csv": b"a,b\nx\\,y,1\n"}),
    "nullSequence": (table(dialect={"nullSequence": "-"}), {"t.csv": b"a,b\nx,-\n"}),
    "skipInitialSpace": (table(dialect={"skipInitialSpace": True}), {"t.csv": b"a, b\nx, 1\n"}),
    "header": (table(dialect={"header": False}), {"t.csv": b"x,1\n"}),
    "headerRows": (table(dialect={"headerRows": [2]}), {"t.csv": b"z,z\n" + CSV}),
    "headerJoin": (
        table(
            dialect={"headerRows": [1, 2], "headerJoin": "-"},
            schema={"fields": [{"name": "a-c"}, {"name": "b-d"}]},
        ),
        {"t.csv": b"a,b\nc,d\nx,1\n"},
    ),
    "commentRows": (table(dialect={"commentRows": [2]}), {"t.csv": b"a,b\nz\nx,1\n"}),
    "commentChar": (table(dialect={"commentChar": "#"}), {"t.csv": b"a,b\n# z\nx,1\n"}),
    "several files": (
        table(
            path=["t.csv", "u.csv"],
            hash="sha256:" + sha256(CSV + b"a,b\ny,22\n").hexdigest(),
            bytes=2 * len(CSV) + 1,
        ),
        {"t.csv": CSV, "u.csv": b"a,b\ny,22\n"},
    ),
    "text": (
        {"name": "x", "path": "x.md", "mediatype": "text/plain; charset=utf-8"},
        {"x.md": b"a"},
    ),
    "other files": (
        {"name": "z", "path": "z.png", "hash": md5(b"z").hexdigest(), "bytes": 1},
        {"z.png": b"z"},
    ),
}

NOT_READ = {
    "spreadsheet": (table(path="t.xlsx"), {"t.xlsx": b"x"}),
    "JSON": (table(path="t.json"), {"t.json": b"[]"}),
    "contradiction": (table(format="json"), {"t.csv": CSV}),
    "path and data": (table(data=[]), {"t.csv": CSV}),
    "inline, no list": (inline({"a": 1}), {}),
    "no schema": ({"name": "t", "path": "t.csv"}, {"t.csv": CSV}),
    "encoding": (table(encoding="latin1"), {"t.csv": CSV}),
    "dialect": (table(dialect={"sheetName": "s"}), {"t.csv": CSV}),
    "text in several files": (
        {"name": "x", "path": ["a.txt", "b.txt"], "mediatype": "text/plain"},
        {"a.txt": b"a", "b.txt": b"b"},
    ),
    "inline text": ({"name": "x", "data": "a", "mediatype": "text/plain"}, {}),
    "other file without a hash": ({"name": "z", "path": "z.png"}, {"z.png": b"z"}),
    "packed file": (
        {"name": "z", "path": "z.csv.GZ", "hash": md5(b"z").hexdigest()},
        {"z.csv.GZ": b"z"},
    ),
    "spreadsheet without a schema": (
        {"name": "z", "path": "z.xlsx", "hash": md5(b"z").hexdigest()},
        {"z.xlsx": b"z"},
    ),
    "packed table": (table(path="t.zip", format="csv"), {"t.zip": CSV}),
    "hash": (table(hash="crc32:00"), {"t.csv": CSV}),
    "compression": (table(compression="gz"), {"t.csv": CSV}),
}


@pytest.mark.parametrize("case", READ)
def test_what_is_read(tmp_path: Path, case: str) -> None:
    report = sc.validate(write(tmp_path, *READ[case]))
    assert (report.ok, report.findings) == (True, ())


def test_parquet_is_read(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"a": ["x"], "b": [1]}), tmp_path / "t.parquet")
    assert sc.validate(write(tmp_path, table(path="t.parquet"), {})).ok


@pytest.mark.parametrize("case", NOT_READ)
def test_what_is_not_read_is_not_checked(tmp_path: Path, case: str) -> None:
    report = sc.validate(write(tmp_path, *NOT_READ[case]))
    assert (report.ok, report.findings) == (False, ())
    assert report.skipped


def test_a_url_is_an_error(tmp_path: Path) -> None:
    report = sc.validate(write(tmp_path, table(path="https://example.org/t.csv"), {}))
    assert [f.code for f in report.findings] == ["path.unsafe"]


def test_every_dialect_property_that_is_named_is_tried() -> None:
    named = re.search(r"local JSON file: (`delimiter`.*?) \|", GUIDE)
    assert named is not None
    properties = set(re.findall(r"`(\w+)`", named[1]))
    assert len(properties) == 12
    assert properties <= set(READ)


# Rows


def rows_of_bad_cells(folder: Path, resource: dict[str, Any], files: dict[str, bytes]) -> list[Any]:
    report = sc.validate(write(folder, resource, files))
    places = [f.location for f in report.findings if f.code == "field.type"]
    return [(place.path, place.row) for place in places]


@pytest.mark.parametrize(
    ("resource", "files", "places"),
    [
        (table(), {"t.csv": b'a,b\n"x\ny",1\n\nx,q\n'}, [("t.csv", 4)]),
        (table(dialect={"commentChar": "#"}), {"t.csv": b"a,b\n# z\nx,q\n"}, [("t.csv", 3)]),
        (table(dialect={"header": False}), {"t.csv": b"x,q\n"}, [("t.csv", 1)]),
        (inline([{"a": "x", "b": "q"}]), {}, [("", 1)]),
        (
            table(path=["t.csv", "u.csv"]),
            {"t.csv": b"a,b\nx,q\n", "u.csv": b"a,b\nx,1\nx,q\n"},
            [("t.csv", 2), ("u.csv", 3)],
        ),
    ],
)
def test_row_numbers(
    tmp_path: Path, resource: dict[str, Any], files: dict[str, bytes], places: list[Any]
) -> None:
    assert rows_of_bad_cells(tmp_path, resource, files) == places


def test_a_missing_column_keeps_the_others_judged(tmp_path: Path) -> None:
    schema = {"fields": [*FIELDS, {"name": "c"}]}
    report = sc.validate(write(tmp_path, table(schema=schema), {"t.csv": b"a,b\nx,q\n"}))
    assert [f.code for f in report.findings] == ["table.header", "field.type"]
    assert [check.name for check in report.skipped] == ["field c"]


def test_nothing_behind_a_stray_quotation_mark_is_read(tmp_path: Path) -> None:
    bad = {"t.csv": b'a,b\nx,q\nx"y,1\nx,q\n'}
    assert rows_of_bad_cells(tmp_path, table(), bad) == [("t.csv", 2)]
    assert "table.quote" in {f.code for f in sc.validate(tmp_path).findings}


MATCHES = {
    "exact": ["a,b"],
    "equal": ["a,b", "b,a"],
    "subset": ["a,b", "b,a", "b,z,a"],
    "superset": ["a,b", "b,a", "b"],
    "partial": ["a,b", "b,a", "b,z,a", "b", "z,b"],
}


@pytest.mark.parametrize("match", MATCHES)
def test_fields_match_in_both_spellings(tmp_path: Path, match: str) -> None:
    for header in ("a,b", "b,a", "b,z,a", "b", "z,b", "z"):
        data = {"t.csv": f"{header}\n".encode()}
        for spelling in (match, [match]):
            resource = table(schema=SCHEMA | {"fieldsMatch": spelling})
            ok = sc.validate(write(tmp_path, resource, data)).ok
            assert ok == (header in MATCHES[match]), header


@pytest.mark.parametrize("match", ["superset", "partial"])
def test_fields_that_must_have_a_column_all_the_same(tmp_path: Path, match: str) -> None:
    required = [FIELDS[0] | {"constraints": {"required": True}}, FIELDS[1]]
    for schema in ({"fields": required}, SCHEMA | {"primaryKey": "a"}):
        resource = table(schema=schema | {"fieldsMatch": match})
        report = sc.validate(write(tmp_path, resource, {"t.csv": b"b\n1\n"}))
        assert "table.header" in {f.code for f in report.findings}


def test_every_value_of_fields_match_is_in_the_guide() -> None:
    assert set(re.findall(r"^\| `(\w+)`(?: \(default\))? \| ", GUIDE, re.M)) == set(MATCHES)


# Exceptions and limits


def test_a_file_that_changes_is_an_exception(tmp_path: Path) -> None:
    write(tmp_path, table(), {"t.csv": CSV})

    def change(content: Content) -> Iterator[Finding]:
        (tmp_path / "t.csv").write_bytes(CSV + b"y,2\n")
        yield from ()

    with pytest.raises(sc.UnreadablePackage, match="changed"):
        sc.validate(tmp_path, extra_checks=[change])


def rows_of_limits() -> dict[str, tuple[str, str]]:
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", sections()["Limits"], re.M)
    return {what: (most, beyond) for what, most, beyond in rows[1:]}


def test_the_limits_of_the_guide_are_those_of_the_code() -> None:
    stated = {what: most for what, (most, _) in rows_of_limits().items()}
    mebibytes = {name: f"{getattr(limits, name) >> 20} MiB" for name in ("DESCRIPTOR", "CELL")}
    assert stated == {
        "the descriptor": mebibytes["DESCRIPTOR"],
        "a schema or dialect in a file": mebibytes["DESCRIPTOR"],
        "objects, lists and values in each of these": f"{limits.PARTS:,}",
        "resources of a package, and files in their lists of paths, together": (
            f"{limits.FILES:,}"
        ),
        "faults of a descriptor's form": (
            f"{limits.FORM:,}, and {limits.DESCRIBED} of a kind in one part"
        ),
        "values in the declaration of a field, but for `enum` and `categories`": (
            f"{limits.DECLARED:,}"
        ),
        "levels of objects and lists in each of these": f"{limits.NESTING}",
        "digits of an integer in them": "30",
        "columns of a table": f"{limits.COLUMNS:,}",
        "unique keys of a table, foreign keys, declarations of spans, of each": f"{limits.KEYS}",
        "a record, and so a cell, of delimited text": (
            f"{mebibytes['CELL']} for certain; one of 24 MiB is refused"
        ),
        "a cell that is no string, list, array, object or the like": (
            f"{limits.VALUE:,} characters"
        ),
        "a number with `bareNumber: false`, or an array of them": (
            f"{limits.NOT_BARE:,} characters"
        ),
        "values in the `enum` of an `arrayItem`": "1,000",
        "a `pattern`": f"{limits.PATTERN:,} characters",
        "its cost on a cell, as estimated": "a million steps",
        "the cost of a `jsonSchema` on a cell": "100 keywords a character, 200,000 in all",
        "parts of a `jsonSchema`": "5,000",
        "characters searched for misplaced words, and of digests, for each 65,536 rows": (
            f"{limits.SEARCH:,}"
        ),
        "what a batch of a Parquet file, or a column packed more than a hundredfold, unpacks to": (
            f"{limits.UNPACKED >> 20} MiB"
        ),
        "what a whole Parquet file unpacks to": (
            f"{packed._MOST_UNPACKED >> 30} GiB, "
            f"or {packed._MOST_FOLD} times its size if that is more"
        ),
        "faults in a table": f"{limits.FINDINGS:,}, and those of form in its last batch",
        "a text": f"{limits.TEXT >> 30} GiB",
    }


def codes(folder: Path) -> set[str]:
    return {f.code for f in sc.validate(folder).findings}


def pattern(text: str) -> dict[str, Any]:
    return table(schema={"fields": [FIELDS[0] | {"constraints": {"pattern": text}}, FIELDS[1]]})


def columns(count: int) -> tuple[dict[str, Any], dict[str, bytes]]:
    names = [f"c{number}" for number in range(count)]
    schema = {"fields": [{"name": name} for name in names]}
    return table(schema=schema), {"t.csv": ",".join(names).encode() + b"\n"}


def long_record(mebibytes: int) -> tuple[dict[str, Any], dict[str, bytes]]:
    return table(), {"t.csv": b"a,b\nx,1\n" + b"y" * (mebibytes << 20) + b",2\nx,q\n"}


@pytest.mark.parametrize(
    ("what", "resource", "files", "code"),
    [
        (
            "a schema or dialect in a file",
            table(schema="s.json"),
            {"t.csv": CSV, "s.json": b" " * ((32 << 20) + 1)},
            "limit.size",
        ),
        (
            "levels of objects and lists in each of these",
            table(schema="s.json"),
            {"t.csv": CSV, "s.json": DEEP.encode()},
            "limit.nesting",
        ),
        (
            "digits of an integer in them",
            table(schema="s.json"),
            {"t.csv": CSV, "s.json": LONG.encode()},
            "descriptor.json",
        ),
        ("columns of a table", *columns(10_001), "limit.columns"),
        ("a record, and so a cell, of delimited text", *long_record(24), "limit.cell"),
        (
            "a cell that is no string, list, array, object or the like",
            table(),
            {"t.csv": b"a,b\nx," + b"1" * 65_537 + b"\n"},
            "limit.cell",
        ),
        ("a `pattern`", pattern("x" * 1_001), {"t.csv": CSV}, "descriptor.invalid"),
        (
            "its cost on a cell, as estimated",
            pattern("(?=(x+)+y)x*"),
            {"t.csv": b"a,b\n" + b"x" * 40 + b",1\n"},
            "limit.pattern",
        ),
    ],
)
def test_beyond_a_limit(
    tmp_path: Path, what: str, resource: dict[str, Any], files: dict[str, bytes], code: str
) -> None:
    assert codes(write(tmp_path, resource, files)) == {code}
    assert f"`{code}`" in rows_of_limits()[what][1]


@pytest.mark.parametrize(
    ("resource", "files"),
    [
        (table(path="t.csv", schema=SCHEMA), {"t.csv": b"a,b\n" + b"x" * 65_537 + b",1\n"}),
        (pattern("x" * 1_000), {"t.csv": b"a,b\n" + b"x" * 1_000 + b",1\n"}),
        columns(10_000),
        (table(), {"t.csv": b"a,b\n" + b"y" * ((16 << 20) - 10) + b",1\n"}),
    ],
)
def test_within_a_limit(tmp_path: Path, resource: dict[str, Any], files: dict[str, bytes]) -> None:
    assert codes(write(tmp_path, resource, files)) == set()


def test_a_descriptor_beyond_its_limit_cannot_be_looked_at(tmp_path: Path) -> None:
    write(tmp_path, table(), {"t.csv": CSV})
    with (tmp_path / "datapackage.json").open("ab") as file:
        file.write(b" " * (32 << 20))
    with pytest.raises(sc.UnreadablePackage, match="32 MiB"):
        sc.validate(tmp_path)


def test_a_text_beyond_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TEXT", 3)  # a GiB would take too long
    resource = {"name": "x", "path": "x.txt", "mediatype": "text/plain"}
    assert codes(write(tmp_path, resource, {"x.txt": b"four"})) == {"limit.text"}
