"""What happened on site, what is to be paid for it, and who acts for an owner of pipes."""

from django.db import models
from django.db.models import Q

from shizheng.core.models import User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.places.digging.models.permits import DigPermit


class OwnerMember(Keyed):
    """Somebody who acts for an owner of pipes (管線單位承辦人) until ``ended_at``."""

    owner = models.CharField(max_length=50, help_text="Id of the owner in the pack.")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField()
    appointed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["owner", "since_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "person"], condition=Q(ended_at=None), name="owner_member_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.person}"


class SiteReport(Keyed):
    """What was reported from the site of a permit (現場回報); photos are attached to it."""

    class Kind(models.TextChoices):
        SIGN_ON = "sign_on"  # 管線業者到場簽認
        BEGIN = "begin"  # 開工
        STOP = "stop"  # 停工
        RESUME = "resume"  # 復工
        BACKFILL = "backfill"  # 回填
        RESTORE = "restore"  # 路面修復

    permit = models.ForeignKey(DigPermit, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=8, choices=Kind)
    pipe = models.CharField(max_length=80, blank=True, help_text="Of a sign-on: key of the pipe.")
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_office = models.BooleanField(default=False, help_text="By the reviewing agency.")
    at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["permit", "pipe"], condition=Q(kind="sign_on"), name="site_signed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.permit.number} {self.kind}"


class DigCharge(Keyed):
    """What an owner or contractor is to pay (代辦費、追償): told as an event, billed elsewhere.

    ``amount_twd`` is quantity times rate, rounded half up to whole NTD.
    """

    number = models.CharField(max_length=90, unique=True)
    permit = models.ForeignKey(
        DigPermit, null=True, blank=True, on_delete=models.PROTECT, related_name="charges"
    )
    defect = models.ForeignKey(
        "places.RoadDefect", null=True, blank=True, on_delete=models.PROTECT,
        related_name="charges",
    )  # fmt: skip
    agency = models.ForeignKey("core.Agency", on_delete=models.PROTECT, related_name="+")
    payer = models.CharField(max_length=120, help_text="Id of the owner, or the contractor's name.")
    price = models.CharField(max_length=50, help_text="Id of the price in the pack.")
    quantity = models.DecimalField(max_digits=9, decimal_places=1)
    rate_twd = models.PositiveIntegerField()
    amount_twd = models.PositiveIntegerField()
    why = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(permit=None) | Q(defect=None), name="dig_charge_for_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return self.number
