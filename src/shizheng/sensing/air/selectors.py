"""Air as pages show it: days of stations, what was held back, forecasts and their measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q, Sum

from shizheng.sensing.air.city import is_mobile
from shizheng.sensing.alerting.nearby import stations
from shizheng.sensing.alerting.selectors import us
from shizheng.sensing.domain.air_forecast import Skill, skill
from shizheng.sensing.domain.aqi import HOURS, LIMIT, GoodDays
from shizheng.sensing.domain.quality import DOUBTFUL
from shizheng.sensing.models import (
    AirDay,
    AirForecast,
    AirMeasure,
    Datastream,
    StreamCalibration,
    Thing,
)
from shizheng.sensing.store.reading import readings_between

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    """A station with what came of it in the last day, and what was held back (審核)."""

    thing: Thing
    is_mobile: bool
    days: GoodDays | None
    heard_count: int
    held_count: int
    flags: int
    calibrated_until: datetime | None


def stations_held(first: date, last: date, now: datetime) -> list[Held]:
    """Return the public stations by name: days of a time, readings held back of the last day."""
    known = stations()
    things = Thing.objects.in_bulk(list(known))
    days = days_of(list(known), first, last)
    until = dict(
        StreamCalibration.objects.filter(stream__thing__in=list(known), is_passed=True)
        .values_list("stream__thing")
        .annotate(until=Max("valid_until"))
    )
    found = []
    for key, streams in known.items():
        heard, held, flags = checked(streams, now - DAY, now)
        thing = things[key]
        found.append(
            Held(thing, is_mobile(thing), days.get(key), heard, held, flags, until.get(key))
        )
    return sorted(found, key=lambda each: (each.is_mobile, each.thing.name, each.thing.pk))


def days_of(things: Sequence[int], first: date, last: date) -> dict[int, GoodDays]:
    """Return the days of stations, both ends included; of what was never heard all is missing."""
    count = (last - first).days + 1
    rows = (
        AirDay.objects.filter(thing__in=things, day__gte=first, day__lte=last)
        .values("thing")
        .annotate(
            good=Count("pk", filter=Q(is_good=True)),
            counted=Count("index"),
            days=Count("pk"),
            missing=Sum("missing_hour_count"),
        )
        .order_by("thing")
    )
    found = {each: GoodDays(0, 0, count, count * HOURS) for each in things}
    for row in rows:
        unheard = (count - row["days"]) * HOURS
        found[row["thing"]] = GoodDays(row["good"], row["counted"], count, row["missing"] + unheard)
    return found


def checked(streams: Mapping[str, Datastream], start: datetime, end: datetime) -> tuple[int, ...]:
    """Return how many readings came in a span, how many were held back, and all their flags."""
    heard = held = flags = 0
    for stream in streams.values():
        them = readings_between(stream.pk, us(start), us(end), stream.block_us)
        for quality in them.quality.tolist():
            heard += 1
            if quality & DOUBTFUL:
                held += 1
                flags |= quality & DOUBTFUL
    return heard, held, flags


def worst_by_day(first: date, last: date) -> dict[date, int]:
    """Return the highest index of the fixed stations on each day that has one."""
    rows = AirDay.objects.filter(
        day__gte=first, day__lte=last, is_mobile=False, index__isnull=False,
        thing__seen_by="public",
    )  # fmt: skip
    return dict(rows.values_list("day").annotate(worst=Max("index")).order_by("day"))


def forecasts_ahead(today: date) -> list[AirForecast]:
    """Return for today and later the newest forecast of each day."""
    newest: dict[date, AirForecast] = {}
    for row in AirForecast.objects.filter(day__gte=today).order_by("day", "issued_at", "pk"):
        newest[row.day] = row
    return list(newest.values())


def measures_since(day: date) -> list[AirMeasure]:
    """Return the measures started for a day and later: what is not done first."""
    rows = AirMeasure.objects.filter(day__gte=day).select_related("owner", "forecast", "done_by")
    return sorted(rows, key=lambda each: (each.done_at is not None, each.due_at, each.code))


def persistence_skill(first: date, last: date) -> Skill:
    """Return how the day-before forecast would have done in a time."""
    return skill(worst_by_day(first - DAY, last), LIMIT)
