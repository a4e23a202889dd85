"""`docs/performance.md` and the table in the terminal, made of the results."""

from __future__ import annotations

import json
import statistics
from typing import TYPE_CHECKING, Any

from benchmarks import cases
from benchmarks.promises import Promise, Results, in_files, median, per_row, promises

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

PLOT = "performance.svg"

_ALIGNED = {"left": ":--", "right": "--:"}

_INTRODUCTION = """\
# Performance

<!-- Made by `python -m benchmarks` from benchmarks/results/; do not edit. -->

What the validation promises on speed and memory, and what was measured. Every figure is a ratio to
a peer that ran in the same session, or stands beside one: seconds alone say more about a machine
than about a program.

```console
$ pip install -e ".[bench]"
$ python -m benchmarks                  # everything, and this page
$ python -m benchmarks --quick          # a tenth of the rows, three rounds: a first look
$ python -m benchmarks --only kernel    # one case; the others keep their results
$ python -m benchmarks --report         # nothing is measured; this page again, from the results
```

## Promises
"""

_METHOD = """\
## How it was measured

- **Packages** are generated from a seed ([`make.py`](../benchmarks/make.py)): 1,000 German-looking
  texts of about 20 KB (umlauts, „“, emoji) in files, a table that lists them with hash and size,
  and a table of rows in no order, with eight columns: key, foreign key to the text, enum, pattern,
  integer with a range, start, end and words. Spans are 2 to 12 words long and may cross a line
  end. All files have their hashes; everything is checked.
- **frictionless** validates the same package in Python, with the same keys and constraints and a
  custom check that does `text[start:end] == exact` for each row; reading and decoding the texts is
  not counted for it.
- **polars.read_csv** and **polars.read_parquet** read the table of rows, on all processors, and
  check nothing.
- **The loop** is `[texts[i][s:e] == x for i, s, e, x in zip(…)]`, from the same Arrow columns
  (making lists of them is counted) or over lists that are made already. Its texts are decoded
  already, as the kernel's are prepared already unless the table says otherwise.
- **Each round** of each thing is a fresh process. Imports are not counted: before the clock starts,
  the process has done the same work on a small package. Things that are compared take turns, every
  other round backwards. A figure is the ratio of the medians of the rounds.
- **Peak memory** is that of the whole process, with the interpreter and all libraries (`VmHWM`,
  units of 10^6 bytes), in the process that validates and does nothing else.
- **A tiny package** is timed as a whole process, imports and all; frictionless checks no spans
  there.
- **Faults** are of eight kinds in turn, spread evenly: wrong type, broken pattern, not in the enum,
  dangling foreign key, duplicate key, moved span, absent words, offsets behind the end. The first
  cell of a process that cannot be proven makes it import frictionless, half a second or so that is
  not counted either.
- **Two threads** share the lock of Python's interpreter, and reading the texts uses one: that
  counts the less, the longer the table.
- **diff** compares two releases (a package as above, with 50 short texts, and the same with another
  cell in every second row and two in every fourth) from their files to every changed cell, with
  version and keys judged; **daff** compares the two tables of rows, with the key named to it, from
  their files, read with `csv`, to its list of highlighted rows.
- **anchor** finds quotations in German-looking texts of 20 KB
  ([`quotations.py`](../benchmarks/quotations.py)): of a hundred sixty are cut out of the text,
  twenty are written in another way (quotation marks, dashes, spaces, case, soft hyphens), twenty
  are traps that must not be found (a negation dropped, digits swapped, a look-alike sentence of
  another text). We allow every tier and look for every place; **gtrex** has its default policy and
  one verifier for each text; **langextract** aligns all quotations of a text at once, in the order
  they stand in, and gets a hundredth of the rows and texts. Peers may be wrong without voiding a
  run: their false matches and right places are told above.
- **Workers of Dask** are processes with one thread each, on the same machine, that run already and
  have checked a small package; the process that asks has the scheduler in it and shares the
  processors with them. Rows and texts (of 10 KB, fifty rows to each) are tables in Parquet. The
  peak is that of the worker that had most.
- **Exports** read the same package, validate it, and write all of it; **pandas** reads the table of
  rows and writes that: it validates nothing, and writes neither texts nor keys nor an index. For
  Web Annotation there is no peer.
- A wrong verdict of ours (a valid package that is not found valid, a right span not seen, a changed
  row missed, a quotation misplaced) voids a run.
"""


def load_results(folder: Path) -> Results:
    """The results that stand in a folder, by case."""
    found = {path.stem: path for path in folder.glob("*.json")}
    return {
        case: json.loads(found[case].read_text("utf-8")) for case in cases.CASES if case in found
    }


def save_results(folder: Path, case: str, results: dict[str, Any]) -> None:
    """Write the results of one case."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, indent=1) + "\n"
    (folder / f"{case}.json").write_text(text, "utf-8")


def figure(value: float | None, unit: str = "x") -> str:
    """A measured value as people read it.

    >>> figure(23.456), figure(0.4567), figure(512.3, "MB"), figure(None)
    ('23.5 x', '0.457 x', '512 MB', 'not measured')
    """
    if value is None:
        return "not measured"
    if unit == "x":
        return f"{value:.{3 if value < 1 else 2 if value < 10 else 1}f} x"
    return f"{value:,.0f} {unit}"


def promise_rows(held: Iterable[Promise]) -> list[list[str]]:
    """The table of promises."""
    rows = [["", "what", "promised", "measured", "holds"]]
    for promise in held:
        sign = "≥" if promise.at_least else "≤"
        limit = f"{promise.limit:,g} {promise.unit}" if promise.limit is not None else ""
        holds = {True: "yes", False: "**no**", None: "–"}[promise.holds]
        rows.append(
            [
                promise.name,
                promise.what,
                f"{sign} {limit}" if limit else "–",
                figure(promise.measured, promise.unit),
                holds,
            ]
        )
    return rows


def markdown(rows: Sequence[Sequence[str]], right: int = 99) -> list[str]:
    """A table; the columns from `right` on are flush right."""
    header, *body = rows
    rule = [_ALIGNED["right" if i >= right else "left"] for i in range(len(header))]
    return [f"| {' | '.join(cells)} |" for cells in (header, rule, *body)]


def page(results: Results) -> str:
    """The page, a pure function of the results."""
    lines = [_INTRODUCTION, *markdown(promise_rows(promises(results))), ""]
    if "rows" in results:
        lines += [
            "## Rows against seconds",
            "",
            f"![Seconds over the number of rows, both axes logarithmic; the table below has the "
            f"same medians]({PLOT})",
            "",
            "Medians in seconds:",
            "",
            *markdown(_seconds(results), right=1),
            "",
            "Seconds per million rows; where cost is linear, a row stays the same (the fewer the "
            "rows, the more the reading of the texts counts):",
            "",
            *markdown(_seconds(results, per_million=True), right=1),
            "",
            "Peak memory in MB:",
            "",
            *markdown(_peaks(results), right=1),
            "",
        ]
    if "cluster" in results:
        lines += ["## Beyond one machine", "", *_beyond(results), ""]
    lines += ["## Every run", "", *markdown(_runs(results), right=3), ""]
    lines += [*_failures(results), _METHOD, "## Setup", "", *_setups(results), ""]
    return "\n".join(lines)


_CURVES = (
    cases.CSV,
    cases.ONE,
    cases.PARQUET,
    cases.POLARS,
    cases.POLARS_PARQUET,
    cases.LOOP,
    cases.FRICTIONLESS,
)


def _numbers(results: Results) -> list[int]:
    return cases.Scale(**results["rows"]["scale"]).rows


def _seconds(results: Results, per_million: bool = False) -> list[list[str]]:
    numbers = _numbers(results)
    table = [["", *(f"{number:,} rows" for number in numbers)]]
    for name in _CURVES:
        cells = []
        for number in numbers:
            value = median(results, "rows", name, rows=number)
            share = number / 1e6 if per_million else 1
            cells.append("–" if value is None else f"{value / share:.3g}")
        table.append([name, *cells])
    return table


def _peaks(results: Results) -> list[list[str]]:
    numbers = _numbers(results)
    table = [["", *(f"{number:,} rows" for number in numbers)]]
    for name in (cases.CSV, cases.ONE, cases.PARQUET, cases.POLARS, cases.FRICTIONLESS):
        peaks = [median(results, "rows", name, "peak", rows=number) for number in numbers]
        table.append([name, *("–" if peak is None else f"{peak:,.0f}" for peak in peaks)])
    return table


_PROJECTED = 1_000_000_000


def _beyond(results: Results) -> list[str]:
    """What a cluster takes, and what it would take for more rows than were measured."""
    names = [cases.THREADS, *cases.WORKERS.values()]
    numbers = in_files(results["cluster"]["scale"])
    table = [["", *(f"{n:,} rows, {f} files" for n, f in zip(numbers, cases.FILES, strict=True))]]
    table[0].append("projected: 1,000,000,000 rows")
    costs = {name: per_row(results, name) for name in names}
    for name in names:
        times = [median(results, "cluster", name, rows=n, in_order=True) for n in numbers]
        cells = ["–" if seconds is None else f"{seconds:.3g} s" for seconds in times]
        cost = costs[name]
        table.append([name, *cells, "–" if cost is None else _hours(cost * _PROJECTED)])
    lines = ["Medians, rows in the order of their texts, 200 bytes of text for a row:", ""]
    lines += [*markdown(table, right=1), ""]
    one, two = costs[cases.WORKERS[1]], costs[cases.WORKERS[2]]
    if one is not None and two is not None:
        lines += [
            "The last column is **a projection, no measurement**: what a row costs between the "
            "shortest and the longest of these tables, times the rows. Together two workers spend "
            f"{2 * two / one:.2f} times the time of one; if it cost sixteen no more, they would "
            f"take {_hours(2 * two * _PROJECTED / 16)}. Not in it: a network between machines; "
            "that only one worker makes the hash of a table, however many there are; what the "
            "scheduler needs for the tasks of so many files; and that beyond 128 pieces of 32 MiB "
            "rows are shuffled in another way (peer to peer).",
        ]
    return lines


def _hours(seconds: float) -> str:
    """A time as people read it.

    >>> _hours(5400), _hours(600)
    ('1.5 h', '10 min')
    """
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.0f} min"


def _runs(results: Results) -> list[list[str]]:
    table = [["case", "texts", "thing", "rows", "rounds", "median s", "fastest", "slowest"]]
    for case, held in results.items():
        for run in held["runs"]:
            made_of, seconds = run["made_of"], run["seconds"]
            texts = f"{made_of['documents']:,} of {made_of['size']:,} B" if made_of else ""
            figures = [statistics.median(seconds), min(seconds), max(seconds)] if seconds else []
            cells = [f"{value:.3g}" for value in figures] or ["–"] * 3
            number = f"{run['rows']:,}" if run["rows"] else ""
            table.append([case, texts, run["name"], number, str(len(seconds)), *cells])
    return table


def _failures(results: Results) -> list[str]:
    failed = [
        f"- {case}, {run['name']}, {run['rows']:,} rows: {run['failed']}"
        for case, held in results.items()
        for run in held["runs"]
        if run["failed"]
    ]
    return ["Failed:", "", *failed, ""] if failed else []


def _setups(results: Results) -> list[str]:
    """What each case was measured on; cases on the same are named together."""
    together: dict[str, list[str]] = {}
    for case, held in results.items():
        about = held["setup"]
        packages = ", ".join(f"{name} {number}" for name, number in about["packages"].items())
        line = (
            f"{about['cpus']} x {about['cpu'] or 'an unnamed processor'}, "
            f"{about['memory_gb']} GB, {about['system']}; Python {about['python']}, {packages}; "
            f"commit {about['commit'] or 'unknown'}{' with changes' if about['changed'] else ''}, "
            f"{about['date']}; seed {held['seed']}"
            f"{'; **a quick look: a tenth of the rows**' if held['quick'] else ''}"
        )
        together.setdefault(line, []).append(case)
    return [f"- {', '.join(names)}: {line}." for line, names in together.items()]
