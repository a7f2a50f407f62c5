"""What people ask of the data that the city holds of them, and what they allow."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.models import Agency, User
from shizheng.core.models.job import Job
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class DataRequest(Keyed):
    """Somebody asks that what is held of them is corrected or erased (更正、刪除請求).

    Its answer stays as it was given; a new request can follow.
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction or addition")
        ERASURE = "erasure", _("Erasure, or an end to its use")

    class State(models.TextChoices):
        OPEN = "open", _("Being looked at")
        GRANTED = "granted", pgettext_lazy("statistics", "Granted")
        REFUSED = "refused", pgettext_lazy("statistics", "Refused")

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="data_requests")
    kind = models.CharField(max_length=10, choices=Kind)
    holding = models.CharField(max_length=60, help_text="What kind of data, as its room names it.")
    record = models.CharField(max_length=64, help_text="Key of the record in its holding.")
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="data_requests",
        help_text="Who answers; empty: those who look after the whole city.",
    )  # fmt: skip
    text = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    asked_at = models.DateTimeField()
    due_on = models.DateField(help_text="Last day of the answer, with any extension.")
    extension_reason = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kept_until = models.DateField(
        null=True, blank=True, help_text="Last day on which it is kept, once it is answered."
    )

    objects: ClassVar[VisibleQuerySet["DataRequest"]] = VisibleQuerySet.as_manager()  # type: ignore[assignment]

    PERSONAL = ("text", "answer")
    WORDS = ("extension_reason",)

    class Meta:
        ordering = ["due_on", "asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "holding", "record"],
                condition=Q(state="open"),
                name="data_request_is_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None)
                | (~Q(state="open") & Q(answered_at__isnull=False) & ~Q(answer="")),
                name="data_request_answered_has_answer",
                violation_error_message=_("An answered request has its answer and moment."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.holding} {self.record}"


class DataConsent(Keyed):
    """A person lets one agency use what is held of them, for a purpose and a time (同意)."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="data_consents")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="data_consents")
    purpose = models.CharField(max_length=200)
    holdings = models.JSONField(help_text="The kinds of data that are meant.")
    given_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[VisibleQuerySet["DataConsent"]] = VisibleQuerySet.as_manager()  # type: ignore[assignment]

    PERSONAL = ("purpose",)

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("given_at")),
                name="data_consent_ends_after_it_begins",
                violation_error_message=_("A consent ends after it begins."),
            ),
            models.UniqueConstraint(
                fields=["person", "agency", "purpose"],
                condition=Q(revoked_at=None),
                name="data_consent_is_given_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.agency_id}"

    def is_in_force(self, at: datetime) -> bool:
        """Whether the agency may use the data at a moment."""
        return self.revoked_at is None and self.given_at <= at < self.ends_at


class DataUse(Keyed):
    """An officer read what a consent allows (利用紀錄); never changed."""

    consent = models.ForeignKey(DataConsent, on_delete=models.PROTECT, related_name="uses")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=200)
    record_count = models.PositiveIntegerField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.consent_id} {self.at:%Y-%m-%d %H:%M}"


class Takeout(Keyed):
    """That a copy of everything held of somebody was made for them (複製本); it stays on record."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="takeouts")
    made_at = models.DateTimeField()
    record_count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of its manifest.")

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.made_at:%Y-%m-%d %H:%M}"


class DataCopy(Keyed):
    """A copy that somebody asked for (製給複製本): a job makes it, then it waits to be fetched.

    Its ZIP lies in a folder of its own until ``expires_at``; then it is removed.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="data_copies")
    asked_at = models.DateTimeField()
    language = models.CharField(max_length=10, help_text="In which it is written.")
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    takeout = models.OneToOneField(
        Takeout, null=True, blank=True, on_delete=models.PROTECT, related_name="data_copy",
        help_text="What is on record of it, once it is made.",
    )  # fmt: skip
    expires_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(takeout=None), name="data_copy_is_made_once"
            ),
            models.CheckConstraint(
                condition=Q(takeout=None, expires_at=None)
                | Q(takeout__isnull=False, expires_at__isnull=False),
                name="data_copy_made_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.asked_at:%Y-%m-%d %H:%M}"

    def is_there(self, at: datetime) -> bool:
        """Whether its ZIP can be fetched at a moment."""
        return self.expires_at is not None and self.removed_at is None and at < self.expires_at
