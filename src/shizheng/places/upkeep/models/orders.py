"""Faults that were reported, the orders that repair them, the parts that they take."""

from django.db import models
from django.db.models import Q

from shizheng.core.models import Area, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.places.models.register import Thing
from shizheng.places.upkeep.models.crews import Crew
from shizheng.places.upkeep.models.rounds import Inspection, Upkeep


class WorkOrder(Keyed):
    """A work order (維修單): one fault of one thing, until it is repaired and verified."""

    class State(models.TextChoices):
        OPEN = "open"  # 待派
        ASSIGNED = "assigned"  # 已派
        IN_WORK = "in_work"  # 維修中
        DONE = "done"  # 已修，待複查
        VERIFIED = "verified"  # 已複查
        CANCELLED = "cancelled"  # 已取消

    WAITING = (State.OPEN, State.ASSIGNED, State.IN_WORK)
    LIVE = (*WAITING, State.DONE)

    upkeep = models.ForeignKey(Upkeep, on_delete=models.PROTECT, related_name="orders")
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="orders")
    district = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    fault = models.CharField(max_length=50)
    severity = models.CharField(max_length=7)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    due_on = models.DateField()
    report_count = models.PositiveIntegerField(default=1)
    is_synthetic = models.BooleanField(default=False, help_text="Of an invented thing.")
    assigned_to = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    crew = models.ForeignKey(
        Crew, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Whose members may begin it, until one of them has.",
    )  # fmt: skip
    began_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    result = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Verified or cancelled.")
    verified_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    why = models.CharField(max_length=500, blank=True)
    labour_twd = models.PositiveIntegerField(default=0)
    parts_twd = models.PositiveIntegerField(default=0)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["upkeep", "year", "sequence"], name="order_number_once"
            ),
            models.UniqueConstraint(
                fields=["thing", "fault"],
                condition=Q(state__in=["open", "assigned", "in_work", "done"]),
                name="order_one_live_of_a_fault",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "due_at"], name="order_by_state")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number on the board, such as ``hydrants-2020-00017``."""
        return f"{self.upkeep.code}-{self.year}-{self.sequence:05d}"

    @property
    def cost_twd(self) -> int:
        """What it cost: parts and labour."""
        return self.labour_twd + self.parts_twd


class FaultReport(Keyed):
    """Somebody or something said that a thing is at fault (故障通報); many may lead to one order.

    ``reference`` names it where it came from: an inspection, the number of a case, a reading.
    """

    class Source(models.TextChoices):
        INSPECTION = "inspection"
        PUBLIC = "public"
        STAFF = "staff"
        SENSOR = "sensor"

    PERSONAL = ("text",)

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="reports")
    source = models.CharField(max_length=10, choices=Source)
    reference = models.CharField(max_length=80)
    text = models.CharField(max_length=1000, blank=True)
    inspection = models.ForeignKey(
        Inspection, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    reported_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reported_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["reported_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "source", "reference"], name="fault_reported_once"
            ),
        ]
        indexes = [models.Index(fields=["source", "reference"], name="fault_report_by_source")]

    def __str__(self) -> str:
        return f"{self.source} {self.reference}"


class SparePart(Keyed):
    """A spare part and how many there are (備品庫存)."""

    upkeep = models.ForeignKey(Upkeep, on_delete=models.PROTECT, related_name="parts")
    code = models.CharField(max_length=50)
    there = models.PositiveIntegerField(default=0)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["upkeep", "code"]
        constraints = [
            models.UniqueConstraint(fields=["upkeep", "code"], name="spare_part_once"),
            models.CheckConstraint(condition=Q(there__gte=0), name="spare_part_not_below_none"),
        ]

    def __str__(self) -> str:
        return self.code


class StockMove(Keyed):
    """Parts that came or went (備品異動): ``count`` is below zero where they were used."""

    part = models.ForeignKey(SparePart, on_delete=models.PROTECT, related_name="moves")
    order = models.ForeignKey(
        WorkOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="moves"
    )
    count = models.IntegerField()
    price_twd = models.PositiveIntegerField(help_text="Of one, on that day.")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(count=0), name="stock_move_moves"),
            models.CheckConstraint(
                condition=Q(order=None) | Q(count__lt=0), name="stock_move_of_order_takes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.count:+d}"


class Escalation(Keyed):
    """An open fault that was told to the supervisor before a season (升級通報), once per stage."""

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="escalations")
    season_on = models.DateField(help_text="First day of the season.")
    stage_days = models.PositiveSmallIntegerField(help_text="Days before that day.")
    at = models.DateTimeField()
    age_days = models.PositiveIntegerField(help_text="How old the fault was.")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "season_on", "stage_days"], name="escalated_once"
            ),
            models.CheckConstraint(condition=Q(age_days__gte=0), name="escalated_forwards"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.stage_days}"


class RescueSheet(Keyed):
    """A rescue plan of a building (搶救圖) as drawn on a day; the newest of a kind counts."""

    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="rescue_sheets")
    kind = models.CharField(max_length=50)
    drawn_on = models.DateField()
    contents = models.CharField(max_length=1000, blank=True, help_text="What burns or poisons.")
    file_name = models.CharField(max_length=150)
    added_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["thing", "kind", "-drawn_on", "-added_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.drawn_on}"
