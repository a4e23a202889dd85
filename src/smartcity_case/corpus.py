"""Many texts as one buffer, in which a million spans are looked up at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from smartcity_case import arrow
from smartcity_case.arrays import Cells, low_bytes, mask, overlapping_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smartcity_case.arrays import Ints, Mask

_PAD = 16
_STEP = 1 << 18
_INLINE = 12
"""The longest string that an Arrow view holds in itself."""
_U = np.uint64

_MOST_DECODED = 24_000_000
"""Characters of decoded texts that are kept."""

MOST_BYTES = (1 << 31) - 1 - 2 * _PAD
"""What one corpus can hold: the offsets of Arrow's views have 32 bits."""


class Corpus:
    """Texts as UTF-8, with an index from code points to bytes.

    The index has four bytes for each code point, so the cost of a look-up does
    not grow with the offset.

    >>> texts = Corpus.of(["Straße 😀".encode(), "Duisburg".encode()])
    >>> rows = np.array([0, 1]), np.array([7, 0]), np.array([8, 4])
    >>> texts.stand_at(*rows, pa.array(["😀", "Duis"])).tolist()
    [True, True]
    """

    def __init__(self, texts: Sequence[bytes]) -> None:
        joined = b"".join([*texts, bytes(_PAD)])
        if len(joined) > MOST_BYTES:
            raise ValueError(f"{len(joined)} bytes of text are more than one corpus holds")
        self._data = np.frombuffer(joined, np.uint8)
        self._words = overlapping_words(self._data)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        self._byte_starts: Ints = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        self._places = self._index()
        # How many characters of the whole stand before each text.
        starts = np.searchsorted(self._places, self._byte_starts.astype(np.int32))
        self._starts: Ints = starts.astype(np.int64)
        self.lengths: Ints = np.diff(self._starts)
        self._decoded: dict[int, str] = {}
        self._decoded_size = 0

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> Corpus:
        """The corpus of texts in valid UTF-8."""
        return cls(texts)

    def __len__(self) -> int:
        return len(self.lengths)

    def _index(self) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        """The byte at which each code point begins, and the end of all."""
        size = int(self._byte_starts[-1])
        signed = self._data[:size].view(np.int8)
        places = np.empty(size + 1, np.int32)
        count = 0
        for at in range(0, size, _STEP):  # in pieces that fit a cache
            # A byte that continues a character is 0x80 to 0xBF, the lowest as a signed one.
            found = np.flatnonzero(signed[at : at + _STEP] > -65)
            places[count : count + len(found)] = found + at
            count += len(found)
        places[count] = size
        places.resize(count + 1, refcheck=False)
        return places

    def text(self, number: int) -> str:
        """One text, decoded; a few are kept."""
        decoded = self._decoded.get(number)
        if decoded is None:
            start, end = (int(b) for b in self._byte_starts[number : number + 2])
            decoded = self._data[start:end].tobytes().decode("utf-8")
            if self._decoded_size + len(decoded) > _MOST_DECODED:
                self._decoded, self._decoded_size = {}, 0
            self._decoded[number] = decoded
            self._decoded_size += len(decoded)
        return decoded

    def in_range(self, numbers: Ints, start: Ints, end: Ints) -> Mask:
        """Which spans are stretches of their text: 0 <= start < end <= its length."""
        inside: Mask = (start >= 0) & (start < end) & (end <= self.lengths[numbers])
        return inside

    def bytes_of(self, numbers: Ints, places: Ints) -> Ints:
        """The byte in the buffer at which a character begins; places must be in range."""
        found: Ints = self._places[self._starts[numbers] + places].astype(np.int64)
        return found

    def stand_at(self, numbers: Ints, start: Ints, end: Ints, words: pa.StringArray) -> Mask:
        """Which rows have their words at their offsets.

        `numbers` says which text, `start` and `end` count its code points; all
        have one entry a row. A span out of range is false.
        """
        fits = self.in_range(numbers, start, end)
        if not fits.all():
            start, end = np.where(fits, start, 0), np.where(fits, end, 0)
        before = self._starts[numbers]
        first = self._places[before + start].astype(np.int64)
        return fits & self._equal(first, self._places[before + end] - first, words)

    def stand_before(self, numbers: Ints, start: Ints, words: pa.StringArray) -> Mask:
        """Which rows have these words directly before an offset, which must be in range."""
        length = Cells(words).lengths
        first = self.bytes_of(numbers, start) - length
        fits = first >= self._byte_starts[numbers]
        return fits & self._equal(np.where(fits, first, 0), np.where(fits, length, 0), words)

    def stand_after(self, numbers: Ints, end: Ints, words: pa.StringArray) -> Mask:
        """Which rows have these words directly from an offset on, which must be in range."""
        length = Cells(words).lengths
        first = self.bytes_of(numbers, end)
        fits = first + length <= self._byte_starts[numbers + 1]
        return fits & self._equal(np.where(fits, first, 0), np.where(fits, length, 0), words)

    def _equal(self, first: Ints, length: Ints, words: pa.StringArray) -> Mask:
        """Which stretches of bytes are the words.

        The stretches become Arrow views into the buffer: nothing is copied,
        and Arrow compares them in one go.
        """
        head = low_bytes(self._words[first], length)
        more = low_bytes(self._words[first + 8], length - 8)
        views = np.empty((len(first), 2), _U)
        views[:, 0] = length.astype(_U) | (head << _U(32))
        rest = (head >> _U(32)) | (more << _U(32))
        views[:, 1] = np.where(length <= _INLINE, rest, first.astype(_U) << _U(32))
        wanted = arrow.cast(arrow.cast(words, pa.binary()), pa.binary_view())
        buffers = [None, pa.py_buffer(views), pa.py_buffer(self._data)]
        found = pa.Array.from_buffers(pa.binary_view(), len(first), buffers)
        return mask(arrow.call("equal", found, wanted))
