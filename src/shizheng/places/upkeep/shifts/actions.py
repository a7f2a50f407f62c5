"""Shifts of a crew: begun as the pack declares them or with other times, and ended."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.places.models import Crew, CrewShift
from shizheng.places.upkeep.access import LEAD
from shizheng.places.upkeep.city import shifts_body
from shizheng.places.upkeep.domain.errors import (
    CrewEnded,
    ShiftsTooMany,
    ShiftTwice,
    ShiftUnfit,
    ShiftUnknown,
)
from shizheng.places.upkeep.shifts.domain import Duty

MOST = 20


@dataclass(frozen=True, slots=True)
class Worked:
    """A shift to be worked (班別): its times, and what the pack calls it if it declares it."""

    duty: Duty
    code: str = ""
    name: dict[str, str] = field(default_factory=dict)


def declared_shift(code: str) -> Worked:
    """Return a shift as the pack declares it now.

    Raises:
        ShiftUnknown: it declares none of that id.
    """
    body = shifts_body()
    found = body.shift(code) if body else None
    if found is None:
        raise ShiftUnknown(shift=code[:60])
    return Worked(found.duty(), found.id, dict(found.name))


@transaction.atomic
def crew_shift_begin(*, crew: Crew, worked: Worked, by: User, at: datetime) -> CrewShift:
    """Let a crew work a shift from now on (排定班別).

    Raises:
        NotPermitted: ``by`` does not lead the upkeep of the agency.
        CrewEnded: the crew was dissolved.
        ShiftUnfit, ShiftTwice, ShiftsTooMany: on no day, had already, or one too many.
    """
    require(by, LEAD, crew.agency)
    if not Crew.objects.select_for_update().filter(pk=crew.pk, ended_at=None).exists():
        raise CrewEnded(name=crew.name)
    duty, count = worked.duty, CrewShift.objects.filter(crew=crew, ended_at=None).count()
    if not duty.days:
        raise ShiftUnfit
    if count >= MOST:
        raise ShiftsTooMany(name=crew.name, count=count, most=MOST)
    facts = {
        "days": "".join(map(str, sorted(duty.days))), "starts": duty.starts, "ends": duty.ends,
        "holidays": str(duty.holidays), "is_on_call": duty.is_on_call,
    }  # fmt: skip
    made = CrewShift(crew=crew, code=worked.code, name=worked.name, since_at=at, **facts)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise ShiftTwice(name=crew.name) from None
    told = facts | {"starts": f"{duty.starts:%H:%M}", "ends": f"{duty.ends:%H:%M}"}
    journal.record("places.crew.shift_begun", made, by=by, at=at, now=told)
    return made


@transaction.atomic
def crew_shift_end(*, shift: CrewShift, by: User, at: datetime) -> None:
    """Let a crew work a shift no longer (停止班別).

    Raises:
        NotPermitted: ``by`` does not lead the upkeep of the agency.
    """
    require(by, LEAD, shift.crew.agency)
    if CrewShift.objects.filter(pk=shift.pk, ended_at=None).update(ended_at=at):
        facts = {"crew": str(shift.crew_id), "days": shift.days}
        journal.record("places.crew.shift_ended", shift, by=by, at=at, now=facts)
