"""Leaks of industrial pipelines: what leaks where, the zone at risk, and who was told when."""

from django.db import models

from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class LeakReport(Keyed):
    """A leak of a pipeline (管線洩漏通報) as it was reported; the zone is computed once."""

    class State(models.TextChoices):
        OPEN = "open"  # 處置中
        CLOSED = "closed"  # 已解除

    number = models.CharField(max_length=30, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    pipe = models.CharField(max_length=80, help_text="Key of the pipeline.")
    operator = models.CharField(max_length=80)
    product = models.CharField(max_length=60)
    un_number = models.CharField(max_length=4, blank=True)
    contact = models.CharField(max_length=60, blank=True, help_text="Emergency phone of the line.")
    longitude = models.FloatField()
    latitude = models.FloatField()
    is_large = models.BooleanField(help_text="A large spill, or of unknown size.")
    wind_from_deg = models.PositiveSmallIntegerField(null=True, blank=True)
    isolate_m = models.PositiveIntegerField()
    protect_m = models.PositiveIntegerField()
    zone = models.JSONField(help_text="GeoJSON geometry, longitude and latitude.")
    note = models.CharField(max_length=500, blank=True)
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    closed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closing = models.CharField(max_length=500, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_at", "number"]

    def __str__(self) -> str:
        return self.number


class LeakNotice(Keyed):
    """That an agency was told of a leak, and when it said that it knows (通知與確認)."""

    leak = models.ForeignKey(LeakReport, on_delete=models.PROTECT, related_name="notices")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    known_at = models.DateTimeField(null=True, blank=True)
    known_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["leak", "agency__code"]
        constraints = [
            models.UniqueConstraint(fields=["leak", "agency"], name="leak_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.leak.number} {self.agency.code}"
