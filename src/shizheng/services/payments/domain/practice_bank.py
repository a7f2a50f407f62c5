"""The built-in test bank (測試銀行): takes cards, transfers and store slips, but no real money.

It signs its notices as a real gateway does, so the product's door checks real signatures. Both
sides are here: :class:`PracticeBank` is what the product calls, ``pay`` and ``notice`` are what the
bank's own page calls when somebody plays the payer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from shizheng.services.payments.domain.gateway import (
    ChargeOrder,
    Gateway,
    GatewayBook,
    GatewaySettings,
    GatewayState,
    GatewayStatus,
    Instructions,
    MethodNotOffered,
    PaymentNotKnown,
    Redirect,
    RefundKeyReused,
    RefundNotLeft,
    RefundOrder,
    RefundReceipt,
    gateways,
)
from shizheng.services.payments.domain.matching import Incoming, Method
from shizheng.services.payments.domain.notices import read_notice, write_notice
from shizheng.services.payments.domain.signatures import check_signature, signed_headers
from shizheng.services.payments.domain.slips import slip_for

ID = "test_bank"


@dataclass(slots=True)
class MemoryBook:
    """A bank book that lasts as long as the process, for tests and demonstrations."""

    entries: dict[str, Incoming] = field(default_factory=dict)
    receipts: dict[str, list[RefundReceipt]] = field(default_factory=dict)

    def payments(self, charge: str) -> Sequence[Incoming]:
        """Return what was paid on a charge, oldest first."""
        return [entry for entry in self.entries.values() if entry.charge == charge]

    def payment(self, reference: str) -> Incoming | None:
        """Return one payment."""
        return self.entries.get(reference)

    def refunds(self, reference: str) -> Sequence[RefundReceipt]:
        """Return what went back of a payment, oldest first."""
        return self.receipts.get(reference, [])

    def enter_payment(self, payment: Incoming) -> None:
        """Remember a payment."""
        self.entries[payment.reference] = payment

    def enter_refund(self, reference: str, receipt: RefundReceipt) -> None:
        """Remember what went back of the payment ``reference``."""
        self.receipts.setdefault(reference, []).append(receipt)


@dataclass(frozen=True, slots=True)
class Notice:
    """A message on its way to the product's door: post ``body`` with ``headers``."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PracticeBank:
    """The test bank as the product sees it."""

    settings: GatewaySettings
    book: GatewayBook

    id: ClassVar[str] = ID
    methods: ClassVar[frozenset[Method]] = frozenset({Method.CARD, Method.TRANSFER, Method.STORE})

    def start(self, order: ChargeOrder) -> Redirect | Instructions:
        """Begin collecting a charge: a card page, an account to transfer to, or a slip.

        Raises:
            MethodNotOffered: at the counter, say.
            SlipEmpty, SlipOverLimit: no shop would take it.
        """
        match order.method:
            case Method.CARD:
                return Redirect(self.settings.page_url, _fields(order))
            case Method.TRANSFER:
                return Instructions(
                    method=order.method,
                    amount_twd=order.amount_twd,
                    pay_by=order.pay_by,
                    bank_code=self.settings.bank_code,
                    account=order.charge,
                )
            case Method.STORE:
                slip = slip_for(
                    pay_by=order.pay_by,
                    collection=self.settings.collection,
                    account=order.charge,
                    amount_twd=order.amount_twd,
                    limit_twd=self.settings.store_limit_twd,
                )
                return Instructions(
                    method=order.method,
                    amount_twd=order.amount_twd,
                    pay_by=order.pay_by,
                    slip=slip,
                )
        offered = ", ".join(sorted(self.methods))
        raise MethodNotOffered(gateway=self.id, method=order.method, offered=offered)

    def read_callback(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> Incoming:
        """Return the payment that a notice reports; the signature is checked before it is read.

        Raises:
            SignatureMissing, SignatureWrong, SignatureStale, NoticeUnreadable: why not.
        """
        check_signature(self.settings.secrets, headers, body, at=at)
        return read_notice(body, gateway=self.id)

    def refund(self, order: RefundOrder, *, at: datetime) -> RefundReceipt:
        """Send money back; ordered twice under one key, it is sent once.

        Raises:
            PaymentNotKnown, RefundKeyReused, RefundNotLeft: why not.
        """
        payment = self.book.payment(order.reference)
        if payment is None:
            raise PaymentNotKnown(reference=order.reference)
        sent = self.book.refunds(order.reference)
        again = next((receipt for receipt in sent if receipt.key == order.key), None)
        if again:
            if again.amount_twd != order.amount_twd:
                raise RefundKeyReused(key=order.key)
            return again
        left = payment.amount_twd - sum(receipt.amount_twd for receipt in sent)
        if not 1 <= order.amount_twd <= left:
            amount = f"{order.amount_twd:,}"
            raise RefundNotLeft(amount=amount, left=f"{left:,}", reference=order.reference)
        reference = f"{order.reference}-R{len(sent) + 1}"
        receipt = RefundReceipt(order.key, reference, order.amount_twd, at)
        self.book.enter_refund(order.reference, receipt)
        return receipt

    def status(self, charge: str) -> GatewayStatus:
        """Return what the bank book says of a charge."""
        payments = self.book.payments(charge)
        paid = sum(payment.amount_twd for payment in payments)
        refunded = sum(
            receipt.amount_twd
            for payment in payments
            for receipt in self.book.refunds(payment.reference)
        )
        return GatewayStatus(charge, _state(paid, refunded), tuple(payments), refunded)

    def pay(self, payment: Incoming, *, at: datetime) -> Notice:
        """Let somebody play the payer: enter the payment and return the signed notice of it."""
        self.book.enter_payment(payment)
        return self.notice(payment, at=at)

    def notice(self, payment: Incoming, *, at: datetime) -> Notice:
        """Return the notice of a payment, signed with the newest secret at ``at``."""
        body = write_notice(payment)
        message_id = f"msg_{payment.reference}"
        headers = signed_headers(self.settings.secrets[0], message_id=message_id, body=body, at=at)
        return Notice(body, headers)


@gateways.register(ID)
def practice_bank(settings: GatewaySettings, book: GatewayBook) -> Gateway:
    """Return the test bank with its agreed settings and its book."""
    return PracticeBank(settings, book)


def _fields(order: ChargeOrder) -> dict[str, str]:
    return {
        "charge": order.charge,
        "amount_twd": str(order.amount_twd),
        "pay_by": order.pay_by.isoformat(),
        "description": order.description,
        "return_url": order.return_url,
        "notify_url": order.notify_url,
    }


def _state(paid_twd: int, refunded_twd: int) -> GatewayState:
    if not paid_twd:
        return GatewayState.NOT_PAID
    if not refunded_twd:
        return GatewayState.PAID
    return GatewayState.REFUNDED if refunded_twd == paid_twd else GatewayState.PARTLY_REFUNDED
