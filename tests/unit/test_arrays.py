from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from smartcity_case.arrays import Cells, Fingerprints, strings
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
