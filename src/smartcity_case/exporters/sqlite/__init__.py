"""One SQLite file: tables with their keys, texts and spans as rows, views, full-text search."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from smartcity_case.errors import UnwritablePackage
from smartcity_case.exporters.format import Format
from smartcity_case.exporters.sqlite.about import describe
from smartcity_case.exporters.sqlite.layout import Dropped, plan
from smartcity_case.exporters.sqlite.load import Unfit, check_references, load_tables
from smartcity_case.exporters.sqlite.search import OPTIONS, check_options, make_search
from smartcity_case.exporters.sqlite.sources import load_sources
from smartcity_case.exporters.sqlite.sql import quoted
from smartcity_case.exporters.sqlite.views import make_views

if TYPE_CHECKING:
    from smartcity_case.exporters.format import Place
    from smartcity_case.exporters.shared.material import Material

FORMAT = Format(
    name="sqlite",
    title="SQLite",
    example="case.sqlite",
    writes=(
        "One file with a table for each table of the package: its columns in their order, keys, "
        "foreign keys, and as CHECKs what SQLite can check; rowid is the number of a row. Beside "
        "them `texts`; `spans`, all of them as rows (table_name, row, key, text_name, start, end, "
        "exact), counted as substr(text, start + 1, end - start) counts; views "
        "`TABLE_with_FIELD` for each foreign key, with the other row's columns as FIELD__COLUMN, "
        "and `TABLE_in_context` with the words between what stands left and right of them; "
        "`package`, `licences`, `contents`, `fields` and `terms` for what the descriptor says. "
        "Full-text search (FTS5): `passages_fts` over the texts, line by line and sentence by "
        "sentence, from which `passage_rows` leads to the rows, and `TABLE_fts` over the columns "
        "of text of a table. `datasette -i case.sqlite` shows it all in a browser; in R "
        '`DBI::dbReadTable(DBI::dbConnect(RSQLite::SQLite(), "case.sqlite"), "TABLE")` reads a '
        "table (it was not run)."
    ),
    loses=(
        "how a cell is written: a number is a number (1.50 is 1.5, -0.0 is 0.0), a boolean 0 or "
        "1; which missing value a cell had is lost, each is NULL",
        "types that SQLite has not: dates are text (2018-12-03), and so is all else that is no "
        "integer, number or boolean; `fields` has the types of the package",
        "constraints that SQLite cannot check, such as patterns: they stand in `fields`",
        "STRICT tables, with which no SQLite before 3.37 opens the file; CHECKs hold the types",
        "in the search, what is not written alike: Strasse does not find Straße, nor Uber Über "
        "(but with diacritics=remove), and a decomposed letter not a composed one; sentences are "
        "told apart by their marks, which some abbreviations mislead",
        "in the search, columns called rank or rowid, which FTS5 has itself",
        "files that are neither tables nor texts",
    ),
    opened=(
        "import sqlite3\n\n"
        "import pandas as pd\n\n"
        'case = sqlite3.connect("case.sqlite")\n'
        "found = \"SELECT rowid FROM passages_fts WHERE passages_fts MATCH 'Daten'\"\n"
        'rows = f"SELECT table_name, key, exact FROM passage_rows WHERE passage IN ({found})"\n'
        "print(pd.read_sql(rows, case).to_string())"
    ),
    read_by="sqlite3, pandas, Datasette",
    options=OPTIONS,
)

_SETTINGS = {
    "page_size": 4096,
    "encoding": "'UTF-8'",
    "auto_vacuum": 0,
    "journal_mode": "MEMORY",  # OFF could not take back an index that turns out not to be unique
    "synchronous": "OFF",  # the file is moved to its place only when it is whole
    "locking_mode": "EXCLUSIVE",
    "foreign_keys": "OFF",  # rows may refer to later ones; they are checked once all are in
    "ignore_check_constraints": "ON",  # likewise
    "cache_size": -128_000,
}

_OF_THE_SYSTEM = {
    *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM),
    *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_TOOBIG),
}
"""What is no mistake of ours: no room, say."""


def export(material: Material, place: Place) -> None:
    """Write the database.

    What SQLite takes for a fault, though the package is valid, is not declared,
    and noted; then all is made once more.
    """
    check_options(material)
    connection = sqlite3.connect(place.at(), isolation_level=None)
    try:
        for name, value in _SETTINGS.items():
            connection.execute(f"PRAGMA {name} = {value}")
        dropped: Dropped = frozenset()
        while more := _make(connection, material, dropped):
            dropped |= more
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _OF_THE_SYSTEM:
            raise
        raise UnwritablePackage(f"SQLite could not write: {error}") from error
    finally:
        connection.close()


def _make(connection: sqlite3.Connection, material: Material, dropped: Dropped) -> Dropped:
    """Make the database; what is not to be declared, if it cannot be made so."""
    most = connection.getlimit(sqlite3.SQLITE_LIMIT_COLUMN)
    layout = plan(material, dropped, most)
    connection.execute("BEGIN")
    try:
        load_tables(connection, material, layout)
        check_references(connection, layout)
    except Unfit as unfit:
        material.note(unfit.why)
        _clear(connection)
        connection.execute("COMMIT")
        return unfit.what
    load_sources(connection, material, layout)
    views = make_views(connection, material, layout, most)
    searches = make_search(connection, material, layout, most)
    describe(connection, material, layout, views, searches)
    connection.execute("ANALYZE")
    connection.execute("COMMIT")
    if dropped:  # a first try may have left free pages
        connection.execute("VACUUM")
    return frozenset()


def _clear(connection: sqlite3.Connection) -> None:
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (name,) in connection.execute(tables).fetchall():
        connection.execute(f"DROP TABLE {quoted(name)}")
