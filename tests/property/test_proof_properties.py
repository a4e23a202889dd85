"""What is proven of a column, the judge of its field accepts, and so does frictionless."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from frictionless import Field
from hypothesis import given
from hypothesis import strategies as st

from oracle.fields import COMMON, KINDS, ODD, fields
from smartcity_case.arrays import strings
from smartcity_case.checks.constraints import FieldFault
from smartcity_case.checks.fields import field_judge
from smartcity_case.checks.proof import prover
from smartcity_case.profile import FieldSchema
from smartcity_case.table import Column

_VALUES: tuple[Any, ...] = (
    *("", "a", "1", "-", "+0", "true", "2018-01-26", "١", "ß", "a\n", "(", "[\\d]", "^1|a$"),
    *(None, True, False, 0, 1, -1, 5, 10**15, 10**16, 10**25, 0.5, 1e30, [], ["a"], ["1", "1"]),
    *([1], {}, {"value": "a"}),
)
_ANY = st.sampled_from(_VALUES)
_CONSTRAINTS = (
    *("required", "unique", "minLength", "maxLength", "pattern", "enum", "minimum", "maximum"),
    *("exclusiveMinimum", "exclusiveMaximum", "jsonSchema", "odd"),
)
_MORE = (
    *("example", "rdfType", "trueValues", "falseValues", "format", "groupChar", "decimalChar"),
    *("bareNumber", "floatNumber", "missingValues", "categories", "title", "odd"),
)
_TYPES = ("string", "any", "integer", "number", "boolean", "date", "year", "odd")


@st.composite
def odd_fields(draw: st.DrawFn) -> dict[str, Any]:
    """A field whose declaration may make no sense."""
    constraints = draw(st.dictionaries(st.sampled_from(_CONSTRAINTS), _ANY, max_size=2))
    more = draw(st.dictionaries(st.sampled_from(_MORE), _ANY, max_size=2))
    kind = draw(st.sampled_from(_TYPES))
    return {"name": "a", "type": kind, "constraints": constraints} | more


def field_of(descriptor: dict[str, Any]) -> tuple[FieldSchema, frozenset[str]] | None:
    try:
        field = FieldSchema.model_validate(descriptor)
    except ValueError:
        return None
    listed = field.missing_values
    return field, frozenset([""] if listed is None else listed)


def check(descriptor: dict[str, Any], column: Column) -> None:
    read = field_of(descriptor)
    prove = None if read is None else prover(*read)
    if read is None or prove is None:
        return
    try:
        judge = field_judge(*read)
    except FieldFault as fault:
        raise AssertionError(f"{descriptor} has a prover, but {fault}") from fault
    proven = prove(column)
    for number, cell in enumerate(column.values()):
        if proven[number]:
            assert judge(cell) is None, f"{descriptor}: {cell!r} is proven, but {judge(cell)}"


@given(odd_fields(), st.lists(st.sampled_from([*sorted(set(ODD)), None]) | st.text(max_size=3)))
def test_what_is_proven_is_accepted_whatever_the_field_declares(
    descriptor: dict[str, Any], cells: list[str | None]
) -> None:
    words = [str(value) for value in _VALUES if not isinstance(value, list | dict)]
    check(descriptor, Column(strings([*words, *cells])))


_NATIVE = st.sampled_from(
    [
        pa.array([0, -1, 5, None, 10**15, 10**16, 2**63 - 1]),
        pa.array([0, 1, 2**64 - 1], pa.uint64()),
        pa.array([1, None, -128], pa.int8()).slice(1),
        pa.array([0.5, None, 1.0, float("nan"), -0.0]),
        pa.array([True, None, False]).slice(1),
        pa.array(["1", None, "true", "a", "2018-01-26"], pa.string_view()),
        pa.array(["a", "1", None, "a"]).dictionary_encode().slice(1),
        pa.nulls(2),
        pa.array([b"a", None]),
        pa.array([1, None], pa.date32()),
        pa.array([1, None], pa.timestamp("s")),
        pa.array([[1], None]),
    ]
)


@given(odd_fields(), _NATIVE)
def test_values_of_other_types_are_proven_only_if_they_are_accepted(
    descriptor: dict[str, Any], array: pa.Array
) -> None:
    check(descriptor, Column(array))


@given(st.data())
def test_what_is_proven_frictionless_reads(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS + COMMON))
    descriptor = data.draw(fields("a", kind))
    cells = [*data.draw(st.lists(kind.cells, min_size=10)), *sorted(set(ODD))]
    column = Column(strings(cells))
    check(descriptor, column)
    read = field_of(descriptor)
    prove = None if read is None else prover(*read)
    if read is None or prove is None:
        return
    theirs = {k: v for k, v in descriptor.items() if k not in ("categories", "categoriesOrdered")}
    reader = Field.from_descriptor(theirs | {"missingValues": sorted(read[1])}).create_cell_reader()
    for cell, proven in zip(cells, prove(column), strict=True):
        assert not proven or not reader(cell)[1], f"{descriptor}: {cell!r}"
