"""Air and water: days of stations, forecasts and what they start, permits, samples, findings."""

from django.db import models
from django.db.models import F, Q

from shizheng.core.models import Agency, Area, PublishedDefinition, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.sensing.models.things import Datastream, ObservedProperty, Thing


class StreamCalibration(Keyed):
    """A calibration of an instrument (校正紀錄): until when its readings may be published."""

    stream = models.ForeignKey(Datastream, on_delete=models.PROTECT, related_name="calibrations")
    done_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    certificate = models.CharField(max_length=80)
    drift_percent = models.FloatField(null=True, help_text="Of the span, as found.")
    is_passed = models.BooleanField(default=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-done_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("done_at")), name="stream_calibration_forwards"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream_id} {self.certificate}"


class AirDay(models.Model):
    """A local day of a station of air (測站日): its index, or none where hours are missing."""

    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="air_days")
    day = models.DateField()
    index = models.PositiveSmallIntegerField(null=True)
    pollutant = models.CharField(max_length=10, blank=True)
    is_good = models.BooleanField(null=True, help_text="Below 100; unknown without an index.")
    missing_hour_count = models.PositiveSmallIntegerField(default=24)
    is_mobile = models.BooleanField(default=False)

    class Meta:
        ordering = ["day", "thing"]
        constraints = [models.UniqueConstraint(fields=["thing", "day"], name="air_day_once")]

    def __str__(self) -> str:
        return f"{self.thing_id} {self.day}"


class AirForecast(Keyed):
    """The index that is expected for a day (空氣品質預報), by whom and when it was said."""

    day = models.DateField()
    index = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=120)
    issued_at = models.DateTimeField()
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PublishedDefinition, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-day", "-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "source", "issued_at"], name="air_forecast_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.index}"


class AirMeasure(Keyed):
    """A measure that a forecast of bad air started (應變措施): its owner, until when, done when."""

    forecast = models.ForeignKey(AirForecast, on_delete=models.PROTECT, related_name="measures")
    day = models.DateField()
    code = models.CharField(max_length=50)
    name = models.JSONField(help_text="Language to name, as the pack said then.")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="air_measures")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "due_at", "code"]
        constraints = [
            models.UniqueConstraint(fields=["day", "code"], name="air_measure_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.code}"


class DischargePermit(Keyed):
    """A permit to emit or discharge (排放許可) of one stack or outfall."""

    class Kind(models.TextChoices):
        STACK = "stack"  # 固定污染源排放管道
        OUTFALL = "outfall"  # 放流口

    number = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    holder = models.CharField(max_length=120, help_text="Who holds it; not public.")
    point = models.CharField(max_length=80, help_text="Number of the stack or outfall.")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    district = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    thing = models.ForeignKey(
        Thing, null=True, on_delete=models.PROTECT, related_name="permits",
        help_text="The monitor whose readings count.",
    )  # fmt: skip
    valid_from = models.DateField()
    valid_until = models.DateField(help_text="The last day.")
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="discharge_permit_forwards"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DischargeLimit(Keyed):
    """What a permit allows of one pollutant (許可限值): limit, averaging, yearly cap."""

    permit = models.ForeignKey(DischargePermit, on_delete=models.CASCADE, related_name="limits")
    observed_property = models.ForeignKey(
        ObservedProperty, on_delete=models.PROTECT, related_name="+"
    )
    averaging = models.CharField(max_length=50, help_text="Id of a rule of the pack.")
    limit = models.FloatField(help_text="In the unit of the property.")
    cap_kg = models.FloatField(null=True, help_text="In a calendar year.")

    class Meta:
        ordering = ["permit", "observed_property"]
        constraints = [
            models.UniqueConstraint(
                fields=["permit", "observed_property"], name="discharge_limit_once"
            ),
            models.CheckConstraint(condition=Q(limit__gt=0), name="discharge_limit_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.permit_id} {self.observed_property_id}"


class DischargeDay(models.Model):
    """What a source emitted of a pollutant on a local day (日排放量), as far as known."""

    limit = models.ForeignKey(DischargeLimit, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    kg = models.FloatField()
    hour_count = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["day", "limit"]
        constraints = [
            models.UniqueConstraint(fields=["limit", "day"], name="discharge_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.limit_id} {self.day}"


class Exceedance(Keyed):
    """Averages above a permit's limit, and the inspection that they opened (超標稽查).

    ``readings`` are the hours that were averaged, as they stood when it was opened; ``version`` is
    the rule by which they were judged.
    """

    class State(models.TextChoices):
        OPEN = "open"  # 待稽查
        INSPECTED = "inspected"  # 已稽查

    class Finding(models.TextChoices):
        VIOLATION = "violation"  # 確認超標
        INSTRUMENT = "instrument"  # 儀器異常
        EXEMPT = "exempt"  # 起停爐或校正

    PERSONAL = ("note",)

    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    limit = models.ForeignKey(DischargeLimit, on_delete=models.PROTECT, related_name="exceedances")
    version = models.ForeignKey(PublishedDefinition, on_delete=models.PROTECT, related_name="+")
    allowed = models.FloatField()
    highest = models.FloatField()
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField(help_text="Averages above the limit.")
    readings = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    finding = models.CharField(max_length=10, choices=Finding, blank=True)
    note = models.CharField(max_length=500, blank=True)
    inspected_at = models.DateTimeField(null=True)
    inspected_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["year", "sequence"], name="exceedance_number_once"),
            models.UniqueConstraint(
                fields=["limit"], condition=Q(state="open"), name="exceedance_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"E{self.year}-{self.sequence:05d}"

    number = property(__str__)


class WaterSample(Keyed):
    """A sample of a river, the sea or groundwater (水質樣品); public once it is released."""

    class Kind(models.TextChoices):
        RIVER = "river"  # 河川
        SEA = "sea"  # 海域
        GROUNDWATER = "groundwater"  # 地下水

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=11, choices=Kind)
    basin = models.CharField(max_length=50, help_text="Id of a basin of the pack.")
    site = models.CharField(max_length=80)
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    rpi = models.FloatField(null=True, help_text="River Pollution Index, when it was released.")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_at", "number"]

    def __str__(self) -> str:
        return self.number


class SampleStep(Keyed):
    """Who had a sample, and what was done (監管鏈); appended and never changed."""

    class Kind(models.TextChoices):
        TAKEN = "taken"  # 採樣
        HANDED = "handed"  # 移交
        RECEIVED = "received"  # 實驗室收樣
        ANALYSED = "analysed"  # 檢驗
        RELEASED = "released"  # 公布

    PERSONAL = ("note",)

    sample = models.ForeignKey(WaterSample, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.kind}"


class SampleResult(Keyed):
    """What was found of one property (檢驗結果); below the detection limit there is no value."""

    sample = models.ForeignKey(WaterSample, on_delete=models.PROTECT, related_name="results")
    observed_property = models.ForeignKey(
        ObservedProperty, on_delete=models.PROTECT, related_name="+"
    )
    value = models.FloatField(null=True, help_text="None: below the detection limit (ND).")
    detection_limit = models.FloatField()
    method = models.CharField(max_length=60)

    class Meta:
        ordering = ["sample", "observed_property"]
        constraints = [
            models.UniqueConstraint(
                fields=["sample", "observed_property"], name="sample_result_once"
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=F("detection_limit")),
                name="sample_result_detected",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.observed_property_id}"

    @property
    def found(self) -> str:
        """The value as it was written; nothing where it was not detected."""
        return "" if self.value is None else f"{self.value:.10g}"

    @property
    def least(self) -> str:
        """The detection limit as it was written."""
        return f"{self.detection_limit:.10g}"
