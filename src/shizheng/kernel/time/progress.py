"""How far a clock has come as of a day, and the days on which to warn."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.time.amounts import Amount, AmountInvalid, Unit
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.clock import Clock
from shizheng.kernel.time.counting import Course, Run, counted
from shizheng.kernel.time.days import CalendarOutOfRange
from shizheng.kernel.time.period import Due, due_before, local_day, moment

_SHARE = re.compile(r"([1-9][0-9]?)%")


class WarningInvalid(DomainError):
    """A text is no point at which to warn (預警點寫法有誤)."""

    code = "time.warning_invalid"
    message = N_("“{text}” is not a warning point.")
    hint = N_("Write a share of the time from 1% to 99%, or an amount before the end such as 2wd.")


class ClockState(StrEnum):
    """What a clock does on a day."""

    RUNNING = "running"  # 計算中
    PAUSED = "paused"  # 停止計算
    OVERDUE = "overdue"  # 逾期


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a clock stands as of ``on`` (時效狀況), in days that count, or seconds for hours.

    ``used`` includes the day ``on``. ``overdue`` counts what passed since the end. After the end,
    ``used`` stays at ``total``: what happens then is not recorded here.
    """

    on: date
    state: ClockState
    total: int
    used: int
    overdue: int

    @property
    def remaining(self) -> int:
        """What is left, never below 0."""
        return self.total - self.used

    @property
    def is_overdue(self) -> bool:
        """True if the end has passed."""
        return self.state is ClockState.OVERDUE


@dataclass(frozen=True, slots=True)
class WarningPoint:
    """When to warn (預警點): at a share of the time in percent, or an amount before the end."""

    percent: int | None = None
    before: Amount | None = None

    @classmethod
    def parse(cls, text: str) -> "WarningPoint":
        """Read ``50%`` or ``2wd``.

        Raises:
            WarningInvalid: anything else.
        """
        share = _SHARE.fullmatch(text)
        if share and text.isascii():
            return cls(percent=int(share[1]))
        try:
            return cls(before=Amount.parse(text))
        except AmountInvalid:
            raise WarningInvalid(text=text[:24]) from None

    def __str__(self) -> str:
        return f"{self.percent}%" if self.before is None else str(self.before)


def standing(clock: Clock, calendar: WorkCalendar, on: date) -> Standing:
    """Return how much is used, left and overdue as of ``on``.

    A date means that whole day; an aware datetime also sees an end at noon. A clock of hours
    needs a datetime.

    Raises:
        CalendarOutOfRange: the calendar is too short.
        HoursNeedMoment: a clock of hours, and ``on`` has no time of day.
    """
    if clock.counts_hours:
        return _standing_in_hours(clock, moment(on, clock.amount))
    rule = clock.reading(calendar)
    found = clock.course(calendar, rule)
    today = local_day(on, clock.tz)
    used = sum(
        counted(run.first, min(run.last, today), run.unit, calendar.tables) for run in found.runs
    )
    due = clock.due(calendar)
    late = 0
    state = ClockState.RUNNING
    if any(stops <= today < again for stops, again in clock.pause_days()):
        state = ClockState.PAUSED
    if due and (on > due.due_at if isinstance(on, datetime) else on > due.due_on):
        state = ClockState.OVERDUE
        late = _late(due.due_on.toordinal() + 1, today, found, calendar)
    return Standing(on, state, found.total, used, late)


def _late(first: int, today: int, found: Course, calendar: WorkCalendar) -> int:
    if today > calendar.tables.high:
        raise calendar.out_of_range(date.fromordinal(today))
    return counted(first, today, found.runs[-1].unit, calendar.tables)


def _standing_in_hours(clock: Clock, on: datetime) -> Standing:
    runs, left = clock.hours_course()
    seconds = [
        (min(last, on).astimezone(UTC) - first.astimezone(UTC)).total_seconds()
        for first, last in runs
        if on > first
    ]
    total = sum(amount.count for amount in clock.amounts) * 3600
    due_at = None if left else runs[-1][1]
    if due_at is not None and on > due_at:
        late = (on - due_at).total_seconds()
        return Standing(on, ClockState.OVERDUE, total, total, int(late))
    is_running = any(first <= on < last for first, last in runs) or on == due_at
    state = ClockState.RUNNING if is_running or on < clock.moment_of_receipt else ClockState.PAUSED
    return Standing(on, state, total, int(sum(seconds)), 0)


def warning_on(clock: Clock, point: WarningPoint, calendar: WorkCalendar) -> date | None:
    """Return the day (for hours: the moment) of a warning, or None while it cannot be known.

    A share falls on the day with which that share of the counted days is used up, rounded up;
    an amount is counted back from the end, the end not counted. Never before receipt.

    Raises:
        CalendarOutOfRange: the calendar is too short.
    """
    if point.percent is not None:
        if clock.counts_hours:
            return _share_of_hours(clock, point.percent)
        found = clock.course(calendar, clock.reading(calendar))
        return _nth_day(found.runs, -(-found.total * point.percent // 100), calendar)
    due = clock.due(calendar)
    if due is None or point.before is None:
        return None
    if clock.counts_hours and point.before.unit is Unit.HOUR:
        early = due_before(due.due_at, point.before, calendar, tz=clock.tz)
        return max(early.due_at, clock.moment_of_receipt)
    received = date.fromordinal(local_day(clock.received, clock.tz))
    try:
        early = due_before(_end(due, point), point.before, calendar, tz=clock.tz, rule=clock.rule)
    except CalendarOutOfRange:  # further back than the calendar, which covers the receipt
        return received
    return max(early.due_on, received)


def _end(due: Due, point: WarningPoint) -> date:
    return due.due_at if point.before and point.before.unit is Unit.HOUR else due.due_on


def _nth_day(runs: tuple[Run, ...], number: int, calendar: WorkCalendar) -> date | None:
    for day in counted_days(runs, calendar):
        number -= 1
        if not number:
            return date.fromordinal(day)
    return None


def counted_days(runs: tuple[Run, ...], calendar: WorkCalendar) -> Iterator[int]:
    """Yield the days that the runs count, as ordinals."""
    tables = calendar.tables
    for run in runs:
        for day in range(run.first, run.last + 1):
            if run.unit is not Unit.WORKING_DAY or tables.is_open[day - tables.low]:
                yield day


def _share_of_hours(clock: Clock, percent: int) -> datetime | None:
    left = timedelta(hours=sum(amount.count for amount in clock.amounts)) * percent / 100
    for first, last in clock.hours_course()[0]:
        length = last.astimezone(UTC) - first.astimezone(UTC)
        if left <= length:
            return (first.astimezone(UTC) + left).astimezone(clock.tz)
        left -= length
    return None
