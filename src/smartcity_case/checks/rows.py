"""Spans of many rows side by side, as they are judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from smartcity_case import arrow
from smartcity_case.arrays import places

if TYPE_CHECKING:
    import pyarrow as pa

    from smartcity_case.arrays import Ints


@dataclass(frozen=True)
class Rows:
    """The spans of some rows, with offsets that could be read.

    `index` says which row of the batch each is, `numbers` which text of the
    corpus. `exact` and `digest` have the words or their digests, `prefix` and
    `suffix` the context (empty where a row has none), if declared.
    """

    index: Ints
    numbers: Ints
    start: Ints
    end: Ints
    exact: pa.StringArray | None = None
    digest: pa.StringArray | None = None
    prefix: pa.StringArray | None = None
    suffix: pa.StringArray | None = None

    def __len__(self) -> int:
        return len(self.index)

    def take(self, chosen: Ints) -> Rows:
        """Some of the rows."""
        at = places(chosen)
        words = {name: getattr(self, name) for name in WORDS}
        kept: dict[str, Any] = {
            name: None if array is None else arrow.take(array, at) for name, array in words.items()
        }
        numbers = (self.index, self.numbers, self.start, self.end)
        index, texts, start, end = (array[chosen] for array in numbers)
        return Rows(index, texts, start, end, **kept)

    def of_texts_from(self, first: int) -> Rows:
        """The same rows for a corpus that begins with the text of another number."""
        return replace(self, numbers=self.numbers - first)


WORDS = ("exact", "digest", "prefix", "suffix")
