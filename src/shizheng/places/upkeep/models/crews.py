"""Crews below agencies: people who walk lists and repair together."""

from django.db import models

from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed
from shizheng.core.visibility import VisibleQuerySet


class Crew(Keyed):
    """A crew of an agency (班組), to which lists and orders are given; its members share them."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["agency", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"], condition=models.Q(ended_at=None), name="crew_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CrewShift(Keyed):
    """A shift of a crew (值勤班別) in local times, as it was declared or written when it began."""

    crew = models.ForeignKey(Crew, on_delete=models.PROTECT, related_name="shifts")
    code = models.CharField(max_length=50, blank=True, help_text="Of the pack; empty for others.")
    name = models.JSONField(default=dict, help_text="Language to name; empty for others.")
    days = models.CharField(max_length=7, help_text="ISO weekdays on which it begins: 12345.")
    starts = models.TimeField()
    ends = models.TimeField(help_text="Not after the start: of the next day.")
    holidays = models.CharField(max_length=4, help_text="off, kept or only.")
    is_on_call = models.BooleanField(default=False)
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["crew", "is_on_call", "starts", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["crew", "days", "starts", "ends", "holidays", "is_on_call"],
                condition=models.Q(ended_at=None),
                name="crew_shift_once",
            ),
            models.CheckConstraint(
                condition=models.Q(holidays__in=["off", "kept", "only"]),
                name="crew_shift_holidays_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.crew_id} {self.days} {self.starts:%H:%M}-{self.ends:%H:%M}"


class CrewMember(Keyed):
    """Somebody belongs to a crew (班組成員), until they are taken out of it."""

    PERSONAL = ("person", "since_at", "ended_at")

    crew = models.ForeignKey(Crew, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["crew", "since_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["crew", "person"], condition=models.Q(ended_at=None),
                name="crew_member_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.crew_id} {self.person_id}"
