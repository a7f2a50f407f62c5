"""Intake through a cluster of NATS JetStream: shared, one server killed, nothing lost."""

import gc
import json
import shutil
import socket
import subprocess
import threading
import time

import pytest
from django.db import connection
from django.test import Client
from tests.sensing.conftest import AT, MINUTE, START, load_town, stream_made

from shizheng.core.fresh import forget_all
from shizheng.core.models import Agency
from shizheng.sensing import moments, streaming
from shizheng.sensing.actions.gateways import gateway_make
from shizheng.sensing.messages import Message
from shizheng.sensing.store.reading import readings_between

NATS = shutil.which("nats-server", path="/usr/sbin:/usr/local/bin:/usr/bin")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(NATS is None, reason="nats-server is not installed"),
    # nats-py leaves the socket to a server that was killed to the collector of garbage
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Cluster:
    """Servers that keep a stream together."""

    def __init__(self, folder, count):
        ports = [_free() for _ in range(2 * count)]
        self.ports, routes = ports[:count], ports[count:]
        known = ",".join(f"nats://127.0.0.1:{port}" for port in routes)
        self.processes = []
        for number in range(count):
            file = folder / f"{number}.conf"
            file.write_text(
                f"server_name: n{number}\nhost: 127.0.0.1\nport: {self.ports[number]}\n"
                f'jetstream {{ store_dir: "{folder}/n{number}" }}\n'
                f"cluster {{ name: c, host: 127.0.0.1, port: {routes[number]}, "
                f"routes: [{known}] }}\n"
            )
            self.processes.append(
                subprocess.Popen(
                    [NATS, "-c", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            )

    @property
    def address(self):
        return ",".join(f"nats://127.0.0.1:{port}" for port in self.ports)

    def kill(self, number):
        self.processes[number].kill()
        self.processes[number].wait(20)

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait(20)


def _free():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def cluster(tmp_path, settings, monkeypatch):
    made = Cluster(tmp_path, 3)
    settings.NATS = made.address
    monkeypatch.setattr(streaming, "_sender", [])
    yield made
    for sender in streaming._sender:
        sender.end()
    made.end()
    gc.collect()


def put(messages):
    """Put messages into the stream as a device does: again until they are there."""
    end = time.monotonic() + 60
    while True:
        try:
            return streaming.put(messages)
        except streaming.StreamAway:
            assert time.monotonic() < end, "the stream does not come up"
            time.sleep(0.3)


def test_a_cluster_that_loses_a_server_loses_no_reading_and_doubles_none(cluster):
    forget_all()
    load_town()
    works = Agency.objects.get(code="works")
    stream = stream_made(owner=works)
    gateway, key = gateway_make(code="g", name="G", owner=works, by=None, at=AT)
    topic = f"v1.1/Datastreams({stream.pk})/Observations"
    stop, shares = threading.Event(), {}

    def share(name):
        shares[name] = 0

        def took(count):
            shares[name] += count

        streaming.work(cluster.address, stop, took)
        connection.close()

    def message(number):
        when = moments.text(START - number * MINUTE)
        body = json.dumps({"phenomenonTime": when, "result": number / 4}).encode()
        return Message(body, topic, gateway=gateway.pk)

    put([message(n) for n in range(50)])
    workers = [threading.Thread(target=share, args=(name,), daemon=True) for name in ("one", "two")]
    for worker in workers:
        worker.start()
    for first in range(50, 800, 50):
        if first == 400:
            cluster.kill(0)
        put([message(n) for n in range(first - 10, first + 50)])
    told = {"observations": [{"stream": stream.pk, "time": moments.text(START), "result": 0.0},
                             {"stream": stream.pk, "time": moments.text(START + MINUTE),
                              "result": 1.0}]}  # fmt: skip
    client, headers = Client(), {"Authorization": f"Bearer {key}"}
    answer = client.post(
        "/intake/observations/", json.dumps(told), "application/json", headers=headers
    )
    assert (answer.status_code, answer.json()) == (202, {"queued": True})
    unread = client.post("/intake/observations/", "{", "application/json", headers=headers)
    assert unread.status_code == 400
    put([Message(b'{"observations": []}', "shizheng/gateways/g/observations")])  # has no key

    def there():
        found = readings_between(stream.pk, 0, moments.of(AT), stream.block_us)
        return sorted(found.values.tolist())

    end = time.monotonic() + 60
    while len(there()) < 801 and time.monotonic() < end:
        time.sleep(0.1)
    stop.set()
    for worker in workers:
        worker.join(30)
    assert there() == sorted([number / 4 for number in range(800)] + [1.0])
    assert sum(shares.values()) >= 801


def test_a_stream_that_is_away_is_said_with_when_to_come_again(settings, monkeypatch):
    settings.NATS = f"nats://127.0.0.1:{_free()}"
    monkeypatch.setattr(streaming, "_sender", [])
    monkeypatch.setattr(streaming, "TAKEN_S", 0.5)
    with pytest.raises(streaming.StreamAway) as refused:
        streaming.put([Message(b"{}")])
    assert (refused.value.status, refused.value.parameters["retry_after"]) == (503, 5)
    streaming._sender[0].end()
    gc.collect()
