"""What a village keeps of itself: notices, meetings, money, and what its chief reported."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.models import Area, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.services.models.case import Case


class VillageProfile(Keyed):
    """What the site shows of a village (里): its chief, its activity centre."""

    area = models.OneToOneField(Area, on_delete=models.PROTECT, related_name="village_profile")
    chief_name = models.CharField(max_length=80, blank=True)
    office_address = models.CharField(max_length=200, blank=True)
    activity_centre = models.CharField(max_length=200, blank=True)
    chief_phone = models.CharField(max_length=30, blank=True, help_text="Internal.")
    is_synthetic = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["area_id"]

    def __str__(self) -> str:
        return str(self.area_id)


class VillageRecord(Keyed):
    """A notice, the record of a meeting, or an expense of a village (里政紀錄)."""

    class Kind(models.TextChoices):
        NOTICE = "notice", pgettext_lazy("services", "Notice")
        MEETING = "meeting", _("Meeting")
        EXPENSE = "expense", _("Expense")
        WORK = "work", _("Works")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="village_records")
    kind = models.CharField(max_length=7, choices=Kind)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    on = models.DateField()
    amount = models.PositiveIntegerField(null=True, blank=True, help_text="NTD, of an expense.")
    is_public = models.BooleanField(default=True)
    offline_id = models.CharField(max_length=64, blank=True, help_text="Made by the device.")
    sent_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what came.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_reason = models.CharField(max_length=200, blank=True)
    is_synthetic = models.BooleanField(default=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["made_by", "offline_id"],
                condition=~Q(offline_id=""),
                name="village_record_sent_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="expense", amount__isnull=False)
                | (~Q(kind="expense") & Q(amount=None)),
                name="village_expense_has_amount",
                violation_error_message=_("An expense, and nothing else, has an amount."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class VillageReport(Keyed):
    """A report that a chief's device sent (里長通報): its own number makes it one case for ever.

    ``noted_at`` is when it was written, by the clock of the device.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="village_reports")
    offline_id = models.CharField(max_length=64)
    sent_digest = models.CharField(max_length=64, help_text="SHA-256 of what came.")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="village_report")
    noted_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "offline_id"], name="village_report_sent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.offline_id}"
