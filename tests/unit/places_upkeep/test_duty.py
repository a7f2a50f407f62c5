"""When a crew is on duty: weekdays, nights, holidays, make-up days, call duty."""

from datetime import date, datetime, time

import pytest

from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.places.upkeep.shifts.domain import Duty, Holidays, Offices, standing

WEEK, ALWAYS = frozenset({1, 2, 3, 4, 5}), frozenset(range(1, 8))
LINES = [
    f"{day},,{closed},{name}"
    for day, closed, name in (
        ("2020-02-10", 0, ""), ("2020-02-11", 0, ""), ("2020-02-12", 0, ""), ("2020-02-13", 0, ""),
        ("2020-02-14", 0, ""), ("2020-02-15", 0, "補行上班"), ("2020-02-16", 1, ""),
        ("2020-02-17", 0, ""), ("2020-02-18", 0, ""), ("2020-02-19", 0, ""), ("2020-02-20", 0, ""),
        ("2020-02-21", 0, ""), ("2020-02-22", 1, ""), ("2020-02-23", 1, ""), ("2020-02-24", 0, ""),
        ("2020-02-25", 0, ""), ("2020-02-26", 0, ""), ("2020-02-27", 0, ""),
        ("2020-02-28", 1, "和平紀念日"), ("2020-02-29", 1, ""),
    )
]  # fmt: skip
OFFICES = Offices(WorkCalendar.from_csv(["date,weekday_zh,is_holiday,description_zh", *LINES]))
DAY = Duty(WEEK, time(8), time(17))
NIGHT = Duty(ALWAYS, time(22), time(6), Holidays.KEPT)
CALL = Duty(ALWAYS, time(17), time(8), Holidays.KEPT, is_on_call=True)
HOLIDAY = Duty(ALWAYS, time(8), time(12), Holidays.ONLY)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("duty", "moment", "is_there"),
    [
        pytest.param(DAY, "2020-02-14 08:00", True, id="the start belongs to it"),
        pytest.param(DAY, "2020-02-14 17:00", False, id="the end does not"),
        pytest.param(DAY, "2020-02-15 09:00", True, id="a make-up Saturday is worked"),
        pytest.param(DAY, "2020-02-22 09:00", False, id="another Saturday is not"),
        pytest.param(DAY, "2020-02-28 09:00", False, id="a holiday is not"),
        pytest.param(
            Duty(frozenset({1, 2}), time(8), time(17)), "2020-02-15 09:00", False,
            id="a make-up day is for who works the whole week",
        ),
        pytest.param(
            Duty(WEEK, time(8), time(17), Holidays.KEPT), "2020-02-28 09:00", True,
            id="a shift that is kept on holidays",
        ),
        pytest.param(HOLIDAY, "2020-02-28 09:00", True, id="a holiday shift on a holiday"),
        pytest.param(HOLIDAY, "2020-02-15 09:00", False, id="but not on a make-up Saturday"),
        pytest.param(NIGHT, "2020-02-29 05:59", True, id="a night belongs to the day before"),
        pytest.param(NIGHT, "2020-02-29 06:00", False, id="and ends in the morning"),
        pytest.param(DAY, "2021-03-06 09:00", False, id="past the calendar weekends are closed"),
        pytest.param(DAY, "2021-03-05 09:00", True, id="and weekdays open"),
    ],
)  # fmt: skip
def test_a_shift_runs_by_weekday_time_and_calendar(duty, moment, is_there):
    assert standing([duty], at(moment), OFFICES).is_on_duty is is_there


def test_equal_times_are_a_whole_day():
    whole = Duty(ALWAYS, time(8), time(8), Holidays.KEPT)
    assert standing([whole], at("2020-02-16 07:59"), OFFICES).until == at("2020-02-16 08:00")


def test_the_next_shift_skips_the_holidays():
    found = standing([DAY], at("2020-02-27 17:00"), OFFICES)
    assert found.is_off
    assert found.following == datetime(2020, 3, 2, 8)  # past the calendar: the next Monday


def test_presence_counts_before_call_duty_and_call_duty_is_no_next_shift():
    assert standing([DAY, CALL], at("2020-02-14 16:59"), OFFICES).until == at("2020-02-14 17:00")
    found = standing([DAY, CALL], at("2020-02-14 17:00"), OFFICES)
    assert (found.is_on_duty, found.is_on_call, found.is_off) == (False, True, False)
    assert found.until == at("2020-02-15 08:00")
    assert found.following == at("2020-02-15 08:00")
    assert standing([CALL], at("2020-02-14 12:00"), OFFICES).following is None


def test_a_crew_without_shifts_has_no_standing():
    assert standing([], at("2020-02-14 12:00"), OFFICES) is None


def test_a_weekend_is_the_citys_own():
    friday = WorkCalendar("town", date(2026, 1, 1), date(2026, 12, 31), (), frozenset({4, 5}))
    sunday_to_thursday = Duty(frozenset({7, 1, 2, 3, 4}), time(8), time(17))
    for moment, is_there in (("2026-03-06 09:00", False), ("2026-03-08 09:00", True)):
        assert standing([sunday_to_thursday], at(moment), Offices(friday)).is_on_duty is is_there
