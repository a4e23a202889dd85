"""The way to a cluster: to connect, and to wait for results while somebody can bring them."""

from __future__ import annotations

import time
from contextlib import contextmanager
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
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ClusterUnavailable(f"the engine dask is not installed: {_INSTALL}") from error
    if isinstance(cluster, Client):
        with _explained(_address(cluster)):
            _check_workers(cluster)
            yield cluster
        return
    with _explained(cluster or "a cluster on this machine"):
        if cluster is None:
            with (
                LocalCluster(
                    n_workers=workers, threads_per_worker=1, dashboard_address=None
                ) as made,
                Client(made, set_as_default=False) as client,
            ):
                yield client
        else:
            with Client(cluster, timeout=_PATIENCE, set_as_default=False) as client:
                _check_workers(client)
                yield client


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
def _explained(where: str) -> Iterator[None]:
    """What Dask raises if it cannot go on, as ClusterUnavailable."""
    from concurrent.futures import CancelledError as Cancelled

    from distributed import KilledWorker
    from distributed.client import FutureCancelledError, FuturesCancelledError
    from distributed.comm import CommClosedError

    lost = (Cancelled, FutureCancelledError, FuturesCancelledError, CommClosedError)
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
    except (OSError, TimeoutError, ValueError) as error:
        if isinstance(error, ValueError) and not _of_address(error):
            raise
        raise ClusterUnavailable(f"{where}: cannot be reached ({error})") from error


def _of_address(error: ValueError) -> bool:
    return any(word in str(error) for word in ("address", "scheme", "port"))


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
