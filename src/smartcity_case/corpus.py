"""Many texts as one buffer, in which a million spans are looked up at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from smartcity_case import arrow
from smartcity_case.arrays import Cells, WordBuffer, low_bytes, mask
from smartcity_case.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from smartcity_case.arrays import Ints, Mask

_PAD = WordBuffer.PADDING
_STEP = 1 << 16
_ROWS = 1 << 14
_BLOCK = 64
"""Characters of a block: so few that the last begins less than 256 bytes behind the first."""
_CONTINUES = -65
"""The highest byte, as a signed number, that continues a character: 0xBF."""
_INLINE = 12
"""The longest string that an Arrow view holds in itself."""
_U = np.uint64

_MOST_DECODED = 24_000_000
"""Characters of decoded texts that are kept."""

MOST_BYTES = (1 << 31) - 1 - _PAD
"""What one corpus can hold: the offsets of Arrow's views have 32 bits."""


class Corpus:
    """Texts as UTF-8, with an index from code points to bytes.

    The index has the place of every 64th code point, and the lowest byte of the
    place of each. So the cost of a look-up does not grow with the offset.

    >>> texts = Corpus.of(["Straße 😀".encode(), "Duisburg".encode()])
    >>> rows = np.array([0, 1]), np.array([7, 0]), np.array([8, 4])
    >>> texts.stand_at(*rows, pa.array(["😀", "Duis"])).tolist()
    [True, True]
    """

    def __init__(self, texts: Sequence[bytes]) -> None:
        joined = b"".join([*texts, bytes(_PAD)])
        if len(joined) > MOST_BYTES:
            raise ValueError(f"{len(joined)} bytes of text are more than one corpus holds")
        self._joined = joined
        self._data = np.frombuffer(joined, np.uint8)
        self._signed = self._data.view(np.int8)
        self._words = WordBuffer(self._data)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        self._byte_starts: Ints = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        self._starts = self._index()
        self.lengths: Ints = np.diff(self._starts)
        self._decoded: dict[int, str] = {}
        self._decoded_size = 0

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> Corpus:
        """The corpus of texts in valid UTF-8."""
        return cls(texts)

    def __len__(self) -> int:
        return len(self.lengths)

    def __reduce__(self) -> tuple[type[Corpus], tuple[list[bytes]]]:
        """As its texts alone: the index is made again faster than it is sent."""
        return Corpus, (self.only(range(len(self))),)

    def only(self, numbers: Iterable[int]) -> list[bytes]:
        """The bytes of some texts."""
        bounds = map(self._bounds, numbers)
        return [self._joined[start:end] for start, end in bounds]

    def _index(self) -> Ints:
        """Make the index; how many characters of the whole stand before each text."""
        size = int(self._byte_starts[-1])
        signed = self._signed[:size]
        self._low = np.empty(size + 1, np.uint8)
        blocks, starts = [], np.empty(len(self._byte_starts), np.int64)
        count = 0
        for at in range(0, size + 1, _STEP):  # in pieces that fit a cache
            found = np.flatnonzero(signed[at : at + _STEP] > _CONTINUES)
            if at + _STEP > size:  # the end counts as one more character
                found = np.append(found, size - at)
            found += at
            texts = slice(*np.searchsorted(self._byte_starts, [at, at + _STEP]))
            starts[texts] = count + np.searchsorted(found, self._byte_starts[texts])
            blocks.append(found[-count % _BLOCK :: _BLOCK].copy())
            self._low[count : count + len(found)] = found.astype(np.uint8)
            count += len(found)
        self._low.resize(count, refcheck=False)
        self._blocks = np.concatenate(blocks)
        return starts

    def _bounds(self, number: int) -> tuple[int, int]:
        """The bytes of the buffer between which a text stands."""
        return int(self._byte_starts[number]), int(self._byte_starts[number + 1])

    def text(self, number: int) -> str:
        """One text, decoded; a few are kept."""
        decoded = self._decoded.get(number)
        if decoded is None:
            start, end = self._bounds(number)
            decoded = self._joined[start:end].decode("utf-8")
            if self._decoded_size + len(decoded) > _MOST_DECODED:
                self._decoded, self._decoded_size = {}, 0
            self._decoded[number] = decoded
            self._decoded_size += len(decoded)
        return decoded

    def occurrences(self, number: int, words: str) -> Iterator[Span]:
        """Every place where words stand in a text, as `text.occurrences` but twice as fast."""
        sought = words.encode("utf-8")
        before, end = self._bounds(number)
        at, start = self._joined.find(sought, before, end), 0
        while at >= 0:
            start += int(np.count_nonzero(self._signed[before:at] > _CONTINUES))
            yield Span(start, start + len(words))
            before, at = at, self._joined.find(sought, at + 1, end)

    def in_range(self, numbers: Ints, start: Ints, end: Ints) -> Mask:
        """Which spans are stretches of their text: 0 <= start < end <= its length."""
        inside: Mask = (start >= 0) & (start < end) & (end <= self.lengths[numbers])
        return inside

    def bytes_of(self, numbers: Ints, places: Ints) -> Ints:
        """The byte in the buffer at which a character begins; places must be in range."""
        characters = self._starts[numbers] + places
        block = self._blocks.take(characters // _BLOCK)
        # How far it is from the first of the block, as bytes have it: modulo 256.
        distance = self._low.take(characters) - block.astype(np.uint8)
        found: Ints = block + distance
        return found

    def stand_at(self, numbers: Ints, start: Ints, end: Ints, words: pa.StringArray) -> Mask:
        """Which rows have their words at their offsets.

        `numbers` says which text, `start` and `end` count its code points; all
        have one entry a row. A span out of range is false.
        """
        pieces = [slice(at, at + _ROWS) for at in range(0, len(words), _ROWS)]
        wanted = _views(words)
        found = [self._stand(numbers[p], start[p], end[p], wanted[p]) for p in pieces]
        return np.concatenate(found) if found else np.zeros(0, np.bool_)

    def _stand(self, numbers: Ints, start: Ints, end: Ints, wanted: pa.Array) -> Mask:
        """As `stand_at`, of so few rows that what they look up stays in a cache."""
        fits = self.in_range(numbers, start, end)
        if not fits.all():
            start, end = np.where(fits, start, 0), np.where(fits, end, 0)
        first = self.bytes_of(numbers, start)
        return fits & self._equal(first, self.bytes_of(numbers, end) - first, wanted)

    def stand_before(self, numbers: Ints, start: Ints, words: pa.StringArray) -> Mask:
        """Which rows have these words directly before an offset, which must be in range."""
        length = Cells(words).lengths
        first = self.bytes_of(numbers, start) - length
        fits = first >= self._byte_starts[numbers]
        return fits & self._equal(
            np.where(fits, first, 0), np.where(fits, length, 0), _views(words)
        )

    def stand_after(self, numbers: Ints, end: Ints, words: pa.StringArray) -> Mask:
        """Which rows have these words directly from an offset on, which must be in range."""
        length = Cells(words).lengths
        first = self.bytes_of(numbers, end)
        fits = first + length <= self._byte_starts[numbers + 1]
        return fits & self._equal(
            np.where(fits, first, 0), np.where(fits, length, 0), _views(words)
        )

    def _equal(self, first: Ints, length: Ints, wanted: pa.Array) -> Mask:
        """Which stretches of bytes are those of some views.

        The stretches become Arrow views into the buffer: nothing is copied,
        and Arrow compares them in one go.
        """
        head, more = self._words.row_at(first, 2)
        head, more = low_bytes(head, length), low_bytes(more, length - 8)
        views = np.empty((len(first), 2), _U)
        views[:, 0] = length.astype(_U) | (head << _U(32))
        rest = (head >> _U(32)) | (more << _U(32))
        views[:, 1] = np.where(length <= _INLINE, rest, first.astype(_U) << _U(32))
        buffers = [None, pa.py_buffer(views), pa.py_buffer(self._data)]
        found = pa.Array.from_buffers(pa.binary_view(), len(first), buffers)
        return mask(arrow.call("equal", found, wanted))


def _views(words: pa.StringArray) -> pa.Array:
    """Strings as views of their bytes: made of many at once, since Arrow is slow with a slice."""
    return arrow.cast(arrow.cast(words, pa.binary()), pa.binary_view())
