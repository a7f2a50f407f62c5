"""Pages of the public works: the list with its map, one work, and the forms that act."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, may, require
from shizheng.core.models import Agency, User
from shizheng.plan.models import PublicWork, WorkWarning
from shizheng.plan.sent import answered, sent_before
from shizheng.plan.works import forms, words
from shizheng.plan.works.acting import PAGES
from shizheng.plan.works.actions import registering
from shizheng.plan.works.charts import chart_of
from shizheng.plan.works.domain.months import last_day
from shizheng.plan.works.exporting import map_features
from shizheng.plan.works.filtering import filters_of
from shizheng.plan.works.selectors import lists
from shizheng.plan.works.selectors.detail import WorkDetail, work_detail

ROWS = 50


@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    """List the works, narrowed by the address, with a map of those on the page."""
    query = request.GET.copy()
    form, filters = filters_of(query)
    works = lists.works_listed(viewer=request.user, filters=filters)
    page = Paginator(works, ROWS).get_page(query.get("page"))
    rows = lists.rows_of(list(page), on=timezone.localdate())
    query.pop("page", None)
    shown = {
        "form": form,
        "filters": filters,
        "page": page,
        "rows": rows,
        "features": map_features(rows),
        "counts": lists.work_counts(viewer=request.user),
        "query": query.urlencode(),
        "may_register": may(request.user, "plan.edit_work"),
        "is_internal_view": may(request.user, "plan.view_internal"),
        "crumbs": [(_("Public works"), "")],
    }
    return render(request, "plan/works/work_list.html", shown)


@require_safe
def work_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show one work: its curve against what was done, photos, payments, audits."""
    work = found(request.user, PublicWork.objects.select_related(*_BESIDE), number=number)
    today = timezone.localdate()
    detail = work_detail(work, viewer=request.user, on=today)
    shown = {
        "work": work,
        "detail": detail,
        "chart": _chart(detail),
        "warnings": [(each, words.warning_in_words(each)) for each in detail.warnings],
        "acts": [
            (PAGES[name].label, reverse("works:act", args=[number, name]), PAGES[name].key)
            for name in detail.acts
        ],
        "months": [(words.month_in_words(row.report.month), row) for row in detail.months],
        "photos": [
            (photo, words.month_in_words(row.report.month)) for row, photo in detail.newest_photos
        ],
        "features": map_features([lists.WorkRow(work, None, "")]),
        "timeline": [(entry, words.happening(entry)) for entry in detail.timeline],
        "crumbs": [(_("Public works"), reverse("works:list")), (work.number, "")],
    }
    return render(request, "plan/works/work_detail.html", shown)


_BESIDE = ("agency", "control", "contractor", "district", "village")


def _chart(detail: WorkDetail) -> object:
    """Return the picture, once there is a curve."""
    if not detail.points:
        return None
    done = [
        (min(last_day(row.report.month), detail.on), row.report.percent) for row in detail.months
    ]
    return chart_of(detail.points, done, today=detail.on)


@login_required
@require_http_methods(["GET", "POST"])
def work_act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Show the form of one act, and do it."""
    page = PAGES.get(name)
    if page is None:
        raise Http404
    person = cast(User, request.user)
    works = PublicWork.objects.select_related("agency", "control", "contractor")
    work = found(person, works, page.permission, number=number)
    address = reverse("works:detail", args=[work.number])
    if earlier := sent_before(request):
        return redirect(earlier)
    form = page.form(
        request.POST or None, request.FILES or None, seen=work.version, **page.options(work)
    )

    def perform() -> str:
        page.perform(work, person, timezone.now(), form)
        return address

    crumbs = [(_("Public works"), reverse("works:list")), (work.number, address), (form.title, "")]
    shown = {"crumbs": crumbs, "back": address, "subject": f"{work.number} · {work.name}"}
    return answered(request, form, shown, perform, thing=work.number)


@login_required
@require_http_methods(["GET", "POST"])
def work_new(request: HttpRequest) -> HttpResponse:
    """Register a work."""
    person = cast(User, request.user)
    require(person, "plan.edit_work")
    if earlier := sent_before(request):
        return redirect(earlier)
    agencies = Agency.objects.allowed_to(person, "plan.edit_work").order_by("position", "code")
    form = forms.RegisterForm(request.POST or None, agencies=agencies)

    def perform() -> str:
        given = form.given
        line = given.pop("line")
        given["place"] = line or given["place"]
        work = registering.work_register(by=person, at=timezone.now(), **given)
        return reverse("works:detail", args=[work.number])

    list_ = reverse("works:list")
    crumbs = [(_("Public works"), list_), (form.title, "")]
    return answered(request, form, {"crumbs": crumbs, "back": list_}, perform)


@login_required
@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    """List the warnings that stand, for agencies and the control unit."""
    require(request.user, "plan.view_internal")
    rows = WorkWarning.objects.visible_to(request.user).filter(ended_on=None)
    page = Paginator(rows.select_related("work__agency", "work__control"), ROWS).get_page(
        request.GET.get("page")
    )
    shown = {
        "page": page,
        "rows": [(each, words.warning_in_words(each)) for each in page],
        "crumbs": [(_("Public works"), reverse("works:list")), (pgettext("plan", "Warnings"), "")],
    }
    return render(request, "plan/works/warnings.html", shown)
