"""The way to a cluster: to connect, to give work, and to wait while somebody can bring results."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.errors import ClusterUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from distributed import Client, Future, LocalCluster

_HERE = "a cluster on this machine"
_PATIENCE = 30.0
"""Seconds in which a worker must be there, or come back."""
_MAIN = 'what it does must stand under `if __name__ == "__main__":`, for they import it'
_MORE = "give each more of it, or write the tables in more files"
_LOOK = 2.0
"""Seconds after which to see whether there are workers still."""
_MEMORY = {"MALLOC_TRIM_THRESHOLD_": 256 << 20, "MALLOC_MMAP_THRESHOLD_": 32 << 20}
"""Bytes of freed memory that a worker keeps for its next batch; by Dask's own settings it gives
all back at once, which took a fifth of the time of a check."""
_INSTALL = "pip install 'smartcity-case[dask]'"


@contextmanager
def connected(cluster: Client | str | None, workers: int) -> Iterator[Client]:
    """A client: the one that is given, one of the scheduler at an address, or of a cluster here.

    A cluster here has so many worker processes, and ends with the work. Raises
    ClusterUnavailable if there is nobody to work, or if those who are there have
    other code than this; and in the place of what Dask raises if the cluster fails.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterUnavailable(f"the engine dask is not installed: {_INSTALL}") from error
    where = _address(cluster) if isinstance(cluster, Client) else cluster or _HERE
    with ExitStack() as stack:
        with _reached(where):
            client = _client(cluster, workers, stack)
            if client.asynchronous:
                raise ValueError("the client is asynchronous; give one that is not")
            _check_workers(client)
        with _kept(where):
            yield client


def _client(cluster: Client | str | None, workers: int, stack: ExitStack) -> Client:
    """The client of a cluster; what is made for it ends with the stack."""
    from distributed import Client, Security

    if isinstance(cluster, Client):
        return cluster
    tls = cluster is not None and cluster.startswith("tls:")
    if tls and not Security().get_connection_args("client")["ssl_context"]:
        # Dask would see it too late, and not come to an end for a minute.
        raise ValueError("tls needs certificates: distributed.comm.tls in Dask's settings")
    place: Any = cluster or stack.enter_context(cluster_here(workers))
    return stack.enter_context(Client(place, timeout=_PATIENCE, set_as_default=False))


def cluster_here(workers: int, memory: str | None = None) -> LocalCluster:
    """A cluster of some worker processes on this machine.

    `memory` is what each may have, as Dask writes it; unless stated, a share of all.
    Beyond most of it Dask writes to disk. Ctrl-C is for the process that asks, which
    ends them.
    """
    import dask
    from distributed import LocalCluster

    settings = {f"distributed.nanny.pre-spawn-environ.{key}": n for key, n in _MEMORY.items()}
    with dask.config.set(settings), _without_interrupts():
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=memory or "auto",
            scheduler_kwargs={"dashboard": False, "dashboard_address": ":0"},
        )


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Threads and processes that begin here are not interrupted, then or later; this one is then.

    A terminal sends Ctrl-C to all processes, and each worker would print where it was.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # or the first process does it, and takes the mask off
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _address(client: Client) -> str:
    return client.scheduler.address if client.scheduler is not None else "a closed client"


def _version() -> str:
    from smartcity_case import __version__

    return __version__


def _check_workers(client: Client) -> None:
    """Wait for a worker, and see whether all have this code."""
    from smartcity_case import __version__

    client.wait_for_workers(1, timeout=_PATIENCE)
    try:
        versions = client.run(_version)
    except ImportError as error:
        message = f"the workers cannot import smartcity_case ({error}); on each: {_INSTALL}"
        raise ClusterUnavailable(message) from error
    for worker, version in versions.items():
        if version != __version__:
            message = f"the worker {worker} has version {version}, this is {__version__}"
            raise ClusterUnavailable(f"{message}; install the same everywhere")


@contextmanager
def _reached(where: str) -> Iterator[None]:
    """What is raised if a cluster cannot be reached, as ClusterUnavailable."""
    try:
        yield
    except (OSError, TimeoutError, ValueError, TypeError) as error:  # the last two: odd addresses
        raise ClusterUnavailable(f"{where}: cannot be reached ({error})") from error
    except RuntimeError as error:
        if where != _HERE:
            raise ClusterUnavailable(f"{where}: cannot be reached ({error})") from error
        message = (
            f"{where}: workers cannot be started ({error}); a program must be a file, and {_MAIN}"
        )
        raise ClusterUnavailable(message) from error


@contextmanager
def _kept(where: str) -> Iterator[None]:
    """What is raised if a cluster is lost, as ClusterUnavailable."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.client import ClosedClientError
    from distributed.comm.core import CommClosedError

    lost = (CancelledError, ClosedClientError, CommClosedError)
    try:
        yield
    except KilledWorker as error:
        message = (
            f"{where}: workers died again and again at one part ({error.task}); if for lack of "
            f"memory, {_MORE}"
        )
        raise ClusterUnavailable(message) from error
    except lost as error:
        raise ClusterUnavailable(f"{where}: the cluster was lost ({error})") from error


def result(client: Client, future: Future) -> Any:
    """What a future brings, waited for as long as there are workers that can work."""
    alone = 0.0
    while True:
        began = time.monotonic()
        try:
            with _of_dask(client):
                return future.result(timeout=_LOOK)
        except TimeoutError:
            if future.status == "error":  # it may be that of the task
                with _of_dask(client):
                    return future.result()
        workers = _workers_of(client)
        alone = 0.0 if any(map(_at_work, workers)) else alone + time.monotonic() - began
        if alone > _PATIENCE:
            gone = f"all have paused for lack of memory; {_MORE}" if workers else "all are gone"
            raise ClusterUnavailable(f"{_address(client)}: no worker goes on: {gone}")


def _workers_of(client: Client) -> list[dict[str, Any]]:
    """What the scheduler says of its workers."""
    scheduler, where = client.scheduler, _address(client)
    if scheduler is None:
        raise ClusterUnavailable(f"{where}: the scheduler is gone, and so is the client")
    try:
        # The client's own `scheduler_info` tells what it knew last if nobody answers.
        return list(client.sync(scheduler.identity, n_workers=-1)["workers"].values())
    except OSError as error:  # also if it does not answer in time
        message = f"{where}: the scheduler is gone ({error or 'no answer'})"
        raise ClusterUnavailable(message) from error


@contextmanager
def _of_dask(client: Client) -> Iterator[None]:
    """What tasks raise for lack of memory, or Dask for its shuffle, as ClusterUnavailable."""
    try:
        yield
    except MemoryError as error:
        message = f"{_address(client)}: a worker had too little memory; {_MORE}"
        raise ClusterUnavailable(message) from error
    except (RuntimeError, OSError) as error:
        of_shuffle = type(error).__module__.startswith("distributed.shuffle")
        if not of_shuffle and not str(error).startswith("P2P"):
            raise
        raise ClusterUnavailable(f"{_address(client)}: a shuffle failed ({error})") from error


def _at_work(worker: Mapping[str, Any]) -> bool:
    """Whether a worker does something, or would: one that has paused begins with nothing new."""
    return worker["status"] == "running" or bool(
        worker["metrics"].get("task_counts", {}).get("executing")
    )


def results(client: Client, futures: Sequence[Future]) -> list[Any]:
    """What futures bring, in their order."""
    return [result(client, future) for future in futures]


class Workers(NamedTuple):
    """Those who do tasks; the same task is done once for each time that it is asked for."""

    client: Client

    def submit(self, task: Any, *arguments: Any) -> Future:
        """What a task brings, whose arguments may be futures too."""
        return self.client.submit(task, *arguments, pure=False)

    def sent(self, value: Any) -> Future:
        """A value that many tasks need, which each worker gets once."""
        return self.submit(_item, value)

    def of_parts(
        self, task: Callable[..., Any], table: Future, numbers: Sequence[int | None], *given: Any
    ) -> list[Future]:
        """What a task brings for each part of a table, which was sent."""
        return [self.submit(task, table, number, *given) for number in numbers]

    def each(self, futures: Sequence[Future], *path: int) -> list[Future]:
        """A part of what each of some futures brings."""
        return [self.submit(_item, future, *path) for future in futures]


def _item(value: Any, *path: int) -> Any:
    for step in path:
        value = value[step]
    return value
