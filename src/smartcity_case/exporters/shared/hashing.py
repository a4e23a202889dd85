"""Size and hash of what is written, on its way into a file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO


class Stated(NamedTuple):
    """The size in bytes and the hash of a file that was written."""

    bytes: int
    hash: str

    @property
    def sha256(self) -> str:
        """The hash without the name of its algorithm."""
        return self.hash.removeprefix("sha256:")


class Hashing:
    """A stream that is written to, with the size and the hash of what was written.

    >>> import io
    >>> stream = Hashing(io.BytesIO())
    >>> stream.write(b"ab")
    2
    >>> stream.stated.bytes, stream.stated.hash[:15]
    (2, 'sha256:fb8e20fc')
    """

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._hash, self._size = stream, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """Write some bytes."""
        self._hash.update(data)
        self._size += len(data)
        return self._stream.write(data)

    def writelines(self, chunks: Iterable[bytes]) -> None:
        """Write bytes piece by piece."""
        for chunk in chunks:
            self.write(chunk)

    def flush(self) -> None:
        """Nothing is held back."""

    @property
    def stated(self) -> Stated:
        """Size and hash of what was written so far."""
        return Stated(self._size, f"sha256:{self._hash.hexdigest()}")
