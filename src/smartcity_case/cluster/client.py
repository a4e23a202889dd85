"""The way to a cluster: to connect, and to wait for results while somebody can bring them."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from smartcity_case.errors import ClusterUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from distributed import Client, Future

_PATIENCE = 30.0
"""Seconds in which a worker must be there, or come back."""
_LOOK = 2.0
"""Seconds after which to see whether there are workers still."""
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
    here = "a cluster on this machine"
    where = _address(cluster) if isinstance(cluster, Client) else cluster or here
    with ExitStack() as stack:
        with _reached(where):
            client = _client(cluster, workers, stack)
            _check_workers(client)
        with _kept(where):
            yield client


def _client(cluster: Client | str | None, workers: int, stack: ExitStack) -> Client:
    """The client of a cluster; what is made for it ends with the stack."""
    from distributed import Client, LocalCluster

    if isinstance(cluster, Client):
        return cluster
    place: Any = cluster
    if cluster is None:
        made = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
        place = stack.enter_context(made)
    return stack.enter_context(Client(place, timeout=_PATIENCE, set_as_default=False))


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
    except (OSError, TimeoutError, ValueError) as error:  # ValueError: an odd address
        raise ClusterUnavailable(f"{where}: cannot be reached ({error})") from error


@contextmanager
def _kept(where: str) -> Iterator[None]:
    """What is raised if a cluster is lost, as ClusterUnavailable."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.client import (
        ClosedClientError,
        FutureCancelledError,
        FuturesCancelledError,
    )
    from distributed.comm.core import CommClosedError

    of_future = (CancelledError, FutureCancelledError, FuturesCancelledError)
    lost = (*of_future, ClosedClientError, CommClosedError)
    try:
        yield
    except KilledWorker as error:
        message = (
            f"{where}: workers died again and again at one part ({error.task}); if for lack of "
            "memory, give each more of it, or write the tables in more files"
        )
        raise ClusterUnavailable(message) from error
    except lost as error:
        raise ClusterUnavailable(f"{where}: the cluster was lost ({error})") from error


def result(client: Client, future: Future) -> Any:
    """What a future brings, waited for as long as there are workers."""
    alone = 0.0
    while True:
        began = time.monotonic()
        try:
            return future.result(timeout=_LOOK)
        except TimeoutError:
            if future.status != "pending":  # it was raised by the task
                raise
        alone = 0.0 if client.scheduler_info()["workers"] else alone + time.monotonic() - began
        if alone > _PATIENCE:
            raise ClusterUnavailable(f"{_address(client)}: all workers are gone")


def results(client: Client, futures: Sequence[Future]) -> list[Any]:
    """What futures bring, in their order."""
    return [result(client, future) for future in futures]
