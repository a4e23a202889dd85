"""Measure, compare with what was promised, and write it down.

    python -m benchmarks [--quick] [--only CASE …] [--report]

Exit code 1 if a promise is not held.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.cases import CASES, FULL, QUICK
from benchmarks.make import CACHE, SEED
from benchmarks.measure import ROOT, interleave, setup
from benchmarks.promises import promises
from benchmarks.report import PLOT, load_results, page, promise_rows, save_results

if TYPE_CHECKING:
    from benchmarks.measure import Thing

SLOW = {"cluster": 3}
"""Rounds of cases of which one takes some minutes."""
RESULTS = ROOT / "benchmarks" / "results"
ROUNDS, QUICK_ROUNDS = 5, 3


def measure_case(name: str, given: argparse.Namespace) -> dict[str, Any]:
    """All rounds of one case, and what they were made on."""
    scale = QUICK if given.quick else FULL
    rounds = QUICK_ROUNDS if given.quick else SLOW.get(name, ROUNDS)

    def repeats(thing: Thing) -> int:
        if thing.command:  # a whole process of half a second, which anything disturbs
            return 3 * rounds
        return given.frictionless or rounds if thing.job == "frictionless" else rounds

    about = setup()  # before: a commit that is made meanwhile is not the one that runs
    runs = []
    for things in CASES[name](scale, CACHE):
        runs += interleave(things, repeats)
    return {
        "case": name,
        "quick": given.quick,
        "seed": SEED,
        "scale": scale._asdict(),
        "setup": about,
        "runs": [asdict(run) for run in runs],
    }


def write_report(folder: Path) -> None:
    """Write the page and the plot from the results."""
    from benchmarks.plot import draw

    results = load_results(folder)
    (ROOT / "docs" / "performance.md").write_text(page(results), "utf-8")
    if "rows" in results:
        draw(results, ROOT / "docs" / PLOT)


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, three rounds")
    parser.add_argument("--only", nargs="+", choices=CASES, metavar="CASE", help=", ".join(CASES))
    parser.add_argument(
        "--frictionless", type=int, metavar="N", help="rounds of frictionless, the slowest"
    )
    parser.add_argument("--report", action="store_true", help="measure nothing; write the page")
    parser.add_argument("--results", type=Path, help="the folder of the results")
    given = parser.parse_args()
    folder = given.results or (CACHE / "quick-results" if given.quick else RESULTS)
    if given.report:
        write_report(folder)
        return 0
    print(f"packages are kept in {CACHE}; delete it when you are done")
    for name in given.only or CASES:
        print(f"== {name}", flush=True)
        save_results(folder, name, measure_case(name, given))
    if folder == RESULTS:
        write_report(folder)
    results = load_results(folder)
    held = promises({name: results[name] for name in given.only or CASES})
    if given.quick:
        print("\nA QUICK LOOK: a tenth of the rows and three rounds; the promises are for all rows")
    for cells in promise_rows(held):
        print(f"{cells[0]:<52} {cells[2]:>14} {cells[3]:>16}  {cells[4].strip('*')}")
    return int(any(promise.holds is False for promise in held))


if __name__ == "__main__":
    sys.exit(main())
