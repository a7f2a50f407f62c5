"""What every payment gateway (金流服務) can do, and the register in which the product finds them.

A gateway is built from its settings by the factory registered under its name:
``gateways["test_bank"](settings, book)``. It speaks to the bank; it never touches charges or cases.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.registry import Registry
from shizheng.services.payments.domain.matching import Incoming, Method
from shizheng.services.payments.domain.slips import Slip


class MethodNotOffered(DomainError):
    """The gateway does not take this way of paying (不提供此繳費方式)."""

    code = "services.payment.method_not_offered"
    message = N_("{gateway} does not take payments by this way: {method}.")
    hint = N_("Choose one of: {offered}.")


class GatewayUnavailable(DomainError):
    """The gateway did not answer (金流服務暫時無法使用); trying again can help."""

    code = "services.payment.gateway_unavailable"
    message = N_("The payment service does not answer at the moment.")
    hint = N_("Try again in a few minutes; nothing was booked.")
    status = 503
    can_retry: ClassVar[bool] = True


class GatewayRefused(DomainError):
    """The gateway said no (金流服務拒絕); trying again will not help."""

    code = "services.payment.gateway_refused"
    message = N_("The payment service refused: {problem}.")
    hint = N_("Compare the payment with the statement of the payment service.")
    can_retry: ClassVar[bool] = False


class PaymentNotKnown(GatewayRefused):
    """The gateway has no payment of this reference (查無此筆繳費)."""

    code = "services.payment.payment_not_known"
    message = N_("The payment service knows no payment {reference}.")


class RefundNotLeft(GatewayRefused):
    """More than is left of the payment, or nothing (可退餘額不足)."""

    code = "services.payment.refund_not_left"
    message = N_("NT${amount} cannot be sent back: NT${left} is left of payment {reference}.")


class RefundKeyReused(GatewayRefused):
    """One refund ordered twice with two amounts (退費序號重複而金額不同)."""

    code = "services.payment.refund_key_reused"
    message = N_("Refund {key} was sent before with another amount.")
    status = 409


class NoticeUnreadable(DomainError):
    """A signed notice whose content makes no sense (通知內容無法辨識)."""

    code = "services.payment.notice_unreadable"
    message = N_("The notice cannot be read: {problem}.")
    hint = N_("Send the notice as the interface describes it.")
    status = 400


@dataclass(frozen=True, slots=True)
class ChargeOrder:
    """What a gateway is asked to collect (繳費請求).

    Args:
        charge: number of the charge, a payment account number of sixteen digits.
        pay_by: local date of the last day on which it can be paid.
        return_url: where the payer goes after a card payment.
        notify_url: the product's door for notices of this gateway.
    """

    charge: str
    amount_twd: int
    pay_by: date
    method: Method
    description: str
    return_url: str
    notify_url: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send the payer to a page of the gateway (轉址); ``fields`` are posted to it."""

    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instructions:
    """Tell the payer how to pay (繳費說明): an account to transfer to, or a slip to print."""

    method: Method
    amount_twd: int
    pay_by: date
    bank_code: str = ""
    account: str = ""
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """What a gateway is asked to send back (退費請求).

    Args:
        key: of this refund; ordered twice under one key, it is sent once.
        reference: the gateway's number of the payment.
    """

    key: str
    reference: str
    amount_twd: int
    reason: str


@dataclass(frozen=True, slots=True)
class RefundReceipt:
    """The gateway's word that it sent money back (退費回執)."""

    key: str
    reference: str
    amount_twd: int
    sent_at: datetime


class GatewayState(StrEnum):
    """Where a charge stands at the gateway (金流端狀態)."""

    NOT_PAID = "not_paid"
    PAID = "paid"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class GatewayStatus:
    """What the gateway knows of a charge, to find notices that were lost (對帳)."""

    charge: str
    state: GatewayState
    payments: Sequence[Incoming]
    refunded_twd: int


class Gateway(Protocol):
    """A bank or payment service (金流服務)."""

    id: ClassVar[str]
    methods: ClassVar[frozenset[Method]]

    def start(self, order: ChargeOrder) -> Redirect | Instructions:
        """Begin collecting a charge.

        Raises:
            MethodNotOffered, SlipOverLimit, GatewayUnavailable, GatewayRefused: why not.
        """
        ...

    def read_callback(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> Incoming:
        """Return the payment that a notice reports, once its signature is found right.

        Raises:
            SignatureMissing, SignatureWrong, SignatureStale, NoticeUnreadable: why not.
        """
        ...

    def refund(self, order: RefundOrder, *, at: datetime) -> RefundReceipt:
        """Send money back to who paid.

        Raises:
            GatewayUnavailable, GatewayRefused: why not.
        """
        ...

    def status(self, charge: str) -> GatewayStatus:
        """Return what the gateway knows of a charge.

        Raises:
            GatewayUnavailable: it does not answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """What is agreed with a gateway (金流參數).

    Args:
        secrets: of its notices, newest first; each ``whsec_`` and base64.
        page_url: its payment page.
        bank_code: three digits of the bank that holds the collecting account.
        collection: three characters on the slip for what is collected (代收項目).
        store_limit_twd: the most that a shop takes on one slip.
    """

    secrets: tuple[str, ...]
    page_url: str
    bank_code: str
    collection: str
    store_limit_twd: int = 20_000


class GatewayBook(Protocol):
    """What a gateway remembers of payments and refunds (金流帳冊); the product gives it one."""

    def payments(self, charge: str) -> Sequence[Incoming]:
        """Return what was paid on a charge, oldest first."""
        ...

    def payment(self, reference: str) -> Incoming | None:
        """Return one payment."""
        ...

    def refunds(self, reference: str) -> Sequence[RefundReceipt]:
        """Return what went back of a payment, oldest first."""
        ...

    def enter_payment(self, payment: Incoming) -> None:
        """Remember a payment."""
        ...

    def enter_refund(self, reference: str, receipt: RefundReceipt) -> None:
        """Remember what went back of the payment ``reference``."""
        ...


GatewayFactory = Callable[[GatewaySettings, GatewayBook], Gateway]
gateways: Registry[GatewayFactory] = Registry("Payment gateways")
