"""Events for other systems, and where they are sent."""

from django.db import models

from shizheng.core.models.keys import Keyed
from shizheng.core.models.person import User


class OutboxEvent(Keyed):
    """Something that happened (事件), written in the transaction in which it happened."""

    type = models.CharField(max_length=120, help_text="Such as plan.directive.issued.")
    subject = models.CharField(max_length=200, help_text="Such as plan.directive/KEY.")
    at = models.DateTimeField()
    payload = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["at"], name="outbox_event_by_time")]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"


class Webhook(Keyed):
    """An address that wants to hear of events (事件通知網址)."""

    name = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    types = models.JSONField(
        default=list, help_text="Event types, or their beginnings such as plan.; empty for all."
    )
    secret = models.CharField(max_length=100)
    old_secret = models.CharField(
        max_length=100, blank=True, help_text="Signs too until old_secret_until."
    )
    old_secret_until = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    disabled_because = models.CharField(max_length=200, blank=True)
    failure_count = models.PositiveIntegerField(default=0, help_text="In a row.")
    paused_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def wants(self, type_: str) -> bool:
        """Whether events of this type are to be sent here."""
        return self.is_active and (
            not self.types
            or any(
                type_ == one or (one.endswith(".") and type_.startswith(one)) for one in self.types
            )
        )


class Delivery(Keyed):
    """The sending of one event to one webhook (通知紀錄), with every attempt counted."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        DEAD = "dead"

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    attempt_count = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    answer = models.PositiveIntegerField(null=True, blank=True, help_text="HTTP status.")
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "webhook"], name="event_goes_once_to_webhook")
        ]
        indexes = [models.Index(fields=["status", "id"], name="delivery_by_status")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.webhook_id} {self.status}"
