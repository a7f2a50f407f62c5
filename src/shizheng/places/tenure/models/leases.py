"""Rights on property that others have, or take: contracts with their rent, and occupation."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.places.tenure.models.ledger import PropertyItem


class Lease(Keyed):
    """A contract by which a party uses property (租賃契約), ``starts_on <= day < ends_on``."""

    PERSONAL = ("party_name", "party_contact")

    number = models.CharField(max_length=40, unique=True)
    item = models.ForeignKey(PropertyItem, on_delete=models.PROTECT, related_name="leases")
    person = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    party_name = models.CharField(max_length=80)
    party_contact = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The first day on which it no longer holds.")
    rent_twd = models.PositiveBigIntegerField(help_text="For a whole period, before any step.")
    period_months = models.PositiveSmallIntegerField()
    due_days = models.PositiveSmallIntegerField(default=0)
    steps = models.JSONField(default=list, help_text="Days with percent of the first rent.")
    document = models.CharField(max_length=60)
    renews = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewals"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True, help_text="Ended before its term.")
    ended_why = models.CharField(max_length=300, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "number"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="lease_forwards"),
            models.CheckConstraint(
                condition=Q(ended_on=None)
                | (Q(ended_on__gte=F("starts_on")) & Q(ended_on__lte=F("ends_on"))),
                name="lease_ended_within",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RentDue(Keyed):
    """Rent of one period of a contract (應繳租金)."""

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, related_name="rents")
    due_on = models.DateField()
    first = models.DateField()
    until = models.DateField()
    amount_twd = models.PositiveBigIntegerField()
    announced_at = models.DateTimeField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    receipt = models.CharField(max_length=60, blank=True)
    is_void = models.BooleanField(default=False, help_text="The contract ended before.")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["lease", "first"], name="rent_period_once"),
            models.CheckConstraint(
                condition=Q(until__gt=F("first")) & Q(due_on__gte=F("first")),
                name="rent_not_before_its_period",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(paid_on=None, is_void=False), name="rent_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lease_id} {self.due_on}"


class Occupation(Keyed):
    """Somebody uses property without right (被占用), and what becomes of it."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SETTLED = "settled", _("Settled")

    PERSONAL = ("occupier", "note")

    item = models.ForeignKey(PropertyItem, on_delete=models.PROTECT, related_name="occupations")
    found_on = models.DateField()
    area_m2 = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    occupier = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=500, blank=True)
    case_number = models.CharField(max_length=40, blank=True)
    way = models.CharField(max_length=50, blank=True, help_text="As the pack declares.")
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    document = models.CharField(max_length=60, blank=True)
    found_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    settled_on = models.DateField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-found_on", "-recorded_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="open"), name="occupation_one_open"
            ),
            models.CheckConstraint(
                condition=Q(area_m2=None) | Q(area_m2__gt=0), name="occupation_area_above_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.found_on}"
