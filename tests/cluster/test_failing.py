"""A worker that dies, and clusters that are not there: the same report, or none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dask
import pytest
from distributed import Client

import smartcity_case as sc
from cluster import packages
from smartcity_case.cluster.client import cluster_here
from smartcity_case.errors import ClusterUnavailable
from smartcity_case.reading import TableFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _die_once(mark: str) -> None:
    """Let the first worker that comes to check rows of the second part die in the middle of it."""
    scan = TableFile.scan

    def dying(table: TableFile, work: Any, algorithm: str = "") -> Iterator[Any]:
        for number, found in enumerate(scan(table, work, algorithm)):
            if number and table.name == "rows" and not Path(mark).exists():
                Path(mark).touch()
                os._exit(1)
            yield found

    pytest.MonkeyPatch().setattr(TableFile, "scan", dying)  # for as long as the worker lives


def before_a_table_is_sent(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    alone = TableFile.alone

    def sent(table: TableFile) -> TableFile:
        happens()
        return alone(table)

    monkeypatch.setattr(TableFile, "alone", sent)


@contextmanager
def running(module: str, *options: str) -> Iterator[Callable[[], None]]:
    """A process of Dask, and what kills it, which may be done twice."""
    command = [sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard", *options]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def kill() -> None:
        process.kill()
        process.wait()

    try:
        yield kill
    finally:
        kill()


@pytest.mark.parametrize(("resident", "method"), [(True, None), (False, None), (False, "p2p")])
def test_a_worker_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, resident: bool, method: str | None
) -> None:
    folder = packages.make(tmp_path, 7)
    if not resident:
        monkeypatch.setattr("smartcity_case.texts.RESIDENT", 0)
    wanted = sc.validate(folder)
    mark = tmp_path / "died"
    with (
        cluster_here(2) as cluster,
        Client(cluster, set_as_default=False) as client,
        dask.config.set({"dataframe.shuffle.method": method}),
    ):
        before = set(client.scheduler_info()["workers"])
        client.run(_die_once, str(mark))
        found = sc.validate(folder, engine="dask", client=client)
        assert set(client.scheduler_info()["workers"]) != before
    assert mark.exists()
    assert found == wanted


def test_a_cluster_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from smartcity_case.cluster import client

    monkeypatch.setattr(client, "_PATIENCE", 1.0)
    folder = packages.make(tmp_path, 1, faults=0)
    for address in ("tcp://127.0.0.1:9", "nowhere", "ftp://a:1", "tls://127.0.0.1:9"):
        with pytest.raises(ClusterUnavailable, match="cannot be reached"):
            sc.validate(folder, engine="dask", client=address)


def test_a_cluster_without_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from smartcity_case.cluster import client as of_cluster

    monkeypatch.setattr(of_cluster, "_PATIENCE", 1.0)
    folder = packages.make(tmp_path, 1, faults=0)
    with (
        cluster_here(0) as cluster,
        Client(cluster, set_as_default=False) as client,
        pytest.raises(ClusterUnavailable, match="cannot be reached"),
    ):
        sc.validate(folder, engine="dask", client=client)


def test_the_exit_code(tmp_path: Path) -> None:
    folder = packages.make(tmp_path, 1, faults=0)
    command = [sys.executable, "-m", "smartcity_case", "validate", str(folder), "--engine"]
    done = subprocess.run([*command, "dask=nowhere"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nowhere: cannot be reached" in done.stderr
    done = subprocess.run([*command, "dask"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "valid" in done.stdout


def _lack_memory(dask_worker: Any) -> None:
    """Let a worker pause, as if it had not the memory to go on."""
    dask_worker.memory_manager.memory_pause_fraction = 1e-9


def test_workers_that_lack_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from smartcity_case.cluster import client as of_cluster

    monkeypatch.setattr(of_cluster, "_PATIENCE", 1.0)
    folder = packages.make(tmp_path, 1, faults=0)
    with cluster_here(1, "4GiB") as cluster, Client(cluster) as client:
        before_a_table_is_sent(monkeypatch, lambda: client.run(_lack_memory))
        with pytest.raises(ClusterUnavailable, match="paused for lack of memory; give each"):
            sc.validate(folder, engine="dask", client=client)


def test_a_program_that_starts_workers_when_it_is_imported(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("import smartcity_case as sc; sc.validate(engine='dask')", "utf-8")
    done = subprocess.run(
        [sys.executable, program], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 1
    said = done.stderr.strip().splitlines()[-1]
    assert "ClusterUnavailable: a cluster on this machine: workers cannot be started" in said
    assert "under `if __name__" in said


def test_a_cluster_that_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = packages.make(tmp_path, 1, faults=0)
    with (
        cluster_here(1) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        before_a_table_is_sent(monkeypatch, client.close)
        with pytest.raises(ClusterUnavailable):
            sc.validate(folder, engine="dask", client=client)


def test_a_scheduler_that_dies_before_it_is_given_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = packages.make(tmp_path, 1, faults=0)
    place = str(tmp_path / "scheduler.json")
    worker = ("--nworkers", "1", "--local-directory", str(tmp_path), "--scheduler-file", place)
    with (
        running("dask_scheduler", "--port", "0", "--scheduler-file", place) as kill_scheduler,
        running("dask_worker", *worker),
        dask.config.set({"distributed.comm.timeouts.connect": "2s"}),
        Client(scheduler_file=place, set_as_default=False) as client,
    ):
        before_a_table_is_sent(monkeypatch, kill_scheduler)
        with pytest.raises(ClusterUnavailable, match=r"gone|lost"):
            sc.validate(folder, engine="dask", client=client)


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="needs masks of signals")
def test_ctrl_c_is_not_for_the_workers(client: Client) -> None:
    blocked = client.run(_blocked)
    assert len(blocked) == 2
    assert all(signal.SIGINT in each for each in blocked.values())
    assert signal.SIGINT not in _blocked()


def _blocked() -> set[int]:
    """The signals that do not come to this thread, which is the main one of its process."""
    return set(signal.pthread_sigmask(signal.SIG_BLOCK, []))
