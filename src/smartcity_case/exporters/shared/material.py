"""What an exporter is given: a package's tables, typed and streamed, their spans, the texts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from smartcity_case.errors import NotFound, UnreadablePackage, UnwritablePackage
from smartcity_case.exporters.shared.typed import convert_batch, planned, preferred, unfit, written
from smartcity_case.report import shorten
from smartcity_case.table import cell_text
from smartcity_case.texts import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smartcity_case.content import Content
    from smartcity_case.profile import Package, Resource, TableSchema
    from smartcity_case.reading import Progress, TableFile
    from smartcity_case.storage import Files
    from smartcity_case.table import Batch
    from smartcity_case.textspans import TextSpan

_KEPT = 24_000_000
"""Characters of decoded texts that are kept."""


class RowSpan(NamedTuple):
    """A span of a row: into which text, from where to where, and its words.

    `declaration` is the place of the declaration in the schema's `textSpans`;
    `text` the name of the text. `exact` is None if the text is withheld.
    Offsets count Unicode code points, from 0, half-open.
    """

    declaration: int
    text: str
    start: int
    end: int
    exact: str | None


class Row(NamedTuple):
    """A row: its number as a person sees it, typed values, spans, key.

    Missing values are None. A span that is empty in the row is not among its spans.
    `key_cells` are the cells of the primary key as they stand, none without one.
    """

    number: int
    values: dict[str, Any]
    spans: list[RowSpan]
    key_cells: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The key as one text, with slashes between its parts."""
        return "/".join(self.key_cells)


class SourceText(NamedTuple):
    """A text of the package: `name` is that of its resource, or `RESOURCE/KEY`.

    `path` is its file, "" if it stands in a cell; `text` is None if it is withheld.
    """

    name: str
    resource: str
    key: str
    path: str
    text: str | None


@dataclass
class Material:
    """A package on its way into another format; it is known to be valid.

    `options` are what was set for the format; `notes` is what an exporter could
    not carry, in words for a person.
    """

    content: Content
    options: Mapping[str, str] = field(default_factory=dict)
    threads: int = 1
    progress: Progress | None = None
    notes: list[str] = field(default_factory=list)
    _schemas: dict[str, pa.Schema] = field(default_factory=dict, init=False)
    _decoded: dict[str, str | None] = field(default_factory=dict, init=False)
    _size: int = field(default=0, init=False)
    """Characters of `_decoded`."""

    @property
    def package(self) -> Package:
        """The descriptor."""
        return self.content.package

    @property
    def files(self) -> Files:
        """The files of the package, for those who copy them as they are."""
        return self.content.files

    def note(self, text: str) -> None:
        """Note once what could not be carried."""
        if text not in self.notes:
            self.notes.append(text)

    def chosen(self, option: str, *allowed: str) -> str:
        """What was set for an option, of what is allowed; the first, if nothing was.

        Raises NotFound for anything else.
        """
        value = self.options.get(option, allowed[0])
        if value not in allowed:
            raise NotFound(f"{option}: {value!r} is none of {', '.join(allowed)}")
        return value

    @cached_property
    def tables(self) -> dict[str, TableSchema]:
        """The schemas of the tables by name, in the order of the descriptor."""
        files = self.content.table_files
        return {r.name: files[r.name].schema for r in self.package.resources if r.name in files}

    def resource(self, name: str) -> Resource:
        """The resource of a name; raises NotFound."""
        found = self.package.resource(name)
        if found is None:
            known = ", ".join(r.name for r in self.package.resources)
            raise NotFound(f"there is no resource {name!r}; there are {known}")
        return found

    def _table(self, name: str) -> TableFile:
        if name not in self.content.table_files:
            raise NotFound(f"there is no table {name!r}; there are {', '.join(self.tables)}")
        table = self.content.table_files[name]
        return replace(table, threads=self.threads, progress=self.progress, only=None)

    def arrow_schema(self, name: str) -> pa.Schema:
        """The names and Arrow types of a table's columns, in the order of its schema.

        The table is read once for it, if a type might not hold every value; such
        a column is one of strings, and that is noted.
        """
        if name not in self._schemas:
            self._schemas[name] = self._planned(self._table(name))
        return self._schemas[name]

    def _planned(self, table: TableFile) -> pa.Schema:
        fields = table.schema.fields
        if table.schema.fields_match in ("subset", "partial"):
            for label in table.labels():
                if label not in table.schema.names:
                    self.note(f"{table.name}.{label}: a column that the schema does not know")
        kinds = planned(table.schema)
        for each in fields:
            if kinds[each.name] == pa.string() != preferred(each):
                self.note(f"{table.name}.{each.name} is a column of text, since it has words")
        unsure = {name: kind for name, kind in kinds.items() if kind != pa.string()}
        if unsure:
            looked = replace(table, only=frozenset(unsure))
            as_text = written(table.schema, self._named_in(table.name))
            work = partial(unfit, schema=table.schema, kinds=unsure, as_text=as_text)
            for batch, found in looked.scan(work):
                for name, place, value in found:
                    if kinds[name] != pa.string():
                        kinds[name] = pa.string()
                        self.note(
                            f"{table.name}.{name} is a column of text, since row "
                            f"{int(batch.rows[place])} has {shorten(value)}, which is not the "
                            f"same as {unsure[name]}"
                        )
        return pa.schema([pa.field(name, kind) for name, kind in kinds.items()])

    def _named_in(self, name: str) -> set[str]:
        """The fields of a table of texts by which spans find them."""
        spans = (span for schema in self.tables.values() for span in schema.text_spans)
        targets = (s.reference.fields for s in spans if s.reference.resource == name)
        return {
            field for target in targets if target for field in (target.key, target.path) if field
        }

    def batches(self, name: str) -> Iterator[pa.RecordBatch]:
        """The rows of a table with the types of `arrow_schema`, some at a time, in order."""
        table, kinds = self._table(name), self.arrow_schema(name)
        work = partial(convert_batch, schema=table.schema, kinds=kinds)
        for _, made in self._scan(table, work):
            yield made

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a table in order, as values of Python, with their spans."""
        table, kinds = self._table(name), self.arrow_schema(name)
        spans = list(enumerate(table.schema.text_spans))
        work = partial(convert_batch, schema=table.schema, kinds=kinds)
        for batch, made in self._scan(table, work):
            records, sources = made.to_pylist(), _sources(batch, spans)
            keys = self._keys(batch)
            for place, values in enumerate(records):
                found = [
                    span
                    for number, declared in spans
                    if (span := self._span(number, declared, values, sources, place)) is not None
                ]
                yield Row(int(batch.rows[place]), values, found, keys[place])

    def _scan(self, table: TableFile, work: Any) -> Iterator[tuple[Batch, pa.RecordBatch]]:
        yield from table.scan(work)
        if not table.complete:
            raise UnreadablePackage(f"{table.name}: some of its rows cannot be read")

    def _keys(self, batch: Batch) -> list[tuple[str, ...]]:
        if not batch.key_fields:
            return [()] * len(batch)
        every = range(len(batch))
        return list(zip(*(batch.texts([name], every) for name in batch.key_fields), strict=True))

    def _span(
        self,
        number: int,
        declared: TextSpan,
        values: dict[str, Any],
        sources: dict[int, list[str]],
        place: int,
    ) -> RowSpan | None:
        start, end = values[declared.fields.start], values[declared.fields.end]
        if start is None:
            return None
        name = declared.reference.resource
        if number in sources:
            name = f"{name}/{sources[number][place]}"
        if declared.fields.exact is not None:
            exact = values[declared.fields.exact]
        else:
            text = self.text(name)
            exact = None if text is None else text[start:end]
        return RowSpan(number, name, int(start), int(end), exact)

    @cached_property
    def _places(self) -> dict[str, SourceText | bytes]:
        """The texts by name: where they are, or their bytes if they stand in cells."""
        return {text.name: text if data is None else data for text, data in self._listed()}

    def _found(self) -> Iterator[tuple[SourceText, bytes | None]]:
        """The texts without their words, in order; with the bytes of those in cells."""
        targets = {
            span.reference.resource: span.reference.fields
            for schema in self.tables.values()
            for span in schema.text_spans
        }
        for resource in self.package.resources:
            name, target = resource.name, targets.get(resource.name)
            if target is not None and name in self.content.table_files:
                reader = Reader(self.files, self.content.table_files[name], target)
                for _, texts in reader.read(check=False):
                    for each in texts:
                        data = each.data if not each.path else None
                        text = SourceText(f"{name}/{each.key}", name, each.key, each.path, None)
                        yield text, data
            elif name in targets or resource.kind == "text":  # or the table itself is withheld
                yield SourceText(name, name, "", "".join(resource.paths[:1]), None), None

    def _listed(self) -> Iterator[tuple[SourceText, bytes | None]]:
        """As `_found`; raises UnwritablePackage if two texts are called alike."""
        known = set[str]()
        for text, data in self._found():
            if text.name in known:
                raise UnwritablePackage(
                    f"two texts are called {text.name!r}, and an export could not tell them apart: "
                    f"a resource of this name and a key of a table, or two keys; rename one"
                )
            known.add(text.name)
            yield text, data

    @property
    def text_names(self) -> list[str]:
        """The names of the texts, in the order of `texts`, of which none is read for it."""
        return list(self._places)

    def texts(self) -> Iterator[SourceText]:
        """Every text that spans may point into, in order, and every other text of the package."""
        for text, data in self._listed():
            words = data.decode("utf-8") if data is not None else self._read(text)
            yield text._replace(text=words)

    def text(self, name: str) -> str | None:
        """The text of a name (`RESOURCE` or `RESOURCE/KEY`); None if it is withheld."""
        if name not in self._decoded:
            place = self._places.get(name)
            if isinstance(place, bytes):
                words: str | None = place.decode("utf-8")
            else:
                words = None if place is None else self._read(place)
            if self._size > _KEPT:
                self._decoded.clear()
                self._size = 0
            self._decoded[name] = words
            self._size += len(words or "")
        return self._decoded[name]

    def path(self, name: str) -> str:
        """The file of the text of a name, relative to the descriptor; "" without one."""
        place = self._places.get(name)
        return place.path if isinstance(place, SourceText) else ""

    def _read(self, text: SourceText) -> str | None:
        if text.key or text.name != text.resource:
            return self.content.file_text(text.path)
        return self.content.texts.get(text.resource)


def _sources(batch: Batch, spans: list[tuple[int, TextSpan]]) -> dict[int, list[str]]:
    """For each declaration into a table of texts, the keys that the rows refer to."""
    named = {n: s.fields.source for n, s in spans if s.fields.source is not None}
    return {n: list(map(cell_text, batch.columns[name].values())) for n, name in named.items()}
