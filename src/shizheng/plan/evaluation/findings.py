"""Pages of the findings: the register with what came again, and the forms that act."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, may, require
from shizheng.core.models import User
from shizheng.plan.evaluation import forms, selectors
from shizheng.plan.evaluation.actions import findings as acts
from shizheng.plan.evaluation.rules import control_rule
from shizheng.plan.evaluation.views import ROWS, crumbs
from shizheng.plan.models import ControlFinding, EvaluationRound
from shizheng.plan.sent import OnceForm, answered, sent_before


@login_required
@require_safe
def finding_list(request: HttpRequest) -> HttpResponse:
    """List the findings, and the agencies whose faults came again."""
    require(request.user, "plan.view_internal")
    today = timezone.localdate()
    rows = selectors.findings_listed(viewer=request.user)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    mine = ControlFinding.objects.allowed_to(request.user, "plan.answer_evaluation")
    checked = ControlFinding.objects.allowed_to(request.user, "plan.run_evaluation")
    shown = {
        "page": page,
        "rows": [selectors.FindingRow(each, selectors.is_overdue(each, today)) for each in page],
        "agencies": selectors.agencies_with_findings(viewer=request.user, on=today),
        "answering": set(mine.filter(state="open").values_list("pk", flat=True)),
        "checking": set(checked.filter(state="corrected").values_list("pk", flat=True)),
        "may_record": may(request.user, "plan.run_evaluation"),
        "crumbs": crumbs((_("Findings"), "")),
    }
    return render(request, "plan/evaluation/findings.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def finding_new(request: HttpRequest) -> HttpResponse:
    """Record a finding."""
    person = cast(User, request.user)
    require(person, "plan.run_evaluation")
    if earlier := sent_before(request):
        return redirect(earlier)
    rounds = EvaluationRound.objects.allowed_to(person, "plan.run_evaluation").order_by("-number")
    of = rounds.filter(number=asked).first() if (asked := _number(request)) else None
    form = forms.FindingForm(
        request.POST or None, rule=control_rule(), rounds=rounds, initial={"round_": of}
    )
    back = reverse("evaluations:findings")

    def perform() -> str:
        acts.finding_record(by=person, at=timezone.now(), **form.given)
        return back

    shown = {"crumbs": crumbs((_("Findings"), back), (str(form.title), "")), "back": back}
    return answered(request, form, shown, perform)


def _number(request: HttpRequest) -> int | None:
    """Return the number of the round from whose page somebody comes."""
    given = request.GET.get("round", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else None


def _finding(person: User, permission: str, number: int) -> ControlFinding:
    rows = ControlFinding.objects.select_related("agency", "control")
    return found(person, rows, permission, number=number)


def _about(finding: ControlFinding, form: OnceForm) -> dict[str, Any]:
    back = reverse("evaluations:findings")
    return {
        "crumbs": crumbs((_("Findings"), back), (str(form.title), "")),
        "back": back,
        "subject": f"{finding.number} · {finding.code} · {finding.text}",
    }


@login_required
@require_http_methods(["GET", "POST"])
def correction(request: HttpRequest, number: int) -> HttpResponse:
    """File what was done about a finding."""
    person = cast(User, request.user)
    finding = _finding(person, "plan.answer_evaluation", number)
    if earlier := sent_before(request):
        return redirect(earlier)
    form = forms.AnswerForm(request.POST or None, request.FILES or None)
    shown = _about(finding, form)

    def perform() -> str:
        acts.finding_correct(finding=finding, by=person, at=timezone.now(), **form.given)
        return str(shown["back"])

    return answered(request, form, shown, perform)


@login_required
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, number: int) -> HttpResponse:
    """Re-check a correction."""
    person = cast(User, request.user)
    finding = _finding(person, "plan.run_evaluation", number)
    if earlier := sent_before(request):
        return redirect(earlier)
    form = forms.RecheckForm(request.POST or None)
    shown = _about(finding, form)

    def perform() -> str:
        is_accepted, note = form.given["outcome"] == "accepted", form.given["note"]
        acts.finding_check(
            finding=finding, by=person, at=timezone.now(), is_accepted=is_accepted, note=note
        )
        return str(shown["back"])

    return answered(request, form, shown, perform)
