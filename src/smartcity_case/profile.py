"""The descriptor as typed values: Data Package v2 and its `textSpans`.

Only what the package reads is a field of its own; every other property stays
in `model_extra`. Sources: the Data Package v2 standard; `textSpans` is
described in docs/text-spans.md.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

DESCRIPTOR = "datapackage.json"
"""The name of a descriptor's file."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True, strict=True)


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _plain_values(value: object) -> object:
    """Missing values without their labels."""
    if not isinstance(value, list):
        return value
    return [v["value"] if isinstance(v, dict) and "value" in v else v for v in value]


class _Strict(_Part):
    """A part of our own, in which an unknown property is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TextSpanFields(_Strict):
    """The columns of a span: integers `start` and `end`, and the words."""

    start: str
    end: str
    exact: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    digest: str | None = None
    source: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that the declaration names."""
        optional = (self.exact, self.prefix, self.suffix, self.digest, self.source)
        return (self.start, self.end, *(name for name in optional if name is not None))


class TextSpanTarget(_Strict):
    """Which columns of a table of texts hold its keys and texts or paths."""

    key: str
    text: str | None = None
    path: str | None = None
    hash: str | None = None
    bytes: str | None = None


class TextSpanReference(_Strict):
    """The resource that a span points into."""

    resource: str
    fields: TextSpanTarget | None = None


class TextSpan(_Strict):
    """A foreign key into a text: rows that refer to characters.

    Offsets count Unicode code points from 0 and are half-open.

    >>> TextSpan.model_validate({"fields": {"start": "start", "end": "end", "exact": "exact"},
    ...                          "reference": {"resource": "article"}}).fields.names
    ('start', 'end', 'exact')
    """

    fields: TextSpanFields
    reference: TextSpanReference
    required: bool = True
    salt: str = ""
    min_length: int = Field(default=1, alias="minLength", ge=1)

    @model_validator(mode="after")
    def _one_proof(self) -> Self:
        if self.fields.exact is not None and self.fields.digest is not None:
            raise ValueError("a span has `exact` or `digest`, not both")
        return self


class ForeignKeyReference(_Part):
    """The columns that a foreign key points to; no resource is the table itself."""

    fields: list[str]
    resource: str = ""

    _listed = field_validator("fields", mode="before")(_as_list)


class ForeignKey(_Part):
    """Rows that refer to rows."""

    fields: list[str] = Field(min_length=1)
    reference: ForeignKeyReference

    _listed = field_validator("fields", mode="before")(_as_list)


class FieldSchema(_Part):
    """One field of a table schema."""

    name: str
    type: str = "any"
    format: str = "default"
    title: str = ""
    description: str = ""
    constraints: dict[str, Any] = Field(default_factory=dict)
    categories: list[str | int | dict[str, Any]] | None = None
    categories_ordered: bool = Field(default=False, alias="categoriesOrdered")
    missing_values: list[str] | None = Field(default=None, alias="missingValues")

    _unlabelled = field_validator("missing_values", mode="before")(_plain_values)

    @property
    def is_plain(self) -> bool:
        """Whether its cells are written in the default way of the type."""
        ways = ("groupChar", "decimalChar", "bareNumber", "trueValues", "falseValues")
        return self.format == "default" and not any(way in (self.model_extra or {}) for way in ways)

    @property
    def category_values(self) -> list[str] | None:
        """The values of the categories, in order, or None."""
        if self.categories is None:
            return None
        return [str(c["value"] if isinstance(c, dict) else c) for c in self.categories]

    @field_validator("categories")
    @classmethod
    def _with_values(cls, categories: list[Any] | None) -> list[Any] | None:
        for category in categories or ():
            if isinstance(category, dict) and "value" not in category:
                raise ValueError("a category without a value")
        values = [c["value"] if isinstance(c, dict) else c for c in categories or ()]
        if len(set(map(str, values))) < len(values):
            raise ValueError("a category is listed twice")
        return categories


class TableSchema(_Part):
    """The schema of a table."""

    fields: list[FieldSchema]
    primary_key: list[str] = Field(default_factory=list, alias="primaryKey")
    unique_keys: list[Annotated[list[str], Field(min_length=1)]] = Field(
        default_factory=list, alias="uniqueKeys"
    )
    foreign_keys: list[ForeignKey] = Field(default_factory=list, alias="foreignKeys")
    missing_values: list[str] = Field(default_factory=lambda: [""], alias="missingValues")
    text_spans: list[TextSpan] = Field(default_factory=list, alias="textSpans")

    _listed = field_validator("primary_key", mode="before")(_as_list)
    _unlabelled = field_validator("missing_values", mode="before")(_plain_values)

    @property
    def names(self) -> list[str]:
        """The names of the fields, in order."""
        return [field.name for field in self.fields]

    def missing(self, field: FieldSchema) -> frozenset[str]:
        """The cells that count as empty in a field."""
        own = field.missing_values
        return frozenset(self.missing_values if own is None else own)

    def field(self, name: str) -> FieldSchema:
        """The field of a name, which must exist."""
        return next(field for field in self.fields if field.name == name)

    @model_validator(mode="before")
    @classmethod
    def _spelt_right(cls, data: object) -> object:
        """A misspelt `textSpans` would leave every span unchecked in silence."""
        for name in data if isinstance(data, dict) else ():
            if name != "textSpans" and name.lower().replace("_", "") in ("textspans", "textspan"):
                raise ValueError(f"{name!r} should be 'textSpans'")
        return data

    @model_validator(mode="after")
    def _offsets_are_integers(self) -> Self:
        for span in self.text_spans:
            names = span.fields.names
            if len(set(names)) < len(names):
                raise ValueError("textSpans: a field stands for two things")
            for name in (span.fields.start, span.fields.end):
                if name in self.names and self.field(name).type != "integer":
                    raise ValueError(f"textSpans: the field {name!r} is not an integer")
        return self

    @model_validator(mode="after")
    def _names_known(self) -> Self:
        names = set(self.names)
        if len(names) < len(self.fields):
            raise ValueError("two fields have the same name")
        used = [("primaryKey", name) for name in self.primary_key]
        used += [("uniqueKeys", name) for key in self.unique_keys for name in key]
        used += [("foreignKeys", name) for key in self.foreign_keys for name in key.fields]
        used += [("textSpans", name) for span in self.text_spans for name in span.fields.names]
        unknown = sorted({f"{where}: {name!r}" for where, name in used if name not in names})
        if unknown:
            raise ValueError(f"no such field: {', '.join(unknown)}")
        return self

    def span_of(self, column: str) -> TextSpan | None:
        """The declaration whose verbatim words stand in a column."""
        return next((span for span in self.text_spans if span.fields.exact == column), None)


class Resource(_Part):
    """One resource: a table, a text, or any other file."""

    name: str
    path: str | list[str] = ""
    data: Any = None
    type: str = ""
    title: str = ""
    description: str = ""
    mediatype: str = ""
    format: str = ""
    encoding: str = "utf-8"
    hash: str = ""
    bytes: int | None = None
    compression: str = ""
    table_schema: TableSchema | str | None = Field(default=None, alias="schema")
    dialect: dict[str, Any] | str | None = None
    detail: bool = False

    @property
    def kind(self) -> Literal["table", "text", "other"]:
        """What the resource is meant to be: a schema makes a table of it."""
        if self.table_schema is not None or self.type == "table":
            return "table"
        if self.media == "text/plain":
            return "text"
        return "table" if self.is_csv else "other"

    @property
    def media(self) -> str:
        """The media type without its parameters."""
        return self.mediatype.partition(";")[0].strip().lower()

    @property
    def is_csv(self) -> bool:
        """Whether nothing that the descriptor says is against plain CSV."""
        said = {"text/csv": self.media, "csv": self.format.lower()}
        suffix = re.search(r"\.(\w+)$", self.path if isinstance(self.path, str) else "")
        ending = suffix[1].lower() if suffix else ""
        agreed = all(value in ("", wanted) for wanted, value in said.items())
        return agreed and (ending == "csv" or any(said.values()))


class License(_Part):
    """A licence of the package or of a resource."""

    name: str = ""
    path: str = ""
    title: str = ""


class Contributor(_Part):
    """Who made the package."""

    title: str = ""
    roles: list[str] = Field(default_factory=list)


class Package(_Part):
    """A data package descriptor."""

    resources: list[Resource] = Field(min_length=1)
    name: str = ""
    title: str = ""
    description: str = ""
    version: str = ""
    created: str = ""
    licenses: list[License] = Field(default_factory=list)
    contributors: list[Contributor] = Field(default_factory=list)

    def resource(self, name: str) -> Resource | None:
        """The resource of a name, or None."""
        return next((r for r in self.resources if r.name == name), None)
