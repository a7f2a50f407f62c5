"""Removing the personal data of a case whose time is over, and keeping one beyond it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.text import normalise
from shizheng.services import city
from shizheng.services.actions.acting import case_locked, finish
from shizheng.services.actions.run import Run
from shizheng.services.models import Case
from shizheng.services.retention import removing
from shizheng.services.retention.errors import HeldAlready, HoldReasonMissing, PersonalDataGone
from shizheng.services.retention.selectors import HOLD, until_of, why_kept
from shizheng.services.searchable import case_index

ANONYMISED = "anonymised"
LEAST_REASON = 2


@transaction.atomic
def case_anonymise(*, case: Case, at: datetime) -> bool:
    """Remove what is personal of a closed case whose time is over (去識別化), all or nothing.

    Done again, or before its time, or while something keeps the case, it does nothing. The event
    names the fields that went, never what stood in them.

    Returns:
        Whether this call removed something.
    """
    locked = case_locked(case, None)
    if locked.is_open or locked.anonymised_at is not None:
        return False
    run = Run(locked, at=at, by=None)
    today = timezone.localdate(at, city.zone())
    if until_of(locked, run.service) >= today or why_kept(locked, run.service):
        return False
    cleared = removing.cleared_fields(locked, run.service)
    people = removing.people_of(locked)
    removed = {
        *cleared,
        *removing.answers_remove(locked),
        *removing.words_remove(locked),
        *removing.events_remove(locked, run.service, people, cleared),
        *removing.links_remove(locked, people),
        *removing.parties_remove(locked, at),
        *removing.documents_remove(locked),
        *removing.journal_remove(locked, at),
    }
    run.begin(
        ANONYMISED, left=locked.state, entered=locked.state, given={"removed": sorted(removed)}
    )
    run.put(**cleared)
    run.end()
    finish(run)
    locked.reporter, locked.anonymised_at = None, at
    locked.save(update_fields=["reporter", "anonymised_at"])
    case_index(locked)
    return True


@transaction.atomic
def case_hold(
    *, case: Case, is_held: bool, reason: str, by: User, at: datetime, revision: int | None = None
) -> Case:
    """Keep a case beyond its time, or no longer (保全／解除保全).

    Raises:
        NotPermitted: ``by`` may not keep cases of the agency.
        HoldReasonMissing, HeldAlready: why not.
        PersonalDataGone: it is too late.
        ChangedMeanwhile: somebody else moved the case after it was read.
    """
    locked = case_locked(case, revision)
    require(by, HOLD, locked, at=at)
    reason = normalise(reason).strip()[:400]
    if len(reason) < LEAST_REASON:
        raise HoldReasonMissing
    if locked.anonymised_at is not None:
        raise PersonalDataGone(number=locked.number)
    if locked.is_on_hold == is_held:
        raise HeldAlready(number=locked.number)
    run = Run(locked, at=at, by=by)
    act = "held" if is_held else "released"
    run.begin(act, left=locked.state, entered=locked.state, note=reason, by=by)
    run.put(is_on_hold=is_held)
    run.end()
    finish(run)
    return locked
