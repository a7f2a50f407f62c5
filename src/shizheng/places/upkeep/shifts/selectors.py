"""How crews stand at a moment: on duty, on call or off, and from when the next shift runs."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from shizheng.places.models import Crew, CrewShift
from shizheng.places.upkeep.city import offices
from shizheng.places.upkeep.shifts.domain import Duty, Holidays, Standing, standing


def duty_of(row: CrewShift) -> Duty:
    """Return a kept shift as a value."""
    days = frozenset(map(int, row.days))
    return Duty(days, row.starts, row.ends, Holidays(row.holidays), row.is_on_call)


def standings(crews: Iterable[Crew], *, at: datetime) -> dict[UUID, Standing]:
    """Return how each crew that has shifts stands at a moment."""
    kept: dict[UUID, list[Duty]] = defaultdict(list)
    for row in CrewShift.objects.filter(crew__in=list(crews), ended_at=None):
        kept[row.crew_id].append(duty_of(row))
    local, open_days = timezone.localtime(at).replace(tzinfo=None), offices()
    found = {key: standing(duties, local, open_days) for key, duties in kept.items()}
    return {key: each for key, each in found.items() if each is not None}


def standing_of(crew: Crew | None, *, at: datetime) -> Standing | None:
    """Return how a crew stands at a moment; None where it has no shifts."""
    return standings([crew], at=at).get(crew.pk) if crew else None


def is_there_by(found: Standing | None, until: date) -> bool:
    """Whether a crew is at work at some time from now to a day; one without shifts counts."""
    if found is None or found.is_on_duty:
        return True
    return found.following is not None and found.following.date() <= until
