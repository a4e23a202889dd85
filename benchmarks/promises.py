"""What was promised, and whether the results hold it."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks import cases

if TYPE_CHECKING:
    from collections.abc import Iterator

Results = dict[str, Any]
"""The results of each case, by its name, as they stand in the JSON files."""

NEAR_LINEAR = 1.25
"""How much a row may cost in a longer table, beside one in a shorter."""


class Promise(NamedTuple):
    """A promise and what was measured; without a limit it is only told."""

    name: str
    what: str
    limit: float | None
    measured: float | None
    at_least: bool = False
    unit: str = "x"

    @property
    def holds(self) -> bool | None:
        """Whether it holds, or None if nothing was promised."""
        if self.limit is None:
            return None
        if self.measured is None:
            return False
        if self.at_least:
            return self.measured >= self.limit
        return self.measured <= self.limit


def find(results: Results, case: str, name: str, **made_of: int) -> dict[str, Any] | None:
    """The run of a thing that has gone well, or None."""
    for run in results.get(case, {}).get("runs", ()):
        fits = all(run["made_of"].get(key) == value for key, value in made_of.items())
        if run["name"] == name and fits and run["seconds"] and not run["failed"]:
            found: dict[str, Any] = run
            return found
    return None


def median(
    results: Results, case: str, name: str, what: str = "seconds", **made_of: int
) -> float | None:
    """The median of a thing's rounds, or None if it was not measured."""
    run = find(results, case, name, **made_of)
    return statistics.median(run[what]) if run and run[what] else None


def ratio(above: float | None, below: float | None) -> float | None:
    """A ratio of two medians, or None if one of them is not there."""
    return above / below if above is not None and below else None


def growth(points: list[tuple[int, float]]) -> float | None:
    """The worst ratio of what a row costs in a longer table to what it costs in a shorter.

    >>> growth([(10, 1.0), (100, 10.0), (1000, 120.0)])
    1.2
    """
    costs = [seconds / rows for rows, seconds in sorted(points)]
    pairs = [later / costs[i] for i in range(len(costs)) for later in costs[i + 1 :]]
    return max(pairs, default=None)


def promises(results: Results) -> list[Promise]:
    """Every promise, in order, kept or not; of the cases that have results."""
    makers = {
        "rows": _rows,
        "kernel": _kernel,
        "documents": _documents,
        "faults": _faults,
        "tiny": _tiny,
        "diff": _diff,
        "anchor": _anchor,
        "export": _export,
        "cluster": _cluster,
    }
    return [each for case, maker in makers.items() if case in results for each in maker(results)]


def _rows(results: Results) -> Iterator[Promise]:
    scale = results["rows"]["scale"]
    numbers = cases.Scale(**scale).rows
    million, most = scale["million"], numbers[-1]

    def at(name: str, what: str = "seconds", rows: int = million) -> float | None:
        return median(results, "rows", name, what, rows=rows)

    ours, parquet = at(cases.CSV), at(cases.PARQUET)
    theirs, polars = at(cases.FRICTIONLESS), at(cases.POLARS)
    beside = f"{million:,} rows: time of"
    yield Promise(
        "CSV, beside frictionless", f"{beside} frictionless / ours", 20, ratio(theirs, ours), True
    )
    yield Promise("CSV, beside polars", f"{beside} ours / polars.read_csv", 8, ratio(ours, polars))
    yield Promise(
        "Parquet, beside frictionless",
        f"{beside} frictionless on CSV / ours on Parquet",
        None,
        ratio(theirs, parquet),
    )
    yield Promise(
        "Parquet, beside polars",
        f"{beside} ours on Parquet / polars.read_csv",
        None,
        ratio(parquet, polars),
    )
    yield Promise(
        "Parquet, beside polars on Parquet",
        f"{beside} ours / polars.read_parquet",
        None,
        ratio(parquet, at(cases.POLARS_PARQUET)),
    )
    yield Promise(
        "two threads",
        f"{beside} 1 thread / 2 threads",
        1.6,
        ratio(at(cases.ONE), at(cases.TWO)),
        True,
    )
    yield Promise(
        "all processors, longest table",
        f"{most:,} rows: time of 1 thread / as many as there are processors",
        None,
        ratio(at(cases.ONE, rows=most), at(cases.CSV, rows=most)),
    )
    for kind, name in (("CSV", cases.CSV), ("Parquet", cases.PARQUET)):
        points = [(rows, at(name, rows=rows)) for rows in numbers]
        known = [(rows, seconds) for rows, seconds in points if seconds is not None]
        worst = growth(known) if len(known) == len(numbers) else None
        yield Promise(
            f"linear, {kind}",
            f"{numbers[0]:,} to {most:,} rows: what a row costs in a longer table / in a shorter",
            NEAR_LINEAR,
            worst,
        )
        peaks = at(name, "peak", most), at(name, "peak")
        what = f"peak at {most:,} rows / at {million:,}"
        yield Promise(f"memory over rows, {kind}", what, 1.5, ratio(*peaks))
        what = f"peak at {most:,} rows"
        yield Promise(f"memory, {kind}", what, 600, peaks[0], unit="MB")


def _kernel(results: Results) -> Iterator[Promise]:
    scale = results["kernel"]["scale"]
    for documents, texts in ((1000, "1,000 texts"), (1, f"one text of {_megabytes(scale)} MB")):
        ours = median(results, "kernel", cases.KERNEL, documents=documents)
        for name, limit in ((cases.LOOP, 4), (cases.LISTS, 2)):
            theirs = median(results, "kernel", name, documents=documents)
            yield Promise(
                f"kernel, {texts}, beside the {name}",
                f"{scale['million']:,} rows: time of the loop / of the kernel",
                limit,
                ratio(theirs, ours),
                True,
            )
        yield Promise(
            f"kernel, {texts}, with its preparation",
            "time of the loop from columns / of the kernel and what it makes of the texts",
            None,
            ratio(
                median(results, "kernel", cases.LOOP, documents=documents),
                median(results, "kernel", cases.PREPARING, documents=documents),
            ),
        )
    one, many = (median(results, "kernel", cases.KERNEL, documents=n) for n in (1, 1000))
    what = f"time of the kernel on one text of {_megabytes(scale)} MB / on 1,000 texts"
    yield Promise("kernel, far offsets", what, None, ratio(one, many))


def _megabytes(scale: dict[str, int]) -> int:
    return scale["long_text"] // 1_000_000


def _documents(results: Results) -> Iterator[Promise]:
    number = results["documents"]["scale"]["documents"]
    for name in (cases.AS_FILES, cases.AS_TABLE):
        peak = median(results, "documents", name, "peak")
        what = f"peak, {number:,} texts of 5 KB"
        yield Promise(f"memory, many texts: {name}", what, 1000, peak, unit="MB")


def _faults(results: Results) -> Iterator[Promise]:
    number = results["faults"]["scale"]["million"]
    clean, faulty = (median(results, "faults", name) for name in (cases.CLEAN, cases.FAULTY))
    what = f"{number // 10:,} faulty rows among {number:,}"
    run = find(results, "faults", cases.FAULTY)
    facts = run["facts"] if run else {}
    yield Promise("faults, time", f"{what}: time / without faults", 3, ratio(faulty, clean))
    yield Promise(
        "faults, reported",
        f"{what}: rows reported, each with its code",
        number // 10,
        facts.get("reported"),
        True,
        "rows",
    )
    what = f"{what}: other rows that are blamed"
    yield Promise("faults, no others", what, 0, facts.get("others"), unit="rows")


def _tiny(results: Results) -> Iterator[Promise]:
    for package in cases.TINY.values():
        ours, theirs = (
            median(results, "tiny", f"{program} validate, {package}")
            for program in ("smartcity-case", "frictionless")
        )
        what = "whole process: time of smartcity-case validate / of frictionless validate"
        yield Promise(f"tiny package: {package}", what, 0.6, ratio(ours, theirs))


def _diff(results: Results) -> Iterator[Promise]:
    number = results["diff"]["scale"]["million"] // 10
    ours, theirs = (median(results, "diff", name) for name in (cases.DIFF, cases.DAFF))
    what = f"{number:,} rows, half of them changed: time of ours / of daff"
    yield Promise("diff, beside daff", what, 0.2, ratio(ours, theirs))


def _anchor(results: Results) -> Iterator[Promise]:
    million = results["anchor"]["scale"]["million"]
    for peer, rows in ((cases.GTREX, million // 10), (cases.LANGEXTRACT, million // 1000)):
        theirs = median(results, "anchor", peer, rows=rows)
        ours = median(results, "anchor", cases.ANCHOR, rows=rows)
        what = f"{rows:,} quotations: time of {peer} / of ours"
        yield Promise(f"anchoring, beside {peer}", what, 10, ratio(theirs, ours), True)
    for name, rows, limit in (
        (cases.ANCHOR, million // 10, 0),
        (cases.GTREX, million // 10, None),
        (cases.ANCHOR, million // 1000, None),
        (cases.LANGEXTRACT, million // 1000, None),
    ):
        run = find(results, "anchor", name, rows=rows)
        facts = run["facts"] if run else {}
        traps = rows - facts.get("stand", rows)
        what = f"{rows:,} quotations: of {traps:,} traps, found by {name}"
        told = f"false matches of {name}, {rows:,} rows"
        yield Promise(told, what, limit, facts.get("false"), unit="rows")
        what = f"{rows:,} quotations: share of those that stand, found in their place by {name}"
        share = ratio(facts.get("right"), facts.get("stand"))
        yield Promise(f"right places of {name}, {rows:,} rows", what, None, share)


def _export(results: Results) -> Iterator[Promise]:
    million = results["export"]["scale"]["million"]
    for name, label in cases.EXPORTS.items():
        peak = median(results, "export", label, "peak")
        what = f"peak, {million:,} rows, 1,000 texts of 20 KB"
        yield Promise(f"memory, export as {name}", what, 1000, peak, unit="MB")
    for name, peer in cases.PEERS.items():
        times = (median(results, "export", label) for label in (cases.EXPORTS[name], peer))
        what = f"{million:,} rows: time of ours, validation and texts included / of {peer}"
        yield Promise(f"export as {name}, beside pandas", what, None, ratio(*times))


def in_files(scale: dict[str, int]) -> list[int]:
    """The numbers of rows of the tables in several files, in order."""
    return [scale["million"] * files // 2 for files in cases.FILES]


def per_row(results: Results, name: str) -> float | None:
    """Seconds that a row costs, by the shortest and the longest of the tables in order."""
    first, *_, last = in_files(results["cluster"]["scale"])
    short, long = (median(results, "cluster", name, rows=n, in_order=True) for n in (first, last))
    return (long - short) / (last - first) if short is not None and long is not None else None


def _cluster(results: Results) -> Iterator[Promise]:
    numbers = in_files(results["cluster"]["scale"])
    two = cases.WORKERS[2]
    for order, in_order in (("in order", True), ("in no order", False)):

        def at(name: str, what: str = "seconds", in_order: bool = in_order) -> float | None:
            return median(results, "cluster", name, what, rows=numbers[-1], in_order=in_order)

        what = f"{numbers[-1]:,} rows {order}, in {cases.FILES[-1]} files: time of two workers"
        shared, beside = (ratio(at(two), at(n)) for n in (cases.WORKERS[1], cases.THREADS))
        yield Promise(f"two workers, {order}", f"{what} / of one", 0.7, shared)
        yield Promise(f"two workers beside threads, {order}", f"{what} / of threads", 1.3, beside)
        what = f"{numbers[-1]:,} rows {order}: peak of the worker that had more"
        yield Promise(f"memory of two workers, {order}", what, 4000, at(two, "peak"), unit="MB")
    known = [
        (rows, seconds)
        for rows in numbers
        if (seconds := median(results, "cluster", two, rows=rows, in_order=True)) is not None
    ]
    what = f"{numbers[0]:,} to {numbers[-1]:,} rows: what a row costs in more files / in fewer"
    worst = growth(known) if len(known) == len(numbers) else None
    yield Promise("linear, two workers", what, NEAR_LINEAR, worst)
    small = median(results, "cluster", cases.SMALL, "peak")
    what = f"{numbers[-1]:,} rows in no order: peak of a worker that is given 2 GiB"
    yield Promise("memory of small workers", what, 2147, small, unit="MB")
