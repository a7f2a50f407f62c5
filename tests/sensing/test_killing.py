"""Whatever is killed, whenever: each observation that was acknowledged is there exactly once.

``SHIZHENG_KILL_ROUNDS`` runs it for longer than the suite does.
"""

import base64
import http.client
import json
import os
import queue
import random
import socket
import threading
import time

import paho.mqtt.client as paho
import pytest
from tests.sensing.test_mqtt import MOSQUITTO, Mosquitto

ROUNDS = int(os.environ.get("SHIZHENG_KILL_ROUNDS", "3"))
MADE = """
import sys
from django.utils import timezone
from shizheng.core.models import Agency
from shizheng.sensing.actions.gateways import gateway_make
from shizheng.sensing.models import Datastream, ObservedProperty, Sensor, Thing

works = Agency.objects.create(code="wks", kind="office", name={}, short_name={},
                              valid_from="2010-01-01")
thing = Thing.objects.create(name="Gauges", owner=works)
kind = Sensor.objects.create(name="Gauge")
level = ObservedProperty.objects.create(name="Level", definition="level")
rows = [Datastream.objects.create(name=f"s{n}", thing=thing, sensor=kind, owner=works, decimals=2,
        observed_property=level, block_us=3_600_000_000) for n in range(3)]
_, key = gateway_make(code="g", name="g", owner=works, by=None, at=timezone.now(),
                      rate_a_minute=10**9)
print(key, *[row.pk for row in rows])
"""
DOOR = """
import sys, threading
from shizheng.sensing.mqtt_door import serve
serve("127.0.0.1", int(sys.argv[1]), threading.Event())
"""
SITE = """
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from django.core.wsgi import get_wsgi_application

class Quiet(WSGIRequestHandler):
    def log_message(self, *told): pass

class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

make_server("127.0.0.1", int(sys.argv[1]), get_wsgi_application(), Server, Quiet).serve_forever()
"""
SUBSCRIBER = """
import sys, threading
from shizheng.sensing.mqtt import listen
listen(f"mqtt://127.0.0.1:{sys.argv[1]}", threading.Event())
"""
SEALER = """
import time
from shizheng.sensing.store.sealing import sealed
while True:
    sealed(until_us=2**60)
    time.sleep(0.01)
"""
STORED = """
import json, sys
from shizheng.sensing.store.reading import readings_between
from shizheng.sensing.store.tables import told
found = {}
for stream in sys.argv[1:]:
    rows = readings_between(int(stream), 0, 2**60, 3_600_000_000)
    found[stream] = list(zip(rows.times.tolist(), rows.values.tolist()))
segments = told("SELECT COALESCE(SUM(count), 0) FROM sensing_segment")[0][0]
print(json.dumps([found, int(segments)]))
"""
START_US, STEP_US = 1_583_107_200_000_000, 7_000_000


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Senders:
    """Devices that send on and on, each moment once, and note what was acknowledged."""

    def __init__(self, key, streams):
        self.key, self.streams = key, streams
        self.sent, self.acknowledged = {}, {}
        self.stop = threading.Event()
        self.lock = threading.Lock()
        self.chance = random.Random(7)

    def next(self):
        """Return a new reading: mostly later than the last, sometimes hours late."""
        with self.lock:
            number = len(self.sent)
            stream = self.streams[number % len(self.streams)]
            time_us = START_US + number * STEP_US - self.chance.choice([0, 0, 0, 20_000]) * 10**6
            value = round(self.chance.uniform(0, 9), 2)
            self.sent[stream, time_us] = value
        when = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(time_us // 10**6))}Z"
        return (stream, time_us), {"phenomenonTime": when, "result": value}

    def post(self, port):
        secret = base64.b64encode(f"g:{self.key}".encode()).decode()
        headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/json"}
        while not self.stop.is_set():
            key, body = self.next()
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            try:
                path = f"/sensorthings/v1.1/Datastreams({key[0]})/Observations"
                line.request("POST", path, json.dumps(body), headers)
                if line.getresponse().status == 201:
                    self.acknowledged[key] = self.sent[key]
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
            finally:
                line.close()

    def publish(self, port):
        waiting, done = {}, queue.SimpleQueue()
        client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        client.username_pw_set("g", self.key)
        client.reconnect_delay_set(1, 1)

        # it comes in the client's own thread, which may hold a lock that ``publish`` waits for
        client.on_publish = lambda _client, _data, number, *_more: done.put(number)
        client.max_inflight_messages_set(20)
        client.connect_async("127.0.0.1", port)
        client.loop_start()
        while not self.stop.is_set():
            if len(waiting) < 50:
                key, body = self.next()
                told_ = json.dumps(body | {"key": self.key})
                topic = f"v1.1/Datastreams({key[0]})/Observations"
                waiting[client.publish(topic, told_, 1).mid] = key
            else:
                time.sleep(0.01)
            self._note(done, waiting)
        client.disconnect()
        client.loop_stop()
        self._note(done, waiting)

    def _note(self, done, waiting):
        while not done.empty():
            key = waiting.pop(done.get())
            self.acknowledged[key] = self.sent[key]


def _a_round(city, senders, parts, running, chance):
    """Let some more be acknowledged, then kill some parts and start them again."""
    before, end = len(senders.acknowledged), time.monotonic() + 8
    while len(senders.acknowledged) < before + 60 and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(chance.uniform(0, 0.3))
    for name in chance.sample([*parts], chance.randint(1, len(parts))):
        running[name].kill()
        running[name].wait(20)
        running[name] = city.start(*parts[name])


@pytest.fixture
def killed(installation, tmp_path):
    """A city whose parts are killed at random moments while devices send.

    Mosquitto is one of them, ended gently: what it had acknowledged and not yet written when it
    is killed is its own loss.
    """
    city, chance = installation, random.Random(11)
    key, *streams = city.run(MADE).split()
    ports = {"door": free_port(), "site": free_port()}
    parts = {name: (code, str(ports[name])) for name, code in (("door", DOOR), ("site", SITE))}
    parts["sealer"] = (SEALER,)
    broker = Mosquitto(tmp_path) if MOSQUITTO else None
    if broker:
        parts["subscriber"] = (SUBSCRIBER, str(broker.port))
    running = {name: city.start(*part) for name, part in parts.items()}
    senders = Senders(key, streams)
    work = [(senders.post, ports["site"]), (senders.publish, ports["door"])]
    work += [(senders.publish, broker.port)] if broker else []
    threads = [threading.Thread(target=each, args=(port,), daemon=True) for each, port in work]
    time.sleep(1)  # the session with the broker begins
    for each in threads:
        each.start()
    for turn in range(ROUNDS):
        _a_round(city, senders, parts, running, chance)
        if broker and turn % 2:
            broker.stop()
            broker.start()
    senders.stop.set()
    for each in threads:
        each.join(20)
        assert not each.is_alive()
    end = time.monotonic() + 20
    while True:
        found, sealed = json.loads(city.run(STORED, *streams))
        stored = {(stream, time_us): value for stream in found for time_us, value in found[stream]}
        if senders.acknowledged.keys() <= stored.keys() or time.monotonic() > end:
            break
        time.sleep(0.5)
    if broker:
        broker.stop()
    return senders, stored, sum(len(rows) for rows in found.values()), sealed


def test_each_acknowledged_observation_is_there_exactly_once(killed):
    senders, stored, count, sealed = killed
    assert len(senders.acknowledged) > 10 * ROUNDS
    assert sealed > 0
    assert count == len(stored)
    lost = {key for key in senders.acknowledged if key not in stored}
    assert not lost
    assert all(senders.sent[key] == value for key, value in stored.items())
    checksum = round(sum(senders.acknowledged.values()), 2)
    assert round(sum(stored[key] for key in senders.acknowledged), 2) == checksum
