"""The texts of a package that spans refer to: numbered, checked, and loaded some at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import chain, groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from smartcity_case.checks.descriptor import path_fault
from smartcity_case.checks.sources import (
    HASHES,
    algorithm_of,
    all_plain,
    check_bytes,
    check_text,
    hash_of,
)
from smartcity_case.checks.variants import explained
from smartcity_case.corpus import Corpus
from smartcity_case.errors import UnreadablePackage
from smartcity_case.report import Finding
from smartcity_case.storage import RefusedPath
from smartcity_case.table import cell_text
from smartcity_case.text import OFFSET_FORM
from smartcity_case.unread import HERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from smartcity_case.arrays import Ints
    from smartcity_case.reading import TableFile
    from smartcity_case.storage import Files
    from smartcity_case.table import Batch, Column
    from smartcity_case.textspans import TextSpanTarget

RESIDENT = 64 << 20
"""Bytes of text up to which a set stays in memory."""
SHARD = 16 << 20
"""Bytes of text that are loaded at a time from a set that does not."""

_CHANGED = "a text changed while the package was read"


class Text(NamedTuple):
    """One text on its way in: its key and row, and its bytes or why there are none.

    `path` is its file, if it has one of its own; `algorithm` that of its stated
    hash, if it is not known.
    """

    key: str
    row: int
    data: bytes | None
    told: list[tuple[str, str]]
    path: str = ""
    algorithm: str = ""
    withheld: int | None = None
    """The stated size of a file that is withheld; -1 if none is stated."""


class Entry(NamedTuple):
    """A row of a table of text files."""

    key: str
    row: int
    path: str
    hash: str
    size: str | None


@dataclass
class TextSet:
    """The texts that a declaration's rows refer to, by number.

    `known` maps the keys of the readable ones to their numbers; None if there
    is just one text, without a key. A set that is small stays in memory as one
    `corpus`; of a large one, `shards` loads a part at a time.
    """

    name: str
    known: dict[str, int] | None = None
    corpus: Corpus | None = None
    sizes: list[int] = field(default_factory=list)
    reader: Reader | None = None
    left_out: set[int] = field(default_factory=set)
    """Which texts, by their place in the reading, have no number."""
    algorithm: str = ""
    """The algorithm of some text's stated hash which could not be made."""
    withheld: list[int] = field(default_factory=list)
    """The sizes of texts that are withheld, numbered behind the others; -1 if it is not stated.

    Without keys there is just this one text, or a table of which none is known.
    """

    def shards(self) -> Iterator[tuple[int, list[bytes]]]:
        """The texts of a large set a part at a time: the number of the first, and the part.

        A part has texts of one file of their table, so that the parts of a file are the
        same whoever reads it.
        """
        assert self.reader is not None
        first = number = place = 0
        for _, of_file in groupby(self.reader.read(check=False), lambda read: read[0].path):
            shard = Shard()
            for text in chain.from_iterable(texts for _, texts in of_file):
                place += 1
                if place - 1 in self.left_out:
                    continue
                data = text.data or b""
                if number >= len(self.sizes) or len(data) != self.sizes[number]:
                    raise UnreadablePackage(f"{self.name}: {_CHANGED}")
                if full := shard.add(data):
                    yield first, full
                    first = number
                number += 1
            if shard.held:
                yield first, shard.held
                first = number
        if number < len(self.sizes):
            raise UnreadablePackage(f"{self.name}: {_CHANGED}")


@dataclass
class Shard:
    """Texts that are loaded together: as many as fit, or one."""

    held: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, data: bytes) -> list[bytes]:
        """Take in a text; those before it, if it does not fit to them."""
        full: list[bytes] = []
        if self.held and self.size + len(data) > SHARD:
            full, self.held, self.size = self.held, [], 0
        self.held.append(data)
        self.size += len(data)
        return full


@dataclass
class Reader:
    """Reads the texts of a table: out of its cells, or out of the files it names."""

    files: Files
    table: TableFile
    target: TextSpanTarget

    def read(self, *, check: bool) -> Iterator[tuple[Batch, Iterable[Text]]]:
        """The texts in order, batch by batch of their table; checked only if that is asked."""
        if self.target.text is not None:
            yield from self.table.scan(partial(self._of_cells, check=check))
            return
        for batch, entries in self.table.scan(self._entries):
            # In one thread: of small files, two would mostly wait for each other.
            loaded = ((entry, self._load(entry)) for entry in entries)
            if check:
                yield batch, chain.from_iterable(map(_checked, _groups(loaded)))
            else:
                yield batch, (text for _, text in loaded)

    def some(self, wanted: Ints) -> Iterator[bytes]:
        """The texts at some places of the reading, which are in order; no others are loaded."""
        place = 0
        for batch, _ in self.table.scan(lambda batch: None):
            low, high = np.searchsorted(wanted, [place, place + len(batch)]).tolist()
            rows = wanted[low:high] - place
            place += len(batch)
            if low == high:
                continue
            if self.target.text is not None:
                yield from _bytes_of(batch.columns[self.target.text].take(rows))
            else:
                entries = self._entries(batch)
                yield from (self._load(entries[row]).data or b"" for row in rows.tolist())

    def findings(self, batch: Batch, text: Text) -> list[Finding]:
        """What is wrong or odd about a text of a batch."""
        if not text.told:
            return []
        # The field that has the texts or their paths.
        where = batch.at(text.row, self.target.text or self.target.path or "")
        which = text.path and f"{text.path}: "
        return [Finding(where, code, which + message) for code, message in text.told]

    def _of_cells(self, batch: Batch, check: bool) -> list[Text]:
        assert self.target.text is not None
        if not {self.target.key, self.target.text} <= batch.columns.keys():
            return []
        keys = batch.columns[self.target.key].values()
        cells = _bytes_of(batch.columns[self.target.text])
        plain = not check or all_plain(cells)
        return [
            Text(cell_text(key), row, data, [] if plain else check_text(data)[1])
            for row, (key, data) in enumerate(zip(keys, cells, strict=True))
        ]

    def _entries(self, batch: Batch) -> list[Entry]:
        target = self.target
        names = (target.key, target.path, target.hash, target.bytes)
        if not {name for name in names if name} <= batch.columns.keys():
            return []
        blank = [""] * len(batch)
        keys, paths, hashes, sizes = (
            [cell_text(value) for value in batch.columns[name].values()] if name else blank
            for name in names
        )
        rows = zip(keys, range(len(batch)), paths, hashes, sizes, strict=True)
        return [
            Entry(key, row, path, stated, size or None) for key, row, path, stated, size in rows
        ]

    def _load(self, entry: Entry) -> Text:
        key, row, path = entry.key, entry.row, entry.path
        if fault := path_fault(path):
            return Text(key, row, None, [("path.unsafe", f"{path!r}: {fault}")])
        mark = self.table.resource.withheld
        meant = mark is not None and mark.files
        try:
            data = self.files.read(path)
        except RefusedPath as refused:
            if meant and refused.code == "path.missing":
                size = int(entry.size) if entry.size and OFFSET_FORM.fullmatch(entry.size) else -1
                return Text(key, row, None, [], path, withheld=size)
            return Text(key, row, None, [(refused.code, str(refused))])
        told = [("withheld.words", HERE)] if meant and path not in self.files.given else []
        return Text(key, row, data, told, path)


def _bytes_of(column: Column) -> list[bytes]:
    """The cells of a column as texts."""
    if not column.is_text:
        return [cell_text(value).encode() for value in column.values()]
    bounds = zip(column.cells.starts.tolist(), column.cells.lengths.tolist(), strict=True)
    whole = column.cells.data.tobytes()
    return [whole[start : start + length] for start, length in bounds]


_GROUP = 1 << 18
"""Bytes from which on texts are checked together: as many as fit a cache."""


def _groups(loaded: Iterable[tuple[Entry, Text]]) -> Iterator[list[tuple[Entry, Text]]]:
    group: list[tuple[Entry, Text]] = []
    size = 0
    for entry, text in loaded:
        group.append((entry, text))
        size += 1 + len(text.data or b"")
        if size >= _GROUP:
            yield group
            group, size = [], 0
    yield group


def _checked(group: Sequence[tuple[Entry, Text]]) -> list[Text]:
    """Some texts, without the bytes of those that cannot be read."""
    plain = all_plain([text.data for _, text in group if text.data is not None])
    return [
        text if text.data is None else _of_file(entry, text, text.data, plain)
        for entry, text in group
    ]


def _of_file(entry: Entry, text: Text, data: bytes, plain: bool) -> Text:
    found = hash_of(data, entry.hash)
    told = check_bytes(len(data), found or "", entry.hash if found else "", entry.size)
    algorithm = "" if found else algorithm_of(entry.hash)
    if algorithm:
        message = f"the algorithm {algorithm!r} is none of {', '.join(HASHES)}"
        told.append(("source.unhashed", message))
    elif not entry.hash:
        told.append(("source.unhashed", "no hash is stated"))
    readable, more = (True, []) if plain else check_text(data)
    told = [*text.told, *explained(told, data, entry.hash, entry.size), *more]
    return text._replace(data=data if readable else None, told=told, algorithm=algorithm)


def text_set(reader: Reader) -> tuple[TextSet, list[Finding]]:
    """The texts of a table, each checked once, and what is wrong or odd about them.

    Of several texts with one key, which is a fault of the table, the first counts.
    """
    texts, known = TextSet(reader.table.name, reader=reader), {}
    withheld: dict[str, int] = {}
    findings = []
    held: list[bytes] | None = []
    place = size = 0
    for batch, some in reader.read(check=True):
        for text in some:
            findings += reader.findings(batch, text)
            texts.algorithm = texts.algorithm or text.algorithm
            if text.withheld is not None:
                withheld.setdefault(text.key, text.withheld)
            if text.data is None or text.key in known:
                texts.left_out.add(place)
            else:
                known[text.key] = len(texts.sizes)
                texts.sizes.append(len(text.data))
                size += len(text.data)
                if held is not None:
                    held.append(text.data)
                    held = held if size <= RESIDENT else None
            place += 1
    left_out = {key: size for key, size in withheld.items() if key not in known}
    known |= {key: len(texts.sizes) + at for at, key in enumerate(left_out)}
    texts.known, texts.withheld = known, list(left_out.values())
    if held is not None:
        texts.corpus = Corpus(held)
    return texts, findings
