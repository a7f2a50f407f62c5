"""Pages of incidents: the list, one incident with its running clocks, and the forms that act."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, require
from shizheng.core.models import User
from shizheng.plan.models import SecurityIncident
from shizheng.plan.security import forms, words
from shizheng.plan.security.acting import PAGES
from shizheng.plan.security.actions import incident as acts
from shizheng.plan.security.actions.moving import thing_read
from shizheng.plan.security.domain.clocks import Clock, clocks_of
from shizheng.plan.security.gate import restricted
from shizheng.plan.security.rules import security_rule
from shizheng.plan.security.selectors import detail
from shizheng.plan.security.views import EDIT, ROWS, acts_open, agencies_of, crumbs
from shizheng.plan.sent import answered, sent_before


@restricted
@require_safe
def incident_list(request: HttpRequest) -> HttpResponse:
    """List incidents: open ones, gravest first, or all."""
    person, is_all = cast(User, request.user), request.GET.get("state") == "all"
    page = Paginator(detail.incidents_listed(viewer=person, is_all=is_all), ROWS).get_page(
        request.GET.get("page")
    )
    rule = security_rule()
    limits = rule.limits()
    rows = [
        (each, _next(clocks_of(acts.facts_of(each), limits)) if not each.closed_at else "")
        for each in page
    ]
    shown = {
        "page": page,
        "rows": rows,
        "is_all": is_all,
        "query": "state=all" if is_all else "",
        **acts_open(person),
        "crumbs": crumbs((_("Incidents"), "")),
    }
    return render(request, "plan/security/incidents.html", shown)


def _next(clocks: tuple[Clock, ...]) -> Any:
    """Return the clock that runs out first among those that run."""
    running = [clock for clock in clocks if clock.done_at is None]
    return _shown(min(running, key=lambda clock: clock.due_at)) if running else ""


def _shown(clock: Clock) -> dict[str, Any]:
    """Return a clock as a page shows it: its light, and how much time is left or gone."""
    now = timezone.now()
    if clock.done_at is not None:
        colour = "green" if clock.is_in_time else "red"
        state = _("in time") if clock.is_in_time else _("late")
    elif clock.is_overdue(now):
        colour, state = "red", _("{time} over").format(time=words.time_in_words(clock.left(now)))
    else:
        colour, state = "yellow", _("{time} left").format(time=words.time_in_words(clock.left(now)))
    return {"clock": clock, "name": words.STEPS[clock.step], "colour": colour, "state": state}


@restricted
@require_safe
def incident_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show one incident with its clocks; that it was opened is noted."""
    person, rule = cast(User, request.user), security_rule()
    incident = found(
        person, SecurityIncident.objects.select_related("agency", "system"), number=number
    )
    thing_read(thing=incident, by=person, at=timezone.now())
    known = detail.incident_detail(incident, viewer=person, rule=rule)
    shown = {
        "incident": incident,
        "detail": known,
        "clocks": [_shown(clock) for clock in known.clocks],
        "sources": [rule.report.source, rule.contain[0].source, rule.investigate.source],
        "joint_defence": rule.joint_defence,
        "now": timezone.now(),
        "acts": [
            (PAGES[name].label, reverse("security:act", args=[number, name]), PAGES[name].key)
            for name in known.acts
        ],
        "timeline": [(e, words.happening(e)) for e in detail.timeline_of(incident)],
        "crumbs": crumbs((_("Incidents"), reverse("security:incidents")), (number, "")),
    }
    return render(request, "plan/security/incident.html", shown)


@restricted
@require_http_methods(["GET", "POST"])
def incident_new(request: HttpRequest) -> HttpResponse:
    """Enter an incident."""
    person = cast(User, request.user)
    require(person, EDIT)
    if earlier := sent_before(request):
        return redirect(earlier)
    form = forms.IncidentForm(request.POST or None, agencies=agencies_of(person))

    def perform() -> str:
        given = form.given
        incident = acts.incident_open(
            by=person, at=timezone.now(), agency=given["agency"], system=given["system"],
            title=given["incident"], level=given["level"], known_at=form.known_at,
            text=given["text"],
        )  # fmt: skip
        return reverse("security:incident", args=[incident.number])

    back = reverse("security:incidents")
    shown = {"crumbs": crumbs((_("Incidents"), back), (form.title, "")), "back": back}
    return answered(request, form, shown, perform)


@restricted
@require_http_methods(["GET", "POST"])
def incident_act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Show the form of one act, and do it."""
    page = PAGES.get(name)
    if page is None:
        raise Http404
    person = cast(User, request.user)
    rows = SecurityIncident.objects.select_related("agency")
    incident = found(person, rows, page.permission, number=number)
    if earlier := sent_before(request):
        return redirect(earlier)
    back = reverse("security:incident", args=[number])
    form = page.form(request.POST or None, seen=incident.version)

    def perform() -> str:
        page.perform(incident, person, timezone.now(), form)
        return back

    way = crumbs((_("Incidents"), reverse("security:incidents")), (number, back), (form.title, ""))
    shown = {"crumbs": way, "back": back, "subject": f"{number} · {incident.title}"}
    return answered(request, form, shown, perform, thing=number)
