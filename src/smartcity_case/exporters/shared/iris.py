"""What rows, their spans and texts are called in formats that ask for identifiers.

A row is called by its `RowReference`: a relative IRI, since a package has no
address. What IRIs do not allow is percent-encoded on top, which a reader of
references undoes. A span has the column of its words behind that. Between them
stands `;` where identifiers are IRIs, and not the colon of a reference: readers
of JSON-LD take whatever has a colon for absolute. A table without a primary key
has no references; its rows are counted from 1, as `NAME@VERSION#TABLE;row=1`,
which nothing but the same export understands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smartcity_case.exporters.shared.keyed import BY_NUMBER, twins
from smartcity_case.exporters.shared.names import percent
from smartcity_case.profile import TableSchema
from smartcity_case.rowid import RowReference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smartcity_case.exporters.shared.material import Material, Row, RowSpan
    from smartcity_case.profile import Package
    from smartcity_case.textspans import TextSpan

# What RFC 3987 does not allow as it stands, and RowReference leaves.
_NO_IRI = re.compile(r'[<>"{}|\\^`?;\[\]\ue000-\uf8ff\ufdd0-\ufdef\ufff0-\uffff]')
_NO_PATH = re.compile(r"[^\w/.~-]|[\ue000-\uf8ff]")
_NO_WEB = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f-\xa0]')
_PLAIN = re.compile("[A-Za-z0-9_.-]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True)
class Names:
    """How the rows of a table are called, and their spans.

    `table` is the IRI of the table, `columns` the names of the spans of a row,
    one for each declaration; `mark` stands before them. `shared` are the keys that
    several rows have, as they are written.
    """

    table: str
    columns: tuple[str, ...]
    mark: str
    shared: frozenset[tuple[str, ...]] = frozenset()

    def row(self, row: Row, place: int) -> str:
        """The IRI of a row, which is the `place`-th of its table."""
        if not row.key_cells:
            return f"{self.table}{self.mark}row={place}"
        called = "/".join((self.table, *map(_part, row.key_cells)))
        return f"{called}{self.mark}row={place}" if row.key_cells in self.shared else called

    def span(self, row: str, span: RowSpan) -> str:
        """The IRI of one of the spans of a row, whose IRI is given."""
        return f"{row}{self.mark}{_part(self.columns[span.declaration])}"


def names_of(material: Material, table: str, mark: str = ";") -> Names:
    """How the rows of a table are called; without a primary key that is noted."""
    schema = material.tables[table]
    if not schema.primary_key:
        material.note(f"{table}: it has no primary key, so that its rows are called by number")
    shared = twins(material, table, BY_NUMBER)
    return Names(resource_iri(material, table), _columns(schema.text_spans), mark, shared)


def _columns(declared: Sequence[TextSpan]) -> tuple[str, ...]:
    """A name for each span of a row: the column of its words, or else of its start."""
    found: list[str] = []
    for span in declared:
        name = span.fields.column
        again = 2
        while (column := name if name not in found else f"{name} {again}") in found:
            again += 1
        found.append(column)
    return tuple(found)


def package_iri(package: Package) -> str:
    """The relative IRI of a release: `NAME@VERSION`.

    >>> from smartcity_case.profile import Package
    >>> package_iri(Package.model_validate({"name": "aves", "version": "0.1.0",
    ...                                     "resources": [{"name": "a", "path": "a.csv"}]}))
    'aves@0.1.0'
    """
    version = f"@{_part(package.version)}" if package.version else ""
    return _part(package.name) + version


def resource_iri(material: Material, name: str) -> str:
    """The IRI of a table."""
    return f"{package_iri(material.package)}#{_part(name)}"


def text_iri(material: Material, name: str) -> str:
    """The relative IRI of a text: the path of its file, or the cell in which it stands."""
    path = material.path(name)
    if path:
        return path_iri(path)
    table, fields = next(
        (span.reference.resource, span.reference.fields)
        for schema in material.tables.values()
        for span in schema.text_spans
        if span.reference.fields and name.startswith(f"{span.reference.resource}/")
    )
    whole, key = resource_iri(material, table), _part(name[len(table) + 1 :])
    if _primary(material, table) == [fields.key]:
        return f"{whole}/{key};{_part(fields.text or '')}"
    return f"{whole};{_part(fields.key)}={key}"


def _primary(material: Material, table: str) -> list[str]:
    """The primary key of a table, which may itself be withheld."""
    schema = material.tables.get(table) or material.resource(table).table_schema
    return schema.primary_key if isinstance(schema, TableSchema) else []


def path_iri(path: str) -> str:
    """A path of the package, or an address, as an IRI.

    >>> path_iri("texts/Größe 1.txt"), path_iri("https://example.org/a?b=c d")
    ('texts/Größe%201.txt', 'https://example.org/a?b=c%20d')
    """
    return (_NO_WEB if _SCHEME.match(path) else _NO_PATH).sub(_percent, path)


def _part(text: str) -> str:
    """A name as a part of a reference, and of an IRI."""
    if _PLAIN.fullmatch(text):
        return text
    return _NO_IRI.sub(_percent, RowReference("", "", text, ("",)).short[:-1])


def _percent(match: re.Match[str]) -> str:
    return percent(match[0])
