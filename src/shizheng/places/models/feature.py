"""What held of a thing and when, since when it is known; and what things have to do together."""

from django.db import models
from django.db.models import F, Q

from shizheng.core.models import Area, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.places.models.register import Register, Thing

TABLE = "places_feature"


class Feature(models.Model):
    """A state of a thing over ``valid_from <= day < valid_to`` (物件狀態, 雙時間).

    It was believed over ``recorded_from <= moment < recorded_to``. Its number is a whole number
    because the index of rectangles of SQLite knows no others.
    """

    id = models.BigAutoField(primary_key=True)
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="features")
    register = models.ForeignKey(
        Register, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=50)
    properties = models.JSONField(default=dict, help_text="By field of the register.")
    shape = models.BinaryField(null=True, help_text="WKB, longitude and latitude (EPSG:4326).")
    metres = models.BinaryField(null=True, help_text="WKB in metres of the city's grid (TWD97).")
    min_x = models.FloatField(null=True)
    min_y = models.FloatField(null=True)
    max_x = models.FloatField(null=True)
    max_y = models.FloatField(null=True)
    cell_x = models.FloatField(null=True, help_text="Longitude of the middle of its grid cell.")
    cell_y = models.FloatField(null=True, help_text="Latitude of the same.")
    length_m = models.FloatField(null=True)
    area_m2 = models.FloatField(null=True)
    district = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    village = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    lookup = models.CharField(  # noqa: DJ001 - a default would have SQLite write the table anew
        max_length=160, null=True, help_text="Street or section, as it is looked up."
    )
    lookup_en = models.CharField(  # noqa: DJ001 - likewise
        max_length=160, null=True, help_text="The same in English."
    )
    lookup_number = models.BigIntegerField(null=True, help_text="House or lot, times 10,000.")
    is_synthetic = models.BooleanField(default=False, help_text="Invented, as its register says.")
    notes = models.JSONField(default=list, help_text="What was put right or is doubtful.")
    source = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of all that it says.")
    definition = models.PositiveIntegerField(help_text="Version of the register's declaration.")
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["register", "key", "valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["thing", "valid_from"], condition=Q(recorded_to=None),
                name="feature_believed_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="feature_holds_a_day",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to=None) | Q(recorded_to__gte=F("recorded_from")),
                name="feature_recorded_forwards",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(  # counts of a day are read from it alone
                fields=["register", "key", "valid_from", "valid_to", "recorded_to"],
                name="feature_by_key",
            ),
            models.Index(
                fields=["register", "cell_x", "cell_y"], condition=Q(cell_x__isnull=False),
                name="feature_by_cell",
            ),
            models.Index(
                fields=["register", "lookup", "lookup_number"],
                condition=Q(lookup__isnull=False), name="feature_by_lookup",
            ),
            models.Index(
                fields=["register", "lookup_en", "lookup_number"],
                condition=Q(lookup_en__isnull=False), name="feature_by_lookup_en",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.key} {self.valid_from}"


class Relation(Keyed):
    """What one thing has to do with another (關聯): a manhole ends a pipe, a lease is on a lot."""

    code = models.CharField(max_length=50, help_text="As the register of ``thing`` declares it.")
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="relations")
    other = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="related")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["thing", "code", "valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["thing", "code", "other", "valid_from"], condition=Q(recorded_to=None),
                name="relation_believed_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.thing_id} {self.code} {self.other_id}"
