"""What WZDx 4.2 requires of a work zone feed, transcribed from the specification's own tables.

Source: U.S. DOT, Work Zone Data Exchange 4.2, ``spec-content/objects`` (WorkZoneFeed, FeedInfo,
RoadEventFeature, RoadEventCoreDetails, RelatedRoadEvent, WorkZoneRoadEvent, Lane) and its
enumerated types; CC0.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

DIRECTIONS = {"northbound", "eastbound", "southbound", "westbound", "undefined", "unknown",
              "inner-loop", "outer-loop"}  # fmt: skip
IMPACTS = {"all-lanes-closed", "some-lanes-closed", "all-lanes-open", "alternating-one-way",
           "some-lanes-closed-merge-left", "some-lanes-closed-merge-right",
           "all-lanes-open-shift-left", "all-lanes-open-shift-right", "some-lanes-closed-split",
           "flagging", "temporary-traffic-signal", "unknown"}  # fmt: skip
METHODS = {"channel-device-method", "sign-method", "junction-method", "other", "unknown"}
LANES = {"open", "closed", "shift-left", "shift-right", "merge-left", "merge-right",
         "alternating-flow"}  # fmt: skip
WORKS = {"maintenance", "minor-road-defect-repair", "roadside-work", "overhead-work",
         "below-road-work", "barrier-work", "surface-work", "painting", "roadway-relocation",
         "roadway-creation"}  # fmt: skip

RELATED = {"first-in-sequence", "next-in-sequence", "first-occurrence", "next-occurrence",
           "related-work-zone", "related-detour", "planned-moving-operation",
           "active-moving-operation"}  # fmt: skip


def problems_of_feed(feed: dict[str, Any]) -> list[str]:
    """Return what a feed lacks or has wrong; nothing for a feed that keeps the standard."""
    return list(_feed(feed))


def _missing(where: str, given: dict[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        if name not in given:
            yield f"{where} lacks {name}"


def _moment(where: str, text: str) -> Iterator[str]:
    if not text.endswith("Z") or datetime.fromisoformat(text).tzinfo is None:
        yield f"{where} is no moment in UTC: {text}"


def _feed(feed: dict[str, Any]) -> Iterator[str]:
    info = feed.get("feed_info", {})
    if feed.get("type") != "FeatureCollection":
        yield "type is not FeatureCollection"
    yield from _missing("feed_info", info, "publisher", "version", "update_date", "data_sources")
    yield from _moment("feed_info.update_date", info["update_date"])
    if info["version"] != "4.2":
        yield f"version is {info['version']}"
    sources = set()
    for source in info["data_sources"]:
        yield from _missing("data_sources", source, "data_source_id", "organization_name")
        sources.add(source["data_source_id"])
    numbers = [each["id"] for each in feed["features"]]
    if len(set(numbers)) != len(numbers):
        yield "an id is there twice"
    for feature in feed["features"]:
        yield from _event(feature, sources)
        yield from _related(feature, set(numbers))


def _related(feature: dict[str, Any], numbers: set[str]) -> Iterator[str]:
    for each in feature["properties"]["core_details"].get("related_road_events", []):
        yield from _missing("related_road_events", each, "type", "id")
        if each["type"] not in RELATED:
            yield f"{feature['id']}: {each['type']} relates no road events"
        if each["id"] not in numbers - {feature["id"]}:
            yield f"{feature['id']}: {each['id']} is no other event of the feed"


def _event(feature: dict[str, Any], sources: set[str]) -> Iterator[str]:
    yield from _missing("feature", feature, "id", "type", "properties", "geometry")
    said, where = feature["properties"], feature["id"]
    core = said["core_details"]
    yield from _missing(where, core, "event_type", "data_source_id", "direction", "road_names")
    yield from _missing(where, said, "start_date", "end_date", "vehicle_impact", "location_method",
                        "is_start_date_verified", "is_end_date_verified",
                        "is_start_position_verified", "is_end_position_verified")  # fmt: skip
    yield from _moment(f"{where} start_date", said["start_date"])
    yield from _moment(f"{where} end_date", said["end_date"])
    checks = {
        "event_type": core["event_type"] == "work-zone",
        "data_source_id": core["data_source_id"] in sources,
        "direction": core["direction"] in DIRECTIONS,
        "road_names": bool(core["road_names"]) and all(core["road_names"]),
        "order of dates": said["start_date"] < said["end_date"],
        "vehicle_impact": said["vehicle_impact"] in IMPACTS,
        "location_method": said["location_method"] in METHODS,
        "types_of_work": {each["type_name"] for each in said.get("types_of_work", [])} <= WORKS,
        "lanes": [each["order"] for each in said.get("lanes", [])]
        == list(range(1, len(said.get("lanes", [])) + 1)),
        "status of lanes": {each["status"] for each in said.get("lanes", [])} <= LANES,
        "geometry": feature["geometry"]["type"] in ("LineString", "MultiPoint"),
        "points": len(feature["geometry"]["coordinates"]) >= 2,
    }
    for name, is_kept in checks.items():
        if not is_kept:
            yield f"{where}: {name} is wrong"
