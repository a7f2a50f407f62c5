"""Claims: 600 posts, 30,000 observations, 200 filtered pages a second; warned within 2 seconds.

By the clock, against ``shizheng serve`` with two web processes, over HTTP (eight connections of
the standard library) and over MQTT (four clients of paho, each message acknowledged). Keys, rights,
counts, the checks of the pack and its rules are on; 5,000 gauges are watched. An observation counts
once its answer or its acknowledgement came, so once it is committed. CPU counts all processes of
the server, with worker, scheduler and door, and PostgreSQL's where ``DATABASE_URL`` names it;
without that, the database is a file of SQLite. In the same run, where ``BENCHMARK_SENSORTHINGS``
names a Python that has them: django-ogc-sensorthings with its extension for data arrays, and
uvicorn with two processes. Prints a table on standard error, JSON on standard output.

    uv run python benchmarks/observations.py [SECONDS OF EACH KIND] [array|mqtt|posts|pages|warned]

The first number is 10 if there is none; ``600 array`` shows that memory stays flat. With
``BENCHMARK_HOME`` a copy of the new city is kept in that folder, and the next run begins with it.
"""

import base64
import datetime
import http.client
import json
import os
import platform
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import observations_peer
import paho.mqtt.client as paho
from observations_made import Network, network_at, settings_set
from observations_warned import warned
from serving import asked, cpu_s, memory_mb, served

PORT = int(os.environ.get("BENCHMARK_PORT", "8474"))
MQTT_PORT, GAUGES, EACH, CYCLE_US = PORT + 1, 5_000, 1_000, 600_000_000
PROGRAM = str(Path(sys.executable).with_name("shizheng"))
KINDS = ("array", "mqtt", "posts", "pages", "warned")
TARGETS = {"array_per_s": 30_000, "mqtt_per_s": 30_000, "posts_per_s": 600, "pages_per_s": 200}
CLIENTS, IN_FLIGHT, A_MESSAGE = 4, 25, 100
ROOT = "/sensorthings/v1.1"
PAGE = "$filter=result%20gt%201&$orderby=phenomenonTime%20desc&$top=100"


def moment(us: int) -> str:
    """Return microseconds as a device writes a moment."""
    when = datetime.datetime.fromtimestamp(us // 1_000_000, datetime.UTC)
    return f"{when:%Y-%m-%dT%H:%M:%S}.{us % 1_000_000:06}Z"


def now_us() -> int:
    return time.time_ns() // 1000


def rows_of(number: int, streams: int) -> list[list[Any]]:
    """Return the backlog of a gauge, a thousand readings ten minutes apart, the newest of now.

    When all streams had theirs, a week before follows: no moment comes twice.
    """
    last = now_us() - number // streams * EACH * CYCLE_US
    deep = random.Random(number)
    return [
        [moment(last - (EACH - n) * CYCLE_US), round(deep.uniform(6.5, 8.9), 2)]
        for n in range(EACH)
    ]


def sender(network: Network) -> dict[str, str]:
    secret = base64.b64encode(f"benchmark:{network.key}".encode()).decode()
    return {"Authorization": f"Basic {secret}", "Content-Type": "application/json"}


def sent(line: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]) -> None:
    line.request("POST", path, body, headers)
    answer = line.getresponse()
    content = answer.read()
    assert answer.status == 201, content[:300]
    assert b'"error:' not in content, content[:300]


def asks(network: Network) -> dict[str, Callable[[http.client.HTTPConnection, int], int]]:
    """Return what is asked by HTTP, by kind."""
    headers, streams = sender(network), network.streams[: GAUGES // 2]

    def array(line: http.client.HTTPConnection, number: int) -> int:
        owner = {"@iot.id": streams[number % len(streams)]}
        part = {"Datastream": owner, "components": ["phenomenonTime", "result"],
                "dataArray": rows_of(number, len(streams))}  # fmt: skip
        sent(line, f"{ROOT}/CreateObservations", json.dumps([part]).encode(), headers)
        return EACH

    def posts(line: http.client.HTTPConnection, number: int) -> int:
        body = b'{"phenomenonTime":"%s","result":6.9}' % moment(now_us()).encode()
        path = f"{ROOT}/Datastreams({streams[number % len(streams)]})/Observations"
        sent(line, path, body, headers)
        return 1

    def pages(line: http.client.HTTPConnection, number: int) -> int:
        path = f"{ROOT}/Datastreams({streams[number % 50]})/Observations?{PAGE}"
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        content = answer.read()
        assert answer.status == 200, content[:300]
        assert content.count(b'"phenomenonTime"') == 100, content[:300]
        return 1

    return {"array": array, "posts": posts, "pages": pages}


def published(network: Network, seconds: float) -> tuple[list[float], int, float]:
    """Publish by MQTT, quality of service 1; return what ``asked`` returns.

    Each message has a reading of each of a hundred gauges, as a gateway sends it that was cut off
    for sixty days: ten minutes later each time.
    """
    took: list[float] = []
    streams, began = network.streams[GAUGES // 2 :], now_us() - 60 * 144 * CYCLE_US
    end = time.perf_counter() + seconds

    def go_on(first: int) -> None:
        begun: dict[int, float] = {}
        room = threading.Semaphore(IN_FLIGHT)
        client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        client.username_pw_set("benchmark", network.key)
        client.max_inflight_messages_set(IN_FLIGHT)

        def acknowledged(_client: object, _data: object, number: int, *_more: object) -> None:
            took.append(time.perf_counter() - begun.pop(number))
            room.release()

        client.on_publish = acknowledged
        client.connect("127.0.0.1", MQTT_PORT)
        client.loop_start()
        turn = first
        while time.perf_counter() < end:
            room.acquire()
            round_, begin = divmod(turn * A_MESSAGE, len(streams))
            when, deep = moment(began + round_ * CYCLE_US), random.Random(turn)
            rows = [
                {"stream": stream, "time": when, "result": round(deep.uniform(6.5, 8.9), 2)}
                for stream in streams[begin : begin + A_MESSAGE]
            ]
            started, body = time.perf_counter(), json.dumps({"observations": rows})
            begun[client.publish("gateways/benchmark/observations", body, 1).mid] = started
            turn += CLIENTS
        for _ in range(IN_FLIGHT):
            room.acquire()
        client.disconnect()
        client.loop_stop()

    threads = [threading.Thread(target=go_on, args=(first,)) for first in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took, len(took) * A_MESSAGE, time.perf_counter() - started


def told(
    name: str, group: int, measure: Callable[[], tuple[list[float], int, float]]
) -> dict[str, Any]:
    """Measure one kind; return its rate, its delays, what it cost and what memory it left."""
    before, own, memory = cpu_s(group, database()), time.process_time(), memory_mb(group)
    took, count, seconds = measure()
    spent = cpu_s(group, database()) - before
    hundredths = statistics.quantiles(took, n=100)
    return {
        f"{name}_per_s": round(count / seconds),
        f"{name}_p50_ms": round(hundredths[49] * 1e3, 1),
        f"{name}_p99_ms": round(hundredths[98] * 1e3, 1),
        f"{name}_cpu_us_each": round(spent / count * 1e6, 1),
        f"{name}_cores": round(spent / seconds, 2),
        f"{name}_client_cores": round((time.process_time() - own) / seconds, 2),
        f"{name}_memory_mb": [memory, memory_mb(group)],
    }


def database() -> str:
    """Return the name of our database in PostgreSQL, empty where it is a file."""
    url = os.environ.get("DATABASE_URL", "")
    return url.rpartition("/")[2] if url.startswith("postgres") else ""


def ours(network: Network, seconds: float, kinds: list[str]) -> dict[str, Any]:
    """Serve ours and measure it."""
    more = {"PORT": str(PORT), "SHIZHENG_MQTT_PORT": str(MQTT_PORT)}
    found: dict[str, Any] = {}
    with served([PROGRAM, "serve"], more, PORT, "/health/live") as group:
        ready(MQTT_PORT)
        at_rest()
        http_asks = asks(network)
        line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        for number in range(50):  # what pages are asked of
            http_asks["array"](line, number)
        asked(PORT, http_asks["posts"], 1)
        for kind in kinds:
            if kind == "warned":
                found |= warned(network, PORT, group, lambda: cpu_s(group, database()))
            elif kind == "mqtt":
                found |= told(kind, group, lambda: published(network, seconds))
            else:
                ask = http_asks[kind]
                found |= told(kind, group, lambda ask=ask: asked(PORT, ask, seconds))
    return found


def ready(port: int) -> None:
    """Wait for the door for MQTT."""
    for _ in range(150):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the door for MQTT does not open")


def at_rest() -> None:
    """Wait until the worker has done what is due once a day, all of it when a city is new."""
    from shizheng.core.jobs import UNFINISHED
    from shizheng.core.models.job import Job

    for _ in range(240):
        time.sleep(0.5)
        if not Job.objects.filter(status__in=UNFINISHED).exists() and Job.objects.exists():
            return
    raise SystemExit("the worker is never done with what a day needs")


def main() -> None:
    """Measure, print, and fail when a claim does not hold."""
    seconds = float(sys.argv[1]) if sys.argv[1:] else 10.0
    kinds = sys.argv[2:] or list(KINDS)
    with tempfile.TemporaryDirectory() as folder:
        home, kept = Path(folder) / "city", Path(os.environ.get("BENCHMARK_HOME", folder)) / "kept"
        if kept.exists():
            shutil.copytree(kept, home)
        settings_set(home)
        found: dict[str, Any] = {
            "benchmark": "observations", "date": datetime.datetime.now(datetime.UTC).date(),
            "machine": f"{platform.machine()}, {os.cpu_count()} cores",
            "python": platform.python_version(), "gauges": GAUGES,
            "database": "PostgreSQL" if database() else "SQLite",
            "load": round(os.getloadavg()[0], 1),
        }  # fmt: skip
        network = network_at(home, GAUGES)
        if not kept.exists() and "BENCHMARK_HOME" in os.environ:
            shutil.copytree(home, kept)
        found |= ours(network, seconds, kinds)
        python = os.environ.get("BENCHMARK_SENSORTHINGS")
        if python:
            found |= observations_peer.measured(python, Path(folder), seconds, kinds, told)
    found["load_at_end"] = round(os.getloadavg()[0], 1)
    for name, value in found.items():
        target = f"  target {TARGETS[name]:,}" if name in TARGETS else ""
        print(f"{name:26}{value!s:>14}{target}", file=sys.stderr)
    print(json.dumps(found, default=str))
    short = [name for name, least in TARGETS.items() if found.get(name, least) < least]
    if found.get("warned_p99_s", 0) > 2:
        short.append("warned_p99_s")
    sys.exit(f"short of: {', '.join(short)}" if short else 0)


if __name__ == "__main__":
    main()
