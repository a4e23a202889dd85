"""Make the tutorial notebook, with the outputs of a real run.

    python scripts/tutorial.py           # run it, and write docs/tutorial.ipynb
    python scripts/tutorial.py --check   # run it, and say whether it is as stored

The cells stand here, where a change to them can be read; the notebook is made. What is
compared are the cells and the outputs as text: pictures differ in their bytes between
versions of matplotlib, and times and numbers of a run say nothing.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).resolve().parents[1] / "docs/tutorial.ipynb"

CELLS: tuple[tuple[str, str], ...] = (
    (
        "markdown",
        """\
# One article and its rows: a tutorial

Five steps with the data package `smartcity-case`: one German news article of December 2018 on
the plan to make Duisburg a smart city with Huawei, coded into eight linked tables. To run it
yourself: `pip install 'smartcity-case[plot]' jupyterlab`; it works from any folder, and needs no
network.

All of it is about **one article**. The rows say what the article reports, not what is so. The
rights in the article are its publisher's; what we quote of it stands here as quotation.""",
    ),
    (
        "markdown",
        """\
## 1. Load

Why: to see what there is, and under what rights, before using any of it.""",
    ),
    ("code", "import smartcity_case as sc\n\ncase = sc.load()\ncase"),
    ("code", 'case.claims[["claimant", "concept", "agreement", "stance"]].head(8)'),
    (
        "markdown",
        """\
## 2. Join

Why: a table refers to others by key, and a question mostly needs two of them: here, which
technologies the article speaks of where it attributes something to somebody.""",
    ),
    (
        "code",
        """\
claims = case.claims_with_actors()[["id", "claimant_name", "claimant_certainty", "gloss"]]
technologies = case.technologies_by_claim()[["claim", "name", "highest_status"]]
joined = claims.merge(technologies, left_on="id", right_on="claim").drop(columns="claim")
joined.dropna(subset="claimant_name")""",
    ),
    (
        "markdown",
        """\
## 3. Trace

Why: a row is only as good as the words it rests on, and these can be read in their sentence.""",
    ),
    ("code", 'case.trace("claims", "c015")'),
    (
        "code",
        """\
critical = case.claims["stance"] == "critical"
case.passages("claims", critical, column="stance_exact")""",
    ),
    (
        "markdown",
        """\
## 4. Plot

Why: a picture shows at once what a table hides, such as how few claims take a side, and how many
of these are the article's own words about somebody. Each picture has a description in words.""",
    ),
    ("code", "picture = case.pictures.stances()\npicture"),
    ("code", "print(picture.alt)"),
    ("code", "case.pictures.coverage()"),
    (
        "markdown",
        """\
## 5. Cite

Why: others should find the release that you used, and the very row.""",
    ),
    ("code", "print(case.citation)"),
    ("code", 'print(case.trace("claims", "c015").reference)'),
    ("code", 'print(sc.cite(case, "claims/c015", "bibtex"))'),
)


def notebook() -> Any:
    """The notebook without outputs."""
    v4: Any = import_module("nbformat.v4")  # whose types say nothing
    made = v4.new_notebook(metadata={"kernelspec": {
        "name": "python3", "display_name": "Python 3", "language": "python"}})  # fmt: skip
    for number, (kind, source) in enumerate(CELLS, start=1):
        new = v4.new_markdown_cell if kind == "markdown" else v4.new_code_cell
        made.cells.append(new(source, id=f"cell-{number}"))
    return made


def executed(folder: Path) -> Any:
    """The notebook, run in a folder; a fault in a cell is raised."""
    from nbclient import NotebookClient

    made = notebook()
    settings = {"metadata": {"path": str(folder)}}
    NotebookClient(made, kernel_name="python3", timeout=60, resources=settings).execute()
    made.metadata = {"kernelspec": made.metadata["kernelspec"]}  # not the version of Python
    for cell in made.cells:
        cell.metadata = {}  # the times of the run
        if cell.cell_type == "code":
            cell.outputs = _whole(cell.outputs)
    return made


def _whole(outputs: list[Any]) -> list[Any]:
    """Outputs with what was printed in one piece, however it came."""
    found: list[Any] = []
    for out in outputs:
        if found and out.output_type == "stream" and found[-1].get("name") == out.name:
            found[-1].text += out.text
        else:
            found.append(out)
    return found


def shown(made: Any) -> list[tuple[str, str, list[str]]]:
    """Kind, source and outputs as text of each cell."""
    return [
        (cell.cell_type, cell.source, [_text(out) for out in cell.get("outputs", ())])
        for cell in made.cells
    ]


def _text(out: Any) -> str:
    data = out.get("data", {})
    return str(out.get("text", data.get("text/plain", "")))


def main() -> int:
    """Write, or check."""
    nbformat: Any = import_module("nbformat")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    made = executed(NOTEBOOK.parent)
    if not check:
        NOTEBOOK.write_text(nbformat.writes(made) + "\n", "utf-8")
        print(f"{len(CELLS)} cells written")
        return 0
    stored = nbformat.read(NOTEBOOK, as_version=4)
    faults = [
        f"not as in a run: cell {number}"
        for number, (old, new) in enumerate(zip(shown(stored), shown(made), strict=True), start=1)
        if old != new
    ]
    print(*(faults or [f"{len(CELLS)} cells: no drift"]), sep="\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
