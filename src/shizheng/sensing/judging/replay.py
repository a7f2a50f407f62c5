"""A recorded night played again (重播): what was measured, and what the rules would have said."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from shapely import from_wkb, simplify
from shapely.geometry import mapping

from shizheng.core.locations.outlines import areas_on
from shizheng.core.models import Area
from shizheng.sensing.alerting.selectors import (
    SECOND_US,
    body_of,
    places_of,
    readings_usable,
    rule_of,
    rules_kept,
    streams_watched,
)
from shizheng.sensing.domain.warnings import Machine
from shizheng.sensing.models import Incident, WarningRule

LONGEST = timedelta(days=3)
MOST_POSTS = 120
WIDTH, HEIGHT = 640, 520


def rules_played(viewer_rules: list[WarningRule] | None = None) -> list[WarningRule]:
    """Return the rules of water for single posts, which can be played."""
    rows = viewer_rules if viewer_rules is not None else rules_kept()
    return [
        row for row in rows
        if body_of(row).subject == "stream" and "Met" in {c.value for c in body_of(row).category}
    ]  # fmt: skip


def night_suggested(rule: WarningRule) -> tuple[datetime, datetime] | None:
    """Return the day with the most readings of a rule, as the night to play; None without any."""
    pks = list(streams_watched([body_of(rule).observed_property]).values_list("pk", flat=True))
    if not pks:
        return None
    marks = ", ".join(["%s"] * len(pks))
    day = 86_400 * SECOND_US
    with connection.cursor() as cursor:
        counts: dict[int, int] = {}
        for statement in (
            f"SELECT time_us / {day}, COUNT(*) FROM sensing_hot "  # noqa: S608
            f"WHERE stream IN ({marks}) GROUP BY 1",
            f"SELECT first_us / {day}, SUM(count) FROM sensing_segment "  # noqa: S608
            f"WHERE stream IN ({marks}) GROUP BY 1",
        ):
            cursor.execute(statement, pks)
            for where, count in cursor.fetchall():
                counts[int(where)] = counts.get(int(where), 0) + int(count)
    if not counts:
        return None
    best = max(counts, key=lambda where: (counts[where], where))
    start = datetime.fromtimestamp(best * 86_400, tz=datetime.now().astimezone().tzinfo)
    return start - timedelta(hours=6), start + timedelta(hours=30)


def recorded(rule: WarningRule, start: datetime, end: datetime) -> dict[str, Any]:
    """Return what was recorded in a span, with the level of the rule after each reading.

    Posts that said nothing are counted, not listed: silence is not shown as calm.
    """
    domain, body = rule_of(rule), body_of(rule)
    places = places_of(list(streams_watched([body.observed_property])))
    readings = readings_usable(
        places, start - timedelta(seconds=domain.reach), end, domain.unusable
    )
    posts: list[dict[str, Any]] = []
    changes: list[list[Any]] = []
    for stream, place in places.items():
        them = [each for each in readings[stream] if each.at >= start.timestamp()]
        if not them or place.longitude is None or place.latitude is None:
            continue
        machine, points, known = Machine(domain, ["0"]), [], 0
        for each in readings[stream]:
            change = machine.take("0", each.at, each.value)
            if each.at >= start.timestamp():
                points.append([round(each.at), each.value, int(machine.state.level(domain))])
                if change is not None:
                    changes.append([round(each.at), place.name, int(change.now), each.value])
                known = max(known, int(machine.state.level(domain)))
        posts.append(
            {"name": place.name, "x": place.longitude, "y": place.latitude, "points": points,
             "highest": known}
        )  # fmt: skip
    posts.sort(key=lambda each: (-each["highest"], -len(each["points"]), each["name"]))
    heard = len(posts)
    posts = posts[:MOST_POSTS]
    events = Incident.objects.filter(began_at__gte=start, began_at__lt=end).order_by("began_at")
    return {
        "start": round(start.timestamp()), "end": round(end.timestamp()), "posts": posts,
        "silent": len(places) - heard, "unit": _unit(body.observed_property),
        "stale": domain.missing_after, "changes": sorted(changes),
        "incidents": [
            [round(each.began_at.timestamp()), each.place, each.longitude, each.latitude]
            for each in events[:500]
        ],
    }  # fmt: skip


def _unit(code: str) -> str:
    stream = streams_watched([code]).first()
    return str((stream.unit or {}).get("symbol") or "") if stream else ""


def drawn_on(posts: list[dict[str, Any]], day: datetime) -> dict[str, Any]:
    """Return the outlines of the districts and the posts as a drawing, north up.

    Drawn around the posts, with a margin; a degree of longitude is shorter than one of latitude.
    """
    xs, ys = [each["x"] for each in posts], [each["y"] for each in posts]
    west, east, south, north = min(xs), max(xs), min(ys), max(ys)
    pad = max(east - west, north - south, 0.02) * 0.08
    west, east, south, north = west - pad, east + pad, south - pad, north + pad
    scale = min(WIDTH / ((east - west) * 0.92), HEIGHT / (north - south))

    def at(x: float, y: float) -> tuple[float, float]:
        return round((x - west) * 0.92 * scale, 1), round((north - y) * scale, 1)

    lines = []
    rows = areas_on(day.date(), Area.Kind.DISTRICT).exclude(shape=None)
    for row in rows:
        shape = simplify(from_wkb(bytes(row.shape or b"")), 0.002)
        minx, miny, maxx, maxy = shape.bounds
        if maxx < west or minx > east or maxy < south or miny > north:
            continue
        outline = mapping(shape)
        parts = [outline["coordinates"]] if outline["type"] == "Polygon" else outline["coordinates"]
        for rings in parts:
            points = " ".join(f"{a:g} {b:g}" for a, b in (at(x, y) for x, y, *_z in rings[0]))
            lines.append(f"M{points}Z")
    for each in posts:
        each["cx"], each["cy"] = at(each["x"], each["y"])
    return {
        "outline": " ".join(lines), "width": round((east - west) * 0.92 * scale),
        "height": round((north - south) * scale),
    }  # fmt: skip


__all__ = ["drawn_on", "night_suggested", "recorded", "rules_played"]
