"""What is timed: nine cases, each of groups of things that take turns."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.make import SEED, Recipe, make_package
from benchmarks.measure import ROOT, Thing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CSV = "validate, CSV"
PARQUET = "validate, Parquet"
ONE = "validate, CSV, 1 thread"
TWO = "validate, CSV, 2 threads"
FRICTIONLESS = "frictionless, CSV"
POLARS = "polars.read_csv"
POLARS_PARQUET = "polars.read_parquet"
LOOP = "loop, from columns"
LISTS = "loop, from lists"
KERNEL = "kernel"
PREPARING = "kernel, texts prepared too"
AS_FILES = "validate, texts as files"
AS_TABLE = "validate, texts in Parquet"
CLEAN = "validate, no faults"
FAULTY = "validate, faults"
DIFF = "diff, CSV"
DAFF = "daff, CSV"
ANCHOR = "anchor"
GTREX = "gtrex"
LANGEXTRACT = "langextract"
EXPORTS = {
    "parquet": "export, Parquet",
    "sqlite": "export, SQLite",
    "web-annotation": "export, Web Annotation",
}
THREADS = "validate, threads"
WORKERS = {1: "validate, 1 worker of Dask", 2: "validate, 2 workers of Dask"}
FILES = (2, 6, 20)
"""In how many files the tables are that a cluster reads."""
SMALL = "validate, 2 workers of Dask, 2 GiB each"
PEERS = {"parquet": "pandas, CSV to Parquet", "sqlite": "pandas, CSV to SQLite"}
TINY = {"embedded": "the embedded case", "toy": "a toy"}


class Scale(NamedTuple):
    """How much a case is given; a quick look takes a tenth."""

    million: int = 1_000_000
    documents: int = 200_000
    long_text: int = 50_000_000

    @property
    def rows(self) -> list[int]:
        """The numbers of rows of the curve, in order; the third is the million."""
        return [self.million * part // 10 for part in (1, 3, 10, 30, 100)]

    def in_files(self, files: int, *, in_order: bool = True) -> Recipe:
        """Rows and texts in so many files each, of which twenty have ten million rows and 2 GB."""
        documents = self.documents * files // 20
        rows = self.million * files // 2
        return Recipe(rows, documents, 10_000, "parquet", "parquet", 0, SEED, files, in_order)


FULL = Scale()
QUICK = Scale(100_000, 20_000, 5_000_000)


def rows(scale: Scale, cache: Path) -> list[list[Thing]]:
    """All programs over the number of rows."""
    groups = []
    for number in scale.rows:
        table, parquet = Recipe(number), Recipe(number, table="parquet")
        things = [
            Thing(CSV, "ours", table),
            Thing(POLARS, "polars", table),
            Thing(PARQUET, "ours", parquet),
            Thing(POLARS_PARQUET, "polars", parquet),
            Thing(ONE, "ours", table, threads=1),
            Thing(LOOP, "loop-columns", parquet),
        ]
        if number == scale.million:
            things.append(Thing(TWO, "ours", table, threads=2))
        if number <= scale.million:
            things.append(Thing(FRICTIONLESS, "frictionless", table))
        groups.append(things)
    return groups


def kernel(scale: Scale, cache: Path) -> list[list[Thing]]:
    """The span kernel and the loop, over many texts and over a long one."""
    jobs = {
        KERNEL: "kernel",
        LOOP: "loop-columns",
        LISTS: "loop-lists",
        PREPARING: "kernel-preparing",
    }
    many = Recipe(scale.million, table="parquet")
    one = Recipe(scale.million, documents=1, size=scale.long_text, table="parquet")
    return [[Thing(name, job, recipe) for name, job in jobs.items()] for recipe in (many, one)]


def documents(scale: Scale, cache: Path) -> list[list[Thing]]:
    """Very many texts."""
    files = Recipe(scale.million, scale.documents, 5000)
    table = Recipe(scale.million, scale.documents, 5000, form="parquet")
    return [[Thing(AS_FILES, "ours", files), Thing(AS_TABLE, "ours", table)]]


def faults(scale: Scale, cache: Path) -> list[list[Thing]]:
    """Every tenth row has a fault."""
    clean = Recipe(scale.million)
    faulty = Recipe(scale.million, faults=scale.million // 10)
    return [[Thing(CLEAN, "ours", clean), Thing(FAULTY, "ours", faulty)]]


def tiny(scale: Scale, cache: Path) -> list[list[Thing]]:
    """Whole processes on packages of a few rows."""
    toy = make_package(Recipe(20, documents=3, size=2000), cache)
    places = {"embedded": ROOT / "datapackage.json", "toy": toy / "datapackage.json"}
    return [
        [
            Thing(f"{program} validate, {TINY[name]}", command=(sys.executable, "-m", *call))
            for program, call in {
                "smartcity-case": ("smartcity_case", "validate", str(place)),
                "frictionless": ("frictionless", "validate", str(place)),
            }.items()
        ]
        for name, place in places.items()
    ]


def diff(scale: Scale, cache: Path) -> list[list[Thing]]:
    """Two releases, the later with half of its rows changed: a tenth of the rows, few texts."""
    recipe = Recipe(scale.million // 10, documents=50, size=2000)
    return [[Thing(DIFF, "diff", recipe), Thing(DAFF, "daff", recipe)]]


def anchor(scale: Scale, cache: Path) -> list[list[Thing]]:
    """Quotations to be found in texts of 20 KB; langextract, the slowest, gets a hundredth."""
    many = Recipe(scale.million // 10, documents=scale.million // 1000)
    few = Recipe(scale.million // 1000, documents=scale.million // 100_000)
    return [
        [Thing(ANCHOR, "anchor", many), Thing(GTREX, "gtrex", many)],
        [Thing(ANCHOR, "anchor", few), Thing(LANGEXTRACT, "langextract", few)],
    ]


def export(scale: Scale, cache: Path) -> list[list[Thing]]:
    """The exports that are streams, validation and all; peers that read and write the rows."""
    recipe = Recipe(scale.million)
    ours = [Thing(label, f"export-{name}", recipe) for name, label in EXPORTS.items()]
    peers = [Thing(label, f"pandas-{name}", recipe) for name, label in PEERS.items()]
    return [[*ours, *peers]]


def cluster(scale: Scale, cache: Path) -> list[list[Thing]]:
    """Threads of one process, and worker processes that share the work."""

    def things(recipe: Recipe) -> list[Thing]:
        workers = [Thing(name, "dask", recipe, number) for number, name in WORKERS.items()]
        return [Thing(THREADS, "ours", recipe), *workers]

    sizes = [things(scale.in_files(files)) for files in FILES]
    mixed = scale.in_files(FILES[-1], in_order=False)
    return [*sizes, [*things(mixed), Thing(SMALL, "dask-small", mixed, 2)]]


CASES: dict[str, Callable[[Scale, Path], list[list[Thing]]]] = {
    "rows": rows,
    "kernel": kernel,
    "documents": documents,
    "faults": faults,
    "tiny": tiny,
    "diff": diff,
    "anchor": anchor,
    "export": export,
    "cluster": cluster,
}
