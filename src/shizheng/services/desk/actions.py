"""Acts of the desk beside the flow: assigning, keeping lists, being there, reading."""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction

from shizheng.core import journal
from shizheng.core.access import may, require
from shizheng.core.models import User
from shizheng.kernel.text import normalise
from shizheng.services.actions.acting import case_locked, finish
from shizheng.services.actions.run import Run
from shizheng.services.desk.errors import (
    CaseIsClosed,
    NotAColleague,
    ReasonMissing,
    ViewNameTaken,
    ViewsTooMany,
)
from shizheng.services.models import Case, SavedView
from shizheng.services.notices.writing import assignee_tell

PRESENT_FOR = timedelta(seconds=50)
SHOWN_FOR = timedelta(minutes=30)
MOST_VIEWS = 30
LEAST_REASON = 2


@transaction.atomic
def case_assign(
    *,
    case: Case,
    person: User | None,
    by: User,
    at: datetime,
    revision: int | None = None,
    note: str = "",
) -> Case:
    """Give a case to a colleague, who is told, take it oneself, or give it back (指派).

    Who may act on a case may take one that is nobody's and give back their own; anything else
    needs the right to assign.

    Raises:
        ChangedMeanwhile: somebody else moved the case after it was read.
        NotPermitted: ``by`` may not give it to ``person``.
        NotAColleague: ``person`` may not work on it.
        CaseIsClosed: nothing is left to do.
    """
    locked = case_locked(case, revision)
    is_own = person in (by, None) and locked.assignee_id in (by.pk, None)
    require(by, "services.act_on_case" if is_own else "services.assign_case", locked, at=at)
    if not locked.is_open:
        raise CaseIsClosed(number=locked.number)
    if person is not None and not may(person, "services.act_on_case", locked, at=at):
        raise NotAColleague(person=str(person), number=locked.number)
    if locked.assignee_id == (person.pk if person else None):
        return locked
    run = Run(locked, at=at, by=by)
    run.begin(
        "assigned" if person else "unassigned", left=locked.state, entered=locked.state,
        given={"to": person.username} if person else {}, note=normalise(note).strip(), by=by,
    )  # fmt: skip
    run.put(assignee=person)
    assignee_tell(run)
    run.end()
    finish(run)
    return locked


@transaction.atomic
def view_save(*, by: User, name: str, query: str, at: datetime) -> SavedView:
    """Keep a list under a name (自訂清單).

    Raises:
        ViewNameTaken, ViewsTooMany: why not.
    """
    name = normalise(name).strip()[:60]
    count = SavedView.objects.filter(person=by).count()
    if count >= MOST_VIEWS:
        raise ViewsTooMany(limit=MOST_VIEWS)
    kept, is_new = SavedView.objects.get_or_create(
        person=by, name=name, defaults={"query": query[:1_000], "position": count}
    )
    if not is_new:
        raise ViewNameTaken(name=name)
    journal.record("services.view.saved", kept, by=by, at=at)
    return kept


@transaction.atomic
def view_delete(*, view: SavedView, by: User, at: datetime) -> None:
    """Keep a list no longer; only its own person can."""
    if view.person_id == by.pk:
        journal.record("services.view.deleted", view, by=by, at=at)
        view.delete()


def personal_show(*, case: Case, by: User, at: datetime, why: str) -> datetime:
    """Note that personal data of a case is read and why (調閱個資); return until when it shows.

    Raises:
        ReasonMissing: no reason was given.
    """
    why = normalise(why).strip()[:200]
    if len(why) < LEAST_REASON:
        raise ReasonMissing
    journal.read(case, ["answers", "parties"], by=by, at=at, why=why)
    return at + SHOWN_FOR


def presence_note(*, case: Case, by: User, at: datetime) -> list[str]:
    """Note that somebody has a case open; return the names of the others who have (同時開啟).

    Kept in the cache for a minute: who closes the page is gone from it by themselves.
    """
    key = f"desk-open-{case.pk}"
    known: dict[str, tuple[str, float]] = cache.get(key) or {}
    oldest = (at - PRESENT_FOR).timestamp()
    there = {who: seen for who, seen in known.items() if seen[1] >= oldest}
    there[str(by.pk)] = (str(by), at.timestamp())
    cache.set(key, there, timeout=2 * int(PRESENT_FOR.total_seconds()))
    return [name for who, (name, _seen) in there.items() if who != str(by.pk)]
