"""`reanchor`: a corrected text of a package, in all forms that texts and tables have."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow as pa
import pytest
from pyarrow import parquet

import smartcity_case as sc
from conftest import Folder, state
from smartcity_case import storage, writing
from smartcity_case.authoring.correcting.correction import correct
from smartcity_case.authoring.correcting.sources import Source, find_source
from smartcity_case.cli import main
from smartcity_case.content import Content
from smartcity_case.errors import NotFound, UnreadablePackage, UnwritablePackage
from smartcity_case.validation import open_files, read_content

Captured = pytest.CaptureFixture[str]
Arguments = list[str | Path]

TEXTS = {
    "weser": "Die Weser führt Hochwasser. „Der Deich hält“, sagt Frau Öz. "
    "Sie hat drei Boote 🚣.\r\n",
    "duero": "El Duero baja crecido. «Nunca lo vi así», dijo Inés. La presa aguanta.\n",
}
NEW = "Nachtrag 😀: Die Weser führt Hochwasser. „Der Deich hielt“, sagt Frau Öz.\r\n"
ROWS = [
    ("w1", "weser", "Die Weser", "", " führt"),
    ("w2", "weser", "Der Deich hält", "„", "“, sagt"),
    ("w3", "weser", "drei Boote 🚣", "hat ", ""),
    ("w4", "weser", "Frau Öz", " sagt ", ". "),
    ("d1", "duero", "El Duero", "", ""),
    ("d2", "duero", "Nunca lo vi así", "«", "»"),
]
FIELDS = ["no", "document", "from", "to", "words", "before", "after"]


def rows_of(texts: dict[str, str]) -> list[list[str]]:
    rows = []
    for number, document, words, before, after in ROWS:
        if document in texts:
            at = texts[document].index(words)
            rows.append([number, document, str(at), str(at + len(words)), words, before, after])
    return rows


def as_csv(header: list[str], rows: list[list[str]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return stream.getvalue().encode()


def schema(names: list[str], integers: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    fields = [{"name": n, "type": "integer" if n in integers else "string"} for n in names]
    return {"fields": fields, "primaryKey": names[0], **more}


SPAN: dict[str, Any] = {
    "fields": {
        "start": "from", "end": "to", "exact": "words",
        "prefix": "before", "suffix": "after", "source": "document",
    },
}  # fmt: skip


class Made(Folder):
    """A package with two texts in two languages, in one of the forms that texts have."""

    def __init__(self, root: Path, form: str, rows: str = "csv") -> None:
        super().__init__(root)
        (root / "texts").mkdir(parents=True)
        resources = getattr(self, f"_{form}")()
        self._write_rows(resources, form, rows)
        descriptor = {"name": "rivers", "resources": resources}
        text = json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"
        (root / "datapackage.json").write_text(text, "utf-8")

    def _cells(self) -> list[dict[str, Any]]:
        rows = [[key, text] for key, text in TEXTS.items()]
        (self.root / "documents.csv").write_bytes(as_csv(["id", "body"], rows))
        return [{"name": "documents", "path": "documents.csv", "schema": schema(["id", "body"])}]

    def _files(self) -> list[dict[str, Any]]:
        rows = []
        for key, text in TEXTS.items():
            data = text.encode()
            (self.root / "texts" / f"{key}.txt").write_bytes(data)
            made = "sha256:" + hashlib.sha256(data).hexdigest()
            rows.append([key, f"texts/{key}.txt", made, str(len(data))])
        names = ["id", "file", "sha", "size"]
        (self.root / "documents.csv").write_bytes(as_csv(names, rows))
        return [{"name": "documents", "path": "documents.csv", "schema": schema(names, ("size",))}]

    def _texts(self) -> list[dict[str, Any]]:
        made = []
        for key, text in TEXTS.items():
            (self.root / "texts" / f"{key}.txt").write_bytes(text.encode())
            made.append({"name": key, "path": f"texts/{key}.txt", "mediatype": "text/plain"})
            state(made[-1], text.encode())
        return made

    def _write_rows(self, resources: list[dict[str, Any]], form: str, kind: str) -> None:
        """One table of rows; with a text of its own for each resource, one for each."""
        target = {"cells": {"key": "id", "text": "body"}}.get(
            form, {"key": "id", "path": "file", "hash": "sha", "bytes": "size"}
        )
        groups = [[key] for key in TEXTS] if form == "texts" else [list(TEXTS)]
        for keys in groups:
            span = json.loads(json.dumps(SPAN))
            span["reference"] = {"resource": "documents", "fields": target}
            if form == "texts":
                del span["fields"]["source"]
                span["reference"] = {"resource": keys[0]}
            name = "finds" if form != "texts" else f"{keys[0]}_finds"
            rows = rows_of({key: TEXTS[key] for key in keys})
            resource: dict[str, Any] = {
                "name": name,
                "path": f"{name}.{kind}",
                "schema": schema(FIELDS, ("from", "to"), textSpans=[span]),
            }
            self._write_table(resource, kind, rows)
            resources.append(resource)

    def _write_table(self, resource: dict[str, Any], kind: str, rows: list[list[str]]) -> None:
        if kind == "inline":
            del resource["path"]
            typed = [[*row[:2], int(row[2]), int(row[3]), *row[4:]] for row in rows]
            resource["data"] = [dict(zip(FIELDS, row, strict=True)) for row in typed]
            return
        if kind == "parquet":
            columns = dict(zip(FIELDS, map(list, zip(*rows, strict=True)), strict=True))
            typed_columns: dict[str, Any] = {
                n: pa.array(map(int, c), pa.int32()) if n in ("from", "to") else c
                for n, c in columns.items()
            }
            parquet.write_table(pa.table(typed_columns), self.root / resource["path"])
        elif kind == "parts":
            resource["path"] = paths = [f"{resource['name']}-{n}.csv" for n in (1, 2)]
            for path, some in zip(paths, (rows[:1], rows[1:]), strict=True):
                (self.root / path).write_bytes(as_csv(FIELDS, some))
        else:
            (self.root / resource["path"]).write_bytes(as_csv(FIELDS, rows))
        listed = resource["path"] if kind == "parts" else [resource["path"]]
        state(resource, b"".join((self.root / path).read_bytes() for path in listed))


FORMS = ["texts", "cells", "files"]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    (tmp_path / "old.txt").write_bytes(TEXTS["weser"].encode())
    return tmp_path / "old.txt"


@pytest.fixture
def new(tmp_path: Path) -> Path:
    (tmp_path / "new.txt").write_bytes(NEW.encode())
    return tmp_path / "new.txt"


@pytest.fixture
def cells(tmp_path: Path) -> Made:
    return Made(tmp_path / "rivers", "cells")


@pytest.fixture
def texts(tmp_path: Path) -> Made:
    return Made(tmp_path / "rivers", "texts")


def run(capsys: Captured, *arguments: str | Path) -> tuple[int, str, str]:
    code = main(["reanchor", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def told(out: str) -> dict[str, tuple[str, str]]:
    """Verdicts and new words by key, of a report as JSON."""
    report = json.loads(out)
    form = json.loads(
        (resources.files("smartcity_case") / "schemas/report-1.0.json").read_text("utf-8")
    )
    jsonschema.Draft202012Validator(form).validate(report)
    return {
        r["key"]: (r["verdict"], (r["new"] or {}).get("exact", ""))
        if "new" in r
        else (r["verdict"], "")
        for r in report["rows"]
    }


BECAME = {
    "w1": ("moved", "Die Weser"),
    "w2": ("changed", "Der Deich hielt"),
    "w3": ("lost", ""),
    "w4": ("moved", "Frau Öz"),
}


# What is told.


@pytest.mark.parametrize("form", FORMS)
def test_rows_are_told_apart_and_nothing_is_written(
    capsys: Captured, tmp_path: Path, old: Path, new: Path, form: str
) -> None:
    package = Made(tmp_path / "rivers", form)
    assert sc.validate(package.root).ok
    before = snapshot(package.root)
    code, out, err = run(capsys, package.root, "--old", old, "--new", new, "--format", "json")
    assert (code, err) == (1, "nothing is written without --write\n")
    assert told(out) == BECAME
    report = json.loads(out)
    assert [f["code"] for f in report["findings"]] == ["reanchor.changed", "reanchor.lost"]
    assert report["source"] == ("weser" if form == "texts" else "documents/weser")
    assert report["old"]["bytes"] == len(TEXTS["weser"].encode())
    assert report["written"] is False
    table = "weser_finds" if form == "texts" else "finds"
    assert report["counts"] == {table: {"moved": 2, "changed": 1, "lost": 1}}
    changed = next(row for row in report["rows"] if row["key"] == "w2")
    assert changed["diff"][-2:] == [["removed", "hält"], ["added", "hielt"]]
    assert snapshot(package.root) == before


def test_a_person_sees_numbers_and_word_diffs(
    capsys: Captured, texts: Made, old: Path, new: Path
) -> None:
    code, out, _ = run(capsys, texts.root / "datapackage.json", "--old", old, "--new", new)
    assert code == 1
    lines = out.splitlines()
    assert lines[0] == f"rivers: weser, {len(TEXTS['weser'])} characters became {len(NEW)}"
    assert lines[3].split() == ["weser_finds", "0", "2", "1", "1", "0"]
    assert "Der Deich [-hält-] {+hielt+}" in out
    assert "reanchor.lost (1)" in out
    assert lines[-1] == "nothing is written without --write"
    assert len(lines) < 40


def test_a_screen_is_enough_for_many_rows_and_tables(
    capsys: Captured, tmp_path: Path, texts: Made, new: Path
) -> None:
    at = TEXTS["weser"].index("hält")
    rows = [[f"r{n}", "weser", str(at), str(at + 4), "hält", "", ""] for n in range(30)]
    texts.write("weser_finds", as_csv(FIELDS, rows))

    def more(d: dict[str, Any]) -> None:
        table = d["resources"][-2]
        d["resources"] += [{**table, "name": f"finds{n}"} for n in range(15)]

    texts.describe(more)
    code, out, _ = run(capsys, texts.root, "--source", "weser", "--new", new)
    assert code == 1
    assert "… 4 tables more" in out
    assert "… and 474 more" in out
    assert len(out.splitlines()) <= 40


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (TEXTS["weser"].replace("Der Deich", "Der  Deich"), "(only white space differs)"),
        (TEXTS["weser"].replace("hält", "ha\u0308lt"), "(only the Unicode form differs)"),
    ],
)
def test_what_nobody_sees_is_said(
    capsys: Captured, texts: Made, new: Path, text: str, hint: str
) -> None:
    new.write_bytes(text.encode())
    _, out, _ = run(capsys, texts.root, "--source", "weser", "--new", new)
    assert hint in out


def test_a_lost_span_says_what_stands_there_and_where_its_words_do(
    capsys: Captured, texts: Made, new: Path
) -> None:
    text = TEXTS["weser"].replace("Frau Öz. ", "wer? ").replace("Sie hat drei Boote 🚣.", "")
    new.write_bytes(("drei Boote 🚣? " * 7 + text).encode())
    _, out, _ = run(capsys, texts.root, "--source", "weser", "--new", new)
    assert "'wer?' stands there" in out
    assert "and 2 more" in out


# Which text is meant.


def content(root: Path) -> Content:
    found = read_content(open_files(root))
    assert found is not None
    return found


def test_a_text_is_known_by_its_bytes_or_its_name(cells: Made) -> None:
    weser, duero = (text.encode() for text in TEXTS.values())
    package = content(cells.root)
    assert find_source(package, weser, b"x").name == "documents/weser"
    assert find_source(package, b"x", duero).name == "documents/duero"  # replaced already
    assert find_source(package, duero, b"x", "documents").name == "documents/duero"
    with pytest.raises(UnreadablePackage, match="none of 2 texts"):
        find_source(package, b"x", b"y")
    with pytest.raises(UnreadablePackage, match="'documents/duero': not the bytes"):
        find_source(package, weser, b"y", "documents/duero")
    with pytest.raises(NotFound, match="'documents/elbe'"):
        find_source(package, weser, b"y", "documents/elbe")
    with pytest.raises(UnreadablePackage, match="documents/weser, documents/duero; name one"):
        find_source(package, None, b"y")
    with pytest.raises(UnreadablePackage, match="has no hash"):
        find_source(package, None, b"y", "documents/duero")
    cells.describe(lambda d: state(d["resources"][0], cells.read("documents")))
    assert find_source(content(cells.root), None, b"y", "documents/duero").data == duero
    cells.describe(lambda d: d["resources"][0].update(hash="sha256:00"))
    with pytest.raises(UnreadablePackage, match="not the text whose hash is stated"):
        find_source(content(cells.root), None, b"y", "documents/duero")


def test_of_many_that_it_may_be_some_are_named(cells: Made) -> None:
    rows = [[f"d{n}", "same"] for n in range(9)] + [["d0", "other"]]
    cells.write("documents", as_csv(["id", "body"], rows), refresh=False)
    with pytest.raises(UnreadablePackage, match=r"documents/d4 and 4 more; name one"):
        find_source(content(cells.root), b"same", b"y")


def test_a_file_with_several_names_is_one_text(tmp_path: Path) -> None:
    package = Made(tmp_path / "rivers", "files")
    package.describe(
        lambda d: d["resources"].append(
            {"name": "same", "path": "texts/weser.txt", "mediatype": "text/plain"}
        )
    )
    span = {"fields": {"start": "size", "end": "to"}, "reference": {"resource": "same"}}

    def self_referring(d: dict[str, Any]) -> None:
        d["resources"][0]["schema"]["fields"].append({"name": "to", "type": "integer"})
        d["resources"][0]["schema"]["textSpans"] = [{**span, "required": False}]

    package.describe(self_referring)
    rows = package.read("documents").decode().splitlines()
    data = "\n".join([rows[0] + ",to", *(row + "," for row in rows[1:])]) + "\n"
    package.write("documents", data.encode(), refresh=False)
    source = find_source(content(package.root), TEXTS["weser"].encode(), b"x")
    assert [known.name for known in source.known] == ["same", "documents/weser"]
    assert find_source(content(package.root), TEXTS["weser"].encode(), b"x", "same") == source


def test_texts_that_cannot_be_read_are_left_out(tmp_path: Path, texts: Made) -> None:
    (texts.root / "texts/weser.txt").write_bytes(b"\xff")
    with pytest.raises(UnreadablePackage, match="none of 1 text"):
        find_source(content(texts.root), b"\xff", b"x")
    files = Made(tmp_path / "more", "files")
    files.replace("documents", "texts/weser.txt", "../weser.txt", refresh=False)
    with pytest.raises(UnreadablePackage, match="none of 1 text"):
        find_source(content(files.root), TEXTS["weser"].encode(), b"x")
    files.describe(lambda d: d["resources"].pop(0))
    with pytest.raises(NotFound, match="no row refers to a text"):
        find_source(content(files.root), b"x", b"x")
    files = Made(tmp_path / "third", "files")
    files.replace("documents", "size", "sighs", refresh=False)
    with pytest.raises(NotFound, match="no row refers to a text"):
        find_source(content(files.root), b"x", b"x")


@pytest.mark.parametrize("which", ["old", "new"])
def test_texts_that_are_no_text_are_refused(
    capsys: Captured, texts: Made, new: Path, which: str
) -> None:
    new.write_bytes(b"\xff")
    arguments: Arguments = ["--old", new, "--new", texts.root / "texts/weser.txt"]
    if which == "new":
        arguments = ["--old", texts.root / "texts/weser.txt", "--new", new]
    code, _, err = run(capsys, texts.root, *arguments)
    assert code == 2
    assert f"the {which} text: byte 0 is not UTF-8" in err


def test_what_cannot_be_looked_at_exits_with_2(
    capsys: Captured, texts: Made, old: Path, new: Path, tmp_path: Path
) -> None:
    assert run(capsys, tmp_path / "nowhere", "--new", new)[0] == 2
    code, _, err = run(capsys, texts.root, "--new", tmp_path / "nowhere")
    assert (code, "nowhere: No such file" in err) == (2, True)
    assert run(capsys, texts.root, "--new", "a\0b")[0] == 2
    texts.write("weser_finds", b"no\n1,2\n", refresh=False)
    code, _, err = run(capsys, texts.root, "--old", old, "--new", new)
    assert (code, "validate first" in err) == (2, True)
    (texts.root / "datapackage.json").write_text("{")
    code, _, err = run(capsys, texts.root, "--old", old, "--new", new)
    assert (code, "the descriptor cannot be read" in err) == (2, True)
    for accept in ("moved", "changed,", "all"):
        with pytest.raises(SystemExit):
            main(["reanchor", str(texts.root), "--new", str(new), "--accept", accept])
        assert "is none of changed, lost, invalid" in capsys.readouterr().err


def test_a_table_without_a_column_is_not_looked_at(
    capsys: Captured, texts: Made, old: Path, new: Path
) -> None:
    data = texts.read("weser_finds").decode().replace("after", "behind", 1)
    texts.write("weser_finds", data.encode(), refresh=False)
    arguments: Arguments = ["--old", old, "--new", new, "--write", "--accept", "changed,lost"]
    before = snapshot(texts.root)
    code, out, _ = run(capsys, texts.root, *arguments)
    assert code == 1
    assert "not checked: reanchor from, to of weser_finds: it lacks a column: after" in out
    assert out.splitlines()[-1] == "nothing is written"
    assert snapshot(texts.root) == before


# Rows that were wrong before.


@pytest.mark.parametrize(
    ("cell", "value", "why"),
    [
        ("from", "", "empty: from"),
        ("words", "", "empty: words"),
        ("from", "01", "'01' is not an offset"),
        ("to", "9999", "0 to 9999 is no stretch of the old text"),
        ("to", "8", "at 0 to 8 the old text has other words"),
        ("after", "x", "prefix or suffix is not what stands beside 0 to 9"),
        ("before", "x", "prefix or suffix is not what stands beside 0 to 9"),
    ],
)
def test_a_row_that_was_wrong_before_is_told_and_never_written_over(
    capsys: Captured, cells: Made, old: Path, new: Path, cell: str, value: str, why: str
) -> None:
    rows = rows_of(TEXTS)
    rows[0][FIELDS.index(cell)] = value
    cells.write("finds", as_csv(FIELDS, rows))
    assert not sc.validate(cells.root).ok
    arguments: Arguments = ["--old", old, "--new", new, "--write", "--accept"]
    before = snapshot(cells.root)
    code, out, _ = run(capsys, cells.root, *arguments, "changed,lost")
    assert code == 1
    assert "reanchor.invalid (1)" in out
    assert why in out
    assert out.splitlines()[-1] == "nothing is written; see to them, or --accept invalid"
    assert snapshot(cells.root) == before
    _, out, _ = run(capsys, cells.root, "--old", old, "--new", new, "--format", "json")
    assert why in json.loads(out)["rows"][0]["why"]
    code, out, _ = run(capsys, cells.root, *arguments, "changed,lost,invalid")
    # The row does not stand where it stood before either; a code of another kind is one more fault.
    assert code == (2 if "prefix" in why else 0)
    assert cells.read("finds").decode().splitlines()[1] == as_csv(rows[0], []).decode().strip()


# What is written.


KINDS = ["csv", "parts", "parquet", "inline"]


def read_rows(package: Made, form: str) -> dict[str, dict[str, Any]]:
    """The rows of the first table, by key, as whoever loads the package sees them."""
    table = "weser_finds" if form == "texts" else "finds"
    frame = sc.load(package.root)[table]
    records: list[dict[Any, Any]] = frame.to_dict("records")
    return {row["no"]: row for row in records}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_text_and_rows_are_written_and_the_package_is_valid(
    capsys: Captured, tmp_path: Path, old: Path, new: Path, form: str, kind: str
) -> None:
    package = Made(tmp_path / "rivers", form, kind)
    arguments: Arguments = ["--old", old, "--new", new, "--write"]
    code, out, _ = run(capsys, package.root, *arguments, "--accept", "changed,lost")
    assert code == 0, out
    assert sc.validate(package.root).ok
    rows = read_rows(package, form)
    assert set(rows) == {"w1", "w2", "w4"} | (set() if form == "texts" else {"d1", "d2"})
    for key, words in (("w1", "Die Weser"), ("w2", "Der Deich hielt"), ("w4", "Frau Öz")):
        assert rows[key]["words"] == words
        assert NEW[rows[key]["from"] : rows[key]["to"]] == words
    assert (rows["w2"]["before"], rows["w2"]["after"]) == ("„", "“, sagt")
    if form != "cells":
        assert (package.root / "texts/weser.txt").read_bytes() == NEW.encode()
    else:
        assert NEW in package.read("documents").decode()
    (kept,) = package.root.glob("reanchor-*.json")
    name = "weser" if form == "texts" else "documents-weser"
    assert kept.name == f"reanchor-{name}-{hashlib.sha256(NEW.encode()).hexdigest()[:12]}.json"
    report = json.loads(kept.read_text("utf-8"))
    table = "weser_finds" if form == "texts" else "finds"
    assert report["withdrawn"] == [{"table": table, "key": "w3"}]
    assert (report["written"], report["ok"], report["accepted"]) == (True, True, 2)
    assert report["files"] == sorted(set(report["files"]))
    again, out, _ = run(capsys, package.root, "--new", new, "--old", new, "--write")
    assert again == 0
    assert "nothing to write" in out


def test_only_what_changes_is_written(capsys: Captured, cells: Made, old: Path, new: Path) -> None:
    new.write_bytes(("Ja. " + TEXTS["weser"]).encode())
    finds, documents = cells.read("finds").decode(), cells.read("documents").decode()
    described = (cells.root / "datapackage.json").read_text("utf-8")
    assert run(capsys, cells.root, "--old", old, "--new", new, "--write")[0] == 0
    for line, was in zip(
        cells.read("finds").decode().splitlines(), finds.splitlines(), strict=True
    ):
        changed = line != was
        assert changed == was.startswith("w")
    assert cells.read("documents").decode() == documents.replace("Die Weser", "Ja. Die Weser")
    now = (cells.root / "datapackage.json").read_text("utf-8")
    differ = zip(now.splitlines(), described.splitlines(), strict=True)
    assert {line.split(":")[0].strip() for line, was in differ if line != was} <= {
        '"hash"',
        '"bytes"',
    }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_text_changes_nothing(
    capsys: Captured, tmp_path: Path, old: Path, form: str, kind: str
) -> None:
    package = Made(tmp_path / "rivers", form, kind)
    before = snapshot(package.root)
    code, out, _ = run(capsys, package.root, "--old", old, "--new", old, "--write")
    assert code == 0
    assert out.splitlines()[-1] == "nothing to write: the package is as it should be"
    assert snapshot(package.root) == before


@pytest.mark.parametrize("form", FORMS)
def test_a_text_that_was_replaced_already_is_found(
    capsys: Captured, tmp_path: Path, old: Path, new: Path, form: str
) -> None:
    package = Made(tmp_path / "rivers", form)
    if form == "cells":
        rows = [["weser", NEW], ["duero", TEXTS["duero"]]]
        package.write("documents", as_csv(["id", "body"], rows), refresh=False)
    else:
        (package.root / "texts/weser.txt").write_bytes(NEW.encode())
    assert not sc.validate(package.root).ok
    arguments: Arguments = ["--old", old, "--new", new, "--write", "--accept", "changed,lost"]
    assert run(capsys, package.root, *arguments)[0] == 0
    assert sc.validate(package.root).ok


def test_a_hash_in_capitals_or_md5_stays_one(
    capsys: Captured, texts: Made, old: Path, new: Path
) -> None:
    data = texts.read("duero")
    texts.describe(
        lambda d: d["resources"][0].update(hash=hashlib.md5(old.read_bytes()).hexdigest())
    )
    texts.describe(lambda d: d["resources"][2].update(hash=d["resources"][2]["hash"].upper()))
    new.write_bytes(TEXTS["weser"].replace("Boote", "Kähne").encode())
    arguments: Arguments = ["--old", old, "--new", new, "--write", "--accept", "changed"]
    assert run(capsys, texts.root, *arguments)[0] == 0
    assert texts.resource("weser")["hash"] == hashlib.md5(new.read_bytes()).hexdigest()
    assert texts.read("duero") == data
    new.write_bytes(new.read_bytes() + b"Ende")
    texts.describe(lambda d: d["resources"][2].update(hash=d["resources"][2]["hash"].upper()))
    assert run(capsys, texts.root, "--new", new, "--source", "weser", "--write")[0] == 0
    assert texts.resource("weser_finds")["hash"].isupper()


def digests(toy: Folder) -> None:
    """The first span of the toy with a digest in the place of its words."""
    rows = list(csv.reader(io.StringIO(toy.read("avistamientos").decode())))
    for row in rows[1:]:
        row[5] = hashlib.sha256(f"k7\0{row[5]}".encode()).hexdigest()
    toy.write("avistamientos", as_csv(rows[0], rows[1:]))

    def change(d: dict[str, Any]) -> None:
        span = d["resources"][2]["schema"]["textSpans"][0]
        span["fields"] = {"start": "desde", "end": "hasta", "digest": "palabras"}
        span["salt"] = "k7"

    toy.describe(change)


def test_digests_are_made_anew_and_no_words_are_told(
    capsys: Captured, toy: Folder, new: Path
) -> None:
    digests(toy)
    assert sc.validate(toy.root).ok
    text = toy.read("diario").decode()
    new.write_bytes(text.replace("otra garza", "una otra garza blanca y otra más").encode())
    arguments: Arguments = ["--new", new, "--write", "--accept", "changed"]
    new.write_bytes(text.replace("dos garzas", "dos garcitas").encode())
    _, out, _ = run(capsys, toy.root, "--new", new)
    assert "garcitas" not in out
    code, _, _ = run(capsys, toy.root, *arguments)
    assert code == 0
    assert sc.validate(toy.root).ok
    (kept,) = toy.root.glob("reanchor-*.json")
    assert "garcitas" not in kept.read_text("utf-8")
    rows = toy.read("avistamientos").decode().splitlines()
    assert hashlib.sha256(b"k7\0dos garcitas").hexdigest() in rows[1]
    toy.replace("avistamientos", rows[2].split(",")[5], "0" * 64)
    new.write_bytes(new.read_bytes().replace(b"Vimos", b"Luego vimos"))
    _, out, _ = run(capsys, toy.root, "--new", new)
    assert "the digest is not that of the words" in out
    new.write_bytes(text.split("«")[0].replace("dos garzas", "nada").encode())
    _, out, _ = run(capsys, toy.root, "--new", new, "--format", "json")
    assert "nada" not in out


def test_a_row_may_have_no_span(capsys: Captured, toy: Folder, new: Path) -> None:
    new.write_bytes("¡Hola! ".encode() + toy.read("diario"))
    code, _, _ = run(capsys, toy.root, "--new", new, "--write")
    assert code == 0
    assert sc.validate(toy.root).ok
    assert toy.read("avistamientos").decode().splitlines()[2].endswith(",,,")


def test_rows_that_others_refer_to_do_not_go(capsys: Captured, toy: Folder, new: Path) -> None:
    def refer(d: dict[str, Any]) -> None:
        fields = [{"name": n, "type": "string"} for n in ("n", "de")]
        keys = [{"fields": "de", "reference": {"resource": "avistamientos", "fields": "num"}}]
        d["resources"][2]["schema"]["foreignKeys"].append(
            {"fields": "luz", "reference": {"resource": "", "fields": "num"}}
        )
        table = {"fields": fields, "primaryKey": "n", "foreignKeys": keys}
        d["resources"].append({"name": "notas", "path": "notas.csv", "schema": table})
        del d["resources"][2]["schema"]["fields"][2]["categories"]

    toy.describe(refer)
    notes = b"n,de\n" + b"".join(b"%d,a2\n" % n for n in range(7)) + b"8,a1\n"
    (toy.root / "notas.csv").write_bytes(notes)
    toy.replace("avistamientos", "garza,día", "garza,a2")
    new.write_bytes(toy.read("diario").replace(b"Vimos otra garza.\n", b""))
    before = snapshot(toy.root)
    arguments: Arguments = ["--new", new, "--write", "--accept", "lost"]
    code, _, err = run(capsys, toy.root, *arguments)
    assert code == 2
    assert "tablas/avistamientos.csv, row 2, key a1 refers to avistamientos a2" in err
    assert "notas.csv, row 2, key 0 refers to avistamientos a2" in err
    assert "and 3 more" in err
    assert snapshot(toy.root) == before
    toy.write("avistamientos", toy.read("avistamientos").replace(b"garza,a2", b"garza,a1"))
    (toy.root / "notas.csv").write_bytes(b"n,de\n8,a1\n")
    assert run(capsys, toy.root, *arguments)[0] == 0
    assert sc.validate(toy.root).ok


def test_what_would_not_be_valid_is_not_written(
    capsys: Captured, texts: Made, old: Path, new: Path
) -> None:
    def short(d: dict[str, Any]) -> None:
        words = d["resources"][2]["schema"]["fields"][4]
        words["constraints"] = {"maxLength": 14}

    texts.describe(short)
    assert sc.validate(texts.root).ok
    before = snapshot(texts.root)
    arguments: Arguments = ["--old", old, "--new", new, "--write", "--accept", "changed,lost"]
    code, _, err = run(capsys, texts.root, *arguments)
    assert code == 2
    assert "would not be valid: 1 x field.constraint in weser_finds; first: weser_finds.csv" in err
    assert snapshot(texts.root) == before
    # A fault that is there already stands against nothing.
    texts.describe(lambda d: d["resources"][2]["schema"]["fields"][4].pop("constraints"))
    texts.describe(lambda d: d["resources"][3].update(hash="sha256:00"))
    code, out, _ = run(capsys, texts.root, *arguments)
    assert (code, "written, and no worse than before, but not valid: " in out) == (0, True)
    assert [f.code for f in sc.validate(texts.root).errors] == ["resource.hash"]


def test_a_check_that_would_be_skipped_counts_as_worse(
    capsys: Captured, texts: Made, old: Path, new: Path
) -> None:
    new.write_bytes(b"\xef\xbb\xbf" + TEXTS["weser"].encode())
    code, _, err = run(capsys, texts.root, "--old", old, "--new", new, "--write")
    assert (code, "source.bom" in err) == (2, True)


def test_a_dry_run_writes_nothing(capsys: Captured, texts: Made, old: Path, new: Path) -> None:
    before = snapshot(texts.root)
    arguments: Arguments = [
        "--old",
        old,
        "--new",
        new,
        "--write",
        "--dry-run",
        "--accept",
        "changed,lost",
    ]
    code, out, _ = run(capsys, texts.root, *arguments, "--report", texts.root / "r.json")
    assert code == 0
    assert out.splitlines()[-1] == (
        "would be written, and valid: datapackage.json, texts/weser.txt, weser_finds.csv"
    )
    assert snapshot(texts.root) == before


# The report that is kept.


def test_a_report_is_kept_where_it_is_asked_for(
    capsys: Captured, texts: Made, old: Path, new: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "r.json"
    arguments: Arguments = [texts.root, "--old", old, "--new", new, "--report", kept]
    code, out, _ = run(capsys, *arguments)
    assert (code, out.splitlines()[-1]) == (
        1,
        f"nothing is written without --write; the report is in {kept}",
    )
    assert told(kept.read_text("utf-8")) == BECAME
    code, _, err = run(capsys, *arguments)
    assert (code, "--force writes over it" in err) == (2, True)
    code, _, _ = run(capsys, *arguments, "--write", "--accept", "changed,lost", "--force")
    assert code == 0
    assert json.loads(kept.read_text("utf-8"))["written"] is True
    assert not list(texts.root.glob("reanchor-*"))


def test_no_report_is_written_over(capsys: Captured, texts: Made, old: Path, new: Path) -> None:
    made = hashlib.sha256(NEW.encode()).hexdigest()[:12]
    kept = texts.root / f"reanchor-weser-{made}.json"
    kept.write_text("older")
    arguments: Arguments = [
        texts.root,
        "--old",
        old,
        "--new",
        new,
        "--write",
        "--accept",
        "changed,lost",
    ]
    before = snapshot(texts.root)
    assert run(capsys, *arguments)[0] == 2
    for taken in ("weser_finds.csv", "datapackage.json", "texts/weser.txt"):
        code, _, err = run(capsys, *arguments, "--report", texts.root / taken, "--force")
        assert (code, "would write over a text or the package" in err) == (2, True)
    for text in (old, new):
        code, _, err = run(capsys, *arguments, "--report", text, "--force")
        assert (code, "would write over a text or the package" in err) == (2, True)
    assert snapshot(texts.root) == before
    assert run(capsys, *arguments, "--force")[0] == 0
    assert json.loads(kept.read_text("utf-8"))["written"] is True


@pytest.mark.parametrize("where", ["inside", "outside", "over"])
@pytest.mark.parametrize("which", range(8))
def test_a_write_that_fails_leaves_everything_as_it_was(
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    texts: Made,
    old: Path,
    new: Path,
    where: str,
    which: int,
) -> None:
    arguments: Arguments = [
        texts.root,
        "--old",
        old,
        "--new",
        new,
        "--write",
        "--accept",
        "changed,lost",
    ]
    if where != "inside":
        arguments += ["--report", tmp_path / "kept.json", "--force"]
    if where == "over":
        (tmp_path / "kept.json").write_text("older")
    before, replaced, calls = snapshot(tmp_path), Path.replace, 0

    def replace(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == which + 1:
            raise OSError(28, "No space left on device", str(target))
        return replaced(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    code, _, err = run(capsys, *arguments)
    if calls <= which:  # so many were not needed
        assert code == 0
        return
    assert code == 2
    assert "No space left" in err
    assert snapshot(tmp_path) == before


def test_files_are_put_back_or_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"old")
    replaced = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target.name == "c":
            raise OSError(5, "Input/output error", "c")
        return replaced(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(UnwritablePackage, match="nothing is half"):
        writing.write_files(tmp_path, [("a", b"new"), ("b", b"new"), ("c", b"new")])
    assert snapshot(tmp_path) == {"a": b"old"}
    monkeypatch.undo()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "a")

    monkeypatch.setattr(Path, "chmod", full)
    with pytest.raises(UnwritablePackage, match="No space left"):
        writing.write_files(tmp_path, [("a", b"new")])
    assert snapshot(tmp_path) == {"a": b"old"}


def test_files_may_be_read_as_they_would_be(texts: Made) -> None:
    files = storage.Files(texts.root).replaced({"texts/weser.txt": b"new"})
    assert files.read("texts/weser.txt") == b"new"
    assert files.size("texts/weser.txt") == 3
    assert files.read("texts/duero.txt") == TEXTS["duero"].encode()
    assert set(files.seen) == {"texts/duero.txt"}


def test_a_package_that_changes_meanwhile_is_not_written(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, texts: Made, old: Path, new: Path
) -> None:
    def meddle(*given: Any) -> Any:
        os.utime(texts.root / "weser_finds.csv", ns=(1, 1))
        return correct(*given)

    monkeypatch.setattr("smartcity_case.authoring.correcting.correction.correct", meddle)
    arguments: Arguments = [texts.root, "--old", old, "--new", new]
    code, _, err = run(capsys, *arguments)
    assert (code, "the file changed" in err) == (2, True)


def test_only_a_correction_without_open_questions_is_written(texts: Made, new: Path) -> None:
    from smartcity_case.authoring.correcting.corrected import corrected_files

    package = content(texts.root)
    data = TEXTS["weser"].encode()
    source: Source = find_source(package, data, NEW.encode())
    correction = correct(package, source, data, NEW.encode())
    for accept in ((), ("changed",), ("lost",)):
        with pytest.raises(UnwritablePackage, match="changed, lost or were not looked at"):
            corrected_files(package, correction, accept)
    assert (
        corrected_files(package, correction, ("changed", "lost"))["texts/weser.txt"] == NEW.encode()
    )
