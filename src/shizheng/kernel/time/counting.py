"""Counts days over a calendar's arrays: forwards with pauses, to month ends, and backwards.

Days are proleptic ordinals throughout; nothing here knows about clocks or words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from shizheng.kernel.time.amounts import Amount, Unit
from shizheng.kernel.time.calendar import Tables, WorkCalendar
from shizheng.kernel.time.rules import Rule

NEVER = date.max.toordinal()
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Span = tuple[int, int]  # first day of a pause, and the day it runs again (NEVER while open)


def month_later(day: int, months: int) -> tuple[int, bool]:
    """Return the day ``months`` later (negative: earlier), and whether it is the corresponding one.

    A month without the corresponding day gives its last day. Beyond the years 1 to 9999: NEVER
    or 0.
    """
    start = date.fromordinal(day)
    wanted = start.day
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return (NEVER if months > 0 else 0), False
    last = _LENGTHS[month]
    if month == 1 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        last = 29
    if wanted > last:
        return date(year, month + 1, last).toordinal(), False
    return date(year, month + 1, wanted).toordinal(), True


def last_day_of(first: int, count: int, unit: Unit, calendar: WorkCalendar) -> int:
    """Return the last day of a period whose first counted day is ``first``, before any move.

    Months and years end on the day before the corresponding day; where the last month has no
    such day, on its end. Source: 行政程序法 art. 48(3).

    Raises:
        CalendarOutOfRange: it begins before or ends after the calendar.
    """
    tables = calendar.tables
    offset = first - tables.low
    if offset < 0 or first > tables.high:
        raise calendar.out_of_range(_shown(first))
    if unit is Unit.WORKING_DAY:
        position = tables.before[offset] + count - 1
        if position >= len(tables.working):
            raise calendar.out_of_range(f"{count}{unit} from {_shown(first)}")
        return tables.working[position]
    if unit is Unit.DAY:
        end = first + count - 1
    else:
        end, corresponds = month_later(first, count if unit is Unit.MONTH else 12 * count)
        end -= corresponds
    if end > tables.high:
        raise calendar.out_of_range(f"{count}{unit} from {_shown(first)}")
    return end


def _shown(day: int) -> object:
    return date.fromordinal(day) if 1 <= day <= NEVER else "a date beyond the year 9999"


def counted(first: int, last: int, unit: Unit, tables: Tables) -> int:
    """Count the days from ``first`` to ``last`` that a period in ``unit`` counts."""
    if last < first:
        return 0
    if unit is Unit.WORKING_DAY:
        return tables.before[last + 1 - tables.low] - tables.before[first - tables.low]
    return last - first + 1


class Run(NamedTuple):
    """A stretch of days in which a clock ran, both ends included; ``unit`` says what counts.

    A named tuple, as one is made for every stretch of every clock.
    """

    first: int
    last: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Course:
    """How a period went: its runs, what it still lacks where it stands still, and its end.

    ``counted_to`` is the last counted day and ``ends`` the day it moved to; both None while the
    period stands still. ``total`` counts all days it allows, ``left`` those still to run.
    ``at_noon``: over at 12:00.
    """

    runs: tuple[Run, ...]
    total: int
    counted_to: int | None
    ends: int | None
    left: int = 0
    at_noon: bool = False


def course(
    received: int,
    amounts: Sequence[Amount],
    pauses: Sequence[Span],
    calendar: WorkCalendar,
    rule: Rule,
) -> Course:
    """Count ``amounts``, one after the other, from the day of receipt on, skipping ``pauses``.

    Raises:
        CalendarOutOfRange: the count leaves the calendar.
    """
    first = received if rule.counts_first_day else received + 1
    runs: list[Run] = []
    total = 0
    end: int | None = first - 1
    for amount in amounts:
        if end is None:
            break
        stretch, length, end = _leg(end + 1, amount, pauses, calendar)
        runs += stretch
        total += length
    if end is None:
        used = sum(counted(run.first, run.last, run.unit, calendar.tables) for run in runs)
        return Course(tuple(runs), total, None, None, total - used)
    ends, at_noon = moved(end, pauses, calendar, rule)
    return Course(tuple(runs), total, end, ends, at_noon=at_noon)


def _leg(
    first: int, amount: Amount, pauses: Sequence[Span], calendar: WorkCalendar
) -> tuple[list[Run], int, int | None]:
    """Run one amount through the pauses: its runs, its length in counted days, its last day."""
    tables = calendar.tables
    end = last_day_of(first, amount.count, amount.unit, calendar)
    unit = amount.unit if amount.unit is Unit.WORKING_DAY else Unit.DAY
    length = left = amount.count if unit is Unit.WORKING_DAY else end - first + 1
    runs = []
    for stops, again in pauses:
        if again <= first:
            continue
        if stops > end:
            break
        if stops > first:
            runs.append(Run(first, stops - 1, unit))
            left -= counted(first, stops - 1, unit, tables)
        if again == NEVER:
            return runs, length, None
        first = again
        end = last_day_of(first, left, unit, calendar)
    runs.append(Run(first, end, unit))
    return runs, length, end


def moved(
    end: int, pauses: Sequence[Span], calendar: WorkCalendar, rule: Rule
) -> tuple[int | None, bool]:
    """Return the day to which the last day ``end`` moves, and whether it is over at noon there.

    A last day on a day off moves to the next open day; from an ordinary Saturday to Monday, of
    which the morning counts if ``rule.noon_applies``. A pause that has begun by then holds the
    last day until the clock runs again; None if it still stands. Source: 行政程序法 art. 48(4).
    """
    tables = calendar.tables
    day = end
    if rule.moves_on:
        day = tables.ends[rule.make_up_day_ends][0][end - tables.low]
        if not day:
            raise calendar.out_of_range(f"the open day after {date.fromordinal(end)}")
    held = False
    for stops, again in pauses:
        if stops > day:
            break
        if stops <= day < again:
            if again == NEVER:
                return None, False
            held = True
            day = _next_end(again, calendar, rule)
    if day == end or held or not rule.noon_applies:
        return day, False
    return day, day == end + 2 and end % 7 == 6 and is_ordinary(end, tables)


def _next_end(day: int, calendar: WorkCalendar, rule: Rule) -> int:
    tables = calendar.tables
    if day > tables.high:
        raise calendar.out_of_range(date.fromordinal(day))
    if not rule.moves_on:
        return day
    following = tables.ends[rule.make_up_day_ends][0][day - tables.low]
    if not following:
        raise calendar.out_of_range(f"the open day after {date.fromordinal(day)}")
    return following


def is_ordinary(saturday: int, tables: Tables) -> bool:
    """True for a Saturday that is neither a named holiday nor a closure; make-up ones are."""
    special = tables.special.get(saturday)
    return special is None or tables.is_open[saturday - tables.low]


def counted_back(event: int, amount: Amount, calendar: WorkCalendar, rule: Rule) -> Span:
    """Count back from ``event``, which is not counted: the day reached, and the day it moves to.

    Raises:
        CalendarOutOfRange: the count leaves the calendar.
    """
    tables, count = calendar.tables, amount.count
    if not tables.low <= event <= tables.high:
        raise calendar.out_of_range(_shown(event))
    if amount.unit is Unit.WORKING_DAY:
        position = tables.before[event - tables.low] - count
        day = tables.working[position] if position >= 0 else 0
    elif amount.unit is Unit.DAY:
        day = event - count
    else:
        day, _ = month_later(event, -count if amount.unit is Unit.MONTH else -12 * count)
    reached = day
    if rule.back_clear_days:
        day -= 1
    if day >= tables.low and rule.back_moves_earlier:
        day = tables.ends[rule.make_up_day_ends][1][day - tables.low]
    if day < tables.low:
        raise calendar.out_of_range(f"{amount} before {date.fromordinal(event)}")
    return reached, day
