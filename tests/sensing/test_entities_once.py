"""An entity that a broker delivers again is made once; another one, or one that is gone, anew."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from tests.sensing.conftest import AT

from shizheng.sensing import messages
from shizheng.sensing.actions.gateways import gateway_known, gateway_make
from shizheng.sensing.errors import EntityMissing, EntityUnfit
from shizheng.sensing.messages import Message, message_taken, messages_taken
from shizheng.sensing.models import Datastream, IntakeCount, Thing

pytestmark = pytest.mark.django_db
GAUGE = {"name": "Gauge", "description": "At the ford", "properties": {"serial": "A-1"}}
SENSOR = {"name": "S", "description": "", "encodingType": "text/html", "metadata": "none"}
LEVEL = {"name": "Level", "description": "", "definition": "level"}
STREAM = {
    "name": "Level", "description": "", "observationType": "OM_Measurement", "Sensor": SENSOR,
    "unitOfMeasurement": {"name": "metre", "symbol": "m", "definition": "ucum:m"},
    "ObservedProperty": LEVEL,
}  # fmt: skip


@pytest.fixture
def keys(town) -> SimpleNamespace:
    gateway_known.forget()
    made = {
        name: gateway_make(
            code=name, name=name, owner=town.works, by=None, at=AT, may_register=True
        )[1]
        for name in ("one", "other")
    }
    return SimpleNamespace(**made)


def publish(key, body=GAUGE, topic="v1.1/Things", at=AT):
    return message_taken(json.dumps(body).encode(), at=at, key=key, topic=topic)


def test_what_comes_again_makes_nothing_and_is_counted_as_the_same(keys):
    publish(keys.one)
    publish(keys.one, at=AT + timedelta(days=7))
    publish("", dict(reversed(GAUGE.items())) | {"key": keys.one}, "v1.0/Things")
    assert Thing.objects.filter(name="Gauge").count() == 1
    assert IntakeCount.objects.get(gateway="one", outcome="same", day=AT).count == 1


def test_a_broker_that_delivers_it_twice_at_once_makes_it_once(keys):
    told = Message(json.dumps(GAUGE).encode(), "v1.1/Things", keys.one)
    assert all(each.outcomes == [] for each in messages_taken([told, told], at=AT))
    assert Thing.objects.filter(name="Gauge").count() == 1


def test_a_deep_insert_that_comes_again_makes_none_of_its_parts(keys):
    whole = GAUGE | {"Datastreams": [STREAM]}
    publish(keys.one, whole)
    publish(keys.one, whole)
    assert Datastream.objects.count() == 1
    thing = Thing.objects.get(name="Gauge")
    for _ in range(2):
        publish(keys.one, STREAM | {"name": "Second"}, f"v1.1/Things({thing.pk})/Datastreams")
    assert thing.datastreams.count() == 2


def test_what_another_gateway_sends_says_otherwise_or_was_deleted_is_made(keys):
    publish(keys.one)
    publish(keys.other)
    publish(keys.one, GAUGE | {"properties": {"serial": "A-2"}})
    assert Thing.objects.filter(name="Gauge").count() == 3
    Thing.objects.filter(name="Gauge").delete()
    publish(keys.one)
    publish(keys.one)
    assert Thing.objects.filter(name="Gauge").count() == 1


def test_after_the_time_of_a_broker_it_is_a_new_one(keys):
    publish(keys.one)
    publish(keys.one, at=AT + messages.KNOWN_FOR)
    assert Thing.objects.filter(name="Gauge").count() == 2


def test_what_was_refused_is_made_once_it_can_be(keys):
    gone = STREAM | {"Sensor": {"@iot.id": 99}}
    for _ in range(2):
        with pytest.raises(EntityMissing):
            publish(keys.one, GAUGE | {"Datastreams": [gone]})
    with pytest.raises(EntityUnfit):
        publish(keys.one, {"description": "no name"})
    assert not Thing.objects.filter(name="Gauge").exists()
