"""The index of each station and hour (測站即時指標), and of each day, written as readings come.

The index is a stream of its own at each station, so that rules, maps and programs read it like
any other. A late or corrected reading changes the hours that it is part of.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from shizheng.core.words import in_language
from shizheng.sensing import moments
from shizheng.sensing.actions.intake import Incoming, observations_record, stream_known
from shizheng.sensing.air.city import air, is_mobile
from shizheng.sensing.alerting.listening import watched
from shizheng.sensing.alerting.nearby import Hours, hours_of, stations
from shizheng.sensing.domain import aqi
from shizheng.sensing.models import AirDay, Datastream, ObservedProperty, Sensor, Thing
from shizheng.sensing.sensorthings.writing import block_of, feature_for
from shizheng.sensing.store.reading import readings_between
from shizheng.sensing.store.sealing import reading_corrected

HOUR = timedelta(hours=1)
WINDOW = 12
MEASURED = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


def indices_compute(things: Sequence[int], first: datetime, last: datetime, at: datetime) -> int:
    """Compute the index of stations for the hours that readings of a span are part of.

    Returns:
        How many hourly values are new or changed.
    """
    known = air()
    if known is None:
        return 0
    wanted, changed = set(things), 0
    for thing, streams in stations().items():
        if thing not in wanted:
            continue
        start = first.replace(minute=0, second=0, microsecond=0)
        end = last.replace(minute=0, second=0, microsecond=0) + HOUR
        until = min(end + (WINDOW - 1) * HOUR, at.replace(minute=0, second=0, microsecond=0) + HOUR)
        changed += _station(thing, streams, start, until, at)
        for day in _days(start, end):
            day_compute(thing, streams, day)
    return changed


def _days(start: datetime, end: datetime) -> list[date]:
    first = timezone.localdate(start)
    count = (timezone.localdate(end - HOUR) - first).days + 1
    return [first + timedelta(days=number) for number in range(count)]


@transaction.atomic
def _station(
    thing: int, streams: Mapping[str, Datastream], start: datetime, end: datetime, at: datetime
) -> int:
    hours = hours_of(streams, start - (WINDOW - 1) * HOUR, end)
    found: dict[int, float] = {}
    for place in range(WINDOW - 1, max((len(each) for each in hours.values()), default=0)):
        if all(each[place] is None for each in hours.values()):
            continue  # an hour of which nothing was heard has no index
        moment = start + (place - WINDOW + 1) * HOUR
        index = index_at(hours, place, timezone.localdate(moment))
        if index is not None:
            found[moments.of(moment)] = float(index.value)
    stream = index_stream(Thing.objects.select_related("owner").get(pk=thing))
    there = readings_between(stream.pk, moments.of(start), moments.of(end), stream.block_us)
    before = dict(zip(there.times.tolist(), there.values.tolist(), strict=True))
    for time_us, value in found.items():
        if time_us in before and before[time_us] != value:
            reading_corrected(stream=stream, time_us=time_us, value=value, quality=0, extra=None)
    new = [Incoming(stream.pk, us, value) for us, value in found.items() if us not in before]
    if new:
        observations_record(new, by=None, at=at)
    return sum(before.get(time_us) != value for time_us, value in found.items())


def index_at(hours: Hours, place: int, day: date) -> aqi.Index | None:
    """Return the index of the hour at a place of the row, from it and the eleven before."""
    window = {name: each[max(0, place - WINDOW + 1) : place + 1] for name, each in hours.items()}
    return aqi.index_of(aqi.averaged(window), aqi.table_on(day))


def index_stream(thing: Thing) -> Datastream:
    """Return the stream of a station's index; the first time, make it."""
    known = air()
    assert known is not None  # noqa: S101 - asked before
    observed = ObservedProperty.objects.get(code=known[0].index)
    stream = Datastream.objects.filter(thing=thing, observed_property=observed).first()
    if stream is not None:
        return stream
    sensor, _ = Sensor.objects.get_or_create(
        name="Air Quality Index, computed", owner=thing.owner,
        defaults={"encoding_type": "text/plain", "metadata": aqi.TABLES[-1].source},
    )  # fmt: skip
    name = in_language((observed.properties or {}).get("name") or {}) or observed.name
    made = Datastream.objects.create(
        code=f"{thing.code or thing.pk}:{observed.code}"[:120],
        name=f"{thing.name} {name}"[:300], description=f"Datastream_Category_type={observed.code}",
        thing=thing, sensor=sensor, owner=thing.owner, observed_property=observed,
        observation_type=MEASURED, unit=observed.unit, decimals=0, cycle_s=3_600,
        block_us=block_of(3_600), feature=feature_for(thing),
    )  # fmt: skip
    stream_known.forget()
    watched.forget()
    return made


def day_compute(thing: int, streams: Mapping[str, Datastream], day: date) -> AirDay:
    """Compute the index of a local day anew, with the hours that are missing (22-1)."""
    start = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
    hours = hours_of(streams, start, start + timedelta(days=1))
    index = aqi.index_of_day(hours, aqi.table_on(day))
    row, _ = AirDay.objects.update_or_create(
        thing_id=thing, day=day,
        defaults={
            "index": index.value if index else None,
            "pollutant": index.pollutant if index else "",
            "is_good": index.value < aqi.LIMIT if index else None,
            "missing_hour_count": aqi.missing_hours(hours),
            "is_mobile": is_mobile(Thing.objects.get(pk=thing)),
        },
    )  # fmt: skip
    return row
