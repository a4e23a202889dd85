"""Tables as they are read: what is odd about their labels, records and files."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet as arrow_parquet
from pydantic import ValidationError

import smartcity_case as sc
from bounded import describe, field, table
from smartcity_case import blocks, delimited, limits, parquet, reading, storage, writing
from smartcity_case.content import Content
from smartcity_case.profile import Dialect, Resource, TableSchema
from smartcity_case.reading import TableFile, parse_csv
from smartcity_case.records import Splitter
from smartcity_case.report import Location
from smartcity_case.storage import Files, RefusedPath

AB = [field("a"), field("b")]


def told(folder: Path, *resources: dict[str, Any]) -> list[tuple[str, int, str]]:
    report = sc.validate(describe(folder, *resources))
    return [(f.code, f.location.row, f.message) for f in report.findings]


def test_more_columns_than_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COLUMNS", 2)
    (tmp_path / "t.csv").write_text("a,b,c\nx,y,z\n")
    found = told(tmp_path, table("t", *AB, fieldsMatch=["subset"]))
    assert found == [("limit.columns", 1, "3 columns; 2 are the most that is read")]
    (tmp_path / "t.csv").write_text("a,b\nx,y\n")
    assert told(tmp_path, table("t", *AB)) == []


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ([], [("table.header", 0, "there are no columns")]),
        ([["a", "b"]], []),
        ([["a", "b"], ["x", "y"]], []),
        ([["a", "b"], ["x"]], [("table.cells", 1, "1 cells where 2 cells are expected")]),
        (
            [["a", "b"], {"a": "x"}, ["x", "y", "z"]],
            [
                ("table.cells", 1, "not a record like the first where 2 cells are expected"),
                ("table.cells", 2, "3 cells where 2 cells are expected"),
            ],
        ),
        ([{"a": "x", "b": "y"}, {"b": "y"}], []),
        (
            [{"a": "x", "b": "y"}, ["x", "y"]],
            [("table.cells", 2, "not a record like the first where 2 cells are expected")],
        ),
        ([{"a": "x", "z": "y"}], [("table.header", 0, "not in the schema: 'z'")]),
    ],
)
def test_inline_data(tmp_path: Path, data: Any, found: list[tuple[str, int, str]]) -> None:
    resource = table("t", *AB)
    del resource["path"]
    if data == []:
        resource["schema"] = {"fields": []}
    assert told(tmp_path, {**resource, "data": data}) == found


def test_a_table_without_a_readable_header_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"")
    describe(tmp_path, table("t", *AB))
    seen: list[str] = []

    def look(content: Content) -> tuple[()]:
        seen.extend(["looked", *content.tables])
        return ()

    sc.validate(tmp_path, extra_checks=[look])
    assert seen == ["looked"]


@pytest.mark.parametrize(
    ("dialect", "text", "message"),
    [
        ({}, 'x"y,1\n', "a quotation mark inside an unquoted cell, near"),
        ({}, '"x"y,1\n', "text after a closing quotation mark, near"),
        ({}, '"x,1\n', "a quotation mark is never closed; it opens near"),
        ({}, "x\ry,1\n", "a carriage return without a line feed"),
        ({"lineTerminator": "ab"}, "xay,1ab", "a character that must be quoted or escaped, near"),
    ],
)
def test_why_a_record_cannot_be_split(dialect: Any, text: str, message: str) -> None:
    split = Splitter(Dialect.model_validate(dialect)).split(text, at_end=True)
    assert split.fault is not None
    assert split.fault[:2] == (0, "table.quote")
    assert split.fault[2].startswith(message)


@pytest.mark.parametrize(
    ("dialect", "message"),
    [
        ({"delimiter": ""}, "delimiter: it should be one character that is no line end"),
        ({"delimiter": "ab"}, "delimiter: it should be one character that is no line end"),
        ({"delimiter": "\n"}, "delimiter: it should be one character that is no line end"),
        ({"lineTerminator": ""}, "lineTerminator: it is empty"),
        ({"quoteChar": ","}, "quoteChar: ',' is the delimiter"),
        ({"delimiter": '"'}, "quoteChar: '\"' is the delimiter"),
        ({"escapeChar": ","}, "escapeChar: ',' is the delimiter"),
        ({"escapeChar": '"'}, "escapeChar: '\"' is the quoteChar"),
        ({"quoteChar": "\n"}, "quoteChar: '\\n' is a line end"),
        ({"escapeChar": "\r"}, "escapeChar: '\\r' is a line end"),
        ({"headerRows": []}, "headerRows: it is empty; say `header: false`"),
    ],
)
def test_dialects_that_make_no_sense(dialect: Any, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Dialect.model_validate(dialect)
    assert [f"{e['loc'][0]}: {e['msg']}" for e in refused.value.errors()] == [message]


def test_no_header_needs_no_header_rows() -> None:
    assert Dialect.model_validate({"headerRows": [], "header": False}).header_rows == []


def test_two_fields_of_one_name() -> None:
    with pytest.raises(ValidationError) as refused:
        TableSchema.model_validate({"fields": [{"name": name} for name in "abab"]})
    assert [(e["loc"], e["msg"]) for e in refused.value.errors()] == [
        (("fields", 2, "name"), "another field is named 'a'"),
        (("fields", 3, "name"), "another field is named 'b'"),
    ]


# Delimited text


@pytest.mark.parametrize("first", ["x", '"x"'])
def test_a_mark_behind_an_odd_record_belongs_to_its_cell(tmp_path: Path, first: str) -> None:
    (tmp_path / "t.csv").write_text(f"a,b\n{first}\n\ufeff1,2\n", "utf-8")
    fields = field("a", constraints={"enum": ["\ufeff1"]}), field("b")
    found = told(tmp_path, table("t", *fields))
    assert found == [("table.cells", 2, "1 cells where the header has 2")]


def test_what_arrow_refuses_is_read_slowly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise pa.ArrowInvalid("for no reason")

    monkeypatch.setattr(delimited, "_by_arrow", refuse)
    (tmp_path / "t.csv").write_text('a,b\n1,"2"\nx\n')
    fields = field("a", "integer"), field("b", constraints={"enum": ["2"]})
    found = told(tmp_path, table("t", *fields))
    assert found == [("table.cells", 3, "1 cells where the header has 2")]


# Parquet


class Broken:
    """A Parquet file of so many rows, whose batches are these, or fail."""

    def __init__(self, rows: int, *batches: pa.RecordBatch | BaseException) -> None:
        self._batches = batches
        self.metadata = type("Metadata", (), {"num_rows": rows, "num_row_groups": 0})()
        self.metadata.row_group = None

    def iter_batches(self, batch_size: int, *, columns: None, use_threads: bool) -> Any:
        for batch in self._batches:
            if isinstance(batch, BaseException):
                raise batch
            yield batch


ROW = pa.RecordBatch.from_pydict({"a": ["x"]})


def test_fewer_rows_than_the_footer_says() -> None:
    assert list(parquet._batches(Broken(1, ROW), "t")) == [ROW]
    *good, fault = parquet._batches(Broken(2, ROW), "t")
    assert good == [ROW]
    assert fault.code == "table.format"
    assert "does not have as many rows as its footer says" in fault.message


def test_a_file_that_the_system_cannot_read() -> None:
    broken = Broken(2, ROW, OSError(5, "Input/output error"))
    with pytest.raises(sc.UnreadablePackage, match="t: Input/output error"):
        list(parquet._batches(broken, "t"))


@pytest.mark.parametrize("error", [pa.ArrowInvalid("bad page"), OSError("corrupt")])
def test_a_file_that_is_damaged(error: Exception) -> None:
    *_, fault = parquet._batches(Broken(2, ROW, error), "t")
    assert fault == (0, "table.format", f"this is no readable Parquet file: {error}")


def test_too_little_memory_is_no_fault_of_the_file() -> None:
    with pytest.raises(MemoryError):
        list(parquet._batches(Broken(2, ROW, pa.ArrowMemoryError("malloc")), "t"))


def test_an_empty_file_of_parquet(tmp_path: Path) -> None:
    empty = pa.table({"a": pa.array([], pa.string()), "b": pa.array([], pa.string())})
    arrow_parquet.write_table(empty, tmp_path / "t.parquet")
    assert told(tmp_path, table("t", *AB, path="t.parquet")) == []


# Files


def test_a_package_inside_a_zip(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("x/a.txt", "a")
    files = Files(zipfile.Path(tmp_path / "p.zip"))
    assert files.read("x/a.txt") == b"a"
    with pytest.raises(RefusedPath) as refused:
        files.read("x/b.txt")
    assert (refused.value.code, "no such regular file" in str(refused.value)) == (
        "path.missing",
        True,
    )


def test_a_file_that_changes_between_two_readings(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    files = Files(tmp_path)
    assert files.read("a") == b"one"
    assert files.read("a") == b"one"
    (tmp_path / "a").write_bytes(b"another")
    with pytest.raises(sc.UnreadablePackage, match="a: the file changed"):
        files.read("a")


def test_times_that_python_has_not(tmp_path: Path) -> None:
    far = pa.array([2**62], pa.timestamp("us"))
    arrow_parquet.write_table(pa.table({"a": far, "b": ["x"]}), tmp_path / "t.parquet")
    ((code, *_),) = told(tmp_path, table("t", *AB, path="t.parquet"))
    assert code == "table.format"


def test_an_installation_without_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import resources

    monkeypatch.setattr(storage, "checkout_root", lambda: None)
    monkeypatch.setattr(resources, "files", lambda name: tmp_path)
    with pytest.raises(sc.PackageNotFound, match="no embedded data package"):
        storage.embedded_root()
    (tmp_path / "_package").mkdir()
    (tmp_path / "_package" / "datapackage.json").write_text("{}")
    assert storage.embedded_root() == tmp_path / "_package"


def test_the_profile_of_an_installed_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import resources

    place = tmp_path / "_profiles" / "text-spans" / "1.0"
    place.mkdir(parents=True)
    (place / "text-spans.json").write_text('{"title": "of the wheel"}')
    monkeypatch.setattr(resources, "files", lambda name: tmp_path)
    assert storage.text_spans_schema() == {"title": "of the wheel"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_where_a_file_is_written(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "out").symlink_to(tmp_path)
    (root / "loop").symlink_to("loop")
    with pytest.raises(RefusedPath, match="out/x: a link leads out"):
        writing.write_files(root, [("out/x", b"x")])
    with pytest.raises(RefusedPath):
        writing.write_files(root, [("loop/x", b"x")])
    assert not (tmp_path / "x").exists()
    assert not storage.holds(root, "y", b"y")
    writing.write_files(root, [("y", b"y")])
    assert storage.holds(root, "y", b"y")
    assert not storage.holds(root, "y", b"z")


# A table as it is opened


def opened(folder: Path, resource: dict[str, Any], **more: Any) -> TableFile:
    """A table of a package, as the validation opens it."""
    made = Resource.model_validate(resource)
    assert isinstance(made.table_schema, TableSchema)
    dialect = made.dialect if isinstance(made.dialect, Dialect) else Dialect()
    return TableFile(Files(folder), made, made.table_schema, dialect, **more)


def files_of(folder: Path, *texts: bytes | str, **more: Any) -> dict[str, Any]:
    """A table of the columns a and b in files t0.csv, t1.csv and so on."""
    paths = [f"t{number}.csv" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        data = text.encode() if isinstance(text, str) else text
        (folder / path).write_bytes(data)
    return {**table("t", *AB), "path": paths, **more}


Told = tuple[str, int, str, str]


def of_form(file: TableFile) -> list[Told]:
    """What the latest reading found, and where: path, row, code, message."""
    assert all(f.location[:1] + f.location[3:] == ("t", "", "") for f in file.findings)
    return [(f.location.path, f.location.row, f.code, f.message) for f in file.findings]


def cells_of(file: TableFile) -> list[tuple[str, list[int], dict[str, list[Any]]]]:
    """The batches: their paths, row numbers and cells."""
    return [
        (batch.path, batch.rows.tolist(), {n: c.values() for n, c in batch.columns.items()})
        for batch, _ in file.scan(lambda _: None)
    ]


@pytest.mark.parametrize("threads", [1, 2])
def test_rows_are_counted_on_from_block_to_block_and_anew_in_each_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setattr(reading, "CHUNK", 8)
    monkeypatch.setattr(blocks, "CHUNK", 8)
    resource = files_of(tmp_path, "a,b\n1,2\n3\n5,6\n7,8,9\n10,11\n", "a,b\n12,13\n14\n")
    file = opened(tmp_path, resource, threads=threads)
    found = cells_of(file)
    assert len(found) > 3
    by_file = [
        [(row, a, b) for path, rows, cells in found if path == wanted
         for row, a, b in zip(rows, cells["a"], cells["b"], strict=True)]
        for wanted in ("t0.csv", "t1.csv")
    ]  # fmt: skip
    assert by_file == [[(2, "1", "2"), (4, "5", "6"), (6, "10", "11")], [(2, "12", "13")]]
    assert of_form(file) == [
        ("t0.csv", 3, "table.cells", "1 cells where the header has 2"),
        ("t0.csv", 5, "table.cells", "3 cells where the header has 2"),
        ("t1.csv", 3, "table.cells", "1 cells where the header has 2"),
    ]
    assert not file.complete


RUNS_ON = "there is no line end behind the last row, so that the next file would run into it"


@pytest.mark.parametrize(
    ("texts", "dialect", "paths"),
    [
        (["a,b\n1,2", "a,b\n3,4", "a,b\n5,6"], {}, ["t0.csv", "t1.csv"]),
        (["a,b\r\n1,2\r\n", "a,b\n3,4\n", "a,b\n5,6"], {}, []),
        (["a,b;1,2;", "a,b;3,4", "a,b;5,6"], {"lineTerminator": ";"}, ["t1.csv"]),
    ],
)
def test_a_file_that_runs_into_the_next(
    tmp_path: Path, texts: list[str], dialect: dict[str, str], paths: list[str]
) -> None:
    file = opened(tmp_path, files_of(tmp_path, *texts, dialect=dialect))
    whole = file.whole()
    assert whole is not None
    assert whole.columns == {"a": ["1", "3", "5"], "b": ["2", "4", "6"]}
    assert (whole.resource, whole.path, whole.rows) == ("t", "t0.csv", [2, 2, 2])
    assert of_form(file) == [(path, 0, "table.format", RUNS_ON) for path in paths]


def test_files_of_parquet_do_not_run_into_each_other(tmp_path: Path) -> None:
    for path in ("t0.parquet", "t1.parquet"):
        arrow_parquet.write_table(pa.table({"a": ["x"], "b": ["y"]}), tmp_path / path)
    file = opened(tmp_path, {**table("t", *AB), "path": ["t0.parquet", "t1.parquet"]})
    assert cells_of(file) == [
        ("t0.parquet", [1], {"a": ["x"], "b": ["y"]}),
        ("t1.parquet", [1], {"a": ["x"], "b": ["y"]}),
    ]
    assert (of_form(file), file.complete) == ([], True)


@pytest.mark.parametrize(
    ("text", "dialect", "told"),
    [
        ("b,a,b,a\n", {}, (1, "table.header", "the header names 'a', 'b' more than once")),
        ("x,y\na,b,c\n", {"headerRows": [2]}, (2, "table.header", "not in the schema: 'c'")),
        ("", {}, (1, "table.header", "there is no header")),
        ("", {"header": False}, (1, "table.header", "the file is empty")),
        (
            *("x\ny\na,\udcff\n", {"headerRows": [1, 3]}),
            (3, "table.encoding", "byte 6 is not UTF-8: invalid start byte"),
        ),
        ("a,b\n\udcff,1\n", {}, (2, "table.encoding", "byte 4 is not UTF-8: invalid start byte")),
    ],
)
def test_why_a_file_cannot_be_read(
    tmp_path: Path, text: str, dialect: dict[str, Any], told: tuple[int, str, str]
) -> None:
    data = text.encode("utf-8", "surrogateescape")
    file = opened(tmp_path, files_of(tmp_path, data, "a,b\n1,2\n", dialect=dialect))
    list(file.scan(lambda _: None))
    others = [fault for fault in of_form(file) if fault[3] != RUNS_ON]
    assert others[:1] == [("t0.csv", *told)]


def test_labels_are_those_of_the_first_file_that_has_rows(tmp_path: Path) -> None:
    assert opened(tmp_path, files_of(tmp_path, "b,a\n1,2\n")).labels() == ["b", "a"]
    unreadable = opened(tmp_path, files_of(tmp_path, ""))
    assert unreadable.labels() == []
    assert unreadable.whole() is None
    assert not unreadable.complete


def test_a_table_without_header_has_the_labels_of_its_schema(tmp_path: Path) -> None:
    file = opened(tmp_path, files_of(tmp_path, "1,2\n3\n", dialect={"header": False}))
    assert cells_of(file) == [("t0.csv", [1], {"a": ["1"], "b": ["2"]})]
    assert of_form(file) == [("t0.csv", 2, "table.cells", "1 cells where the header has 2")]


def test_what_stands_for_nothing_is_null(tmp_path: Path) -> None:
    dialect = {"nullSequence": "NA"}
    file = opened(tmp_path, files_of(tmp_path, "a,b\nNA,NAN\n,NA\n", dialect=dialect))
    assert cells_of(file) == [("t0.csv", [2, 3], {"a": [None, ""], "b": ["NAN", None]})]


def test_a_column_that_may_lack_is_null_and_one_that_must_not_is_absent(tmp_path: Path) -> None:
    resource = files_of(tmp_path, "a\n1\n")
    fields = [*AB, field("c", constraints={"required": True})]
    resource["schema"] = {"fields": fields, "fieldsMatch": ["superset"], "primaryKey": "a"}
    file = opened(tmp_path, resource)
    ((batch, _),) = file.scan(lambda _: None)
    assert {n: c.values() for n, c in batch.columns.items()} == {"a": ["1"], "b": [None]}
    assert (batch.key_fields, batch.columns["b"].is_text) == (("a",), True)
    assert file.absent == {"c"}
    assert of_form(file) == [("t0.csv", 1, "table.header", "missing: 'c'")]


@pytest.mark.parametrize("algorithm", ["", "sha256"])
@pytest.mark.parametrize("texts", [["a,b\n1,2\n", "a,b\n3,4\n"], ['a,b\n"1,2\n' * 99, "a,b\n"]])
def test_size_and_hash_are_of_all_bytes_whatever_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, algorithm: str, texts: list[str]
) -> None:
    monkeypatch.setattr(reading, "CHUNK", 8)
    monkeypatch.setattr(blocks, "CHUNK", 8)
    data = "".join(texts).encode()
    file = opened(tmp_path, files_of(tmp_path, *texts))
    for _ in range(2):  # each reading counts for itself
        list(file.scan(lambda _: None, algorithm))
        digest = hashlib.sha256(data).hexdigest() if algorithm else ""
        assert (file.size, file.digest) == (len(data), digest)


def test_progress_is_told_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CHUNK", 8)
    monkeypatch.setattr(blocks, "CHUNK", 8)
    told: list[tuple[str, int, int]] = []
    resource = files_of(tmp_path, "a,b\n1,2\n3,4\n", "a,b\n5,6\n")
    file = opened(tmp_path, resource, progress=lambda *got: told.append(got))
    list(file.scan(lambda _: None))
    assert {(name, size <= total) for name, size, total in told} == {("t", True)}
    assert sorted({total for _, _, total in told}) == [12, 20]
    assert told == sorted(told)
    assert told[-1] == ("t", 20, 20)


def test_reading_ends_when_it_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CHUNK", 8)
    monkeypatch.setattr(blocks, "CHUNK", 8)
    file = opened(tmp_path, files_of(tmp_path, "a,b\n" + "1,2\n" * 9, "a,b\n3,4\n"))
    rows = []
    for batch, _ in file.scan(lambda _: None):
        rows += batch.rows.tolist()
        file.enough = True
    assert 0 < len(rows) < 9
    assert (file.complete, of_form(file), file.size) == (False, [], 48)
    list(file.scan(lambda _: None))
    assert file.complete


# Inline data


def test_the_rows_of_inline_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FINDINGS", 2)
    data = [["a", "b"], ["1", 2], ["3"], ["5", 6], ["7", None], {}, [], ["8", 9]]
    resource = {**table("t", *AB, primaryKey="a"), "path": "", "data": data}
    file = opened(tmp_path, resource)
    whole = file.whole()
    assert whole is not None
    assert whole.columns == {"a": ["1", "5", "7"], "b": ["2", "6", ""]}
    assert (whole.resource, whole.path, whole.rows) == ("t", "", [1, 3, 4])
    assert (whole.key_fields, whole.complete) == (("a",), False)
    enough = "there are 2 faults before this row; nothing behind them is read"
    assert of_form(file) == [
        ("", 2, "table.cells", "1 cells where 2 cells are expected"),
        ("", 5, "table.cells", "not a record like the first where 2 cells are expected"),
        ("", 6, "limit.findings", enough),
    ]


def test_inline_data_without_header(tmp_path: Path) -> None:
    resource = {**table("t", *AB), "path": "", "data": [["1", "2"], ["3", "4"]]}
    file = opened(tmp_path, {**resource, "dialect": {"header": False}})
    assert cells_of(file) == [("", [1, 2], {"a": ["1", "3"], "b": ["2", "4"]})]
    objects = [{"b": "2", "a": "1"}, {"c": "x", "a": "3"}]
    file = opened(
        tmp_path, {**table("t", *AB, fieldsMatch=["subset"]), "path": "", "data": objects}
    )
    cells = {"a": ["1", "3"], "b": ["2", None], "c": [None, "x"]}
    assert cells_of(file) == [("", [1, 2], cells)]


# A damaged file of Parquet


def test_what_stands_before_the_damage_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_rows_at_a_time", lambda *_: 1)
    far = pa.array([0, 2**62, 0], pa.timestamp("us"))
    arrow_parquet.write_table(pa.table({"a": far, "b": ["x", "y", "z"]}), tmp_path / "t.parquet")
    file = opened(tmp_path, table("t", *AB, path="t.parquet"))
    whole = file.whole()
    assert whole is not None
    assert (whole.columns["b"], len(whole.columns["a"]), whole.rows) == (["x"], 1, [1])
    assert not whole.complete
    ((path, row, code, _),) = of_form(file)
    assert (path, row, code) == ("t.parquet", 0, "table.format")


# A CSV file by itself


def test_faults_of_a_csv_file_are_counted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "CHUNK", 4)
    whole, faults = parse_csv(b"a,b\n1,2\n3\n4,5\n6,7,8", "t", "t.csv")
    assert whole is not None
    assert (whole.columns, whole.rows) == ({"a": ["1", "4"], "b": ["2", "5"]}, [2, 4])
    assert (whole.resource, whole.path, whole.complete) == ("t", "t.csv", False)
    assert faults == [
        sc.Finding(Location("t", "t.csv", row), "table.cells", f"{n} cells where the header has 2")
        for row, n in ((3, 1), (5, 3))
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a,b,a\n1,2,3\n", "the header names a column more than once"),
        (b"", "there is no header"),
    ],
)
def test_a_csv_file_without_a_readable_header(data: bytes, message: str) -> None:
    finding = sc.Finding(Location("t", "t.csv", 1), "table.header", message)
    assert parse_csv(data, "t", "t.csv") == (None, [finding])
