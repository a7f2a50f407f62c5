"""Quarters that were closed: what the city said of its plan, kept as it was said."""

from django.db import models
from django.db.models import Q

from shizheng.core.access import VisibleQuerySet
from shizheng.core.models import StoredFile, User
from shizheng.core.models.keys import Keyed
from shizheng.plan.models.register import Edition


class QuarterClosing(Keyed):
    """One version of the record of a closed quarter (季結報); it is never changed.

    A correction is another version with its reason; the former stays readable.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="closings")
    period = models.CharField(max_length=7, help_text="As SDMX writes it: 2020-Q1.")
    last_on = models.DateField(help_text="The last day of the quarter, on which it is judged.")
    version = models.PositiveIntegerField()
    number = models.CharField(max_length=20, unique=True)
    rule = models.CharField(max_length=60)
    rule_version = models.PositiveIntegerField()
    counts = models.JSONField(help_text="Light to number of items of the city.")
    body = models.JSONField(help_text="The public record: items, lights, evidence, changes.")
    internal = models.JSONField(help_text="For staff: what was open, and what changed inside.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the public record.")
    reason = models.CharField(
        max_length=1000, blank=True, help_text="Why it was closed with open points, or corrected."
    )
    open_count = models.PositiveIntegerField(help_text="Points open at closing.")
    is_synthetic = models.BooleanField(default=False)
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-last_on", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["period", "version"], name="quarter_version_is_unique"),
            models.CheckConstraint(
                condition=Q(version=1, open_count=0) | ~Q(reason=""),
                name="quarter_with_open_points_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class QuarterFile(Keyed):
    """A report of a closed quarter as it was typeset (季報告檔案), kept by the digest of its bytes.

    Whoever may see the quarter may have it.
    """

    closing = models.ForeignKey(QuarterClosing, on_delete=models.PROTECT, related_name="files")
    which = models.CharField(max_length=20, help_text="city, brief, or dept-13.")
    language = models.CharField(max_length=10)
    form = models.PositiveIntegerField(help_text="Of the templates.")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["closing", "which", "language", "-form"]
        constraints = [
            models.UniqueConstraint(
                fields=["closing", "which", "language", "form"], name="quarter_file_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.closing_id} {self.which} {self.language}"
