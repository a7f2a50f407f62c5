"""Documents that cases give out: numbered, signed, checkable, revocable."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.services.models.case import Case


class OutputSeries(models.Model):
    """The last number of one series of documents."""

    key = models.CharField(
        primary_key=True, max_length=120, help_text="A number without its sequence."
    )
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["key"]
        verbose_name_plural = "output series"

    def __str__(self) -> str:
        return f"{self.key} {self.last}"


class Output(Keyed):
    """A certificate or letter as it was issued (核發文件)."""

    class Status(models.TextChoices):
        PREPARING = "preparing", _("Being prepared")
        VALID = "valid", pgettext_lazy("services", "Valid")
        REVOKED = "revoked", _("Revoked")
        EXPIRED = "expired", pgettext_lazy("services", "Expired")
        FAILED = "failed", pgettext_lazy("services", "Could not be made")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="outputs")
    key = models.CharField(max_length=50)
    number = models.CharField(max_length=60, unique=True)
    label = models.JSONField(default=dict, help_text="Language to what it is.")
    agency = models.JSONField(default=dict, help_text="Language to who issued it.")
    code = models.CharField(max_length=24, unique=True, help_text="For the check page.")
    status = models.CharField(max_length=10, choices=Status, default=Status.PREPARING)
    values = models.JSONField(default=dict, help_text="What was put into the template.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the PDF.")
    problem = models.CharField(max_length=300, blank=True)
    issued_at = models.DateTimeField()
    expires_on = models.DateField(null=True, blank=True, help_text="Last day on which it is valid.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=200, blank=True)

    objects = VisibleQuerySet.as_manager()

    PERSONAL = ("values",)
    WORDS = ("revoked_reason",)

    class Meta:
        ordering = ["case_id", "issued_at", "id"]
        indexes = [
            models.Index(
                fields=["expires_on"],
                condition=Q(status="valid", expires_on__isnull=False),
                name="output_valid_by_end",
            ),
            models.Index(fields=["digest"], name="output_by_digest"),
        ]

    def __str__(self) -> str:
        return self.number
