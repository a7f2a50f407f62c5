from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.dates import DateBeforeRoc
from shizheng.statistics.domain.errors import PeriodUnreadable
from shizheng.statistics.domain.periods import Frequency, Period, periods_between

DAYS = st.dates(date(1801, 1, 1), date(2998, 12, 31))
FREQUENCIES = st.sampled_from(Frequency)
PERIODS = st.builds(Period.of, FREQUENCIES, DAYS)


@pytest.mark.parametrize(
    ("code", "start", "end", "roc", "english"),
    [
        ("2020", date(2020, 1, 1), date(2021, 1, 1), "109年", "2020"),
        ("2020-S1", date(2020, 1, 1), date(2020, 7, 1), "109年上半年", "first half of 2020"),
        ("2020-S2", date(2020, 7, 1), date(2021, 1, 1), "109年下半年", "second half of 2020"),
        ("2020-Q1", date(2020, 1, 1), date(2020, 4, 1), "109年第1季", "Q1 2020"),
        ("2020-Q4", date(2020, 10, 1), date(2021, 1, 1), "109年第4季", "Q4 2020"),
        ("2020-02", date(2020, 2, 1), date(2020, 3, 1), "109年2月", "February 2020"),
        ("2020-W01", date(2019, 12, 30), date(2020, 1, 6), "109年第1週", "week 1 of 2020"),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 4), "109年第53週", "week 53 of 2020"),
        ("2020-02-29", date(2020, 2, 29), date(2020, 3, 1), "109年2月29日", "29 February 2020"),
    ],
)
def test_a_code_is_a_span_of_days_with_a_label(code, start, end, roc, english):
    period = Period.parse(code)
    assert (period.start, period.end, period.code) == (start, end, code)
    assert (period.label_roc(), period.label_en()) == (roc, english)
    assert period.label_common() == roc.replace("109年", "2020年")


@pytest.mark.parametrize(
    "code",
    [
        *("", "109", "2020-13", "2020-00", "2020-W54", "2019-W53", "2020-W00", "2019-02-29"),
        *("2020-Q5", "2020-S3", "2020-3", "20200302", "2020-H1", "1799", "3000", "２０２０"),
        *("2020-01-01T00:00", "2020-A2", " 2020", "2020\n"),
    ],
)
def test_what_is_not_a_period_is_refused(code):
    with pytest.raises(PeriodUnreadable, match="is not a period"):
        Period.parse(code)


def test_reporting_years_and_months_are_read():
    assert Period.parse("2020-A1").code == "2020"
    assert Period.parse("2020-M03").code == "2020-03"


@given(PERIODS)
def test_a_code_is_read_back_as_the_same_period(period):
    assert Period.parse(period.code) == period


@given(FREQUENCIES, DAYS)
def test_a_day_lies_in_exactly_one_period(frequency, day):
    period = Period.of(frequency, day)
    assert day in period
    assert day not in period.next()
    assert day not in period.previous()
    assert period.previous().end == period.start
    assert period.last_day + timedelta(days=1) == period.next().start


@given(PERIODS)
def test_number_and_year_name_the_period(period):
    year_before = period.a_year_before()
    if year_before is None:
        assert period.code.endswith(("-02-29", "-W53"))
    elif period.frequency != Frequency.DAY:
        assert (year_before.year, year_before.number) == (period.year - 1, period.number)
    else:
        assert year_before.code[5:] == period.code[5:]


@given(PERIODS, FREQUENCIES)
def test_parts_belong_to_their_whole_without_gap(period, frequency):
    if frequency.is_coarser_than(period.frequency):
        with pytest.raises(ValueError, match="no parts"):
            period.parts(frequency)
        return
    parts = period.parts(frequency)
    assert {part.within(period.frequency) for part in parts} == {period}
    assert parts == periods_between(parts[0], parts[-1])
    assert parts[0].previous().within(period.frequency) == period.previous()
    assert parts[-1].next().within(period.frequency) == period.next()


def test_a_week_belongs_where_its_thursday_lies():
    assert Period.parse("2020-W05").within(Frequency.MONTH).code == "2020-01"
    assert Period.parse("2020-W14").within(Frequency.MONTH).code == "2020-04"
    assert Period.parse("2020-W53").within(Frequency.YEAR).code == "2020"


def test_periods_run_from_first_to_last():
    first, last = Period.parse("2019-11"), Period.parse("2020-02")
    codes = [period.code for period in periods_between(first, last)]
    assert codes == ["2019-11", "2019-12", "2020-01", "2020-02"]
    assert periods_between(last, first) == []


def test_periods_of_different_frequency_are_not_compared():
    with pytest.raises(TypeError, match="different frequency"):
        _ = Period.parse("2020") < Period.parse("2020-01")


def test_there_is_no_roc_year_before_the_republic():
    assert Period.parse("1912").label_roc() == "1年"
    with pytest.raises(DateBeforeRoc):
        Period.parse("1911-12").label_roc()


@pytest.mark.parametrize("frequency", Frequency)
def test_the_ends_of_the_calendar_are_refused(frequency):
    first = Period.of(frequency, date(1, 1, 1))
    last = Period.of(frequency, date(9998, 12, 28 if frequency == Frequency.WEEK else 31))
    assert (first.year, first.start) == (1, date(1, 1, 1))
    assert (last.year, last.end.year) == (9998, 9999)
    for beyond in (first.previous, last.next):
        with pytest.raises(ValueError, match="1 to 9998"):
            beyond()
