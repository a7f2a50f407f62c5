"""Pages of the cloud machine room: figures with chart and table, hosts, and the monthly file."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.plan.security import forms, words
from shizheng.plan.security.actions import measuring, registering
from shizheng.plan.security.charts import chart_of
from shizheng.plan.security.domain.hosts import months_of
from shizheng.plan.security.gate import restricted
from shizheng.plan.security.selectors import detail
from shizheng.plan.security.views import EDIT, acts_open, agencies_of, crumbs
from shizheng.plan.sent import answered, sent_before

MONTHS = 24


@restricted
@require_safe
def room(request: HttpRequest) -> HttpResponse:
    """Show what the machine room uses and saves, month by month."""
    person = cast(User, request.user)
    months = months_of(detail.room_rows(viewer=person))[-MONTHS:]
    shown = {
        "hosts": detail.hosts_listed(viewer=person),
        "months": [(words.month_name(each.month), each) for each in months],
        "chart": chart_of(months),
        "last": months[-1] if months else None,
        "last_month": words.month_name(months[-1].month) if months else "",
        **acts_open(person),
        "crumbs": crumbs((_("Cloud machine room"), "")),
    }
    return render(request, "plan/security/room.html", shown)


@restricted
@require_http_methods(["GET", "POST"])
def host_new(request: HttpRequest) -> HttpResponse:
    """Enter a host that moved."""
    person = cast(User, request.user)
    require(person, EDIT)
    if earlier := sent_before(request):
        return redirect(earlier)
    form = forms.HostForm(request.POST or None, agencies=agencies_of(person))
    back = reverse("security:room")

    def perform() -> str:
        registering.host_register(by=person, at=timezone.now(), **form.given)
        return back

    shown = {"crumbs": crumbs((_("Cloud machine room"), back), (form.title, "")), "back": back}
    return answered(request, form, shown, perform)


@restricted
@require_http_methods(["GET", "POST"])
def months_send(request: HttpRequest) -> HttpResponse:
    """Send monthly figures of hosts as a file."""
    person = cast(User, request.user)
    require(person, EDIT)
    if earlier := sent_before(request):
        return redirect(earlier)
    form = forms.MonthsForm(
        request.POST or None, request.FILES or None, mine=agencies_of(person).values("pk")
    )
    back = reverse("security:room")

    def perform() -> str:
        measuring.host_months_file(by=person, at=timezone.now(), figures=form.cleaned_data["file"])
        return back

    shown = {"crumbs": crumbs((_("Cloud machine room"), back), (form.title, "")), "back": back}
    return answered(request, form, shown, perform)
