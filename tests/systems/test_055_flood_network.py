"""System 55, smart flood prevention network 智慧防汛網: from a device in the rain to a resident.

Devices, roads and pumps are invented; the thresholds are those of the pack.
"""

import json
from datetime import timedelta
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import paho.mqtt.client as paho
import pytest
import shapely
from django.test import Client
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from tests.places.roadworks import SINCE, Site, roads
from tests.sensing.night import Clock, crew, network, push, registered
from tests.sensing.test_mqtt import Mosquitto, listening, needs_broker
from tests.services.conftest import kaohsiung, person
from tests.unit.sensing_domain.cap_rules import problems

from shizheng.core.models import JournalEntry, OutboxEvent
from shizheng.places.actions.things import thing_record
from shizheng.places.models import Register
from shizheng.sensing.domain.quality import Quality
from shizheng.sensing.models import Alert, AlertMessage, Hot, Maintenance
from shizheng.sensing.mqtt import Subscriber, broker_of

__all__ = ["kaohsiung"]
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def net(kaohsiung, clock):
    roads()
    thing_record(
        register=Register.objects.get(code="pumping_stations"), key="PS-1", by=None, at=clock.at,
        valid_from=SINCE, geometry=shapely.Point(120.302, 22.6215),
        values={"name": "示範抽水站", "pumps": "4", "capacity_m3s": "12", "control": "scada-7"},
    )  # fmt: skip
    key = network()
    people = {name: Site(who) for name, who in crew().items()}
    return SimpleNamespace(
        key=key, road=registered(key, "示範一路地下道", "flood_depth"),
        pump=registered(key, "示範抽水站監測", "pumps_running", unit="台",
                        properties={"register": "pumping_stations", "key": "PS-1"}),
        visitor=Site(), **people,
    )  # fmt: skip


def rise(net, clock, *values, every=10):
    """Let readings of the road come, one every ten minutes, each as it is measured."""
    for value in values:
        push(net.key, (net.road, clock.at, value))
        clock.on(every)


def called():
    """Return whose boards show the one warning, beside the owner's."""
    return set(Alert.objects.get().called.values_list("code", flat=True))


def test_water_on_the_road_goes_from_the_device_to_the_board_the_centre_and_the_public(net, clock):
    push(net.key, (net.pump, clock.at, 3))
    rise(net, clock, 3.0, 12.4, 17.0)
    alert = Alert.objects.get()
    assert (alert.level, alert.stream) == (1, net.road.pk)
    rise(net, clock, 34.5)
    alert.refresh_from_db()
    assert (alert.level, alert.highest) == (2, 2)

    for desk in (net.water, net.fire):  # the emergency operations centre has it from the beginning
        assert "示範一路地下道淹水 34.5 公分" in desk.read("/warnings/board/")
    assert "示範一路地下道淹水" not in net.roads.read("/warnings/board/")
    page = net.fire.read(f"/warnings/{alert.pk}/")
    for said in ("示範一路", "示範抽水站", "運轉中抽水機 3", "可運轉"):
        assert said in page, said
    assert "scada-7" not in page, "how a pump is steered is for its keepers"
    assert net.fire.client.post(f"/warnings/{alert.pk}/acknowledge/").status_code == 303
    alert.refresh_from_db()
    assert (alert.acknowledged_by.username, alert.escalate_at) == ("n_fire", None)

    public = net.visitor.read("/warnings/")
    assert "請勿進入；離開地下室、地下道與低窪處" in public
    feed = net.visitor.read("/cap/feed.atom")
    assert "示範一路地下道淹水 34.5 公分" in feed
    message = AlertMessage.objects.get(is_current=True)
    root = ET.fromstring(net.visitor.client.get(f"/cap/{message.identifier}.xml").content)
    assert not problems(message.content.encode())
    assert [root.find(f"{CAP}{name}").text for name in ("status", "msgType")] == [
        "Actual", "Update",
    ]  # fmt: skip
    assert OutboxEvent.objects.filter(type="sensing.alert.raised").count() == 1


def test_a_level_falls_only_below_its_own_mark_and_the_rule_alone_ends_it(net, clock):
    rise(net, clock, 12.0, 9.0, 11.0, 8.0, 10.5)  # trembling about the threshold: one warning
    alert = Alert.objects.get()
    assert alert.ended_at is None
    assert Alert.objects.count() == 1
    rise(net, clock, 4.0, 3.0, 2.5)
    alert.refresh_from_db()
    assert alert.ended_at is not None
    assert AlertMessage.objects.get(is_current=True).kind == "Cancel"
    assert "示範一路地下道" not in net.visitor.read("/cap/feed.atom")
    rise(net, clock, 12.0)
    assert Alert.objects.count() == 2


def test_nobody_answers_so_the_next_agencies_are_called_by_the_clock(net, clock):
    from shizheng.sensing.alerting.tasks import warning_clock

    rise(net, clock, 12.0, 13.0)
    city = Site(person("n_mayor", "officer", "city_government"))
    assert called() == {"fire"}
    for _minute in range(4):
        push(net.key, (net.road, clock.at, 13.5))
        warning_clock()
        clock.on(10)
    assert Alert.objects.get().step == 2
    assert called() == {"fire", "city_government"}
    assert "示範一路地下道" in city.read("/warnings/board/")
    city.client.post(f"/warnings/{Alert.objects.get().pk}/acknowledge/")
    assert Alert.objects.get().holder.username == "n_mayor"


def test_a_shift_ends_and_everything_goes_to_who_comes(net, clock):
    other = registered(net.key, "示範二路", "flood_depth", at=(120.31, 22.63))
    push(net.key, (other, clock.at, 15.0))
    rise(net, clock, 15.0)
    assert "您手上沒有警戒" in net.water.read("/warnings/hand-over/")
    for alert in Alert.objects.all():
        net.water.client.post(f"/warnings/{alert.pk}/acknowledge/")
    page = net.water.send("/warnings/hand-over/", status=422, to="n_roads", note="")
    assert "n_roads" in page
    assert {each.holder.username for each in Alert.objects.all()} == {"n_water"}
    net.water.send("/warnings/hand-over/", to="n_relief", note="抽水站三號機維修中")
    assert {each.holder.username for each in Alert.objects.all()} == {"n_relief"}
    assert "抽水站三號機維修中" in net.relief.read(f"/warnings/{Alert.objects.first().pk}/")


def test_what_is_wrong_with_a_reading_is_marked_and_raises_nothing(net, clock):
    push(net.key, (net.road, clock.at, 2.0))
    clock.on(10)
    push(net.key, (net.road, clock.at, 380.0))  # out of range
    clock.on(10)
    push(net.key, (net.road, clock.at, 95.0))  # a jump of 93 cm in 20 minutes is believable: 5/min
    clock.on(1)
    push(net.key, (net.road, clock.at, 180.0))  # a jump of 85 cm in a minute is not
    clock.on(30)
    push(net.key, (net.road, clock.at - timedelta(minutes=25), 2.0))  # 25 minutes late
    found = {value: Quality(quality) for value, quality in Hot.objects.filter(
        stream=net.road.pk
    ).values_list("value", "quality")}  # fmt: skip
    assert Quality.RANGE in found[380.0]
    assert Quality.STEP in found[180.0]
    reasons = push(net.key, (net.road, clock.at.replace(year=1970), 5.0))["not_taken"]
    assert len(reasons) == 1
    late = Hot.objects.get(stream=net.road.pk, value=2.0, quality__gte=Quality.LATE)
    assert Quality.LATE in Quality(late.quality)
    page = net.visitor.read(f"/sensors/streams/{net.road.pk}/")
    assert "380" in page
    assert "超出感測器可量測的範圍" in page


def test_a_value_that_stands_still_for_hours_is_stuck(net, clock):
    rise(net, clock, *[6.2] * 14, every=30)
    last = Hot.objects.filter(stream=net.road.pk).order_by("-time_us")[0]
    assert Quality.STUCK in Quality(last.quality)


def test_a_rain_gauge_that_does_not_fit_its_neighbours_raises_no_warning(net, clock):
    gauges = [
        registered(net.key, f"雨量站{n}", "rain", unit="mm", at=(120.30 + n / 500, 22.62))
        for n in range(3)
    ]
    push(net.key, *[(each, clock.at, 1.0) for each in gauges[1:]], (gauges[0], clock.at, 70.0))
    clock.on(1)
    wrong = Hot.objects.get(stream=gauges[0].pk)
    assert Quality.NEIGHBOUR in Quality(wrong.quality)
    assert not Alert.objects.exists()
    assert "與鄰近感測器不一致" in net.visitor.read(f"/sensors/streams/{gauges[0].pk}/")
    clock.on(9)
    push(net.key, *[(each, clock.at, 45.0) for each in gauges])  # all of them: it rains
    clock.on(1)
    assert Alert.objects.count() == 3


def test_a_post_that_is_worked_on_is_silent_and_the_board_says_so(net, clock):
    when = {"starts": "2026-07-06T17:50", "ends": "2026-07-06T19:00"}
    refused = net.water.send(
        "/warnings/maintenance/", status=422, stream=net.road.pk, why="換感測器",
        starts="2026-07-06T19:00", ends="2026-07-06T18:30",
    )  # fmt: skip
    assert "31" in refused
    net.water.send("/warnings/maintenance/", stream=net.road.pk, why="換感測器", **when)
    rise(net, clock, 40.0, 41.0)
    assert not Alert.objects.exists()
    assert "示範一路地下道" in net.water.read("/warnings/board/")
    marked = Hot.objects.filter(stream=net.road.pk)
    assert all(Quality.MAINTENANCE in Quality(each.quality) for each in marked)
    row = Maintenance.objects.get()
    assert net.roads.client.post(f"/warnings/maintenance/{row.pk}/end/").status_code == 403
    net.water.client.post(f"/warnings/maintenance/{row.pk}/end/")
    clock.on(1)
    rise(net, clock, 42.0)
    assert Alert.objects.count() == 1
    assert JournalEntry.objects.filter(action="sensing.maintenance.ended").count() == 1


def test_a_clock_that_runs_wrong_is_found_from_when_readings_come(net, clock):
    from shizheng.sensing.checking.together import clocks_sample, drifting, drifts

    for number in range(30):  # each hour the device is 10 seconds further behind
        push(net.key, (net.road, clock.at - timedelta(seconds=10 * number), 1.0))
        push(net.key, (net.pump, clock.at - timedelta(seconds=5), 1))
        clocks_sample(at=clock.at)
        clock.on(60)
    found = drifts()
    assert found[net.road.pk] == pytest.approx(240, abs=2)
    assert found[net.pump.pk] == pytest.approx(0, abs=1)
    assert set(drifting()) == {net.road.pk}


@needs_broker
@pytest.mark.django_db(transaction=True)
def test_the_same_device_may_send_by_mqtt(kaohsiung, monkeypatch, tmp_path):
    clock = Clock(monkeypatch)
    key = network()
    road = registered(key, "示範一路地下道", "flood_depth")
    broker = Mosquitto(tmp_path)
    try:
        ear = Subscriber(broker_of(f"mqtt://127.0.0.1:{broker.port}"))
        listening(ear, lambda: ear.subscribed == 2)
        client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
        told = Properties(PacketTypes.PUBLISH)
        told.UserProperty = ("key", key)
        body = {"observations": [{"stream": road.pk, "time": clock.at.isoformat(), "result": 36}]}
        client.publish(
            "shizheng/gateways/field/observations", json.dumps(body), qos=1, properties=told
        ).wait_for_publish(20)
        client.loop_stop()
        client.disconnect()
        listening(Subscriber(broker_of(f"mqtt://127.0.0.1:{broker.port}")), Hot.objects.exists)
    finally:
        broker.stop()
    clock.on(1)
    assert Alert.objects.get().level == 2
    assert Client().get("/warnings/").status_code == 200
