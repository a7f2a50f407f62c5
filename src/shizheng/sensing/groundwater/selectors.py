"""Zones of groundwater as pages read them: how they stand, level by day, what is missing."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.utils import timezone

from shizheng.core.models import PublishedDefinition
from shizheng.sensing.alerting.selectors import Place, places_of, readings_usable, streams_watched
from shizheng.sensing.domain.groundwater import Standing, standing
from shizheng.sensing.domain.quality import DOUBTFUL
from shizheng.sensing.domain.warnings import Reading
from shizheng.sensing.groundwater.definitions import GroundwaterZoneBody
from shizheng.sensing.models import GroundwaterZone, PumpingTrial

NEWEST = timedelta(days=2)
SHOWN_DAYS = 60
LONGEST_AGO = timedelta(days=800)


@lru_cache(maxsize=64)
def _body(definition: UUID) -> GroundwaterZoneBody:
    row = PublishedDefinition.objects.get(pk=definition)
    return GroundwaterZoneBody.model_validate(row.body)


def body_of(row: GroundwaterZone | PumpingTrial) -> GroundwaterZoneBody:
    """Return what the declaration says: of a zone the one in force, of a trial its own."""
    return _body(row.version_id if isinstance(row, PumpingTrial) else row.current_id)


@dataclass(frozen=True, slots=True)
class Well:
    """A well or meter: the newest usable reading, None where it was silent for two days."""

    place: Place
    value: float | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ZoneNow:
    """How a zone stands (分區現況)."""

    zone: GroundwaterZone
    body: GroundwaterZoneBody
    now: Standing
    wells: tuple[Well, ...]
    meters: tuple[Well, ...]
    salt: tuple[Well, ...]

    @property
    def salty(self) -> tuple[Well, ...]:
        """Wells whose share of salt is above the limit."""
        limit = self.body.salt_limit
        if limit is None:
            return ()
        return tuple(each for each in self.salt if each.value is not None and each.value > limit)


def zone_now(zone: GroundwaterZone, at: datetime) -> ZoneNow:
    """Return how a zone stands at a moment."""
    body = body_of(zone)
    wells = _wells(body.level, body, at, NEWEST)
    meters = _wells(body.pumping, body, at, NEWEST)
    salt = _wells(body.salt, body, at, LONGEST_AGO) if body.salt else ()
    now = standing(body.zone(), [each.value for each in wells], [each.value for each in meters])
    return ZoneNow(zone, body, now, wells, meters, salt)


def _inside(code: str, body: GroundwaterZoneBody) -> dict[int, Place]:
    places = places_of(list(streams_watched([code]).filter(thing__seen_by="public")))
    return {pk: place for pk, place in places.items() if place.district in body.districts}


def _wells(
    code: str, body: GroundwaterZoneBody, at: datetime, within: timedelta
) -> tuple[Well, ...]:
    places = _inside(code, body)
    readings = readings_usable(places, at - within, at, int(DOUBTFUL))
    found = []
    for stream, place in places.items():
        them = readings[stream]
        found.append(
            Well(place, them[-1].value, datetime.fromtimestamp(them[-1].at, UTC))
            if them else Well(place, None, None)
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.place.name, each.place.stream)))


@dataclass(frozen=True, slots=True)
class Day:
    """The mean level of a zone on a day; None where too few wells were heard: it is not made up."""

    day: date
    level_m: float | None
    heard: int
    wells: int


def days_of(zone: GroundwaterZone, at: datetime, count: int = SHOWN_DAYS) -> list[Day]:
    """Return the mean level by day: of the wells' daily means, where half of them were heard."""
    body = body_of(zone)
    places = _inside(body.level, body)
    readings = readings_usable(places, at - timedelta(days=count), at, int(DOUBTFUL))
    by_day: dict[date, list[float]] = {}
    for them in readings.values():
        for day, values in _daily(them).items():
            by_day.setdefault(day, []).append(sum(values) / len(values))
    last = timezone.localdate(at)
    found = []
    for number in range(count - 1, -1, -1):
        day = last - timedelta(days=number)
        means = by_day.get(day, [])
        is_enough = bool(means) and 2 * len(means) >= len(places)
        level = sum(means) / len(means) if is_enough else None
        found.append(Day(day, level, len(means), len(places)))
    return found


def _daily(readings: list[Reading]) -> dict[date, list[float]]:
    found: dict[date, list[float]] = {}
    for each in readings:
        day = timezone.localdate(datetime.fromtimestamp(each.at, UTC))
        found.setdefault(day, []).append(each.value)
    return found
