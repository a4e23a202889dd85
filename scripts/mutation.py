"""Mutation testing of the rooms that read and judge; keep the raw result.

    python scripts/mutation.py [--max-children 2] [--report]

Needs `pip install -e ".[test,mutation]"` and an hour or more on two processors.
mutmut changes a copy of the code in `mutants/`, one small change at a time, and
runs the tests that reach it; `[tool.mutmut]` in pyproject.toml says which files
and tests. What no test notices is then given to `mypy --strict`, which CI runs
too. Writes docs/mutation.json: what came of every mutant that was not killed by a
test, and the numbers of each file. `--report` only counts again what is there;
`--again` tries the survivors once more, with the tests as they are now.
Exit code 1 if fewer than 95 % are killed, or if a survivor has no reason in
docs/testing.md.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import subprocess
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mutmut.stats import status_by_exit_code

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
MUTANTS = ROOT / "mutants" / "src" / "smartcity_case"
RESULT = ROOT / "docs" / "mutation.json"
LEAST = 0.95
_KILLED = ("killed", "timeout", "segfault")
_REJECTED = "rejected by mypy"
# What mypy says because every method of `mutants/` stands in its class many times.
_OF_THE_COPY = {"attr-defined", "has-type", "no-redef", "unused-ignore", "var-annotated"}


def main() -> int:
    """Run mutmut and keep what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--max-children", type=int, default=2, help="processes (2)")
    parser.add_argument("--report", action="store_true", help="run nothing; count again")
    parser.add_argument("--again", action="store_true", help="try only the survivors once more")
    chosen = parser.parse_args()
    if not chosen.report:
        if chosen.again:
            forget_survivors()
        command = [sys.executable, "-m", "mutmut", "run", "--max-children"]
        subprocess.run([*command, str(chosen.max_children)], cwd=ROOT, check=False)
    result = collect()
    RESULT.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(
        f"{result['mutants']} mutants: {result['killed_by_tests']} killed by tests, "
        f"{result['rejected_by_mypy']} rejected by mypy; together {result['share']:.1%}"
    )
    survivors = {name for name, what in result["survivors"].items() if what != _REJECTED}
    unexplained = sorted(survivors - explained())
    for name in unexplained:
        print(f"no reason in docs/testing.md: {name}")
    return int(result["share"] < LEAST or bool(unexplained))


def outcomes() -> Iterator[tuple[str, str, str]]:
    """The file, the name, and what came of each mutant of the latest run."""
    for place in sorted(MUTANTS.rglob("*.meta")):
        file = place.relative_to(MUTANTS).as_posix().removesuffix(".meta")
        codes: dict[str, int | None] = json.loads(place.read_bytes())["exit_code_by_key"]
        for name, code in codes.items():
            yield file, name, status_by_exit_code[code]


def collect() -> dict[str, Any]:
    """The result of the latest run."""
    files: dict[str, Counter[str]] = {}
    survivors: dict[str, str] = {}
    rejected = rejected_by_mypy()
    for file, name, came in outcomes():
        what = _REJECTED if came not in _KILLED and name in rejected else came
        files.setdefault(file, Counter())[what] += 1
        if what not in _KILLED:
            survivors[name] = what
    total = sum(files.values(), Counter[str]())
    by_tests = sum(total[what] for what in _KILLED)
    return {
        "command": "python scripts/mutation.py",
        "commit": _commit(),
        "mutmut": version("mutmut"),
        "mypy": version("mypy"),
        "mutants": total.total(),
        "killed_by_tests": by_tests,
        "rejected_by_mypy": total[_REJECTED],
        "share": round((by_tests + total[_REJECTED]) / max(1, total.total()), 4),
        "files": {file: dict(sorted(counts.items())) for file, counts in files.items()},
        "survivors": survivors,
    }


def rejected_by_mypy() -> set[str]:
    """The mutants of which mypy says what it does not say of the original."""
    command = [sys.executable, "-m", "mypy", "--output", "json", "src/smartcity_case"]
    done = subprocess.run(
        command, cwd=ROOT / "mutants", capture_output=True, text=True, check=False
    )
    errors: dict[str, list[dict[str, Any]]] = {}
    for line in done.stdout.splitlines():
        error = json.loads(line)
        if error["code"] not in _OF_THE_COPY:
            errors.setdefault(error["file"], []).append(error)
    rejected = set()
    for file, told in errors.items():
        module = file.removeprefix("src/").removesuffix(".py").replace("/", ".")
        tree = ast.parse((ROOT / "mutants" / file).read_bytes())
        said: dict[str, set[tuple[str, str]]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and "__mutmut_" in node.name:
                lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                said[node.name] = {(e["code"], e["message"]) for e in told if e["line"] in lines}
        for name, what in said.items():
            if what - said[name.rpartition("__mutmut_")[0] + "__mutmut_orig"]:
                rejected.add(f"{module}.{name}")
    return rejected


def forget_survivors() -> None:
    """Let mutmut try again what survived: it leaves alone what has a result."""
    for place in MUTANTS.rglob("*.meta"):
        meta = json.loads(place.read_bytes())
        codes = meta["exit_code_by_key"]
        for name, code in codes.items():
            if status_by_exit_code[code] not in _KILLED:
                codes[name] = None
        place.write_text(json.dumps(meta, indent=4), "utf-8")


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
