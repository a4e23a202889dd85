from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pytest

from smartcity_case.arrays import strings
from smartcity_case.checks.keys import Key, KeySet, UniqueKey, identity
from smartcity_case.profile import TableSchema
from smartcity_case.table import Batch, Column, json_column


class Point(NamedTuple):
    lon: Decimal
    lat: Decimal


_EAST = timezone(timedelta(hours=2))

SAME: list[tuple[object, ...]] = [
    (2, 2.0, Decimal("2.00"), Decimal("20E-1"), True + True),
    (0, -0.0, Decimal("-0.00"), Decimal("0E+9"), False),
    (0.5, Decimal("0.50")),
    (10**30, Decimal("1e30")),
    (2**70, 2.0**70, Decimal(2**70)),
    (-(10**18), Decimal("-1e18")),
    (10**18 - 1, Decimal(10**18 - 1)),
    (float("nan"), Decimal("NaN")),
    (float("-inf"), Decimal("-Infinity")),
    (datetime(2018, 1, 1, 12, tzinfo=_EAST), datetime(2018, 1, 1, 10, tzinfo=UTC)),
    (time(12, 0, 1, 5, tzinfo=_EAST), time(10, 0, 1, 5, tzinfo=UTC)),
    (Point(Decimal("1.0"), Decimal("2")), Point(Decimal("1"), Decimal("2.0"))),
]
DIFFERENT = [group[0] for group in SAME] + [
    *("2", "0", Decimal("1e29"), -(10**30), 5, -0.5, Decimal("5e-2"), Decimal("5e99")),
    *(datetime(2018, 1, 1, 10), time(10, 0, 1, 5), time(10, 0, 1, 6, tzinfo=UTC)),
    *(float("inf"), "NaN", Point(Decimal(2), Decimal(1)), [1, 2], datetime.max),
    *(datetime.max.replace(tzinfo=_EAST), datetime.min.replace(tzinfo=_EAST)),
    *(time(10, 1, 1, 5, tzinfo=UTC), time(10, 0, 2, 5, tzinfo=UTC), time(23, tzinfo=UTC)),
]


@pytest.mark.parametrize("values", SAME, ids=repr)
def test_equal_values_are_the_same(values: tuple[object, ...]) -> None:
    assert len({identity(value) for value in values}) == 1


def test_other_values_are_not() -> None:
    found: list[Hashable] = [identity(value) for value in DIFFERENT]
    assert len(set(found)) == len(found)


def test_a_number_with_a_vast_exponent_is_not_written_out() -> None:
    assert identity(Decimal("1e999999999")) == identity(Decimal("10e999999998"))
    assert identity(Decimal("1e-999999999")) != identity(Decimal("1e999999999"))


def key_of(kinds: list[dict[str, Any]], columns: list[Column]) -> tuple[Key, Batch]:
    """A key of some fields, and a batch of its columns."""
    fields = [{"name": f"f{n}"} | kind for n, kind in enumerate(kinds)]
    schema = TableSchema.model_validate({"fields": fields})
    names = schema.names
    rows = np.arange(1, len(columns[0]) + 1)
    return Key(schema, names), Batch("t", "", dict(zip(names, columns, strict=True)), rows)


def absent(
    target: tuple[Key, Batch], source: tuple[Key, Batch], most_exact: int = 1_000
) -> list[bool]:
    known = KeySet(target[0], most_exact)
    known.add(known.look(target[1]))
    known.close()
    found: list[bool] = known.absent(source[1], source[0]).tolist()
    return found


@pytest.mark.parametrize("most_exact", [0, 1_000])
@pytest.mark.parametrize("kind", ["integer", "string", "number"])
def test_a_missing_key_is_no_zero_and_no_text(kind: str, most_exact: int) -> None:
    target = key_of([{"type": kind, "missingValues": ["", "-"]}], [Column(strings(["7", "", "-"]))])
    source = key_of(
        [{"type": kind, "missingValues": ["none"]}],
        [Column(strings(["7", "0", "-", "", "none"]))],
    )
    assert absent(target, source, most_exact) == [False, True, True, True, False]


@pytest.mark.parametrize("most_exact", [0, 1_000])
def test_an_empty_part_is_a_part(most_exact: int) -> None:
    text, number = {"type": "string", "missingValues": ["-"]}, {"type": "integer"}
    columns = [Column(strings(["a", "b", "-"])), Column(strings(["1", "", "3"]))]
    target = key_of([text, number], columns)
    columns = [
        Column(strings(["a", "b", "", "b", "a", ""])),
        Column(strings(["01", "", "3", "0", "-9", ""])),
    ]
    source = key_of([{"type": "string"}, number], columns)
    assert absent(target, source, most_exact) == [False, False, False, True, True, False]


def test_a_text_written_like_another_value_is_not_that_value() -> None:
    target = key_of([{"type": "number"}], [Column(strings(["1.5", "1e30"]))])
    written = [repr(identity(Decimal(number))) for number in ("1.5", "1e30")]
    source = key_of([{"type": "string"}], [Column(strings(written))])
    assert absent(target, source, 0) == [True, True]
    mixed = key_of([{"type": "any"}], [json_column([*written, 7])])
    assert absent(target, mixed, 0) == [True, True, True]


def test_integers_are_the_same_however_they_are_stored() -> None:
    values = ["5", "-5", "999999999999999999", "1000000000000000000", "9" * 30]
    target = key_of([{"type": "integer"}], [Column(strings(values))])
    narrow = key_of([{"type": "integer"}], [Column(pa.array([int(v) for v in values[:4]]))])
    wide = key_of([{"type": "number"}], [Column(strings([f"+{v.lstrip('-')}.0" for v in values]))])
    for most_exact in (0, 1_000):
        assert not any(absent(target, narrow, most_exact))
        assert absent(target, wide, most_exact) == [False] * 5


def test_rows_with_the_same_key_are_told_each_but_the_first() -> None:
    key, batch = key_of([{"type": "integer"}], [Column(strings(["1", "2", "01", "", "", "1"]))])
    unique = UniqueKey(key, "key.duplicate")
    unique.add(unique.look(batch))
    assert unique.any_suspects()
    faults = list(unique.faults(batch, unique.suspects(batch)))
    assert [(fault.place, fault.message) for fault in faults] == [
        (2, "'01' stands in row 1 too"),
        (5, "'1' stands in row 1 too"),
    ]
