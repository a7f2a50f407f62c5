"""Pages of the directives: the list, one directive, and the forms that act."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, may, require
from shizheng.core.models import Agency, User
from shizheng.plan.directives import forms, words
from shizheng.plan.directives.acting import ADDRESS_OF, PAGES
from shizheng.plan.directives.actions import issuing, locking
from shizheng.plan.directives.fields import refusal_of
from shizheng.plan.directives.filtering import filters_of, lead_agencies
from shizheng.plan.directives.selectors import lists
from shizheng.plan.directives.selectors.detail import directive_detail
from shizheng.plan.models import Directive, ReportPeriodLock
from shizheng.plan.sent import answered, sent_before

ROWS = 50
ACT = "plan/directives/act.html"


@dataclass(frozen=True, slots=True)
class Row:
    """One directive as a row of the list."""

    directive: Directive
    holder: Promise
    today: date

    @property
    def days_left(self) -> int:
        """Calendar days until the date that holds."""
        return (self.directive.due_on - self.today).days

    @property
    def days_overdue(self) -> int:
        """Calendar days since that date."""
        return -self.days_left


@require_safe
def directive_list(request: HttpRequest, *, due: str = "") -> HttpResponse:
    """List the directives that the visitor may see, narrowed by the address."""
    today = timezone.localdate()
    query = request.GET.copy()
    if due:
        query["due"] = due
    form, filters = filters_of(query, lead_agencies(request.user))
    rows = lists.with_holder(
        lists.directives_listed(viewer=request.user, on=today, filters=filters)
    )
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    query.pop("page", None)
    shown = {
        "form": form,
        "page": page,
        "rows": [Row(each, words.HOLDERS[lists.holder_shown(each)], today) for each in page],
        "counts": lists.directive_counts(viewer=request.user, on=today),
        "filters": filters,
        "query": query.urlencode(),
        "today": today,
        "is_overdue_page": bool(due),
        "may_issue": may(request.user, "plan.issue_directive"),
        "may_lock": may(request.user, "plan.lock_period"),
        "is_internal_view": may(request.user, "plan.view_internal"),
        "crumbs": [(pgettext("plan", "Directives"), "")],
    }
    return render(request, "plan/directives/directive_list.html", shown)


@require_safe
def directive_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show one directive: its words, dates, who holds it, what happened, what can be done."""
    directive = found(
        request.user,
        Directive.objects.select_related("lead", "control", "issued_by"),
        number=number,
    )
    if request.user.is_authenticated:
        issuing.directive_read(directive=directive, by=request.user, at=timezone.now())
    detail = directive_detail(directive, viewer=request.user, on=timezone.localdate())
    shown = {
        "detail": detail,
        "directive": directive,
        "holder": words.HOLDERS[detail.holder],
        "hindrance": refusal_of(detail.release_hindrance) if detail.release_hindrance else "",
        "acts": [
            (words.ACTS[act], _act_address(directive, name), words.KEYS[act])
            for act, name in ADDRESS_OF.items()
            if act in detail.acts
        ],
        "timeline": [(entry, words.happening(entry)) for entry in detail.timeline],
        "crumbs": [
            (pgettext("plan", "Directives"), reverse("directives:list")),
            (directive.number, ""),
        ],
    }
    return render(request, "plan/directives/directive_detail.html", shown)


def _act_address(directive: Directive, name: str) -> str:
    return reverse("directives:act", args=[directive.number, name])


@login_required
@require_http_methods(["GET", "POST"])
def directive_act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Show the form of one act, and do it."""
    page = PAGES.get(name)
    if page is None:
        raise Http404
    person = cast(User, request.user)
    directive = found(
        person, Directive.objects.select_related("lead", "control"), page.permission, number=number
    )
    address = reverse("directives:detail", args=[directive.number])
    if earlier := sent_before(request):
        return redirect(earlier)
    form = page.form(
        request.POST or None,
        request.FILES or None,
        directive=directive,
        **page.options(directive, person),
    )
    crumbs = [
        (pgettext("plan", "Directives"), reverse("directives:list")),
        (directive.number, address),
    ]
    shown = {"directive": directive, "crumbs": [*crumbs, (form.title, "")]}

    def perform() -> str:
        page.perform(directive, person, timezone.now(), form)
        return address

    return answered(request, form, shown, perform, thing=directive.number, template=ACT)


@login_required
@require_http_methods(["GET", "POST"])
def directive_new(request: HttpRequest) -> HttpResponse:
    """Issue a directive."""
    person = cast(User, request.user)
    require(person, "plan.issue_directive")
    if earlier := sent_before(request):
        return redirect(earlier)
    form = forms.IssueForm(
        request.POST or None,
        control_units=_control_units(person, "plan.issue_directive"),
        today=timezone.localdate(),
    )
    crumbs = [(pgettext("plan", "Directives"), reverse("directives:list")), (form.title, "")]

    def perform() -> str:
        directive = issuing.directive_issue(by=person, at=timezone.now(), **form.given)
        return reverse("directives:detail", args=[directive.number])

    return answered(request, form, {"crumbs": crumbs}, perform, template=ACT)


@login_required
@require_http_methods(["GET", "POST"])
def period_locks(request: HttpRequest) -> HttpResponse:
    """Show the locked periods, and lock one."""
    person = cast(User, request.user)
    require(person, "plan.lock_period")
    if earlier := sent_before(request):
        return redirect(earlier)
    units = _control_units(person, "plan.lock_period")
    form = forms.LockForm(request.POST or None, control_units=units)
    shown = {
        "locks": ReportPeriodLock.objects.filter(control__in=units).select_related(
            "control", "locked_by"
        )[:60],
        "crumbs": [(pgettext("plan", "Directives"), reverse("directives:list")), (form.title, "")],
    }

    def perform() -> str:
        locking.period_lock(by=person, at=timezone.now(), **form.given)
        return request.path

    return answered(request, form, shown, perform, template="plan/directives/period_locks.html")


def _control_units(person: User, permission: str) -> Any:
    return Agency.objects.allowed_to(person, permission).order_by("position", "code")
