"""Repeat-coding agreement between two codings of the article, as Markdown.

    python scripts/agreement.py data/coding/pass-1 data/coding/pass-2
    python scripts/agreement.py [--check]     # the figures in docs/reliability.md

Spans: rows of the two codings are paired one to one so that the summed
overlap is largest (intersection over union of characters; ties by order).
`F1 exact` counts pairs with equal offsets, `F1 overlap` pairs that share a
character. `WindowDiff` (nltk) compares where rows begin and end: 0 is equal
segmentation; its window is half the mean distance of boundaries.

Values: Krippendorff's alpha (krippendorff, nominal) over the pairs with an
overlap of at least one half, with a 95 % percentile interval of a bootstrap
over pairs (scipy, fixed seed). An optional column counts the pairs of which at
least one has a value; no value is then a value of its own. Below 20 pairs, or
where nobody varies, there is no alpha, only how many agree.

Keys differ between codings, so actors, technologies, quotes, claims and
mentions of the second are first renamed to those of the first that they are
paired with.
"""

from __future__ import annotations

import argparse
import re
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import krippendorff
import numpy as np
from nltk.metrics.segmentation import windowdiff
from scipy import stats
from scipy.optimize import linear_sum_assignment

from smartcity_case.case.codebook import vocabulary_of
from smartcity_case.case.coding import Cells, anchor_coding, references
from smartcity_case.case.models import MODELS, Row
from smartcity_case.storage import read_files
from smartcity_case.text import Span

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "seeds/000_99c0eed1a29a2b7c.txt"
DOCUMENT = ROOT / "docs/reliability.md"
MARKS = re.compile(r"(<!-- agreement (\S+) (\S+) -->\n).*?(<!-- /agreement -->)", re.DOTALL)

Tables = dict[str, list[Cells]]
ENOUGH = 20
HALF = 0.5
RESAMPLES = 2000
SEED = 20181200


class Pair(NamedTuple):
    """Two rows that code the same words, and how far their spans overlap."""

    one: Cells
    two: Cells
    overlap: float


def read_coding(folder: Path, text: str) -> Tables:
    """The anchored tables of a coding folder."""
    return anchor_coding(read_files(folder, "*.csv"), text)


def span_of(row: Cells) -> Span:
    """The span of a row."""
    return Span(int(row["start"]), int(row["end"]))


def overlap(one: Span, two: Span) -> float:
    """Intersection over union, in characters."""
    common = min(one.end, two.end) - max(one.start, two.start)
    return max(common, 0) / (max(one.end, two.end) - min(one.start, two.start))


def pair_rows(ones: list[Cells], twos: list[Cells]) -> list[Pair]:
    """Pairs of rows, one to one, with the largest summed overlap."""
    if not ones or not twos:
        return []
    ones, twos = sorted(ones, key=span_of), sorted(twos, key=span_of)
    weight = np.array([[overlap(span_of(a), span_of(b)) for b in twos] for a in ones])
    order = np.abs(np.linspace(0, 1, len(ones))[:, None] - np.linspace(0, 1, len(twos))[None, :])
    score = np.where(weight > 0, weight - 1e-6 * order, 0)
    rows, columns = linear_sum_assignment(score, maximize=True)
    found = zip(rows, columns, strict=True)
    pairs = (Pair(ones[i], twos[j], float(weight[i, j])) for i, j in found)
    return [pair for pair in pairs if pair.overlap > 0]


def pair_entities(one: Tables, two: Tables, kind: str) -> dict[str, str]:
    """Keys of the second coding's actors or technologies by those of the first.

    Two are the same if more of their mentions pair up than with any other.
    """
    votes = Counter(
        (a[kind], b[kind])
        for a, b, share in pair_rows(one["mentions"], two["mentions"])
        if a[kind] and b[kind] and share >= HALF
    )
    names = sorted({a for a, _ in votes}), sorted({b for _, b in votes})
    score = np.array([[votes[a, b] for b in names[1]] for a in names[0]])
    if not score.size:
        return {}
    rows, columns = linear_sum_assignment(score, maximize=True)
    return {names[1][j]: names[0][i] for i, j in zip(rows, columns, strict=True) if score[i, j] > 0}


def renamed(one: Tables, two: Tables) -> Tables:
    """The second coding with its keys in the words of the first."""
    keys = {
        "actors": pair_entities(one, two, "actor"),
        "technologies": pair_entities(one, two, "technology"),
    }
    for table in ("claims", "quotes", "mentions"):
        pairs = pair_rows(one[table], two[table])
        keys[table] = {b["id"]: a["id"] for a, b, _ in pairs}
    result = {"uncoded": two["uncoded"]}
    for model in MODELS:
        targets = references(model)
        result[model.table] = [
            row | {c: keys[t].get(row[c], f"second:{row[c]}") for c, t in targets.items() if row[c]}
            for row in two[model.table]
        ]
    return result


def f1(matched: int, ones: list[Cells], twos: list[Cells]) -> float:
    """Harmonic mean of the shares of both codings' rows that are matched."""
    return 2 * matched / (len(ones) + len(twos)) if ones or twos else 1.0


def window_diff(ones: list[Cells], twos: list[Cells], length: int) -> float:
    """WindowDiff of the positions where rows begin or end."""
    marks = []
    for rows in (ones, twos):
        edges = {edge for row in rows for edge in span_of(row)}
        marks.append("".join("1" if at in edges else "0" for at in range(length + 1)))
    edges_of_both = sum(mark.count("1") for mark in marks)
    window = max(2, round(length / max(edges_of_both, 1)))
    return float(windowdiff(*marks, window))


def span_table(one: Tables, two: Tables, text: str) -> list[str]:
    """The agreement on spans, a line for each table."""
    lines = [
        "| table | rows, first | rows, second | F1 exact | F1 overlap | WindowDiff |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for model in MODELS:
        ones, twos = one[model.table], two[model.table]
        pairs = pair_rows(ones, twos)
        exact = sum(span_of(a) == span_of(b) for a, b, _ in pairs)
        lines.append(
            f"| {model.table} | {len(ones)} | {len(twos)} | {f1(exact, ones, twos):.2f} | "
            f"{f1(len(pairs), ones, twos):.2f} | {window_diff(ones, twos, len(text)):.3f} |"
        )
    return lines


def categorical(model: type[Row]) -> list[str]:
    """The columns of a table that hold a code, a flag or another row's key."""
    linked = references(model)
    return [
        name
        for name in model.columns()
        if vocabulary_of(model.model_fields[name])
        or name in linked
        or name in ("named", "collective")
    ]


def alpha(values: np.ndarray) -> float:
    """Krippendorff's alpha of two rows of numbered values; nan without variance."""
    if len(np.unique(values)) < 2:
        return float("nan")
    return float(krippendorff.alpha(reliability_data=values, level_of_measurement="nominal"))


def interval(values: np.ndarray) -> tuple[float, float]:
    """A 95 % percentile interval of alpha, by resampling pairs."""
    indices = np.arange(values.shape[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # resamples without variance have no alpha
        result = stats.bootstrap(
            (indices,),
            lambda sample: alpha(values[:, sample]),
            n_resamples=RESAMPLES,
            vectorized=False,
            method="percentile",
            rng=np.random.default_rng(SEED),
        )
    low, high = np.nanpercentile(result.bootstrap_distribution, [2.5, 97.5])
    return float(low), float(high)


def value_table(one: Tables, two: Tables) -> list[str]:
    """The agreement on values, a line for each categorical column."""
    lines = [
        "| table | column | n | agree | alpha | 95 % interval |",
        "|---|---|---:|---:|---:|---|",
    ]
    for model in MODELS:
        pairs = [p for p in pair_rows(one[model.table], two[model.table]) if p.overlap >= HALF]
        for column in categorical(model):
            lines.append(f"| {model.table} | {column} | {_figures(pairs, column)} |")
    return lines


def _figures(pairs: list[Pair], column: str) -> str:
    coded = [(a[column], b[column]) for a, b, _ in pairs if a[column] or b[column]]
    agree = sum(a == b for a, b in coded)
    head = f"{len(coded)} | {agree}"
    terms = sorted({value for both in coded for value in both})
    if len(coded) < ENOUGH:
        return f"{head} | – | fewer than {ENOUGH} pairs"
    if len(terms) < 2:
        return f"{head} | – | no variance"
    values = np.array([[terms.index(value) for value in side] for side in zip(*coded, strict=True)])
    low, high = interval(values)
    return f"{head} | {alpha(values):.2f} | {low:.2f} to {high:.2f}"


def agreement(first: Path, second: Path, text: str) -> str:
    """The agreement of two coding folders, as Markdown tables."""
    one = read_coding(first, text)
    two = renamed(one, read_coding(second, text))
    return "\n".join([*span_table(one, two, text), "", *value_table(one, two)])


def with_figures(document: str, text: str) -> str:
    """A document with every block of figures between its marks made anew."""
    return MARKS.sub(
        lambda m: f"{m[1]}\n{agreement(ROOT / m[2], ROOT / m[3], text)}\n\n{m[4]}", document
    )


def main(argv: list[str] | None = None) -> int:
    """Print the agreement of two folders, or bring the document up to date."""
    parser = argparse.ArgumentParser(description="Repeat-coding agreement of two codings.")
    parser.add_argument("folders", type=Path, nargs="*", help="two coding folders")
    parser.add_argument("--check", action="store_true", help=f"fail if {DOCUMENT.name} has drifted")
    arguments = parser.parse_args(argv)
    text = SOURCE.read_bytes().decode("utf-8")
    if arguments.folders:
        if len(arguments.folders) != 2:
            parser.error("give two folders, or none")
        first, second = arguments.folders
        print(agreement(first, second, text))
        return 0
    now = DOCUMENT.read_text("utf-8")
    should = with_figures(now, text)
    if now == should:
        print(f"nothing to do: the figures in {DOCUMENT.name} are as they should be")
    elif arguments.check:
        print(f"the figures in {DOCUMENT.name} are not those of the codings", file=sys.stderr)
        return 1
    else:
        DOCUMENT.write_text(should, "utf-8")
        print(f"written: {DOCUMENT.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
