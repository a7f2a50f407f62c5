"""Pages of a master case: its steps in time, one step, and what its applicant sees of them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import may
from shizheng.core.models import User
from shizheng.core.pages import see_other
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.services.desk.frame import person_of, staff, viewer_of
from shizheng.services.following import sessions
from shizheng.services.following.actions.messages import WRITERS
from shizheng.services.following.words import state_words
from shizheng.services.masters import actions, feeds
from shizheng.services.masters.forms import DecisionForm, LinkForm, StepForm
from shizheng.services.masters.planning import Plan, StepRow, compared_of, contact_of, plan_of
from shizheng.services.models import Case, CaseParty
from shizheng.services.refusals import add_refusal
from shizheng.services.selectors.casework import case_for_staff
from shizheng.services.versions import definition_by


def _case(request: HttpRequest, number: str) -> tuple[Case, Plan]:
    """Return a case that the visitor sees as staff, and its steps.

    Raises:
        Http404: none, or none with steps.
    """
    viewer = viewer_of(request)
    case = case_for_staff(viewer, number)
    plan = plan_of(case, viewer.at) if case else None
    if case is None or plan is None:
        raise Http404
    return case, plan


@staff
@require_safe
def steps_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the steps of a case to those who work on it."""
    case, plan = _case(request, number)
    person, now = person_of(request), timezone.now()
    may_act = may(person, actions.ACT, case, at=now)
    context = {
        **_shown(request, case, plan, person),
        "mine": {r.step.key for r in plan.rows if actions.may_change(case, r.step, person, now)}
        if case.is_open
        else set(),
        "may_decide": actions.may_decide(case, person, now),
        "compared": compared_of(case, now) if may_act else (),
        "crumbs": [(number, reverse("services:case", args=[number])), (_("Steps"), "")],
        "is_desk": True,
    }
    return _private(render(request, "services/masters/steps.html", context))


@require_safe
def party_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the steps of a case to its applicant: one contact, one status, the same table."""
    case, party = _of_party(request, number)
    now = timezone.now()
    plan = plan_of(case, now)
    if plan is None:
        raise Http404
    context = {
        **_shown(request, case, plan, party),
        "compared": compared_of(case, now),
        "crumbs": [(number, reverse("services:status", args=[number])), (_("Steps"), "")],
    }
    return _private(render(request, "services/masters/steps.html", context))


def _of_party(request: HttpRequest, number: str) -> tuple[Case, CaseParty]:
    """Return a case and the part that the visitor has in it.

    Raises:
        Http404: no such case, or not theirs.
    """
    rows = Case.objects.select_related("service", "agency", "assignee")
    case = rows.filter(number=number).first()
    party = sessions.party_of(request, case) if case else None
    if case is None or party is None or party.role not in WRITERS:
        raise Http404
    return case, party


def _shown(
    request: HttpRequest, case: Case, plan: Plan, whose: User | CaseParty
) -> dict[str, Any]:  # fmt: skip
    secret = feeds.secret_for(case, whose)
    name, email, agency = contact_of(case)
    return {
        "case": case,
        "plan": plan,
        "state": state_words(definition_by(case.version_id), case.state),
        "contact": name,
        "contact_email": email,
        "contact_agency": agency,
        "calendar": request.build_absolute_uri(
            reverse("services:steps_calendar", args=[case.number, secret])
        ),
    }


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def steps_calendar(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """Send the promised days of a case to the calendar of whoever was given this address."""
    now = timezone.now()
    case = feeds.case_behind(secret, now)
    if case is None or case.number != number:
        raise Http404
    address = request.build_absolute_uri(reverse("services:status", args=[number]))
    content = feeds.steps_ics(case, address=address, at=now)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{number}.ics"'
    return _private(response)


def _row(plan: Plan, key: str) -> StepRow:
    row = next((each for each in plan.rows if each.step.key == key), None)
    if row is None:
        raise Http404
    return row


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def step_page(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Show one step; write down what became of it."""
    case, plan = _case(request, number)
    row = _row(plan, key)
    form = StepForm(request.POST or None, step=row.step, today=timezone.localdate())

    def act() -> None:
        actions.step_change(
            case=case, key=key, by=person_of(request), at=timezone.now(), given=form.change(),
            seen=form.cleaned_data["seen"],
        )  # fmt: skip

    return _acted(request, (case, row), form, act, "step_form")


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def step_decision(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Write down what the task force decided on a step that is blocked."""
    case, plan = _case(request, number)
    row = _row(plan, key)
    form = DecisionForm(request.POST or None, step=row.step)

    def act() -> None:
        actions.step_decide(
            case=case, key=key, by=person_of(request), at=timezone.now(), **form.cleaned_data
        )

    return _acted(request, (case, row), form, act, "decision_form")


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def step_case(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Open the case of a step, or link one that was filed by itself."""
    case, plan = _case(request, number)
    row = _row(plan, key)
    is_new = request.POST.get("act") == "open"
    # To open a case nothing is filled in: the number is asked for only where one is linked.
    form = LinkForm({"number": "-"} if is_new else request.POST or None)

    def act() -> None:
        by, at = person_of(request), timezone.now()
        if is_new:
            actions.step_case_open(case=case, key=key, by=by, at=at)
        else:
            number = form.cleaned_data["number"]
            actions.step_case_link(case=case, key=key, by=by, at=at, number=number)

    return _acted(request, (case, row), form, act, "link_form")


def _acted(
    request: HttpRequest, at: tuple[Case, StepRow], form: Form, act: Callable[[], None], name: str
) -> HttpResponse:
    """Act if the form is right, and go to the table; else show the step with what is wrong."""
    case, row = at
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act()
            except DomainError as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                label = in_language(row.step.label)
                messages.success(request, _("Written down: {step}.").format(step=label))
                return see_other(reverse("services:case_steps", args=[case.number]))
    return _step(request, case, row, {name: form, "form": form}, status)


def _step(
    request: HttpRequest, case: Case, row: StepRow, forms: dict[str, Form], status: int
) -> HttpResponse:
    person, now, step = person_of(request), timezone.now(), row.step
    is_mine = case.is_open and actions.may_change(case, step, person, now)
    decides = actions.may_decide(case, person, now)
    back = reverse("services:case_steps", args=[case.number])
    is_free = is_mine and bool(row.service) and step.child is None and not row.is_settled
    context = {
        "case": case,
        "row": row,
        "step": step,
        "step_form": StepForm(step=step, today=timezone.localdate())
        if is_mine and not row.is_settled
        else None,
        "decision_form": DecisionForm(step=step)
        if decides and case.is_open and step.status == "blocked"
        else None,
        "link_form": LinkForm() if is_free else None,
        "back": back,
        "crumbs": [
            (case.number, reverse("services:case", args=[case.number])),
            (_("Steps"), back),
            (in_language(step.label), ""),
        ],
    } | forms
    response = render(request, "services/masters/step.html", context, status=status)
    return _private(response)
