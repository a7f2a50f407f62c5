"""Money that goes back: asked for once, sent once, and never more than was paid."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.services.actions.run import Run
from shizheng.services.models import Charge, Payment, Refund
from shizheng.services.payments.connections import gateway_by
from shizheng.services.payments.domain.gateway import GatewayRefused, RefundOrder
from shizheng.services.payments.domain.matching import (
    Balance,
    RefundReason,
    refund_amount,
    refund_decided,
)
from shizheng.services.payments.errors import OwnRefund, ReceiptMissing, RefundSettled

_BY_OUTCOME = {"refused": RefundReason.REFUSED, "withdrawn": RefundReason.WITHDRAWN}


def charge_give_back(run: Run, charge: Charge) -> Refund | None:
    """Give back what an act of the flow says (退費): by why, the share that the service names."""
    payment = Payment.objects.filter(charge=charge, kept__gt=0).first()
    Charge.objects.filter(pk=charge.pk, status=Charge.Status.PAID).update(
        status=Charge.Status.REFUNDED
    )
    if payment is None:  # a fee of NT$0
        return None
    reason = _BY_OUTCOME.get(run.case.outcome, RefundReason.VOIDED)
    fee = run.service.fees[charge.key]
    shares = {reason: 1, **{RefundReason(key): share for key, share in fee.refund_shares.items()}}
    amount = refund_amount(balance_of(payment).kept_twd, reason, shares)  # type: ignore[arg-type]
    if not amount:
        return None
    return refund_put(payment, amount=amount, reason=reason, at=run.at, by=run.by)


@transaction.atomic
def payment_refund(*, payment: Payment, amount: int, note: str, by: User, at: datetime) -> Refund:
    """Order a refund by hand (核定退費) of a payment that was kept.

    Raises:
        NotPermitted: ``by`` may not pay money back for the agency of the case.
        RefundAmountWrong, RefundTooLarge: not an amount that is there.
    """
    locked = Payment.objects.select_for_update(of=("self",)).select_related("charge__case")
    payment = locked.get(pk=payment.pk)
    require(by, "services.refund_payment", payment.charge.case if payment.charge else None)
    left = refund_decided(balance_of(payment), amount)
    refund = refund_put(
        payment, amount=amount, reason=RefundReason.VOIDED, at=at, by=by, note=note.strip()[:200]
    )
    if payment.charge and not left.kept_twd:
        Charge.objects.filter(pk=payment.charge.pk).update(status=Charge.Status.REFUNDED)
    return refund


def balance_of(payment: Payment) -> Balance:
    """Return where the money of a payment is now."""
    sums = {
        row["status"]: row["total"]
        for row in payment.refunds.order_by().values("status").annotate(total=Sum("amount"))
    }
    sent = sums.get(Refund.Status.SENT, 0)
    asked = sum(sums.values()) - sent
    return Balance(kept_twd=payment.amount - sent - asked, refund_due_twd=asked, refunded_twd=sent)


def refund_put(
    payment: Payment, *, amount: int, reason: RefundReason, at: datetime,
    by: User | None = None, note: str = "",
) -> Refund:  # fmt: skip
    """Enter a refund, and let it be sent after the commit."""
    from shizheng.services.payments.tasks import send_refund

    refund = Refund.objects.create(
        payment=payment, amount=amount, reason=reason.value, note=note, asked_at=at, asked_by=by
    )
    _tell("asked", refund, at=at, by=by)
    if payment.taken_by_id is None:  # what was paid at the counter goes back there
        send_refund.enqueue(key=str(refund.pk), refund=str(refund.pk))
    return refund


def refund_send(*, refund: Refund, at: datetime) -> Refund:
    """Send a refund through the gateway that took the money (撥付退費); it is sent once.

    The gateway is asked outside of a transaction and knows the refund by its key, so that a
    process that dies in between sends nothing twice.

    Raises:
        GatewayUnavailable, GatewayNotInUse: trying again later can help.
    """
    if refund.status == Refund.Status.SENT:
        return refund
    payment = refund.payment
    order = RefundOrder(str(refund.pk), payment.reference, refund.amount, refund.reason)
    try:
        receipt = gateway_by(payment.gateway).refund(order, at=at)
    except GatewayRefused as refusal:
        _fail(refund, str(refusal), at)
    else:
        _sent(refund, reference=receipt.reference, at=receipt.sent_at, by=None)
    refund.refresh_from_db()
    return refund


def refund_mark_sent(*, refund: Refund, reference: str, by: User, at: datetime) -> Refund:
    """Note that a refund was paid out by hand (登錄已退): at the counter, or by transfer.

    Raises:
        NotPermitted: ``by`` may not pay money back for the agency of the case.
        OwnRefund: ``by`` ordered it.
        ReceiptMissing, RefundSettled: why not.
    """
    charge = refund.payment.charge
    require(by, "services.refund_payment", charge.case if charge else None)
    if refund.asked_by_id == by.pk:
        raise OwnRefund
    if not reference.strip():
        raise ReceiptMissing
    if not _sent(refund, reference=reference.strip()[:80], at=at, by=by):
        refund.refresh_from_db()
        raise RefundSettled(sent_at=refund.sent_at)
    refund.refresh_from_db()
    return refund


@transaction.atomic
def _sent(refund: Refund, *, reference: str, at: datetime, by: User | None) -> bool:
    open_one = Refund.objects.filter(pk=refund.pk).exclude(status=Refund.Status.SENT)
    if not open_one.update(status=Refund.Status.SENT, sent_at=at, reference=reference, problem=""):
        return False
    refund.reference = reference
    _tell("sent", refund, at=at, by=by)
    return True


@transaction.atomic
def _fail(refund: Refund, problem: str, at: datetime) -> None:
    open_one = Refund.objects.filter(pk=refund.pk, status=Refund.Status.ASKED)
    if open_one.update(status=Refund.Status.FAILED, problem=problem[:200]):
        _tell("failed", refund, at=at, by=None)


def _tell(what: str, refund: Refund, *, at: datetime, by: User | None) -> None:
    payment = refund.payment
    charge = payment.charge
    facts = {
        "refund": str(refund.pk),
        "case": charge.case.number if charge else "",
        "charge": payment.account,
        "ledger": charge.ledger if charge else "",
        "gateway": payment.gateway,
        "payment": payment.reference,
        "amount_twd": refund.amount,
        "reason": refund.reason,
        "reference": refund.reference,
    }
    journal.record(f"services.refund.{what}", refund, by=by, at=at, now=facts)
    outbox.publish(f"city.refund.{what}", refund, at=at, payload=facts)
