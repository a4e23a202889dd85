"""Statements as Discourse Network Analyzer (DNA) lists them, for discourse network analysis.

The columns are those of the "event list" that DNA 3 exports, by their names and
in their order, with the variables of its statement type "DNA Statement" (person,
organization, concept, agreement), as `eventCSV` in `Exporter.java` of its source
writes them (github.com/leifeld/dna): semicolons between, text in quotation
marks, `agreement` as 1 or 0. Behind them stand `start` and `stop`, named as in
the data frame of `dna_getStatements` in its R package rDNA, which the event list
lacks, and `row`. DNA is a Java program: its positions in a text count UTF-16
code units, and so do ours here.

DNA itself turns `;` into `,` and `"` into `'` in what it exports. Here nothing is
changed: a quotation mark in a cell is doubled, as RFC 4180 has it.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.errors import NotFound
from smartcity_case.exporters.format import Format
from smartcity_case.exporters.shared import statements
from smartcity_case.exporters.shared.keyed import twins
from smartcity_case.exporters.shared.names import row_name
from smartcity_case.exporters.shared.provenance import NamedSource, sources
from smartcity_case.report import counted
from smartcity_case.table import cell_text
from smartcity_case.text import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smartcity_case.exporters.format import Place
    from smartcity_case.exporters.shared.material import Material, SourceText
    from smartcity_case.exporters.shared.statements import Actor, Statement
    from smartcity_case.profile import Package, Resource

FORMAT = Format(
    name="dna",
    title="Statements for Discourse Network Analyzer",
    example="case-dna.csv",
    writes=(
        "A row for each statement of an actor, in the columns of the event list of Discourse "
        "Network Analyzer 3 (UTF-8, semicolons): statement ID, time, document ID, document title, "
        "author, source, section, type, text, person, organization, concept, agreement (1 or 0). "
        "Then `start` and `stop`, the place of the words in UTF-16 code units, as the positions "
        "of DNA count, and `row`, the name of the row in the package. A person stands in `person`, "
        "with the organization told for him; any other actor in `organization`. The time is that "
        "of the document, and empty if no day is known: none is made up."
    ),
    loses=(
        "rows that are no statements: without actor or concept, that fail `where`, or that take "
        "no side. How many, and why, is said when it is written",
        "every span of a row but the first, and every other column",
        "who could be meant instead of an actor, and how certain it is",
        "keys, types, vocabularies with what a concept means, constraints, licences"
        ": the descriptor has them",
        "the texts, which DNA wants as documents of its own, and files that are neither tables "
        "nor texts",
    ),
    opened=(
        "import networkx as nx\n"
        "import pandas as pd\n\n"
        'said = pd.read_csv("case-dna.csv", sep=";", keep_default_na=False)\n'
        'said["actor"] = said["person"].where(said["person"] != "", said["organization"])\n'
        'net = nx.from_pandas_edgelist(said, "actor", "concept", "agreement", nx.MultiGraph)\n'
        "print(net)"
    ),
    read_by="pandas, networkx",
    options={
        **statements.OPTIONS,
        "title": "the column with the titles of documents, if the texts are listed in a table",
        "time": "the column with their dates, likewise",
    },
    needs_texts=True,
)

_COLUMNS = (
    *("statement ID", "time", "document ID", "document title", "author", "source", "section"),
    *("type", "text", "person", "organization", "concept", "agreement", "start", "stop", "row"),
)
_AT_ONCE = 1_000


class _Document(NamedTuple):
    """A text as DNA knows it."""

    number: int
    title: str
    source: str
    time: str


def export(material: Material, place: Place) -> None:
    """Write the statements; NotFound if the options do not say which they are."""
    coded = statements.coding(material)
    if coded is None:
        raise NotFound("say which rows are statements: statements=TABLE actor=COLUMN …")
    documents, where = _documents(material), _Places(material)
    lines = _Lines()
    found = Counter[str]()
    twins(material, coded.table, "the references of the rows do not tell them apart")
    with place.open() as stream:
        lines.add(_COLUMNS)
        for number, statement in enumerate(statements.statements(material, coded), 1):
            row = statement.row
            reference = row_name(material, coded.table, row) if row.key_cells else ""
            lines.add([number, *_cells(statement, documents, where), reference])
            found.update(_uncertain(statement))
            if number % _AT_ONCE == 0:
                stream.write(lines.taken())
        stream.write(lines.taken())
    for what, count in found.items():
        material.note(f"{counted(count, 'statement')} {what}")


class _Lines:
    """Lines of delimited text: what is text is in quotation marks, numbers are not."""

    def __init__(self) -> None:
        self._out = io.StringIO(newline="")
        self._writer = csv.writer(
            self._out, delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n"
        )

    def add(self, cells: Any) -> None:
        self._writer.writerow(cells)

    def taken(self) -> bytes:
        """What was added since it was asked last."""
        made = self._out.getvalue().encode("utf-8")
        self._out.seek(0)
        self._out.truncate()
        return made


def _cells(
    statement: Statement, documents: Mapping[str, _Document], places: _Places
) -> Iterator[Any]:
    """From `time` to `stop`."""
    span, actor = statement.span, statement.actor
    if span is None:
        yield from ("", "", "", "", "", "", "", "")
    else:
        document = documents[span.text]
        yield from (document.time, document.number, document.title, "", document.source, "", "")
        yield span.exact
    yield from ("" if not actor.person else actor.name, _organization(actor))
    yield from (statement.concept, int(statement.agrees))
    yield from ("", "") if span is None else places.of(span.text, span.start, span.end)


def _organization(actor: Actor) -> str:
    return actor.organization if actor.person else actor.name


def _uncertain(statement: Statement) -> Iterator[str]:
    """What of a statement is not as DNA wants it."""
    actor = statement.actor
    if statement.span is None:
        yield "without a span: no document, no text, no place"
    if actor.person is None:
        yield "under organization of actors that may be persons: type and persons can tell"
    elif not actor.person:
        yield f"under organization of actors that are no persons ({actor.kind or 'of no type'})"


class _Places:
    """Places in texts, in UTF-16 code units."""

    def __init__(self, material: Material) -> None:
        self._source = lru_cache(maxsize=8)(lambda name: Source(name, material.text(name) or ""))

    def of(self, text: str, start: int, end: int) -> tuple[int, int]:
        """A span, given in code points."""
        source = self._source(text)
        return source.to_utf16(start), source.to_utf16(end)


def _documents(material: Material) -> dict[str, _Document]:
    """The texts by name; what is known of their dates but is no day is noted."""
    listed, undated = _Listed(material), Counter[str]()
    found = {}
    for number, text in enumerate(material.texts(), 1):
        resource = material.resource(text.resource)
        source = _source(resource) or _source(material.package) or NamedSource("", "", "", "")
        plain = resource.title or text.name
        title = listed.cell("title", text) or (text.name if text.key else plain)
        dated = listed.cell("time", text) or source.date
        found[text.name] = _Document(number, title, source.title, _time(dated))
        if not found[text.name].time:
            undated[f"{dated!r} is no day" if dated else "none is stated"] += 1
    for why, count in undated.items():
        material.note(f"the time of {counted(count, 'document')} is empty: {why}")
    return found


def _source(part: Package | Resource) -> NamedSource | None:
    """The source of a text, if it is the only one that is named."""
    named = sources(part)
    return named[0] if len(named) == 1 else None


class _Listed:
    """What the tables of texts say of them in the columns that options name."""

    def __init__(self, material: Material) -> None:
        self._rows: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._columns = {n: c for n in ("title", "time") if (c := material.options.get(n))}
        targets = {
            span.reference.resource: span.reference.fields.key
            for schema in material.tables.values()
            for span in schema.text_spans
            if span.reference.fields is not None
        }
        for option, column in self._columns.items():
            if not any(column in material.tables[name].names for name in targets):
                raise NotFound(f"{option}: no table of texts has a column {column!r}")
        for table, key in targets.items() if self._columns else ():
            for row in material.rows(table):
                self._rows[table, cell_text(row.values[key])] = row.values

    def cell(self, option: str, text: SourceText) -> str:
        """What is said of a text; "" if nothing is."""
        row = self._rows.get((text.resource, text.key), {})
        return cell_text(row.get(self._columns.get(option, "")))


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?")


def _time(text: str) -> str:
    """A day, maybe with the time of day, as DNA writes it; "" if it is none.

    A day alone is its beginning. A time with a zone is none: DNA knows no zones.

    >>> _time("2018-12-03"), _time("2018-12-03T08:15"), _time("2018-12")
    ('2018-12-03 00:00:00', '2018-12-03 08:15:00', '')
    """
    try:
        known = datetime.datetime.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:  # the 30th of February
        return ""
    return known.isoformat(" ") if known else ""
