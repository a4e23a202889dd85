"""What comes back of a part: of its rows and texts only those of which something is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from smartcity_case.checks.spans import Proven
from smartcity_case.corpus import Corpus
from smartcity_case.kernel import Outcome
from smartcity_case.table import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smartcity_case.arrays import Ints
    from smartcity_case.report import Finding
    from smartcity_case.table import Fault


class Step(NamedTuple):
    """What came of a batch: of its rows only those with a fault, and the last.

    `findings` are what was found of the form of the table since the batch before.
    """

    batch: Batch
    outcome: Outcome
    findings: list[Finding]


def slim(batch: Batch, outcome: Outcome) -> tuple[Batch, Outcome]:
    """A batch and what came of it, without the rows of which nothing is told."""
    proven = [spans for spans in outcome.spans if isinstance(spans, Proven)]
    told = [[fault.place for fault in outcome.faults], [len(batch) - 1] if len(batch) else []]
    told += [[fault.place for fault in each.warnings] for each in proven]
    used = np.unique(
        np.concatenate([np.array(t, np.int64) for t in told] + [p.rest.index for p in proven])
    )
    small = some_rows(batch, used, batch.key_columns)
    spans = [_moved(each, used) if isinstance(each, Proven) else each for each in outcome.spans]
    faults = _replaced(outcome.faults, used)
    return small, Outcome(faults, outcome.unique, spans, outcome.unverifiable)


def some_rows(batch: Batch, rows: Ints, names: Iterable[str]) -> Batch:
    """Some columns of some rows of a batch."""
    columns = {name: batch.columns[name].take(rows) for name in names}
    return Batch(
        batch.resource,
        batch.path,
        columns,
        batch.rows[rows],
        batch.key_fields,
        batch.paths,
        None if batch.files is None else batch.files[rows],
    )


def _moved(proven: Proven, used: Ints) -> Proven:
    rest = replace(proven.rest, index=np.searchsorted(used, proven.rest.index))
    return proven._replace(rest=rest, warnings=_replaced(proven.warnings, used))


def _replaced(faults: list[Fault], used: Ints) -> list[Fault]:
    at = np.searchsorted(used, [fault.place for fault in faults]).tolist()
    return [fault._replace(place=place) for fault, place in zip(faults, at, strict=True)]


def share_texts(steps: list[Step], of_table: list[bool]) -> None:
    """Let what is known of all spans carry the same few texts: those in question.

    The one text of a declaration without a table is not carried: whoever asked has it.
    """
    for place, many in enumerate(of_table if steps else []):
        spans = [step.outcome.spans[place] for step in steps]
        proven = [each for each in spans if isinstance(each, Proven)]
        if not proven:
            continue
        asked = np.unique(np.concatenate([each.rest.numbers for each in proven]))
        few = Corpus(proven[0].corpus.only(asked.tolist()) if many else [])
        for step, each in zip(steps, spans, strict=True):
            if isinstance(each, Proven):
                rest = replace(each.rest, numbers=np.searchsorted(asked, each.rest.numbers))
                step.outcome.spans[place] = each._replace(rest=rest, corpus=few)
