"""Who sends observations, how much came, and what was not taken."""

from django.db import models

from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.sensing.models.things import Datastream


class Gateway(Keyed):
    """A device or a gateway of devices that sends with a key (閘道器).

    Only the SHA-256 of the key is kept. It writes to the streams of its agency's things, or only
    to those of ``streams`` where it has some.
    """

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="gateways")
    digest = models.CharField(max_length=64, unique=True)
    may_register = models.BooleanField(default=False, help_text="May make and change entities.")
    rate_a_minute = models.PositiveIntegerField(default=600_000)
    sequence = models.BigIntegerField(null=True, help_text="Number of its newest numbered message.")
    minute = models.BigIntegerField(default=0, help_text="Minute in which the count below holds.")
    minute_count = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=200, blank=True)
    streams = models.ManyToManyField(Datastream, related_name="gateways")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class IntakeCount(models.Model):
    """How many readings of a gateway and a stream met one outcome on a day (收件統計)."""

    day = models.DateField()
    gateway = models.CharField(max_length=60, blank=True, help_text="Its code; empty: a person.")
    stream = models.BigIntegerField(default=0, help_text="0: none, or all together.")
    outcome = models.CharField(max_length=30)
    count = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-day", "gateway", "stream", "outcome"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "gateway", "stream", "outcome"], name="intake_count_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.outcome} {self.count}"


class Quarantined(Keyed):
    """A reading that was not taken, with the reason (隔離觀測值); the first of each kind a day."""

    gateway = models.ForeignKey(Gateway, null=True, on_delete=models.CASCADE, related_name="+")
    stream = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=30)
    sent = models.TextField(help_text="What came, shortened.")
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [models.Index(fields=["stream", "-received_at"], name="quarantined_by_stream")]

    def __str__(self) -> str:
        return f"{self.reason} {self.stream}"


class Unjudged(models.Model):
    """A stream with readings that no warning rule was asked about yet (待研判資料流)."""

    stream = models.BigIntegerField(primary_key=True)
    times = models.BigIntegerField(default=1, help_text="How often it was noted since.")

    def __str__(self) -> str:
        return str(self.stream)


class HeldMessage(models.Model):
    """A message beyond what its gateway may send a minute (暫存訊息): it is taken when it may.

    A broker counts a message that was acknowledged as delivered, so it must be kept here.
    """

    id = models.BigAutoField(primary_key=True)
    gateway = models.ForeignKey(Gateway, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=200)
    body = models.BinaryField()
    held_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.gateway_id} {self.held_at:%Y-%m-%d %H:%M}"


class Listened(models.Model):
    """A stream somebody subscribed to by MQTT, until when that is believed (訂閱中資料流)."""

    stream = models.BigIntegerField(primary_key=True, help_text="0: all that are public.")
    until_us = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.stream)


class Outgoing(models.Model):
    """A new reading of a stream somebody listens to (待發布觀測值); kept for a minute."""

    id = models.BigAutoField(primary_key=True)
    stream = models.BigIntegerField()
    time_us = models.BigIntegerField()
    at_us = models.BigIntegerField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.stream} {self.time_us}"
