"""Timing: things in turns, each in a fresh process, and what they were timed on."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.make import CACHE, Recipe, make_package

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT = 3600
PACKAGES = (
    *("daff", "dask", "distributed", "frictionless", "gtrex", "langextract", "numpy", "pandas"),
    *("polars", "pyarrow", "pydantic"),
)


@dataclass(frozen=True)
class Thing:
    """Something that is timed: a job on a package, or a command as a whole process."""

    name: str
    job: str = ""
    recipe: Recipe | None = None
    threads: int | None = None
    command: tuple[str, ...] = ()


@dataclass
class Run:
    """What the rounds of a thing have given; `failed` says why there is nothing."""

    name: str
    rows: int = 0
    made_of: dict[str, Any] = field(default_factory=dict)
    threads: int | None = None
    seconds: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)
    """The most memory of the process, in units of 10^6 bytes."""
    facts: dict[str, int] = field(default_factory=dict)
    failed: str = ""


def run_of(thing: Thing) -> Run:
    """The run of a thing, before its first round."""
    made_of = asdict(thing.recipe) if thing.recipe else {}
    return Run(thing.name, made_of.get("rows", 0), made_of, thing.threads)


def interleave(
    things: Sequence[Thing], repeats: Callable[[Thing], int], cache: Path = CACHE
) -> list[Run]:
    """Every thing, in turns, so that what else the machine does meets all of them.

    Every other round goes backwards. A thing that fails is not run again.
    """
    for thing in things:
        if thing.recipe:
            make_package(thing.recipe, cache)
    runs = {thing: run_of(thing) for thing in things}
    for turn in range(max(map(repeats, things))):
        for thing in things if turn % 2 == 0 else reversed(things):
            run = runs[thing]
            if turn < repeats(thing) and not run.failed:
                once(thing, run, cache)
                took = run.failed or f"{run.seconds[-1]:.3f} s"
                most = f", {run.peak[-1]:.0f} MB" if run.peak and not run.failed else ""
                print(f"  {turn + 1}  {run.rows:>10,}  {thing.name:<28} {took}{most}", flush=True)
    return list(runs.values())


def once(thing: Thing, run: Run, cache: Path) -> None:
    """One round of a thing."""
    started = time.perf_counter()
    done = subprocess.run(
        thing.command or _child(thing, cache),
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},  # as installed
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        # A number below zero is the signal that ended it: -9 is mostly too little memory.
        run.failed = f"exit code {done.returncode}: {said[-1] if said else 'no message'}"
    elif thing.command:
        run.seconds.append(round(seconds, 5))
    else:
        told = json.loads(done.stdout.splitlines()[-1])
        run.seconds.append(round(told["seconds"], 5))
        run.peak.append(round(told["peak"], 1))
        run.facts = told["facts"]


def _child(thing: Thing, cache: Path) -> tuple[str, ...]:
    assert thing.recipe is not None
    # With faults if there are any, since what reads a faulty cell is imported late too.
    small = replace(thing.recipe, rows=1000, size=2000, faults=min(100, thing.recipe.faults))
    small = replace(small, documents=min(10, small.documents), shards=min(2, small.shards))
    places = [str(make_package(recipe, cache)) for recipe in (thing.recipe, small)]
    numbers = {"threads": thing.threads, "rows": thing.recipe.rows, "faults": thing.recipe.faults}
    options = [f"--{name}={number}" for name, number in numbers.items() if number]
    return (sys.executable, "-m", "benchmarks.child", thing.job, *places, *options)


def setup() -> dict[str, Any]:
    """What the figures were measured on; nothing that names the machine or its user."""
    processors = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0)
    return {
        "cpus": len(processors),
        "cpu": _cpu(),
        "memory_gb": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "commit": _git("rev-parse", "--short=12", "HEAD"),
        "changed": bool(_git("status", "--porcelain", "--", "src", "benchmarks/*.py")),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
