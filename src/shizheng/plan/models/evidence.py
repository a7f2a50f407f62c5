"""What shows that commitments are kept: bindings, what they showed when, and overrides."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import User
from shizheng.core.models.keys import Keyed
from shizheng.plan.models.register import Held, Item, Light


class EvidenceBinding(Held):
    """Which source shows that a commitment is kept (證據連結); what it says is in ``body``.

    One without a source (``is_awaited``) names what would show it, once a room brings it.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="bindings")
    number = models.PositiveIntegerField(help_text="Of the commitment.")
    source = models.CharField(max_length=50, blank=True, help_text="Kind of evidence.")
    reference = models.CharField(max_length=200, blank=True)
    is_awaited = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    body = models.JSONField(help_text="The binding as the pack has it.")

    class Meta:
        ordering = ["item", "number", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "number", "position"],
                condition=Q(held_to=None),
                name="evidence_binding_once",
            ),
            models.CheckConstraint(
                condition=Q(is_awaited=True, source="") | Q(is_awaited=False) & ~Q(source=""),
                name="evidence_binding_has_source_or_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.number} {self.reference}"


class EvidenceSnapshot(Keyed):
    """What a binding showed at a moment (證據快照); it is never changed.

    A new one is kept when anything of it differs from the one before.
    """

    class State(models.TextChoices):
        FRESH = "fresh"
        STALE = "stale"
        EMPTY = "empty"
        CONTRADICTS = "contradicts"

    binding = models.ForeignKey(EvidenceBinding, on_delete=models.PROTECT, related_name="snapshots")
    at = models.DateTimeField(help_text="As of when the source was asked.")
    state = models.CharField(max_length=11, choices=State)
    period = models.CharField(max_length=10, blank=True)
    dated_on = models.DateField(null=True, help_text="Last day that the value is about.")
    value = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    unit = models.CharField(max_length=80, blank=True)
    unit_name = models.JSONField(default=dict, help_text="Language to name of the unit.")
    rows = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    definition_version = models.PositiveIntegerField(null=True)
    vintage = models.PositiveIntegerField(null=True)
    is_running = models.BooleanField(default=False)
    is_synthetic = models.BooleanField(default=False)
    points = models.JSONField(
        default=list, help_text="[period, last day, value, rows, runs] of the last periods."
    )

    class Meta:
        ordering = ["binding", "-at", "-id"]
        indexes = [models.Index(fields=["binding", "-at"], name="snapshot_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="empty") | Q(value__isnull=False, dated_on__isnull=False),
                name="snapshot_without_value_is_empty",
            )
        ]

    def __str__(self) -> str:
        return f"{self.binding_id} {self.period} {self.state}"


class LightOverride(Keyed):
    """What a person says beside a computed light, why and until when (燈號人工註記).

    It hides nothing: both are shown. Where the rule asks for two people it counts once another
    confirmed it.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="overrides")
    colour = models.CharField(max_length=6, choices=Light.Colour)
    reason = models.CharField(max_length=1000)
    expires_on = models.DateField(help_text="The last day on which it counts.")
    needs_second = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["item", "-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("made_by")),
                name="light_override_confirmed_by_another",
                violation_error_message=_("Another person confirms what you set."),
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(withdrawn_at=None), name="item_has_one_override"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.colour}"
