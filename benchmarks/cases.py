"""Claims of the case engine at city size: lists, search, opening, acting, intake, clocks.

Targets, server time through the whole middleware: list, search and open p95 <= 100 ms; act p95
<= 150 ms and >= 100 acts/s; Open311 POST p95 <= 150 ms and >= 100/s; a restricted officer's list
<= 1.3 times an administrator's; 100,000 open clocks counted anew <= 20 s; a sweep over 100,000
open clocks <= 10 s. Beside them the floor: the same stack's liveness answer, which reads nothing.
Published: OpenCRVS asks of itself reads of 50/150/300 ms and writes of 100/300/500 ms (p50/p95/p99)
at 1,000,000 records; Open Zaak lists a million cases in 150-200 ms (median).

    DATABASE_URL=postgres://... uv run python benchmarks/cases.py [CASES] [--keep]

The database must be empty, or one that an earlier run with ``--keep`` left. Prints a table on
standard error and JSON on standard output.
"""

import json
import multiprocessing
import os
import platform
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import cases_made

REQUESTS, WARM = 200, 10
PROCESSES, SECONDS = 3, 20
TARGETS = {
    "list, administrator": 100, "list, restricted officer": 100, "my queue, officer": 100,
    "search, two characters": 100, "search, number": 100, "open": 100, "act": 150,
    "Open311 POST": 150, "acts/s": 100, "Open311 POST/s": 100, "count 100,000 clocks anew, s": 20,
    "sweep, nothing due, s": 10, "sweep, 5 % due, s": 10, "sweep, all due, s": 10,
}  # fmt: skip


def spread(times: list[float]) -> dict[str, float]:
    """Return p50, p95, p99 in milliseconds."""
    times = sorted(times)
    return {
        f"p{share}": round(times[min(int(len(times) * share / 100), len(times) - 1)] * 1000, 1)
        for share in (50, 95, 99)
    }


def timed(calls: list[Callable[[], Any]], expect: int = 200) -> dict[str, float]:
    """Time HTTP calls one after the other; the first ones only warm up."""
    times = []
    for number, call in enumerate(calls):
        started = time.perf_counter()
        response = call()
        _ = b"".join(response) if response.streaming else response.content
        if number >= WARM:
            times.append(time.perf_counter() - started)
        if response.status_code != expect:
            raise SystemExit(f"answered {response.status_code}: {response.content[:300]!r}")
    return spread(times)


def client_of(username: str) -> Any:
    """Return a signed-in client."""
    from django.test import Client

    from shizheng.core.models import User

    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def reading() -> dict[str, Any]:
    """Time lists, searches and single cases as an administrator and as officers see them."""
    from django.test import Client

    from shizheng.services.models import Case

    chance = random.Random(1)
    boss, officers = client_of("admin"), [client_of(f"officer_{n}") for n in range(0, 2000, 97)]
    filters = ["", "&only=overdue", "&only=today", "&sort=opened", "&service=road_damage"]
    for officer in officers:  # the first page of each reads what the others find read
        officer.get("/desk/?view=all")
    numbers = list(Case.objects.order_by("?").values_list("number", flat=True)[:REQUESTS])
    words = [word[at : at + 2] for word in cases_made.WORDS for at in (0, 2)]

    def listing(client: Any) -> Callable[[], Any]:
        address = f"/desk/?view=all{chance.choice(filters)}"
        return lambda: client.get(address)

    def queue(client: Any) -> Callable[[], Any]:
        return lambda: client.get("/desk/")

    def searching(client: Any) -> Callable[[], Any]:
        word = chance.choice(words)
        asked = {"view": "all", "status": "any", "q": word}
        return lambda: client.get("/desk/", asked)

    plain = Client()
    return {
        "floor: liveness": timed([lambda: plain.get("/health/live")] * REQUESTS),
        "list, administrator": timed([listing(boss) for _ in range(REQUESTS)]),
        "list, restricted officer": timed(
            [listing(chance.choice(officers)) for _ in range(REQUESTS)]
        ),
        "my queue, officer": timed(
            [queue(chance.choice(officers)) for _ in range(REQUESTS)]
        ),
        "search, two characters": timed([searching(boss) for _ in range(REQUESTS)]),
        "search, number": timed(
            [lambda n=number: boss.get(f"/desk/?view=all&status=any&q={n}") for number in numbers]
        ),
        "open": timed([lambda n=number: boss.get(f"/desk/cases/{n}/") for number in numbers]),
    }  # fmt: skip


def _act_once(case: Any, by: Any, at: datetime) -> None:
    from shizheng.services.actions.acting import Given, case_act

    given = Given(fields={"reply": "已完成"}) if case.state == "in_progress" else None
    case_act(
        case=case, action="close" if given else "accept", by=by, at=at, given=given,
        revision=case.revision,
    )  # fmt: skip


def _acting(part: int, seconds: float, results: Any) -> None:
    """Act on cases as fast as one process can; send back the times."""
    from django.db import connection

    from shizheng.core.models import User
    from shizheng.services.models import Case

    connection.close()
    boss = User.objects.get(username="admin")
    rows = Case.objects.filter(is_open=True, service__code="road_damage").select_related("agency")
    waiting = list(rows.order_by("pk")[part * 2_500 : (part + 1) * 2_500])
    by_agency = {user.agency_id: user for user in User.objects.exclude(agency=None)}
    times, end = [], time.perf_counter() + seconds
    for case in waiting:
        if time.perf_counter() > end:
            break
        started = time.perf_counter()
        _act_once(case, by_agency.get(case.agency_id, boss), datetime.now(UTC))
        times.append(time.perf_counter() - started)
    results.put(times)


def _reporting(part: int, seconds: float, results: Any) -> None:
    """Report by Open311 as fast as one process can; send back the times.

    A report is complete at once: its duplicates are looked for by who takes it up.
    """
    from django.db import connection
    from django.test import Client

    connection.close()
    client, chance = Client(REMOTE_ADDR=f"10.0.0.{part}"), random.Random(part)
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        body = {
            "service_code": "road_damage", "lat": 22.63 + chance.random() * 0.05,
            "long": 120.30 + chance.random() * 0.05, "attribute[kind]": "pothole",
            "description": f"{chance.choice(cases_made.ROADS)}有坑洞", "email": "a@example.org",
            "address_string": f"{chance.choice(cases_made.ROADS)}{chance.randrange(999)}號",
            "first_name": "小明", "last_name": "王", "phone": "0912-345-678",
            "media_url": "https://example.org/photo.jpg",
        }  # fmt: skip
        started = time.perf_counter()
        response = client.post("/open311/v2/requests.json", body)
        times.append(time.perf_counter() - started)
        if response.status_code not in (200, 201):
            results.put([])
            raise SystemExit(f"{response.status_code}: {response.content[:300]!r}")
    results.put(times)


def together(
    work: Callable[..., None], processes: int = PROCESSES
) -> tuple[dict[str, float], float]:
    """Run ``work`` in several processes at once; return the spread and how many a second."""
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    results: Any = context.Queue()
    running = [context.Process(target=work, args=(n, SECONDS, results)) for n in range(processes)]
    started = time.perf_counter()
    for process in running:
        process.start()
    times = [one for _ in running for one in results.get()]
    took = time.perf_counter() - started
    for process in running:
        process.join()
    return spread(times), round(len(times) / took, 1)


def clocks() -> dict[str, float]:
    """Time a new count of every open clock, and sweeps.

    A city that sweeps every few minutes has carried out what was due before. Of 5 % the last step
    is due, which tells the next chief; then all run out at once, which is noted on each.
    """
    from django.utils import timezone

    from shizheng.services.clocks.sweeping import clocks_recompute, clocks_sweep

    now, found = timezone.now(), {}
    started = time.perf_counter()
    found["open clocks"], found["counted anew, moved"] = clocks_recompute(at=now)
    found["count 100,000 clocks anew, s"] = round(time.perf_counter() - started, 1)
    later = now + timedelta(days=100)  # by when every clock has run through all its steps
    for some, share, left in (
        ("nothing", 1.0, ()), ("5 %", 0.05, ("breach:0", "breach:1")), ("all", 1.0, ("due",)),
    ):  # fmt: skip
        _carried_out(share, left, later)
        started = time.perf_counter()
        run = clocks_sweep(at=later)
        run.raise_failures()
        name = f"sweep, {some} due"
        found[f"{name}, s"] = round(time.perf_counter() - started, 1)
        found[f"{name}, looked at"] = run.looked_at
    return found


def _carried_out(share: float, left: tuple[str, ...], at: datetime) -> None:
    """Note all steps of a share of the open clocks as carried out but the last of ``left``."""
    from shizheng.core.rows import put
    from shizheng.services.actions.acting import placed
    from shizheng.services.clocks.keeping import reckoned
    from shizheng.services.models import CaseClock

    rows = CaseClock.objects.filter(is_running=True, case__is_open=True).select_related("case")
    waiting = list(rows.order_by("pk"))
    some = waiting[: int(len(waiting) * share)]
    for row in some:
        placed(row.case)
        steps = [step.id for step in reckoned(row).steps]
        undone = [step for step in steps if step in left][-1:]
        row.done = [step for step in steps if step not in undone]
        row.next_at = at if undone else None
    put(some, ("done", "next_at"))


def main() -> None:
    """Make or find the cases, measure, print."""
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    folder = tempfile.mkdtemp()
    database = os.environ.get("DATABASE_URL", f"sqlite:///{folder}/cases.db")
    os.environ.setdefault("SHIZHENG_HOME", folder)
    os.environ.setdefault("SHIZHENG_OPEN311_RATE", "1000000/m")  # all come from one machine
    count = numbers[0] if numbers else (1_000_000 if "postgres" in database else 100_000)
    cases_made.prepare(database)
    from shizheng.cli.serve import collect_seldom
    from shizheng.services.models import Case

    if not Case.objects.exists():
        cases_made.make(count)
    collect_seldom()  # as the processes of a city do
    found: dict[str, Any] = {"cases": Case.objects.count(), "database": database.split(":")[0]}
    found |= reading()
    found["act"], found["acts/s"] = together(_acting)
    found["Open311 POST"], found["Open311 POST/s"] = together(_reporting)
    found |= clocks()
    ratio = found["list, restricted officer"]["p95"] / found["list, administrator"]["p95"]
    found["restricted / administrator"] = round(ratio, 2)
    found["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found["machine"] = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    found["date"] = datetime.now(UTC).date().isoformat()
    for name, value in found.items():
        target = TARGETS.get(name)
        print(f"{name:32} {value}" + (f"   (target {target})" if target else ""), file=sys.stderr)
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
