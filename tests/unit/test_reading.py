"""Tables as they are read: what is odd about their labels, records and files."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet as arrow_parquet

import smartcity_case as sc
from bounded import describe, field, table
from smartcity_case import delimited, limits, parquet, storage
from smartcity_case.content import Content
from smartcity_case.profile import Dialect, TableSchema
from smartcity_case.reading import side_by_side
from smartcity_case.records import Splitter
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


def test_jobs_that_are_not_wanted_any_more_are_not_begun() -> None:
    begun = []

    def job(number: int) -> int:
        begun.append(number)
        return number

    made = side_by_side((partial(job, n) for n in range(100)), 2)
    assert next(iter(made)) == 0
    made.close()  # type: ignore[attr-defined]
    assert len(begun) < 10


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_jobs_come_in_order(threads: int) -> None:
    jobs = (partial(int, str(n)) for n in range(20))
    assert list(side_by_side(jobs, threads)) == list(range(20))


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
        ({"delimiter": ""}, "delimiter: one character"),
        ({"delimiter": "ab"}, "delimiter: one character"),
        ({"delimiter": "\n"}, "delimiter: one character"),
        ({"lineTerminator": ""}, "lineTerminator is empty"),
        ({"quoteChar": ","}, "must differ"),
        ({"escapeChar": ","}, "must differ"),
        ({"quoteChar": "\n"}, "must differ"),
        ({"headerRows": []}, "headerRows is empty"),
    ],
)
def test_dialects_that_make_no_sense(dialect: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Dialect.model_validate(dialect)


def test_no_header_needs_no_header_rows() -> None:
    assert Dialect.model_validate({"headerRows": [], "header": False}).header_rows == []


def test_two_fields_of_one_name() -> None:
    with pytest.raises(ValueError, match="two fields have the same name"):
        TableSchema.model_validate({"fields": [{"name": "a"}, {"name": "a"}]})


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

    def iter_batches(self, batch_size: int) -> Any:
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
        storage.write_files(root, [("out/x", b"x")])
    with pytest.raises(RefusedPath):
        storage.write_files(root, [("loop/x", b"x")])
    assert not (tmp_path / "x").exists()
    assert not storage.holds(root, "y", b"y")
    storage.write_files(root, [("y", b"y")])
    assert storage.holds(root, "y", b"y")
    assert not storage.holds(root, "y", b"z")
