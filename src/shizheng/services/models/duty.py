"""Crews, and sending them: who was told when, acknowledged when; private rota addresses."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.models import User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.services.models.case import Case


class Dispatch(Keyed):
    """One sending of one crew to one case (派工紀錄); a missed one is followed by the next."""

    class Status(models.TextChoices):
        SENT = "sent", pgettext_lazy("services", "Sent")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        MISSED = "missed", _("Not acknowledged")
        STOOD_DOWN = "stood_down", _("Stood down")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="dispatches")
    number = models.PositiveSmallIntegerField(help_text="From 1 within the case.")
    roster = models.CharField(max_length=60)
    crew = models.CharField(max_length=60)
    crew_name = models.JSONField(help_text="Language to name.")
    agency = models.ForeignKey("core.Agency", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=Status, default=Status.SENT)
    sent_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    missed_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["case_id", "number"]
        verbose_name_plural = "dispatches"
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="dispatch_number_is_unique")
        ]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(status="sent"), name="dispatch_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}"


class DutyFeed(Keyed):
    """A person's private address of the rota as a calendar (輪值訂閱); only a digest is kept."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="duty_feeds")
    secret_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at=None), name="duty_feed_one_per_person"
            )
        ]

    def __str__(self) -> str:
        return str(self.person_id)
