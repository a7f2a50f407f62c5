"""Money that comes in: judged, booked once, and the case goes on in the same transaction."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.errors import DomainError
from shizheng.services.actions.acting import case_locked, finish
from shizheng.services.actions.run import Run
from shizheng.services.models import Case, Charge, Payment
from shizheng.services.payments.actions.refunding import refund_put
from shizheng.services.payments.connections import gateway_by
from shizheng.services.payments.domain.gateway import MethodNotOffered
from shizheng.services.payments.domain.matching import (
    ChargeState,
    ChargeStatus,
    Incoming,
    Method,
    Outcome,
    Verdict,
    judge,
)
from shizheng.services.payments.errors import ChargeNotOpen, ReceiptMissing
from shizheng.services.schema.subjects import FeeOf
from shizheng.services.versions import definition_by

COUNTER = "counter"
"""Name of the gateway of payments that an officer took."""
RECEIVED = "payment.received"
"""Name of the event of a case that was paid."""


def payment_receive(
    *, gateway: str, body: bytes, headers: Mapping[str, str], at: datetime
) -> Payment:
    """Take a notice of a gateway (入帳通知); sent again, it has no effect and the same answer.

    Raises:
        GatewayNotInUse, SignatureMissing, SignatureWrong, SignatureStale, NoticeUnreadable,
        ReferenceReused: nothing was booked.
    """
    incoming = gateway_by(gateway).read_callback(body, headers, at=at)
    return payment_enter(incoming=incoming, at=at)


def charge_pay_at_counter(*, charge: Charge, receipt: str, by: User, at: datetime) -> Payment:
    """Take a fee in cash at the counter (臨櫃繳費) for which ``receipt`` was given.

    Raises:
        NotPermitted: ``by`` may not act on the case.
        MethodNotOffered, ChargeNotOpen, ReceiptMissing, ReferenceReused: why not.
    """
    require(by, "services.act_on_case", charge.case)
    fee = fee_of(charge)
    if fee is not None and COUNTER not in fee.methods:
        offered = ", ".join(fee.methods)
        raise MethodNotOffered(gateway=COUNTER, method=COUNTER, offered=offered)
    if charge.status != Charge.Status.OPEN:
        raise ChargeNotOpen(number=charge.number, status=charge.get_status_display())
    reference = receipt.strip()[:80]
    if not reference:
        raise ReceiptMissing
    incoming = Incoming(COUNTER, reference, charge.number, charge.amount, at, Method.COUNTER)
    return payment_enter(incoming=incoming, at=at, taken_by=by)


def payment_enter(*, incoming: Incoming, at: datetime, taken_by: User | None = None) -> Payment:
    """Book a payment once; two who report it at the same moment get the same answer.

    Raises:
        ReferenceReused: its reference was used for another payment.
    """
    try:
        return _enter(incoming, at, taken_by)
    except IntegrityError:  # another process booked it a moment ago
        return _enter(incoming, at, taken_by)


@transaction.atomic
def _enter(incoming: Incoming, at: datetime, taken_by: User | None) -> Payment:
    case, charge = _locked(incoming.charge)
    known = Payment.objects.filter(gateway=incoming.gateway, reference=incoming.reference).first()
    earlier = [incoming_of(known)] if known else []
    verdict = judge(state_of(charge), incoming, earlier)
    if verdict.outcome is Outcome.REPLAY:
        assert known is not None  # noqa: S101 - a replay has a first time
        return known
    payment = Payment.objects.create(
        charge=charge,
        gateway=incoming.gateway,
        reference=incoming.reference,
        account=incoming.charge,
        method=incoming.method,
        amount=incoming.amount_twd,
        kept=verdict.kept_twd,
        verdict=verdict.outcome.value,
        paid_at=incoming.paid_at,
        received_at=at,
        taken_by=taken_by,
    )
    _tell(payment, verdict, at=at, by=taken_by)
    if verdict.refund_reason:
        refund_put(payment, amount=verdict.refund_due_twd, reason=verdict.refund_reason, at=at)
    if verdict.settles:
        assert case is not None and charge is not None  # noqa: S101, PT018 - judged so
        _settle(case, charge, payment, at)
    return payment


def _locked(number: str) -> tuple[Case | None, Charge | None]:
    """Lock the case of a charge, then the charge: in this order as every act does."""
    found = Charge.objects.select_related("case").filter(number=number).first()
    if found is None:
        return None, None
    case = case_locked(found.case, None)
    charge = Charge.objects.select_for_update().get(pk=found.pk)
    charge.case = case
    return case, charge


def state_of(charge: Charge | None) -> ChargeState | None:
    """Return what the rule needs to know of a charge; a closed case owes nothing any more."""
    if charge is None:
        return None
    status = ChargeStatus(charge.status)
    if status in (ChargeStatus.OPEN, ChargeStatus.EXPIRED) and not _can_go_on(charge):
        status = ChargeStatus.CANCELLED
    return ChargeState(charge.number, charge.amount, status, charge.due_at)


def _can_go_on(charge: Charge) -> bool:
    case, fee = charge.case, fee_of(charge)
    if case.is_open:
        return True
    action = definition_by(case.version_id).actions.get(fee.on_paid or "") if fee else None
    return action is not None and case.state in action.from_


def fee_of(charge: Charge) -> FeeOf | None:
    """Return the fee of the version to which the case is pinned; None if that has it not."""
    return definition_by(charge.case.version_id).fees.get(charge.key)


def incoming_of(payment: Payment) -> Incoming:
    """Return a booked payment as it was reported."""
    return Incoming(
        gateway=payment.gateway,
        reference=payment.reference,
        charge=payment.account,
        amount_twd=payment.amount,
        paid_at=payment.paid_at,
        method=Method(payment.method),
    )


def _settle(case: Case, charge: Charge, payment: Payment, at: datetime) -> None:
    """Mark a charge paid and let the case go on; the money stays booked if the flow refuses."""
    Charge.objects.filter(pk=charge.pk).update(status=Charge.Status.PAID, paid_at=payment.paid_at)
    fee = fee_of(charge)
    follow = fee.on_paid if fee else None
    try:
        with transaction.atomic():
            _go_on(case, payment, at, follow=follow)
    except DomainError as refusal:
        _go_on(case_locked(case, None), payment, at, note=str(refusal))


def _go_on(
    case: Case, payment: Payment, at: datetime, *, follow: str | None = None, note: str = ""
) -> None:
    run = Run(case, at=at, by=payment.taken_by)
    given = {
        "charge": payment.account,
        "amount": payment.kept,
        "method": payment.method,
        "gateway": payment.gateway,
    }
    run.begin(
        RECEIVED, left=case.state, entered=case.state, given=given, by=payment.taken_by, note=note,
        visibility="internal" if note else "party",
    )  # fmt: skip
    run.end()
    if follow:
        run.follow.append(follow)
    finish(run)


def _tell(payment: Payment, verdict: Verdict, *, at: datetime, by: User | None) -> None:
    charge = payment.charge
    facts = {
        "case": charge.case.number if charge else "",
        "charge": payment.account,
        "fee": charge.key if charge else "",
        "ledger": charge.ledger if charge else "",
        "gateway": payment.gateway,
        "reference": payment.reference,
        "method": payment.method,
        "amount_twd": payment.amount,
        "kept_twd": verdict.kept_twd,
        "refund_due_twd": verdict.refund_due_twd,
        "verdict": payment.verdict,
        "paid_at": payment.paid_at.isoformat(),
    }
    journal.record("services.payment.received", payment, by=by, at=at, now=facts)
    outbox.publish("city.payment.received", payment, at=at, payload=facts)
