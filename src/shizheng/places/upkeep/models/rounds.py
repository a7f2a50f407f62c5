"""What is to be looked at when, by whom, and what was found: inspections are never changed."""

from django.db import models
from django.db.models import Q

from shizheng.core.models import Agency, Area, PublishedDefinition, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet
from shizheng.places.models.register import Register, Thing
from shizheng.places.upkeep.models.crews import Crew


class Upkeep(Keyed):
    """How the things of a register are looked after (檢查維護), as the pack declares it."""

    code = models.CharField(max_length=60, unique=True)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="upkeeps")
    current = models.ForeignKey(PublishedDefinition, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.JSONField(help_text="Language to name.")
    is_kept = models.BooleanField(default=True, help_text="Still in the pack.")
    position = models.PositiveIntegerField(default=0)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class CheckDue(Keyed):
    """When a thing is due for a round (應檢查), and how it stood at the last one.

    Worked out anew by a job and after each inspection; ``last_score`` is its condition, 0 to 100.
    """

    upkeep = models.ForeignKey(Upkeep, on_delete=models.PROTECT, related_name="checks")
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="checks")
    round = models.CharField(max_length=50)
    risk = models.CharField(max_length=50)
    consequence = models.PositiveSmallIntegerField(default=2)
    district = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)
    last_score = models.PositiveSmallIntegerField(null=True, blank=True)
    is_here = models.BooleanField(default=True, help_text="The thing is in the register today.")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "-consequence", "id"]
        constraints = [
            models.UniqueConstraint(fields=["thing", "upkeep", "round"], name="check_due_once"),
        ]
        indexes = [
            models.Index(
                fields=["upkeep", "round", "due_on"], condition=Q(is_here=True),
                name="check_due_by_day",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.round} {self.due_on}"


class RoundList(Keyed):
    """A work list (巡查清單): things to look at, in the order of a way, given to who walks it.

    That is one person, a crew, or an agency whose inspectors share it, such as a district office.
    """

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        CANCELLED = "cancelled"

    upkeep = models.ForeignKey(Upkeep, on_delete=models.PROTECT, related_name="lists")
    round = models.CharField(max_length=50)
    district = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    assigned_to = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Whose inspectors walk it, where it is no one person's.",
    )  # fmt: skip
    crew = models.ForeignKey(
        Crew, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField()
    route_m = models.FloatField(default=0, help_text="Metres as the crow flies between stops.")
    first_come_m = models.FloatField(default=0, help_text="The same in the order of due days.")
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(assigned_to=None, agency__isnull=False, crew=None)
                | Q(assigned_to__isnull=False, agency=None, crew=None)
                | Q(assigned_to=None, agency=None, crew__isnull=False),
                name="round_list_given_to_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.upkeep_id} {self.round} {self.due_on}"


class Inspection(Keyed):
    """A look at a thing (檢查紀錄), as it was judged by the declaration of its day; it stays.

    ``inspected_at`` is by the city's clock; ``offline_id`` is the device's own number of it.
    """

    PERSONAL = ("note", "latitude", "longitude")

    upkeep = models.ForeignKey(Upkeep, on_delete=models.PROTECT, related_name="inspections")
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="inspections")
    round = models.CharField(max_length=50)
    definition = models.PositiveIntegerField(help_text="Version of the declaration.")
    answers = models.JSONField(default=dict, help_text="Item to answer.")
    failed = models.JSONField(default=list, help_text="Items that failed.")
    score = models.PositiveSmallIntegerField(help_text="Condition, 0 to 100.")
    is_sound = models.BooleanField(help_text="Nothing failed.")
    is_in_time = models.BooleanField(help_text="On the last day or before.")
    inspected_at = models.DateTimeField()
    inspected_on = models.DateField()
    received_at = models.DateTimeField()
    is_clock_wrong = models.BooleanField(default=False)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    away_m = models.FloatField(null=True, blank=True, help_text="Metres from the thing.")
    note = models.CharField(max_length=1000, blank=True)
    photo_count = models.PositiveSmallIntegerField(default=0)
    is_synthetic = models.BooleanField(default=False, help_text="Of an invented thing.")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    offline_id = models.CharField(max_length=64)
    sent_digest = models.CharField(max_length=64)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-inspected_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["by", "offline_id"], name="inspection_sent_once"),
        ]
        indexes = [models.Index(fields=["thing", "-inspected_at"], name="inspection_of_thing")]

    def __str__(self) -> str:
        return f"{self.round} {self.inspected_on}"


class RoundStop(Keyed):
    """One stop of a work list (停留點); ``inspection`` once somebody was there."""

    round_list = models.ForeignKey(RoundList, on_delete=models.PROTECT, related_name="stops")
    position = models.PositiveSmallIntegerField()
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    risk = models.CharField(max_length=50)
    inspection = models.ForeignKey(
        Inspection, null=True, blank=True, on_delete=models.PROTECT, related_name="stops"
    )
    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["round_list", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round_list", "position"], name="stop_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}"
