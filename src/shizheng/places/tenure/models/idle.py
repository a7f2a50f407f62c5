"""Idle space: what is offered, who applies, and temporary uses with their end."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.places.tenure.models.ledger import PropertyItem


class Space(Keyed):
    """Property that stands idle and is offered (閒置空間); a thing of a register shows it."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        LENT = "lent", _("In temporary use")
        WITHDRAWN = "withdrawn", _("Taken back")

    item = models.ForeignKey(PropertyItem, on_delete=models.PROTECT, related_name="spaces")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    thing = models.ForeignKey("places.Thing", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=40, help_text="A code of the register.")
    area_m2 = models.DecimalField(max_digits=12, decimal_places=1)
    address = models.CharField(max_length=200, blank=True)
    limits = models.CharField(max_length=500, blank=True)
    idle_since = models.DateField()
    idle_days = models.PositiveIntegerField(help_text="From falling idle to being published.")
    published_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OFFERED)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=~Q(state="withdrawn"), name="space_one_open"
            ),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="space_area_above_zero"),
        ]

    def __str__(self) -> str:
        return self.key


class SpaceApplication(Keyed):
    """Somebody wants to use a space for a time (使用申請)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    PERSONAL = ("organisation", "purpose")

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="applications")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organisation = models.CharField(max_length=80, blank=True)
    use = models.CharField(max_length=50, help_text="As the pack declares.")
    purpose = models.CharField(max_length=500)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The first day on which it is given back.")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    answer = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "person"], condition=Q(state="waiting"),
                name="space_application_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="space_application_forwards"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.space_id} {self.person_id}"


class SpaceUse(Keyed):
    """A temporary use of a space (短期使用), ``starts_on <= day < ends_on``."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="uses")
    application = models.OneToOneField(
        SpaceApplication, on_delete=models.PROTECT, related_name="granted"
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    recalled_at = models.DateTimeField(null=True, blank=True, help_text="Notice of its end.")
    ended_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=500, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["ends_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["space"], condition=Q(ended_at=None), name="space_one_use"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="space_use_forwards"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.space_id} {self.starts_on}"
