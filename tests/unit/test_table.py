from __future__ import annotations

import pyarrow as pa
import pytest

from smartcity_case.reading import parse_csv
from smartcity_case.table import Column, Table, write_csv


def parse(data: str | bytes) -> tuple[Table | None, list[str]]:
    raw = data.encode() if isinstance(data, str) else data
    table, findings = parse_csv(raw, "t", "t.csv")
    return table, [f"{f.code} {f.location.row}" for f in findings]


@pytest.mark.parametrize(
    ("data", "column"),
    [
        ("a,b\n1,2\n", ["1"]),
        ("a,b\r\n1,2\r\n", ["1"]),
        ("a,b\n1,2", ["1"]),
        ('a,b\n"1","2"\n', ["1"]),
        ('a,b\n"1 ""x"", 2",2\n', ['1 "x", 2']),
        ('a,b\n"1\n2",3\n', ["1\n2"]),
        ("a,b\n,\n", [""]),
        ("a,b\n1,\n2,", ["1", "2"]),
        ("\ufeffa,b\n1,2\n", ["1"]),
        ("a\n1\n\n2\n", ["1", "", "2"]),
        ("a,b\n„x“,2\n", ["„x“"]),
    ],
)
def test_what_is_read(data: str, column: list[str]) -> None:
    table, faults = parse(data)
    assert table is not None
    assert (table.columns["a"], faults) == (column, [])


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ('a,b\n1,"2\n', "table.quote 2"),
        ('a,b\n1,2"\n', "table.quote 2"),
        ('a,b\n"1"2,3\n', "table.quote 2"),
        ("a,b\n1,2\r3,4\n", "table.quote 2"),
        ("a,b\n1\n", "table.cells 2"),
        ("a,b\n1,2,3\n", "table.cells 2"),
        ("a,b\n\n1,2\n", "table.blank-row 2"),
        ("a,a\n1,2\n", "table.header 1"),
        ("", "table.header 1"),
        ("\n", "table.header 1"),
        (b"a,b\n\xff,2\n", "table.encoding 2"),
        (b'a,b\n"1\n2",3\n4,5\n6,\xff\n7,8\n', "table.encoding 4"),
        (b"\xff,b\n1,2\n", "table.encoding 1"),
    ],
)
def test_what_is_a_finding(data: str | bytes, fault: str) -> None:
    assert parse(data)[1] == [fault]


def test_good_rows_beside_bad_ones_keep_their_numbers() -> None:
    table, faults = parse('a,b\n1\n"x\ny",2\n\n3,4\n')
    assert table is not None
    assert faults == ["table.cells 2", "table.blank-row 4"]
    assert (table.rows, table.columns["a"]) == ([3, 5], ["x\ny", "3"])


def test_what_is_written_is_read_back() -> None:
    records = [["a,b", 'c"d'], ["e\nf", ""], ["„g“", "h"]]
    table, faults = parse(write_csv(["x", "y"], records))
    assert table is not None
    assert [list(table.record(i).values()) for i in range(3)] == records
    assert faults == []


def test_integers_that_are_missing() -> None:
    column = Column(pa.array([5, 0, None, 2**63 - 1, None, -99]).slice(1))
    assert column.missing(frozenset()).tolist() == [False, True, False, True, False]
    assert column.missing(frozenset([""])).tolist() == [False, True, False, True, False]
    assert column.missing(frozenset(["", "-99"])).tolist() == [False, True, False, True, True]
    assert column.missing(frozenset(["0"])).tolist() == [True, True, False, True, False]
    assert Column(pa.array([1, 2])).missing(frozenset([""])).tolist() == [False, False]


def test_a_lone_carriage_return_is_quoted() -> None:
    data = write_csv(["id", "words"], [["a", "x\ry"], ["b", "z"]])
    assert data == b'id,words\na,"x\ry"\nb,z\n'
    table, faults = parse_csv(data, "toy", "toy.csv")
    assert faults == []
    assert table is not None
    assert table.columns["words"] == ["x\ry", "z"]
