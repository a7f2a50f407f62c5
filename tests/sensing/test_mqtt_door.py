"""The city's own door for MQTT, tried with the reference client in both versions."""

import json
import threading
import time
from types import SimpleNamespace

import paho.mqtt.client as paho
import pytest
from django.test import Client
from tests.sensing.conftest import AT, MINUTE, START, load_town, stream_made

from shizheng.core.fresh import forget_all
from shizheng.core.models import Agency
from shizheng.sensing import moments, publishing
from shizheng.sensing.actions.gateways import gateway_make
from shizheng.sensing.models import HeldMessage, IntakeCount, Thing
from shizheng.sensing.mqtt_door import serve
from shizheng.sensing.store.reading import readings_between

pytestmark = pytest.mark.django_db(transaction=True)
JSON = "application/json"
MEASURED = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
VERSIONS = {"3.1.1": paho.MQTTv311, "5": paho.MQTTv5}


@pytest.fixture
def city(monkeypatch):
    """A door, a stream of its town and one of nobody's concern, a gateway with its key."""
    forget_all()
    load_town()
    works = Agency.objects.get(code="works")
    stream = stream_made(owner=works)
    inner = stream_made("inner", seen_by="internal")
    gateway, key = gateway_make(code="g", name="G", owner=works, by=None, at=AT)
    monkeypatch.setattr(publishing, "listened", publishing.listened._read)
    publishing.listened.forget = lambda: None
    stop, ports = threading.Event(), []
    door = threading.Thread(target=serve, args=("127.0.0.1", 0, stop, ports.append), daemon=True)
    door.start()
    until(lambda: ports)
    yield SimpleNamespace(
        stream=stream, inner=inner, gateway=gateway, key=key, port=ports[0], works=works
    )
    stop.set()
    door.join(20)
    assert not door.is_alive()


def until(holds, seconds=30):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


def connected(city, key, version=paho.MQTTv311, **heard):
    """Return a client that is connected, or was refused."""
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=version)
    answers = []
    client.on_connect = lambda *told: answers.append(str(told[3]))
    for name, hear in heard.items():
        setattr(client, name, hear)
    if key is not None:
        client.username_pw_set("g", key)
    client.connect("127.0.0.1", city.port)
    client.loop_start()
    until(lambda: answers)
    client.answers = answers
    return client


def left(client):
    client.disconnect()
    client.loop_stop()


def body(number):
    when = moments.text(START - number * MINUTE)
    return json.dumps({"phenomenonTime": when, "result": number / 4})


def kept(city, stream=None):
    stream = stream or city.stream
    return sorted(readings_between(stream.pk, 0, 2**60, stream.block_us).values.tolist())


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("qos", [1, 2], ids=str)
def test_what_a_device_has_acknowledged_is_kept_when_it_is(city, version, qos):
    client = connected(city, city.key, VERSIONS[version])
    topic = f"v1.1/Datastreams({city.stream.pk})/Observations"
    for number in range(150):
        told = client.publish(topic, body(number), qos=qos)
    told.wait_for_publish(30)
    assert kept(city)[-1] == 149 / 4
    until(lambda: len(kept(city)) == 150)
    left(client)


def test_a_device_with_a_wrong_key_is_not_let_in(city):
    client = connected(city, "szd_stolen", paho.MQTTv5)
    assert client.answers[0] == "Not authorized"
    left(client)


def test_bytes_that_are_no_mqtt_end_their_connection_and_nothing_else(city):
    import socket

    for junk in (
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x10\xff\xff\xff\xff\x7f",
        b"\x30\x02\0\0",
        b"\x10\0",
    ):
        with socket.create_connection(("127.0.0.1", city.port), timeout=20) as line:
            line.sendall(junk)
            assert line.recv(10) == b""
    client = connected(city, city.key)
    client.publish(f"v1.1/Datastreams({city.stream.pk})/Observations", body(1), 1).wait_for_publish(
        20
    )
    assert kept(city) == [0.25]
    left(client)


def test_subscribers_get_the_observations_they_may_see_and_no_key(city):
    heard, granted = [], []
    one = f"v1.1/Datastreams({city.stream.pk})/Observations"
    client = connected(
        city, None, paho.MQTTv5, on_message=lambda c, d, told: heard.append(told),
        on_subscribe=lambda c, d, mid, codes, more: granted.extend(each.value for each in codes),
    )  # fmt: skip
    asked = [one, f"v1.1/Datastreams({city.inner.pk})/Observations", "v1.1/Observations", "#"]
    client.subscribe([(topic, paho.SubscribeOptions(0)) for topic in asked])
    until(lambda: len(granted) == 4)
    assert granted == [0, 0x80, 0, 0x80]
    until(lambda: publishing.listened() == {0, city.stream.pk})
    device = connected(city, city.key)
    topic = "shizheng/gateways/g/observations"
    told = {"observations": [{"stream": city.stream.code, "time": "2020-03-01T00:00:00Z",
                              "result": 2.5}], "key": city.key}  # fmt: skip
    device.publish(topic, json.dumps(told), 1).wait_for_publish(20)
    until(lambda: len(heard) == 2)
    assert {each.topic for each in heard} == {one, "v1.1/Observations"}
    observation = json.loads(heard[0].payload)
    assert (observation["result"], observation["phenomenonTime"]) == (2.5, "2020-03-01T00:00:00Z")
    assert city.key not in heard[0].payload.decode()
    left(device)
    left(client)


def test_a_gateway_makes_entities_by_mqtt_with_the_rights_it_has_over_http(city):
    _, registrar = gateway_make(
        code="r", name="R", owner=city.works, by=None, at=AT, may_register=True
    )
    thing = {
        "name": "Gauge by MQTT", "description": "made by a message",
        "Datastreams": [{
            "name": "Level by MQTT", "description": "d", "observationType": MEASURED,
            "unitOfMeasurement": {"name": "metre", "symbol": "m", "definition": "ucum:m"},
            "Sensor": {"name": "s", "description": "d", "encodingType": "text/plain",
                       "metadata": ""},
            "ObservedProperty": {"name": "level", "description": "d", "definition": "urn:level"},
        }],
    }  # fmt: skip
    plain = connected(city, city.key)
    plain.publish("v1.1/Things", json.dumps(thing), 1).wait_for_publish(20)
    assert not Thing.objects.filter(name="Gauge by MQTT").exists(), "this key may not register"
    assert IntakeCount.objects.filter(gateway="g", stream=0).exists(), "refusals are counted"
    device = connected(city, registrar, paho.MQTTv5)
    for topic, body_ in (
        ("v1.1/Things", "[]"), ("v1.1/Nothings", json.dumps(thing)),
        ("v1.1/Things", '{"name": 3}'), (f"v1.1/Things({2**62})/Datastreams", "{}"),
        ("v1.1/Things", json.dumps(thing)),
    ):  # fmt: skip
        device.publish(topic, body_, 1).wait_for_publish(20)
    made = Thing.objects.get(name="Gauge by MQTT")
    stream = made.datastreams.get()
    assert (made.owner, stream.name) == (city.works, "Level by MQTT")
    told = {"phenomenonTime": "2020-03-01T00:00:00Z", "result": 1.5,
            "Datastream": {"@iot.id": stream.pk}}  # fmt: skip
    device.publish("v1.1/Observations", json.dumps(told), 1).wait_for_publish(20)
    assert kept(city, stream) == [1.5]
    left(device)
    left(plain)


def test_who_follows_entities_is_told_what_was_written_as_far_as_they_may_see(city):
    heard, granted = [], []
    mine = f"v1.1/Datastreams({city.stream.pk})"
    client = connected(
        city, None, paho.MQTTv5,
        on_message=lambda c, d, told: heard.append((told.topic, json.loads(told.payload))),
        on_subscribe=lambda c, d, mid, codes, more: granted.extend(each.value for each in codes),
    )  # fmt: skip
    asked = {
        "v1.1/Things": 0, "v1.1/Datastreams?$select=name,unitOfMeasurement": 0, mine: 0,
        f"{mine}/name": 0, f"{mine}/Observations?$select=result": 0, "v1.1/FeaturesOfInterest": 0,
        f"v1.1/Datastreams({city.inner.pk})": 0x80, f"{mine}/nothing": 0x80, "v1.1/Nothings": 0x80,
        "v1.1/Things?$filter=id eq 1": 0x80, f"{mine}/Observations?$top=1": 0x80,
        "v1.1/Things(": 0x80, "v1.1/": 0x80,
    }  # fmt: skip
    client.subscribe([(topic, paho.SubscribeOptions(0)) for topic in asked])
    until(lambda: len(granted) == len(asked))
    assert dict(zip(asked, granted, strict=True)) == asked
    until(lambda: publishing.listened() == {city.stream.pk})
    time.sleep(0.5)  # the door has looked where the journal stands
    _, registrar = gateway_make(
        code="r", name="R", owner=city.works, by=None, at=AT, may_register=True
    )
    http = {"headers": {"Authorization": f"Bearer {registrar}"}, "content_type": JSON}
    for told in ({"description": "other words"}, {"name": "renamed"}):
        answer = Client().patch(f"/sensorthings/{mine}", json.dumps(told), **http)
        assert answer.status_code == 200, answer.content
    thing = json.dumps({"name": "New post", "description": "d"})
    assert Client().post("/sensorthings/v1.1/Things", thing, **http).status_code == 201
    reading = json.dumps({"phenomenonTime": "2020-03-01T00:00:00Z", "result": 2.5})
    assert Client().post(f"/sensorthings/{mine}/Observations", reading, **http).status_code == 201

    def told_of(topic):
        return [body_ for name, body_ in list(heard) if name == topic]

    until(lambda: told_of("v1.1/Things") and told_of(f"{mine}/Observations?$select=result"))
    until(lambda: told_of(mine) and told_of(mine)[-1]["name"] == "renamed")
    until(lambda: told_of(f"{mine}/name"))
    assert [each["name"] for each in told_of("v1.1/Things")] == ["New post"]
    assert told_of(f"{mine}/name") == [{"name": "renamed"}], "other properties are not told"
    assert told_of(f"{mine}/Observations?$select=result") == [{"result": 2.5}]
    chosen = told_of("v1.1/Datastreams?$select=name,unitOfMeasurement")
    assert chosen[-1]["name"] == "renamed"
    assert set(chosen[-1]) == {"name", "unitOfMeasurement"}
    Client().patch(f"/sensorthings/v1.1/Datastreams({city.inner.pk})", "{}", **http)
    assert not [body_ for _topic, body_ in heard if city.inner.name in json.dumps(body_)]
    left(client)


def test_a_flood_is_acknowledged_held_and_not_lost_while_others_go_on(city):
    city.gateway.rate_a_minute = 20
    city.gateway.save()
    _, key = gateway_make(code="g-2", name="G", owner=city.works, by=None, at=AT)
    flooding, steady = connected(city, city.key), connected(city, key)
    topic = f"v1.1/Datastreams({city.stream.pk})/Observations"
    told = [flooding.publish(topic, body(number), 1) for number in range(2_000)][-1]
    steady.publish(topic, body(5_000), 1).wait_for_publish(30)
    assert 1_250.0 in kept(city)
    told.wait_for_publish(60)
    until(lambda: len(kept(city)) + HeldMessage.objects.count() >= 2_001, 60)
    left(flooding)
    left(steady)
