"""The sensors' chapter of the demonstration, and what keeps its invented devices sending."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from shizheng.core.declared import body_of, newest_key
from shizheng.core.demo_year import Chapter, Month, Say, chapters
from shizheng.core.jobs import every, job
from shizheng.core.words import in_language
from shizheng.packs.pack import Pack
from shizheng.sensing.actions.intake import Incoming, observations_record
from shizheng.sensing.cameras.city import camera_rules, cameras_on
from shizheng.sensing.cameras.connecting import cameras_connect, streams_of
from shizheng.sensing.cameras.errors import CamerasUnset
from shizheng.sensing.cameras.stills import still_take
from shizheng.sensing.demonstration.definitions import DemoSensors
from shizheng.sensing.demonstration.making import (
    gateway_of,
    readings_send,
    sensors_make,
)
from shizheng.sensing.demonstration.picture import still_drawn
from shizheng.sensing.energy.keeping import sites_refresh
from shizheng.sensing.moments import of as micros_of
from shizheng.sensing.moments import text
from shizheng.sensing.store.sealing import sealed

ORDER = 3
WEIGHT = 0.02
DAY_US = 86_400_000_000


def play(pack: Pack, month: Month, say: Say) -> None:
    """Make the invented sensors and their past, once; what is there stays."""
    for body in pack.bodies(DemoSensors):
        sensors_make(body, month.now)
        say(0.2)
        if readings_send(body, month.now, is_past=True):
            sealed(until_us=micros_of(month.now) - DAY_US)
            sites_refresh(on=timezone.localdate(month.now))
            stills_send(body, month.now)
    say(1.0)


@every(minutes=5)
@job("sensing.demo_devices", retries=0)
def demo_devices() -> int:
    """Send what the invented devices of a demonstration measure now; elsewhere nothing."""
    key = newest_key("demo_sensors") if settings.IS_DEMO else None
    if key is None:
        return 0
    body, now = body_of(DemoSensors, key), timezone.now()
    stills_send(body, now)
    return readings_send(body, now)


def stills_send(body: DemoSensors, now: datetime) -> int:
    """Send a heartbeat of each invented camera, and a drawn still of those that have one."""
    keys = {each.key: each for each in body.things if each.has_still}
    try:
        rules = camera_rules() if keys else None
    except CamerasUnset:
        rules = None
    if rules is None:
        return 0
    cameras_connect(by=None, at=now)
    cameras = cameras_on(rules, timezone.localdate(now), keys)
    gateway = gateway_of(rules.owner, now)
    beats = [Incoming(row.pk, text(micros_of(now)), 1) for row in streams_of(cameras).values()]
    observations_record(beats, by=gateway, at=now)
    words = "　".join(dict.fromkeys(in_language(dict(body.still), tag) for tag in dict(body.still)))
    for key in cameras:
        still_take(key=key, content=still_drawn(words, 12.0), by=gateway, at=now)
    return len(cameras)


chapters.register("sensors")(Chapter(ORDER, WEIGHT, play))
