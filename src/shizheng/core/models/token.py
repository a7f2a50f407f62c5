"""Tokens with which a person's own programs act as that person."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.core.models.keys import Keyed
from shizheng.core.models.person import User


class AccessToken(Keyed):
    """A token of a person for a program (存取權杖): made, shown once, ended by its date or by hand.

    Only the SHA-256 of the token is kept. ``name`` says what it is for.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="access_tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token.")
    is_read_only = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Empty: the operator at the machine.",
    )  # fmt: skip
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["person_id", "-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")),
                name="access_token_ends_after_it_begins",
                violation_error_message=_("A token ends after it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def is_valid(self, at: datetime) -> bool:
        """Whether it lets a program in at a moment."""
        return self.revoked_at is None and at < self.expires_at and self.person.is_active
