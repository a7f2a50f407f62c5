from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.statistics.domain.periods import Frequency, Period
from shizheng.statistics.domain.quality import ObservationStatus, derived, weightiest
from shizheng.statistics.domain.vintages import (
    Released,
    ReleaseRule,
    as_of_vintage,
    as_published,
    is_embargoed,
    next_release,
    release_at,
    revisions,
)

TAIPEI = ZoneInfo("Asia/Taipei")
MARCH, APRIL = Period.parse("2020-03"), Period.parse("2020-04")
NINE = time(9)
RULE = ReleaseRule(10, NINE, TAIPEI)


def released(value, vintage, on, *, period=MARCH, cell="64000010", why=""):
    at = datetime(2020, 4, on, 9, tzinfo=TAIPEI)
    return Released(period, cell, Decimal(value), vintage, at, why=why)


ROWS = [
    released(8, 2, 20, why="late reports"),
    released(7, 1, 10),
    released(5, 1, 10, cell="64000020"),
    released(9, 3, 30, period=APRIL),
]


def values(edition):
    return {(period.code, cell): int(row.value) for (period, cell), row in edition.items()}


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ((10, 8, 59), {}),
        ((10, 9, 0), {("2020-03", "64000010"): 7, ("2020-03", "64000020"): 5}),
        ((20, 8, 59), {("2020-03", "64000010"): 7, ("2020-03", "64000020"): 5}),
        ((20, 9, 0), {("2020-03", "64000010"): 8, ("2020-03", "64000020"): 5}),
    ],
    ids=["before-the-first", "at-the-first", "before-the-revision", "at-the-revision"],
)
def test_what_was_public_on_a_day(moment, expected):
    day, hour, minute = moment
    at = datetime(2020, 4, day, hour, minute, tzinfo=TAIPEI)
    assert values(as_published(ROWS, at)) == expected
    assert values(as_published(ROWS, at.astimezone(UTC))) == expected


def test_a_vintage_keeps_what_it_left_alone():
    assert values(as_of_vintage(ROWS, 2)) == {
        ("2020-03", "64000010"): 8,
        ("2020-03", "64000020"): 5,
    }


def test_a_revision_says_old_new_when_and_why():
    (found,) = revisions(as_of_vintage(ROWS, 1), as_of_vintage(ROWS, 3))
    assert (found.period, found.cell, found.old, found.new) == (MARCH, "64000010", 7, 8)
    assert (found.vintage, found.why) == (2, "late reports")
    assert found.released_at == datetime(2020, 4, 20, 9, tzinfo=TAIPEI)


def test_the_same_number_again_is_no_revision():
    again = [*ROWS, released("5.0", 2, 20, cell="64000020")]
    assert len(revisions(as_of_vintage(again, 1), as_of_vintage(again, 2))) == 1


def test_a_figure_that_is_withdrawn_is_revised_to_nothing():
    gone = Released(MARCH, "64000020", None, 2, ROWS[0].released_at, ObservationStatus.MISSING)
    found = revisions(as_of_vintage([*ROWS, gone], 1), as_of_vintage([*ROWS, gone], 2))
    assert [(each.old, each.new) for each in found] == [(7, 8), (5, None)]


def test_a_vintage_that_is_there_twice_is_a_bug():
    with pytest.raises(ValueError, match="vintage 1 of 2020-03 64000010 is there twice"):
        as_of_vintage([*ROWS, released(6, 1, 11)], 9)
    with pytest.raises(ValueError, match="needs a time zone"):
        as_published(ROWS, datetime(2020, 4, 1))


EDITIONS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 4), st.integers(1, 28)),
    max_size=12,
)


@given(EDITIONS, st.integers(1, 28), st.integers(0, 20))
def test_what_was_published_stays_published_as_it_was(rows, day, later):
    """Rows that are released after a moment change nothing of what was public then."""
    made, counts = [], {}
    for period, cell, value, on in sorted(rows, key=lambda row: row[3]):
        counts[period, cell] = counts.get((period, cell), 0) + 1
        made.append(
            Released(
                MARCH + period,
                cell,
                Decimal(value),
                counts[period, cell],
                datetime(2020, 4, on, 9, tzinfo=TAIPEI),
            )
        )
    at = datetime(2020, 4, day, 9, tzinfo=TAIPEI)
    known = [row for row in made if row.released_at <= at]
    then = as_published(known, at)
    assert as_published(made, at) == then
    assert as_published(reversed(made), at) == then
    after = as_published(made, at + timedelta(days=later))
    assert set(then) <= set(after)
    replayed = {place: row.value for place, row in then.items()}
    for found in revisions(then, after):
        assert replayed[found.period, found.cell] == found.old != found.new
        replayed[found.period, found.cell] = found.new
    assert replayed == {place: after[place].value for place in then}


def weekday(day):
    return day + timedelta(days=max(0, 7 - day.isoweekday()) + 1) if day.isoweekday() > 5 else day


def test_figures_come_out_days_after_the_period_at_local_time():
    assert release_at(RULE, MARCH) == datetime(2020, 4, 10, 9, tzinfo=TAIPEI)
    april_10_is_a_saturday = Period.parse("2021-03")
    assert release_at(RULE, april_10_is_a_saturday, weekday).date() == date(2021, 4, 12)


@pytest.mark.parametrize(
    ("now", "period"),
    [
        (datetime(2020, 4, 10, 8, 59, tzinfo=TAIPEI), "2020-03"),
        (datetime(2020, 4, 10, 9, 0, tzinfo=TAIPEI), "2020-04"),
        (datetime(2020, 4, 10, 0, 59, tzinfo=UTC), "2020-03"),
        (datetime(2020, 4, 10, 1, 0, tzinfo=UTC), "2020-04"),
    ],
)
def test_the_next_release_is_after_now(now, period):
    assert next_release(RULE, Frequency.MONTH, now)[0].code == period


@given(
    st.sampled_from(Frequency),
    st.integers(0, 400),
    st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)),
)
def test_no_release_lies_between_now_and_the_next(frequency, days, moment):
    rule, now = ReleaseRule(days, NINE, TAIPEI), moment.replace(tzinfo=UTC)
    period, at = next_release(rule, frequency, now, weekday)
    assert at > now
    assert release_at(rule, period, weekday) == at
    assert release_at(rule, period.previous(), weekday) <= now


def test_an_embargo_ends_at_its_moment():
    at = release_at(RULE, MARCH)
    assert is_embargoed(at, at - timedelta(seconds=1))
    assert not is_embargoed(at, at)


@pytest.mark.parametrize("days", [-1, 4000])
def test_a_rule_out_of_range_is_a_bug(days):
    with pytest.raises(ValueError, match="0 to 3660 days"):
        ReleaseRule(days, NINE, TAIPEI)
    with pytest.raises(ValueError, match="a bare time"):
        ReleaseRule(1, time(9, tzinfo=UTC), TAIPEI)


def test_the_weightiest_flag_is_shown():
    status = ObservationStatus
    assert weightiest([]) == status.NORMAL
    assert weightiest([status.PROVISIONAL, status.BREAK, status.SUPPRESSED]) == status.BREAK
    assert weightiest([status.LOW_RELIABILITY, status.PROVISIONAL]) == status.PROVISIONAL


def test_a_computed_figure_is_as_good_as_its_weakest_input():
    status = ObservationStatus
    assert derived([status.NORMAL, status.PROVISIONAL]) == status.PROVISIONAL
    assert derived([status.BREAK, status.HOLIDAY]) == status.MISSING
    assert derived([status.NORMAL, status.SUPPRESSED]) == status.SUPPRESSED
    assert derived([status.NORMAL]) == status.NORMAL


def test_the_codes_are_those_of_sdmx():
    assert "".join(sorted(ObservationStatus)) == "ABDEFGHIJKLMNOPQSUVW"
