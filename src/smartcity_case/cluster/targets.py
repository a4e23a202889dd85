"""Tasks that read what rows refer to, and what of it the rows of a part ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np
import pandas as pd

from smartcity_case.arrays import Cells, strings
from smartcity_case.checks.keys import Key
from smartcity_case.cluster.parts import (
    HERE,
    NO_TEXTS,
    SHIFT,
    WITHHELD,
    frame,
    number_of,
    on_a_worker,
)
from smartcity_case.kernel import has
from smartcity_case.table import cell_text
from smartcity_case.texts import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smartcity_case.arrays import Fingerprints, Ints, Words
    from smartcity_case.reading import TableFile
    from smartcity_case.report import Finding
    from smartcity_case.textspans import TextSpanTarget


class TextsRead(NamedTuple):
    """What came of reading the texts of a part."""

    findings: list[Finding]
    algorithm: str
    places: int
    """How many texts there are, with those that cannot be referred to."""
    absent: set[str]
    complete: bool
    seen: set[str]
    """The files of texts that the worker has read."""
    refused: set[str]
    """Those that it does not see."""


@on_a_worker
def read_texts(
    part: TableFile, target: TextSpanTarget, made: Fingerprints
) -> tuple[TextsRead, pd.DataFrame]:
    """Check the texts of a part; for each that can be referred to what must be known of it.

    That is its key, number and size, and of a text in a file a checksum.
    """
    findings: list[Finding] = []
    frames = []
    algorithm, count = "", 0
    reader = Reader(part.files, part, target)
    for batch, some in reader.read(check=True):
        keys, entries = [], []
        for text in some:
            findings += reader.findings(batch, text)
            algorithm = algorithm or text.algorithm
            if text.withheld is not None:
                keys.append(text.key)
                entries.append((count, text.withheld, WITHHELD, 0))
            elif text.data is not None:
                keys.append(text.key)
                check = crc32(text.data) if target.path else 0
                entries.append((count, len(text.data), HERE, check))
            count += 1
        at, sizes, kinds, checks = np.array(entries, np.int64).reshape(-1, 4).T
        prints = made.of(Cells(strings(keys)))
        numbers = at + (number_of(part) << SHIFT)
        frames.append(frame(fp=prints, number=numbers, size=sizes, kind=kinds, check=checks))
    of_texts = part.files.seen.keys() - set(part.paths), part.files.refused
    read = TextsRead(findings, algorithm, count, part.absent, part.complete, *of_texts)
    return read, pd.concat([NO_TEXTS, *frames], ignore_index=True)


def first_of_each(entries: pd.DataFrame) -> pd.DataFrame:
    """The texts, all with the same keys among them; `first` are those that count."""
    ordered = entries.sort_values(["fp", "kind", "number"])
    return ordered.assign(first=~ordered.duplicated("fp"))


class KeysRead(NamedTuple):
    """What came of reading the keys of a part that others refer to."""

    lacking: bool
    complete: bool


@on_a_worker
def read_keys(
    part: TableFile, names: Sequence[str], made: Fingerprints
) -> tuple[KeysRead, pd.DataFrame]:
    """The fingerprints of the keys of a part, each once."""
    part = replace(part, only=frozenset(names))
    key, lacking, found = Key(part.schema, names), False, [np.zeros(0, np.uint64)]
    for batch, _ in part.scan(lambda batch: None):
        if has(batch, key):
            found.append(np.unique(key.fingerprints(batch, made)))
        else:
            lacking = True
    return KeysRead(lacking, part.complete), frame(fp=np.unique(np.concatenate(found)))


class Named(NamedTuple):
    """The different texts that the rows of a part name, and the fingerprints of their names."""

    keys: list[str]
    prints: Words


@on_a_worker
def read_references(
    part: TableFile, foreign: Sequence[Sequence[str]], sources: Sequence[str], made: Fingerprints
) -> tuple[list[pd.DataFrame], list[Named]]:
    """What the rows of a part refer to, each once: keys with the first of the rows, and texts."""
    wanted = frozenset({*sources, *(name for names in foreign for name in names)})
    part = replace(part, only=wanted)
    keys = [Key(part.schema, names) for names in foreign]
    found: list[list[tuple[Words, Ints]]] = [[] for _ in keys]
    named: list[dict[str, None]] = [{} for _ in sources]
    for batch, _ in part.scan(lambda batch: None):
        for key, pairs in zip(keys, found, strict=True):
            if has(batch, key):
                rows = np.flatnonzero(key.refers(batch))
                prints, first = np.unique(key.fingerprints(batch, made)[rows], return_index=True)
                pairs.append((prints, batch.rows[rows[first]]))
        for source, names in zip(sources, named, strict=True):
            if source in batch.columns:
                values = batch.columns[source].encoded[1]
                names |= dict.fromkeys(map(cell_text, values))
    frames = [_first_rows(pairs, number_of(part)) for pairs in found]
    texts = [Named(list(names), made.of(Cells(strings(list(names))))) for names in named]
    frames += [frame(fp=each.prints, part=number_of(part)) for each in texts]
    return frames, texts


def _first_rows(pairs: list[tuple[Words, Ints]], part: int) -> pd.DataFrame:
    prints = np.concatenate([np.zeros(0, np.uint64), *(each for each, _ in pairs)])
    rows = np.concatenate([np.zeros(0, np.int64), *(each for _, each in pairs)])
    kept, first = np.unique(prints, return_index=True)  # the first of equal ones
    return frame(fp=kept, part=part, row=rows[first])


@on_a_worker
def hash_files(part: TableFile, algorithm: str) -> tuple[int, str]:
    """Size and hash of all files of a table, one behind the other."""
    return part.files.digest(part.resource.paths, algorithm)
