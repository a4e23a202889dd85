"""Build the site into a folder and check it; without a folder only check.

    python -m website [FOLDER]

Needs the extra `docs`. The exit code is 1 if anything is wrong with what was built, 2 if the folder
has other files in it, or if an option is given that there is not.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import smartcity_case as sc
from smartcity_case.cli import COMMANDS
from smartcity_case.codes import CODES
from website.check import faults, misread, missing_places
from website.hooks import ROOT, places
from website.reference import GROUPS

TEXTS = {".html", ".css", ".js"}


def main() -> int:
    """Build, check, and tell."""
    if len(sys.argv) > 2 or sys.argv[-1].startswith("-"):
        print(__doc__)
        return 0 if sys.argv[1:] == ["--help"] else 2
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(sys.argv[1] if len(sys.argv) > 1 else scratch).resolve()
        if is_taken(out):
            print(f"{out}: there are other files in it; name a new folder", file=sys.stderr)
            return 2
        wrong = build(out) or check(out)
        pages = len(list(out.rglob("*.html")))
    print(*wrong, sep="\n")
    print(f"{pages} pages, {len(wrong)} faults" if wrong else f"{pages} pages, and no fault")
    return bool(wrong)


def is_taken(out: Path) -> bool:
    """Whether a folder has something else in it than a site: building empties it."""
    return out.is_dir() and any(out.iterdir()) and not (out / "assets/site.css").is_file()


def build(out: Path) -> list[str]:
    """Build the site; what MkDocs has to say against it."""
    mkdocs = (sys.executable, "-m", "mkdocs", "build", "--strict", "--clean")
    done = subprocess.run(
        [*mkdocs, "--site-dir", str(out)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},  # the version is pinned
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    said = done.stdout.splitlines()
    odd = [line for line in said if not line.startswith("INFO")]
    return odd or ([f"MkDocs ended with {done.returncode}"] if done.returncode else [])


def check(out: Path) -> list[str]:
    """What is wrong with a built site."""
    files = {
        path.relative_to(out).as_posix(): path.read_text("utf-8") if path.suffix in TEXTS else ""
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }
    wrong = list(faults(files))
    known = places()
    for origin, place in known.items():
        if place.endswith(".md") and origin.endswith(".md"):
            built = files[place.removesuffix(".md") + ".html"]
            source = (ROOT / origin).read_text("utf-8")
            wrong += misread(source, built, origin, place, known)
    codes = {code: code.replace(".", "") for code in CODES}
    wrong += missing_places(files["findings.html"], "findings.html", codes)
    wrong += missing_places(files["commands.html"], "commands.html", {c: c for c in COMMANDS})
    for group in GROUPS:
        path = group.page.replace(".md", ".html")
        names = {name: f"{sc._HOME_OF[name]}.{name}" for name in group.names}
        wrong += missing_places(files[path], path, names)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
