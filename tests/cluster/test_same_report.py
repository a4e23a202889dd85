"""The report of a cluster is that of one process, finding by finding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import dask
import pytest
from pyarrow import parquet

import smartcity_case as sc
from cluster import packages
from smartcity_case import limits, texts, waiting
from smartcity_case.cluster import frames, parts
from smartcity_case.render import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from distributed import Client


def same(folder: Path, client: Client) -> sc.Report:
    """The report of one process, which is that of the cluster."""
    wanted = sc.validate(folder)
    found = sc.validate(folder, engine="dask", client=client)
    assert "".join(render(found, "json")) == "".join(render(wanted, "json"))
    assert found == wanted
    assert found.seen == wanted.seen
    return wanted


@pytest.fixture
def small(client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Texts that do not stay in memory, and are loaded a few at a time, here and on the workers."""
    monkeypatch.setattr(texts, "RESIDENT", 0)
    monkeypatch.setattr(texts, "SHARD", 500)
    monkeypatch.setattr(waiting, "UNIT", 7)
    client.run(_cut, 500, 7)
    yield
    client.run(_cut, texts.SHARD, waiting.UNIT)


def _cut(shard: int, unit: int) -> None:
    texts.SHARD, waiting.UNIT = shard, unit


@pytest.fixture
def few(client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No more than nine faults of a table, here and on the workers."""
    monkeypatch.setattr(limits, "FINDINGS", 9)
    client.run(_limit, 9)
    yield
    client.run(_limit, 120_000)


def _limit(findings: int) -> None:
    limits.FINDINGS = findings


@pytest.mark.parametrize("form", packages.FORMS)
def test_strewn_faults(tmp_path: Path, client: Client, form: str) -> None:
    report = same(packages.make(tmp_path, len(form), form), client)
    assert len({finding.code for finding in report.findings}) > 5


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("form", packages.FORMS)
def test_texts_that_do_not_stay_in_memory(tmp_path: Path, client: Client, form: str) -> None:
    assert same(packages.make(tmp_path, 7, form), client).errors


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("size", [6_000, 1 << 20])
def test_small_files_are_taken_together(
    tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(parts, "_TOGETHER", size)
    folder = packages.make(tmp_path, 14, files=6)
    sent = [path.stat().st_size for path in tmp_path.glob("*.parquet")]
    assert max(sent) < size
    assert same(folder, client).errors


@pytest.mark.parametrize("form", ["parquet", "files"])
def test_many_files(tmp_path: Path, client: Client, form: str) -> None:
    assert same(packages.make(tmp_path, 9, form, files=12), client).errors


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("method", ["tasks", "p2p"])
def test_many_files_and_spans_wait(tmp_path: Path, client: Client, method: str) -> None:
    with dask.config.set({"dataframe.shuffle.method": method}):
        assert same(packages.make(tmp_path, 9, files=12), client).errors


def test_the_working_directory_is_that_of_who_asks(
    tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(packages.make(tmp_path, 4, "files"))
    assert same(Path(), client).errors


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("setting", ["p2p", None])
def test_shuffles_of_another_kind(
    tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch, setting: str | None
) -> None:
    monkeypatch.setattr(frames, "_MANY", 1)
    with dask.config.set({"dataframe.shuffle.method": setting}):
        assert same(packages.make(tmp_path, 7), client).errors


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("seed", range(3))
def test_more_faults_than_are_listed(tmp_path: Path, client: Client, seed: int) -> None:
    report = same(packages.make(tmp_path, seed, faults=0.6), client)
    assert "limit.findings" in {finding.code for finding in report.findings}


def test_nothing_wrong(tmp_path: Path, client: Client) -> None:
    assert same(packages.make(tmp_path, 1, faults=0), client).ok


@pytest.mark.parametrize("broken", ["rows0.parquet", "texts0.parquet", "one.txt"])
def test_a_broken_file(tmp_path: Path, client: Client, broken: str) -> None:
    packages.make(tmp_path, 3)
    (tmp_path / broken).write_bytes(b"PAR1 is all there is \xff")
    assert same(tmp_path, client).errors


@pytest.mark.parametrize("column", ["id", "text", "words", "own_start"])
def test_a_column_is_missing_in_one_file(tmp_path: Path, client: Client, column: str) -> None:
    packages.make(tmp_path, 5)
    without(tmp_path, column)
    assert same(tmp_path, client).errors


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("column", ["id", "text", "words"])
@pytest.mark.parametrize("method", ["tasks", "p2p"])
def test_a_column_is_missing_and_spans_wait(
    tmp_path: Path, client: Client, column: str, method: str
) -> None:
    packages.make(tmp_path, 5, files=3)
    without(tmp_path, column)
    with dask.config.set({"dataframe.shuffle.method": method}):
        assert same(tmp_path, client).errors


def test_a_column_is_missing_file_by_file(tmp_path: Path, client: Client) -> None:
    names = ["id", "words", "start", "end"]
    fields = [{"name": n, "type": "integer" if n in names[2:] else "string"} for n in names]
    span = {"fields": {"start": "start", "end": "end", "exact": "words"}}
    schema = {"fields": fields, "fieldsMatch": ["partial"]}
    schema["textSpans"] = [{**span, "reference": {"resource": "note"}}]
    (tmp_path / "note.txt").write_text("El zorro duerme.", "utf-8")
    (tmp_path / "a.csv").write_text("other\n1\n", "utf-8")
    (tmp_path / "b.csv").write_text("id,words,start,end\nx,zorra,3,8\n", "utf-8")
    note = {"name": "note", "path": "note.txt", "mediatype": "text/plain"}
    rows = {"name": "rows", "path": ["a.csv", "b.csv"], "schema": schema}
    package = {"name": "p", "resources": [note, rows]}
    package["$schema"] = "https://datapackage.org/profiles/2.0/datapackage.json"
    (tmp_path / "datapackage.json").write_text(json.dumps(package), "utf-8")
    assert {finding.code for finding in same(tmp_path, client).errors} == {
        *("table.header", "span.absent"),
    }


def without(folder: Path, column: str) -> None:
    """Take a column out of the first file of rows."""
    place = folder / "rows0.parquet"
    parquet.write_table(parquet.read_table(place).drop_columns([column]), place)
