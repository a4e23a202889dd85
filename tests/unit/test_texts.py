"""Sets of texts: the report is the same whether they fit into memory or are read in parts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

import smartcity_case as sc
from bounded import describe, field, table
from smartcity_case import texts, waiting
from smartcity_case.checks.descriptor import path_fault
from smartcity_case.checks.sources import all_plain
from smartcity_case.checks.spans import digest_of
from smartcity_case.profile import Dialect, Resource, TableSchema
from smartcity_case.reading import TableFile
from smartcity_case.report import Location
from smartcity_case.storage import Files
from smartcity_case.textspans import TextSpanTarget

BODIES = {f"d{n:02}": f"Tekst {n}: „Zażółć 🦔 gęślą jaźń”, mówi {'x' * n}." for n in range(40)}
WORDS = "🦔 gęślą"
KEYS = [f"d{n * 7 % 40:02}" for n in range(120)]  # in no order


def span(reference: dict[str, str], **fields: str) -> dict[str, Any]:
    return {
        "fields": {"source": "doc", "start": "start", "end": "end", **fields},
        "reference": {"resource": "docs", "fields": {"key": "id", **reference}},
    }


def rows(number: int, key: str) -> list[str]:
    """A row, every ninth of which is wrong somehow."""
    start = BODIES[key].index(WORDS)
    row = [f"r{number:03}", key, str(start), str(start + len(WORDS)), WORDS, "Zażółć ", " jaźń"]
    spoilt = {
        0: {2: str(start + 1)},
        1: {4: "nigdzie"},
        2: {3: "9999"},
        3: {5: "ćółż"},
        4: {6: "X"},
        5: {1: "d99"},
        6: {2: ""},
    }
    for place, cell in spoilt.get(number // 9 % 8, {}).items() if number % 9 == 0 else ():
        row[place] = cell
    return row


NAMES = ["key", "doc", "start", "end", "words", "before", "after"]


def write_rows(folder: Path, files: int) -> dict[str, Any]:
    """The table of rows, in one file or several."""
    listed = [rows(number, key) for number, key in enumerate(KEYS)]
    paths = [f"rows{n}.csv" for n in range(files)]
    for n, path in enumerate(paths):
        some = [NAMES, *listed[n::files]]
        (folder / path).write_text("".join(",".join(row) + "\n" for row in some), "utf-8")
    fields = [field(n, "integer" if n in ("start", "end") else "string") for n in NAMES]
    resource = table("rows", *fields, primaryKey="key")
    return {**resource, "path": paths if files > 1 else paths[0]}


def package(folder: Path, form: str, files: int = 1) -> Path:
    """Rows, and their texts in a CSV file, in Parquet or in files of their own."""
    resource = write_rows(folder, files)
    wanted = {"exact": "words", "prefix": "before", "suffix": "after"}
    if form == "files":
        lines = ["id,file,sha,size\n"]
        for key, body in BODIES.items():
            data = body.encode()
            (folder / f"{key}.txt").write_bytes(data)
            sha = hashlib.sha256(data).hexdigest()
            lines.append(f"{key},{key}.txt,sha256:{sha},{len(data)}\n")
        (folder / "docs.csv").write_text("".join(lines))
        names = [field(n) for n in ("id", "file", "sha")] + [field("size", "integer")]
        docs = table("docs", *names, primaryKey="id")
        reference = {"path": "file", "hash": "sha", "bytes": "size"}
    else:
        docs = table("docs", field("id"), field("body"), primaryKey="id", path=f"docs.{form}")
        reference = {"text": "body"}
        if form == "csv":
            lines = [f'{key},"{body}"\n' for key, body in BODIES.items()]
            (folder / "docs.csv").write_text("id,body\n" + "".join(lines), "utf-8")
        else:
            data = pa.table({"id": list(BODIES), "body": list(BODIES.values())})
            parquet.write_table(data, folder / "docs.parquet", row_group_size=7)
    resource["schema"]["textSpans"] = [span(reference, **wanted)]
    return describe(folder, docs, resource)


def in_parts(monkeypatch: pytest.MonkeyPatch, held: int = 1 << 20) -> None:
    monkeypatch.setattr(texts, "RESIDENT", 100)
    monkeypatch.setattr(texts, "SHARD", 300)
    monkeypatch.setattr(waiting, "_RUN", held)
    monkeypatch.setattr(waiting, "_HELD", 2 * held)


CODES = {
    *("span.moved", "span.absent", "span.out-of-range", "span.context", "span.unverifiable"),
    "span.incomplete",
}


@pytest.mark.parametrize("files", [1, 3])
@pytest.mark.parametrize("form", ["csv", "parquet", "files"])
@pytest.mark.parametrize("held", [0, 500, 1 << 20])
def test_read_in_parts_or_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, files: int, held: int
) -> None:
    folder = package(tmp_path, form, files)
    at_once = sc.validate(folder)
    in_parts(monkeypatch, held)
    assert sc.validate(folder) == at_once
    assert {f.code for f in at_once.findings} == CODES
    assert len(at_once.findings) == 13  # of the fourteen rows one is left as it was


def test_two_declarations_share_the_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = package(tmp_path, "csv")
    text = (folder / "datapackage.json").read_text()
    descriptor: dict[str, Any] = json.loads(text)
    spans = descriptor["resources"][1]["schema"]["textSpans"]
    spans.append(span({"text": "body"}))
    describe(folder, *descriptor["resources"])
    at_once = sc.validate(folder)
    in_parts(monkeypatch)
    assert sc.validate(folder) == at_once
    assert {f.location.field for f in at_once.findings} >= {"words", "start"}


def test_digests_of_texts_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = table("docs", field("id"), field("body"), primaryKey="id")
    lines = [f'{key},"{body}"\n' for key, body in BODIES.items()]
    (tmp_path / "docs.csv").write_text("id,body\n" + "".join(lines), "utf-8")
    fields = [field("doc"), field("start", "integer"), field("end", "integer"), field("sha")]
    declared = {**span({"text": "body"}, digest="sha"), "salt": "k"}
    made = ["doc,start,end,sha\n"]
    for number, (key, body) in enumerate(BODIES.items()):
        made.append(f"{key},0,5,{digest_of('k', body[: 5 + (number == 9)])}\n")
    (tmp_path / "rows.csv").write_text("".join(made))
    describe(tmp_path, docs, table("rows", *fields, textSpans=[declared]))
    at_once = sc.validate(tmp_path)
    in_parts(monkeypatch)
    assert sc.validate(tmp_path) == at_once
    assert [(f.code, f.location.row) for f in at_once.findings] == [("span.digest", 11)]


@pytest.mark.parametrize("parts", [False, True])
def test_what_is_wrong_with_the_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: bool
) -> None:
    folder = package(tmp_path, "files")
    text = (folder / "docs.csv").read_text()
    (folder / "d01.txt").write_bytes(b"\xff")
    (folder / "d02.txt").unlink()
    (folder / "d03.txt").write_bytes(BODIES["d03"].encode() + b"!")
    text = text.replace("d04.txt", "../d04.txt").replace("d05,d05.txt", "d05,")
    lines = text.splitlines(keepends=True)
    lines[7] = lines[7].replace("sha256:", "crc:")  # d06
    lines[8] = "d07,d07.txt,,\n"
    lines.append("d08,d08.txt,,\n")  # a key that stands there twice
    (folder / "docs.csv").write_text("".join(lines))
    if parts:
        in_parts(monkeypatch)
    report = sc.validate(folder)
    told = {(f.code, f.location.key) for f in report.findings if f.location.resource == "docs"}
    assert told == {
        *{("source.encoding", "d01"), ("resource.hash", "d01"), ("resource.bytes", "d01")},
        ("path.missing", "d02"),
        *{("resource.hash", "d03"), ("resource.bytes", "d03")},
        *{("path.unsafe", "d04"), ("path.unsafe", "d05")},
        *{("source.unhashed", "d06"), ("source.unhashed", "d07")},
        *{("source.unhashed", "d08"), ("key.duplicate", "d08")},
    }
    untraced = {f.value for f in report.findings if f.code == "span.unverifiable"}
    assert {"d01", "d02", "d04", "d05"} <= untraced
    assert not untraced & {"d03", "d06", "d07", "d08"}


def test_a_table_of_texts_that_lacks_a_column(tmp_path: Path) -> None:
    folder = package(tmp_path, "files")
    (folder / "docs.csv").write_text("id,file,size\nd01,d01.txt,5\n")
    report = sc.validate(folder)
    assert "table.header" in {f.code for f in report.findings}
    assert any(c.resource == "rows" and c.name.startswith("spans") for c in report.skipped)
    folder = package(tmp_path, "csv")
    (folder / "docs.csv").write_text("id\nd01\n")
    assert any(c.name.startswith("spans") for c in sc.validate(folder).skipped)


def test_a_text_that_changes_between_two_readings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = package(tmp_path, "csv")
    in_parts(monkeypatch)
    read = texts.Reader.read

    def changing(self: texts.Reader, *, check: bool) -> Any:
        for batch, some in read(self, check=check):
            yield batch, some if check else [text._replace(data=b"x") for text in some]

    monkeypatch.setattr(texts.Reader, "read", changing)
    with pytest.raises(sc.UnreadablePackage, match="changed"):
        sc.validate(folder)


def test_texts_of_numbers_in_parquet(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"id": [7], "body": [12345]}), tmp_path / "docs.parquet")
    docs = table("docs", field("id", "integer"), field("body", "integer"), primaryKey="id")
    (tmp_path / "rows.csv").write_text("doc,start,end,words\n7,1,3,23\n")
    fields = [field("doc"), field("start", "integer"), field("end", "integer"), field("words")]
    spans = [span({"text": "body"}, exact="words")]
    resources = {**docs, "path": "docs.parquet"}, table("rows", *fields, textSpans=spans)
    assert sc.validate(describe(tmp_path, *resources)).ok


# What is read of a table of texts, and what is told of it


def reader_of(folder: Path, lines: list[str], **columns: str) -> texts.Reader:
    """A table of texts; `columns` says which of its columns play which part."""
    return reader_of_files(folder, [lines], **columns)


def reader_of_files(folder: Path, listed: list[list[str]], **columns: str) -> texts.Reader:
    """A table of texts in some files."""
    paths = ["docs.csv", *(f"docs{number}.csv" for number in range(1, len(listed)))]
    for path, some in zip(paths, listed, strict=True):
        (folder / path).write_text("".join(f"{line}\n" for line in some), "utf-8")
    names = map(field, listed[0][0].split(","))
    described = table("docs", *names, primaryKey="id") | {"path": paths}
    resource = Resource.model_validate(described)
    assert isinstance(resource.table_schema, TableSchema)
    files = Files(folder)
    opened = TableFile(files, resource, resource.table_schema, Dialect())
    return texts.Reader(files, opened, TextSpanTarget(key="id", **columns))


def read(reader: texts.Reader, *, check: bool) -> list[texts.Text]:
    return [text for _, some in reader.read(check=check) for text in some]


def sha(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def test_what_is_told_of_files_and_where(tmp_path: Path) -> None:
    held = {
        "a": b"one",
        "d": b"four",
        "e": b"",
        "f": b"x\xff",
        "g": b"seven",
        "h": b"\xef\xbb\xbfh",
    }
    for name, data in held.items():
        (tmp_path / f"{name}.txt").write_bytes(data)
    lines = [
        "id,file,sha,size",
        f"a,a.txt,{sha(b'another')},7",
        "b,../b.txt,,",
        "c,c.txt,,",
        "d,d.txt,crc:00,4",
        "e,e.txt,,",
        f"f,f.txt,{sha(held['f'])},",
        f"g,g.txt,{sha(held['g'])},5",
        f"h,h.txt,{sha(held['h'])},4",
        f"g,a.txt,{sha(held['a'])},3",
    ]
    reader = reader_of(tmp_path, lines, path="file", hash="sha", bytes="size")
    found, findings = texts.text_set(reader)
    wanted = [
        (2, "a", "resource.bytes", "a.txt: 3 bytes, not 7"),
        (
            *(2, "a", "resource.hash"),
            f"a.txt: the file has {sha(b'one')}, not {sha(b'another')}",
        ),
        (3, "b", "path.unsafe", "'../b.txt': " + str(path_fault("../b.txt"))),
        (4, "c", "path.missing", "c.txt: there is no such regular file"),
        (
            *(5, "d", "source.unhashed"),
            "d.txt: the algorithm 'crc' is none of md5, sha1, sha256, sha512",
        ),
        (6, "e", "source.unhashed", "e.txt: no hash is stated"),
        (7, "f", "source.encoding", "f.txt: byte 1 is not UTF-8: invalid start byte"),
        (9, "h", "source.bom", "h.txt: the first character is U+FEFF"),
    ]
    assert findings == [
        sc.Finding(Location("docs", "docs.csv", row, key, "file"), code, message)
        for row, key, code, message in wanted
    ]
    assert found.known == {"a": 0, "d": 1, "e": 2, "g": 3, "h": 4}
    assert found.sizes == [3, 4, 0, 5, 4]
    assert found.left_out == {1, 2, 5, 8}
    assert found.algorithm == "crc"
    assert found.corpus is not None
    assert [found.corpus.text(n) for n in range(5)] == ["one", "four", "", "seven", "\ufeffh"]


def test_a_hash_of_an_unknown_algorithm_is_not_checked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one")
    lines = ["id,file,sha", "a,a.txt,crc:00", "b,a.txt,blake:00", f"c,a.txt,{sha(b'one')}"]
    found, _ = texts.text_set(reader_of(tmp_path, lines, path="file", hash="sha"))
    assert found.algorithm == "crc"
    lines = ["id,file,sha", "a,a.txt,", f"c,a.txt,{sha(b'one')}"]
    found, _ = texts.text_set(reader_of(tmp_path, lines, path="file", hash="sha"))
    assert found.algorithm == ""


def test_a_report_is_not_ok_if_a_hash_of_a_text_is_not_checked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one")
    (tmp_path / "docs.csv").write_text("id,file,sha\na,a.txt,crc:00\n")
    (tmp_path / "rows.csv").write_text("key,doc,start,end,words\nr,a,0,3,one\n")
    docs = table("docs", *map(field, ["id", "file", "sha"]), primaryKey="id")
    numbers = [field(name, "integer") for name in ("start", "end")]
    fields = [field("key"), field("doc"), *numbers, field("words")]
    spans = [span({"path": "file", "hash": "sha"}, exact="words")]
    report = sc.validate(describe(tmp_path, docs, table("rows", *fields, textSpans=spans)))
    assert not report.ok
    assert [f.code for f in report.findings] == ["source.unhashed"]
    assert [(c.name, c.resource, c.reason) for c in report.skipped] == [
        ("hashes of texts", "docs", "the algorithm 'crc' is not known")
    ]
    (tmp_path / "docs.csv").write_text(f"id,file,sha\na,a.txt,{sha(b'one')}\n")
    assert sc.validate(tmp_path).ok


def test_files_without_columns_for_hash_and_size(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one")
    reader = reader_of(tmp_path, ["id,file", "a,a.txt"], path="file")
    told = [("source.unhashed", "no hash is stated")]
    assert read(reader, check=True) == [texts.Text("a", 0, b"one", told, "a.txt")]
    assert read(reader, check=False) == [texts.Text("a", 0, b"one", [], "a.txt")]


def test_what_is_told_of_cells_and_where(tmp_path: Path) -> None:
    reader = reader_of(tmp_path, ["id,body", "a,one", "b,\0two", "a,three"], text="body")
    told = [("source.unusual", "NUL characters")]
    unchecked = [texts.Text("a", 0, b"one", []), texts.Text("b", 1, b"\0two", [])]
    unchecked.append(texts.Text("a", 2, b"three", []))
    assert read(reader, check=False) == unchecked
    assert read(reader, check=True)[1] == texts.Text("b", 1, b"\0two", told)
    found, findings = texts.text_set(reader)
    where = Location("docs", "docs.csv", 3, "b", "body")
    assert findings == [sc.Finding(where, "source.unusual", "NUL characters")]
    assert (found.name, found.known, found.sizes) == ("docs", {"a": 0, "b": 1}, [3, 4])
    assert found.left_out == {2}


def test_each_file_is_read_once_and_in_order(tmp_path: Path) -> None:
    keys = [f"k{n}" for n in range(8)]
    for key in keys:
        (tmp_path / key).write_text(key)
    reader = reader_of(tmp_path, ["id,file", *(f"{key},{key}" for key in keys)], path="file")
    assert [(text.key, text.row) for text in read(reader, check=True)] == [
        (key, row) for row, key in enumerate(keys)
    ]


@pytest.mark.parametrize(("most", "stays"), [(9, False), (10, True)])
def test_how_much_text_stays_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, stays: bool
) -> None:
    monkeypatch.setattr(texts, "RESIDENT", most)
    found, _ = texts.text_set(reader_of(tmp_path, ["id,body", "a,1234", "b,567890"], text="body"))
    assert (found.corpus is not None) == stays
    assert found.sizes == [4, 6]


def test_the_parts_of_a_large_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "RESIDENT", 0)
    monkeypatch.setattr(texts, "SHARD", 10)
    bodies = ["1234", "567890", "", "1", "123456789", "1234567890", "12345678901", "123"]
    lines = [f"k{number},{body}" for number, body in enumerate(bodies)]
    lines.insert(1, "k0,left out")
    found, _ = texts.text_set(reader_of(tmp_path, ["id,body", *lines], text="body"))
    parts = [(first, [text.decode() for text in part]) for first, part in found.shards()]
    assert parts == [
        (0, ["1234", "567890", ""]),
        (3, ["1", "123456789"]),
        (5, ["1234567890"]),
        (6, ["12345678901"]),
        (7, ["123"]),
    ]


def test_parts_have_texts_of_one_file_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "RESIDENT", 0)
    files = [["id,body", *lines] for lines in (["a,1", "b,2"], ["a,none counts"], ["c,3"])]
    found, _ = texts.text_set(reader_of_files(tmp_path, files, text="body"))
    assert list(found.shards()) == [(0, [b"1", b"2"]), (2, [b"3"])]


@pytest.mark.parametrize("form", ["body", "file"])
def test_some_of_the_texts(tmp_path: Path, form: str) -> None:
    for key in "abcdef":
        (tmp_path / f"{key}.txt").write_text(f"{key}.txt", "utf-8")
    files = [[f"id,{form}", *(f"{k},{k}.txt" for k in keys)] for keys in ("ab", "cd", "ef")]
    part = {"body": "text", "file": "path"}[form]
    reader = reader_of_files(tmp_path, files, **{part: form})
    assert list(reader.some(np.array([1, 4, 5]))) == [b"b.txt", b"e.txt", b"f.txt"]
    assert list(reader.some(np.array([], int))) == []


@pytest.mark.parametrize(
    ("before", "later"),
    [
        (["a,1234"], ["a,1234", "b,56"]),
        (["a,1234"], ["a,123", "b,5"]),
        (["a,1234"], ["a,1234"] * 2),
        (["a,1234", "b,56"], ["a,1234"]),
    ],
)
def test_texts_that_are_others_when_they_are_read_again(
    tmp_path: Path, before: list[str], later: list[str]
) -> None:
    found, _ = texts.text_set(reader_of(tmp_path, ["id,body", *before], text="body"))
    found.reader = reader_of(tmp_path, ["id,body", *later], text="body")
    with pytest.raises(sc.UnreadablePackage) as refused:
        list(found.shards())
    assert str(refused.value) == "docs: a text changed while the package was read"


def test_texts_are_checked_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_GROUP", 100)
    groups: list[list[int]] = []

    def seen(some: list[bytes]) -> bool:
        groups.append([len(data) for data in some])
        return all_plain(some)

    monkeypatch.setattr(texts, "all_plain", seen)
    sizes = [30, 68, 20, 0, 80, 200, 99, 1]
    for number, size in enumerate(sizes):
        start = b"\r\n" if number == 4 else b""
        (tmp_path / f"{number}.txt").write_bytes(start + b"a" * (size - len(start)))
    listed = [f"d{number},{number}.txt" for number in [*range(len(sizes)), "none"]]
    (tmp_path / "docs.csv").write_text("\n".join(["id,path", *listed, ""]), "utf-8")
    (tmp_path / "t.csv").write_text("doc,start,end,words\n", "utf-8")
    docs = table("docs", field("id"), field("path"), primaryKey="id")
    names = [field("doc"), field("start", "integer"), field("end", "integer"), field("words")]
    words = table("t", *names, textSpans=[span({"path": "path"}, exact="words")])
    report = sc.validate(describe(tmp_path, docs, words))
    assert not report.skipped, report.errors
    assert groups == [[30, 68], [20, 0, 80], [200], [99], [1]]
    told = [(f.code, f.message) for f in report.findings if f.code == "source.unusual"]
    assert told == [("source.unusual", "4.txt: CRLF line ends")]
    assert [f.code for f in report.errors] == ["path.missing"]
