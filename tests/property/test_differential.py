"""What we say of a package is what frictionless says, but where docs/stricter.md says why.

A seeded sample; `scripts/differential.py` runs as many examples as are wanted.
"""

from pathlib import Path

import numpy as np
import pytest

from conftest import ROOT
from oracle.compare import Tally
from oracle.packages import SHAPES
from oracle.provable import TYPES
from oracle.run import Record, compare_columns, documented, record_tables
from oracle.verdicts import Fault, Verdict
from smartcity_case.checks.proof import Prover, prover
from smartcity_case.profile import FieldSchema

SEED = 20260


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    return record_tables(550, SEED, tmp_path_factory.mktemp("packages"))


def _judge(records: list[Record]) -> Tally:
    tally = Tally()
    for record in records:
        tally.judge(*record)
    return tally


def test_no_unexplained_difference_in_packages(records: list[Record]) -> None:
    tally = _judge(records)
    assert not tally.unexplained, "\n\n".join(sorted(tally.unexplained, key=len)[:3])
    assert not tally.doubts(documented(ROOT)), tally
    assert set(tally.shapes) == set(SHAPES)
    assert min(tally.shapes.values()) > 10


def test_no_unexplained_difference_in_cells(tmp_path: Path) -> None:
    cells, problems = compare_columns(120, SEED, tmp_path)
    assert not problems, "\n".join(sorted(problems, key=len)[:5])
    assert set(cells.explained) <= documented(ROOT)
    assert min(cells.accepted, cells.rejected) > 2000
    assert cells.explained.total() < (cells.accepted + cells.rejected) / 12, cells


@pytest.mark.parametrize("kind", TYPES)
def test_what_is_proven_is_accepted(kind: str, tmp_path: Path) -> None:
    """Many cells are proven with their column, and many have to be judged."""
    count = 100 if kind == "any" else 30  # of `any` only what an `enum` lacks is judged
    cells, problems = compare_columns(count, SEED, tmp_path, (kind,))
    assert not problems, "\n".join(sorted(problems, key=len)[:5])
    read = cells.accepted + cells.rejected + cells.explained.total()
    assert read / 12 < cells.proven[kind] < read * 11 / 12, cells


@pytest.mark.parametrize("kind", TYPES)
def test_a_proof_of_what_is_wrong_would_be_noticed(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were every cell of a kind proven, what frictionless refuses would be accepted."""

    def careless(field: FieldSchema, missing: frozenset[str]) -> Prover | None:
        sound = prover(field, missing)
        if sound is None or field.type != kind:
            return sound
        return lambda column: np.ones(len(column), np.bool_)

    monkeypatch.setattr("oracle.single.prover", careless)
    _, problems = compare_columns(20, SEED, tmp_path, (kind,))
    assert problems


KINDS = ("type", "required", "constraint", "unique", "key.missing", "key.duplicate",
         "key.dangling", "blank", "cells", "header", "hash", "bytes")  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_no_explanation_hides_a_check_that_is_lost(records: list[Record], kind: str) -> None:
    """Were we blind to a kind of fault, most differences would stand unexplained."""
    lost, noticed = 0, 0
    for example, theirs, ours in records:
        rest = {fault for fault in ours.faults if fault.kind != kind}
        both = {fault for fault in ours.faults & theirs.faults if fault.kind == kind}
        tally = Tally()
        problems = tally.judge(example, theirs, Verdict(rest, ours.skipped))
        kinds = {fault.kind for fault in theirs.faults | ours.faults}
        if tally.not_comparable or theirs.unread or kinds & ({"header", "encoding"} - {kind}):
            continue  # not every row is compared
        if both:
            lost += 1
            noticed += bool(problems)
    assert lost > 0, "the sample has no such fault"
    assert noticed >= lost * (0.5 if kind == "blank" else 0.7), f"{noticed} of {lost}"


@pytest.mark.parametrize("kind", ["type", "required", "constraint", "unique", "category"])
def test_no_explanation_hides_a_false_alarm(records: list[Record], kind: str) -> None:
    """Did we find a fault in every cell, most differences would stand unexplained."""
    clean = [record for record in records if not record[1].faults | record[2].faults]
    alarms, noticed = 0, 0
    for example, theirs, ours in clean:
        if ours.skipped or theirs.crash or example.shape != "csv" or not example.rows:
            continue
        first = example.schema("t")["fields"][0]["name"]
        alarms += 1
        false = Verdict({Fault("t", 2, first, kind)})
        noticed += bool(Tally().judge(example, theirs, false))
    assert alarms > 10
    assert noticed >= alarms * 0.9, f"{noticed} of {alarms}"
