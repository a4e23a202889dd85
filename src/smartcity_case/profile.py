"""The descriptor as typed values: Data Package v2 and its `textSpans`.

Only what the package reads is a field of its own; every other property stays
in `model_extra`. Sources: the Data Package v2 standard; for `textSpans`
profiles/text-spans/1.0, whose JSON Schema has the same rules as the models.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from smartcity_case.textspans import (
    Part,
    TextSpan,
    WithheldField,
    WithheldResource,
    WithheldSchema,
    refuse,
    used_twice,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.textspans import Place

DESCRIPTOR = "datapackage.json"
"""The name of a descriptor's file."""


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _plain_values(value: object) -> object:
    """Missing values without their labels."""
    if not isinstance(value, list):
        return value
    return [v["value"] if isinstance(v, dict) and "value" in v else v for v in value]


# Each run of separators is in one place of the pattern only: in two it would be cut in every way.
_ANY_SPELLING = re.compile(
    "[-_ ]*".join(("", *"textspan")) + "(?:[-_ ]*s)?[-_ ]*", re.IGNORECASE | re.ASCII
)


class _NoSchema(Part):
    """A part in which `textSpans` would be read by nobody, and no span be checked."""

    @model_validator(mode="before")
    @classmethod
    def _without_spans(cls, data: object) -> object:
        names = map(str, data if isinstance(data, dict) else ())
        spans = filter(_ANY_SPELLING.fullmatch, names)
        refuse([((name,), "`textSpans` belongs into the schema of a table") for name in spans])
        return data


class ForeignKeyReference(Part):
    """The columns that a foreign key points to; no resource is the table itself."""

    fields: list[str]
    resource: str = ""

    _listed = field_validator("fields", mode="before")(_as_list)


class ForeignKey(Part):
    """Rows that refer to rows."""

    fields: list[str] = Field(min_length=1)
    reference: ForeignKeyReference

    _listed = field_validator("fields", mode="before")(_as_list)

    def target(self, own: str) -> str:
        """The table that it refers to, which may be the one that has the key (`own`)."""
        return self.reference.resource or own


_SHOWN = 20
"""Names that a message shows."""
_WAYS = {"groupChar", "decimalChar", "bareNumber", "floatNumber", "trueValues", "falseValues"}


class FieldSchema(_NoSchema):
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
    withheld: bool | WithheldField = False

    _unlabelled = field_validator("missing_values", mode="before")(_plain_values)

    @property
    def is_plain(self) -> bool:
        """Whether its cells are written in the default way of the type."""
        return self.format == "default" and not _WAYS & (self.model_extra or {}).keys()

    @property
    def is_verbatim(self) -> bool:
        """Whether it is marked as holding words of a text."""
        return (self.model_extra or {}).get("verbatim") is True

    @property
    def category_values(self) -> list[str] | None:
        """The values of the categories, in order, or None."""
        if self.categories is None:
            return None
        return [str(c["value"] if isinstance(c, dict) else c) for c in self.categories]

    @field_validator("categories")
    @classmethod
    def _with_values(cls, categories: list[Any] | None) -> list[Any] | None:
        faults: list[tuple[Place, str]] = []
        seen: set[str] = set()
        for number, category in enumerate(categories or ()):
            if isinstance(category, dict) and "value" not in category:
                faults.append(((number,), "it has no value"))
                continue
            value = str(category["value"] if isinstance(category, dict) else category)
            if value in seen:
                faults.append(((number,), "its value is listed already"))
            seen.add(value)
        refuse(faults)
        return categories


class TableSchema(Part):
    """The schema of a table."""

    fields: list[FieldSchema]
    primary_key: list[str] = Field(default_factory=list, alias="primaryKey")
    unique_keys: list[Annotated[list[str], Field(min_length=1)]] = Field(
        default_factory=list, alias="uniqueKeys"
    )
    foreign_keys: list[ForeignKey] = Field(default_factory=list, alias="foreignKeys")
    missing_values: list[str] = Field(default_factory=lambda: [""], alias="missingValues")
    fields_match: Literal["exact", "equal", "subset", "superset", "partial"] = Field(
        default="exact", alias="fieldsMatch"
    )
    text_spans: list[TextSpan] = Field(default_factory=list, alias="textSpans")
    withheld: WithheldSchema | None = None

    _listed = field_validator("primary_key", mode="before")(_as_list)
    _unlabelled = field_validator("missing_values", mode="before")(_plain_values)

    @field_validator("fields_match", mode="before")
    @classmethod
    def _one_way(cls, value: object) -> object:
        """The standard's prose has a string, its JSON profile a list of one."""
        return value[0] if isinstance(value, list) and len(value) == 1 else value

    @property
    def names(self) -> list[str]:
        """The names of the fields, in order."""
        return [field.name for field in self.fields]

    @property
    def needed(self) -> set[str]:
        """The fields that must have a column even if `fieldsMatch` lets others lack one."""
        required = {f.name for f in self.fields if f.constraints.get("required") is True}
        return required | set(self.primary_key)

    def missing(self, field: FieldSchema) -> frozenset[str]:
        """The cells that count as empty in a field."""
        own = field.missing_values
        return frozenset(self.missing_values if own is None else own)

    @property
    def span_names(self) -> list[str]:
        """What each span is called by, in the order declared: its column of words, or `start`.

        Spans whose words are withheld are called as they were before.
        """
        withheld = self.withheld.text_spans if self.withheld else []
        before = {(span.fields.start, span.fields.end): span.fields.exact for span in withheld}
        fields = [span.fields for span in self.text_spans]
        return [each.exact or before.get((each.start, each.end)) or each.start for each in fields]

    def field(self, name: str) -> FieldSchema:
        """The field of a name, which must exist."""
        return next(field for field in self.fields if field.name == name)

    @model_validator(mode="before")
    @classmethod
    def _spelt_right(cls, data: object) -> object:
        """A misspelt `textSpans` would leave every span unchecked in silence."""
        names = map(str, data if isinstance(data, dict) else ())
        wrong = [name for name in names if _ANY_SPELLING.fullmatch(name) and name != "textSpans"]
        refuse([((name,), "it should be spelt `textSpans`") for name in wrong])
        return data

    @field_validator("text_spans", mode="after")
    @classmethod
    def _declared(cls, spans: list[TextSpan]) -> list[TextSpan]:
        if not spans:
            raise ValueError("it declares nothing; leave it out")
        return spans

    @model_validator(mode="after")
    def _names_known(self) -> Self:
        faults: list[tuple[Place, str]] = []
        known: set[str] = set()
        for number, name in enumerate(self.names):
            if name in known:
                faults.append((("fields", number, "name"), f"another field is named {name!r}"))
            known.add(name)
        used: list[tuple[Place, list[str]]] = [(("primaryKey",), self.primary_key)]
        used += [(("uniqueKeys", n), names) for n, names in enumerate(self.unique_keys)]
        foreign = enumerate(self.foreign_keys)
        used += [(("foreignKeys", n, "fields"), key.fields) for n, key in foreign]
        for place, names in used:
            if unknown := sorted(set(names) - known):
                shown = ", ".join(map(repr, unknown[:_SHOWN]))
                more = f" … ({len(unknown)} names)" if len(unknown) > _SHOWN else ""
                faults.append((place, f"no such field: {shown}{more}"))
        refuse(faults)
        return self

    @model_validator(mode="after")
    def _spans_fit(self) -> Self:
        numbers = range(len(self.text_spans))
        refuse([fault for number in numbers for fault in self._misfits(number)])
        return self

    def _misfits(self, number: int) -> Iterator[tuple[Place, str]]:
        """What a declaration of spans says against the fields, or against itself."""
        span, where = self.text_spans[number], ("textSpans", number)
        for role, name in span.fields.model_dump(exclude_none=True).items():
            if name not in self.names:
                yield (*where, "fields", role), f"there is no field {name!r}"
            elif role in ("start", "end") and self.field(name).type != "integer":
                yield (*where, "fields", role), f"the field {name!r} is not an integer"
        yield from used_twice(span.fields, *where, "fields")
        if span.reference.fields is not None:
            yield from used_twice(span.reference.fields, *where, "reference", "fields")


class Dialect(Part):
    """How a delimited table is written: the standard's Table Dialect.

    >>> Dialect().is_plain
    True
    """

    header: bool = True
    header_rows: list[Annotated[int, Field(ge=1)]] = Field(default=[1], alias="headerRows")
    header_join: str = Field(default=" ", alias="headerJoin")
    comment_rows: list[Annotated[int, Field(ge=1)]] = Field(default=[], alias="commentRows")
    comment_char: str | None = Field(default=None, alias="commentChar")
    delimiter: str = ","
    line_terminator: str = Field(default="\r\n", alias="lineTerminator")
    quote_char: str | None = Field(default='"', alias="quoteChar", max_length=1)
    double_quote: bool = Field(default=True, alias="doubleQuote")
    escape_char: str | None = Field(default=None, alias="escapeChar", max_length=1)
    null_sequence: str | None = Field(default=None, alias="nullSequence")
    skip_initial_space: bool = Field(default=False, alias="skipInitialSpace")

    @property
    def is_plain(self) -> bool:
        """Whether records can be told apart by their bytes alone."""
        special = (self.escape_char, self.comment_char, self.skip_initial_space, self.comment_rows)
        mark = self.quote_char or ""
        return (
            not any(special)
            and self.double_quote
            and self.line_terminator in ("\r\n", "\n")
            and (self.delimiter + mark).isascii()
            and "\0" not in self.delimiter + mark  # which Arrow does not take
        )

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        faults: list[tuple[Place, str]] = []
        if len(self.delimiter) != 1 or self.delimiter in "\r\n":
            faults.append((("delimiter",), "it should be one character that is no line end"))
        if not self.line_terminator:
            faults.append((("lineTerminator",), "it is empty"))
        used = {"\r": "a line end", "\n": "a line end", self.delimiter: "the delimiter"}
        for name, mark in (("quoteChar", self.quote_char), ("escapeChar", self.escape_char)):
            if mark and mark in used:
                faults.append(((name,), f"{mark!r} is {used[mark]}"))
            elif mark:
                used[mark] = f"the {name}"
        if self.header and not self.header_rows:
            faults.append((("headerRows",), "it is empty; say `header: false`"))
        refuse(faults)
        return self


class Resource(_NoSchema):
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
    dialect: Dialect | str | None = None
    detail: bool = False
    withheld: WithheldResource | None = None

    @property
    def kind(self) -> Literal["table", "text", "other"]:
        """What the resource is meant to be: a schema makes a table of it."""
        if self.table_schema is not None or self.type == "table":
            return "table"
        if self.media == "text/plain":
            return "text"
        return "table" if self.form else "other"

    @property
    def media(self) -> str:
        """The media type without its parameters."""
        return self.mediatype.partition(";")[0].strip().lower()

    @property
    def paths(self) -> list[str]:
        """The paths of its files, if it has any."""
        listed = [self.path] if isinstance(self.path, str) else self.path
        return [path for path in listed if path]

    @property
    def left_out(self) -> bool:
        """Whether its own files are withheld."""
        return self.withheld is not None and self.withheld.text

    @property
    def form(self) -> Literal["csv", "tsv", "parquet", "inline", ""]:
        """In which of the forms that are read its data is; "" for any other.

        What media type, format and ending say must agree, as far as they speak.
        """
        if self.data is not None:
            return "" if self.paths else "inline"
        suffix = re.search(r"\.(\w+)$", self.paths[0] if self.paths else "")
        ending = suffix[1].lower() if suffix else ""
        for form, media in _FORMS.items():
            said = {media: self.media, form: self.format.lower()}
            agreed = all(value in ("", wanted) for wanted, value in said.items())
            if agreed and (ending == form or any(said.values())):
                return form
        return ""


_FORMS: dict[Literal["csv", "tsv", "parquet"], str] = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "parquet": "application/vnd.apache.parquet",
}


class License(Part):
    """A licence of the package or of a resource."""

    name: str = ""
    path: str = ""
    title: str = ""


class Contributor(Part):
    """Who made the package."""

    title: str = ""
    roles: list[str] = Field(default_factory=list)


class Package(_NoSchema):
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
