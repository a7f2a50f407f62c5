"""Pages of the mid-term plan: its goals, one goal with its items, and the form of a goal."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, may
from shizheng.core.models import User
from shizheng.core.words import in_language
from shizheng.plan.midterm import actions, selectors
from shizheng.plan.midterm.forms import GoalForm
from shizheng.plan.models import MidtermGoal, MidtermPlan
from shizheng.plan.sent import answered, sent_before


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (pgettext("plan", "Plan"), reverse("plan:overview")),
        (_("Mid-term plan"), reverse("plan:midterms") if more else ""), *more,
    ]  # fmt: skip


@require_safe
def midterms(request: HttpRequest) -> HttpResponse:
    """List the mid-term plans."""
    plans = selectors.midterm_plans()
    return render(request, "plan/midterm/list.html", {"plans": plans, "crumbs": _crumbs()})


@require_safe
def midterm(request: HttpRequest, code: str) -> HttpResponse:
    """Show a mid-term plan: every goal with the lights of its items."""
    plan = get_object_or_404(MidtermPlan, code=code)
    shown = {
        "plan": plan,
        "rows": selectors.goals_of(plan),
        "may_write": may(request.user, actions.PERMISSION),
        "crumbs": _crumbs((in_language(plan.title), "")),
    }
    return render(request, "plan/midterm/plan.html", shown)


@require_safe
def goal(request: HttpRequest, code: str, goal: str) -> HttpResponse:
    """Show a goal with the items that carry it, and their lights."""
    plan = get_object_or_404(MidtermPlan, code=code)
    row = next(iter(selectors.goals_of(plan, goal)), None)
    if row is None:
        raise Http404
    shown = {
        "plan": plan,
        "row": row,
        "may_write": may(request.user, actions.PERMISSION),
        "crumbs": _crumbs((in_language(plan.title), plan.get_absolute_url()), (row.goal.code, "")),
    }
    return render(request, "plan/midterm/goal.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def goal_write(request: HttpRequest, code: str, goal: str | None = None) -> HttpResponse:
    """Enter a goal, or change one."""
    person = cast(User, request.user)
    plan = found(person, MidtermPlan, actions.PERMISSION, code=code)
    if earlier := sent_before(request):
        return redirect(earlier)
    row = get_object_or_404(MidtermGoal, midterm=plan, code=goal) if goal else None
    form = GoalForm(
        request.POST or None,
        seen=row.revision if row else 0,
        initial=GoalForm.shown_of(row) if row else {},
    )
    back = row.get_absolute_url() if row else plan.get_absolute_url()

    def perform() -> str:
        made = actions.goal_write(
            midterm=plan, by=person, at=timezone.now(), goal=row, seen=form.seen, **form.given
        )
        return made.get_absolute_url()

    title = in_language(plan.title)
    shown = {
        "back": back,
        "subject": title,
        "crumbs": _crumbs((title, plan.get_absolute_url()), (str(form.title), "")),
    }
    return answered(request, form, shown, perform, thing=goal or "")
