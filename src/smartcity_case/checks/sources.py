"""The texts: fit to be pointed into, or odd."""

from __future__ import annotations

import codecs
import hashlib
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from smartcity_case import limits
from smartcity_case.arrays import are_utf8
from smartcity_case.text import not_utf8

if TYPE_CHECKING:
    from collections.abc import Sequence

Told = tuple[str, str]
"""A code and a message."""

HASHES = ("md5", "sha1", "sha256", "sha512")


def check_text(data: bytes) -> tuple[bool, list[Told]]:
    """Whether bytes can be a source, and what is odd about them.

    They can if they are UTF-8, decoded strictly. Nothing is translated,
    stripped or normalised.
    """
    if all_plain([data]):
        return True, []
    if len(data) > limits.TEXT:
        return False, [("limit.text", f"{len(data)} bytes; {limits.TEXT} are the most")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return False, [("source.encoding", not_utf8(error))]
    told = []
    if data.startswith(codecs.BOM_UTF8):
        told.append(("source.bom", "the first character is U+FEFF"))
    odd = {  # one byte is found faster than several
        "U+FEFF inside the text": b"\xef" in data and data.find(codecs.BOM_UTF8, 1) > 0,
        "NUL characters": b"\0" in data,
        "CRLF line ends": b"\r" in data and b"\r\n" in data,
        "characters that are not in Unicode form C": not (
            _is_composed(data) or unicodedata.is_normalized("NFC", text)
        ),
    }
    return True, told + [("source.unusual", what) for what, found in odd.items() if found]


_STEP = 1 << 18


def all_plain(texts: Sequence[bytes]) -> bool:
    """Whether texts can be sources and nothing is odd about any, seen at a glance.

    So it is with most texts in Latin letters: up to U+02FF all characters are in
    form C, and from U+2002 quotation marks and dashes, and emoji. False says nothing.
    """
    if sum(map(len, texts)) > limits.TEXT:
        return False
    data = b"".join(texts)
    if b"\0" in data or b"\r" in data or not _is_composed(data):
        return False
    return are_utf8(data, [len(text) for text in texts])


def _is_composed(data: bytes) -> bool:
    """Whether every character, if these are characters, is one of those just named."""
    raw = np.frombuffer(data, np.uint8)
    for at in range(0, len(raw), _STEP):  # in pieces that fit a cache
        piece = raw[at : at + _STEP]
        places = np.flatnonzero(piece > 0xCB) + at
        # What is cut off at the end is no UTF-8, whatever is seen behind it.
        first, second, third = (raw.take(places + n, mode="clip") for n in range(3))
        marks = (first == 0xE2) & (second == 0x80) & (third > 0x81)
        emoji = (first == 0xF0) & (second == 0x9F)
        if not bool((marks | emoji).all()):
            return False
    return True


def algorithm_of(stated: str) -> str:
    """The algorithm of a hash as a descriptor writes it; md5 is the standard's default.

    >>> algorithm_of("sha256:00"), algorithm_of("00")
    ('sha256', 'md5')
    """
    return (stated.rpartition(":")[0] or "md5").lower()


def check_bytes(
    size: int, found: str, stated_hash: str, stated_size: int | str | None
) -> list[Told]:
    """Whether size and hash (in hex) are those that are stated, as far as they are."""
    told = []
    if stated_size is not None and str(stated_size) != str(size):
        told.append(("resource.bytes", f"{size} bytes, not {stated_size}"))
    if stated_hash and found != stated_hash.rpartition(":")[2].lower():
        algorithm = algorithm_of(stated_hash)
        message = f"the file has {algorithm}:{found}, not {stated_hash}"
        told.append(("resource.hash", message))
    return told


def hash_of(data: bytes, stated: str) -> str | None:
    """The hash of bytes in hex, made as a stated one was; None for an unknown algorithm."""
    algorithm = algorithm_of(stated)
    return hashlib.new(algorithm, data).hexdigest() if algorithm in HASHES else None


def digest(data: bytes, algorithm: str = "sha256") -> str:
    """The hash of bytes as a descriptor writes it (`sha256:…`)."""
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"
