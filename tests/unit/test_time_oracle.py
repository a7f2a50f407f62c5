"""Due dates against an oracle that walks one day at a time and knows none of our arrays."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calendar_2020 import TAIPEI

from shizheng.kernel.time.amounts import Amount, Unit
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.clock import Clock, Extension, Pause
from shizheng.kernel.time.days import DayKind, DayRecord
from shizheng.kernel.time.explain import explain
from shizheng.kernel.time.period import due, due_before
from shizheng.kernel.time.progress import standing
from shizheng.kernel.time.rules import TW_APA48, Rule

FIRST, LAST = date(2020, 1, 1), date(2025, 3, 31)
ONE = timedelta(days=1)
EMPTY = WorkCalendar("x", FIRST, LAST, ())

dates = st.dates(date(2020, 1, 2), date(2020, 12, 31))
events = st.dates(date(2022, 1, 1), date(2022, 12, 31))
offsets = st.integers(0, 1100).map(lambda n: FIRST + timedelta(days=n))
records = st.lists(
    st.builds(DayRecord, offsets, st.sampled_from([DayKind.HOLIDAY, DayKind.WORKDAY])),
    max_size=80,
    unique_by=lambda record: record.on,
)
calendars = records.map(lambda found: WorkCalendar("x", FIRST, LAST, tuple(found)))
amounts = st.one_of(
    st.builds(Amount, st.integers(1, 40), st.just(Unit.WORKING_DAY)),
    st.builds(Amount, st.integers(1, 90), st.just(Unit.DAY)),
    st.builds(Amount, st.integers(1, 13), st.just(Unit.MONTH)),
    st.builds(Amount, st.just(1), st.just(Unit.YEAR)),
)
switches = st.booleans()
rules = st.builds(
    replace,
    st.just(TW_APA48),
    counts_first_day=switches,
    moves_on=switches,
    noon_applies=switches,
    make_up_day_ends=switches,
    back_moves_earlier=switches,
)


@st.composite
def paused_clocks(draw, rule=rules):
    received = draw(dates)
    marks = sorted(draw(st.lists(st.integers(0, 120), max_size=6)))
    days = [received + timedelta(days=mark) for mark in marks[: len(marks) // 2 * 2]]
    pauses = tuple(Pause(a, b) for a, b in zip(days[::2], days[1::2], strict=True))
    extensions = tuple(Extension(added=a) for a in draw(st.lists(amounts, max_size=2)))
    return Clock(received, draw(amounts), TAIPEI, draw(rule), pauses, extensions)


class Oracle:
    """The law, read aloud, one day after the other."""

    def __init__(self, calendar: WorkCalendar, rule: Rule) -> None:
        self.kinds = {record.on: record.kind for record in calendar.records}
        self.rule = rule

    def is_open(self, day):
        if day in self.kinds:
            return self.kinds[day] is DayKind.WORKDAY
        return day.isoweekday() < 6

    def may_end(self, day):
        if not self.rule.make_up_day_ends and day.isoweekday() >= 6:
            return False
        return self.is_open(day)

    def month_end(self, first, months):
        months += first.month
        year, month = first.year + (months - 1) // 12, (months - 1) % 12 + 1
        day = first
        while (day.year, day.month) != (year, month):
            day += ONE
        while (day + ONE).month == month and day.day != first.day:
            day += ONE
        return day - ONE if day.day == first.day else day

    def days_of(self, first, amount):
        """How many days the amount counts, and which days those may be."""
        if amount.unit is Unit.WORKING_DAY:
            return amount.count, self.is_open
        if amount.unit is Unit.DAY:
            return amount.count, lambda day: True
        months = amount.count * (12 if amount.unit is Unit.YEAR else 1)
        return (self.month_end(first, months) - first).days + 1, lambda day: True

    def ends(self, received, amounts, pauses):
        paused = {
            p.stops + timedelta(days=n) for p in pauses for n in range((p.again - p.stops).days)
        }
        day = received if not self.rule.counts_first_day else received - ONE
        for amount in amounts:
            left, counts = self.days_of(day + ONE, amount)
            while left:
                day += ONE
                left -= counts(day) and day not in paused
        counted_to = day
        while day in paused or (self.rule.moves_on and not self.may_end(day)):
            day += ONE
        noon = (
            self.rule.noon_applies
            and self.rule.moves_on
            and counted_to.isoweekday() == 6
            and self.kinds.get(counted_to) is not DayKind.HOLIDAY
            and day == counted_to + 2 * ONE
            and not {counted_to + ONE, day} & paused
        )
        return counted_to, day, noon


@given(dates, amounts, calendars, rules)
@settings(max_examples=100, deadline=None)
def test_a_period_ends_where_walking_ends(received, amount, calendar, rule):
    found = due(received, amount, calendar, tz=TAIPEI, rule=rule)
    expected = Oracle(calendar, rule).ends(received, [amount], [])
    assert (found.counted_to, found.due_on, found.is_at_noon) == expected


@given(paused_clocks(), calendars)
@settings(max_examples=200, deadline=None)
def test_a_clock_with_pauses_and_extensions_ends_where_walking_ends(clock, calendar):
    found = clock.due(calendar)
    expected = Oracle(calendar, clock.rule).ends(clock.received, clock.amounts, clock.pauses)
    assert found is not None
    assert (found.counted_to, found.due_on, found.is_at_noon) == expected


@given(paused_clocks(), calendars)
@settings(max_examples=100, deadline=None)
def test_the_explanation_counts_each_day_once_and_ends_on_the_due_date(clock, calendar):
    told = explain(clock, calendar)
    assert told.due == clock.due(calendar)
    assert [step.on for step in told.steps] == [
        clock.received + n * ONE for n in range(len(told.steps))
    ]
    assert told.steps[-1].on == told.due.due_on
    last = standing(clock, calendar, told.due.due_on)
    assert sum(step.counted for step in told.steps) == last.total
    assert last.remaining == 0


@given(paused_clocks(), calendars, st.integers(0, 200))
@settings(max_examples=100, deadline=None)
def test_used_and_remaining_are_what_the_explanation_counted(clock, calendar, later):
    on = clock.received + timedelta(days=later)
    told = explain(clock, calendar)
    now = standing(clock, calendar, on)
    assert now.used == sum(step.counted for step in told.steps if step.on <= on)
    assert now.is_overdue == (on > told.due.due_on)


@given(events, amounts.filter(lambda amount: amount.unit is not Unit.YEAR), calendars)
@settings(max_examples=200, deadline=None)
def test_counting_back_and_forth_meets(event, amount, calendar):
    rule = replace(TW_APA48, back_moves_earlier=False, moves_on=False)
    last = due_before(event, amount, calendar, tz=TAIPEI, rule=rule).due_on
    if amount.unit is Unit.MONTH:
        months = amount.count
        expected = max(
            day
            for day in (event - n * ONE for n in range(31 * months + 3))
            if (event.year - day.year) * 12 + event.month - day.month == months
            and day.day <= event.day
        )
        assert last == expected
    else:
        walker, left = event, amount.count
        while left:
            walker -= ONE
            left -= amount.unit is Unit.DAY or Oracle(calendar, rule).is_open(walker)
        assert last == walker


@given(
    st.integers(1, 48),
    st.lists(st.integers(0, 3000), max_size=6, unique=True).map(sorted),
    st.sampled_from([TAIPEI, ZoneInfo("Europe/Berlin")]),
)
@settings(max_examples=60, deadline=None)
def test_hours_run_minute_by_minute_outside_pauses(hours, marks, zone):
    received = datetime(2020, 3, 28, 9, 30, tzinfo=zone)  # Berlin loses an hour that night
    at = [received.astimezone(UTC) + timedelta(minutes=mark) for mark in marks]
    spans = list(zip(at[::2], at[1::2], strict=False))
    clock = Clock(
        received, Amount(hours, Unit.HOUR), zone, pauses=tuple(Pause(a, b) for a, b in spans)
    )
    minute, left = received.astimezone(UTC), hours * 60
    while left:
        left -= not any(a <= minute < b for a, b in spans)
        minute += timedelta(minutes=1)
    assert clock.due(EMPTY).due_at == minute


@given(paused_clocks(), calendars, st.integers(0, 60), st.integers(0, 30))
@settings(max_examples=100, deadline=None)
def test_pausing_and_resuming_never_loses_time(clock, calendar, start, length):
    whole = replace(clock, pauses=())
    stops = clock.received + timedelta(days=start)
    paused = whole.paused(stops).resumed(stops + timedelta(days=length))
    before, after = (standing(c, calendar, date(2025, 3, 1)) for c in (whole, paused))
    assert paused.due(calendar).due_on >= whole.due(calendar).due_on
    if Unit.MONTH not in {a.unit for a in clock.amounts} and len(clock.amounts) == 1:
        assert before.used == after.used == before.total == after.total
