"""The spans of a package by the text they stand in, for formats that annotate texts.

A row may have several spans, in one text or in several. In each text the first
of them leads: it is the one to which references to the row go there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from smartcity_case.exporters.shared.keyed import BY_NUMBER, Identities, twins
from smartcity_case.exporters.shared.names import identifiers, row_name
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from smartcity_case.exporters.shared.material import Material, Row
    from smartcity_case.profile import ForeignKey, TableSchema

Pieces = tuple[tuple[int, int], ...]
_Identity = tuple["Hashable", ...]


class Mark(NamedTuple):
    """Where a row stands in a text: the stretches, from 0 in code points, half-open.

    `place` counts the rows of the table from 0; `declaration` is the place of
    the declaration in the schema's `textSpans`.
    """

    table: str
    declaration: int
    place: int
    row: Row
    text: str
    pieces: Pieces
    leads: bool


@dataclass
class Marks:
    """The spans of all rows of a package; what is in none is noted.

    `kept` says of a stretch of a text whether the format can hold it.
    """

    material: Material
    kept: Callable[[str], bool] = bool
    by_text: dict[str, list[Mark]] = field(default_factory=dict)
    _leading: dict[tuple[str, int, str], Mark] = field(default_factory=dict)
    _rows: dict[str, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for table, schema in self.material.tables.items():
            if schema.text_spans:
                self._read(table)
            else:
                self.material.note(f"{table}: a table without spans; its rows are in no file")

    def _read(self, table: str) -> None:
        without = 0
        rows = self._rows[table] = []
        for place, row in enumerate(self.material.rows(table)):
            rows.append(row)
            without += not row.spans
            for span in row.spans:
                words = (self.material.text(span.text) or "")[span.start : span.end]
                if not self.kept(words):
                    self.material.note(
                        f"{self.name(table, row)}: a span of nothing but white space is in no file"
                    )
                    continue
                first = (table, place, span.text) not in self._leading
                pieces = ((span.start, span.end),)
                mark = Mark(table, span.declaration, place, row, span.text, pieces, first)
                self._leading.setdefault((table, place, span.text), mark)
                self.by_text.setdefault(span.text, []).append(mark)
        if without:
            self.material.note(f"{table}: {counted(without, 'row')} without a span, in no file")

    def name(self, table: str, row: Row) -> str:
        """How a row is called; its number stands behind a key that several have."""
        if table not in self._twins:
            self._twins[table] = twins(self.material, table, BY_NUMBER)
        name = row_name(self.material, table, row)
        return f"{name}, row {row.number}" if row.key_cells in self._twins[table] else name

    @cached_property
    def _twins(self) -> dict[str, frozenset[tuple[str, ...]]]:
        return {}

    @cached_property
    def files(self) -> dict[str, str]:
        """What the files of each text are called, without their endings."""
        names = self.material.text_names
        return dict(zip(names, identifiers(names, also="-"), strict=True))

    def columns(self, table: str) -> set[str]:
        """The columns that are spans themselves, so that their values are no values of the row."""
        return self._columns[table]

    @cached_property
    def _columns(self) -> dict[str, set[str]]:
        return {
            table: {
                name
                for span in schema.text_spans
                for name in (span.fields.start, span.fields.end, span.fields.exact)
                if name is not None
            }
            for table, schema in self.material.tables.items()
        }

    def foreign_keys(self, table: str) -> list[tuple[ForeignKey, str, TableSchema]]:
        """The foreign keys of a table to one with spans, with its name and schema."""
        return self._foreign_keys[table]

    @cached_property
    def _foreign_keys(self) -> dict[str, list[tuple[ForeignKey, str, TableSchema]]]:
        tables = self.material.tables
        return {
            table: [
                (key, other, tables[other])
                for key in schema.foreign_keys
                if tables[other := key.target(table)].text_spans
            ]
            for table, schema in tables.items()
        }

    def targets(self, mark: Mark) -> Iterator[tuple[int, Mark]]:
        """The marks in the same text to which a row refers, with the number of the foreign key."""
        for number, (key, table, _) in enumerate(self.foreign_keys(mark.table)):
            identity = self._identities(mark.table, tuple(key.fields))(mark.row.values)
            places = self._places(table, tuple(key.reference.fields))
            found = [] if identity is None else places.get(identity, [])
            if found[1:]:
                self.material.note(
                    f"{table}: several rows have the same {', '.join(key.reference.fields)}; what "
                    "refers to them refers to the first that has a span in the same text"
                )
            leading = (self._leading.get((table, place, mark.text)) for place in found)
            target = next(filter(None, leading), None)
            if target is not None:
                yield number, target

    def _places(self, table: str, fields: tuple[str, ...]) -> dict[_Identity, list[int]]:
        """The places of the rows by what they are compared by in some fields."""
        if (table, fields) not in self._known:
            of, known = self._identities(table, fields), dict[_Identity, list[int]]()
            for place, row in enumerate(self._rows[table]):
                if (identity := of(row.values)) is not None:
                    known.setdefault(identity, []).append(place)
            self._known[table, fields] = known
        return self._known[table, fields]

    @cached_property
    def _known(self) -> dict[tuple[str, tuple[str, ...]], dict[_Identity, list[int]]]:
        return {}

    def _identities(self, table: str, fields: tuple[str, ...]) -> Identities:
        """What the rows of a table are compared by in some fields."""
        if (table, fields) not in self._compared:
            self._compared[table, fields] = Identities(self.material.tables[table], fields)
        return self._compared[table, fields]

    @cached_property
    def _compared(self) -> dict[tuple[str, tuple[str, ...]], Identities]:
        return {}
