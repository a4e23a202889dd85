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
    from smartcity_case.exporters.material import Material

FORMAT = Format(
    name="sqlite",
    title="SQLite",
    example="case.sqlite",
    writes="",
    loses=(),
    opened="",
    options=OPTIONS,
)

_SETTINGS = {
    "page_size": 4096,
    "encoding": "'UTF-8'",
    "auto_vacuum": 0,
    "journal_mode": "OFF",  # the file is moved to its place only when it is whole
    "synchronous": "OFF",
    "locking_mode": "EXCLUSIVE",
    "foreign_keys": "OFF",  # rows may refer to later ones; they are checked once all are in
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
    searches = make_search(connection, material, layout)
    describe(connection, material, layout, views, searches)
    connection.execute("ANALYZE")
    connection.execute("COMMIT")
    connection.execute("VACUUM")
    return frozenset()


def _clear(connection: sqlite3.Connection) -> None:
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (name,) in connection.execute(tables).fetchall():
        connection.execute(f"DROP TABLE {quoted(name)}")
