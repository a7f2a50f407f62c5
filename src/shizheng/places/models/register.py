"""Registers as the pack declares them, and the things that stand in them."""

from django.db import models

from shizheng.core.models import Agency, PublishedDefinition
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class Register(Keyed):
    """A register of things (登記簿), at the version of its declaration that is in force."""

    code = models.CharField(max_length=60, unique=True)
    current = models.ForeignKey(PublishedDefinition, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="registers")
    name = models.JSONField(help_text="Language to name.")
    geometry = models.CharField(max_length=10, help_text="Kind of geometry.")
    seen_by = models.CharField(max_length=10, help_text="Who may know of its things at all.")
    proposals_by = models.CharField(max_length=10, help_text="Who may propose changes.")
    tells_district = models.BooleanField(
        default=False, help_text="Everybody may know in which district its things are."
    )
    is_kept = models.BooleanField(default=True, help_text="Still in the pack.")
    position = models.PositiveIntegerField(default=0)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class Thing(Keyed):
    """One thing of a register (物件), known by its key whatever becomes of it."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="things")
    key = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1, help_text="Grows with every act.")
    recorded_at = models.DateTimeField(help_text="Of the newest act.")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["register", "key"]
        constraints = [
            models.UniqueConstraint(fields=["register", "key"], name="thing_key_once"),
        ]

    def __str__(self) -> str:
        return self.key
