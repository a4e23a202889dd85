"""One measurement in a process of its own: `python -m benchmarks.child JOB PACKAGE WARM-UP`.

A job does everything that is not to be timed, is run once on a small package
(which imports what is imported late), and then timed on the package. One line of JSON
says how long it took, the most memory that the process has had by then, and
what the job found. A wrong verdict is an error: a fast wrong answer is no figure.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.quotations import Place, Quotation
    from smartcity_case.report import Report


class WrongVerdict(Exception):
    """A program under measurement has come to the wrong result."""


class Order(NamedTuple):
    """What a job is to do: a package, how many threads, and what is wrong with it."""

    root: Path
    threads: int | None = None
    rows: int = 0
    faults: int = 0
    warm_up: bool = False


class Work(NamedTuple):
    """A job that is ready: what is timed, and what its result says afterwards."""

    run: Callable[[], Any]
    tell: Callable[[Any], dict[str, int]]
    peak: Callable[[], float] | None = None
    """The most memory of a process that works, if it is not this one."""


def ours(order: Order) -> Work:
    """The validation."""
    from benchmarks import engine

    return Work(
        lambda: engine.validate(order.root, order.threads), lambda report: _judged(report, order)
    )


def dask(order: Order) -> Work:
    """The validation by worker processes, which run already; `threads` says how many."""
    return _on_cluster(order, None)


def dask_small(order: Order) -> Work:
    """As `dask`, by workers that have 2 GiB each; beyond that Dask writes to disk."""
    return _on_cluster(order, "2GiB")


def _on_cluster(order: Order, memory: str | None) -> Work:
    from benchmarks import engine

    client = engine.workers(order.threads or 1, memory)
    return Work(
        lambda: engine.validate_on(order.root, client),
        lambda report: _judged(report, order) | {"here_mb": round(peak_megabytes())},
        lambda: max(client.run(peak_megabytes).values()),
    )


def _judged(report: Report, order: Order) -> dict[str, int]:
    """How many of the planted faults a report has, and how many other rows it blames."""
    if report.skipped:
        raise WrongVerdict(f"not checked: {report.skipped[0].name}: {report.skipped[0].reason}")
    if not order.faults:
        if not report.ok:
            raise WrongVerdict(f"a valid package: {report.errors[0]}")
        return {}
    from benchmarks.faults import CODES, fault_kind, fault_rows

    found: dict[int, set[str]] = {}
    for finding in report.errors:
        found.setdefault(finding.location.row - 2, set()).add(finding.code)  # row 1 is the header
    planted = fault_rows(order.rows, order.faults).tolist()
    right = sum(
        bool(found.pop(row, set()) & CODES[fault_kind(number)])
        for number, row in enumerate(planted)
    )
    return {"planted": len(planted), "reported": right, "others": len(found)}


def frictionless(order: Order) -> Work:
    """Frictionless with an equivalent span check; it has read the texts already."""
    from benchmarks import peers

    package, checks = peers.frictionless_package(order.root), peers.frictionless_checks(order.root)

    def tell(report: Any) -> dict[str, int]:
        if not report.valid:
            raise WrongVerdict(str(report.flatten(["type", "note"])[:1]))
        return {}

    return Work(lambda: package.validate(checks), tell)


def polars(order: Order) -> Work:
    """Polars, which reads the rows and checks nothing."""
    import polars as pl

    def read() -> pl.DataFrame:
        if (order.root / "rows.csv").exists():
            return pl.read_csv(order.root / "rows.csv")
        return pl.read_parquet(order.root / "rows.parquet")

    return Work(read, lambda frame: {"rows": frame.height})


def kernel(order: Order) -> Work:
    """The span kernel; the texts are prepared already."""
    from benchmarks import engine, peers

    rows = peers.read_rows(order.root)
    corpus = engine.prepare(rows.texts)
    return Work(
        lambda: [engine.kernel(corpus, *batch) for batch in rows.batches],
        lambda stands: _all_stand([bool(each) for batch in stands for each in batch]),
    )


def kernel_preparing(order: Order) -> Work:
    """The span kernel; what it makes of the texts is counted too."""
    from benchmarks import engine, peers

    rows = peers.read_rows(order.root)

    def run() -> Any:
        corpus = engine.prepare(rows.texts)
        return [engine.kernel(corpus, *batch) for batch in rows.batches]

    return Work(run, lambda stands: _all_stand([bool(e) for batch in stands for e in batch]))


def loop_columns(order: Order) -> Work:
    """A loop in Python from Arrow columns; the texts are decoded already."""
    from benchmarks import peers

    rows = peers.read_rows(order.root)
    texts = [text.decode() for text in rows.texts]
    return Work(
        lambda: [peers.loop(texts, peers.as_lists(batch)) for batch in rows.batches],
        lambda stands: _all_stand([each for batch in stands for each in batch]),
    )


def loop_lists(order: Order) -> Work:
    """The same loop over lists that are made already."""
    from benchmarks import peers

    rows = peers.read_rows(order.root)
    texts = [text.decode() for text in rows.texts]
    lists = [peers.as_lists(batch) for batch in rows.batches]
    return Work(
        lambda: [peers.loop(texts, each) for each in lists],
        lambda stands: _all_stand([each for batch in stands for each in batch]),
    )


def _all_stand(stands: list[bool]) -> dict[str, int]:
    if not all(stands):
        raise WrongVerdict(f"{stands.count(False)} of {len(stands)} right spans are not seen")
    return {"rows": len(stands)}


def diff(order: Order) -> Work:
    """Our comparison of two releases, from their files."""
    from benchmarks import engine
    from benchmarks.revise import revised

    new = revised(order.root)
    return Work(
        lambda: engine.diff(order.root, new),
        lambda found: _all_changed(engine.changed_in(found), order),
    )


def daff(order: Order) -> Work:
    """Daff's comparison of the tables of rows of two releases, from their files."""
    from benchmarks import peers
    from benchmarks.revise import revised

    new = revised(order.root)
    return Work(
        lambda: peers.daff_rows(order.root / "rows.csv", new / "rows.csv"),
        lambda rows: _all_changed(peers.changed_by_daff(rows), order),
    )


def _all_changed(found: int, order: Order) -> dict[str, int]:
    from benchmarks.revise import changed_rows

    if found != changed_rows(order.rows):
        raise WrongVerdict(f"{found} rows are changed, not {changed_rows(order.rows)}")
    return {"changed": found}


def anchor(order: Order) -> Work:
    """Our anchoring of quotations, with every tier; it has the texts as strings."""
    from benchmarks import engine

    texts, rows = _quotations(order)
    records = [{"source": row.source, "exact": row.words} for row in rows]
    return Work(
        lambda: engine.anchor(records, texts), lambda found: _all_right(engine.spans(found), rows)
    )


def gtrex(order: Order) -> Work:
    """What gtrex says of the same quotations, one verifier for each text."""
    from benchmarks import peers

    texts, rows = _quotations(order)
    return Work(lambda: peers.gtrex_spans(texts, rows), lambda found: _compared(found, rows))


def langextract(order: Order) -> Work:
    """Where langextract aligns the same quotations, all of a text at a time."""
    from benchmarks import peers

    texts, rows = _quotations(order)
    return Work(lambda: peers.langextract_spans(texts, rows), lambda found: _compared(found, rows))


def _quotations(order: Order) -> tuple[dict[str, str], list[Quotation]]:
    """As many texts as the package has, and as many rows; few to warm up with."""
    from benchmarks.quotations import make

    if order.warm_up:
        return make(1, 100)
    with (order.root / "documents.csv").open(encoding="utf-8") as lines:
        return make(sum(1 for _ in lines) - 1, order.rows)


def _compared(found: list[Place | None], rows: list[Quotation]) -> dict[str, int]:
    """How many rows were found where they stand, and how many traps were found at all."""
    pairs = list(zip(found, rows, strict=True))
    return {
        "right": sum(place == (row.start, row.end) for place, row in pairs if row.start >= 0),
        "stand": sum(row.start >= 0 for row in rows),
        "false": sum(place is not None for place, row in pairs if row.start < 0),
    }


def _all_right(found: list[Place | None], rows: list[Quotation]) -> dict[str, int]:
    facts = _compared(found, rows)
    if facts["false"] or facts["right"] < facts["stand"]:
        raise WrongVerdict(f"not every quotation is where it stands: {facts}")
    return facts


def export_as(name: str) -> Callable[[Order], Work]:
    """Our export in a format, the validation included."""

    def job(order: Order) -> Work:
        from benchmarks import engine

        out = _out(order, name)
        return Work(
            lambda: engine.export(order.root, name, out, order.threads),
            lambda _: _all_written(_COUNTS[name](out), order),
        )

    return job


def pandas_as(name: str) -> Callable[[Order], Work]:
    """Pandas, which reads the rows, checks nothing, and writes them."""

    def job(order: Order) -> Work:
        from benchmarks import peers

        out = _out(order, f"pandas-{name}")
        write = {"parquet": peers.pandas_parquet, "sqlite": peers.pandas_sqlite}[name]
        count = {"parquet": _in_parquet, "sqlite": _in_sqlite}[name]
        return Work(
            lambda: write(order.root / "rows.csv", out),
            lambda _: _all_written(count(out), order),
        )

    return job


def _out(order: Order, name: str) -> Path:
    """Where something is written, beside the package; what was there is written over."""
    return order.root.with_name(f"{order.root.name}-as-{name}")


def _in_parquet(file: Path) -> int:
    import pyarrow.parquet as pq

    rows: int = pq.read_metadata(file).num_rows
    return rows


def _in_sqlite(file: Path) -> int:
    import sqlite3

    with closing(sqlite3.connect(file)) as database:
        ((rows,),) = database.execute("SELECT count(*) FROM rows")
    return int(rows)


def _in_annotations(file: Path) -> int:
    with file.open("rb") as stream:
        return sum(line.count(b'"type": "TextPositionSelector"') for line in stream)


_COUNTS: dict[str, Callable[[Path], int]] = {
    "parquet": lambda folder: _in_parquet(folder / "rows.parquet"),
    "sqlite": _in_sqlite,
    "web-annotation": _in_annotations,
}


def _all_written(found: int, order: Order) -> dict[str, int]:
    if found != order.rows:
        raise WrongVerdict(f"{found} rows are written, not {order.rows}")
    return {"rows": found}


JOBS: dict[str, Callable[[Order], Work]] = {
    "ours": ours,
    "dask": dask,
    "dask-small": dask_small,
    "frictionless": frictionless,
    "polars": polars,
    "kernel": kernel,
    "kernel-preparing": kernel_preparing,
    "loop-columns": loop_columns,
    "loop-lists": loop_lists,
    "diff": diff,
    "daff": daff,
    "anchor": anchor,
    "gtrex": gtrex,
    "langextract": langextract,
    **{f"export-{name}": export_as(name) for name in _COUNTS},
    **{f"pandas-{name}": pandas_as(name) for name in ("parquet", "sqlite")},
}


def peak_megabytes() -> float:
    """The most memory that this process has had, in units of 10^6 bytes."""
    try:
        # Not ru_maxrss where it can be helped: it begins with the memory of the parent.
        status = Path("/proc/self/status").read_text("ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def measure(job: str, order: Order, warm_up: Path) -> dict[str, Any]:
    """Run a job and say how it went."""
    JOBS[job](order._replace(root=warm_up, warm_up=True)).run()
    work = JOBS[job](order)
    gc.collect()
    started = time.perf_counter()
    result = work.run()
    seconds = time.perf_counter() - started
    peak = (work.peak or peak_megabytes)()
    return {"seconds": seconds, "peak": peak, "facts": work.tell(result)}


def main() -> int:
    """Measure, and print a line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("root", type=Path)
    parser.add_argument("warm_up", type=Path)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--faults", type=int, default=0)
    given = parser.parse_args()
    order = Order(given.root, given.threads, given.rows, given.faults)
    try:
        print(json.dumps(measure(given.job, order, given.warm_up)))
    except WrongVerdict as wrong:
        print(f"{given.job}: {wrong}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
