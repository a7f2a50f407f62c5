"""Steps of master cases, and bookings of shared places."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.services.models.case import Case


class CaseStep(Keyed):
    """One permit of a master case (主案步驟): promised when, begun and done when.

    ``blocker`` says what holds it up, ``decision`` what the task force decided (專案小組決議).
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waits for others")
        OPEN = "open", _("In hand")
        BLOCKED = "blocked", _("Blocked")
        DONE = "done", _("Completed")
        DROPPED = "dropped", _("Not needed")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    key = models.CharField(max_length=50)
    position = models.PositiveSmallIntegerField(default=0)
    label = models.JSONField(help_text="Language to name.")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    after = models.JSONField(default=list)
    amount = models.CharField(max_length=12)
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    promised_on = models.DateField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)
    blocker = models.TextField(blank=True)
    decide_by = models.DateField(null=True, blank=True)
    decision = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_due = models.DateField(null=True, blank=True)
    told = models.JSONField(default=list, help_text="Days that passed and of which was told.")
    child = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="step_of"
    )

    PERSONAL = ("blocker", "decision")

    class Meta:
        ordering = ["case_id", "position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="case_step_key_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.key}"


class PlaceRegister(models.Model):
    """A register of places that cases book (場地簿); whoever books in it locks its row."""

    code = models.CharField(primary_key=True, max_length=120)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Booking(Keyed):
    """A shared place taken by a case for days (場地占用), first and last day included.

    ``register`` is that in which the place stands: that of one service, or one that several share.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="bookings")
    key = models.CharField(max_length=50)
    register = models.CharField(max_length=120, help_text="Code of the register of places.")
    resource = models.CharField(max_length=120)
    first = models.DateField()
    last = models.DateField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["resource", "first", "id"]
        indexes = [
            models.Index(fields=["register", "resource", "last"], name="booking_by_register")
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.first} {self.last}"
