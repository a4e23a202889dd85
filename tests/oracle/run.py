"""Runs of the comparison: so many examples from a seed."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from oracle.compare import Tally, ask
from oracle.packages import Example, examples
from oracle.provable import Sample, samples
from oracle.single import Cells, columns
from oracle.verdicts import Verdict

Record = tuple[Example, Verdict, Verdict]

_ROW = re.compile(r"^\| `([a-z-]+)` \|", re.MULTILINE)


def _generate(count: int) -> settings:
    """So many examples, none of them kept or shrunk: the run goes on after a difference."""
    return settings(
        max_examples=count,
        database=None,
        derandomize=False,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def compare_tables(count: int, number: int, folder: Path) -> Tally:
    """Compare so many packages, generated from a seed."""
    tally = Tally()

    @seed(number)
    @_generate(count)
    @given(examples())
    def run(example: Example) -> None:
        tally.add(example, folder)

    run()
    return tally


def record_tables(count: int, number: int, folder: Path) -> list[Record]:
    """The same packages with both verdicts, to be judged later."""
    records = []

    @seed(number)
    @_generate(count)
    @given(examples())
    def run(example: Example) -> None:
        records.append((example, *ask(example, folder)))

    run()
    return records


def compare_columns(
    count: int, number: int, folder: Path, types: tuple[str, ...] = ()
) -> tuple[Cells, list[str]]:
    """Compare so many columns, cell by cell, with frictionless' reader of the field.

    With `types`, only columns of those that are proven.
    """
    cells, problems = Cells(), []

    @seed(number)
    @_generate(count)
    @given(samples(types) if types else columns())
    def run(sample: Sample) -> None:
        problems.extend(cells.add(sample, folder))

    run()
    return cells, problems


def documented(root: Path) -> set[str]:
    """The names of the rows of docs/stricter.md."""
    return set(_ROW.findall((root / "docs" / "stricter.md").read_text("utf-8")))
