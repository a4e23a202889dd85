"""Run the command line in a process of its own, and measure what it takes.

Every hostile case must end within 5 seconds and 512 MB, with findings or a
clear error. Time is the lesser of what passed and what the processors worked,
and a case that took too long is tried twice more, so that another job on the
machine fails no test. A case is ended after ten seconds of work, or a minute of
waiting.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import IO, Any

SECONDS, MEGABYTES = 5.0, 512
_TRIES = 3
_HANGS = 60
_MOST_WORK = 10
_MOST_ADDRESSES = 6 << 30  # so that a case gone wrong does not take the machine with it

_CHILD = f"""
import resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, ({_MOST_ADDRESSES},) * 2)
resource.setrlimit(resource.RLIMIT_CPU, ({_MOST_WORK},) * 2)
from smartcity_case.cli import main
try:
    code = main(sys.argv[2:])
finally:
    with open("/proc/self/status") as status:
        peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
    with open(sys.argv[1], "w") as out:
        out.write(f"{{time.process_time()}} {{peak}}")
sys.exit(code)
"""


@dataclass(frozen=True)
class Outcome:
    """How a run ended, and what it took."""

    code: int
    report: dict[str, Any]
    stdout: str
    stderr: str
    seconds: float
    megabytes: float

    @property
    def codes(self) -> set[str]:
        """The codes of the findings."""
        return {finding["code"] for finding in self.report.get("findings", ())}

    @property
    def reasons(self) -> str:
        """Why checks did not run."""
        return "; ".join(check["reason"] for check in self.report.get("skipped", ()))

    def assert_bounded(self) -> None:
        """Fail if it took too much, or ended in a crash."""
        assert self.code >= 0, f"ended by signal {-self.code} (-9, -24: too much work)"
        assert self.code in (0, 1, 2), self.stderr[-2000:]
        assert "Traceback" not in self.stderr, self.stderr[-2000:]
        if self.code == 2:
            assert self.stderr.startswith("smartcity-case: ")
            assert self.stderr.count("\n") == 1, self.stderr
        assert self.seconds < SECONDS, f"{self.seconds:.1f} s, {self.megabytes:.0f} MB"
        assert self.megabytes < MEGABYTES, f"{self.megabytes:.0f} MB, {self.seconds:.1f} s"


def run(*arguments: str, stdout: IO[Any] | None = None) -> Outcome:
    """Run the command line, without a report."""
    with tempfile.TemporaryDirectory() as place:
        figures = Path(place) / "figures"
        command = [sys.executable, "-c", _CHILD, str(figures), *arguments]
        begun = monotonic()
        out = subprocess.PIPE if stdout is None else stdout
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                timeout=_HANGS,
            )
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"it did not end within {_HANGS} s") from error
        took = monotonic() - begun
        worked, peak = (figures.read_text() or "0 0").split() if figures.exists() else ("0", "0")
        seconds = min(took, float(worked) or took)
        return Outcome(
            done.returncode, {}, done.stdout or "", done.stderr, seconds, int(peak) / 1024
        )


def validate(folder: Path, *more: str) -> Outcome:
    """Validate a package; its report is read, and its bounds are held."""
    for _ in range(_TRIES):
        done = _validate(folder, *more)
        if done.seconds < SECONDS:
            break
    done.assert_bounded()
    return done


def _validate(folder: Path, *more: str) -> Outcome:
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.json"
        options = ("--format", "json", "--output", str(report), "--quiet", *more)
        done = run("validate", str(folder), *options)
        read = json.loads(report.read_bytes()) if report.exists() else {}
    return Outcome(done.code, read, done.stdout, done.stderr, done.seconds, done.megabytes)


def field(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    """A field of a schema."""
    return {"name": name, "type": kind, **more}


def table(name: str, *fields: dict[str, Any], path: str = "", **schema: Any) -> dict[str, Any]:
    """A resource with a table."""
    return {
        "name": name,
        "path": path or f"{name}.csv",
        "schema": {"fields": list(fields), **schema},
    }


def describe(folder: Path, *resources: dict[str, Any]) -> Path:
    """Write a descriptor with some resources."""
    folder.mkdir(exist_ok=True, parents=True)
    text = json.dumps({"name": "p", "resources": resources}, ensure_ascii=False)
    (folder / "datapackage.json").write_text(text, "utf-8")
    return folder
