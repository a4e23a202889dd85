from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from smartcity_case import blocks, delimited, limits
from smartcity_case.blocks import Block, Reader
from smartcity_case.delimited import parse
from smartcity_case.profile import Dialect
from smartcity_case.records import Split


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
    with pytest.raises(ValueError, match=r"lineTerminator\n  it is empty"):
        Dialect.model_validate({"lineTerminator": ""})


def test_a_header_of_many_rows_is_not_read_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "CHUNK", 100)
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
    monkeypatch.setattr(blocks, "CHUNK", 100)
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
    monkeypatch.setattr(blocks, "CHUNK", 100)
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


# Blocks


def chunked(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


HEAD = "\ufeffé,b\n".encode()


@pytest.mark.parametrize(
    ("size", "data", "expected"),
    [
        (10, b"1,2\n3,4\n5,6\n7,8", [(b"1,2\n3,4\n5,6\n", 8), (b"7,8", 20)]),
        (10, b"1,2\n3,4\n5,6\n", [(b"1,2\n3,4\n5,6\n", 8), (b"", 20)]),
        (1, b"1,2\n3", [(b"1,2\n", 8), (b"3", 12)]),
        (99, b"1,2\n3", [(b"1,2\n3", 8)]),
        (99, b"", [(b"", 8)]),
        (
            *(8, b'1,"\n"\n3,4\n5,"\n\n\n\n\n"\n7,8\n'),
            [(b'1,"\n"\n', 8), (b"3,4\n", 14), (b'5,"\n\n\n\n\n"\n7,8\n', 18), (b"", 32)],
        ),
    ],
)
def test_blocks_end_where_records_do(
    size: int, data: bytes, expected: list[tuple[bytes, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "CHUNK", size)
    reader = Reader(chunked(HEAD + data, size), Dialect())
    assert (reader.header, reader.first_record, reader.fault) == (["é", "b"], 1, None)
    assert [(block.whole, block.offset) for block in reader.blocks()] == expected


def test_blocks_end_at_any_line_end_where_nothing_is_quoted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(blocks, "CHUNK", 12)
    data = b'words,2\n"3,4\n5,6\n7,8'
    reader = Reader(chunked(b"a,b\n" + data, 12), Dialect.model_validate({"quoteChar": None}))
    assert [block.whole for block in reader.blocks()] == [b'words,2\n"3,4\n5,6\n', b"7,8"]


def test_no_more_is_read_than_a_block_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "CHUNK", 8)
    read = []

    def chunks() -> Iterator[bytes]:
        for chunk in chunked(b"a,b\n1,2\n" * 4, 2):
            read.append(chunk)
            yield chunk

    reader = Reader(chunks(), Dialect())
    assert len(read) == 4
    cut = reader.blocks()
    assert next(cut).whole == b"1,2\na,b\n"
    assert len(read) == 6
    assert next(cut).whole == b"1,2\na,b\n"
    assert len(read) == 10


@pytest.mark.parametrize("plain", [True, False])
def test_rows_without_header_may_come_in_any_pieces(plain: bool) -> None:
    dialect = Dialect(header=False, commentChar=None if plain else "#")
    mark = "\ufeff".encode()
    for chunks in ([mark, b"1"], [mark[:1], mark[1:], b"1"], [mark + b"1"], [b"1"]):
        reader = Reader(chunks, dialect)
        assert (reader.header, reader.first_record, reader.fault) == ([], 0, None)
        (block,) = reader.blocks()
        assert [c.to_pylist() for c in parse(block, dialect, 1).columns] == [["1"]]


def test_rows_that_are_comments_are_counted_over_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "CHUNK", 8)
    dialect = Dialect.model_validate({"commentRows": [3, 6], "commentChar": "#"})
    reader = Reader(chunked(HEAD + b"1,2\n3,4\n#\n5,6\n7,8\n9,0", 8), dialect)
    assert (reader.header, reader.first_record, reader.fault) == (["é", "b"], 1, None)
    splits = [block.split for block in reader.blocks()]
    assert [s and s.fault for s in splits] == [None] * len(splits)
    assert len(splits) > 2
    records = [record for s in splits if s for record in s.records]
    assert records == [["1", "2"], None, None, ["5", "6"], None, ["9", "0"]]


@pytest.mark.parametrize("comment", [None, "#"])
@pytest.mark.parametrize("size", [1, 2, 3, 8, 99])
@pytest.mark.parametrize(
    ("data", "at", "reason"),
    [
        (b"1,2\n3,\xff\n5,6\n", 14, "invalid start byte"),
        (b"1,2\n3,x\xc3y\n5,6\n", 15, "invalid continuation byte"),
        (b"1,2\n3,xyz\xe6\x97", 17, "unexpected end of data"),
    ],
)
def test_bytes_that_are_not_utf_8_are_counted_from_the_start_of_the_file(
    data: bytes,
    at: int,
    reason: str,
    size: int,
    comment: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(blocks, "CHUNK", size)
    dialect = Dialect(commentChar=comment)
    parsed = [parse(b, dialect, 2) for b in Reader(chunked(HEAD + data, size), dialect).blocks()]
    stopped = next(n for n, p in enumerate(parsed) if p.stops)
    before, last = parsed[:stopped], parsed[stopped]
    rows = [row for p in parsed[: stopped + 1] for row in p.columns[0].to_pylist()]
    assert rows == ["1"]
    (fault,) = last.faults
    message = f"byte {at} is not UTF-8: {reason}"
    assert (fault.code, fault.message) == ("table.encoding", message)
    assert sum(p.count for p in before) + fault.number == 1
    assert not any(p.faults for p in before)
    assert comment is None or len(parsed) == stopped + 1


TOO_LONG = "a record or header of more than 16 MiB, or a quotation mark that is never closed"


@pytest.mark.parametrize("more", [{}, {"commentChar": "#"}])
def test_where_a_record_without_end_is_not_utf_8(
    more: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "CHUNK", 10)
    monkeypatch.setattr(limits, "CELL", 50)
    dialect = Dialect.model_validate(more)
    *_, block = Reader(chunked(b"a,b\n1,2\n3,4\nx\xff" + b"x" * 200, 10), dialect).blocks()
    told = "byte 13 is not UTF-8: invalid start byte"
    (fault,) = parse(block, dialect, 2).faults
    assert fault[1:] == ("table.encoding", told)


@pytest.mark.parametrize("more", [{}, {"commentChar": "#"}])
def test_what_is_longer_than_a_record_may_be(
    more: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "CHUNK", 10)
    monkeypatch.setattr(limits, "CELL", 50)
    dialect = Dialect.model_validate(more)
    fault = (0, "limit.cell", TOO_LONG)
    assert Reader(chunked(b"x" * 100, 10), dialect).fault == fault
    assert Reader(chunked(b'"' + b"\n" * 100, 10), dialect).fault == fault
    reader = Reader(chunked(b"a,b\n1,2\n3,4\n" + b"x" * 200, 10), dialect)
    parsed = [parse(block, dialect, 2) for block in reader.blocks()]
    assert [row for p in parsed for row in p.columns[1].to_pylist()] == ["2", "4"]
    assert [p.faults for p in parsed[:-1]] == [[]] * (len(parsed) - 1)
    assert parsed[-1].faults == [(parsed[-1].count - 1, "limit.cell", TOO_LONG)]
    assert [p.stops for p in parsed] == [False] * (len(parsed) - 1) + [True]
    assert sum(p.count for p in parsed) == 3


def test_a_header_may_be_as_long_as_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "CHUNK", 10)
    monkeypatch.setattr(limits, "CELL", 50)
    label = "é" * 24
    for size in (1, 7, 10, 99):
        reader = Reader(chunked(f"{label},b\n1,2\n".encode(), size), Dialect())
        assert (reader.header, reader.fault) == ([label, "b"], None)
        assert next((b.data, b.offset) for b in reader.blocks()) == (b"1,2\n", 51)


@pytest.mark.parametrize("size", [1, 4, 99])
def test_a_header_that_no_record_can_be_made_of(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "CHUNK", size)
    dialect = Dialect.model_validate({"headerRows": [1, 2]})
    told = "a carriage return without a line feed"
    reader = Reader(chunked(b"a,b\nc\rd\n1,2\n", size), dialect)
    assert reader.fault == (1, "table.quote", told)
    assert (reader.header, reader.first_record) == ([], 0)
    reader = Reader(chunked(b"a,b\nc\xff\n1,2\n", size), dialect)
    assert reader.fault == (1, "table.encoding", "byte 5 is not UTF-8: invalid start byte")
    reader = Reader(chunked(b"a,b\nc,\xc3", size), dialect)
    assert reader.fault == (1, "table.encoding", "byte 6 is not UTF-8: unexpected end of data")


def test_rows_of_the_header_may_be_comments_or_short() -> None:
    described = {"headerRows": [1, 2, 4], "commentChar": "#", "headerJoin": "/"}
    reader = Reader([b"#x\na,a\nskipped\nb,a,c\n1,2,3\n"], Dialect.model_validate(described))
    assert (reader.header, reader.first_record, reader.fault) == (["a/b", "a", "c"], 4, None)
    placed = Dialect.model_validate({"headerRows": [1], "commentChar": "#"})
    reader = Reader([b"#x\n1,2\n"], placed)
    why = "a comment stands in the row that headerRows names"
    assert (reader.header, reader.fault) == ([], (0, "table.header", why))


@pytest.mark.parametrize("size", [1, 3, 1 << 16])
@pytest.mark.parametrize(
    ("described", "data", "labels", "row"),
    [
        ({"commentChar": "#"}, "a,b\n1,2\n", ["a", "b"], 1),
        ({"commentChar": "#"}, "#\n# x,y,z\na,b\n1,2\n", ["a", "b"], 3),
        ({"commentChar": "#"}, '"#a",b\n1,2\n', ["#a", "b"], 1),
        ({"commentRows": [1]}, "x,y,z\na,b\n1,2\n", ["a", "b"], 2),
        ({"commentRows": [1, 3], "commentChar": "#"}, "x\n#y\nz\na,b\n1,2\n", ["a", "b"], 4),
        ({"commentRows": [1, 2]}, '"x\ny"\nz\na,b\n1,2\n', ["a", "b"], 3),
        ({"headerRows": [2], "commentRows": [1]}, "x\na,b\n1,2\n", ["a", "b"], 2),
    ],
)
def test_comments_may_stand_above_the_header(
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    described: dict[str, object],
    data: str,
    labels: list[str],
    row: int,
) -> None:
    monkeypatch.setattr(blocks, "_HEADER", size)
    dialect = Dialect.model_validate(described)
    reader = Reader([data.encode()], dialect)
    assert (reader.header, reader.first_record, reader.fault) == (labels, row, None)
    parsed = [parse(block, dialect, 2) for block in reader.blocks()]
    assert [c.to_pylist() for c in parsed[0].columns] == [["1"], ["2"]]


@pytest.mark.parametrize("data", ["#a", "#a\n", "#\n#b\n"])
def test_comments_alone_are_no_header(data: str) -> None:
    reader = Reader([data.encode()], Dialect(commentChar="#"))
    assert reader.fault == (0, "table.header", "there is no header")


def test_an_empty_line_behind_comments_is_no_header() -> None:
    reader = Reader([b"#\n\na,b\n"], Dialect(commentChar="#"))
    assert reader.fault == (0, "table.header", "there is no header")


def test_many_comments_above_the_header_are_read_once() -> None:
    dialect = Dialect.model_validate({"commentChar": "#", "commentRows": list(range(1, 90_000))})
    reader = Reader([b"#\n" * 100_000 + b"a\n1\n"], dialect)
    assert (reader.header, reader.first_record) == (["a"], 100_001)


@pytest.mark.parametrize(
    ("data", "quote", "end"),
    [
        (b"", b'"', 0),
        (b"abc", b'"', 0),
        (b"a\nb", b'"', 2),
        (b'a\n"b\n', b'"', 2),
        (b'a\n"b\n"\n"c\n', b'"', 7),
        (b'a\n"b\n"\n"c\n', b"", 10),
        (b'"a\n\n', b'"', 0),
        (b'\n"a\n\n', b'"', 1),
        (b'a\n"b', b'"', 2),
        (b'a\n"b\nc"', b'"', 2),
        (b"'\n'\n'\n", b"'", 4),
    ],
)
def test_the_last_record_ends_outside_of_quotation_marks(
    data: bytes, quote: bytes, end: int
) -> None:
    assert blocks._last_record_end(data, quote) == end


# Records


@pytest.mark.parametrize(
    ("data", "good"),
    [
        (b"a,b\n", True),
        (b'"a",b\r\n"c"\r\n', True),
        (b'a,"b"', True),
        (b'a,""', True),
        (b'"a""b"\n', True),
        (b'"""",""\n', True),
        (b'"\n",1\nx,"a"",""b"', True),
        (b"a;'b\n", True),
        (b"\xef\xbb\xbfa,b\n", False),
        (b"a\xef\xbb\xbf,b\n", True),
        (b"a\rb\n", False),
        (b"a\r\nb\r", False),
        (b'"a\n', False),
        (b'a"b"\n', False),
        (b' "b"\n', False),
        (b'"b"c\n', False),
        (b'"b" ,c\n', False),
        (b'a,"b"c', False),
        (b'a,b"c",d\n"e",f\n', False),
        (b'"a",b"c",d\n', False),
        (b'"a","b"c,"d"\n', False),
        (b'"a""b"c\n', False),
        (b'a""b"\n"\n', False),
        (b'x,y""\n', False),
        (b'"a"";"";b"\n', True),
    ],
)
def test_quotation_marks_and_returns_are_where_they_may_be(data: bytes, good: bool) -> None:
    assert delimited._well_quoted(Block(data), b",", b'"') == good
    other = data.replace(b",", b"|").replace(b'"', b"~")
    assert delimited._well_quoted(Block(other), b"|", b"~") == good
    bare = not data.startswith(b"\xef") and data.count(b"\r") == data.count(b"\r\n")
    assert delimited._well_quoted(Block(data), b",", b"") == bare


@pytest.mark.parametrize(
    ("data", "may"),
    [
        (b"a\nb\n", False),
        (b"a\r\nb\r\n", False),
        (b",\n,\n", False),
        (b"\na\n", True),
        (b"\r\na\r\n", True),
        (b"a\n\nb\n", True),
        (b"a\r\n\r\nb\r\n", True),
        (b"a\n\r\n", True),
        (b"a\n\n", True),
    ],
)
def test_records_that_are_empty_are_seen(data: bytes, may: bool) -> None:
    assert delimited._may_have_blank_records(Block(data)) == may


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_records_and_their_cells_are_told_apart(end: bytes) -> None:
    records = [b"a,b\n", b'"c\n,""",d,e\r\n', b"\n", b'"f"' + end]
    ends, cells = delimited._structure(b"".join(records), Dialect())
    assert ends.tolist() == [4, 17, 18, 21 + len(end)]
    assert cells.tolist() == [2, 3, 1, 1]
    bare = Dialect.model_validate({"quoteChar": None, "delimiter": "|"})
    found = delimited._structure(b'"|\n|"|' + end, bare)
    assert [part.tolist() for part in found] == [[3, 6 + len(end)], [2, 3]]


def outcome(parsed: delimited.Parsed) -> tuple[Any, ...]:
    columns = [column.to_pylist() for column in parsed.columns]
    assert {str(column.type) for column in parsed.columns} <= {"string"}
    return columns, parsed.numbers.tolist(), parsed.count, parsed.faults, parsed.stops


def cells(number: int, count: int) -> tuple[int, str, str]:
    return number, "table.cells", f"{count} cells where the header has 2"


def blank(number: int) -> tuple[int, str, str]:
    return number, "table.blank-row", "the row is empty"


BARE = {"quoteChar": None}


@pytest.mark.parametrize(
    ("described", "data", "columns", "numbers", "faults"),
    [
        ({}, b"", [[], []], [], []),
        ({}, b"NA,null\n\\N,\n", [["NA", "\\N"], ["null", ""]], [0, 1], []),
        ({}, b"a\\,b\n", [["a\\"], ["b"]], [0], []),
        ({}, b'"a\n""",\r\n', [['a\n"'], [""]], [0], []),
        ({"delimiter": ";", "quoteChar": "'"}, b"'a;''b';\"\n", [["a;'b"], ['"']], [0], []),
        ({"delimiter": ";"}, b"a,b;c\n", [["a,b"], ["c"]], [0], []),
        (BARE, b'"a,b"\n', [['"a'], ['b"']], [0], []),
        (BARE, b'"a","b"\n', [['"a"'], ['"b"']], [0], []),
        (BARE, b'x\n"a,b"\n""\n', [['"a'], ['b"']], [1], [cells(0, 1), cells(2, 1)]),
        (BARE, b"no cells\na,b\n", [["a"], ["b"]], [1], [cells(0, 1)]),
        ({}, b'1\n"a","b"\n', [["a"], ["b"]], [1], [cells(0, 1)]),
        (
            {},
            b'1\n2,3,4\n"""\n",b\n"5"',
            [['"\n'], ["b"]],
            [2],
            [*map(cells, (0, 1, 3), (1, 3, 1))],
        ),
        ({}, b'\n\r\n""\na,b\r\n""\r\n', [["a"], ["b"]], [3], [*map(blank, (0, 1, 2, 4))]),
        ({}, b" \nX\n\ta,b\n \r\n", [["\ta"], ["b"]], [2], [*map(cells, (0, 1, 3), (1, 1, 1))]),
        ({}, b"1\n\n2", [[], []], [], [cells(0, 1), blank(1), cells(2, 1)]),
        ({}, b"a,b\n1\n\xef\xbb\xbfc,d\n", [["a", "\ufeffc"], ["b", "d"]], [0, 2], [cells(1, 1)]),
        ({}, b"1\n\xef\xbb\xbfc,d\n", [["\ufeffc"], ["d"]], [1], [cells(0, 1)]),
        ({"quoteChar": "'"}, b"a,b\n''\n\"\"\n", [["a"], ["b"]], [0], [blank(1), cells(2, 1)]),
    ],
)
@pytest.mark.parametrize("slowly", [False, True])
def test_rows_and_odd_rows_of_a_block(
    described: dict[str, Any],
    data: bytes,
    columns: list[list[str]],
    numbers: list[int],
    faults: list[tuple[int, str, str]],
    slowly: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if slowly:
        monkeypatch.setattr(delimited, "_well_quoted", lambda *_: False)
    dialect = Dialect.model_validate(described)
    found = parse(Block(data), dialect, 2)
    assert outcome(found) == (columns, numbers, len(numbers) + len(faults), faults, False)
    for wanted in ([0], [1], [0, 1]):
        chosen = [columns[place] for place in wanted]
        block = Block(data + b'"\xff', size=len(data)) if data else Block(data)
        of_some = parse(block, dialect, 2, wanted)
        assert outcome(of_some) == (chosen, *outcome(found)[1:])


def test_lines_without_anything_are_rows_of_a_single_column() -> None:
    found = parse(Block(b'\na\n\n""\n\n'), Dialect(), 1)
    assert outcome(found) == ([["", "a", "", "", ""]], [0, 1, 2, 3, 4], 5, [], False)


def test_rows_behind_too_many_odd_ones_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FINDINGS", 2)
    told = "there are 2 faults before this row; nothing behind them is read"
    data = b"a,b\n1\nc,d\n2,3,4\n"
    read = [["a", "c"], ["b", "d"]], [0, 2]
    odd = [cells(1, 1), cells(3, 3)]
    split = Split([["a", "b"], ["1"], ["c", "d"], ["2", "3", "4"]], 0)
    assert outcome(parse(Block(data), Dialect(), 2)) == (*read, 4, odd, False)
    assert outcome(parse(Block(split=split), Dialect(), 2)) == (*read, 4, odd, False)
    found = parse(Block(data + b"e,f\n5\ng,h\n"), Dialect(), 2)
    assert outcome(found) == (*read, 4, [*odd, (4, "limit.findings", told)], True)
    split = Split([*split.records, None, ["e", "f"], ["5"], ["g", "h"]], 0)
    read = [["a", "c", "e"], ["b", "d", "f"]], [0, 2, 5]
    found = parse(Block(split=split), Dialect(), 2)
    assert outcome(found) == (*read, 7, [*odd, (6, "limit.findings", told)], True)
    found = parse(Block(b"1\n2\n3\na,b\n"), Dialect(), 2)
    odd = [cells(0, 1), cells(1, 1)]
    assert outcome(found) == ([[], []], [], 2, [*odd, (2, "limit.findings", told)], True)


def test_a_fault_of_a_record_ends_its_block() -> None:
    fault = 3, "table.quote", "why"
    split = Split([["a", "b"], None, [""]], 0, fault)
    found = parse(Block(split=split), Dialect(), 2)
    assert outcome(found) == ([["a"], ["b"]], [0], 4, [blank(2), fault], True)


def test_an_endless_record_is_looked_at_in_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "_BEGINNING", 12)
    near = "text after a closing quotation mark, near 'a,b\\n\"1\"xyyyy'"
    for data, fault in [
        (b'a,b\n"1"x' + b"y" * 20, (1, "table.quote", near)),
        (b'a,b\n"123456789"x\n', (1, "limit.cell", TOO_LONG)),
        ("a,b\n1,23456é".encode()[:-1], (1, "limit.cell", TOO_LONG)),
        ("a,b\n1,23456789é".encode(), (1, "limit.cell", TOO_LONG)),
        (b"a,b\n1,\xff", (1, "table.encoding", "byte 56 is not UTF-8: invalid start byte")),
    ]:
        found = parse(Block(data, 50, endless=True), Dialect(), 2)
        assert outcome(found) == ([["a"], ["b"]], [0], 2, [fault], True)
    found = parse(Block(b'a,b\n1,2\n3,4\n"', 50), Dialect(), 2)
    told = "a quotation mark is never closed; it opens near 'a,b\\n1,2\\n3,4\\n\"'"
    columns = [["a", "1", "3"], ["b", "2", "4"]]
    assert outcome(found) == (columns, [0, 1, 2], 4, [(3, "table.quote", told)], True)
