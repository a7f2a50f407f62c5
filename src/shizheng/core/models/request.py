"""What is remembered of requests: answers to repeat, and how many came from where."""

from django.db import models


class KeptAnswer(models.Model):
    """The answer to a request with an idempotency key (冪等鍵), kept to be given again.

    Without ``finished_at`` the request is still being worked on, or its process was killed.
    """

    key = models.CharField(
        primary_key=True, max_length=64, help_text="Hash of client and idempotency key."
    )
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what was asked.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)

    class Meta:
        ordering = ["-started_at", "key"]

    def __str__(self) -> str:
        return self.key[:12]


class RateCount(models.Model):
    """How often somebody did something in one span of time (流量計數)."""

    key = models.CharField(max_length=64, help_text="Hash of what is done and who does it.")
    starts = models.BigIntegerField(help_text="Seconds since the epoch.")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-starts", "key"]
        constraints = [
            models.UniqueConstraint(fields=["key", "starts"], name="rate_is_counted_once_per_span")
        ]
        indexes = [models.Index(fields=["starts"], name="rate_count_by_time")]

    def __str__(self) -> str:
        return f"{self.key[:12]} {self.count}"
