from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.unit.calendar_2020 import CALENDAR, FIGURES, TAIPEI

from shizheng.kernel.registry import UnknownKey
from shizheng.kernel.time.amounts import Amount
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.days import CalendarOutOfRange
from shizheng.kernel.time.period import HoursNeedMoment, due, due_before
from shizheng.kernel.time.rules import TW_APA48, RuleMalformed, rule_from_mapping, rules

SHARED = Path(__file__).parents[2] / "../shared/data/calendar/taiwan_work_calendar_2017_2025.csv"


def ends(received, amount, rule=TW_APA48, calendar=CALENDAR):
    day = date.fromisoformat(received)
    return due(day, Amount.parse(amount), calendar, tz=TAIPEI, rule=rule)


@pytest.mark.parametrize(("received", "amount", "expected"), FIGURES)
def test_the_figures_of_the_law_hold(received, amount, expected):
    assert str(ends(received, amount).due_on) == expected


@pytest.mark.skipif(not SHARED.exists(), reason="the shared office calendar is not here")
@pytest.mark.parametrize(("received", "amount", "expected"), FIGURES)
def test_the_figures_hold_on_the_published_calendar(received, amount, expected):
    with SHARED.open(encoding="utf-8") as lines:
        calendar = WorkCalendar.from_csv(lines)
    assert str(ends(received, amount, calendar=calendar).due_on) == expected


@pytest.mark.parametrize(
    ("received", "amount", "expected"),
    [
        pytest.param("2020-02-29", "1mo", "2020-03-31", id="from-the-first-to-the-month-end"),
        pytest.param("2020-01-30", "1mo", "2020-03-02", id="no-31-february-so-its-end-then-moved"),
        pytest.param("2020-02-09", "1mo", "2020-03-09", id="day-before-the-corresponding-day"),
        pytest.param("2020-03-30", "1y", "2021-03-30", id="a-year"),
        pytest.param("2020-02-28", "1y", "2021-03-02", id="leap-day-has-no-fellow"),
        pytest.param("2020-09-30", "1d", "2020-10-05", id="holidays-then-weekend"),
        pytest.param("2020-08-25", "1d", "2020-08-27", id="typhoon-on-the-last-day"),
    ],
)
def test_last_days_follow_the_law(received, amount, expected):
    assert str(ends(received, amount).due_on) == expected


def test_from_an_ordinary_saturday_only_monday_morning_is_left():
    found = ends("2020-01-02", "30d")
    assert found.due_at == datetime(2020, 2, 3, 12, tzinfo=TAIPEI)
    assert found.counted_to == date(2020, 2, 1)
    assert found.is_at_noon


@pytest.mark.parametrize(
    ("received", "amount"),
    [
        pytest.param("2020-01-03", "30d", id="from-sunday"),
        pytest.param("2020-10-09", "1d", id="from-a-holiday-on-saturday"),
        pytest.param("2021-02-26", "1d", id="monday-is-a-holiday"),
        pytest.param("2020-09-16", "15d", id="from-a-thursday-holiday-over-saturday"),
        pytest.param("2020-01-22", "30d", id="not-moved"),
    ],
)
def test_in_all_other_cases_the_whole_day_is_left(received, amount):
    assert ends(received, amount).due_at.strftime("%H:%M:%S") == "23:59:59"


def test_noon_can_be_switched_off():
    found = ends("2020-01-02", "30d", replace(TW_APA48, noon_applies=False))
    assert found.due_at == datetime(2020, 2, 3, 23, 59, 59, tzinfo=TAIPEI)


def test_a_make_up_saturday_ends_a_period_unless_switched_off():
    assert ends("2020-02-14", "1d").due_on == date(2020, 2, 15)
    off = replace(TW_APA48, make_up_day_ends=False)
    assert ends("2020-02-14", "1d", off).due_at == datetime(2020, 2, 17, 12, tzinfo=TAIPEI)
    assert ends("2020-02-14", "1wd", off).due_on == date(2020, 2, 17)
    assert ends("2020-02-14", "2wd", off).due_on == date(2020, 2, 17)


def test_an_adverse_period_counts_the_first_day_and_does_not_move():
    assert ends("2020-01-02", "31d", rules["tw_apa48_adverse"]).due_on == date(2020, 2, 1)


def test_where_the_person_must_act_the_later_end_applies():
    assert ends("2020-01-02", "30d", rules["tw_apa48_adverse_deadline"]) == ends(
        "2020-01-02", "30d"
    )


def test_hours_run_at_once_through_nights_and_holidays():
    start = datetime(2020, 1, 23, 16, 30, tzinfo=TAIPEI)
    found = due(start, Amount.parse("24h"), CALENDAR, tz=TAIPEI)
    assert found.due_at == datetime(2020, 1, 24, 16, 30, tzinfo=TAIPEI)


@pytest.mark.parametrize("start", [date(2020, 1, 2), datetime(2020, 1, 2, 9)])
def test_hours_need_a_moment_with_a_zone(start):
    with pytest.raises(HoursNeedMoment):
        due(start, Amount.parse("24h"), CALENDAR, tz=TAIPEI)


def test_days_from_a_moment_count_from_its_local_date():
    late = datetime(2020, 1, 1, 17, tzinfo=UTC)
    assert due(late, Amount.parse("30d"), CALENDAR, tz=TAIPEI) == ends("2020-01-02", "30d")


@pytest.mark.parametrize(
    ("received", "amount"),
    [("2019-12-31", "1d"), ("2021-04-01", "30d"), ("2020-01-01", "2y"), ("2021-04-29", "3wd")],
)
def test_a_count_beyond_the_calendar_is_refused(received, amount):
    with pytest.raises(CalendarOutOfRange):
        ends(received, amount)


def before(event, amount, rule=TW_APA48):
    day = date.fromisoformat(event)
    return due_before(day, Amount.parse(amount), CALENDAR, tz=TAIPEI, rule=rule).due_on


@pytest.mark.parametrize(
    ("event", "amount", "expected"),
    [
        pytest.param("2020-03-20", "10d", "2020-03-10", id="ten-days-before"),
        pytest.param("2020-03-18", "10d", "2020-03-06", id="a-sunday-moves-to-friday"),
        pytest.param("2020-02-17", "2d", "2020-02-15", id="a-make-up-saturday-is-open"),
        pytest.param("2020-02-03", "3wd", "2020-01-22", id="working-days-over-new-year"),
        pytest.param("2020-03-31", "1mo", "2020-02-27", id="month-end-clamped-then-moved"),
        pytest.param("2021-03-15", "1y", "2020-03-13", id="a-year-back-from-a-sunday"),
    ],
)
def test_counting_back_leaves_the_event_out_and_moves_earlier(event, amount, expected):
    assert str(before(event, amount)) == expected


def test_counting_back_has_its_switches():
    stays = replace(TW_APA48, back_moves_earlier=False)
    assert before("2020-03-18", "10d", stays) == date(2020, 3, 8)
    clear = replace(TW_APA48, back_clear_days=True)
    assert before("2020-03-20", "10d", clear) == date(2020, 3, 9)


def test_counting_back_beyond_the_calendar_is_refused():
    for amount in ("30d", "10wd", "2mo"):
        with pytest.raises(CalendarOutOfRange):
            before("2020-01-08", amount)


def test_a_rule_is_data():
    mapping = {"id": "house", "name": {"zh-Hant": "自訂", "en": "House rule"}, "moves_on": False}
    assert ends("2020-01-02", "30d", rule_from_mapping(mapping)).due_on == date(2020, 2, 1)


@pytest.mark.parametrize(
    "change",
    [{"moves": True}, {"moves_on": "yes"}, {"name": "x"}, {"adverse": "both"}, {"id": 3}],
)
def test_a_malformed_rule_is_refused(change):
    mapping = {"id": "house", "name": {"zh-Hant": "自訂", "en": "House rule"}, **change}
    with pytest.raises(RuleMalformed):
        rule_from_mapping(mapping)


def test_an_unknown_rule_lists_the_known_ones():
    with pytest.raises(UnknownKey, match="tw_apa48"):
        rules["apa"]
