"""Due dates of periods without pauses: forwards from receipt, and back from an event."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.time.amounts import Amount, Unit
from shizheng.kernel.time.calendar import Tables, WorkCalendar
from shizheng.kernel.time.counting import counted_back, last_day_of, moved
from shizheng.kernel.time.rules import TW_APA48, Gain, Rule

NOON = time(12)
END_OF_DAY = time(23, 59, 59)
MOST_ENDINGS = 16


class HoursNeedMoment(DomainError):
    """Hours run from a moment, not from a day (以時計算須有時刻)."""

    code = "time.hours_need_moment"
    message = N_("{amount} counts hours, which run from a moment; “{start}” has no time of day.")
    hint = N_("Give date, time and zone, such as 2020-01-02T09:00+08:00, or an amount in days.")


@dataclass(frozen=True, slots=True)
class Due:
    """When a period ends (期限): ``due_at`` is the last second that is still in time.

    ``counted_to`` is the last counted day, before it moved on from a day off.
    """

    due_on: date
    due_at: datetime
    counted_to: date

    @property
    def is_at_noon(self) -> bool:
        """True if the law gives only the morning of ``due_on``."""
        return self.due_at.time() == NOON and self.due_on != self.counted_to


def due(
    received: date,
    amount: Amount,
    calendar: WorkCalendar,
    *,
    tz: tzinfo,
    rule: Rule = TW_APA48,
) -> Due:
    """Return when a period of ``amount`` from ``received`` ends (期限末日).

    Args:
        received: local date of receipt; for hours an aware datetime. An aware datetime is also
            taken for days: its local date in ``tz`` counts.
        amount: hours run at once; days begin on the day after receipt.
        calendar: must cover the span from receipt to the last day.
        tz: zone of the office, for ``due_at``.
        rule: how to count; the default is the Administrative Procedure Act art. 48.

    Raises:
        HoursNeedMoment: hours from a date, or from a datetime without zone.
        CalendarOutOfRange: the calendar is too short.

    Source: 行政程序法 art. 48.
    """
    if amount.unit is Unit.HOUR:
        return hours_due(moment(received, amount), amount.count, tz)
    day = received.toordinal() if type(received) is date else local_day(received, tz)
    if rule.adverse is not None:
        one, other = adverse_readings(rule)
        return better(
            _due(day, amount, calendar, tz, one), _due(day, amount, calendar, tz, other), rule
        )
    return _due(day, amount, calendar, tz, rule)


def _due(day: int, amount: Amount, calendar: WorkCalendar, tz: tzinfo, rule: Rule) -> Due:
    tables = calendar.tables
    if day < tables.low:
        raise calendar.out_of_range(date.fromordinal(day))
    first = day if rule.counts_first_day else day + 1
    end = last_day_of(first, amount.count, amount.unit, calendar)
    endings = tables.endings.get((id(rule), id(tz))) or _endings(tables, rule, tz)
    found = endings.by_day.get(end)
    if found is None:
        ends, at_noon = moved(end, (), calendar, rule)
        assert ends is not None  # noqa: S101 - without a pause a period always ends
        found = endings.by_day[end] = due_of(end, ends, at_noon, tz)
    return found


@dataclass(frozen=True, slots=True)
class Endings:
    """What each last counted day came to under one rule and zone; each is worked out once.

    Holds rule and zone, so that their identities, by which it is found, stay taken.
    """

    rule: Rule
    tz: tzinfo
    by_day: dict[int, Due]


def _endings(tables: Tables, rule: Rule, tz: tzinfo) -> Endings:
    if len(tables.endings) >= MOST_ENDINGS:
        tables.endings.clear()
    found = tables.endings[id(rule), id(tz)] = Endings(rule, tz, {})
    return found


def due_before(
    event: date, amount: Amount, calendar: WorkCalendar, *, tz: tzinfo, rule: Rule = TW_APA48
) -> Due:
    """Return the last day on which an act ``amount`` before ``event`` is in time (逆算期限).

    The day of the event is not counted: ten days before the 20th is the 10th. A day off moves to
    the open day before it (``rule.back_moves_earlier``). With ``rule.back_clear_days`` the days
    between must be whole, so the act is due a day earlier. Hours count back from the moment.

    Raises:
        HoursNeedMoment, CalendarOutOfRange: as for ``due``.
    """
    if amount.unit is Unit.HOUR:
        return hours_due(moment(event, amount), -amount.count, tz)
    reached, day = counted_back(local_day(event, tz), amount, calendar, rule)
    return due_of(reached, day, False, tz)


def due_of(end: int, ends: int, at_noon: bool, tz: tzinfo) -> Due:
    """Build the result from ordinals."""
    due_on = date.fromordinal(ends)
    due_at = datetime.combine(due_on, NOON if at_noon else END_OF_DAY, tz)
    return Due(due_on, due_at, due_on if end == ends else date.fromordinal(end))


def hours_due(start: datetime, hours: int, tz: tzinfo) -> Due:
    """Return the moment ``hours`` of real time after ``start`` (before it if negative)."""
    due_at = (start.astimezone(UTC) + timedelta(hours=hours)).astimezone(tz)
    return Due(due_at.date(), due_at, due_at.date())


def moment(start: date, amount: Amount) -> datetime:
    """Return ``start`` if it is an aware datetime.

    Raises:
        HoursNeedMoment: it is not.
    """
    if not isinstance(start, datetime) or start.tzinfo is None:
        raise HoursNeedMoment(amount=amount, start=start)
    return start


def local_day(start: date, tz: tzinfo) -> int:
    """Return the ordinal of a date, or of the local date of an aware datetime."""
    if isinstance(start, datetime) and start.tzinfo is not None:
        start = start.astimezone(tz)
    return start.toordinal()


@cache
def adverse_readings(rule: Rule) -> tuple[Rule, Rule]:
    """Return the two counts that art. 48(5) compares: the strict one and the ordinary one."""
    strict = replace(rule, adverse=None, counts_first_day=True, moves_on=False)
    return strict, replace(rule, adverse=None)


def better(strict: Due, ordinary: Due, rule: Rule) -> Due:
    """Return the strict count, or the ordinary one where that is better for the person."""
    if rule.adverse is Gain.LATER:
        return ordinary if ordinary.due_at > strict.due_at else strict
    return ordinary if ordinary.due_at < strict.due_at else strict
