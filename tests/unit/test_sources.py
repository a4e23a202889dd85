"""What is told of the bytes of a text: unreadable, odd, or nothing."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smartcity_case import limits
from smartcity_case.checks import sources
from smartcity_case.checks.sources import all_plain, check_text

NOT_COMPOSED = "characters that are not in Unicode form C"
PIECES = st.sampled_from(
    [
        *(b"a", b"\r", b"\n", b"\0", b"\xef\xbb\xbf", b"\xc3\xa9", b"e\xcc\x81", b"\xe2\x84\xab"),
        *(b"\xe2\x80\x9e", b"\xe2\x80\x81", b"\xf0\x9f\x98\x80", b"\xf0\x9d\x94\x98"),
        *(b"\xff", b"\x80", b"\xe2\x80", b"\xf0\x9f", b"\xed\xa0\x80", b"\xc0\xaf", b"\xcc"),
    ]
)


def slowly(data: bytes) -> tuple[bool, list[tuple[str, str]]]:
    """The same by what Python has for it."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return False, [("source.encoding", f"byte {error.start} is not UTF-8: {error.reason}")]
    bom = [("source.bom", "the first character is U+FEFF")] if text.startswith("\ufeff") else []
    odd = {
        "U+FEFF inside the text": "\ufeff" in text[1:],
        "NUL characters": "\0" in text,
        "CRLF line ends": "\r\n" in text,
        NOT_COMPOSED: unicodedata.normalize("NFC", text) != text,
    }
    return True, bom + [("source.unusual", what) for what, found in odd.items() if found]


@given(st.one_of(st.binary(max_size=30), st.lists(PIECES, max_size=12).map(b"".join)))
@example(b"")
@example("\ufeff„Straße“ \ufeff\r\n".encode())
def test_what_is_told_of_any_bytes(data: bytes) -> None:
    assert check_text(data) == slowly(data)


def test_every_character_alone_and_behind_a_letter() -> None:
    """A look at the first bytes of a character never takes one for composed that is not."""
    for code in range(sys.maxunicode + 1):
        if not 0xD800 <= code < 0xE000 and (code < 0x3100 or not code % 7 or code >> 12 == 0x1F):
            text = f"a{chr(code)}"
            if not unicodedata.is_normalized("NFC", text):
                assert ("source.unusual", NOT_COMPOSED) in check_text(text.encode())[1], hex(code)


@pytest.mark.parametrize(("size", "fine"), [(10, True), (11, False)])
def test_how_long_a_text_may_be(monkeypatch: pytest.MonkeyPatch, size: int, fine: bool) -> None:
    monkeypatch.setattr(limits, "TEXT", 10)
    told = [] if fine else [("limit.text", "11 bytes; 10 are the most")]
    assert check_text(b"a" * size) == (fine, told)


PARTS = st.one_of(st.binary(max_size=4), st.lists(PIECES, max_size=4).map(b"".join))


@given(texts=st.lists(PARTS, max_size=5), step=st.sampled_from([1, 2, 5, 1 << 16]))
@example(texts=[b"\xc3", b"\xa9"], step=5)  # a character that two texts share is in neither
@example(texts=[b"\xe2\x80", b"\x9e"], step=5)
@example(texts=[b"\xf0\x9f"], step=5)
def test_what_is_plain_at_a_glance_is_so_text_by_text(texts: list[bytes], step: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "_STEP", step)
        if all_plain(texts):
            assert [slowly(text) for text in texts] == [(True, [])] * len(texts)


def test_texts_in_latin_letters_are_plain_at_a_glance() -> None:
    assert all_plain([])
    texts = ["Größe", "„da“ – ‚dort‘ …", "😀", "", "ñandú ʠ", "a\nb\tc"]
    assert all_plain([text.encode() for text in texts])
    for odd in ("\r", "\0", "\ufeff", "e\u0301", "\u2001", "日"):
        assert not all_plain([b"a", odd.encode(), b"b"])


def test_no_more_text_than_may_be_read_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TEXT", 10)
    assert all_plain([b"aaaaa", b"bbbbb"])
    assert not all_plain([b"aaaaa", b"bbbbbb"])


def test_a_hash_names_its_algorithm() -> None:
    assert sources.digest(b"") == (
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert sources.digest(b"", "md5") == "md5:d41d8cd98f00b204e9800998ecf8427e"
