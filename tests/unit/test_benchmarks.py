"""The benchmark's packages, peers, arithmetic and page; nothing here is timed."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from collections import Counter
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

import smartcity_case as sc
from benchmarks import cases, child, engine, peers, plot, report
from benchmarks.faults import CODES, fault_kind, fault_rows
from benchmarks.make import KINDS, ROWS, Format, Recipe, make_package, texts_of
from benchmarks.measure import Thing, interleave, run_of
from benchmarks.promises import Promise, growth, promises
from benchmarks.quotations import make
from benchmarks.revise import revised
from conftest import ROOT

SMALL = Recipe(rows=1200, documents=7, size=3000, seed=5)
ONE = Recipe(rows=900, documents=1, size=20_000, form="text", seed=6)
FAULTS = 96


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("packages")


def read(root: Path, table: str) -> list[dict[str, str]]:
    with (root / table).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def texts_in(root: Path) -> dict[str, str]:
    keys, held = peers.read_texts(root)
    return {key: data.decode("utf-8") for key, data in zip(keys, held, strict=True)}


def faults_of(rows: list[dict[str, str]], texts: dict[str, str]) -> dict[int, list[str]]:
    """What is wrong with which row, by the plainest means there are."""
    found: dict[int, list[str]] = {}
    seen: set[str] = set()
    for index, row in enumerate(rows):
        text = texts.get(row["document"])
        start, end = int(row["start"]), int(row["end"])
        wrong = {
            "duplicate": row["id"] in seen,
            "dangling": text is None,
            "enum": row["kind"] not in KINDS,
            "pattern": not re.fullmatch("[A-D]-[0-9]{4}", row["code"]),
            "type": not row["score"].isdigit() or int(row["score"]) > 100,
            "out-of-range": text is not None and not 0 <= start < end <= len(text),
        }
        if text is not None and not wrong["out-of-range"] and text[start:end] != row["exact"]:
            wrong["moved" if row["exact"] in text else "absent"] = True
        seen.add(row["id"])
        if any(wrong.values()):
            found[index] = [kind for kind, is_so in wrong.items() if is_so]
    return found


@pytest.mark.parametrize("recipe", [SMALL, ONE, replace(SMALL, form="csv"),
                                    replace(SMALL, form="parquet")])  # fmt: skip
def test_every_row_of_a_package_is_right(recipe: Recipe, cache: Path) -> None:
    root = make_package(recipe, cache)
    rows, texts = read(root, "rows.csv"), texts_in(root)
    assert len(rows) == recipe.rows
    assert len(set(texts.values())) == recipe.documents
    assert list(rows[0]) == [field.name for field in ROWS]
    assert faults_of(rows, texts) == {}


def test_a_package_is_as_hard_as_it_should_be(cache: Path) -> None:
    root = make_package(SMALL, cache)
    rows, text = read(root, "rows.csv"), "".join(texts_in(root).values())
    for sign in ("ä", "ß", "„", "“", '"', ",", "\n", "🙂", "👩‍🔬"):
        assert sign in text, sign
    assert [row["id"] for row in rows] != sorted(row["id"] for row in rows)
    assert [row["document"] for row in rows] != sorted(row["document"] for row in rows)
    assert {row["document"] for row in rows} == set(texts_in(root))
    assert {row["kind"] for row in rows} == set(KINDS)
    assert any("\n" in row["exact"] for row in rows)
    assert any('"' in row["exact"] for row in rows)
    assert all(2500 < len(data) < 3500 for data in peers.read_texts(root)[1])


def test_hashes_and_sizes_are_those_of_the_files(cache: Path) -> None:
    for recipe in (SMALL, replace(SMALL, form="parquet", table="parquet"), ONE):
        root = make_package(recipe, cache)
        stated = json.loads((root / "datapackage.json").read_text("utf-8"))["resources"]
        stated += read(root, "documents.csv") if (root / "documents.csv").exists() else []
        for each in stated:
            data = (root / each["path"]).read_bytes()
            assert each["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
            assert int(each["bytes"]) == len(data)


def test_parquet_has_the_rows_of_the_csv(cache: Path) -> None:
    table = pq.read_table(make_package(replace(SMALL, table="parquet"), cache) / "rows.parquet")
    assert table.schema.equals(ROWS)
    rows = [{name: str(cell) for name, cell in row.items()} for row in table.to_pylist()]
    assert rows == read(make_package(SMALL, cache), "rows.csv")


def test_the_same_recipe_gives_the_same_bytes(cache: Path, tmp_path: Path) -> None:
    here, there = (make_package(SMALL, place) for place in (cache, tmp_path))
    files = [p.relative_to(here) for p in sorted(here.rglob("*")) if p.is_file()]
    assert len(files) == SMALL.documents + 3
    assert all((here / file).read_bytes() == (there / file).read_bytes() for file in files)
    other = make_package(replace(SMALL, seed=8), tmp_path)
    assert (other / "rows.csv").read_bytes() != (here / "rows.csv").read_bytes()


def test_batches_make_no_difference(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.make.BATCH", 97)
    recipe = replace(SMALL, seed=9, faults=FAULTS)
    root = make_package(recipe, cache)
    expected = fault_rows(recipe.rows, FAULTS).tolist()
    assert list(faults_of(read(root, "rows.csv"), texts_in(root))) == expected


def test_texts_beyond_the_tape_are_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.texts.TAPE", 5000)
    texts = texts_of(SMALL)
    assert len({texts.text(document) for document in range(7)}) == 7


@pytest.mark.parametrize("recipe", [replace(SMALL, faults=FAULTS), replace(ONE, faults=FAULTS)])
def test_planted_faults_are_all_there_and_alone(recipe: Recipe, cache: Path) -> None:
    root = make_package(recipe, cache)
    found = faults_of(read(root, "rows.csv"), texts_in(root))
    planted = fault_rows(recipe.rows, FAULTS).tolist()
    assert found == {row: [fault_kind(number)] for number, row in enumerate(planted)}
    gaps = [after - before for before, after in pairwise(planted)]
    assert max(gaps) - min(gaps) <= 1
    assert {kind for (kind,) in found.values()} == set(CODES)


@pytest.mark.parametrize("change", [{"form": "text"}, {"faults": 1, "table": "parquet"},
                                    {"faults": 601}])  # fmt: skip
def test_a_recipe_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"single|Parquet|second row"):
        replace(SMALL, **change)


def test_our_validation_finds_what_was_planted(cache: Path) -> None:
    assert sc.validate(make_package(ONE, cache)).ok
    clean = child.Order(make_package(ONE, cache), rows=ONE.rows)
    assert child.measure("ours", clean, clean.root)["facts"] == {}
    faulty = child.Order(make_package(replace(ONE, faults=FAULTS), cache), None, ONE.rows, FAULTS)
    told = child.measure("ours", faulty, clean.root)
    assert told["facts"] == {"planted": FAULTS, "reported": FAULTS, "others": 0}
    assert told["seconds"] > 0
    assert told["peak"] > 20


def test_a_wrong_verdict_voids_a_run(cache: Path) -> None:
    spoilt = child.Order(make_package(replace(ONE, faults=FAULTS), cache))
    fine = make_package(ONE, cache)
    for job in ("ours", "frictionless"):
        with pytest.raises(child.WrongVerdict):
            child.measure(job, spoilt, fine)


def test_fewer_reports_than_plants_are_seen(cache: Path) -> None:
    root = make_package(replace(ONE, faults=FAULTS), cache)
    order = child.Order(root, None, ONE.rows, FAULTS)
    whole = sc.validate(root)
    told = child._judged(replace(whole, findings=whole.findings[1:]), order)
    assert told == {"planted": FAULTS, "reported": FAULTS - 1, "others": 0}
    assert child._judged(whole, order._replace(faults=FAULTS // 2))["others"] > 0


def test_the_span_check_for_frictionless_is_as_strong(cache: Path) -> None:
    for recipe, expected in ((SMALL, set()), (replace(SMALL, faults=FAULTS), None)):
        root = make_package(recipe, cache)
        package = peers.frictionless_package(root)
        judged = package.validate(peers.frictionless_checks(root))
        rows = {number - 2 for (number,) in judged.flatten(["rowNumber"])}
        planted = set(fault_rows(recipe.rows, recipe.faults).tolist())
        assert rows == (planted if expected is None else expected)


def test_the_loop_sees_a_span_that_is_wrong(cache: Path) -> None:
    rows = peers.read_rows(make_package(replace(SMALL, table="parquet"), cache))
    texts = [text.decode("utf-8") for text in rows.texts]
    lists = peers.as_lists(rows.batches[0])
    assert peers.loop(texts, lists) == [True] * SMALL.rows
    lists.start[3] += 1
    assert peers.loop(texts, lists).index(False) == 3


@pytest.mark.parametrize("job", ["kernel", "kernel-preparing"])
def test_a_kernel_that_misses_a_span_voids_a_run(
    job: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stand_in(texts: list[str], *columns: Any) -> NDArray[np.bool_]:
        return np.array(peers.loop(texts, peers.as_lists(peers.Batch(*columns))))

    root = make_package(replace(SMALL, table="parquet"), cache)
    monkeypatch.setattr(engine, "prepare", lambda texts: [text.decode() for text in texts])
    monkeypatch.setattr(engine, "kernel", stand_in)
    told = child.measure(job, child.Order(root), root)
    assert told["facts"] == {"rows": SMALL.rows}
    monkeypatch.setattr(engine, "kernel", lambda *given: ~stand_in(*given))
    with pytest.raises(child.WrongVerdict):
        child.measure(job, child.Order(root), root)


@pytest.mark.parametrize("table", ["csv", "parquet"])
def test_polars_reads_every_row(table: Format, cache: Path) -> None:
    pytest.importorskip("polars")
    root = make_package(replace(SMALL, table=table), cache)
    assert child.measure("polars", child.Order(root), root)["facts"] == {"rows": SMALL.rows}


def test_every_second_row_is_revised(cache: Path) -> None:
    root = make_package(SMALL, cache)
    later = revised(root)
    assert revised(root) == later
    assert sc.validate(later).ok
    old, new = read(root, "rows.csv"), read(later, "rows.csv")
    differ = [sum(a[name] != b[name] for name in a) for a, b in zip(old, new, strict=True)]
    assert differ == [2, 0, 1, 0] * (SMALL.rows // 4)
    assert [row["id"] for row in old] == [row["id"] for row in new]


@pytest.mark.parametrize("job", ["diff", "daff"])
def test_a_comparison_that_misses_a_row_voids_a_run(job: str, cache: Path) -> None:
    if job == "daff":
        pytest.importorskip("daff")
    root = make_package(SMALL, cache)
    order = child.Order(root, rows=SMALL.rows)
    assert child.measure(job, order, root)["facts"] == {"changed": SMALL.rows // 2}
    with pytest.raises(child.WrongVerdict, match="600 rows are changed, not 599"):
        child.measure(job, order._replace(rows=SMALL.rows - 3), root)


def test_quotations_are_where_they_stand_and_traps_nowhere() -> None:
    texts, rows = make(2, 200)
    assert make(2, 200) == (texts, rows)
    assert Counter(row.kind for row in rows) == {
        "exact": 120, "almost": 40, "negation": 20, "digits": 10, "look-alike": 10
    }  # fmt: skip
    for row in rows:
        text = texts[row.source]
        if row.kind == "exact":
            assert text[row.start : row.end] == row.words
            assert text.count(row.words) == 1
        else:
            assert row.words not in text
            assert (row.start >= 0) is (row.kind == "almost")


@pytest.mark.parametrize("job", ["anchor", "gtrex", "langextract"])
def test_an_anchoring_is_compared_with_what_is_right(job: str, cache: Path) -> None:
    if job != "anchor":
        pytest.importorskip(job)
    root = make_package(replace(SMALL, documents=1), cache)
    order = child.Order(root, rows=100, warm_up=job == "langextract")
    facts = (
        child.JOBS[job](order).tell([None] * 100)
        if job == "langextract"
        else (child.measure(job, order, root)["facts"])
    )
    assert facts["stand"] == 80
    assert facts["false"] == 0
    if job == "anchor":
        assert facts["right"] == 80
        _, rows = make(1, 100)
        with pytest.raises(child.WrongVerdict, match="not every quotation"):
            child._all_right([(0, 1)] * 100, rows)


@pytest.mark.parametrize(
    "job",
    ["export-parquet", "export-sqlite", "export-web-annotation", "pandas-parquet", "pandas-sqlite"],
)
def test_an_export_that_loses_a_row_voids_a_run(job: str, cache: Path) -> None:
    root = make_package(SMALL, cache)
    order = child.Order(root, rows=SMALL.rows)
    for _ in range(2):  # what is there is written over
        assert child.measure(job, order, root)["facts"] == {"rows": SMALL.rows}
    with pytest.raises(child.WrongVerdict, match=f"{SMALL.rows} rows are written"):
        child.measure(job, order._replace(rows=SMALL.rows + 1), root)


def test_a_round_is_a_process_of_its_own(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    things = [Thing("loop", "loop-lists", replace(SMALL, table="parquet")),
              Thing("fails", command=(sys.executable, "-c", "raise SystemExit('no luck')")),
              Thing("works", command=(sys.executable, "-c", ""))]  # fmt: skip
    loop, fails, works = interleave(things, lambda thing: 2 if thing.job else 1, cache)
    assert len(loop.seconds) == len(loop.peak) == 2
    assert loop.facts == {"rows": SMALL.rows}
    assert fails.failed == "exit code 1: no luck"
    assert fails.seconds == []
    assert len(works.seconds) == 1
    assert "no luck" in capsys.readouterr().out


def test_workers_are_processes_of_their_own(cache: Path) -> None:
    recipe = Recipe(1000, 20, 2000, "parquet", "parquet", shards=2)
    (run,) = interleave([Thing("workers", "dask", recipe, 1)], lambda thing: 1, cache)
    assert not run.failed
    assert run.facts["here_mb"] > 0
    assert run.peak[0] > 0


def made_up(scale: cases.Scale, **seconds: float) -> dict[str, Any]:
    """Results in which a million rows take a second, but for the things named."""
    results = {}
    for name, case in cases.CASES.items():
        runs = []
        for thing in (thing for group in case(scale, ROOT / "no-such-folder") for thing in group):
            run = run_of(thing)
            cost = seconds.get(thing.name, 1.0) * (run.rows or 1_000_000) / 1e6
            run.seconds = [cost * 2, cost, cost / 2]
            run.peak = [300.0] * 3
            run.facts = {
                "planted": 5,
                "reported": 5,
                "others": 0,
                "stand": 8,
                "right": 4,
                "false": 0,
            }
            runs.append(asdict(run))
        about = {"cpus": 2, "cpu": "Some CPU", "memory_gb": 8, "system": "Linux", "python": "3.11",
                 "packages": {"polars": "9.9"}, "commit": "abc", "changed": False,
                 "date": "2026-11-24"}  # fmt: skip
        results[name] = {"case": name, "quick": False, "seed": 1, "scale": scale._asdict(),
                         "setup": about, "runs": runs}  # fmt: skip
    return results


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(cases, "make_package", lambda recipe, cache: cache)
    return made_up(
        cases.FULL,
        **{cases.FRICTIONLESS: 42.0, cases.POLARS: 0.25, cases.ONE: 1.5, cases.LOOP: 4.5,
           cases.DAFF: 8.0, cases.GTREX: 4.0, cases.FAULTY: 3.5,
           cases.WORKERS[1]: 3.0, cases.WORKERS[2]: 1.5,
           "smartcity-case validate, a toy": 0.5},
    )  # fmt: skip


def by_name(results: dict[str, Any]) -> dict[str, Promise]:
    held = promises(results)
    assert len({promise.name for promise in held}) == len(held)
    return {promise.name: promise for promise in held}


@pytest.mark.parametrize(
    ("name", "measured", "holds"),
    [("CSV, beside frictionless", 42, True), ("CSV, beside polars", 4, True),
     ("Parquet, beside frictionless", 42, None), ("two threads", 1.5, False),
     ("linear, CSV", 1, True), ("memory, CSV", 300, True), ("memory over rows, Parquet", 1, True),
     ("kernel, 1,000 texts, beside the loop, from columns", 4.5, True),
     ("kernel, one text of 50 MB, beside the loop, from lists", 1, False),
     ("memory, many texts: validate, texts in Parquet", 300, True),
     ("faults, time", 3.5, False), ("faults, reported", 5, False), ("faults, no others", 0, True),
     ("diff, beside daff", 0.125, True), ("anchoring, beside gtrex", 4, False),
     ("false matches of anchor, 100,000 rows", 0, True),
     ("right places of gtrex, 100,000 rows", 0.5, None), ("tiny package: a toy", 0.5, True),
     ("tiny package: the embedded case", 1, False), ("two workers, in order", 0.5, True),
     ("two workers beside threads, in no order", 1.5, False), ("linear, two workers", 1, True),
     ("memory of two workers, in no order", 300, True), ("memory of small workers", 300, True)],
)  # fmt: skip
def test_promises_are_ratios_of_medians(
    results: dict[str, Any], name: str, measured: float, holds: bool | None
) -> None:
    promise = by_name(results)[name]
    assert promise.measured == pytest.approx(measured)
    assert promise.holds is holds


def test_what_was_not_measured_is_not_kept(results: dict[str, Any]) -> None:
    for held in results.values():
        for run in held["runs"]:
            run["failed"] = "out of memory"
    for promise in by_name(results).values():
        assert promise.measured is None
        assert not promise.holds
    assert "out of memory" in report.page(results)
    assert promises({}) == []


def test_growth_is_the_worst_of_all_pairs() -> None:
    assert growth([(10, 5.0), (100, 10.0), (1000, 130.0)]) == pytest.approx(1.3)
    assert growth([]) is None


def test_the_page_is_made_of_the_results(results: dict[str, Any]) -> None:
    page = report.page(results)
    assert "| ≥ 20 x | 42.0 x | yes |" in page
    assert "| ≥ 1.6 x | 1.50 x | **no** |" in page
    assert "2 x Some CPU, 8 GB, Linux; Python 3.11, polars 9.9; commit abc, 2026-11-24" in page
    assert "| frictionless, CSV | 4.2 | 12.6 | 42 | – | – |" in page
    assert "| validate, 2 workers of Dask | 1.5 s | 4.5 s | 15 s | 25 min |" in page
    assert "1.00 times the time of one" in page
    assert "they would take 3 min" in page
    results["rows"]["quick"] = True
    results["rows"]["setup"]["changed"] = True
    assert "commit abc with changes" in report.page(results)
    assert "a quick look" in report.page(results)


def test_results_are_read_as_they_were_written(results: dict[str, Any], tmp_path: Path) -> None:
    for case, held in results.items():
        report.save_results(tmp_path / "new", case, held)
    assert report.load_results(tmp_path / "new") == results


def test_the_page_in_the_docs_is_that_of_the_results() -> None:
    results = report.load_results(ROOT / "benchmarks" / "results")
    place = ROOT / "docs" / "performance.md"
    assert place.exists() == bool(results)
    if results:
        assert place.read_text("utf-8") == report.page(results)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_colours_are_seen_on_light_and_on_dark() -> None:
    for colour in {plot.INK, *(line[0] for line in plot.LINES.values())}:
        for ground in ("#ffffff", "#0d1117"):
            low, high = sorted([luminance(colour), luminance(ground)])
            assert (high + 0.05) / (low + 0.05) >= 3, (colour, ground)
    assert len({line[1:] for line in plot.LINES.values()}) == len(plot.LINES)


def test_the_plot_is_the_same_for_the_same_results(results: dict[str, Any], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for name in ("one.svg", "two.svg"):
        plot.draw(results, tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert len(plot.points(results)[cases.FRICTIONLESS]) == 3
