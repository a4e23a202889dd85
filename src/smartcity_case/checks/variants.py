"""Which known change made a text another one: byte order mark, line ends, Unicode form."""

from __future__ import annotations

import codecs
import hashlib
import unicodedata
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from smartcity_case import limits
from smartcity_case.checks.sources import HASHES, algorithm_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from smartcity_case.checks.sources import Told

_BOM = codecs.BOM_UTF8


def _without_bom(data: bytes) -> bytes:
    return data.removeprefix(_BOM)


def _with_bom(data: bytes) -> bytes:
    return data if data.startswith(_BOM) else _BOM + data


def _with_lf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def _with_crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _unended(data: bytes) -> bytes:
    return data[:-2] if data.endswith(b"\r\n") else data.removesuffix(b"\n")


def _ended(data: bytes) -> bytes:
    end = b"\r\n" if b"\r\n" in data else b"\n"
    return data if data.endswith(end) else data + end


def _composed(data: bytes) -> bytes:
    return unicodedata.normalize("NFC", data.decode("utf-8")).encode("utf-8")


def _decomposed(data: bytes) -> bytes:
    return unicodedata.normalize("NFD", data.decode("utf-8")).encode("utf-8")


_CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "without a byte order mark": _without_bom,
    "with a byte order mark": _with_bom,
    "with LF line ends": _with_lf,
    "with CRLF line ends": _with_crlf,
    "without the final line end": _unended,
    "with a final line end": _ended,
    "in Unicode form NFC": _composed,
    "in Unicode form NFD": _decomposed,
}


class Variant(NamedTuple):
    """What a text would have to be like, and where it first is not.

    `offset` is the number of characters before the difference, `line` that of
    its line, from 1.
    """

    change: str
    offset: int
    line: int


def variant_of(data: bytes, stated_hash: str, stated_size: int | str | None) -> Variant | None:
    r"""The known change that makes the stated hash of a text true, if there is one.

    Changes are tried alone and two at a time, until `limits.VARIANTS` bytes
    have been looked at.

    >>> wanted = "sha256:" + hashlib.sha256(b"a\nb\n").hexdigest()
    >>> variant_of(b"a\r\nb\r\n", wanted, None)
    Variant(change='with LF line ends', offset=1, line=1)
    """
    algorithm, digest = algorithm_of(stated_hash), stated_hash.rpartition(":")[2].lower()
    if algorithm not in HASHES:
        return None
    for change, made in _variants(data):
        if stated_size is not None and str(len(made)) != str(stated_size):
            continue
        if hashlib.new(algorithm, made).hexdigest() == digest:
            return Variant(change, *_first_difference(data, made))
    return None


def _variants(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What the text would be after each change, and after each two of them."""
    left = limits.VARIANTS
    once: list[tuple[str, bytes]] = []
    for made_of, before in chain([(data, "")], ((made, f"{name}, ") for name, made in once)):
        for name, change in _CHANGES.items():
            left -= len(made_of)
            if left < 0:
                return
            try:
                made = change(made_of)
            except UnicodeDecodeError:
                continue
            if made != made_of:
                if not before:
                    once.append((name, made))
                yield before + name, made


def _first_difference(data: bytes, other: bytes) -> tuple[int, int]:
    """How many characters stand before the first that differs, and in which line that is."""
    at, step = 0, _STEP
    while step:
        while data[at : at + step] == other[at : at + step] and at < len(data):
            at += step
        step //= 16
    while at < len(data) and data[at] & 0xC0 == 0x80 and at:  # inside of a character
        at -= 1
    before = data[:at]
    return len(before.decode("utf-8", "replace")), before.count(b"\n") + 1


_STEP = 1 << 16


def explained(
    told: list[Told], data: bytes, stated_hash: str, stated_size: int | str | None
) -> list[Told]:
    """What is told of the bytes of a text, and how a known change made them others."""
    if not any(code == "resource.hash" for code, _ in told):
        return told
    variant = variant_of(data, stated_hash, stated_size)
    if variant is None:
        return told
    more = (
        f"; {variant.change} it would be the right text: "
        f"they first differ at character {variant.offset}, in line {variant.line}"
    )
    return [(code, text + more if code == "resource.hash" else text) for code, text in told]
