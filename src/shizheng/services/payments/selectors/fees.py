"""What pages show of fees: to whoever pays, and to those who work on the case."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.access import Person, acts_open_to
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.services.models import Case, Charge, Payment, Refund
from shizheng.services.payments.actions.receiving import fee_of, state_of
from shizheng.services.payments.actions.refunding import balance_of
from shizheng.services.payments.connections import gateway_for
from shizheng.services.payments.domain.accounts import read_account_number
from shizheng.services.payments.domain.gateway import ChargeOrder, Instructions, Redirect
from shizheng.services.payments.domain.matching import ChargeStatus, Method
from shizheng.services.payments.errors import ChargeUnknown

METHODS: dict[Method, Promise] = {
    Method.CARD: _("Card"),
    Method.TRANSFER: _("Bank transfer"),
    Method.STORE: _("Convenience store"),
    Method.COUNTER: _("At the counter"),
}
REASONS: dict[str, Promise] = {
    "duplicate": _("Paid twice"),
    "too_much": _("Paid too much"),
    "too_little": _("Paid too little"),
    "late": _("Paid too late"),
    "not_owed": _("Not owed any more"),
    "unknown": _("No such fee"),
    "overdue": _("Not finished in time"),
    "voided": _("Voided"),
    "revoked": _("Revoked"),
    "refused": pgettext_lazy("services", "Refused"),
    "withdrawn": pgettext_lazy("services", "Withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way of paying a fee (繳費方式)."""

    method: Method
    label: Promise
    is_chosen: bool


def charge_by(number: str) -> Charge:
    """Return the charge with a payment account number, as typed.

    Raises:
        ChargeUnknown: there is none.
    """
    try:
        read_account_number(number, collector=settings.PAYMENT_COLLECTOR)
    except DomainError as refusal:
        raise ChargeUnknown(number=number[:40]) from refusal
    plain = "".join(sign for sign in number if sign.isdecimal())
    known = Charge.objects.select_related("case__service", "case__agency")
    found = known.filter(number=plain).first()
    if found is None:
        raise ChargeUnknown(number=number[:40])
    return found


def ways_of(charge: Charge, chosen: str) -> list[Way]:
    """Return the ways in which a charge can be paid on this installation."""
    fee = fee_of(charge)
    offered = [Method(name) for name in fee.methods] if fee else []
    return [
        Way(method, METHODS[method], method == chosen)
        for method in offered
        if method is Method.COUNTER or gateway_for(method) is not None
    ]


def is_payable(charge: Charge, at: datetime) -> bool:
    """Whether it makes sense to pay now."""
    known = state_of(charge)
    return known is not None and known.status is ChargeStatus.OPEN and at <= charge.due_at


def order_of(charge: Charge, method: Method) -> ChargeOrder:
    """Return what a gateway is asked to collect."""
    gateway = gateway_for(method)
    name = gateway.id if gateway else ""
    return ChargeOrder(
        charge=charge.number,
        amount_twd=charge.amount,
        pay_by=timezone.localdate(charge.due_at),
        method=method,
        description=in_language(charge.label)[:100],
        return_url=settings.SITE_URL + reverse("services:pay_done", args=[charge.number]),
        notify_url=settings.SITE_URL + reverse("services:payment_door", args=[name or "-"]),
    )


def started(charge: Charge, method: Method) -> Redirect | Instructions | None:
    """Return how to pay by a way that a gateway offers; None for the counter.

    Raises:
        MethodNotOffered, SlipOverLimit, GatewayUnavailable, GatewayRefused: why not.
    """
    gateway = gateway_for(method)
    return gateway.start(order_of(charge, method)) if gateway else None


@dataclass(frozen=True, slots=True)
class BarCode:
    """One of the three bar codes of a slip, with what it says."""

    text: str
    image: SafeString


def bar_codes(instructions: Instructions) -> list[BarCode]:
    """Return the three bar codes of a slip, from the top down."""
    slip = instructions.slip
    if slip is None:
        return []
    return [
        BarCode(text, mark_safe(image))  # noqa: S308 - drawn from capitals and digits
        for text, image in zip(slip.segments, slip.images, strict=True)
    ]


def practice_address(charge: Charge, method: Method) -> str:
    """Return the page of the test bank on which a payment by this way can be played."""
    given = {"charge": charge.number, "amount_twd": charge.amount, "method": method}
    return f"{reverse('services:test_bank')}?{urlencode(given)}"


@dataclass(frozen=True, slots=True)
class RefundShown:
    """A refund, with what may be done to it."""

    refund: Refund
    reason: Promise | str
    may_mark: bool


@dataclass(frozen=True, slots=True)
class PaymentShown:
    """A payment with where its money is."""

    payment: Payment
    method: Promise | str
    kept_twd: int
    refunds: tuple[RefundShown, ...]


@dataclass(frozen=True, slots=True)
class ChargeShown:
    """A charge with everything that came in for it."""

    charge: Charge
    payments: tuple[PaymentShown, ...]
    may_take: bool


@dataclass(frozen=True, slots=True)
class CaseMoney:
    """The money of a case (案件款項), as somebody who works on it sees it."""

    charges: tuple[ChargeShown, ...]
    may_refund: bool

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.charges)


def money_of(case: Case, viewer: Person) -> CaseMoney:
    """Return the charges, payments and refunds of a case that the caller has let be seen."""
    acts = acts_open_to(viewer, case, "services.act_on_case", "services.refund_payment")
    may_refund = "services.refund_payment" in acts
    charges = Charge.objects.filter(case=case).prefetch_related("payments__refunds")
    key = getattr(viewer, "pk", None)
    return CaseMoney(
        charges=tuple(
            ChargeShown(
                charge,
                tuple(_payments(charge, key, may_refund)),
                "services.act_on_case" in acts and _is_taken_at_counter(charge),
            )
            for charge in charges
        ),
        may_refund=may_refund,
    )


def _is_taken_at_counter(charge: Charge) -> bool:
    fee = fee_of(charge)
    is_offered = fee is not None and "counter" in fee.methods
    return charge.status == Charge.Status.OPEN and is_offered


def _payments(charge: Charge, viewer: object, may_refund: bool) -> Iterator[PaymentShown]:
    for payment in charge.payments.all():
        refunds = tuple(
            RefundShown(
                refund,
                REASONS.get(refund.reason, refund.reason),
                may_refund and refund.status != Refund.Status.SENT and refund.asked_by_id != viewer,
            )
            for refund in payment.refunds.all()
        )
        method = METHODS.get(Method(payment.method), payment.method)
        yield PaymentShown(payment, method, balance_of(payment).kept_twd, refunds)
