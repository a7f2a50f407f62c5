"""Exampleton with posts that measure water on its roads, for tests of warnings."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from tests.services.conftest import person
from tests.services.snapshot import restored

from shizheng.core.models import Agency
from shizheng.sensing.models import Datastream, Location, ObservedProperty, Sensor, Thing
from shizheng.sensing.store.writing import readings_added

from tests.places.conftest import load_town  # isort: skip

NOW = datetime(2026, 7, 6, 18, 0, tzinfo=UTC)
BLOCK_US = 86_400 * 1_000_000
PLACES = {"Mill Lane": (0.001, 0.001), "Ford": (0.011, 0.002), "Quay": (0.031, 0.001)}


def minutes(count):
    return NOW + timedelta(minutes=count)


def town(settings, tmp_path):
    """Load the town; make three posts with a stream each, and the people who answer."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.HOME = tmp_path
    restored("exampleton_places", load_town)
    works = Agency.objects.get(code="works")
    depth, _made = ObservedProperty.objects.get_or_create(
        code="water_depth", defaults={"name": "Depth"}
    )
    kind = Sensor.objects.create(name="Pressure")
    streams = {}
    for name, (x, y) in PLACES.items():
        thing = Thing.objects.create(name=name, owner=works)
        thing.locations.add(
            Location.objects.create(name=name, geometry={"type": "Point", "coordinates": [x, y]})
        )
        streams[name] = Datastream.objects.create(
            name=f"Depth at {name}", thing=thing, sensor=kind, observed_property=depth,
            block_us=BLOCK_US, owner=works, unit={"symbol": "cm"}, decimals=1, cycle_s=600,
        )  # fmt: skip
    return SimpleNamespace(
        streams=streams,
        duty=person("w_duty", "officer", "works"),
        other=person("w_other", "officer", "works"),
        chief=person("w_chief", "supervisor", "works"),
        stranger=person("w_stranger", "officer", "environment"),
        resident=person("w_resident"),
    )


def measured(stream, *pairs, flags=0):
    """Put readings (minute, value) into the store."""
    rows = [(stream.pk, us(minutes(at)), float(value), flags, None) for at, value in pairs]
    readings_added(rows, {stream.pk: BLOCK_US}, us(minutes(max(at for at, _v in pairs))))


def us(moment):
    return round(moment.timestamp() * 1_000_000)
