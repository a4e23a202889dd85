"""The export to SQLite where SQLite and data packages do not see things alike."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import smartcity_case as sc
from conftest import Folder
from smartcity_case.exporters import sqlite
from smartcity_case.exporters.sqlite.sources import passages

TEXT = "Eins. Zwei drei.\n \nVier"
NOTE = {"name": "note", "path": "note.txt", "mediatype": "text/plain"}


def field(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


def table(name: str, fields: list[Any], data: list[list[Any]], **more: Any) -> dict[str, Any]:
    """A table with its rows in the descriptor."""
    listed = [field(each) if isinstance(each, str) else each for each in fields]
    rows = [[each["name"] for each in listed], *data]
    return {"name": name, "data": rows, "schema": {"fields": listed, **more}}


def span(start: str, end: str, exact: str = "", **more: Any) -> dict[str, Any]:
    fields = {"start": start, "end": end} | ({"exact": exact} if exact else {})
    return {"fields": fields, "reference": {"resource": "note"}, **more}


def key(fields: Any, resource: str, target: Any) -> dict[str, Any]:
    reference = {"fields": target} | ({"resource": resource} if resource else {})
    return {"fields": fields, "reference": reference}


class Made:
    """An export that was made, with what was noted."""

    def __init__(self, connection: sqlite3.Connection, notes: tuple[str, ...]) -> None:
        self.connection, self.notes = connection, notes

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, values).fetchall()


@contextmanager
def made(folder: Path, *resources: dict[str, Any], text: str = TEXT, **more: Any) -> Iterator[Made]:
    """The database of a package; it holds together."""
    root = folder / "package"
    root.mkdir()
    (root / "note.txt").write_bytes(text.encode())
    descriptor = {"name": "drawn", "resources": [NOTE, *resources], **more}
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    done = sc.export(root, "sqlite", folder / "made.sqlite")
    with closing(sqlite3.connect(folder / "made.sqlite")) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        yield Made(connection, done.notes)


INT = [field("s", "integer"), field("e", "integer")]


def test_a_nul_in_a_text_is_kept_and_told(tmp_path: Path) -> None:
    text = "a\0b Straße c\0"
    rows = table("t", ["w", *INT], [["Straße", 4, 10], ["b Straße c\0", 2, 13]],
                 textSpans=[span("s", "e", "w")])  # fmt: skip
    bare = table("u", INT, [[0, 3]], textSpans=[span("s", "e")])
    with made(tmp_path, rows, bare, text=text) as found:
        assert found.rows("SELECT text, countable FROM texts") == [(text, "a␀b Straße c␀")]
        assert found.rows("SELECT exact FROM spans") == [("Straße",), ("b Straße c\0",), ("a\0b",)]
        context = "SELECT left, exact, right FROM t_in_context LIMIT 1"
        assert found.rows(context) == [("a␀b ", "Straße", " c␀")]
        hits = "SELECT exact FROM passage_rows WHERE passage IN (SELECT rowid FROM passages_fts(?))"
        assert ("a\0b",) in found.rows(hits, "straße")
    assert found.notes == (
        "the text 'note' has a NUL, where substr() and length() stop: they count in the column "
        "`countable`, which has ␀ for it",
    )


def test_cells_and_terms_with_a_nul_or_quotes_are_kept(tmp_path: Path) -> None:
    terms = ["a\0b", "it's", '"', "ä"]
    rows = table("t", [field("k", constraints={"enum": terms}), "free"], [[t, t] for t in terms],
                 primaryKey="k")  # fmt: skip
    with made(tmp_path, rows) as found:
        assert [k for k, _ in found.rows("SELECT * FROM t")] == terms
        with pytest.raises(sqlite3.IntegrityError):
            found.connection.execute("INSERT INTO t VALUES ('a', '')")
        found.connection.rollback()
        assert [value for (value,) in found.rows("SELECT value FROM terms")] == terms


def test_names_that_clash_in_sqlite_are_told(tmp_path: Path) -> None:
    names = ["rowid", "_ROWID_", "oid", "a", "A", "a_2", "rank", "ä", "Ä", " ", "t b\0"]
    row = list("123456789xy")
    tables = [table(name, names, [row]) for name in ("spans", "SPANS", "contents", "t b")]
    with made(tmp_path, *tables, table("sqlite_t", ["a"], [["1"]])) as found:
        assert found.rows("SELECT * FROM spans") == [tuple(row)]
        assert found.rows("SELECT words FROM passages LIMIT 1") == [("Eins.",)]
        columns = [column[1] for column in found.rows("PRAGMA table_info(SPANS_2)")]
        assert columns == ["rowid", "_ROWID__2", "oid", "a", "A_3", "a_2", "rank", "ä", "Ä", " ",
                           "t b_"]  # fmt: skip
        assert dict(found.rows("SELECT role, name FROM contents_2"))["spans"] == "spans_3"
        said = "SELECT column_name FROM fields WHERE table_name = 'SPANS_2' AND field = 'A'"
        assert found.rows(said) == [("A_3",)]
        hits = "SELECT a FROM spans WHERE _rowid_ IN (SELECT rowid FROM spans_fts('5'))"
        assert found.rows(hits) == [("4",)]
        assert found.rows("SELECT * FROM _sqlite_t") == [("1",)]
    assert "the table 'SPANS' is called 'SPANS_2'" in found.notes
    assert "SPANS._ROWID_: the column is called '_ROWID__2'" in found.notes
    assert "our own table 'spans' is called 'spans_3'; the package has one" in found.notes


def test_tables_refer_to_themselves_and_in_circles(tmp_path: Path) -> None:
    keys = [key("up", "", "id"), key(["a", "b"], "second", ["n", "m"])]
    first = table("first", ["id", "up", "a", "b"], [["1", "2", "x", "y"], ["2", "1", None, None]],
                  primaryKey="id", foreignKeys=keys)  # fmt: skip
    second = table("second", ["m", "n", "of"], [["y", "x", "1"]], uniqueKeys=[["m", "n"]],
                   foreignKeys=[key("of", "first", "id")])  # fmt: skip
    with made(tmp_path, first, second) as found:
        assert len(found.rows("PRAGMA foreign_key_list(first)")) == 3
        query = "SELECT id, up__up, a_b__of FROM first_with_up JOIN first_with_a_b USING (id)"
        assert found.rows(query) == [("1", "1", "1"), ("2", "2", None)]
    assert found.notes == ()


def test_a_foreign_key_to_columns_that_are_no_key_is_declared_if_it_can_be(tmp_path: Path) -> None:
    target = table("target", ["a", "b"], [["1", "x"], ["2", "x"]])
    rows = table("t", ["a", "b"], [["1", "x"], [None, "x"]],
                 foreignKeys=[key("a", "target", "a"), key("b", "target", "b")])  # fmt: skip
    with made(tmp_path, target, rows) as found:
        assert [row[2:5] for row in found.rows("PRAGMA foreign_key_list(t)")] == [
            ("target", "a", "a")
        ]
        assert len(found.rows("SELECT * FROM t_with_b")) == 4
    assert found.notes == (
        "target (b) is not unique, so no foreign key to it is declared",
    )  # fmt: skip


def test_keys_that_name_a_column_twice(tmp_path: Path) -> None:
    target = table(
        "target", ["a", "b"], [["1", "1"]], primaryKey=["a", "a"], uniqueKeys=[["b", "b"]]
    )
    rows = table("t", ["c", "d"], [["1", "1"]], foreignKeys=[
        key(["c", "d"], "target", ["a", "a"]), key(["c", "c"], "target", ["a", "b"])])  # fmt: skip
    with made(tmp_path, target, rows) as found:
        said = found.rows("PRAGMA foreign_key_list(t)")
        assert [row[2:5] for row in said] == [("target", "c", "a"), ("target", "c", "b")]
        assert found.rows("SELECT d, c_d__b FROM t_with_c_d") == [("1", "1")]
    assert found.notes == ("t: no foreign key that names a column twice is declared",)


def test_a_foreign_key_whose_values_are_written_otherwise_is_not_declared(tmp_path: Path) -> None:
    days = table("days", [field("d", "date", format="%d.%m.%Y")], [["03.12.2018"]], primaryKey="d")
    rows = table("t", [field("day", "date"), "x"], [["2018-12-03", "1"]],
                 foreignKeys=[key("day", "days", "d")])  # fmt: skip
    with made(tmp_path, days, rows) as found:
        assert found.rows("PRAGMA foreign_key_list(t)") == []
        assert found.rows("SELECT day FROM t") == [("2018-12-03",)]
    (note,) = found.notes
    assert note == "t (day): no foreign key is declared, since SQLite compares the values otherwise"


def test_constraints_that_sqlite_sees_otherwise_are_not_declared(tmp_path: Path) -> None:
    number = field("n", "number", constraints={"required": True})
    rows = table("t", ["id", number], [["a", "NaN"], ["b", 0.5]], primaryKey="id")
    mixed = table("u", [field("k", "any"), "b"], [[1, "x"], ["1", "y"]], uniqueKeys=[["k"]])
    with made(tmp_path, rows, mixed) as found:
        assert found.rows("SELECT * FROM t") == [("a", None), ("b", 0.5)]
        assert found.rows("SELECT * FROM u") == [("1", "x"), ("1", "y")]
    assert found.notes == (
        "t: its keys and constraints are not declared (NOT NULL constraint failed: t.n)",
        "t.n: NaN is NULL (1 times)",
        "u (k) is not unique for SQLite, and not declared so",
    )


def test_a_check_that_fails_is_not_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite.layout.Column, "checks", ["1 = 0"])
    with made(tmp_path, table("t", ["id"], [["a"]], primaryKey="id")) as found:
        assert found.rows("SELECT * FROM t") == [("a",)]
    assert found.notes == ("t: its keys and constraints are not declared (a CHECK fails)",)


def test_bounds_and_terms_are_declared_as_far_as_every_sqlite_reads_them(tmp_path: Path) -> None:
    fields = [
        field("a", "integer", constraints={"minimum": 2, "exclusiveMaximum": 5}),
        field("b", "number", constraints={"exclusiveMinimum": -0.5, "maximum": 1 / 3}),
        field("c", "integer", constraints={"enum": [3, 4]}),
        field("d", "integer", categories=[{"value": 7, "label": "sieben"}]),
        field("e", "number", constraints={"enum": [0.1]}),
        field("f", "integer", constraints={"enum": [10**20]}),
        field("g", constraints={"enum": [str(n) for n in range(1001)]}),
        field("h", "boolean", constraints={"enum": [True]}),
        field("i", "integer", constraints={"minimum": "1"}),
    ]  # fmt: skip
    row = [2, 0.1, 3, 7, 0.1, str(10**20), "1000", True, 1]
    with made(tmp_path, table("t", fields, [row, [None] * 8 + [1]])) as found:
        assert found.rows("SELECT * FROM t")[0] == (2, 0.1, 3, 7, 0.1, str(10**20), "1000", 1, 1)
        ((sql,),) = found.rows("SELECT sql FROM sqlite_master WHERE name = 't'")
        terms = "SELECT value, label FROM terms WHERE column_name IN ('d', 'e')"
        assert found.rows(terms) == [("7", "sieben"), ("0.1", "")]
    for check in ('"a" >= 2', '"a" < 5', '"b" > -0.5', '"c" IN (3, 4)', '"d" IN (7)'):
        assert check in sql
    for check in ('"b" <=', '"e" IN', '"f" IN', '"g" IN', '"h" IN (True', '"i" >='):
        assert check not in sql


def test_rows_keep_their_order_and_numbers_under_an_integer_key(tmp_path: Path) -> None:
    rows = table("t", [field("id", "integer"), *INT], [[7, 0, 4], [3, 6, 10], [5, 17, 19]],
                 primaryKey="id", textSpans=[span("s", "e")])  # fmt: skip
    flags = table("u", [field("yes", "boolean"), field("n", "number"), *INT], [[True, 1.5, 0, 4]],
                  primaryKey=["yes", "n"], textSpans=[span("s", "e")])  # fmt: skip
    with made(tmp_path, rows, flags) as found:
        assert found.rows("SELECT rowid, id FROM t ORDER BY rowid") == [(1, 7), (2, 3), (3, 5)]
        spans = "SELECT row, key, field, exact FROM spans"
        assert found.rows(spans) == [
            (1, "7", "s", "Eins"), (2, "3", "s", "Zwei"), (3, "5", "s", " \n"),
            (1, "true/1.5", "s", "Eins")]  # fmt: skip
        linked = "SELECT span FROM passage_spans ORDER BY 1"  # but for white space
        assert found.rows(linked) == [(1,), (2,), (4,)]


class Narrow(sqlite3.Connection):
    """An SQLite whose tables have at most twenty columns."""

    def getlimit(self, category: int) -> int:
        return 20


def test_a_table_without_columns_or_with_too_many_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Narrow))
    empty = {
        "name": "none",
        "data": [["x"], ["1"]],
        "schema": {"fields": [], "fieldsMatch": "subset"},
    }
    many = table("many", [f"c{n}" for n in range(21)], [])
    most = table("most", [*(f"c{n}" for n in range(18)), *INT], [],
                 foreignKeys=[key("c0", "", "c1"), key("c0", "many", "c1")],
                 textSpans=[span("s", "e")])  # fmt: skip
    with made(tmp_path, empty, many, most) as found:
        names = [name for (name,) in found.rows("SELECT name FROM contents WHERE role = 'table'")]
        assert names == ["most"]
        assert found.rows("SELECT name FROM contents WHERE role = 'view'") == []
    assert found.notes == (
        "the table 'none', since SQLite has none of 0 columns",
        "the table 'many', since SQLite has none of 21 columns",
        "most: no view with c0, it had too many columns",
        "most: no view of words in context, it had too many columns",
        "full-text search over most, it has too many columns",
    )


def test_keys_of_texts_that_are_no_text(tmp_path: Path) -> None:
    notes = table("notes", [field("id", "integer"), "body"], [[1, "Eins Straße"], [2, "Zwei"]],
                  primaryKey="id")  # fmt: skip
    spans = {
        "fields": {"start": "s", "end": "e", "source": "of"},
        "reference": {"resource": "notes", "fields": {"key": "id", "text": "body"}},
    }
    rows = table("t", [field("of", "integer"), *INT], [[2, 0, 4]], textSpans=[spans])
    with made(tmp_path, notes, rows) as found:
        assert found.rows("SELECT text_name, exact FROM spans") == [("notes/2", "Zwei")]
        assert found.rows("SELECT of, text_name FROM t_in_context") == [(2, "notes/2")]
        searches = "SELECT name FROM contents WHERE role = 'search'"
        assert found.rows(searches) == [("passages_fts",)]


def test_a_field_without_a_column_and_a_package_without_texts(tmp_path: Path) -> None:
    root = tmp_path / "package"
    root.mkdir()
    schema = {"fields": [field("a"), field("b", "date")], "fieldsMatch": "partial"}
    rows = {"name": "t", "data": [["a", "x"], ["1", "2"]], "schema": schema}
    (root / "datapackage.json").write_text(json.dumps({"resources": [rows]}), "utf-8")
    sc.export(root, "sqlite", tmp_path / "made.sqlite")
    with closing(sqlite3.connect(tmp_path / "made.sqlite")) as connection:
        assert connection.execute("SELECT * FROM t").fetchall() == [("1", None)]
        assert connection.execute("SELECT * FROM texts").fetchall() == []


def test_licences_of_resources_stand_beside_those_of_the_package(tmp_path: Path) -> None:
    licence = {"name": "x", "title": "X, of all\0"}
    rows = table("t", ["a"], [["1"]]) | {"licenses": [licence | {"path": "X.md"}, "x"]}
    with made(tmp_path, rows, licenses=[licence]) as found:
        assert found.rows("SELECT * FROM licences") == [
            (None, "x", "X, of all\0", ""), ("t", "x", "X, of all\0", "X.md")]  # fmt: skip


def test_a_python_without_fts5_is_told(
    tmp_path: Path, toy: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Without(sqlite3.Connection):
        def execute(self, query: str, *values: Any) -> Any:
            return super().execute(query.replace("USING fts5", "USING no_such"), *values)

    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", partial(real, factory=Without))
    done = sc.export(toy.root, "sqlite", tmp_path / "made.sqlite")
    assert done.notes == ("full-text search, since the SQLite of this Python has no FTS5",)
    with closing(real(tmp_path / "made.sqlite")) as connection:
        assert len(connection.execute("SELECT * FROM passage_rows").fetchall()) == 3


def test_no_room_is_an_error_and_a_mistake_of_ours_is_not_hidden(
    tmp_path: Path, toy: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite._SETTINGS, "max_page_count", 20)
    with pytest.raises(sc.UnwritablePackage, match=r"SQLite could not write: .*disk is full"):
        sc.export(toy.root, "sqlite", tmp_path / "made.sqlite")
    assert not (tmp_path / "made.sqlite").exists()
    monkeypatch.setitem(sqlite._SETTINGS, "max_page_count", "nonsense(")
    with pytest.raises(sqlite3.OperationalError):
        sc.export(toy.root, "sqlite", tmp_path / "made.sqlite")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" \r\n\u2028", []),
        ("Eins. Zwei drei.\n \nVier", ["Eins.", "Zwei drei.", "Vier"]),
        ("„Nein!“, rief er. „Doch.“ Ging er?", ["„Nein!“, rief er.", "„Doch.“", "Ging er?"]),
        ("Am 3. Mai 2018. Da, z. B. J. Ö. Smith.", ["Am 3. Mai 2018.", "Da, z. B. J. Ö. Smith."]),
        ("Etwa ca. 30 Leute … und mehr. 🌊 Ja?", ["Etwa ca. 30 Leute … und mehr.", "🌊 Ja?"]),
        ("¿Qué? ¡No! «Sí». (Sic.) ok", ["¿Qué?", "¡No!", "«Sí».", "(Sic.) ok"]),
        ("今日は。明日は！", ["今日は。", "明日は！"]),
        ("U\u0308ber.\r\nZwei\x85Drei. \n vier", ["U\u0308ber.", "Zwei", "Drei.", "vier"]),
    ],
)  # fmt: skip
def test_passages_are_lines_cut_at_the_end_of_sentences(text: str, found: list[str]) -> None:
    listed = list(passages(text))
    assert [words for _, _, words in listed] == found
    assert all(text[start:end] == words for start, end, words in listed)
