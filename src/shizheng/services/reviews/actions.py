"""Answering in a joint review, and what silence is taken for."""

from datetime import datetime

from django.db import transaction

from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.errors import N_, ChangedMeanwhile, DomainError
from shizheng.services.actions.acting import case_locked, finish
from shizheng.services.actions.run import Run
from shizheng.services.domain import reviews as joint
from shizheng.services.models import Case, Review
from shizheng.services.reviews.effects import follow_answers
from shizheng.services.versions import definition_by


class OpinionMissing(DomainError):
    """Objecting, returning and conditions need words (未填審查意見)."""

    code = "services.opinion_missing"
    message = N_("This answer needs an opinion in words.")
    hint = N_("Say what is wrong and what would put it right.")


class ReviewSettled(DomainError):
    """The agency has answered already, or is not asked any more (已回復或免再審)."""

    code = "services.review_settled"
    message = N_("{agency} has answered already, or is not asked any more.")
    hint = N_("Open the case again to see what was answered.")
    status = 409


@transaction.atomic
def review_answer(
    *,
    review: Review,
    by: User | None,
    at: datetime,
    answer: str,
    opinion: str = "",
    conditions: str = "",
) -> Case:
    """Answer for one agency in a joint review (會審意見); None for ``by``: silence did.

    Raises:
        NotPermitted: ``by`` may not answer for this agency.
        OpinionMissing: an objection, return or condition without words.
        ReviewSettled: it was answered already.
    """
    case = case_locked(review.case, None)
    row = Review.objects.select_for_update(of=("self",)).select_related("agency").get(pk=review.pk)
    if by is not None:
        require(by, "services.review_case", row, at=at)
        if answer in ("object", "return") and not opinion.strip():
            raise OpinionMissing
        if answer == "conditions" and not conditions.strip():
            raise OpinionMissing
    if row.answer != Review.Answer.WAITING or not row.is_current:
        raise ReviewSettled(agency=row.agency)
    changed = Review.objects.filter(pk=row.pk, answer="waiting").update(
        answer=answer, answered_at=at, answered_by=by, opinion=opinion.strip(),
        conditions=conditions.strip(),
    )  # fmt: skip
    if not changed:
        raise ChangedMeanwhile(thing=case.number)
    run = Run(case, at=at, by=by, on_behalf_of=row.agency if by else None)
    definition = run.service.reviews[row.review]
    visibility = "party" if definition.is_visible_to_applicant else "internal"
    run.begin(
        "review_answered", left=case.state, entered=case.state, visibility=visibility, by=by,
        given={"review": row.review, "agency": row.agency.code, "answer": answer,
               "round": row.round},
        note=opinion.strip() or conditions.strip(),
    )  # fmt: skip
    run.end()
    follow_answers(run, row.review)
    finish(run)
    return case


def reviews_fall_silent(*, at: datetime) -> int:
    """Take every agency that said nothing in time at its silence (逾期視為); return how many."""
    waiting = Review.objects.filter(answer="waiting", due_at__lt=at, case__is_open=True)
    count = 0
    for review in waiting.select_related("case").order_by("due_at", "id"):
        rule = definition_by(review.case.version_id).reviews.get(review.review)
        answer = joint.silence(rule.silence) if rule else None
        if answer:
            review_answer(review=review, by=None, at=at, answer=str(answer))
            count += 1
    return count
