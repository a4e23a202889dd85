"""The checks of a package on a cluster, table by table; what comes is taken in row by row."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from smartcity_case import texts as held_texts
from smartcity_case.arrays import Fingerprints
from smartcity_case.checks.spans import Proven
from smartcity_case.cluster import checks, frames, targets
from smartcity_case.cluster.client import Workers, result, results
from smartcity_case.cluster.parts import (
    NO_KEYS,
    NO_NAMES,
    NO_PLACES,
    NO_TEXTS,
    Texts,
    number_of,
    numbers_of,
    together,
)
from smartcity_case.errors import UnreadablePackage
from smartcity_case.judging import TableCheck
from smartcity_case.storage import RefusedPath
from smartcity_case.texts import TextSet
from smartcity_case.validation import Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import dask.dataframe as dd
    import pandas as pd
    from distributed import Client, Future

    from smartcity_case.arrays import Words
    from smartcity_case.checks.descriptor import SchemaPlace
    from smartcity_case.checks.keys import Keys, UniqueKey
    from smartcity_case.judging import Spans, Suspects
    from smartcity_case.kernel import Outcome
    from smartcity_case.profile import Package, Resource
    from smartcity_case.reading import Progress, TableFile
    from smartcity_case.report import Finding
    from smartcity_case.storage import Files
    from smartcity_case.table import Batch
    from smartcity_case.textspans import TextSpanTarget


@dataclass(frozen=True)
class _KeysThere(checks.Dangling):
    """Keys whose fingerprints lie on the workers."""

    there: dd.DataFrame


class _Part(NamedTuple):
    """A part of a table of texts: its number, what came of reading it, and its texts."""

    number: int
    read: Future
    entries: Future


class _Begun(NamedTuple):
    """A table of texts that workers read."""

    texts: Texts
    parts: tuple[_Part, ...]
    by_key: list[Future]


@dataclass(kw_only=True)
class _TextsThere(TextSet):
    """Texts of a table of which the workers know where they stand."""

    sent: Future
    """The table and what is a text in it, on the workers."""
    together: int
    """How many files of it are taken together."""
    large: bool
    parts: tuple[_Part, ...]
    by_key: list[Future]
    lost: Future
    """The numbers of texts whose key another has, which counts."""


class ClusterRun(Run):
    """A validation whose tables are read and checked by the workers of a cluster.

    The descriptor, and files that are no tables, are looked at here.
    """

    def __init__(self, files: Files, client: Client, progress: Progress | None) -> None:
        super().__init__(files, 1, progress)
        self.workers = Workers(client)
        self.made = Fingerprints()
        self.path_of: dict[str, str] = {}
        """Where the texts are that have a file of their own."""
        self._begun: dict[tuple[str, TextSpanTarget], _Begun] = {}

    def _keep_text(self, resource: Resource, data: bytes) -> None:
        super()._keep_text(resource, data)
        self.path_of[resource.name] = resource.paths[0]

    def _table_check(
        self,
        table: TableFile,
        place: SchemaPlace,
        keys: list[Keys | str],
        texts: list[TextSet | str],
    ) -> TableCheck:
        return _ClusterCheck(self, table, place, keys, texts)

    def _keys_of(self, table: TableFile, fields: tuple[str, ...]) -> tuple[Keys, bool, bool]:
        workers = self.workers
        sent = table.alone()
        done = workers.of_parts(
            targets.read_keys, workers.sent(sent), numbers_of(sent), fields, self.made
        )
        reads = results(workers.client, workers.each(done, 0))
        found = workers.each(done, 1)
        there = frames.whole(found, NO_KEYS[["fp"]], together(sent))
        keys = _KeysThere(self.made, np.zeros(0, np.uint64), there)
        return keys, any(r.lacking for r in reads), all(r.complete for r in reads)

    def check_resources(self, package: Package) -> None:
        """As in one process; the texts of tables are begun with before any table is waited for."""
        for table in self._tables.values():
            for declared in table.schema.text_spans:
                name, target = declared.reference.resource, declared.reference.fields
                there = self._tables.get(name)
                if there is None or target is None or (name, target) in self._begun:
                    continue
                if set(target.names) <= set(there.schema.names):
                    self._begun[name, target] = self._begin_texts(there, target)
        super().check_resources(package)

    def _begin_texts(self, table: TableFile, target: TextSpanTarget) -> _Begun:
        """Let workers read the texts of a table, and bring those with one key together."""
        workers = self.workers
        names = frozenset({*target.names, *table.schema.primary_key})
        texts = Texts(replace(table, only=names).alone(), target)
        sent, numbers = workers.sent(texts.table), numbers_of(texts.table)
        done = workers.of_parts(targets.read_texts, sent, numbers, target, self.made)
        read, entries = workers.each(done, 0), workers.each(done, 1)
        whole = frames.whole(entries, NO_TEXTS, together(texts.table))
        by_key = frames.texts_by_key(workers.client, whole)
        return _Begun(texts, tuple(map(_Part, range(len(done)), read, entries)), by_key)

    def _texts_of(self, table: TableFile, target: TextSpanTarget) -> tuple[TextSet, list[Finding]]:
        workers = self.workers
        begun = self._begun.pop((table.name, target), None)
        texts, parts, by_key = begun or self._begin_texts(table, target)
        findings: list[Finding] = []
        algorithm = ""
        table.absent, table.complete = set(), True
        for each in results(workers.client, [part.read for part in parts]):
            findings += each.findings
            algorithm = algorithm or each.algorithm
            table.absent |= each.absent
            table.complete &= each.complete
            self._check_texts(each.seen, each.refused)
        told = [frames.told(workers.client, by_key)]
        sizes, withheld = (result(workers.client, *workers.each(told, n)) for n in (0, 1))
        large = sizes > held_texts.RESIDENT
        there = _TextsThere(
            table.name,
            known={},
            algorithm=algorithm,
            withheld=[-1] * withheld,
            sent=workers.sent(replace(texts, large=large)),
            together=together(texts.table),
            large=large,
            parts=parts,
            by_key=by_key,
            lost=workers.each(told, 2)[0],
        )
        return there, findings

    def _check_texts(self, seen: Iterable[str], refused: Iterable[str]) -> None:
        """Raise UnreadablePackage if files that a worker sees are not here, or the other way."""
        for paths, there in ((seen, True), (refused, False)):
            for path in sorted(paths):
                if self._is_here(path) != there:
                    which = "sees" if there else "does not see"
                    where = "is not here" if there else "is here"
                    message = f"a worker {which} {path}, which {where}; all must see the package"
                    raise UnreadablePackage(message)

    def _is_here(self, path: str) -> bool:
        """Whether a file can be opened; if so, it is to stay as it is until the end."""
        try:
            with self.files.open(path):
                return True
        except RefusedPath:
            return False


def _prints(rows: pd.DataFrame) -> Words:
    """The fingerprints of some rows, sorted, each once."""
    return np.unique(rows["fp"].to_numpy().view(np.uint64))


class _ClusterCheck(TableCheck):
    """The checks of one table on a cluster."""

    def __init__(
        self,
        run: ClusterRun,
        table: TableFile,
        place: SchemaPlace,
        keys: list[Keys | str],
        texts: list[TextSet | str],
    ) -> None:
        super().__init__(table, place, keys, texts)
        self._keys_kept = None  # the workers look for repeated keys
        self._workers, self._made, self._path_of = run.workers, run.made, run.path_of
        self._keys_sets, self._text_sets = keys, texts
        alone = table.alone()
        self._sent, self._numbers = run.workers.sent(alone), numbers_of(alone)
        self._together = together(alone)
        self._ends = list(accumulate(map(alone.files.size, alone.paths)))
        self._repeated: list[Future] = []
        self._proven: list[list[Future]] = []

    def _outcomes(self, algorithm: str) -> Iterator[tuple[Batch, Outcome]]:
        table, submit = self.table, self._workers.submit
        hashed = submit(targets.hash_files, self._sent, self._numbers[0], algorithm)
        missing, texts = self._referred()
        done = [
            submit(checks.check_rows, self._sent, part, missing[n], texts[n], self._made)
            for n, part in enumerate(self._numbers)
        ]
        # All of it is begun with now, so that workers never wait for this process.
        self._proven = [
            self._prove(spans, self._workers.each(done, 2, n))
            for n, spans in enumerate(self._spans)
        ]
        self._repeated = [
            frames.repeated(
                self._workers.client,
                self._whole(self._workers.each(done, 1, n), NO_PLACES),
            )
            for n in range(len(self.kernel.unique))
        ]
        reads = deque(self._workers.each(done, 0))
        del done
        table.findings, table.complete, table.absent = [], True, set()
        table.enough = table.cut_short = False
        for part in table.parts():
            read = reads.popleft()
            if not table.enough:
                yield from self._of_part(result(self._workers.client, read))
            if table.enough:
                table.complete, table.cut_short = False, True
                table.leave(part)
            self._tell_progress(part)
        table.size, table.digest = result(self._workers.client, hashed)

    def _whole(self, parts: Sequence[Future], like: pd.DataFrame) -> dd.DataFrame:
        """One frame of what came of the parts of the table."""
        return frames.whole(parts, like, self._together)

    def _of_part(self, read: checks.RowsRead) -> Iterator[tuple[Batch, Outcome]]:
        table = self.table
        table.absent |= read.absent
        for step in read.steps:
            table.findings += step.findings
            yield step.batch, self._with_own_text(step.outcome)
            if table.enough:
                return
        table.findings += read.findings
        table.complete &= read.complete
        table.cut_short |= read.cut_short

    def _with_own_text(self, outcome: Outcome) -> Outcome:
        """What came of a batch, with the one text that is here where it refers to that."""
        for place, spans in enumerate(self._spans):
            found, corpus = outcome.spans[place], spans.texts.corpus
            if isinstance(found, Proven) and corpus is not None:
                outcome.spans[place] = found._replace(corpus=corpus)
        return outcome

    def _tell_progress(self, part: TableFile) -> None:
        if self.table.progress is not None and part.paths:
            self.table.progress(self.table.name, self._ends[number_of(part)], self._ends[-1])

    def _referred(self) -> tuple[list[list[Any]], list[list[Any]]]:
        """For each part what its foreign keys and its spans refer to."""
        missing: list[list[Any]] = [list(self._keys_sets) for _ in self._numbers]
        texts: list[list[Any]] = [list(self._text_sets) for _ in self._numbers]
        schema = self.table.schema
        foreign = [(n, k) for n, k in enumerate(self._keys_sets) if isinstance(k, _KeysThere)]
        many = [(n, t) for n, t in enumerate(self._text_sets) if isinstance(t, _TextsThere)]
        names = [list(schema.foreign_keys[n].fields) for n, _ in foreign]
        sources = [schema.text_spans[n].fields.source or "" for n, _ in many]
        each, client = self._workers.each, self._workers.client
        asking = self._numbers if foreign or many else []
        done = self._workers.of_parts(
            targets.read_references, self._sent, asking, names, sources, self._made
        )
        asked = [
            frames.absent_keys(client, self._whole(each(done, 0, n), NO_KEYS), keys.there)
            for n, (_, keys) in enumerate(foreign)
        ]
        for n, (place, found) in enumerate(many):
            named = self._whole(each(done, 0, len(foreign) + n), NO_NAMES)
            count, size = len(self._numbers), self._together
            met = frames.texts_of_parts(client, named, found.by_key, count, size)
            for at, (part, which) in enumerate(zip(texts, each(done, 1, n), strict=True)):
                part[place] = (found.sent, which, met[at // size])
        for (place, _), few in zip(foreign, results(client, asked), strict=True):
            for at, part in enumerate(missing):
                part[place] = checks.Dangling(self._made, _prints(few[few["part"] == at]))
        for place, held in enumerate(self._text_sets):
            if isinstance(held, TextSet) and held.corpus is not None:
                path = self._path_of[held.name]
                files = self.table.files.for_others([path])
                one = self._workers.sent(checks.OneText(held.name, path, files))
                for part in texts:
                    part[place] = one
        return missing, texts

    def _suspicious(self) -> list[UniqueKey]:
        found = []
        asked, self._repeated = self._repeated, []
        for key, few in zip(self.kernel.unique, results(self._workers.client, asked), strict=True):
            prints = _prints(few)
            key.suspect(prints)
            if len(prints):
                found.append(key)
        return found

    def _repeats(self, suspicious: list[UniqueKey]) -> Iterator[tuple[Batch, list[Suspects]]]:
        numbers = {id(key): number for number, key in enumerate(self.kernel.unique)}
        given = self._workers.sent({numbers[id(key)]: key.suspected for key in suspicious})
        done = deque(
            self._workers.of_parts(
                checks.find_suspects, self._sent, self._numbers, given, self._made
            )
        )
        while done:
            yield from result(self._workers.client, done.popleft())

    def _prove(self, spans: Spans, waiting: list[Future]) -> list[Future]:
        """What is known of the spans that wait, part of their texts by part."""
        there = spans.texts
        if not isinstance(there, _TextsThere) or not there.large:
            return []
        like = checks.no_spans(spans.check, self.table.schema.primary_key)
        parts, whole = there.parts, self._whole(waiting, like)
        # Small files may have, or name, large texts: as many places as there are pieces of rows.
        size = min(there.together, max(1, len(parts) // whole.npartitions))
        met = frames.by_part(self._workers.client, whole, len(parts), size)
        which = self.table.schema.text_spans.index(spans.check.declaration)
        return [
            self._workers.submit(
                checks.prove_spans,
                *(self._sent, None, rows, there.sent, parts[at : at + size], which, there.lost),
            )
            for rows, at in zip(met, range(0, len(parts), size), strict=True)
        ]

    def _proven_waiting(self, spans: Spans) -> Iterator[tuple[Batch, Proven]]:
        place = next(n for n, each in enumerate(self._spans) if each is spans)
        done = deque(self._proven[place])
        self._proven[place] = []
        while done:
            yield from result(self._workers.client, done.popleft())
