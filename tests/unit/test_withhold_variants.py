"""A wrong text that is a known variant of the right one is told as such, with the place."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

import pytest

import smartcity_case as sc
from bundles import given, make
from conftest import TOY_TEXT, Folder
from smartcity_case import limits
from smartcity_case.checks.variants import explained, variant_of

TEXT = "Früh am Morgen:\n„Die Fähre“ 🌊 legt ab.\nNiemand winkt."


def stated(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    return "sha256:" + hashlib.sha256(data).hexdigest()


NFD = unicodedata.normalize("NFD", TEXT)
VARIANTS = {
    "\ufeff" + TEXT: ("without a byte order mark", 0, 1),
    TEXT.replace("\n", "\r\n"): ("with LF line ends", 15, 1),
    TEXT + "\n": ("without the final line end", len(TEXT), 3),
    TEXT + "\r\n": ("without the final line end", len(TEXT), 3),
    NFD: ("in Unicode form NFC", 2, 1),
    "\ufeff" + TEXT + "\n": ("without a byte order mark, without the final line end", 0, 1),
    NFD.replace("\n", "\r\n"): ("with LF line ends, in Unicode form NFC", 2, 1),
}


@pytest.mark.parametrize("given_text", VARIANTS)
@pytest.mark.parametrize("size", [None, len(TEXT.encode()), str(len(TEXT.encode()))])
def test_a_known_variant_is_named_with_its_place(given_text: str, size: int | str | None) -> None:
    assert variant_of(given_text.encode(), stated(TEXT), size) == VARIANTS[given_text]


@pytest.mark.parametrize(
    ("wanted", "change"),
    [
        ("\ufeff" + TEXT, "with a byte order mark"),
        (TEXT.replace("\n", "\r\n"), "with CRLF line ends"),
        (TEXT + "\n", "with a final line end"),
        (TEXT.replace("\n", "\r\n") + "\r\n", "with CRLF line ends, with a final line end"),
        (NFD, "in Unicode form NFD"),
    ],
)
def test_what_was_taken_away_is_named_too(wanted: str, change: str) -> None:
    found = variant_of(TEXT.encode(), stated(wanted), None)
    assert found is not None
    assert found.change == change


def test_three_changes_other_words_and_other_hashes_are_no_variant() -> None:
    three = "\ufeff" + NFD.replace("\n", "\r\n")
    assert variant_of(three.encode(), stated(TEXT), None) is None
    assert variant_of(TEXT.replace("Die", "Eine").encode(), stated(TEXT), None) is None
    assert variant_of(("\ufeff" + TEXT).encode(), stated(TEXT), 3) is None
    assert variant_of(("\ufeff" + TEXT).encode(), "crc32:00", None) is None
    assert variant_of(b"\xff" + TEXT.encode(), stated(TEXT), None) is None


def test_bytes_that_are_no_text_may_lack_a_line_end() -> None:
    found = variant_of(b"a\xff", stated(b"a\xff\n"), None)
    assert found == ("with a final line end", 2, 1)
    found = variant_of(b"\x80\r\n", stated(b"\x80\n"), None)
    assert found == ("with LF line ends", 1, 1)


def test_the_difference_lies_at_a_character_however_far_behind() -> None:
    text = "ü" * 70_000 + "\r\n" + "a\n"
    found = variant_of(text.encode(), stated(text.replace("\r", "")), None)
    assert found == ("with LF line ends", 70_000, 1)
    text = "a\n" * 300 + "u\u0308"
    found = variant_of(text.encode(), stated(unicodedata.normalize("NFC", text)), None)
    assert found == ("in Unicode form NFC", 600, 301)
    marked = "q\u0301\u0316"  # marks in another order: the first byte is the same
    found = variant_of(marked.encode(), stated(unicodedata.normalize("NFC", marked)), None)
    assert found == ("in Unicode form NFC", 1, 1)


def test_a_bound_ends_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    other = ("\ufeff" + NFD).encode()
    assert variant_of(other, stated(TEXT), None) is not None
    monkeypatch.setattr(limits, "VARIANTS", 9 * len(other))
    assert variant_of(other, stated(TEXT), None) is None


def test_only_the_hash_is_explained() -> None:
    data, wanted = ("\ufeff" + TEXT).encode(), stated(TEXT)
    told = [("resource.bytes", "a"), ("resource.hash", "b")]
    assert explained(told, data, wanted, None) == [
        ("resource.bytes", "a"),
        (
            "resource.hash",
            "b; without a byte order mark it would be the right text: "
            "they first differ at character 0, in line 1",
        ),
    ]
    assert explained(told[:1], data, wanted, None) == told[:1]
    assert explained(told, b"other", wanted, None) == told


def test_every_text_is_explained(toy: Folder, tmp_path: Path) -> None:
    toy.write("diario", toy.read("diario").replace(b"\n", b"\r\n"), refresh=False)
    (message,) = (f.message for f in sc.validate(toy.root).findings if f.code == "resource.hash")
    assert message.endswith(
        "; with LF line ends it would be the right text: "
        f"they first differ at character {TOY_TEXT.index(chr(10))}, in line 1"
    )
    package = make(tmp_path / "files", "files")
    place = given(package.root, "files")["ports"] / "muelle.txt"
    place.write_bytes(place.read_bytes() + b"\n")
    (message,) = (
        f.message for f in sc.validate(package.root).findings if f.code == "resource.hash"
    )
    assert message.startswith("texts/muelle.txt: the file has sha256:")
    assert "without the final line end it would be the right text" in message
