"""The ledger of city property: what there is, and every change of its value."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import Agency, Area, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class PropertyItem(Keyed):
    """Land, a building, a vehicle or equipment that an agency keeps (市有財產).

    Its value is the sum of its entries and stands nowhere else.
    """

    class Category(models.TextChoices):
        LAND = "land", _("Land")
        BUILDING = "building", _("Building")
        VEHICLE = "vehicle", _("Vehicle")
        EQUIPMENT = "equipment", _("Equipment")

    class Use(models.TextChoices):
        OWN = "own", _("Used by the agency")
        LEASED = "leased", _("Leased out")
        LENT = "lent", _("In temporary use")
        OCCUPIED = "occupied", _("Occupied without right")
        IDLE = "idle", _("Idle")

    number = models.CharField(max_length=40, unique=True)
    category = models.CharField(max_length=9, choices=Category)
    name = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="property_items")
    thing = models.ForeignKey(
        "places.Thing", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Its place in a register of land.",
    )  # fmt: skip
    address = models.CharField(max_length=200, blank=True)
    district = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    area_m2 = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    acquired_on = models.DateField()
    use = models.CharField(max_length=8, choices=Use, default=Use.OWN)
    idle_since = models.DateField(null=True, blank=True)
    is_held = models.BooleanField(default=True, help_text="Not disposed of.")
    is_synthetic = models.BooleanField(default=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(area_m2=None) | Q(area_m2__gt=0), name="property_area_above_zero"
            ),
            models.CheckConstraint(
                condition=Q(use="idle", idle_since__isnull=False)
                | (~Q(use="idle") & Q(idle_since=None)),
                name="property_idle_since",
            ),
        ]
        indexes = [models.Index(fields=["agency", "category"], name="property_by_agency")]

    def __str__(self) -> str:
        return self.number


class PropertyEntry(Keyed):
    """One change of value (財產異動), by a document; entries are added and never changed."""

    class Kind(models.TextChoices):
        ACQUIRED = "acquired", _("Acquired")
        ADDED = "added", _("Added to")
        REVALUED = "revalued", _("Revalued")
        DISPOSED = "disposed", _("Disposed of")
        MOVED_IN = "moved_in", _("Taken over from another agency")
        MOVED_OUT = "moved_out", _("Handed over to another agency")

    item = models.ForeignKey(PropertyItem, on_delete=models.PROTECT, related_name="entries")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind)
    on = models.DateField(db_column="booked_on")
    amount_twd = models.BigIntegerField(help_text="What the value changes by.")
    document = models.CharField(max_length=60)
    why = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["on", "recorded_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(document=""), name="property_entry_document"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(kind="acquired"), name="property_acquired_once"
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(kind="disposed"), name="property_disposed_once"
            ),
        ]
        indexes = [models.Index(fields=["agency", "on"], name="property_entry_by_month")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.kind} {self.on}"


class AccountingFigure(Keyed):
    """What the books of accounting say of an agency's property at the end of a month (帳列數).

    A corrected figure is another row; the newest counts.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="Its first day.")
    category = models.CharField(max_length=9, choices=PropertyItem.Category)
    amount_twd = models.BigIntegerField()
    note = models.CharField(max_length=300, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["month", "category", "-entered_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_twd__gte=0), name="accounting_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.month:%Y-%m} {self.category}"
