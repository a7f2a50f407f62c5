"""A recorded night played again (重播): what was measured, and what the rules would have said."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
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
from shizheng.sensing.store.reading import summed

LONGEST = timedelta(days=3)
MOST_POSTS = 120
WIDTH, HEIGHT = 640, 520
DAY_US = 86_400 * SECOND_US
LOOKED_AT = 4


def rules_played(viewer_rules: list[WarningRule] | None = None) -> list[WarningRule]:
    """Return the rules of water for single posts, which can be played."""
    rows = viewer_rules if viewer_rules is not None else rules_kept()
    return [
        row for row in rows
        if body_of(row).subject == "stream" and "Met" in {c.value for c in body_of(row).category}
    ]  # fmt: skip


def rule_suggested(rules: list[WarningRule]) -> WarningRule | None:
    """Return the rule that has the most posts, as the one to play; None without rules."""
    counts = {
        row.pk: streams_watched([body_of(row).observed_property]).count() for row in rules
    }  # fmt: skip
    return max(rules, key=lambda row: counts[row.pk], default=None)


def night_suggested(rule: WarningRule) -> tuple[datetime, datetime] | None:
    """Return the day on which its posts measured most, as the night to play; None without any.

    Many posts count more than one that stands out: it may be stuck.
    """
    pks = list(streams_watched([body_of(rule).observed_property]).values_list("pk", flat=True))
    days = {start: summed(pks, start, end, DAY_US) for start, end in _heaviest(pks)}
    if not days:
        return None
    sums = {
        start + place * DAY_US: float(total)
        for start, found in days.items()
        for place, total in enumerate(_weight(found.total).tolist())
    }
    best = max(sums, key=lambda at: (sums[at], at))
    start = datetime.fromtimestamp(best / SECOND_US, tz=datetime.now().astimezone().tzinfo)
    return start - timedelta(hours=6), start + timedelta(hours=30)


def _weight(total: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    weight: npt.NDArray[np.float64] = np.log1p(np.maximum(np.nan_to_num(total), 0.0)).sum(axis=0)
    return weight


def _heaviest(pks: list[int]) -> Iterator[tuple[int, int]]:
    """Yield from when to when the most was measured: blocks of what is sealed, days of the rest."""
    if not pks:
        return
    marks = ", ".join(["%s"] * len(pks))
    with connection.cursor() as cursor:
        for statement in (
            f"SELECT MIN(first_us), MAX(last_us) FROM sensing_segment "  # noqa: S608
            f"WHERE stream IN ({marks}) GROUP BY window_us "
            f"ORDER BY SUM(total) DESC, 1 DESC LIMIT {LOOKED_AT}",
            f"SELECT MIN(time_us), MAX(time_us) FROM sensing_hot "  # noqa: S608
            f"WHERE stream IN ({marks}) GROUP BY time_us / {DAY_US} "
            f"ORDER BY SUM(value) DESC, 1 DESC LIMIT {LOOKED_AT}",
        ):
            cursor.execute(statement, pks)
            for first, last in cursor.fetchall():
                yield first // DAY_US * DAY_US, last + 1


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


__all__ = ["drawn_on", "night_suggested", "recorded", "rule_suggested", "rules_played"]
