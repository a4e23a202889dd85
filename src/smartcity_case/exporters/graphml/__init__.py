"""A package as a graph: rows are nodes, foreign keys edges; and the discourse network in it.

Written so that what reads little of GraphML reads it too, Gephi above all. What
Gephi asks for is taken from its importer (`ImporterGraphML.java` of
github.com/gephi/gephi), it was not run:

- one graph, directed, without nested graphs, ports and hyperedges; nodes before
  the edges that name them; the types boolean, long, double and string;
- its labels are the attribute `label`, its weights the attribute `weight`;
- a column called `x`, `size`, `color`, `id` … would move or colour things: every
  column is called TABLE.COLUMN, and the ids of keys are none that it knows;
- a key `for="graph"` is an error to it: what is said of the whole stands in `desc`.

Ids and names of attributes are what XML Schema calls NMTOKEN, as the schema of
GraphML 1.0 wants ids: letters, digits, `.`, `-` and `_` stay, any other character
is its code point in hexadecimal digits between two `·`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.errors import NotFound
from smartcity_case.exporters.format import Format
from smartcity_case.exporters.graphml.writing import Attribute, GraphWriter, token
from smartcity_case.exporters.shared import statements
from smartcity_case.exporters.shared.keyed import BY_NUMBER, Identities, twins
from smartcity_case.exporters.shared.provenance import provenance
from smartcity_case.exporters.shared.vocabularies import terms
from smartcity_case.report import counted
from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from smartcity_case.exporters.format import Place
    from smartcity_case.exporters.shared.material import Material, Row
    from smartcity_case.exporters.shared.statements import Coding
    from smartcity_case.profile import ForeignKey, TableSchema

FORMAT = Format(
    name="graphml",
    title="A graph of rows, foreign keys and statements, for Gephi and networkx",
    example="case.graphml",
    writes=(
        "A directed graph with parallel edges. A node for each row, `TABLE:KEY`, with `label`, "
        "`kind` (row, actor, concept), `table`, `key` and its cells as `TABLE.COLUMN`, typed; an "
        "edge for each foreign key that a row has, with `kind` reference and the columns as "
        "`label`. If it is told which rows are statements, an edge from each actor to each concept "
        "that he agrees or disagrees with: `kind` statement, `agrees`, and as `weight` the number "
        "of statements. A concept that is no row is a node `concept:VALUE`, with what its "
        "vocabulary says of it as `definition`. Characters that are no letters, digits, `.`, `-` "
        "or `_` are `·HEX·` in ids and names. What the network of the case shows, and what not, "
        "says docs/discourse-network.md. In Gephi: File, Open (it was not run)."
    ),
    loses=(
        "a control character, which XML cannot hold: U+FFFD stands for it, and that is said",
        "dates and times as such: they are strings, as is all that is no number and no boolean",
        "other vocabularies, constraints, and which columns are spans: the descriptor has them",
        "the texts, and files that are neither tables nor texts",
        "in Gephi, the difference between an empty cell, one of white space and none; parallel "
        "edges too, unless they are told not to be merged when it is opened",
    ),
    opened=(
        "import networkx as nx\n\n"
        'graph = nx.read_graphml("case.graphml")\n'
        'said = [edge for edge in graph.edges(data=True) if edge[2]["kind"] == "statement"]\n'
        "print(graph, len(said))"
    ),
    read_by="networkx",
    options={
        **statements.OPTIONS,
        "only": "statements: the discourse network alone, without the other rows",
    },
)

_LABEL, _KIND, _TABLE, _KEY, _DEFINITION = _OF_NODES = tuple(
    Attribute("node", name, "string") for name in ("label", "kind", "table", "key", "definition")
)
_RELATION, _EDGE_KIND, _WEIGHT, _AGREES = _OF_EDGES = (
    Attribute("edge", "label", "string"),
    Attribute("edge", "kind", "string"),
    Attribute("edge", "weight", "double"),
    Attribute("edge", "agrees", "boolean"),
)
_TYPES = {"int64": "long", "double": "double", "bool": "boolean"}
_Identity = tuple["Hashable", ...]
_Target = tuple[str, tuple[str, ...]]
"""A table, and the fields in it that foreign keys refer to."""


def export(material: Material, place: Place) -> None:
    """Write the graph; NotFound if the options do not fit."""
    coded = statements.coding(material)
    only = material.options.get("only")
    if only not in (None, "statements"):
        raise NotFound(f"only: {only!r} is not statements")
    if only and coded is None:
        raise NotFound("only=statements needs to know them: statements=TABLE actor=COLUMN …")
    graph = _Graph(material, coded, alone=only is not None)
    with place.open() as stream:
        graph.write(GraphWriter(stream, _description(material), graph.attributes()))


class _Said(NamedTuple):
    """An edge of the discourse network, by what its ends are compared by."""

    actor: _Identity
    concept: _Identity
    agrees: bool


@dataclass
class _End:
    """The actors, or the concepts, of a discourse network: rows of a table, or plain values."""

    kind: str
    names: Identities
    prefix: str
    target: _Target | None
    definitions: Mapping[str, str]
    values: dict[_Identity, str] = field(default_factory=dict)
    """What a row has in the column, by what it is compared by."""
    ids: dict[_Identity, str] = field(default_factory=dict)
    """The nodes that they are."""

    def add(self, row: Row, column: str) -> _Identity:
        identity = self.names(row.values) or ()
        self.values[identity] = cell_text(row.values[column])
        return identity


class _Graph:
    """What is a node and what is an edge."""

    def __init__(self, material: Material, coded: Coding | None, *, alone: bool) -> None:
        self._material, self._coded, self._alone = material, coded, alone
        self._said = Counter[_Said]()
        self._ends = self._read(coded) if coded else ()
        self._index: dict[_Target, dict[_Identity, list[str]]] = {}
        self._twins = {table: twins(material, table, BY_NUMBER) for table in self._tables()}

    def _read(self, coded: Coding) -> tuple[_End, _End]:
        schema = self._material.tables[coded.table]
        actors = self._end("actor", coded.actor, coded.table, schema)
        concepts = self._end("concept", coded.concept, coded.table, schema)
        for each in statements.statements(self._material, coded, named=False):
            actor, concept = (
                actors.add(each.row, coded.actor),
                concepts.add(each.row, coded.concept),
            )
            self._said[_Said(actor, concept, each.agrees)] += 1
        return actors, concepts

    def _end(self, kind: str, column: str, table: str, schema: TableSchema) -> _End:
        key = statements.foreign_key(schema, column)
        target = (key.target(table), tuple(key.reference.fields)) if key else None
        prefix = kind
        while prefix in self._material.tables:  # so that no row has the id
            prefix += "-"
        definitions = {t.value: t.definition for t in terms(schema.field(column)) if t.definition}
        return _End(kind, Identities(schema, [column]), prefix, target, definitions)

    def attributes(self) -> list[Attribute]:
        """What nodes and edges may have, in order."""
        columns = [attribute for table in self._tables() for attribute in self._columns(table)]
        return [*_OF_NODES, *columns, *_OF_EDGES]

    def _columns(self, table: str) -> list[Attribute]:
        return [
            Attribute("node", column.name, _TYPES.get(str(column.type), "string"), table)
            for column in self._material.arrow_schema(table)
        ]

    def _tables(self) -> list[str]:
        """The tables whose rows are nodes."""
        if not self._alone:
            return list(self._material.tables)
        return sorted({end.target[0] for end in self._ends if end.target})

    def write(self, writer: GraphWriter) -> None:
        """Write nodes, then edges; what could not be written as it is, is noted."""
        references = [] if self._alone else list(self._references())
        wanted = [target for _, _, target in references]
        wanted += [end.target for end in self._ends if end.target]
        self._index = {target: {} for target in wanted}
        for table in self._tables():
            self._rows(writer, table)
        for end in self._ends:
            self._values(writer, end)
        for table in dict.fromkeys(table for table, _, _ in references):
            keys = [(key, target) for name, key, target in references if name == table]
            self._edges(writer, table, keys)
        self._statements(writer)
        writer.close()
        for name, count in writer.replaced.items():
            what = counted(count, "character")
            self._material.note(f"{name}: {what} that XML cannot hold, U+FFFD in their place")

    def _references(self) -> Iterator[tuple[str, ForeignKey, _Target]]:
        for table, schema in self._material.tables.items():
            for key in schema.foreign_keys:
                yield table, key, (key.target(table), tuple(key.reference.fields))

    def _rows(self, writer: GraphWriter, table: str) -> None:
        """The nodes of a table; those that are referred to are remembered."""
        schema = self._material.tables[table]
        indexes = [
            (Identities(schema, target[1]), target, index)
            for target, index in self._index.items()
            if target[0] == table
        ]
        columns = self._columns(table)
        for number, row in enumerate(self._material.rows(table), 1):
            name, kind = self._row_id(table, row, number), "row"
            for of, target, index in indexes:
                if (identity := of(row.values)) is not None:
                    index.setdefault(identity, []).append(name)
                    kind = self._spoken(target, identity, name) or kind
            if self._alone and kind == "row":
                continue
            key = row.key if row.key_cells else None
            label = self._label(table, row, key or name)
            told = [(_LABEL, label), (_KIND, kind), (_TABLE, table), (_KEY, key)]
            writer.node(name, [*told, *zip(columns, row.values.values(), strict=True)])

    def _row_id(self, table: str, row: Row, number: int) -> str:
        """The table with the key, or with the number of the row if it has none."""
        parts = [table, *(row.key_cells or [str(number)])]
        if row.key_cells in self._twins[table]:
            parts.append(str(number))
        return ":".join(map(token, parts))

    def _spoken(self, target: _Target, identity: _Identity, name: str) -> str:
        """What a row is in the discourse network; "" if nothing."""
        kind = ""
        for end in self._ends:
            if end.target == target and identity in end.values and identity not in end.ids:
                end.ids[identity] = name
                kind = kind or end.kind
        return kind

    def _label(self, table: str, row: Row, otherwise: str) -> str:
        """The name of an actor; else the first words of the row; else its key."""
        coded, actors = self._coded, next(iter(self._ends), None)
        if coded and coded.name and actors and actors.target and actors.target[0] == table:
            return cell_text(row.values[coded.name]) or otherwise
        words = next((span.exact for span in row.spans if span.exact), None)
        return words or otherwise

    def _values(self, writer: GraphWriter, end: _End) -> None:
        """The nodes of actors or concepts that are no rows."""
        for identity, value in end.values.items():
            if identity not in end.ids:
                end.ids[identity] = f"{token(end.prefix)}:{token(value)}"
                told = [(_LABEL, value), (_KIND, end.kind)]
                writer.node(end.ids[identity], [*told, (_DEFINITION, end.definitions.get(value))])

    def _edges(
        self, writer: GraphWriter, table: str, keys: list[tuple[ForeignKey, _Target]]
    ) -> None:
        schema = self._material.tables[table]
        prepared = [
            (Identities(schema, key.fields), f"{table}.{'+'.join(key.fields)}", self._index[target])
            for key, target in keys
        ]
        for number, row in enumerate(self._material.rows(table), 1):
            source = self._row_id(table, row, number)
            for of, label, index in prepared:
                identity = of(row.values)
                for target in index.get(identity, ()) if identity is not None else ():
                    told = [(_RELATION, label), (_EDGE_KIND, "reference"), (_WEIGHT, 1.0)]
                    writer.edge(source, target, told)

    def _statements(self, writer: GraphWriter) -> None:
        for said, count in self._said.items():
            actor, concept = (
                end.ids[identity] for end, identity in zip(self._ends, said[:2], strict=True)
            )
            label = "agrees" if said.agrees else "disagrees"
            told: list[tuple[Attribute, Any]] = [(_RELATION, label), (_EDGE_KIND, "statement")]
            writer.edge(actor, concept, [*told, (_WEIGHT, float(count)), (_AGREES, said.agrees)])


def _description(material: Material) -> str:
    """What the graph was made of, whose it is, and what each licence covers."""
    return "\n".join(f"{name}: {value}" for name, value in provenance(material).items())
