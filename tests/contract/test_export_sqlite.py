"""The export to SQLite, read back by `sqlite3`, by pandas and by Datasette."""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import bundles
import smartcity_case as sc
from anywhere import write
from conftest import ROOT, Folder, copy_release, make_toy
from exports import exported, make_odd, make_of, opened, refers, table_of
from smartcity_case.case import open_files
from smartcity_case.citation import citation
from smartcity_case.cli import main
from smartcity_case.dataset import open_dataset
from smartcity_case.exporters.shared.material import Material
from smartcity_case.strategies import packages


@contextmanager
def database(package: Any, folder: Path, **options: Any) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(exported(package, "sqlite", folder, **options))) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


def own(connection: sqlite3.Connection) -> dict[str, str]:
    """What our own tables are called, by what they are."""
    (found,) = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%role TEXT NOT%'")
    return dict(connection.execute(f"SELECT role, name FROM {found[0]}").fetchall())


def name_of(connection: sqlite3.Connection, resource: str) -> str:
    """What a table of the package is called in the database, as SQL."""
    contents = own(connection)["contents"]
    query = f"SELECT name FROM {contents} WHERE resource = ? AND role = 'table'"
    (name,) = connection.execute(query, [resource]).fetchone()
    return '"' + str(name).replace('"', '""') + '"'


def plain(value: Any) -> Any:
    """A value of the package as SQLite has it."""
    if isinstance(value, bool):
        return int(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def same_as_package(connection: sqlite3.Connection, path: Any) -> None:
    """Compare every value, span and text with the package."""
    material = Material(open_dataset(open_files(path)))
    spans = []
    for resource, schema in material.tables.items():
        name = name_of(connection, resource)
        rows = list(material.rows(resource))
        cursor = connection.execute(f"SELECT * FROM {name} ORDER BY _rowid_")
        assert len(cursor.description) == len(schema.names)
        found, wanted = cursor.fetchall(), [tuple(map(plain, row.values.values())) for row in rows]
        assert found == wanted
        assert [list(map(type, row)) for row in found] == [list(map(type, row)) for row in wanted]
        numbers = connection.execute(f"SELECT _rowid_ FROM {name} ORDER BY 1").fetchall()
        assert numbers == [(number,) for number in range(1, len(rows) + 1)]
        for number, row in enumerate(rows, 1):
            spans += [(name, number, row.key, *span) for span in row.spans]
    tables = own(connection)
    query = f"""SELECT '"' || replace(table_name, '"', '""') || '"', row, key, declaration,
        text_name, start, "end", exact FROM {tables["spans"]} ORDER BY id"""
    assert connection.execute(query).fetchall() == spans
    columns = "name, resource, key, path, text"
    texts = connection.execute(f"SELECT {columns} FROM {tables['texts']} ORDER BY rowid")
    assert texts.fetchall() == list(map(tuple, material.texts()))


def holds_together(connection: sqlite3.Connection) -> None:
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    tables = own(connection)
    query = f"""SELECT s.exact, substr(coalesce(countable, text), start + 1, "end" - start),
        countable IS NULL FROM {tables["spans"]} s JOIN {tables["texts"]} ON name = text_name
        WHERE text IS NOT NULL"""
    for exact, counted, whole in connection.execute(query):
        assert counted == (exact if whole else exact.replace("\0", "␀"))
    for name, text, characters, stated in connection.execute(
        f"SELECT name, text, characters, sha256 FROM {tables['texts']} WHERE text IS NOT NULL"
    ).fetchall():
        assert (characters, stated) == (len(text), hashlib.sha256(text.encode()).hexdigest())
        passages_cover(connection, tables, name, text)
    views = connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall()
    for (view,) in views:
        quoted = view.replace('"', '""')
        cursor = connection.execute(f'SELECT * FROM "{quoted}"')
        names = [column[0].lower() for column in cursor.description]
        assert len(names) == len(set(names))
        cursor.fetchall()


def passages_cover(
    connection: sqlite3.Connection, tables: dict[str, str], name: str, text: str
) -> None:
    """Passages are stretches of a text in order; what lies between is white space."""
    columns = 'id, start, "end", words'
    query = f"SELECT {columns} FROM {tables['passages']} WHERE text_name = ? ORDER BY id"
    behind = 0
    spans = connection.execute(
        f"""SELECT id, start, "end" FROM {tables["spans"]} WHERE text_name = ? ORDER BY id""",
        [name],
    ).fetchall()
    for number, start, end, words in connection.execute(query, [name]).fetchall():
        assert text[start:end] == words == words.strip()
        assert not text[behind:start].strip()
        behind = end
        linked = connection.execute(
            f"SELECT span FROM {tables['passage_spans']} WHERE passage = ? ORDER BY 1", [number]
        )
        assert [span for (span,) in linked] == [i for i, s, e in spans if s < end and e > start]
    assert not text[behind:].strip()


MAKERS: dict[str, Any] = {
    "case": lambda _: None,
    "toy": lambda root: make_toy(root).root,
    "odd": make_odd,
    "parquet": lambda root: bundles.make(root, "files", "parquet").root,
    **{form: lambda root, form=form: bundles.make(root, form).root for form in bundles.FORMS},
    "inline": lambda root: bundles.make(root, "column", "inline").root,
}


@pytest.mark.parametrize("maker", MAKERS)
def test_sqlite3_reads_the_values_spans_and_texts_of_the_package(
    maker: str, tmp_path: Path
) -> None:
    path = MAKERS[maker](tmp_path / "package")
    with database(path, tmp_path) as connection:
        same_as_package(connection, path)
        holds_together(connection)


@settings(max_examples=10, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(packages())
def test_sqlite3_reads_the_same_from_every_package_that_is_drawn(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place, "package")
        write(root, files)
        with database(root, Path(place)) as connection:
            same_as_package(connection, root)
            holds_together(connection)


def test_keys_and_constraints_of_the_release_are_declared_to_sqlite3(tmp_path: Path) -> None:
    with database(None, tmp_path) as connection:
        declared = connection.execute("PRAGMA foreign_key_list(claims)").fetchall()
        assert {(row[2], row[3], row[4]) for row in declared} == {
            ("actors", "claimant", "id"),
            ("actors", "claimant_alternative", "id"),
            ("actors", "stance_holder", "id"),
            ("quotes", "quote", "id"),
        }
        columns = connection.execute("PRAGMA table_info(claims)").fetchall()
        kinds = {name: (kind, null, key) for _, name, kind, null, _, key in columns}
        assert kinds["id"] == ("TEXT", 1, 1)
        assert kinds["start"] == ("INTEGER", 1, 0)
        assert kinds["claimant"] == ("TEXT", 0, 0)
        refused = [
            "UPDATE claims SET voice = 'nobody' WHERE id = 'c001'",
            "UPDATE claims SET id = NULL WHERE id = 'c001'",
            "UPDATE claims SET id = 'c002' WHERE id = 'c001'",
            "UPDATE claims SET start = \"end\" WHERE id = 'c001'",
            "UPDATE claims SET start = 'x' WHERE id = 'c001'",
            "UPDATE claims SET stance_start = 1 WHERE stance_start IS NULL",
            "UPDATE actors SET named = 2 WHERE id = 'bdi'",
            "UPDATE quote_parts SET position = 0 WHERE id = 'p001'",
        ]
        for statement in refused:
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
        connection.rollback()
        connection.execute("UPDATE claims SET quote = 'q999' WHERE id = 'c001'")  # deferred
        with pytest.raises(sqlite3.IntegrityError):
            connection.commit()


def test_search_for_german_words_leads_to_rows(tmp_path: Path) -> None:
    rows = """SELECT r.table_name, r.key FROM passages_fts f JOIN passage_rows r
        ON r.passage = f.rowid WHERE passages_fts MATCH ? AND r.table_name = 'technologies'"""
    with database(None, tmp_path) as connection:
        for words in ("straßenlaternen", "STRAẞENLATERNEN"):
            found = connection.execute(rows, [words]).fetchall()
            assert ("technologies", "smart-street-lights") in found
        assert connection.execute(rows, ["strassenlaternen"]).fetchall() == []
        hits = "SELECT words FROM passages_fts WHERE passages_fts MATCH ?"
        assert connection.execute(hits, ["ausführlich"]).fetchone()[0].startswith("Den Vertretern")
        assert connection.execute(hits, ["ausfuhrlich"]).fetchall() == []
        assert connection.execute(hits, ['"die besten lösungen"']).fetchall() == []
        assert len(connection.execute(hits, ['"die beste lösung"']).fetchall()) == 1
        by_row = """SELECT id FROM claims WHERE rowid IN
            (SELECT rowid FROM claims_fts WHERE claims_fts MATCH 'gloss : arrests')"""
        assert connection.execute(by_row).fetchall() == [("c001",)]
        connection.execute("INSERT INTO claims_fts (claims_fts) VALUES ('integrity-check')")


def test_search_without_diacritics_or_not_at_all(tmp_path: Path, toy: Folder) -> None:
    hits = "SELECT words FROM passages_fts WHERE passages_fts MATCH 'rio'"
    with database(toy.root, tmp_path, options={"diacritics": "remove"}) as connection:
        assert connection.execute(hits).fetchall() == [("🐦 En el río vimos dos garzas.",)]
    with database(toy.root, tmp_path, options={"search": "no"}, force=True) as connection:
        holds_together(connection)
        assert connection.execute("SELECT * FROM contents WHERE role = 'search'").fetchall() == []
    with pytest.raises(sc.NotFound, match="search: 'maybe' is none of yes, no"):
        exported(toy.root, "sqlite", tmp_path, options={"search": "maybe"}, force=True)


def test_views_join_rows_and_show_words_in_context(tmp_path: Path, toy: Folder) -> None:
    with database(toy.root, tmp_path) as connection:
        joined = "SELECT num, especie, especie__clave, especie__patas"
        joined += " FROM avistamientos_with_especie"
        assert connection.execute(joined).fetchall() == [
            ("a1", "garza", "garza", 2),
            ("a2", "garza", "garza", 2),
        ]
        shown = "SELECT num, field, left, exact, right, luz FROM avistamientos_in_context"
        assert connection.execute(shown).fetchall() == [
            ("a1", "palabras", "🐦 En el río vimos ", "dos garzas",
             ". «Nunca había visto una», dijo Inés.\nVimos otra garza.\n", "día"),
            ("a1", "dicho", "🐦 En el río vimos dos garzas. «", "Nunca había visto una",
             "», dijo Inés.\nVimos otra garza.\n", "día"),
            ("a2", "palabras", "vimos dos garzas. «Nunca había visto una», dijo Inés.\nVimos ",
             "otra garza", ".\n", None),
        ]  # fmt: skip


def test_the_descriptor_and_its_dictionary_are_in_the_file(tmp_path: Path) -> None:
    with database(None, tmp_path) as connection:
        (package,) = connection.execute(
            "SELECT name, version, citation, descriptor, descriptor_sha256 FROM package"
        )
        data = (ROOT / "datapackage.json").read_bytes()
        assert package[:2] == ("smartcity-case", "1.0.0")
        assert package[2] == citation(open_dataset(open_files(None)).package)
        assert package[3].encode() == data
        assert package[4] == hashlib.sha256(data).hexdigest()
        listed = json.loads(data)
        licences = connection.execute("SELECT title FROM licences WHERE resource IS NULL")
        assert [title for (title,) in licences] == [each["title"] for each in listed["licenses"]]
        of_text = "SELECT name FROM licences WHERE resource = 'article'"
        assert connection.execute(of_text).fetchall() == [("LicenseRef-rights-of-the-article",)]
        verbatim = """SELECT column_name FROM fields
            WHERE table_name = 'claims' AND verbatim ORDER BY position"""
        assert connection.execute(verbatim).fetchall() == [("stance_exact",), ("exact",)]
        term = "SELECT definition FROM terms WHERE column_name = 'voice' AND value = 'inferred'"
        assert "Nobody says it" in connection.execute(term).fetchone()[0]
        count = "SELECT rows FROM contents WHERE name = 'claims'"
        assert connection.execute(count).fetchall() == [(49,)]


def test_pandas_opens_it_as_the_docs_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = opened("sqlite", tmp_path, monkeypatch)
    assert "c049" in printed
    assert "dass die persönlichen Daten nicht an Huawei weitergegeben werden" in printed


def test_datasette_serves_tables_views_and_search(tmp_path: Path) -> None:
    file = exported(None, "sqlite", tmp_path)
    from datasette.app import Datasette

    async def fetch(*paths: str) -> list[Any]:
        served = Datasette([], immutables=[str(file)])
        answers = [await served.client.get(f"/case/{path}&_shape=array") for path in paths]
        assert [answer.status_code for answer in answers] == [200] * len(paths)
        return [answer.json() for answer in answers]

    table, view, search, found = asyncio.run(
        fetch(
            "claims.json?id=c001",
            "quotes_with_speaker.json?id=q003",
            "claims.json?_search=arrests",
            "passage_rows.json?_size=3",
        )
    )
    (row,) = table
    assert row["exact"] == "Während die USA Festnahmen von Huawei-Managern veranlasst"
    assert view[0]["speaker__name"]
    assert [row["id"] for row in search] == ["c001"]
    assert len(found) == 3


@pytest.mark.parametrize("maker", ["case", "files"])
def test_the_same_package_gives_the_same_bytes(maker: str, tmp_path: Path) -> None:
    path = MAKERS[maker](tmp_path / "package")
    first, second = (
        exported(path, "sqlite", tmp_path, threads=n, force=True).read_bytes() for n in (1, 2)
    )
    assert first == second


def test_a_text_that_is_withheld_leaves_its_spans(tmp_path: Path) -> None:
    root = tmp_path / "release"
    root.mkdir()
    copy_release(root)
    withheld = tmp_path / "withheld"

    assert main(["withhold", str(root), str(withheld)]) == 0
    with database(withheld, tmp_path, accept_unverifiable=True) as connection:
        same_as_package(connection, withheld)
        holds_together(connection)
        text = connection.execute("SELECT text, characters, sha256 FROM texts").fetchall()
        stated = "2e0850ca28742669992c92fc3de3f014bb9d7dd4054e8f6d68689c827174fe89"
        assert text == [(None, None, stated)]
        context = 'SELECT "left", exact, "right" FROM claims_in_context LIMIT 1'
        assert connection.execute(context).fetchall() == [(None, None, None)]


@pytest.mark.parametrize(
    ("kind", "keys"), [("boolean", ["true", "false"]), ("number", ["1e+300", "-0.0", "0.5"])]
)
def test_spans_lead_to_texts_whose_keys_sqlite_writes_otherwise(
    kind: str, keys: list[str], tmp_path: Path
) -> None:
    docs = {"name": "docs", "path": "d.csv", "schema": {"primaryKey": ["id"], "fields": [
        {"name": "id", "type": kind}, {"name": "body", "type": "string"}]}}  # fmt: skip
    of = {"start": "from", "end": "to", "source": "doc"}
    span = {
        "fields": of,
        "reference": {"resource": "docs", "fields": {"key": "id", "text": "body"}},
    }
    seen = {
        "name": "seen",
        "path": "s.csv",
        "schema": {
            "textSpans": [span],
            "fields": [
                {"name": "doc", "type": kind},
                *({"name": n, "type": "integer"} for n in ("from", "to")),
            ],
        },
    }
    files = {
        "d.csv": "id,body\n" + "".join(f"{key},Ja {n} Text\n" for n, key in enumerate(keys)),
        "s.csv": "doc,from,to\n" + "".join(f"{key},3,4\n" for key in keys),
    }
    with database(make_of(tmp_path / "p", docs, seen, files=files), tmp_path) as connection:
        found = connection.execute("SELECT text_name, exact FROM spans ORDER BY row").fetchall()
        assert found == [(f"docs/{key}", str(n)) for n, key in enumerate(keys)]
        context = connection.execute(
            'SELECT "left", exact, "right" FROM seen_in_context'
        ).fetchall()
        assert context == [("Ja ", str(n), " Text") for n in range(len(keys))]
        (links,) = connection.execute("SELECT count(*) FROM passage_spans").fetchone()
        assert links == len(keys)
        assert not connection.execute("PRAGMA foreign_key_check").fetchall()


def test_a_key_of_several_columns_leads_to_its_row_if_one_of_them_is_there(tmp_path: Path) -> None:
    rows = [["a", "1", None], ["b", "1", "2"], ["c", None, None]]
    targets = table_of("a", "id:string x:string y:string", *rows)
    key = refers("a", "x", "y", keys=("x", "y"))
    others = table_of("b", "id:string x:string y:string", *rows, foreignKeys=[key])
    with database(make_of(tmp_path / "p", targets, others), tmp_path) as connection:
        found = connection.execute("SELECT id, x_y__id FROM b_with_x_y").fetchall()
        assert found == [("a", "a"), ("b", "b"), ("c", None)]


def test_fields_called_like_what_fts5_has_are_searched_or_told(tmp_path: Path) -> None:
    kinds = "id:string v_fts:string rank:string free:any"
    package = make_of(tmp_path / "p", table_of("v", kinds, ["a", "eins", "zwei", "drei"]))
    done = sc.export(package, "sqlite", tmp_path / "case.sqlite")
    assert any("v.rank: no search in it" in note for note in done.notes)
    with closing(sqlite3.connect(tmp_path / "case.sqlite")) as connection:
        for word, count in (("eins", 1), ("zwei", 0), ("drei", 1)):
            query = "SELECT count(*) FROM v_fts_2 WHERE v_fts_2 MATCH ?"
            assert connection.execute(query, [word]).fetchone() == (count,)
