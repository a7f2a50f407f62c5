"""Reckoned floods and outlooks as pages read them: at a point, by village, by district."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import shapely
from django.db.models import QuerySet
from shapely import Point, from_wkb

from shizheng.core.access import Person
from shizheng.core.declared import body_of, newest_key
from shizheng.core.models import Area
from shizheng.sensing.models import FloodExtent, FloodOutlook, FloodScenario, FloodVillage
from shizheng.sensing.outlooks.definitions import FloodPotential

MAP_BYTES = 60_000
COLOURS = ("#9cc9ee", "#5aa0d8", "#2474b5", "#0f4f8a", "#0a3560")


def potential_in_force() -> FloodPotential | None:
    """Return the newest declaration of flood scenarios; None where the pack has none."""
    key = newest_key("flood_potential")
    return body_of(FloodPotential, key) if key else None


def scenarios_kept(code: str | None = None) -> list[FloodScenario]:
    """Return the scenarios that were taken in, by their rain."""
    rows = FloodScenario.objects.select_related("owner").order_by("code", "rain_mm")
    return list(rows.filter(code=code) if code else rows)


def districts_of(scenario: FloodScenario) -> dict[Area, int]:
    """Return the districts in which something would be under water, with the deepest class."""
    found: dict[Area, int] = {}
    rows = scenario.villages.select_related("village__parent").order_by("village__code")
    for row in rows:
        if row.village.parent is not None:
            found[row.village.parent] = max(found.get(row.village.parent, 0), row.deepest)
    return dict(sorted(found.items(), key=lambda pair: pair[0].code))


@dataclass(frozen=True, slots=True)
class AtPoint:
    """How deep water would stand at a point in a scenario; ``depth`` empty: it would not."""

    scenario: FloodScenario
    depth: str


def depths_at(point: tuple[float, float]) -> list[AtPoint]:
    """Return how deep water would stand at a point, by scenario."""
    spot = Point(*point)
    found: dict[Any, str] = {}
    for row in FloodExtent.objects.order_by("scenario", "depth_class"):
        if _area(row.pk, row.scenario.taken_at.isoformat()).covers(spot):
            found[row.scenario_id] = row.depth
    return [AtPoint(each, found.get(each.pk, "")) for each in scenarios_kept()]


@lru_cache(maxsize=64)
def _area(extent: int, taken: str) -> Any:
    area = from_wkb(bytes(FloodExtent.objects.get(pk=extent).shape))
    shapely.prepare(area)
    return area


def outlooks_standing(viewer: Person, at: datetime) -> QuerySet[FloodOutlook]:
    """Return the outlooks that are in force or to come, the newest first."""
    rows = FloodOutlook.objects.visible_to(viewer).filter(valid_to__gt=at, withdrawn_at=None)
    return rows.select_related("scenario", "rule__owner").order_by("is_drill", "-issued_at", "-pk")


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A district in a scenario: its villages with what would stand there."""

    name: dict[str, str]
    code: str
    deepest: str
    villages: tuple[FloodVillage, ...]


def by_district(scenario: FloodScenario) -> list[DistrictRow]:
    """Return the villages of a scenario by district, the deepest first within each."""
    groups: dict[Any, list[FloodVillage]] = {}
    rows = scenario.villages.select_related("village__parent").order_by(
        "village__parent__code", "-deepest", "-share", "village__code"
    )
    for row in rows:
        groups.setdefault(row.village.parent, []).append(row)
    return [
        DistrictRow(area.name, area.code, them[0].depth, tuple(them))
        for area, them in groups.items() if area is not None
    ]  # fmt: skip


def features_of(scenario: FloodScenario) -> dict[str, Any]:
    """Return the areas of a scenario for a map, simplified until they are small enough to send."""
    shapes = [(row, from_wkb(bytes(row.shape))) for row in scenario.extents.all()]
    tolerance = 0.0002
    while True:
        features = [_feature(row, area, tolerance) for row, area in shapes]
        if sum(len(str(each)) for each in features) <= MAP_BYTES or tolerance > 0.02:
            return {"type": "FeatureCollection", "features": features}
        tolerance *= 1.6


def _feature(row: FloodExtent, area: Any, tolerance: float) -> dict[str, Any]:
    kept = [
        part for part in getattr(area, "geoms", [area])
        if part.geom_type == "Polygon" and part.area > tolerance * tolerance * 4
    ]  # fmt: skip
    thin = shapely.simplify(shapely.MultiPolygon(kept), tolerance)
    geometry = shapely.geometry.mapping(shapely.set_precision(thin, 0.0001))
    return {
        "type": "Feature", "geometry": geometry,
        "properties": {
            "id": f"class-{row.depth_class}", "title": f"{row.depth} m",
            "note": f"{row.area_km2:.1f} km²", "href": "", "width": 1,
            "colour": COLOURS[min(row.depth_class, len(COLOURS)) - 1],
        },
    }  # fmt: skip
