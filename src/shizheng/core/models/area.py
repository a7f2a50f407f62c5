"""Areas of the city: districts and villages, each with its shape where one is known."""

from django.db import models

from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.core.words import in_language


class Area(Keyed):
    """A district (區) or village (里) of the city."""

    class Kind(models.TextChoices):
        DISTRICT = "district"
        VILLAGE = "village"

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.JSONField(help_text="Language to name.")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    shape = models.BinaryField(null=True, help_text="WKB, longitude and latitude (EPSG:4326).")
    source = models.CharField(max_length=200, blank=True)
    source_words = models.JSONField(
        default=dict, help_text="Language to source; empty where it has one text."
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    def source_in(self, language: str | None = None) -> str:
        """Return where its border is from, in a language or that of the moment."""
        return in_language(self.source_words, language) or self.source
