"""The journal: every business act in a chain that shows any tampering."""

import json
from typing import Any

from django.db import models

from shizheng.core.models.agency import Agency
from shizheng.core.models.person import User


class JournalHead(models.Model):
    """The last link of one city's chain (鏈首); locked by whoever appends."""

    tenant = models.CharField(primary_key=True, max_length=50, help_text="Code of the city.")
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["tenant"]

    def __str__(self) -> str:
        return f"{self.tenant} {self.number}"


class JournalEntry(models.Model):
    """One business act (稽核紀錄): who, for whom, what, why, before and after.

    The database refuses to change or delete a row. ``hash`` covers every other column and the
    hash of the entry before it; texts are stored as they were hashed, so ``was`` and ``now`` are
    JSON in text.
    """

    tenant = models.CharField(max_length=50, help_text="Code of the city.")
    number = models.PositiveBigIntegerField(help_text="1, 2, 3 ... without a gap.")
    at = models.DateTimeField()
    by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        db_index=False,
        on_delete=models.PROTECT,
        related_name="journal_entries",
    )
    on_behalf_of = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="journal_entries"
    )
    action = models.CharField(max_length=120, help_text="Such as plan.directive.issued.")
    thing_type = models.CharField(max_length=100, help_text="Such as plan.directive.")
    thing_key = models.CharField(max_length=64)
    why = models.TextField(blank=True)
    was = models.TextField(blank=True)
    now = models.TextField(blank=True)
    commitments = models.TextField(
        blank=True, help_text="JSON: personal field to the salted hash of its value."
    )
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["tenant", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"], name="journal_number_is_unique_in_chain"
            )
        ]
        indexes = [
            models.Index(fields=["thing_type", "thing_key", "number"], name="journal_of_thing"),
            models.Index(fields=["by", "number"], name="journal_of_person"),
            models.Index(fields=["action", "number"], name="journal_of_action"),
            models.Index(fields=["at"], name="journal_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant} {self.number} {self.action}"

    @property
    def before(self) -> dict[str, Any]:
        """Values before the act, by field."""
        return json.loads(self.was) if self.was else {}

    @property
    def after(self) -> dict[str, Any]:
        """Values after the act, by field."""
        return json.loads(self.now) if self.now else {}


class JournalPersonal(models.Model):
    """A personal value of an entry (個資), outside the chain so that it can be erased.

    The entry holds only ``sha256(salt, field, value)``; without salt and value that says nothing.
    """

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="personal")
    field = models.CharField(max_length=60)
    salt = models.CharField(max_length=32, blank=True)
    value = models.TextField(null=True, blank=True)  # noqa: DJ001 - null says erased
    erased_in = models.ForeignKey(
        JournalEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="erasures"
    )

    PERSONAL = ("value",)

    class Meta:
        ordering = ["entry", "field"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "field"], name="journal_personal_field_once")
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.field}"


class JournalVerification(models.Model):
    """The outcome of one verification of the journal (稽核軌跡驗證結果)."""

    at = models.DateTimeField()
    is_intact = models.BooleanField()
    entry_count = models.PositiveBigIntegerField()
    seconds = models.FloatField()
    faults = models.JSONField(default=list)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.is_intact}"
