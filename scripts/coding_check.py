"""Check a coding folder: words anchor, values fit, keys resolve, nothing is left out.

    python scripts/coding_check.py FOLDER TEXT

Prints a line for each problem and exits with 1 if there are any.
"""

from __future__ import annotations

import sys
from pathlib import Path

from smartcity_case.case.coding import anchor_coding
from smartcity_case.errors import CodingError
from smartcity_case.storage import read_files


def main(folder: str, text: str) -> int:
    """Print the problems of the coding in `folder`."""
    files = read_files(Path(folder), "*.csv")
    try:
        tables = anchor_coding(files, Path(text).read_bytes().decode("utf-8"))
    except CodingError as error:
        print(error)
        return 1
    print("no problems:", ", ".join(f"{len(rows)} {name}" for name, rows in tables.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
