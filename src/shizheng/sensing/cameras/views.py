"""Pages of cameras: by precinct for everybody, each for its keeper, and how one is found."""

import calendar
from datetime import date
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import may, require
from shizheng.core.files import path_of
from shizheng.core.models import Agency, User
from shizheng.core.pages import see_other
from shizheng.kernel.errors import DomainError
from shizheng.kernel.text import cleaned
from shizheng.sensing.access import MANAGE
from shizheng.sensing.cameras import selectors
from shizheng.sensing.cameras.access import ASK, KEEP, WATCH
from shizheng.sensing.cameras.city import camera_rules, precinct_names
from shizheng.sensing.cameras.connecting import cameras_connect
from shizheng.sensing.cameras.errors import StillUnfit
from shizheng.sensing.cameras.stills import (
    MOST_BYTES,
    camera_on_duty,
    still_public,
    still_take,
)
from shizheng.sensing.errors import KeyMissing
from shizheng.sensing.models import CameraStill, Gateway
from shizheng.sensing.sensorthings.views import actor_of, refused

ROWS, MONTHS = 50, 12


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way from the first page of cameras to a page."""
    home = (_("Security cameras"), reverse("sensing:cameras"))
    return [home, *more] if more else [(home[0], "")]


def month_asked(request: HttpRequest, today: date) -> tuple[date, date]:
    """Return the first and last day of the month in the address; of this month otherwise."""
    text = request.GET.get("month", "")[:7]
    year, _dash, month = text.partition("-")
    first = today.replace(day=1)
    is_number = year.isascii() and month.isascii() and year.isdecimal() and month.isdecimal()
    if is_number and 2000 <= int(year) <= today.year and 1 <= int(month) <= 12:
        first = date(int(year), int(month), 1)
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


@require_safe
def cameras(request: HttpRequest) -> HttpResponse:
    """Show uptime and repairs by precinct, and what became of requests: for everybody."""
    rules, today = camera_rules(), timezone.localdate()
    first, last = month_asked(request, today)
    rows = selectors.precincts(first, last)
    counted = [row for row in rows if row.up_share is not None or row.repairs]
    owner = Agency.objects.get(code=rules.owner)
    person = request.user
    shown = {
        "rows": counted, "first": first, "last": min(last, today), "body": rules, "owner": owner,
        "months": _months(today), "policy": rules.face_policy(today),
        "figures": selectors.footage_figures(first, last),
        "may_ask": may(person, ASK), "may_keep": may(person, KEEP, owner),
        "may_connect": may(person, MANAGE, owner), "crumbs": crumbs(),
        "may_enforce": may(person, "sensing.enforce", owner),
    }  # fmt: skip
    return render(request, "sensing/cameras/cameras.html", shown)


def _months(today: date) -> list[tuple[str, date]]:
    found, day = [], today.replace(day=1)
    for _place in range(MONTHS):
        found.append((f"{day:%Y-%m}", day))
        day = date(day.year - (day.month == 1), 12 if day.month == 1 else day.month - 1, 1)
    return found


@login_required
@require_http_methods(["GET", "POST"])
def camera_health(request: HttpRequest) -> HttpResponseBase:
    """Show their keeper every camera, the silent first; connect those that are new."""
    person, now = cast(User, request.user), timezone.now()
    owner = Agency.objects.get(code=camera_rules().owner)
    require(person, MANAGE, owner)
    if request.method == "POST":
        cameras_connect(by=person, at=now)
        return see_other(reverse("sensing:camera_health"))
    rows = selectors.camera_rows(now)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    shown = {
        "page": page, "rows": list(page), "count": len(rows),
        "silent": sum(row.has_picture is False for row in rows),
        "unheard": sum(row.has_picture is None for row in rows),
        "body": camera_rules(), "crumbs": crumbs((_("Cameras as they stand"), "")),
    }  # fmt: skip
    return render(request, "sensing/cameras/health.html", shown)


@login_required
@require_safe
def camera_list(request: HttpRequest) -> HttpResponse:
    """Let who may ask for footage find the numbers of cameras."""
    person, today = cast(User, request.user), timezone.localdate()
    require(person, ASK)
    rules = camera_rules()
    words = cleaned(request.GET.get("q", "")).strip()[:60]
    precinct = request.GET.get("precinct", "")[:60]
    found = selectors.cameras_named(words, precinct, today)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    shown = {
        "page": page, "rows": list(page), "count": len(found), "words": words,
        "precinct": precinct, "precincts": precinct_names(rules).items(),
        "query": request.GET.urlencode(), "crumbs": crumbs((_("Find cameras"), "")),
    }  # fmt: skip
    return render(request, "sensing/cameras/list.html", shown)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def camera_still(request: HttpRequest, key: str) -> HttpResponseBase:
    """Show who is on duty the newest still of a camera; take a newer one from its gateway."""
    if request.method == "POST":
        return _still_sent(request, key)
    if not (request.user.is_authenticated and may(request.user, WATCH)):
        raise Http404
    row = CameraStill.objects.visible_to(request.user).select_related("file").filter(camera=key)
    still = row.first()
    if still is None or camera_on_duty(key, timezone.now()) is None:
        raise Http404
    try:
        content = path_of(still.file).read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(
        content, content_type=still.file.media_type,
        headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
    )  # fmt: skip


@require_safe
def public_still(request: HttpRequest, key: str) -> HttpResponse:
    """Show everybody the small still of a camera that the pack marks public; nobody is noted."""
    found = still_public(key, timezone.now())
    if found is None:
        raise Http404
    content, _taken = found
    return HttpResponse(
        content, content_type="image/png",
        headers={"Cache-Control": "public, max-age=60", "X-Content-Type-Options": "nosniff"},
    )  # fmt: skip


def _still_sent(request: HttpRequest, key: str) -> HttpResponse:
    try:
        actor, may_write = actor_of(request)
        if not may_write or not isinstance(actor, Gateway):
            raise KeyMissing
        if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
            raise StillUnfit(reason="it is larger than 4 MiB")
        still_take(key=key, content=request.body, by=actor, at=timezone.now())
    except DomainError as refusal:
        answer: Any = refused(refusal)
        return JsonResponse(answer.body, status=answer.status, headers=dict(answer.headers))
    return HttpResponse(status=204)
