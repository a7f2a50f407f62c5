"""Sales of property with a deadline: who may apply, who has, who was written to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.places.tenure.models.ledger import PropertyItem


class SaleHousehold(Keyed):
    """A household that may buy what it lives on (專案讓售對象)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Has not applied")
        APPLIED = "applied", _("Has applied")
        SOLD = "sold", _("Sold")
        DECLINED = "declined", _("Does not want to buy")

    PERSONAL = ("head", "contact", "address")

    sale = models.CharField(max_length=60, help_text="As the pack declares.")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    item = models.ForeignKey(
        PropertyItem, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    head = models.CharField(max_length=80)
    contact = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    applied_at = models.DateTimeField(null=True, blank=True)
    is_synthetic = models.BooleanField(default=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["sale", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sale", "number"], name="sale_household_once"),
            models.CheckConstraint(
                condition=~Q(state__in=("applied", "sold")) | Q(applied_at__isnull=False),
                name="sale_applied_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sale} {self.number}"


class SaleNotice(Keyed):
    """A household was written to before the deadline (催辦通知); once for each day that is set."""

    household = models.ForeignKey(SaleHousehold, on_delete=models.PROTECT, related_name="notices")
    days_before = models.PositiveSmallIntegerField()
    by_account = models.BooleanField(help_text="On the site; otherwise a letter is to be posted.")
    made_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["household", "days_before"], name="sale_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.days_before}"
