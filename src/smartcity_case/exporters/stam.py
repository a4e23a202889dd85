"""STAM (Stand-off Text Annotation Model) in one self-contained JSON file."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from smartcity_case.citation import citation
from smartcity_case.citation.described import describe
from smartcity_case.exporters.format import Format
from smartcity_case.exporters.shared.iris import Names, names_of, package_iri, text_iri
from smartcity_case.exporters.shared.provenance import (
    descriptor_hash,
    language,
    rights,
    sources,
)
from smartcity_case.exporters.shared.values import number_text
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from smartcity_case.exporters.format import Place
    from smartcity_case.exporters.shared.material import Material, RowSpan
    from smartcity_case.profile import Resource

FORMAT = Format(
    name="stam",
    title="STAM (stand-off text annotation)",
    example="case.stam.json",
    writes=(
        "An AnnotationStore in one file: a TextResource with its text for each text, an "
        "AnnotationDataSet for each table with the fields as its keys, an Annotation for each span "
        "of each row, called NAME@VERSION#TABLE/KEY:COLUMN, with a TextSelector (code points from "
        "the beginning) and the values of the row: Int, Float, Bool and String. A row without a "
        "span is an Annotation of its AnnotationDataSet. The set datapackage.json says what the "
        "package is, whose, and what each licence covers, of the texts and of the tables; its keys "
        "row and span say of which row an annotation is, and of which of its spans. Values have "
        "an @id made of them, so that the same value is shared when it is read."
    ),
    loses=(
        "missing values, which are left out",
        "dates and times as such: they are strings, since STAM has only points in time with a zone",
        "numbers as numbers in a column that has NaN, infinity, or one with so many digits that "
        "the library stam would read another one: it is a column of strings",
        "keys, references between rows, vocabularies, constraints: the descriptor has them",
        "files that are neither tables nor texts",
    ),
    opened=(
        "import stam\n\n"
        'store = stam.AnnotationStore(file="case.stam.json")\n'
        'rows = list(store.dataset("TABLE").key("exact").annotations())\n'
        "print(len(rows), rows[0].id(), rows[0].text())"
    ),
    read_by="stam",
    needs_texts=True,
)

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
Json = dict[str, Any]


class _Table(NamedTuple):
    """What the annotations of a table have in common."""

    table: str
    set: str
    names: Names
    fields: list[tuple[str, str, Callable[[Any], Json]]]
    declared: int


def export(material: Material, place: Place) -> None:
    """Write the store, text by text and annotation by annotation."""
    texts: dict[str, str] = {}
    tables = _tables(material)
    meta = _free(DESCRIPTOR, [table.set for table in tables])
    head = {"@type": "AnnotationStore", "@id": package_iri(material.package) or DESCRIPTOR}
    with place.open() as stream:
        stream.write(f"{_encode(head)[:-1]},\n".encode())
        for pieces in (
            _listed("resources", _resources(material, texts)),
            _listed("annotationsets", _sets(tables, meta), before=",\n"),
            _listed("annotations", _annotations(material, tables, meta, texts), before=",\n"),
        ):
            stream.writelines(pieces)
        stream.write(b"}\n")


def _listed(name: str, items: Iterable[Json], before: str = "") -> Iterator[bytes]:
    yield f'{before}"{name}": ['.encode()
    mark = "\n"
    for item in items:
        yield (mark + _encode(item)).encode()
        mark = ",\n"
    yield b"\n]"


def _identifier(material: Material, name: str) -> str:
    """A name as STAM takes it: not empty, and not like its temporary identifiers (`!R0`)."""
    if name and name[0] not in "!%":
        return name
    made = f"%{ord(name[0]):02X}{name[1:]}" if name else "%"
    material.note(f"{name!r} is called {made!r}, since STAM takes no such identifier")
    return made


def _free(name: str, taken: list[str]) -> str:
    return name if name not in taken else _free(f"{name}'", taken)


def _resources(material: Material, texts: dict[str, str]) -> Iterator[Json]:
    for text in material.texts():
        texts[text.name] = _identifier(material, text.name)
        yield {"@type": "TextResource", "@id": texts[text.name], "text": text.text}


def _tables(material: Material) -> list[_Table]:
    tables = []
    for table, schema in material.tables.items():
        fields = []
        unsafe = _unsafe(material, table)
        for column in material.arrow_schema(table):
            made = _number if column.name in unsafe else _VALUES.get(str(column.type), _string)
            fields.append((column.name, _identifier(material, column.name), made))
        called = _identifier(material, table)
        names = names_of(material, table, ":")
        tables.append(_Table(table, called, names, fields, len(schema.text_spans)))
    return tables


def _unsafe(material: Material, table: str) -> set[str]:
    """The columns of numbers with one that JSON does not have, or that `stam` would change.

    It reads a number as digits times a power of ten, and that is exact only up to
    2 ** 53 and 10 ** 22; beyond, one in some is another number in its last bit.
    """
    found: set[str] = set()
    columns = [c.name for c in material.arrow_schema(table) if c.type == pa.float64()]
    for batch in material.batches(table) if columns else ():
        for name in [name for name in columns if name not in found]:
            wrong = next((v for v in batch[name].to_pylist() if v is not None and _odd(v)), None)
            if wrong is not None:
                found.add(name)
                told = "a column of strings, since stam would not read as it is the number"
                material.note(f"{table}.{name}: {told} {_number(wrong)['value']}")
    return found


def _odd(value: float) -> bool:
    if not math.isfinite(value):
        return True
    _, digits, exponent = Decimal(repr(value)).as_tuple()
    return int("".join(map(str, digits))) > 1 << 53 or abs(int(exponent)) > 22


def _sets(tables: list[_Table], meta: str) -> Iterator[Json]:
    for table in tables:
        yield _set(table.set, [key for _, key, _ in table.fields])
    yield _set(meta, _META)


def _set(name: str, keys: Iterable[str]) -> Json:
    listed = [{"@type": "DataKey", "@id": key} for key in keys]
    return {"@type": "AnnotationDataSet", "@id": name, "keys": listed, "data": []}


def _annotations(
    material: Material, tables: list[_Table], meta: str, texts: dict[str, str]
) -> Iterator[Json]:
    """What is said of the package, then the rows."""
    times = Counter[str]()
    for name, target, said in _said(material, tables, meta, texts):
        if said:
            times[name] += 1
            if times[name] > 1:  # one file may be several texts, and the package be called like it
                material.note(f"{name}: an annotation of several things, the others have a number")
                name = f"{name};{times[name]}"
            yield _annotation(name, target, [_data(meta, key, _string(text)) for key, text in said])
    for table in tables:
        bare = 0
        for place, row in enumerate(material.rows(table.table), start=1):
            name = table.names.row(row, place)
            data = [
                _data(table.set, key, made(row.values[column]))
                for column, key, made in table.fields
                if row.values[column] is not None
            ]
            data.append(_data(meta, "row", _string(name)))
            if not row.spans:
                bare += 1
                yield _annotation(name, _of_set(table.set), data)
            for span in row.spans:
                column = _data(meta, "span", _string(table.names.columns[span.declaration]))
                target = _selected(texts[span.text], span)
                yield _annotation(table.names.span(name, span), target, [*data, column])
        if bare and table.declared:
            told = f"{table.table}: {counted(bare, 'row')} without a span: annotations of the table"
            material.note(told)


def _annotation(name: str, target: Json, data: list[Json]) -> Json:
    return {"@type": "Annotation", "@id": name, "target": target, "data": data}


def _data(name: str, key: str, value: Json) -> Json:
    """A value under an identifier that no other value of the key has."""
    said = f"{value['@type']} {value['value']}".encode()
    mark = hashlib.blake2b(said, digest_size=12).hexdigest()
    return {
        "@type": "AnnotationData",
        "@id": f"{key}/{mark}",
        "set": name,
        "key": key,
        "value": value,
    }


def _selected(resource: str, span: RowSpan) -> Json:
    ends = zip(("begin", "end"), (span.start, span.end), strict=True)
    offset = {name: {"@type": "BeginAlignedCursor", "value": at} for name, at in ends}
    return {
        "@type": "TextSelector",
        "resource": resource,
        "offset": {"@type": "Offset", **offset},
    }


def _of_set(name: str) -> Json:
    return {"@type": "DataSetSelector", "annotationset": name}


def _string(value: Any) -> Json:
    return {"@type": "String", "value": str(value)}


def _number(value: float) -> Json:
    """A number as a string, as a data package writes it."""
    return _string(number_text(value))


_VALUES: dict[str, Callable[[Any], Json]] = {
    str(pa.int64()): lambda value: {"@type": "Int", "value": value},
    str(pa.float64()): lambda value: {"@type": "Float", "value": value},
    str(pa.bool_()): lambda value: {"@type": "Bool", "value": value},
}

_META = (
    *("row", "span", "name", "version", "title", "description", "creator", "citation", "licence"),
    *("source", "path", "hash", "language"),
)
"""The keys of the set that says what the package is; `row` and `span` stand with each row."""


def _said(
    material: Material, tables: list[_Table], meta: str, texts: dict[str, str]
) -> Iterator[tuple[str, Json, list[tuple[str, str]]]]:
    """What is said of the package, its texts and its tables: its name, target, keys and values."""
    package = material.package
    yield (
        package_iri(package) or DESCRIPTOR,
        _of_set(meta),
        _filled(
            ("name", package.name),
            ("version", package.version),
            ("title", package.title),
            ("description", package.description),
            *(("creator", who.display) for who in describe(package).creators),
            ("citation", citation(package)),
            *(("licence", str(each)) for each in rights(package)),
            *(("source", str(each)) for each in sources(package)),
            ("hash", descriptor_hash(material)),
        ),
    )
    for table in tables:
        said = _of_resource(material.resource(table.table))
        yield table.names.table, _of_set(table.set), said
    for name, called in texts.items():
        resource = package.resource(name)
        said = [("path", material.path(name)), *(_of_resource(resource) if resource else [])]
        target = {"@type": "ResourceSelector", "resource": called}
        yield text_iri(material, name), target, _filled(*said)


def _of_resource(resource: Resource) -> list[tuple[str, str]]:
    return _filled(
        ("title", resource.title),
        ("description", resource.description),
        ("language", language(resource)),
        ("hash", resource.hash),
        *(("licence", str(each)) for each in rights(resource)),
    )


def _filled(*said: tuple[str, str]) -> list[tuple[str, str]]:
    return [(key, text) for key, text in said if text]
