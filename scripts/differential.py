"""Compare our verdicts with frictionless' on generated packages; keep the figures.

    python scripts/differential.py --examples 10000 --seed 1

Writes docs/differential.json. Exit code 1 if a difference is not explained by
a row of docs/stricter.md, or if the figures prove nothing.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from oracle.run import compare_columns, compare_tables, documented  # noqa: E402

if TYPE_CHECKING:
    from oracle.compare import Tally
    from oracle.single import Cells

RESULT = ROOT / "docs" / "differential.json"


def main() -> int:
    """Run both comparisons, print and keep what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--examples", type=int, default=10_000, help="packages (default 10,000)")
    parser.add_argument("--columns", type=int, default=2_000, help="single columns (2,000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-file", action="store_true", help="do not write the result file")
    chosen = parser.parse_args()
    started, commit = time.monotonic(), _commit()
    with tempfile.TemporaryDirectory() as folder:
        tally = compare_tables(chosen.examples, chosen.seed, Path(folder))
        cells, problems = compare_columns(chosen.columns, chosen.seed, Path(folder))
    doubts = tally.doubts(documented(ROOT))
    result = {"commit": commit, **_result(chosen, tally, cells, len(problems))}
    text = json.dumps(result, indent=2, ensure_ascii=False) + "\n"
    print(text, end="")
    print(f"{time.monotonic() - started:.0f} seconds", file=sys.stderr)
    for problem in [*doubts, *sorted([*tally.unexplained, *problems], key=len)[:20]]:
        print(f"\n{problem}", file=sys.stderr)
    if not chosen.no_file:
        RESULT.write_text(text, "utf-8")
    return 1 if doubts or tally.unexplained or problems else 0


def _result(
    chosen: argparse.Namespace, tally: Tally, cells: Cells, unexplained: int
) -> dict[str, Any]:
    return {
        "command": f"python scripts/differential.py --examples {chosen.examples} "
        f"--columns {chosen.columns} --seed {chosen.seed}",
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("frictionless", "hypothesis", "smartcity-case")},
        },
        "packages": {
            "examples": tally.examples,
            "tables_compared": tally.tables,
            "tables_not_checked_by_us": tally.not_comparable,
            "frictionless_raised": tally.crashed,
            "cells_both_accept": tally.accepted,
            "cells_both_reject": tally.rejected,
            "other_faults_both_find": tally.other_agreed,
            "explained": dict(sorted(tally.explained.items())),
            "tables_by_shape": dict(sorted(tally.shapes.items())),
            "unexplained": len(tally.unexplained),
        },
        "columns": {
            "examples": chosen.columns,
            "cells_both_accept": cells.accepted,
            "cells_both_reject": cells.rejected,
            "cells_proven_with_their_column": dict(sorted(cells.proven.items())),
            "frictionless_raised": cells.raised,
            "explained": dict(sorted(cells.explained.items())),
            "unexplained": unexplained,
        },
    }


def _commit() -> str:
    """The commit that is compared; "+" if files were changed since."""
    said = [
        "git",
        "-C",
        str(ROOT),
        "describe",
        "--always",
        "--abbrev=40",
        "--exclude=*",
        "--dirty=+",
    ]
    return subprocess.run(said, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    raise SystemExit(main())
