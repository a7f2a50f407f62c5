"""What can be found by searching: one row per thing and language."""

from django.db import models

from shizheng.core.models.agency import Agency
from shizheng.core.visibility import VisibleQuerySet


class TextEntry(models.Model):
    """A thing as search knows it (全文檢索項目).

    ``id`` grows with every change, so the newest change has the highest. ``folded`` is title and
    body as search compares them, and so is ``number``; the index over ``folded`` is kept by
    ``core.search`` alone.
    """

    class Visibility(models.TextChoices):
        PUBLIC = "public"
        INTERNAL = "internal"
        RESTRICTED = "restricted"

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=60, help_text="Such as plan.item.")
    key = models.CharField(max_length=64, help_text="Key of the thing.")
    language = models.CharField(max_length=10, blank=True, help_text="Empty: any.")
    visibility = models.CharField(max_length=10, choices=Visibility)
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField()
    path = models.CharField(max_length=300, help_text="Of its page, from the root.")
    title = models.TextField()
    body = models.TextField(blank=True)
    folded = models.TextField()
    number = models.CharField(  # noqa: DJ001 - most have none, and the index is of those that do
        max_length=60, null=True, blank=True, help_text="Folded; such as 30-15."
    )

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "text entries"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "language"], name="text_entry_is_unique_per_thing"
            )
        ]
        indexes = [
            models.Index(
                fields=["number"],
                condition=models.Q(number__isnull=False),
                name="text_entry_with_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.language}".rstrip()
