"""Parts of tables, one file each, and how what is in them is numbered and held in frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from smartcity_case.errors import UnreadablePackage
from smartcity_case.storage import RefusedPath
from smartcity_case.texts import Reader

if TYPE_CHECKING:
    from smartcity_case.reading import TableFile
    from smartcity_case.textspans import TextSpanTarget

P = ParamSpec("P")
T = TypeVar("T")
Task = Callable[Concatenate["TableFile", "int | None", P], T]
"""What a worker does with a part of a table: the table and the number of the part come first."""

SHIFT = 36
"""A text or a row is numbered by its file, and in the lower bits by its place there."""
HERE, WITHHELD = 0, 1
"""Kinds of texts; of several with one key, one that is here comes first."""
_TOGETHER = 32 << 20
"""Bytes of files, as they are stored, that are moved as one piece and brought to one place: what is
done for each pair of places must not be done for each pair of small files."""


def on_a_worker(task: Callable[Concatenate[TableFile, P], T]) -> Task[P, T]:
    """A task that is given a table, which is sent once, and the number of the part it is about.

    A file of the table that a worker does not see is no finding, but an error.
    """

    @wraps(task)
    def done(table: TableFile, number: int | None, /, *given: P.args, **named: P.kwargs) -> T:
        try:
            return task(_part(table, number), *given, **named)
        except RefusedPath as refused:
            message = f"a worker does not see what is here: {refused}; all must see the package"
            raise UnreadablePackage(message) from None

    return done


def _part(table: TableFile, number: int | None) -> TableFile:
    """A part of a table, as if nothing of it had been read yet; the whole for None."""
    return replace(table, part=number, files=table.files.afresh())


def numbers_of(table: TableFile) -> list[int | None]:
    """The numbers of the parts of a table; inline data have none."""
    return [part.part for part in table.parts()]


def number_of(part: TableFile) -> int:
    """Which part of its table it is."""
    return part.part or 0


def together(table: TableFile) -> int:
    """How many files of a table are taken together, one at least."""
    paths = table.resource.paths
    total = sum(map(table.files.size, paths))
    return max(1, _TOGETHER * len(paths) // max(1, total))


@dataclass(frozen=True)
class Texts:
    """The texts of a table, as workers find them; `large` ones are not kept in memory."""

    table: TableFile
    target: TextSpanTarget
    large: bool = False

    def reader(self, number: int) -> Reader:
        """What reads the texts of a part of the table."""
        part = _part(self.table, number if self.table.resource.paths else None)
        return Reader(part.files, part, self.target)


def frame(**columns: object) -> pd.DataFrame:
    """A frame of integers; fingerprints are their bits."""
    arrays = {}
    length = max((len(c) for c in columns.values() if hasattr(c, "__len__")), default=0)
    for name, column in columns.items():
        array = np.asarray(column if hasattr(column, "__len__") else np.full(length, column))
        arrays[name] = array.view(np.int64) if array.dtype == np.uint64 else array.astype(np.int64)
    return pd.DataFrame(arrays)


NO_TEXTS = frame(fp=[], number=[], size=[], kind=[], check=[])
NO_KEYS = frame(fp=[], part=[], row=[])
NO_NAMES = frame(fp=[], part=[])
NO_PLACES = frame(fp=[], place=[])
"""Frames of what is brought together, without any rows."""
