"""Fields and cells: every type, format and constraint, valid cells and odd ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]
Cells = st.SearchStrategy[str]

TEXT = st.text(st.characters(codec="utf-8", exclude_characters='"\r'), max_size=8)

ODD = (
    "", "", " ", "NA", "-", "n/a", "null", "None", "=1+1", "+1", "-1", "@a", "'", '"', 'a"b', '""',
    "a,b", "a;b", "a|b", "a\tb", "line\nbreak", "cr\rhere", "crlf\r\nhere", "\0", "1\0", "\ufeff1",
    "🐦", "e\u0301", "ß", "x" * 5000, "1_0", "١٢", "１２", "²", "½", " 1", "1 ", "\xa01", "1\n",
    "NaN", "nan", "INF", "-INF", "Infinity", "sNaN", "9" * 400, "-" + "9" * 25, "1e400", "0x1f",
    "axyz", "a\n", "xb", "--1", "+-1", "1.", ".5", "1,000", "TRUE ",
    "tRue", "{", "[1", "[NaN]", '{"a":1,"a":2}', "\\N",
)  # fmt: skip

_DIGITS = {
    "arabic": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"),
    "wide": str.maketrans("0123456789", "０１２３４５６７８９"),
}

_SPOILS: tuple[Callable[[str], str], ...] = (
    lambda cell: cell.translate(_DIGITS["arabic"]),
    lambda cell: cell.translate(_DIGITS["wide"]),
    lambda cell: " " + cell,
    lambda cell: cell + " ",
    lambda cell: cell + "\n",
    lambda cell: "\t" + cell,
    lambda cell: "+" + cell,
    lambda cell: "-" + cell,
    lambda cell: "0" + cell,
    lambda cell: cell[:1] + "_" + cell[1:],
    lambda cell: cell[1:],
    lambda cell: cell[:-1],
    lambda cell: cell + cell,
    lambda cell: cell.swapcase(),
    lambda cell: cell.replace("-", "/"),
    lambda cell: cell.replace(",", ", "),
    lambda cell: cell.replace("T", " "),
    lambda cell: cell + "Z",
    lambda cell: f'"{cell}"',
)


@dataclass(frozen=True)
class Kind:
    """A type with the properties that change how it is read, and its valid cells.

    `bounds` and `lengths` say which constraints it takes beside `enum`.
    `native` makes the JSON value of a valid cell, where that differs.
    """

    type: str
    valid: Cells
    properties: Json = field(default_factory=dict)
    bounds: bool = False
    lengths: bool = False
    enum: bool = True
    pattern: bool = False
    native: Callable[[str], Any] = str
    hashable: bool = True

    @property
    def cells(self) -> Cells:
        """Valid cells for the most part, spoilt and odd ones besides."""
        spoilt = st.builds(lambda spoil, cell: spoil(cell), st.sampled_from(_SPOILS), self.valid)
        return st.integers(0, 9).flatmap(
            lambda n: self.valid if n < 7 else (spoilt, _odd | TEXT, _empty)[n - 7]
        )


_odd = st.sampled_from(ODD)
_empty = st.sampled_from(("", "", "", "NA", "-"))
_integers = st.integers(-20, 20) | st.integers()
_number = st.one_of(
    _integers.map(str),
    st.decimals(-1000, 1000, places=2).map(str),
    st.sampled_from(("1e3", "1E-3", "+1.50", ".5", "5.", "NaN", "INF", "-INF", "-0", "007")),
)
_dates = st.dates().map(str)
_times = st.sampled_from(("10:00:00", "00:00:00", "23:59:59", "12:30:45"))
_zones = st.sampled_from(("", "Z", "+01:00", "-05:30"))
_datetimes = st.builds(lambda d, t: f"{d}T{t}", _dates, _times)
_words = st.sampled_from(("a", "b", "ab", "aXb", "Zürich", "El zorro", "🐦", "garza", "c1", "c2"))


def _sample(*cells: str) -> Cells:
    return st.sampled_from(cells)


def _kind(type_: str, valid: Cells, properties: Json | None = None, **more: Any) -> Kind:
    return Kind(type_, valid, properties or {}, **more)


_UUID = "2bcd1234-0000-4000-8000-000000000000"
_GEO = '{"type":"Point","coordinates":[1,2]}'
_TOPO = '{"type":"Topology","objects":{},"arcs":[]}'
_BOOLEAN = ("true", "True", "TRUE", "1", "false", "False", "FALSE", "0")

KINDS: tuple[Kind, ...] = (
    _kind("string", _words, lengths=True, pattern=True),
    _kind("string", TEXT.filter(bool), lengths=True, pattern=True),
    _kind("string", _sample("a@b.de", "A.b+c@d.org", "ü@b.de"), {"format": "email"}, lengths=True),
    _kind("string", _sample("http://a.b", "mailto:x@y", "urn:x", "a:b"), {"format": "uri"}),
    _kind("string", _sample(_UUID, _UUID.upper(), _UUID.replace("-", "")), {"format": "uuid"}),
    _kind("string", _sample("YQ==", "YWJj", "YWI="), {"format": "binary"}),
    _kind("any", _words),
    _kind("integer", _integers.map(str), bounds=True, native=int),
    _kind("integer", _integers.map(str), bounds=True, native=int),
    _kind("integer", _sample("5%", "€5", "EUR -5", "5"), {"bareNumber": False}, bounds=True),
    _kind("number", _number, bounds=True, native=str),
    _kind("number", _sample("1,5", "-3,25", "7"), {"decimalChar": ","}, bounds=True),
    _kind("number", _sample("1,000.5", "7", "10,000"), {"groupChar": ","}, bounds=True),
    _kind("number", _sample("1.000,5", "7"), {"groupChar": ".", "decimalChar": ","}, bounds=True),
    _kind("number", _sample("5.5%", "€ 5", "-3"), {"bareNumber": False}, bounds=True),
    _kind("boolean", _sample(*_BOOLEAN), native=lambda c: c.lower() in ("true", "1")),
    _kind("boolean", _sample("ja", "nein"), {"trueValues": ["ja"], "falseValues": ["nein"]}),
    _kind("date", _dates, bounds=True),
    _kind("date", _sample("26/01/2024", "1/2/2023"), {"format": "%d/%m/%Y"}, bounds=True),
    _kind("date", _sample("26 Jan 2024", "2024-01-26"), {"format": "any"}),
    _kind("datetime", _datetimes, bounds=True),
    _kind("datetime", st.builds(str.__add__, _datetimes, _zones)),
    _kind("datetime", _sample("26.01.2024 15:00"), {"format": "%d.%m.%Y %H:%M"}),
    _kind("datetime", _sample("26 Jan 2024 3pm", "2024-01-26T15:00"), {"format": "any"}),
    _kind("time", _times, bounds=True),
    _kind("time", st.builds(str.__add__, _times, _zones)),
    _kind("time", _sample("15.00", "09.30"), {"format": "%H.%M"}),
    _kind("time", _sample("3pm", "15:00"), {"format": "any"}),
    _kind("year", st.integers(1000, 9999).map(str), bounds=True, native=int),
    _kind("yearmonth", _sample("2024-01", "1999-12", "0001-01"), bounds=True),
    _kind("duration", _sample("P1Y", "P1Y2M3DT4H5M6S", "PT1.5S", "P1D", "PT24H", "-P1D")),
    _kind("geopoint", _sample("90.5, 45.5", "90,45", "-180,-90")),
    _kind("geopoint", _sample("[90.5, 45]", "[1,2]"), {"format": "array"}),
    _kind("geopoint", _sample('{"lon":1,"lat":2}'), {"format": "object"}),
    _kind("geojson", _sample(_GEO), hashable=False),
    _kind("geojson", _sample(_TOPO), {"format": "topojson"}, hashable=False),
    _kind("object", _sample("{}", '{"a":1}', '{"b":[1]}'), lengths=True, hashable=False),
    _kind("array", _sample("[]", "[1]", '["a","b"]'), lengths=True, hashable=False),
    _kind("list", _sample("a,b", "a", "a,,b"), lengths=True, enum=False, hashable=False),
    _kind("list", _sample("1,2", "1"), {"itemType": "integer"}, enum=False, hashable=False),
    _kind("list", _sample("1.5;2", "1"), {"itemType": "number", "delimiter": ";"}, enum=False,
          hashable=False),
    _kind("list", _sample("2024-01-01"), {"itemType": "date"}, enum=False, hashable=False),
)  # fmt: skip

COMMON = tuple(kind for kind in KINDS if not kind.properties and kind.hashable)
"""The types most tables are made of, to be drawn more often than the rest."""

PATTERNS = (
    "a",
    "a|b",
    "[a-z]+",
    "a.*",
    ".*b",
    "^a",
    "[a-z]+[0-9]",
    ".",
    "(a|b)+",
    "",
    "\\d+",
    "x|",
)


@st.composite
def constraints(draw: st.DrawFn, kind: Kind) -> Json:
    """Constraints that a kind takes, castable to its type."""
    found: Json = {}
    if draw(st.integers(0, 3)) == 0:
        found["required"] = draw(st.booleans())
    if kind.enum and draw(st.integers(0, 5)) == 0:
        found["enum"] = draw(st.lists(kind.valid, min_size=1, max_size=4))
    if kind.bounds and draw(st.integers(0, 3)) == 0:
        exclusive = draw(st.booleans())
        name = draw(st.sampled_from(("minimum", "maximum")))
        bound = draw(kind.valid.filter(lambda c: "nan" not in c.lower()))
        found["exclusive" + name.capitalize() if exclusive else name] = bound
    if kind.lengths and draw(st.integers(0, 3)) == 0:
        found[draw(st.sampled_from(("minLength", "maxLength")))] = draw(st.integers(0, 3))
    if kind.pattern and draw(st.integers(0, 2)) == 0:
        found["pattern"] = draw(st.sampled_from(PATTERNS))
    return found


MISSING: tuple[Any, ...] = (
    ["", "NA"], ["-"], [], ["", "-", "n/a"], [""], ["1"],
    [{"value": "", "label": "left out"}, {"value": "NA", "label": "refused"}],
)  # fmt: skip


@st.composite
def fields(draw: st.DrawFn, name: str, kind: Kind) -> Json:
    """The descriptor of a field of a kind."""
    made: Json = {"name": name, "type": kind.type, **kind.properties}
    if kind.type == "any" and draw(st.booleans()):
        del made["type"]
    if limits := draw(constraints(kind)):
        made["constraints"] = limits
    if draw(st.integers(0, 9)) == 0:
        made["missingValues"] = draw(st.sampled_from(MISSING))
    if kind.type in ("string", "integer") and not kind.properties and draw(st.integers(0, 7)) == 0:
        made["categories"] = draw(_categories(kind))
        made["categoriesOrdered"] = draw(st.booleans())
    return made


@st.composite
def _categories(draw: st.DrawFn, kind: Kind) -> list[Any]:
    short = kind.valid.filter(lambda cell: len(cell) < 20)  # a descriptor has no longer numbers
    cells = draw(st.lists(short, min_size=1, max_size=5, unique=True))
    values = [kind.native(cell) for cell in cells]
    if draw(st.booleans()):
        return values
    return [{"value": value, "label": f"label {n}"} for n, value in enumerate(values)]
