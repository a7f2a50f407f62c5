"""What the loaded city says of looking after things: declarations, calendar, things as they are."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

import shapely
from django.db.models import Q, QuerySet
from django.utils import timezone

from shizheng.core import city, declared
from shizheng.kernel.time.amounts import Amount
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.days import CalendarOutOfRange
from shizheng.kernel.time.period import due
from shizheng.places.domain.rules import MEASURED, compiled, names_of
from shizheng.places.models import Feature, Register, Thing, Upkeep
from shizheng.places.selectors.registers import body_of as register_body
from shizheng.places.upkeep.definitions import RescueBody, RiskOf, UpkeepBody
from shizheng.places.upkeep.shifts.definitions import CrewShiftsBody
from shizheng.places.upkeep.shifts.domain import Offices


def body_of(upkeep: Upkeep) -> UpkeepBody:
    """Return what the declaration in force says."""
    return declared.body_of(UpkeepBody, upkeep.current_id)


def rescue_body() -> RescueBody | None:
    """Return what the city says of rescue plans; None where it says nothing."""
    return _rescue(city.loaded_at())


@lru_cache(maxsize=8)
def _rescue(at: datetime | None) -> RescueBody | None:
    row = declared.newest("rescue")
    return RescueBody.model_validate(row.body) if row else None


def work_calendar() -> WorkCalendar | None:
    """Return the city's calendar; None where it has none."""
    key = declared.newest_key("calendar")
    return _calendar(key) if key else None


@lru_cache(maxsize=8)
def _calendar(key: UUID) -> WorkCalendar:
    from shizheng.packs.kinds.calendar import Calendar  # read when asked for

    return declared.body_of(Calendar, key).work_calendar()


def offices() -> Offices:
    """Return on which days offices are open, by the city's calendar."""
    return Offices(work_calendar())


def shifts_body() -> CrewShiftsBody | None:
    """Return the shifts that the city declares for crews; None where it declares none."""
    row = declared.newest("crew_shifts")
    return declared.body_of(CrewShiftsBody, row.pk) if row else None


def repair_due(amount: str, at: datetime) -> datetime:
    """Return the last second in which a fault reported at a moment is repaired in time.

    Past the end of the city's calendar it is counted in plain days.
    """
    calendar, asked = work_calendar(), Amount.parse(amount)
    zone = timezone.get_default_timezone()
    if calendar is not None:
        try:
            return due(at, asked, calendar, tz=zone).due_at
        except CalendarOutOfRange:
            pass
    from datetime import timedelta

    hours = {"h": 1, "wd": 34, "d": 24, "mo": 730, "y": 8766}[asked.unit.value] * asked.count
    return at + timedelta(hours=hours)


def features_on(register: Register, on: date) -> QuerySet[Feature]:
    """Return the states of things of a register on a day, as they are believed now."""
    return Feature.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on),
        register=register,
        recorded_to=None,
        valid_from__lte=on,
    )


def feature_of(thing: Thing, on: date) -> Feature | None:
    """Return how a thing is on a day; None where it is not there then."""
    return features_on(thing.register, on).filter(thing=thing).first()


def risk_of(upkeep: Upkeep, row: Feature) -> RiskOf:
    """Return the class of risk of a thing in a state: the first whose rule holds."""
    body, register = body_of(upkeep), register_body(upkeep.register)
    given = {name: row.properties.get(name) for name in names_of(register)}
    for field in register.fields:
        if field.type == "date" and isinstance(given[field.id], str):
            given[field.id] = date.fromisoformat(given[field.id])
        elif field.type == "decimal" and given[field.id] is not None:
            given[field.id] = float(given[field.id])
    given |= {name: getattr(row, name) for name in MEASURED} | {"state": row.state}
    for risk in body.risks[:-1]:
        if risk.when and compiled(register, risk.when).evaluate(given):
            return risk
    return body.risks[-1]


def spots(rows: Iterable[Feature]) -> dict[UUID, tuple[float, float]]:
    """Return the middle of things in metres of the city's grid, by key of the thing."""
    found = [(row.thing_id, row.metres) for row in rows if row.metres is not None]
    points = shapely.centroid(shapely.from_wkb([bytes(metres) for _, metres in found]))
    return {
        key: (float(point.x), float(point.y))
        for (key, _), point in zip(found, points, strict=True)
        if not point.is_empty
    }
