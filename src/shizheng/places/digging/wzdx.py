"""Works in the road as a WZDx 4.2 feed, for maps and navigation of others.

Source: U.S. DOT, Work Zone Data Exchange Specification 4.2 (``WorkZoneFeed``,
``WorkZoneRoadEvent``), CC0; the property tables of its objects say what is required.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

import shapely

VERSION = "4.2"
UPDATE_S = 300


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who gives out the feed: id and name of the city's road agency, and its licence if open."""

    source: str
    name: str


@dataclass(frozen=True, slots=True)
class WorkZone:
    """One work in the road.

    Args:
        line: longitude and latitude; a road without a one-way direction has ``unknown``.
        first, last: aware moments of begin and end.
        lanes: lanes of the road in all, None if not known; ``lanes_closed`` of them are closed.
        impact: WZDx's vehicle impact.
        is_begun: whether the begin is a fact rather than a plan.
        related: ids of other works of the feed with which it leaves too little to traffic. The
            standard has no field for what a road can still carry: ``description`` says it.
    """

    id: str
    roads: tuple[str, ...]
    line: shapely.Geometry
    first: datetime
    last: datetime
    impact: str
    description: str
    updated_at: datetime
    created_at: datetime
    is_begun: bool
    lanes: int | None = None
    lanes_closed: int = 0
    related: tuple[str, ...] = ()


def day_bounds(first: Any, last: Any, tz: tzinfo) -> tuple[datetime, datetime]:
    """Return begin and end of a span of days, both days included."""
    begin = datetime.combine(first, time(), tz)
    return begin, datetime.combine(last, time(), tz) + timedelta(days=1)


def feed(zones: Iterable[WorkZone], publisher: Publisher, *, at: datetime) -> dict[str, Any]:
    """Return the feed of some works as of a moment."""
    return {
        "feed_info": {
            "publisher": publisher.name,
            "version": VERSION,
            "update_date": _moment(at),
            "update_frequency": UPDATE_S,
            "data_sources": [
                {
                    "data_source_id": publisher.source,
                    "organization_name": publisher.name,
                    "update_date": _moment(at),
                }
            ],
        },
        "type": "FeatureCollection",
        "features": [_feature(zone, publisher) for zone in zones],
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _feature(zone: WorkZone, publisher: Publisher) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "core_details": {
            "event_type": "work-zone",
            "data_source_id": publisher.source,
            "road_names": list(zone.roads),
            "direction": "unknown",
            "name": zone.id,
            "description": zone.description,
            "creation_date": _moment(zone.created_at),
            "update_date": _moment(zone.updated_at),
        },
        "start_date": _moment(zone.first),
        "end_date": _moment(zone.last),
        "is_start_date_verified": zone.is_begun,
        "is_end_date_verified": False,
        "is_start_position_verified": True,
        "is_end_position_verified": True,
        "location_method": "junction-method",
        "work_zone_type": "static",
        "vehicle_impact": zone.impact,
        "types_of_work": [
            {"type_name": "below-road-work", "is_architectural_change": False},
        ],
    }
    if zone.related:
        properties["core_details"]["related_road_events"] = [
            {"type": "related-work-zone", "id": each} for each in zone.related
        ]
    lanes = _lanes(zone)
    if lanes:
        properties["lanes"] = lanes
    return {
        "id": zone.id,
        "type": "Feature",
        "properties": properties,
        "geometry": _geometry(zone.line),
    }


def _lanes(zone: WorkZone) -> list[dict[str, Any]]:
    """Return the lanes of a road, those by the kerb closed first; none where not known."""
    if not zone.lanes:
        return []
    closed = zone.lanes if zone.impact == "all-lanes-closed" else zone.lanes_closed
    closed = 0 if zone.impact == "all-lanes-open" else min(closed, zone.lanes)
    still = "alternating-flow" if zone.impact == "alternating-one-way" else "open"
    return [
        {
            "order": order,
            "type": "general",
            "status": "closed" if order > zone.lanes - closed else still,
        }
        for order in range(1, zone.lanes + 1)
    ]


def _geometry(line: shapely.Geometry) -> Mapping[str, Any]:
    """Return a line; parts that do not join are the points of the way, as the standard has it."""
    joined = shapely.line_merge(shapely.force_2d(line))
    if joined.geom_type == "LineString":
        return {"type": "LineString", "coordinates": _points(joined)}
    return {"type": "MultiPoint", "coordinates": _points(joined)}


def _points(line: shapely.Geometry) -> list[list[float]]:
    return [[round(x, 7), round(y, 7)] for x, y in shapely.get_coordinates(line).tolist()]
