"""Mutation testing of the rooms that read and judge; keep the raw result.

    python scripts/mutation.py [--max-children 2] [--report]

Needs `pip install -e ".[test,mutation]"` and an hour or more on two processors.
mutmut changes a copy of the code in `mutants/`, one small change at a time, and
runs the tests that reach it; `[tool.mutmut]` in pyproject.toml says which files
and tests. Writes docs/mutation.json: what came of every mutant that was not
killed, and the numbers of each file. `--report` only counts again what is there.
Exit code 1 if fewer than 95 % are killed, or if a survivor has no reason in
docs/testing.md.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mutmut.stats import status_by_exit_code

ROOT = Path(__file__).resolve().parents[1]
MUTANTS = ROOT / "mutants" / "src" / "smartcity_case"
RESULT = ROOT / "docs" / "mutation.json"
LEAST = 0.95
_KILLED = ("killed", "timeout", "caught by type check", "segfault")


def main() -> int:
    """Run mutmut and keep what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--max-children", type=int, default=2, help="processes (2)")
    parser.add_argument("--report", action="store_true", help="run nothing; count again")
    chosen = parser.parse_args()
    if not chosen.report:
        command = [
            sys.executable,
            "-m",
            "mutmut",
            "run",
            "--max-children",
            str(chosen.max_children),
        ]
        subprocess.run(command, cwd=ROOT, check=False)
    result = collect()
    RESULT.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(f"{result['killed']} of {result['mutants']} mutants killed: {result['share']:.1%}")
    unexplained = sorted(set(result["survivors"]) - explained())
    for name in unexplained:
        print(f"no reason in docs/testing.md: {name}")
    return int(result["share"] < LEAST or bool(unexplained))


def collect() -> dict[str, Any]:
    """The result of the latest run."""
    files: dict[str, dict[str, int]] = {}
    survivors: dict[str, str] = {}
    total = Counter[str]()
    for place in sorted(MUTANTS.rglob("*.meta")):
        codes: dict[str, int | None] = json.loads(place.read_bytes())["exit_code_by_key"]
        status = {name: status_by_exit_code[code] for name, code in codes.items()}
        counts = Counter(status.values())
        files[place.relative_to(MUTANTS).as_posix().removesuffix(".meta")] = dict(counts)
        total += counts
        survivors |= {n: what for n, what in status.items() if what not in _KILLED}
    killed = sum(total[what] for what in _KILLED)
    return {
        "command": "python scripts/mutation.py",
        "commit": _commit(),
        "mutmut": version("mutmut"),
        "mutants": total.total(),
        "killed": killed,
        "share": round(killed / max(1, total.total()), 4),
        "files": files,
        "survivors": survivors,
    }


def explained() -> set[str]:
    """The mutants that docs/testing.md gives a reason for."""
    page = ROOT / "docs" / "testing.md"
    return set(re.findall(r"smartcity_case\.\S+__mutmut_\d+", page.read_text("utf-8")))


def _commit() -> str:
    git = ["git", "-C", str(ROOT)]
    head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return head.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
