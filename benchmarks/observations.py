"""Claims: observations in 4 bytes or less each, and read fast; taken fast, with rights switched on.

The store: SENSORS streams over DAYS days every ten minutes, two decimals, 1 % flagged, sealed; then
the latest of all, one month of one, hourly means of all over a month. The door: observations by
data array and one by one, and a filtered page of 100 with ``$orderby``, through Django's own client
in one process, so without a web server's share. Prints a table on standard error, JSON on standard
output. The figures of the peer, django-ogc-sensorthings 1.2.0, are those of ``geo.md`` 6.3 (two
workers of uvicorn); it was not run again here.

    uv run python benchmarks/observations.py [SENSORS DAYS]
"""

import json
import os
import platform
import sys
import tempfile
import time
from base64 import b64encode

START, TEN_MINUTES, DAY = 1_583_107_200_000_000, 600_000_000, 86_400_000_000
TARGETS = {
    "bytes_each": 4, "latest_ms": 20, "month_ms": 3, "hourly_s": 3, "array_per_s": 30_000,
    "posts_per_s": 600, "pages_per_s": 200,
}  # fmt: skip
PEER = {"array_per_s": 12_233, "posts_per_s": 151, "pages_per_s": 10.2}
HIGHER = ("array_per_s", "posts_per_s", "pages_per_s")


def best(call, times: int = 3) -> float:
    """Return the shortest of some runs, in seconds."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        found.append(time.perf_counter() - started)
    return min(found)


def streams_made(count: int) -> list:
    from shizheng.core.models import Agency
    from shizheng.sensing.models import Datastream, ObservedProperty, Sensor, Thing
    from shizheng.sensing.sensorthings.writing import block_of

    owner = Agency.objects.create(
        code="works", kind="office", name={}, short_name={}, valid_from="2010-01-01"
    )
    thing = Thing.objects.create(name="Gauges", owner=owner)
    sensor = Sensor.objects.create(name="Gauge")
    level = ObservedProperty.objects.create(name="Level", definition="level")
    Datastream.objects.bulk_create(
        Datastream(
            code=f"level-{n}", name=f"Level {n}", thing=thing, sensor=sensor, owner=owner,
            observed_property=level, unit={"symbol": "m"}, decimals=2, cycle_s=600,
            block_us=block_of(600),
        )
        for n in range(count)
    )  # fmt: skip
    return list(Datastream.objects.order_by("pk"))


def filled(streams: list, days: int) -> dict:
    """Write sealed blocks, as sealing does, and the newest readings; assert what was written."""
    import numpy as np
    from django.db import transaction

    from shizheng.sensing.domain.packing import Readings
    from shizheng.sensing.models import Latest
    from shizheng.sensing.store.reading import readings_between
    from shizheng.sensing.store.tables import segment_put

    chance = np.random.default_rng(7)
    times = START + np.arange(days * 144, dtype=np.int64) * TEN_MINUTES
    started, count, newest = time.perf_counter(), 0, []
    for place, stream in enumerate(streams):
        steps = chance.normal(0, 0.03, len(times)) if place % 3 else chance.normal(0, 0.3, 1)
        values = np.round(2 + np.cumsum(np.resize(steps, len(times)) * (place % 3 > 0)), 2) + 0.0
        flags = (chance.random(len(times)) < 0.01).astype(np.int64) * 8
        windows = times // stream.block_us * stream.block_us
        with transaction.atomic():
            for window in np.unique(windows).tolist():
                part = windows == window
                block = Readings(times[part], values[part], flags[part])
                segment_put(stream.pk, window, block, stream.decimals)
        count += len(times)
        last = (int(times[-1]), float(values[-1]), int(flags[-1]))
        newest.append(
            Latest(
                stream=stream.pk, time_us=last[0], value=last[1], quality=last[2],
                first_us=START, received_us=last[0], sealed_us=last[0],
            )
        )  # fmt: skip
        if place == 1:
            found = readings_between(stream.pk, START, int(times[-1]) + 1, stream.block_us)
            assert np.array_equal(found.values, values)
            assert np.array_equal(found.quality, flags)
    Latest.objects.bulk_create(newest)
    return {"observations": count, "sealed_per_s": round(count / (time.perf_counter() - started))}


def size() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT SUM(LENGTH(times) + LENGTH(amounts) + LENGTH(quality) + LENGTH(extras) + 96) "
            "FROM sensing_segment"
        )
        return cursor.fetchone()[0]


def read(streams: list, days: int) -> dict:
    from shizheng.sensing.store.reading import latest_of, readings_between, summed

    keys = [each.pk for each in streams]
    one, span = streams[len(streams) // 2], min(days, 30) * DAY
    return {
        "latest_ms": round(best(latest_of) * 1e3, 1),
        "month_ms": round(
            best(lambda: readings_between(one.pk, START, START + span, one.block_us), 9) * 1e3, 2
        ),
        "hourly_s": round(best(lambda: summed(keys, START, START + span, 3_600_000_000), 2), 2),
    }


def asked(streams: list) -> dict:
    """Measure the door, by a gateway with its key."""
    from django.test import Client
    from django.utils import timezone

    from shizheng.core.models import Agency
    from shizheng.sensing import moments
    from shizheng.sensing.actions.gateways import gateway_make

    _, key = gateway_make(
        code="b", name="b", owner=Agency.objects.get(code="works"), by=None, at=timezone.now(),
        rate_a_minute=2_000_000_000,
    )  # fmt: skip
    client = Client(headers={"Authorization": "Basic " + b64encode(f"b:{key}".encode()).decode()})
    root, later = "/sensorthings/v1.1", START + 400 * DAY

    def post(path: str, body: object) -> None:
        answer = client.post(f"{root}/{path}", json.dumps(body), "application/json")
        assert answer.status_code == 201, answer.content

    def array(turn: int) -> list:
        rows = [[moments.text(later + (turn * 1000 + n) * 1_000_000), n / 100] for n in range(1000)]
        stream = streams[turn % len(streams)].pk
        return [{"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"],
                 "dataArray": rows}]  # fmt: skip

    bodies = [array(turn) for turn in range(30)]
    post("CreateObservations", array(99))
    started = time.perf_counter()
    for body in bodies:
        post("CreateObservations", body)
    arrays = len(bodies) * 1000 / (time.perf_counter() - started)
    path, count = f"Datastreams({streams[3].pk})/Observations", 300
    started = time.perf_counter()
    for n in range(count):
        when = moments.text(later + 100 * DAY + n * 1_000_000)
        post(path, {"phenomenonTime": when, "result": n / 100})
    posts = count / (time.perf_counter() - started)
    query = "?$filter=result gt 1&$orderby=phenomenonTime desc&$top=100"
    count = 60
    started = time.perf_counter()
    for n in range(count):
        answer = client.get(f"{root}/Datastreams({streams[n % 50].pk})/Observations{query}")
        assert answer.status_code == 200, answer.content
    pages = count / (time.perf_counter() - started)
    return {"array_per_s": round(arrays), "posts_per_s": round(posts), "pages_per_s": round(pages)}


def measure(sensors: int, days: int) -> dict[str, object]:
    """Measure on a database of its own."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    streams = streams_made(sensors)
    row: dict[str, object] = {
        "benchmark": "observations", "python": platform.python_version(), "sensors": sensors,
        "days": days, "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    row |= filled(streams, days)
    row["bytes_each"] = round(size() / int(str(row["observations"])), 2)
    return row | read(streams, days) | asked(streams)


def main() -> None:
    """Measure, print, and fail when a claim does not hold."""
    sensors, days = (int(each) for each in sys.argv[1:3]) if sys.argv[2:] else (5_000, 140)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "shizheng.settings", "SHIZHENG_HOME": folder,
            "SHIZHENG_LOG_LEVEL": "ERROR",
        }  # fmt: skip
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/observations.db")
        row = measure(sensors, days)
    short = []
    for name, target in TARGETS.items():
        got = float(str(row[name]))
        holds = got >= target if name in HIGHER else got <= target
        short += [] if holds else [name]
        peer = f"peer {PEER[name]:,}" if name in PEER else ""
        line = f"{name:14}{got:>14,.2f}  target {target:>8,} {'' if holds else 'SHORT':6}{peer}"
        print(line, file=sys.stderr)
    print(json.dumps(row | {"short_of": short}))
    sys.exit(1 if short else 0)


if __name__ == "__main__":
    main()
