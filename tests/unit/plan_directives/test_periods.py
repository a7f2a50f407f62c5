import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.plan.directives.domain.periods import (
    EARLIEST,
    LATEST,
    Cadence,
    GraceTooEarly,
    Lock,
    PeriodBeforeDirective,
    PeriodLocked,
    PeriodNotBegun,
    PeriodNotOver,
    PeriodUnknown,
    ReportPeriod,
    check_may_file,
    check_may_lock,
    period_beginning,
    period_of,
    periods_between,
)

DAYS = st.dates(EARLIEST, LATEST - timedelta(days=200))
MARCH = ReportPeriod(date(2020, 3, 1), date(2020, 4, 1))


@given(DAYS, st.sampled_from(Cadence))
def test_every_day_lies_in_one_period_and_periods_join_without_a_gap(day, cadence):
    period = period_of(day, cadence)
    assert period.first <= day < period.end
    assert period_of(period.first, cadence) == period_of(period.last, cadence) == period
    assert period_of(period.end, cadence).first == period.end
    assert period_beginning(period.first, cadence) == period


@given(DAYS, st.integers(0, 150), st.sampled_from(Cadence))
def test_periods_between_two_days_cover_them_in_order(first, length, cadence):
    last = first + timedelta(days=length)
    periods = list(periods_between(first, last, cadence))
    assert periods[0].first <= first < periods[0].end
    assert periods[-1].first <= last < periods[-1].end
    assert all(a.end == b.first for a, b in itertools.pairwise(periods))


@pytest.mark.parametrize(
    ("day", "cadence", "first", "end"),
    [
        pytest.param("2020-02-29", "monthly", "2020-02-01", "2020-03-01", id="leap-day"),
        pytest.param("2020-12-31", "monthly", "2020-12-01", "2021-01-01", id="december"),
        pytest.param("2020-12-31", "quarterly", "2020-10-01", "2021-01-01", id="last-quarter"),
        pytest.param("2020-01-01", "quarterly", "2020-01-01", "2020-04-01", id="first-quarter"),
        pytest.param("2020-03-10", "biweekly", "2020-03-02", "2020-03-16", id="fortnight"),
    ],
)
def test_known_periods(day, cadence, first, end):
    found = period_of(date.fromisoformat(day), Cadence(cadence))
    assert found == ReportPeriod(date.fromisoformat(first), date.fromisoformat(end))


def test_a_day_inside_a_period_begins_none_and_the_refusal_says_which_day_does():
    with pytest.raises(PeriodUnknown, match="2020-03-01"):
        period_beginning(date(2020, 3, 2), Cadence.MONTHLY)


def test_a_day_outside_a_thousand_years_is_a_bug_of_the_caller():
    with pytest.raises(ValueError, match="1911-12-31"):
        period_of(date(1911, 12, 31), Cadence.MONTHLY)


@pytest.mark.parametrize(
    ("today", "lock", "was_returned", "refusal"),
    [
        pytest.param("2020-03-01", None, False, None, id="first-day"),
        pytest.param("2020-02-29", None, False, PeriodNotBegun, id="day-before"),
        pytest.param("2020-09-01", None, False, None, id="late-but-not-locked"),
        pytest.param("2020-04-06", Lock(), False, PeriodLocked, id="locked"),
        pytest.param("2020-04-06", Lock(), True, PeriodLocked, id="locked-without-grace"),
        pytest.param("2020-04-10", Lock(date(2020, 4, 10)), True, None, id="last-day-of-grace"),
        pytest.param("2020-04-11", Lock(date(2020, 4, 10)), True, PeriodLocked, id="grace-over"),
        pytest.param(
            "2020-04-10", Lock(date(2020, 4, 10)), False, PeriodLocked, id="grace-is-for-returned"
        ),
    ],
)
def test_when_a_period_may_be_reported(today, lock, was_returned, refusal):
    def check() -> None:
        check_may_file(
            MARCH,
            issued_on=date(2020, 3, 31),
            today=date.fromisoformat(today),
            lock=lock,
            was_returned=was_returned,
        )

    if refusal is None:
        check()
    else:
        with pytest.raises(refusal):
            check()


def test_a_period_over_before_the_directive_is_refused():
    with pytest.raises(PeriodBeforeDirective):
        check_may_file(
            MARCH, issued_on=date(2020, 4, 1), today=date(2020, 4, 1), lock=None, was_returned=False
        )


def test_a_period_is_locked_after_its_end_and_grace_lies_ahead():
    check_may_lock(MARCH, today=date(2020, 4, 1), grace_until=date(2020, 4, 1))
    with pytest.raises(PeriodNotOver):
        check_may_lock(MARCH, today=date(2020, 3, 31), grace_until=None)
    with pytest.raises(GraceTooEarly):
        check_may_lock(MARCH, today=date(2020, 4, 2), grace_until=date(2020, 4, 1))
