"""Columns of the kinds that are proven as a whole: cells at the edges of what is proven.

Text, as it stands in a CSV file, and values of types of their own, as in Parquet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from oracle.fields import MISSING, ODD, Json

Values = st.SearchStrategy[Any]


@dataclass(frozen=True)
class Sample:
    """A field and the cells of its column; with a type of Arrow they are no text of a CSV file."""

    field: Json
    cells: list[Any]
    type: pa.DataType | None = None


TYPES = ("string", "any", "integer", "number", "boolean", "date")

_POWERS = (0, 9, 10, 99_999_999, 10**8, 10**15, 10**16, 2**31, 2**53, 2**63, 2**64, 10**25)
EDGES = sorted(
    {sign * (power + step) for power in _POWERS for step in (-1, 0, 1) for sign in (1, -1)}
)

_PATTERNS = (
    "[a-z]+", "[A-Z]-[0-9]{3}", r"\d+", r"\w*", r"\s?", r"\S+", ".", "a.c", "^[ab]+$", "^a|b$",
    "(a|b)+", "(?:ab)*", "[^a]", "[^a]*", r"[\w-]+", "é+", "[ß-ü]+", "a{2}", "a{0,2}b?",
    "a*?", "a++", "", r"a\.b", r"\Aa\Z", r"[\s]", "a|", "(?=a).", r"(a)\1", "[[]", "[a&&b]", "x$",
    r"\$", "a\\n",
)  # fmt: skip
_STRINGS = st.one_of(
    st.text("abcxABC019-. ", max_size=5),
    st.text("aé\u0301ßü١ｗ🐦\n\t\x1c\u2028", max_size=4),
    st.sampled_from(("A-123", "B-1234", "a.b", "abab", "a\n", "ab\n", "١٢", "a\u2028c")),
)

_TRUE, _FALSE = (["ja", "1", ""], ["yes"], ["x", "true"]), (["nein", "0"], ["x"], ["FALSE", "-"])
_DATES = (
    "2024-02-29", "2023-02-29", "2024-02-28", "2024-04-31", "2024-12-31", "2024-13-01",
    "2024-00-10", "2024-01-00", "1000-01-01", "0999-01-01", "0000-01-01", "9999-12-31",
    "10000-01-01", "2024-1-06", "2024-01-06Z", "20240106", "2024-01-06 ", "2024-01-06\n",
    "２０２４-01-06", "2024-01-1١",
)  # fmt: skip
_NUMBERS = (
    "1", "1.5", "+1.50", "-0", "007", "1.", ".5", "1e5", "1E-3", "1e", "1..5", "1.5.5", "+-1",
    "NaN", "INF", "9" * 300, "9" * 301, "0." + "1" * 300, "0." + "1" * 301, "1_0", "1,5", "1 000",
    " 1", "1\n", "١",
)  # fmt: skip


@st.composite
def samples(draw: st.DrawFn, types: tuple[str, ...] = TYPES, size: int = 200) -> Sample:
    """A field that has a prover, for the most part, and cells of text or of another type."""
    kind = draw(st.sampled_from(types))
    field: Json = {"name": "a", "type": kind}
    if draw(st.integers(0, 2)) == 0:
        field["missingValues"] = draw(st.sampled_from((*MISSING, ["0", "a"], ["True", "5"])))
    if kind == "boolean" and draw(st.booleans()):
        field["trueValues"] = draw(st.sampled_from(_TRUE))
        if draw(st.booleans()):
            field["falseValues"] = draw(st.sampled_from(_FALSE))
    native = draw(st.integers(0, 2)) == 0
    type_, values = draw(_native(kind)) if native else (None, _texts(kind, field))
    cells = draw(st.lists(values, min_size=size // 4, max_size=size))
    limits = draw(_constraints(kind, [cell for cell in cells[:20] if isinstance(cell, str)]))
    if limits:
        field["constraints"] = limits
    if kind in ("string", "integer") and draw(st.integers(0, 5)) == 0:
        field["categories"] = draw(_categories(kind, cells))
    return Sample(field, cells, type_)


def _texts(kind: str, field: Json) -> Values:
    """The cells of a CSV file: most of them valid, many at an edge."""
    words = [w for name in ("trueValues", "falseValues") for w in field.get(name, ())]
    given = {
        "string": _STRINGS,
        "any": _STRINGS,
        "integer": _integers(),
        "number": st.sampled_from(_NUMBERS) | st.decimals(-1000, 1000, places=2).map(str),
        "boolean": st.sampled_from(("true", "True", "1", "false", "FALSE", "0", "tRue", *words)),
        "date": st.dates().map(str) | st.sampled_from(_DATES),
    }[kind]
    return given | given | given | st.sampled_from(ODD)


def _integers() -> Values:
    written = st.sampled_from(("{}", "{}", "{}", "+{}", "0{}", "00000000{}", " {}", "{}.0"))
    numbers = st.sampled_from(EDGES) | st.integers(-20, 20)
    return st.builds(str.format, written, numbers)


@st.composite
def _constraints(draw: st.DrawFn, kind: str, words: list[str]) -> Json:
    """Constraints as their JSON is usually written, so that the prover takes them."""
    found: Json = {}
    if draw(st.integers(0, 3)) == 0:
        found["required"] = draw(st.booleans())
    if kind == "integer" and draw(st.booleans()):
        for names in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if draw(st.booleans()):
                found[draw(st.sampled_from(names))] = draw(st.sampled_from(EDGES))
    if kind == "string":
        for name in ("minLength", "maxLength"):
            if draw(st.integers(0, 2)) == 0:
                found[name] = draw(st.sampled_from((0, 1, 2, 3, 10**15, 2**63)))
        if draw(st.booleans()):
            found["pattern"] = draw(st.sampled_from(_PATTERNS))
    rare = 3 if kind == "string" else 1  # all else that a cell may be is valid for `any`
    if kind in ("string", "any") and words and draw(st.integers(0, rare)) == 0:
        found["enum"] = draw(st.lists(st.sampled_from(words), min_size=1, max_size=8, unique=True))
    return found


@st.composite
def _categories(draw: st.DrawFn, kind: str, cells: list[Any]) -> list[Any]:
    texts = sorted({str(cell) for cell in cells if cell is not None and len(str(cell)) < 15})
    if kind == "integer":
        numbers = [int(t) for t in texts if t.isascii() and t.isdigit() and str(int(t)) == t]
        return draw(st.lists(st.sampled_from([*numbers, 5]), min_size=1, max_size=9, unique=True))
    return draw(st.lists(st.sampled_from([*texts, "x"]), min_size=1, max_size=9, unique=True))


@st.composite
def _native(draw: st.DrawFn, kind: str) -> tuple[pa.DataType, Values]:
    """A type of Arrow, often one that fits the field, and values of it, nulls among them."""
    bits, unsigned = draw(st.sampled_from((8, 16, 32, 64))), draw(st.integers(0, 3)) == 0
    low, high = (0, 2**bits) if unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1))
    whole = st.sampled_from([edge for edge in (*EDGES, low, high - 1) if low <= edge < high])
    integers = getattr(pa, f"{'u' if unsigned else ''}int{bits}")()
    texts = (pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string()))
    numbers = st.sampled_from((0.0, 1.0, 1.5, -2.0, 1e300, float("nan"), 2.0**53))
    made: dict[str, tuple[pa.DataType, Values]] = {
        "string": (draw(st.sampled_from(texts)), _texts(draw(st.sampled_from(TYPES)), {})),
        "integer": (integers, whole),
        "number": (pa.float64(), numbers),
        "boolean": (pa.bool_(), st.booleans()),
        "date": (pa.date32(), st.dates()),
    }
    fitting = draw(st.booleans()) and kind in made
    type_, values = made[kind if fitting else draw(st.sampled_from(sorted(made)))]
    return type_, values | values | values | st.none()
