"""Clocks of cases: each recomputable on any calendar, with the next moment something happens."""

from django.db import models
from django.db.models import Q

from shizheng.core.models.keys import Keyed
from shizheng.services.models.case import Case


class CaseClock(Keyed):
    """One period that a case is under (案件時鐘).

    ``pauses`` are [stops, again or null, reason] and ``extensions`` [amount, reason], moments in
    ISO form, so that a clock is one row and 100,000 are computed anew in one pass. ``next_at`` is
    when a warning or a consequence is due; ``done`` names those that were carried out.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks", db_index=False)
    key = models.CharField(max_length=60)
    round = models.PositiveSmallIntegerField(default=1)
    amount = models.CharField(max_length=12)
    rule = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    pauses = models.JSONField(default=list)
    extensions = models.JSONField(default=list)
    calendar = models.CharField(max_length=120, help_text="Version that counted.")
    is_provisional = models.BooleanField(default=False, help_text="Runs past the calendar.")
    first_due_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="Null while it stands still.")
    next_at = models.DateTimeField(null=True, blank=True)
    done = models.JSONField(default=list)
    satisfied_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    is_running = models.BooleanField(default=True, help_text="Not satisfied; may stand still.")

    WORDS = ("extensions",)

    class Meta:
        ordering = ["case_id", "started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "key", "round"], name="case_clock_once_per_round"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                condition=Q(is_running=True, next_at__isnull=False),
                name="case_clock_by_next",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.key} {self.round}"
