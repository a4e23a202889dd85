"""Who says what of which issue: the statements of a discourse network, in tables that may
be called anything.

A statement in the sense of discourse network analysis (Leifeld) is a passage in
which an actor agrees or disagrees with a concept. Which columns say so is told
by options, and which rows count: nothing is guessed. A row is left out, and
that is noted, if it names no actor or no concept, fails a condition of
`where`, or takes no side.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.errors import NotFound
from smartcity_case.exporters.shared.keyed import Identities
from smartcity_case.exporters.shared.vocabularies import terms
from smartcity_case.report import counted
from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from smartcity_case.exporters.shared.material import Material, Row, RowSpan
    from smartcity_case.profile import FieldSchema, ForeignKey, TableSchema

OPTIONS = {
    "statements": "the table whose rows are statements",
    "actor": "its column that says who makes the statement",
    "concept": "its column that says of which issue",
    "agreement": "its column that says whether it agrees",
    "agree": "the values of it that do, with commas between, or as a JSON list; of a boolean, true",
    "disagree": "the values that do not; of a boolean, false. Any other takes no side",
    "where": "what else must hold of a row, as COLUMN=VALUE,VALUE with semicolons between, or as "
    "a JSON object of lists",
    "name": "the column that names an actor, in the table to which the column of actors refers",
    "type": "the column there that says what kind of actor it is",
    "persons": "the values of it that are persons",
    "organization": "the column there that says to which organization a person belongs",
}
"""The options of a format that writes statements."""

_NEEDED = ("statements", "actor", "concept", "agreement")
_OF_ACTORS = ("name", "type", "organization")


class Actor(NamedTuple):
    """Who makes a statement: the value in the column, a name that no other actor has, its kind.

    `person` is None if that was not told; `organization` is that of a person, "" if not known.
    """

    key: str
    name: str
    kind: str = ""
    person: bool | None = None
    organization: str = ""


class Statement(NamedTuple):
    """A row that is a statement, with the first of its spans, if it has any."""

    row: Row
    actor: Actor
    concept: str
    agrees: bool
    span: RowSpan | None


@dataclass(frozen=True)
class Coding:
    """Which columns hold the statements, and which values mean what."""

    table: str
    actor: str
    concept: str
    agreement: str
    agree: frozenset[str]
    disagree: frozenset[str]
    where: Mapping[str, frozenset[str]]
    name: str = ""
    type: str = ""
    organization: str = ""
    persons: frozenset[str] = frozenset()


def coding(material: Material) -> Coding | None:
    """What the options say; None if they say nothing.

    Raises NotFound for a table or column that there is not, for a value that its
    field cannot have, and if one of the options that belong together is missing.
    """
    given = {name: value for name, value in material.options.items() if name in OPTIONS}
    if not given:
        return None
    if absent := [name for name in _NEEDED if name not in given]:
        raise NotFound(f"statements need {', '.join(_NEEDED)}; not set: {', '.join(absent)}")
    table = given["statements"]
    if table not in material.tables:
        raise _unknown("statements", "table", table, list(material.tables))
    schema = material.tables[table]
    for option in _NEEDED[1:]:
        _known(option, given[option], table, schema)
    agree, disagree = _sides(given, schema.field(given["agreement"]))
    where = _conditions(given.get("where", ""))
    for column, values in where.items():
        _possible("where", values, _known("where", column, table, schema))
    who, issue, side = (given[option] for option in _NEEDED[1:])
    actors = _of_actors(material, given, table, schema)
    return Coding(table, who, issue, side, agree, disagree, where, **actors)


def _sides(given: Mapping[str, str], field: FieldSchema) -> tuple[frozenset[str], frozenset[str]]:
    """The values that agree, and those that do not."""
    plain = {"agree": "true", "disagree": "false"} if field.type == "boolean" else {}
    told = {**plain, **given}
    agree, disagree = (_values(option, told, field) for option in ("agree", "disagree"))
    if both := agree & disagree:
        raise NotFound(f"{sorted(both)[0]!r} is in agree and in disagree; it can be in one")
    return agree, disagree


def _of_actors(
    material: Material, given: Mapping[str, str], table: str, schema: TableSchema
) -> dict[str, Any]:
    """What is said of the table of actors."""
    found: dict[str, Any] = {name: given[name] for name in _OF_ACTORS if name in given}
    key = foreign_key(schema, given["actor"])
    if key is None:
        if found:
            raise NotFound(f"{table}.{given['actor']} refers to no table that has a {min(found)}")
        return found
    target = key.target(table)
    fields = {n: _known(n, c, target, material.tables[target]) for n, c in found.items()}
    if ("type" in given) != ("persons" in given):
        raise NotFound("type and persons belong together: which values of type are persons")
    if "type" in given:
        found["persons"] = _values("persons", given, fields["type"])
    return found


def foreign_key(schema: TableSchema, column: str) -> ForeignKey | None:
    """The foreign key that a column is by itself, or None."""
    return next((key for key in schema.foreign_keys if key.fields == [column]), None)


def _unknown(option: str, kind: str, name: str, known: list[str]) -> NotFound:
    return NotFound(f"{option}: there is no {kind} {name!r}; there are {', '.join(known)}")


def _known(option: str, column: str, table: str, schema: TableSchema) -> FieldSchema:
    if column not in schema.names:
        raise _unknown(option, f"column of {table!r} named", column, schema.names)
    return schema.field(column)


def _values(option: str, given: Mapping[str, str], field: FieldSchema) -> frozenset[str]:
    if option not in given:
        raise NotFound(f"{option}: say which values of {field.name!r} these are")
    values = _list(option, given[option])
    _possible(option, values, field)
    return values


def _list(option: str, text: str) -> frozenset[str]:
    if not text.startswith("["):
        return frozenset(part.strip() for part in text.split(","))
    values = _json(option, text)
    return _strings(option, values)


def _conditions(text: str) -> dict[str, frozenset[str]]:
    if text.startswith("{"):
        found = _json("where", text)
        return {name: _strings("where", values) for name, values in found.items()}
    parts = [part for part in text.split(";") if part.strip()]
    for part in parts:
        if "=" not in part:
            raise NotFound(f"where: {part.strip()!r} is not COLUMN=VALUE,VALUE")
    halves = [part.partition("=") for part in parts]
    return {column.strip(): _list("where", values) for column, _, values in halves}


def _json(option: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise NotFound(f"{option}: {text!r} is no JSON: {error}") from error


def _strings(option: str, values: object) -> frozenset[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise NotFound(f"{option}: {values!r} is no list of strings")
    return frozenset(values)


def _possible(option: str, values: frozenset[str], field: FieldSchema) -> None:
    """Refuse a value that a field cannot have: a slip would leave rows out."""
    listed = [term.value for term in terms(field)]
    empty = {""} if option == "where" else set()
    if listed and (wrong := sorted(values - {*listed, *empty})):
        raise _unknown(option, f"value of {field.name!r} that is", wrong[0], listed)


def statements(material: Material, coded: Coding, *, named: bool = True) -> Iterator[Statement]:
    """The statements of a package, in order; which rows were left out, and why, is noted at last.

    Values are compared as they stand in a cell, booleans as `true` and `false`. What
    became of names is noted for a format that has actors `named`, by nothing else.
    """
    actors, left = _Actors(material, coded, named=named), Counter[str]()
    total = 0
    for row in material.rows(coded.table):
        total += 1
        if reason := _left_out(row, coded):
            left[reason] += 1
            continue
        span = next(iter(row.spans), None)
        concept = cell_text(row.values[coded.concept])
        agrees = cell_text(row.values[coded.agreement]) in coded.agree
        yield Statement(row, actors.of(row), concept, agrees, span)
    if left:
        reasons = ", ".join(f"{reason} ({count})" for reason, count in left.most_common())
        rows = counted(total, "row")
        material.note(f"{coded.table}: {left.total()} of {rows} are no statements: {reasons}")


def _left_out(row: Row, coded: Coding) -> str:
    """Why a row is no statement; "" if it is one."""
    for column in (coded.actor, coded.concept):
        if row.values[column] is None:
            return f"{column} is empty"
    for column, values in coded.where.items():
        if cell_text(row.values[column]) not in values:
            return f"{column} is not {' or '.join(value or 'empty' for value in sorted(values))}"
    if cell_text(row.values[coded.agreement]) not in coded.agree | coded.disagree:
        return f"{coded.agreement} takes no side"
    return ""


class _Actors:
    """The actors by the values that rows have for them."""

    def __init__(self, material: Material, coded: Coding, *, named: bool) -> None:
        self._coded, self._named = coded, named
        schema = material.tables[coded.table]
        self._identity = Identities(schema, [coded.actor])
        self._found: dict[tuple[Hashable, ...], Actor] = {}
        if (key := foreign_key(schema, coded.actor)) is not None:
            self._read(material, key.target(coded.table), key.reference.fields)

    def of(self, row: Row) -> Actor:
        """Who makes the statement of a row."""
        text = cell_text(row.values[self._coded.actor])
        found = self._found.get(self._identity(row.values) or ())
        return found or Actor(text, text)

    def _read(self, material: Material, table: str, fields: list[str]) -> None:
        coded, schema = self._coded, material.tables[table]
        of = Identities(schema, fields)
        rows = {i: row.values for row in material.rows(table) if (i := of(row.values)) is not None}
        keys = {i: cell_text(values[fields[0]]) for i, values in rows.items()}
        names, shared = _told_apart(keys, {i: _cell(v, coded.name) for i, v in rows.items()})
        if shared and self._named:
            material.note(
                f"{table}.{coded.name}: the names of {counted(shared, 'actor')} are those of "
                "others too; the key stands behind them"
            )
        bodies = {i: _cell(values, coded.organization) for i, values in rows.items()}
        key = foreign_key(schema, coded.organization)
        if key is not None and (key.target(table), key.reference.fields) == (table, fields):
            own = Identities(schema, [coded.organization])
            bodies = {i: names[body] if (body := own(v)) else "" for i, v in rows.items()}
        for identity, values in rows.items():
            kind = _cell(values, coded.type)
            person = kind in coded.persons if coded.type else None
            self._found[identity] = Actor(
                keys[identity], names[identity], kind, person, bodies[identity] if person else ""
            )


def _cell(values: Mapping[str, Any], column: str) -> str:
    """What a row has in a column; "" if no column was told."""
    return cell_text(values[column]) if column else ""


def _told_apart(keys: Mapping[Any, str], named: Mapping[Any, str]) -> tuple[dict[Any, str], int]:
    """A name for each actor that no other has, and how many names had to be changed for it."""
    names = {i: name or keys[i] for i, name in named.items()}
    times = Counter(names.values())
    shared = sum(count for count in times.values() if count > 1)
    names = {i: n if times[n] == 1 else f"{n} ({keys[i]})" for i, n in names.items()}
    return (names if len(set(names.values())) == len(names) else dict(keys)), shared
