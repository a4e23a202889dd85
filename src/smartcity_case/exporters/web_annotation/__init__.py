"""W3C Web Annotations in one JSON-LD file: an annotation for each span of each row."""

from __future__ import annotations

import base64
import datetime
import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from smartcity_case.exporters.format import Format
from smartcity_case.exporters.shared.iris import Names, names_of, text_iri
from smartcity_case.exporters.shared.names import percent
from smartcity_case.exporters.shared.provenance import descriptor_hash
from smartcity_case.exporters.shared.values import number_text
from smartcity_case.exporters.web_annotation.described import described
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

    from smartcity_case.exporters.format import Place
    from smartcity_case.exporters.shared.material import Material, Row, RowSpan
    from smartcity_case.textspans import TextSpan

FORMAT = Format(
    name="web-annotation",
    title="W3C Web Annotation (JSON-LD)",
    example="case.jsonld",
    writes=(
        "An AnnotationCollection with one page, and in it an Annotation for each span of each "
        "row: a line each. Its target is the text, by its path in the package, with a "
        "TextPositionSelector (code points) and a TextQuoteSelector (the words, and up to "
        "32 characters before and behind them); where a text is withheld, the position stands "
        "alone. Its body is the row, called NAME@VERSION#TABLE/KEY, with its values as properties "
        "`TABLE.FIELD`: numbers, dates and truth values as such. A row with several spans is the "
        "body of several annotations, since each span is something else of it. The properties "
        "are IRIs made of the hash of the descriptor (RFC 6920), since a package has no address. "
        "The shapes (SHACL) in profiles/web-annotation hold for the file."
    ),
    loses=(
        "rows without a span: an annotation needs a place in a text",
        "the texts: they are named by their paths, and have to be at hand to see the words in them",
        "missing values, which are left out; a table that is empty",
        "keys, references between rows, vocabularies, constraints: the descriptor has them",
        "files that are neither tables nor texts",
        "the address http://www.w3.org/ns/anno.jsonld as its context, which the model asks for: "
        "what is needed of it stands in the file, so that it is read without a network; programs "
        "that look for the address want `--set context=w3c`",
        "a body to be shown as it is (TextualBody): programs that show nothing else show the words "
        "of the text alone",
    ),
    opened=(
        "from rdflib import Graph\n\n"
        'graph = Graph().parse("case.jsonld")\n'
        'rows = graph.query("""SELECT ?row ?words { ?row a :TABLE . ?one oa:hasBody ?row ;\n'
        '    oa:hasTarget/oa:hasSelector/oa:exact ?words }""")\n'
        "print(len(rows))"
    ),
    read_by="rdflib, pyshacl",
    options={
        "context": "inline (the default: readable without a network) or w3c (the address of the "
        "context, which programs look for or fetch)",
        "motivation": "why the texts were annotated, in a word of the model: describing (the "
        "default), classifying, tagging, identifying …",
    },
)

_W3C = "http://www.w3.org/ns/anno.jsonld"
_CONTEXT: dict[str, Any] = {
    "oa": "http://www.w3.org/ns/oa#",
    "as": "http://www.w3.org/ns/activitystreams#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "dctypes": "http://purl.org/dc/dcmitype/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
    **{
        name: f"oa:{name}"
        for name in ("Annotation", "SpecificResource", "TextPositionSelector", "TextQuoteSelector")
    },
    "AnnotationCollection": "as:OrderedCollection",
    "AnnotationPage": "as:OrderedCollectionPage",
    "Dataset": "dctypes:Dataset",
    "Text": "dctypes:Text",
    "body": {"@id": "oa:hasBody", "@type": "@id"},
    "target": {"@id": "oa:hasTarget", "@type": "@id"},
    "source": {"@id": "oa:hasSource", "@type": "@id"},
    "selector": {"@id": "oa:hasSelector", "@type": "@id"},
    "motivation": {"@id": "oa:motivatedBy", "@type": "@vocab"},
    "start": {"@id": "oa:start", "@type": "xsd:nonNegativeInteger"},
    "end": {"@id": "oa:end", "@type": "xsd:nonNegativeInteger"},
    "exact": "oa:exact",
    "prefix": "oa:prefix",
    "suffix": "oa:suffix",
    "creator": {"@id": "dcterms:creator", "@type": "@id"},
    "rights": {"@id": "dcterms:rights", "@type": "@id"},
    "first": {"@id": "as:first", "@type": "@id"},
    "last": {"@id": "as:last", "@type": "@id"},
    "partOf": {"@id": "as:partOf", "@type": "@id"},
    "items": {"@id": "as:items", "@type": "@id", "@container": "@list"},
    "total": {"@id": "as:totalItems", "@type": "xsd:nonNegativeInteger"},
    "startIndex": {"@id": "as:startIndex", "@type": "xsd:nonNegativeInteger"},
    "format": "dc:format",
    "language": "dc:language",
    "label": "rdfs:label",
    "name": "foaf:name",
}
"""What is used of the context of the model, with the meaning that it has there."""

_MOTIVATIONS = [
    *("describing", "assessing", "bookmarking", "classifying", "commenting", "editing"),
    *("highlighting", "identifying", "linking", "moderating", "questioning", "replying", "tagging"),
]
_RESERVED = {
    *("Annotation", "Audience", "Audio", "Choice", "CssSelector", "CssStylesheet", "Dataset"),
    *("Image", "Motivation", "Organization", "Person", "Software", "Text", "Video", "auto", "ltr"),
    *("rtl", *_CONTEXT, *_MOTIVATIONS),
}
"""Terms of the context which a table could be called like."""

_AROUND = 32
"""Characters before and behind the words."""
_SAFE = 1 << 53
"""Up to here every reader of JSON has integers as they are."""
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


class _Table(NamedTuple):
    """What the annotations of a table have in common."""

    table: str
    names: Names
    term: str
    fields: list[tuple[str, str, Callable[[Any], Any] | None]]
    declared: list[TextSpan]


def export(material: Material, place: Place) -> None:
    """Write the collection, annotation by annotation."""
    motivation = material.chosen("motivation", *_MOTIVATIONS)
    inline = material.chosen("context", "inline", "w3c") == "inline"
    context, tables = _tables(material)
    count = 0
    with place.open() as stream:
        context[motivation] = f"oa:{motivation}"
        stream.write(_head(material, [_CONTEXT | context] if inline else [_W3C, context]))
        for table in tables:
            for annotation in _annotations(material, table, motivation):
                stream.write(b",\n" if count else b"\n")
                stream.write(_encode(annotation).encode())
                count += 1
        stream.write(f'\n]}},\n"total": {count}\n}}\n'.encode())


def _head(material: Material, context: list[Any]) -> bytes:
    """Everything before the first annotation."""
    package = material.package
    whole, only = (f"#{_free(name, material.tables)}" for name in ("annotations", "page"))
    members = {
        "@context": context if len(context) > 1 else context[0],
        "id": whole,
        "type": "AnnotationCollection",
        "label": package.title or package.name,
        "dcterms:source": described(material),
        "last": only,
    }
    lines = [f"{_encode(name)}: {_encode(value)},\n" for name, value in members.items() if value]
    page = {"id": only, "type": "AnnotationPage", "partOf": whole, "startIndex": 0}
    return f'{{\n{"".join(lines)}"first": {_encode(page)[:-1]}, "items": ['.encode()


def _free(name: str, taken: Container[str]) -> str:
    """A name that no table has: without a name of the package tables are called so, too."""
    return name if name not in taken else _free(f"{name}-", taken)


def _tables(material: Material) -> tuple[dict[str, Any], list[_Table]]:
    """The terms of the package's own, and its tables that have spans."""
    made = bytes.fromhex(descriptor_hash(material).removeprefix("sha256:"))
    name = base64.urlsafe_b64encode(made).decode().rstrip("=")
    context: dict[str, Any] = {"@vocab": f"ni:///sha-256;{name}#"}
    tables = []
    for table, schema in material.tables.items():
        if not schema.text_spans:
            material.note(f"{table}: it has no spans, so that there is no annotation of its rows")
            continue
        fields = []
        for column in material.arrow_schema(table):
            key = f"{term(table)}.{term(column.name)}"
            kind = str(column.type)
            if kind in _TYPES:
                context[key] = {"@id": context["@vocab"] + key, "@type": _TYPES[kind]}
            fields.append((column.name, key, _VALUES.get(kind)))
        own = term(table)
        own = own if own not in _RESERVED else f"%{ord(own[0]):02X}{own[1:]}"
        tables.append(_Table(table, names_of(material, table), own, fields, schema.text_spans))
    return context, tables


def term(name: str) -> str:
    """A name as a part of an IRI; `urllib.parse.unquote` gives it back.

    >>> term("Größe"), term("a.b c"), term("@id")
    ('Größe', 'a%2Eb%20c', '%40id')
    """
    return "".join(c if c.isalnum() or c in "_-" else percent(c) for c in name)


def _integer(value: int) -> Any:
    """An integer, so that no reader of JSON rounds it."""
    if -_SAFE <= value <= _SAFE:
        return value
    return {"@type": "xsd:integer", "@value": str(value)}


def _double(value: float) -> Any:
    """A number, so that it is the same behind the conversion that JSON-LD prescribes."""
    if math.isfinite(value) and float(f"{value:.15E}") == value:
        return value
    return {"@type": "xsd:double", "@value": number_text(value)}


_TYPES = {str(pa.float64()): "xsd:double", str(pa.date32()): "xsd:date"}
_VALUES: dict[str, Callable[[Any], Any]] = {
    str(pa.int64()): _integer,
    str(pa.float64()): _double,
    str(pa.date32()): datetime.date.isoformat,
}


def _annotations(material: Material, table: _Table, motivation: str) -> Iterator[dict[str, Any]]:
    bare = 0
    sources: dict[str, str] = {}
    for place, row in enumerate(material.rows(table.table), start=1):
        bare += not row.spans
        name = table.names.row(row, place)
        body = _body(table, row, name) if row.spans else {}
        for span in row.spans:
            if span.text not in sources:
                sources[span.text] = text_iri(material, span.text)
            yield {
                "id": table.names.span(name, span),
                "type": "Annotation",
                "motivation": motivation,
                "body": body,
                "target": {
                    "type": "SpecificResource",
                    "source": sources[span.text],
                    "selector": _selectors(material, table.declared[span.declaration], row, span),
                },
            }
    if bare:
        material.note(
            f"{table.table}: {counted(bare, 'row')} without a span, of which there is no annotation"
        )


def _body(table: _Table, row: Row, name: str) -> dict[str, Any]:
    body: dict[str, Any] = {"id": name, "type": table.term}
    for column, key, made in table.fields:
        value = row.values[column]
        if value is not None:
            body[key] = made(value) if made is not None else value
    return body


def _selectors(
    material: Material, declared: TextSpan, row: Row, span: RowSpan
) -> list[dict[str, Any]]:
    position = {"type": "TextPositionSelector", "start": span.start, "end": span.end}
    if not span.exact:
        return [position]
    text = material.text(span.text)
    if text:
        before = text[max(0, span.start - _AROUND) : span.start]
        behind = text[span.end : span.end + _AROUND]
    else:
        said = (declared.fields.prefix, declared.fields.suffix)
        before, behind = (row.values[name] or "" if name else "" for name in said)
    quote = {"type": "TextQuoteSelector", "exact": span.exact}
    if before:
        quote["prefix"] = before
    if behind:
        quote["suffix"] = behind
    return [position, quote]
