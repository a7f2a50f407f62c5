"""The question after closing (滿意度): one answer a party, changed until its time is over."""

from datetime import datetime, timedelta

from django.db import transaction

from shizheng.core.models import User
from shizheng.kernel.text import cleaned
from shizheng.kernel.time.amounts import Amount, Unit
from shizheng.kernel.time.days import CalendarOutOfRange
from shizheng.kernel.time.period import due
from shizheng.services import city
from shizheng.services.actions.acting import case_locked, finish
from shizheng.services.actions.run import Run
from shizheng.services.domain.clocks import extended_calendar
from shizheng.services.following.errors import MessageTooLong, RatingClosed, RatingOutOfRange
from shizheng.services.models import Case, CaseEvent, CaseParty
from shizheng.services.versions import definition_by

RATED = "rated"
RATERS = ("applicant", "proxy")
LONGEST_COMMENT = 1_000


@transaction.atomic
def case_rate(
    *,
    case: Case,
    stars: int,
    at: datetime,
    as_party: CaseParty,
    by: User | None = None,
    comment: str = "",
) -> Case:
    """Say how a closed case was handled, 1 to 5; a second answer replaces the first.

    Raises:
        RatingOutOfRange, MessageTooLong: what is wrong with the answer.
        RatingClosed: not closed, not asked, too late, or not a party who is asked.
    """
    comment = cleaned(comment).strip()
    if not 1 <= stars <= 5:
        raise RatingOutOfRange
    if len(comment) > LONGEST_COMMENT:
        raise MessageTooLong(length=len(comment), limit=LONGEST_COMMENT)
    locked = case_locked(case, None)
    until = rating_until(locked)
    is_asked = as_party.case_id == locked.pk and as_party.role in RATERS
    if until is None or at > until or not is_asked or as_party.ended_at is not None:
        raise RatingClosed(number=locked.number)
    run = Run(locked, at=at, by=by, as_party=as_party)
    run.begin(
        RATED, left=locked.state, entered=locked.state, given={"stars": stars}, note=comment,
        visibility="party", by=by,
    )  # fmt: skip
    run.put(satisfaction=_mean(locked, as_party, stars))
    run.end()
    finish(run)
    return locked


def rating_until(case: Case) -> datetime | None:
    """Return until when a case can be rated; None where nothing is asked."""
    asked = definition_by(case.version_id).satisfaction
    if asked is None or case.is_open or case.closed_at is None:
        return None
    amount, tz = Amount.parse(asked.within), city.zone()
    closed = case.closed_at.astimezone(tz)
    if amount.unit is Unit.HOUR:
        return closed + timedelta(hours=amount.count)
    calendar = city.calendar_for()
    try:
        return due(closed, amount, calendar, tz=tz).due_at
    except CalendarOutOfRange:
        return due(closed, amount, extended_calendar(calendar), tz=tz).due_at


def rating_of(case: Case, party: CaseParty) -> CaseEvent | None:
    """Return the newest answer of a party since the case was closed last."""
    return (
        CaseEvent.objects.filter(case=case, action=RATED, as_party=party, at__gte=case.closed_at)
        .order_by("-sequence")
        .first()
        if case.closed_at
        else None
    )


def _mean(case: Case, party: CaseParty, stars: int) -> int:
    """Return the mean of the newest answer of each party, half a star upwards."""
    rows = CaseEvent.objects.filter(case=case, action=RATED, at__gte=case.closed_at)
    found = {
        key: act.get("stars", 0)
        for key, act in rows.order_by("sequence").values_list("as_party", "act")
    }
    found[party.pk] = stars
    return int(sum(found.values()) / len(found) + 0.5)
