"""How complete and how old registers are, counted by district."""

from django.db import models
from django.db.models import F, Q

from shizheng.core.models import Area
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.places.models.register import Register


class RegisterTally(Keyed):
    """What a register held in a district (登記簿統計), from one counting until the next month's.

    Counted anew every day; at the first counting of a month the row of the month before ends, so
    that each month keeps how it stood. What has no district has a row of its own, which also holds
    what is late of the register as a whole.
    """

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="tallies")
    district = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    is_synthetic = models.BooleanField(help_text="Of invented things.")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(help_text="The newest counting of this row.")
    things = models.PositiveIntegerField(default=0)
    cells = models.PositiveBigIntegerField(default=0, help_text="Values that could be there.")
    filled = models.PositiveBigIntegerField(default=0, help_text="Values that are.")
    age_days = models.PositiveBigIntegerField(
        default=0, help_text="Sum of days since each thing was last recorded."
    )
    checks = models.PositiveIntegerField(default=0, help_text="Inspections that are scheduled.")
    checks_late = models.PositiveIntegerField(default=0)
    corrections_late = models.PositiveIntegerField(
        default=0, help_text="Deliveries not put right in their term."
    )

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["register", "-since_at", "district", "is_synthetic", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["register", "district", "is_synthetic"],
                condition=Q(until_at=None, district__isnull=False), name="register_tally_once",
            ),
            models.UniqueConstraint(
                fields=["register", "is_synthetic"],
                condition=Q(until_at=None, district=None), name="register_tally_nowhere_once",
            ),
            models.CheckConstraint(
                condition=Q(filled__lte=F("cells")), name="register_tally_filled"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.register_id} {self.district_id} {self.since_at:%Y-%m-%d}"
