"""Water and air near a point (附近水情與空氣): the nearest posts, what they say, what to do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import cos, radians
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from shizheng.core.areas import areas_of
from shizheng.core.models import Area
from shizheng.kernel.geodesy import distance_m
from shizheng.sensing.air.city import is_mobile, pollutants
from shizheng.sensing.alerting.definitions import ListOf
from shizheng.sensing.alerting.selectors import (
    SECOND_US,
    Place,
    body_of,
    places_of,
    rules_kept,
    us,
)
from shizheng.sensing.domain import aqi
from shizheng.sensing.domain.aqi import GoodDays, Index
from shizheng.sensing.domain.quality import DOUBTFUL
from shizheng.sensing.models import Alert, Datastream, Latest, Location
from shizheng.sensing.store.reading import readings_between

NEAREST = 5
FARTHEST_M = 5_000
DEGREE_M = 110_000
"""Metres in a degree of latitude, rather too few than too many."""
HOUR_US = 3_600 * SECOND_US
Hours = dict[str, list[float | None]]


@dataclass(frozen=True, slots=True)
class Post:
    """A post near a point: its newest reading, how old it is, and the warning that stands."""

    stream: Datastream
    place: Place
    distance_m: float
    value: float | None
    at: datetime | None
    is_silent: bool
    is_doubtful: bool
    alert: Alert | None


def posts_near(point: tuple[float, float], now: datetime) -> list[Post]:
    """Return the nearest posts that warn of single places, the nearest first."""
    rules = [row for row in rules_kept() if row.is_public]
    watched = {
        body.observed_property: body.missing.after_minutes
        for body in map(body_of, rules)
        if body.subject == "stream" and "Met" in {each.value for each in body.category}
    }
    streams = {each.pk: each for each in _around(_public(watched), point)}
    near = _nearest(point, places_of(list(streams.values())).values())
    latest = {
        row.stream: row for row in Latest.objects.filter(stream__in=[p.stream for _d, p in near])
    }
    alerts = {
        each.stream: each
        for each in Alert.objects.filter(
            stream__in=[place.stream for _away, place in near], ended_at=None, is_drill=False,
            rule__is_public=True,
        ).select_related("rule__owner", "version")
    }  # fmt: skip
    found = []
    for away, place in near:
        row, stream = latest.get(place.stream), streams[place.stream]
        code = stream.observed_property.code if stream.observed_property else ""
        at = _moment(row.time_us) if row else None
        limit = timedelta(minutes=watched.get(code or "", 60))
        found.append(
            Post(
                stream, place, away, row.value if row else None, at,
                at is None or now - at > limit, bool(row and row.quality & DOUBTFUL),
                alerts.get(place.stream),
            )
        )  # fmt: skip
    return found


def alerts_around(point: tuple[float, float]) -> list[Alert]:
    """Return the public warnings of the districts that hold a point: several posts, forecasts."""
    code = areas_of([point], on=timezone.localdate(), kind=Area.Kind.DISTRICT)[0]
    rows = Alert.objects.filter(
        area__code=code, stream=None, ended_at=None, is_drill=False, rule__is_public=True
    )
    return list(rows.select_related("rule__owner", "version", "area").order_by("-level", "pk"))


def lists_public() -> tuple[ListOf, ...]:
    """Return what public rules of water list besides roads: each register once, the widest."""
    found: dict[str, ListOf] = {}
    for body in (body_of(row) for row in rules_kept() if row.is_public):
        if body.subject == "stream" and "Met" in {each.value for each in body.category}:
            for each in body.lists:
                known = found.get(each.register_)
                if known is None or known.metres < each.metres:
                    found[each.register_] = each
    found.pop("road_sections", None)
    return tuple(found.values())


def _public(codes: Iterable[str]) -> QuerySet[Datastream]:
    rows = Datastream.objects.filter(
        observed_property__code__in=list(codes), is_multi=False, thing__seen_by="public"
    )
    return rows.select_related("thing", "observed_property").order_by("pk")


def _around(rows: QuerySet[Datastream], point: tuple[float, float]) -> QuerySet[Datastream]:
    """Keep the streams in a square about a point, so that not the whole city is looked through."""
    x, y = point
    high = FARTHEST_M / DEGREE_M
    wide = high / max(cos(radians(y)), 0.01)
    square = Q(min_x__lte=x + wide, max_x__gte=x - wide, min_y__lte=y + high, max_y__gte=y - high)
    places = Location.objects.filter(square | Q(min_x=None))
    return rows.filter(thing__in=places.order_by().values("things"))


def _nearest(
    point: tuple[float, float], places: Iterable[Place], farthest: float = FARTHEST_M
) -> list[tuple[float, Place]]:
    measured = [
        (distance_m(point, (each.longitude, each.latitude)), each)
        for each in places
        if each.longitude is not None and each.latitude is not None
    ]
    return sorted(
        (each for each in measured if each[0] <= farthest),
        key=lambda pair: (pair[0], pair[1].stream),
    )[:NEAREST]


def _moment(time_us: int) -> datetime:
    return datetime.fromtimestamp(time_us / SECOND_US, timezone.get_current_timezone())


@dataclass(frozen=True, slots=True)
class Station:
    """A station of air: its streams by pollutant, and its index now."""

    name: str
    thing: int
    streams: Mapping[str, Datastream]
    distance_m: float | None
    index: Index | None
    at: datetime
    is_mobile: bool = False


class Found(NamedTuple):
    """A station as it is listed, before its readings are looked at."""

    name: str
    thing: int
    streams: Mapping[str, Datastream]
    away_m: float | None


def stations() -> dict[int, dict[str, Datastream]]:
    """Return the public stations that measure what the index is made of, by thing."""
    found: dict[int, dict[str, Datastream]] = {}
    names = pollutants()
    for each in _public(names):
        if each.observed_property and each.observed_property.code:
            name = names[each.observed_property.code]
            found.setdefault(each.thing_id, {})[name] = each
    return found


def stations_near(point: tuple[float, float] | None) -> list[Found]:
    """Return stations, the nearest few first; all by name without a point."""
    known = stations()
    firsts = {thing: next(iter(streams.values())) for thing, streams in known.items()}
    places = places_of(list(firsts.values()))
    listed = []
    for thing, streams in known.items():
        place = places[firsts[thing].pk]
        away = None
        if point and place.longitude is not None and place.latitude is not None:
            away = distance_m(point, (place.longitude, place.latitude))
        listed.append(Found(place.name, thing, streams, away))
    listed.sort(key=lambda each: (each.away_m is None, each.away_m or 0, each.name, each.thing))
    return listed[:NEAREST] if point else listed


def measured(listed: Iterable[Found], now: datetime) -> list[Station]:
    """Return stations with their index of now."""
    end, table = _hour_after(now), aqi.table_on(timezone.localdate(now))
    rows = []
    for each in listed:
        hours = hours_of(each.streams, end - timedelta(hours=12), end)
        index = aqi.index_of(aqi.averaged(hours), table)
        moves = is_mobile(next(iter(each.streams.values())).thing)
        rows.append(
            Station(each.name, each.thing, each.streams, each.away_m, index, now, moves)
        )  # fmt: skip
    return rows


def _hour_after(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def hours_of(streams: Mapping[str, Datastream], start: datetime, end: datetime) -> Hours:
    """Return the mean of each hour by pollutant, None where there is no usable reading."""
    first, count = us(start), round((end - start).total_seconds() / 3_600)
    found: Hours = {}
    for code, stream in streams.items():
        them = readings_between(stream.pk, first, us(end), stream.block_us)
        sums: list[list[float]] = [[] for _hour in range(count)]
        for at, value, flags in zip(
            them.times.tolist(), them.values.tolist(), them.quality.tolist(), strict=True
        ):
            if value == value and not flags & DOUBTFUL:  # noqa: PLR0124 - no number is no reading
                sums[(at - first) // HOUR_US].append(value)
        found[code] = [sum(each) / len(each) if each else None for each in sums]
    return found


def good_days_of(
    first: date, last: date, chosen: Sequence[int] | None = None
) -> dict[int, GoodDays]:
    """Return for each station its days with an index below 100 (良好及普通日)."""
    found = {}
    zone = timezone.get_current_timezone()
    for thing, streams in stations().items():
        if chosen is not None and thing not in chosen:
            continue
        start = datetime.combine(first, time.min, tzinfo=zone)
        end = datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)
        hours = hours_of(streams, start, end)
        days = []
        for number in range((last - first).days + 1):
            part: dict[str, Sequence[float | None]] = {
                code: values[number * 24 : number * 24 + 24] for code, values in hours.items()
            }
            days.append((part, aqi.table_on(first + timedelta(days=number))))
        found[thing] = aqi.good_days(days)
    return found


def advice(index: Index | None) -> Any:
    """Return the name of the index's band, for words and colour."""
    names = (
        "good",
        "moderate",
        "sensitive",
        "unhealthy",
        "very_unhealthy",
        "hazardous",
        "hazardous",
    )
    return names[index.band] if index else "unknown"
