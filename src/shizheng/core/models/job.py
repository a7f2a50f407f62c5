"""Work done in the background, as rows that people can see."""

from django.db import models
from django.db.models import Q

from shizheng.core.models.keys import Keyed


class Job(Keyed):
    """A piece of background work (背景工作) with its outcome.

    ``lease_until`` is how long the worker that claimed it may be silent; after that the worker is
    taken to be dead and the job is claimed again.
    """

    class Status(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    name = models.CharField(max_length=120, help_text="Such as plan.recompute_lights.")
    arguments = models.JSONField(default=dict)
    key = models.CharField(  # noqa: DJ001 - null: any number of these may wait
        max_length=200, null=True, blank=True, help_text="At most one unfinished job has it."
    )
    occurrence = models.CharField(  # noqa: DJ001 - null: not enqueued by a schedule
        max_length=40, null=True, blank=True, help_text="The planned moment that enqueued it."
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    run_at = models.DateTimeField()
    enqueued_at = models.DateTimeField()
    attempt_count = models.PositiveIntegerField(default=0)
    attempt_limit = models.PositiveIntegerField(default=1)
    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    progress = models.FloatField(default=0, help_text="Share done, 0 to 1.")
    note = models.CharField(max_length=200, blank=True, help_text="What it is busy with.")
    error = models.TextField(blank=True, help_text="Of the last attempt; for operators.")

    class Meta:
        ordering = ["-enqueued_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "key"],
                condition=Q(status__in=["waiting", "running"]),
                name="job_key_has_one_unfinished_job",
            ),
            models.UniqueConstraint(
                fields=["name", "occurrence"], name="job_occurrence_is_enqueued_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["run_at", "id"],
                condition=Q(status__in=["waiting", "running"]),
                name="job_unfinished",
            ),
            models.Index(fields=["status", "-enqueued_at"], name="job_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.status}"


class Heartbeat(models.Model):
    """The last sign of life of a background process (心跳)."""

    process = models.CharField(primary_key=True, max_length=100)
    kind = models.CharField(max_length=20, help_text="worker or scheduler.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "process"]

    def __str__(self) -> str:
        return self.process
