"""Makes the invented sensors and their readings, through the doors that real ones come by."""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import shapely
from django.db import transaction
from django.utils import timezone

from shizheng.core.models import Agency, Area
from shizheng.core.words import in_language
from shizheng.places.actions.things import thing_record
from shizheng.places.models import Register
from shizheng.places.models import Thing as Placed
from shizheng.sensing.actions.gateways import gateway_make
from shizheng.sensing.actions.intake import Incoming, observations_record
from shizheng.sensing.demonstration.definitions import DemoSensors, PostsOf, SeriesOf, ThingOf
from shizheng.sensing.domain.invented import COURSES, Post
from shizheng.sensing.history import of_the_past
from shizheng.sensing.importing import MEASURED
from shizheng.sensing.models import Datastream, Gateway, ObservedProperty
from shizheng.sensing.moments import text
from shizheng.sensing.sensorthings.sets import SETS
from shizheng.sensing.sensorthings.writing import Writer
from shizheng.sensing.store.reading import latest_of

SECOND_US = 1_000_000
AT_ONCE, SPREAD = 20_000, 0.006
"""Readings taken together; degrees from the middle of a district in which its posts stand."""


@dataclass(frozen=True, slots=True)
class Series:
    """A series of an invented post: what it observes, its code, whose it is, its course."""

    said: SeriesOf
    code: str
    owner: str
    post: Post


def storm_begins(body: DemoSensors, now: datetime) -> datetime:
    """Return the evening on which the invented storm began."""
    day = timezone.localtime(now) - timedelta(days=body.storm_days_ago)
    return day.replace(hour=18, minute=0, second=0, microsecond=0)


@transaction.atomic
def sensors_make(body: DemoSensors, at: datetime) -> int:
    """Make gateways, things and posts that are not there yet; return how many posts are new."""
    before = Datastream.objects.filter(code__startswith="demo:").count()
    for said in body.things:
        _thing(said, at)
    for posts in body.posts:
        for code, point, name in _places(posts):
            _post(code, name, posts.owner, posts.series, at, point=point, where={})
    return Datastream.objects.filter(code__startswith="demo:").count() - before


def gateway_of(owner: str, at: datetime) -> Gateway:
    """Return the gateway of an agency's invented devices; its key is kept by nobody."""
    code = f"demo-{owner}"[:60]
    found = Gateway.objects.select_related("owner").filter(code=code).first()
    if found is not None:
        return found
    agency = Agency.objects.get(code=owner)
    return gateway_make(
        code=code, name=in_language(agency.name)[:200], owner=agency, by=None, at=at,
        may_register=True,        rate_a_minute=100_000_000,
    )[0]  # fmt: skip


def _places(posts: PostsOf) -> Iterator[tuple[str, tuple[float, float], str]]:
    """Yield code, point and name of each post, spread about the middles of its districts."""
    for district in posts.districts:
        area = Area.objects.filter(code=district).exclude(shape=None).first()
        if area is None:
            continue
        middle, kind = _middle(area), zlib.crc32(posts.name.encode())
        for turn in range(posts.each):
            chance = np.random.default_rng([kind, zlib.crc32(district.encode()), turn])
            x, y = chance.uniform(-SPREAD, SPREAD, 2).tolist()
            name = posts.name.format(district=in_language(area.name), number=turn + 1)
            yield f"{kind:08x}:{district}:{turn}", (middle[0] + x, middle[1] + y), name


def _middle(area: Area) -> tuple[float, float]:
    point = shapely.from_wkb(bytes(area.shape or b"")).representative_point()
    return float(point.x), float(point.y)


def _thing(said: ThingOf, at: datetime) -> None:
    area = Area.objects.filter(code=said.district).exclude(shape=None).first()
    if area is None:
        return
    middle = _middle(area)
    register = Register.objects.select_related("current").get(code=said.register_)
    if not Placed.objects.filter(register=register, key=said.key).exists():
        thing_record(
            register=register, key=said.key, by=None, at=at,
            valid_from=timezone.localdate(at) - timedelta(days=400), values=said.values,
            geometry=shapely.Point(middle), is_synthetic=True,
        )  # fmt: skip
    if said.series and said.owner and said.name:
        where = {"site": said.key}
        _post(said.key, said.name, said.owner, said.series, at, point=middle, where=where)


def _post(
    code: str, name: str, owner: str, series: Sequence[SeriesOf], at: datetime, *,
    point: tuple[float, float], where: dict[str, str],
) -> None:  # fmt: skip
    """Register a post as a gateway does; one that is there stays."""
    if Datastream.objects.filter(code=_code(code, series[0])).exists():
        return
    streams = []
    for said in series:
        observed = ObservedProperty.objects.get(code=said.property)
        streams.append({
            "name": f"{name} {observed.name}", "description": observed.description,
            "observationType": MEASURED, "unitOfMeasurement": observed.unit,
            "ObservedProperty": {"@iot.id": observed.pk},
            "Sensor": {"name": "Invented", "description": "", "encodingType": "text/plain",
                       "metadata": ""},
            "properties": {"decimals": 2, "cycle_s": said.every_minutes * 60},
        })  # fmt: skip
    body = {
        "name": name, "description": name, "properties": where | {"synthetic": True},
        "Datastreams": streams,
        "Locations": [{"name": name, "description": "", "encodingType": "application/geo+json",
                       "location": {"type": "Point", "coordinates": list(point)}}],
    }  # fmt: skip
    made = Writer(gateway_of(owner, at), at).made(SETS["Things"], body)
    for said in series:
        made.datastreams.filter(observed_property__code=said.property).update(
            code=_code(code, said)
        )


def _code(code: str, said: SeriesOf) -> str:
    return f"demo:{code}:{said.property}"[:80]


def series_of(body: DemoSensors, now: datetime) -> Iterator[Series]:
    """Yield every series, with the storm behind ``now``."""
    storm = storm_begins(body, now)
    offset = timezone.localtime(now).utcoffset() or timedelta(0)

    def one(number: int, code: str, owner: str, said: SeriesOf) -> Series:
        post = Post(number, storm.timestamp(), offset.total_seconds(), said.around, said.swing)
        return Series(said, _code(code, said), owner, post)

    number = 0
    for posts in body.posts:
        for code, _point, _name in _places(posts):
            yield from (one(number, code, posts.owner, said) for said in posts.series)
            number += 1
    for thing in body.things:
        if thing.owner:
            yield from (one(number, thing.key, thing.owner, said) for said in thing.series)


def readings_send(body: DemoSensors, now: datetime, *, is_past: bool = False) -> int:
    """Send what every series has measured since its newest reading; return how many were new.

    Args:
        is_past: they are history, which raises no warning; else what came since.
    """
    known = dict(Datastream.objects.filter(code__startswith="demo:").values_list("code", "pk"))
    newest = latest_of(list(known.values()))
    waiting: dict[str, list[Incoming]] = {}
    for each in series_of(body, now):
        pk = known.get(each.code)
        if pk is not None and (is_past or pk in newest):
            since = newest[pk][0] / SECOND_US if pk in newest else 0.0
            waiting.setdefault(each.owner, []).extend(_made(pk, each, since, now))
    return sum(_sent(owner, rows, now, is_past=is_past) for owner, rows in waiting.items())


def _made(pk: int, each: Series, since: float, now: datetime) -> Iterator[Incoming]:
    every = each.said.every_minutes * 60
    begin = max(since, now.timestamp() - each.said.days * 86_400)
    times = np.arange(begin // every + 1, now.timestamp() // every + 1) * every
    values = COURSES[each.said.course](times.astype(np.float64), each.post)
    for at, value in zip(times.tolist(), values.tolist(), strict=True):
        yield Incoming(pk, text(int(at) * SECOND_US), round(value, each.said.decimals))


def _sent(owner: str, rows: Sequence[Incoming], now: datetime, *, is_past: bool) -> int:
    gateway, count = gateway_of(owner, now), 0
    with transaction.atomic(), of_the_past() if is_past else nullcontext():
        for first in range(0, len(rows), AT_ONCE):
            taken = observations_record(rows[first : first + AT_ONCE], by=gateway, at=now)
            count += taken.counts["new"]
    return count
