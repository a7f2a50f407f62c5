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


class CrewMember(Keyed):
    """Somebody belongs to a crew (班組成員), until they are taken out of it."""

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
