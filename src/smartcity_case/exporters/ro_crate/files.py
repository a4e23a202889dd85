"""The files of a package, copied as they are."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from smartcity_case.errors import UnwritablePackage
from smartcity_case.exporters.shared.hashing import Hashing
from smartcity_case.exporters.shared.provenance import all_rights, sources
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smartcity_case.exporters.format import Place
    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.profile import Package, Resource

METADATA = "ro-crate-metadata.json"


@dataclass(frozen=True)
class File:
    """A file that was copied; `resource` is the one that it belongs to, if it belongs to one."""

    name: str
    description: str = ""
    encoding: str = ""
    resource: Resource | None = None
    is_table: bool = False
    is_descriptor: bool = False
    size: int = 0
    sha256: str = ""


@dataclass
class Copied:
    """The files that were copied, by their paths."""

    files: dict[str, File] = field(default_factory=dict)


def copy_files(material: Material, place: Place) -> Copied:
    """Copy every file of the package that its descriptor names, and that is not withheld."""
    copied = Copied()
    for path, file in _named(material):
        if path in copied.files:
            continue
        if path == METADATA:
            raise UnwritablePackage(f"{path} is a file of the package already; export without it")
        with place.open(path) as stream:
            sink = Hashing(stream)
            sink.writelines(material.files.chunks(path))
        copied.files[path] = replace(file, size=sink.stated.bytes, sha256=sink.stated.sha256)
    return copied


def _named(material: Material) -> Iterator[tuple[str, File]]:
    """The files to be copied, in the order of the descriptor; some may be named twice."""
    told = "The descriptor: tables, types, keys, vocabularies and spans as they are declared."
    yield DESCRIPTOR, File(DESCRIPTOR, told, "application/json", is_descriptor=True)
    for resource in material.package.resources:
        if resource.left_out:
            material.note(f"{resource.name}: it is withheld, and not in the crate")
            continue
        for path in resource.paths:
            kind = _encoding(path, resource)
            is_table = resource.name in material.tables
            title = resource.title or resource.name
            yield path, File(title, resource.description, kind, resource, is_table)
    yield from _of_tables(material)
    raw = json.loads(material.files.read(DESCRIPTOR))
    for each in raw["resources"]:
        for what in ("schema", "dialect"):
            if isinstance(path := each.get(what), str):
                yield path, File(f"{what} of {each['name']}", "", "application/json")
    for path in _documents(material):
        if material.content.file_bytes(path) is not None:
            yield path, File(path, "A document that the descriptor names.", _encoding(path))
        else:
            material.note(f"{path}: the descriptor names it, but it is not there")


def _of_tables(material: Material) -> Iterator[tuple[str, File]]:
    """The text files that tables name."""
    withheld: dict[str, int] = {}
    for text in material.texts():
        resource = material.resource(text.resource)
        if text.name == text.resource or not text.path:
            continue
        if text.text is None:
            withheld[resource.name] = withheld.get(resource.name, 0) + 1
        else:
            yield text.path, File(text.name, "", "text/plain", resource)
    for name, count in withheld.items():
        material.note(f"{name}: {counted(count, 'text')} withheld, and not in the crate")


def _documents(material: Material) -> Iterable[str]:
    """What licences and sources name that is in the package."""
    package = material.package
    parts: list[Package | Resource] = [package, *package.resources]
    named = [right.file for right in all_rights(package)]
    named += [source.file for part in parts for source in sources(part)]
    return dict.fromkeys(filter(None, named))


def _encoding(path: str, resource: Resource | None = None) -> str:
    """The media type of a file, if it is stated or can be told by its name."""
    if resource is not None and resource.media:
        return resource.media
    form = resource.form if resource is not None else ""
    return _ENCODINGS.get(form or path.rpartition(".")[2].lower(), "")


_ENCODINGS = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "parquet": "application/vnd.apache.parquet",
    "txt": "text/plain",
    "md": "text/markdown",
    "html": "text/html",
    "json": "application/json",
    "pdf": "application/pdf",
}
