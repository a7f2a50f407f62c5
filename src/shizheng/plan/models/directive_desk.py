"""What the directives' pages keep: private calendar addresses, and forms already sent."""

from django.db import models
from django.db.models import Q

from shizheng.core.models import User
from shizheng.core.models.keys import Keyed


class CalendarFeed(Keyed):
    """A person's private calendar address (行事曆訂閱); only the digest of its secret is kept."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="calendar_feeds")
    secret_digest = models.CharField(max_length=64, unique=True)
    filters = models.CharField(max_length=500, blank=True, help_text="As in the list's address.")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["person", "-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_at=None),
                name="person_has_one_calendar_feed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.created_at}"


class SentForm(models.Model):
    """A form that was sent (表單憑證), so that sending it again changes nothing."""

    token = models.UUIDField(primary_key=True)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=300)
    result = models.CharField(max_length=300)
    sent_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-sent_at", "token"]

    def __str__(self) -> str:
        return str(self.token)
