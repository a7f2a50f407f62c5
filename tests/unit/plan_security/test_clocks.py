"""The clocks of incidents, by the figures of the regulation (110.8.23) and by their properties."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.plan.security.domain.clocks import (
    IncidentFacts,
    Limits,
    Step,
    clocks_of,
    months_later,
)

CITY = timezone(timedelta(hours=8))
HOURS = {"1": 72, "2": 72, "3": 36, "4": 36}
LIMITS = Limits(
    timedelta(hours=1), {level: timedelta(hours=hours) for level, hours in HOURS.items()}, 1
)
KNOWN = datetime(2020, 1, 30, 22, 15, tzinfo=CITY)
moments = st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1), timezones=st.just(CITY))
spans = st.timedeltas(timedelta(0), timedelta(days=90))


def clocks(level="1", known=KNOWN, **moments):
    facts = IncidentFacts(level, known, moments.pop("level_since", known), **moments)
    return {clock.step: clock for clock in clocks_of(facts, LIMITS)}


@pytest.mark.parametrize("level", HOURS)
def test_the_law_gives_an_hour_to_report_and_so_many_to_contain(level):
    found = clocks(level)
    assert found[Step.REPORT].due_at == datetime(2020, 1, 30, 23, 15, tzinfo=CITY)
    assert found[Step.CONTAIN].due_at == KNOWN + timedelta(hours=HOURS[level])


def test_the_report_is_due_a_month_after_damage_control_on_a_day_that_exists():
    found = clocks(contained_at=datetime(2020, 1, 31, 9, tzinfo=CITY))
    assert found[Step.INVESTIGATE].due_at == datetime(2020, 2, 29, 9, tzinfo=CITY)


def test_late_damage_control_does_not_move_the_report_while_it_is_late():
    assert clocks("3")[Step.INVESTIGATE].started_at == KNOWN + timedelta(hours=36)


def test_a_changed_level_is_to_be_reported_within_an_hour_of_the_change():
    changed = KNOWN + timedelta(hours=5)
    found = clocks("3", level_since=changed)
    assert found[Step.REPORT].due_at == changed + timedelta(hours=1)
    assert found[Step.CONTAIN].due_at == KNOWN + timedelta(hours=36)


@pytest.mark.parametrize(
    ("minutes", "in_time"), [(59, True), (60, True), (61, False)],
    ids=["before", "on-the-minute", "after"],
)  # fmt: skip
def test_the_last_moment_is_in_time(minutes, in_time):
    clock = clocks(reported_at=KNOWN + timedelta(minutes=minutes))[Step.REPORT]
    assert clock.is_in_time is in_time
    assert not clock.is_overdue(KNOWN + timedelta(days=9))


@given(known=moments, level=st.sampled_from(list(HOURS)), after=spans)
def test_a_clock_is_over_exactly_when_nothing_is_left(known, level, after):
    for clock in clocks(level, known).values():
        at = clock.started_at + after
        assert clock.due_at > clock.started_at
        assert clock.is_overdue(at) == (clock.left(at) < timedelta(0))


@given(known=moments, first=spans, second=spans)
def test_stopping_earlier_is_never_worse(known, first, second):
    early, late = sorted((first, second))
    done = [clocks(known=known, contained_at=known + each)[Step.CONTAIN] for each in (early, late)]
    assert done[0].is_in_time >= done[1].is_in_time


@given(moment=moments, months=st.integers(1, 36))
def test_months_later_keeps_the_day_or_ends_the_month(moment, months):
    later = months_later(moment, months)
    assert (later.year * 12 + later.month) - (moment.year * 12 + moment.month) == months
    assert later.day == moment.day or (later + timedelta(days=1)).day == 1
    assert later.time() == moment.time()


def test_a_level_without_a_limit_is_a_bug_of_the_caller():
    with pytest.raises(KeyError):
        clocks("5")
