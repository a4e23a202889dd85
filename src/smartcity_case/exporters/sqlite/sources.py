"""The texts, the spans of all tables as rows of one, and the passages in which they stand."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from smartcity_case.exporters.sqlite.layout import ROWID
from smartcity_case.exporters.sqlite.load import make_index
from smartcity_case.exporters.sqlite.sql import literal, quoted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from smartcity_case.exporters.shared.material import Material, SourceText
    from smartcity_case.exporters.sqlite.layout import Layout, Table
    from smartcity_case.textspans import TextSpan

_NUL_SHOWN = "␀"

_TEXTS = """CREATE TABLE {texts} (
  name TEXT NOT NULL PRIMARY KEY,
  resource TEXT NOT NULL,
  "key" TEXT NOT NULL,
  path TEXT NOT NULL,
  text TEXT,
  countable TEXT,
  characters INTEGER,
  sha256 TEXT
)"""

_PASSAGES = """CREATE TABLE {passages} (
  id INTEGER PRIMARY KEY,
  text_name TEXT NOT NULL REFERENCES {texts} (name),
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  words TEXT NOT NULL
)"""

_SPANS = """CREATE TABLE {spans} (
  id INTEGER PRIMARY KEY,
  table_name TEXT NOT NULL,
  row INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  declaration INTEGER NOT NULL,
  field TEXT NOT NULL,
  text_name TEXT NOT NULL{reference},
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  exact TEXT,
  CHECK (0 <= start AND start < "end")
)"""

_LINKS = """CREATE TABLE {passage_spans} (
  passage INTEGER NOT NULL REFERENCES {passages} (id),
  span INTEGER NOT NULL REFERENCES {spans} (id),
  PRIMARY KEY (passage, span)
) WITHOUT ROWID"""

# From the last passage that begins before the span to the last one before its end.
_LINK = """INSERT INTO {passage_spans} SELECT p.id, s.id FROM {spans} s CROSS JOIN {passages} p
ON p.text_name = s.text_name AND p.start < s."end" AND p."end" > s.start AND p.start >= coalesce(
  (SELECT max(b.start) FROM {passages} b WHERE b.text_name = s.text_name AND b.start <= s.start), 0)
ORDER BY p.id, s.id"""

_ROWS = """CREATE VIEW {passage_rows} AS SELECT p.id AS passage, p.words, s.table_name, s.row,
  s."key", s.field, s.text_name, s.start, s."end", s.exact
FROM {passages} p JOIN {passage_spans} l ON l.passage = p.id JOIN {spans} s ON s.id = l.span"""


def load_sources(connection: sqlite3.Connection, material: Material, layout: Layout) -> None:
    """Make and fill the tables of texts, passages and spans."""
    own = {role: quoted(name) for role, name in layout.own.items()}
    # Of a table of texts that is withheld nobody knows the names.
    same = all(_is_there(layout, table) for table in layout.tables.values())
    own["reference"] = f" REFERENCES {own['texts']} (name)" if same else ""
    for statement in (_TEXTS, _PASSAGES, _SPANS, _LINKS, _ROWS):
        connection.execute(statement.format_map(own))
    for text in material.texts():
        connection.execute(f"INSERT INTO {own['texts']} VALUES ({_marks(8)})", _row(material, text))
        found = ((text.name, start, end, words) for start, end, words in passages(text.text or ""))
        columns = '(text_name, start, "end", words)'
        connection.executemany(
            f"INSERT INTO {own['passages']} {columns} VALUES ({_marks(4)})", found
        )
    make_index(connection, layout, layout.own["passages"], ("text_name", "start"), "UNIQUE ")
    connection.create_function("words_of", 3, _words_of(material))
    for table in layout.tables.values():
        if any(span.fields.source for span in table.schema.text_spans):
            _load_spans(connection, material, table, own["spans"])
        elif table.schema.text_spans:
            connection.execute(_insert_spans(table, own["spans"]))
    make_index(connection, layout, layout.own["spans"], ("text_name", "start", "end"))
    make_index(connection, layout, layout.own["spans"], ("table_name", "row"))
    connection.execute(_LINK.format_map(own))


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _is_there(layout: Layout, table: Table) -> bool:
    """Whether the tables of texts are there into which spans point."""
    return all(
        span.reference.resource in layout.tables
        for span in table.schema.text_spans
        if span.fields.source is not None
    )


def _row(material: Material, text: SourceText) -> tuple[Any, ...]:
    """A row of the table of texts.

    SQLite's `substr` and `length` stop at a NUL; the text in which they can count has a
    sign for each.
    """
    words = text.text
    head = (text.name, text.resource, text.key, text.path, words)
    if words is None:
        said = material.resource(text.resource).hash if text.name == text.resource else ""
        return (*head, None, None, said.removeprefix("sha256:") if "sha256:" in said else None)
    countable = None
    if "\0" in words:
        countable = words.replace("\0", _NUL_SHOWN)
        material.note(
            f"the text {text.name!r} has a NUL, where substr() and length() stop: they count in "
            f"the column `countable`, which has {_NUL_SHOWN} for it"
        )
    return (*head, countable, len(words), hashlib.sha256(words.encode()).hexdigest())


def _words_of(material: Material) -> Any:
    def words_of(name: str, start: int, end: int) -> str | None:
        text = material.text(name)
        return None if text is None else text[start:end]

    return words_of


_COLUMNS = 'table_name, row, "key", declaration, field, text_name, start, "end", exact'


def _load_spans(
    connection: sqlite3.Connection, material: Material, table: Table, spans: str
) -> None:
    """Write the spans of a table, one by one.

    What names their texts may be no text in the table, and SQLite writes 1e+300 as
    1.0e+300: only the package has the names as they are.
    """
    fields = [span.fields.column for span in table.schema.text_spans]
    key = f"(SELECT {_key(table)} FROM {quoted(table.name)} WHERE {ROWID} = ?2)"
    made = (
        (
            *(table.name, number, span.declaration, fields[span.declaration]),
            *(span.text, span.start, span.end, span.exact),
        )
        for number, row in enumerate(material.rows(table.resource), 1)
        for span in row.spans
    )
    values = f"?1, ?2, {key}, ?3, ?4, ?5, ?6, ?7, ?8"
    connection.executemany(f"INSERT INTO {spans} ({_COLUMNS}) VALUES ({values})", made)


def _insert_spans(table: Table, spans: str) -> str:
    """The statement that copies the spans of a table, row by row."""
    selects = [
        _select_spans(table, number, span) for number, span in enumerate(table.schema.text_spans)
    ]
    order = "ORDER BY 2, 4" if selects[1:] else f"ORDER BY {ROWID}"
    return f"INSERT INTO {spans} ({_COLUMNS}) {' UNION ALL '.join(selects)} {order}"


def _select_spans(table: Table, number: int, span: TextSpan) -> str:
    column = {name: quoted(each.name) for name, each in table.by_field.items()}
    start, end = column[span.fields.start], column[span.fields.end]
    text = literal(span.reference.resource)
    exact = column[span.fields.exact] if span.fields.exact else f"words_of({text}, {start}, {end})"
    values = (
        literal(table.name),
        ROWID,
        _key(table),
        str(number),
        literal(span.fields.column),
        text,
        start,
    )
    return (
        f"SELECT {', '.join(values)}, {end}, {exact} FROM {quoted(table.name)} "
        f"WHERE {start} IS NOT NULL"
    )


def _key(table: Table) -> str:
    """The key of a row as one text, as SQL: its parts with slashes between."""
    parts = []
    for name in table.schema.primary_key:
        column = table.by_field[name]
        part = f"CAST({quoted(column.name)} AS TEXT)"
        if column.is_boolean:
            part = f"CASE {quoted(column.name)} WHEN 1 THEN 'true' ELSE 'false' END"
        parts.append(part)
    return " || '/' || ".join(parts) or "''"


_CLOSING = "\"'“”‘’«»‹›」』)\\]}"
_OPENING = "\"'“”„‘‚«»‹›「『([{¿¡–—-"
_CUT = re.compile(rf"([.!?…]+)[{_CLOSING}]*(\s+)|[。！？]+[{_CLOSING}]*|[\n\r\v\f\x85\u2028\u2029]")
_SHORT = re.compile(r"(?:^|[^\w])(?:[^\W\d]|\d{1,2})$")
"""One letter or a number as that of a day: its full stop may end no sentence."""
_LINES = frozenset("\n\r\v\f\x85\u2028\u2029")


def passages(text: str) -> Iterator[tuple[int, int, str]]:
    r"""Where each passage of a text begins and ends, with its words.

    A passage is a line, cut at what looks like the end of a sentence; white space
    between two belongs to none.

    >>> [words for _, _, words in passages("Am 3. Mai, z. B. „hier“. Dort auch!\n\nWo?")]
    ['Am 3. Mai, z. B. „hier“.', 'Dort auch!', 'Wo?']
    """
    begun = 0
    for cut in _CUT.finditer(text):
        if _ends(text, cut):
            yield from _stripped(text, begun, cut.end())
            begun = cut.end()
    yield from _stripped(text, begun, len(text))


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    part = text[start:end]
    words = part.strip()
    if words:
        start += part.index(words[0])
        yield start, start + len(words), words


def _ends(text: str, cut: re.Match[str]) -> bool:
    """Whether a sentence ends here, or a line."""
    mark, space = cut[1], cut[2]
    if mark is None or not _LINES.isdisjoint(space):
        return True
    if mark == "." and _SHORT.search(text, max(0, cut.start() - 3), cut.start()):
        return False
    place = cut.end()
    while place < len(text) and text[place] in _OPENING:
        place += 1
    follows = text[place : place + 1]
    return not (follows.islower() or follows.isdigit())
