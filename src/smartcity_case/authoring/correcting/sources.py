"""The texts of a package that spans refer to, one by one, and which of them is meant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.authoring.rewriting import refuse_incomplete
from smartcity_case.authoring.withheld.restoring import is_withheld
from smartcity_case.checks.descriptor import path_fault
from smartcity_case.checks.sources import hash_of
from smartcity_case.errors import NotFound, UnreadablePackage
from smartcity_case.report import Location, counted, held
from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smartcity_case.content import Content
    from smartcity_case.reading import TableFile
    from smartcity_case.textspans import TextSpan, TextSpanTarget

_NAMED = 5
"""Texts that a message names."""


class Place(NamedTuple):
    """Where a text of a package stands: in a file, or in a cell of a table.

    `record` counts the records of the table from 0; a text in a file has
    neither table nor column, a text in a cell no path.
    """

    path: str = ""
    table: str = ""
    column: str = ""
    record: int = 0


class Known(NamedTuple):
    """A text by one of its names: that of its resource and, in a table of texts, its key."""

    resource: str
    key: str
    place: Place
    hash: str
    """What is stated of it or of the file with its table, or ""."""

    @property
    def name(self) -> str:
        """The name as it is given on the command line."""
        return f"{self.resource}/{self.key}" if self.key else self.resource


@dataclass(frozen=True)
class Source:
    """A text of a package with all its names, and its bytes as they are."""

    place: Place
    known: tuple[Known, ...]
    data: bytes

    @property
    def name(self) -> str:
        """Its first name."""
        return self.known[0].name

    def refers(self, declared: TextSpan) -> frozenset[str] | None:
        """With which keys a declaration's rows refer to it; "" for a text without a key."""
        target, resource = declared.reference.fields, declared.reference.resource
        column = target.text if target is not None and target.text else ""
        keys = {known.key for known in self.known if known.resource == resource}
        return frozenset(keys) if keys and column == self.place.column else None


class Records(NamedTuple):
    """Some columns of a whole table, and the place of each record."""

    columns: dict[str, list[Any]]
    places: list[Location]


def records_of(table: TableFile, names: Iterable[str]) -> Records:
    """Some columns of a table as they stand in it; those that no file has are left out.

    Raises UnreadablePackage if the table cannot be read whole.
    """
    keys = tuple(table.schema.primary_key)
    wanted = dict.fromkeys((*names, *keys))
    table = replace(table, only=frozenset(wanted))
    columns: dict[str, list[Any]] = {name: [] for name in wanted}
    places: list[Location] = []
    for batch, _ in table.scan(lambda batch: None):
        cells = {name: batch.columns[name].values() for name in wanted if name in batch.columns}
        for name in wanted:
            columns[name] += cells.get(name, [None] * len(batch))
        parts = [cells.get(name, [None] * len(batch)) for name in keys]
        for number, row in enumerate(batch.rows.tolist()):
            key = held("/".join(cell_text(part[number]) for part in parts))
            places.append(Location(batch.resource, batch.path, row, key))
    refuse_incomplete(table)
    return Records({n: c for n, c in columns.items() if n not in table.absent}, places)


def sources_of(content: Content) -> list[Source]:
    """The texts that some declaration refers to, in the order of the declarations.

    A file that several resources or rows name is one text. What cannot be read is
    left out.
    """
    known: dict[Place, list[Known]] = {}
    data: dict[Place, bytes] = {}
    references = dict.fromkeys(
        (declared.reference.resource, declared.reference.fields)
        for table in content.table_files.values()
        for declared in table.schema.text_spans
    )
    for resource, target in references:
        found = _text(content, resource) if target is None else _texts(content, resource, target)
        for each, text in found:
            known.setdefault(each.place, []).append(each)
            data[each.place] = text
    return [Source(place, tuple(names), data[place]) for place, names in known.items()]


def _text(content: Content, name: str) -> Iterator[tuple[Known, bytes]]:
    resource = content.package.resource(name)
    if resource is not None and name in content.texts:
        path = resource.paths[0]
        yield Known(name, "", Place(path), resource.hash), content.files.read(path)


def _texts(content: Content, name: str, target: TextSpanTarget) -> Iterator[tuple[Known, bytes]]:
    """The texts of a table; of several with one key, which is a fault of the table, the first."""
    table = content.table_files.get(name)
    records = records_of(table, target.names) if table is not None else Records({}, [])
    if table is None or not set(target.names) <= records.columns.keys():
        return
    seen: set[str] = set()
    for record, cell in enumerate(records.columns[target.key]):
        key = cell_text(cell)
        if key in seen:
            continue
        seen.add(key)
        words = cell_text(records.columns[target.text or target.path or ""][record])
        if target.text is not None:
            place = Place("", name, target.text, record)
            yield Known(name, key, place, table.resource.hash), words.encode()
        elif not path_fault(words):
            stated = cell_text(records.columns[target.hash][record]) if target.hash else ""
            yield Known(name, key, Place(words), stated), content.files.read(words)


def find_source(content: Content, old: bytes | None, new: bytes, name: str = "") -> Source:
    """The text of a package that was corrected, by its bytes or by its name.

    The name may be that of a table of texts, too, of which one text is meant then.
    Its bytes are those of `old`, which the rows were made for, or already those of
    `new`. Without `old` its own text must be the one whose hash is stated. Raises
    NotFound if there is no such text, and UnreadablePackage if it has other bytes
    or it cannot be told which is meant.
    """
    if is_withheld(content.package):
        raise UnreadablePackage(
            "texts of this package are withheld; restore it first, and withhold it anew"
        )
    sources = sources_of(content)
    if name:
        named = [s for s in sources if name in {known.name for known in s.known}]
        sources = named or [s for s in sources if name in {known.resource for known in s.known}]
    if not sources:
        raise NotFound(f"no row refers to a text {name!r}" if name else "no row refers to a text")
    if old is not None:
        fitting = [s for s in sources if s.data == old] or [s for s in sources if s.data == new]
        if not fitting:
            which = f"{name!r}" if name else f"none of {counted(len(sources), 'text')}"
            raise UnreadablePackage(
                f"{which}: not the bytes of --old, nor of --new; --old is the text that the "
                f"rows were made for, byte by byte"
            )
    else:
        fitting = sources
    if len(fitting) > 1:
        shown = ", ".join(source.name for source in fitting[:_NAMED])
        more = f" and {len(fitting) - _NAMED} more" if fitting[_NAMED:] else ""
        raise UnreadablePackage(f"it may be {shown}{more}; name one with --source")
    if old is None:
        _check_stated(content, fitting[0])
    return fitting[0]


def _check_stated(content: Content, source: Source) -> None:
    """Raise UnreadablePackage unless a text is the one whose hash is stated."""
    stated = source.known[0].hash
    if not stated:
        raise UnreadablePackage(f"{source.name} has no hash; give the old text with --old")
    data = source.data
    if not source.place.path:
        paths = content.table_files[source.place.table].resource.paths
        data = b"".join(map(content.files.read, paths))
    if hash_of(data, stated) != stated.rpartition(":")[2].lower():
        raise UnreadablePackage(
            f"{source.name} is not the text whose hash is stated; give the old text with --old"
        )
