"""Fields and their vocabularies in words, for the data dictionary of a package."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from smartcity_case.profile import TableSchema
from smartcity_case.render.markdown import code, codes, link, plain, table
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smartcity_case.profile import FieldSchema, Package, Resource
    from smartcity_case.textspans import Part

INLINE: Final = 8
"""A list of so many bare values stands in the field's own row."""
_LISTED = 20
"""Names in a row of words; how many more there are is told."""


class Vocabulary(NamedTuple):
    """The values that a field may have: value, label and definition of each, as given."""

    terms: tuple[tuple[str, str, str], ...]
    ordered: bool

    @property
    def is_bare(self) -> bool:
        """Whether nothing is said of its values, and they are few."""
        return len(self.terms) <= INLINE and not any(
            label or definition for _, label, definition in self.terms
        )


def as_text(value: Any) -> str:
    """A value of the descriptor as text: a string as it is, others as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def translations(part: Part, name: str) -> Iterator[tuple[str, str]]:
    """A property in other languages: `titleDe` gives the language `de`, and the words."""
    for key, value in (part.model_extra or {}).items():
        found = re.fullmatch(rf"{name}([A-Z][a-z]{{1,2}})", key)
        if found and isinstance(value, str) and value.strip():
            yield found[1].lower(), value


def in_languages(part: Part, name: str) -> str:
    """A property of a part as Markdown, with its translations behind it.

    >>> from smartcity_case.profile import Resource
    >>> in_languages(Resource(name="a", title="Birds", titleDe="Vögel"), "title")
    'Birds (de: Vögel)'
    """
    own = plain(str(getattr(part, name, "")))
    others = "; ".join(
        f"{language}: {plain(words)}" for language, words in translations(part, name)
    )
    return f"{own} ({others})" if own and others else own or others


def vocabulary(field: FieldSchema) -> Vocabulary | None:
    """The values of a field, from its categories or else its `enum`."""
    if field.categories is None:
        values = field.constraints.get("enum")
        if not isinstance(values, list):
            return None
        return Vocabulary(tuple((as_text(value), "", "") for value in values), False)
    return Vocabulary(tuple(map(_term, field.categories)), field.categories_ordered)


def _term(category: Any) -> tuple[str, str, str]:
    if not isinstance(category, dict):
        return as_text(category), "", ""
    words = [_words(category, name) for name in ("label", "description")]
    value = as_text(category["value"])
    # A label that only has other spaces than its value says nothing new.
    label = "" if re.sub("[-_]", " ", value) == words[0] else words[0]
    return value, label, words[1]


def _words(category: Mapping[str, Any], name: str) -> str:
    own = [category[name]] if isinstance(category.get(name), str) else []
    others = [
        f"{found[1].lower()}: {words}"
        for key, words in category.items()
        if (found := re.fullmatch(rf"{name}([A-Z][a-z]{{1,2}})", key)) and isinstance(words, str)
    ]
    return " ".join([*own, *([f"({'; '.join(others)})"] if others else [])])


def vocabularies(package: Package) -> dict[Vocabulary, list[tuple[str, str]]]:
    """Every vocabulary that needs more than a line, and the tables and fields that have it."""
    found: dict[Vocabulary, list[tuple[str, str]]] = {}
    for resource in package.resources:
        for field in _fields(resource):
            kind = vocabulary(field)
            if kind is not None and not kind.is_bare:
                found.setdefault(kind, []).append((resource.name, field.name))
    return found


def _fields(resource: Resource) -> list[FieldSchema]:
    schema = resource.table_schema
    return schema.fields if isinstance(schema, TableSchema) else []


def vocabulary_lines(kind: Vocabulary) -> Iterator[str]:
    """The terms of a vocabulary with their definitions."""
    if kind.ordered:
        yield from ("Ordered, lowest first.", "")
    labelled = any(label for _, label, _ in kind.terms)
    header = ("term", "label", "definition") if labelled else ("term", "definition")
    rows = (
        (code(value), *([plain(label)] if labelled else []), plain(definition))
        for value, label, definition in kind.terms
    )
    yield from table(header, rows)


_WRITTEN = {"groupChar", "decimalChar", "bareNumber", "floatNumber", "itemType", "delimiter"}
_BOOLEAN = {"trueValues": "true", "falseValues": "false"}
_KNOWN = {*_WRITTEN, *_BOOLEAN, "example", "verbatim"}


def type_words(field: FieldSchema) -> str:
    """The type of a field, and how its cells are written."""
    extra = field.model_extra or {}
    ways = [f"format {code(field.format)}"] if field.format != "default" else []
    ways += [f"{code(name)} {code(as_text(extra[name]))}" for name in extra if name in _WRITTEN]
    for name, meaning in _BOOLEAN.items():
        if isinstance(values := extra.get(name), list):
            ways.append(f"{meaning}: {codes(map(as_text, values))}")
    return f"{plain(field.type)} ({'; '.join(ways)})" if ways else plain(field.type)


_BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "pattern": "matches {}",
    "jsonSchema": "fits the JSON Schema {}",
}
_LENGTHS = {"minLength": "at least", "maxLength": "at most"}
_THINGS = {"array": "item", "list": "item", "object": "property"}


def constraint_words(field: FieldSchema, places: Mapping[Vocabulary, str]) -> Iterator[str]:
    """What a cell of a field must be, in words; vocabularies are linked to their places.

    >>> from smartcity_case.profile import FieldSchema
    >>> field = FieldSchema(name="n", constraints={"required": True, "minLength": 2})
    >>> list(constraint_words(field, {}))
    ['required', 'at least 2 characters']
    """
    constraints = field.constraints
    for name in ("required", "unique"):
        if constraints.get(name) is True:
            yield name
    kind = vocabulary(field)
    if kind is not None:
        yield (
            f"one of {codes(v for v, *_ in kind.terms)}"
            if kind.is_bare
            else link("one of these terms", places[kind])
        )
    listed = constraints.get("enum")
    if isinstance(listed, list) and kind is not None:
        values = list(map(as_text, listed))
        if field.categories is not None and set(values) != {value for value, *_ in kind.terms}:
            yield f"of these only {some(values)}"
    for name, value in constraints.items():
        if name in _BOUNDS:
            yield _BOUNDS[name].format(code(as_text(value)))
        elif name in _LENGTHS and isinstance(value, int):
            thing = _THINGS.get(field.type, "character")
            yield f"{_LENGTHS[name]} {counted(value, thing).replace('propertys', 'properties')}"
        elif name not in ("required", "unique", "enum"):
            yield f"{code(name)} {code(as_text(value))}"
    if field.missing_values is not None:
        yield missing_words(field.missing_values)


def missing_words(values: list[str]) -> str:
    """Which cells count as empty."""
    named = ["the empty cell" if value == "" else code(value) for value in values]
    return f"missing: {', '.join(named)}" if named else "no cell counts as missing"


def some(names: list[str]) -> str:
    """Names as code; of very many the first, and how many there are."""
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return codes(names[:_LISTED]) + more


def meaning(field: FieldSchema) -> Iterator[str]:
    """Title and description of a field, in every language, and what else is said of it."""
    title, description = in_languages(field, "title"), in_languages(field, "description")
    if title or description:
        yield ". ".join(
            [*([f"**{title}**"] if title else []), *([description] if description else [])]
        )
    for name, value in (field.model_extra or {}).items():
        translated = re.fullmatch(r"(title|description)[A-Z][a-z]{1,2}", name)
        if name not in _KNOWN and not translated and value is not None:
            yield f"{code(name)}: {plain(as_text(value))}"


def example(field: FieldSchema) -> str:
    """The example of a field, as code."""
    value = (field.model_extra or {}).get("example")
    return "" if value is None else code(as_text(value))
