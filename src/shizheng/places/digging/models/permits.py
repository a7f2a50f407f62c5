"""Works in the road: the record of a work, its permits one after the other, and their changes."""

from django.db import models
from django.db.models import F, Q

from shizheng.core.models import Agency, Area, PublishedDefinition, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class WorksRecord(Keyed):
    """One work of an owner of pipes (施工案); it owns everything that follows.

    ``number`` is the owner's, the year and a number in it, such as ``water-2020-00017``.
    """

    number = models.CharField(max_length=80, unique=True)
    owner = models.CharField(max_length=50, help_text="Id of the owner in the pack.")
    title = models.CharField(max_length=200)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    case_number = models.CharField(
        max_length=40, blank=True, help_text="Of the case of a service in which it was asked."
    )

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "number"]

    def __str__(self) -> str:
        return self.number


class DigPermit(Keyed):
    """A permit to dig (挖掘許可), from application to restoration.

    ``first`` and ``last`` are both days of work. Category, clock and conflicts are computed from
    the ``definition`` that was in force at the application.
    """

    class State(models.TextChoices):
        WAITING = "waiting"  # 審查中
        GRANTED = "granted"  # 已核准
        REFUSED = "refused"  # 已駁回
        RETURNED = "returned"  # 退回修正
        CANCELLED = "cancelled"  # 申請人撤銷
        REVOKED = "revoked"  # 已廢止
        IN_PROGRESS = "in_progress"  # 施工中
        STOPPED = "stopped"  # 停工
        BACKFILLED = "backfilled"  # 已回填
        CLOSED = "closed"  # 已修復，保固中

    class Traffic(models.TextChoices):
        """What is left to traffic; values are those of WZDx's vehicle impact."""

        OPEN = "all-lanes-open"
        SOME = "some-lanes-closed"
        ONE_WAY = "alternating-one-way"
        CLOSED = "all-lanes-closed"

    LIVE = (
        State.WAITING,
        State.GRANTED,
        State.IN_PROGRESS,
        State.STOPPED,
        State.BACKFILLED,
    )

    record = models.ForeignKey(WorksRecord, on_delete=models.PROTECT, related_name="permits")
    sequence = models.PositiveSmallIntegerField(help_text="1 is written -01.")
    definition = models.ForeignKey(PublishedDefinition, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sections = models.JSONField(help_text="Keys of the road sections.")
    metres = models.BinaryField(help_text="WKB of the line in metres of the city's grid (TWD97).")
    shape = models.BinaryField(null=True, help_text="The same in longitude and latitude.")
    west_m = models.FloatField(null=True, help_text="Bounds of the line, metres.")
    south_m = models.FloatField(null=True)
    east_m = models.FloatField(null=True)
    north_m = models.FloatField(null=True)
    district = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    roads = models.CharField(max_length=300, blank=True, help_text="Names of the roads.")
    purpose = models.CharField(max_length=300, blank=True)
    method = models.CharField(max_length=50, blank=True, help_text="Id of the method in the pack.")
    traffic = models.CharField(max_length=20, choices=Traffic, default=Traffic.SOME)
    lanes_closed = models.PositiveSmallIntegerField(default=1)
    first = models.DateField()
    last = models.DateField()
    traffic_order = models.BooleanField(default=False)
    risk = models.CharField(max_length=10, default="none")
    category = models.CharField(max_length=50)
    is_joint = models.BooleanField(default=False, help_text="Dug with others, by a joint plan.")
    is_short_notice = models.BooleanField(default=False, help_text="Asked later than it should.")
    conflicts = models.JSONField(default=list, help_text="As found at the application.")
    conflicts_at_grant = models.JSONField(default=list)
    state = models.CharField(max_length=11, choices=State, default=State.WAITING)
    received_at = models.DateTimeField()
    received_on = models.DateField(help_text="The day from which the clock counts.")
    answer_due_at = models.DateTimeField()
    silence_grants = models.BooleanField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_deemed = models.BooleanField(default=False, help_text="Granted by silence.")
    answer = models.CharField(max_length=500, blank=True)
    operators = models.JSONField(default=list, help_text="Keys of pipes whose operator must sign.")
    operators_signed = models.JSONField(default=dict, help_text="Key of pipe to moment.")
    began_on = models.DateField(null=True, blank=True)
    backfilled_on = models.DateField(null=True, blank=True)
    restore_by = models.DateField(null=True, blank=True, help_text="Last day to restore the road.")
    restored_on = models.DateField(null=True, blank=True)
    warranty_until = models.DateField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["first", "record__number", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["record", "sequence"], name="dig_permit_number_once"),
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(
                    state__in=["waiting", "granted", "in_progress", "stopped", "backfilled"]
                ),
                name="dig_permit_one_live",
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="dig_permit_has_a_day"),
        ]
        indexes = [
            models.Index(fields=["state", "first", "last"], name="dig_permit_by_days"),
            models.Index(fields=["west_m", "east_m"], name="dig_permit_by_box"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number of the record and the permit's own, such as ``water-2020-00017-01``."""
        return f"{self.record.number}-{self.sequence:02d}"


class DigChange(Keyed):
    """A request to change the dates of a permit (變更申請), numbered ``-CR-01`` after it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        GRANTED = "granted"
        REFUSED = "refused"

    permit = models.ForeignKey(DigPermit, on_delete=models.PROTECT, related_name="changes")
    sequence = models.PositiveSmallIntegerField()
    first = models.DateField()
    last = models.DateField()
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    is_deemed = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["permit", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["permit", "sequence"], name="dig_change_number_once"),
            models.UniqueConstraint(
                fields=["permit"], condition=Q(state="waiting"), name="dig_change_one_waiting"
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="dig_change_has_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.permit.number}-CR-{self.sequence:02d}"
