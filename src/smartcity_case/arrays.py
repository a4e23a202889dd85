"""Whole columns of cells at once: integers, fingerprints, first bytes.

A text column is an Arrow string array. Its bytes are looked at eight at a time
as 64-bit words, so that no cell becomes a Python object. Everything here is
exact, or says of which rows it is not.
"""

from __future__ import annotations

import hashlib
import secrets
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa

from smartcity_case import arrow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Mask: TypeAlias = "NDArray[np.bool_]"
Ints: TypeAlias = "NDArray[np.int64]"
Words: TypeAlias = "NDArray[np.uint64]"

_PAD = 8
_U = np.uint64
_LOW_BYTES = np.array([(1 << 8 * count) - 1 for count in range(9)], _U)
"""Masks that keep the first 0 to 8 bytes of a little-endian word."""


def low_bytes(words: Words, counts: Ints) -> Words:
    """The words with all but their first `counts` bytes cleared (less than 0 is 0)."""
    kept: Words = words & _LOW_BYTES.take(counts, mode="clip")
    return kept


class WordBuffer:
    """Bytes as 64-bit little-endian words, which may begin at any byte.

    Two neighbours on the usual places are put together: that takes a third of
    the time in which numpy reads words across them. Behind the last place at
    which words are asked for there must be `PADDING` bytes.
    """

    PADDING = 24

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self._words: Words = data[: len(data) // 8 * 8].view("<u8")

    def at(self, places: Ints) -> Words:
        """The word at each place."""
        return self.row_at(places, 1)[0]

    def row_at(self, places: Ints, count: int) -> list[Words]:
        """The word at each place and those behind it, one or two in all."""
        numbers = places >> 3
        shift = (places & 7).astype(_U) << _U(3)
        rest = _U(63) - shift
        low: Words = self._words.take(numbers)
        found: list[Words] = []
        for _ in range(count):
            numbers += 1
            high: Words = self._words.take(numbers)
            word: Words = low >> shift
            word |= high << _U(1) << rest
            found.append(word)
            low = high
        return found


class Cells:
    """The UTF-8 bytes of a string array.

    `starts` and `lengths` are in bytes, per cell, into `data`, which has bytes
    of padding at both ends. A null has the length 0.

    >>> cells = Cells(strings(["7", "x", "+12", "012"]))
    >>> values, proven = cells.integers
    >>> values[proven].tolist(), proven.tolist()
    ([7, 12, 12], [True, False, True, True])
    """

    def __init__(self, array: pa.StringArray) -> None:
        _, offsets, held = array.buffers()
        bounds = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
        first, last = (int(bounds[0]), int(bounds[-1])) if len(array) else (0, 0)
        self.data = np.zeros(_PAD + last - first + WordBuffer.PADDING, np.uint8)
        if held is not None:
            self.data[_PAD : _PAD + last - first] = np.frombuffer(held, np.uint8)[first:last]
        places = bounds.astype(np.int64)
        places += _PAD - first
        self.starts: Ints = places[:-1]
        self.lengths: Ints = places[1:] - places[:-1]
        if array.null_count:  # a null may have bytes, which mean nothing
            self.lengths[~present(array)] = 0

    def __len__(self) -> int:
        return len(self.lengths)

    @cached_property
    def words(self) -> WordBuffer:
        """The bytes, to be read eight at a time."""
        return WordBuffer(self.data)

    @cached_property
    def integers(self) -> tuple[Ints, Mask]:
        """The cells as integers, and which of them are proven to be integers.

        Proven is `[+-]?[0-9]{1,16}` in ASCII; the values of the others are void.
        """
        return _integers(self)

    @cached_property
    def first_bytes(self) -> NDArray[np.uint8]:
        """The first byte of each cell; 0 for an empty one."""
        if not len(self):
            return np.zeros(0, np.uint8)
        return np.where(self.lengths > 0, self.data[self.starts], 0).astype(np.uint8)


def begin_with(cells: Cells, characters: str) -> Mask:
    """Which cells begin with one of some ASCII characters."""
    wanted = np.zeros(256, np.bool_)
    wanted[list(characters.encode("ascii"))] = True
    return np.asarray(wanted[cells.first_bytes])


_MOST_DIGITS = 16


def _integers(cells: Cells) -> tuple[Ints, Mask]:
    signed = begin_with(cells, "+-")
    digits = cells.lengths - signed
    ends = cells.starts + cells.lengths
    values, proven = _decimal(cells.words, ends, np.minimum(digits, 8))
    if len(cells) and int(digits.max()) > 8:
        high, high_proven = _decimal(cells.words, ends - 8, np.clip(digits - 8, 0, 8))
        values, proven = values + high * 100_000_000, proven & high_proven
    proven &= (digits >= 1) & (digits <= _MOST_DIGITS)
    negative = cells.first_bytes == ord("-")
    return np.where(negative, -values, values), proven


def _decimal(words: WordBuffer, ends: Ints, counts: Ints) -> tuple[Ints, Mask]:
    """The number in the `counts` (0 to 8) digits before each end, and where it is one.

    The digits of a word are added up in pairs, pairs of pairs and so on.
    """
    shift = (8 - counts).astype(_U) * _U(8)
    # Cells begin after the padding, so that eight bytes before an end always exist.
    word = words.at(np.maximum(ends - 8, 0)) ^ _U(0x3030303030303030)
    word = (word >> shift) << shift  # what stands before the digits counts as zeros
    odd = ((word + _U(0x7676767676767676)) | word) & _U(0x8080808080808080)
    word = word * _U(10) + (word >> _U(8))
    pairs = _U(0x000000FF000000FF)
    word = (word & pairs) * _U(100 + (1_000_000 << 32)) + ((word >> _U(16)) & pairs) * _U(
        1 + (10_000 << 32)
    )
    return (word >> _U(32)).astype(np.int64), odd == 0


def offsets(cells: Cells) -> tuple[Ints, Mask]:
    """The cells as offsets, and which are written as one: no sign, no leading zero."""
    values, proven = cells.integers
    bare = ~begin_with(cells, "+-")
    unpadded = (cells.lengths == 1) | (cells.first_bytes != ord("0"))
    return values, proven & bare & unpadded


_LONGEST = 512
"""Bytes of a cell beyond which its fingerprint is made one by one."""
_MOST_PARTS = 64
"""Columns of a key beyond which its fingerprint is made one by one."""


class Fingerprints:
    """64-bit fingerprints of cells, drawn from a strongly universal family.

    Two different cells share one with a probability of at most 2**-64 in each
    comparison, whoever chose them: the family's member is drawn at random.
    Two multilinear hashes of 32 bits each; see Lemire and Kaser, "Strongly
    universal string hashing is fast" (2014).

    >>> made = Fingerprints().of(Cells(strings(["a", "b", "a"])))
    >>> bool(made[0] == made[2]), bool(made[0] == made[1])
    (True, False)
    """

    def __init__(self) -> None:
        count = 2 * (_LONGEST // 4 + 4)
        self._keys = np.frombuffer(secrets.token_bytes(8 * count), "<u8").reshape(2, -1)
        self._secret = secrets.token_bytes(32)
        self.of_nothing = _U(secrets.randbits(64))
        """The fingerprint that stands for a missing cell."""

    def of(self, cells: Cells) -> Words:
        """The fingerprint of each cell."""
        keys = self._keys
        sums = [key[0] + key[1] * cells.lengths.astype(_U) for key in keys]
        longest = int(cells.lengths.max()) if len(cells) else 0
        for at in range(0, min(longest, _LONGEST), 8):
            rows = np.flatnonzero(cells.lengths > at) if at else slice(None)
            found = low_bytes(cells.words.at(cells.starts[rows] + at), cells.lengths[rows] - at)
            low, high = found & _U(0xFFFFFFFF), found >> _U(32)
            place = at // 4 + 2
            for total, key in zip(sums, keys, strict=True):
                total[rows] += key[place] * low + key[place + 1] * high
        result: Words = (sums[0] & _U(0xFFFFFFFF00000000)) | (sums[1] >> _U(32))
        for row in np.flatnonzero(cells.lengths > _LONGEST):
            start = cells.starts[row]
            whole = cells.data[start : start + cells.lengths[row]]
            result[row] = self._of_bytes(whole.tobytes())
        return result

    def _of_bytes(self, data: bytes) -> int:
        digest = hashlib.blake2b(data, digest_size=8, key=self._secret).digest()
        return int.from_bytes(digest, "little")

    def of_integers(self, values: Ints) -> Words:
        """The fingerprints of integers, which differ whenever the integers do."""
        mixed: Words = values.astype(_U) * (self._keys[0][0] | _U(1)) + self._keys[1][0]
        return mixed

    def combine(self, parts: list[Words]) -> Words:
        """One fingerprint for several columns side by side."""
        if len(parts) == 1:
            return parts[0]
        if len(parts) > _MOST_PARTS:
            rows = np.column_stack(parts)
            return np.array([self._of_bytes(row.tobytes()) for row in rows], _U)
        both = []
        for key in self._keys:
            total = np.full(len(parts[0]), key[0])
            for place, part in enumerate(parts):
                total += key[2 * place + 1] * (part & _U(0xFFFFFFFF))
                total += key[2 * place + 2] * (part >> _U(32))
            both.append(total)
        return (both[0] & _U(0xFFFFFFFF00000000)) | (both[1] >> _U(32))


def repeated(fingerprints: Words) -> Words:
    """The fingerprints that occur more than once, sorted; sorts its argument."""
    fingerprints.sort()
    twice = fingerprints[1:][fingerprints[1:] == fingerprints[:-1]]
    first = np.ones(len(twice), np.bool_)
    first[1:] = twice[1:] != twice[:-1]
    result: Words = twice[first]
    return result


def held_by(values: Words, of_sorted: Words) -> Mask:
    """Which values are in a sorted array.

    The values are sorted first: a search in disorder would miss every cache.
    """
    if not len(of_sorted):
        return np.zeros(len(values), np.bool_)
    order = np.argsort(values)
    places = np.searchsorted(of_sorted, values[order])
    found = of_sorted[np.minimum(places, len(of_sorted) - 1)] == values[order]
    result = np.empty(len(values), np.bool_)
    result[order] = found
    return result


class Growing:
    """An array that grows at its end without ever being copied whole by us."""

    def __init__(self) -> None:
        self._held = np.empty(1 << 16, _U)
        self._used = 0

    def extend(self, values: Words) -> None:
        """Append values."""
        needed = self._used + len(values)
        if needed > len(self._held):
            self._held.resize(needed + needed // 4, refcheck=False)
        self._held[self._used : needed] = values
        self._used = needed

    def take(self) -> Words:
        """The array; this object is empty afterwards."""
        self._held.resize(self._used, refcheck=False)
        result, self._held, self._used = self._held, np.empty(0, _U), 0
        return result


def as_strings(array: pa.Array) -> pa.StringArray | None:
    """A column of text as an array of strings, or None if it is not of text."""
    kind = array.type
    if pa.types.is_dictionary(kind) and is_text(kind.value_type):
        return arrow.take(as_strings(array.dictionary), array.indices)
    if pa.types.is_string(kind):
        return array
    return arrow.cast(array, pa.string()) if is_text(kind) else None


def are_utf8(data: bytes | NDArray[np.uint8], lengths: Sequence[int]) -> bool:
    """Whether each of some strings, which follow each other in a buffer, is UTF-8.

    >>> are_utf8("ß😀".encode(), [2, 4]), are_utf8("ß😀".encode(), [1, 5])
    (True, False)
    """
    bounds = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=bounds[1:])
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(data)]
    try:
        pa.Array.from_buffers(pa.string(), len(lengths), buffers).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def is_text(kind: Any) -> bool:
    """Whether a type of Arrow is one of strings."""
    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


# Arrow's own ways from and to Python and numpy import pandas, which takes longer
# than validating a small package. These do not.


def strings(values: Sequence[str | None]) -> pa.StringArray:
    """An array of strings; None is null."""
    encoded = [b"" if value is None else value.encode("utf-8") for value in values]
    bounds = np.zeros(len(values) + 1, np.int32)
    np.cumsum([len(value) for value in encoded], out=bounds[1:])
    valid = None
    if None in values:
        present = np.array([value is not None for value in values])
        valid = pa.py_buffer(np.packbits(present, bitorder="little"))
    buffers = [valid, pa.py_buffer(bounds), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def places(values: Ints) -> pa.Int64Array:
    """An array of integers."""
    held = np.ascontiguousarray(values, np.int64)
    return pa.Array.from_buffers(pa.int64(), len(held), [None, pa.py_buffer(held)])


def _bits(buffer: pa.Buffer, array: pa.Array) -> Mask:
    """The bits of a buffer that belong to an array."""
    first, count = array.offset, len(array)
    held = np.frombuffer(buffer, np.uint8)[first // 8 : (first + count + 7) // 8]
    return np.unpackbits(held, bitorder="little")[first % 8 :][:count].astype(np.bool_)


def present(array: pa.Array) -> Mask:
    """Which entries of an array are not null."""
    valid = array.buffers()[0]
    return np.ones(len(array), np.bool_) if valid is None else _bits(valid, array)


def mask(array: pa.Array) -> Mask:
    """A Boolean array as numpy has it; null is false."""
    if not len(array):
        return np.zeros(0, np.bool_)
    bits = _bits(array.buffers()[1], array)
    return bits & present(array) if array.null_count else bits


def numbers(array: pa.Array) -> Ints:
    """An array of integers as numpy has it; nulls are void."""
    name = str(array.type)
    held = np.frombuffer(array.buffers()[1], np.dtype(name)) if len(array) else np.zeros(0, name)
    return held[array.offset : array.offset + len(array)].astype(np.int64)
