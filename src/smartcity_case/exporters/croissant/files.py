"""The files beside the metadata: tables as Parquet, texts, licences, the descriptor."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING

import pyarrow as pa

from smartcity_case.arrays import strings
from smartcity_case.exporters.shared.hashing import Hashing
from smartcity_case.exporters.shared.names import file_names
from smartcity_case.exporters.shared.parquet_files import (
    Seen,
    for_pandas,
    write_parquet,
)
from smartcity_case.exporters.shared.provenance import all_rights, language
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from smartcity_case.exporters.format import Place
    from smartcity_case.exporters.shared.material import Material, SourceText
    from smartcity_case.exporters.shared.schema_org import Node
    from smartcity_case.profile import Resource

PARQUET = "application/x-parquet"


@dataclass
class File:
    """A file that was written: its node, and the resource that it comes from."""

    node: Node
    resource: Resource | None = None


@dataclass
class Written:
    """What was written, and what it is called.

    `ids` are the identifiers of resources, `fields` those of the fields of each
    table within it; `tables` and `texts` are the files of tables and of texts
    by their resource; `rows` counts the rows of a table; `columns` are its columns by
    field; `rights` the files of licences by their path in the package.
    """

    ids: dict[str, str]
    fields: dict[str, dict[str, str]]
    files: list[File] = field(default_factory=list)
    tables: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    rights: dict[str, str] = field(default_factory=dict)

    def field_id(self, table: str, name: str) -> str:
        """The identifier of a field."""
        return f"{self.ids[table]}/{self.fields[table][name]}"

    def file_id(self, path: str) -> str:
        """The identifier of a file: its path, unless a table or a field is called so."""
        return f"{path}~" if path in self._taken else path

    @cached_property
    def _taken(self) -> set[str]:
        fields = (
            self.field_id(table, name) for table in self.fields for name in self.fields[table]
        )
        return {*self.ids.values(), *fields}


def write_files(material: Material, place: Place) -> Written:
    """Write all files but the metadata."""
    package = material.package
    written = Written(
        plain_names(resource.name for resource in package.resources),
        {name: plain_names(schema.names) for name, schema in material.tables.items()},
    )
    for name in material.tables:
        _write_table(material, place, name, written)
    _write_texts(material, place, written)
    _copy_others(material, place, written)
    for path, name in plain_names(right.file for right in all_rights(package)).items():
        if path and (data := material.content.file_bytes(path)) is not None:
            written.rights[path] = f"rights/{name}"
            with _file(place, written, f"rights/{name}", "", None, _RIGHTS.format(path)) as stream:
                stream.write(data)
    with _file(place, written, "descriptor.json", _JSON, None, _DESCRIPTOR) as stream:
        stream.write(material.files.read(DESCRIPTOR))
    return written


def plain_names(names: Iterable[str]) -> dict[str, str]:
    """A name for each of some that may be anything, good for a file, in an address and as an id.

    There is no `%` in it: whether that is decoded where a file is named, readers do not agree.

    >>> plain_names(["rows", "Größe"])
    {'rows': 'rows', 'Größe': 'Gr~C3~B6~C3~9Fe'}
    """
    made = file_names(dict.fromkeys(names))
    return {name: plain.replace("%", "~") for name, plain in made.items()}


_JSON = "application/json"
_RIGHTS = "{} of the package, which its licences name."
_DESCRIPTOR = (
    "The descriptor of the data package (datapackage.json) that this was made from: its tables, "
    "types, keys and spans as they are declared. The paths in it are those of the package."
)


@contextmanager
def _file(
    place: Place,
    written: Written,
    path: str,
    encoding: str,
    resource: Resource | None = None,
    description: str = "",
) -> Iterator[Hashing]:
    """A file of the data set, which gets its node once it is written."""
    with place.open(path) as stream:
        sink = Hashing(stream)
        yield sink
    node = {
        "@type": "cr:FileObject",
        "@id": written.file_id(path),
        "name": path,
        "description": description or (resource.title if resource is not None else ""),
        "contentUrl": path,
        "contentSize": f"{sink.stated.bytes} B",
        "encodingFormat": encoding or _ENCODINGS.get(path.rpartition(".")[2].lower(), _UNKNOWN),
        "sha256": sink.stated.sha256,
        "inLanguage": language(resource) if resource is not None else "",
    }
    written.files.append(File({k: v for k, v in node.items() if v}, resource))


_ENCODINGS = {"md": "text/markdown", "txt": "text/plain", "html": "text/html"}
_UNKNOWN = "application/octet-stream"


def _write_table(material: Material, place: Place, name: str, written: Written) -> None:
    schema = material.arrow_schema(name)
    written.columns[name] = columns = column_names(schema.names)
    if not columns:
        material.note(f"{name}: it has no columns, and so no file and no record set")
        return
    renamed = [pa.field(columns[each.name], each.type) for each in schema]
    named = pa.schema(renamed, metadata={"pandas": for_pandas(renamed, {})})
    path, seen = f"{written.ids[name]}.parquet", Seen()
    with _file(place, written, path, PARQUET, material.resource(name)) as stream:
        batches = seen.of(material.batches(name))
        write_parquet(stream, named, (each.rename_columns(named.names) for each in batches))
    written.tables[name], written.rows[name] = written.file_id(path), seen.rows
    for column, count in seen.nans.items():
        material.note(
            f"{name}.{column}: {counted(count, 'cell')} with NaN, which the reader of the "
            "format takes for missing; in the file they are kept apart"
        )


def column_names(names: Sequence[str]) -> dict[str, str]:
    """The columns of fields: their names, but for those that the reader cannot take.

    It takes no empty name, and has a column `level_0` of its own where one is called `index`.

    >>> column_names(["a", "", "index", "level_0"])
    {'a': 'a', '': '_', 'index': 'index', 'level_0': 'level_0_'}
    """
    refused = {"", "level_0"} if "index" in names else {""}
    found: dict[str, str] = {}
    for name in names:
        made = name
        while made in refused or (made != name and made in names):
            made += "_"
        found[name] = made
    return found


def _write_texts(material: Material, place: Place, written: Written) -> None:
    """The texts that are files: a file each, or a table of those that a table names."""
    withheld: set[str] = set()
    for name, texts in groupby(material.texts(), key=attrgetter("resource")):
        resource = material.resource(name)
        there = _there(texts, withheld)
        if (first := next(there, None)) is None:
            continue
        path = f"texts/{written.ids[name]}"
        if first.name == name:
            with _file(place, written, f"{path}.txt", "text/plain", resource) as stream:
                stream.write((first.text or "").encode())
        elif first.path:
            with _file(place, written, f"{path}.parquet", PARQUET, resource) as stream:
                write_parquet(stream, _TEXTS, _listed(chain([first], there)), ["text"])
        else:  # in the cells of a table, which is there already
            deque(there, maxlen=0)
            continue
        written.texts[name] = written.files[-1].node["@id"]
    for name in sorted(withheld):
        material.note(f"{name}: texts are withheld, and not in what was written")


def _there(texts: Iterable[SourceText], withheld: set[str]) -> Iterator[SourceText]:
    """The texts that are there; of the others the resource is noted."""
    for text in texts:
        if text.text is None:
            withheld.add(text.resource)
        else:
            yield text


def _copy_others(material: Material, place: Place, written: Written) -> None:
    """The files of resources that are neither tables nor texts, as they are."""
    others = [r for r in material.package.resources if r.kind == "other" and not r.left_out]
    of_file = {path: resource for resource in others for path in resource.paths}
    for path, name in plain_names(of_file).items():
        with _file(place, written, f"files/{name}", of_file[path].media, of_file[path]) as stream:
            stream.writelines(material.files.chunks(path))


_TEXTS = pa.schema([pa.field("key", pa.string()), pa.field("text", pa.string())])


def _listed(texts: Iterator[SourceText]) -> Iterator[pa.RecordBatch]:
    """Texts as rows, some at a time."""
    while some := list(islice(texts, 100)):
        columns = [strings([each.key for each in some]), strings([each.text for each in some])]
        yield pa.RecordBatch.from_arrays(columns, schema=_TEXTS)
