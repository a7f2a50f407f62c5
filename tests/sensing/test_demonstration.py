"""The sensors of the demonstration: invented, there at once, and they go on sending."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.services.conftest import KAOHSIUNG, kaohsiung, person

from shizheng.core import worker
from shizheng.core.demo_year import Month
from shizheng.packs import loader
from shizheng.places.models import Feature
from shizheng.sensing.cameras.stills import still_public
from shizheng.sensing.demonstration import demo
from shizheng.sensing.demonstration.definitions import DemoSensors
from shizheng.sensing.demonstration.making import storm_begins
from shizheng.sensing.judging.replay import night_suggested, recorded, rule_suggested, rules_played
from shizheng.sensing.models import Alert, Datastream, Hot, Latest, Thing

__all__ = ["kaohsiung"]
NOW = datetime(2026, 7, 12, 4, 2, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    moment = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])
    return moment


@pytest.fixture
def played(kaohsiung, settings, clock):
    settings.IS_DEMO = True
    pack = loader.load(KAOHSIUNG)
    demo.play(pack, Month(NOW, NOW, NOW, None), float)
    return pack


def test_every_invented_thing_says_so_and_playing_again_adds_nothing(played):
    streams, rows = Datastream.objects.count(), Hot.objects.count()
    posts = Thing.objects.filter(datastreams__code__startswith="demo:")
    assert posts.count() > 40
    assert all("示範" in each.name and each.properties["synthetic"] for each in posts)
    made = Feature.objects.filter(register__code__in=["solar_sites", "cameras"])
    assert made.exists()
    assert all(each.is_synthetic for each in made)
    demo.play(played, Month(NOW, NOW, NOW, None), float)
    assert (Datastream.objects.count(), Hot.objects.count()) == (streams, rows)
    assert not Alert.objects.exists(), "the past warns nobody"


def test_the_night_of_the_storm_is_the_one_that_is_played_again(played):
    rule = rule_suggested(rules_played())
    assert rule.code == "road_flooding"
    start, end = night_suggested(rule)
    storm = storm_begins(next(iter(played.bodies(DemoSensors))), NOW)
    assert start < storm + timedelta(hours=11) < end
    told = recorded(rule, start, end)
    assert sum(each["highest"] == 2 for each in told["posts"]) >= 5
    page = Client()
    page.force_login(person("d_duty", "officer", "water_resources"))
    assert "示範淹水感測器" in page.get("/warnings/replay/").content.decode()


def test_devices_go_on_sending_and_warn_as_real_ones_do(played, clock):
    before = Latest.objects.get(stream=flooding().pk).time_us
    for _ in range(40):
        clock[0] += timedelta(minutes=30)
        demo.demo_devices.work()
        worker.run_all()
    assert Latest.objects.get(stream=flooding().pk).time_us > before
    assert Alert.objects.filter(rule__code="road_flooding", is_drill=False).exists()
    content, at = still_public("KH-9001", clock[0])
    assert content.startswith(b"\x89PNG")
    assert at == clock[0]


def test_where_there_is_no_demonstration_nothing_is_sent(played, settings, clock):
    settings.IS_DEMO = False
    clock[0] += timedelta(hours=1)
    rows = Hot.objects.count()
    assert demo.demo_devices.work() == 0
    assert Hot.objects.count() == rows


def flooding():
    return Datastream.objects.filter(observed_property__code="flood_depth").order_by("pk")[0]
