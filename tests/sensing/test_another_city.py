"""Another city runs its flood network, its air and its groundwater from its pack alone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.systems.sensed import Device, jobs_run

from shizheng.sensing.models import Alert, Datastream, GroundwaterZone, WarningRule

pytestmark = pytest.mark.django_db
ROAD, STATION, WELL = (0.01, 0.005), (0.03, 0.03), (0.02, 0.01)


def read(address):
    answer = Client().get(address)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


@pytest.fixture
def works(town):
    return Device("works-1", "works")


def test_water_on_a_road_of_another_city_warns_by_its_own_rule(works):
    streams = works.register("Mill Bridge", ROAD, ["water_depth"])
    now = timezone.now()
    for ago, depth in ((20, 3.0), (10, 140.0), (0, 16.0)):
        unit = "mm" if depth > 100 else "cm"
        row = (streams["water_depth"], now - timedelta(minutes=ago), depth, unit)
        assert works.send(row)["new"] == 1
        jobs_run("sensing.judge_waiting")
    alert = Alert.objects.get()
    assert (alert.rule.code, alert.level) == ("high_water", 1)
    near = read(f"/en/near/water/?longitude={ROAD[0]}&latitude={ROAD[1]}")
    assert "Water 14 cm deep at Mill Bridge" in near, "as it was when the level changed"
    assert "16 cm" in near
    assert "Take another way" in near


def test_air_of_another_city_has_its_index_and_its_warning(town):
    device = Device("env-1", "environment")
    streams = device.register("Hilltop", STATION, ["fine_dust"])
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    rows = [
        (streams["fine_dust"], hour - timedelta(hours=ago), 60.0 + ago % 2)
        for ago in range(13, -1, -1)
    ]
    assert device.send(*rows)["new"] == 14
    jobs_run("sensing.compute_indices")
    assert Datastream.objects.filter(observed_property__code="air_index").count() == 1
    jobs_run("sensing.judge_waiting")
    assert Alert.objects.get().rule.code == "bad_air"
    near = read(f"/en/near/air/?longitude={STATION[0]}&latitude={STATION[1]}")
    assert "Hilltop" in near
    assert "air-unhealthy" in near


def test_groundwater_of_another_city_stands_beside_its_safe_level(works):
    streams = works.register("Well 1", WELL, ["well_level", "well_pumping"])
    works.send((streams["well_level"], timezone.now(), 0.4))
    assert GroundwaterZone.objects.get().code == "waterside"
    page = read("/en/groundwater/waterside/")
    assert "0.40 m" in page
    assert "figures of this zone are samples" in page


def test_rules_of_another_city_are_no_others(town):
    assert set(WarningRule.objects.filter(is_kept=True).values_list("code", flat=True)) == {
        "bad_air", "flood_outlook", "high_water",
    }  # fmt: skip
