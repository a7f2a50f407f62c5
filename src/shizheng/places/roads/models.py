"""Defects of roads: who answers for them, and until when they are to be repaired."""

from django.db import models

from shizheng.core.models import Agency, Area, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.places.digging.models.permits import DigPermit


class RoadDefect(Keyed):
    """A defect of a road section (道路缺失), with who answers for it on the day it was found.

    ``liable`` follows from the warranties that run then: that of a dig restored there, else that
    of the paving, else the city's own maintenance.
    """

    class Liable(models.TextChoices):
        PERMIT = "permit"  # 挖掘單位保固內
        PAVING = "paving"  # 鋪設廠商保固內
        CITY = "city"  # 保固外，交養護

    class State(models.TextChoices):
        OPEN = "open"  # 待修復
        REPAIRED = "repaired"  # 已報修復
        CLOSED = "closed"  # 已驗收
        MAINTENANCE = "maintenance"  # 已交養護

    number = models.CharField(max_length=40, unique=True)
    section = models.CharField(max_length=80, help_text="Key of the road section.")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    district = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=500)
    found_on = models.DateField()
    found_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    liable = models.CharField(max_length=6, choices=Liable)
    liable_name = models.CharField(max_length=120, blank=True)
    permit = models.ForeignKey(
        DigPermit, null=True, blank=True, on_delete=models.PROTECT, related_name="defects"
    )
    warranty_until = models.DateField(null=True, blank=True)
    repair_by = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=11, choices=State, default=State.OPEN)
    repaired_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "number"]
        indexes = [models.Index(fields=["section", "state"], name="road_defect_by_section")]

    def __str__(self) -> str:
        return self.number
