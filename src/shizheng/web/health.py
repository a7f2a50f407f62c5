"""Whether this installation lives and is ready, for whoever watches over it."""

import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shizheng.core.models import City, Heartbeat
from shizheng.core.worker import PRESENCE

LEAST_FREE_BYTES = 200 * 1024 * 1024


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as this process can answer at all."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 if people can work, 503 with what is wrong if they cannot."""
    checks = {name: _outcome(check) for name, check in CHECKS.items()}
    is_ready = all(check["ok"] for check in checks.values())
    answer = {"status": "ok" if is_ready else "not ready", "checks": checks}
    return JsonResponse(answer, status=200 if is_ready else 503)


def _outcome(check: Callable[[], str]) -> dict[str, object]:
    try:
        problem = check()
    except DatabaseError:
        problem = "The database does not answer."
    return {"ok": not problem, "problem": problem}


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} migrations are missing; run `shizheng init`." if missing else ""


def _pack() -> str:
    return "" if City.objects.exists() else "No pack is loaded; run `shizheng init`."


def _worker() -> str:
    since = timezone.now() - PRESENCE
    alive = Heartbeat.objects.filter(kind="worker", at__gte=since).exists()
    return "" if alive else f"No worker gave a sign of life for {PRESENCE.seconds} s."


def _disk() -> str:
    place = next(folder for folder in (settings.HOME, *settings.HOME.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    return "" if free >= LEAST_FREE_BYTES else f"Only {free // 2**20} MiB of disk are free."


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "pack": _pack,
    "worker": _worker,
    "disk": _disk,
}
