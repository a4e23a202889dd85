"""A package as a folder of Parquet files that is a package itself, and can be proven again.

The texts and other files are copied as they are, so that every span still
points at what it pointed at; only the tables are other files. Hashes are those
of the new files, and stand in the new descriptor.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from smartcity_case.checks.descriptor import path_fault
from smartcity_case.citation import citation, licence
from smartcity_case.errors import SmartcityCaseError, UnwritablePackage
from smartcity_case.exporters.parquet.schemas import carried
from smartcity_case.exporters.parquet.tables import notes_on, parquet_schema, with_terms
from smartcity_case.exporters.parquet.texts import ABOUT, TEXTS, text_batches
from smartcity_case.exporters.shared.hashing import Hashing, Stated
from smartcity_case.exporters.shared.names import file_names
from smartcity_case.exporters.shared.parquet_files import Seen, write_parquet
from smartcity_case.exporters.shared.provenance import all_rights, objects, provenance
from smartcity_case.profile import DESCRIPTOR, TableSchema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smartcity_case.exporters.format import Place
    from smartcity_case.exporters.shared.material import Material, SourceText

Json = dict[str, Any]
_TEXTS = TableSchema.model_validate(TEXTS)

LOSES = (
    "how a cell was written: 1.50 is 1.5, 007 is 7 where the schema says integer, and which of "
    "several missing values stood there",
    "how the tables were written: delimiter, line ends, files of a table apart",
    "datetime, time, duration, list, object, geopoint and the like stay text",
)
"""What no such folder has."""


class WrittenTable(NamedTuple):
    """A table that was written: its resource, the name of its file, the path, rows, the hash."""

    name: str
    stem: str
    path: str
    rows: int
    hash: str


class WrittenFolder(NamedTuple):
    """What was written: the tables, and the table of texts, if any text has a file."""

    tables: tuple[WrittenTable, ...]
    texts: WrittenTable | None
    files: frozenset[str]
    """The paths of the files that were copied."""


def write_folder(
    material: Material,
    place: Place,
    under: str = "",
    *,
    reserved: Iterable[str] = (),
    vocabularies: bool = True,
) -> WrittenFolder:
    """Write the tables below `under` (`data/`, say), the other files, and a descriptor.

    No file is written to a `reserved` path. Without `vocabularies` the columns
    with terms are of strings.
    """
    return _Folder(material, place, under, vocabularies, {DESCRIPTOR, *reserved}).write()


@dataclass
class _Folder:
    """A folder on its way out."""

    material: Material
    place: Place
    under: str
    vocabularies: bool
    reserved: set[str]
    _copied: dict[str, tuple[str, Stated]] = field(default_factory=dict)
    """For each path of the package the new one, with the size and hash of the file."""

    def write(self) -> WrittenFolder:
        """Write it all; the texts and other files first, since no table may be called like them."""
        listed = self._copy_texts()
        if any(schema.names == _TEXTS.names for schema in self.material.tables.values()):
            listed = []  # the package is such a folder itself
        for resource in self.material.package.resources:
            if resource.kind == "other":
                for path in resource.paths:
                    self._copy(path)
        self._copy_licences()
        names = [*self.material.tables, *([self._texts_name()] if listed else [])]
        stems = file_names(names, self._there())
        tables, described = [], dict[str, Json]()
        for name in self.material.tables:
            table, described[name] = self._table(name, stems[name])
            tables.append(table)
        resources = [self._resource(each, described) for each in self._raw["resources"]]
        texts = None
        if listed:
            texts, added = self._texts(listed, stems[names[-1]])
            resources.append(added)
        with self.place.open(DESCRIPTOR) as stream:
            told = json.dumps(self._package(resources), ensure_ascii=False, indent=2)
            stream.write(told.encode() + b"\n")
        copied = frozenset(path for path, _ in self._copied.values())
        return WrittenFolder(tuple(tables), texts, copied)

    @cached_property
    def _raw(self) -> Json:
        """The descriptor as it stands."""
        raw: Json = json.loads(self.material.files.read(DESCRIPTOR))
        return raw

    @cached_property
    def _given(self) -> dict[str, Json]:
        """The resources as they stand, by name."""
        return {each["name"]: each for each in self._raw["resources"]}

    @cached_property
    def _origin(self) -> Json:
        """Where the export comes from; what else there is to tell stands in the descriptor."""
        said = provenance(self.material)
        return {name: said[name] for name in said if name in _ORIGIN}

    def _package(self, resources: list[Json]) -> Json:
        """The descriptor with other resources."""
        return self._raw | {"resources": resources, "exportedFrom": self._origin}

    @cached_property
    def _attrs(self) -> dict[str, str]:
        """What is told of every table to pandas."""
        package = self.material.package
        told = {"name": package.name, "version": package.version}
        told |= {"citation": citation(package), "licence": licence(package)}
        return {name: text for name, text in told.items() if text}

    def _texts_name(self) -> str:
        """The name of the table of texts, which no resource has."""
        name = "texts"
        while name in self._given:
            name = f"{name}-as-table"
        return name

    # files

    @cached_property
    def _kept(self) -> frozenset[str]:
        """The reserved paths, as a system has them that ignores case."""
        return frozenset(path.lower() for path in self.reserved)

    def _copy(self, path: str, *, fixed: bool = False) -> None:
        """Copy a file once; one that is not `fixed` may be moved, if its path is needed."""
        if path in self._copied:
            return
        new = self._moved(path, fixed=fixed)
        with self.place.open(new) as stream:
            sink = Hashing(stream)
            sink.writelines(self.material.files.chunks(path))
        self._copied[path] = new, sink.stated

    def _moved(self, path: str, *, fixed: bool) -> str:
        """Where a file goes: to its own path, if nothing that must be there is in its way."""
        if not any(_in_the_way(path, kept, self.under) for kept in self._kept):
            return path
        if fixed:
            raise UnwritablePackage(
                f"{path}: the format has such a file itself, and a table of texts names this one; "
                "give it another path"
            )
        there = self._given_paths | {new.lower() for new, _ in self._copied.values()}
        new = f"files/{path}"
        while any(_in_the_way(new, other) for other in there):
            new = f"files/{new}"
        return new

    @cached_property
    def _given_paths(self) -> frozenset[str]:
        """The paths of the package, in lower case."""
        paths = {path for each in self.material.package.resources for path in each.paths}
        paths |= {text.path for text in self.material.texts()}
        paths |= {right.file for right in all_rights(self.material.package)}
        return frozenset(path.lower() for path in paths if path)

    def _copy_texts(self) -> list[SourceText]:
        """Copy the files of the texts; the texts that have one, without their words."""
        found = []
        for text in self.material.texts():
            if text.text is not None and text.path:
                self._copy(text.path, fixed=text.name != text.resource)
                found.append(text._replace(text=None))
        return found

    def _copy_licences(self) -> None:
        """Copy the files that licences name: whoever gets the tables should have them."""
        for path in dict.fromkeys(right.file for right in all_rights(self.material.package)):
            if path_fault(path) or path in self._copied:
                continue
            if any(_in_the_way(path, kept, self.under) for kept in self._kept):
                self.material.note(f"{path}, which a licence names: there is another such file")
                continue
            try:
                self.material.files.size(path)
            except SmartcityCaseError:
                self.material.note(f"{path}, which a licence names: the package lacks it")
            else:
                self._copy(path)

    def _there(self) -> Iterator[str]:
        """What is called like a table's file, among the files and folders beside it."""
        end = ".parquet"
        for path in (*self.reserved, *(path for path, _ in self._copied.values())):
            if path.lower().startswith(self.under):
                name = path[len(self.under) :].partition("/")[0]
                if name.lower().endswith(end):
                    yield name[: -len(end)]

    # tables

    def _table(self, name: str, stem: str) -> tuple[WrittenTable, Json]:
        """Write a table; with its new resource."""
        material, schema, given = self.material, self.material.tables[name], self._given[name]
        resource = {key: value for key, value in given.items() if key not in _OF_FILES}
        if (given.get("withheld") or {}).get("files"):
            resource["withheld"] = {"files": True}
        path = f"{self.under}{stem}.parquet"
        resource |= {"type": "table", "path": path, **_PARQUET}
        shown = given["schema"]
        if isinstance(shown, str):
            shown = json.loads(material.files.read(shown))
        columns = carried(material, name, shown)
        planned = parquet_schema(
            schema,
            material.arrow_schema(name),
            {**self._attrs, "table": name},
            vocabularies=self.vocabularies,
        )
        seen = Seen()
        batches = seen.of(with_terms(each, planned, schema) for each in material.batches(name))
        stated = self._write(path, planned, batches, {**resource, "schema": columns})
        for note in notes_on(planned, seen):
            material.note(f"{name}{note}")
        made = {**resource, **stated._asdict(), "schema": columns}
        return WrittenTable(name, stem, path, seen.rows, stated.hash), made

    def _texts(self, texts: list[SourceText], stem: str) -> tuple[WrittenTable, Json]:
        """The texts that have files, as a table, under the licences that are stated for them."""
        name, path = self._texts_name(), f"{self.under}{stem}.parquet"
        resource: Json = {"name": name, "title": "Texts", "description": ABOUT}
        resource |= {"type": "table", "path": path, **_PARQUET}
        holders = dict.fromkeys(text.resource for text in texts)
        rights = [e for h in holders for e in objects(self.material.resource(h), "licenses")]
        if rights:
            resource["licenses"] = [e for n, e in enumerate(rights) if e not in rights[:n]]
        kinds = pa.schema([pa.field(each, pa.string()) for each in _TEXTS.names])
        planned = parquet_schema(_TEXTS, kinds, {**self._attrs, "table": name}, vocabularies=False)
        rows = text_batches(self._text_rows(), planned)
        told = {**resource, "schema": TEXTS}
        stated = self._write(path, planned, rows, told, ("text",))
        made = {**resource, **stated._asdict(), "schema": TEXTS}
        return WrittenTable(name, stem, path, len(texts), stated.hash), made

    def _text_rows(self) -> Iterator[SourceText]:
        for text in self.material.texts():
            if text.text is not None and text.path:
                yield text._replace(path=self._copied[text.path][0])

    def _write(
        self,
        path: str,
        planned: pa.Schema,
        batches: Iterable[pa.RecordBatch],
        resource: Json,
        without_dictionary: tuple[str, ...] = (),
    ) -> Stated:
        """Write a table, with the descriptor of a package that has just this one in the file."""
        told = {"datapackage": json.dumps(self._package([resource]), ensure_ascii=False)}
        whole = planned.with_metadata({**planned.metadata, **told})
        with self.place.open(path) as stream:
            sink = Hashing(stream)
            write_parquet(sink, whole, batches, without_dictionary)
        return sink.stated

    def _resource(self, given: Json, tables: dict[str, Json]) -> Json:
        """A resource of the new package; a file that was copied gets its size and hash."""
        if given.get("name") in tables:
            return tables[given["name"]]
        listed = given.get("path", [])
        paths = [listed] if isinstance(listed, str) else listed
        if not all(path in self._copied for path in paths):
            return given  # a text that is withheld
        moved = [self._copied[path][0] for path in paths]
        made = given | {"path": moved[0] if isinstance(listed, str) else moved}
        if len(paths) == 1:
            made = self._copied[paths[0]][1]._asdict() | made
        return made


def _in_the_way(path: str, other: str, folder: str = "") -> bool:
    """Whether two paths cannot be there both, since they are the same, or one is below the other.

    Below `folder` other files may be.
    """
    one = path.lower()
    below = one.startswith(f"{other}/") and f"{other}/" != folder
    return one == other or below or other.startswith(f"{one}/")


_ORIGIN = ("name", "version", "citation", "descriptor")
_OF_FILES = {
    *("path", "data", "format", "mediatype", "encoding", "compression", "dialect"),
    *("bytes", "hash", "schema", "withheld"),
}
"""Properties of a resource that say how its files were, which are others now."""
_PARQUET = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
