"""Which crew is on duty, over midnight too, and which comes next."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.places.upkeep.shifts.domain import Holidays, Offices
from shizheng.services.dispatch.domain.duty import Crew, gaps, next_crew, on_duty, shift_at, shifts
from shizheng.services.dispatch.domain.stamps import Entry, Stamp, first_entries, summary

DAYS = timedelta(days=1)
DAY = Crew("day", "r", "works", starts=time(8), ends=time(20), order=1)
NIGHT = Crew("night", "r", "works", starts=time(20), ends=time(8), order=1)
FRIDAY_NIGHT = Crew("friday", "r", "works", days=frozenset({5}), starts=time(22), ends=time(6))
ALWAYS = Crew("always", "r", "works", order=9)
WATER = Crew("water", "r", "water", order=0)


@pytest.mark.parametrize(
    ("local", "code"),
    [
        ("2020-02-14T08:00", "day"),
        ("2020-02-14T19:59", "day"),
        ("2020-02-14T20:00", "night"),
        ("2020-02-14T00:00", "night"),
        ("2020-02-14T07:59", "night"),
    ],
)
def test_a_shift_begins_with_its_first_minute_and_ends_before_its_last(local, code):
    at = datetime.fromisoformat(local)
    assert [crew.code for crew in (DAY, NIGHT) if shift_at(crew, at)] == [code]


def test_a_shift_over_midnight_belongs_to_the_day_on_which_it_begins():
    saturday, friday = datetime(2020, 2, 15, 5, 59), datetime(2020, 2, 14, 5, 59)
    assert shift_at(FRIDAY_NIGHT, saturday).starts_at == datetime(2020, 2, 14, 22)
    assert shift_at(FRIDAY_NIGHT, friday) is None
    assert shift_at(FRIDAY_NIGHT, datetime(2020, 2, 15, 22)) is None


def test_equal_times_are_a_whole_day():
    for hour in (0, 8, 23):
        assert shift_at(ALWAYS, datetime(2020, 2, 14, hour)) is not None


def test_crews_of_the_agency_in_charge_come_first_then_by_order_then_by_place():
    near = Crew("near", "r", "works", areas=frozenset({"D1"}), order=9)
    far = Crew("far", "r", "works", areas=frozenset({"D2"}), order=1)
    other = Crew("other", "r", "works", services=frozenset({"else"}))
    found = on_duty(
        [WATER, ALWAYS, near, far, other, DAY],
        service="danger", areas=["D1", "V1"], agency="works", at=datetime(2020, 2, 14, 9),
    )  # fmt: skip
    assert [crew.code for crew in found] == ["day", "near", "always", "water"]


def test_after_a_miss_comes_the_next_and_after_all_the_first_again():
    waiting = [DAY, ALWAYS, WATER]
    asked: list[str] = []
    for _ in range(5):
        asked.append(next_crew(waiting, asked).code)
    assert asked == ["day", "always", "water", "day", "always"]


def test_nobody_on_duty_is_nobody():
    assert next_crew([], ["day"]) is None


def test_a_change_of_shift_asks_who_is_on_duty_now():
    assert next_crew([NIGHT, ALWAYS], ["day"]).code == "night"


def test_a_rota_names_the_hours_without_a_crew():
    morning = Crew("m", "r", "works", starts=time(6), ends=time(14))
    first, last = date(2020, 2, 14), date(2020, 2, 14)
    found = gaps([morning], first, last)
    assert found == [
        (datetime(2020, 2, 14), datetime(2020, 2, 14, 6)),
        (datetime(2020, 2, 14, 14), datetime(2020, 2, 15)),
    ]
    assert gaps([DAY, NIGHT], first, last) == []


def test_a_crew_that_rests_on_holidays_leaves_a_gap_and_works_the_make_up_day():
    lines = ["date,weekday_zh,is_holiday,description_zh"]
    closed = {16, 22, 23, 28, 29}  # the 15th is a Saturday that is worked, the 28th a holiday
    lines += [f"2020-02-{day},,{int(day in closed)}," for day in range(10, 30)]
    offices, week = Offices(WorkCalendar.from_csv(lines)), frozenset({1, 2, 3, 4, 5})
    resting = replace(DAY, days=week, holidays=Holidays.OFF, offices=offices)
    standing_in = replace(DAY, holidays=Holidays.ONLY, offices=offices)
    for day, codes in ((14, [True, False]), (15, [True, False]), (28, [False, True])):
        at = datetime(2020, 2, day, 9)
        assert [shift_at(each, at) is not None for each in (resting, standing_in)] == codes
    holiday = date(2020, 2, 28)
    assert gaps([resting], holiday, holiday) == [(datetime(2020, 2, 28), datetime(2020, 2, 29))]


crews = st.builds(
    Crew, code=st.sampled_from("abc"), roster=st.just("r"), agency=st.just("x"),
    days=st.frozensets(st.integers(1, 7)), starts=st.times(), ends=st.times(),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(crews, st.datetimes(datetime(2020, 1, 2), datetime(2020, 12, 30)))
def test_being_on_duty_agrees_with_the_list_of_shifts(crew, at):
    listed = any(
        shift.covers(at) for shift in shifts([crew], at.date() - 2 * DAYS, at.date() + DAYS)
    )
    assert (shift_at(crew, at) is not None) is listed


def test_a_stamp_is_the_first_time_that_a_state_was_entered():
    noon, evening = datetime(2020, 2, 14, 12), datetime(2020, 2, 14, 18)
    found = first_entries(
        [Entry("on_site", noon), Entry("made_safe", noon), Entry("on_site", evening)]
    )
    assert found == {"on_site": noon, "made_safe": noon}
    assert Stamp("on_site", {}, evening, noon).is_late
    assert Stamp("on_site", {}, None, noon).is_overdue(evening)
    assert not Stamp("on_site", {}, None, None).is_overdue(evening)


def test_figures_are_the_middle_and_the_nearest_rank_of_nine_in_ten():
    found = summary([30, 10, 20, 40], [False, True, None, False])
    assert (found.count, found.median, found.p90, found.in_time, found.limited) == (4, 25, 40, 2, 3)
    assert summary([], []).median is None
