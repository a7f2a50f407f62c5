"""Claims of figures and lights at city size: all indicators of the pack, then all lights.

Targets over 1,000,000 cases of ten events each: all indicators of Kaohsiung's pack, every period,
district and village of them, protected and kept, <= 60 s; the same the next day, when little is
new; evidence of all bindings gathered and the lights of 505 items computed <= 30 s; the plan's
overview with these lights p95 <= 100 ms.

    DATABASE_URL=postgres://... uv run python benchmarks/indicators.py [CASES]

The database must be empty, or one that ``cases.py`` left. Prints a table on standard error and JSON
on standard output.
"""

import json
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import cases_made

TARGETS = {
    "all indicators, s": 60, "all lights, s": 30, "plan overview with lights, p95 ms": 100,
}  # fmt: skip
PAGES = 200


def took(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of a call, and what it returned."""
    started = time.perf_counter()
    found = call()
    return round(time.perf_counter() - started, 1), found


def overview() -> float:
    """Return the p95 of the plan's overview in milliseconds, through the whole middleware."""
    from django.test import Client
    from django.urls import reverse

    client, address, times = Client(), reverse("plan:overview"), []
    for number in range(PAGES + 10):
        started = time.perf_counter()
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"the overview answered {answer.status_code}")
        if number >= 10:
            times.append(time.perf_counter() - started)
    return round(sorted(times)[int(PAGES * 0.95)] * 1000, 1)


def main() -> None:
    """Make or find the cases, measure, print."""
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    database = os.environ.get("DATABASE_URL", "")
    if not database.startswith("postgres"):
        raise SystemExit("Set DATABASE_URL to a PostgreSQL database for the benchmark.")
    os.environ.setdefault("SHIZHENG_HOME", tempfile.mkdtemp())
    cases_made.prepare(database)
    from shizheng.cli.serve import collect_seldom
    from shizheng.plan.evidence.gathering import evidence_gather
    from shizheng.plan.models import Item
    from shizheng.plan.register.lights import lights_recompute
    from shizheng.plan.register.selectors import edition_in_force
    from shizheng.services.models import Case
    from shizheng.statistics.indicators.making import indicators_make
    from shizheng.statistics.models import Figure

    if not Case.objects.exists():
        cases_made.make(numbers[0] if numbers else 1_000_000)
    collect_seldom()  # as the processes of a city do
    at, found = datetime.now(UTC), dict[str, Any](cases=Case.objects.count())
    found["all indicators, s"], run = took(lambda: indicators_make(at=at))
    run.raise_failures()
    found |= {"indicators": run.indicators, "vintages": run.vintages}
    found["figures kept"] = Figure.objects.count()
    later = at + timedelta(days=1)
    found["all indicators a day later, s"], _ = took(lambda: indicators_make(at=later))
    edition = edition_in_force()
    if edition is None:
        raise SystemExit("no edition of the plan is in force")

    def lights() -> int:
        gathered = evidence_gather(at=later)
        lights_recompute(edition=edition, at=later)
        return gathered

    found["all lights, s"], found["snapshots"] = took(lights)
    found["lights"] = Item.objects.filter(edition=edition).count()
    found["plan overview with lights, p95 ms"] = overview()
    found["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found["machine"] = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    found["date"] = datetime.now(UTC).date().isoformat()
    for name, value in found.items():
        target = TARGETS.get(name)
        print(f"{name:36} {value}" + (f"   (target {target})" if target else ""), file=sys.stderr)
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
