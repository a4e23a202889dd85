from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_case.arrays import Cells, Fingerprints, WordBuffer, are_utf8, strings
from smartcity_case.table import Column


def test_a_null_has_no_bytes_even_if_its_array_holds_some() -> None:
    bounds = pa.py_buffer(np.array([0, 2, 4], np.int32))
    buffers = [pa.py_buffer(b"\x01"), bounds, pa.py_buffer(b"abcd")]
    array = pa.Array.from_buffers(pa.string(), 2, buffers)
    assert array.to_pylist() == ["ab", None]
    assert Cells(array).lengths.tolist() == [2, 0]
    assert Column(array).missing(frozenset([""])).tolist() == [False, True]


@pytest.mark.parametrize("width", [2, 64, 65, 300])
def test_keys_of_many_parts_have_fingerprints(width: int) -> None:
    made = Fingerprints()
    same = [made.of(Cells(strings(["a", "a", "a"]))) for _ in range(width - 1)]
    first = made.combine([*same, made.of(Cells(strings(["a", "b", "a"])))])
    assert first[0] == first[2] != first[1]
    last = made.combine([made.of(Cells(strings(["a", "b", "a"]))), *same])
    assert last[0] == last[2] != last[1]


@given(data=st.binary(max_size=40), count=st.integers(1, 3), places=st.data())
def test_words_may_begin_at_any_byte(data: bytes, count: int, places: st.DataObject) -> None:
    padded = np.frombuffer(data + bytes(8 * count + 8), np.uint8)
    at = places.draw(st.lists(st.integers(0, len(data)), max_size=20))
    found = WordBuffer(padded).row_at(np.array(at, np.int64), count)
    assert len(found) == count
    for number, words in enumerate(found):
        for place, word in zip(at, words.tolist(), strict=True):
            start = place + 8 * number
            assert word == int.from_bytes(padded[start : start + 8].tobytes(), "little")


@pytest.mark.parametrize(
    ("cells", "good"),
    [([], True), ([b"", b""], True), (["ß".encode(), "😀".encode()], True)]
    + [([b"a", odd, b"b"], False) for odd in (b"\xc3", b"\xff", b"\xed\xa0\x80", b"\xc0\xaf")],
)
def test_each_of_some_strings_is_utf_8(cells: list[bytes], good: bool) -> None:
    assert are_utf8(b"".join(cells), [len(cell) for cell in cells]) == good


def test_a_character_that_is_cut_is_in_neither_part() -> None:
    assert are_utf8("aß".encode(), [1, 2])
    assert not are_utf8("aß".encode(), [2, 1])
    assert are_utf8(np.frombuffer("ß".encode(), np.uint8), [2])
