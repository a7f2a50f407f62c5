"""Claims: 45 pages of 1,000 features a second, 600 small ones; 20,000 features taken in a second.

An invented city of gutters (features_made.py), one in twenty of the first hundred thousand changed
since, so that it has a past; those are taken in from a file, of more the rest is entered without
checks. Ours is asked as somebody who is signed in: rights, history and bounded counts are on.
Beside it stand pygeoapi and tipg over the same features in PostGIS, where the environment names
them: ``BENCHMARK_PYGEOAPI`` and ``BENCHMARK_TIPG`` are Pythons that have them,
``BENCHMARK_POSTGIS`` the address of an empty database with the extension. Each is served by two
processes and asked over eight connections, one after the other; all must find the same features.
``DATABASE_URL`` names our database; without it, a file of SQLite. CPU counts all processes of a
server, ours with worker and scheduler, and theirs in PostgreSQL. Prints a table on standard error,
JSON on standard output.

    uv run python benchmarks/features.py [FEATURES]
"""

import csv
import http.client
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from features_made import made

ROOT, PROGRAM = Path(__file__).parents[1], str(Path(sys.executable).with_name("shizheng"))
PORT = int(os.environ.get("BENCHMARK_PORT", "8473"))
SECONDS, CONNECTIONS, BOXES = 8.0, 8, 64
TARGETS = {"thousand": 45, "small": 600, "taken_in": 20_000}
CHECKED = 100_000
"""So many are taken in from a file; of more, the rest is entered without checks."""
SIZES = {"thousand": 1_000, "small": 8}
SERVED = [
    f" {os.environ[name].rpartition('/')[2]} "
    for name in ("BENCHMARK_POSTGIS", "DATABASE_URL")
    if os.environ.get(name, "").startswith("postgres")
]
"""Names of the databases of PostgreSQL, as its processes have them."""
OWN = ("key", "state", "valid_from", "valid_to", "is_synthetic")
COLUMNS = ("road text, kind text, width_m float8, height_m float8, slope_permille float8, "
           "cleared_on date, silt_share float8, has_cables bool")  # fmt: skip


def boxes_of(lines: Any, size: int) -> list[str]:
    """Return rectangles around some lines that so many touch, as a request has them."""
    chance, tree = np.random.default_rng(7), shapely.STRtree(lines)
    found = []
    for at in chance.integers(0, len(lines), BOXES):
        x, y = shapely.get_coordinates(lines[at])[0]
        near, far = 0.0, 0.2
        for _ in range(30):
            reach = (near + far) / 2
            many = len(tree.query(shapely.box(x - reach, y - reach, x + reach, y + reach)))
            near, far = (near, reach) if many > size else (reach, far)
        found.append(f"{x - near:.7f},{y - near:.7f},{x + near:.7f},{y + near:.7f}")
    return found


def file_write(path: Path, lines: Any, columns: dict[str, Any]) -> None:
    """Write things as our own CSV has them."""
    own = [
        columns["key"],
        *(np.full(len(lines), text) for text in ("sound", "2020-01-01", "", "true")),
    ]
    cells = [*own, *(values for name, values in columns.items() if name != "key")]
    cells.append(shapely.to_wkt(lines, rounding_precision=7))
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow([*OWN, *(name for name in columns if name != "key"), "geometry"])
        writer.writerows(zip(*(each.tolist() for each in cells), strict=True))


def city_make(home: Path, lines: Any, columns: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Make an installation and take the gutters in; return figures and a cookie."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "shizheng.settings", "SHIZHENG_HOME": str(home)}
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{home}/features.db")
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from shizheng.cli.serve import collect_seldom
    from shizheng.core.loading import load
    from shizheng.core.models import User
    from shizheng.packs.loader import load as read_pack
    from shizheng.places.importing.mapping import mapping_of_own
    from shizheng.places.importing.running import file_take_in
    from shizheng.places.models import Feature, Register
    from shizheng.places.selectors.registers import body_of

    call_command("migrate", verbosity=0)
    load(read_pack(ROOT / "packs" / "kaohsiung"), at=timezone.now())
    collect_seldom()  # as ``shizheng import`` and the worker of the server do
    register = Register.objects.select_related("current").get(code="gutters")
    mapping, found, checked = mapping_of_own(body_of(register)), {}, min(CHECKED, len(lines))
    taken = {name: values[:checked] for name, values in columns.items()}
    changed = {name: values[:checked:20] for name, values in columns.items()}
    changed["silt_share"] = np.round((changed["silt_share"] + 0.5) % 1, 2)
    files = {"taken_in": (lines[:checked], taken), "changed": (lines[:checked:20], changed)}
    for name, what in files.items():
        file = home / f"{name}.csv"
        file_write(file, *what)
        started, cpu = time.perf_counter(), time.process_time()
        run = file_take_in(
            register=register, mapping=mapping, file=file, by=None, at=timezone.now()
        )
        found[f"{name}_per_s"] = round(run.row_count / (time.perf_counter() - started))
        found[f"{name}_per_s_of_cpu"] = round(run.row_count / (time.process_time() - cpu))
    fill(
        register,
        lines[checked:],
        columns["key"][checked:],
        Feature.objects.filter(recorded_to=None).first(),
    )
    assert Feature.objects.filter(register=register).count() == len(lines) + len(changed["key"])
    client = Client()
    client.force_login(User.objects.create(username="benchmark"))
    return found, f"sessionid={client.cookies['sessionid'].value}"


def fill(register: Any, lines: Any, keys: Any, like: Any) -> None:
    """Enter the rest without the checks of an import, which were measured: all as one of them."""
    from uuid import UUID

    from django.db import transaction

    from shizheng.core.models.keys import new_key
    from shizheng.core.rows import add_values, looked_at_anew
    from shizheng.places.building import FIELDS
    from shizheng.places.models import Feature, Thing

    said = {name: getattr(like, name) for name in FIELDS}
    for first in range(0, len(lines), 10_000):
        some, names = lines[first : first + 10_000], keys[first : first + 10_000].tolist()
        pks: list[UUID] = [new_key() for _ in names]
        rows = zip(pks, names, shapely.to_wkb(some), shapely.bounds(some).tolist(), strict=True)
        own = ("thing_id", "key", "shape", "metres", "min_x", "min_y", "max_x", "max_y")
        values = [(pk, name, shape, shape, *box) for pk, name, shape, box in rows]
        rest = [name for name in FIELDS if name not in own]
        same = tuple(said[name] for name in rest)
        things = [(pk, register.pk, name, 1, like.recorded_from)
                  for pk, name in zip(pks, names, strict=True)]  # fmt: skip
        with transaction.atomic():
            add_values(Thing, ("id", "register_id", "key", "version", "recorded_at"), things)
            add_values(Feature, (*own, *rest), [(*each, *same) for each in values])
    looked_at_anew(Feature)


def postgis_fill(url: str, lines: Any, columns: dict[str, Any]) -> None:
    """Fill the table that the peers read, with the indexes that its users would make."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        connection.execute("DROP TABLE IF EXISTS gutters")
        geometry = "geom geometry(LineString, 4326)"
        connection.execute(f"CREATE TABLE gutters (key text PRIMARY KEY, {COLUMNS}, {geometry})")
        shapes = shapely.to_wkb(shapely.set_srid(lines, 4326), hex=True, include_srid=True)
        cells = [*(values.tolist() for values in columns.values()), shapes.tolist()]
        with connection.cursor().copy("COPY gutters FROM STDIN") as copy:
            for row in zip(*cells, strict=True):
                copy.write_row(row)
        connection.execute("CREATE INDEX ON gutters USING gist (geom)")
        connection.execute("VACUUM ANALYZE gutters")


def get(path: str, headers: dict[str, str], known: Any = None) -> tuple[Any, bytes]:
    """Ask once; return the connection and the answer."""
    connection = known or http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    content = response.read()
    if response.status != 200:
        raise SystemExit(f"{path}: {response.status} {content[:300]!r}")
    return connection, content


def asked(paths: list[str], headers: dict[str, str], group: int) -> dict[str, float]:
    """Ask again and again over all connections; return requests a second, milliseconds, CPU."""
    took: list[float] = []
    end = time.perf_counter() + SECONDS

    def ask(first: int) -> None:
        connection, number = None, first
        while time.perf_counter() < end:
            started = time.perf_counter()
            connection, _ = get(paths[number % len(paths)], headers, connection)
            took.append((time.perf_counter() - started) * 1e3)
            number += CONNECTIONS

    threads = [threading.Thread(target=ask, args=(first,)) for first in range(CONNECTIONS)]
    started, cpu = time.perf_counter(), cpu_s(group)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hundredths = statistics.quantiles(took, n=100)
    return {"per_s": round(len(took) / (time.perf_counter() - started), 1),
            "p50_ms": round(hundredths[49], 1), "p99_ms": round(hundredths[98], 1),
            "cpu_ms": round((cpu_s(group) - cpu) / len(took) * 1e3, 1)}  # fmt: skip


def processes(group: int) -> list[Path]:
    """Return the processes of a group, and those of PostgreSQL that serve a database of ours."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            is_one = os.getpgid(int(each.name)) == group
            told = (each / "cmdline").read_text()
        except OSError:
            continue
        serves = told.startswith("postgres") and any(name in told for name in SERVED)
        if is_one or serves:
            found.append(each)
    return found


def memory_mb(group: int) -> int:
    """Return what all processes of a group take, what they share counted once."""
    own = (each for each in processes(group) if os.getpgid(int(each.name)) == group)
    told = [(each / "smaps_rollup").read_text() for each in own]
    return round(sum(int(text.split("Pss:")[1].split()[0]) for text in told) / 1024)


def cpu_s(group: int) -> float:
    """Return how long the processors worked for them: on a shared machine fairer than time."""
    told = [(each / "stat").read_text().rsplit(")", 1)[1].split() for each in processes(group)]
    return sum(int(ticks) for each in told for ticks in each[11:13]) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(command: list[str], more: dict[str, str], path: str) -> Iterator[int]:
    """Serve until the end of the block; yield the group of processes."""
    started = subprocess.Popen(
        command, env=os.environ | more, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                get(path, {})
                break
            except OSError:
                time.sleep(0.2)
        yield started.pid
    finally:
        os.killpg(started.pid, 15)
        started.wait()


def measured(
    name: str, command: tuple[list[str], dict[str, str]], address: Callable[[str, int], str],
    boxes: dict[str, list[str]], headers: dict[str, str],
) -> tuple[dict[str, Any], list[set[str]]]:  # fmt: skip
    """Serve one of the three; return its figures and what it found in some rectangles."""
    found: dict[str, Any] = {}
    with served(*command, address("120,22,120.1,22.1", 1)) as group:
        answers = [
            {
                str(each.get("id") or each["properties"]["key"])
                for each in json.loads(content)["features"]
            }
            for _, content in (get(address(box, 2_000), headers) for box in boxes["thousand"][:5])
        ]
        for kind, many in boxes.items():
            limit = 2_000 if kind == "thousand" else 10
            figures = asked([address(box, limit) for box in many], headers, group)
            found |= {f"{name}_{kind}_{each}": value for each, value in figures.items()}
        found |= {
            f"{name}_whole_{each}": value
            for each, value in asked([address("", 10)], headers, group).items()
        }
        found[f"{name}_memory_mb"] = memory_mb(group)
    return found, answers


def gunicorn(python: str, application: str) -> list[str]:
    return [python, "-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", "4", "--preload",
            "-b", f"127.0.0.1:{PORT}", application]  # fmt: skip


def pygeoapi_settings(folder: Path, url: str) -> dict[str, str]:
    """Write what pygeoapi reads; return its environment."""
    import psycopg.conninfo
    import yaml

    known = psycopg.conninfo.conninfo_to_dict(url)
    database = {"host": known["host"], "port": int(known.get("port", 5432)),
                "dbname": known["dbname"], "user": known["user"],
                "password": known.get("password", "")}  # fmt: skip
    words = {"title": "gutters", "description": "gutters", "keywords": ["gutters"]}
    url_ = {"url": "http://localhost"}
    config = {
        "server": {"bind": {"host": "127.0.0.1", "port": PORT}, "url": f"http://127.0.0.1:{PORT}",
                   "mimetype": "application/json; charset=UTF-8", "encoding": "utf-8",
                   "language": "en-US", "limits": {"default_items": 10, "max_items": 10_000},
                   "map": {"url": "http://localhost", "attribution": "none"}},
        "logging": {"level": "ERROR"},
        "metadata": {"identification": words | url_ | {"terms_of_service": "none"},
                     "license": {"name": "none"} | url_, "provider": {"name": "none"} | url_,
                     "contact": {"name": "none"}},
        "resources": {"gutters": {"type": "collection", **words, "links": [],
            "extents": {"spatial": {"bbox": [120, 22, 121, 24]}},
            "providers": [{"type": "feature", "name": "PostgreSQL", "data": database,
                           "id_field": "key", "table": "gutters", "geom_field": "geom"}]}},
    }  # fmt: skip
    file, api = folder / "pygeoapi.yml", folder / "openapi.yml"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    more = {"PYGEOAPI_CONFIG": str(file), "PYGEOAPI_OPENAPI": str(api)}
    program = Path(os.environ["BENCHMARK_PYGEOAPI"]).with_name("pygeoapi")
    make = [program, "openapi", "generate", file, "--output-file", api]
    subprocess.run(make, env=os.environ | more, check=True, capture_output=True)
    return more


def peers(
    folder: Path, lines: Any, columns: dict[str, Any], boxes: dict[str, list[str]]
) -> Iterator[tuple[dict[str, Any], list[set[str]]]]:
    """Yield the figures of those of the peers that are there."""
    url = os.environ.get("BENCHMARK_POSTGIS", "")
    names = [name for name in ("PYGEOAPI", "TIPG") if os.environ.get(f"BENCHMARK_{name}")]
    if not url or not names:
        return
    postgis_fill(url, lines, columns)
    base = "/collections/gutters/items"
    if "PYGEOAPI" in names:
        yield measured(
            "pygeoapi", (gunicorn(os.environ["BENCHMARK_PYGEOAPI"], "pygeoapi.flask_app:APP"),
                         pygeoapi_settings(folder, url)),
            lambda box, limit: f"{base}?f=json&limit={limit}" + (f"&bbox={box}" if box else ""),
            boxes, {},
        )  # fmt: skip
    if "TIPG" in names:
        python, base = os.environ["BENCHMARK_TIPG"], "/collections/public.gutters/items"
        command = [python, "-m", "uvicorn", "--workers", "2", "--port", str(PORT),
                   "--log-level", "error", "tipg.main:app"]  # fmt: skip
        yield measured(
            "tipg", (command, {"DATABASE_URL": url, "TIPG_MAX_FEATURES_PER_QUERY": "10000",
                               "TIPG_DB_SCHEMAS": '["public"]'}),
            lambda box, limit: f"{base}?limit={limit}" + (f"&bbox={box}" if box else ""),
            boxes, {"Accept": "application/geo+json"},
        )  # fmt: skip


def main() -> None:
    """Measure, print, and fail when the claims do not hold."""
    count = int(sys.argv[1]) if sys.argv[1:] else 200_000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        city = made(count)
        found: dict[str, Any] = {
            "benchmark": "features", "features": count, "python": platform.python_version(),
            "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1),
        }  # fmt: skip
        figures, cookie = city_make(home, city.lines, city.columns)
        boxes = {name: boxes_of(city.lines, size) for name, size in SIZES.items()}
        base = "/ogc/collections/gutters/items"
        ours, answers = measured(
            "ours", ([PROGRAM, "serve"], {"PORT": str(PORT), "SHIZHENG_MQTT_PORT": "0"}),
            lambda box, limit: f"{base}?limit={limit}" + (f"&bbox={box}" if box else ""),
            boxes, {"Cookie": cookie},
        )  # fmt: skip
        found |= figures | ours
        for theirs, others in peers(home, city.lines, city.columns, boxes):
            found |= theirs
            assert others == answers, "they do not find the same features"
    found["load_at_end"] = round(os.getloadavg()[0], 1)
    for name, value in found.items():
        print(f"{name:32}{value!s:>12}", file=sys.stderr)
    print(json.dumps(found))
    kept = all(found[f"ours_{kind}_per_s"] >= TARGETS[kind] for kind in SIZES)
    sys.exit(0 if kept and found["taken_in_per_s"] >= TARGETS["taken_in"] else 1)


if __name__ == "__main__":
    main()
