"""Changes that somebody proposes from the field or from home, until the owner decides."""

from django.db import models

from shizheng.core.models import User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.places.models.register import Register, Thing


class Proposal(Keyed):
    """A proposed act on a thing (異動提案); nothing of it is in the register until it is accepted.

    ``values`` holds only the fields that would change.
    """

    class Act(models.TextChoices):
        RECORD = "record"
        CHANGE = "change"
        RETIRE = "retire"

    class State(models.TextChoices):
        WAITING = "waiting"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="proposals")
    thing = models.ForeignKey(
        Thing, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    act = models.CharField(max_length=6, choices=Act)
    key = models.CharField(max_length=80)
    valid_from = models.DateField()
    values = models.JSONField(default=dict)
    state_after = models.CharField(max_length=50, blank=True)
    shape = models.BinaryField(null=True, help_text="WKB (EPSG:4326); None keeps what there is.")
    reason = models.CharField(max_length=500)
    seen_version = models.PositiveIntegerField(default=0)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True, help_text="Last day to answer in time.")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-id"]

    def __str__(self) -> str:
        return f"{self.act} {self.key}"
