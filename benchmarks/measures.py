"""Claims of measures at city size: all of them from one snapshot, and one beside plain SQL.

Targets over 1,000,000 cases of ten events each: every measure, whole and by each of its dimensions,
by month <= 60 s; one measure <= 2 times the same question written by hand for the same engine
(DuckDB over PostgreSQL). Beside them the limit: the question asked of PostgreSQL itself.

    DATABASE_URL=postgres://... uv run python benchmarks/measures.py [CASES]

The database must be empty, or one that an earlier run or ``cases.py --keep`` left. Prints a table
on standard error and JSON on standard output.
"""

import json
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import cases_made

START, END = date(2025, 1, 1), date(2027, 1, 1)
AT = datetime(2027, 1, 1, tzinfo=UTC)
TIMES = 5
TARGETS = {"all measures, s": 60, "cases closed / DuckDB": 2, "acts / DuckDB": 2}
BORDERS = "'2024-12-31 16:00:00+00' AND {time} < '2026-12-31 16:00:00+00'"
BY_HAND = {  # the month in the city, the district, how many
    "cases closed": (
        "SELECT date_trunc('month', {local}) AS m, d.code, count(*) "
        "FROM {s}services_case c LEFT JOIN {s}core_area d ON d.id = c.district_id "
        "WHERE NOT c.is_open AND c.closed_at >= " + BORDERS + " GROUP BY 1, 2",
        "c.closed_at",
    ),
    "acts": (
        "SELECT date_trunc('month', {local}) AS m, d.code, count(*) "
        "FROM {s}services_caseevent e LEFT JOIN {s}services_case c ON c.id = e.case_id "
        "LEFT JOIN {s}core_area d ON d.id = c.district_id "
        'WHERE e."at" >= ' + BORDERS + " GROUP BY 1, 2",
        'e."at"',
    ),
}
CODES = {"cases closed": "services.cases_closed", "acts": "services.acts"}
LOCAL = {
    "duckdb": "CAST({time} AT TIME ZONE 'UTC' AS TIMESTAMP) + INTERVAL 8 HOUR",
    "postgresql": "{time} AT TIME ZONE 'Asia/Taipei'",
}


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the median time of several calls in seconds, and what the last one returned."""
    call()
    times, found = [], None
    for _ in range(TIMES):
        started = time.perf_counter()
        found = call()
        times.append(time.perf_counter() - started)
    return statistics.median(times), found


def by_hand(name: str, engine: str) -> str:
    """Return the question as one writes it for an engine."""
    query, column = BY_HAND[name]
    local = LOCAL[engine].format(time=column)
    schema = "city.public." if engine == "duckdb" else ""
    return query.format(local=local, s=schema, time=column)


def on_duckdb(query: str) -> list[Any]:
    """Ask DuckDB over the city's database, opened anew as our own question is."""
    from django.db import connection

    from shizheng.statistics.measuring import engine

    with tempfile.TemporaryDirectory() as name, engine.opened(Path(name)) as reader:
        engine.load(reader, "postgresql")
        engine.attach_postgres(reader, connection.settings_dict, Path(name))
        return reader.execute(query).fetchall()


def on_postgresql(query: str) -> list[Any]:
    """Ask the database itself."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def all_asks() -> list[Any]:
    """Return every measure by month, whole and by each of its dimensions."""
    from shizheng.core.measures import measures
    from shizheng.statistics.domain.periods import Frequency
    from shizheng.statistics.measuring.asking import Ask

    return [
        Ask(code, Frequency.MONTH, START, END, by=by)
        for code, measure in measures.items()
        for by in ((), *((name,) for name in measure.dimensions))
    ]


def one(name: str) -> dict[str, Any]:
    """Time one measure by district and month, ours and by hand, and check that they agree."""
    from shizheng.statistics.domain.periods import Frequency
    from shizheng.statistics.measuring.answering import measured
    from shizheng.statistics.measuring.asking import Ask

    ask = Ask(CODES[name], Frequency.MONTH, START, END, by=("district",))
    ours, table = timed(lambda: measured([ask], at=AT)[ask])
    duckdb, rows = timed(lambda: on_duckdb(by_hand(name, "duckdb")))
    postgresql, others = timed(lambda: on_postgresql(by_hand(name, "postgresql")))
    told = {(f"{row.period_start}", row.keys[0]): row.value for row in table}
    if told != {(str(month)[:10], code or ""): count for month, code, count in rows}:
        raise SystemExit(f"{name}: DuckDB by hand counts otherwise")
    if told != {(f"{month:%Y-%m-%d}", code or ""): count for month, code, count in others}:
        raise SystemExit(f"{name}: PostgreSQL counts otherwise")
    return {
        f"{name}, ms": round(ours * 1000),
        f"{name}, DuckDB by hand, ms": round(duckdb * 1000),
        f"{name}, PostgreSQL by hand, ms": round(postgresql * 1000),
        f"{name} / DuckDB": round(ours / duckdb, 2),
    }


def main() -> None:
    """Make or find the cases, measure, print."""
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    database = os.environ.get("DATABASE_URL", "")
    if not database.startswith("postgres"):
        raise SystemExit("Set DATABASE_URL to a PostgreSQL database for the benchmark.")
    os.environ.setdefault("SHIZHENG_HOME", tempfile.mkdtemp())
    cases_made.prepare(database)
    from shizheng.services.models import Case, CaseEvent
    from shizheng.statistics.measuring.answering import measured

    if not Case.objects.exists():
        cases_made.make(numbers[0] if numbers else 1_000_000)
    found: dict[str, Any] = {"cases": Case.objects.count(), "events": CaseEvent.objects.count()}
    for name in CODES:
        found |= one(name)
    asks = all_asks()
    started = time.perf_counter()
    tables = measured(asks, at=AT)
    found["all measures, s"] = round(time.perf_counter() - started, 1)
    found["tables"] = len(asks)
    found["rows in them"] = sum(len(table) for table in tables.values())
    found["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found["machine"] = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    found["date"] = datetime.now(UTC).date().isoformat()
    for name, value in found.items():
        target = TARGETS.get(name)
        print(f"{name:36} {value}" + (f"   (target {target})" if target else ""), file=sys.stderr)
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
