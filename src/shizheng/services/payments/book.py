"""The book of the built-in test bank, kept in the city's own database."""

from collections.abc import Sequence

from shizheng.services.models import PracticePayment, PracticeRefund
from shizheng.services.payments.domain.gateway import RefundReceipt
from shizheng.services.payments.domain.matching import Incoming, Method
from shizheng.services.payments.domain.practice_bank import ID


class DatabaseBook:
    """What the test bank remembers (測試銀行帳冊), whichever process asks."""

    def payments(self, charge: str) -> Sequence[Incoming]:
        """Return what was paid on a charge, oldest first."""
        return [_incoming(row) for row in PracticePayment.objects.filter(charge=charge)]

    def payment(self, reference: str) -> Incoming | None:
        """Return one payment."""
        row = PracticePayment.objects.filter(pk=reference).first()
        return _incoming(row) if row else None

    def refunds(self, reference: str) -> Sequence[RefundReceipt]:
        """Return what went back of a payment, oldest first."""
        rows = PracticeRefund.objects.filter(payment=reference)
        return [RefundReceipt(row.key, row.reference, row.amount, row.sent_at) for row in rows]

    def enter_payment(self, payment: Incoming) -> None:
        """Remember a payment."""
        PracticePayment.objects.create(
            reference=payment.reference,
            charge=payment.charge,
            amount=payment.amount_twd,
            method=payment.method.value,
            paid_at=payment.paid_at,
        )

    def enter_refund(self, reference: str, receipt: RefundReceipt) -> None:
        """Remember what went back of the payment ``reference``."""
        PracticeRefund.objects.create(
            key=receipt.key,
            payment_id=reference,
            reference=receipt.reference,
            amount=receipt.amount_twd,
            sent_at=receipt.sent_at,
        )


def _incoming(row: PracticePayment) -> Incoming:
    return Incoming(
        gateway=ID,
        reference=row.reference,
        charge=row.charge,
        amount_twd=row.amount,
        paid_at=row.paid_at,
        method=Method(row.method),
    )
