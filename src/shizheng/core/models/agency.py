"""Agencies of the city as a dated tree."""

from django.db import models

from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class Agency(Keyed):
    """A body of the city's government (機關): a department, an office, a district office.

    Name, parent and position are those of today; ``AgencyPeriod`` keeps those of any date.
    """

    code = models.CharField(max_length=60, unique=True)
    official_code = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=40)
    name = models.JSONField(help_text="Language to name.")
    short_name = models.JSONField(help_text="Language to short name.")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    position = models.PositiveIntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.code


class AgencyPeriod(Keyed):
    """What an agency was called and whom it belonged to from one date to another."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="periods")
    name = models.JSONField()
    short_name = models.JSONField()
    parent = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["agency", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "valid_from"], name="agency_period_starts_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.valid_from}"
