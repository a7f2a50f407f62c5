"""What devices send: right, late, twice, wrong, too much, with a key that was stolen."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.sensing.conftest import AT, stream_made

from shizheng.kernel.errors import NotPermitted
from shizheng.sensing import holding
from shizheng.sensing.actions.admission import admit
from shizheng.sensing.actions.gateways import (
    gateway_known,
    gateway_make,
    gateway_of,
    gateway_revoke,
)
from shizheng.sensing.actions.intake import (
    Incoming,
    gateway_streams,
    observations_record,
    stream_known,
)
from shizheng.sensing.errors import Flooded, KeyRefused, MessageUnreadable, Replayed, TopicWild
from shizheng.sensing.messages import Message, message_taken, messages_taken
from shizheng.sensing.models import (
    Datastream,
    HeldMessage,
    IntakeCount,
    Latest,
    ObservedProperty,
    Quarantined,
)
from shizheng.sensing.settling import Settling
from shizheng.sensing.store.reading import readings_between

pytestmark = pytest.mark.django_db
NOON = "2020-03-01T12:00:00+08:00"


@pytest.fixture
def site(town) -> SimpleNamespace:
    for known in (gateway_known, gateway_streams, stream_known):
        known.forget()
    om = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
    stream = stream_made(owner=town.works, observation_type=om)
    ObservedProperty.objects.update(
        unit={"symbol": "m"}, conversions={"cm": ["0.01", "0"], "F": ["0.5", "-16"]}
    )
    gateway, key = gateway_make(
        code="g-1", name="Gateway", owner=town.works, by=None, at=AT, rate_a_minute=50
    )
    return SimpleNamespace(town=town, stream=stream, gateway=gateway, key=key)


def sent(site, *rows, **more):
    told = [Incoming(site.stream.code, *row) for row in rows]
    return observations_record(told, by=site.gateway, at=AT, **more)


def kept(site):
    return [row[1] for row in readings_between(site.stream.pk, 0, 2**60, site.stream.block_us)]


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ((NOON, 1.25), "new"), (("2020-03-01 04:00:00Z", 1.25), "new"),
        (("1970-01-01T00:00:00Z", 1.0), "clock_unset"),
        (("2020-03-05T00:00:00Z", 1.0), "future"), ((NOON, float("nan")), "not_a_number"),
        ((NOON, float("inf")), "not_a_number"), ((NOON, None), "not_a_number"),
        ((NOON, "wet"), "not_a_number"), (("2020-03-01T12:00:00", 1.0), "time_unreadable"),
        (("yesterday", 1.0), "time_unreadable"), ((None, 1.0), "time_unreadable"),
        ((NOON, 1.0, "inch"), "unit_undeclared"), ((NOON, 125, "cm"), "new"),
        (([], 1.0), "time_unreadable"), (("9999999-01-01T00:00:00Z", 1), "time_unreadable"),
    ],
    ids=str,
)  # fmt: skip
def test_a_reading_is_taken_or_put_apart_with_its_reason(site, row, outcome):
    taken = sent(site, row, ("2020-03-01T00:00:00Z", 3.5))

    assert taken.outcomes == [outcome, "new"]
    assert len(kept(site)) == 1 + (outcome == "new")
    apart = Quarantined.objects.values_list("reason", flat=True)
    assert list(apart) == ([] if outcome == "new" else [outcome])
    told = IntakeCount.objects.filter(outcome=outcome).values_list("count", "gateway").get()
    assert told == (1 + (outcome == "new"), "g-1")


def test_halves_of_characters_are_put_apart_like_anything_else(site):
    Datastream.objects.update(observation_type="")
    half = json.loads('"\\ud800"')
    rows = [Incoming(half, NOON, 1), Incoming("a\0b", NOON, 1),
            Incoming(site.stream.pk, NOON, half), Incoming(site.stream.pk, NOON, {"a": half}),
            Incoming(site.stream.pk, NOON, 1, half), Incoming(site.stream.pk, half, 1),
            Incoming(site.stream.pk, NOON, 2.5)]  # fmt: skip
    stream_known.forget()
    taken = observations_record(rows, by=site.gateway, at=AT)
    assert taken.outcomes == [
        "stream_unknown", "stream_unknown", "result_unfit", "result_unfit", "unit_undeclared",
        "time_unreadable", "new",
    ]  # fmt: skip
    assert Quarantined.objects.count() == 6


def test_a_unit_is_converted_by_the_declared_rule_to_the_last_decimal(site):
    sent(site, ("2020-03-01T00:00:00Z", 2.79, "cm"), ("2020-03-01T01:00:00Z", 70.5, "F"))

    assert kept(site) == [0.0279, 19.25]


def test_what_comes_twice_late_or_out_of_order_is_kept_once_in_order(site):
    sent(site, ("2020-03-01T05:00:00Z", 5), ("2020-03-01T03:00:00Z", 3))
    taken = sent(site, ("2020-03-01T04:00:00Z", 4), ("2020-03-01T03:00:00Z", 3),
                 ("2020-03-01T05:00:00Z", 6))  # fmt: skip

    assert taken.outcomes == ["new", "same", "contradicts"]
    assert kept(site) == [3.0, 4.0, 5.0]
    assert Latest.objects.get(pk=site.stream.pk).value == 5.0


def test_a_gateway_writes_to_no_stream_of_others(site):
    other = stream_made("other")
    site.gateway.streams.set([other])
    rows = [Incoming("nothing", NOON, 1), Incoming(["x"], NOON, 1),
            Incoming(site.stream.pk, NOON, 1)]  # fmt: skip
    taken = observations_record(rows, by=site.gateway, at=AT)

    assert taken.outcomes == ["stream_unknown", "stream_unknown", "stream_foreign"]


def test_a_flood_is_turned_away_with_the_time_to_wait_and_the_rest_goes_on(site):
    rows = [(f"2020-03-01T00:{n:02d}:00Z", n) for n in range(30)]
    sent(site, *rows)
    with pytest.raises(Flooded) as refused:
        sent(site, *rows)

    assert refused.value.parameters["retry_after"] == 60
    assert IntakeCount.objects.get(outcome="flooded").count == 30
    later = AT + timedelta(minutes=1)
    told = [Incoming(site.stream.code, *row) for row in rows]
    assert observations_record(told, by=site.gateway, at=later).counts["same"] == 30


def test_a_numbered_message_that_is_recorded_and_sent_again_changes_nothing(site):
    sent(site, (NOON, 1), number=7)
    for number in (7, 3):
        with pytest.raises(Replayed):
            sent(site, ("2020-03-01T01:00:00Z", 2), number=number)
    sent(site, ("2020-03-01T02:00:00Z", 2), number=8)
    assert len(kept(site)) == 2


def test_a_stolen_key_opens_nothing_and_its_use_is_counted(site, people):
    with pytest.raises(NotPermitted):
        gateway_revoke(gateway=site.gateway, by=people.resident, at=AT, why="?")
    gateway_revoke(gateway=site.gateway, by=people.keeper, at=AT, why="stolen")

    with pytest.raises(KeyRefused):
        gateway_of(site.key)
    assert IntakeCount.objects.get(outcome="key_revoked").count == 1


def test_a_push_says_of_each_reading_why_it_was_not_taken(site):
    client, door = Client(), "/intake/observations/"
    rows = [
        {"stream": site.stream.code, "time": NOON, "result": 1},
        {"stream": site.stream.code, "time": "1970-01-01T00:00:00Z", "result": 1},
    ]
    auth = {"Authorization": f"Bearer {site.key}"}
    body = json.dumps({"observations": rows})
    told = client.post(door, body, "application/json", headers=auth)

    assert told.json()["new"] == 1
    assert "1980" in told.json()["not_taken"][0]["reason"]
    assert client.post(door, body, "application/json").status_code == 401
    assert client.post(door, "{", "application/json", headers=auth).status_code == 400
    many = json.dumps({"observations": rows * 40})
    flooded = client.post(door, many, "application/json", headers=auth)
    assert (flooded.status_code, int(flooded["Retry-After"]) > 0) == (429, True)


@pytest.mark.parametrize(
    ("topic", "body", "refusal"),
    [
        ("shizheng/gateways/+/observations", "{}", TopicWild),
        ("v1.1/Datastreams(#)/Observations", "{}", TopicWild), ("other", "{}", TopicWild),
        ("v1.1/Datastreams(1)/Observations", '{"result": 1}', MessageUnreadable),
        ("shizheng/gateways/g-1/observations", "[1]", MessageUnreadable),
        ("shizheng/gateways/g-1/observations", '{"observations": 3}', MessageUnreadable),
        ("shizheng/gateways/g-1/observations", "\x00", MessageUnreadable),
    ],
    ids=str,
)  # fmt: skip
def test_messages_that_cannot_be_read_are_refused(site, topic, body, refusal):
    with pytest.raises(refusal):
        message_taken(body.encode(), at=AT, key=site.key, topic=topic)


def test_a_message_of_sensorthings_names_its_stream_by_the_topic(site):
    body = json.dumps({"phenomenonTime": NOON, "result": 2.5}).encode()
    topic = f"v1.1/Datastreams({site.stream.pk})/Observations"

    assert message_taken(body, at=AT, key=site.key, topic=topic).outcomes == ["new"]
    assert kept(site) == [2.5]


def test_an_allowance_taken_ahead_is_spent_and_never_exceeded(town):
    gateway, _ = gateway_make(
        code="g-2", name="G", owner=town.works, by=None, at=AT, rate_a_minute=1_000
    )
    sent_, refused = 0, 0
    for _turn in range(1_200):
        try:
            admit(gateway, 1, AT)
            sent_ += 1
        except Flooded:
            refused += 1
    assert (sent_, refused) == (1_000, 200)
    with CaptureQueriesContext(connection) as asked:
        admit(gateway, 1, AT + timedelta(minutes=1))
        for _turn in range(10):
            admit(gateway, 1, AT + timedelta(minutes=1))
    assert len(asked) == 1


def test_messages_taken_together_are_what_they_are_one_by_one(site):
    topic = f"v1.1/Datastreams({site.stream.pk})/Observations"

    def message(hour, result, key=site.key):
        body = {"phenomenonTime": f"2020-03-01T{hour:02d}:00:00Z", "result": result}
        return Message(json.dumps(body).encode(), topic, key)

    told = [message(1, 1.0), Message(b"{", topic, site.key), message(2, 2.0), message(1, 1.0),
            message(3, 3.0, "szd_stolen"), message(2, 9.0), message(0, 0.5)]  # fmt: skip
    outcomes = messages_taken(told, at=AT)
    assert [getattr(each, "outcomes", None) or each.code for each in outcomes] == [
        ["new"], "sensing.message_unreadable", ["new"], ["same"], "sensing.key_refused",
        ["contradicts"], ["new"],
    ]  # fmt: skip
    assert kept(site) == [0.5, 1.0, 2.0]


def test_what_is_beyond_the_allowance_waits_its_minute_and_others_go_on(site):
    _, key = gateway_make(code="g-2", name="G", owner=site.town.works, by=None, at=AT)
    topic = f"v1.1/Datastreams({site.stream.pk})/Observations"

    def messages(since, count, by):
        rows = [{"phenomenonTime": f"2020-03-01T{since + n // 60:02d}:{n % 60:02d}:00Z",
                 "result": n} for n in range(count)]  # fmt: skip
        return [Message(json.dumps(row).encode(), topic, by) for row in rows]

    settling = Settling()
    flood = messages(0, 120, site.key)
    assert not settling.settled([*flood, *messages(12, 5, key)], AT)
    assert HeldMessage.objects.filter(gateway=site.gateway).count() == 70
    assert len(kept(site)) == 55
    for minute in (1, 2):
        settling.next_held = 0
        settling.held_taken(AT + timedelta(minutes=minute))
    assert not HeldMessage.objects.exists()
    assert not settling.holding
    assert len(kept(site)) == 125


def test_more_than_can_be_held_stays_with_its_sender(site, monkeypatch):
    monkeypatch.setattr(holding, "MOST", 10)
    topic = f"v1.1/Datastreams({site.stream.pk})/Observations"
    flood = [
        Message(json.dumps({"phenomenonTime": f"2020-03-01T{n // 60:02d}:{n % 60:02d}:00Z",
                            "result": 1}).encode(), topic, site.key)
        for n in range(70)
    ]  # fmt: skip
    assert sorted(Settling().settled(flood, AT)) == [*range(60, 70)]


def test_one_question_names_the_streams_of_a_message(site):
    many = [stream_made(f"s-{n}", owner=site.town.works) for n in range(40)]
    stream_known.forget()
    rows = [Incoming(each.pk, NOON, 1) for each in many]
    observations_record(rows[:1], by=site.gateway, at=AT)
    with CaptureQueriesContext(connection) as asked:
        observations_record(rows, by=None, at=AT)
    assert len(asked) <= 12
