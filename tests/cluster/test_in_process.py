"""What workers do, done in this process, and what they cannot do."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from distributed import Client, LocalCluster

import smartcity_case as sc
from cluster import packages
from smartcity_case import corpus, storage, texts, waiting
from smartcity_case.cluster import parts
from smartcity_case.errors import ClusterUnavailable, UnreadablePackage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def here() -> Iterator[Client]:
    settings = {"dashboard": False, "dashboard_address": ":0"}
    with (
        LocalCluster(1, 1, processes=False, scheduler_kwargs=settings) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


@pytest.mark.parametrize("form", packages.FORMS)
@pytest.mark.parametrize("resident", [0, 1 << 20])
def test_workers_in_this_process(
    tmp_path: Path, here: Client, monkeypatch: pytest.MonkeyPatch, form: str, resident: int
) -> None:
    monkeypatch.setattr(texts, "RESIDENT", resident)
    monkeypatch.setattr(texts, "SHARD", 300)
    monkeypatch.setattr(waiting, "UNIT", 5)
    folder = packages.make(tmp_path, 11, form)
    told: list[tuple[str, int, int]] = []
    found = sc.validate(folder, engine="dask", client=here, progress=lambda *now: told.append(now))
    assert found == sc.validate(folder)
    assert {name for name, done, total in told if done == total} == {"texts", "rows"}


def test_a_table_in_the_descriptor(tmp_path: Path, here: Client) -> None:
    schema = {"fields": [{"name": "id"}, {"name": "like"}], "primaryKey": "id"}
    schema["foreignKeys"] = [{"fields": "like", "reference": {"resource": "", "fields": "id"}}]
    data = [["id", "like"], ["a", "b"], ["b", "c"]]
    package = {"name": "inline", "resources": [{"name": "t", "data": data, "schema": schema}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(package), "utf-8")
    found = sc.validate(tmp_path, engine="dask", client=here)
    assert found == sc.validate(tmp_path)
    assert [finding.code for finding in found.errors] == ["key.dangling"]


def test_two_texts_with_one_name(tmp_path: Path, here: Client) -> None:
    spans = {"fields": {"start": "start", "end": "end", "exact": "words"}}
    schema = {
        "fields": [{"name": "words"}, *({"name": n, "type": "integer"} for n in ("start", "end"))],
        "textSpans": [spans | {"reference": {"resource": "one"}}],
    }
    texts = [{"name": "one", "path": path, "mediatype": "text/plain"} for path in ("a", "b")]
    data = [["words", "start", "end"], ["Hund", 4, 8]]
    resources = [*texts, {"name": "rows", "data": data, "schema": schema}]
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "p", "resources": resources}))
    (tmp_path / "a").write_bytes(b"Die Katze")
    (tmp_path / "b").write_bytes(b"Der Hund \xff")  # cannot be read, so the other one counts
    found = sc.validate(tmp_path, engine="dask", client=here)
    assert found == sc.validate(tmp_path)
    assert "span.absent" in {finding.code for finding in found.errors}


def meanwhile(monkeypatch: pytest.MonkeyPatch, change: Callable[[str], None]) -> None:
    """Let something happen to the files of a table after they are sent to workers."""
    for_others = storage.Files.for_others

    def sent(files: storage.Files, paths: list[str]) -> storage.Files:
        found = for_others(files, paths)
        for path in paths:
            change(path)
        return found

    monkeypatch.setattr(storage.Files, "for_others", sent)


def test_a_worker_that_sees_other_files(
    tmp_path: Path, here: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = packages.make(tmp_path, 11)
    meanwhile(monkeypatch, lambda path: os.utime(folder / path, ns=(1, 1)))
    with pytest.raises(UnreadablePackage, match="a worker sees another file"):
        sc.validate(folder, engine="dask", client=here)


def test_a_worker_that_sees_no_file(
    tmp_path: Path, here: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = packages.make(tmp_path, 11)
    meanwhile(monkeypatch, lambda path: (folder / path).unlink(missing_ok=True))
    with pytest.raises(UnreadablePackage, match=r"a worker does not see|changed after"):
        sc.validate(folder, engine="dask", client=here)


@pytest.mark.parametrize("by_worker", [True, False])
def test_a_text_that_only_one_side_sees(
    tmp_path: Path, here: Client, monkeypatch: pytest.MonkeyPatch, by_worker: bool
) -> None:
    folder = packages.make(tmp_path, 11, "files")
    opened = storage.Files._open_inside

    def hidden(files: storage.Files, path: str) -> int:
        if path == "t07.txt" and bool(files._elsewhere) != by_worker:
            raise FileNotFoundError(2, "not on this machine", path)
        return opened(files, path)

    monkeypatch.setattr(storage.Files, "_open_inside", hidden)
    told = "sees t07.txt, which is not here" if by_worker else "does not see t07.txt, which is here"
    with pytest.raises(UnreadablePackage, match=f"a worker {told}"):
        sc.validate(folder, engine="dask", client=here)


@pytest.mark.parametrize("resident", [0, 1 << 20])
def test_a_text_that_changes_between_two_tasks(
    tmp_path: Path, here: Client, monkeypatch: pytest.MonkeyPatch, resident: int
) -> None:
    monkeypatch.setattr(texts, "RESIDENT", resident)
    folder = packages.make(tmp_path, 11, "files")
    reader = parts.Texts.reader

    def later(held: parts.Texts, number: int) -> texts.Reader:
        for path in folder.glob("t*.txt"):
            path.write_bytes(b"x" * path.stat().st_size)
        return reader(held, number)

    monkeypatch.setattr(parts.Texts, "reader", later)
    with pytest.raises(UnreadablePackage, match="a text changed while the package was read"):
        sc.validate(folder, engine="dask", client=here)


def test_workers_that_cannot_go_on(here: Client) -> None:
    from distributed.shuffle._exceptions import P2POutOfDiskError

    from smartcity_case.cluster import client

    def fails(error: type[Exception], *about: object) -> None:
        raise error(*about)

    for error, about, told in (
        (MemoryError, (), "too little memory; give each more"),
        (P2POutOfDiskError, (), "a shuffle failed"),
        (RuntimeError, ("P2P abc failed during transfer",), "a shuffle failed"),
    ):
        with pytest.raises(ClusterUnavailable, match=told):
            client.result(here, here.submit(fails, error, *about, pure=False))
    with pytest.raises(RuntimeError, match="of our own"):
        client.result(here, here.submit(fails, RuntimeError, "of our own", pure=False))


def test_arguments_that_make_no_sense() -> None:
    unknown: Any = "spark"
    with pytest.raises(ValueError, match="neither 'threads' nor 'dask'"):
        sc.validate(engine=unknown)
    with pytest.raises(ValueError, match="client"):
        sc.validate(client="tcp://here:1")


def test_workers_of_another_version(
    tmp_path: Path, here: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartcity_case.cluster import client

    folder = packages.make(tmp_path, 11)
    monkeypatch.setattr(client, "_version", lambda: "0.9")
    with pytest.raises(ClusterUnavailable, match=r"has version 0\.9"):
        sc.validate(folder, engine="dask", client=here)


def _late(seconds: float) -> int:
    time.sleep(seconds)
    raise TimeoutError("of the task")


def test_a_result_that_comes_while_nobody_waits(
    here: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import Future

    from smartcity_case.cluster import client

    result = Future.result
    waits: list[float | None] = []

    def late(future: Future, timeout: float | None = None) -> Any:
        """As if it had come when the time was over."""
        waits.append(timeout)
        found = result(future)
        if len(waits) == 1:
            raise TimeoutError
        return found

    monkeypatch.setattr(Future, "result", late)
    assert client.result(here, here.submit(int, "7", pure=False)) == 7
    assert len(waits) == 2
    monkeypatch.setattr(Future, "result", result)
    monkeypatch.setattr(client, "_LOOK", 0.05)
    with pytest.raises(TimeoutError, match="of the task"):
        client.result(here, here.submit(_late, 0.2, pure=False))


def test_spans_that_wait_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = pa.RecordBatch.from_arrays([pa.array([3, 1]), pa.array(["ß", None])], ["n", "w"])
    assert storage.moved_to_disk(batch).equals(batch)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(UnreadablePackage, match="No space left on device; rows that wait"):
        storage.moved_to_disk(batch)


def test_a_corpus_is_sent_as_its_texts() -> None:
    import pickle

    held = corpus.Corpus([b"Stra\xc3\x9fe", b"", "😀 da".encode()])
    copy = pickle.loads(pickle.dumps(held))
    assert [copy.text(n) for n in range(3)] == ["Straße", "", "😀 da"]
    assert np.array_equal(copy.lengths, held.lengths)
    assert held.only([2, 0]) == ["😀 da".encode(), b"Stra\xc3\x9fe"]
