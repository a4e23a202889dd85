"""GeoJSON is judged as the JSON Schema that frictionless has of it."""

from typing import Any

from frictionless import settings
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from smartcity_case.checks.geojson import is_geojson

SCHEMA = Draft4Validator(settings.GEOJSON_PROFILE)

Json = st.SearchStrategy[Any]
ODD: Json = st.sampled_from([0, 1.5, -2, True, "x", None, float("nan")])
NUMBERS: Json = st.sampled_from([0, 1.5, -2])
POINT = st.lists(NUMBERS, min_size=2, max_size=2)
RING = st.lists(POINT, min_size=4, max_size=5)
POSITION: Json = st.one_of(POINT, st.lists(ODD, max_size=3), ODD)
LINE: Json = st.one_of(RING, st.lists(POSITION, max_size=5), ODD)
POLYGON: Json = st.one_of(st.lists(RING, max_size=2), st.lists(LINE, max_size=3), ODD)
COORDINATES: Json = st.one_of(POSITION, LINE, POLYGON, st.lists(POLYGON, max_size=2))
KINDS: Json = st.sampled_from([
    *("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"),
    *("GeometryCollection", "Feature", "FeatureCollection", "x", None, 1, ["Point"]),
])  # fmt: skip


def some(**members: Json) -> Json:
    return st.fixed_dictionaries({}, optional=members)


def all_of(**members: Json) -> Json:
    return st.fixed_dictionaries(members)


GEOMETRY = some(type=KINDS, coordinates=COORDINATES) | all_of(type=KINDS, coordinates=COORDINATES)
MEMBERS: Json = st.sampled_from([None, {}, {"a": 1}, [], 1])
FEATURE = st.one_of(
    some(type=st.just("Feature") | KINDS, geometry=GEOMETRY | st.none() | ODD, properties=MEMBERS),
    all_of(type=st.just("Feature"), geometry=GEOMETRY | st.none(), properties=MEMBERS),
    ODD,
)
ABOUT = some(
    name=st.sampled_from(["x", 1]),
    href=st.sampled_from(["urn:x", 1]),
    type=st.sampled_from(["x", 1]),
    z=st.just(1),
)
CRS = st.one_of(
    some(type=st.sampled_from(["name", "link", "x", 1]), properties=ABOUT | MEMBERS, z=st.just(1)),
    all_of(type=st.sampled_from(["name", "link"]), properties=ABOUT),
    MEMBERS,
)
VALUES = st.one_of(
    GEOMETRY,
    FEATURE,
    all_of(
        type=st.just("GeometryCollection"),
        geometries=st.one_of(st.lists(GEOMETRY, max_size=2), ODD),
    ),
    all_of(
        type=st.just("FeatureCollection"), features=st.one_of(st.lists(FEATURE, max_size=2), ODD)
    ),
)


@given(VALUES, some(crs=CRS, bbox=st.one_of(st.lists(ODD, max_size=4), ODD)))
def test_as_the_schema_has_it(value: Any, more: dict[str, Any]) -> None:
    whole = {**value, **more} if isinstance(value, dict) else value
    expected = isinstance(whole, dict) and SCHEMA.is_valid(whole)
    assert is_geojson(whole) == expected


def test_the_kinds_that_are_valid() -> None:
    line = [[0, 0], [1, 1.5]]
    ring = [*line, [2, 0], [0, 0]]
    coordinates: dict[str, Any] = {
        "Point": [0, 1],
        "MultiPoint": line,
        "LineString": line,
        "MultiLineString": [line],
        "Polygon": [ring],
        "MultiPolygon": [[ring]],
    }
    geometries: list[Any] = [{"type": k, "coordinates": c} for k, c in coordinates.items()]
    feature = {"type": "Feature", "geometry": geometries[0], "properties": None}
    values = [
        *geometries,
        {"type": "GeometryCollection", "geometries": geometries},
        feature,
        feature | {"geometry": None},
        {"type": "FeatureCollection", "features": [feature]},
        feature | {"crs": {"type": "name", "properties": {"name": "urn:x"}}},
        feature | {"crs": {"type": "link", "properties": {"href": "urn:x", "type": "proj4"}}},
        feature | {"bbox": [1, 2.5]},
    ]
    for value in values:
        assert is_geojson(value)
        assert SCHEMA.is_valid(value)
