"""Indicators, their vintages, and the figures of each: a figure once made is never changed."""

from django.db import models
from django.db.models import F, Q

from shizheng.core.models import Agency, PublishedDefinition, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class Indicator(Keyed):
    """A figure that the city keeps (指標); what it means is in the version of its definition."""

    code = models.CharField(max_length=50, unique=True)
    current = models.ForeignKey(
        PublishedDefinition, on_delete=models.PROTECT, related_name="+", help_text="In force."
    )
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="indicators")
    name = models.JSONField(help_text="Language to name.")
    unit_name = models.JSONField(help_text="Language to name of the unit.")
    frequency = models.CharField(max_length=1, help_text="SDMX CL_FREQ.")
    is_public = models.BooleanField(default=True)
    is_kept = models.BooleanField(default=True, help_text="False once the pack drops it.")
    position = models.PositiveIntegerField(default=0)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class Vintage(Keyed):
    """What was known of an indicator at one time (版次): the figures that are new or differ.

    Public from ``released_at`` on; before, only those who may see what is embargoed see it. The
    series as of a vintage is, for every period and cell, the figure of the newest vintage up to
    it; ``digest`` covers that whole series.
    """

    class Cause(models.TextChoices):
        SCHEDULED = "scheduled"
        REVISION = "revision"
        DEFINITION = "definition"
        ENTERED = "entered"

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="vintages")
    number = models.PositiveIntegerField()
    definition = models.ForeignKey(PublishedDefinition, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=10, choices=Cause)
    why = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(help_text="As of when the work was counted.")
    released_at = models.DateTimeField()
    made_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_period = models.CharField(max_length=10)
    last_period = models.CharField(max_length=10)
    figure_count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the whole series.")
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["indicator", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "number"], name="vintage_number_once")
        ]
        indexes = [models.Index(fields=["released_at"], name="vintage_by_release")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.number}"


class Figure(models.Model):
    """One number of a vintage (數值): of a period, an area, and a value of each breakdown.

    ``cell`` is empty for the whole city, else such as ``district=64000010`` or
    ``district=64000010;service=road_damage``. A number that must not be published has
    ``is_withheld``; pages and data never show it.
    """

    vintage = models.ForeignKey(Vintage, on_delete=models.PROTECT, related_name="figures")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text="That of the vintage.")
    period = models.CharField(max_length=10, help_text="SDMX time period.")
    period_start = models.DateField()
    cell = models.CharField(max_length=200, blank=True)
    value = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    rows = models.PositiveBigIntegerField(default=0, help_text="Rows that were counted.")
    status = models.CharField(max_length=1, default="A", help_text="SDMX CL_OBS_STATUS.")
    reason = models.CharField(max_length=30, blank=True, help_text="Why there is no value.")
    is_withheld = models.BooleanField(default=False)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["indicator", "period_start", "cell", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "cell", "period_start", "number"], name="figure_once"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(reason="") | Q(is_withheld=True),
                name="figure_without_value_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period} {self.cell}"


class EnteredFigure(Keyed):
    """A figure that a person entered and another signed off (填報); history is appended.

    ``answers`` is there where a share comes from a sample: how many people it rests on (樣本數).
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="entered")
    period = models.CharField(max_length=10)
    cell = models.CharField(max_length=200, blank=True)
    value = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    status = models.CharField(max_length=1, default="A")
    note = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=200, blank=True, help_text="Document or file it is from.")
    answers = models.PositiveIntegerField(null=True, blank=True, help_text="Of a poll.")
    design_effect = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True, help_text="Of a poll; 1 or more."
    )
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_synthetic = models.BooleanField(default=False)

    WORDS = ("note",)

    class Meta:
        ordering = ["indicator", "period", "cell", "entered_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_by=None) | Q(entered_by=None) | ~Q(signed_by=F("entered_by")),
                name="figure_signed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(design_effect=None) | Q(answers__isnull=False, design_effect__gte=1),
                name="figure_of_poll_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period} {self.cell}"
