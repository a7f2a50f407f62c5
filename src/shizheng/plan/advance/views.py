"""Pages of the advance reviews: list, one project with its versions, and the forms that act."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import acts_open_to, found, may, require
from shizheng.core.models import Agency, User
from shizheng.plan.advance import reviewing
from shizheng.plan.evaluation import forms
from shizheng.plan.models import AdvanceProject, AdvanceReview, AdvanceStatus, AdvanceVersion
from shizheng.plan.sent import OnceForm, answered, sent_before

ROWS = 50
ACTS = ("plan.propose_project", "plan.run_advance_review", "plan.score_review")


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Advance reviews"), reverse("advance:list") if more else ""), *more]


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """List the projects: those that passed for everybody, all for staff."""
    rows = AdvanceProject.objects.visible_to(request.user).select_related("agency", "control")
    rows = rows.prefetch_related("versions").order_by("-number")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "rows": [(project, project.versions.all()[0]) for project in page],
        "may_propose": may(request.user, "plan.propose_project"),
        "is_internal_view": may(request.user, "plan.view_internal"),
        "crumbs": _crumbs(),
    }
    return render(request, "plan/advance/project_list.html", shown)


def _project(request: HttpRequest, number: int, permission: str | None = None) -> AdvanceProject:
    rows = AdvanceProject.objects.select_related("agency", "control")
    return found(request.user, rows, permission, number=number)


@require_safe
def project_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a project: the decision, and for staff every version with its scores."""
    project = _project(request, number)
    is_internal = may(request.user, "plan.view_internal")
    versions = list(project.versions.all())
    reviews = AdvanceReview.objects.visible_to(request.user).filter(version__in=versions)
    by_version: dict[object, list[AdvanceReview]] = {}
    for each in reviews.select_related("reviewer"):
        by_version.setdefault(each.version_id, []).append(each)
    acts = acts_open_to(request.user, project, *ACTS)
    is_open = project.status == AdvanceStatus.UNDER_REVIEW
    has_scored = any(
        each.reviewer_id == request.user.pk for each in by_version.get(versions[0].pk, ())
    )
    shown = {
        "project": project,
        "newest": versions[0],
        "versions": [
            (version, by_version.get(version.pk, []), version.reviews.count())
            for version in (versions if is_internal else [])
        ],
        "items": project.items.select_related("edition__plan", "chapter"),
        "may_score": is_open and "plan.score_review" in acts and not has_scored,
        "may_decide": is_open and "plan.run_advance_review" in acts,
        "may_resubmit": project.status == AdvanceStatus.FAILED and "plan.propose_project" in acts,
        "crumbs": _crumbs((str(project.number), "")),
    }
    return render(request, "plan/advance/project.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    """Propose a project."""
    person = cast(User, request.user)
    require(person, "plan.propose_project")
    if earlier := sent_before(request):
        return redirect(earlier)
    agencies = Agency.objects.allowed_to(person, "plan.propose_project").order_by(
        "position", "code"
    )
    form = forms.ProposeForm(request.POST or None, agencies=agencies)

    def perform() -> str:
        made = reviewing.project_propose(by=person, at=timezone.now(), **form.given)
        return reverse("advance:project", args=[made.number])

    back = reverse("advance:list")
    return answered(
        request, form, {"crumbs": _crumbs((str(form.title), "")), "back": back}, perform
    )


def _act(
    request: HttpRequest,
    project: AdvanceProject,
    form: OnceForm,
    do: Callable[[User], object],
) -> HttpResponse:
    """Show the form of one act on a project, and do it once."""
    if earlier := sent_before(request):
        return redirect(earlier)
    back = reverse("advance:project", args=[project.number])

    def perform() -> str:
        do(cast(User, request.user))
        return back

    shown: dict[str, Any] = {
        "crumbs": _crumbs((str(project.number), back), (str(form.title), "")),
        "back": back,
        "subject": f"{project.number} · {project.name}",
    }
    return answered(request, form, shown, perform)


@login_required
@require_http_methods(["GET", "POST"])
def resubmit(request: HttpRequest, number: int) -> HttpResponse:
    """Submit a new version."""
    project = _project(request, number, "plan.propose_project")
    last: AdvanceVersion = project.versions.all()[0]
    names = ("cost_twd", "starts_on", "ends_on", "summary", "midterm_goal")
    initial = {name: getattr(last, name) for name in names}
    form = forms.ProjectForm(request.POST or None, initial=initial)
    return _act(
        request, project, form,
        lambda by: reviewing.project_resubmit(
            project=project, by=by, at=timezone.now(), **form.given
        ),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def score(request: HttpRequest, number: int) -> HttpResponse:
    """Score the version under review."""
    project = _project(request, number, "plan.score_review")
    criteria = project.versions.all()[0].criteria
    form = forms.AdvanceReviewForm(request.POST or None, criteria=criteria)
    return _act(
        request, project, form,
        lambda by: reviewing.review_submit(
            project=project, by=by, at=timezone.now(), scores=form.scores,
            comment=form.given["comment"],
        ),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Settle the review."""
    project = _project(request, number, "plan.run_advance_review")
    form = forms.DecideForm(request.POST or None)
    return _act(
        request, project, form,
        lambda by: reviewing.review_decide(project=project, by=by, at=timezone.now(), **form.given),
    )  # fmt: skip
