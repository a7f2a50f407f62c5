"""The effects of joint review: asking agencies, asking no more, and where answers lead."""

from collections.abc import Mapping
from typing import Any

from shizheng.core.models import Agency
from shizheng.kernel.time.amounts import Amount
from shizheng.kernel.time.period import due as period_due
from shizheng.services.actions.run import Run, effects
from shizheng.services.domain import reviews as joint
from shizheng.services.models import CaseStanding, Review
from shizheng.services.schema.flow import StartReview


@effects.register("start_review")
def start_review(run: Run, value: StartReview, given: Mapping[str, Any]) -> None:
    """Ask the agencies of a joint review; in later rounds those that returned it (會審)."""
    key = str(value.review)
    asked = asked_agencies(run, key)
    rows = list(
        Review.objects.filter(case=run.case, review=key, is_current=True).select_related("agency")
    )
    before = {row.agency.code: row for row in rows}
    answers = {code: row.answer for code, row in before.items()}
    again = set(joint.asked_again(answers, value.again)) if before else set(asked)
    codes = [code for code in asked if code in again or code not in before]
    number = 1 + max((row.round for row in rows), default=0)
    gone = [row.pk for code, row in before.items() if code in codes or code not in asked]
    Review.objects.filter(pk__in=gone).update(is_current=False)
    agencies = {agency.code: agency for agency in Agency.objects.filter(code__in=codes)}
    calendar = run.clocks.calendar
    Review.objects.bulk_create(
        Review(
            case=run.case, review=key, agency=agencies[code], round=number,
            subject=asked[code][1], amount=asked[code][0], asked_at=run.at,
            due_at=period_due(
                run.at.astimezone(run.tz), Amount.parse(asked[code][0]), calendar, tz=run.tz
            ).due_at,
        )
        for code in codes
        if code in agencies
    )  # fmt: skip
    run.know([agency.pk for agency in agencies.values()], CaseStanding.Reason.REVIEW)
    follow_answers(run, key)


@effects.register("close_review")
def close_review(run: Run, key: str, given: Mapping[str, Any]) -> None:
    """Ask no more: who has not answered need not (免再審)."""
    Review.objects.filter(case=run.case, review=key, answer="waiting").update(
        answer=Review.Answer.CLOSED, answered_at=run.at
    )


def asked_agencies(run: Run, key: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Return the agencies that a review asks: code to allowance and subject."""
    definition, scope = run.service.reviews[key], run.scope()
    vocabulary = run.service.vocabulary
    asked = {
        str(part.agency): (part.due or definition.due, dict(part.subject or {}))
        for part in definition.parts
        if vocabulary.truth(part.when, scope)
    }
    named = vocabulary.value(definition.agencies, scope) if definition.agencies else ()
    for agency in named or ():
        asked.setdefault(str(agency), (definition.due, {}))
    return asked


def follow_answers(run: Run, key: str) -> None:
    """Queue the action to which the answers lead, once nobody is waited for."""
    definition = run.service.reviews[key]
    answers = Review.objects.filter(case=run.case, review=key, is_current=True)
    found = joint.standing_of(answers.values_list("answer", flat=True), definition.join)
    action = (
        definition.on_returned if found.is_returned
        else definition.on_objected if found.is_objected
        else definition.on_agreed if found.is_agreed
        else None
    )  # fmt: skip
    if action:
        run.follow.append(action)
