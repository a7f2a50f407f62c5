"""Counting property: rounds of an agency, and what was found of each thing."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.places.tenure.models.ledger import PropertyItem


class StockRound(Keyed):
    """A stock-taking of one agency (財產盤點), on the days ``first`` to ``last``, both included."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    categories = models.JSONField(default=list, help_text="Those that are counted.")
    first = models.DateField()
    last = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-first", "title", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="stock_round_forwards"),
        ]

    def __str__(self) -> str:
        return self.title


class StockFinding(Keyed):
    """What was found of a thing (盤點結果); a correction is another row that replaces this one."""

    class Result(models.TextChoices):
        FOUND = "found", _("Found, as in the ledger")
        DIFFERS = "differs", _("Found, but differs")
        MISSING = "missing", _("Not found")

    round = models.ForeignKey(StockRound, on_delete=models.PROTECT, related_name="findings")
    item = models.ForeignKey(PropertyItem, on_delete=models.PROTECT, related_name="findings")
    result = models.CharField(max_length=7, choices=Result)
    note = models.CharField(max_length=300, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_replaced = models.BooleanField(default=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "item"], condition=Q(is_replaced=False), name="stock_item_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.item_id}"
