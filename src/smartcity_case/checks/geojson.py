"""GeoJSON, judged as frictionless' schema of it does, but in one pass over the points.

The schema tries every kind of geometry on every cell and makes an error of each
point that does not fit: a tenth of a millisecond a point if the cell is good,
one if it is bad. A cell names its kind, so one look at each point is enough.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from frictionless import Field


def geojson_field() -> type[Field]:
    """Frictionless' field of GeoJSON, which judges by `is_geojson`."""
    from frictionless.fields import GeojsonField

    class FastGeojsonField(GeojsonField):
        @classmethod
        def metadata_select_class(cls, type: str | None) -> type[Field]:  # noqa: A002
            return cls

        def create_value_reader(self) -> Callable[[Any], Any]:
            return _read

    return FastGeojsonField


def _read(cell: Any) -> dict[str, Any] | None:
    if isinstance(cell, str):
        try:
            cell = json.loads(cell)
        except (ValueError, RecursionError):
            return None
    return cell if is_geojson(cell) else None


def is_geojson(value: Any) -> bool:
    """Whether a value of JSON is a geometry, feature or collection of them.

    >>> is_geojson({"type": "Point", "coordinates": [6.76, 51.43]})
    True
    >>> is_geojson({"type": "Point", "coordinates": [6.76]})
    False
    """
    if not isinstance(value, dict):
        return False
    if "crs" in value and not _is_crs(value["crs"]):
        return False
    if "bbox" in value and not _each(_is_number, value["bbox"]):
        return False
    kind = value.get("type")
    if kind == "GeometryCollection":
        return "geometries" in value and _each(_is_geometry, value["geometries"])
    if kind == "Feature":
        return _is_feature(value)
    if kind == "FeatureCollection":
        return "features" in value and _each(_is_feature, value["features"])
    return _is_geometry(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _each(holds: Callable[[Any], bool], values: Any, least: int = 0) -> bool:
    """Whether something is a list of so many values, of each of which something holds."""
    return isinstance(values, list) and len(values) >= least and all(map(holds, values))


def _is_position(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))


def _is_line(value: Any) -> bool:
    return _each(_is_position, value, 2)


def _is_polygon(value: Any) -> bool:
    return _each(lambda ring: _each(_is_position, ring, 4), value)


_GEOMETRIES: dict[str, Callable[[Any], bool]] = {
    "Point": _is_position,
    "MultiPoint": lambda value: _each(_is_position, value),
    "LineString": _is_line,
    "MultiLineString": lambda value: _each(_is_line, value),
    "Polygon": _is_polygon,
    "MultiPolygon": lambda value: _each(_is_polygon, value),
}


def _is_geometry(value: Any) -> bool:
    if not isinstance(value, dict) or "coordinates" not in value:
        return False
    kind = value.get("type")
    fits = _GEOMETRIES.get(kind) if isinstance(kind, str) else None
    return fits is not None and fits(value["coordinates"])


def _is_feature(value: Any) -> bool:
    if not isinstance(value, dict):
        return True  # the schema asks of objects only; frictionless accepts it
    if not {"geometry", "properties"} <= value.keys() or value.get("type", "Feature") != "Feature":
        return False
    geometry, properties = value["geometry"], value["properties"]
    return (geometry is None or _is_geometry(geometry)) and (
        properties is None or isinstance(properties, dict)
    )


def _is_crs(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"type", "properties"}:
        return False
    properties = value["properties"]
    if not isinstance(properties, dict):
        return False
    if value["type"] == "name":
        return set(properties) == {"name"} and isinstance(properties["name"], str)
    if value["type"] != "link" or not isinstance(properties.get("href"), str):
        return False
    return isinstance(properties.get("type", ""), str)
