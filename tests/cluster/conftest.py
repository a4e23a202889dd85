"""A cluster of two worker processes, for all tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from distributed import Client, LocalCluster

from smartcity_case.cluster.client import cluster_here

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep small files apart, so that there is as much to bring together as of large ones."""
    from smartcity_case.cluster import parts

    monkeypatch.setattr(parts, "_TOGETHER", 1)


@pytest.fixture(scope="package")
def cluster() -> Iterator[LocalCluster]:
    with cluster_here(2) as made:
        yield made


@pytest.fixture(scope="package")
def client(cluster: LocalCluster) -> Iterator[Client]:
    with Client(cluster, set_as_default=False) as made:
        yield made
