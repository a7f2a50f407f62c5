"""Pages of joint plans: begin one, see how far it is and what it saves, compare, accept."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core import words
from shizheng.core.access import found, require
from shizheng.core.jobs import UNFINISHED
from shizheng.core.models import Job, User
from shizheng.core.pages import see_other
from shizheng.kernel.errors import DomainError
from shizheng.places.digging.access import REVIEW
from shizheng.places.digging.actions.joint import pins_written, plan_accept, plan_begin
from shizheng.places.digging.models import DigPlan, PlannedDig
from shizheng.places.digging.pages.forms import PlanForm
from shizheng.places.digging.pages.views import crumbs, road_names, rules_or_404
from shizheng.places.digging.planwords import difference_of, figures_in_words, merges_in_words
from shizheng.places.digging.tasks import make_plan
from shizheng.places.pages.sending import answered

SHOWN = 200
ANSWERS = ("waiting", "agreed", "refused")


def _home() -> tuple[str, str]:
    return _("Joint plans"), reverse("places:dig_plans")


@login_required
@require_http_methods(["GET", "POST"])
def plans(request: HttpRequest) -> HttpResponseBase:
    """List joint plans and begin one."""
    person = cast(User, request.user)
    rules_or_404()
    require(person, REVIEW)
    previous = _previous(request, person)
    initial: dict[str, Any] = {"year": timezone.localdate().year + 1}
    if previous is not None:
        initial = {"year": previous.year, "pins": pins_written(previous.pins)}
    form = PlanForm(request.POST or None, initial=initial)

    def perform() -> str:
        given = form.cleaned_data
        made = plan_begin(
            year=given["year"], pins=given["pins"], by=person, at=timezone.now(),
            previous=previous if previous and previous.year == given["year"] else None,
        )  # fmt: skip
        return reverse("places:dig_plan", args=[made.pk])

    def context() -> dict[str, Any]:
        waiting = PlannedDig.objects.filter(state__in=PlannedDig.LIVE, record=None)
        return {
            "plans": DigPlan.objects.visible_to(person)[:SHOWN], "previous": previous,
            "waiting": waiting.count(), "crumbs": crumbs((_("Joint plans"), "")),
        }  # fmt: skip

    return answered(request, form, "places/digging/plans.html", perform, context)


def _previous(request: HttpRequest, person: User) -> DigPlan | None:
    try:
        key = UUID(request.GET.get("previous", ""))
    except ValueError:
        return None
    return DigPlan.objects.visible_to(person).filter(pk=key).exclude(result={}).first()


@login_required
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a joint plan, or how far it is; accept it."""
    person, rules = cast(User, request.user), rules_or_404()
    row = found(person, DigPlan.objects.select_related("previous"), pk=key)
    if request.method == "POST":
        try:
            plan_accept(plan=row, by=person, at=timezone.now())
            messages.success(request, _("The days are proposed to the owners."))
        except DomainError as refusal:
            said = words.said(refusal)
            messages.error(request, f"{said.message} {said.hint}")
        return see_other(reverse("places:dig_plan", args=[row.pk]))
    job = Job.objects.filter(name=make_plan.name, key=str(row.pk)).order_by("-enqueued_at").first()
    titles = {each["id"]: each["title"] for each in row.asked["requests"]}
    merges = row.result.get("merges", [])
    keys = sorted({name for each in merges[:SHOWN] for name in each["shared"]})
    proposals = row.proposals.select_related("planned")
    others = DigPlan.objects.visible_to(person).filter(year=row.year).exclude(pk=row.pk)
    context = {
        "plan": row, "progress": round(100 * (job.progress if job else 0)),
        "is_running": bool(job and job.status in UNFINISHED),
        "figures": figures_in_words(row.result.get("figures", {})),
        "merges": merges_in_words(merges[:SHOWN], rules.body, road_names(keys, rules)),
        "merge_count": len(merges), "pins": pins_written(row.pins),
        "deferred": [(name, titles.get(name, "")) for name in row.result.get("deferred", [])],
        "proposals": proposals[:SHOWN], "others": others.exclude(result={})[:20],
        "answers": {state: proposals.filter(state=state).count() for state in ANSWERS},
        "crumbs": crumbs(_home(), (row.number, "")),
    }  # fmt: skip
    return render(request, "places/digging/plan.html", context)


@login_required
@require_safe
def plan_difference(request: HttpRequest, key: UUID, other: UUID) -> HttpResponse:
    """Compare two joint plans of a year."""
    person = cast(User, request.user)
    one = found(person, DigPlan.objects.exclude(result={}), pk=key)
    two = found(person, DigPlan.objects.exclude(result={}), pk=other)
    context = {
        "one": one, "two": two, "rows": difference_of(one, two)[:SHOWN],
        "figures": [
            (name, before, after)
            for (name, before), (_name, after) in zip(
                figures_in_words(one.result["figures"]), figures_in_words(two.result["figures"]),
                strict=True,
            )
        ],
        "crumbs": crumbs(
            _home(), (one.number, reverse("places:dig_plan", args=[one.pk])),
            (_("Difference"), ""),
        ),
    }  # fmt: skip
    return render(request, "places/digging/difference.html", context)
