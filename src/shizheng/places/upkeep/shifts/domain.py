"""When a crew is on duty (值勤): its shifts by weekday, time of day and the working calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from shizheng.kernel.time.calendar import SATURDAY_AND_SUNDAY, WorkCalendar
from shizheng.kernel.time.days import CalendarOutOfRange

DAY = timedelta(days=1)
FAR = 60
"""Days ahead in which the next shift is looked for."""


@dataclass(frozen=True, slots=True)
class Offices:
    """On which days offices are open (上班日): by the calendar, past its end all but weekends."""

    calendar: WorkCalendar | None = None

    @property
    def weekend(self) -> frozenset[int]:
        """Weekdays off as ISO weekdays, Monday 1."""
        days = self.calendar.weekend if self.calendar else SATURDAY_AND_SUNDAY
        return frozenset(day + 1 for day in days)

    def are_open(self, day: date) -> bool:
        """Whether they are open on a day."""
        if self.calendar is not None:
            try:
                return self.calendar.is_working(day)
            except CalendarOutOfRange:
                pass
        return day.isoweekday() not in self.weekend


class Holidays(StrEnum):
    """What a shift does on days on which offices are closed (假日).

    ``OFF``: it rests on them; one that works the whole week works a make-up day as well.
    ``KEPT``: its weekdays hold whatever the calendar says. ``ONLY``: it stands on them alone.
    """

    OFF = "off"
    KEPT = "kept"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class Duty:
    """One shift of a crew (班別), in local times.

    ``days`` are ISO weekdays, Monday 1, of the day on which it begins. An end that is not after
    the start is of the next day; equal times are a whole day. Who is on call (備勤) is not at
    work, but comes when called.
    """

    days: frozenset[int]
    starts: time
    ends: time
    holidays: Holidays = Holidays.OFF
    is_on_call: bool = False

    def stands_on(self, day: date, offices: Offices) -> bool:
        """Whether it begins on a day."""
        is_its_day = day.isoweekday() in self.days
        if self.holidays is Holidays.KEPT:
            return is_its_day
        if self.holidays is Holidays.ONLY:
            return is_its_day and not offices.are_open(day)
        is_whole_week = self.days >= frozenset(range(1, 8)) - offices.weekend
        return offices.are_open(day) and (is_its_day or is_whole_week)

    def span_of(self, day: date) -> tuple[datetime, datetime]:
        """Return begin and end of the shift that begins on a day, the end excluded."""
        ends_on = day if self.ends > self.starts else day + DAY
        return datetime.combine(day, self.starts), datetime.combine(ends_on, self.ends)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a crew stands at a moment (值勤狀態): on duty or on call, until when, or from when.

    Args:
        until: end of the shift that runs; None where none does.
        following: begin of the next shift that is no call duty; None where none is near.
    """

    is_on_duty: bool
    is_on_call: bool
    until: datetime | None = None
    following: datetime | None = None

    @property
    def is_off(self) -> bool:
        """Whether nobody of the crew is there or to be called."""
        return not (self.is_on_duty or self.is_on_call)


def standing(duties: Iterable[Duty], local: datetime, offices: Offices) -> Standing | None:
    """Return how a crew stands at a local time without a zone; None where it has no shifts.

    Presence counts before call duty; of shifts that overlap the one that ends last is told.
    """
    known = list(duties)
    if not known:
        return None
    running = [
        (duty, duty.span_of(day)[1])
        for duty in known
        for day in (local.date(), local.date() - DAY)
        if duty.stands_on(day, offices) and duty.span_of(day)[0] <= local < duty.span_of(day)[1]
    ]
    there = [until for duty, until in running if not duty.is_on_call]
    called = [until for duty, until in running if duty.is_on_call]
    return Standing(
        is_on_duty=bool(there),
        is_on_call=bool(called) and not there,
        until=max(there or called, default=None),
        following=None if there else _following(known, local, offices),
    )


def _following(duties: list[Duty], local: datetime, offices: Offices) -> datetime | None:
    for number in range(FAR):
        day = local.date() + DAY * number
        begins = [
            duty.span_of(day)[0]
            for duty in duties
            if not duty.is_on_call and duty.stands_on(day, offices) and duty.span_of(day)[0] > local
        ]
        if begins:
            return min(begins)
    return None
