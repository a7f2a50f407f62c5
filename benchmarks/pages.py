"""Claim: plan overview p95 <= 100 ms, item page p95 <= 50 ms of server time.

Every page goes through the whole of the middleware. Beside them the floor: the same stack's
liveness answer, which reads nothing. Prints a table on standard error and JSON on standard output.

    uv run python benchmarks/pages.py [REQUESTS]        (DATABASE_URL chooses the database)
"""

import json
import os
import platform
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime

TARGETS_MS = {"overview": 100, "item": 50, "search, two characters": 50}


def prepare() -> list[str]:
    """Load the pack into a fresh database and return the codes of the plan's items."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "shizheng.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from shizheng.core import loading
    from shizheng.packs import loader
    from shizheng.plan.models import Item

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    loading.load(loader.load(settings.PACK), at=timezone.now())
    return list(Item.objects.values_list("code", flat=True))


def measure(addresses: list[str]) -> dict[str, float]:
    """Return p50, p95 and the largest time in milliseconds, and the size of the last page."""
    from django.test import Client

    client = Client()
    times = []
    for address in addresses:
        started = time.perf_counter()
        response = client.get(address)
        body = response.getvalue() if response.streaming else response.content
        times.append((time.perf_counter() - started) * 1000)
        if response.status_code != 200:
            raise SystemExit(f"{address} answered {response.status_code}")
    times.sort()
    return {
        "requests": len(times),
        "p50_ms": round(times[len(times) // 2], 1),
        "p95_ms": round(times[int(len(times) * 0.95)], 1),
        "max_ms": round(times[-1], 1),
        "kilobytes": round(len(body) / 1000, 1),
    }


def main() -> None:
    """Measure each page and print what was found."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as home:
        os.environ["SHIZHENG_HOME"] = home
        codes = prepare()
        from django.db import connection
        from django.urls import reverse

        from shizheng.plan.models import Plan

        plan = Plan.objects.first().code
        items = [reverse("plan:item", args=(plan, codes[n * 7 % len(codes)])) for n in range(count)]
        words = [("側溝", "長照", "市府", "30-15", "工程")[n % 5] for n in range(count)]
        pages = {
            "floor": ["/health/live"] * count,
            "overview": [reverse("plan:overview")] * count,
            "overview, one word": [reverse("plan:overview") + "?q=長照"] * count,
            "department": [reverse("plan:department", args=(plan, 1))] * count,
            "item": items,
            "search, two characters": [f"{reverse('web:search')}?q={word}" for word in words],
        }
        for addresses in pages.values():
            measure(addresses[:5])
        found = {name: measure(addresses) for name, addresses in pages.items()}
        report = {
            "date": datetime.now(UTC).date().isoformat(),
            "machine": f"{platform.machine()}, {os.cpu_count()} cores",
            "python": platform.python_version(),
            "database": connection.vendor,
            "items": len(codes),
            "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "targets_p95_ms": TARGETS_MS,
            "pages": found,
        }
    print(f"{'page':<24} {'p50 ms':>8} {'p95 ms':>8} {'max ms':>8} {'kB':>8}", file=sys.stderr)
    for name, row in found.items():
        print(
            f"{name:<24} {row['p50_ms']:>8} {row['p95_ms']:>8} {row['max_ms']:>8} "
            f"{row['kilobytes']:>8}",
            file=sys.stderr,
        )
    print(json.dumps(report))


if __name__ == "__main__":
    main()
