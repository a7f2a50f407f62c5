"""What senses, where it stands, what it observes: the entities of OGC SensorThings 1.1."""

from django.db import models

from shizheng.core.models import Agency
from shizheng.core.visibility import VisibleQuerySet


class Audience(models.TextChoices):
    """Who may know of a thing at all; editing its agency's things lets one see all of them."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


def _once(name: str) -> models.UniqueConstraint:
    """Let a code stand for one entity; many have none."""
    return models.UniqueConstraint(
        fields=["code"], condition=~models.Q(code=""), name=f"{name}_code_once"
    )


class Entity(models.Model):
    """What all entities have. Numbers are their ids, as clients in use expect."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    properties = models.JSONField(default=dict)
    owner = models.ForeignKey(
        Agency, null=True, on_delete=models.PROTECT, related_name="+",
        help_text="The agency whose people may change it.",
    )  # fmt: skip

    objects = VisibleQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Placed(Entity):
    """An entity with a geometry as GeoJSON, and the rectangle around it in degrees (EPSG:4326)."""

    encoding_type = models.CharField(max_length=100, default="application/geo+json")
    geometry = models.JSONField()
    min_x = models.FloatField(null=True)
    min_y = models.FloatField(null=True)
    max_x = models.FloatField(null=True)
    max_y = models.FloatField(null=True)
    seen_by = models.CharField(max_length=10, choices=Audience, default=Audience.PUBLIC)

    class Meta(Entity.Meta):
        abstract = True


class Location(Placed):
    """A place where things stand or stood (位置)."""

    class Meta(Placed.Meta):
        indexes = [
            models.Index(fields=["min_x", "min_y", "max_x", "max_y"], name="location_by_bounds")
        ]


class Thing(Entity):
    """A thing that carries sensors (感測設備): a post, a gauge, a station, a manhole."""

    code = models.CharField(max_length=80, blank=True, help_text="Its number with its agency.")
    seen_by = models.CharField(max_length=10, choices=Audience, default=Audience.PUBLIC)
    locations = models.ManyToManyField(Location, related_name="things")

    class Meta(Entity.Meta):
        constraints = [_once("thing")]


class HistoricalLocation(models.Model):
    """Where a thing stood from a moment on (歷史位置)."""

    id = models.BigAutoField(primary_key=True)
    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="historical_locations")
    time = models.DateTimeField()
    locations = models.ManyToManyField(Location, related_name="historical_locations")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-time", "-id"]

    def __str__(self) -> str:
        return f"{self.thing_id} {self.time.isoformat()}"


class Sensor(Entity):
    """The kind of instrument that makes observations (感測器)."""

    encoding_type = models.CharField(max_length=100, default="application/pdf")
    metadata = models.JSONField(default=str)


class ObservedProperty(Entity):
    """What is observed (觀測項目): depth of water, rainfall, PM2.5."""

    code = models.CharField(max_length=60, blank=True, help_text="Its id in the pack.")
    definition = models.TextField(blank=True)
    unit = models.JSONField(default=dict, help_text="Declared: name, symbol and definition.")
    conversions = models.JSONField(
        default=dict, help_text="Declared: symbol of another unit to its factor and its offset."
    )
    limits = models.JSONField(default=dict, help_text="Declared: low and high.")

    class Meta(Entity.Meta):
        verbose_name_plural = "observed properties"
        constraints = [_once("observed_property")]


class FeatureOfInterest(Placed):
    """What the observed property belongs to (觀測對象): mostly the place of the thing."""

    class Meta(Placed.Meta):
        verbose_name_plural = "features of interest"


class Datastream(Entity):
    """Observations of one property by one sensor of one thing (觀測資料流).

    A stream of several properties at once (MultiDatastream) has its parts in ``parts``, each with
    its unit and its type, in order. ``block_us`` is fixed for ever: it says which readings share
    a block of the store.
    """

    code = models.CharField(max_length=120, blank=True)
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="datastreams")
    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="datastreams")
    observed_property = models.ForeignKey(
        ObservedProperty, null=True, on_delete=models.PROTECT, related_name="datastreams"
    )
    feature = models.ForeignKey(
        FeatureOfInterest, null=True, on_delete=models.PROTECT, related_name="datastreams",
        help_text="Of the observations that name no other.",
    )  # fmt: skip
    observation_type = models.CharField(max_length=200, blank=True)
    unit = models.JSONField(default=dict, help_text="Name, symbol and definition.")
    is_multi = models.BooleanField(default=False)
    parts = models.JSONField(default=list, help_text="Unit and type of each part of a result.")
    properties_observed = models.ManyToManyField(
        ObservedProperty, through="PartProperty", related_name="multi_datastreams"
    )
    decimals = models.PositiveSmallIntegerField(null=True, help_text="Declared, of its values.")
    cycle_s = models.PositiveIntegerField(null=True, help_text="Seconds between two readings.")
    block_us = models.BigIntegerField(help_text="Span of a block in the store, microseconds.")
    keep_days = models.PositiveIntegerField(null=True, help_text="None: for ever.")
    keep_hourly_days = models.PositiveIntegerField(null=True, help_text="Of the hourly summary.")

    class Meta(Entity.Meta):
        constraints = [_once("datastream")]

    def __str__(self) -> str:
        return self.code or self.name


class PartProperty(models.Model):
    """The observed property of one part of a stream of several."""

    datastream = models.ForeignKey(Datastream, on_delete=models.CASCADE, related_name="part_of")
    observed_property = models.ForeignKey(
        ObservedProperty, on_delete=models.PROTECT, related_name="part_of"
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["datastream", "position"]
        constraints = [
            models.UniqueConstraint(fields=["datastream", "position"], name="part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.datastream_id} {self.position}"
