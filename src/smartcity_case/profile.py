"""The descriptor as typed values: Data Package v2 and its `textSpans`.

Only what the package reads is a field of its own; every other property stays
in `model_extra`. Sources: the Data Package v2 standard; `textSpans` is
described in docs/text-spans.md.
"""

from __future__ import annotations

import re
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True, strict=True)


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class TextSpanFields(_Part):
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


class TextSpanTarget(_Part):
    """Which columns of a table of texts hold its keys and texts or paths."""

    key: str
    text: str | None = None
    path: str | None = None
    hash: str | None = None
    bytes: str | None = None


class TextSpanReference(_Part):
    """The resource that a span points into."""

    resource: str
    fields: TextSpanTarget | None = None


class TextSpan(_Part):
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

    fields: list[str]
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
        return categories


class TableSchema(_Part):
    """The schema of a table."""

    fields: list[FieldSchema]
    primary_key: list[str] = Field(default_factory=list, alias="primaryKey")
    unique_keys: list[list[str]] = Field(default_factory=list, alias="uniqueKeys")
    foreign_keys: list[ForeignKey] = Field(default_factory=list, alias="foreignKeys")
    missing_values: list[str] = Field(default_factory=lambda: [""], alias="missingValues")
    text_spans: list[TextSpan] = Field(default_factory=list, alias="textSpans")

    _listed = field_validator("primary_key", mode="before")(_as_list)

    @property
    def names(self) -> list[str]:
        """The names of the fields, in order."""
        return [field.name for field in self.fields]

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
    table_schema: TableSchema | str | None = Field(default=None, alias="schema")
    dialect: dict[str, Any] | str | None = None
    detail: bool = False

    @property
    def kind(self) -> Literal["table", "text", "other"]:
        """What the resource is read as."""
        if self.mediatype == "text/plain":
            return "text"
        is_csv = self.mediatype == "text/csv" or self.format == "csv"
        if is_csv or re.search(r"\.csv$", str(self.path), re.IGNORECASE):
            return "table"
        return "table" if self.table_schema is not None or self.type == "table" else "other"


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
