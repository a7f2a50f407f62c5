"""What people book, who has which slot, who waits, and when it is closed."""

from django.db import models
from django.db.models import Q

from shizheng.core.models import Agency, PublishedDefinition, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class Bookable(Keyed):
    """A hall, court or furnace as the pack declares it (可借用場地)."""

    code = models.CharField(max_length=60, unique=True)
    current = models.ForeignKey(PublishedDefinition, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="bookables")
    name = models.JSONField(help_text="Language to name.")
    is_kept = models.BooleanField(default=True, help_text="Still in the pack.")
    position = models.PositiveIntegerField(default=0)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class Booking(Keyed):
    """A slot, or a seat in one, that a person has (借用、報名).

    One that was cancelled or moved no longer holds it.
    """

    class State(models.TextChoices):
        BOOKED = "booked"
        NO_SHOW = "no_show"
        CANCELLED = "cancelled"
        MOVED = "moved"

    HOLDING = (State.BOOKED, State.NO_SHOW)
    PERSONAL = ("purpose",)

    bookable = models.ForeignKey(Bookable, on_delete=models.PROTECT, related_name="bookings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="bookings")
    purpose = models.CharField(max_length=200, blank=True)
    reduction = models.CharField(max_length=50, blank=True)
    fee_twd = models.PositiveIntegerField(default=0)
    seat = models.PositiveSmallIntegerField(default=1, help_text="Of those that a slot has.")
    was_given = models.BooleanField(default=False, help_text="Moved up or moved, not chosen.")
    moved_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.BOOKED)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    why = models.CharField(max_length=500, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["bookable", "starts_at", "seat"],
                condition=Q(state__in=("booked", "no_show")),
                name="booking_seat_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="booking_forwards"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bookable_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Waiting(Keyed):
    """A person who waits for a slot (候補), in the order in which they asked."""

    class State(models.TextChoices):
        WAITING = "waiting"
        MOVED_UP = "moved_up"
        LEFT = "left"
        LAPSED = "lapsed"

    PERSONAL = ("purpose",)

    bookable = models.ForeignKey(Bookable, on_delete=models.PROTECT, related_name="waiting")
    starts_at = models.DateTimeField()
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=200, blank=True)
    reduction = models.CharField(max_length=50, blank=True)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["bookable", "starts_at", "person"],
                condition=Q(state="waiting"),
                name="waiting_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bookable_id} {self.starts_at:%Y-%m-%d %H:%M}"


class GroupMember(Keyed):
    """A person who belongs to a group that places are kept for (借用對象成員), by day."""

    group = models.CharField(max_length=60, help_text="As the pack declares.")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    valid_to = models.DateField(null=True, blank=True, help_text="The first day after.")
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["group", "entered_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person"], condition=Q(ended_at=None), name="group_member_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.person_id}"


class Closure(Keyed):
    """A time in which the owner keeps it closed (停用), with the reason that everybody reads."""

    bookable = models.ForeignKey(Bookable, on_delete=models.PROTECT, related_name="closures")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    why = models.CharField(max_length=200)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="closure_forwards"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bookable_id} {self.starts_at:%Y-%m-%d %H:%M}"


class SlotTally(Keyed):
    """How the slots of a place were used on a day that is over (時段使用統計).

    A slot counts as offered unless the place was closed, and as many times as it has seats. One to
    which the person did not come was not used by anybody; what is neither used nor missed stayed
    empty.
    """

    bookable = models.ForeignKey(Bookable, on_delete=models.PROTECT, related_name="tallies")
    on = models.DateField()
    offered = models.PositiveIntegerField()
    used = models.PositiveIntegerField()
    missed = models.PositiveIntegerField(help_text="Held by who did not come.")
    waited = models.PositiveIntegerField(help_text="People who waited for a slot in vain.")
    is_synthetic = models.BooleanField(default=False, help_text="The place is a sample.")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["bookable", "on"]
        constraints = [
            models.UniqueConstraint(fields=["bookable", "on"], name="slot_tally_once"),
            models.CheckConstraint(
                condition=Q(used__gte=0) & Q(missed__gte=0), name="slot_tally_not_below_none"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bookable_id} {self.on}"
