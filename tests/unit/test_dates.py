from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.dates import (
    DateBeforeRoc,
    DateImpossible,
    DateUnreadable,
    WeekdayWrong,
    format_en,
    format_roc,
    format_roc_compact,
    format_roc_month,
    parse_date,
    parse_period,
    roc_year,
)
from shizheng.kernel.errors import DomainError
from shizheng.kernel.intervals import Interval

SECOND_OF_MARCH = date(2020, 3, 2)
republican = st.dates(date(1912, 1, 1), date(2910, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "109-03-02", "1090302", "109年3月2日", "民國109年3月2日", "中華民國 109 年 3 月 2 日",
        "109.3.2", "109/3/2", "2020-03-02", "20200302", "西元2020年3月2日", "１０９．３．２",
        "１０９年３月２日", "一〇九年三月二日", "一百零九年三月二日", "民國一百〇九年三月二日",
        "壹佰零玖年參月貳日", "109年3月2日（一）", "109年3月2日星期一", " 109-3-2 ", "民國1090302",
    ],
)  # fmt: skip
def test_one_day_is_read_in_all_its_dress(text):
    assert parse_date(text) == SECOND_OF_MARCH


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("民國元年1月1日", date(1912, 1, 1)),
        ("99年12月31日", date(2010, 12, 31)),
        ("0991231", date(2010, 12, 31)),
        ("一百十年十月二十一日", date(2021, 10, 21)),
        ("一一〇年十月廿一日", date(2021, 10, 21)),
        ("一百年十二月三十一日", date(2011, 12, 31)),
        ("1905-03-02", date(1905, 3, 2)),
    ],
)
def test_odd_years_and_days_are_read(text, expected):
    assert parse_date(text) == expected


@given(republican)
def test_every_form_that_is_printed_reads_back(day):
    assert parse_date(format_roc(day)) == day
    assert parse_date(format_roc(day, weekday=True)) == day
    assert parse_date(format_roc_compact(day)) == day
    assert parse_date(day.isoformat()) == day
    assert roc_year(day) == day.year - 1911


@given(
    st.text(alphabet="0123456789年月日民國前一〇十百元-/.（）() ", max_size=20)
    | st.text(max_size=70)
)
def test_no_text_gets_past_the_refusals(text):
    try:
        assert isinstance(parse_date(text), date)
    except DomainError as refusal:
        assert str(refusal)  # noqa: PT017


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("990302", DateUnreadable),
        ("02/03/2020", DateUnreadable),
        ("109年3月", DateUnreadable),
        ("", DateUnreadable),
        ("109-03-02x", DateUnreadable),
        ("109年2月30日", DateImpossible),
        ("109-13-01", DateImpossible),
        ("9999-12-32", DateImpossible),
        ("民國前1年3月2日", DateBeforeRoc),
        ("0000302", DateBeforeRoc),
        ("109年3月2日（二）", WeekdayWrong),
    ],
)
def test_a_text_with_no_clear_reading_is_refused(text, refusal):
    with pytest.raises(refusal):
        parse_date(text)


def test_months_and_years_are_spans_of_days():
    assert parse_period("109年3月") == Interval(date(2020, 3, 1), date(2020, 4, 1))
    assert parse_period("109-12") == Interval(date(2020, 12, 1), date(2021, 1, 1))
    assert parse_period("民國109年") == Interval(date(2020, 1, 1), date(2021, 1, 1))
    assert parse_period("109年度") == Interval(date(2020, 1, 1), date(2021, 1, 1))
    assert parse_period("109.3.2") == Interval(SECOND_OF_MARCH, date(2020, 3, 3))


def test_dates_print_as_offices_print_them():
    assert format_roc(SECOND_OF_MARCH, weekday=True) == "109年3月2日（一）"
    assert format_roc_month(SECOND_OF_MARCH) == "109年3月"
    assert format_en(SECOND_OF_MARCH) == "2 March 2020"
    assert format_en(SECOND_OF_MARCH, weekday=True) == "Monday 2 March 2020"
    with pytest.raises(DateBeforeRoc):
        format_roc(date(1911, 12, 31))
