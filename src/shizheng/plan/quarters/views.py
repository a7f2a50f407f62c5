"""Pages on which everybody reads closed quarters, and staff how an open one stands."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from shizheng.core.access import may
from shizheng.plan.models import QuarterClosing
from shizheng.plan.models.work import AlarmChoice
from shizheng.plan.quarters.actions import PERMISSION
from shizheng.plan.quarters.charts import charts_of
from shizheng.plan.quarters.errors import QuarterWithoutPlan
from shizheng.plan.quarters.periods import (
    edition_of,
    next_to_close,
    quarter_name,
    quarter_read,
    quarters_waiting,
)
from shizheng.plan.quarters.points import by_department, points_of
from shizheng.plan.quarters.record import record_prepare
from shizheng.plan.quarters.selectors import (
    closing_of,
    closing_or_404,
    closings_visible,
    department_or_404,
)
from shizheng.plan.quarters.showing import KIND_WORDS, Report, directives_in_words
from shizheng.plan.quarters.wording import report_title
from shizheng.statistics.domain.periods import Period

Crumbs = list[tuple[str, str]]


def period_or_404(code: str) -> Period:
    """Return the quarter of an address.

    Raises:
        Http404: it names none.
    """
    period = quarter_read(code)
    if period is None:
        raise Http404
    return period


def crumbs(*further: tuple[str, str]) -> Crumbs:
    """Return the way to a page of the quarters."""
    return [
        (pgettext("plan", "Plan"), reverse("plan:overview")),
        (_("Quarterly reports"), reverse("plan:quarters")),
        *further,
    ]  # fmt: skip


@require_safe
def quarters(request: HttpRequest) -> HttpResponse:
    """List the closed quarters; staff see the open ones, and which can be closed."""
    today = timezone.localdate()
    is_staff = may(request.user, "plan.view_internal")
    shown = {
        "closings": [(quarter_name(Period.parse(c.period)), c) for c in _newest(request)],
        "waiting": [
            (quarter_name(period), period.code) for period in quarters_waiting(today)
        ] if is_staff else [],
        "next": _next(request),
        "crumbs": [*crumbs()[:1], (_("Quarterly reports"), "")],
    }  # fmt: skip
    return render(request, "plan/quarters/quarter_list.html", shown)


def _newest(request: HttpRequest) -> list[QuarterClosing]:
    """Return the newest version of each quarter."""
    found: dict[str, QuarterClosing] = {}
    for closing in closings_visible(request.user):
        found.setdefault(closing.period, closing)
    return list(found.values())


def _next(request: HttpRequest) -> tuple[str, str] | None:
    """Return the quarter that the visitor may close now."""
    period = next_to_close(timezone.localdate()) if may(request.user, PERMISSION) else None
    return (quarter_name(period), period.code) if period else None


@require_safe
def quarter(request: HttpRequest, quarter: str, version: int | None = None) -> HttpResponse:
    """Show the report of the city; of an open quarter, staff see how it stands."""
    period = period_or_404(quarter)
    closing = closing_of(request.user, period, version)
    if closing is None:
        if version is not None or not may(request.user, "plan.view_internal"):
            raise Http404
        return _preview(request, period)
    report = Report(closing.body)
    others = [
        row for row in closings_visible(request.user).filter(period=period.code)
        if row.pk != closing.pk
    ]  # fmt: skip
    shown = {
        **_shown(request, closing, report, period),
        "others": others,
        "internal": _internal(closing) if may(request.user, "plan.view_internal") else None,
        "may_correct": may(request.user, PERMISSION) and version is None,
    }
    return render(request, "plan/quarters/quarter.html", shown)


def _shown(
    request: HttpRequest, closing: QuarterClosing, report: Report, period: Period
) -> dict[str, Any]:
    return {
        "closing": closing,
        "report": report,
        "title": report_title(closing.body, report.department),
        "charts": charts_of(report.departments),
        "quarter": period.code,
        "crumbs": crumbs((quarter_name(period), "")),
    }


def _preview(request: HttpRequest, period: Period) -> HttpResponse:
    """Show how an open quarter stands now; nothing of it is kept."""
    today = timezone.localdate()
    if period.start > today:
        raise Http404
    try:
        edition_of(period, today)
    except QuarterWithoutPlan:
        raise Http404 from None
    prepared = record_prepare(period, at=timezone.now())
    report = Report(prepared.body)
    shown = {
        "report": report,
        "title": report_title(prepared.body),
        "charts": charts_of(report.departments),
        "quarter": period.code,
        "may_close": may(request.user, PERMISSION) and period.last_day < today,
        "internal": _inside(prepared.internal),
        "crumbs": crumbs((quarter_name(period), "")),
    }
    return render(request, "plan/quarters/quarter.html", shown)


@require_safe
def department_preview(request: HttpRequest, quarter: str, number: int) -> HttpResponse:
    """Show a department how its part of an open quarter stands, with what is open of it."""
    period = period_or_404(quarter)
    if closing := closing_of(request.user, period):
        department_or_404(closing, number)
        return redirect("plan:quarter_department", quarter, closing.version, number)
    today = timezone.localdate()
    if period.start > today or not may(request.user, "plan.view_internal"):
        raise Http404
    try:
        prepared = record_prepare(period, at=timezone.now())
    except QuarterWithoutPlan:
        raise Http404 from None
    departments, _others = by_department(prepared, points_of(prepared, viewer=request.user))
    own = next((row for row in departments if row.department["number"] == number), None)
    if own is None:
        raise Http404
    title = report_title(prepared.body, number)
    shown = {
        "report": Report(prepared.body, number), "title": title, "own": own, "kinds": KIND_WORDS,
        "quarter": period.code, "number": number,
        "crumbs": crumbs(
            (quarter_name(period), reverse("plan:quarter", args=[period.code])), (title, "")
        ),
    }  # fmt: skip
    return render(request, "plan/quarters/department_preview.html", shown)


def _internal(closing: QuarterClosing) -> dict[str, Any]:
    open_ = closing.internal.get("open", {})
    return _inside(closing.internal) | {
        "open": [(str(words), open_[kind]) for kind, words in KIND_WORDS.items() if kind in open_]
    }


def _inside(internal: dict[str, Any]) -> dict[str, Any]:
    """Return what staff read of what changed inside: directives, warnings of works."""
    return {
        "directives": directives_in_words(internal["directives"]),
        "warnings": [
            (each, AlarmChoice(each["kind"]).label, reverse("works:detail", args=[each["work"]]))
            for each in internal["warnings"]
        ],
    }


@require_safe
def department(request: HttpRequest, quarter: str, version: int, number: int) -> HttpResponse:
    """Show the report of one department, with all its items and their evidence."""
    period = period_or_404(quarter)
    closing = closing_or_404(request.user, period, version)
    report = Report(closing.body, department_or_404(closing, number))
    way = crumbs(
        (quarter_name(period), reverse("plan:quarter_version", args=[quarter, version])),
        (report_title(closing.body, number), ""),
    )
    shown = {**_shown(request, closing, report, period), "number": number, "crumbs": way}
    return render(request, "plan/quarters/department.html", shown)


@require_safe
def brief(request: HttpRequest, quarter: str, version: int) -> HttpResponse:
    """Show the one-page brief for the mayor."""
    period = period_or_404(quarter)
    closing = closing_or_404(request.user, period, version)
    way = crumbs(
        (quarter_name(period), reverse("plan:quarter_version", args=[quarter, version])),
        (_("Brief"), ""),
    )
    shown = {**_shown(request, closing, Report(closing.body), period), "crumbs": way}
    return render(request, "plan/quarters/brief.html", shown)
