"""How long `import smartcity_case` takes beside `import pandas`.

    python benchmarks/import_time.py

Fresh interpreters, taken in turns, after one round to warm the file cache; the
time of an empty interpreter is taken off. Prints medians and their ratio; the promise is a
ratio under one third.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

PROGRAMS = {"nothing": "pass", "smartcity_case": "import smartcity_case", "pandas": "import pandas"}
ROUNDS = 11


def seconds(program: str) -> float:
    """The time of one fresh interpreter that runs a program."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - started


def main() -> int:
    """Measure, print, and fail if the promise is broken."""
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for turn in range(ROUNDS + 1):
        for name, program in PROGRAMS.items():
            taken = seconds(program)
            if turn:
                times[name].append(taken)
    medians = {name: statistics.median(values) for name, values in times.items()}
    ours, theirs = (medians[n] - medians["nothing"] for n in ("smartcity_case", "pandas"))
    for name, median in medians.items():
        print(f"{name:<15} {median * 1000:7.1f} ms")
    print(f"ratio, less the interpreter: {ours / theirs:.3f} (median of {ROUNDS})")
    return ours / theirs >= 1 / 3


if __name__ == "__main__":
    sys.exit(main())
