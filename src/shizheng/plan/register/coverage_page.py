"""The page of coverage: what carries each item and system, computed from the pack."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from shizheng.plan.domain.coverage import Coverage


def coverage(request: HttpRequest) -> HttpResponse:
    """Show coverage to anybody who asks."""
    found = computed()
    context = {"coverage": found, "items": list(found.items.items())}
    return render(request, "plan/register/coverage.html", context)


def coverage_json(request: HttpRequest) -> JsonResponse:
    """Return what ``shizheng coverage --json`` prints."""
    return JsonResponse(computed().as_json())


def computed() -> Coverage:
    """Return coverage; it is computed anew when the pack or the last test run changed."""
    return _computed(settings.PACK, _stamp(settings.PACK), _stamp(settings.SCENARIO_RESULTS))


@lru_cache(maxsize=2)
def _computed(pack: Path, _pack_stamp: float, _results_stamp: float) -> Coverage:
    from shizheng.packs import loader  # with the models of every definition: only when asked
    from shizheng.plan.coverage import coverage_of

    return coverage_of(
        loader.load(pack), tests=settings.SCENARIOS, results=settings.SCENARIO_RESULTS
    )


def _stamp(path: Path) -> float:
    """Return when a file, or anything in a folder, was last changed; 0 where there is none."""
    files = (path, *path.rglob("*")) if path.is_dir() else (path,)
    return max((file.stat().st_mtime for file in files if file.exists()), default=0)
