"""Files of others taken into a register: how far a run came, and what was wrong with which row."""

from django.db import models

from shizheng.core.models import User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.places.models.register import Register


class ImportRun(Keyed):
    """One taking-in of a file (匯入作業). ``row_count`` rows of it are done; it goes on there."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="imports")
    mapping = models.CharField(max_length=60)
    file_name = models.CharField(max_length=150)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    state = models.CharField(max_length=7, choices=State, default=State.RUNNING)
    row_count = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="added, changed, unchanged, refused, noted.")
    valid_from = models.DateField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    begun_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-id"]
        indexes = [models.Index(fields=["register", "digest"], name="import_by_file")]

    def __str__(self) -> str:
        return f"{self.mapping} {self.file_name}"


class ImportRow(models.Model):
    """What was wrong with, or put right in, one row of a file (逐列報告)."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="Counted from 1, without the header.")
    key = models.CharField(max_length=80, blank=True)
    is_refused = models.BooleanField()
    code = models.CharField(max_length=60, help_text="Of the refusal or note.")
    parameters = models.JSONField(default=dict)

    class Meta:
        ordering = ["run", "number", "id"]

    def __str__(self) -> str:
        return f"{self.number} {self.code}"
