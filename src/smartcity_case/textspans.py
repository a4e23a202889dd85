"""The declaration `textSpans` of a Table Schema as typed values, and what is withheld of a text.

Source: profiles/text-spans/1.0, whose JSON Schema has the same rules; for
`withheld` docs/withhold.md.
"""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from smartcity_case import limits


class Part(BaseModel):
    """A part of a descriptor; what it does not know stays in `model_extra`."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)


Place = tuple[str | int, ...]
"""The steps to a place inside of a part."""


def refuse(faults: list[tuple[Place, str]]) -> None:
    """Raise an error that names the place of each fault inside of a part, if there is one.

    Of very many the first are told, and how many more there are.
    """
    if more := faults[limits.DESCRIBED :]:
        rest = (more[0][0], f"and {len(more)} faults more like these")
        faults = [*faults[: limits.DESCRIBED], rest]
    errors = [
        InitErrorDetails(
            type=PydanticCustomError("descriptor", "{why}", {"why": why}), loc=place, input=None
        )
        for place, why in faults
    ]
    if errors:
        raise ValidationError.from_exception_data("descriptor", errors)


def used_twice(part: BaseModel, *where: str | int) -> list[tuple[Place, str]]:
    """The properties of a part that name a field which an earlier one names."""
    seen: dict[str, str] = {}
    faults: list[tuple[Place, str]] = []
    for role, name in part.model_dump(exclude_none=True).items():
        if name in seen:
            faults.append(((*where, role), f"the field {name!r} stands for `{seen[name]}` already"))
        seen.setdefault(name, role)
    return faults


class _Strict(Part):
    """A part of our own, in which an unknown property or a null is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def _said(cls, value: object) -> object:
        if value is None:
            raise ValueError("null says nothing; leave the property out")
        return value


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

    @property
    def column(self) -> str:
        """The column by which a span is called: that of its words, or else of its start."""
        return self.exact or self.start

    @model_validator(mode="after")
    def _one_proof(self) -> Self:
        if self.exact is not None and self.digest is not None:
            raise ValueError("a span has `exact` or `digest`, not both")
        return self


class TextSpanTarget(_Strict):
    """Which columns of a table of texts hold its keys and texts or paths."""

    key: str
    text: str | None = None
    path: str | None = None
    hash: str | None = None
    bytes: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that is named."""
        named = (self.key, self.text, self.path, self.hash, self.bytes)
        return tuple(name for name in named if name is not None)

    @model_validator(mode="after")
    def _texts_or_files(self) -> Self:
        if (self.text is None) == (self.path is None):
            raise ValueError("a table of texts has `text` or `path`, one of the two")
        told = ("hash", "bytes") if self.path is None else ()
        refuse([((n,), "only with `path`") for n in told if getattr(self, n) is not None])
        return self


class TextSpanReference(_Strict):
    """The resource that a span points into."""

    resource: str = Field(min_length=1)
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

    @field_validator("min_length", mode="before")
    @classmethod
    def _whole(cls, value: object) -> object:
        """JSON does not tell 2.0 from 2."""
        return int(value) if isinstance(value, float) and value.is_integer() else value

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        faults: list[tuple[Place, str]] = []
        if "salt" in self.model_fields_set and self.fields.digest is None:
            faults.append((("fields", "digest"), "`salt` needs it: the field with the digest"))
        if self.fields.source is not None and self.reference.fields is None:
            why = "`fields.source` needs them: the key, and the text or path, of a table of texts"
            faults.append((("reference", "fields"), why))
        if self.fields.source is None and self.reference.fields is not None:
            why = "`reference.fields` needs it: the field that says which text"
            faults.append((("fields", "source"), why))
        refuse(faults)
        return self


class WithheldTable(_Strict):
    """Hash and size of a table with its words; `cells` is a hash of the emptied columns alone."""

    hash: str
    bytes: int = Field(ge=0)
    cells: str | None = None


class WithheldResource(_Strict):
    """What a resource lacks, since its text may not travel.

    `text`: its own files; `files`: the text files that it names; `table`: words
    in its cells. `added` names the properties that were not stated before.
    """

    text: bool = False
    files: bool = False
    table: WithheldTable | None = None
    added: list[Literal["hash", "bytes"]] = Field(default_factory=list)


class WithheldSchema(_Strict):
    """What a schema said before its columns of words were emptied.

    `lengths` and `digests` map such a column to the one that tells how long its
    words are, or has their digests. The words of `lost` belong to no span;
    `order` is that of the properties, if one of them went.
    """

    text_spans: list[TextSpan] = Field(default_factory=list, alias="textSpans")
    unique_keys: list[list[str]] | None = Field(default=None, alias="uniqueKeys")
    lengths: dict[str, str] = Field(default_factory=dict)
    digests: dict[str, str] = Field(default_factory=dict)
    lost: list[str] = Field(default_factory=list)
    order: list[str] = Field(default_factory=list)


class WithheldField(_Strict):
    """The constraints that a field had before it was emptied."""

    constraints: dict[str, Any] = Field(default_factory=dict)
