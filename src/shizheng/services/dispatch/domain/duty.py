"""Which crew is on duty at a moment (輪值), and which comes next when one does not answer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from shizheng.places.upkeep.shifts.domain import Duty, Holidays, Offices

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Crew:
    """A crew of a rota (值勤班): where, for which services, on which days and hours.

    ``areas`` and ``services`` left empty mean all. ``days`` are ISO weekdays, Monday 1, of the day
    on which a shift begins. An end that is not after the start is of the next day; equal times
    are a shift of a whole day. ``holidays``: what it does on days on which ``offices`` are closed.
    """

    code: str
    roster: str
    agency: str
    name: dict[str, str] = field(default_factory=dict, hash=False)
    areas: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    days: frozenset[int] = frozenset(range(1, 8))
    starts: time = time(0)
    ends: time = time(0)
    telephone: str = ""
    order: int = 0
    holidays: Holidays = Holidays.KEPT
    offices: Offices = field(default_factory=Offices, hash=False, compare=False, repr=False)

    def serves(self, service: str, areas: Iterable[str]) -> bool:
        """Whether the crew answers for a service at a place that lies in these areas."""
        is_for_service = not self.services or service in self.services
        return is_for_service and (not self.areas or not self.areas.isdisjoint(areas))

    def shift_of(self, day: date) -> "Shift | None":
        """Return the shift that begins on a day, in local times without a zone."""
        duty = Duty(self.days, self.starts, self.ends, self.holidays)
        return Shift(self, *duty.span_of(day)) if duty.stands_on(day, self.offices) else None


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of a crew (班次): from, included, until, excluded; local times without a zone."""

    crew: Crew
    starts_at: datetime
    ends_at: datetime

    @property
    def is_whole_day(self) -> bool:
        """Whether the crew is on duty from midnight to midnight."""
        return self.starts_at.time() == time(0) and self.ends_at - self.starts_at == DAY

    def covers(self, local: datetime) -> bool:
        """Whether the crew is on duty at a local time."""
        return self.starts_at <= local < self.ends_at


def shift_at(crew: Crew, at: datetime) -> Shift | None:
    """Return the shift in which a crew is on duty at a moment in the office's own zone.

    A shift over midnight belongs to the day before.
    """
    local = at.replace(tzinfo=None)
    for day in (local.date(), local.date() - DAY):
        shift = crew.shift_of(day)
        if shift is not None and shift.covers(local):
            return shift
    return None


def on_duty(
    crews: Iterable[Crew], *, service: str, areas: Iterable[str], agency: str, at: datetime
) -> list[Crew]:
    """Return the crews to be asked at a moment, the first one first (值勤順序).

    Crews of the agency in charge come before those of others, who stand in where it has none
    left; then by ``order``; then a crew of the place before one of the whole city.

    Args:
        at: in the zone of the office.
    """
    places = frozenset(areas)
    found = [
        crew for crew in crews if crew.serves(service, places) and shift_at(crew, at) is not None
    ]
    return sorted(
        found, key=lambda crew: (crew.agency != agency, crew.order, not crew.areas, crew.code)
    )


def next_crew(waiting: Sequence[Crew], asked: Sequence[str]) -> Crew | None:
    """Return the first crew that was asked least often; None where nobody is on duty.

    Args:
        waiting: crews on duty in their order.
        asked: codes of the crews asked so far; once all were, it begins again with the first.
    """
    if not waiting:
        return None
    counts = {crew.code: asked.count(crew.code) for crew in waiting}
    fewest = min(counts.values())
    return next(crew for crew in waiting if counts[crew.code] == fewest)


def shifts(crews: Iterable[Crew], first: date, last: date) -> Iterator[Shift]:
    """Yield every shift that begins from ``first`` to ``last``, both included, by time."""
    days = [first + DAY * number for number in range((last - first).days + 1)]
    found = [shift for day in days for crew in crews for shift in [crew.shift_of(day)] if shift]
    yield from sorted(found, key=lambda shift: (shift.starts_at, shift.crew.order, shift.crew.code))


def gaps(crews: Sequence[Crew], first: date, last: date) -> list[tuple[datetime, datetime]]:
    """Return the times from ``first`` to the end of ``last`` in which nobody is on duty (空班)."""
    reached, end = datetime.combine(first, time(0)), datetime.combine(last + DAY, time(0))
    found: list[tuple[datetime, datetime]] = []
    for shift in shifts(crews, first - DAY, last):
        if shift.starts_at > reached:
            found.append((reached, min(shift.starts_at, end)))
        reached = max(reached, shift.ends_at)
    if reached < end:
        found.append((reached, end))
    return found
