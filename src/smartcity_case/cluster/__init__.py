"""The same checks on the machines of a Dask cluster, for packages that one machine cannot hold.

Dask schedules, moves and merges; what is checked is the kernel of one process. A task
reads one file of rows, and of texts those that its rows name. In the order in which data goes
through the modules:

- `client` connects, gives work, and waits for results as long as there is anybody to bring them.
- `targets` has the tasks that read what rows refer to, and what they ask for; `checks` those that
  check rows and prove spans; `parts` says how one file of a table is numbered and held in frames,
  and `slim` leaves of what comes back only what is told of.
- `frames` brings together what belongs together, by Dask's own shuffle and merge.
- `checking` asks for all this, table by table, and takes in what comes in the order of the
  rows, so that the report is that of one process.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_case.errors import ClusterUnavailable
from smartcity_case.validation import checked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from distributed import Client

    from smartcity_case.profile import Package
    from smartcity_case.reading import Progress
    from smartcity_case.report import Report
    from smartcity_case.storage import Files
    from smartcity_case.validation import ExtraCheck


def validate_files(
    files: Files,
    extra_checks: Callable[[Package], Iterable[ExtraCheck]],
    *,
    client: Client | str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """As `validation.validate_files`, by the workers of a cluster; the report is the same.

    `client` is one of a cluster, or the address of its scheduler; without it there
    are some worker processes on this machine, `workers` or as many as it has
    processors. All must see the package at the same path. Extra checks run here.

    Raises ClusterUnavailable if the cluster cannot be reached or does not come to an
    end, and whatever the validation raises.
    """
    if not isinstance(files.root, Path):
        raise ClusterUnavailable("a cluster reads packages in a folder that its workers see")
    from smartcity_case.cluster.client import connected

    with connected(client, workers or os.cpu_count() or 1) as found:
        from smartcity_case.cluster.checking import ClusterRun

        return checked(ClusterRun(files, found, progress), extra_checks)
