"""`csv-safe`: pandas and Python's csv read the values back, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings

import smartcity_case as sc
from anywhere import write
from conftest import Folder
from exports import exported, make_odd, make_of, opened
from smartcity_case.exporters.shared.names import file_names
from smartcity_case.strategies import packages

RUN = ("=", "+", "-", "@", "\t", "\r")
END = ".formulas-escaped.csv"


def plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell


def read(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))


def check(package: Path, out: Path) -> None:
    """Every cell of text is that of the package, with an apostrophe if it would be run."""
    data = sc.load(package)
    tables = [read(out / f"{file}{END}") for file in file_names(data).values()]
    assert len(tables) == len(list(out.iterdir()))
    for (header, *rows), frame in zip(tables, data.tables.values(), strict=True):
        assert header == list(frame.columns)
        assert len(rows) == len(frame)
        for cells, (_, values) in zip(rows, frame.iterrows(), strict=True):
            for cell, value in zip(cells, values, strict=True):
                if pd.isna(value):
                    assert cell == ""
                elif isinstance(value, str):
                    assert not cell.startswith(RUN)
                    assert plain(cell) == value
                elif isinstance(value, bool):
                    assert cell == str(value).lower()
                else:
                    assert float(cell) == float(value)


def test_pandas_opens_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert opened("csv-safe", tmp_path, monkeypatch) == f"{len(sc.load().claims)}\n"


def test_cells_are_escaped_and_nothing_else_is_changed(toy: Folder, tmp_path: Path) -> None:
    check(toy.root, exported(toy.root, "csv-safe", tmp_path))


def test_words_that_begin_like_a_formula_are_escaped(tmp_path: Path) -> None:
    out = exported(make_odd(tmp_path / "odd"), "csv-safe", tmp_path)
    cells = [cell for file in out.iterdir() for row in read(file) for cell in row]
    run = [cell for cell in cells if cell.startswith(RUN)]
    assert all(cell.startswith("-") and float(cell) < 0 for cell in run)
    assert "'=1+1 & <b>]]></b>\u2028" in cells
    assert "''" in cells


@settings(max_examples=15)
@given(packages())
def test_any_package_comes_back(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "drawn"
        write(root, files)
        check(root, exported(root, "csv-safe", Path(place)))


@pytest.mark.parametrize(("name", "mark"), [("semicolon", ";"), ("tab", "\t")])
def test_the_delimiter_may_be_another(toy: Folder, tmp_path: Path, name: str, mark: str) -> None:
    out = exported(toy.root, "csv-safe", tmp_path, options={"delimiter": name})
    head = (out / f"especies{END}").read_bytes().splitlines()[0]
    assert head == b"\xef\xbb\xbf" + f"clave{mark}patas".encode()


def test_a_delimiter_that_is_none(toy: Folder, tmp_path: Path) -> None:
    with pytest.raises(sc.NotFound, match="none of comma, semicolon, tab"):
        exported(toy.root, "csv-safe", tmp_path, options={"delimiter": ";"})


def test_cells_that_excel_would_cut_are_told(toy: Folder, tmp_path: Path) -> None:
    toy.describe(lambda d: d["resources"][1]["schema"]["fields"].append({"name": "x"}))
    toy.write("especies", f"clave,patas,x\ngarza,2,{'x' * 40_000}\n".encode())
    done = sc.export(toy.root, "csv-safe", tmp_path / "out")
    assert done.notes == ("especies.x: 1 cell longer than Excel keeps",)


def test_what_is_no_number_is_written_as_in_the_data_and_not_run(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "n", "type": "number"}]}
    table = {"name": "seen", "path": "s.csv", "schema": schema}
    files = {"s.csv": "n\n-INF\nINF\nNaN\n-1.5\n"}
    done = sc.export(make_of(tmp_path / "p", table, files=files), "csv-safe", tmp_path / "out")
    cells = [cell for (cell,) in read(tmp_path / "out" / f"seen{END}")]
    assert cells == ["n", "'-INF", "INF", "NaN", "-1.5"]
    assert done.notes == ("seen.n: 1 cell with an apostrophe before it",)
