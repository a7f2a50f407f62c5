"""What the pages of evaluation show, each from what the viewer may see."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet

from shizheng.core.access import Person, acts_open_to
from shizheng.core.files import attachments_of
from shizheng.core.models import Agency, Attachment, Role, RoleGrant, User
from shizheng.plan.models import (
    ControlFinding,
    EvaluationReview,
    EvaluationReviewer,
    EvaluationRound,
    EvaluationSubject,
    SelfAssessment,
)
from shizheng.plan.works.domain.faults import FaultState, Found, Repeat, repeats


def rounds_listed(*, viewer: Person) -> QuerySet[EvaluationRound]:
    """Rounds that ``viewer`` may see, the newest first."""
    rows = EvaluationRound.objects.visible_to(viewer)
    return rows.select_related("control").order_by("-number")


def people_who_review(*, at: datetime) -> QuerySet[User]:
    """Return who may score as a reviewer at a moment, by name."""
    roles = [role.pk for role in Role.objects.all() if "plan.score_review" in role.permissions]
    grants = RoleGrant.objects.filter(role__in=roles, person__is_active=True)
    able = {grant.person_id for grant in grants if grant.is_in_force(at)}
    people: QuerySet[User] = User.objects.filter(pk__in=able)
    return people.select_related("agency").order_by("username")


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """An agency in a round; scores are there only for who may see them."""

    subject: EvaluationSubject
    self_assessment: SelfAssessment | None
    documents: list[Attachment]
    has_assessed: bool
    reviews: list[EvaluationReview]
    reviewed: int
    own_review: EvaluationReview | None
    may_assess: bool
    may_review: bool


@dataclass(frozen=True, slots=True)
class RoundDetail:
    """One round as its page shows it."""

    round: EvaluationRound
    rows: list[SubjectRow]
    reviewers: list[EvaluationReviewer]
    acts: frozenset[str]


def round_detail(round_: EvaluationRound, *, viewer: Person) -> RoundDetail:
    """Read a round with what ``viewer`` may see of each agency."""
    subjects = list(round_.subjects.select_related("agency").order_by(
        "rank", "agency__position", "agency__code"
    ))  # fmt: skip
    seen = {
        each.subject_id: each
        for each in SelfAssessment.objects.visible_to(viewer)
        .filter(subject__round=round_)
        .prefetch_related("items__edition__plan")
    }
    assessed = set(
        SelfAssessment.objects.filter(subject__round=round_).values_list("subject", flat=True)
    )
    shown = EvaluationReview.objects.visible_to(viewer).filter(subject__round=round_)
    by_subject: dict[object, list[EvaluationReview]] = {}
    for review in shown.select_related("reviewer"):
        by_subject.setdefault(review.subject_id, []).append(review)
    counts = Counter(
        EvaluationReview.objects.filter(subject__round=round_, conflict="")
        .order_by()
        .values_list("subject", flat=True)
    )
    reviewers = list(round_.reviewers.select_related("person__agency"))
    is_reviewer = any(each.person_id == viewer.pk for each in reviewers)
    answering = set(
        EvaluationSubject.objects.allowed_to(viewer, "plan.answer_evaluation")
        .filter(round=round_)
        .values_list("pk", flat=True)
    )
    is_open = round_.closed_at is None
    rows = []
    for subject in subjects:
        own = next((r for r in by_subject.get(subject.pk, ()) if r.reviewer_id == viewer.pk), None)
        assessment = seen.get(subject.pk)
        rows.append(
            SubjectRow(
                subject=subject,
                self_assessment=assessment,
                documents=list(attachments_of(assessment)) if assessment else [],
                has_assessed=subject.pk in assessed,
                reviews=by_subject.get(subject.pk, []),
                reviewed=counts[subject.pk],
                own_review=own,
                may_assess=is_open and subject.pk in answering and subject.pk not in assessed,
                may_review=is_open and is_reviewer and own is None,
            )
        )
    acts = acts_open_to(viewer, round_, "plan.run_evaluation") if is_open else frozenset()
    return RoundDetail(round_, rows, reviewers, acts)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as the register shows it."""

    finding: ControlFinding
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """How an agency stands: findings, those not closed, overdue, and faults that came again."""

    agency: Agency
    findings: int
    not_closed: int
    overdue: int
    repeats: tuple[Repeat, ...]

    @property
    def again(self) -> int:
        """How often faults came again."""
        return sum(each.again for each in self.repeats)


def findings_listed(*, viewer: Person) -> QuerySet[ControlFinding]:
    """Findings that ``viewer`` may see: not closed first, the most overdue before others."""
    rows = ControlFinding.objects.visible_to(viewer).select_related("agency", "control", "round")
    return rows.prefetch_related("corrections__filed_by", "corrections__checked_by").order_by(
        "closed_on", "due_on", "number"
    )


def is_overdue(finding: ControlFinding, on: date) -> bool:
    """Whether a finding is not corrected after its last day."""
    return finding.state == FaultState.OPEN and finding.due_on < on


def agencies_with_findings(*, viewer: Person, on: date) -> list[AgencyRow]:
    """Return every agency with a finding, those whose faults came again most often first."""
    findings = list(ControlFinding.objects.visible_to(viewer).select_related("agency"))
    again: dict[object, list[Repeat]] = {}
    for each in repeats(Found(row.agency_id, row.code, row.pk) for row in findings):
        again.setdefault(each.contractor, []).append(each)
    agencies = {row.agency_id: row.agency for row in findings}
    rows = []
    for key, agency in agencies.items():
        mine = [row for row in findings if row.agency_id == key]
        rows.append(
            AgencyRow(
                agency=agency,
                findings=len(mine),
                not_closed=sum(row.state != FaultState.CLOSED for row in mine),
                overdue=sum(is_overdue(row, on) for row in mine),
                repeats=tuple(again.get(key, ())),
            )
        )
    return sorted(rows, key=lambda row: (-row.again, -row.overdue, row.agency.code))


def results_of(round_: EvaluationRound) -> list[dict[str, object]]:
    """Return the public result of a closed round as values, best rank first, unranked last."""
    if round_.closed_at is None:
        return []
    subjects = list(round_.subjects.select_related("agency"))
    subjects.sort(key=lambda each: (each.rank or len(subjects) + 1, each.agency.code))
    return [
        {
            "round": round_.number,
            "type": round_.type,
            "agency": each.agency.code,
            "rank": each.rank,
            "reviewers_mean": _figure(each.mean),
            "self_score": _figure(each.self_total),
            "gap_self_minus_reviewers": _figure(each.gap),
            "spread": _figure(each.spread),
            "reviews": each.reviews_count,
            "is_synthetic": round_.is_synthetic,
        }
        for each in subjects
    ]


def _figure(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
