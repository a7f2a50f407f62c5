import copy
from datetime import date
from pathlib import Path

import pytest
from tests.unit.calendar_2020 import CALENDAR, DEFINITION

from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.days import (
    CalendarMalformed,
    CalendarNotYetKnown,
    CalendarOutOfRange,
    DayKind,
    DayRecord,
)

SHARED = Path(__file__).parents[2] / "../shared/data/calendar/taiwan_work_calendar_2017_2025.csv"


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        pytest.param(date(2020, 1, 2), True, id="ordinary-thursday"),
        pytest.param(date(2020, 1, 4), False, id="ordinary-saturday"),
        pytest.param(date(2020, 2, 15), True, id="make-up-saturday"),
        pytest.param(date(2020, 1, 27), False, id="holiday-on-monday"),
        pytest.param(date(2020, 8, 26), False, id="typhoon-everywhere"),
        pytest.param(date(2020, 8, 27), True, id="typhoon-elsewhere"),
    ],
)
def test_days_are_working_or_not(day, is_working):
    assert CALENDAR.is_working(day) is is_working


def test_a_closure_holds_in_its_area_only():
    assert not CALENDAR.for_area("hills").is_working(date(2020, 8, 27))
    assert CALENDAR.for_area("coast").is_working(date(2020, 8, 27))
    assert not CALENDAR.for_area("village", "hills").is_working(date(2020, 8, 27))


def test_the_calendar_can_be_read_as_it_was_known():
    before = CALENDAR.as_known_on(date(2020, 8, 24))
    assert before.is_working(date(2020, 8, 26))
    assert not before.is_working(date(2020, 10, 1))
    assert not CALENDAR.as_known_on(date(2020, 8, 25)).is_working(date(2020, 8, 26))
    assert before.version != CALENDAR.version


def test_before_anything_was_known_there_is_no_calendar():
    with pytest.raises(CalendarNotYetKnown, match="first known on 2019-06-05"):
        CALENDAR.as_known_on(date(2019, 6, 4))


def test_a_year_that_was_not_out_yet_is_not_covered():
    years = [
        {
            "known_from": f"{year - 1}-06-01",
            "covers": {"from": f"{year}-01-01", "to": f"{year}-12-31"},
        }
        for year in (2020, 2021)
    ]
    covers = {"from": "2020-01-01", "to": "2021-12-31"}
    calendar = WorkCalendar.from_definition({**DEFINITION, "covers": covers, "versions": years})
    assert calendar.is_working(date(2021, 3, 2))
    early = calendar.as_known_on(date(2020, 5, 31))
    with pytest.raises(CalendarOutOfRange, match="covers 2020-01-01 to 2020-12-31"):
        early.is_working(date(2021, 3, 2))
    with pytest.raises(CalendarNotYetKnown, match="first known on 2019-06-01"):
        calendar.as_known_on(date(2019, 5, 31))


def test_a_later_record_replaces_an_earlier_one_and_can_take_it_back():
    day = date(2020, 5, 1)
    records = (
        DayRecord(day, DayKind.WITHDRAWN, known_from=date(2020, 3, 1)),
        DayRecord(day, DayKind.HOLIDAY, known_from=date(2020, 1, 1)),
    )
    calendar = WorkCalendar("x", date(2020, 1, 1), date(2020, 12, 31), records)
    assert not calendar.as_known_on(date(2020, 2, 29)).is_working(day)
    assert calendar.is_working(day)


def test_withdrawing_a_closure_keeps_the_holiday_under_it():
    day = date(2020, 10, 1)
    records = (
        DayRecord(day, DayKind.HOLIDAY, None, date(2020, 1, 1)),
        DayRecord(day, DayKind.CLOSURE, "hills", date(2020, 2, 1)),
        DayRecord(day, DayKind.WITHDRAWN, "hills", date(2020, 3, 1)),
    )
    calendar = WorkCalendar("x", date(2020, 1, 1), date(2020, 12, 31), records)
    assert calendar.for_area("hills").day(day).kind is DayKind.HOLIDAY


def test_a_closure_closes_a_make_up_saturday():
    day = date(2020, 2, 15)
    records = (DayRecord(day, DayKind.CLOSURE), DayRecord(day, DayKind.WORKDAY))
    calendar = WorkCalendar("x", date(2020, 1, 1), date(2020, 12, 31), records)
    assert not calendar.is_working(day)


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2021, 5, 1)])
def test_beyond_its_span_the_calendar_says_what_it_covers(day):
    with pytest.raises(CalendarOutOfRange) as refusal:
        CALENDAR.is_working(day)
    assert "covers 2020-01-01 to 2021-04-30" in str(refusal.value)


def test_working_days_are_counted_with_both_ends():
    assert CALENDAR.working_days(date(2020, 2, 13), date(2020, 2, 17)) == 4
    assert CALENDAR.working_days(date(2020, 1, 23), date(2020, 1, 29)) == 0


def test_another_weekend_is_data():
    definition = {**DEFINITION, "weekend": ["fri"], "versions": [{"known_from": "2019-01-01"}]}
    calendar = WorkCalendar.from_definition(definition)
    assert not calendar.is_working(date(2020, 1, 3))
    assert calendar.is_working(date(2020, 1, 4))


def wrong(path, value):
    definition = copy.deepcopy(DEFINITION)
    *parents, last = path
    place = definition
    for key in parents:
        place = place[key]
    place[last] = value
    return definition


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["schema"], "calendar/9", "must be calendar/1"),
        (["weeekend"], [], "unknown key 'weeekend'"),
        (["weekend"], ["samedi"], "'samedi' is none of mon"),
        (["covers"], {"from": "2020-01-01"}, "to is missing"),
        (["covers", "to"], date(2019, 1, 1), "is before"),
        (["versions"], {}, "must be a list"),
        (["versions", 0, "known_from"], "109-01-01", "is no date"),
        (["versions", 0, "holidays", 3], {"on": "x"}, "versions.0.holidays.3: date is missing"),
        (["versions", 0, "holidays", 0], {"date": "2020-01-23"}, "stands there twice"),
        (["versions", 0, "holidays", 0], {"date": "2030-01-23"}, "not in covers"),
        (["versions", 0, "workdays"], [{"date": "2020-10-09"}], "both a holiday and a workday"),
    ],
)
def test_a_malformed_definition_is_refused_with_its_place(path, value, said):
    with pytest.raises(CalendarMalformed) as refusal:
        WorkCalendar.from_definition(wrong(path, value))
    assert said in str(refusal.value)


def test_a_csv_calendar_reads_holidays_and_make_up_days():
    lines = ["\ufeffdate,weekday_zh,is_holiday,description_zh,is_makeup_workday"]
    lines += ["2020-02-14,五,0,,0", "2020-02-15,六,0,調整上班,1", "2020-02-16,日,1,,0"]
    calendar = WorkCalendar.from_csv(lines)
    assert [r.kind for r in calendar.records] == [DayKind.WORKDAY]
    assert (calendar.first, calendar.last) == (date(2020, 2, 14), date(2020, 2, 16))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "column date is missing"),
        (["date,is_holiday,description_zh"], "no day"),
        (["date,is_holiday,description_zh", "2020-13-01,0,"], "line 2: '2020-13-01' is no date"),
        (["date,is_holiday,description_zh", "2020-01-01,x,"], "must be 0 or 1"),
        (["date,is_holiday,description_zh", "2020-01-01,0,", "2020-01-03,0,"], "does not follow"),
    ],
)
def test_a_malformed_csv_is_refused_with_its_line(lines, said):
    with pytest.raises(CalendarMalformed) as refusal:
        WorkCalendar.from_csv(lines)
    assert said in str(refusal.value)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared office calendar is not here")
def test_the_published_calendar_of_2020_has_115_days_off_and_3_make_up_days():
    with SHARED.open(encoding="utf-8") as lines:
        calendar = WorkCalendar.from_csv(lines)
    year = [r for r in calendar.records if r.on.year == 2020]
    assert calendar.working_days(date(2020, 1, 1), date(2020, 12, 31)) == 366 - 115
    assert sum(r.kind is DayKind.WORKDAY for r in year) == 3
