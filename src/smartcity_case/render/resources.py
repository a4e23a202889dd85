"""The resources of a package in words, for its data dictionary: texts, tables, other files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from smartcity_case.profile import Dialect, License, TableSchema
from smartcity_case.render import described
from smartcity_case.render.markdown import code, codes, link, plain, table
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smartcity_case.profile import FieldSchema, ForeignKey, Package, Resource
    from smartcity_case.render.described import Vocabulary
    from smartcity_case.textspans import TextSpan

FORMS: Final = {"csv": "CSV", "tsv": "TSV", "parquet": "Parquet", "inline": "in the descriptor"}


@dataclass(frozen=True)
class Page:
    """The page that is written: where it says what of a package.

    `tables` are the places of the resources by name, `terms` those of the
    vocabularies; `base` leads to the folder of the package, None if nothing does.
    """

    package: Package
    base: str | None
    tables: Mapping[str, str]
    terms: Mapping[Vocabulary, str]
    licences: str = ""

    def named(self, name: str) -> str:
        """The name of a resource, which leads to where it is described."""
        if name not in self.tables:
            return f"{code(name)} (there is no such resource)"
        return link(code(name), self.tables[name])

    def file(self, path: str) -> str:
        """The path of a file of the package, which leads there."""
        return link(code(path), path, self.base)

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """The resources by name; of two of one name the first."""
        return {resource.name: resource for resource in reversed(self.package.resources)}

    @cached_property
    def pointing(self) -> dict[str, dict[str, list[str]]]:
        """The offsets of the spans that lead into a resource, by the tables that have them."""
        found: dict[str, dict[str, list[str]]] = {}
        for resource in self.package.resources:
            for span in in_force(resource):
                offsets = f"{code(span.fields.start)} to {code(span.fields.end)}"
                tables = found.setdefault(span.reference.resource, {})
                tables.setdefault(resource.name, []).append(offsets)
        return found

    @cached_property
    def textual(self) -> dict[tuple[str, str], str]:
        """The columns that hold whole texts, by table and name, and what points into them."""
        found: dict[tuple[str, str], str] = {}
        for resource in self.package.resources:
            for span in spans_of(resource):
                target = span.reference.fields
                if target is not None and target.text is not None:
                    found.setdefault((span.reference.resource, target.text), resource.name)
        return found


def schema_of(resource: Resource) -> TableSchema | None:
    """The schema of a table, if it could be read."""
    schema = resource.table_schema
    return schema if isinstance(schema, TableSchema) else None


def in_force(resource: Resource) -> list[TextSpan]:
    """The declarations of spans that a table has now."""
    schema = schema_of(resource)
    return schema.text_spans if schema else []


def spans_of(resource: Resource) -> list[TextSpan]:
    """The declarations of spans of a table: in force, or withheld."""
    schema = schema_of(resource)
    if schema is None:
        return []
    return [*schema.text_spans, *(schema.withheld.text_spans if schema.withheld else ())]


def licences_of(resource: Resource) -> list[License]:
    """The licences that a resource states for itself."""
    stated = (resource.model_extra or {}).get("licenses")
    found = []
    for each in stated if isinstance(stated, list) else ():
        try:
            found.append(License.model_validate(each))
        except ValidationError:  # of another form, which the validation tells
            continue
    return found


def resource_lines(page: Page, resource: Resource) -> Iterator[str]:
    """What is said of a resource: its file, keys, spans, rights, fields."""
    title = described.in_languages(resource, "title")
    if title:
        yield from (f"**{title}**", "")
    yield from description_lines(resource)
    yield from _bullets(page, resource)
    schema = schema_of(resource)
    if schema is not None:
        yield ""
        yield from _fields(page, resource, schema)


def description_lines(part: Resource | Package) -> Iterator[str]:
    """The description, a paragraph for each language."""
    if part.description:
        yield from (plain(part.description), "")
    for language, words in described.translations(part, "description"):
        yield from (f"*{language}:* {plain(words)}", "")


def _bullets(page: Page, resource: Resource) -> Iterator[str]:
    yield from (f"- {line}" for line in _file(page, resource))
    schema = schema_of(resource)
    if isinstance(resource.table_schema, str):
        yield f"- Schema: {page.file(resource.table_schema)}, which could not be read"
    elif schema is None and resource.kind == "table":
        yield "- Schema: none, so that nothing is said of its columns"
    elif schema is not None:
        yield from (f"- {line}" for line in _keys(page, resource, schema))
        yield from (f"- {line}" for line in _span_lines(page, schema))
    yield from (f"- {line}" for line in _rights(page, resource))
    yield from (f"- {line}" for line in _withheld(resource))
    yield from (f"- {line}" for line in _pointed_at(page, resource))


def _file(page: Page, resource: Resource) -> Iterator[str]:
    paths = [code(path) if resource.left_out else page.file(path) for path in resource.paths]
    if paths:
        shown = ", ".join(paths[:20]) + (f" and {len(paths) - 20} more" if paths[20:] else "")
        yield f"{'Files' if paths[1:] else 'File'}: {shown}{_form(resource)}"
    elif resource.data is not None:
        yield "Data: in the descriptor"
    else:
        yield "File: none is named"
    if isinstance(resource.dialect, str):
        yield f"Dialect: {page.file(resource.dialect)}, which could not be read"
    elif isinstance(resource.dialect, Dialect):
        said = resource.dialect.model_dump(by_alias=True, exclude_unset=True)
        ways = (f"{code(n)} {code(described.as_text(v))}" for n, v in said.items() if n[0] != "$")
        if written := ", ".join(ways):
            yield f"Dialect: {written}"
    if resource.kind == "text" and resource.hash:
        size = "" if resource.bytes is None else f", {counted(resource.bytes, 'byte')}"
        yield f"Hash: {code(resource.hash)}{size}"


def _form(resource: Resource) -> str:
    extra = resource.model_extra or {}
    said = [
        FORMS.get(resource.form, "") or plain(resource.media or resource.format),
        "" if resource.encoding == "utf-8" else plain(resource.encoding),
        plain(resource.compression),
        f"language {plain(lang)}" if isinstance(lang := extra.get("language"), str) else "",
    ]
    shown = ", ".join(filter(None, said))
    return f" ({shown})" if shown else ""


def _keys(page: Page, resource: Resource, schema: TableSchema) -> Iterator[str]:
    yield f"Key: {codes(schema.primary_key) or 'none'}"
    for names in schema.unique_keys:
        yield f"Unique: {codes(names)}{', together' if names[1:] else ''}"
    for key in schema.foreign_keys:
        yield f"Refers to: {_foreign(page, resource, key)}"
    missing = described.missing_words(schema.missing_values)
    yield missing[0].upper() + missing[1:]
    if schema.fields_match != "exact":
        yield f"Columns and fields: {code(schema.fields_match)} (`fieldsMatch`)"


def _foreign(page: Page, resource: Resource, key: ForeignKey) -> str:
    target = key.reference.resource
    whose = page.named(target or resource.name)
    itself = ", the table itself" if target in ("", resource.name) else ""
    return f"{codes(key.fields)} → {codes(key.reference.fields)} of {whose}{itself}"


def _span_lines(page: Page, schema: TableSchema) -> Iterator[str]:
    for span in schema.text_spans:
        yield f"Text span: {_span(page, span)}"


def _span(page: Page, span: TextSpan) -> str:
    """A declaration of spans in words."""
    fields, target = span.fields, span.reference.fields
    where = page.named(span.reference.resource)
    if target is None:
        into = f"in the text {where}"
    elif target.text is not None:
        into = f"in a text of {where}, in its column {code(target.text)}"
    else:
        into = f"in a text file that {where} names in its column {code(target.path or '')}"
    said = [f"{code(fields.start)} to {code(fields.end)} count the characters {into}"]
    if target is not None and fields.source is not None:
        said.append(f"{code(fields.source)} says which, by {code(target.key)}")
    if fields.exact is not None:
        said.append(f"{code(fields.exact)} has the words that stand there")
    elif fields.digest is not None:
        salt = f" with the salt {code(span.salt)}" if span.salt else ""
        said.append(f"{code(fields.digest)} has a digest of the words (sha256{salt})")
    else:
        said.append("the hash of the text carries the proof")
    if fields.prefix is not None:
        said.append(f"{code(fields.prefix)} has what stands directly before them")
    if fields.suffix is not None:
        said.append(f"{code(fields.suffix)} has what stands directly behind them")
    said.append("every row has one" if span.required else "a row may have none: all are empty then")
    if span.min_length > 1:
        said.append(f"fewer than {span.min_length} characters are a warning")
    return "; ".join(said)


def _rights(page: Page, resource: Resource) -> Iterator[str]:
    if stated := licences_of(resource):
        shown = ", ".join(link(code(each.name or each.path), page.licences) for each in stated)
        yield f"Rights: {shown}"
    whose: dict[str, list[str]] = {}
    for name, source in verbatim(resource).items():
        whose.setdefault(source, []).append(name)
    for source, names in whose.items():
        what = f"Rights in the words: {codes(names)} {'hold' if names[1:] else 'holds'} words of"
        text = page.resources.get(source)
        if text is None:
            yield f"{what} a text, of which nothing more is said"
        elif not (stated := licences_of(text)):
            yield f"{what} {page.named(source)}, of which no rights are stated apart"
        else:
            terms = "; ".join(plain(each.title) or code(each.name or each.path) for each in stated)
            yield f"{what} {page.named(source)}: {terms}"


def verbatim(resource: Resource) -> dict[str, str]:
    """The columns with words of a text, and the resource whose words they are ("" if unsaid)."""
    schema = schema_of(resource)
    if schema is None:
        return {}
    found: dict[str, str] = {}
    for span in spans_of(resource):
        for name in (span.fields.exact, span.fields.prefix, span.fields.suffix):
            if name is not None:
                found.setdefault(name, span.reference.resource)
    for field in schema.fields:
        if field.is_verbatim:
            found.setdefault(field.name, "")
    return {name: found[name] for name in schema.names if name in found}


def _withheld(resource: Resource) -> Iterator[str]:
    mark, schema = resource.withheld, schema_of(resource)
    if mark is not None and mark.text:
        yield "Withheld: this edition is without the file; hash and size are the file's"
    if mark is not None and mark.files:
        yield "Withheld: this edition is without the text files that it names"
    emptied = [field.name for field in schema.fields if field.withheld] if schema else []
    if emptied:
        yield f"Withheld: this edition is without the words; empty are {codes(emptied)}"
    if schema is not None and schema.withheld is not None and schema.withheld.lost:
        yield f"Withheld for good, since they belong to no span: {codes(schema.withheld.lost)}"


def _pointed_at(page: Page, resource: Resource) -> Iterator[str]:
    if pointing := page.pointing.get(resource.name):
        shown = (f"{page.named(name)} ({', '.join(spans)})" for name, spans in pointing.items())
        yield f"Text spans lead here from: {', '.join(shown)}"


def _fields(page: Page, resource: Resource, schema: TableSchema) -> Iterator[str]:
    words = verbatim(resource)
    yield from table(
        ("field", "type", "a cell is", "meaning", "example"),
        (_field(page, resource, schema, field, words) for field in schema.fields),
    )


def _field(
    page: Page,
    resource: Resource,
    schema: TableSchema,
    field: FieldSchema,
    words: Mapping[str, str],
) -> tuple[str, ...]:
    held = []
    if field.name in schema.primary_key:
        held.append("part of the key" if schema.primary_key[1:] else "key")
    held += described.constraint_words(field, page.terms)
    for key in schema.foreign_keys:
        if field.name in key.fields:
            held.append(f"→ {page.named(key.target(resource.name))}")
    said = list(described.meaning(field))
    if field.name in words:
        said.append(_verbatim(page, words[field.name]))
    if (resource.name, field.name) in page.textual:
        said.append("*whole texts, into which spans lead*")
    if field.withheld:
        said.append("*withheld: empty in this edition*")
    return (
        code(field.name),
        described.type_words(field),
        ", ".join(dict.fromkeys(held)),
        "<br>".join(said),
        described.example(field),
    )


def _verbatim(page: Page, source: str) -> str:
    """Whose words a column holds, and under what rights."""
    text = page.resources.get(source)
    if text is None:
        return "*verbatim words of a text*"
    stated = licences_of(text)
    rights = [link(code(each.name or each.path), page.licences) for each in stated]
    shown = f", rights: {', '.join(rights)}" if rights else ""
    return f"*verbatim* words of {page.named(source)}{shown}"
