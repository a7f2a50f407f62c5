"""Asking for a fee: its number, amount and last day; and asking for it no more."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from shizheng.core import journal, outbox
from shizheng.core.models import User
from shizheng.kernel.time.amounts import Amount
from shizheng.kernel.time.period import due as period_due
from shizheng.services.actions.run import Run
from shizheng.services.domain.answers import Choosable
from shizheng.services.models import Charge
from shizheng.services.payments.domain.accounts import LARGEST_SERIAL, account_number
from shizheng.services.payments.errors import FeeNotComputable
from shizheng.services.schema.subjects import FeeOf


def charge_ask(run: Run, key: str, given: Mapping[str, Any]) -> Charge:
    """Ask for a fee (開立規費): an earlier one that is still open is asked for no more.

    Raises:
        FeeNotComputable: the definition gives no whole amount of 0 or more.
    """
    fee = run.service.fees[key]
    amount = _amount(run, fee, given)
    for open_one in Charge.objects.filter(case=run.case, key=key, status=Charge.Status.OPEN):
        charge_cancel(open_one, at=run.at, by=run.by)
    charge = Charge.objects.create(
        case=run.case,
        key=key,
        round=1 + Charge.objects.filter(case=run.case, key=key).count(),
        number=number_take(),
        label=dict(fee.label),
        amount=amount,
        status=Charge.Status.OPEN if amount else Charge.Status.PAID,
        asked_at=run.at,
        due_at=_due(run, fee),
        paid_at=None if amount else run.at,
        ledger=fee.ledger or "",
    )
    _tell("opened", charge, at=run.at, by=run.by)
    if not amount and fee.on_paid:
        run.follow.append(fee.on_paid)
    return charge


def charge_cancel(charge: Charge, *, at: datetime, by: User | None) -> None:
    """Ask for a fee no more (註銷); what comes in for it from now on goes back."""
    open_one = Charge.objects.filter(pk=charge.pk, status=Charge.Status.OPEN)
    if open_one.update(status=Charge.Status.CANCELLED):
        _tell("cancelled", charge, at=at, by=by)


def number_take() -> str:
    """Return a fresh payment account number (繳款帳號); nobody can guess the next one.

    The number opens the page on which a fee is paid, so it is drawn, not counted.
    """
    while True:
        serial = 1 + secrets.randbelow(LARGEST_SERIAL)
        number = account_number(settings.PAYMENT_COLLECTOR, serial)
        if not Charge.objects.filter(number=number).exists():
            return number


def _amount(run: Run, fee: FeeOf, given: Mapping[str, Any]) -> int:
    found = run.service.vocabulary.value(fee.amount, run.scope(given))
    is_number = isinstance(found, int | Decimal) and not isinstance(found, bool)
    if not is_number or found < 0 or found != int(found):
        raise FeeNotComputable(fee=Choosable(fee.label), number=run.case.number)
    return int(found)


def _due(run: Run, fee: FeeOf) -> datetime:
    start = run.at.astimezone(run.tz)
    return period_due(start, Amount.parse(fee.due), run.clocks.calendar, tz=run.tz).due_at


def _tell(what: str, charge: Charge, *, at: datetime, by: User | None) -> None:
    facts = {
        "case": charge.case.number,
        "charge": charge.number,
        "fee": charge.key,
        "amount_twd": charge.amount,
        "ledger": charge.ledger,
        "due_at": charge.due_at.isoformat(),
    }
    journal.record(f"services.charge.{what}", charge, by=by, at=at, now=facts)
    outbox.publish(f"city.charge.{what}", charge, at=at, payload=facts)
