"""Files that people hand in, and what they belong to."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from shizheng.core.models.keys import Keyed
from shizheng.core.models.person import User


class StoredFile(Keyed):
    """The bytes of a file (檔案), kept once however often they are handed in."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the bytes.")
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ["-stored_at", "-id"]

    def __str__(self) -> str:
        return self.digest[:12]

    @property
    def path(self) -> str:
        """Where the bytes lie, below the media folder."""
        return f"{self.digest[:2]}/{self.digest[2:4]}/{self.digest}"


class Attachment(Keyed):
    """A file as somebody gave it to a thing (附件): whoever may see the thing may have it.

    Without a thing only the person who gave it may.
    """

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=150, help_text="File name as given, cleaned.")
    content_type = models.ForeignKey(
        ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    object_key = models.CharField(max_length=64, blank=True)
    thing = GenericForeignKey("content_type", "object_key")
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="attachments")
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["given_at", "id"]
        indexes = [models.Index(fields=["content_type", "object_key"], name="attachment_of_thing")]

    def __str__(self) -> str:
        return self.name
