"""Closing a reporting period (期別鎖定)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.plan.directives.actions.moving import plain
from shizheng.plan.directives.domain.periods import Cadence, check_may_lock, period_beginning
from shizheng.plan.models import ReportPeriodLock


@transaction.atomic
def period_lock(
    *,
    control: Agency,
    cadence: str,
    period_first: date,
    by: User,
    at: datetime,
    grace_until: date | None = None,
) -> ReportPeriodLock:
    """Close a period for every directive of ``control`` with this cadence.

    On a period that is locked already, this sets a new ``grace_until`` and nothing else.

    Raises:
        NotPermitted: ``by`` may not lock periods for ``control``.
        PeriodUnknown, PeriodNotOver, GraceTooEarly: why not.
    """
    require(by, "plan.lock_period", control, at=at)
    period = period_beginning(period_first, Cadence(cadence))
    check_may_lock(period, today=timezone.localdate(at), grace_until=grace_until)
    # reports of the same moment queue up behind the control unit's row
    Agency.objects.select_for_update(no_key=True).get(pk=control.pk)
    lock, is_new = ReportPeriodLock.objects.get_or_create(
        control=control,
        cadence=cadence,
        period_first=period.first,
        defaults={
            "period_end": period.end,
            "grace_until": grace_until,
            "locked_by": by,
            "locked_at": at,
        },
    )
    was = None if is_new else {"grace_until": lock.grace_until}
    if not is_new:
        ReportPeriodLock.objects.filter(pk=lock.pk).update(grace_until=grace_until)
        lock.grace_until = grace_until
    happened = "locked" if is_new else "grace_changed"
    now = {"period": str(period), "cadence": str(cadence), "grace_until": grace_until}
    journal.record(
        f"plan.report_period.{happened}", lock, by=by, at=at, on_behalf_of=control,
        was=plain(was), now=plain(now),
    )  # fmt: skip
    return lock
