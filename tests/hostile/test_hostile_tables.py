"""Delimited tables that are made to hurt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bounded import describe, field, table, validate

MB = 1 << 20


def package(folder: Path, data: bytes, *fields: dict[str, Any], **schema: Any) -> Path:
    """A package with one table `t` of these bytes; two fields unless others are given."""
    describe(folder, table("t", *(fields or (field("a"), field("b"))), **schema))
    (folder / "t.csv").write_bytes(data)
    return folder


FORMS: list[tuple[str, Callable[[], bytes], set[str]]] = [
    ("huge cell", lambda: b"a,b\n" + b"x" * (30 * MB) + b",1\n", {"limit.cell"}),
    ("huge quoted cell", lambda: b'a,b\n"' + b"x\n" * (15 * MB) + b'",1\n', {"limit.cell"}),
    ("huge header", lambda: b"a" * (30 * MB) + b",b\n1,2\n", {"limit.cell"}),
    ("huge quoted header", lambda: b'"a' + b"\n" * (30 * MB), {"limit.cell"}),
    ("no line end", lambda: b"a,b\n" + b"x," * (15 * MB), {"limit.cell"}),
    ("unclosed quote", lambda: b'a,b\n"' + b"x,y\n" * (15 * MB), {"limit.cell"}),
    ("unclosed quote among quotes", lambda: b'a,b\n"' + b'x,"y"\n' * (10 * MB), {"table.quote"}),
    ("only quotes", lambda: b"a,b\n" + b'"' * (30 * MB), {"limit.cell"}),
    ("odd number of quotes", lambda: b"a,b\n" + b'"\n' * 100_001, {"table.quote"}),
    ("only carriage returns", lambda: b"a,b\n" + b"\r" * (30 * MB), {"table.quote"}),
    ("100,000 columns", lambda: b",".join(b"c%d" % n for n in range(100_000)), {"limit.columns"}),
    ("NULs", lambda: b"a,b\n" + b"\0" * (30 * MB), {"limit.cell"}),
    ("UTF-16", lambda: "a,b\n1,2\n".encode("utf-16"), {"table.encoding"}),
    ("a bad byte at the end", lambda: b"a,b\n" + b"x,y\n" * (4 * MB) + b"\xff", {"table.encoding"}),
    ("nothing", lambda: b"", {"table.header"}),
    ("a mark alone", lambda: b"\xef\xbb\xbf", {"table.header"}),
]


@pytest.mark.parametrize(("make", "codes"), [f[1:] for f in FORMS], ids=[f[0] for f in FORMS])
def test_form(tmp_path: Path, make: Callable[[], bytes], codes: set[str]) -> None:
    outcome = validate(package(tmp_path, make()))
    assert (outcome.code, codes <= outcome.codes) == (1, True), outcome.codes


ENOUGH = 120_000
"""Faults that are told of a table; behind them it is not read."""


@pytest.mark.parametrize(
    ("quoted", "line", "count"),
    [(b"", b"\n", 10_000_000), (b'"x","y"\n', b"1,2,3\n", 2_000_000)],
    ids=["empty", "long"],
)
def test_millions_of_rows_of_another_width(
    tmp_path: Path, quoted: bytes, line: bytes, count: int
) -> None:
    outcome = validate(package(tmp_path, b"a,b\n" + quoted + line * count))
    assert (outcome.code, "limit.findings" in outcome.codes) == (1, True)
    assert len(outcome.report["findings"]) == ENOUGH + 1


def test_a_million_odd_rows_behind_a_bad_quotation_mark_that_is_far_away(tmp_path: Path) -> None:
    outcome = validate(package(tmp_path, b"a,b\n" + b"1\n" * 1_000_000 + b'x"y,1\n'))
    assert (outcome.code, "limit.findings" in outcome.codes) == (1, True)


@pytest.mark.parametrize("dialect", [{"escapeChar": "\\"}, {"commentChar": "#"}])
def test_a_dialect_that_is_read_slowly(tmp_path: Path, dialect: dict[str, str]) -> None:
    resource = table("t", field("a"), field("b")) | {"dialect": dialect}
    describe(tmp_path, resource)
    (tmp_path / "t.csv").write_bytes(b'a,b\n"' + b"x,y\n" * (8 * MB))
    assert validate(tmp_path).codes & {"limit.cell", "table.quote"}


BELOW_2 = field("b", "number", constraints={"maximum": 1})
COLLECTION = '{"type": "GeometryCollection", "geometries": ['
CELLS: list[tuple[str, dict[str, Any], str, set[str]]] = [
    ("digits", field("b", "integer"), "9" * 1_000_000, {"limit.cell"}),
    ("digits of a number", field("b", "number"), "9" * 1_000_000, {"limit.cell"}),
    ("year", field("b", "year"), "9" * 1_000_000, {"limit.cell"}),
    ("exponent", field("b", "number"), "1e999999999", set()),
    ("not an exponent", field("b", "integer"), "1e999999999", {"field.type"}),
    ("exponent out of bounds", BELOW_2, "1e999999999", {"field.constraint"}),
    ("year 0", field("b", "date"), "0000-01-01", {"field.type"}),
    ("year 10000", field("b", "date"), "10000-01-01", {"field.type"}),
    ("no such day", field("b", "date"), "9999-02-30", {"field.type"}),
    ("no such time", field("b", "datetime"), "9999-12-31T24:00:01Z", {"field.type"}),
    ("a long duration", field("b", "duration"), "P" + "9" * 60_000 + "Y", set()),
    ("a place", field("b", "geopoint"), "1" * 60_000 + "," + "1" * 5_000, {"field.type"}),
    ("deep array", field("b", "array"), "[" * 200_000 + "]" * 200_000, {"field.type"}),
    ("deep object", field("b", "object"), '{"a":' * 100_000 + "1" + "}" * 100_000, {"field.type"}),
    ("long integer in JSON", field("b", "array"), "[" + "9" * 1_000_000 + "]", {"field.type"}),
    ("geojson", field("b", "geojson"), COLLECTION * 5_000 + "]}" * 5_000, {"field.type"}),
    ("email", field("b", format="email"), "a@" + "a." * 500_000, {"field.type"}),
    ("uri", field("b", format="uri"), "http://" + "a." * 500_000, set()),
    ("uuid", field("b", format="uuid"), "a" * 1_000_000, {"field.type"}),
    ("binary", field("b", format="binary"), "=" * 1_000_000, set()),
    ("list", field("b", "list", itemType="integer"), "1," * 300_000 + "x", {"field.type"}),
]


def test_a_hundred_thousand_points(tmp_path: Path) -> None:
    cell = '{"type": "LineString", "coordinates": [' + "[1,2]," * 100_000 + '"x"]}'
    quoted = cell.replace('"', '""')
    data = f'a,b\n1,"{quoted}"\n'.encode()
    outcome = validate(package(tmp_path, data, field("a"), field("b", "geojson")))
    assert (outcome.code, outcome.codes) == (1, {"field.type"})


@pytest.mark.parametrize(
    ("declared", "cell", "codes"), [c[1:] for c in CELLS], ids=[c[0] for c in CELLS]
)
def test_cell(tmp_path: Path, declared: dict[str, Any], cell: str, codes: set[str]) -> None:
    quoted = cell.replace('"', '""')
    data = f'a,b\n1,"{quoted}"\n'.encode()
    outcome = validate(package(tmp_path, data, field("a"), declared))
    assert outcome.code == bool(codes)  # without codes: odd, and yet a value of the type
    assert codes <= outcome.codes, outcome.codes


KEYED = [field("k", "integer", constraints={"required": True}), field("r", "integer")]


def rows(count: int, make: Callable[[int], str]) -> bytes:
    return ("k,r\n" + "".join(map(make, range(count)))).encode()


def test_many_equal_keys(tmp_path: Path) -> None:
    data = rows(500_000, lambda n: "1,\n")
    outcome = validate(package(tmp_path, data, *KEYED, primaryKey="k"))
    assert (outcome.code, outcome.codes) == (1, {"key.duplicate", "limit.findings"})


def test_many_keys_each_twice(tmp_path: Path) -> None:
    data = rows(500_000, lambda n: f"{n // 2},\n")
    outcome = validate(package(tmp_path, data, *KEYED, primaryKey="k"))
    assert (outcome.code, outcome.codes) == (1, {"key.duplicate", "limit.findings"})


def test_many_rows_that_refer_to_their_own_table(tmp_path: Path) -> None:
    data = rows(500_000, lambda n: f"{n},{n + 1}\n")
    key = {"fields": "r", "reference": {"fields": "k"}}
    outcome = validate(package(tmp_path, data, *KEYED, primaryKey="k", foreignKeys=[key]))
    assert (outcome.code, outcome.codes) == (1, {"key.dangling"})
    assert len(outcome.report["findings"]) == 1


def test_many_bad_cells(tmp_path: Path) -> None:
    data = rows(500_000, lambda n: f"x{n},\n")
    outcome = validate(package(tmp_path, data, *KEYED))
    assert (outcome.code, outcome.codes) == (1, {"field.type", "limit.findings"})


def test_many_dangling_keys(tmp_path: Path) -> None:
    data = rows(300_000, lambda n: f"{n},{n + 5_000_000}\n")
    key = {"fields": "r", "reference": {"fields": "k"}}
    outcome = validate(package(tmp_path, data, *KEYED, primaryKey="k", foreignKeys=[key]))
    assert (outcome.code, outcome.codes) == (1, {"key.dangling", "limit.findings"})


def test_many_cells_that_look_like_formulas(tmp_path: Path) -> None:
    outcome = validate(package(tmp_path, b"a,b\n" + b"-x,=y\n" * 500_000))
    assert (outcome.code, outcome.codes) == (0, {"field.formula"})  # warnings are no faults


def test_a_long_list_of_values_and_many_that_are_not_in_it(tmp_path: Path) -> None:
    listed = [f"value {n}" for n in range(100_000)]
    data = rows(100_000, lambda n: f"{n},x{n}\n")
    fields = KEYED[0], field("r", constraints={"enum": listed})
    outcome = validate(package(tmp_path, data, *fields))
    assert (outcome.code, outcome.codes) == (1, {"field.constraint"})


@pytest.mark.parametrize("kind", ["primaryKey", "uniqueKeys"])
def test_numbers_that_fill_the_memory_as_keys(tmp_path: Path, kind: str) -> None:
    data = b"a,b\n1e999999999,x\n10e999999998,y\n1e-999999999,z\n-1e999999999,u\n0e999999999,v\n"
    key = {"primaryKey": ["a"]} if kind == "primaryKey" else {"uniqueKeys": [["a"]]}
    outcome = validate(package(tmp_path, data, field("a", "number"), field("b"), **key))
    assert (outcome.code, outcome.codes) == (1, {"key.duplicate"})
    assert len(outcome.report["findings"]) == 1
