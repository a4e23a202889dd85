"""Run the examples of docs/reports.md and write what they print into it.

    python scripts/report_examples.py [--check]

Each block of the guide that begins with `$ smartcity-case` is run in a folder
that holds the package of docs/text-spans.md, with the faulty table that the
guide shows. Long lines are cut. `--check` writes nothing and fails on drift.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs/reports.md"
LONGEST = 460

_BLOCK = re.compile(r"```console\n(\$ smartcity-case [^\n]+)\n.*?```", re.S)


def only(pattern: str, text: str) -> str:
    """The one stretch of a text that a pattern finds."""
    (found,) = re.findall(pattern, text, re.S)
    return str(found)


def make_package(folder: Path, guide: str) -> None:
    """Write the package of the guide to text spans, with the faulty table of this one."""
    spans = (ROOT / "docs/text-spans.md").read_text("utf-8")
    spans = spans[spans.index("## A whole package") :]
    folder.mkdir()
    files = {
        "note.txt": only(r"`note.txt`: `([^`]+)`", spans),
        "datapackage.json": only(r"```json\n(.*?)```", spans),
        "animals.csv": only(r"```text\n(id,start.*?)```", guide),
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")


def printed(command: str, folder: Path) -> str:
    """What a command prints in a folder, with long lines cut."""
    done = subprocess.run(
        [sys.executable, "-m", "smartcity_case", *shlex.split(command)[1:]],
        cwd=folder,
        capture_output=True,
        env=os.environ | {"PYTHONUTF8": "1"},
        check=False,
    )
    lines = (done.stdout + done.stderr).decode("utf-8").splitlines()
    return "".join((x if len(x) <= LONGEST else x[:LONGEST] + " […]") + "\n" for x in lines)


def with_outputs(guide: str) -> str:
    """The guide with what its examples print today."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_package(folder / "animals", guide)

        def run(block: re.Match[str]) -> str:
            return f"```console\n{block[1]}\n{printed(block[1][2:], folder)}```"

        return _BLOCK.sub(run, guide)


def main() -> int:
    """Write the guide, or say whether it would change."""
    guide = GUIDE.read_text("utf-8")
    now = with_outputs(guide)
    if now == guide:
        return 0
    if "--check" in sys.argv:
        print("docs/reports.md differs: run python scripts/report_examples.py")
        return 1
    GUIDE.write_text(now, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
