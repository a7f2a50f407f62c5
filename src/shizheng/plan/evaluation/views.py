"""Pages of the evaluation rounds: list, round with its results, and the forms that act."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, may, require
from shizheng.core.models import Agency, User
from shizheng.core.words import in_language
from shizheng.plan.evaluation import forms, selectors
from shizheng.plan.evaluation.actions import rounds
from shizheng.plan.evaluation.rules import evaluation_types
from shizheng.plan.models import EvaluationRound, EvaluationSubject
from shizheng.plan.sent import answered, sent_before

ROWS = 50


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page of this room."""
    return [(_("Evaluations"), reverse("evaluations:list") if more else ""), *more]


@require_safe
def round_list(request: HttpRequest) -> HttpResponse:
    """List the rounds, and the types of which one may open another."""
    types = evaluation_types().values()
    controls = {
        agency.code
        for agency in Agency.objects.allowed_to(request.user, "plan.run_evaluation")
    }  # fmt: skip
    rows = selectors.rounds_listed(viewer=request.user)
    shown = {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "types": [(each, each.control in controls) for each in types],
        "is_internal_view": may(request.user, "plan.view_internal"),
        "crumbs": crumbs(),
    }
    return render(request, "plan/evaluation/round_list.html", shown)


@require_safe
def round_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a round: who has scored while it is open, the results once it is closed."""
    round_ = found(request.user, EvaluationRound.objects.select_related("control"), number=number)
    shown = {
        "round": round_,
        "detail": selectors.round_detail(round_, viewer=request.user),
        "findings": selectors.findings_listed(viewer=request.user).filter(round=round_),
        "may_record": may(request.user, "plan.run_evaluation", round_),
        "is_internal_view": may(request.user, "plan.view_internal"),
        "crumbs": crumbs((str(round_.number), "")),
    }
    return render(request, "plan/evaluation/round.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def round_new(request: HttpRequest, type_: str) -> HttpResponse:
    """Open a round of a type."""
    person = cast(User, request.user)
    require(person, "plan.run_evaluation")
    type_body = evaluation_types().get(type_)
    if type_body is None:
        raise Http404
    require(person, "plan.run_evaluation", Agency.objects.get(code=type_body.control))
    if earlier := sent_before(request):
        return redirect(earlier)
    people = selectors.people_who_review(at=timezone.now())
    form = forms.OpenForm(request.POST or None, type_=type_body, people=people)

    def perform() -> str:
        given = form.given
        title = given.pop("name")
        opened = rounds.round_open(by=person, at=timezone.now(), type_=type_, title=title, **given)
        return reverse("evaluations:round", args=[opened.number])

    back = reverse("evaluations:list")
    shown = {
        "crumbs": crumbs((str(form.title), "")), "back": back,
        "subject": in_language(type_body.name),
    }  # fmt: skip
    return answered(request, form, shown, perform)


def _subject(person: User, permission: str, number: int, agency: str) -> EvaluationSubject:
    """Return an agency of a round on which the person may act.

    Raises:
        Http404, NotPermitted: they may not.
    """
    rows = EvaluationSubject.objects.select_related("round__control", "agency")
    return found(person, rows, permission, round__number=number, agency__code=agency)


def _about(subject: EvaluationSubject, title: Any) -> dict[str, Any]:
    back = reverse("evaluations:round", args=[subject.round.number])
    return {
        "crumbs": crumbs((str(subject.round.number), back), (str(title), "")),
        "back": back,
        "subject": f"{subject.round.title} · {in_language(subject.agency.name)}",
    }


@login_required
@require_http_methods(["GET", "POST"])
def self_assess(request: HttpRequest, number: int, agency: str) -> HttpResponse:
    """Score one's own agency."""
    person = cast(User, request.user)
    subject = _subject(person, "plan.answer_evaluation", number, agency)
    if earlier := sent_before(request):
        return redirect(earlier)
    form = forms.SelfForm(
        request.POST or None, request.FILES or None, criteria=subject.round.criteria
    )
    shown = _about(subject, form.title)

    def perform() -> str:
        rounds.self_assessment_submit(
            subject=subject, by=person, at=timezone.now(), scores=form.scores,
            evidence=form.evidence, items=form.given["items"], documents=form.given["documents"],
        )  # fmt: skip
        return str(shown["back"])

    return answered(request, form, shown, perform)


@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, number: int, agency: str) -> HttpResponse:
    """Score an agency as a reviewer, beside its self-assessment."""
    person = cast(User, request.user)
    subject = _subject(person, "plan.score_review", number, agency)
    if earlier := sent_before(request):
        return redirect(earlier)
    form = forms.ReviewForm(request.POST or None, criteria=subject.round.criteria)
    detail = selectors.round_detail(subject.round, viewer=person)
    row = next(each for each in detail.rows if each.subject.pk == subject.pk)
    shown = _about(subject, form.title) | {"row": row, "round": subject.round}

    def perform() -> str:
        given = form.given
        rounds.review_submit(
            subject=subject, by=person, at=timezone.now(), scores=form.scores,
            comment=given["comment"], conflict=given["conflict"],
        )  # fmt: skip
        return str(shown["back"])

    return answered(request, form, shown, perform, template="plan/evaluation/score.html")


@login_required
@require_http_methods(["GET", "POST"])
def round_close(request: HttpRequest, number: int) -> HttpResponse:
    """Close a round."""
    person = cast(User, request.user)
    rows = EvaluationRound.objects.select_related("control")
    round_ = found(person, rows, "plan.run_evaluation", number=number)
    if earlier := sent_before(request):
        return redirect(earlier)
    back = reverse("evaluations:round", args=[round_.number])
    form = forms.CloseForm(request.POST or None)

    def perform() -> str:
        rounds.round_close(round_=round_, by=person, at=timezone.now(), **form.given)
        return back

    shown = {
        "crumbs": crumbs((str(round_.number), back), (str(form.title), "")), "back": back,
        "subject": round_.title,
    }  # fmt: skip
    return answered(request, form, shown, perform)
