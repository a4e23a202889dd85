from __future__ import annotations

from collections.abc import Iterator

import pytest

from smartcity_case import delimited, limits
from smartcity_case.delimited import Reader, parse
from smartcity_case.profile import Dialect


@pytest.mark.parametrize("delimiter", ["\0", ","])
def test_a_nul_may_part_or_enclose_cells(delimiter: str) -> None:
    quote = "\0" if delimiter == "," else '"'
    dialect = Dialect.model_validate({"delimiter": delimiter, "quoteChar": quote})
    data = f"a{delimiter}b\n{quote}1{delimiter}{quote}{delimiter}2\n".encode()
    reader = Reader([data], dialect)
    (block,) = reader.blocks()
    assert reader.header == ["a", "b"]
    assert [c.to_pylist() for c in parse(block, dialect, 2).columns] == [[f"1{delimiter}"], ["2"]]


def test_a_terminator_that_is_empty_is_none() -> None:
    with pytest.raises(ValueError, match="lineTerminator is empty"):
        Dialect.model_validate({"lineTerminator": ""})


def test_a_header_of_many_rows_is_not_read_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "CHUNK", 100)
    monkeypatch.setattr(limits, "CELL", 1_000)
    read = 0

    def chunks() -> Iterator[bytes]:
        nonlocal read
        for _ in range(1_000):
            read += 1
            yield b"a,b\n" * 25

    reader = Reader(chunks(), Dialect.model_validate({"headerRows": [10**9]}))
    assert reader.fault is not None
    assert reader.fault.code == "limit.cell"
    assert read == 11
    reader = Reader(chunks(), Dialect.model_validate({"headerRows": [1, 250]}))
    assert (reader.fault, reader.header, reader.first_record) == (None, ["a", "b"], 250)
    assert Reader([b"a\n" * 9], Dialect.model_validate({"headerRows": [10]})).fault == (
        *(0, "table.header", "there is no header"),
    )


@pytest.mark.parametrize("plain", [True, False])
def test_a_record_that_never_ends_is_not_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch, plain: bool
) -> None:
    monkeypatch.setattr(delimited, "CHUNK", 100)
    monkeypatch.setattr(limits, "CELL", 1_000)
    read = 0

    def chunks() -> Iterator[bytes]:
        nonlocal read
        yield b'a,b\n1,2\n3,"'
        for _ in range(1_000):
            read += 1
            yield b"xx,\nyyyyy\n" * 10

    dialect = Dialect() if plain else Dialect.model_validate({"commentChar": "#"})
    reader = Reader(chunks(), dialect)
    found = [parse(block, dialect, 2) for block in reader.blocks()]
    assert [c.to_pylist() for c in found[0].columns] == [["1"], ["2"]]
    assert [(f.number, f.code) for f in found[-1].faults] == [(0, "limit.cell")]
    assert found[-1].stops
    assert sum(p.count for p in found) == 2
    assert read in (10, 11, 12)


def test_a_long_record_within_the_bounds_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "CHUNK", 100)
    monkeypatch.setattr(limits, "CELL", 1_000)
    long = "x\n" * 450
    data = f'a,b\n1,2\n3,"{long}"\n4,5'.encode()
    reader = Reader((data[at : at + 7] for at in range(0, len(data), 7)), Dialect())
    found = [parse(block, Dialect(), 2) for block in reader.blocks()]
    assert [cell for p in found for cell in p.columns[1].to_pylist()] == ["2", long, "5"]
    assert not any(p.faults or p.stops for p in found)
    assert len(found) > 1


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (b"a,b\n1\n2,3\n", [(0, "table.cells", "1 cells where the header has 2")]),
        (b"a,b\n1,2,3\n", [(0, "table.cells", "3 cells where the header has 2")]),
        (b"a,b\n1,2\n\r\n", [(1, "table.blank-row", "the row is empty")]),
        (b'a,b\n1,2\n""\n', [(1, "table.blank-row", "the row is empty")]),
        (b'a,b\n"1,2"\n3,4', [(0, "table.cells", "1 cells where the header has 2")]),
        (b"a,b\n1,\xff\n", [(0, "table.encoding", "byte 6 is not UTF-8: invalid start byte")]),
        (
            b"\xef\xbb\xbfa,b\n1,2\n1,\xe6",
            [(1, "table.encoding", "byte 13 is not UTF-8: unexpected end of data")],
        ),
        (
            b'a,b\n1,2\n"x" ,2\n',
            [(1, "table.quote", "text after a closing quotation mark, near '1,2\\n\"x\" ,2\\n'")],
        ),
        (
            b'a,b\nx"y",2\n',
            [(0, "table.quote", "a quotation mark inside an unquoted cell, near 'x\"y\",2\\n'")],
        ),
        (
            b'a,b\n1,"2\n',
            [(0, "table.quote", "a quotation mark is never closed; it opens near '1,\"2\\n'")],
        ),
        (b"a,b\n1,2\r3,4\n", [(0, "table.quote", "a carriage return without a line feed")]),
    ],
)
@pytest.mark.parametrize("more", [{}, {"commentRows": [99]}])
def test_what_is_wrong_with_records_is_told(
    data: bytes, faults: list[tuple[int, str, str]], more: dict[str, object]
) -> None:
    dialect = Dialect.model_validate(more)
    reader = Reader([data], dialect)
    (block,) = reader.blocks()
    parsed = parse(block, dialect, 2)
    assert parsed.faults == faults
    assert parsed.stops == (faults[0][1] in ("table.encoding", "table.quote"))
    assert parsed.count == len(parsed.numbers) + 1


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"", "table.header", "there is no header"),
        (b"\xef\xbb\xbf", "table.header", "there is no header"),
        (b",,\n1,2,3\n", "table.header", "there is no header"),
        (b'"a\n1', "table.quote", "a quotation mark is never closed; it opens near '\"a\\n1'"),
        (b"a\xffb\n", "table.encoding", "byte 1 is not UTF-8: invalid start byte"),
        (b"\xef\xbb\xbfa\xffb\n", "table.encoding", "byte 4 is not UTF-8: invalid start byte"),
    ],
)
def test_what_is_wrong_with_a_header_is_told(data: bytes, code: str, message: str) -> None:
    fault = Reader([data], Dialect()).fault
    assert fault == (0, code, message)


def test_a_file_without_header_may_not_be_empty() -> None:
    dialect = Dialect(header=False)
    assert Reader([b""], dialect).fault == (0, "table.header", "the file is empty")
    assert Reader([b"\xef\xbb\xbf"], dialect).fault == (0, "table.header", "the file is empty")
    assert Reader([b"\n"], dialect).fault is None


def test_labels_of_several_rows_are_joined() -> None:
    dialect = Dialect.model_validate({"headerRows": [3, 1, 3], "headerJoin": "-"})
    reader = Reader([b"a,a,b\nskipped\nx,a\n1,2,3\n"], dialect)
    assert reader.header == ["a-x", "a", "b"]
    assert reader.first_record == 3
    assert [parse(b, dialect, 3).count for b in reader.blocks()] == [1]
    commented = Dialect.model_validate({"headerRows": [1, 2], "commentChar": "#"})
    assert Reader([b"#no\na,b\n"], commented).header == ["a", "b"]


def test_a_table_without_columns_has_no_rows() -> None:
    dialect = Dialect(header=False)
    (block,) = Reader([b"1,2\n"], dialect).blocks()
    parsed = parse(block, dialect, 0)
    assert (parsed.columns, parsed.faults[0].message) == ([], "2 cells where the header has 0")
