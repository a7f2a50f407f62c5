"""What waits for people: figures to be signed, indicators that are late, missing or off target."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from shizheng.core.models import RoleGrant, User
from shizheng.statistics.domain.standing import Mark
from shizheng.statistics.indicators.actions import ENTER, SIGN
from shizheng.statistics.indicators.listing import Standing, indicators_standing
from shizheng.statistics.models import EnteredFigure, Indicator

WANTING = (Mark.LATE, Mark.MISSING, Mark.OFF_TARGET)


@dataclass(frozen=True, slots=True)
class Wanting:
    """An indicator that needs somebody's attention (待處理指標), and for what."""

    indicator: Indicator
    standing: Standing

    @property
    def marks(self) -> list[Mark]:
        """What is wrong."""
        return [mark for mark in self.standing.marks if mark in WANTING]


def figures_waiting(person: User) -> QuerySet[EnteredFigure]:
    """Return the entered figures that nobody signed yet and no later one replaces.

    Those of agencies for which ``person`` enters or signs figures; the oldest first.
    """
    later = EnteredFigure.objects.filter(
        indicator=OuterRef("indicator"), period=OuterRef("period"), cell=OuterRef("cell")
    ).filter(
        Q(entered_at__gt=OuterRef("entered_at"))
        | Q(entered_at=OuterRef("entered_at"), id__gt=OuterRef("id"))
    )
    mine = indicators_entered(person).values("pk") | indicators_signed(person).values("pk")
    return (
        EnteredFigure.objects.filter(indicator__in=mine, signed_at=None)
        .exclude(Exists(later))
        .select_related("indicator__owner", "indicator__current", "entered_by")
        .order_by("entered_at", "id")
    )


def indicators_entered(person: User) -> QuerySet[Indicator]:
    """Return the indicators for whose agency ``person`` enters figures."""
    rows = Indicator.objects.allowed_to(person, ENTER).filter(is_kept=True)
    return rows.select_related("owner", "current").order_by("position", "code")


def indicators_signed(person: User) -> QuerySet[Indicator]:
    """Return the indicators for whose agency ``person`` signs figures."""
    rows = Indicator.objects.allowed_to(person, SIGN).filter(is_kept=True)
    return rows.select_related("owner", "current").order_by("position", "code")


def indicators_wanting(rows: Iterable[Indicator], *, at: datetime) -> list[Wanting]:
    """Return those indicators that are late, missing or off target, the gravest first."""
    some = list(rows)
    standing = indicators_standing(some, at=at)
    found = [Wanting(row, standing[row.pk]) for row in some]
    wanting = [each for each in found if each.marks]
    return sorted(wanting, key=lambda each: (WANTING.index(each.marks[0]), each.indicator.code))


def people_of_owner(indicator: Indicator, *, at: datetime) -> list[User]:
    """Return who enters figures for the very agency that owns an indicator."""
    grants = RoleGrant.objects.filter(agency=indicator.owner_id, person__is_active=True)
    found = {
        grant.person_id: grant.person
        for grant in grants.select_related("role", "person").order_by("person__username")
        if ENTER in grant.role.permissions and grant.is_in_force(at)
    }
    return list(found.values())
