"""Readings by way of Mosquitto: none is lost when either side is away, each is there once."""

import getpass
import json
import shutil
import socket
import subprocess
import threading
import time

import paho.mqtt.client as paho
import pytest
from django.test import Client
from django.utils import timezone
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from tests.sensing.conftest import AT, MINUTE, START, load_town, stream_made

from shizheng.core.models import Agency
from shizheng.sensing import moments
from shizheng.sensing.actions.gateways import gateway_known, gateway_make
from shizheng.sensing.actions.intake import gateway_streams, stream_known
from shizheng.sensing.models import Datastream, Thing
from shizheng.sensing.mqtt import BrokerUnfit, Subscriber, broker_of
from shizheng.sensing.publishing import Feed
from shizheng.sensing.store.reading import readings_between

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin")
needs_broker = pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed")


class Mosquitto:
    """A broker that keeps what it holds on disk, so that it may be killed."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.file = folder / "mosquitto.conf"
        self.file.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {folder}/\nautosave_on_changes true\nautosave_interval 1\n"
            f"max_queued_messages 100000\nuser {getpass.getuser()}\n"
        )
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [MOSQUITTO, "-c", str(self.file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("Mosquitto does not listen")

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def broker(tmp_path):
    broker = Mosquitto(tmp_path)
    yield broker
    broker.stop()


def publish(broker, stream, key, numbers):
    """Publish readings as a device does, and return when the broker has them."""
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    properties = Properties(PacketTypes.PUBLISH)
    properties.UserProperty = ("key", key)
    topic = f"v1.1/Datastreams({stream.pk})/Observations"
    for number in numbers:
        body = {"phenomenonTime": moments.text(START - number * MINUTE), "result": number / 4}
        client.publish(topic, json.dumps(body), qos=1, properties=properties).wait_for_publish(20)
    client.loop_stop()
    client.disconnect()


def listening(subscriber, until):
    """Let a subscriber listen in this thread until something holds."""
    stop = threading.Event()
    real = subscriber.settle

    def settle():
        real()
        if until() or time.monotonic() > end:
            stop.set()

    end = time.monotonic() + 40
    subscriber.settle = settle
    subscriber.run(stop)
    assert until()


@needs_broker
@pytest.mark.django_db(transaction=True)
def test_each_acknowledged_reading_is_there_once_though_either_side_was_away(broker):
    for known in (gateway_known, gateway_streams, stream_known):
        known.forget()
    load_town()
    works = Agency.objects.get(code="works")
    stream = stream_made(owner=works)
    _, key = gateway_make(code="g", name="G", owner=works, by=None, at=AT)
    address = f"mqtt://127.0.0.1:{broker.port}"

    def there():
        found = readings_between(stream.pk, 0, moments.of(timezone.now()), stream.block_us)
        return sorted(found.values.tolist())

    first = Subscriber(broker_of(address))
    listening(first, lambda: first.subscribed == 2)  # the session begins
    publish(broker, stream, key, range(20))  # while nobody listens
    broker.stop()
    broker.start()
    lost = Subscriber(broker_of(address))
    lost.client.ack = lambda mid, qos: None  # dies after the commit, before it could acknowledge
    listening(lost, lambda: len(there()) >= 20)
    publish(broker, stream, key, range(15, 40))
    publish(broker, stream, "szd_stolen", range(40, 45))
    listening(Subscriber(broker_of(address)), lambda: len(there()) >= 40)

    assert there() == [number / 4 for number in range(40)]


def hearing(broker, topics):
    """Return a client that follows topics at the broker, and what it hears."""
    heard, granted = [], []
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.on_message = lambda c, d, told: heard.append((told.topic, json.loads(told.payload)))
    client.on_subscribe = lambda *told: granted.append(told)
    client.connect("127.0.0.1", broker.port)
    client.subscribe([(topic, paho.SubscribeOptions(1)) for topic in topics])
    client.loop_start()
    while not granted:
        time.sleep(0.02)
    return client, heard


@needs_broker
@pytest.mark.django_db(transaction=True)
def test_who_follows_entities_at_a_broker_is_told_what_was_written_and_may_be_seen(broker):
    for known in (gateway_known, gateway_streams, stream_known):
        known.forget()
    load_town()
    works = Agency.objects.get(code="works")
    stream, inner = stream_made(owner=works), stream_made("inner", owner=works, seen_by="internal")
    _, key = gateway_make(code="r", name="R", owner=works, by=None, at=AT, may_register=True)
    http = {"headers": {"Authorization": f"Bearer {key}"}, "content_type": "application/json"}
    mine = f"v1.1/Datastreams({stream.pk})"
    client, heard = hearing(broker, ("v1.1/#",))
    subscriber = Subscriber(broker_of(f"mqtt://127.0.0.1:{broker.port}"), feed=Feed())
    written = []

    def write():
        """Write once the subscriber knows where the journal stands."""
        if subscriber.changes.low is None or written:
            return
        thing = json.dumps({"name": "New post", "description": "d"})
        for path in (mine, f"v1.1/Datastreams({inner.pk})"):
            told = json.dumps({"name": f"renamed {path}"})
            written.append(Client().patch(f"/sensorthings/{path}", told, **http).status_code)
        answer = Client().post("/sensorthings/v1.1/Things", thing, **http)
        written.append(answer.status_code)

    def told():
        write()
        return {topic for topic, _body in list(heard)} >= {mine, "v1.1/Things"}

    listening(subscriber, told)
    client.loop_stop()
    client.disconnect()
    assert written == [200, 200, 201]
    made = Thing.objects.get(name="New post")
    found = {topic: body["name"] for topic, body in heard}
    assert found == {
        "v1.1/Datastreams": f"renamed {mine}", mine: f"renamed {mine}",
        "v1.1/Things": "New post", f"v1.1/Things({made.pk})": "New post",
    }  # fmt: skip
    assert Datastream.objects.get(pk=inner.pk).name.startswith("renamed"), "written, and not told"


@pytest.mark.parametrize("address", ["", "http://x", "mqtt://", "mqtt://x:notaport"], ids=str)
def test_an_address_that_is_no_brokers_is_refused(address):
    with pytest.raises(BrokerUnfit):
        broker_of(address)
