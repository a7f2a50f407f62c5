"""Where observations are kept: the latest of each stream, new rows, and sealed blocks.

See ADR 0041. Streams are named by number without a foreign key: half a million of readings a
minute need not be asked each whether their stream is there, the one action that writes knows.
"""

from django.db import models


class Latest(models.Model):
    """The newest reading of a stream, and the first and last moment that it has (最新觀測值)."""

    stream = models.BigIntegerField(primary_key=True)
    time_us = models.BigIntegerField()
    value = models.FloatField(null=True)
    quality = models.IntegerField(default=0)
    extra = models.TextField(null=True)  # noqa: DJ001 - most have none, and it costs no byte
    first_us = models.BigIntegerField()
    received_us = models.BigIntegerField()
    sealed_us = models.BigIntegerField(
        default=-(2**63), help_text="No sealed reading is later than this."
    )

    def __str__(self) -> str:
        return f"{self.stream} {self.time_us}"


class Hot(models.Model):
    """A reading that is not sealed yet: of the last days, or late, or a correction (熱資料)."""

    pk = models.CompositePrimaryKey("stream", "time_us")
    stream = models.BigIntegerField()
    time_us = models.BigIntegerField()
    value = models.FloatField(null=True)
    quality = models.IntegerField(default=0)
    extra = models.TextField(null=True)  # noqa: DJ001 - as above

    def __str__(self) -> str:
        return f"{self.stream} {self.time_us}"


class Segment(models.Model):
    """Sealed readings of a stream in one span of its blocks (封存區段)."""

    pk = models.CompositePrimaryKey("stream", "window_us")
    stream = models.BigIntegerField()
    window_us = models.BigIntegerField(help_text="Start of the span, a multiple of its length.")
    first_us = models.BigIntegerField()
    last_us = models.BigIntegerField()
    count = models.IntegerField()
    numbers = models.IntegerField()
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    total = models.FloatField(null=True)
    last = models.FloatField(null=True)
    times = models.BinaryField()
    amounts = models.BinaryField()
    quality = models.BinaryField()
    extras = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["window_us", "stream"], name="segment_by_window")]

    def __str__(self) -> str:
        return f"{self.stream} {self.window_us}"


class Hourly(models.Model):
    """What is kept of a month whose readings were let go: by hour, count, low, high and sum."""

    pk = models.CompositePrimaryKey("stream", "month_us")
    stream = models.BigIntegerField()
    month_us = models.BigIntegerField()
    count = models.IntegerField(help_text="Of hours.")
    body = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.stream} {self.month_us}"
