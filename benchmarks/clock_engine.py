"""Claim: the clock engine finds 200,000 due dates/s or more on one core.

Beside it two peers on the same calendar: a loop that walks day by day over a set of days off
(the usual way; same mixed work, same answers), and numpy.busday_offset on the working-day share
of the work, called once for each and once for all. Prints a table on standard error and JSON on
standard output.

    uv run python benchmarks/clock_engine.py [CALENDAR]
"""

import json
import platform
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from shizheng.cli.calendars import read_calendar
from shizheng.kernel.time.amounts import Amount, Unit
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.clock import Clock, Pause, changes
from shizheng.kernel.time.days import DayKind, DayRecord
from shizheng.kernel.time.period import due

TARGET = 200_000
COUNT = 200_000
PEER_COUNT = 20_000
CLOCKS = 100_000
REPEATS = 3
SHARED = Path(__file__).parents[1] / "../shared/data/calendar/taiwan_work_calendar_2017_2025.csv"
TAIPEI = ZoneInfo("Asia/Taipei")
MIXED = ("3wd", "30d", "24h", "7wd", "2mo", "10wd", "15d", "1y", "60d", "72h", "1mo", "5wd")
AMOUNTS = [Amount.parse(text) for text in MIXED]


def work(calendar: WorkCalendar, count: int) -> list[tuple[date, Amount]]:
    """Return receipts spread over the calendar, with amounts of every unit in turn."""
    span = (calendar.last - calendar.first).days - 450
    items: list[tuple[date, Amount]] = []
    for number in range(count):
        day = calendar.first + timedelta(days=number * 7919 % span)
        amount = AMOUNTS[number % len(AMOUNTS)]
        if amount.unit is Unit.HOUR:
            day = datetime(day.year, day.month, day.day, 9, 30, tzinfo=TAIPEI)
        items.append((day, amount))
    return items


def rate(count: int, run: Callable[[], object]) -> int:
    """Return how many a second, by the shortest of a few runs."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return round(count / min(times))


def walk(received: date, amount: Amount, is_off: Callable[[date], bool]) -> date:
    """Find a due date the usual way, one day at a time."""
    one = timedelta(days=1)
    if amount.unit is Unit.HOUR:
        return (received + timedelta(hours=amount.count)).date()
    day, left = received, amount.count
    if amount.unit is Unit.WORKING_DAY:
        while left:
            day += one
            left -= not is_off(day)
        return day
    if amount.unit is Unit.DAY:
        day += timedelta(days=left)
    else:
        day = months_on(received + one, left * (12 if amount.unit is Unit.YEAR else 1))
    while is_off(day):
        day += one
    return day


def months_on(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    try:
        return date(year, month + 1, first.day) - timedelta(days=1)
    except ValueError:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)


def measure(calendar: WorkCalendar) -> dict[str, int | float]:
    """Return due dates a second, ours and the peers'; refuse if their answers differ."""
    items = work(calendar, COUNT)
    figures: dict[str, int | float] = {}
    figures["engine, mixed periods, one call each"] = rate(
        COUNT, lambda: [due(day, amount, calendar, tz=TAIPEI) for day, amount in items]
    )
    for unit in Unit:
        some = [(day, amount) for day, amount in items if amount.unit is unit]
        figures[f"engine, {unit} only"] = rate(
            len(some),
            lambda some=some: [due(day, amount, calendar, tz=TAIPEI) for day, amount in some],
        )
    figures |= measure_clocks(calendar)
    figures |= measure_peers(calendar, items[:PEER_COUNT])
    return figures


def measure_clocks(calendar: WorkCalendar) -> dict[str, int | float]:
    """Clocks with two pauses, and all of them again after a typhoon."""
    clocks = {}
    for number, (day, _) in enumerate(work(calendar, CLOCKS)):
        start = date(day.year, day.month, day.day)
        stops = [start + timedelta(days=days) for days in (2, 5, 9, 11)]
        pauses = (Pause(stops[0], stops[1]), Pause(stops[2], stops[3]))
        amount = Amount(10 + number % 20, Unit.WORKING_DAY)
        clocks[number] = Clock(start, amount, TAIPEI, pauses=pauses)
    typhoon = DayRecord(date(2020, 8, 26), DayKind.CLOSURE)
    new = WorkCalendar(
        calendar.id, calendar.first, calendar.last, (*calendar.records, typhoon), calendar.weekend
    )
    started = time.perf_counter()
    moved = changes(clocks, old=calendar, new=new)
    spent = time.perf_counter() - started
    return {
        "clocks with two pauses, one call each": rate(
            CLOCKS, lambda: [clock.due(calendar) for clock in clocks.values()]
        ),
        f"seconds to compare {CLOCKS:,} clocks on two calendars": round(spent, 2),
        "of which moved": len(moved),
    }


def measure_peers(
    calendar: WorkCalendar, items: list[tuple[date, Amount]]
) -> dict[str, int | float]:
    off = {record.on for record in calendar.records if record.kind is not DayKind.WORKDAY}
    on = {record.on for record in calendar.records if record.kind is DayKind.WORKDAY}

    def is_off(day: date) -> bool:
        return day in off or (day.weekday() >= 5 and day not in on)

    ours = [due(day, amount, calendar, tz=TAIPEI).due_on for day, amount in items]
    if ours != [walk(day, amount, is_off) for day, amount in items]:
        sys.exit("The peer that walks day by day gives other answers; the figures mean nothing.")
    some = [(day, amount) for day, amount in items if amount.unit is Unit.WORKING_DAY]
    days = np.array([day for day, _ in some], dtype="datetime64[D]")
    counts = np.array([amount.count for _, amount in some])
    # numpy knows no make-up Saturdays: make every day a weekday and list all days off instead
    span = [
        calendar.first + timedelta(days=n) for n in range((calendar.last - calendar.first).days)
    ]
    numpy_days = np.busdaycalendar(weekmask="1111111", holidays=[d for d in span if is_off(d)])

    def numpy_all() -> object:
        return np.busday_offset(days, counts, roll="preceding", busdaycal=numpy_days)

    expected = [due(day, amount, calendar, tz=TAIPEI).due_on for day, amount in some]
    if numpy_all().tolist() != expected:
        sys.exit("numpy gives other answers; the figures mean nothing.")
    return {
        "peer: walk day by day, same mixed work": rate(
            len(items), lambda: [walk(day, amount, is_off) for day, amount in items]
        ),
        "peer: numpy.busday_offset, wd only, one call each": rate(
            len(some),
            lambda: [
                np.busday_offset(day, amount.count, roll="preceding", busdaycal=numpy_days)
                for day, amount in some
            ],
        ),
        "peer: numpy.busday_offset, wd only, one call for all": rate(len(some), numpy_all),
    }


def main() -> None:
    """Measure, and print both forms."""
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED if SHARED.exists() else None
    started = time.perf_counter()
    calendar = read_calendar(given)
    assert calendar.tables
    load_ms = (time.perf_counter() - started) * 1000
    figures = measure(calendar)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    result = {
        "claim": f"clock engine >= {TARGET} due dates/s on one core",
        "met": figures["engine, mixed periods, one call each"] >= TARGET,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {cpu()}, Python {platform.python_version()}",
        "calendar": calendar.version,
        "calendar_load_ms": round(load_ms, 1),
        "peak_memory_mib": memory,
        "per_second": figures,
    }
    print(f"{result['machine']}, {result['measured_at']}, {memory} MiB peak", file=sys.stderr)
    for name, value in figures.items():
        print(f"{name:<56} {value:>12,}", file=sys.stderr)
    print(json.dumps(result, ensure_ascii=False, indent=2))


def cpu() -> str:
    """Return the processor's name where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), "unknown")


if __name__ == "__main__":
    main()
