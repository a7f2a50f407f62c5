"""What owners plan for a year, and their answers to the days that a joint plan proposes."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from shizheng.analysis.digging.categories import Works
from shizheng.core import journal, outbox
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import NotPermitted
from shizheng.kernel.text import cleaned
from shizheng.places.digging.access import APPLY, acts_for
from shizheng.places.digging.actions.applying import permit_apply, reason_of, works_record_open
from shizheng.places.digging.city import digging_rules, rows_of_sections
from shizheng.places.digging.errors import OwnerUnknown, PlanMoved, SectionMissing, WindowUnfit
from shizheng.places.digging.models import DigPermit, DigProposal, PlannedDig

State = PlannedDig.State


@transaction.atomic
def planned_file(
    *, owner: str, title: str, sections: Sequence[str], earliest: date, latest: date, days: int,
    by: User, at: datetime,
) -> PlannedDig:  # fmt: skip
    """File a dig for the joint plan of its year (登錄年度預定挖掘).

    Args:
        latest: last day on which the road may be open.
        days: how many days it is open when it is dug alone.

    Raises:
        NotPermitted: ``by`` does not act for this owner.
        OwnerUnknown, SectionMissing, SectionUnknown: no such owner or section.
        WindowUnfit: the days do not fit.
    """
    rules = digging_rules()
    if rules.body.owner(owner) is None:
        raise OwnerUnknown(owner=owner, known=", ".join(each.id for each in rules.body.owners))
    if not acts_for(by, owner):
        raise NotPermitted(permission=APPLY)
    if days < 1 or (latest - earliest).days + 1 < days:
        raise WindowUnfit(days=days, first=earliest, last=latest)
    keys = list(dict.fromkeys(sections))
    if not keys:
        raise SectionMissing
    rows_of_sections(keys, rules, at.astimezone(rules.tz).date())
    Agency.objects.select_for_update().get(pk=rules.agency.pk)  # one number at a time
    made = PlannedDig.objects.create(
        number=_number(owner, earliest.year), owner=owner, title=cleaned(title).strip()[:200],
        agency=rules.agency, sections=keys, earliest=earliest, latest=latest, days=days,
        filed_by=by, filed_at=at,
    )  # fmt: skip
    facts = {"number": made.number, "sections": keys, "days": days}
    journal.record("places.planned_dig.filed", made, by=by, at=at, now=facts)
    return made


def _number(owner: str, year: int) -> str:
    prefix = f"{owner}-{year}-P"
    newest = PlannedDig.objects.filter(number__startswith=prefix).aggregate(n=Max("number"))["n"]
    return f"{prefix}{int(newest.removeprefix(prefix)) + 1 if newest else 1:05d}"


@transaction.atomic
def planned_withdraw(*, planned: PlannedDig, by: User, at: datetime) -> PlannedDig:
    """Withdraw what was planned (撤回); what has a permit stays.

    Raises:
        NotPermitted: ``by`` does not act for its owner.
        PlanMoved: it is withdrawn, or has a permit.
    """
    _mine(planned.owner, by)
    live = PlannedDig.objects.filter(pk=planned.pk, record=None, state__in=PlannedDig.LIVE)
    if not live.update(state=State.WITHDRAWN):
        raise PlanMoved(number=planned.number)
    facts = {"number": planned.number}
    journal.record("places.planned_dig.withdrawn", planned, by=by, at=at, now=facts)
    planned.refresh_from_db()
    return planned


@transaction.atomic
def proposal_answer(
    *, proposal: DigProposal, agrees: bool, by: User, at: datetime, answer: str = ""
) -> DigProposal:
    """Answer for the owner to proposed days (回復建議期間).

    Raises:
        NotPermitted: ``by`` does not act for the owner.
        PlanMoved: it was answered before, or the dig was withdrawn.
        AnswerMissing: a refusal says why.
    """
    _mine(proposal.planned.owner, by)
    said = answer.strip()[:500] if agrees else reason_of(answer)
    state = DigProposal.State.AGREED if agrees else DigProposal.State.REFUSED
    waiting = DigProposal.objects.filter(pk=proposal.pk, state=DigProposal.State.WAITING)
    if not waiting.update(state=state, answered_by=by, answered_at=at, answer=said):
        raise PlanMoved(number=proposal.planned.number)
    days = {"first": proposal.first, "last": proposal.last} if agrees else {}
    proposed = PlannedDig.objects.filter(pk=proposal.planned_id, state=State.PROPOSED)
    if not proposed.update(state=State.AGREED if agrees else State.OPEN, **days):
        raise PlanMoved(number=proposal.planned.number)
    facts = {"number": proposal.planned.number, "plan": proposal.plan.number, "state": state}
    journal.record("places.dig_proposal.answered", proposal, by=by, at=at, why=said, now=facts)
    outbox.publish("places.dig_proposal.answered", proposal, at=at, payload=facts)
    proposal.refresh_from_db()
    return proposal


@transaction.atomic
def planned_apply(*, planned: PlannedDig, by: User, at: datetime) -> DigPermit:
    """Apply for the permit of a planned dig on the days that were agreed (依同意期間申請).

    Raises:
        NotPermitted: ``by`` does not act for the owner.
        PlanMoved: no days were agreed, or it has a permit; and what ``permit_apply`` raises.
    """
    _mine(planned.owner, by)
    locked = PlannedDig.objects.select_for_update().get(pk=planned.pk)
    if locked.state != State.AGREED or locked.record_id or not locked.first or not locked.last:
        raise PlanMoved(number=planned.number)
    record = works_record_open(owner=planned.owner, title=planned.title, by=by, at=at)
    works = Works(locked.first, locked.last)
    agreed = locked.proposals.filter(state=DigProposal.State.AGREED).last()
    permit = permit_apply(
        record=record, sections=planned.sections, works=works, by=by, at=at,
        is_joint=bool(agreed and agreed.partners),
    )  # fmt: skip
    PlannedDig.objects.filter(pk=planned.pk).update(record=record)
    return permit


def _mine(owner: str, by: User) -> None:
    if not acts_for(by, owner):
        raise NotPermitted(permission=APPLY)
