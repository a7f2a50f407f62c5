"""The page of devices that need somebody: silence, clocks, refusals, keys and calibrations."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.sensing.conftest import stream_made

from shizheng.sensing import moments
from shizheng.sensing.actions.gateways import gateway_make, gateway_revoke
from shizheng.sensing.actions.intake import counted
from shizheng.sensing.domain.quality import Quality
from shizheng.sensing.models import (
    ClockSample,
    Maintenance,
    ObservedProperty,
    StreamCalibration,
)
from shizheng.sensing.selectors.health import health_of
from shizheng.sensing.store.writing import readings_added

pytestmark = pytest.mark.django_db
PAGE = "/en/sensors/health/"


@pytest.fixture
def now(town):
    return timezone.now()


def depth(town, code, **more):
    made = stream_made(code, owner=town.works, cycle_s=600, **more)
    made.observed_property, _ = ObservedProperty.objects.get_or_create(
        code="water_depth", defaults={"name": "Depth"}
    )
    made.save(update_fields=["observed_property"])
    return made


def heard(stream, at, flags=0):
    readings_added(
        [(stream.pk, moments.of(at), 1.0, flags, None)], {stream.pk: stream.block_us},
        moments.of(at),
    )  # fmt: skip


def clock(stream, now, loses):
    """Let a clock lose so many seconds a day for two days."""
    for hour in range(48):
        received = now - timedelta(hours=48 - hour)
        measured = received - timedelta(seconds=loses * hour / 24)
        ClockSample.objects.create(
            stream=stream.pk, time_us=moments.of(measured), received_us=moments.of(received)
        )


def read(person, address=PAGE):
    client = Client()
    client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_only_keepers_read_it_and_only_of_their_own_agency(town, people, now):
    hidden = stream_made("other", owner=None, cycle_s=600)
    mine = depth(town, "mine")
    assert Client().get(PAGE).status_code == 302
    client = Client()
    client.force_login(people.resident)
    assert client.get(PAGE).status_code == 403
    assert "sensors/health" not in client.get("/en/sensors/").content.decode()
    assert mine.thing.name not in read(people.staff), "of another agency"
    assert "sensors/health" in read(people.keeper, "/en/sensors/")
    page = read(people.keeper)
    assert mine.thing.name in page
    assert hidden.thing.name not in page


def test_a_silent_device_is_there_until_it_is_heard_or_worked_on(town, people, now):
    stream = depth(town, "road-1")
    assert "It was never heard" in read(people.keeper)
    heard(stream, now - timedelta(minutes=31))
    assert "It is silent" in read(people.keeper)
    Maintenance.objects.create(
        stream=stream.pk, owner=town.works, starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1), why="new probe", made_by=people.keeper, made_at=now,
    )  # fmt: skip
    page = read(people.keeper)
    assert "It is being worked on" in page
    assert "It is silent" not in page
    heard(stream, now - timedelta(minutes=5))
    assert "nothing is wrong with them" in read(people.keeper)


def test_a_wrong_clock_says_how_wrong_it_is_and_which_way(town, people, now):
    slow, fast, right = (depth(town, name) for name in ("slow", "fast", "right"))
    for stream, loses in ((slow, 240), (fast, -120), (right, 5)):
        heard(stream, now)
        clock(stream, now, loses)
    page = read(people.keeper)
    assert "Its clock loses 240 s a day" in page
    assert "Its clock gains 120 s a day" in page
    assert right.thing.name not in page
    assert "All its devices drift alike" not in page


def test_clocks_that_drift_alike_are_the_fault_of_their_gateway(town, people, now):
    gateway_make(code="hub", name="Hub", owner=town.works, by=None, at=now)
    for number in range(4):
        stream = depth(town, f"behind-{number}")
        heard(stream, now)
        clock(stream, now, 300 + number)
    page = read(people.keeper)
    assert "All its devices drift alike: Its clock loses 302 s a day" in page
    assert "Set the clock of the gateway" in page
    (gateway,) = health_of(people.keeper, now).gateways
    assert (gateway.devices, gateway.drifting) == (4, 4)


def test_what_was_not_taken_is_counted_with_its_reason(town, people, now):
    gateway, _key = gateway_make(code="hub", name="Hub", owner=town.works, by=None, at=now)
    stream = depth(town, "odd")
    heard(stream, now, flags=Quality.RANGE)
    counted({("hub", stream.pk, "future"): 3, ("hub", 0, "flooded"): 9_000, ("hub", 0, "new"): 7})
    counted({("hub", stream.pk, "future"): 5}, now - timedelta(days=9))
    page = read(people.keeper)
    assert "3 × its time lies in the future" in page
    assert "9000 × more than the gateway may send a minute" in page
    assert "outside what this sensor can measure" in page
    gateway_revoke(gateway=gateway, by=people.keeper, at=now, why="stolen")
    assert "Hub" not in read(people.keeper)
    counted({("hub", 0, "key_revoked"): 2})
    assert "Its key was revoked, and somebody still sends with it" in read(people.keeper)


def test_calibrations_that_end_within_a_month_are_listed_the_ended_first(town, people, now):
    for name, days in (("soon", 20), ("ended", -2), ("later", 40)):
        stream = depth(town, name)
        heard(stream, now)
        StreamCalibration.objects.create(
            stream=stream, done_at=now - timedelta(days=300), recorded_at=now,
            valid_until=now + timedelta(days=days), certificate=name,
        )  # fmt: skip
    found = health_of(people.keeper, now).calibrations
    assert [(each.name, each.has_ended) for each in found] == [
        ("Level ended", True), ("Level soon", False),
    ]  # fmt: skip
    page = read(people.keeper)
    assert "take no part in figures" in page
    assert "Level later" not in page


def test_a_thousand_devices_are_asked_in_few_questions(
    town, people, now, django_assert_max_num_queries
):
    for number in range(120):
        depth(town, f"many-{number}")
    client = Client()
    client.force_login(people.keeper)
    client.get(PAGE)
    with django_assert_max_num_queries(40):
        page = client.get(PAGE).content.decode()
    assert page.count("It was never heard") == 50
    assert 'rel="next"' in page
