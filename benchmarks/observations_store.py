"""Claims: 100,000,000 observations in 4 bytes or less each, as they were sent, and read fast.

Latest of all 5,000 sensors in 20 ms, a month of one in 3 ms, hourly means of all over a month in
3 s. SENSORS streams over DAYS days every ten minutes, two decimals, 1 % flagged: a third constant,
two thirds random walks. They are sealed as sealing does it, then every one is read again and
compared with what was sent, its flags with it. Beside them the limits: DuckDB over the Parquet
files of the export, and COPY of PostgreSQL where the database is one. ``BENCHMARK_HOME`` keeps the
store in that folder: the next run finds it there. Prints a table on standard error, JSON on
standard output.

    uv run python benchmarks/observations_store.py [SENSORS DAYS]
"""

import datetime
import json
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from observations_made import settings_set

START, TEN_MINUTES, DAY = 1_583_107_200_000_000, 600_000_000, 86_400_000_000
HOUR = 3_600_000_000
TARGETS = {"bytes_each": 4, "latest_ms": 20, "month_ms": 3, "hourly_s": 3}
COPIED, COPY_BYTES = 2_000_000, 1_048_576
Sent = tuple[np.ndarray, np.ndarray, np.ndarray]


def best(call: Callable[[], object], times: int = 3) -> tuple[float, float]:
    """Return the shortest of some runs, in seconds: by the clock, and of the processor."""
    found = []
    for _ in range(times):
        started, cpu = time.perf_counter(), time.process_time()
        call()
        found.append((time.perf_counter() - started, time.process_time() - cpu))
    return min(each[0] for each in found), min(each[1] for each in found)


def streams_made(count: int) -> list[Any]:
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


def sent(place: int, days: int) -> Sent:
    """Return times, values and flags of one stream: the same whenever it is asked."""
    chance = np.random.default_rng([7, place])
    times = START + np.arange(days * 144, dtype=np.int64) * TEN_MINUTES
    steps = chance.normal(0, 0.03, len(times)) if place % 3 else np.zeros(len(times))
    values = np.round(2 + place % 3 + np.cumsum(steps), 2) + 0.0
    return times, values, (chance.random(len(times)) < 0.01).astype(np.int64) * 8


def filled(streams: list[Any], days: int) -> float:
    """Write sealed blocks, as sealing does, and the newest readings; return how many a second."""
    from django.db import transaction

    from shizheng.sensing.domain.packing import Readings
    from shizheng.sensing.models import Latest
    from shizheng.sensing.store.tables import segment_put

    started, newest, count = time.perf_counter(), [], 0
    for place, stream in enumerate(streams):
        times, values, flags = sent(place, days)
        windows = times // stream.block_us * stream.block_us
        begins = np.flatnonzero(np.diff(windows, prepend=-1))
        with transaction.atomic():
            for first, last in zip(begins, [*begins[1:], len(times)], strict=True):
                part = slice(first, last)
                block = Readings(times[part], values[part], flags[part])
                segment_put(stream.pk, int(windows[first]), block, stream.decimals)
        end = int(times[-1])
        count += len(times)
        newest.append(
            Latest(
                stream=stream.pk, time_us=end, value=float(values[-1]), quality=int(flags[-1]),
                first_us=START, received_us=end, sealed_us=end,
            )
        )  # fmt: skip
    Latest.objects.bulk_create(newest)
    return count / (time.perf_counter() - started)


def is_equal(streams: list[Any], days: int) -> bool:
    """Whether every observation comes out as it was sent, bit by bit, with its flags."""
    from shizheng.sensing.store.reading import readings_between

    for place, stream in enumerate(streams):
        times, values, flags = sent(place, days)
        found = readings_between(stream.pk, START, int(times[-1]) + 1, stream.block_us)
        same = np.array_equal(found.values.view(np.int64), values.view(np.int64))
        if not (
            same and np.array_equal(found.times, times) and np.array_equal(found.quality, flags)
        ):
            return False
    return True


def size(home: Path) -> dict[str, Any]:
    """Return the bytes of all blocks with their heads, and what the database takes on disk."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT SUM(count), SUM(LENGTH(times) + LENGTH(amounts) + LENGTH(quality) + "
            "LENGTH(extras) + 96) FROM sensing_segment"
        )
        count, body = (int(each) for each in cursor.fetchone())
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('sensing_segment')")
            disk = int(cursor.fetchone()[0])
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            disk = Path(connection.settings_dict["NAME"]).stat().st_size
    return {"observations": count, "bytes_each": round(body / count, 2),
            "bytes_each_on_disk": round(disk / count, 2)}  # fmt: skip


def read(streams: list[Any], days: int) -> dict[str, Any]:
    from shizheng.sensing.store.reading import latest_of, readings_between, summed

    keys = [each.pk for each in streams]
    one, span = streams[len(streams) // 2], min(days, 30) * DAY
    latest = best(latest_of, 5)
    month = best(lambda: readings_between(one.pk, START, START + span, one.block_us), 15)
    hourly = best(lambda: summed(keys, START, START + span, HOUR))
    return {
        "latest_ms": round(latest[0] * 1e3, 1), "latest_cpu_ms": round(latest[1] * 1e3, 1),
        "month_ms": round(month[0] * 1e3, 2), "month_cpu_ms": round(month[1] * 1e3, 2),
        "hourly_s": round(hourly[0], 2), "hourly_cpu_s": round(hourly[1], 2),
    }  # fmt: skip


def over_parquet(home: Path, streams: list[Any], days: int) -> dict[str, Any]:
    """Return what DuckDB takes for the same over the Parquet files of the export."""
    import duckdb
    import ibis

    from shizheng.sensing.store.exporting import exported
    from shizheng.statistics.observed import hourly_means, latest

    folder = home / "parquet"
    started = time.perf_counter()
    if not folder.exists():
        exported(folder, since=None, until=datetime.datetime.now(datetime.UTC))
    wrote = time.perf_counter() - started
    bytes_ = sum(each.stat().st_size for each in folder.rglob("*.parquet"))
    span, pk = min(days, 30) * DAY, streams[len(streams) // 2].pk
    month = (f"SELECT time_us, value, quality FROM observations WHERE stream = {pk} AND "
             f"time_us >= {START} AND time_us < {START + span} ORDER BY time_us")  # fmt: skip
    with duckdb.connect() as engine:
        engine.execute(
            f"CREATE VIEW observations AS FROM read_parquet('{folder}/observations/*/*.parquet')"
        )
        taken = {
            name: best(lambda query=query: engine.execute(query).fetchnumpy())[0]
            for name, query in (
                ("latest", ibis.to_sql(latest(), "duckdb")), ("month", month),
                ("hourly", ibis.to_sql(hourly_means(START, START + span), "duckdb")),
            )
        }  # fmt: skip
    return {
        "exported_s": round(wrote, 1),
        "parquet_bytes_each": round(bytes_ / len(streams) / days / 144, 2),
        "duckdb_latest_ms": round(taken["latest"] * 1e3),
        "duckdb_month_ms": round(taken["month"] * 1e3, 1),
        "duckdb_hourly_s": round(taken["hourly"], 2),
    }  # fmt: skip


def copied(days: int) -> dict[str, Any]:
    """Return how many rows a second PostgreSQL copies into a bare table without an index.

    The rows are written as text beforehand, so that it is PostgreSQL that is measured.
    """
    from django.db import connection

    if connection.vendor != "postgresql":
        return {}
    times, values, flags = sent(1, -(-COPIED // 144))
    rows = list(zip(times.tolist(), values.tolist(), flags.tolist(), strict=True))
    text = "".join(f"1\t{at}\t{value!r}\t{flag}\n" for at, value, flag in rows).encode()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bare (stream int, time_us int8, value float8, flags int)")
        started = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for first in range(0, len(text), COPY_BYTES):
                copy.write(text[first : first + COPY_BYTES])
        took = time.perf_counter() - started
        cursor.execute("SELECT pg_total_relation_size('bare')")
        bytes_ = cursor.fetchone()[0]
        cursor.execute("DROP TABLE bare")
    return {"copy_per_s": round(len(rows) / took), "copy_bytes_each": round(bytes_ / len(rows), 1)}


def measure(home: Path, sensors: int, days: int) -> dict[str, Any]:
    """Measure on a database of its own."""
    from django.core.management import call_command

    from shizheng.sensing.models import Datastream

    row: dict[str, Any] = {
        "benchmark": "observations_store", "date": datetime.datetime.now(datetime.UTC).date(),
        "python": platform.python_version(), "cores": os.cpu_count(), "sensors": sensors,
        "days": days, "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    call_command("migrate", verbosity=0)
    streams = list(Datastream.objects.order_by("pk"))
    if not streams:
        streams = streams_made(sensors)
        row["sealed_per_s"] = round(filled(streams, days))
    started = time.perf_counter()
    row["equal"] = is_equal(streams, days)
    row["compared_per_s"] = round(len(streams) * days * 144 / (time.perf_counter() - started))
    row |= size(home) | read(streams, days)
    row["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    row |= over_parquet(home, streams, days) | copied(days)
    row["load_at_end"] = round(os.getloadavg()[0], 1)
    return row


def main() -> None:
    """Measure, print, and fail when a claim does not hold."""
    sensors, days = (int(each) for each in sys.argv[1:3]) if sys.argv[2:] else (5_000, 139)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(os.environ.get("BENCHMARK_HOME", folder))
        settings_set(home)
        row = measure(home, sensors, days)
    for name, value in row.items():
        target = f"  target {TARGETS[name]}" if name in TARGETS else ""
        print(f"{name:22}{value!s:>14}{target}", file=sys.stderr)
    print(json.dumps(row, default=str))
    short = [name for name, most in TARGETS.items() if row[name] > most]
    sys.exit("not as they were sent" if not row["equal"] else ", ".join(short) or 0)


if __name__ == "__main__":
    main()
