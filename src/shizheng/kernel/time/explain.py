"""A clock's arithmetic in words: a summary, and day by day, in Chinese and English."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from shizheng.kernel.dates import WEEKDAYS_ZH
from shizheng.kernel.time import sentences
from shizheng.kernel.time.amounts import Amount, Unit
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.clock import Clock
from shizheng.kernel.time.counting import NEVER, Course
from shizheng.kernel.time.days import DayKind
from shizheng.kernel.time.period import Due, due_before, local_day
from shizheng.kernel.time.progress import counted_days
from shizheng.kernel.time.rules import Rule
from shizheng.kernel.time.words import LONG_EN, day_off

Text = tuple[str, str]  # Chinese, English


@dataclass(frozen=True, slots=True)
class Step:
    """One day of a count (逐日說明): counted or not, and why."""

    on: date
    counted: bool
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a due date came about; ``due`` is None while the clock stands still."""

    due: Due | None
    steps: tuple[Step, ...]
    zh: str
    en: str


def explain(clock: Clock, calendar: WorkCalendar) -> Explanation:
    """Explain when ``clock`` ends: one step a day from receipt to the end, and a summary.

    A clock of hours has one step for each start, stop and end.

    Raises:
        CalendarOutOfRange: the calendar is too short.
    """
    if clock.counts_hours:
        return _explain_hours(clock, calendar)
    rule = clock.reading(calendar)
    found = clock.course(calendar, rule)
    due = clock.due(calendar)
    zh, en = sentences.summary(clock, calendar, rule, found, due)
    return Explanation(due, tuple(_steps(clock, calendar, rule, found)), zh, en)


def _steps(clock: Clock, calendar: WorkCalendar, rule: Rule, found: Course) -> Iterator[Step]:
    received = local_day(clock.received, clock.tz)
    pauses = clock.pause_days()
    numbers = {day: n for n, day in enumerate(counted_days(found.runs, calendar), start=1)}
    units = {day: run.unit for run in found.runs for day in range(run.first, run.last + 1)}
    last = found.ends if found.ends is not None else pauses[-1][0]
    for day in range(received, last + 1):
        on = date.fromordinal(day)
        stop = next((i for i, (stops, again) in enumerate(pauses) if stops <= day < again), None)
        if day == received and not rule.counts_first_day:
            reason = ("收件當日，不計", "day of receipt, not counted")
        elif stop is not None:
            pause = next(p for p in clock.pauses if local_day(p.stops, clock.tz) == pauses[stop][0])
            reason = _stopped(pause.reason_zh, pause.reason_en, pauses[stop][1] == NEVER)
        elif day in numbers:
            reason = _numbered(on, numbers[day], units[day], calendar)
        elif day in units:
            off_zh, off_en = day_off(on, calendar)
            reason = (f"{off_zh}，不是工作天，不計", f"{off_en}, no working day, not counted")
        else:
            reason = _beyond(on, rule, calendar)
        yield Step(on, day in numbers, *_with_end(reason, on, found, calendar))


def _stopped(zh: str, en: str, is_open: bool) -> Text:
    why_zh = f"（{zh}）" if zh else ""
    why_en = f" ({en or zh})" if en or zh else ""
    if is_open:
        return f"自這天起停止計算{why_zh}", f"the clock stands still from this day on{why_en}"
    return f"停止計算{why_zh}，不計", f"the clock stands still{why_en}, not counted"


def _numbered(on: date, number: int, unit: Unit, calendar: WorkCalendar) -> Text:
    if unit is not Unit.WORKING_DAY:
        return f"第{number}日", f"day {number}"
    if calendar.day(on).kind is DayKind.WORKDAY:
        return f"補行上班，第{number}個工作天", f"make-up working day, working day {number}"
    return f"第{number}個工作天", f"working day {number}"


def _beyond(on: date, rule: Rule, calendar: WorkCalendar) -> Text:
    day = calendar.day(on)
    if not day.is_working:
        zh, en = day_off(on, calendar)
        return f"{zh}，順延", f"{en}, moves on"
    if day.kind is DayKind.WORKDAY and not rule.make_up_day_ends:
        return (
            "補行上班的星期六，不作末日，順延",
            "make-up Saturday, may not end a period, moves on",
        )
    weekday = f"星期{WEEKDAYS_ZH[on.weekday()]}", LONG_EN[on.weekday()]
    return f"{weekday[0]}，上班", f"{weekday[1]}, offices open"


def _with_end(reason: Text, on: date, found: Course, calendar: WorkCalendar) -> Text:
    zh, en = reason
    day = on.toordinal()
    if day == found.ends:
        noon = ("，到中午12時為止", ", until 12:00 noon") if found.at_noon else ("", "")
        return f"{zh}，期限末日{noon[0]}", f"{en}, the last day{noon[1]}"
    if day == found.counted_to:
        off = ("", "") if calendar.is_working(on) else day_off(on, calendar)
        why = (f"是{off[0]}，", f" ({off[1]})") if off[0] else off
        return (
            f"{zh}，算完；{why[0]}末日順延",
            f"{en}{why[1]}, the count is full; the last day moves on",
        )
    return reason


def _explain_hours(clock: Clock, calendar: WorkCalendar) -> Explanation:
    runs, left = clock.hours_course()
    due = clock.due(calendar)
    steps = []
    for i, (first, last) in enumerate(runs):
        begins = (
            ("收件，即時起算", "received, runs at once") if i == 0 else ("繼續計算", "runs again")
        )
        steps.append(Step(first, True, *begins))
        ends = (
            ("停止計算", "stands still")
            if left or i + 1 < len(runs)
            else ("期限屆滿", "time is up")
        )
        steps.append(Step(last, False, *ends))
    zh, en = sentences.summary_of_hours(clock, due, left)
    return Explanation(due, tuple(steps), zh, en)


def explain_before(
    event: date, amount: Amount, calendar: WorkCalendar, *, tz: tzinfo, rule: Rule
) -> Explanation:
    """Explain a count back from ``event``: steps from the event to the last day in time.

    Raises:
        CalendarOutOfRange, HoursNeedMoment: as for ``due_before``.
    """
    due = due_before(event, amount, calendar, tz=tz, rule=rule)
    if amount.unit is not Unit.HOUR:
        event = date.fromordinal(local_day(event, tz))
    zh, en = sentences.summary_before(event, amount, due, calendar, rule)
    if amount.unit is Unit.HOUR:
        steps = (
            Step(event, False, "活動時刻", "the event"),
            Step(due.due_at, True, "最後時刻", "the last moment in time"),
        )
        return Explanation(due, steps, zh, en)
    return Explanation(due, tuple(_steps_back(event, amount, due, calendar)), zh, en)


def _steps_back(event: date, amount: Amount, due: Due, calendar: WorkCalendar) -> Iterator[Step]:
    yield Step(event, False, "活動當日，不計", "day of the event, not counted")
    number = 0
    for distance in range(1, (event - due.due_on).days + 1):
        on = event - timedelta(days=distance)
        is_open = calendar.is_working(on)
        counts = on >= due.counted_to and (is_open or amount.unit is not Unit.WORKING_DAY)
        number += counts
        off = day_off(on, calendar)
        if counts:
            unit = ("個工作天", "working day") if amount.unit is Unit.WORKING_DAY else ("日", "day")
            zh, en = f"往前第{number}{unit[0]}", f"{unit[1]} {number} back"
        elif on > due.counted_to:
            zh, en = f"{off[0]}，不是工作天，不計", f"{off[1]}, no working day, not counted"
        elif on == due.due_on:
            zh, en = "往前移到這天", "moved back to this day"
        elif is_open:
            zh, en = "補行上班的星期六，不作末日", "make-up Saturday, may not be the last day"
        else:
            zh, en = f"{off[0]}，再往前移", f"{off[1]}, moves earlier"
        if on == due.due_on:
            zh, en = f"{zh}，最後一天", f"{en}, the last day in time"
        yield Step(on, counts, zh, en)
