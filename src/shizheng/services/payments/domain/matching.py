"""What an incoming payment is (入帳判定) and what becomes of its money.

Every dollar that came is in one of three places: kept for the charge, due back, or sent back.
:class:`Balance` holds the three for one payment, and no step changes their sum.

Source: 規費法 arts. 18 and 19 (a fee paid twice or by mistake goes back, with interest).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.money import Money, Rounding


class Method(StrEnum):
    """How somebody pays (繳費方式)."""

    CARD = "card"  # 信用卡
    TRANSFER = "transfer"  # 虛擬帳號轉帳
    STORE = "store"  # 超商
    COUNTER = "counter"  # 臨櫃


class ChargeStatus(StrEnum):
    """Where a charge stands (應繳款狀態)."""

    OPEN = "open"
    PAID = "paid"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"


class Outcome(StrEnum):
    """What an incoming payment turned out to be (判定)."""

    ACCEPTED = "accepted"  # 已入帳
    TOO_LITTLE = "too_little"  # 短繳: nothing is kept, the charge stays open
    TOO_MUCH = "too_much"  # 溢繳: the charge is paid, the rest goes back
    DUPLICATE = "duplicate"  # 重複繳費
    LATE = "late"  # 逾期繳費
    NOT_OWED = "not_owed"  # the charge was cancelled or paid back (已無須繳納)
    UNKNOWN = "unknown"  # 查無應繳款
    REPLAY = "replay"  # the same notice again: no effect (重複通知)


class RefundReason(StrEnum):
    """Why money goes back (退費事由)."""

    DUPLICATE = "duplicate"
    TOO_MUCH = "too_much"
    TOO_LITTLE = "too_little"
    LATE = "late"
    NOT_OWED = "not_owed"
    UNKNOWN = "unknown"
    OVERDUE = "overdue"  # 未於法定期間內完成, 規費法 art. 19
    VOIDED = "voided"  # 撤銷
    REVOKED = "revoked"  # 廢止
    REFUSED = "refused"  # 駁回
    WITHDRAWN = "withdrawn"  # 申請人撤回


ALWAYS_WHOLE = frozenset(
    {
        RefundReason.DUPLICATE,
        RefundReason.TOO_MUCH,
        RefundReason.TOO_LITTLE,
        RefundReason.LATE,
        RefundReason.NOT_OWED,
        RefundReason.UNKNOWN,
        RefundReason.OVERDUE,
    }
)


class ReferenceReused(DomainError):
    """A gateway sends other facts under a reference it has used (交易序號重複而內容不同)."""

    code = "services.payment.reference_reused"
    message = N_("Payment {reference} of {gateway} was received before with other facts.")
    hint = N_("Nothing was booked. Compare the two notices with the gateway's statement.")
    status = 409


class RefundAmountWrong(DomainError):
    """A refund of nothing or less (退費金額有誤)."""

    code = "services.payment.refund_amount_wrong"
    message = N_("NT${amount} cannot be paid back.")
    hint = N_("Give a whole amount of NT$1 or more.")


class RefundTooLarge(DomainError):
    """More than is there (退費超過已繳金額)."""

    code = "services.payment.refund_too_large"
    message = N_("NT${amount} cannot be paid back: NT${available} is available.")
    hint = N_("A refund is never more than was paid and has not gone back yet.")


@dataclass(frozen=True, slots=True)
class ChargeState:
    """What the rule needs to know of a charge.

    Args:
        due_at: the last moment at which it can be paid.
        takes_late: a payment after that moment still counts, as long as the charge is open.
    """

    number: str
    amount_twd: int
    status: ChargeStatus
    due_at: datetime
    takes_late: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """A payment as a gateway reports it (入帳通知).

    Args:
        reference: the gateway's number of this payment, unique within the gateway.
        charge: what the payer gave as the charge; it may be wrong.
        paid_at: when the person paid, which may be days before the report.

    Raises:
        ValueError: an amount below NT$1, or a moment without a zone.
    """

    gateway: str
    reference: str
    charge: str
    amount_twd: int
    paid_at: datetime
    method: Method

    def __post_init__(self) -> None:
        if type(self.amount_twd) is not int or self.amount_twd < 1:
            raise ValueError(f"a payment is NT$1 or more, got {self.amount_twd!r}")
        if self.paid_at.utcoffset() is None:
            raise ValueError(f"paid_at needs a time zone, got {self.paid_at}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a payment is, and where its money goes.

    Args:
        settles: the charge is paid by it.
    """

    outcome: Outcome
    kept_twd: int = 0
    refund_due_twd: int = 0
    settles: bool = False

    @property
    def has_effect(self) -> bool:
        """Whether there is anything to book."""
        return self.outcome is not Outcome.REPLAY

    @property
    def refund_reason(self) -> RefundReason | None:
        """Why money is due back, if any is."""
        return RefundReason(self.outcome.value) if self.refund_due_twd else None


def judge(charge: ChargeState | None, payment: Incoming, earlier: Iterable[Incoming]) -> Verdict:
    """Return what ``payment`` is.

    A payment made in time counts although the charge expired before the report came.

    Args:
        charge: the charge that ``payment.charge`` names; None if there is none.
        earlier: what was received before; those with the same gateway and reference suffice.

    Raises:
        ReferenceReused: the reference is known with other facts; nothing can be booked.
    """
    for known in earlier:
        if (known.gateway, known.reference) == (payment.gateway, payment.reference):
            if known != payment:
                raise ReferenceReused(reference=payment.reference, gateway=payment.gateway)
            return Verdict(Outcome.REPLAY)
    refused = _refused(charge, payment)
    if charge is None or refused:
        return Verdict(refused or Outcome.UNKNOWN, refund_due_twd=payment.amount_twd)
    excess = payment.amount_twd - charge.amount_twd
    outcome = Outcome.TOO_MUCH if excess else Outcome.ACCEPTED
    return Verdict(outcome, kept_twd=charge.amount_twd, refund_due_twd=excess, settles=True)


def _refused(charge: ChargeState | None, payment: Incoming) -> Outcome | None:
    """Return why no dollar of the payment is kept; None if it pays the charge."""
    if charge is None or charge.number != payment.charge:
        return Outcome.UNKNOWN
    if charge.status is ChargeStatus.PAID:
        return Outcome.DUPLICATE
    if charge.status in {ChargeStatus.CANCELLED, ChargeStatus.REFUNDED}:
        return Outcome.NOT_OWED
    takes_late = charge.takes_late and charge.status is ChargeStatus.OPEN
    if payment.paid_at > charge.due_at and not takes_late:
        return Outcome.LATE
    return Outcome.TOO_LITTLE if payment.amount_twd < charge.amount_twd else None


@dataclass(frozen=True, slots=True)
class Balance:
    """Where the money of one payment is (款項去向).

    Raises:
        ValueError: an amount below 0.
    """

    kept_twd: int
    refund_due_twd: int
    refunded_twd: int = 0

    def __post_init__(self) -> None:
        if min(self.kept_twd, self.refund_due_twd, self.refunded_twd) < 0:
            raise ValueError(f"no amount of a balance is below 0, got {self}")

    @property
    def received_twd(self) -> int:
        """What came in; no step below changes it."""
        return self.kept_twd + self.refund_due_twd + self.refunded_twd


def balance_of(verdict: Verdict) -> Balance:
    """Return the balance of a payment right after it was judged."""
    return Balance(kept_twd=verdict.kept_twd, refund_due_twd=verdict.refund_due_twd)


def refund_decided(balance: Balance, amount_twd: int) -> Balance:
    """Return the balance after it was decided to give ``amount_twd`` of what is kept back.

    Raises:
        RefundAmountWrong: nothing, or less.
        RefundTooLarge: more than is kept.
    """
    _check_refund(amount_twd, available_twd=balance.kept_twd)
    return replace(
        balance,
        kept_twd=balance.kept_twd - amount_twd,
        refund_due_twd=balance.refund_due_twd + amount_twd,
    )


def refund_sent(balance: Balance, amount_twd: int) -> Balance:
    """Return the balance after ``amount_twd`` of what is due went back.

    Raises:
        RefundAmountWrong: nothing, or less.
        RefundTooLarge: more than is due.
    """
    _check_refund(amount_twd, available_twd=balance.refund_due_twd)
    return replace(
        balance,
        refund_due_twd=balance.refund_due_twd - amount_twd,
        refunded_twd=balance.refunded_twd + amount_twd,
    )


def refund_returned(balance: Balance, amount_twd: int) -> Balance:
    """Return the balance after the bank gave a refund back that it could not deliver (退匯).

    Raises:
        RefundAmountWrong: nothing, or less.
        RefundTooLarge: more than was sent.
    """
    _check_refund(amount_twd, available_twd=balance.refunded_twd)
    return replace(
        balance,
        refund_due_twd=balance.refund_due_twd + amount_twd,
        refunded_twd=balance.refunded_twd - amount_twd,
    )


def refund_amount(
    kept_twd: int,
    reason: RefundReason,
    shares: Mapping[RefundReason, Decimal],
    rounding: Rounding = Rounding.HALF_UP,
) -> int:
    """Return how much of ``kept_twd`` goes back for ``reason``: all, a share, or nothing.

    What was paid by mistake, and a fee for what the office did not finish in time, goes back
    whole; for the rest the service says which share (0 to 1), and nothing if it says nothing.

    Raises:
        ValueError: a share is not within 0 to 1.

    Source: 規費法 arts. 18(1) and 19(1).
    """
    share = Decimal(1) if reason in ALWAYS_WHOLE else shares.get(reason, Decimal(0))
    if not 0 <= share <= 1:
        raise ValueError(f"a share is 0 to 1, got {share}")
    return Money(kept_twd).at_rate(share, rounding).twd


def refund_interest(
    refund_twd: int,
    *,
    yearly_rate: Decimal,
    paid_on: date,
    approved_on: date,
    rounding: Rounding = Rounding.HALF_UP,
) -> int:
    """Return the interest due on a refund, by the day, both days counted, 365 to the year.

    Args:
        yearly_rate: one-year deposit rate of the post office on the day of payment (0.0078).

    Raises:
        ValueError: approved before it was paid, or a rate below 0.

    Source: 規費法 arts. 18(2) and 19(2).
    """
    if approved_on < paid_on or yearly_rate < 0:
        raise ValueError(f"no interest at {yearly_rate} from {paid_on} to {approved_on}")
    days = (approved_on - paid_on).days + 1
    return rounding.whole(refund_twd * Fraction(yearly_rate) * days / 365)


def _check_refund(amount_twd: int, *, available_twd: int) -> None:
    if amount_twd < 1:
        raise RefundAmountWrong(amount=f"{amount_twd:,}")
    if amount_twd > available_twd:
        raise RefundTooLarge(amount=f"{amount_twd:,}", available=f"{available_twd:,}")
