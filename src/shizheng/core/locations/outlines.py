"""Outlines of districts and villages for maps: small enough for a phone, in one language."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import shapely
from django.db.models import Q, QuerySet
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from shizheng.core import areas
from shizheng.core.models import Area
from shizheng.core.words import in_language

TOLERANCES = {Area.Kind.DISTRICT: 0.0003, Area.Kind.VILLAGE: 0.0001}
"""Degrees by which a line may move: about 30 m and 10 m."""
DECIMALS = 5
_KEPT = 128


@dataclass(frozen=True, slots=True)
class Outlines:
    """A GeoJSON feature collection as it is sent, and what changes when it does."""

    content: bytes
    version: str


def areas_on(day: date, kind: Area.Kind) -> QuerySet[Area]:
    """Areas (行政區) of a kind that exist on a day, by code; boundaries are public."""
    return Area.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=day), kind=kind, valid_from__lte=day
    ).order_by("code")


def outlines(*, kind: Area.Kind, parent: str, on: date, language: str) -> Outlines:
    """Return the outlines of all districts, or of the villages of the district ``parent``.

    Each feature has ``code``, ``name`` and ``at``, a point inside it for its label. ``view`` is
    the rectangle in which all labels and the largest part of each area lie.
    """
    return _outlines(kind, parent, on, language, areas.version())


@lru_cache(maxsize=_KEPT)
def _outlines(
    kind: Area.Kind, parent: str, on: date, language: str, version: areas.Version
) -> Outlines:
    found = areas_on(on, kind).exclude(shape=None)
    if parent:
        found = found.filter(parent__code=parent)
    rows = list(found.only("code", "name", "shape", "source", "source_words"))
    shapes = [shapely.from_wkb(bytes(row.shape)) for row in rows if row.shape is not None]
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "source": rows[0].source_in(language) if rows else "",
        "view": view_of(shapes),
        "features": [
            _feature(row, shape, language)
            for row, shape in zip(rows, _simplified(shapes, TOLERANCES[kind]), strict=True)
        ],
    }
    content = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
    return Outlines(content, hashlib.sha256(content).hexdigest()[:16])


def _simplified(shapes: list[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    """Simplify neighbours together, so that they keep one border between them."""
    return list(shapely.coverage_simplify(shapes, tolerance)) if shapes else []


def _feature(row: Area, shape: BaseGeometry, language: str) -> dict[str, Any]:
    name, inside = in_language(row.name, language), largest(shape).representative_point()
    return {
        "type": "Feature",
        "properties": {"code": row.code, "name": name, "at": _rounded((inside.x, inside.y))},
        "geometry": {
            "type": shape.geom_type,
            "coordinates": _rounded(mapping(shape)["coordinates"]),
        },
    }


def largest(shape: BaseGeometry) -> BaseGeometry:
    """Return the largest part of an area."""
    return max(shapely.get_parts(shape), key=shapely.area)  # type: ignore[no-any-return]


def view_of(shapes: Sequence[BaseGeometry]) -> list[float] | None:
    """Return west, south, east, north of the largest parts: an island far off does not count."""
    if not shapes:
        return None
    return [round(float(edge), DECIMALS) for edge in shapely.total_bounds([*map(largest, shapes)])]


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float):
        return round(coordinates, DECIMALS)
    return [_rounded(part) for part in coordinates]


def middle_of_city(on: date) -> tuple[float, float]:
    """Return a longitude and latitude inside the first district; (0, 0) where none is known."""
    shape = areas_on(on, Area.Kind.DISTRICT).exclude(shape=None).values_list("shape", flat=True)
    first = shape.first()
    if first is None:
        return 0.0, 0.0
    inside = largest(shapely.from_wkb(bytes(first))).representative_point()
    return inside.x, inside.y
