"""A loaded data package: tables as DataFrames, texts, and the way from row to words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from smartcity_case import citation, frames
from smartcity_case.authoring.withheld.restoring import is_withheld
from smartcity_case.checks.trace import read_span, text_name, trace_span
from smartcity_case.editions import restored_content
from smartcity_case.errors import NotFound, UnreadablePackage
from smartcity_case.profile import Package, Resource, TableSchema
from smartcity_case.render.display.overview import overview_html, overview_text
from smartcity_case.render.display.package import overview, text_language, text_rights
from smartcity_case.rowid import RowReference
from smartcity_case.selection import selected
from smartcity_case.text import Source, Span
from smartcity_case.traces import Passages, Trace
from smartcity_case.validation import read_content

if TYPE_CHECKING:
    import pandas as pd

    from smartcity_case.content import Content
    from smartcity_case.pictures import Pictures
    from smartcity_case.render.display.overview import Overview
    from smartcity_case.storage import Files
    from smartcity_case.table import Table
    from smartcity_case.textspans import TextSpan


Key: TypeAlias = "str | int | tuple[str, ...]"
"""The key of a row; of several columns with slashes between its parts, or as a tuple."""


class Placed(NamedTuple):
    """Where a span lies: the name of its text, and its offsets."""

    source: str
    span: Span


class Dataset(Mapping[str, "pd.DataFrame"]):
    """A data package in memory: a mapping from table names to DataFrames.

    >>> import smartcity_case as sc
    >>> sorted(sc.load())[:2]
    ['actors', 'claim_mentions']
    """

    def __init__(self, content: Content) -> None:
        self.package: Package = content.package
        self._content = content
        self._tables = content.tables
        self._frames: dict[str, pd.DataFrame] = {}
        self.sources = {name: Source(name, text) for name, text in content.texts.items()}
        self._texts: dict[str, Source | None] = {}
        self._facts: dict[str, tuple[str, str]] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """The DataFrame of a table; `attrs` has name, version, citation, licence."""
        if name not in self._frames:
            frame = frames.to_frame(self._table(name), self._schema(name))
            frame.attrs.update(self._attrs(name))
            self._frames[name] = frame
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(r.name for r in self.package.resources if r.name in self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, in the order of the descriptor."""
        return {name: self[name] for name in self}

    @cached_property
    def source(self) -> Source:
        """The text of the package, if it has exactly one; else NotFound."""
        if len(self.sources) != 1:
            known = ", ".join(self.sources) or "none"
            raise NotFound(f"the package has {len(self.sources)} texts ({known}); use `sources`")
        return next(iter(self.sources.values()))

    @property
    def files(self) -> Files:
        """The files of the package; what was read of them must not change any more."""
        return self._content.files

    @property
    def version(self) -> str:
        """The version of the data."""
        return self.package.version

    @property
    def citation(self) -> str:
        """One line to cite the package by."""
        return citation.citation(self.package)

    def resource(self, name: str) -> Resource:
        """The descriptor of a table's resource."""
        self._table(name)
        resource = self.package.resource(name)
        assert resource is not None
        return resource

    def span_columns(self, table: str) -> list[str]:
        """What its spans are called by, in the order declared: the column of words, or `start`.

        Spans whose words are withheld are called as they were before.
        """
        return self._schema(table).span_names

    @property
    def is_withheld(self) -> bool:
        """Whether texts, or words of them, are withheld from the package."""
        return is_withheld(self.package)

    def record(self, table: str, key: Key) -> dict[str, str]:
        """The cells of a row as they stand in the file.

        A key of several columns is one string with slashes between its parts,
        or a tuple of them.
        """
        return self._table(table).record(self._index(table, key))

    def trace(self, table: str, key: Key, column: str | None = None, context: int = 60) -> Trace:
        """The words that a row rests on, in their text.

        `column` chooses among several spans of a table by the column that holds
        the words, or by the one that holds the start; without it the first span
        is meant. `context` is the number of characters shown on each side.
        Raises NotFound for an unknown table, key or column, or for a row that
        has no such span.
        """
        return self._trace(
            table, self._index(table, key), self._declaration(table, column), context
        )

    def _trace(self, table: str, index: int, declaration: TextSpan, context: int) -> Trace:
        read = self._table(table)
        record, fields = read.record(index), declaration.fields
        source = self._source_of(declaration, record)
        name = read.at(index).key
        span = self._span(table, index, declaration)
        if span is None:
            raise NotFound(f"{table}/{name} has no words in {declaration.fields.column!r}")
        exact = record[fields.exact] if fields.exact else source.text[slice(*span)]
        judged = trace_span(source.text, span.start, span.end, exact)
        shown = Span(min(span.start, len(source)), min(span.end, len(source)))
        around = source.sentence(shown)
        language, rights = self._told(declaration)
        return Trace(
            table=table,
            key=name,
            source=source.name,
            span=span,
            exact=exact,
            verdict=judged.verdict,
            sentence=source.text[around.start : around.end],
            sentence_span=around,
            before=source.text[max(0, shown.start - context) : shown.start],
            after=source.text[shown.end : shown.end + context],
            candidates=judged.candidates,
            reference=self._reference(table, index, declaration),
            language=language,
            rights=rights,
        )

    def _told(self, declaration: TextSpan) -> tuple[str, str]:
        """The language of a text and what is stated of the rights in it, each read once."""
        name = declaration.reference.resource
        if name not in self._facts:
            resource = self.package.resource(name)
            assert resource is not None  # else the text would not have been found
            self._facts[name] = text_language(resource), text_rights(resource)
        return self._facts[name]

    def _reference(self, table: str, index: int, declaration: TextSpan) -> str:
        """The name of a row in a paper; the first of its spans goes without saying."""
        read, spans = self._table(table), self._schema(table).text_spans
        key = tuple(read.columns[name][index] for name in read.key_fields)
        if not key:
            return str(read.at(index))
        column = "" if declaration == spans[0] else self._called(table, declaration)
        name, version = self.package.name, self.package.version
        return str(RowReference(name, version if name else "", table, key, column))

    def placed(self, table: str, key: Key, column: str | None = None) -> Placed | None:
        """Where a span of a row lies, for which its text is not needed; None if it is empty."""
        index, declaration = self._index(table, key), self._declaration(table, column)
        span = self._span(table, index, declaration)
        record = self._table(table).record(index)
        return None if span is None else Placed(text_name(declaration, record), span)

    def spans_of(
        self, table: str, key: Key, column: str = ""
    ) -> Iterator[tuple[str, Placed, Trace | None]]:
        """The spans of a row: what each is called by, where it lies, and its words in their text.

        `column` chooses one of them. Where the text is withheld, there are no words.
        Raises NotFound if the one that is chosen is empty.
        """
        for name in [column] if column else self.span_columns(table):
            found = self.placed(table, key, name)
            if found is None and column:
                parts = key if isinstance(key, tuple) else (key,)
                row = RowReference("", "", table, tuple(map(str, parts)), column)
                raise NotFound(f"{row.short}: the row has no words in {column!r}")
            if found is not None:
                yield name, found, self._unless_withheld(table, key, name)

    def _unless_withheld(self, table: str, key: Key, column: str) -> Trace | None:
        try:
            return self.trace(table, key, column)
        except UnreadablePackage:
            if not self.is_withheld:
                raise
            return None

    def _span(self, table: str, index: int, declaration: TextSpan) -> Span | None:
        read, schema = self._table(table), self._schema(table)
        missing = schema.missing(schema.field(declaration.fields.start))
        try:
            return read_span(read.record(index), declaration, missing)
        except ValueError as error:
            where = read.at(index)
            raise UnreadablePackage(f"{where}: {error}; validate the package") from None

    def concordance(
        self,
        table: str,
        rows: pd.DataFrame | Iterable[Any] | None = None,
        column: str | None = None,
        width: int = 40,
    ) -> pd.DataFrame:
        """Key words in context: one line for each row that has words.

        `rows` selects: a part of the table's frame or of a join, a boolean Series
        over it, an array of true and false, or a list of keys; nothing selects
        every row. The columns are `key`, `left`, `exact`, `right`, `start` and
        `end`; line breaks in the context are shown as spaces. `width` counts
        characters on each side. A row whose span is empty has no line. Raises
        NotFound for an unknown key or column.
        """
        import pandas as pd

        declaration, lines = self._declaration(table, column), []
        for index in self._selected(table, rows):
            try:
                trace = self._trace(table, index, declaration, width)
            except NotFound:  # a row without this span; the text is there
                continue
            left, right = (_one_line(part) for part in (trace.before, trace.after))
            lines.append((trace.key, left, trace.exact, right, trace.span.start, trace.span.end))
        names = ["key", "left", "exact", "right", "start", "end"]
        texts = dict.fromkeys(names[:4], "string")
        offsets = dict.fromkeys(names[4:], "Int64")
        frame = pd.DataFrame(lines, columns=names).astype(texts | offsets)
        frame.attrs.update(self._attrs(table))
        return frame

    def passages(
        self,
        table: str,
        rows: pd.DataFrame | Iterable[Any] | None = None,
        column: str | None = None,
    ) -> Passages:
        """The words of rows, each in its sentence, for reading in a notebook or a terminal.

        `rows` selects as in `concordance`, `column` chooses among several spans
        as in `trace`. Rows whose span is empty, and those whose text is
        withheld, are counted. Raises NotFound for an unknown key or column.

        >>> import smartcity_case as sc
        >>> case = sc.load()
        >>> critical = case.passages("claims", case.claims["stance"] == "critical", "stance_exact")
        >>> critical[0].marked
        '[Nicht alle sind von dem Plan begeistert]'
        """
        declaration = self._declaration(table, column)
        found: list[Trace] = []
        without = withheld = 0
        for index in self._selected(table, rows):
            try:
                found.append(self._trace(table, index, declaration, context=60))
            except NotFound:  # a row without this span
                without += 1
            except UnreadablePackage:
                if not self.is_withheld:
                    raise
                withheld += 1
        called = self._called(table, declaration)
        return Passages(table, called, tuple(found), without, withheld)

    def _called(self, table: str, declaration: TextSpan) -> str:
        """What a span is called by, as in `span_columns`."""
        return self.span_columns(table)[self._schema(table).text_spans.index(declaration)]

    def spans_in(self, text: str | None = None) -> tuple[Source, dict[str, list[list[Span]]]]:
        """A text, and where the rows of each table with spans lie in it.

        Each table has a list for each of its rows that lie in the text, with
        the row's spans. `text` is the name of a text, as `trace(…).source`
        has it; without it the package must have exactly one. Raises NotFound
        for any other, and UnreadablePackage for a text that is not there.
        """
        name = self.source.name if text is None else text
        source = self.sources.get(name)
        found: dict[str, list[list[Span]]] = {}
        for table in self:
            declarations = self._schema(table).text_spans
            rows = found.setdefault(table, []) if declarations else []
            for index in range(len(self._table(table))) if declarations else ():
                record, spans = self._table(table).record(index), []
                for declaration in declarations:
                    span = self._span(table, index, declaration)
                    if span is not None and text_name(declaration, record) == name:
                        source = source or self._source_of(declaration, record)
                        spans.append(span)
                if spans:
                    rows.append(spans)
        if source is None:
            known = ", ".join(self.sources) or "none by that name"
            raise NotFound(f"no row has words in a text {name!r}; texts: {known}")
        return source, found

    @property
    def pictures(self) -> Pictures:
        """Pictures of the data, one call each."""
        from smartcity_case.pictures import Pictures

        return Pictures(self)

    def __repr__(self) -> str:
        return overview_text(self._overview())

    def _repr_html_(self) -> str:
        return overview_html(self._overview())

    def _overview(self) -> Overview:
        tables = {r.name: self._tables.get(r.name) for r in self.package.resources}
        return overview(
            type(self).__name__,
            self.package,
            {name: t if t is None or t.complete else None for name, t in tables.items()},
            self.sources,
            self.citation,
        )

    def _selected(self, table: str, rows: Any) -> list[int]:
        return selected(table, self._table(table).key_fields, self[table], rows)

    def _attrs(self, table: str) -> dict[str, str]:
        return {
            "name": self.package.name,
            "table": table,
            "version": self.package.version,
            "citation": self.citation,
            "licence": citation.licence(self.package),
        }

    def _table(self, name: str) -> Table:
        if name not in self._tables:
            known = ", ".join(self._tables)
            raise NotFound(f"there is no table {name!r}; there are {known}")
        table = self._tables[name]
        if not table.complete:
            raise UnreadablePackage(
                f"{table.path}: some of its rows cannot be read; validate the package"
            )
        return table

    def _schema(self, name: str) -> TableSchema:
        schema = self.resource(name).table_schema
        assert isinstance(schema, TableSchema)  # else the table would not have been read
        return schema

    def _source_of(self, declaration: TextSpan, record: Mapping[str, str]) -> Source:
        """The text that a record refers to; those of a table of texts are read when needed."""
        name = text_name(declaration, record)
        if declaration.fields.source is not None:
            key = record[declaration.fields.source]
            if name not in self._texts:
                text = self._content.source(declaration, key)
                self._texts[name] = None if text is None else Source(name, text)
            source = self._texts[name]
        else:
            source = self.sources.get(name)
        if source is None and is_withheld(self.package):
            raise UnreadablePackage(
                f"the text {name!r} is withheld; give it: sources={{{name!r}: FILE}}, "
                f"--source {name}=FILE"
            )
        if source is None:
            raise UnreadablePackage(f"the text {name!r} cannot be read; validate the package")
        return source

    def _declaration(self, table: str, column: str | None) -> TextSpan:
        schema = self._schema(table)
        if column is None and schema.text_spans:
            return schema.text_spans[0]
        called = schema.span_names
        starts = [span.fields.start for span in schema.text_spans]
        for names in (called, starts):  # what has the words comes first
            if column in names:
                return schema.text_spans[names.index(column)]
        known = ", ".join(called) or "none"
        asked = f" whose words are in {column!r}" if column else ""
        raise NotFound(f"{table!r} has no span{asked}; there are: {known}")

    def _index(self, table: str, key: Key) -> int:
        read = self._table(table)
        parts = zip(*(read.columns[name] for name in read.key_fields), strict=True)
        keys: list[Any] = list(parts) if isinstance(key, tuple) else list(map("/".join, parts))
        wanted = key if isinstance(key, tuple) else str(key)
        if wanted in keys:
            return keys.index(wanted)
        shown = "/".join(key) if isinstance(key, tuple) else key
        near = "its schema has no primaryKey, so that its rows have no names"
        if read.key_fields and not len(read):
            near = "it has no rows"
        elif read.key_fields:
            # In one string a key with a slash looks like one of two parts.
            columns = [read.columns[name] for name in read.key_fields]
            rows = list(zip(*columns, strict=True))
            like = next((row for row in rows if "/".join(row) == shown), rows[0])
            near = f"its keys are like {'/'.join(like)!r}"
            written = RowReference("", "", table, like).short
            if isinstance(key, tuple) and written != "/".join((table, *like)):
                near += f", which is written {written}"
        raise NotFound(f"{table} has no row with the key {shown!r}; {near}")


def _one_line(words: str) -> str:
    return " ".join(words.split("\n")).replace("  ", " ")


def open_dataset(files: Files) -> Content:
    """The content of a package, or UnreadablePackage if its descriptor is broken.

    The words of a withheld package are restored if texts were given for it.
    """
    content = read_content(files)
    if content is None:
        raise UnreadablePackage(
            f"the descriptor of {files.root} cannot be read; `smartcity-case validate` says why"
        )
    if not files.given or not is_withheld(content.package):
        return content
    return restored_content(content)[0]
