"""Lines and polygons as people give them: GeoJSON, or a longitude and a latitude a line."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import shapely

from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.geodesy import Position, area_m2, length_m

VERTEX_LIMIT = 500
TEXT_LIMIT = 50_000
SEPARATOR = re.compile(r"[;\n]+")
NUMBERS = re.compile(
    r"\s*\(?\s*([+-]?\d{1,9}(?:\.\d{1,15})?)\s*[,\s]\s*([+-]?\d{1,9}(?:\.\d{1,15})?)\s*\)?\s*,?\s*"
)


class Kind(StrEnum):
    """What is asked for on a map (點、線、面)."""

    POINT = "point"
    LINE = "line"
    POLYGON = "polygon"


FEWEST = {Kind.POINT: 1, Kind.LINE: 2, Kind.POLYGON: 3}
TYPES = {Kind.POINT: "Point", Kind.LINE: "LineString", Kind.POLYGON: "Polygon"}


class ShapeUnreadable(DomainError):
    """The text is no list of points and no GeoJSON of the kind asked for (圖形無法讀取)."""

    code = "core.shape_unreadable"
    message = N_("This is no list of points: {text}.")
    hint = N_("Write one point a line, longitude and latitude, such as 120.5, 22.5.")


class ShapeTooShort(DomainError):
    """Too few different points (點數不足)."""

    code = "core.shape_too_short"
    message = N_("There are {count} different points; {fewest} or more are needed.")
    hint = N_("Add the missing points.")


class ShapeTooLong(DomainError):
    """Too many points (點數過多)."""

    code = "core.shape_too_long"
    message = N_("There are more than {most} points.")
    hint = N_("Leave out points that hardly change the shape, or send a file.")


class ShapeCrossesItself(DomainError):
    """The line or the border crosses itself (圖形自相交)."""

    code = "core.shape_crosses_itself"
    message = N_("The shape crosses or touches itself near {x}, {y}.")
    hint = N_("Put the points in the order in which one walks along them.")


def read_shape(text: str, kind: Kind) -> tuple[Position, ...]:
    """Return the points of a line, or of a polygon's border without its first point again.

    Raises:
        ShapeUnreadable: neither GeoJSON of this kind nor a list of points.
        ShapeTooShort: fewer than two or three different points.
        ShapeTooLong: more than ``VERTEX_LIMIT``.
        ShapeCrossesItself: it crosses or touches itself.
    """
    if len(text) > TEXT_LIMIT:
        raise ShapeTooLong(most=VERTEX_LIMIT)
    plain = unicodedata.normalize("NFKC", text).replace("、", ",").strip()
    points = _from_geojson(plain, kind) if plain.startswith("{") else _from_list(plain)
    points = [
        point for place, point in enumerate(points) if not place or point != points[place - 1]
    ]
    if kind is Kind.POLYGON and len(points) > 1 and points[0] == points[-1]:
        points.pop()
    if len(points) > VERTEX_LIMIT:
        raise ShapeTooLong(most=VERTEX_LIMIT)
    if len(set(points)) < FEWEST[kind]:
        raise ShapeTooShort(count=len(set(points)), fewest=FEWEST[kind])
    _refuse_crossing(points, kind)
    return tuple(points)


def _from_list(text: str) -> list[Position]:
    points = []
    for line in filter(str.strip, SEPARATOR.split(text)):
        numbers = NUMBERS.fullmatch(line)
        if numbers is None:
            raise ShapeUnreadable(text=line.strip()[:40])
        points.append((float(numbers[1]), float(numbers[2])))
    return points


def _from_geojson(text: str, kind: Kind) -> list[Position]:
    try:
        found = json.loads(text)
        if found.get("type") == "Feature":
            found = found["geometry"]
        rings = found["coordinates"] if kind is Kind.POLYGON else [found["coordinates"]]
        if found["type"] != TYPES[kind] or len(rings) != 1:
            raise ShapeUnreadable(text=str(found["type"])[:40])
        return [_position(pair) for pair in rings[0]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise ShapeUnreadable(text=text[:40]) from problem


def _position(pair: Sequence[float]) -> Position:
    x, y, *_height = pair
    if isinstance(x, bool | str) or isinstance(y, bool | str):
        raise TypeError
    return float(x), float(y)


def _refuse_crossing(points: Sequence[Position], kind: Kind) -> None:
    if kind is Kind.POINT or not all(abs(x) <= 180 and abs(y) <= 180 for x, y in points):
        return  # whoever looks the points up on the earth refuses them by their number
    line = shapely.LineString([*points, points[0]] if kind is Kind.POLYGON else points)
    if line.is_simple:
        return
    x, y = _crossing(line)
    raise ShapeCrossesItself(x=f"{x:.5f}", y=f"{y:.5f}")


def _crossing(line: shapely.LineString) -> Position:
    """Return where a line meets itself: a node that is no corner, or a corner met twice."""
    given = set(line.coords)
    noded = shapely.get_coordinates(shapely.node(line))
    fresh = [(float(x), float(y)) for x, y in noded if (x, y) not in given]
    if fresh:
        return fresh[0]
    met = [(float(x), float(y)) for x, y in list(line.coords)[1:]]
    return max(met, key=met.count)


def as_geojson(points: Sequence[Position], kind: Kind) -> dict[str, Any]:
    """Return a GeoJSON geometry; a polygon's border turns left as RFC 7946 wants it."""
    corners = [[x, y] for x, y in points]
    if kind is Kind.POINT:
        return {"type": TYPES[kind], "coordinates": corners[0]}
    if kind is Kind.LINE:
        return {"type": TYPES[kind], "coordinates": corners}
    is_left = shapely.LinearRing(points).is_ccw
    ring = corners if is_left else corners[::-1]
    return {"type": TYPES[kind], "coordinates": [[*ring, ring[0]]]}


def positions_of(geometry: Mapping[str, Any]) -> list[Position]:
    """Return the points of a geometry made by ``as_geojson``; a polygon's without the repeat."""
    if geometry["type"] == TYPES[Kind.POINT]:
        return [_position(geometry["coordinates"])]
    if geometry["type"] == TYPES[Kind.LINE]:
        return [_position(pair) for pair in geometry["coordinates"]]
    return [_position(pair) for pair in geometry["coordinates"][0][:-1]]


def as_text(geometry: Mapping[str, Any]) -> str:
    """Return a geometry as the list of points that ``read_shape`` reads."""
    return "\n".join(f"{x}, {y}" for x, y in positions_of(geometry))


def measured_length_m(geometry: Mapping[str, Any]) -> float | None:
    """Return the length of a line or border in metres (TWD97); None for a point."""
    points = positions_of(geometry)
    if geometry["type"] == TYPES[Kind.POINT]:
        return None
    return length_m([*points, points[0]] if geometry["type"] == TYPES[Kind.POLYGON] else points)


def measured_area_m2(geometry: Mapping[str, Any]) -> float | None:
    """Return the area of a polygon in square metres (TWD97); None for a point or a line."""
    return area_m2(positions_of(geometry)) if geometry["type"] == TYPES[Kind.POLYGON] else None
