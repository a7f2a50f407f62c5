"""Claims: a CSV is profiled and typed at 200,000 rows/s; a page of 100 rows with filter and facet
over 5,000,000 rows comes before datasette's on the same file.

The file is one CSV of eight columns. It is read by ``dataset_make`` (everything that an upload goes
through: encoding, types proved on every row, persons, Parquet, profile, the CSV that is offered),
and by SQLite's own importer for datasette, with an index on the column that is filtered. Both are
then asked over HTTP, one question at a time, for pages of a hundred rows by filters that differ,
with a facet. Datasette gives facets up after 200 ms unless told otherwise: it is told to take as
long as it needs. Prints a table on standard error and JSON on standard output.

    uv run --group peers python benchmarks/datasets.py [ROWS]
"""

import csv
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

ROWS_PER_S = 200_000
QUESTIONS = 30
DISTRICTS = ["三民區", "苓雅區", "鼓山區", "前鎮區", "左營區", "楠梓區", "鳳山區", "小港區"]
DATASETTE = os.environ.get("BENCHMARK_DATASETTE") or shutil.which(
    "datasette", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
)
SERVE = """
import os, sys, django
django.setup()
from django.conf import settings
from wsgiref.simple_server import WSGIRequestHandler, make_server
from shizheng.web.wsgi import application
class Quiet(WSGIRequestHandler):
    def log_message(self, *a): pass
make_server("127.0.0.1", int(sys.argv[1]), application, handler_class=Quiet).serve_forever()
"""


def file_make(path: Path, rows: int) -> None:
    """Write the CSV: a number, a day, a district, a category, amounts, a note, a code."""
    import duckdb

    names = ", ".join(f"'{name}'" for name in DISTRICTS)
    duckdb.connect().execute(
        f"""COPY (SELECT i AS id, DATE '2015-01-01' + (i // 2000)::INT AS day,
        [{names}][1 + (hash(i) % 8)::INT] AS district,
        'category ' || (hash(i * 7) % 40)::INT AS category, (hash(i * 3) % 100000)::INT AS amount,
        round((hash(i * 5) % 10000000) / 1000.0, 3) AS measure, 'case ' || i AS note,
        lpad((hash(i) % 100000)::VARCHAR, 5, '0') AS code FROM range({rows}) t(i))
        TO '{path}' (HEADER)"""
    )


def city_make(home: Path, file: Path) -> dict[str, float]:
    """Make an installation and take the file in; return seconds of each part."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "shizheng.settings",
        "SHIZHENG_HOME": str(home),
        "DATABASE_URL": f"sqlite:///{home}/benchmark.db",
    }
    import django

    django.setup()
    from datetime import date

    from django.core.management import call_command
    from django.utils import timezone

    from shizheng.core.models import Agency
    from shizheng.statistics.datasets import importing
    from shizheng.statistics.datasets.reading import making

    call_command("migrate", verbosity=0)
    named = {"zh-Hant": "工務局", "en": "Works"}
    Agency.objects.create(
        code="works", kind="department", name=named, short_name=named, valid_from=date(2010, 1, 1)
    )
    work = home / "work"
    work.mkdir()
    began, ended = time.perf_counter(), {}

    def tell(share: float, note: str) -> None:
        ended[f"{share:.2f} {note}"] = time.perf_counter() - began

    making.dataset_make(file, file.name, work, making.Wanted(), tell=tell)
    whole = time.perf_counter() - began
    cpu = sum(os.times()[:2])
    shutil.rmtree(work)
    version = importing.file_import(
        file, code="rows", owner="works", title="Rows", publishes=True, at=timezone.now()
    )
    assert version.state == "published", version.problems
    offered = ended.get("0.92 writing the table", whole)
    print(json.dumps(ended), file=sys.stderr)
    return {"typed_s": offered, "whole_s": whole, "cpu_s": cpu}


def peer_make(file: Path, database: Path) -> float:
    """Fill SQLite for datasette, with the index that its users would make; return seconds."""
    began = time.perf_counter()
    connection = sqlite3.connect(database)
    connection.execute(
        "CREATE TABLE rows (id INTEGER PRIMARY KEY, day TEXT, district TEXT, category TEXT, "
        "amount INTEGER, measure REAL, note TEXT, code TEXT)"
    )
    with file.open(encoding="utf-8", newline="") as source:
        reader = csv.reader(source)
        next(reader)
        connection.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?)", reader)
    for column in ("district", "category"):
        connection.execute(f"CREATE INDEX rows_{column} ON rows ({column})")
    connection.execute("ANALYZE")
    connection.commit()
    connection.close()
    return time.perf_counter() - began


def asked(url: str) -> Any:
    """Return the answer to a question as JSON."""
    with urllib.request.urlopen(url, timeout=120) as response:
        return json.loads(response.read())


def timed(addresses: list[str], total: Any) -> tuple[list[float], list[int]]:
    """Return milliseconds of each question and the totals that were answered."""
    took, totals = [], []
    for address in addresses:
        began = time.perf_counter()
        found = asked(address)
        took.append((time.perf_counter() - began) * 1000)
        totals.append(total(found))
    return took, totals


def until_it_answers(url: str) -> None:
    for _ in range(600):
        try:
            asked(url)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"{url} does not answer")


def serve(command: list[str], url: str) -> subprocess.Popen[bytes]:
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until_it_answers(url)
    return started


def questions(base: str, names: tuple[str, str, str]) -> list[str]:
    """Return addresses: a filter on district and category, a facet of the other column."""
    facet, size, suffix = names
    found = []
    for number in range(QUESTIONS):
        filters = [("district", DISTRICTS[number % 8])]
        if number % 2:
            filters = [("category", f"category {number}")]
        other = "category" if number % 2 == 0 else "district"
        parameters = [*((f"{n}{suffix}", v) for n, v in filters), (facet, other), (size, "100")]
        found.append(f"{base}?{urllib.parse.urlencode(parameters)}")
    return found


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        source = home / "in"
        source.mkdir()
        file = source / "rows.csv"
        file_make(file, rows)
        (home / "city").mkdir()
        took = city_make(home / "city", file)
        found: dict[str, Any] = {
            "rows": rows,
            "rows_per_s_profiled_and_typed": round(rows / took["typed_s"]),
            "rows_per_s_with_the_csv_offered": round(rows / took["whole_s"]),
            "target_rows_per_s": ROWS_PER_S,
        }
        base = "http://127.0.0.1:8471/data/datasets/rows/rows"
        ours = serve([sys.executable, "-c", SERVE, "8471"], f"{base}?_size=1")
        try:
            ms, totals = timed(
                questions(base, ("_facet", "_size", "")), lambda answer: answer["total"]
            )
        finally:
            ours.kill()
        found["page_p50_ms"], found["page_p95_ms"] = median_and_p95(ms)
        if DATASETTE:
            found |= peer(file, home / "peer.db", totals)
    print(json.dumps(found), file=sys.stdout)
    for name, value in found.items():
        print(f"{name:40} {value}", file=sys.stderr)


def peer(file: Path, database: Path, totals: list[int]) -> dict[str, Any]:
    """Ask datasette the same; its totals must be ours."""
    filled = peer_make(file, database)
    limits = ["sql_time_limit_ms", "facet_time_limit_ms", "facet_suggest_time_limit_ms"]
    settings = [part for name in limits for part in ("--setting", name, "60000")]
    command = [str(DATASETTE), "serve", str(database), "--port", "8472", *settings]
    command += ["--setting", "suggest_facets", "off"]
    base = "http://127.0.0.1:8472/peer/rows.json"
    started = serve(command, f"{base}?_size=1&_shape=objects")
    try:
        ms, theirs = timed(
            [f"{each}&_extra=count" for each in questions(base, ("_facet", "_size", "__exact"))],
            lambda answer: answer.get("filtered_table_rows_count", answer.get("count")),
        )
    finally:
        started.kill()
    assert theirs == totals, (theirs[:4], totals[:4])
    p50, p95 = median_and_p95(ms)
    return {
        "datasette_p50_ms": p50,
        "datasette_p95_ms": p95,
        "datasette_filled_s": round(filled, 1),
    }


def median_and_p95(ms: list[float]) -> tuple[float, float]:
    return round(statistics.median(ms), 1), round(statistics.quantiles(ms, n=20)[-1], 1)


if __name__ == "__main__":
    main()
