"""Compare the two verdicts on an example, and count what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from oracle.explain import Difference, Kinds, View, explain, fault_places
from oracle.packages import Example
from oracle.verdicts import Fault, Verdict, ask_frictionless, ask_us, write

_CELL = ("type", "required", "constraint", "category", "unique")

_UNHASHABLE = ("Cannot hash a signaling NaN", "offset must be a timedelta strictly between")
"""What Python says of a decimal sNaN, and of a time with a zone of a day or more."""

CRASHES = (  # frictionless 5.21 raises them instead of a verdict
    "unhashable type", *_UNHASHABLE, "InvalidOperation",
    "can't compare offset-naive and offset-aware",
)  # fmt: skip

MOST_SKIPPED = 0.02
"""The share of tables that we may say we did not check."""

_LEAST_AGREED, _MOST_OF_ONE, _MOST_CRASHED = 0.8, 0.08, 0.02


@dataclass
class Tally:
    """What came of the comparisons so far."""

    examples: int = 0
    not_comparable: int = 0
    crashed: int = 0
    tables: int = 0
    accepted: int = 0
    rejected: int = 0
    other_agreed: int = 0
    explained: Counter[str] = field(default_factory=Counter)
    shapes: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """Cells on which both gave a verdict, and the explained differences."""
        return self.accepted + self.rejected + self.explained.total()

    def doubts(self, rows: set[str]) -> list[str]:
        """Why the figures would prove nothing; `rows` are the names in docs/stricter.md."""
        skipped = self.not_comparable / max(1, self.not_comparable + self.tables)
        agreed = (self.accepted + self.rejected) / max(1, self.cells)
        found = []
        if skipped > MOST_SKIPPED:
            found.append(f"{skipped:.0%} of the tables were not checked by us")
        if agreed < _LEAST_AGREED:
            found.append(f"only {agreed:.0%} of the verdicts on cells agree")
        if min(self.accepted, self.rejected) < self.cells / 10:
            found.append(f"one-sided: {self.accepted} accepted, {self.rejected} rejected")
        if self.crashed > self.examples * _MOST_CRASHED:
            found.append(f"frictionless raised in {self.crashed} of {self.examples}")
        for name, count in self.explained.items():
            if count > self.cells * _MOST_OF_ONE:
                found.append(f"{name} explains {count} of {self.cells}")
            if name not in rows:
                found.append(f"{name} does not stand in docs/stricter.md")
        return found

    def add(self, example: Example, folder: Path) -> list[str]:
        """Validate an example twice; returns the messages of unexplained differences."""
        return self.judge(example, *ask(example, folder))

    def judge(self, example: Example, theirs: Verdict, ours: Verdict) -> list[str]:
        """The same with both verdicts at hand."""
        self.examples += 1
        problems = self._compare(example, theirs, ours)
        problems = [f"{problem}\n{example!r}" for problem in problems]
        self.unexplained += problems
        return problems

    def _compare(self, example: Example, theirs: Verdict, ours: Verdict) -> list[str]:
        if ours.crash:
            return [f"we raise: {ours.crash}"]
        if theirs.crash:
            self.crashed += 1
            known = any(words in theirs.crash for words in CRASHES)
            return [] if known else [f"frictionless raises: {theirs.crash}"]
        descriptor = Fault("", 0, "", "descriptor")
        if (descriptor in theirs.faults) != (descriptor in ours.faults):
            return [f"the descriptor: theirs {theirs.faults}, ours {ours.faults}"]
        if descriptor in theirs.faults:
            self.other_agreed += 1
            return []
        problems = []
        for resource in example.descriptor["resources"]:
            name = resource["name"]
            if _is_skipped(name, ours):
                self.not_comparable += 1
            else:
                self.tables += 1
                self.shapes[example.shape if name == "t" else "csv"] += 1
                problems += self._compare_table(View(example, name), theirs, ours)
        return problems

    def _compare_table(self, view: View, theirs: Verdict, ours: Verdict) -> list[str]:
        a = {f for f in theirs.faults if f.resource == view.name}
        b = {f for f in ours.faults if f.resource == view.name}
        last = min((f.row for f in b if f.kind == "quote"), default=0)
        if last:  # nothing behind a bad quotation mark can be compared
            of_header = last <= view.header_ends
            a = {f for f in a if f.row < last and (f.kind in ("hash", "bytes") or not of_header)}
            b = {f for f in b if f.row < last or f.kind == "quote"}
        kinds = {f.kind for f in a | b}
        if kinds & {"encoding", "header", "source-error"}:  # nor below a bad header
            a, b = ({f for f in x if f.row == 0 or f.kind == "quote"} for x in (a, b))
        if view.name in theirs.unread:  # frictionless does not reach the end of the file
            a, b = ({f for f in x if f.kind not in ("hash", "bytes")} for x in (a, b))
        blank = {f.row for f in a & b if f.kind == "blank"}
        lines = {row for row in blank if not view.records.get(row) and len(view.columns) > 1}
        untold = {f.row for f in a & b if f.kind == "cells"} | lines
        a, b = ({f for f in x if f.row not in untold} for x in (a, b))
        b = {f for f in b if not (f.row in blank and f.kind in _CELL)}  # they judge no cell of it
        self.other_agreed += len(untold)
        problems = []
        for row, name in fault_places(view, a, b):
            problems += self._compare_place(view, row, name, a, b, ours)
        if not kinds & {"encoding", "header", "source-error"}:
            self._count_silence(view, a | b, untold, last)
        return problems

    def _compare_place(
        self, view: View, row: int, name: str, a: set[Fault], b: set[Fault], ours: Verdict
    ) -> list[str]:
        here_a, here_b = _kinds(a, row, name), _kinds(b, row, name)
        if here_a == here_b:
            if here_a & set(_CELL):
                self.rejected += 1
            else:
                self.other_agreed += 1
            return []
        diff = Difference(view, row, name, here_a, here_b, _kinds(a, row), _kinds(b, row))
        reasons = explain(diff, ours)
        if reasons is not None:
            self.explained.update(reasons)
            return []
        cell = f", cell {diff.cell!r}" if name else ""
        return [
            f"{view.name} row {row} {name!r}{cell}: frictionless {sorted(here_a) or 'accepts'}, "
            f"we {sorted(here_b) or 'accept'}"
        ]

    def _count_silence(self, view: View, faults: set[Fault], untold: set[int], last: int) -> None:
        """The cells that both accepted."""
        spoken = {(f.row, f.field) for f in faults}
        blank = {f.row for f in faults if f.kind == "blank"}
        for row in view.records:
            if row and row not in untold | blank and not (last and row >= last):
                self.accepted += sum((row, name) not in spoken for name in view.columns)


def ask(example: Example, folder: Path) -> tuple[Verdict, Verdict]:
    """Frictionless' verdict on an example, and ours."""
    write(example, folder)
    return ask_frictionless(example, folder), ask_us(example, folder)


def _kinds(faults: set[Fault], row: int, name: str | None = None) -> Kinds:
    return frozenset(f.kind for f in faults if f.row == row and name in (None, f.field))


def _is_skipped(resource: str, ours: Verdict) -> bool:
    """Whether we say that we did not look at a table; a fault that stopped us is a verdict."""
    skipped = {n for n in ours.skipped.get(resource, ()) if not n.startswith("foreign key")}
    faults = (f for f in ours.faults if f.resource == resource)
    return bool(skipped) and all(f.kind in ("hash", "bytes") for f in faults)
