"""What the officer's desk keeps of its own: acts on many cases at once."""

from django.db import models

from shizheng.core.models import User
from shizheng.core.models.keys import Keyed


class BulkAct(Keyed):
    """One act on many cases (批次作業), with what became of each.

    ``cases`` are [key, revision seen]; ``results`` [number, code of the refusal or empty, words]
    in the same order, as far as it is done: a job that is taken up again goes on from there.
    """

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="bulk_acts")
    action = models.CharField(max_length=60, help_text="Of the definitions, or assign.")
    given = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    cases = models.JSONField(default=list)
    results = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["by", "-asked_at"], name="bulk_act_of_person")]

    def __str__(self) -> str:
        return f"{self.action} {len(self.results)}/{len(self.cases)}"
