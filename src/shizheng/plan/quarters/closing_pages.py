"""Pages of the control unit: the check before closing, closing itself, and corrections."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.plan.models import QuarterClosing
from shizheng.plan.quarters import actions
from shizheng.plan.quarters.errors import QuarterWithoutPlan
from shizheng.plan.quarters.forms import CloseForm, CorrectForm
from shizheng.plan.quarters.periods import is_over, next_to_close, quarter_name
from shizheng.plan.quarters.points import by_department, points_of
from shizheng.plan.quarters.record import record_prepare
from shizheng.plan.quarters.showing import KIND_WORDS, Report
from shizheng.plan.quarters.views import crumbs, period_or_404
from shizheng.plan.sent import answered, sent_before
from shizheng.statistics.domain.periods import Period


def _versions(period: Period) -> int:
    """Return how many versions there are: who saw fewer is too slow."""
    return QuarterClosing.objects.filter(period=period.code).count()


@login_required
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, quarter: str) -> HttpResponse:
    """Show what is open, department by department, and close the quarter."""
    period, person = period_or_404(quarter), cast(User, request.user)
    require(person, actions.PERMISSION)
    if earlier := sent_before(request):
        return redirect(earlier)
    address, seen = reverse("plan:quarter", args=[period.code]), _versions(period)
    if request.method == "GET" and seen:
        return redirect(address)
    today = timezone.localdate()
    if period.start > today:
        raise Http404
    try:
        prepared = record_prepare(period, at=timezone.now())
    except QuarterWithoutPlan:
        raise Http404 from None
    points = points_of(prepared, viewer=person)
    form = CloseForm(request.POST or None, seen=seen, open_count=len(points))

    def perform() -> str:
        actions.quarter_close(
            period=period, by=person, at=timezone.now(), reason=form.cleaned_data["reason"]
        )
        return address

    departments, others = by_department(prepared, points)
    following = next_to_close(today)
    shown = {
        "name": quarter_name(period),
        "report": Report(prepared.body),
        "departments": departments,
        "others": others,
        "open_count": len(points),
        "kinds": KIND_WORDS,
        "plan": prepared.body["plan"],
        "is_over": is_over(period, today),
        "last_day": period.last_day,
        "next": quarter_name(following) if following and following != period else "",
        "back": reverse("plan:quarters"),
        "crumbs": crumbs((quarter_name(period), address), (_("Check and close"), "")),
    }
    thing = quarter_name(period)
    return answered(request, form, shown, perform, thing=thing, template="plan/quarters/close.html")


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, quarter: str) -> HttpResponse:
    """Keep a corrected version of a closed quarter."""
    period, person = period_or_404(quarter), cast(User, request.user)
    require(person, actions.PERMISSION)
    if earlier := sent_before(request):
        return redirect(earlier)
    seen = _versions(period)
    if not seen:
        raise Http404
    address = reverse("plan:quarter", args=[period.code])
    form = CorrectForm(request.POST or None, seen=seen)

    def perform() -> str:
        actions.quarter_correct(
            period=period, by=person, at=timezone.now(), reason=form.cleaned_data["reason"]
        )
        return address

    shown = {
        "back": address,
        "subject": quarter_name(period),
        "crumbs": crumbs((quarter_name(period), address), (str(form.title), "")),
    }
    return answered(request, form, shown, perform, thing=quarter_name(period))
