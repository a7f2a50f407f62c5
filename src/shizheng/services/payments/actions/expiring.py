"""Fees that were not paid in time."""

from datetime import datetime

from django.db import transaction

from shizheng.core import journal, outbox
from shizheng.kernel.errors import DomainError
from shizheng.services.actions.acting import case_locked, finish
from shizheng.services.actions.run import Run
from shizheng.services.models import Charge
from shizheng.services.payments.actions.receiving import fee_of

EXPIRED = "payment.expired"
"""Name of the event of a case whose fee was not paid in time."""
AT_ONCE = 500


def charges_expire(*, at: datetime) -> int:
    """End the charges whose last moment is over (逾期未繳); return how many.

    Each case in a transaction of its own, so that one whose flow refuses stops nobody else.
    """
    due = Charge.objects.filter(status=Charge.Status.OPEN, due_at__lt=at).order_by("due_at")
    return sum(_expire(charge, at) for charge in due.select_related("case")[:AT_ONCE])


@transaction.atomic
def _expire(charge: Charge, at: datetime) -> bool:
    case = case_locked(charge.case, None)
    open_one = Charge.objects.filter(pk=charge.pk, status=Charge.Status.OPEN)
    if not open_one.update(status=Charge.Status.EXPIRED):
        return False  # paid meanwhile
    facts = {
        "case": case.number,
        "charge": charge.number,
        "fee": charge.key,
        "amount_twd": charge.amount,
        "ledger": charge.ledger,
    }
    journal.record("services.charge.expired", charge, by=None, at=at, now=facts)
    outbox.publish("city.charge.expired", charge, at=at, payload=facts)
    fee = fee_of(charge)
    follow = fee.on_expired if fee and case.is_open else None
    try:
        with transaction.atomic():
            _go_on(Run(case, at=at, by=None), charge, follow=follow)
    except DomainError as refusal:
        _go_on(Run(case_locked(case, None), at=at, by=None), charge, note=str(refusal))
    return True


def _go_on(run: Run, charge: Charge, *, follow: str | None = None, note: str = "") -> None:
    state, given = run.case.state, {"charge": charge.number, "amount": charge.amount}
    run.begin(
        EXPIRED, left=state, entered=state, given=given, note=note,
        visibility="internal" if note else "party",
    )  # fmt: skip
    run.end()
    if follow:
        run.follow.append(follow)
    finish(run)
