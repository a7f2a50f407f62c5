"""What happened, what rules would have said of it, where water may stand, what may come."""

from django.db import models
from django.db.models import F, Q

from shizheng.core.models import Agency, Area, PublishedDefinition, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class ClockSample(models.Model):
    """When a reading was measured and when it came (傳送時刻樣本), a few an hour of each stream."""

    pk = models.CompositePrimaryKey("stream", "time_us")
    stream = models.BigIntegerField()
    time_us = models.BigIntegerField()
    received_us = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.stream} {self.time_us}"


class StreamDay(Keyed):
    """How a stream did on a day (測站日報): what should have come, what came, late or doubtful."""

    day = models.DateField()
    stream = models.BigIntegerField()
    observed_property = models.CharField(max_length=60)
    owner = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    expected = models.PositiveIntegerField()
    arrived = models.PositiveIntegerField(help_text="Of the expected; a reading too many is none.")
    late = models.PositiveIntegerField()
    doubtful = models.PositiveIntegerField()

    class Meta:
        ordering = ["-day", "stream"]
        constraints = [models.UniqueConstraint(fields=["day", "stream"], name="stream_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.stream}"


class Incident(Keyed):
    """Something that really happened at a place (災情紀錄), by which rules are judged."""

    kind = models.CharField(max_length=60, help_text="Mapping of the pack that brought it.")
    key = models.CharField(max_length=80)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    value = models.FloatField(null=True, help_text="What was measured or seen, where it is said.")
    longitude = models.FloatField()
    latitude = models.FloatField()
    place = models.CharField(max_length=200)
    alert = models.ForeignKey("sensing.Alert", null=True, on_delete=models.PROTECT,
                              related_name="incidents")  # fmt: skip
    lead_minutes = models.FloatField(null=True, help_text="By how much the warning came before.")

    class Meta:
        ordering = ["-began_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="incident_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class BackTest(Keyed):
    """What a version of a rule would have warned of in the past (警戒規則回測)."""

    rule = models.ForeignKey("sensing.WarningRule", on_delete=models.PROTECT, related_name="tests")
    version = models.ForeignKey(PublishedDefinition, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    incidents = models.CharField(max_length=60, help_text="Which incidents it was judged by.")
    radius_m = models.PositiveIntegerField()
    before_hours = models.FloatField()
    after_hours = models.FloatField()
    result = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.starts_at:%Y-%m-%d}"


class FloodScenario(Keyed):
    """Where water would stand after so much rain (淹水潛勢情境), as a model reckoned once."""

    code = models.CharField(max_length=60, help_text="Mapping of the pack.")
    rain_mm = models.FloatField()
    hours = models.PositiveSmallIntegerField()
    model_version = models.CharField(max_length=120)
    confidence = models.CharField(max_length=8, help_text="low, medium or high.")
    may_warn = models.BooleanField(default=False, help_text="False: for comparison alone.")
    source = models.JSONField(help_text="Language to text.")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["code", "rain_mm"]
        constraints = [
            models.UniqueConstraint(fields=["code", "rain_mm"], name="flood_scenario_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.rain_mm:g} mm"


class FloodExtent(models.Model):
    """The area of one class of depth in a scenario (淹水範圍)."""

    scenario = models.ForeignKey(FloodScenario, on_delete=models.CASCADE, related_name="extents")
    depth_class = models.PositiveSmallIntegerField()
    depth = models.CharField(max_length=20, help_text="In metres, as the model says it.")
    area_km2 = models.FloatField()
    shape = models.BinaryField(help_text="WKB, longitude and latitude (EPSG:4326).")

    class Meta:
        ordering = ["scenario", "depth_class"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "depth_class"], name="flood_extent_once")
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id} {self.depth}"


class FloodVillage(models.Model):
    """How much of a village would be under water in a scenario (各里淹水面積)."""

    scenario = models.ForeignKey(FloodScenario, on_delete=models.CASCADE, related_name="villages")
    village = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    deepest = models.PositiveSmallIntegerField(help_text="Deepest class that counts there.")
    depth = models.CharField(max_length=20)
    share = models.FloatField(help_text="0 to 1, of the village's area, at any depth.")

    class Meta:
        ordering = ["scenario", "-deepest", "-share", "village"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "village"], name="flood_village_once")
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id} {self.village_id}"

    @property
    def percent(self) -> float:
        """The share as percent."""
        return self.share * 100


class FloodOutlook(Keyed):
    """A forecast of rain and tide matched to a scenario (災害潛勢預警), for a time to come."""

    rule = models.ForeignKey("sensing.WarningRule", on_delete=models.PROTECT, related_name="+")
    scenario = models.ForeignKey(FloodScenario, null=True, on_delete=models.PROTECT,
                                 related_name="outlooks")  # fmt: skip
    rain_mm = models.FloatField()
    hours = models.PositiveSmallIntegerField()
    tide_m = models.FloatField(null=True)
    source = models.CharField(max_length=200)
    issued_at = models.DateTimeField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    districts = models.ManyToManyField(Area, related_name="+")
    is_drill = models.BooleanField(default=False)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")), name="flood_outlook_forwards"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rain_mm:g} mm {self.valid_from:%Y-%m-%d %H:%M}"


class LevelModel(models.Model):
    """How the level of a gauge is forecast (水位預報模式), and how well on days held back."""

    stream = models.BigIntegerField(primary_key=True)
    fitted_at = models.DateTimeField()
    rain = models.BigIntegerField(null=True, help_text="Stream of rain that it reads besides.")
    step_s = models.PositiveIntegerField()
    weights = models.JSONField(help_text="By horizon: constant, levels, rain.")
    fitted_count = models.PositiveIntegerField()
    tested_count = models.PositiveIntegerField()
    skill = models.JSONField(help_text="By horizon: error, error of persistence, skill, rows.")

    class Meta:
        ordering = ["stream"]

    def __str__(self) -> str:
        return str(self.stream)


class GroundwaterZone(Keyed):
    """A zone in which groundwater is pumped (地下水分區), as the pack declares it."""

    code = models.CharField(max_length=60, unique=True)
    current = models.ForeignKey(PublishedDefinition, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.JSONField(help_text="Language to name.")
    is_kept = models.BooleanField(default=True, help_text="Still in the pack.")
    position = models.PositiveIntegerField(default=0)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class PumpingTrial(Keyed):
    """Pumping that was tried in the model (抽水情境試算); one may be chosen, and stays chosen."""

    zone = models.ForeignKey(GroundwaterZone, on_delete=models.PROTECT, related_name="trials")
    version = models.ForeignKey(PublishedDefinition, on_delete=models.PROTECT, related_name="+")
    pumping_m3_day = models.FloatField()
    days = models.PositiveSmallIntegerField()
    begins_m = models.FloatField(help_text="Level from which it begins.")
    levels = models.JSONField(help_text="By day.")
    lowest_m = models.FloatField()
    is_safe = models.BooleanField()
    is_permitted = models.BooleanField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(null=True)
    chosen_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=500, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.zone_id} {self.pumping_m3_day:g}"
