"""The texts: fit to be pointed into, or odd."""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata

from smartcity_case import limits

Told = tuple[str, str]
"""A code and a message."""

HASHES = ("md5", "sha1", "sha256", "sha512")


def check_text(data: bytes) -> tuple[bool, list[Told]]:
    """Whether bytes can be a source, and what is odd about them.

    They can if they are UTF-8, decoded strictly. Nothing is translated,
    stripped or normalised.
    """
    if len(data) > limits.TEXT:
        return False, [("limit.text", f"{len(data)} bytes; {limits.TEXT} are the most")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return False, [("source.encoding", f"byte {error.start} is not UTF-8: {error.reason}")]
    told = []
    if data.startswith(codecs.BOM_UTF8):
        told.append(("source.bom", "the first character is U+FEFF"))
    odd = {  # one byte is found faster than several
        "U+FEFF inside the text": b"\xef" in data and data.find(codecs.BOM_UTF8, 1) > 0,
        "NUL characters": b"\0" in data,
        "CRLF line ends": b"\r" in data and b"\r\n" in data,
        "characters that are not in Unicode form C": not (
            _is_plain(data) or unicodedata.is_normalized("NFC", text)
        ),
    }
    return True, told + [("source.unusual", what) for what, found in odd.items() if found]


_ASCII = bytes(range(0x80))
_NOT_PLAIN = re.compile("[\u0300-\u2001\u2040-\U0001efff\U00020000-\U0010ffff]")


def _is_plain(data: bytes) -> bool:
    """Whether UTF-8 is in form C at a glance, as most texts in Latin letters are.

    Up to U+02FF all characters are, and from U+2002 quotation marks and dashes, and emoji.
    """
    return _NOT_PLAIN.search(data.translate(None, _ASCII).decode("utf-8")) is None


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
        message = f"the file has {algorithm}:{found}, the descriptor {stated_hash}"
        told.append(("resource.hash", message))
    return told


def hash_of(data: bytes, stated: str) -> str | None:
    """The hash of bytes in hex, made as a stated one was; None for an unknown algorithm."""
    algorithm = algorithm_of(stated)
    return hashlib.new(algorithm, data).hexdigest() if algorithm in HASHES else None
