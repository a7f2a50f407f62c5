"""The way of a large project into the budget: submission, scores, decision (先期作業)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import IntegrityError, transaction

from shizheng.core import outbox
from shizheng.core.access import require
from shizheng.core.models import Agency, PublishedDefinition, User
from shizheng.plan.advance.definitions import AdvanceRule
from shizheng.plan.advance.errors import (
    AdvanceRuleMissing,
    BelowThreshold,
    DaysWrong,
    NotUnderReview,
    ReviewsTooFew,
    StillUnderReview,
)
from shizheng.plan.advance.searchable import project_index
from shizheng.plan.evaluation.actions.common import (
    agencies_belonged_to,
    as_text,
    criteria_of,
    next_number,
    noted,
    written,
)
from shizheng.plan.evaluation.domain.scoring import CENT, total
from shizheng.plan.evaluation.errors import OwnAgency, SubmittedAlready
from shizheng.plan.models import AdvanceProject, AdvanceReview, AdvanceStatus, AdvanceVersion, Item


def advance_rule() -> AdvanceRule:
    """Return the newest rule of the city.

    Raises:
        AdvanceRuleMissing: there is none.
    """
    row = PublishedDefinition.objects.filter(kind="advance_rule").order_by("-version").first()
    if row is None:
        raise AdvanceRuleMissing
    return AdvanceRule.model_validate(row.body)


@transaction.atomic
def project_propose(
    *,
    by: User,
    at: datetime,
    agency: Agency,
    name: str,
    cost_twd: int,
    starts_on: date,
    ends_on: date,
    summary: str,
    midterm_goal: str,
    items: Sequence[Item] = (),
    is_synthetic: bool = False,
) -> AdvanceProject:
    """Propose a project for advance review (提報先期作業計畫), as its version 1.

    Raises:
        NotPermitted: ``by`` may not propose projects of the agency.
        BelowThreshold, DaysWrong, WordsMissing, AdvanceRuleMissing: why not.
    """
    require(by, "plan.propose_project", agency, at=at)
    control = Agency.objects.get(code=advance_rule().control)
    project = AdvanceProject.objects.create(
        number=next_number(AdvanceProject), name=written(name), agency=agency, control=control,
        is_synthetic=is_synthetic,
    )  # fmt: skip
    project.items.set(items)
    _submit(
        project, by=by, at=at, cost_twd=cost_twd, starts_on=starts_on, ends_on=ends_on,
        summary=summary, midterm_goal=midterm_goal,
    )  # fmt: skip
    return project


@transaction.atomic
def project_resubmit(
    *,
    project: AdvanceProject,
    by: User,
    at: datetime,
    cost_twd: int,
    starts_on: date,
    ends_on: date,
    summary: str,
    midterm_goal: str,
) -> AdvanceVersion:
    """Submit a project again after it did not pass (重新提報); earlier versions are kept.

    Raises:
        NotPermitted: ``by`` may not propose projects of the agency.
        StillUnderReview, BelowThreshold, DaysWrong, WordsMissing: why not.
    """
    require(by, "plan.propose_project", project, at=at)
    failed = AdvanceProject.objects.filter(pk=project.pk, status=AdvanceStatus.FAILED)
    if not failed.update(status=AdvanceStatus.UNDER_REVIEW):
        raise StillUnderReview(number=project.number)
    project.refresh_from_db()
    return _submit(
        project, by=by, at=at, cost_twd=cost_twd, starts_on=starts_on, ends_on=ends_on,
        summary=summary, midterm_goal=midterm_goal,
    )  # fmt: skip


def _submit(
    project: AdvanceProject,
    *,
    by: User,
    at: datetime,
    cost_twd: int,
    starts_on: date,
    ends_on: date,
    summary: str,
    midterm_goal: str,
) -> AdvanceVersion:
    rule = advance_rule()
    if cost_twd < rule.threshold_twd:
        raise BelowThreshold(cost_twd=f"{cost_twd:,}", least=f"{rule.threshold_twd:,}")
    if ends_on < starts_on:
        raise DaysWrong(starts_on=starts_on, ends_on=ends_on)
    version = AdvanceVersion.objects.create(
        project=project, number=project.versions.count() + 1, cost_twd=cost_twd,
        starts_on=starts_on, ends_on=ends_on, summary=written(summary),
        midterm_goal=written(midterm_goal), midterm_from=rule.midterm.from_,
        midterm_to=rule.midterm.to, rule=rule.id, rule_version=rule.version,
        criteria=[
            {"code": each.code, "name": dict(each.name), "weight": each.weight}
            for each in rule.criteria
        ],
        pass_mark=rule.pass_mark, least_reviews=rule.least_reviews, submitted_at=at,
        submitted_by=by,
    )  # fmt: skip
    now = {"number": project.number, "version": version.number, "cost_twd": cost_twd}
    noted(project, "advance.submitted", by=by, at=at, on_behalf_of=project.agency, now=now)
    project_index(project)
    return version


def version_in_review(project: AdvanceProject) -> AdvanceVersion:
    """Return the version that waits for a decision, locked until the act is done.

    Raises:
        NotUnderReview: none does.
    """
    version = project.versions.select_for_update().filter(is_passed=None).first()
    if version is None:
        raise NotUnderReview(number=project.number)
    return version


@transaction.atomic
def review_submit(
    *,
    project: AdvanceProject,
    by: User,
    at: datetime,
    scores: Mapping[str, Decimal],
    comment: str = "",
) -> AdvanceReview:
    """Submit a reviewer's scores of the version under review (先期審查評分).

    Raises:
        NotPermitted, OwnAgency: ``by`` may not score for the control unit, or not this agency.
        NotUnderReview, ScoreUnfit, SubmittedAlready: why not.
    """
    require(by, "plan.score_review", project, at=at)
    if project.agency_id in agencies_belonged_to(by, at=at):
        raise OwnAgency(agency=project.agency.code)
    version = version_in_review(project)
    whole = total(scores, criteria_of(version.criteria))
    if version.reviews.filter(reviewer=by).exists():
        raise SubmittedAlready
    try:
        made = AdvanceReview.objects.create(
            version=version, reviewer=by, scores=as_text(scores), comment=comment.strip(),
            total=whole, submitted_at=at,
        )  # fmt: skip
    except IntegrityError as twice:
        raise SubmittedAlready from twice
    now = {"number": project.number, "version": version.number}
    noted(project, "advance.reviewed", by=by, at=at, on_behalf_of=project.control, now=now)
    return made


@transaction.atomic
def review_decide(
    *, project: AdvanceProject, by: User, at: datetime, conditions: str
) -> AdvanceVersion:
    """Settle the review (審查結果): the mean of the scores alone says whether it passed.

    Args:
        conditions: what the project must heed, or why it did not pass.

    Raises:
        NotPermitted: ``by`` may not decide for the control unit.
        NotUnderReview, ReviewsTooFew, WordsMissing: why not.
    """
    require(by, "plan.run_advance_review", project, at=at)
    conditions = written(conditions)
    version = version_in_review(project)
    totals = list(version.reviews.values_list("total", flat=True))
    if len(totals) < version.least_reviews:
        raise ReviewsTooFew(number=project.number, count=len(totals), least=version.least_reviews)
    score = (sum(totals, Decimal(0)) / len(totals)).quantize(CENT, ROUND_HALF_UP)
    is_passed = score >= version.pass_mark
    open_ = AdvanceVersion.objects.filter(pk=version.pk, is_passed=None)
    if not open_.update(
        score=score, is_passed=is_passed, conditions=conditions, decided_at=at, decided_by=by
    ):
        raise NotUnderReview(number=project.number)
    status = AdvanceStatus.MAY_ENTER_BUDGET if is_passed else AdvanceStatus.FAILED
    AdvanceProject.objects.filter(pk=project.pk).update(status=status)
    version.refresh_from_db()
    project.refresh_from_db()
    now = {"number": project.number, "version": version.number, "score": score, "status": status}
    noted(
        project, "advance.decided", by=by, at=at, on_behalf_of=project.control, why=conditions,
        now=now,
    )  # fmt: skip
    project_index(project)
    payload = {"number": project.number, "agency": project.agency.code, "status": str(status)}
    outbox.publish("city.advance_review.decided", project, at=at, payload=payload)
    return version
