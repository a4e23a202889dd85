"""Fuzz the validator, and keep a log.

    python fuzz/run.py --target csv --seconds 1800 --seed 1
    python fuzz/run.py --all --seconds 20 --seed 1

Needs `pip install -e ".[test,fuzz]"`. Exit codes: 0 nothing found, 1 something
was (the input is in fuzz/finds/), 2 it could not run.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Any

HERE = Path(__file__).resolve().parent
NAMES = ("descriptor", "csv", "source")
_ROUND = 120
"""Seconds of one process: atheris 3.0 keeps the result of every comparison it traces, so its
memory grows. The next process goes on with the corpus of the last, and the next seed."""
_LAST = re.compile(r"^#(\d+)\s+\S+\s+cov: (\d+) ft: (\d+) corp: (\S+)", re.MULTILINE)
_STATISTIC = re.compile(r"^stat::(\w+):\s+(\d+)", re.MULTILINE)


def main() -> int:
    """Run the targets one after the other; see the docstring of the module."""
    arguments = _arguments()
    if importlib.util.find_spec("atheris") is None:
        print('fuzzing: NOT RUN, atheris is not installed: pip install -e ".[test,fuzz]"')
        return 2
    names = NAMES if arguments.all else [arguments.target]
    logs = [run(name, arguments.seconds, arguments.seed) for name in names]
    for log in logs:
        if arguments.log:
            started = log["started"].replace(":", "").replace("-", "")
            place = HERE / "log" / f"{log['target']}-{started}.json"
            place.parent.mkdir(exist_ok=True)
            place.write_text(json.dumps(log, indent=2) + "\n", "utf-8")
    if any(log["exit_code"] and not log["finds"] for log in logs):
        return 2
    return 1 if any(log["finds"] for log in logs) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--target", choices=NAMES)
    which.add_argument("--all", action="store_true", help="one after the other")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", action="store_true", help="keep a log in fuzz/log/")
    return parser.parse_args()


def run(target: str, seconds: int, seed: int) -> dict[str, Any]:
    """Fuzz one target; what there is to tell about it."""
    finds = HERE / "finds" / target
    finds.mkdir(parents=True, exist_ok=True)
    before = set(finds.iterdir())
    started, clock = datetime.now(UTC).isoformat(timespec="seconds"), monotonic()
    commit = _commit()  # now: files may change while it runs
    code = 0
    rounds: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        while not code and (left := seconds - round(monotonic() - clock)) > 0:
            done = _fuzz(target, min(left, _ROUND), seed + len(rounds), finds, Path(folder))
            code = done.returncode
            rounds.append(_figures(done.stdout + done.stderr))
            if code:
                print(done.stdout[-3000:], done.stderr[-6000:], sep="\n", file=sys.stderr)
    found = sorted(path.name for path in set(finds.iterdir()) - before)
    log = {
        "target": target,
        "command": f"python fuzz/run.py --target {target} --seconds {seconds} --seed {seed}",
        "commit": commit,
        "started": started,
        "seconds": round(monotonic() - clock),
        "seeds": [seed + number for number in range(len(rounds))],
        "executions": sum(figures["executions"] for figures in rounds),
        "coverage": rounds[-1]["coverage"],
        "peak_rss_mb": max(figures["peak_rss_mb"] for figures in rounds),
        "finds": found,
        "exit_code": code,
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("atheris", "pyarrow", "frictionless")},
        },
    }
    count = log["executions"]
    kept = found or ("not kept" if code else "none")
    print(f"fuzzing {target}: {count} executions in {log['seconds']} s, finds: {kept}")
    return log


def _fuzz(
    target: str, seconds: int, seed: int, finds: Path, folder: Path
) -> subprocess.CompletedProcess[str]:
    """Let libFuzzer run in a process of its own, with the corpus in a folder."""
    corpus, scratch = folder / "corpus", folder / "scratch"
    corpus.mkdir(exist_ok=True)
    scratch.mkdir(exist_ok=True)
    command = [
        *(sys.executable, str(HERE / "child.py"), target, str(corpus)),
        *(f"-seed={seed}", f"-max_total_time={seconds}", f"-dict={HERE / 'words.dict'}"),
        *("-max_len=4096", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"),
        f"-artifact_prefix={finds}{os.sep}",
    ]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env=os.environ | {"PYTHONHASHSEED": "0", "TMPDIR": str(scratch)},
        timeout=seconds + 300,
    )


def _figures(output: str) -> dict[str, Any]:
    """Executions and coverage, as libFuzzer tells them."""
    statistics = {name: int(value) for name, value in _STATISTIC.findall(output)}
    lines = _LAST.findall(output)
    last = lines[-1] if lines else ("0", "0", "0", "0")
    return {
        "executions": statistics.get("number_of_executed_units", int(last[0])),
        "coverage": {"edges": int(last[1]), "features": int(last[2]), "corpus": last[3]},
        "peak_rss_mb": statistics.get("peak_rss_mb", 0),
    }


def _commit() -> str:
    """The commit that is fuzzed, and whether files differ from it."""
    git = ["git", "-C", str(HERE)]
    head = subprocess.run(
        [*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    changes = [*git, "status", "--porcelain", "--", "../src", "*.py"]
    changed = subprocess.run(changes, capture_output=True, text=True, check=False).stdout
    return f"{head} and changes" if changed.strip() else head


if __name__ == "__main__":
    sys.exit(main())
