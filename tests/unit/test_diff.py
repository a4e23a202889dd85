"""What differs between two releases: tables, rows, cells, spans, texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import smartcity_case as sc
from conftest import copy_release
from editions import PLANTS, between, content, fields, of_tables, table, write
from smartcity_case.authoring.comparing import values
from smartcity_case.authoring.comparing.applying import DiffMismatch, apply_diff, cells_of
from smartcity_case.authoring.comparing.changes import (
    CellChange,
    Duplicate,
    FileChange,
    Step,
    TableDiff,
)
from smartcity_case.authoring.comparing.files import hash_of
from smartcity_case.authoring.comparing.values import normal
from smartcity_case.authoring.comparing.versioning import required
from smartcity_case.errors import UnreadablePackage


def with_rows(*rows: list[str], **more: Any) -> dict[str, Any]:
    return table(rows=rows, **more)


def test_rows_are_compared_by_their_key(tmp_path: Path) -> None:
    new = with_rows(["p0", "weiß", "1"], ["p1", "Grün", "3"], ["p3", "gelb", "7"])
    found = of_tables(tmp_path, table(), new)
    assert [(row.key, row.at, row.cells) for row in found.added] == [
        (("p0",), 0, ("p0", "weiß", "1"))
    ]
    assert [(row.key, row.at) for row in found.removed] == [(("p2",), 1)]
    (change,) = found.changed
    assert (change.key, change.was, change.at) == (("p3",), 2, 2)
    assert change.cells == (
        CellChange("colour", "gelb, 🌼", "gelb"),
        CellChange("height", "", "7"),
    )
    assert (found.order, found.old_count, found.new_count, found.key) == (None, 3, 3, ("id",))
    assert found.moved == ()


def test_a_key_of_several_fields(tmp_path: Path) -> None:
    old = table(["a", "b", "c"], [["1", "1", "x"], ["1", "2", "y"], ["2", "1", "z"]], ["a", "b"])
    new = table(["a", "b", "c"], [["2", "1", "z"], ["1", "1", "x"], ["2", "2", "y"]], ["a", "b"])
    found = of_tables(tmp_path, old, new)
    assert [row.key for row in found.added] == [("2", "2")]
    assert [row.key for row in found.removed] == [("1", "2")]
    assert found.order == (2, 0)
    assert found.changed == ()


def test_rows_without_a_key_are_compared_as_a_multiset(tmp_path: Path) -> None:
    old = table(["a", "b"], [["x", "1"], ["y", "2"], ["x", "1"], ["x", "1"]], None)
    new = table(["a", "b"], [["x", "1"], ["z", "2"], ["x", "1"]], None)
    found = of_tables(tmp_path, old, new)
    assert found.key == ()
    assert [row.cells for row in found.removed] == [("y", "2"), ("x", "1")]
    assert [row.cells for row in found.added] == [("z", "2")]
    assert found.changed == ()


def test_repeated_keys_are_named_with_their_rows(tmp_path: Path) -> None:
    new = with_rows(["p1", "a", "1"], ["p2", "b", "2"], ["p1", "c", "3"])
    found = of_tables(tmp_path, table(), new)
    assert found.duplicates == (Duplicate("new", ("p1",), (2, 4)),)
    assert "more than once" in found.uncompared
    assert not found.is_empty
    with pytest.raises(DiffMismatch, match="more than once"):
        apply_diff(between(tmp_path / "old", tmp_path / "new"), cells_of(content(tmp_path / "old")))


def test_the_old_key_serves_if_the_new_one_cannot(tmp_path: Path) -> None:
    rows = [["p1", "rot", "3"], ["p2", "rot", "4"]]
    found = of_tables(tmp_path, with_rows(*rows), with_rows(*rows[:1], key="colour"))
    assert found.key == ("id",)
    assert [(c.what, c.step) for c in found.changes] == [("primaryKey", Step.MAJOR)]
    gone = table(["colour", "height"], [row[1:] for row in rows], None)
    assert of_tables(tmp_path / "gone", with_rows(*rows), gone).key == ()


def test_columns_come_go_and_change_places(tmp_path: Path) -> None:
    rows = [["p1", "3", "Grün", "Lehm"], ["p2", "12", "„Rot“", "Sand"]]
    new = table(["id", "height", "colour", "soil"], rows)
    found = of_tables(tmp_path, table(), new)
    assert [(c.effect, c.field) for c in found.changes] == [("added", "soil"), ("reordered", "")]
    assert found.filled[0].cells == ("Lehm", "Sand")
    assert found.changed == ()
    assert [row.key for row in found.removed] == [("p3",)]
    assert required(between(tmp_path / "old", tmp_path / "new")) is Step.MAJOR


@pytest.mark.parametrize("name", ["farbe", "id2"])
def test_a_renamed_column_is_told_as_one(tmp_path: Path, name: str) -> None:
    header = ["id", name, "height"] if name == "farbe" else [name, "colour", "height"]
    new = table(header, PLANTS, header[0])
    found = of_tables(tmp_path, table(), new)
    assert [(c.effect, c.field, c.old) for c in found.changes] == [
        ("renamed", name, "colour" if name == "farbe" else "id")
    ]
    assert not any((found.changed, found.added, found.removed, found.filled))
    assert found.renamed_columns


def test_a_column_with_other_content_is_no_renamed_one(tmp_path: Path) -> None:
    rows = [[*row[:2], "9"] for row in PLANTS]
    found = of_tables(tmp_path, table(), table(["id", "colour", "size"], rows))
    assert [(c.effect, c.field) for c in found.changes] == [
        ("removed", "height"),
        ("added", "size"),
    ]
    empty = [[*row[:2], ""] for row in PLANTS]
    other = of_tables(tmp_path / "empty", with_rows(*empty), table(["id", "colour", "n"], empty))
    assert [c.effect for c in other.changes] == ["removed", "added"]
    typed = fields("id", "colour", "size", size={"type": "any"})
    other = of_tables(
        tmp_path / "typed", table(), table(["id", "colour", "size"], PLANTS, listed=typed)
    )
    assert [c.effect for c in other.changes] == ["removed", "added"]


def test_tables_come_go_and_are_renamed(tmp_path: Path) -> None:
    soils = table(["id"], [["s1"]])
    old = write(tmp_path / "old", {"plants": table(), "soils": soils, "empty": table(rows=[])})
    new = write(tmp_path / "new", {"shrubs": table(), "birds": table(["a"], [["x"]], None),
                                   "void": table(rows=[])})  # fmt: skip
    found = between(old, new)
    assert [(t.name, t.was, t.same_rows) for t in found.tables] == [("shrubs", "plants", True)]
    assert not found.tables[0].is_empty
    assert [t.name for t in found.added] == ["birds", "void"]
    assert found.removed == ("soils", "empty")
    assert apply_diff(found, cells_of(content(old))) == cells_of(content(new))
    twins = write(tmp_path / "twins", {"one": table(), "two": table()})
    assert between(old, twins).removed == ("plants", "soils", "empty")


def test_a_span_that_moved_is_told_apart(tmp_path: Path) -> None:
    span = {"fields": {"start": "a", "end": "z", "exact": "words", "source": "doc"},
            "reference": {"resource": "docs", "fields": {"key": "id", "text": "text"}}}  # fmt: skip
    short = {"fields": {"start": "a", "end": "z"}, "reference": {"resource": "docs"}}
    numbers = {"a": {"type": "integer"}, "z": {"type": "integer"}}
    header = ["id", "doc", "a", "z", "words", "note"]
    listed = fields(*header, **numbers)

    def plants(*rows: list[str]) -> dict[str, Any]:
        return table(header, rows, listed=listed, textSpans=[short, span])

    old = plants(*([f"p{n}", "d", "0", "3", "wóo", "x"] for n in range(6)))
    new = plants(
        ["p0", "d", "1", "4", "wóo", "x"],
        ["p1", "d", "1", "4", "wóo", "y"],
        ["p2", "d", "1", "4", "woo", "x"],
        ["p3", "d", "0", "3", "wóo", "y"],
        ["p4", "e", "1", "4", "wóo", "x"],
        ["p5", "d", "0", "3", "wóo", "x"],
    )
    found = of_tables(tmp_path, old, new)
    moved = [(row.key[0], row.moved, row.only_moved) for row in found.changed]
    assert moved == [
        ("p0", ("words",), True),
        ("p1", ("words",), False),
        ("p2", (), False),
        ("p3", (), False),
        ("p4", (), False),
    ]
    assert [row.key for row in found.moved] == [("p0",)]
    still = of_tables(tmp_path / "b", old, plants(*([f"p{n}", "d", "0", "3", "x", "x"]
                                                    for n in range(6))))  # fmt: skip
    assert not any(row.moved for row in still.changed)


def test_texts_are_compared_by_their_bytes(tmp_path: Path) -> None:
    def release(name: str, **texts: bytes) -> Path:
        resources = [
            {"name": key, "path": f"{key}.txt", "mediatype": "text/plain"} for key in texts
        ]
        root = write(tmp_path / name, resources=resources)
        for key, data in texts.items():
            (root / f"{key}.txt").write_bytes(data)
        return root

    old = release("old", note=b"a\r\n", gone=b"b", moved=b"c", same=b"d")
    new = release("new", note=b"a\n", come=b"e", there=b"c", same=b"d")
    found = {change.name: change for change in between(old, new).files}
    assert {name: change.effect for name, change in found.items()} == {
        "note": "changed", "gone": "removed", "come": "added", "there": "renamed",
    }  # fmt: skip
    assert found["there"].was == "moved"
    assert found["note"].old_hash != found["note"].new_hash
    (new / "note.txt").unlink()
    (old / "same.txt").unlink()
    told = {c.name: c.uncompared for c in between(old, new).files if c.uncompared}
    assert told == {
        "note": "in NEW note.txt: there is no such regular file",
        "same": "in OLD same.txt: there is no such regular file",
    }
    write(old, resources=[{"name": "note", "path": "../x.txt", "mediatype": "text/plain"},
                          {"name": "bare", "mediatype": "text/plain"}])  # fmt: skip
    told = {c.name: c.uncompared for c in between(old, old).files}
    assert "leads" in told["note"] or ".." in told["note"]
    assert told["bare"] == "in OLD it has neither a path nor data"


def test_inline_objects_are_compared_by_what_they_say(tmp_path: Path) -> None:
    def release(name: str, data: Any) -> Path:
        return write(tmp_path / name, resources=[{"name": "map", "data": data, "format": "json"}])

    one, two = release("a", {"x": 1, "y": 2}), release("b", {"y": 2, "x": 1})
    assert between(one, two).is_empty
    assert [c.effect for c in between(one, release("c", {"x": 2})).files] == ["changed"]
    assert not between(one, release("d", {"x": 2})).files[0].text


def documents(tmp_path: Path, name: str, texts: dict[str, bytes], hashes: dict[str, str]) -> Path:
    """A table of text files, some with a hash."""
    rows = [[key, f"{key}.txt" if data else "", hashes.get(key, "")] for key, data in texts.items()]
    target: dict[str, str] = {"key": "id", "path": "path"}
    if hashes:
        target["hash"] = "hash"
    span = {"fields": {"start": "a", "end": "z", "source": "doc"},
            "reference": {"resource": "docs", "fields": target}}  # fmt: skip
    numbers = {"a": {"type": "integer"}, "z": {"type": "integer"}}
    listed = fields("id", "doc", "a", "z", **numbers)
    rows_table = table(["id", "doc", "a", "z"], [["r", "d1", "0", "1"]], listed=listed,
                       textSpans=[span, span])  # fmt: skip
    docs = table(["id", "path", "hash"], rows)
    root = write(tmp_path / name, {"docs": docs, "rows": rows_table})
    for key, data in texts.items():
        (root / f"{key}.txt").write_bytes(data)
    return root


def test_text_files_that_a_table_names_are_compared(tmp_path: Path) -> None:
    old = documents(tmp_path, "old", {"d1": b"a", "d2": b"b", "d3": b"c", "d4": b""}, {})
    new = documents(tmp_path, "new", {"d1": b"A", "d2": b"b", "d3": b"c", "d5": b"x"}, {})
    (new / "d3.txt").unlink()
    found = between(old, new).files
    assert [(c.name, c.key, c.effect, bool(c.uncompared)) for c in found] == [
        ("docs", "d1", "changed", False),
        ("docs", "d3", "changed", True),
    ]
    stated = {"d1": "sha256:1", "d2": "sha256:2"}
    old = documents(tmp_path, "o2", {"d1": b"a", "d2": b"b"}, stated)
    new = documents(tmp_path, "n2", {"d1": b"A", "d2": b"B"}, stated | {"d2": "sha256:3"})
    assert [(c.key, c.effect) for c in between(old, new).files] == [("d2", "changed")]
    bare = write(tmp_path / "bare", {"docs": table(["id"], [["d1"]])})
    assert between(bare, new).files == ()


def test_the_same_values_in_other_forms_are_no_change(tmp_path: Path) -> None:
    listed = fields("id", "n", "x", "b", "day", "when", "at",
                    n={"type": "integer"}, x={"type": "number"}, b={"type": "boolean"},
                    day={"type": "date"}, when={"type": "datetime"},
                    at={"type": "time"})  # fmt: skip
    rows = [["p1", "007", "1.50", "TRUE", "2018-12-03", "2018-12-03T10:00:00Z", "10:00:00"],
            ["p2", "8", "1E2", "0", "", "", ""],
            ["p3", "nine", "0.0", "", "x", "", ""]]  # fmt: skip
    plain = write(tmp_path / "csv", {"plants": table([f["name"] for f in listed], rows[:2],
                                                     listed=listed)})  # fmt: skip
    import datetime as dt

    moment = dt.datetime(2018, 12, 3, 10, tzinfo=dt.UTC)
    typed = pa.table({
        "id": ["p1", "p2"], "n": [7, 8], "x": [1.5, 100.0], "b": [True, False],
        "day": pa.array([dt.date(2018, 12, 3), None]),
        "when": pa.array([moment, None], pa.timestamp("us", "UTC")),
        "at": pa.array([dt.time(10), None], pa.time64("us")),
    })  # fmt: skip
    packed = write(tmp_path / "parquet", {"plants": table([f["name"] for f in listed], rows[:2],
                   listed=listed) | {"resource": {"path": "plants.parquet"}}})  # fmt: skip
    pq.write_table(typed, packed / "plants.parquet")
    found = between(plain, packed)
    assert [c.name for c in found.tables[0].changes] == ["path"]
    assert found.tables[0].same_rows
    assert required(found) is Step.NONE
    assert between(packed, plain).tables[0].same_rows
    (packed / "plants.csv").unlink()
    pq.write_table(typed.set_column(2, "x", pa.array([1.5, 101.0])), packed / "plants.parquet")
    (table_diff,) = between(plain, packed).tables
    assert table_diff.changed[0].cells == (CellChange("x", "1E2", "101.0"),)
    made = apply_diff(between(plain, packed), cells_of(content(plain)))
    assert made["plants"]["x"] == ["1.50", "101.0"]


def test_numbers_of_another_type_are_the_same_numbers(tmp_path: Path) -> None:
    listed = fields("id", "n", n={"type": "number"})
    roots = []
    for name, cells in (("ints", [7, 8]), ("floats", [7.0, 8.5])):
        made = table(["id", "n"], [], listed=listed) | {"resource": {"path": "p.parquet"}}
        roots.append(write(tmp_path / name, {"plants": made}))
        pq.write_table(pa.table({"id": ["p1", "p2"], "n": cells}), roots[-1] / "p.parquet")
    (found,) = between(*roots).tables
    assert [row.cells for row in found.changed] == [(CellChange("n", "8", "8.5"),)]


@pytest.mark.parametrize(
    ("cell", "kind", "written"),
    [("-0", "number", "0"), ("NaN", "number", "NaN"), ("12x", "integer", "12x"),
     ("1_0", "integer", "1_0"), ("maybe", "boolean", "maybe"), ("FALSE", "boolean", "false"),
     ("2018-12-03 00:00:00", "date", "2018-12-03"), ("heute", "date", "heute"),
     ("2018-12-03 10:00:00", "datetime", "2018-12-03T10:00:00"), ("10:00", "time", "10:00:00"),
     ("1.0", "string", "1.0")],
)  # fmt: skip
def test_a_value_is_written_in_one_way(cell: str, kind: str, written: str) -> None:
    assert normal(cell, kind) == written


def test_line_ends_and_byte_order_marks_are_no_change(tmp_path: Path) -> None:
    old = write(tmp_path / "old")
    data = (old / "plants.csv").read_bytes()
    written = {
        "crlf": data.replace(b"\n", b"\r\n"),
        "bom": b"\xef\xbb\xbf" + data,
        "quoted": data.replace(b"p1", b'"p1"'),
    }
    for name, other in written.items():
        new = write(tmp_path / name)
        (new / "plants.csv").write_bytes(other)
        assert between(old, new).is_empty, name


def test_nulls_and_inline_values(tmp_path: Path) -> None:
    def inline(name: str, rows: list[Any], **schema: Any) -> Path:
        listed = fields("id", "legs", legs={"type": "any"})
        made = {"name": "plants", "data": rows, "schema": {"fields": listed, "primaryKey": "id",
                                                          **schema}}  # fmt: skip
        return write(tmp_path / name, {}, resources=[made])

    old = inline("a", [{"id": "p1", "legs": None}, {"id": "p2", "legs": [1, {"x": "ü"}]}])
    assert between(old, old).is_empty
    new = inline("b", [{"id": "p1", "legs": ""}, {"id": "p2", "legs": [1]}])
    (found,) = between(old, new).tables
    assert [row.cells for row in found.changed] == [(CellChange("legs", '[1, {"x": "ü"}]', "[1]"),)]
    kept = {"missingValues": ["-"]}
    old = inline("c", [{"id": "p1", "legs": None}, {"id": "p2", "legs": None}], **kept)
    new = inline("d", [{"id": "p1", "legs": ""}, {"id": "p2", "legs": None}], **kept)
    (found,) = between(old, new).tables
    assert [row.cells for row in found.changed] == [(CellChange("legs", None, ""),)]
    assert apply_diff(between(old, new), cells_of(content(old))) == cells_of(content(new))


def test_a_table_that_cannot_be_read_is_not_compared(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old"), write(tmp_path / "new", {"plants": table(), "b": table()})
    (new / "plants.csv").write_bytes(b'id,colour,height\np1,"a"b,3\n')
    (new / "b.csv").write_bytes(b"id,colour,height\np1\n")
    found = between(old, new)
    assert found.tables[0].uncompared.startswith("in NEW the table cannot be read whole: ")
    assert not found.is_empty
    assert [name for name, _ in found.uncompared] == ["plants", "b"]
    assert between(new, new).tables[0].is_empty  # the same bytes
    assert between(new, old).tables[0].uncompared.startswith("in OLD ")
    with pytest.raises(DiffMismatch, match="cannot be read whole"):
        apply_diff(found, cells_of(content(old)))
    (new / "plants.csv").unlink()
    assert "validate` says why" in between(old, new).tables[0].uncompared
    (new / "plants.csv").write_bytes((old / "plants.csv").read_bytes())
    with pytest.raises(DiffMismatch, match="b: in NEW"):
        apply_diff(between(old, new), cells_of(content(old)))


def test_a_column_that_the_schema_does_not_have(tmp_path: Path) -> None:
    listed = fields("id", "colour")
    old = table(rows=PLANTS, listed=listed, fieldsMatch="subset")
    new = table(["id", "colour", "size"], PLANTS, listed=listed, fieldsMatch="subset")
    found = of_tables(tmp_path, old, new)
    assert found.changes == ()
    assert found.renamed_columns
    assert required(between(tmp_path / "old", tmp_path / "new")) is Step.MAJOR


def test_several_files_with_other_columns(tmp_path: Path) -> None:
    old = write(tmp_path / "old", {"plants": table(fieldsMatch="subset") |
                {"resource": {"path": ["plants.csv", "more.csv"]}}})  # fmt: skip
    (old / "more.csv").write_bytes(b"id,colour,height,note\np9,rot,1,x\n")
    held = cells_of(content(old))["plants"]
    assert held["note"] == ["", "", "", "x"]
    assert between(old, old).is_empty


def test_a_column_beyond_what_arrow_counts_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = write(tmp_path / "old")
    monkeypatch.setattr(values, "_MOST", 1)
    with pytest.raises(UnreadablePackage, match="the most that is compared"):
        between(old, old)


@pytest.mark.parametrize(
    "spoil",
    [lambda t: t["plants"].pop("colour"), lambda t: t["plants"].update({"id": ["p1"]}),
     lambda t: t["plants"]["colour"].__setitem__(1, "x"),
     lambda t: t["plants"]["colour"].__setitem__(2, "x"), lambda t: t.clear()],
)  # fmt: skip
def test_a_diff_of_other_tables_is_refused(tmp_path: Path, spoil: Any) -> None:
    old = write(tmp_path / "old")
    new = write(tmp_path / "new", {"plants": with_rows(PLANTS[0], ["p3", "blau", ""])})
    tables = {name: dict(columns) for name, columns in cells_of(content(old)).items()}
    spoil(tables)
    with pytest.raises(DiffMismatch, match="plants"):
        apply_diff(between(old, new), tables)


def test_a_diff_that_lacks_rows_is_refused(tmp_path: Path) -> None:
    from dataclasses import replace

    old = write(tmp_path / "old")
    found = between(old, old)
    (only,) = found.tables
    broken = replace(found, tables=(replace(only, new_count=2),))
    with pytest.raises(DiffMismatch, match="account for every row"):
        apply_diff(broken, cells_of(content(old)))


def test_the_package_and_its_resources(tmp_path: Path) -> None:
    note = {"name": "note", "path": "note.txt", "mediatype": "text/plain"}
    old = write(tmp_path / "old", title="a", resources=[note])
    new = write(tmp_path / "new", title="b", homepage="x", name="yard",
                resources=[note | {"title": "t"}], version="1.0.1")  # fmt: skip
    for root in (old, new):
        (root / "note.txt").write_bytes(b"x")
    found = between(old, new).changes
    assert [(c.name, c.effect, c.step) for c in found] == [
        ("name", "changed", Step.MAJOR), ("title", "changed", Step.PATCH),
        ("homepage", "added", Step.PATCH), ("title", "added", Step.PATCH),
    ]  # fmt: skip
    moved = write(tmp_path / "moved", title="a", resources=[note | {"path": "n.txt"}])
    (moved / "n.txt").write_bytes(b"x")
    assert required(between(old, moved)) is Step.NONE


def test_the_release_differs_from_a_spoilt_copy(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    release = copy_release(tmp_path / "a")
    release.replace("claims", "c012", "c912")
    whole = sc.diff(Path(__file__).parents[2], release.root)
    (table_diff,) = (t for t in whole.tables if t.name == "claims" and not t.is_empty)
    assert [row.key for row in table_diff.removed] == [("c012",)]
    assert table_diff.referenced


def test_the_json_of_a_file_change_has_everything() -> None:
    change = FileChange("note", "changed", "note", "", "sha256:1", "sha256:2")
    assert FileChange(**json.loads(json.dumps(change._asdict()))) == change
    assert TableDiff("a", "a").is_empty


def test_a_file_that_the_system_does_not_let_us_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = {"name": "note", "path": "note.txt", "mediatype": "text/plain"}
    old = write(tmp_path / "old", resources=[note])
    (old / "note.txt").write_bytes(b"x")
    held = content(old)

    def refuse(path: str) -> Any:
        raise UnreadablePackage(f"{path}: no")

    monkeypatch.setattr(held.files, "chunks", refuse)
    with pytest.raises(UnreadablePackage, match=r"note\.txt: no"):
        hash_of(held, held.package.resources[0])
