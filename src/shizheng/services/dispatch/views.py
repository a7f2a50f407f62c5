"""Pages of the crews on duty: my dispatches, what I report, the rota, the board, the figures."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.core.access import found, require
from shizheng.core.pages import actor, see_other
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.services import city, refusals
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.actions.documents import Upload
from shizheng.services.applying.acting import action_form
from shizheng.services.dispatch import selectors
from shizheng.services.dispatch.actions import dispatch_acknowledge
from shizheng.services.dispatch.crews import ACKNOWLEDGE, every_crew
from shizheng.services.dispatch.domain.duty import gaps, shift_at, shifts
from shizheng.services.dispatch.figures import duty_figures
from shizheng.services.dispatch.subscribing import (
    VIEW,
    duty_feed_end,
    duty_feed_make,
    feed_owner,
)
from shizheng.services.models import Case, Dispatch, DutyFeed
from shizheng.services.versions import definition_by

WEEK = timedelta(days=7)
FEED_DAYS = timedelta(days=56)
FIGURE_DAYS = 30


@login_required
@require_safe
def duty(request: HttpRequest) -> HttpResponse:
    """Show a crew leader's open dispatches, the ones to acknowledge first."""
    person, now = actor(request), timezone.now()
    require(person, ACKNOWLEDGE)
    shown = {
        "tasks": selectors.crew_tasks(person, now),
        "now": now,
        "crumbs": [(_("On duty"), "")],
    }
    template = "services/dispatch/_tasks.html" if request.headers.get("HX-Request") else ""
    return render(request, template or "services/dispatch/duty.html", shown)


@login_required
@require_POST
def acknowledge(request: HttpRequest, key: UUID) -> HttpResponse:
    """Acknowledge one dispatch; go back to the list, told if it was too late."""
    person = actor(request)
    row = found(person, Dispatch.objects.select_related("case"), ACKNOWLEDGE, pk=key)
    try:
        dispatch_acknowledge(dispatch=row, by=person, at=timezone.now())
    except DomainError as refusal:
        said = refusals.shown(refusal)
        messages.warning(request, f"{said.message} {said.hint}")
    else:
        done = _("{number} is yours. Set out now.").format(number=row.case.number)
        messages.success(request, done)
    return see_other(reverse("services:duty"))


@login_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Report arrival, danger removed or repaired from the phone, with photos and where they are."""
    person, now = actor(request), timezone.now()
    require(person, ACKNOWLEDGE)
    case = found(
        person, Case.objects.select_related("service", "agency", "district", "village"),
        number=number,
    )  # fmt: skip
    definition = definition_by(case.version_id)
    if act not in definition.actions or "crew" not in definition.actions[act].by:
        raise Http404
    is_sent = request.method == "POST"
    form = action_form(
        case, act, by=person, at=now,
        data=request.POST if is_sent else None, files=request.FILES if is_sent else None,
    )  # fmt: skip
    status = 200
    if is_sent:
        status = 422
        if form.is_valid():
            given = Given(
                fields=form.raw(),
                files=_placed(form.uploads, request, now),
                note=str(form.raw().get("words") or form.raw().get("reply") or ""),
            )
            try:
                case_act(case=case, action=act, by=person, at=now, given=given)
            except DomainError as refusal:
                refusals.add_refusal(form, refusal)
                status = refusal.status
            else:
                title = in_language(definition.actions[act].label)
                messages.success(request, _("Reported: {title}.").format(title=title))
                return see_other(reverse("services:duty"))
    shown = {
        "form": form,
        "case": case,
        "title": dict(definition.actions[act].label),
        "crumbs": [
            (_("On duty"), reverse("services:duty")),
            (in_language(definition.actions[act].label), ""),
        ],
    }
    return render(request, "services/dispatch/report.html", shown, status=status)


def _placed(
    uploads: dict[str, list[Upload]], request: HttpRequest, now: datetime
) -> dict[str, list[Upload]]:
    """Return photos with the place that the phone told, where they have none of their own."""
    longitude, latitude = _degrees(request, "longitude", 180), _degrees(request, "latitude", 90)
    if longitude is None or latitude is None:
        return uploads
    return {
        key: [
            each
            if each.longitude is not None
            else replace(each, longitude=longitude, latitude=latitude, taken_at=now)
            for each in files
        ]
        for key, files in uploads.items()
    }


def _degrees(request: HttpRequest, name: str, limit: int) -> float | None:
    try:
        value = float(request.POST.get(name, ""))
    except ValueError:
        return None
    return value if -limit <= value <= limit else None


@login_required
@require_http_methods(["GET", "POST"])
def rota(request: HttpRequest) -> HttpResponse:
    """Show a week of the rota; make or end the private address of its calendar."""
    person, now = actor(request), timezone.now()
    require(person, VIEW)
    address = ""
    if request.method == "POST" and request.POST.get("act") == "end":
        duty_feed_end(person=person, at=now)
    elif request.method == "POST":
        secret = duty_feed_make(person=person, at=now)
        address = settings.SITE_URL + reverse("services:duty_ics", args=[secret])
    first = _monday(request.GET.get("week", ""), timezone.localdate(now))
    crews, last = every_crew(), first + WEEK - timedelta(days=1)
    local = now.astimezone(city.zone())
    shown = {
        "days": [
            (day, list(shifts(crews, day, day)))
            for day in (first + timedelta(days=number) for number in range(7))
        ],
        "on_duty": [(crew, shift) for crew in crews for shift in [shift_at(crew, local)] if shift],
        "gaps": gaps(crews, first, last),
        "first": first,
        "last": last,
        "before": first - WEEK,
        "after": first + WEEK,
        "address": address,
        "feed": DutyFeed.objects.filter(person=person, ended_at=None).first(),
        "crumbs": [(_("On duty"), reverse("services:duty")), (_("Rota"), "")],
    }
    response = render(request, "services/dispatch/rota.html", shown)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _monday(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = today
    return day - timedelta(days=day.weekday())


@require_safe
def rota_ics(request: HttpRequest, secret: str) -> HttpResponse:
    """Give the rota to a calendar client that has a private address."""
    now = timezone.now()
    if feed_owner(secret, at=now) is None:
        raise Http404
    from shizheng.services.dispatch.calendar import feed  # with its library, for this page only

    today = timezone.localdate(now)
    content = feed(
        shifts(every_crew(), today - WEEK, today + FEED_DAYS),
        site=settings.SITE_URL, at=now, name=_("Duty rota"), tz=city.zone(),
    )  # fmt: skip
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = 'inline; filename="duty.ics"'
    return response


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show every open danger to the control room; its table alone to the refresh."""
    person, now = actor(request), timezone.now()
    require(person, VIEW)
    rows = selectors.board(person, now)
    shown = {
        "rows": rows,
        "now": now,
        "waiting": sum(row.silent_minutes is not None for row in rows),
        "unanswered": sum(row.rank[0] == 0 for row in rows),
    }
    template = "services/dispatch/_board.html" if request.headers.get("HX-Request") else ""
    response = render(request, template or "services/dispatch/board.html", shown)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show how soon crews arrive, remove the danger and repair."""
    person, now = actor(request), timezone.now()
    require(person, VIEW)
    asked = request.GET.get("days", "")
    days = min(int(asked), 3_660) if asked.isdecimal() and int(asked) else FIGURE_DAYS
    shown = {
        "rows": duty_figures(person, since=now - timedelta(days=days), at=now),
        "days": days,
        "choices": [
            (_("Last {n} days").format(n=each), f"?days={each}", each == days)
            for each in (7, 30, 90, 365)
        ],
        "crumbs": [(_("On duty"), reverse("services:duty")), (pgettext("services", "Figures"), "")],
    }
    return render(request, "services/dispatch/figures.html", shown)
