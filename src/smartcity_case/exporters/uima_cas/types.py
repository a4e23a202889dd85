"""The type system: a type for each declaration of spans, a feature for each field."""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from smartcity_case.exporters.shared.names import identifiers
from smartcity_case.exporters.shared.provenance import provenance
from smartcity_case.exporters.shared.vocabularies import values

if TYPE_CHECKING:
    from smartcity_case.exporters.shared.marks import Marks
    from smartcity_case.profile import TableSchema

ANNOTATION, TOP = "uima.tcas.Annotation", "uima.cas.TOP"
STRING = "uima.cas.String"
_RANGES = {"int64": "uima.cas.Long", "double": "uima.cas.Double", "bool": "uima.cas.Boolean"}
PROVENANCE = ("name", "version", "title", "citation", "rights", "sources", "descriptor", "text")

_JAVA = (
    "abstract assert boolean byte case catch char const default do double enum extends final "
    "float goto implements int interface long native new null package private protected public "
    "short static strictfp super switch synchronized this throw throws transient void volatile"
)
_HELD = (
    "sofa begin end self type xmiid elements head tail get set value get_covered_text "
    "address view casimpl typeindexid coveredtext"
)
RESERVED = frozenset((*map(str.lower, keyword.kwlist), *_JAVA.split(), *_HELD.split()))
"""Words that are no names in Python or Java, or that every feature structure has already."""

_PACKAGE = ("", -1)
"""Stands for the package among tables and declarations: a table, too, may be called ""."""


class Feature(NamedTuple):
    """A feature: its name, the type of its values, and what it is in the package."""

    name: str
    range: str
    description: str


class Type(NamedTuple):
    """A type of annotations, or of structures without a place."""

    name: str
    supertype: str
    description: str
    features: tuple[Feature, ...]


@dataclass
class Types:
    """The types of a package, and which feature holds which field."""

    marks: Marks

    @cached_property
    def said(self) -> dict[str, str]:
        """Where the package comes from, and the rights in it."""
        return provenance(self.marks.material)

    @cached_property
    def _tables(self) -> dict[str, TableSchema]:
        tables = self.marks.material.tables
        return {table: schema for table, schema in tables.items() if schema.text_spans}

    @cached_property
    def _names(self) -> dict[tuple[str, int], str]:
        """The name of the type of each declaration; the first is that of the package."""
        asked = {_PACKAGE: "DataPackage"}
        for table, schema in self._tables.items():
            for number, span in enumerate(schema.text_spans):
                asked[table, number] = f"{table}_{span.fields.column}" if number else table
        (space,) = identifiers([self.marks.material.package.name.lower() or "unnamed"],
                               reserved=RESERVED)  # fmt: skip
        made = identifiers(asked.values(), reserved=RESERVED)
        names = [f"datapackage.{space}.{name}" for name in made]
        return dict(zip(asked, names, strict=True))

    def kind(self, table: str, declaration: int) -> str:
        """The name of the type of the spans of a declaration."""
        return self._names[table, declaration]

    @property
    def package(self) -> str:
        """The name of the type that says where a text comes from."""
        return self._names[_PACKAGE]

    def columns(self, table: str) -> dict[str, str]:
        """The features by the fields whose values they hold."""
        return self._features[table][0]

    def references(self, table: str) -> list[str]:
        """The features that refer to other annotations, by the numbers of the foreign keys."""
        return self._features[table][1]

    def row_id(self, table: str) -> str:
        """The feature with the name of the row."""
        return self._features[table][2]

    @cached_property
    def _features(self) -> dict[str, tuple[dict[str, str], list[str], str]]:
        found = {}
        for table, schema in self._tables.items():
            spans = self.marks.columns(table)
            columns = [name for name in schema.names if name not in spans]
            keys = ["_".join((*key.fields, "ref")) for key, *_ in self.marks.foreign_keys(table)]
            made = identifiers(["rowId", *columns, *keys], reserved=RESERVED)
            held = dict(zip(columns, made[1:], strict=False))
            found[table] = held, made[1 + len(columns) :], made[0]
        return found

    @cached_property
    def all(self) -> list[Type]:
        """Every type, in order."""
        lines = [Feature(name, STRING, "") for name in PROVENANCE]
        found = [Type(self.package, TOP, "Where a text comes from.", tuple(lines))]
        for table, schema in self._tables.items():
            features = tuple(self._of(table, schema))
            resource = self.marks.material.resource(table)
            for number, span in enumerate(schema.text_spans):
                what = f"{table}: {span.fields.column}" if number else table
                text = ". ".join(filter(None, (what, resource.title, resource.description)))
                found.append(Type(self.kind(table, number), ANNOTATION, text, features))
        return found

    def _of(self, table: str, schema: TableSchema) -> list[Feature]:
        kinds = self.marks.material.arrow_schema(table)
        found = [Feature(self.row_id(table), STRING, "The row: its reference, or its number.")]
        for column, name in self.columns(table).items():
            field = schema.field(column)
            listed = values(field) if field.type != "boolean" else []
            known = f"One of: {', '.join(listed)}" if listed else ""
            text = ". ".join(filter(None, (column, field.title, field.description, known)))
            found.append(Feature(name, _RANGES.get(str(kinds.field(column).type), STRING), text))
        keys = self.marks.foreign_keys(table)
        for name, (key, target, other) in zip(self.references(table), keys, strict=True):
            one = self.kind(target, 0) if len(other.text_spans) == 1 else ANNOTATION
            text = f"The first span in this text of the row of {target} by {', '.join(key.fields)}"
            found.append(Feature(name, one, text))
        return found
