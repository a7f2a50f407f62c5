"""Answering for a crew, and passing on what nobody answered."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.services.actions.acting import case_locked, finish
from shizheng.services.actions.run import Run
from shizheng.services.dispatch import sending
from shizheng.services.dispatch.crews import ACKNOWLEDGE
from shizheng.services.dispatch.errors import (
    DispatchPassedOn,
    DispatchStoodDown,
    DispatchTaken,
    RedispatchFailed,
)
from shizheng.services.models import Case, Dispatch

log = structlog.get_logger()


@transaction.atomic
def dispatch_acknowledge(*, dispatch: Dispatch, by: User, at: datetime) -> Case:
    """Acknowledge a dispatch for its crew (確認派工); a second time by the same person is nothing.

    Raises:
        NotPermitted: ``by`` does not answer for this crew.
        DispatchPassedOn, DispatchStoodDown, DispatchTaken: it is too late for that.
    """
    case = case_locked(dispatch.case, None)
    row = Dispatch.objects.select_related("agency", "acknowledged_by").get(pk=dispatch.pk)
    require(by, ACKNOWLEDGE, row, at=at)
    if row.status == Dispatch.Status.ACKNOWLEDGED and row.acknowledged_by_id == by.pk:
        return case
    _refuse_late(row, case)
    Dispatch.objects.filter(pk=row.pk).update(
        status=Dispatch.Status.ACKNOWLEDGED, acknowledged_at=at, acknowledged_by=by
    )
    run = Run(case, at=at, by=by, on_behalf_of=row.agency)
    run.begin(
        "dispatch_acknowledged", left=case.state, entered=case.state, by=by, given=_named(row)
    )
    run.end()
    rule = run.service.dispatch
    if rule is not None and rule.on_acknowledged:
        run.follow.append(rule.on_acknowledged)
    finish(run)
    return case


def _refuse_late(row: Dispatch, case: Case) -> None:
    if row.status == Dispatch.Status.MISSED:
        raise DispatchPassedOn(number=case.number)
    if row.status == Dispatch.Status.STOOD_DOWN or not case.is_open:
        raise DispatchStoodDown(number=case.number)
    if row.status == Dispatch.Status.ACKNOWLEDGED:
        raise DispatchTaken(number=case.number, person=row.acknowledged_by)


def _named(row: Dispatch) -> dict[str, object]:
    return {"dispatch": row.number, "crew": row.crew}


@dataclass(slots=True)
class Redispatched:
    """What one round of passing on did."""

    missed: int = 0
    sent: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    def raise_failures(self) -> None:
        """Make failures seen by whoever called.

        Raises:
            RedispatchFailed: a case could not be passed on.
        """
        if self.failed:
            reason = next(iter(self.failed.values()))
            raise RedispatchFailed(numbers=", ".join(sorted(self.failed)), reason=reason)


def dispatches_pass_on(*, at: datetime) -> Redispatched:
    """Pass every dispatch that nobody answered in time on to the next crew (逾時改派).

    Each case has a transaction of its own: one that fails stops no other, and a process that is
    killed leaves a case either passed on or as it was. Doing it twice changes nothing.
    """
    done = Redispatched()
    waiting = Dispatch.objects.filter(
        Q(answer_by__lte=at) | Q(case__is_open=False), status=Dispatch.Status.SENT
    )
    rows = list(waiting.order_by("answer_by", "id").values_list("pk", "case__number"))
    for key, number in rows:
        try:
            _pass_on(key, at, done)
        except Exception as error:  # the outermost edge of one case's own work
            log.exception("redispatch_failed", number=number)
            done.failed[number] = str(error) or type(error).__name__
    return done


@transaction.atomic
def _pass_on(key: UUID, at: datetime, done: Redispatched) -> None:
    row = Dispatch.objects.select_related("case").get(pk=key)
    case = case_locked(row.case, None)
    run = Run(case, at=at, by=None)
    if not case.is_open:
        sending.stand_down(run)
        return
    if not sending.miss(run, row):
        return
    run.begin("dispatch_missed", left=case.state, entered=case.state, given=_named(row))
    if sending.attempts_spent(run):
        sent = None
        sending.follow_missed(run)
    else:
        sent = sending.crew_send(run)
    run.end()
    finish(run)
    done.missed += 1
    done.sent += sent is not None
