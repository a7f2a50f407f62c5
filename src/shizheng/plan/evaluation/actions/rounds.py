"""A round from its opening to its closing: self-assessments, reviews, and the ranking."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from shizheng.core import files, outbox
from shizheng.core.access import require
from shizheng.core.files import Readable
from shizheng.core.models import Agency, User
from shizheng.plan.directives.selectors.facts import items_in_force
from shizheng.plan.evaluation.actions.common import (
    agencies_belonged_to,
    as_text,
    criteria_of,
    next_number,
    noted,
    written,
)
from shizheng.plan.evaluation.domain.scoring import ranked, result, total
from shizheng.plan.evaluation.errors import (
    AgenciesUnfit,
    EvidenceMissing,
    OwnAgency,
    ReviewersTooFew,
    RoundClosed,
    RoundUnfinished,
    SelfAssessmentMissing,
    SubmittedAlready,
)
from shizheng.plan.evaluation.rules import evaluation_type
from shizheng.plan.models import (
    EvaluationReview,
    EvaluationReviewer,
    EvaluationRound,
    EvaluationSubject,
    Item,
    SelfAssessment,
)


@transaction.atomic
def round_open(
    *,
    by: User,
    at: datetime,
    type_: str,
    title: str,
    agencies: Sequence[Agency],
    reviewers: Sequence[User],
    is_synthetic: bool = False,
) -> EvaluationRound:
    """Open a round (開始考核): its criteria and weights are those of the type on this day.

    Raises:
        NotPermitted: ``by`` may not run evaluations for the control unit of the type.
        TypeUnknown, AgenciesUnfit, ReviewersTooFew, WordsMissing: why not.
    """
    body = evaluation_type(type_)
    control = Agency.objects.get(code=body.control)
    require(by, "plan.run_evaluation", control, at=at)
    unfit = [
        agency.code
        for agency in agencies
        if agency.pk == control.pk or (body.agencies and agency.code not in body.agencies)
    ]
    if unfit or not agencies:
        raise AgenciesUnfit(agencies=", ".join(unfit) or "–")
    belongs = [agencies_belonged_to(each, at=at) for each in reviewers]
    for agency in agencies:
        able = sum(agency.pk not in each for each in belongs)
        if able < body.least_reviews:
            raise ReviewersTooFew(agency=agency.code, count=able, least=body.least_reviews)
    today = timezone.localdate(at)
    opened = EvaluationRound.objects.create(
        number=next_number(EvaluationRound), type=body.id, type_version=body.version,
        type_name=dict(body.name), title=written(title), control=control,
        criteria=[
            {"code": each.code, "name": dict(each.name), "weight": each.weight}
            for each in body.criteria
        ],
        least_reviews=body.least_reviews, opened_at=at, opened_by=by,
        self_due_on=today + timedelta(days=body.self_days),
        review_due_on=today + timedelta(days=body.review_days),
        is_synthetic=is_synthetic,
    )  # fmt: skip
    opened.items.set(items_in_force(body.plan_items))
    EvaluationSubject.objects.bulk_create(
        EvaluationSubject(round=opened, agency=agency) for agency in agencies
    )
    EvaluationReviewer.objects.bulk_create(
        EvaluationReviewer(round=opened, person=person) for person in reviewers
    )
    now = {"number": opened.number, "type": body.id, "agencies": [each.code for each in agencies]}
    noted(opened, "evaluation.opened", by=by, at=at, on_behalf_of=control, now=now)
    return opened


def _check_open(round_: EvaluationRound) -> None:
    """Lock the round, so that no score comes in while it closes.

    Raises:
        RoundClosed: it is closed.
    """
    if EvaluationRound.objects.select_for_update().get(pk=round_.pk).closed_at is not None:
        raise RoundClosed(number=round_.number)


@transaction.atomic
def self_assessment_submit(
    *,
    subject: EvaluationSubject,
    by: User,
    at: datetime,
    scores: Mapping[str, Decimal],
    evidence: Mapping[str, str],
    items: Sequence[Item] = (),
    documents: Sequence[Readable] = (),
) -> SelfAssessment:
    """Submit how an agency scores itself, with what shows it (提報自評).

    Raises:
        NotPermitted: ``by`` may not answer for the agency.
        RoundClosed, ScoreUnfit, EvidenceMissing, SubmittedAlready: why not.
    """
    require(by, "plan.answer_evaluation", subject, at=at)
    _check_open(subject.round)
    criteria = criteria_of(subject.round.criteria)
    whole = total(scores, criteria)
    for each in criteria:
        if not evidence.get(each.code, "").strip():
            raise EvidenceMissing(criterion=each.code)
    if SelfAssessment.objects.filter(subject=subject).exists():
        raise SubmittedAlready
    made = SelfAssessment.objects.create(
        subject=subject, scores=as_text(scores), total=whole, submitted_at=at, submitted_by=by,
        evidence={each.code: evidence[each.code].strip() for each in criteria},
    )  # fmt: skip
    made.items.set(items)
    for document in documents:
        name = getattr(document, "name", "document")
        files.store(document, name=name, by=by, at=at, attach_to=made)
    now = {"round": subject.round.number, "agency": subject.agency.code, "total": whole}
    noted(
        subject.round, "evaluation.self_assessed", by=by, at=at, on_behalf_of=subject.agency,
        now=now,
    )  # fmt: skip
    return made


@transaction.atomic
def review_submit(
    *,
    subject: EvaluationSubject,
    by: User,
    at: datetime,
    scores: Mapping[str, Decimal] | None = None,
    comment: str = "",
    conflict: str = "",
) -> EvaluationReview:
    """Submit a reviewer's scores of an agency, or the conflict for which he gives none (評分).

    The journal says that somebody scored, not what: a score is told when the round closes.

    Raises:
        NotPermitted, OwnAgency: ``by`` may not score this agency in this round.
        RoundClosed, SelfAssessmentMissing, ScoreUnfit, SubmittedAlready: why not.
    """
    require(by, "plan.score_review", subject, at=at)
    _check_open(subject.round)
    if EvaluationReview.objects.filter(subject=subject, reviewer=by).exists():
        raise SubmittedAlready
    whole = None
    if not conflict.strip():
        if subject.agency_id in agencies_belonged_to(by, at=at):
            raise OwnAgency(agency=subject.agency.code)
        if not SelfAssessment.objects.filter(subject=subject).exists():
            raise SelfAssessmentMissing(agency=subject.agency.code)
        whole = total(scores or {}, criteria_of(subject.round.criteria))
    try:
        made = EvaluationReview.objects.create(
            subject=subject, reviewer=by, submitted_at=at, conflict=conflict.strip(), total=whole,
            scores=as_text(scores or {}) if whole is not None else {}, comment=comment.strip(),
        )  # fmt: skip
    except IntegrityError as twice:
        raise SubmittedAlready from twice
    now = {
        "round": subject.round.number, "agency": subject.agency.code, "conflict": whole is None,
    }  # fmt: skip
    noted(
        subject.round, "evaluation.reviewed", by=by, at=at, on_behalf_of=subject.round.control,
        now=now,
    )  # fmt: skip
    return made


@transaction.atomic
def round_close(
    *, round_: EvaluationRound, by: User, at: datetime, conclusion: str
) -> EvaluationRound:
    """Close a round (考核結束): its ranking, gaps and spreads are public from this moment.

    Before the last day of the reviews every agency must have its score; after it, an agency with
    too few reviews stays without a rank.

    Raises:
        NotPermitted: ``by`` may not run evaluations of the control unit.
        RoundClosed, RoundUnfinished, WordsMissing: why not.
    """
    require(by, "plan.run_evaluation", round_, at=at)
    conclusion = written(conclusion)
    _check_open(round_)
    subjects = list(round_.subjects.select_related("agency"))
    selves = dict(
        SelfAssessment.objects.filter(subject__round=round_).values_list("subject", "total")
    )
    given: dict[object, list[Decimal]] = {}
    reviews = EvaluationReview.objects.filter(subject__round=round_, total__isnull=False)
    for key, one in reviews.values_list("subject", "total"):
        if one is not None:
            given.setdefault(key, []).append(one)
    results = {
        each.pk: result(selves.get(each.pk), given.get(each.pk, ()), least=round_.least_reviews)
        for each in subjects
    }
    missing = [each.agency.code for each in subjects if results[each.pk].mean is None]
    if missing and timezone.localdate(at) <= round_.review_due_on:
        raise RoundUnfinished(
            number=round_.number, missing=", ".join(missing), due_on=round_.review_due_on
        )
    ranks = ranked({key: each.mean for key, each in results.items()})
    for subject in subjects:
        known = results[subject.pk]
        EvaluationSubject.objects.filter(pk=subject.pk).update(
            self_total=known.self_total, mean=known.mean, gap=known.gap, spread=known.spread,
            reviews_count=known.reviews, rank=ranks.get(subject.pk),
        )  # fmt: skip
    open_ = EvaluationRound.objects.filter(pk=round_.pk, closed_at=None)
    if not open_.update(closed_at=at, closed_by=by, conclusion=conclusion):
        raise RoundClosed(number=round_.number)
    round_.refresh_from_db()
    now = {"number": round_.number, "ranked": len(ranks), "unranked": missing}
    noted(round_, "evaluation.closed", by=by, at=at, on_behalf_of=round_.control, now=now)
    payload = {"number": round_.number, "type": round_.type, "control": round_.control.code}
    outbox.publish("city.evaluation.closed", round_, at=at, payload=payload)
    return round_
