"""A small town with gauges: streams whose readings are added, sealed and read."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from tests.services.conftest import KAOHSIUNG, pack_at, person, without_plan
from tests.services.snapshot import restored

from shizheng.core.loading import load as load_pack
from shizheng.core.models import Agency
from shizheng.sensing.models import Datastream, ObservedProperty, Sensor, Thing

AT = datetime(2020, 3, 2, 1, tzinfo=UTC)
MINUTE = 60_000_000
HOUR, DAY = 60 * MINUTE, 1440 * MINUTE
START = 1_583_107_200_000_000  # 2020-03-02 00:00 UTC


def load_town() -> None:
    with without_plan():
        load_pack(pack_at(KAOHSIUNG.parent / "exampleton"), at=datetime(2020, 1, 2, tzinfo=UTC))


@pytest.fixture
def town(db) -> SimpleNamespace:
    restored("exampleton_sensing", load_town)
    return SimpleNamespace(works=Agency.objects.get(code="works"))


@pytest.fixture
def people(town) -> SimpleNamespace:
    return SimpleNamespace(
        keeper=person("s_keeper", "supervisor", "works"),
        officer=person("s_officer", "officer", "works"),
        staff=person("s_staff", "officer", "environment"),
        resident=person("s_resident"),
    )


def stream_made(code="level-1", *, owner=None, block=DAY, decimals=2, **more) -> Datastream:
    """A datastream with what it needs, written as it is."""
    thing = Thing.objects.create(
        name=f"Gauge {code}", owner=owner, seen_by=more.pop("seen_by", "public")
    )
    sensor, _ = Sensor.objects.get_or_create(name="Pressure gauge", metadata="none")
    level, _ = ObservedProperty.objects.get_or_create(name="Water level", definition="level")
    return Datastream.objects.create(
        code=code, name=f"Level {code}", thing=thing, sensor=sensor, observed_property=level,
        unit={"name": "metre", "symbol": "m", "definition": "ucum:m"}, block_us=block,
        decimals=decimals, owner=owner, **more,
    )  # fmt: skip
