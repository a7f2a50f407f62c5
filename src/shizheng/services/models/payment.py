"""Fees of cases: what is asked, what came, what goes back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.models import User
from shizheng.core.models.keys import Keyed
from shizheng.services.models.case import Case


class Charge(Keyed):
    """A fee that a case must pay (規費), in whole NTD."""

    class Status(models.TextChoices):
        OPEN = "open", _("To be paid")
        PAID = "paid", _("Paid")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Not paid in time")
        REFUNDED = "refunded", _("Paid back")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="charges")
    key = models.CharField(max_length=50)
    round = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(max_length=20, unique=True, help_text="Payment account number.")
    label = models.JSONField(help_text="Language to what is paid for.")
    amount = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    ledger = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["case_id", "asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "key", "round"], name="charge_once_per_round")
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="open"), name="charge_open_by_due")
        ]

    def __str__(self) -> str:
        return self.number


class Payment(Keyed):
    """Money that came (繳費紀錄), whatever it turned out to be; never changed."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("Booked as paid")
        TOO_LITTLE = "too_little", _("Too little")
        TOO_MUCH = "too_much", _("Too much")
        DUPLICATE = "duplicate", _("Paid twice")
        LATE = "late", _("Too late")
        NOT_OWED = "not_owed", _("Not owed")
        UNKNOWN = "unknown", _("No such charge")

    charge = models.ForeignKey(
        Charge, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    gateway = models.CharField(max_length=40)
    reference = models.CharField(max_length=80, help_text="Of the gateway.")
    account = models.CharField(max_length=40, help_text="What the payer gave as the charge.")
    method = models.CharField(max_length=20)
    amount = models.PositiveIntegerField()
    kept = models.PositiveIntegerField(default=0, help_text="What of it pays the charge.")
    verdict = models.CharField(max_length=12, choices=Verdict)
    paid_at = models.DateTimeField()
    received_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Who took it at the counter.",
    )  # fmt: skip

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "reference"], name="payment_reference_is_unique"
            ),
            models.UniqueConstraint(
                fields=["charge"], condition=Q(kept__gt=0), name="charge_is_paid_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.reference}"


class Refund(Keyed):
    """Money that goes back (退費) to who paid it."""

    class Status(models.TextChoices):
        ASKED = "asked", _("Asked for")
        SENT = "sent", pgettext_lazy("services", "Sent")
        FAILED = "failed", _("Failed")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = models.PositiveIntegerField()
    reason = models.CharField(max_length=20)
    note = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=6, choices=Status, default=Status.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    WORDS = ("note",)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="refund_is_not_nothing",
                violation_error_message=_("A refund is NT$1 or more."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.amount}"


class PracticePayment(models.Model):
    """A payment in the book of the built-in test bank (測試銀行帳冊); no real money."""

    reference = models.CharField(primary_key=True, max_length=80)
    charge = models.CharField(max_length=40, db_index=True)
    amount = models.PositiveIntegerField()
    method = models.CharField(max_length=20)
    paid_at = models.DateTimeField()

    class Meta:
        ordering = ["paid_at", "reference"]

    def __str__(self) -> str:
        return self.reference


class PracticeRefund(models.Model):
    """What the built-in test bank sent back of a payment; one for each key of an order."""

    key = models.CharField(primary_key=True, max_length=80)
    payment = models.ForeignKey(PracticePayment, on_delete=models.PROTECT, related_name="refunds")
    reference = models.CharField(max_length=90)
    amount = models.PositiveIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["sent_at", "key"]

    def __str__(self) -> str:
        return self.reference
